/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the window's job to its result: made ready, submitted, cancelled. */

#include "worker/running-job-private.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "worker/bus-error.h"
#include "worker/job-variant.h"
#include "worker/sealed.h"
#include "worker/timer.h"

#define ANSWER_MS 3000  /* to a cancel */
#define DEFAULT_STOP_MS 10000 /* from then to the end of a submit, of a software driver's */

CasRunningJob *
cas_running_job_hold (CasRunningJob *self)
{
  self->n_refs++;
  return self;
}

void
cas_running_job_drop (CasRunningJob *self)
{
  if (--self->n_refs > 0)
    return;

  cas_job_unref (self->job);
  g_clear_pointer (&self->params, g_variant_unref);
  g_clear_object (&self->fds);
  g_clear_object (&self->bus);
  g_clear_error (&self->refusal);
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  g_free (self);
}

void
cas_running_job_free (CasRunningJob *self)
{
  if (!self)
    return;

  self->events = NULL;
  cas_timer_clear (&self->cancel_source);
  cas_timer_clear (&self->timer);
  cas_running_job_drop (self);
}

void
cas_running_job_return (CasRunningJob *self,
                        GError        *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  cas_timer_clear (&self->cancel_source);
  if (!task)
    g_clear_error (&error);
  else if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
cas_running_job_has_result (CasRunningJob *self)
{
  return self->task == NULL;
}

static void
tell_over (CasRunningJob *self,
           GError        *error)
{
  cas_timer_clear (&self->timer);
  if (self->events)
    self->events->over (self, error, self->data);
  else
    g_clear_error (&error);
}

/* --- cancelling ----------------------------------------------------------------------------- */

static GError *
new_cancelled (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The job was cancelled."));
}

static gboolean
on_not_stopped (gpointer data)
{
  CasRunningJob *self = data;

  cas_timer_clear (&self->timer);
  self->events->give_up (self, _("The engine did not stop, and was ended."), FALSE, self->data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_not_answered (gpointer data)
{
  g_autoptr (CasRunningJob) self = cas_running_job_hold (data);

  cas_timer_clear (&self->timer);
  self->events->give_up (self, _("The engine did not answer when it was to stop, and was ended."),
                         FALSE, self->data);
  cas_running_job_return (self, new_cancelled ());
  return G_SOURCE_REMOVE;
}

static void
on_cancel_answer (GObject      *bus,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (CasRunningJob) self = data;

  if (!cas_bus_worker_call_cancel_finish (CAS_BUS_WORKER (bus), result, NULL) || !self->events
      || self->bus != CAS_BUS_WORKER (bus))
    return;
  cas_timer_start (&self->timer, self->stop_ms, on_not_stopped, self);
  cas_running_job_return (self, new_cancelled ());
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  CasRunningJob *self = data;

  self->is_cancelled = TRUE;
  if (!self->bus)
    {
      tell_over (self, new_cancelled ());
      return G_SOURCE_REMOVE;
    }
  cas_bus_worker_call_cancel (self->bus, self->id, NULL, on_cancel_answer, cas_running_job_hold (self));
  cas_timer_start (&self->timer, ANSWER_MS, on_not_answered, self);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (CasRunningJob *self)
{
  GCancellable *cancellable = g_task_get_cancellable (self->task);

  if (!cancellable)
    return;
  self->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (on_cancelled), self, NULL);
  g_source_attach (self->cancel_source, g_main_context_get_thread_default ());
}

/* --- making ready --------------------------------------------------------------------------- */

typedef struct
{
  CasJob      *job;
  GVariant    *params;
  GUnixFDList *fds;
} Packing;

static void
packing_free (Packing *packing)
{
  cas_job_unref (packing->job);
  g_clear_pointer (&packing->params, g_variant_unref);
  g_clear_object (&packing->fds);
  g_free (packing);
}

/* Pictures are copied, which may take longer than a main loop should stand still. */
static void
pack (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  Packing *packing = data;
  GError *error = NULL;
  GVariant *params = cas_job_to_variant (cas_job_get_params (packing->job), packing->fds, &error);

  if (params)
    packing->params = g_variant_ref_sink (params);
  if (params)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_packed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CasRunningJob) self = data;
  Packing *packing = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      tell_over (self, error);
      return;
    }
  self->params = g_steal_pointer (&packing->params);
  self->fds = g_steal_pointer (&packing->fds);
  if (self->events)
    self->events->packed (self, self->data);
}

CasRunningJob *
cas_running_job_new (guint                      id,
                     guint                      stop_ms,
                     CasJob                    *job,
                     const CasJobCallbacks     *callbacks,
                     gpointer                   user_data,
                     GTask                     *task,
                     const CasRunningJobEvents *events,
                     gpointer                   data)
{
  CasRunningJob *self = g_new0 (CasRunningJob, 1);
  Packing *packing = g_new0 (Packing, 1);
  g_autoptr (GTask) packer = g_task_new (NULL, NULL, on_packed, cas_running_job_hold (self));

  self->n_refs++;
  self->id = id;
  self->stop_ms = stop_ms > 0 ? stop_ms : DEFAULT_STOP_MS;
  self->job = cas_job_ref (job);
  self->callbacks = callbacks ? *callbacks : (CasJobCallbacks) { 0 };
  self->user_data = user_data;
  self->task = task;
  self->events = events;
  self->data = data;
  watch_cancellable (self);

  packing->job = cas_job_ref (job);
  packing->fds = g_unix_fd_list_new ();
  g_task_set_task_data (packer, packing, (GDestroyNotify) packing_free);
  g_task_run_in_thread (packer, pack);
  return self;
}

gboolean
cas_running_job_is_packed (CasRunningJob *self)
{
  return self->params != NULL;
}

/* --- submitting ----------------------------------------------------------------------------- */

gboolean
cas_running_job_has_all_pictures (CasRunningJob *self)
{
  return self->n_pictures == cas_job_get_params (self->job)->n_images;
}

/* An answer that is none comes with the end of the process, of which its keeper tells; one that
 * cannot be is a reason for it. */
static void
on_run_answer (GObject      *bus,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (CasRunningJob) self = data;
  GError *error = NULL;
  const gboolean is_done
    = cas_bus_worker_call_run_finish (CAS_BUS_WORKER (bus), NULL, result, &error);

  if (error)
    error = cas_bus_read_error (error);
  if (!self->events || self->bus != CAS_BUS_WORKER (bus)
      || g_error_matches (error, CAS_ERROR, CAS_ERROR_WORKER_DIED))
    {
      g_clear_error (&error);
      return;
    }
  if (g_error_matches (error, CAS_ERROR, CAS_ERROR_PROTOCOL) && !self->refusal)
    self->events->give_up (self, error->message, TRUE, self->data);
  else if (is_done && !self->is_cancelled && !cas_running_job_has_all_pictures (self))
    self->events->give_up (self, _("The engine's job is over, and not all pictures came."), TRUE,
                           self->data);
  else
    {
      g_clear_object (&self->bus);
      if (error && self->refusal)
        {
          g_clear_error (&error);
          error = g_steal_pointer (&self->refusal);
        }
      tell_over (self, g_steal_pointer (&error));
    }
  g_clear_error (&error);
}

/* A list of descriptors of its own, as the checkpoint is another one each time. Without one that
 * cannot be shared the job begins anew. */
static GUnixFDList *
add_checkpoint (CasRunningJob   *self,
                GVariantBuilder *list)
{
  int n;
  const int *packed = g_unix_fd_list_peek_fds (self->fds, &n);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  GVariant *sealed = NULL;

  for (int i = 0; i < n && !error; i++)
    g_unix_fd_list_append (fds, packed[i], &error);
  if (!error)
    sealed = cas_sealed_from_bytes (self->checkpoint, fds, &error);
  if (sealed)
    {
      g_variant_builder_add_value (list, sealed);
      return g_steal_pointer (&fds);
    }
  g_info ("The job begins anew: %s", error->message);
  return g_object_ref (self->fds);
}

void
cas_running_job_submit (CasRunningJob *self,
                        CasBusWorker  *bus)
{
  g_auto (GVariantBuilder) list
    = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" CAS_SEALED_BYTES_TYPE));
  g_autoptr (GUnixFDList) fds = self->checkpoint ? add_checkpoint (self, &list)
                                                 : g_object_ref (self->fds);

  self->bus = g_object_ref (bus);
  cas_bus_worker_call_run (bus, self->id, self->params, self->n_pictures,
                           g_variant_builder_end (&list), fds, NULL, on_run_answer, cas_running_job_hold (self));
}

gboolean
cas_running_job_survives (CasRunningJob *self,
                          gboolean       is_death,
                          const char    *sentence,
                          GError       **error)
{
  const gboolean had_run = self->bus != NULL && is_death;
  const gboolean is_again = had_run && self->has_died && self->n_finished == self->died_at;

  g_clear_object (&self->bus);
  cas_timer_clear (&self->timer);
  if (self->refusal)
    {
      g_propagate_error (error, g_steal_pointer (&self->refusal));
      return FALSE;
    }
  if (cas_running_job_has_all_pictures (self))
    return FALSE; /* it died too late to matter */
  if (self->is_cancelled)
    {
      g_propagate_error (error, new_cancelled ());
      return FALSE;
    }
  if (is_again)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_WORKER_DIED,
                   _("The engine stopped twice at the same step of this job, so it is not tried a "
                     "third time. %s"), sentence);
      return FALSE;
    }
  if (had_run)
    {
      self->has_died = TRUE;
      self->died_at = self->n_finished;
    }
  return TRUE;
}
