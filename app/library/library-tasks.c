/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the library does in threads: saving, stars, the trash, and what it recalls. */

#include "library/library-private.h"

#include <string.h>

#include "library/packed-settings.h"

/* What a thread works with; each task uses some of it, and settings is what it recalled. */
typedef struct
{
  WeirFolder        *folder;
  CasImage          *image;
  CasMetadata        metadata;
  gboolean           has_metadata;
  char              *text;     /* a file name's pattern, a path or a hash */
  char              *settings;
  CasSettingsFields  fields;
  WeirLibraryItem   *item;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  weir_folder_unref (work->folder);
  g_clear_pointer (&work->image, cas_image_unref);
  cas_metadata_clear (&work->metadata);
  g_clear_object (&work->item);
  g_free (work->text);
  g_free (work->settings);
  g_free (work);
}

/* --- threads ------------------------------------------------------------------------------- */

typedef struct
{
  GTask          *task;
  GTaskThreadFunc run;
} Job;

static gboolean
unref_task (gpointer task)
{
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

void
weir_library_let_go (GTask *task)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, unref_task, task, NULL);
}

static void
run_job (gpointer data,
         gpointer user_data)
{
  g_autofree Job *job = data;

  job->run (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task),
            g_task_get_cancellable (job->task));
  weir_library_let_go (job->task);
}

void
weir_library_run (WeirLibrary     *self,
                  GTask           *task,
                  GTaskThreadFunc  run)
{
  Job *job = g_new (Job, 1);

  job->task = g_object_ref (task);
  job->run = run;
  if (!self->workers)
    self->workers = g_thread_pool_new (run_job, NULL, -1, FALSE, NULL);
  g_thread_pool_push (self->workers, job, NULL);
}

static GTask *
new_task (WeirLibrary         *self,
          gpointer             tag,
          const char          *text,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->folder = weir_folder_ref (self->folder);
  work->text = g_strdup (text);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, work_free);
  return task;
}

/* --- saving -------------------------------------------------------------------------------- */

static void
save (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  WeirLibraryItem *item =
    weir_folder_save (work->folder, work->image, work->has_metadata ? &work->metadata : NULL,
                      work->text, &error);

  if (item)
    g_task_return_pointer (task, item, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* Whether anybody asks for the result or not. */
static void
has_saved (GTask      *task,
           GParamSpec *pspec,
           gpointer    data)
{
  WeirLibrary *self = g_task_get_source_object (task);

  weir_library_set_n_saving (self, self->n_saving - 1);
}

void
weir_library_save_async (WeirLibrary         *self,
                         CasImage            *image,
                         const CasMetadata   *metadata,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Work *work;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  task = new_task (self, weir_library_save_async, self->file_name, callback, user_data);
  work = g_task_get_task_data (task);
  work->image = cas_image_ref (image);
  work->has_metadata = metadata != NULL;
  if (metadata)
    cas_metadata_copy (metadata, &work->metadata);
  weir_library_set_n_saving (self, self->n_saving + 1);
  g_signal_connect (task, "notify::completed", G_CALLBACK (has_saved), NULL);
  weir_library_run (self, task, save);
}

WeirLibraryItem *
weir_library_save_finish (WeirLibrary   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  WeirLibraryItem *item;
  const WeirLibraryFile *file;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  item = g_task_propagate_pointer (G_TASK (result), error);
  if (!item)
    return NULL;
  weir_library_take_one (self, item);

  /* the one that is listed, which may have been found in the folder meanwhile */
  file = weir_library_item_get_file (item);
  g_set_object (&item, g_hash_table_lookup (self->by_name, file->name));
  return item;
}

/* --- recalling ----------------------------------------------------------------------------- */

static void
recall (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  Work *work = data;

  work->settings = weir_index_find (weir_folder_get_index (work->folder), work->text,
                                    &work->fields);
  g_task_return_boolean (task, work->settings != NULL);
}

void
weir_library_recall_async (WeirLibrary         *self,
                           const char          *hash,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  task = new_task (self, weir_library_recall_async, hash, callback, user_data);
  weir_library_run (self, task, recall);
}

gboolean
weir_library_recall_finish (WeirLibrary        *self,
                            GAsyncResult       *result,
                            CasMetadata        *metadata,
                            CasSettingsFields  *fields,
                            GError            **error)
{
  Work *work;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  memset (metadata, 0, sizeof *metadata);
  *fields = 0;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  work = g_task_get_task_data (G_TASK (result));
  *fields = work->fields;
  return weir_settings_unpack (work->settings, work->fields, metadata);
}

/* --- stars --------------------------------------------------------------------------------- */

static void
write_stars (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;

  if (weir_stars_write (work->folder->stars, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
weir_library_star_async (WeirLibrary         *self,
                         WeirLibraryItem     *item,
                         gboolean             starred,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const WeirLibraryFile *file;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  file = weir_library_item_get_file (item);
  weir_stars_set (self->folder->stars, file->name,
                  file->hash && *file->hash ? file->hash : NULL, starred);
  weir_library_item_set_starred (item, starred);
  task = new_task (self, weir_library_star_async, NULL, callback, user_data);
  ((Work *) g_task_get_task_data (task))->item = g_object_ref (item);
  weir_library_run (self, task, write_stars);
}

gboolean
weir_library_star_finish (WeirLibrary   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  Work *work;
  const WeirLibraryFile *file;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (g_task_propagate_boolean (G_TASK (result), error))
    return TRUE;
  work = g_task_get_task_data (G_TASK (result));
  file = weir_library_item_get_file (work->item);
  weir_library_item_set_starred (work->item,
                                 weir_stars_has (self->folder->stars, file->name, file->hash));
  return FALSE;
}

/* --- the trash ----------------------------------------------------------------------------- */

/* The index forgets it at once; if the program dies before, it is missed when the folder is read. */
static void
trash (GTask        *task,
       gpointer      source,
       gpointer      data,
       GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();

  if (!weir_trash_put (WEIR_LIBRARY (source)->trash, weir_library_item_get_path (work->item),
                       &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (gone, (char *) weir_library_item_get_file (work->item)->name);
  weir_index_update (weir_folder_get_index (work->folder), NULL, gone);
  g_task_return_boolean (task, TRUE);
}

void
weir_library_trash_async (WeirLibrary         *self,
                          WeirLibraryItem     *item,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  task = new_task (self, weir_library_trash_async, NULL, callback, user_data);
  ((Work *) g_task_get_task_data (task))->item = g_object_ref (item);
  weir_library_run (self, task, trash);
}

gboolean
weir_library_trash_finish (WeirLibrary   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  Work *work;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  work = g_task_get_task_data (G_TASK (result));
  weir_library_drop (self, work->item);
  return TRUE;
}

static void
restore (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;

  if (weir_trash_restore (WEIR_LIBRARY (source)->trash, work->text, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
weir_library_restore_async (WeirLibrary         *self,
                            const char          *path,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  task = new_task (self, weir_library_restore_async, path, callback, user_data);
  weir_library_run (self, task, restore);
}

gboolean
weir_library_restore_finish (WeirLibrary   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  weir_library_refresh (self);
  return TRUE;
}
