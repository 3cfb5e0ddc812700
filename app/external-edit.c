/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that are written in threads, watched, and read in threads when they have come to rest. */

#include "external-edit.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define REST_MS         300 /* without news, after which a file is taken for whole */
#define RETRY_MS        1000
#define MAX_RETRIES     10
#define GONE_MS         3000 /* after which a file that was removed is not coming again */
#define MAX_AGE_SECONDS (24 * 60 * 60)

/* Our file's name in its folder, which is ours as well, in every language. */
#define FILE_NAME "image.png"

struct _WeirExternalEdit
{
  GObject parent;

  char         *folder;
  GPtrArray    *lent;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WeirExternalEdit, weir_external_edit, G_TYPE_OBJECT)

enum
{
  CHANGED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What a file was when it was written or read: it is another when it has another. */
typedef struct
{
  guint64         inode, size;
  struct timespec time;
} Version;

/* One file. Its version and its hash are the last that are not in it alone. */
typedef struct
{
  WeirExternalEdit  *self; /* not owned; outlives it */
  WeirPicture       *picture; /* these three until it is opened */
  GAppInfo          *app;
  GAppLaunchContext *context;
  char              *path;
  char              *hash;
  Version            version;
  GPtrArray         *pictures; /* of GWeakRef: the lent one, and what came back of it */
  GFileMonitor      *monitor;
  guint              rest_id;
  guint              n_retries;
  gboolean           is_reading;
  gboolean           has_news; /* while it was read */
} Lent;

/* --- folders --------------------------------------------------------------------------------- */

/* The folder stays if anything is left in it: what an editor saved beside our file is not ours. */
static void
remove_lent (const char *folder,
             const char *path)
{
  g_unlink (path);
  g_rmdir (folder);
}

/* When something was last done in the folder, in seconds since 1970. */
static gint64
find_last_time (const char     *folder,
                const GStatBuf *status)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gint64 last = status->st_mtime;

  for (const char *name; dir && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf inner;

      if (g_lstat (path, &inner) == 0)
        last = MAX (last, (gint64) inner.st_mtime);
    }
  return last;
}

static void
remove_old (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  const char *folder = task_data;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (const char *name; dir && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (g_lstat (path, &status) == 0 && S_ISDIR (status.st_mode)
          && now - find_last_time (path, &status) > MAX_AGE_SECONDS)
        {
          g_autofree char *file = g_build_filename (path, FILE_NAME, NULL);

          remove_lent (path, file);
        }
    }
  g_task_return_boolean (task, TRUE);
}

/* FALSE: there is no file. */
static gboolean
find_version (const char *path,
              Version    *version)
{
  GStatBuf status;

  if (g_lstat (path, &status) != 0)
    return FALSE;
  *version = (Version) { status.st_ino, (guint64) status.st_size, status.st_mtim };
  return TRUE;
}

/* Whether nothing was saved there since. */
static gboolean
is_known (const Lent *lent)
{
  Version version;

  return find_version (lent->path, &version) && version.inode == lent->version.inode
         && version.size == lent->version.size
         && version.time.tv_sec == lent->version.time.tv_sec
         && version.time.tv_nsec == lent->version.time.tv_nsec;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
add_picture (Lent        *lent,
             WeirPicture *picture)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, picture);
  g_ptr_array_add (lent->pictures, ref);
}

/* Those that are still somewhere. */
static GPtrArray *
dup_pictures (Lent *lent)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < lent->pictures->len; i++)
    {
      WeirPicture *picture = g_weak_ref_get (lent->pictures->pdata[i]);

      if (picture)
        g_ptr_array_add (pictures, picture);
    }
  return pictures;
}

/* What was saved and not read stays: it is nowhere else. */
static void
lent_free (gpointer data)
{
  Lent *lent = data;
  g_autofree char *folder = lent->path ? g_path_get_dirname (lent->path) : NULL;

  if (lent->monitor)
    {
      g_signal_handlers_disconnect_by_data (lent->monitor, lent);
      g_file_monitor_cancel (lent->monitor);
    }
  g_clear_handle_id (&lent->rest_id, g_source_remove);
  g_clear_object (&lent->monitor);
  g_clear_object (&lent->picture);
  g_clear_object (&lent->app);
  g_clear_object (&lent->context);
  if (folder && is_known (lent))
    remove_lent (folder, lent->path);
  g_ptr_array_unref (lent->pictures);
  g_free (lent->path);
  g_free (lent->hash);
  g_free (lent);
}

