/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker lends to what asks it questions. */

#pragma once

#include "cascade/worker.h"
#include "worker/weir-worker-bus.h"

G_BEGIN_DECLS

/* NULL: there is no process that could be asked. */
CasBusWorker *cas_worker_peek_bus (CasWorker *self);

/* It is wanted: what it holds is not given up soon. */
void          cas_worker_touch    (CasWorker *self);

G_END_DECLS
