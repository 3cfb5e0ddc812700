/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the window's job to its result. */

#include "worker/running-job.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "cascade/error.h"
#include "worker/bus-error.h"
#include "worker/job-variant.h"
#include "worker/sealed.h"
#include "worker/timer.h"

#define ANSWER_MS 3000  /* to a cancel */
#define DEFAULT_STOP_MS 10000 /* from then to the end of a submit, of a software driver's */

struct _CasRunningJob
{
  guint                      n_refs; /* one for each answer that is waited for */
  const CasRunningJobEvents *events; /* NULL: freed */
  gpointer                   data;

  guint                      id;
  guint                      stop_ms;
  CasJob                    *job;
  CasJobCallbacks            callbacks;
  gpointer                   user_data;
  GTask                     *task;         /* NULL: the result was given */
  GSource                   *cancel_source, *timer;
  GVariant                  *params;       /* NULL: not packed yet */
  GUnixFDList               *fds;
  CasBusWorker              *bus;          /* where it runs; NULL: nowhere */
  gboolean                   is_cancelled;
  GError                    *refusal;      /* the picture callback's */
  guint                      n_pictures;   /* that came */
  GBytes                    *checkpoint;   /* the last that came; nullable */
  guint64                    n_finished;   /* steps and pictures that came */
  guint64                    died_at;      /* n_finished at its last death */
  gboolean                   has_died;
};

static CasRunningJob *
hold (CasRunningJob *self)
{
  self->n_refs++;
  return self;
}

static void
drop (CasRunningJob *self)
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
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasRunningJob, drop)

void
cas_running_job_free (CasRunningJob *self)
{
  if (!self)
    return;

  self->events = NULL;
  cas_timer_clear (&self->cancel_source);
  cas_timer_clear (&self->timer);
  drop (self);
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
  g_autoptr (CasRunningJob) self = hold (data);

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
  cas_bus_worker_call_cancel (self->bus, self->id, NULL, on_cancel_answer, hold (self));
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
  g_autoptr (GTask) packer = g_task_new (NULL, NULL, on_packed, hold (self));

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

static gboolean
has_all_pictures (CasRunningJob *self)
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
  else if (is_done && !self->is_cancelled && !has_all_pictures (self))
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
                           g_variant_builder_end (&list), fds, NULL, on_run_answer, hold (self));
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
  if (has_all_pictures (self))
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

/* --- what comes ----------------------------------------------------------------------------- */

static gboolean
refuse (CasRunningJob         *self,
        GDBusMethodInvocation *invocation,
        GError                *error)
{
  self->events->give_up (self, error->message, TRUE, self->data);
  cas_bus_return_error (invocation, error);
  return TRUE;
}

static gboolean
refuse_nonsense (CasRunningJob         *self,
                 GDBusMethodInvocation *invocation)
{
  return refuse (self, invocation,
                 g_error_new_literal (CAS_ERROR, CAS_ERROR_PROTOCOL,
                                      _("The engine told of its job what cannot be.")));
}

/* The job that a message is about, if somebody still wants to know. */
static CasRunningJob *
find (CasRunningJob **current,
      guint           id)
{
  CasRunningJob *self = *current;

  return self && self->id == id && self->bus && self->task && !self->is_cancelled ? self : NULL;
}

static gboolean
on_progress (CasBusWindow          *window,
             GDBusMethodInvocation *invocation,
             guint                  id,
             GVariant              *variant,
             CasRunningJob        **current)
{
  CasRunningJob *self = find (current, id);
  CasProgress p;
  guint phase;

  g_variant_get (variant, "(uuuuudd)", &phase, &p.step, &p.n_steps, &p.picture, &p.n_pictures,
                 &p.fraction, &p.seconds_left);
  if (self && (phase >= CAS_N_PHASES || p.step > p.n_steps || p.picture < 1
               || p.picture > p.n_pictures || !(p.fraction >= 0 && p.fraction <= 1)
               || !isfinite (p.seconds_left)))
    return refuse_nonsense (self, invocation);

  cas_bus_window_complete_progress (window, invocation);
  if (!self)
    return TRUE;
  p.phase = phase;
  if (self->callbacks.progress)
    self->callbacks.progress (&p, self->user_data);
  return TRUE;
}

static gboolean
on_preview (CasBusWindow          *window,
            GDBusMethodInvocation *invocation,
            GUnixFDList           *fds,
            guint                  id,
            GVariant              *sealed,
            guint                  index,
            guint64                seed,
            guint                  phase,
            guint                  step,
            CasRunningJob        **current)
{
  CasRunningJob *self = find (current, id);
  GError *error = NULL;
  g_autoptr (CasImage) image = self ? cas_sealed_to_image (sealed, fds, &error) : NULL;

  if (error)
    return refuse (self, invocation, error);
  if (self && (index >= cas_job_get_params (self->job)->n_images || phase >= CAS_N_PHASES))
    return refuse_nonsense (self, invocation);

  cas_bus_window_complete_preview (window, invocation, NULL);
  if (self && self->callbacks.preview)
    self->callbacks.preview (&(CasPicture) { .image = image, .index = index, .seed = seed,
                                             .phase = phase, .step = step }, self->user_data);
  return TRUE;
}

