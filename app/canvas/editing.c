/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The document's mask and frame on the canvas, and whose turn it is to change them. */

#include "canvas/editing.h"

#include <math.h>

#include <glib/gi18n.h>

#include "canvas/canvas-private.h"
#include "canvas/frame-layer.h"

/* Milliseconds from the mask's last change until it is said how much it covers. */
#define DESCRIBE_DELAY 300

/* --- tools ----------------------------------------------------------------------------------- */

const WeirToolInput *
weir_editing_get_input (WeirEditing *self)
{
  static const WeirToolInput *const inputs[WEIR_N_TOOLS] = {
    [WEIR_TOOL_BRUSH] = &weir_tool_brush,
    [WEIR_TOOL_ERASER] = &weir_tool_brush,
    [WEIR_TOOL_LASSO] = &weir_tool_lasso,
    [WEIR_TOOL_RECTANGLE] = &weir_tool_rectangle,
    [WEIR_TOOL_FRAME] = &weir_tool_frame,
  };

  return self->can_edit && self->tools ? inputs[weir_tools_get_tool (self->tools)] : NULL;
}

void
weir_editing_cancel (WeirEditing *self)
{
  const WeirToolInput *active = g_steal_pointer (&self->active);

  if (active)
    active->cancel (self);
}

/* What is in the way is not the person's: a stroke as it is by now is kept. */
void
weir_editing_interrupt (WeirEditing *self)
{
  if (self->active == &weir_tool_brush)
    g_steal_pointer (&self->active)->end (self);
  else
    weir_editing_cancel (self);
}

gboolean
weir_editing_subtracts (WeirEditing         *self,
                        const WeirToolPoint *point)
{
  return weir_tools_subtracts (self->tools) || point->is_eraser || point->state & GDK_CONTROL_MASK;
}

const char *
weir_editing_get_cursor (WeirEditing *self)
{
  const WeirToolInput *input = weir_editing_get_input (self);

  return input && input->get_cursor ? input->get_cursor (self) : NULL;
}

