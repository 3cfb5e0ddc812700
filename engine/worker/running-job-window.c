/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the worker tells of a job that runs: checked, as it may be nonsense, and given to
 * the callbacks. */

#include "worker/running-job-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "cascade/error.h"
#include "worker/bus-error.h"
#include "worker/sealed.h"

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
  g_autoptr (CasRunningJob) self = find (current, id) ? cas_running_job_hold (*current) : NULL;
  g_auto (CasMetadata) metadata = { 0 };
  GError *error = NULL;
  g_autoptr (CasImage) image = self ? cas_sealed_to_image (sealed, fds, &error) : NULL;

  if (image)
    cas_metadata_parse_json (json, &metadata, &error);
  if (error)
    return refuse (self, invocation, error);
  if (self && (index != self->n_pictures || cas_running_job_has_all_pictures (self)
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
