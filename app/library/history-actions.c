/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stars, copies, folders and the trash. */

#include "library/history-actions.h"

#include <glib/gi18n.h>

#include "library/file-content.h"
#include "library/history-marks.h"

/* What an action that takes time knows when it is done; the panel may be gone by then. */
typedef struct
{
  GWeakRef panel;
  char    *path;
} Call;

static Call *
call_new (GtkWidget  *panel,
          const char *path)
{
  Call *call = g_new0 (Call, 1);

  g_weak_ref_init (&call->panel, panel);
  call->path = g_strdup (path);
  return call;
}

static void
call_free (Call *call)
{
  g_weak_ref_clear (&call->panel);
  g_free (call->path);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
end_call (Call         *call,
          const char   *signal,
          const GError *error)
{
  g_autoptr (GtkWidget) panel = g_weak_ref_get (&call->panel);

  if (panel && error)
    g_signal_emit_by_name (panel, "failed", error->message);
  else if (panel && signal)
    g_signal_emit_by_name (panel, signal, call->path);
}

static WeirLibrary *
get_library (GtkWidget *panel)
{
  g_autoptr (WeirLibrary) library = NULL;

  g_object_get (panel, "library", &library, NULL);
  return library; /* the panel holds it */
}

static WeirLibraryItem *
find_item (GtkWidget  *panel,
           const char *path)
{
  WeirLibrary *library = get_library (panel);

  return library ? weir_library_find (library, path) : NULL;
}

static void
has_starred (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;

  weir_library_star_finish (WEIR_LIBRARY (source), result, &error);
  end_call (call, NULL, error);
}

static void
star (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       panel)
{
  const char *path = g_variant_get_string (parameter, NULL);
  WeirLibraryItem *item = find_item (panel, path);

  if (item)
    weir_library_star_async (get_library (panel), item, !weir_library_item_get_starred (item),
                             has_starred, call_new (panel, path));
}

static void
mark (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       panel)
{
  WeirLibraryItem *item = find_item (panel, g_variant_get_string (parameter, NULL));
  g_autoptr (GListStore) marks = NULL;

  g_object_get (panel, "marks", &marks, NULL);
  if (item)
    weir_history_marks_toggle (marks, item);
}

static void
copy (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       panel)
{
  g_autoptr (GdkContentProvider) content =
    weir_file_content_new (g_variant_get_string (parameter, NULL));

  gdk_clipboard_set_content (gtk_widget_get_clipboard (panel), content);
}

static void
folder_shown (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;

  g_app_info_launch_default_for_uri_finish (result, &error);
  end_call (call, NULL, error);
}

/* Where no file manager can be told of a file, its folder is opened. */
static void
file_shown (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Call *call = data;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autofree char *folder = g_path_get_dirname (call->path);
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

  if (reply)
    call_free (call);
  else
    g_app_info_launch_default_for_uri_async (uri, NULL, NULL, folder_shown, call);
}

static void
show (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       panel)
{
  const char *path = g_variant_get_string (parameter, NULL);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  GApplication *app = g_application_get_default ();
  GDBusConnection *bus = app ? g_application_get_dbus_connection (app) : NULL;
  const char *uris[] = { uri, NULL };

  if (bus)
    g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                            "org.freedesktop.FileManager1", "ShowItems",
                            g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, file_shown, call_new (panel, path));
  else
    {
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *folder_uri = g_filename_to_uri (folder, NULL, NULL);

      g_app_info_launch_default_for_uri_async (folder_uri, NULL, NULL, folder_shown,
                                               call_new (panel, path));
    }
}

static void
has_trashed (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;

  weir_library_trash_finish (WEIR_LIBRARY (source), result, &error);
  end_call (call, "trashed", error);
}

static void
trash (GSimpleAction *action,
       GVariant      *parameter,
       gpointer       panel)
{
  const char *path = g_variant_get_string (parameter, NULL);
  WeirLibraryItem *item = find_item (panel, path);

  if (item)
    weir_library_trash_async (get_library (panel), item, has_trashed, call_new (panel, path));
}

static void
has_restored (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;

  weir_library_restore_finish (WEIR_LIBRARY (source), result, &error);
  end_call (call, NULL, error);
}

static void
restore (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       panel)
{
  const char *path = g_variant_get_string (parameter, NULL);
  WeirLibrary *library = get_library (panel);

  if (library)
    weir_library_restore_async (library, path, has_restored, call_new (panel, path));
}

void
weir_history_actions_install (GtkWidget *panel)
{
  static const GActionEntry entries[] = {
    { "star", star, "s" },
    { "mark", mark, "s" },
    { "copy", copy, "s" },
    { "show", show, "s" },
    { "trash", trash, "s" },
    { "restore", restore, "s" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), panel);
  gtk_widget_insert_action_group (panel, "library", G_ACTION_GROUP (group));
}