static gboolean
on_control (CasBusWindow          *window,
            GDBusMethodInvocation *invocation,
            GUnixFDList           *fds,
            guint                  id,
            const char            *name,
            GVariant              *sealed,
            guint                  index,
            guint                  n,
            CasRunningJob        **current)
{
  CasRunningJob *self = find (current, id);
  CasControlKind kind = CAS_N_CONTROL_KINDS;
  GError *error = NULL;
  g_autoptr (CasImage) image = self ? cas_sealed_to_image (sealed, fds, &error) : NULL;

  if (error)
    return refuse (self, invocation, error);
  if (self && (!cas_control_kind_from_name (name, &kind) || index >= n))
    return refuse_nonsense (self, invocation);

  cas_bus_window_complete_control (window, invocation, NULL);
  if (self && self->callbacks.control)
    self->callbacks.control (kind, image, index, n, self->user_data);
  return TRUE;
}

static gboolean
on_checkpoint (CasBusWindow          *window,
               GDBusMethodInvocation *invocation,
               GUnixFDList           *fds,
               guint                  id,
               GVariant              *sealed,
               CasRunningJob        **current)
{
  CasRunningJob *self = find (current, id);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = self ? cas_sealed_to_bytes (sealed, fds, &error) : NULL;

  if (error)
    return refuse (self, invocation, error);
  cas_bus_window_complete_checkpoint (window, invocation, NULL);
  if (!self)
    return TRUE;
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  self->checkpoint = g_steal_pointer (&bytes);
  self->n_finished++;
  return TRUE;
}

static gboolean
on_mask (CasBusWindow          *window,
         GDBusMethodInvocation *invocation,
         GUnixFDList           *fds,
         guint                  id,
         GVariant              *sealed,
         CasRunningJob        **current)
{
  CasRunningJob *self = find (current, id);
  GError *error = NULL;
  g_autoptr (CasImage) mask = self ? cas_sealed_to_image (sealed, fds, &error) : NULL;

  if (error)
    return refuse (self, invocation, error);
  cas_bus_window_complete_mask (window, invocation, NULL);
  if (self && self->callbacks.mask)
    self->callbacks.mask (mask, self->user_data);
  return TRUE;
}

/* Whether the picture is welcome; what the window has against it ends the job. */
static gboolean
deliver (CasRunningJob    *self,
         const CasPicture *picture)
{
  self->n_pictures++;
  self->n_finished++;
  g_clear_error (&self->refusal);
  return !self->callbacks.picture
         || self->callbacks.picture (picture, self->user_data, &self->refusal);
}

static gboolean
on_picture (CasBusWindow          *window,
            GDBusMethodInvocation *invocation,
            GUnixFDList           *fds,
            guint                  id,
            GVariant              *sealed,
            guint                  index,
            guint64                seed,
            double                 seconds,
            const char            *json,
            CasRunningJob        **current)
{
  g_autoptr (CasRunningJob) self = find (current, id) ? hold (*current) : NULL;
  g_auto (CasMetadata) metadata = { 0 };
  GError *error = NULL;
  g_autoptr (CasImage) image = self ? cas_sealed_to_image (sealed, fds, &error) : NULL;

  if (image)
    cas_metadata_parse_json (json, &metadata, &error);
  if (error)
    return refuse (self, invocation, error);
  if (self && (index != self->n_pictures || has_all_pictures (self)
               || !isfinite (seconds)))
    return refuse_nonsense (self, invocation);

  const CasPicture picture = { .image = image, .index = index, .seed = seed, .metadata = &metadata,
                               .phase = CAS_PHASE_SAVING, .seconds = seconds };

  if (!self || deliver (self, &picture))
    cas_bus_window_complete_picture (window, invocation, NULL);
  else
    cas_bus_return_error (invocation, g_error_copy (self->refusal));
  return TRUE;
}

static gboolean
on_notice (CasBusWindow          *window,
           GDBusMethodInvocation *invocation,
           guint                  id,
           const char            *sentence,
           CasRunningJob        **current)
{
  CasRunningJob *self = find (current, id);

  cas_bus_window_complete_notice (window, invocation);
  if (self && self->callbacks.notice)
    self->callbacks.notice (sentence, self->user_data);
  return TRUE;
}

CasBusWindow *
cas_running_job_new_window (CasRunningJob **current)
{
  static const struct
  {
    const char *signal;
    GCallback   handler;
  } handlers[] = {
    { "handle-progress", G_CALLBACK (on_progress) }, { "handle-preview", G_CALLBACK (on_preview) },
    { "handle-control", G_CALLBACK (on_control) },   { "handle-picture", G_CALLBACK (on_picture) },
    { "handle-mask", G_CALLBACK (on_mask) },         { "handle-notice", G_CALLBACK (on_notice) },
    { "handle-checkpoint", G_CALLBACK (on_checkpoint) },
  };
  CasBusWindow *window = cas_bus_window_skeleton_new ();

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (window, handlers[i].signal, handlers[i].handler, current);
  return window;
}
