/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between what a worker is made with, the message that opens it, and its answer. */

#include "worker/opening.h"

#include <glib/gi18n-lib.h>

#include "base/place.h"
#include "cascade/error.h"
#include "worker/bus-error.h"
#include "worker/worker-place.h"

void
cas_worker_params_init (CasWorkerParams       *self,
                        const CasWorkerParams *params)
{
  *self = *params;
  self->device = g_strdup (params->device);
  self->model = g_strdup (params->model);
  self->kernels = g_strdup (params->kernels);
  self->cache_folder = g_strdup (params->cache_folder);
  self->program = g_strdup (params->program);
}

void
cas_worker_params_clear (CasWorkerParams *self)
{
  g_free ((char *) self->device);
  g_free ((char *) self->model);
  g_free ((char *) self->kernels);
  g_free ((char *) self->cache_folder);
  g_free ((char *) self->program);
  *self = (CasWorkerParams) { 0 };
}

GVariant *
cas_worker_params_to_variant (const CasWorkerParams *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (self->device)
    g_variant_dict_insert (&dict, "device", "s", self->device);
  if (self->model)
    g_variant_dict_insert (&dict, "model", "^ay", self->model);
  if (self->kernels)
    g_variant_dict_insert (&dict, "kernels", "s", self->kernels);
  if (self->cache_folder)
    g_variant_dict_insert (&dict, "cache_folder", "^ay", self->cache_folder);
  if (self->validate)
    g_variant_dict_insert (&dict, "validate", "b", TRUE);
  return g_variant_dict_end (&dict);
}

char *
cas_worker_params_dup_program (const CasWorkerParams *self,
                               GError               **error)
{
  const char *variable = g_getenv ("WEIR_WORKER");
  char *program = self->program ? g_strdup (self->program) : g_strdup (variable);

  if (!program)
    program = cas_place_dup (WEIR_WORKER_INSTALLED, WEIR_WORKER_UNINSTALLED, NULL);
  if (!program)
    g_set_error_literal (error, CAS_ERROR, CAS_ERROR_WORKER_DIED,
                         _("The engine cannot be started: weir-worker is not installed."));
  return program;
}

/* A device's kind is a number of the other process. */
gboolean
cas_worker_info_read (CasWorkerInfo *self,
                      CasBusWorker  *bus,
                      GAsyncResult  *answer,
                      GError       **error)
{
  g_autoptr (GVariant) defaults = NULL;
  guint kind = 0;
  GError *problem = NULL;

  *self = (CasWorkerInfo) { 0 };
  if (!cas_bus_worker_call_open_finish (bus, (char **) &self->device, (char **) &self->driver,
                                        &kind, &self->memory_bytes, (char **) &self->model,
                                        &defaults, answer, &problem))
    {
      g_propagate_error (error, cas_bus_read_error (problem));
      return FALSE;
    }
  g_variant_get (defaults, "(uuuddud)", &self->width, &self->height, &self->steps, &self->cfg,
                 &self->shift, &self->decoder_steps, &self->decoder_cfg);
  self->kind = MIN (kind, CAS_DEVICE_OTHER);
  return TRUE;
}

void
cas_worker_info_clear (CasWorkerInfo *self)
{
  g_free ((char *) self->device);
  g_free ((char *) self->driver);
  g_free ((char *) self->model);
  *self = (CasWorkerInfo) { 0 };
}
