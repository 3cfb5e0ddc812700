/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list. */

#include "library/library-private.h"

static void list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirLibrary, weir_library, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_FILE_NAME = 1,
  PROP_IS_READING,
  PROP_IS_SAVING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- the list ------------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_LIBRARY_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_LIBRARY (model)->items->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GPtrArray *items = WEIR_LIBRARY (model)->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

/* Where it is, or where it would be. */
static guint
find_place (WeirLibrary     *self,
            WeirLibraryItem *item)
{
  guint low = 0, high = self->items->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (weir_library_item_compare (g_ptr_array_index (self->items, middle), item) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
remove_item (WeirLibrary     *self,
             WeirLibraryItem *item)
{
  const guint place = find_place (self, item);

  weir_library_forget_thumbnail (self, item);
  g_hash_table_remove (self->by_name, weir_library_item_get_file (item)->name);
  g_ptr_array_remove_index (self->items, place);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
}

static void
index_item (WeirLibrary     *self,
            WeirLibraryItem *item)
{
  g_hash_table_insert (self->by_name, (char *) weir_library_item_get_file (item)->name, item);
}

gboolean
weir_library_has (WeirLibrary     *self,
                  WeirLibraryItem *item)
{
  return g_hash_table_lookup (self->by_name, weir_library_item_get_file (item)->name) == item;
}

static void
insert_item (WeirLibrary     *self,
             WeirLibraryItem *item)
{
  const guint place = find_place (self, item);

  index_item (self, item);
  g_ptr_array_insert (self->items, place, g_object_ref (item));
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

/* The list changes with it, for those who show a part of it. */
void
weir_library_update_star (WeirLibrary     *self,
                          WeirLibraryItem *item)
{
  const WeirLibraryFile *file = weir_library_item_get_file (item);
  const gboolean is_starred = weir_stars_has (self->folder->stars, file->name, file->hash);

  if (is_starred == weir_library_item_get_starred (item))
    return;
  weir_library_item_set_starred (item, is_starred);
  if (weir_library_has (self, item))
    g_list_model_items_changed (G_LIST_MODEL (self), find_place (self, item), 1, 1);
}

static gboolean
is_same (WeirLibraryItem *a,
         WeirLibraryItem *b)
{
  const WeirLibraryFile *x = weir_library_item_get_file (a), *y = weir_library_item_get_file (b);

  return x->size_bytes == y->size_bytes && x->changed_us == y->changed_us
         && x->date_us == y->date_us && g_strcmp0 (x->settings, y->settings) == 0;
}

/* One that is there already stays, so that what shows it stays. */
void
weir_library_take_one (WeirLibrary     *self,
                       WeirLibraryItem *item)
{
  const WeirLibraryFile *file = weir_library_item_get_file (item);
  WeirLibraryItem *old = g_hash_table_lookup (self->by_name, file->name);

  if (old && is_same (old, item))
    {
      if (file->hash)
        weir_library_item_set_hash (old, file->hash);
      weir_library_update_star (self, old);
      return;
    }
  if (old)
    remove_item (self, old);
  weir_library_update_star (self, item);
  insert_item (self, item);
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  return weir_library_item_compare (*(WeirLibraryItem **) a, *(WeirLibraryItem **) b);
}

void
weir_library_take (WeirLibrary *self,
                   GPtrArray   *items)
{
  if (self->items->len > 0)
    {
      for (guint i = 0; i < items->len; i++)
        weir_library_take_one (self, g_ptr_array_index (items, i));
      return;
    }

  for (guint i = 0; i < items->len; i++)
    {
      WeirLibraryItem *item = g_ptr_array_index (items, i);

      weir_library_update_star (self, item);
      index_item (self, item);
      g_ptr_array_add (self->items, g_object_ref (item));
    }
  if (self->items->len == 0)
    return;
  g_ptr_array_sort (self->items, compare_items);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->items->len);
}

void
weir_library_drop (WeirLibrary     *self,
                   WeirLibraryItem *item)
{
  if (weir_library_has (self, item))
    remove_item (self, item);
}

/* What was saved after the folder was listed is not among the names, but there. */
void
weir_library_drop_missing (WeirLibrary *self,
                           GHashTable  *names)
{
  for (guint i = self->items->len; i-- > 0;)
    {
      WeirLibraryItem *item = g_ptr_array_index (self->items, i);

      if (!g_hash_table_contains (names, weir_library_item_get_file (item)->name)
          && !g_file_test (weir_library_item_get_path (item), G_FILE_TEST_EXISTS))
        remove_item (self, item);
    }
}

/* --- the object ---------------------------------------------------------------------------- */

static void
weir_library_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  WeirLibrary *self = WEIR_LIBRARY (object);

  switch (id)
    {
    case PROP_FILE_NAME:
      g_value_set_string (value, self->file_name);
      break;
    case PROP_IS_READING:
      g_value_set_boolean (value, self->is_reading);
      break;
    case PROP_IS_SAVING:
      g_value_set_boolean (value, self->n_saving > 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_library_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  WeirLibrary *self = WEIR_LIBRARY (object);

  switch (id)
    {
    case PROP_FILE_NAME:
      g_free (self->file_name);
      self->file_name = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_library_finalize (GObject *object)
{
  WeirLibrary *self = WEIR_LIBRARY (object);

  g_cancellable_cancel (self->cancellable);
  self->link->library = NULL;
  g_atomic_rc_box_release (self->link);
  weir_library_unwatch (self);
  g_clear_object (&self->cancellable);
  weir_library_clear_thumbnails (self);
  if (self->workers)
    g_thread_pool_free (self->workers, FALSE, FALSE);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->items);
  weir_trash_free (self->trash);
  weir_folder_unref (self->folder);
  g_free (self->file_name);
  G_OBJECT_CLASS (weir_library_parent_class)->finalize (object);
}

static void
weir_library_class_init (WeirLibraryClass *class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_library_get_property;
  object_class->set_property = weir_library_set_property;
  object_class->finalize = weir_library_finalize;

  properties[PROP_FILE_NAME] =
    g_param_spec_string ("file-name", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_READING] = g_param_spec_boolean ("is-reading", NULL, NULL, FALSE, readable);
  properties[PROP_IS_SAVING] = g_param_spec_boolean ("is-saving", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_library_init (WeirLibrary *self)
{
  self->link = g_atomic_rc_box_new0 (WeirLibraryLink);
  self->link->library = self;
  self->file_name = g_strdup ("");
  self->trash = weir_trash_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  weir_library_init_thumbnails (self);
}

char *
weir_library_dup_default_folder (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *home_pictures = g_build_filename (g_get_home_dir (), "Pictures", NULL);

  return g_build_filename (pictures ? pictures : home_pictures, "Weir", NULL);
}

WeirLibrary *
weir_library_new (const char *folder,
                  const char *index_path,
                  const char *thumbnails)
{
  WeirLibrary *self = g_object_new (WEIR_TYPE_LIBRARY, NULL);
  g_autofree char *path = folder && *folder ? g_canonicalize_filename (folder, NULL)
                                            : weir_library_dup_default_folder ();
  /* each folder has its own */
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  g_autofree char *key = g_strndup (hash, 16);
  g_autofree char *index_name = g_strdup_printf ("library-%s.sqlite", key);
  g_autofree char *default_index =
    g_build_filename (g_get_user_data_dir (), "weir", index_name, NULL);
  g_autofree char *default_thumbnails =
    g_build_filename (g_get_user_cache_dir (), "weir", "thumbnails", key, NULL);

  self->folder = weir_folder_new (path,
                                  index_path && *index_path ? index_path : default_index,
                                  thumbnails && *thumbnails ? thumbnails : default_thumbnails);
  weir_library_refresh (self);
  return self;
}

gboolean
weir_library_get_is_reading (WeirLibrary *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY (self), FALSE);

  return self->is_reading;
}

gboolean
weir_library_get_is_saving (WeirLibrary *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY (self), FALSE);

  return self->n_saving > 0;
}

void
weir_library_set_is_reading (WeirLibrary *self,
                             gboolean     is_reading)
{
  self->is_reading = is_reading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_READING]);
}

void
weir_library_set_n_saving (WeirLibrary *self,
                           guint        n)
{
  const gboolean was_saving = self->n_saving > 0;

  self->n_saving = n;
  if (was_saving != (n > 0))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SAVING]);
}

WeirLibraryItem *
weir_library_find (WeirLibrary *self,
                   const char  *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  g_return_val_if_fail (WEIR_IS_LIBRARY (self), NULL);

  return g_str_equal (folder, self->folder->path) ? g_hash_table_lookup (self->by_name, name)
                                                  : NULL;
}

WeirLibraryItem *
weir_library_find_pixels (WeirLibrary *self,
                          const char  *hash)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (WeirLibraryItem) item = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (g_strcmp0 (weir_library_item_get_file (item)->hash, hash) == 0)
        return item;
    }
  return NULL;
}
