/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CasWorker: keeps a process alive, and a job in it. */

#include "cascade/worker.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "worker/opening.h"
#include "worker/process.h"
#include "worker/restart-policy.h"
#include "worker/running-job.h"
#include "worker/timer.h"
#include "worker/worker-private.h"

struct _CasWorker
{
  GObject           parent_instance;

  CasWorkerParams   params;

  CasWorkerState    state;
  CasWorkerProcess *process; /* NULL: there is none */
  gboolean          is_open; /* the process has a session */
  gboolean          is_released;
  gboolean          is_blameless; /* its end does not count: we wanted it */
  CasBusWindow     *window;
  CasRestartPolicy  policy;
  GSource          *restart_timer, *idle_timer;

  CasRunningJob    *job;  /* one that runs, waits for the process, or still has to stop */
  CasRunningJob    *next; /* one that came while that still had to stop */
  guint             last_id; /* of a job or a question */

  CasWorkerInfo     info;
  GError           *error;
  char             *details;
};

enum
{
  PROP_0,
  PROP_STATE,
};

G_DEFINE_FINAL_TYPE (CasWorker, cas_worker, G_TYPE_OBJECT)

static void spawn (CasWorker *self);

static void
set_state (CasWorker     *self,
           CasWorkerState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

/* --- jobs ----------------------------------------------------------------------------------- */

static gboolean
on_idle_timer (gpointer data)
{
  CasWorker *self = data;

  cas_timer_clear (&self->idle_timer);
  cas_worker_release (self);
  return G_SOURCE_REMOVE;
}

/* What there is to do goes to the process, if it can take it. */
static void
advance (CasWorker *self)
{
  if (!self->is_open || self->state == CAS_WORKER_BUSY)
    return;
  if (self->job && cas_running_job_is_packed (self->job))
    {
      cas_timer_clear (&self->idle_timer);
      self->is_released = FALSE;
      cas_running_job_submit (self->job, cas_worker_process_peek_bus (self->process));
      set_state (self, CAS_WORKER_BUSY);
    }
  else
    {
      if (!self->job && !self->idle_timer && self->params.idle_seconds > 0 && !self->is_released)
        cas_timer_start (&self->idle_timer, 1000 * self->params.idle_seconds, on_idle_timer, self);
      set_state (self, CAS_WORKER_READY);
    }
}

/* The last that is done with a job: what the window does about its result may be anything. Takes
 * both. */
static void
finish (CasRunningJob *job,
        GError        *error)
{
  cas_running_job_return (job, error);
  cas_running_job_free (job);
}

static void
on_job_packed (CasRunningJob *job,
               gpointer       data)
{
  advance (data);
}

static void
on_job_over (CasRunningJob *job,
             GError        *error,
             gpointer       data)
{
  g_autoptr (CasWorker) self = g_object_ref (data);

  if (job == self->next)
    self->next = NULL;
  else
    {
      self->job = g_steal_pointer (&self->next);
      if (self->state == CAS_WORKER_BUSY)
        {
          self->state = CAS_WORKER_READY; /* is told unless it is busy again at once */
          advance (self);
          if (self->state == CAS_WORKER_READY)
            g_object_notify (G_OBJECT (self), "state");
        }
    }
  finish (job, error);
}

static void
on_job_gives_up (CasRunningJob *job,
                 const char    *sentence,
                 gboolean       is_fault,
                 gpointer       data)
{
  CasWorker *self = data;

  if (!is_fault)
    self->is_blameless = TRUE;
  cas_worker_process_end (self->process, sentence);
}

static const CasRunningJobEvents job_events = {
  .packed = on_job_packed,
  .over = on_job_over,
  .give_up = on_job_gives_up,
};

/* --- the process ---------------------------------------------------------------------------- */

static void
drop_process (CasWorker *self)
{
  cas_timer_clear (&self->restart_timer);
  cas_timer_clear (&self->idle_timer);
  g_clear_pointer (&self->process, cas_worker_process_free);
  self->is_open = FALSE;
  self->is_released = FALSE;
  self->is_blameless = FALSE;
}

/* Every job ends with a copy of the error, after the state has changed. */
static void
drop_jobs (CasWorker     *self,
           CasWorkerState state,
           const GError  *error)
{
  CasRunningJob *jobs[] = { g_steal_pointer (&self->job), g_steal_pointer (&self->next) };

  set_state (self, state);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    if (jobs[i])
      finish (jobs[i], g_error_copy (error));
}

/* Takes error. A process that is there stays, for what can be asked of it without a device. */
static void
fail (CasWorker *self,
      GError    *error)
{
  g_autoptr (GError) copy = g_error_copy (error);

  g_clear_error (&self->error);
  self->error = error;
  drop_jobs (self, CAS_WORKER_FAILED, copy);
}

static gboolean
on_restart_timer (gpointer data)
{
  CasWorker *self = data;

  cas_timer_clear (&self->restart_timer);
  spawn (self);
  return G_SOURCE_REMOVE;
}

static void
keep_details (CasWorker  *self,
              const char *sentence,
              const char *tail)
{
  g_free (self->details);
  self->details = g_strdup_printf ("%s\n%s", sentence, tail);
}

/* The job, if it ends with its process; error: how, or NULL. The next one takes its place. */
static CasRunningJob *
take_lost (CasWorker  *self,
           gboolean    is_death,
           const char *sentence,
           GError    **error)
{
  CasRunningJob *lost;

  if (!self->job || cas_running_job_survives (self->job, is_death, sentence, error))
    return NULL;
  lost = g_steal_pointer (&self->job);
  self->job = g_steal_pointer (&self->next);
  return lost;
}

static void
on_process_ended (CasWorkerProcess *process,
                  const char       *sentence,
                  const char       *tail,
                  gpointer          data)
{
  g_autoptr (CasWorker) self = g_object_ref (data);
  const gboolean is_blameless = self->is_blameless;
  const gboolean was_failed = self->state == CAS_WORKER_FAILED;
  const int wait_ms = is_blameless ? 0 : cas_restart_policy_died (&self->policy, self->is_open,
                                                                  g_get_monotonic_time ());
  CasRunningJob *lost;
  GError *error = NULL;

  drop_process (self);
  keep_details (self, sentence, tail);
  if (was_failed)
    return;

  lost = take_lost (self, !is_blameless, sentence, &error);
  if (wait_ms == CAS_RESTART_NEVER && self->policy.n_unready >= CAS_RESTART_MAX_DEATHS)
    fail (self, g_error_new (CAS_ERROR, CAS_ERROR_WORKER_DIED,
                             _("The engine stopped three times before it was ready. %s"),
                             sentence));
  else if (wait_ms == CAS_RESTART_NEVER)
    fail (self, g_error_new (CAS_ERROR, CAS_ERROR_WORKER_DIED,
                             _("The engine keeps stopping: three times within a minute. %s"),
                             sentence));
  else
    {
      cas_timer_start (&self->restart_timer, (guint) wait_ms, on_restart_timer, self);
      set_state (self, CAS_WORKER_RESTARTING);
    }
  if (!is_blameless)
    g_signal_emit_by_name (self, "died", sentence);
  if (lost)
    finish (lost, error);
}

/* Another one would wait for the same device. */
static void
on_process_stuck (CasWorkerProcess *process,
                  const char       *sentence,
                  const char       *tail,
                  gpointer          data)
{
  g_autoptr (CasWorker) self = g_object_ref (data);
  const gboolean was_failed = self->state == CAS_WORKER_FAILED;
  CasRunningJob *lost;
  GError *error = NULL;

  drop_process (self);
  keep_details (self, sentence, tail);
  if (was_failed)
    return;

  lost = take_lost (self, FALSE, sentence, &error);
  fail (self, g_error_new_literal (CAS_ERROR, CAS_ERROR_WORKER_DIED, sentence));
  g_signal_emit_by_name (self, "died", sentence);
  if (lost)
    finish (lost, error);
}

/* The process that was asked, and who asked it. */
typedef struct
{
  CasWorker        *worker;
  CasWorkerProcess *process;
} Opening;

static void
on_opened (GObject      *bus,
           GAsyncResult *result,
           gpointer      data)
{
  g_autofree Opening *opening = data;
  g_autoptr (CasWorker) self = opening->worker;
  CasWorkerInfo info;
  GError *error = NULL;

  if (cas_worker_info_read (&info, CAS_BUS_WORKER (bus), result, &error))
    {
      cas_worker_info_clear (&self->info);
      self->info = info;
    }

  if (self->process != opening->process
      || g_error_matches (error, CAS_ERROR, CAS_ERROR_WORKER_DIED))
    g_clear_error (&error); /* of its end we hear otherwise */
  else if (g_error_matches (error, CAS_ERROR, CAS_ERROR_PROTOCOL))
    {
      cas_worker_process_end (self->process, error->message);
      g_clear_error (&error);
    }
  else if (error)
    fail (self, error);
  else
    {
      self->is_open = TRUE;
      advance (self);
    }
}

static void
on_process_connected (CasWorkerProcess *process,
                      gpointer          data)
{
  CasWorker *self = data;
  Opening *opening = g_new (Opening, 1);

  *opening = (Opening) { g_object_ref (self), process };
  cas_bus_worker_call_open (cas_worker_process_peek_bus (process),
                            cas_worker_params_to_variant (&self->params), NULL, on_opened, opening);
}

static const CasWorkerProcessEvents process_events = {
  .connected = on_process_connected,
  .ended = on_process_ended,
  .stuck = on_process_stuck,
};

static void
spawn (CasWorker *self)
{
  GError *error = NULL;
  g_autofree char *program = cas_worker_params_dup_program (&self->params, &error);

  if (program)
    self->process = cas_worker_process_new (program, self->params.silence_ms, self->params.still_ms,
                                            self->window, &process_events, self, &error);
  if (!self->process)
    fail (self, error);
}

/* --- starting and stopping ------------------------------------------------------------------ */

void
cas_worker_start (CasWorker *self)
{
  if (self->state != CAS_WORKER_STOPPED)
    return;
  set_state (self, CAS_WORKER_STARTING);
  spawn (self);
}

void
cas_worker_stop (CasWorker *self)
{
  g_autoptr (CasWorker) held = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                  _("The engine was stopped."));

  drop_process (self);
  g_clear_error (&self->error);
  drop_jobs (self, CAS_WORKER_STOPPED, error);
}

