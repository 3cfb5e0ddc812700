/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gives the worker one job after another. */

#include "queue/queue-private.h"

#define MAX_ENDED 50

static void weir_queue_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirQueue, weir_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_queue_model_init))

enum
{
  PROP_RUNNING = 1,
  PROP_N_PENDING,
  PROP_IS_PAUSED,
  PROP_IS_RESTORED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  PREVIEW,
  PICTURE,
  NOTICE,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void run_next (WeirQueue *self);

/* --- the list -------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (WEIR_QUEUE (model)->jobs));
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (WEIR_QUEUE (model)->jobs), position);
}

static void
weir_queue_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

guint
weir_queue_get_first_pending (WeirQueue *self)
{
  return self->running ? 1 : 0;
}

static void
set_restored (WeirQueue *self,
              gboolean   is_restored)
{
  if (self->is_restored == is_restored)
    return;
  self->is_restored = is_restored;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_RESTORED]);
}

static void
notify_counts (WeirQueue *self)
{
  if (self->n_pending == 0)
    set_restored (self, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PENDING]);
}

void
weir_queue_put_away (WeirQueue    *self,
                     WeirJob      *job,
                     const GError *error)
{
  const guint n_unfinished = weir_queue_get_first_pending (self) + self->n_pending;
  guint position, n;

  g_list_store_find (self->jobs, job, &position);
  g_list_store_remove (self->jobs, position);
  weir_job_end (job, error);
  g_clear_object (&self->failed);
  if (weir_job_get_state (job) == WEIR_JOB_FAILED)
    self->failed = g_object_ref (job);
  g_list_store_insert (self->jobs, n_unfinished, job);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->jobs));
  if (n > n_unfinished + MAX_ENDED)
    g_list_store_remove (self->jobs, n - 1);
  notify_counts (self);
  g_signal_emit (self, signals[ENDED], 0, job);
}

/* --- the model ------------------------------------------------------------------------------- */

/* A job that comes is for the model there is, or waits for its own. */
static void
check_model (WeirQueue *self,
             WeirJob   *job)
{
  if (!weir_job_get_model (job))
    weir_job_set_model (job, self->model);
  weir_job_await_model (job, self->model
                             && g_strcmp0 (weir_job_get_model (job), self->model) != 0);
}

/* The first that waits for its turn alone; -1 if there is none. */
static int
find_next (WeirQueue *self)
{
  const guint first = weir_queue_get_first_pending (self);

  for (guint i = 0; i < self->n_pending; i++)
    {
      g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), first + i);

      if (!weir_job_awaits_model (job))
        return (int) (first + i);
    }
  return -1;
}

/* --- the job that runs ----------------------------------------------------------------------- */

static void
progress_came (const CasProgress *progress,
               gpointer           user_data)
{
  weir_job_proceed (WEIR_QUEUE (user_data)->running, progress);
}

static void
preview_came (const CasPicture *picture,
              gpointer          user_data)
{
  WeirQueue *self = user_data;
  g_autoptr (WeirPicture) preview = weir_picture_new (picture->image, NULL);

  g_signal_emit (self, signals[PREVIEW], 0, self->running, preview);
}

static gboolean
picture_came (const CasPicture *picture,
              gpointer          user_data,
              GError          **error)
{
  WeirQueue *self = user_data;
  g_autoptr (WeirPicture) finished = weir_picture_new (picture->image, picture->metadata);

  weir_job_count (self->running);
  g_signal_emit (self, signals[PICTURE], 0, self->running, finished, picture->seconds);
  return TRUE;
}

static void
notice_came (const char *sentence,
             gpointer    user_data)
{
  WeirQueue *self = user_data;
  g_signal_emit (self, signals[NOTICE], 0, self->running, sentence);
}

static void
run_ended (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (WeirQueue) self = user_data;
  g_autoptr (WeirJob) job = g_steal_pointer (&self->running);
  g_autoptr (GError) error = NULL;

  cas_worker_run_finish (CAS_WORKER (source), result, &error);
  g_clear_object (&self->cancellable);
  weir_queue_put_away (self, job, error);
  run_next (self);
}

