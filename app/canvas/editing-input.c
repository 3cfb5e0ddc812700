/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pointer, a pen and the keys, as the tools have them. */

#include "canvas/editing.h"

#include <math.h>

#include "canvas/canvas-private.h"

/* --- places ---------------------------------------------------------------------------------- */

/* x, y: of the widget. */
static void
set_place (WeirEditing   *self,
           WeirToolPoint *point,
           double         x,
           double         y)
{
  const graphene_rect_t place = weir_canvas_get_picture_place (self->canvas);
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self->canvas));

  if (!self->mask)
    return;
  point->x = (x * scale - place.origin.x) * weir_mask_get_width (self->mask) / place.size.width;
  point->y = (y * scale - place.origin.y) * weir_mask_get_height (self->mask) / place.size.height;
}

/* A mouse is said to press with nothing. */
double
weir_editing_find_pressure (GdkDeviceTool *tool,
                            double         axis)
{
  if (!tool || !(gdk_device_tool_get_axes (tool) & GDK_AXIS_FLAG_PRESSURE) || isnan (axis))
    return 1;
  return CLAMP (axis, 0, 1);
}

static WeirToolPoint
point_of (WeirEditing *self,
          GdkEvent    *event,
          double       x,
          double       y)
{
  WeirToolPoint point = { .pressure = 1 };
  GdkDeviceTool *tool = event ? gdk_event_get_device_tool (event) : NULL;
  double axis;

  set_place (self, &point, x, y);
  if (event)
    point.state = gdk_event_get_modifier_state (event);
  if (tool)
    point.is_eraser = gdk_device_tool_get_tool_type (tool) == GDK_DEVICE_TOOL_TYPE_ERASER;
  /* not every event without a tool has axes that may be asked for */
  if (tool && gdk_event_get_axis (event, GDK_AXIS_PRESSURE, &axis))
    point.pressure = weir_editing_find_pressure (tool, axis);
  return point;
}

/* From a place of the surface. */
static gboolean
to_widget (WeirEditing *self,
           double      *x,
           double      *y)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self->canvas));
  graphene_point_t place;
  double left, top;

  gtk_native_get_surface_transform (native, &left, &top);
  if (!gtk_widget_compute_point (GTK_WIDGET (native), GTK_WIDGET (self->canvas),
                                 &GRAPHENE_POINT_INIT ((float) (*x - left), (float) (*y - top)),
                                 &place))
    return FALSE;
  *x = place.x;
  *y = place.y;
  return TRUE;
}

/* GTK gives one motion a frame; a fast hand makes several. */
static void
move_through_history (WeirEditing *self,
                      GdkEvent    *event)
{
  guint n = 0;
  g_autofree GdkTimeCoord *history = gdk_event_get_history (event, &n);

  for (guint i = 0; i < n && self->active; i++)
    {
      double x = history[i].axes[GDK_AXIS_X], y = history[i].axes[GDK_AXIS_Y];
      WeirToolPoint point = point_of (self, event, 0, 0);

      if (!(history[i].flags & GDK_AXIS_FLAG_X) || !to_widget (self, &x, &y))
        continue;
      set_place (self, &point, x, y);
      if (history[i].flags & GDK_AXIS_FLAG_PRESSURE)
        point.pressure = weir_editing_find_pressure (gdk_event_get_device_tool (event),
                                                     history[i].axes[GDK_AXIS_PRESSURE]);
      self->point = point;
      self->active->move (self, &point);
    }
}

/* --- pressing -------------------------------------------------------------------------------- */

static gboolean
may_begin (WeirEditing *self,
           double       x,
           double       y)
{
  return weir_editing_get_input (self) && !self->canvas->is_hand &&
         !weir_canvas_is_on_handle (self->canvas, x, y);
}

static void
press_begin (GtkGestureDrag *gesture,
             double          x,
             double          y,
             WeirEditing    *self)
{
  const WeirToolInput *input = weir_editing_get_input (self);

  if (!may_begin (self, x, y))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  self->point = point_of (self, gtk_gesture_get_last_event (
                            GTK_GESTURE (gesture),
                            gtk_gesture_single_get_current_sequence (GTK_GESTURE_SINGLE (gesture))),
                          x, y);
  self->is_pressed = TRUE;
  self->last_x = self->last_y = 0;
  self->active = input;
  /* what is drawn is to be seen */
  if (input != &weir_tool_frame)
    g_object_set (self->tools, "shows-mask", TRUE, NULL);
  input->begin (self, &self->point);
  weir_canvas_show_cursor (self->canvas);
}

/* While the hand is held what is pressed moves the picture, and goes on afterwards. */
static void
press_moved (GtkGestureDrag *gesture,
             double          x,
             double          y,
             WeirEditing    *self)
{
  GdkEvent *event = gtk_gesture_get_last_event (
    GTK_GESTURE (gesture),
    gtk_gesture_single_get_current_sequence (GTK_GESTURE_SINGLE (gesture)));
  double from_x, from_y;

  gtk_gesture_drag_get_start_point (gesture, &from_x, &from_y);
  if (self->is_panning || self->canvas->is_hand)
    weir_canvas_pan (self->canvas, x - self->last_x, y - self->last_y);
  else if (self->active && self->is_pressed)
    {
      move_through_history (self, event);
      self->point = point_of (self, event, from_x + x, from_y + y);
      if (self->active)
        self->active->move (self, &self->point);
    }
  self->last_x = x;
  self->last_y = y;
}