static void
fail (WeirExternalEdit *self,
      const GError     *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* --- what comes back ------------------------------------------------------------------------- */

/* What a thread has read. */
typedef struct
{
  CasImage *image;
  char     *hash;
  Version   version; /* from before it was read */
} Returned;

static void
returned_free (gpointer data)
{
  Returned *returned = data;

  cas_image_unref (returned->image);
  g_free (returned->hash);
  g_free (returned);
}

static void
read_file (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  GError *error = NULL;
  Version version = { 0 };
  CasImage *image;
  Returned *returned;

  find_version (task_data, &version);
  image = cas_image_load (task_data, cancellable, &error);

  if (!image)
    {
      g_task_return_error (task, error);
      return;
    }
  /* what is transparent is white, as on paper */
  cas_image_flatten (image, 255, 255, 255);
  returned = g_new0 (Returned, 1);
  returned->image = image;
  returned->version = version;
  returned->hash = cas_image_dup_hash (image);
  g_task_return_pointer (task, returned, returned_free);
}

static void wait_for_rest (Lent *lent,
                           guint delay_ms);

/* How it was made is not known any more: a hand was at work. */
static void
take_back (Lent     *lent,
           Returned *returned)
{
  g_autoptr (WeirPicture) picture = NULL;
  g_autoptr (GPtrArray) former = NULL;

  lent->n_retries = 0;
  lent->version = returned->version;
  if (g_strcmp0 (returned->hash, lent->hash) == 0)
    return;
  g_free (lent->hash);
  lent->hash = g_steal_pointer (&returned->hash);
  picture = weir_picture_new (returned->image, NULL);
  former = dup_pictures (lent);
  add_picture (lent, picture);
  g_signal_emit (lent->self, signals[CHANGED], 0, picture, former);
}

/* A file that cannot be read may be half of one. */
static void
read_done (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  WeirExternalEdit *self = WEIR_EXTERNAL_EDIT (source);
  Lent *lent = user_data;
  g_autoptr (GError) error = NULL;
  Returned *returned = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&returned, returned_free);
      return; /* it is gone */
    }
  lent->is_reading = FALSE;
  if (returned)
    {
      take_back (lent, returned);
      returned_free (returned);
    }
  else if (!lent->has_news && ++lent->n_retries < MAX_RETRIES)
    wait_for_rest (lent, RETRY_MS);
  else if (!lent->has_news)
    {
      lent->n_retries = 0;
      fail (self, error);
    }
  if (lent->has_news)
    wait_for_rest (lent, REST_MS);
  lent->has_news = FALSE;
}

static gboolean
at_rest (gpointer user_data)
{
  Lent *lent = user_data;
  g_autoptr (GTask) task = NULL;

  lent->rest_id = 0;
  if (!g_file_test (lent->path, G_FILE_TEST_EXISTS))
    {
      g_ptr_array_remove_fast (lent->self->lent, lent);
      return G_SOURCE_REMOVE;
    }
  task = g_task_new (lent->self, lent->self->cancellable, read_done, lent);
  lent->is_reading = TRUE;
  g_task_set_task_data (task, g_strdup (lent->path), g_free);
  g_task_run_in_thread (task, read_file);
  return G_SOURCE_REMOVE;
}

static void
wait_for_rest (Lent  *lent,
               guint  delay_ms)
{
  g_clear_handle_id (&lent->rest_id, g_source_remove);
  lent->rest_id = g_timeout_add (delay_ms, at_rest, lent);
}

/* A program may write the file, or write another and move it here. */
static void
file_event (GFileMonitor      *monitor,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event,
            Lent              *lent)
{
  const gboolean is_gone = event == G_FILE_MONITOR_EVENT_DELETED
                           || event == G_FILE_MONITOR_EVENT_MOVED_OUT;

  if (event == G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED)
    return;
  lent->n_retries = 0;
  if (lent->is_reading)
    lent->has_news = TRUE;
  else
    wait_for_rest (lent, is_gone ? GONE_MS : REST_MS);
}

/* --- what goes out --------------------------------------------------------------------------- */

static void
write_file (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  WeirExternalEdit *self = source;
  Lent *lent = task_data;
  g_autofree char *folder = g_build_filename (self->folder, "XXXXXX", NULL);
  GError *error = NULL;

  if (g_mkdir_with_parents (self->folder, 0700) != 0 || !g_mkdtemp (folder))
    {
      g_autofree char *shown = g_filename_display_name (self->folder);

      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno),
                               _("The folder “%s” cannot be made: %s."), shown,
                               g_strerror (errno));
      return;
    }
  lent->path = g_build_filename (folder, FILE_NAME, NULL);
  lent->hash = cas_image_dup_hash (weir_picture_get_image (lent->picture));
  if (weir_picture_save (lent->picture, lent->path, FALSE, &error))
    {
      find_version (lent->path, &lent->version);
      g_task_return_boolean (task, TRUE);
      return;
    }
  remove_lent (folder, lent->path);
  g_task_return_error (task, error);
}