static void
run_next (WeirQueue *self)
{
  static const CasJobCallbacks callbacks = {
    .progress = progress_came,
    .preview = preview_came,
    .picture = picture_came,
    .notice = notice_came,
  };

  const int next = find_next (self);

  if (self->running || next < 0 || self->is_paused || self->is_held)
    return;
  self->running = g_list_model_get_item (G_LIST_MODEL (self->jobs), (guint) next);
  /* the first of all becomes the running one where it stands */
  if (next > 0)
    {
      g_list_store_remove (self->jobs, (guint) next);
      g_list_store_insert (self->jobs, 0, self->running);
    }
  self->n_pending--;
  self->cancellable = g_cancellable_new ();
  weir_job_begin (self->running);
  notify_counts (self);
  cas_worker_run_async (self->worker, weir_job_get_job (self->running), &callbacks, self,
                        self->cancellable, run_ended, g_object_ref (self));
}

/* What would fail for want of a worker waits for one. */
static void
worker_changed (WeirQueue *self)
{
  const CasWorkerState state = cas_worker_get_state (self->worker);

  if (state == CAS_WORKER_FAILED)
    self->is_held = TRUE;
  else if (state == CAS_WORKER_READY && self->is_held)
    {
      self->is_held = FALSE;
      run_next (self);
    }
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_queue_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  WeirQueue *self = WEIR_QUEUE (object);

  if (id != PROP_IS_PAUSED)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->is_paused = g_value_get_boolean (value);
  if (!self->is_paused)
    set_restored (self, FALSE);
  run_next (self);
}

