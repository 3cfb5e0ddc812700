/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far a job is, and how long it will still take. */

#pragma once

#include "cascade/session.h"
#include "pipeline/parts.h"

G_BEGIN_DECLS

/* One job's; plain data. */
typedef struct
{
  const CasJobParams    *job;
  guint                  n_steps; /* of Stage C, which may be fewer than the job's */
  CasParts              *parts; /* whose estimates are asked */
  const CasJobCallbacks *callbacks;
  gpointer               user_data;

  double                 prepared;      /* of the fraction: what preparing took of the bar */
  gint64                 work_start_us; /* 0 while preparing */
  double                 fraction;      /* as last told */
  guint                  picture;       /* from 0 */
} CasMeter;

void cas_meter_init    (CasMeter              *meter,
                        const CasJobParams    *job,
                        guint                  n_steps,
                        CasParts              *parts,
                        const CasJobCallbacks *callbacks,
                        gpointer               user_data);

/* Preparing: phase loading or compiling, the nth of n parts, from 0, and how much of it is done. */
void cas_meter_prepare (CasMeter              *meter,
                        CasPhase               phase,
                        guint                  nth,
                        guint                  n,
                        double                 share);

/* Working: n_done steps of a part are done for a picture, from 0. */
void cas_meter_step    (CasMeter              *meter,
                        CasPart                part,
                        guint                  picture,
                        guint                  n_done);

/* The last picture step: it is handed over. */
void cas_meter_save    (CasMeter              *meter);

G_END_DECLS
