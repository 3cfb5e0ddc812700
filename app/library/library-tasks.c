/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the library does in threads: saving, stars, the trash, and what it recalls. */

#include "library/library-private.h"

#include "library/packed-settings.h"

/* What a thread works with; each task uses some of it. */
typedef struct
{
  WeirFolder      *folder;
  char            *text; /* a file name's pattern, or a path */
  WeirLibraryItem *item;
  CasImage        *image;
  CasMetadata      metadata;
  gboolean         has_metadata;
} Work;

/* Each may be NULL. */
static Work *
work_new (const char      *text,
          WeirLibraryItem *item,
          CasImage        *image)
{
  Work *work = g_new0 (Work, 1);

  work->text = g_strdup (text);
  work->item = item ? g_object_ref (item) : NULL;
  work->image = image ? cas_image_ref (image) : NULL;
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  weir_folder_unref (work->folder);
  g_free (work->text);
  g_clear_object (&work->item);
  cas_image_unref (work->image);
  cas_metadata_clear (&work->metadata);
  g_free (work);
}

static WeirLibraryItem *
get_item (GAsyncResult *result)
{
  return ((Work *) g_task_get_task_data (G_TASK (result)))->item;
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

/* Takes work. The task is there until the main loop turns. */
static GTask *
start (WeirLibrary         *self,
       GTaskThreadFunc      run,
       Work                *work,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  work->folder = weir_folder_ref (self->folder);
  g_task_set_task_data (task, work, work_free);
  weir_library_run (self, task, run);
  return task;
}

/* Takes error, which is NULL if all went well. */
static void
answer (GTask  *task,
        GError *error)
{
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
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

/* Whether anybody asks for the result or not. The first save makes the folder. */
static void
has_saved (GTask      *task,
           GParamSpec *pspec,
           gpointer    data)
{
  WeirLibrary *self = g_task_get_source_object (task);

  weir_library_watch (self);
  weir_library_set_n_saving (self, self->n_saving - 1);
}

void
weir_library_save_async (WeirLibrary         *self,
                         CasImage            *image,
                         const CasMetadata   *metadata,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  Work *work;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  work = work_new (self->file_name, NULL, image);
  work->has_metadata = metadata != NULL;
  if (metadata)
    cas_metadata_copy (metadata, &work->metadata);
  weir_library_set_n_saving (self, self->n_saving + 1);
  g_signal_connect (start (self, save, work, NULL, callback, user_data), "notify::completed",
                    G_CALLBACK (has_saved), NULL);
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

/* NULL if they cannot be unpacked. */
static CasSettings *
make_settings (const char        *packed,
               CasSettingsFields  fields)
{
  g_autoptr (CasSettings) settings = g_new0 (CasSettings, 1);

  settings->fields = fields;
  settings->lost = g_ptr_array_new_with_free_func (g_free);
  return weir_settings_unpack (packed, fields, &settings->metadata) ? g_steal_pointer (&settings)
                                                                   : NULL;
}

static void
recall (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *packed = NULL;
  CasSettingsFields fields;

  if (!work->image)
    work->image = cas_image_load (work->text, cancellable, &error);
  if (!work->image)
    {
      g_task_return_error (task, error);
      return;
    }
  hash = cas_image_dup_hash (work->image);
  packed = weir_index_find (weir_folder_get_index (work->folder), hash, &fields);
  g_task_return_pointer (task, packed ? make_settings (packed, fields) : NULL,
                         (GDestroyNotify) cas_settings_free);
}

void
weir_library_recall_async (WeirLibrary         *self,
                           const char          *path,
                           CasImage            *image,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (WEIR_IS_LIBRARY (self));

  start (self, recall, work_new (path, NULL, image), cancellable, callback, user_data);
}

CasSettings *
weir_library_recall_finish (WeirLibrary   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- stars --------------------------------------------------------------------------------- */

static void
write_stars (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GError *error = NULL;

  weir_stars_write (((Work *) data)->folder->stars, &error);
  answer (task, error);
}

void
weir_library_star_async (WeirLibrary         *self,
                         WeirLibraryItem     *item,
                         gboolean             starred,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  const WeirLibraryFile *file;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  file = weir_library_item_get_file (item);
  weir_stars_set (self->folder->stars, file->name,
                  file->hash && *file->hash ? file->hash : NULL, starred);
  weir_library_update_star (self, item);
  start (self, write_stars, work_new (NULL, item, NULL), NULL, callback, user_data);
}

gboolean
weir_library_star_finish (WeirLibrary   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (g_task_propagate_boolean (G_TASK (result), error))
    return TRUE;
  weir_library_update_star (self, get_item (result));
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

  g_ptr_array_add (gone, (char *) weir_library_item_get_file (work->item)->name);
  if (weir_trash_put (WEIR_LIBRARY (source)->trash, weir_library_item_get_path (work->item),
                      &error))
    weir_index_update (weir_folder_get_index (work->folder), NULL, gone);
  answer (task, error);
}

void
weir_library_trash_async (WeirLibrary         *self,
                          WeirLibraryItem     *item,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (WEIR_IS_LIBRARY (self));

  start (self, trash, work_new (NULL, item, NULL), NULL, callback, user_data);
}

gboolean
weir_library_trash_finish (WeirLibrary   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  weir_library_drop (self, get_item (result));
  return TRUE;
}

static void
restore (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  GError *error = NULL;

  weir_trash_restore (WEIR_LIBRARY (source)->trash, ((Work *) data)->text, &error);
  answer (task, error);
}

void
weir_library_restore_async (WeirLibrary         *self,
                            const char          *path,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (WEIR_IS_LIBRARY (self));

  start (self, restore, work_new (path, NULL, NULL), NULL, callback, user_data);
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