static void
weir_queue_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  WeirQueue *self = WEIR_QUEUE (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_object (value, self->running);
      break;
    case PROP_N_PENDING:
      g_value_set_uint (value, self->n_pending);
      break;
    case PROP_IS_PAUSED:
      g_value_set_boolean (value, self->is_paused);
      break;
    case PROP_IS_RESTORED:
      g_value_set_boolean (value, self->is_restored);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_queue_finalize (GObject *object)
{
  WeirQueue *self = WEIR_QUEUE (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->running);
  g_clear_object (&self->failed);
  g_clear_object (&self->jobs);
  g_clear_object (&self->worker_signals);
  g_clear_object (&self->worker);
  g_clear_pointer (&self->model, g_free);
  G_OBJECT_CLASS (weir_queue_parent_class)->finalize (object);
}

static void
weir_queue_class_init (WeirQueueClass *class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_queue_set_property;
  object_class->get_property = weir_queue_get_property;
  object_class->finalize = weir_queue_finalize;

  properties[PROP_RUNNING] = g_param_spec_object ("running", NULL, NULL, WEIR_TYPE_JOB, readable);
  properties[PROP_N_PENDING] =
    g_param_spec_uint ("n-pending", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_IS_PAUSED] =
    g_param_spec_boolean ("is-paused", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_RESTORED] =
    g_param_spec_boolean ("is-restored", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PREVIEW] = g_signal_new ("preview", WEIR_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 2, WEIR_TYPE_JOB, WEIR_TYPE_PICTURE);
  signals[PICTURE] = g_signal_new ("picture", WEIR_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 3, WEIR_TYPE_JOB, WEIR_TYPE_PICTURE,
                                   G_TYPE_DOUBLE);
  signals[NOTICE] = g_signal_new ("notice", WEIR_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, WEIR_TYPE_JOB, G_TYPE_STRING);
  signals[ENDED] = g_signal_new ("ended", WEIR_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, WEIR_TYPE_JOB);
}

static void
items_changed (WeirQueue *self,
               guint      position,
               guint      removed,
               guint      added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
weir_queue_init (WeirQueue *self)
{
  self->jobs = g_list_store_new (WEIR_TYPE_JOB);
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  self->worker_signals = g_signal_group_new (CAS_TYPE_WORKER);
  g_signal_group_connect_swapped (self->worker_signals, "notify::state",
                                  G_CALLBACK (worker_changed), self);
}

WeirQueue *
weir_queue_new (CasWorker *worker)
{
  WeirQueue *self = g_object_new (WEIR_TYPE_QUEUE, NULL);

  weir_queue_set_worker (self, worker);
  return self;
}

WeirJob *
weir_queue_get_running (WeirQueue *self)
{
  g_return_val_if_fail (WEIR_IS_QUEUE (self), NULL);

  return self->running;
}

guint
weir_queue_get_n_pending (WeirQueue *self)
{
  g_return_val_if_fail (WEIR_IS_QUEUE (self), 0);

  return self->n_pending;
}

void
weir_queue_submit (WeirQueue *self,
                   WeirJob   *job,
                   gboolean   to_front)
{
  g_return_if_fail (WEIR_IS_QUEUE (self));
  g_return_if_fail (weir_job_get_state (job) == WEIR_JOB_PENDING);

  check_model (self, job);
  g_list_store_insert (self->jobs,
                       weir_queue_get_first_pending (self) + (to_front ? 0 : self->n_pending), job);
  self->n_pending++;
  notify_counts (self);
  run_next (self);
}

static void
append_items (WeirQueue *self,
              GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    check_model (self, items->pdata[i]);
  g_list_store_splice (self->jobs, weir_queue_get_first_pending (self) + self->n_pending, 0,
                       items->pdata, items->len);
  self->n_pending += items->len;
  notify_counts (self);
  run_next (self);
}

void
weir_queue_append (WeirQueue *self,
                   GPtrArray *jobs)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (WEIR_IS_QUEUE (self));

  for (guint i = 0; i < jobs->len; i++)
    g_ptr_array_add (items, weir_job_new (jobs->pdata[i]));
  append_items (self, items);
}

void
weir_queue_restore (WeirQueue *self,
                    GPtrArray *jobs)
{
  g_return_if_fail (WEIR_IS_QUEUE (self));

  if (jobs->len == 0)
    return;
  g_object_set (self, "is-paused", TRUE, NULL);
  append_items (self, jobs);
  set_restored (self, TRUE);
}

gboolean
weir_queue_find_pending (WeirQueue *self,
                         WeirJob   *job,
                         guint     *place)
{
  const guint first = weir_queue_get_first_pending (self);
  guint position;

  g_return_val_if_fail (WEIR_IS_QUEUE (self), FALSE);

  if (!g_list_store_find (self->jobs, job, &position) || position < first ||
      position >= first + self->n_pending)
    return FALSE;
  *place = position - first;
  return TRUE;
}

void
weir_queue_move (WeirQueue *self,
                 WeirJob   *job,
                 guint      place)
{
  g_autoptr (GPtrArray) span = g_ptr_array_new_with_free_func (g_object_unref);
  const guint first = weir_queue_get_first_pending (self);
  guint old, low, high;

  g_return_if_fail (WEIR_IS_QUEUE (self));

  if (!weir_queue_find_pending (self, job, &old))
    return;
  place = MIN (place, self->n_pending - 1);
  if (place == old)
    return;
  low = first + MIN (old, place);
  high = first + MAX (old, place);
  for (guint i = low; i <= high; i++)
    g_ptr_array_add (span, g_list_model_get_item (G_LIST_MODEL (self->jobs), i));
  g_ptr_array_insert (span, place < old ? 0 : -1,
                      g_ptr_array_steal_index (span, first + old - low));
  /* in one change, so that a list keeps the rows it has, and the focus with them */
  g_list_store_splice (self->jobs, low, span->len, span->pdata, span->len);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PENDING]);
}

void
weir_queue_set_worker (WeirQueue *self,
                       CasWorker *worker)
{
  g_return_if_fail (WEIR_IS_QUEUE (self));

  g_set_object (&self->worker, worker);
  g_signal_group_set_target (self->worker_signals, worker);
  worker_changed (self);
}

void
weir_queue_set_model (WeirQueue  *self,
                      const char *model)
{
  const guint first = weir_queue_get_first_pending (self);

  g_return_if_fail (WEIR_IS_QUEUE (self));

  g_free (self->model);
  self->model = g_strdup (model);
  for (guint i = 0; i < self->n_pending; i++)
    {
      g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), first + i);

      check_model (self, job);
    }
  run_next (self);
}

gboolean
weir_queue_has_next (WeirQueue *self)
{
  g_return_val_if_fail (WEIR_IS_QUEUE (self), FALSE);

  return find_next (self) >= 0;
}

GPtrArray *
weir_queue_dup_unfinished (WeirQueue *self)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < weir_queue_get_first_pending (self) + self->n_pending; i++)
    g_ptr_array_add (found, g_list_model_get_item (G_LIST_MODEL (self->jobs), i));
  return found;
}
