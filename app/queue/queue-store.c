/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue tells of changes, and a thread writes what came of them. */

#include "queue/queue-store.h"

#include <glib/gi18n.h>

#include "queue/job-folder.h"

struct _WeirQueueStore
{
  GObject parent;

  WeirQueue     *queue;
  char          *path;
  WeirJobFolder *folder;  /* of the writer's thread */
  GThreadPool   *writer;  /* one thread, so that what is written last is what lasts */
  GPtrArray     *unsaved; /* WeirJob: they ended, and pictures of theirs are not on the disk yet */
  GPtrArray     *frozen;  /* nullable; those that had not ended then */
  guint          idle_id;
  gboolean       is_watching;
  gboolean       is_closed;
  gboolean       has_failed; /* to write, which was told */
};

G_DEFINE_FINAL_TYPE (WeirQueueStore, weir_queue_store, G_TYPE_OBJECT)

enum
{
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- out ------------------------------------------------------------------------------------- */

/* What is to be written, and who hears that it could not be: the store may be gone by then. */
typedef struct
{
  GWeakRef   store;
  GPtrArray *jobs;
  GError    *error;
} Writing;

static void
writing_free (Writing *writing)
{
  g_weak_ref_clear (&writing->store);
  g_ptr_array_unref (writing->jobs);
  g_clear_error (&writing->error);
  g_free (writing);
}

/* Once: a disk that is full is full for the next job too. */
static gboolean
tell_failure (gpointer data)
{
  Writing *writing = data;
  g_autoptr (WeirQueueStore) self = g_weak_ref_get (&writing->store);
  g_autofree char *sentence = NULL;

  if (self && !self->has_failed)
    {
      self->has_failed = TRUE;
      /* Translators: why follows, as a sentence or a few words */
      sentence = g_strdup_printf (_("The jobs that wait cannot be kept for the next start: %s"),
                                  writing->error->message);
      g_signal_emit (self, signals[TOLD], 0, sentence);
    }
  writing_free (writing);
  return G_SOURCE_REMOVE;
}

static void
write_down (gpointer data,
            gpointer user_data)
{
  WeirJobFolder *folder = ((WeirQueueStore *) user_data)->folder;
  Writing *writing = data;

  if (weir_job_folder_write (folder, writing->jobs, &writing->error))
    {
      writing_free (writing);
      return;
    }
  g_message ("%s", writing->error->message);
  g_idle_add (tell_failure, writing);
}

/* As jobs of their own, which the writer's thread may look at. */
static void
add_rests (GPtrArray *jobs,
           GPtrArray *items,
           gboolean   are_over)
{
  for (guint i = 0; i < items->len; i++)
    {
      CasJob *rest = weir_job_get_rest (items->pdata[i], are_over);

      if (rest)
        g_ptr_array_add (jobs, weir_job_new_like (items->pdata[i], rest));
    }
}

static gboolean
write_now (gpointer user_data)
{
  WeirQueueStore *self = user_data;
  g_autoptr (GPtrArray) items =
    self->frozen ? g_ptr_array_ref (self->frozen) : weir_queue_dup_unfinished (self->queue);
  Writing *writing = g_new0 (Writing, 1);

  self->idle_id = 0;
  g_weak_ref_init (&writing->store, self);
  writing->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  add_rests (writing->jobs, self->unsaved, TRUE);
  add_rests (writing->jobs, items, FALSE);
  g_thread_pool_push (self->writer, writing, NULL);
  return G_SOURCE_REMOVE;
}

/* Once for what changes together. */
static void
changed (WeirQueueStore *self)
{
  if (self->is_watching && !self->idle_id)
    self->idle_id = g_idle_add_full (G_PRIORITY_DEFAULT, write_now, self, NULL);
}

/* The pictures that are on their way keep what they belong to. */
static void
ended (WeirQueue      *queue,
       WeirJob        *job,
       WeirQueueStore *self)
{
  if (!self->frozen && weir_job_get_rest (job, TRUE))
    g_ptr_array_add (self->unsaved, g_object_ref (job));
}

guint
weir_queue_store_begin_picture (WeirQueueStore *self,
                                WeirJob        *job)
{
  g_return_val_if_fail (WEIR_IS_QUEUE_STORE (self), 0);

  return weir_job_begin_saving (job);
}

void
weir_queue_store_end_picture (WeirQueueStore *self,
                              WeirJob        *job,
                              guint           picture)
{
  g_return_if_fail (WEIR_IS_QUEUE_STORE (self));

  weir_job_end_saving (job, picture);
  if (!weir_job_get_rest (job, TRUE))
    g_ptr_array_remove (self->unsaved, job);
  changed (self);
}

void
weir_queue_store_freeze (WeirQueueStore *self)
{
  g_return_if_fail (WEIR_IS_QUEUE_STORE (self));

  if (!self->frozen)
    self->frozen = weir_queue_dup_unfinished (self->queue);
}

void
weir_queue_store_close (WeirQueueStore *self)
{
  g_return_if_fail (WEIR_IS_QUEUE_STORE (self));

  self->is_watching = FALSE;
  self->is_closed = TRUE;
  if (self->idle_id)
    {
      g_clear_handle_id (&self->idle_id, g_source_remove);
      write_now (self);
    }
  if (self->writer)
    g_thread_pool_free (g_steal_pointer (&self->writer), FALSE, TRUE);
}

/* --- in -------------------------------------------------------------------------------------- */

typedef struct
{
  char          *path;
  CasPreviewRate previews;
  char          *sentence;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  g_free (reading->sentence);
  g_free (reading);
}

static void
read_up (GTask        *task,
         gpointer      source,
         gpointer      task_data,
         GCancellable *cancellable)
{
  Reading *reading = task_data;

  g_task_return_pointer (
    task, weir_job_folder_read (reading->path, reading->previews, &reading->sentence),
    (GDestroyNotify) g_ptr_array_unref);
}

static void
was_read (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  WeirQueueStore *self = WEIR_QUEUE_STORE (source);
  const Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) jobs = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self->is_closed || self->frozen)
    return;
  self->is_watching = TRUE;
  weir_queue_restore (self->queue, jobs);
  /* what was put aside is written anew, and what was submitted meanwhile for the first time */
  if (reading->sentence || weir_queue_get_running (self->queue) ||
      weir_queue_get_n_pending (self->queue) > 0)
    changed (self);
  if (reading->sentence)
    g_signal_emit (self, signals[TOLD], 0, reading->sentence);
}