static void
tool_changed (WeirEditing *self)
{
  weir_editing_interrupt (self);
  weir_canvas_show_cursor (self->canvas);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* A brush of another size, a mask that is hidden. */
static void
look_changed (WeirEditing *self)
{
  if (self->tools)
    weir_mask_layer_set_look (self->layer, weir_tools_get_mask_colour (self->tools),
                              weir_tools_get_mask_opacity (self->tools),
                              weir_tools_has_mask_stripes (self->tools));
  weir_canvas_show_cursor (self->canvas);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* --- the document's mask and frame ----------------------------------------------------------- */

static gboolean
describe (gpointer user_data)
{
  WeirEditing *self = user_data;

  self->describe_id = 0;
  weir_canvas_describe (self->canvas);
  return G_SOURCE_REMOVE;
}

static void
mask_drawn (WeirEditing *self)
{
  g_clear_handle_id (&self->describe_id, g_source_remove);
  self->describe_id = g_timeout_add (DESCRIBE_DELAY, describe, self);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

static void
take_mask (WeirEditing *self)
{
  WeirMask *mask = self->document ? weir_document_get_mask (self->document) : NULL;

  if (mask == self->mask)
    return;
  weir_editing_interrupt (self);
  g_set_object (&self->mask, mask);
  weir_mask_layer_set_mask (self->layer, mask);
}

static void
take_frame (WeirEditing *self)
{
  if (self->active == &weir_tool_frame)
    weir_editing_interrupt (self);
  self->frame = (GdkRectangle) { 0 };
  if (self->document)
    weir_document_get_frame (self->document, &self->frame);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

void
weir_editing_set_document (WeirEditing  *self,
                           WeirDocument *document)
{
  self->document = document;
  g_signal_group_set_target (self->document_signals, document);
  take_mask (self);
  take_frame (self);
}

void
weir_editing_set_tools (WeirEditing *self,
                        WeirTools   *tools)
{
  weir_editing_interrupt (self);
  g_set_object (&self->tools, tools);
  g_signal_group_set_target (self->tools_signals, tools);
  look_changed (self);
}

void
weir_editing_update (WeirEditing *self,
                     gboolean     can_edit)
{
  /* the document tells of its picture and of its mask in any order */
  take_mask (self);
  can_edit = can_edit && self->mask;
  if (can_edit == self->can_edit)
    return;
  weir_editing_interrupt (self);
  self->can_edit = can_edit;
  weir_canvas_show_cursor (self->canvas);
  g_object_notify (G_OBJECT (self->canvas), "can-edit");
}

WeirEditing *
weir_editing_new (WeirCanvas *canvas)
{
  WeirEditing *self = g_new0 (WeirEditing, 1);

  self->canvas = canvas;
  self->outline = g_array_new (FALSE, FALSE, sizeof (graphene_point_t));
  self->layer = weir_mask_layer_new ();
  g_signal_connect_swapped (self->layer, "changed", G_CALLBACK (mask_drawn), self);
  self->document_signals = g_signal_group_new (WEIR_TYPE_DOCUMENT);
  g_signal_group_connect_swapped (self->document_signals, "notify::mask", G_CALLBACK (take_mask),
                                  self);
  g_signal_group_connect_swapped (self->document_signals, "notify::frame", G_CALLBACK (take_frame),
                                  self);
  self->tools_signals = g_signal_group_new (WEIR_TYPE_TOOLS);
  g_signal_group_connect_swapped (self->tools_signals, "notify::tool", G_CALLBACK (tool_changed),
                                  self);
  g_signal_group_connect_swapped (self->tools_signals, "notify", G_CALLBACK (look_changed), self);
  return self;
}

void
weir_editing_free (WeirEditing *self)
{
  g_clear_handle_id (&self->describe_id, g_source_remove);
  g_clear_object (&self->document_signals);
  g_clear_object (&self->tools_signals);
  weir_editing_interrupt (self);
  g_signal_handlers_disconnect_by_data (self->layer, self);
  g_clear_object (&self->layer);
  g_clear_object (&self->mask);
  g_clear_object (&self->tools);
  g_array_unref (self->outline);
  g_free (self);
}

/* --- where things are ------------------------------------------------------------------------ */

double
weir_editing_get_zoom (WeirEditing *self)
{
  const graphene_rect_t place = weir_canvas_get_picture_place (self->canvas);

  return self->mask ? place.size.width / weir_mask_get_width (self->mask) : 1;
}

graphene_point_t
weir_editing_to_screen (WeirEditing *self,
                        double       x,
                        double       y)
{
  const graphene_rect_t place = weir_canvas_get_picture_place (self->canvas);
  const double zoom_x = place.size.width / weir_mask_get_width (self->mask);
  const double zoom_y = place.size.height / weir_mask_get_height (self->mask);

  return GRAPHENE_POINT_INIT ((float) (place.origin.x + x * zoom_x),
                              (float) (place.origin.y + y * zoom_y));
}

/* --- drawing --------------------------------------------------------------------------------- */

static gboolean
is_whole (WeirEditing *self)
{
  const GdkRectangle whole = { 0, 0, (int) weir_mask_get_width (self->mask),
                               (int) weir_mask_get_height (self->mask) };

  return gdk_rectangle_equal (&whole, &self->frame);
}

static void
draw_frame (WeirEditing           *self,
            GtkSnapshot           *snapshot,
            const graphene_rect_t *picture,
            gboolean               is_tool)
{
  const GdkRectangle *frame = &self->frame;
  const graphene_point_t from = weir_editing_to_screen (self, frame->x, frame->y);
  const graphene_point_t to = weir_editing_to_screen (self, frame->x + frame->width,
                                                      frame->y + frame->height);
  /* Translators: width and height of what will be made */
  g_autofree char *size = g_strdup_printf (_("%d × %d"), frame->width, frame->height);
  /* the width comes first in every direction of writing */
  g_autofree char *label = g_strconcat ("\u200e", size, NULL);
  const WeirFrameLook look = {
    .picture = *picture,
    .frame = GRAPHENE_RECT_INIT (roundf (from.x), roundf (from.y), roundf (to.x) - roundf (from.x),
                                 roundf (to.y) - roundf (from.y)),
    .label = is_tool ? label : NULL,
    .scale = gtk_widget_get_scale_factor (GTK_WIDGET (self->canvas)),
  };

  weir_frame_layer_snapshot (&look, GTK_WIDGET (self->canvas), snapshot);
}

void
weir_editing_snapshot (WeirEditing *self,
                       GtkSnapshot *snapshot,
                       gboolean     shows_mask)
{
  const graphene_rect_t place = weir_canvas_get_picture_place (self->canvas);
  const graphene_rect_t seen =
    GRAPHENE_RECT_INIT (0, 0, (float) self->canvas->view.width, (float) self->canvas->view.height);
  const WeirToolInput *input = weir_editing_get_input (self);

  if (!self->can_edit || self->canvas->is_peeking)
    return;
  if ((shows_mask || self->active) && (!self->tools || weir_tools_get_shows_mask (self->tools)))
    weir_mask_layer_snapshot (self->layer, snapshot, &place, &seen);
  if (input == &weir_tool_frame || !is_whole (self))
    draw_frame (self, snapshot, &place, input == &weir_tool_frame);
  if (input && input->draw && !self->is_panning && !self->canvas->is_hand)
    input->draw (self, snapshot);
}
