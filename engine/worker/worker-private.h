/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker lends to what asks it questions. */

#pragma once

#include "cascade/worker.h"
#include "worker/weir-worker-bus.h"

G_BEGIN_DECLS

/* NULL: there is no process that could be asked. */
CasBusWorker *cas_worker_peek_bus (CasWorker *self);

/* The same for a question, which is given an error if there is none. */
CasBusWorker *cas_worker_need_bus (CasWorker *self,
                                   GTask     *task);

/* A number that no job and no other question of the worker has. */
guint         cas_worker_take_id  (CasWorker *self);

/* It is wanted: what it holds is not given up soon. */
void          cas_worker_touch    (CasWorker *self);

G_END_DECLS
