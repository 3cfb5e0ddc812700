/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lasso: what is dragged is drawn freehand and closed when it is let go; clicks are the corners
 * of a polygon, closed by Enter, by a double click, or at its first corner. */

#include "canvas/editing.h"

#include <math.h>
#include <string.h>

/* Pixels of the screen: what is nearer is the same place. */
#define NEAR 5

#define DOUBLE_CLICK_TIME (400 * G_TIME_SPAN_MILLISECOND)

static graphene_point_t *
corner (WeirEditing *editing,
        guint        index)
{
  return &g_array_index (editing->outline, graphene_point_t, index);
}

static gboolean
is_near (WeirEditing            *editing,
         const graphene_point_t *corner_point,
         const WeirToolPoint    *point)
{
  return hypot (point->x - corner_point->x, point->y - corner_point->y) *
         weir_editing_get_zoom (editing) < NEAR;
}

static void
add (WeirEditing         *editing,
     const WeirToolPoint *point)
{
  g_array_append_val (editing->outline,
                      GRAPHENE_POINT_INIT ((float) point->x, (float) point->y));
  gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

static void
forget (WeirEditing *editing)
{
  g_array_set_size (editing->outline, 0);
  editing->is_polygon = FALSE;
  editing->active = NULL;
  gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

static void
finish (WeirEditing *editing)
{
  if (editing->outline->len > 2)
    weir_mask_fill_outline (editing->mask, corner (editing, 0), editing->outline->len,
                            editing->subtracts);
  forget (editing);
}

static gboolean
closes (WeirEditing         *editing,
        const WeirToolPoint *point)
{
  const guint n = editing->outline->len;

  if (n > 2 && is_near (editing, corner (editing, 0), point))
    return TRUE;
  return is_near (editing, corner (editing, n - 1), point) &&
         g_get_monotonic_time () - editing->corner_time < DOUBLE_CLICK_TIME;
}

static void
begin (WeirEditing         *editing,
       const WeirToolPoint *point)
{
  if (!editing->is_polygon)
    editing->subtracts = weir_editing_subtracts (editing, point);
  else if (closes (editing, point))
    {
      finish (editing);
      return;
    }
  editing->begin = *point;
  editing->corner_time = g_get_monotonic_time ();
  add (editing, point);
}

/* A hand that trembles at a corner does not draw. */
static void
move (WeirEditing         *editing,
      const WeirToolPoint *point)
{
  const graphene_point_t from = GRAPHENE_POINT_INIT ((float) editing->begin.x,
                                                     (float) editing->begin.y);
  const graphene_point_t *last = corner (editing, editing->outline->len - 1);

  if (!graphene_point_equal (last, &from) || !is_near (editing, &from, point))
    add (editing, point);
}

static void
end (WeirEditing *editing)
{
  const graphene_point_t from = GRAPHENE_POINT_INIT ((float) editing->begin.x,
                                                     (float) editing->begin.y);
  const graphene_point_t *last = corner (editing, editing->outline->len - 1);

  if (editing->is_polygon || graphene_point_equal (last, &from))
    {
      editing->is_polygon = TRUE;
      editing->active = &weir_tool_lasso;
    }
  else
    finish (editing);
}

static void
hover (WeirEditing         *editing,
       const WeirToolPoint *point)
{
  if (editing->is_polygon)
    gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

/* --- drawing --------------------------------------------------------------------------------- */

static void
trace (cairo_t                *cr,
       const graphene_point_t *points,
       guint                   n_points,
       gboolean                is_closed)
{
  for (guint i = 0; i < n_points; i++)
    cairo_line_to (cr, points[i].x, points[i].y);
  if (is_closed)
    cairo_close_path (cr);
}

void
weir_editing_draw_outline (WeirEditing            *self,
                           GtkSnapshot            *snapshot,
                           const graphene_point_t *points,
                           guint                   n_points,
                           gboolean                is_closed)
{
  static const double dashes[] = { 4, 4 };
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self->canvas));
  const graphene_rect_t view =
    GRAPHENE_RECT_INIT (0, 0, (float) (gtk_widget_get_width (GTK_WIDGET (self->canvas)) * scale),
                        (float) (gtk_widget_get_height (GTK_WIDGET (self->canvas)) * scale));
  g_autofree graphene_point_t *places = g_new (graphene_point_t, n_points);
  graphene_rect_t bounds;
  cairo_t *cr;

  for (guint i = 0; i < n_points; i++)
    {
      const graphene_point_t place = weir_editing_to_screen (self, points[i].x, points[i].y);

      /* the middle of a pixel, where lines are sharp */
      places[i] = GRAPHENE_POINT_INIT (roundf (place.x) + 0.5f, roundf (place.y) + 0.5f);
      if (i == 0)
        graphene_rect_init (&bounds, places[i].x, places[i].y, 0, 0);
      graphene_rect_expand (&bounds, &places[i], &bounds);
    }
  graphene_rect_inset (&bounds, -2, -2);
  if (!graphene_rect_intersection (&bounds, &view, &bounds))
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_set_line_width (cr, 1);
  trace (cr, places, n_points, is_closed);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_stroke_preserve (cr);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

/* What closes the polygon. */
static void
draw_first_corner (WeirEditing *editing,
                   GtkSnapshot *snapshot)
{
  static const GdkRGBA light = { 1, 1, 1, 1 }, dark = { 0, 0, 0, 1 };
  const graphene_point_t first = *corner (editing, 0);
  const graphene_point_t place = weir_editing_to_screen (editing, first.x, first.y);
  const float x = roundf (place.x), y = roundf (place.y);

  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x - 4, y - 4, 9, 9));
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (x - 3, y - 3, 7, 7));
}

static void
draw (WeirEditing *editing,
      GtkSnapshot *snapshot)
{
  const guint n = editing->outline->len;
  g_autofree graphene_point_t *points = NULL;

  if (n == 0)
    return;
  points = g_new (graphene_point_t, n + 1);
  memcpy (points, editing->outline->data, n * sizeof *points);
  points[n] = GRAPHENE_POINT_INIT ((float) editing->point.x, (float) editing->point.y);
  weir_editing_draw_outline (editing, snapshot, points,
                             n + (editing->is_polygon && editing->has_pointer), FALSE);
  if (editing->is_polygon)
    draw_first_corner (editing, snapshot);
}

static const char *
get_cursor (WeirEditing *editing)
{
  return "crosshair";
}

const WeirToolInput weir_tool_lasso = {
  .begin = begin,
  .move = move,
  .end = end,
  .cancel = forget,
  .hover = hover,
  .finish = finish,
  .draw = draw,
  .get_cursor = get_cursor,
};
