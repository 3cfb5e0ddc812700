/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the keyboard goes on when a menu or the queue closes: where it was before. Who works on the
 * canvas and opens it by a click is on the canvas again, and who opens it by a key on its button. */

#include "window-private.h"

/* Within what is open over the window; NULL if it is in the window itself. */
static GtkWidget *
get_popover (GtkWidget *focus)
{
  return focus ? gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) : NULL;
}

/* GTK leaves it on the popover's button, or nowhere. Elsewhere somebody put it. */
static gboolean
is_left_over (WeirWindow *self,
              GtkWidget  *focus)
{
  return !focus || gtk_widget_is_ancestor (self->focus_popover, focus) ||
         (gtk_widget_get_parent (focus) &&
          gtk_widget_is_ancestor (self->focus_popover, gtk_widget_get_parent (focus)));
}

static void
focus_changed (WeirWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  GtkWidget *popover = get_popover (focus);
  const gboolean has_closed = self->focus_popover && !popover && is_left_over (self, focus);

  g_set_weak_pointer (&self->focus_popover, popover);
  if (has_closed && self->focus_before && gtk_widget_get_mapped (self->focus_before))
    gtk_widget_grab_focus (self->focus_before);
  else if (!popover && focus)
    g_set_weak_pointer (&self->focus_before, focus);
}

/* A click on what opens a menu takes the focus from nowhere. */
static void
let_clicks_pass (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    let_clicks_pass (child);
  if (GTK_IS_MENU_BUTTON (widget))
    gtk_widget_set_focus_on_click (widget, FALSE);
}

void
weir_window_watch_focus (WeirWindow *self)
{
  GtkWidget *const parts[] = { GTK_WIDGET (self->menu_button), GTK_WIDGET (self->queue_button),
                               GTK_WIDGET (self->generate_button),
                               GTK_WIDGET (self->tool_options) };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    let_clicks_pass (parts[i]);
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (focus_changed), NULL);
}

void
weir_window_forget_focus (WeirWindow *self)
{
  g_signal_handlers_disconnect_by_func (self, focus_changed, NULL);
  g_clear_weak_pointer (&self->focus_before);
  g_clear_weak_pointer (&self->focus_popover);
}
