/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main thread of weir-worker: it owns the session, and does one task after another. */

#include "worker/server/server.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#include "cascade/error.h"
#include "session/device.h"
#include "session/session-private.h"
#include "worker/bus-error.h"
#include "worker/devices-variant.h"
#include "worker/job-variant.h"
#include "worker/sealed.h"

typedef struct
{
  ServerConnection *connection;
  CasBusWorker     *bus;
  ServerOutbox     *outbox;
  GVariant         *opening; /* of Open; NULL before it */
  CasSession       *session; /* NULL: not open, or released */
  guint             n_pictures_made; /* of the job that runs: those that the window has */
} Runner;

/* --- the session ---------------------------------------------------------------------------- */

static CasSession *
open_session (Runner  *self,
              GError **error)
{
  GVariant *opening = self->opening;
  CasSessionParams params = { .pulse = server_connection_peek_pulse (self->connection) };

  g_variant_lookup (opening, "device", "&s", &params.device);
  g_variant_lookup (opening, "model", "^&ay", &params.model);
  g_variant_lookup (opening, "kernels", "&s", &params.kernels);
  g_variant_lookup (opening, "cache_folder", "^&ay", &params.cache_folder);
  g_variant_lookup (opening, "validate", "b", &params.validate);
  return cas_session_new (&params, error);
}

/* Opens it again after it was released. */
static gboolean
need_session (Runner  *self,
              GError **error)
{
  if (!self->opening)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                           _("A job came before a model was opened."));
      return FALSE;
    }
  if (!self->session)
    self->session = open_session (self, error);
  return self->session != NULL;
}

static void
do_open (Runner     *self,
         ServerTask *task)
{
  GError *error = NULL;

  g_clear_pointer (&self->session, cas_session_free);
  g_clear_pointer (&self->opening, g_variant_unref);
  self->opening = g_variant_ref (task->params);
  if (!need_session (self, &error))
    {
      cas_bus_return_error (task->invocation, error);
      return;
    }

  const CasGpuInfo *info = cas_gpu_get_info (cas_session_get_compile (self->session).gpu);
  const CasModelDefaults *d
    = cas_folder_get_defaults (cas_session_peek_networks (self->session)->folder);
  g_autofree char *device = g_utf8_make_valid (info->name, -1);
  g_autofree char *driver = g_strstrip (g_strdup_printf ("%s %s", info->driver, info->driver_info));
  g_autofree char *valid_driver = g_utf8_make_valid (driver, -1);

  cas_bus_worker_complete_open (self->bus, task->invocation, device, valid_driver,
                                cas_device_kind_from_gpu (info->kind), info->memory_bytes,
                                cas_session_get_model_name (self->session),
                                g_variant_new ("(uuuddud)", d->width, d->height, d->steps, d->cfg,
                                               d->shift, d->decoder_steps, d->decoder_cfg));
}

/* --- a job ---------------------------------------------------------------------------------- */

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  server_outbox_progress (((Runner *) data)->outbox, progress);
}

static void
on_preview (const CasPicture *picture,
            gpointer          data)
{
  Runner *self = data;

  if (picture->index >= self->n_pictures_made)
    server_outbox_preview (self->outbox, picture);
}

static void
on_control (CasControlKind kind,
            CasImage      *image,
            guint          index,
            guint          n,
            gpointer       data)
{
  server_outbox_control (((Runner *) data)->outbox, kind, image, index, n);
}

static void
on_mask (CasImage *mask,
         gpointer  data)
{
  server_outbox_mask (((Runner *) data)->outbox, mask);
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Runner *self = data;

  return picture->index < self->n_pictures_made
         || server_outbox_picture (self->outbox, picture, error);
}

static void
on_checkpoint (CasCheckpoint *checkpoint,
               gpointer       data)
{
  server_outbox_checkpoint (((Runner *) data)->outbox, checkpoint);
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  server_outbox_notice (((Runner *) data)->outbox, sentence);
}

static const CasJobCallbacks callbacks = {
  .progress = on_progress,
  .preview = on_preview,
  .control = on_control,
  .mask = on_mask,
  .picture = on_picture,
  .checkpoint = on_checkpoint,
  .notice = on_notice,
};

/* NULL for none, and for one that is of no use: then the job begins anew. */
static CasCheckpoint *
read_checkpoint (ServerTask *task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) sealed = NULL;
  g_autoptr (GBytes) bytes = NULL;
  CasCheckpoint *checkpoint = NULL;

  if (g_variant_n_children (task->checkpoint) == 0)
    return NULL;
  sealed = g_variant_get_child_value (task->checkpoint, 0);
  bytes = cas_sealed_to_bytes (sealed, task->fds, &error);
  if (bytes)
    checkpoint = cas_checkpoint_new_from_bytes (bytes, &error);
  if (!checkpoint)
    g_info ("The job begins anew: %s", error->message);
  return checkpoint;
}

static gboolean
run_from (Runner        *self,
          ServerTask    *task,
          CasJob        *job,
          CasCheckpoint *checkpoint,
          GError       **error)
{
  g_autoptr (GError) trouble = NULL;

  if (checkpoint
      && cas_session_run_from (self->session, job, checkpoint, &callbacks, self, task->cancellable,
                               &trouble))
    return TRUE;
  if (checkpoint && !g_error_matches (trouble, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT))
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  if (checkpoint)
    g_info ("The job begins anew: %s", trouble->message);
  return cas_session_run (self->session, job, &callbacks, self, task->cancellable, error);
}

