/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job's place with what it is a place in. */

#pragma once

#include "cascade/checkpoint.h"
#include "pipeline/waypoint.h"
#include "session/identity.h"

G_BEGIN_DECLS

/* Copies all; fraction: of the job, as last told. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasCheckpoint     *cas_checkpoint_new           (const CasIdentity    *identity,
                                                 const CasWaypoint    *here,
                                                 double                fraction,
                                                 GError              **error);

/* Whether it is of the same job, model and device. Errors: CAS_ERROR_BAD_CHECKPOINT. */
gboolean           cas_checkpoint_check         (CasCheckpoint        *checkpoint,
                                                 const CasIdentity    *identity,
                                                 GError              **error);

/* Valid as long as the checkpoint. */
const CasWaypoint *cas_checkpoint_peek_waypoint (CasCheckpoint        *checkpoint);

G_END_DECLS
