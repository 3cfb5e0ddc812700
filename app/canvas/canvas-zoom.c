/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large the picture is seen, and what of the canvas it has for itself. */

#include "canvas/canvas-private.h"

/* --- what lies over the canvas -------------------------------------------------------------- */

void
weir_canvas_cover (WeirCanvas *self)
{
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  const gboolean is_mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  const int start = self->covered_start * scale;

  weir_view_set_covered (&self->view, is_mirrored ? 0 : start, is_mirrored ? start : 0,
                         self->covered_top * scale);
}

void
weir_canvas_set_covered (WeirCanvas *self,
                         int         start,
                         int         top)
{
  g_return_if_fail (WEIR_IS_CANVAS (self));

  if (self->covered_start == start && self->covered_top == top)
    return;
  self->covered_start = start;
  self->covered_top = top;
  weir_canvas_view_changed (self);
}

/* --- zoom ----------------------------------------------------------------------------------- */

double
weir_canvas_get_zoom (WeirCanvas *self)
{
  g_return_val_if_fail (WEIR_IS_CANVAS (self), 1);

  return self->view.zoom;
}

void
weir_canvas_set_zoom (WeirCanvas *self,
                      double      zoom)
{
  double x, y;

  g_return_if_fail (WEIR_IS_CANVAS (self));

  weir_view_get_middle (&self->view, &x, &y);
  weir_view_zoom_at (&self->view, zoom, x, y);
  weir_canvas_view_changed (self);
}

void
weir_canvas_zoom_in (WeirCanvas *self)
{
  weir_canvas_set_zoom (self, weir_view_get_larger_zoom (&self->view));
}

void
weir_canvas_zoom_out (WeirCanvas *self)
{
  weir_canvas_set_zoom (self, weir_view_get_smaller_zoom (&self->view));
}

void
weir_canvas_fit (WeirCanvas *self)
{
  g_return_if_fail (WEIR_IS_CANVAS (self));

  weir_view_fit (&self->view);
  weir_canvas_view_changed (self);
}