void
weir_queue_store_restore (WeirQueueStore *self,
                          CasPreviewRate  previews)
{
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  g_return_if_fail (WEIR_IS_QUEUE_STORE (self));

  task = g_task_new (self, NULL, was_read, NULL);
  reading = g_new0 (Reading, 1);
  reading->path = g_strdup (self->path);
  reading->previews = previews;
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_up);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_queue_store_dispose (GObject *object)
{
  WeirQueueStore *self = WEIR_QUEUE_STORE (object);

  weir_queue_store_close (self);
  g_clear_pointer (&self->folder, weir_job_folder_free);
  g_clear_pointer (&self->unsaved, g_ptr_array_unref);
  g_clear_pointer (&self->frozen, g_ptr_array_unref);
  g_clear_object (&self->queue);
  G_OBJECT_CLASS (weir_queue_store_parent_class)->dispose (object);
}

static void
weir_queue_store_finalize (GObject *object)
{
  g_free (WEIR_QUEUE_STORE (object)->path);
  G_OBJECT_CLASS (weir_queue_store_parent_class)->finalize (object);
}

static void
weir_queue_store_class_init (WeirQueueStoreClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_queue_store_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_queue_store_finalize;

  signals[TOLD] = g_signal_new ("told", WEIR_TYPE_QUEUE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_queue_store_init (WeirQueueStore *self)
{
  self->unsaved = g_ptr_array_new_with_free_func (g_object_unref);
  self->writer = g_thread_pool_new (write_down, self, 1, FALSE, NULL);
}

WeirQueueStore *
weir_queue_store_new (const char *folder,
                      WeirQueue  *queue)
{
  WeirQueueStore *self = g_object_new (WEIR_TYPE_QUEUE_STORE, NULL);

  self->path = folder ? g_strdup (folder)
                      : g_build_filename (g_get_user_state_dir (), "weir", "queue", NULL);
  self->folder = weir_job_folder_new (self->path);
  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "notify::n-pending", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "ended", G_CALLBACK (ended), self, 0);
  g_signal_connect_object (queue, "notify::running", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
