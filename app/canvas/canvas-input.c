/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pointer, fingers and keys do on the canvas. Single keys act only while it has the
 * focus. */

#include "canvas/canvas-private.h"

#include <math.h>

/* Pixels of the widget that a notch of the wheel or an arrow key pans. */
#define PAN_STEP 64

/* By which factor a notch of the wheel zooms, and a pixel of a touchpad. */
#define NOTCH_ZOOM 1.19
#define PIXEL_ZOOM 1.005

/* dx, dy: pixels of the widget. */
void
weir_canvas_pan (WeirCanvas *self,
                 double      dx,
                 double      dy)
{
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  weir_view_pan (&self->view, dx * scale, dy * scale);
  weir_canvas_view_changed (self);
}

/* x, y: pixels of the widget. */
static void
zoom_at (WeirCanvas *self,
         double      zoom,
         double      x,
         double      y)
{
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  weir_view_zoom_at (&self->view, zoom, x * scale, y * scale);
  weir_canvas_view_changed (self);
}

static gboolean
has_candidates (WeirCanvas *self)
{
  return self->staging && g_list_model_get_n_items (G_LIST_MODEL (self->staging)) > 0;
}

/* --- pointer -------------------------------------------------------------------------------- */

gboolean
weir_canvas_is_on_handle (WeirCanvas *self,
                          double      x,
                          double      y)
{
  graphene_rect_t handle;

  return weir_canvas_has_wipe (self) &&
         gtk_widget_compute_bounds (self->handle, GTK_WIDGET (self), &handle) &&
         graphene_rect_contains_point (&handle, &GRAPHENE_POINT_INIT ((float) x, (float) y));
}

/* A key or a tool lets the pointer pan; so does a tool that has nothing to draw upon. */
static gboolean
is_hand (WeirCanvas *self)
{
  return self->is_hand ||
         (self->editing->tools && !weir_editing_get_input (self->editing) &&
          self->view.page_width > 0);
}

void
weir_canvas_show_cursor (WeirCanvas *self)
{
  const char *name = weir_editing_get_cursor (self->editing);

  if (self->drag == WEIR_DRAG_PAN || self->editing->is_panning)
    name = "grabbing";
  else if (self->is_hand)
    name = "grab";
  else if (self->drag == WEIR_DRAG_WIPE ||
           weir_canvas_is_on_handle (self, self->pointer_x, self->pointer_y))
    name = "col-resize";
  else if (is_hand (self))
    name = "grab";
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), name);
}

static void
moved (GtkEventControllerMotion *controller,
       double                    x,
       double                    y,
       WeirCanvas               *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  weir_canvas_show_cursor (self);
}

static void
drag_begin (GtkGestureDrag *gesture,
            double          x,
            double          y,
            WeirCanvas     *self)
{
  const guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (button == GDK_BUTTON_MIDDLE || (button == GDK_BUTTON_PRIMARY && self->is_hand))
    self->drag = WEIR_DRAG_PAN;
  else if (button == GDK_BUTTON_PRIMARY && weir_canvas_is_on_handle (self, x, y))
    {
      self->drag = WEIR_DRAG_WIPE;
      gtk_widget_grab_focus (self->handle);
    }
  else if (button == GDK_BUTTON_PRIMARY && is_hand (self))
    self->drag = WEIR_DRAG_PAN;
  else
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  self->last_x = self->last_y = 0;
  weir_canvas_show_cursor (self);
}

static void
wipe_to (WeirCanvas *self,
         double      x)
{
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  const double width = self->view.page_width * self->view.zoom;

  weir_wipe_handle_set_position (WEIR_WIPE_HANDLE (self->handle),
                                 (x * scale - self->view.x) / width);
}

static void
drag_update (GtkGestureDrag *gesture,
             double          x,
             double          y,
             WeirCanvas     *self)
{
  double from_x, from_y;

  gtk_gesture_drag_get_start_point (gesture, &from_x, &from_y);
  if (self->drag == WEIR_DRAG_PAN)
    weir_canvas_pan (self, x - self->last_x, y - self->last_y);
  else if (self->drag == WEIR_DRAG_WIPE)
    wipe_to (self, from_x + x);
  self->last_x = x;
  self->last_y = y;
}

static void
drag_end (GtkGesture       *gesture,
          GdkEventSequence *sequence,
          WeirCanvas       *self)
{
  self->drag = WEIR_DRAG_NONE;
  weir_canvas_show_cursor (self);
}

static gboolean
scrolled (GtkEventControllerScroll *controller,
          double                    dx,
          double                    dy,
          WeirCanvas               *self)
{
  GtkEventController *event_controller = GTK_EVENT_CONTROLLER (controller);
  const GdkModifierType state = gtk_event_controller_get_current_event_state (event_controller);
  const gboolean is_notch =
    gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_WHEEL;
  const double step = is_notch ? PAN_STEP : 1;

  if (state & GDK_CONTROL_MASK)
    zoom_at (self, self->view.zoom * pow (is_notch ? NOTCH_ZOOM : PIXEL_ZOOM, -dy),
             self->pointer_x, self->pointer_y);
  else if (state & GDK_SHIFT_MASK && dx == 0)
    weir_canvas_pan (self, -dy * step, 0);
  else
    weir_canvas_pan (self, -dx * step, -dy * step);
  return GDK_EVENT_STOP;
}

static void
pinch_begin (GtkGesture       *gesture,
             GdkEventSequence *sequence,
             WeirCanvas       *self)
{
  weir_editing_cancel (self->editing);
  self->pinch_zoom = self->view.zoom;
}

static void
pinched (GtkGestureZoom *gesture,
         double          scale,
         WeirCanvas     *self)
{
  double x = self->pointer_x, y = self->pointer_y;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  zoom_at (self, self->pinch_zoom * scale, x, y);
}

