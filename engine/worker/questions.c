/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker can be asked beside its jobs. */

#include "cascade/worker.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "worker/bus-error.h"
#include "worker/devices-variant.h"
#include "worker/job-variant.h"
#include "worker/worker-private.h"

/* The process that can be asked; NULL with an error given to the task. */
static CasBusWorker *
need_bus (CasWorker *self,
          GTask     *task)
{
  CasBusWorker *bus = cas_worker_peek_bus (self);

  if (!bus)
    g_task_return_new_error (task, CAS_ERROR, CAS_ERROR_WORKER_DIED,
                             _("The engine is not running."));
  return bus;
}

static void
on_resolved (GObject      *bus,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GVariant *numbers;
  GError *error = NULL;

  if (cas_bus_worker_call_resolve_finish (CAS_BUS_WORKER (bus), &numbers, NULL, result, &error))
    g_task_return_pointer (task, numbers, (GDestroyNotify) g_variant_unref);
  else
    g_task_return_error (task, cas_bus_read_error (error));
}

void
cas_worker_resolve_async (CasWorker           *self,
                          CasJob              *job,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  ready,
                          gpointer             ready_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, ready, ready_data);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  GError *error = NULL;
  CasBusWorker *bus = need_bus (self, task);
  GVariant *params = bus ? cas_job_to_variant (cas_job_get_params (job), fds, &error) : NULL;

  g_task_set_source_tag (task, cas_worker_resolve_async);
  g_task_set_task_data (task, cas_job_ref (job), (GDestroyNotify) cas_job_unref);
  if (params)
    cas_bus_worker_call_resolve (bus, params, fds, cancellable, on_resolved,
                                 g_steal_pointer (&task));
  else if (bus)
    g_task_return_error (task, error);
}

gboolean
cas_worker_resolve_finish (CasWorker    *self,
                           GAsyncResult *result,
                           CasJobParams *params,
                           GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  g_autoptr (GVariant) numbers = g_task_propagate_pointer (G_TASK (result), error);

  *params = *cas_job_get_params (g_task_get_task_data (G_TASK (result)));
  return numbers && cas_job_numbers_from_variant (numbers, params, error);
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
  CasBusWorker *bus = need_bus (self, task);

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