static gboolean
is_lost (const GError *error)
{
  return g_error_matches (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST);
}

static gboolean
run_job (Runner     *self,
         ServerTask *task,
         GError    **error)
{
  g_autoptr (CasJob) job = cas_job_from_variant (task->params, task->fds, error);

  if (!job || !need_session (self, error))
    return FALSE;
  self->n_pictures_made = task->n_pictures_made;
  server_outbox_begin (self->outbox, task->id, task->cancellable);

  g_autoptr (CasCheckpoint) checkpoint = read_checkpoint (task);
  const gboolean is_done = run_from (self, task, job, checkpoint, error);

  if (!is_done && is_lost (*error))
    server_outbox_hand_over (self->outbox);
  server_outbox_end (self->outbox);
  return is_done;
}

/* A device is lost for the whole process: with some drivers another can only be had by a new one.
 * The window starts it, and the job there. */
static void
end_if_lost (const GError *error)
{
  if (!is_lost (error))
    return;
  fprintf (stderr, "%s\n", error->message);
  _exit (CAS_WORKER_EXIT_LOST);
}

static void
do_run (Runner     *self,
        ServerTask *task)
{
  GError *error = NULL;
  const gboolean is_done = run_job (self, task, &error);

  end_if_lost (error);
  server_connection_end (self->connection, task);
  if (is_done)
    cas_bus_worker_complete_run (self->bus, task->invocation, NULL);
  else
    cas_bus_return_error (task->invocation, error);
}

static GVariant *
advice_to_variant (const CasSizeAdvice *advice)
{
  g_auto (GVariantBuilder) sizes = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(uu)"));

  for (guint i = 0; i < advice->n_sizes; i++)
    g_variant_builder_add (&sizes, "(uu)", advice->sizes[i][0], advice->sizes[i][1]);
  return g_variant_new ("(tta(uu))", advice->needed_bytes, advice->available_bytes, &sizes);
}

static gboolean
is_memory_short (const GError *error)
{
  return g_error_matches (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY)
         || g_error_matches (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY);
}

static void
do_resolve (Runner     *self,
            ServerTask *task)
{
  GError *error = NULL;
  CasJobParams resolved = { 0 };
  CasSizeAdvice advice = { 0 };
  g_autoptr (CasJob) job = cas_job_from_blank_variant (task->params, &error);
  const gboolean fits = job && need_session (self, &error)
                        && cas_session_advise (self->session, job, &resolved, &advice, &error);

  if (fits || is_memory_short (error))
    {
      g_autofree char *sentence = fits ? g_strdup ("") : g_utf8_make_valid (error->message, -1);

      cas_bus_worker_complete_resolve (self->bus, task->invocation,
                                       cas_job_numbers_to_variant (&resolved),
                                       g_variant_new ("(is)", fits ? -1 : error->code, sentence),
                                       advice_to_variant (&advice));
      g_clear_error (&error);
    }
  else
    {
      end_if_lost (error);
      cas_bus_return_error (task->invocation, error);
    }
}

/* --- questions about pictures --------------------------------------------------------------- */

static GBytes *
find_subject (Runner     *self,
              ServerTask *task,
              GError    **error)
{
  g_autoptr (CasImage) image = cas_sealed_to_image (task->params, task->fds, error);

  if (!image || !need_session (self, error))
    return NULL;
  return cas_session_find_subject (self->session, image, task->threshold, task->cancellable, error);
}

static void
do_find_subject (Runner     *self,
                 ServerTask *task)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  GError *error = NULL;
  g_autoptr (GBytes) mask = find_subject (self, task, &error);
  GVariant *sealed = mask ? cas_sealed_from_bytes (mask, fds, &error) : NULL;

  end_if_lost (error);
  server_connection_end (self->connection, task);
  if (sealed)
    cas_bus_worker_complete_find_subject (self->bus, task->invocation, fds, sealed);
  else
    cas_bus_return_error (task->invocation, error);
}

/* --- beside jobs ---------------------------------------------------------------------------- */

static void
do_release (Runner     *self,
            ServerTask *task)
{
  g_clear_pointer (&self->session, cas_session_free);
  cas_bus_worker_complete_release (self->bus, task->invocation);
}

static void
do_list_devices (Runner     *self,
                 ServerTask *task)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) devices = cas_device_list (&error);

  if (devices)
    cas_bus_worker_complete_list_devices (self->bus, task->invocation,
                                          cas_devices_to_variant (devices));
  else
    cas_bus_return_error (task->invocation, error);
}

void
server_runner_run (ServerConnection *connection)
{
  static void (*const tasks[]) (Runner *self, ServerTask *task) = {
    [SERVER_OPEN] = do_open,       [SERVER_RUN] = do_run,
    [SERVER_RESOLVE] = do_resolve, [SERVER_FIND_SUBJECT] = do_find_subject,
    [SERVER_RELEASE] = do_release, [SERVER_LIST_DEVICES] = do_list_devices,
  };
  Runner self = {
    .connection = connection,
    .bus = server_connection_peek_bus (connection),
    .outbox = server_connection_peek_outbox (connection),
  };

  for (;;)
    {
      g_autoptr (ServerTask) task = server_connection_pop (connection);

      tasks[task->kind] (&self, task);
    }
}
