/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two folders that are watched and a list of files. */

#include "loras/lora-list.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/error.h>

#define MAX_FILES 1000 /* of a folder */

/* A folder is read this long after the last change, since files come in pieces. */
#define SETTLE_MS 500

typedef enum
{
  OF_MODEL,
  OF_USER,
  N_FOLDERS
} Folder;

struct _WeirLoraList
{
  GObject parent;

  GSettings    *settings;
  GHashTable   *all;   /* path → WeirLora, whatever model it belongs to */
  GPtrArray    *shown; /* of all, by name */
  char         *model; /* folder */
  char         *folders[N_FOLDERS];
  GFileMonitor *monitors[N_FOLDERS];
  guint         reading;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirLoraList, weir_lora_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *list)
{
  return WEIR_TYPE_LORA;
}

static guint
get_n_items (GListModel *list)
{
  return WEIR_LORA_LIST (list)->shown->len;
}

static gpointer
get_item (GListModel *list,
          guint       position)
{
  WeirLoraList *self = WEIR_LORA_LIST (list);

  return position < self->shown->len ? g_object_ref (self->shown->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- reading -------------------------------------------------------------------------------- */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  WeirLora *const *one = a;
  WeirLora *const *other = b;
  const int order = g_utf8_collate (weir_lora_get_name (*one), weir_lora_get_name (*other));

  return order ? order : strcmp (weir_lora_get_path (*one), weir_lora_get_path (*other));
}

/* The one there is of this path, or a new one. */
static WeirLora *
get_lora (WeirLoraList *self,
          const char   *path)
{
  WeirLora *lora = g_hash_table_lookup (self->all, path);

  if (lora)
    return lora;
  lora = weir_lora_new (path);
  g_hash_table_insert (self->all, g_strdup (path), lora);
  if (self->model)
    weir_lora_look (lora, self->model);
  return lora;
}

static void
read_folder (WeirLoraList *self,
             const char   *folder,
             GPtrArray    *found)
{
  g_autoptr (GDir) dir = folder ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  for (guint n = 0; dir && n < MAX_FILES && (name = g_dir_read_name (dir)); n++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, ".safetensors"))
        g_ptr_array_add (found, get_lora (self, path));
    }
}

/* Those of another model's folder are kept, as they come back. */
static gboolean
is_gone (gpointer path,
         gpointer lora,
         gpointer data)
{
  WeirLoraList *self = data;
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_ptr_array_find (self->shown, lora, NULL))
    return FALSE;
  for (guint i = 0; i < N_FOLDERS; i++)
    if (g_strcmp0 (folder, self->folders[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
show_all (WeirLoraList *self)
{
  g_auto (GStrv) told = g_settings_get_strv (self->settings, "loras");
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  const guint n_before = self->shown->len;

  for (guint i = 0; i < N_FOLDERS; i++)
    read_folder (self, self->folders[i], found);
  for (guint i = 0; told[i]; i++)
    if (!g_ptr_array_find (found, get_lora (self, told[i]), NULL))
      g_ptr_array_add (found, get_lora (self, told[i]));
  g_ptr_array_sort (found, compare_names);
  if (found->len == n_before
      && (n_before == 0 || memcmp (found->pdata, self->shown->pdata, n_before * sizeof (gpointer)) == 0))
    return;
  g_ptr_array_unref (self->shown);
  self->shown = g_steal_pointer (&found);
  g_hash_table_foreach_remove (self->all, is_gone, self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->shown->len);
}

static gboolean
read_again (gpointer data)
{
  WeirLoraList *self = data;

  self->reading = 0;
  show_all (self);
  return G_SOURCE_REMOVE;
}

/* A file that was written again, or that took the place of another, may be of another kind. */
static void
look_again (WeirLoraList *self,
            GFile        *file)
{
  g_autofree char *path = file ? g_file_get_path (file) : NULL;
  WeirLora *lora = path ? g_hash_table_lookup (self->all, path) : NULL;

  if (lora && self->model)
    weir_lora_look (lora, self->model);
}

static void
folder_changed (WeirLoraList     *self,
                GFile            *file,
                GFile            *other,
                GFileMonitorEvent event)
{
  switch (event)
    {
    case G_FILE_MONITOR_EVENT_CREATED:
    case G_FILE_MONITOR_EVENT_MOVED_IN:
    case G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT:
      look_again (self, file);
      break;
    case G_FILE_MONITOR_EVENT_RENAMED:
      look_again (self, other);
      break;
    default:
      break;
    }
  g_clear_handle_id (&self->reading, g_source_remove);
  self->reading = g_timeout_add (SETTLE_MS, read_again, self);
}

static void
set_folder (WeirLoraList *self,
            Folder        which,
            char         *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  g_free (self->folders[which]);
  self->folders[which] = folder;
  g_clear_object (&self->monitors[which]);
  self->monitors[which] = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitors[which])
    g_signal_connect_object (self->monitors[which], "changed", G_CALLBACK (folder_changed), self,
                             G_CONNECT_SWAPPED);
}

/* --- the list ------------------------------------------------------------------------------- */

static void
weir_lora_list_finalize (GObject *object)
{
  WeirLoraList *self = WEIR_LORA_LIST (object);

  g_clear_handle_id (&self->reading, g_source_remove);
  for (guint i = 0; i < N_FOLDERS; i++)
    {
      g_clear_object (&self->monitors[i]);
      g_free (self->folders[i]);
    }
  g_clear_object (&self->settings);
  g_ptr_array_unref (self->shown);
  g_hash_table_unref (self->all);
  g_free (self->model);
  G_OBJECT_CLASS (weir_lora_list_parent_class)->finalize (object);
}

static void
weir_lora_list_class_init (WeirLoraListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = weir_lora_list_finalize;
}

static void
weir_lora_list_init (WeirLoraList *self)
{
  self->all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->shown = g_ptr_array_new ();
}

WeirLoraList *
weir_lora_list_new (GSettings *settings)
{
  WeirLoraList *self = g_object_new (WEIR_TYPE_LORA_LIST, NULL);

  self->settings = g_object_ref (settings);
  set_folder (self, OF_USER, g_build_filename (g_get_user_data_dir (), "weir", "loras", NULL));
  show_all (self);
  return self;
}

void
weir_lora_list_set_model (WeirLoraList *self,
                          const char   *folder)
{
  GHashTableIter iter;
  gpointer lora;

  g_return_if_fail (WEIR_IS_LORA_LIST (self));

  if (g_strcmp0 (folder, self->model) == 0)
    return;
  g_free (self->model);
  self->model = g_strdup (folder);
  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, NULL, &lora))
    weir_lora_look (lora, folder);
  set_folder (self, OF_MODEL, g_build_filename (folder, "lora", NULL));
  show_all (self);
}