void
cas_worker_restart (CasWorker *self)
{
  g_autoptr (CasWorker) held = g_object_ref (self);
  CasRunningJob *lost;
  GError *error = NULL;

  drop_process (self);
  g_clear_error (&self->error);
  cas_restart_policy_reset (&self->policy);
  lost = take_lost (self, FALSE, "", &error);
  set_state (self, CAS_WORKER_STARTING);
  spawn (self);
  if (lost)
    finish (lost, error);
}

void
cas_worker_release (CasWorker *self)
{
  if (!self->is_open || self->job || self->is_released)
    return;
  cas_timer_clear (&self->idle_timer);
  self->is_released = TRUE;
  cas_bus_worker_call_release (cas_worker_process_peek_bus (self->process), NULL, NULL, NULL);
}

/* --- running -------------------------------------------------------------------------------- */

void
cas_worker_run_async (CasWorker             *self,
                      CasJob                *job,
                      const CasJobCallbacks *callbacks,
                      gpointer               user_data,
                      GCancellable          *cancellable,
                      GAsyncReadyCallback    ready,
                      gpointer               ready_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, ready, ready_data);

  g_task_set_source_tag (task, cas_worker_run_async);
  if (self->next || (self->job && !cas_running_job_has_result (self->job)))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               _("The engine has another job."));
      return;
    }
  if (self->state == CAS_WORKER_FAILED)
    {
      g_task_return_error (task, g_error_copy (self->error));
      return;
    }

  CasRunningJob **place = self->job ? &self->next : &self->job;

  *place = cas_running_job_new (cas_worker_take_id (self), self->params.stop_ms, job, callbacks,
                                user_data, g_steal_pointer (&task), &job_events, self);
  cas_worker_start (self);
}

