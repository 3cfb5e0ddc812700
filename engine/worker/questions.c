/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker can be asked beside its jobs. */

#include "cascade/worker.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "sample/latent-size.h"
#include "worker/bus-error.h"
#include "worker/devices-variant.h"
#include "worker/job-variant.h"
#include "worker/worker-private.h"

CasBusWorker *
cas_worker_need_bus (CasWorker *self,
                     GTask     *task)
{
  CasBusWorker *bus = cas_worker_peek_bus (self);

  if (!bus)
    g_task_return_new_error (task, CAS_ERROR, CAS_ERROR_WORKER_DIED,
                             _("The engine is not running."));
  return bus;
}

/* What came of a job that is resolved. */
typedef struct
{
  GVariant     *numbers;
  GError       *refusal; /* memory is short; nullable */
  CasSizeAdvice advice;
} Resolution;

static void
resolution_free (Resolution *self)
{
  g_clear_pointer (&self->numbers, g_variant_unref);
  g_clear_error (&self->refusal);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Resolution, resolution_free)

static gboolean
is_size (guint width,
         guint height)
{
  return MIN (width, height) >= CAS_IMAGE_MIN_SIDE && MAX (width, height) <= CAS_IMAGE_MAX_SIDE;
}

/* FALSE for what cannot be. */
static gboolean
read_advice (GVariant      *variant,
             CasSizeAdvice *advice)
{
  g_autoptr (GVariant) sizes = NULL;

  g_variant_get (variant, "(tt@a(uu))", &advice->needed_bytes, &advice->available_bytes, &sizes);
  advice->n_sizes = (guint) MIN (g_variant_n_children (sizes), G_N_ELEMENTS (advice->sizes));
  for (guint i = 0; i < advice->n_sizes; i++)
    {
      guint *size = advice->sizes[i];

      g_variant_get_child (sizes, i, "(uu)", &size[0], &size[1]);
      if (!is_size (size[0], size[1]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_refusal (GVariant *variant,
              GError  **refusal)
{
  const char *sentence;
  int code;

  g_variant_get (variant, "(i&s)", &code, &sentence);
  if (code == CAS_ERROR_OUT_OF_DEVICE_MEMORY || code == CAS_ERROR_OUT_OF_HOST_MEMORY)
    *refusal = g_error_new_literal (CAS_ERROR, code, sentence);
  return *refusal || code == -1;
}

static void
on_resolved (GObject      *bus,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (Resolution) resolution = g_new0 (Resolution, 1);
  g_autoptr (GVariant) refusal = NULL, advice = NULL;
  GError *error = NULL;

  if (!cas_bus_worker_call_resolve_finish (CAS_BUS_WORKER (bus), &resolution->numbers, &refusal,
                                           &advice, result, &error))
    g_task_return_error (task, cas_bus_read_error (error));
  else if (!read_refusal (refusal, &resolution->refusal)
           || !read_advice (advice, &resolution->advice))
    g_task_return_new_error (task, CAS_ERROR, CAS_ERROR_PROTOCOL,
                             _("The engine told of a size what cannot be."));
  else
    g_task_return_pointer (task, g_steal_pointer (&resolution), (GDestroyNotify) resolution_free);
}

void
cas_worker_resolve_async (CasWorker           *self,
                          CasJob              *job,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  ready,
                          gpointer             ready_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, ready, ready_data);
  GError *error = NULL;
  CasBusWorker *bus = cas_worker_need_bus (self, task);
  GVariant *params = bus ? cas_job_to_variant (cas_job_get_params (job), NULL, &error) : NULL;

  g_task_set_source_tag (task, cas_worker_resolve_async);
  g_task_set_task_data (task, cas_job_ref (job), (GDestroyNotify) cas_job_unref);
  if (params)
    {
      cas_worker_touch (self);
      cas_bus_worker_call_resolve (bus, params, cancellable, on_resolved, g_steal_pointer (&task));
    }
  else if (bus)
    g_task_return_error (task, error);
}

gboolean
cas_worker_resolve_finish (CasWorker     *self,
                           GAsyncResult  *result,
                           CasJobParams  *params,
                           CasSizeAdvice *advice,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  g_autoptr (Resolution) resolution = g_task_propagate_pointer (G_TASK (result), error);

  *params = *cas_job_get_params (g_task_get_task_data (G_TASK (result)));
  if (advice)
    *advice = resolution ? resolution->advice : (CasSizeAdvice) { 0 };
  if (resolution && resolution->refusal)
    g_propagate_error (error, g_steal_pointer (&resolution->refusal));
  else if (resolution)
    return cas_job_numbers_from_variant (resolution->numbers, params, error);
  return FALSE;
}

static void
on_devices (GObject      *bus,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) list = NULL;
  GError *error = NULL;

  if (cas_bus_worker_call_list_devices_finish (CAS_BUS_WORKER (bus), &list, result, &error))
    g_task_return_pointer (task, cas_devices_from_variant (list),
                           (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, cas_bus_read_error (error));
}

void
cas_worker_list_devices_async (CasWorker           *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  ready,
                               gpointer             ready_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, ready, ready_data);
  CasBusWorker *bus = cas_worker_need_bus (self, task);

  g_task_set_source_tag (task, cas_worker_list_devices_async);
  if (bus)
    cas_bus_worker_call_list_devices (bus, cancellable, on_devices, g_steal_pointer (&task));
}

GPtrArray *
cas_worker_list_devices_finish (CasWorker    *self,
                                GAsyncResult *result,
                                GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