WeirLora *
weir_lora_list_add (WeirLoraList *self,
                    const char   *path,
                    GError      **error)
{
  g_auto (GStrv) told = NULL;

  g_return_val_if_fail (WEIR_IS_LORA_LIST (self), NULL);

  if (weir_lora_list_find (self, path))
    return get_lora (self, path);
  if (!g_utf8_validate (path, -1, NULL))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("“%s” cannot be added: its path is no valid UTF-8."), name);
      return NULL;
    }
  told = g_settings_get_strv (self->settings, "loras");
  if (!g_strv_contains ((const char *const *) told, path))
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) all = NULL;

      g_strv_builder_addv (builder, (const char **) told);
      g_strv_builder_add (builder, path);
      all = g_strv_builder_end (builder);
      g_settings_set_strv (self->settings, "loras", (const char *const *) all);
      show_all (self);
    }
  return get_lora (self, path);
}

gboolean
weir_lora_list_is_added (WeirLoraList *self,
                         WeirLora     *lora)
{
  g_autofree char *folder = NULL;
  g_auto (GStrv) told = NULL;

  g_return_val_if_fail (WEIR_IS_LORA_LIST (self), FALSE);

  folder = g_path_get_dirname (weir_lora_get_path (lora));
  told = g_settings_get_strv (self->settings, "loras");
  for (guint i = 0; i < N_FOLDERS; i++)
    if (g_strcmp0 (folder, self->folders[i]) == 0)
      return FALSE;
  return g_strv_contains ((const char *const *) told, weir_lora_get_path (lora));
}

void
weir_lora_list_remove (WeirLoraList *self,
                       WeirLora     *lora)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) told = NULL;
  g_auto (GStrv) rest = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (WEIR_IS_LORA_LIST (self));

  told = g_settings_get_strv (self->settings, "loras");
  for (guint i = 0; told[i]; i++)
    if (!g_str_equal (told[i], weir_lora_get_path (lora)))
      g_strv_builder_add (builder, told[i]);
  rest = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "loras", (const char *const *) rest);
  g_object_set (lora, "is-on", FALSE, NULL);
  path = g_strdup (weir_lora_get_path (lora));
  show_all (self);
  if (!weir_lora_list_find (self, path))
    g_hash_table_remove (self->all, path);
}

WeirLora *
weir_lora_list_find (WeirLoraList *self,
                     const char   *path)
{
  WeirLora *lora;

  g_return_val_if_fail (WEIR_IS_LORA_LIST (self), NULL);

  lora = g_hash_table_lookup (self->all, path);
  return lora && g_ptr_array_find (self->shown, lora, NULL) ? lora : NULL;
}

WeirLora *
weir_lora_list_find_like (WeirLoraList *self,
                          const char   *path)
{
  g_autofree char *name = g_path_get_basename (path);
  WeirLora *lora = weir_lora_list_find (self, path);

  for (guint i = 0; !lora && i < self->shown->len; i++)
    {
      g_autofree char *other = g_path_get_basename (weir_lora_get_path (self->shown->pdata[i]));

      if (g_str_equal (name, other))
        lora = self->shown->pdata[i];
    }
  return lora;
}
