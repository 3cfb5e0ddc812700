/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a process is started as and asked to open, and what it says that it opened. */

#pragma once

#include "cascade/worker.h"
#include "worker/weir-worker-bus.h"

G_BEGIN_DECLS

/* A copy that owns its strings. */
void      cas_worker_params_init        (CasWorkerParams       *self,
                                         const CasWorkerParams *params);
void      cas_worker_params_clear       (CasWorkerParams       *self);

/* Floating, for Open. */
GVariant *cas_worker_params_to_variant  (const CasWorkerParams *self);

/* Free with g_free(). Errors: CAS_ERROR_WORKER_DIED if there is none. */
char     *cas_worker_params_dup_program (const CasWorkerParams *self,
                                         GError               **error);

/* From the answer to Open; self owns its strings. Errors: those of cas_bus_read_error(). */
gboolean  cas_worker_info_read          (CasWorkerInfo         *self,
                                         CasBusWorker          *bus,
                                         GAsyncResult          *answer,
                                         GError               **error);
void      cas_worker_info_clear         (CasWorkerInfo         *self);

G_END_DECLS
