/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list kept in step with the folder: a thread reads it whenever it changed; then another one,
 * that has time, looks at the pixels of what is new. */

#include "library/library-private.h"

#include <sys/resource.h>

#include <glib/gstdio.h>

/* What happens in the folder is waited for until it is over. */
#define REFRESH_MS 400

/* Of a thread that shall not be in anybody's way. */
#define NICE 19

typedef struct
{
  WeirLibraryLink *link;
  WeirFolder      *folder;
  GPtrArray       *unseen; /* NULL: the folder is read */
} Reader;

/* What the reading thread tells the main one. */
typedef struct
{
  WeirLibraryLink *link;
  GPtrArray       *items;
  GHashTable      *names;
} News;

static void
reader_free (gpointer data)
{
  Reader *reader = data;

  g_atomic_rc_box_release (reader->link);
  weir_folder_unref (reader->folder);
  g_clear_pointer (&reader->unseen, g_ptr_array_unref);
  g_free (reader);
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_atomic_rc_box_release (news->link);
  g_clear_pointer (&news->items, g_ptr_array_unref);
  g_clear_pointer (&news->names, g_hash_table_unref);
  g_free (news);
}

static gboolean
take_news (gpointer data)
{
  News *news = data;
  WeirLibrary *self = news->link->library;

  if (self && news->items)
    weir_library_take (self, news->items);
  if (self && news->names)
    weir_library_drop_missing (self, news->names);
  return G_SOURCE_REMOVE;
}

static gpointer
copy_item (gconstpointer item,
           gpointer      data)
{
  return g_object_ref ((gpointer) item);
}

static GHashTable *
copy_names (GHashTable *names)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_add (copy, g_strdup (name));
  return copy;
}

static void
send_news (GPtrArray  *items,
           GHashTable *names,
           gpointer    user_data)
{
  Reader *reader = user_data;
  News *news = g_new0 (News, 1);

  news->link = g_atomic_rc_box_acquire (reader->link);
  news->items = items ? g_ptr_array_copy (items, copy_item, NULL) : NULL;
  news->names = names ? copy_names (names) : NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, take_news, news, news_free);
}

/* Whether a name that was seen to change is other than it is listed: what the library saves itself
 * is not, nor are files on their way. */
static gboolean
is_news (WeirLibrary *self,
         const char  *name)
{
  g_autofree char *path = g_build_filename (self->folder->path, name, NULL);
  WeirLibraryItem *item = g_hash_table_lookup (self->by_name, name);
  GStatBuf status;

  if (g_str_has_suffix (name, ".part"))
    return FALSE;
  if (g_stat (path, &status) != 0)
    return item != NULL;
  return !item || !weir_folder_is_of (item, &status);
}

static gboolean
refresh_later (gpointer data)
{
  WeirLibrary *self = data;
  GHashTableIter iter;
  gpointer name;
  gboolean is_needed = FALSE;

  if (self->n_saving > 0)
    return G_SOURCE_CONTINUE;
  g_hash_table_iter_init (&iter, self->changed);
  while (!is_needed && g_hash_table_iter_next (&iter, &name, NULL))
    is_needed = is_news (self, name);
  g_hash_table_remove_all (self->changed);
  self->refresh_id = 0;
  if (is_needed)
    weir_library_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
folder_changed (GFileMonitor      *monitor,
                GFile             *file,
                GFile             *other,
                GFileMonitorEvent  event,
                gpointer           data)
{
  WeirLibrary *self = data;

  g_hash_table_add (self->changed, g_file_get_basename (file));
  if (other)
    g_hash_table_add (self->changed, g_file_get_basename (other));
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  self->refresh_id = g_timeout_add (REFRESH_MS, refresh_later, self);
}

void
weir_library_watch (WeirLibrary *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder->path);

  if (self->monitor || !g_file_test (self->folder->path, G_FILE_TEST_IS_DIR))
    return;
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (folder_changed), self);
}

void
weir_library_unwatch (WeirLibrary *self)
{
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  if (self->monitor)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
}

/* --- threads ------------------------------------------------------------------------------- */

static GTask *
new_task (WeirLibrary         *self,
          GPtrArray           *unseen,
          GAsyncReadyCallback  callback)
{
  GTask *task = g_task_new (NULL, self->cancellable, callback, NULL);
  Reader *reader = g_new0 (Reader, 1);

  reader->link = g_atomic_rc_box_acquire (self->link);
  reader->folder = weir_folder_ref (self->folder);
  reader->unseen = unseen;
  g_task_set_task_data (task, reader, reader_free);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

/* NULL for a library that is gone. */
static WeirLibrary *
peek_library (GAsyncResult *result)
{
  return ((Reader *) g_task_get_task_data (G_TASK (result)))->link->library;
}

static gpointer
see_pictures (gpointer data)
{
  g_autoptr (GTask) task = data;
  Reader *reader = g_task_get_task_data (task);

  /* of this thread alone, and of the processes that decode for it */
  setpriority (PRIO_PROCESS, 0, NICE);
  weir_folder_see (reader->folder, reader->unseen, g_task_get_cancellable (task), send_news,
                   reader);
  g_task_return_boolean (task, TRUE);
  return NULL;
}

static void see (WeirLibrary *self);

static void
has_seen (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  WeirLibrary *self = peek_library (result);

  if (!self)
    return;
  self->is_seeing = FALSE;
  if (self->sees_again)
    see (self);
}

/* First those that their pixels may tell of what they were made with. */
static GPtrArray *
list_unseen (WeirLibrary *self)
{
  GPtrArray *unseen = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint has_settings = 0; has_settings <= 1; has_settings++)
    for (guint i = 0; i < self->items->len; i++)
      {
        WeirLibraryItem *item = g_ptr_array_index (self->items, i);
        const WeirLibraryFile *file = weir_library_item_get_file (item);

        if (!file->hash && (file->settings != NULL) == has_settings)
          g_ptr_array_add (unseen, g_object_ref (item));
      }
  return unseen;
}

static void
see (WeirLibrary *self)
{
  GPtrArray *unseen;

  self->sees_again = self->is_seeing;
  if (self->is_seeing)
    return;
  unseen = list_unseen (self);
  if (unseen->len == 0)
    {
      g_ptr_array_unref (unseen);
      return;
    }
  self->is_seeing = TRUE;
  g_thread_unref (g_thread_new ("see", see_pictures, new_task (self, unseen, has_seen)));
}

static void
read_folder (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Reader *reader = data;

  weir_folder_read (reader->folder, cancellable, send_news, reader);
  g_task_return_boolean (task, TRUE);
}

static void
has_read (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  WeirLibrary *self = peek_library (result);

  if (!self)
    return;
  self->is_reading = FALSE;
  if (self->reads_again)
    {
      weir_library_refresh (self);
      return;
    }
  see (self);
  weir_library_set_is_reading (self, FALSE);
}

void
weir_library_refresh (WeirLibrary *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  weir_library_watch (self);
  self->reads_again = self->is_reading;
  if (self->is_reading)
    return;

  task = new_task (self, NULL, has_read);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_run_in_thread (task, read_folder);
  weir_library_set_is_reading (self, TRUE);
}
