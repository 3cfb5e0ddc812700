/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands of the window. */

#include "window-private.h"

static void
undo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  weir_document_undo (weir_window_get_document (user_data));
}

static void
redo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  weir_document_redo (weir_window_get_document (user_data));
}

static void
new_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  weir_document_set_picture (weir_window_get_document (user_data), NULL);
}

static void
fullscreen_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  if (gtk_window_is_fullscreen (user_data))
    gtk_window_unfullscreen (user_data);
  else
    gtk_window_fullscreen (user_data);
}

/* Lets an action be used only while a property of the document is true. */
static void
enable_by (WeirWindow *self,
           const char *action,
           const char *property)
{
  g_object_bind_property (weir_window_get_document (self), property,
                          g_action_map_lookup_action (G_ACTION_MAP (self), action), "enabled",
                          G_BINDING_SYNC_CREATE);
}

void
weir_window_add_actions (WeirWindow *self)
{
  static const GActionEntry entries[] = {
    { "new", new_activated },
    { "undo", undo_activated },
    { "redo", redo_activated },
    { "fullscreen", fullscreen_activated },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  enable_by (self, "undo", "can-undo");
  enable_by (self, "redo", "can-redo");
}
