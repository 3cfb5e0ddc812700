/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker is asked what a picture is of. */

#include "cascade/worker.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "worker/bus-error.h"
#include "worker/sealed.h"
#include "worker/worker-private.h"

typedef struct
{
  guint        id;
  CasImage    *image;
  double       threshold;
  GVariant    *sealed; /* the image; NULL: it is not packed yet */
  GUnixFDList *fds;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  cas_image_unref (self->image);
  g_clear_pointer (&self->sealed, g_variant_unref);
  g_clear_object (&self->fds);
  g_free (self);
}

/* --- the answer ----------------------------------------------------------------------------- */

/* Before anything is read of it. */
static gboolean
is_mask_of (GVariant *sealed,
            CasImage *image)
{
  guint64 size;

  g_variant_get (sealed, CAS_SEALED_BYTES_TYPE, NULL, &size);
  return size == (guint64) cas_image_get_width (image) * cas_image_get_height (image);
}

static void
on_found (GObject      *bus,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  const Question *question = g_task_get_task_data (task);
  g_autoptr (GVariant) sealed = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  GBytes *mask = NULL;
  GError *error = NULL;

  if (!cas_bus_worker_call_find_subject_finish (CAS_BUS_WORKER (bus), &sealed, &fds, result, &error))
    {
      /* nobody waits any more, so that it need not be looked for */
      if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        cas_bus_worker_call_cancel (CAS_BUS_WORKER (bus), question->id, NULL, NULL, NULL);
      error = cas_bus_read_error (error);
    }
  else if (!is_mask_of (sealed, question->image))
    error = g_error_new_literal (CAS_ERROR, CAS_ERROR_PROTOCOL,
                                 _("The engine told of a picture's subject what cannot be."));
  else
    mask = cas_sealed_to_bytes (sealed, fds, &error);

  if (mask)
    g_task_return_pointer (task, mask, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* --- the question --------------------------------------------------------------------------- */

/* A large picture takes longer than a main loop should stand still. */
static void
pack (GTask        *packer,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  Question *question = g_task_get_task_data (data);
  GError *error = NULL;
  GVariant *sealed = cas_sealed_from_image (question->image, question->fds, &error);

  if (sealed)
    question->sealed = g_variant_ref_sink (sealed);
  if (sealed)
    g_task_return_boolean (packer, TRUE);
  else
    g_task_return_error (packer, error);
}

static void
on_packed (GObject      *source,
           GAsyncResult *packed,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  CasWorker *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  const Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  CasBusWorker *bus;

  if (!g_task_propagate_boolean (G_TASK (packed), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_task_return_error_if_cancelled (task) || !(bus = cas_worker_need_bus (self, task)))
    return;
  cas_worker_touch (self);
  cas_bus_worker_call_find_subject (bus, question->id, question->sealed, question->threshold,
                                    question->fds, cancellable, on_found, g_steal_pointer (&task));
}

void
cas_worker_find_subject_async (CasWorker           *self,
                               CasImage            *image,
                               double               threshold,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  ready,
                               gpointer             ready_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, ready, ready_data);
  g_autoptr (GTask) packer = g_task_new (NULL, NULL, on_packed, g_object_ref (task));
  Question *question = g_new0 (Question, 1);

  question->id = cas_worker_take_id (self);
  question->image = cas_image_ref (image);
  question->threshold = threshold;
  question->fds = g_unix_fd_list_new ();
  g_task_set_source_tag (task, cas_worker_find_subject_async);
  g_task_set_task_data (task, question, question_free);
  g_task_set_task_data (packer, g_object_ref (task), g_object_unref);
  g_task_run_in_thread (packer, pack);
}

GBytes *
cas_worker_find_subject_finish (CasWorker    *self,
                                GAsyncResult *result,
                                GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