static void
press_end (GtkGesture       *gesture,
           GdkEventSequence *sequence,
           WeirEditing      *self)
{
  const WeirToolInput *active = g_steal_pointer (&self->active);

  if (active && self->is_pressed)
    active->end (self);
  else
    self->active = active;
  self->is_pressed = self->is_panning = FALSE;
  weir_canvas_show_cursor (self->canvas);
}

static void
press_cancelled (GtkGesture       *gesture,
                 GdkEventSequence *sequence,
                 WeirEditing      *self)
{
  if (self->is_pressed)
    weir_editing_interrupt (self);
  self->is_pressed = self->is_panning = FALSE;
}

/* The middle button while another is pressed; alone it is the canvas' own. */
static gboolean
button_event (GtkEventControllerLegacy *controller,
              GdkEvent                 *event,
              WeirEditing              *self)
{
  const GdkEventType type = gdk_event_get_event_type (event);

  if (!self->is_pressed || (type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE) ||
      gdk_button_event_get_button (event) != GDK_BUTTON_MIDDLE)
    return GDK_EVENT_PROPAGATE;
  self->is_panning = type == GDK_BUTTON_PRESS;
  weir_canvas_show_cursor (self->canvas);
  return GDK_EVENT_STOP;
}

/* --- moving ---------------------------------------------------------------------------------- */

static void
moved (GtkEventControllerMotion *controller,
       double                    x,
       double                    y,
       WeirEditing              *self)
{
  const WeirToolInput *input = weir_editing_get_input (self);

  self->has_pointer = TRUE;
  if (self->is_pressed)
    return;
  self->point = point_of (
    self, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller)), x, y);
  if (input && input->hover)
    input->hover (self, &self->point);
  if (input == &weir_tool_brush)
    gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

static void
left (GtkEventControllerMotion *controller,
      WeirEditing              *self)
{
  self->has_pointer = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

static gboolean
scrolled (GtkEventControllerScroll *controller,
          double                    dx,
          double                    dy,
          WeirEditing              *self)
{
  const GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  const gboolean is_notch =
    gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_WHEEL;

  if (!(state & GDK_ALT_MASK) || weir_editing_get_input (self) != &weir_tool_brush)
    return GDK_EVENT_PROPAGATE;
  /* with Alt some systems turn the wheel's direction */
  weir_tools_resize (self->tools, -(dy != 0 ? dy : dx) / (is_notch ? 1 : 20));
  return GDK_EVENT_STOP;
}

/* --- keys ------------------------------------------------------------------------------------ */

/* What was begun, and then the mask. */
static gboolean
escape_pressed (WeirEditing *self)
{
  if (self->active)
    weir_editing_cancel (self);
  else if (!self->can_edit || self->canvas->is_comparing || weir_mask_is_empty (self->mask))
    return GDK_EVENT_PROPAGATE;
  else
    weir_mask_clear (self->mask);
  return GDK_EVENT_STOP;
}

static void
modifiers_changed (WeirEditing *self)
{
  if (weir_editing_get_input (self))
    gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* The state is that of before the key. */
static GdkModifierType
modifier_of (guint key)
{
  if (key == GDK_KEY_Control_L || key == GDK_KEY_Control_R)
    return GDK_CONTROL_MASK;
  if (key == GDK_KEY_Shift_L || key == GDK_KEY_Shift_R)
    return GDK_SHIFT_MASK;
  return 0;
}

static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint                  key,
             guint                  code,
             GdkModifierType        state,
             WeirEditing           *self)
{
  const WeirToolInput *input = weir_editing_get_input (self);

  if (modifier_of (key))
    {
      self->point.state |= modifier_of (key);
      modifiers_changed (self);
      return GDK_EVENT_PROPAGATE;
    }
  if (key == GDK_KEY_Escape)
    return escape_pressed (self);
  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    {
      if (!self->active || self->is_pressed || !self->active->finish)
        return GDK_EVENT_PROPAGATE;
      self->active->finish (self);
      return GDK_EVENT_STOP;
    }
  return input && input->press_key && input->press_key (self, key, state);
}

static void
key_released (GtkEventControllerKey *controller,
              guint                  key,
              guint                  code,
              GdkModifierType        state,
              WeirEditing           *self)
{
  self->point.state &= ~modifier_of (key);
  modifiers_changed (self);
}

/* --- controllers ----------------------------------------------------------------------------- */

void
weir_editing_init_input (WeirEditing *self)
{
  GtkWidget *widget = GTK_WIDGET (self->canvas);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *buttons = gtk_event_controller_legacy_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *press = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_PRIMARY);
  g_signal_connect (press, "drag-begin", G_CALLBACK (press_begin), self);
  g_signal_connect (press, "drag-update", G_CALLBACK (press_moved), self);
  g_signal_connect (press, "end", G_CALLBACK (press_end), self);
  g_signal_connect (press, "cancel", G_CALLBACK (press_cancelled), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (press));

  g_signal_connect (buttons, "event", G_CALLBACK (button_event), self);
  gtk_widget_add_controller (widget, buttons);

  g_signal_connect (motion, "enter", G_CALLBACK (moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (left), self);
  gtk_widget_add_controller (widget, motion);

  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (widget, scroll);

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (key_released), self);
  gtk_widget_add_controller (widget, keys);
}