static gboolean
watch_and_open (Lent    *lent,
                GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (lent->path);
  g_autolist (GFile) files = g_list_append (NULL, g_object_ref (file));

  lent->monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, error);
  if (!lent->monitor)
    return FALSE;
  g_signal_connect (lent->monitor, "changed", G_CALLBACK (file_event), lent);
  return g_app_info_launch (lent->app, files, lent->context, error);
}

static void
written (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  WeirExternalEdit *self = WEIR_EXTERNAL_EDIT (source);
  Lent *lent = user_data;
  g_autoptr (GError) error = NULL;

  /* from here on it is the list's, which may be empty for good */
  if (g_task_propagate_boolean (G_TASK (result), &error)
      && !g_cancellable_set_error_if_cancelled (self->cancellable, &error)
      && watch_and_open (lent, &error))
    {
      g_clear_object (&lent->picture);
      g_clear_object (&lent->app);
      g_clear_object (&lent->context);
      g_ptr_array_add (self->lent, lent);
      return;
    }
  fail (self, error);
  lent_free (lent);
}

void
weir_external_edit_start (WeirExternalEdit  *self,
                          WeirPicture       *picture,
                          GAppInfo          *app,
                          GAppLaunchContext *context)
{
  g_autoptr (GTask) task = NULL;
  Lent *lent;

  g_return_if_fail (WEIR_IS_EXTERNAL_EDIT (self));

  lent = g_new0 (Lent, 1);
  task = g_task_new (self, NULL, written, lent);
  lent->self = self;
  lent->pictures = g_ptr_array_new_with_free_func (weak_ref_free);
  add_picture (lent, picture);
  lent->picture = g_object_ref (picture);
  lent->app = g_object_ref (app);
  lent->context = context ? g_object_ref (context) : NULL;
  g_task_set_task_data (task, lent, NULL);
  g_task_run_in_thread (task, write_file);
}

guint
weir_external_edit_get_n_lent (WeirExternalEdit *self)
{
  g_return_val_if_fail (WEIR_IS_EXTERNAL_EDIT (self), 0);

  return self->lent->len;
}

GAppInfo *
weir_external_edit_dup_gimp (void)
{
  static const char *const ids[] = { "org.gimp.GIMP.desktop", "gimp.desktop", NULL };
  g_autolist (GAppInfo) apps = g_app_info_get_all ();

  for (GList *l = apps; l; l = l->next)
    if (g_app_info_get_id (l->data) && g_strv_contains (ids, g_app_info_get_id (l->data)))
      return g_object_ref (l->data);
  return NULL;
}

/* --- the object ------------------------------------------------------------------------------ */

/* Files that are being read are gone for the one who reads them; its answer is not looked at. */
static void
weir_external_edit_dispose (GObject *object)
{
  WeirExternalEdit *self = WEIR_EXTERNAL_EDIT (object);

  g_cancellable_cancel (self->cancellable);
  g_ptr_array_set_size (self->lent, 0);
  G_OBJECT_CLASS (weir_external_edit_parent_class)->dispose (object);
}

static void
weir_external_edit_finalize (GObject *object)
{
  WeirExternalEdit *self = WEIR_EXTERNAL_EDIT (object);

  g_ptr_array_unref (self->lent);
  g_object_unref (self->cancellable);
  g_free (self->folder);
  G_OBJECT_CLASS (weir_external_edit_parent_class)->finalize (object);
}

static void
weir_external_edit_class_init (WeirExternalEditClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_external_edit_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_external_edit_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, WEIR_TYPE_PICTURE,
                                   G_TYPE_PTR_ARRAY);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_external_edit_init (WeirExternalEdit *self)
{
  self->lent = g_ptr_array_new_with_free_func (lent_free);
  self->cancellable = g_cancellable_new ();
}

WeirExternalEdit *
weir_external_edit_new (const char *folder)
{
  WeirExternalEdit *self = g_object_new (WEIR_TYPE_EXTERNAL_EDIT, NULL);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  self->folder = folder ? g_strdup (folder)
                        : g_build_filename (g_get_user_cache_dir (), "weir", "edit", NULL);
  g_task_set_task_data (task, g_strdup (self->folder), g_free);
  g_task_run_in_thread (task, remove_old);
  return self;
}