gboolean
cas_worker_run_finish (CasWorker    *self,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what it is ----------------------------------------------------------------------------- */

CasWorkerState
cas_worker_get_state (CasWorker *self)
{
  return self->state;
}

const char *
cas_worker_state_get_id (CasWorkerState state)
{
  static const char *const ids[] = {
    [CAS_WORKER_STOPPED] = "stopped", [CAS_WORKER_STARTING] = "starting",
    [CAS_WORKER_READY] = "ready",     [CAS_WORKER_BUSY] = "busy",
    [CAS_WORKER_RESTARTING] = "restarting", [CAS_WORKER_FAILED] = "failed",
  };

  g_return_val_if_fail (state < G_N_ELEMENTS (ids), NULL);

  return ids[state];
}

const CasWorkerInfo *
cas_worker_peek_info (CasWorker *self)
{
  return self->info.device ? &self->info : NULL;
}

const GError *
cas_worker_peek_error (CasWorker *self)
{
  return self->error;
}

char *
cas_worker_dup_details (CasWorker *self)
{
  return g_strdup (self->details);
}

GPid
cas_worker_get_pid (CasWorker *self)
{
  return self->process ? cas_worker_process_get_pid (self->process) : 0;
}

CasBusWorker *
cas_worker_peek_bus (CasWorker *self)
{
  return self->process ? cas_worker_process_peek_bus (self->process) : NULL;
}

void
cas_worker_touch (CasWorker *self)
{
  self->is_released = FALSE;
  cas_timer_clear (&self->idle_timer);
  advance (self);
}

guint
cas_worker_take_id (CasWorker *self)
{
  return ++self->last_id;
}

/* --- the object ----------------------------------------------------------------------------- */

CasWorker *
cas_worker_new (const CasWorkerParams *params)
{
  CasWorker *self = g_object_new (CAS_TYPE_WORKER, NULL);

  cas_worker_params_init (&self->params, params);
  return self;
}

static void
cas_worker_dispose (GObject *object)
{
  cas_worker_stop (CAS_WORKER (object));
  G_OBJECT_CLASS (cas_worker_parent_class)->dispose (object);
}

static void
cas_worker_finalize (GObject *object)
{
  CasWorker *self = CAS_WORKER (object);

  g_signal_handlers_disconnect_by_data (self->window, &self->job);
  g_clear_object (&self->window);
  cas_worker_params_clear (&self->params);
  cas_worker_info_clear (&self->info);
  g_free (self->details);
  G_OBJECT_CLASS (cas_worker_parent_class)->finalize (object);
}

static void
cas_worker_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *spec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, CAS_WORKER (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
cas_worker_class_init (CasWorkerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cas_worker_dispose;
  object_class->finalize = cas_worker_finalize;
  object_class->get_property = cas_worker_get_property;
  g_object_class_install_property (
    object_class, PROP_STATE,
    g_param_spec_uint ("state", NULL, NULL, CAS_WORKER_STOPPED, CAS_WORKER_FAILED,
                       CAS_WORKER_STOPPED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));
  g_signal_new ("died", CAS_TYPE_WORKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
cas_worker_init (CasWorker *self)
{
  self->window = cas_running_job_new_window (&self->job);
}