static void
add_pointer (WeirCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (widget, scroll);

  g_signal_connect (motion, "enter", G_CALLBACK (moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (moved), self);
  gtk_widget_add_controller (widget, motion);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update), self);
  g_signal_connect (drag, "end", G_CALLBACK (drag_end), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_end), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));

  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinched), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}

/* --- keys ----------------------------------------------------------------------------------- */

/* The image is not mirrored from right to left, but the buttons that flip are. */
static void
flip (WeirCanvas *self,
      gboolean    is_left)
{
  if (is_left == (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL))
    weir_staging_next (self->staging);
  else
    weir_staging_previous (self->staging);
}

static gboolean
left_pressed (GtkWidget *widget,
              GVariant  *args,
              gpointer   user_data)
{
  WeirCanvas *self = WEIR_CANVAS (widget);

  if (has_candidates (self))
    flip (self, TRUE);
  else
    weir_canvas_pan (self, PAN_STEP, 0);
  return TRUE;
}

static gboolean
right_pressed (GtkWidget *widget,
               GVariant  *args,
               gpointer   user_data)
{
  WeirCanvas *self = WEIR_CANVAS (widget);

  if (has_candidates (self))
    flip (self, FALSE);
  else
    weir_canvas_pan (self, -PAN_STEP, 0);
  return TRUE;
}

static gboolean
up_pressed (GtkWidget *widget,
            GVariant  *args,
            gpointer   user_data)
{
  weir_canvas_pan (WEIR_CANVAS (widget), 0, PAN_STEP);
  return TRUE;
}

static gboolean
down_pressed (GtkWidget *widget,
              GVariant  *args,
              gpointer   user_data)
{
  weir_canvas_pan (WEIR_CANVAS (widget), 0, -PAN_STEP);
  return TRUE;
}

static gboolean
keep_pressed (GtkWidget *widget,
              GVariant  *args,
              gpointer   user_data)
{
  WeirCanvas *self = WEIR_CANVAS (widget);

  if (!has_candidates (self))
    return FALSE;
  weir_staging_keep (self->staging);
  return TRUE;
}

static gboolean
discard_pressed (GtkWidget *widget,
                 GVariant  *args,
                 gpointer   user_data)
{
  WeirCanvas *self = WEIR_CANVAS (widget);

  if (!has_candidates (self))
    return FALSE;
  weir_staging_discard (self->staging);
  return TRUE;
}

/* One thing at a time is left: the comparison, then the candidate. */
static gboolean
escape_pressed (GtkWidget *widget,
                GVariant  *args,
                gpointer   user_data)
{
  WeirCanvas *self = WEIR_CANVAS (widget);

  if (self->is_comparing)
    weir_canvas_set_compare (self, FALSE);
  else if (has_candidates (self) && weir_staging_get_picture (self->staging))
    weir_staging_set_selected (self->staging, GTK_INVALID_LIST_POSITION);
  else
    return FALSE;
  return TRUE;
}

static void
set_held (WeirCanvas *self,
          gboolean    is_peeking,
          gboolean    is_hand)
{
  if (self->is_peeking != is_peeking)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->is_peeking = is_peeking;
  self->is_hand = is_hand;
  weir_canvas_show_cursor (self);
}

static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint                  key,
             guint                  code,
             GdkModifierType        state,
             WeirCanvas            *self)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_backslash)
    set_held (self, TRUE, self->is_hand);
  else if (key == GDK_KEY_space)
    set_held (self, self->is_peeking, TRUE);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
key_released (GtkEventControllerKey *controller,
              guint                  key,
              guint                  code,
              GdkModifierType        state,
              WeirCanvas            *self)
{
  if (key == GDK_KEY_backslash)
    set_held (self, FALSE, self->is_hand);
  else if (key == GDK_KEY_space)
    set_held (self, self->is_peeking, FALSE);
}

/* A key that is let go elsewhere is not held here any more. */
static void
focus_left (GtkEventControllerFocus *controller,
            WeirCanvas              *self)
{
  set_held (self, FALSE, FALSE);
}

static void
add_keys (WeirCanvas *self)
{
  static const struct { guint key; GtkShortcutFunc pressed; } keys[] = {
    { GDK_KEY_Left, left_pressed },
    { GDK_KEY_KP_Left, left_pressed },
    { GDK_KEY_Right, right_pressed },
    { GDK_KEY_KP_Right, right_pressed },
    { GDK_KEY_Up, up_pressed },
    { GDK_KEY_KP_Up, up_pressed },
    { GDK_KEY_Down, down_pressed },
    { GDK_KEY_KP_Down, down_pressed },
    { GDK_KEY_Return, keep_pressed },
    { GDK_KEY_KP_Enter, keep_pressed },
    { GDK_KEY_Delete, discard_pressed },
    { GDK_KEY_KP_Delete, discard_pressed },
    { GDK_KEY_Escape, escape_pressed },
  };
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();
  GtkEventController *held = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (shortcuts), GTK_SHORTCUT_SCOPE_LOCAL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (shortcuts),
      gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, 0),
                        gtk_callback_action_new (keys[i].pressed, NULL, NULL)));
  gtk_widget_add_controller (widget, shortcuts);

  g_signal_connect (held, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect (held, "key-released", G_CALLBACK (key_released), self);
  gtk_widget_add_controller (widget, held);

  g_signal_connect (focus, "leave", G_CALLBACK (focus_left), self);
  gtk_widget_add_controller (widget, focus);
}

void
weir_canvas_init_input (WeirCanvas *self)
{
  add_pointer (self);
  add_keys (self);
}
