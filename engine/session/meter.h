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

  double                 prepared;      /* of the fraction: done before, or what preparing took */
  gint64                 work_start_us; /* 0 while preparing */
  gboolean               is_measured;   /* a step has been made: estimates are no guesses any more */
  double                 fraction;      /* as last told */
  guint                  picture;       /* from 0 */
} CasMeter;

void cas_meter_init    (CasMeter              *meter,
                        const CasJobParams    *job,
                        guint                  n_steps,
                        CasParts              *parts,
                        const CasJobCallbacks *callbacks,
                        gpointer               user_data);

/* So many pictures, and that part of the whole job, were made before. */
void cas_meter_resume  (CasMeter              *meter,
                        guint                  n_pictures,
                        double                 fraction);

/* Preparing: phase loading or compiling, the nth of n parts, from 0, and how much of it is done. */
void cas_meter_prepare (CasMeter              *meter,
                        CasPhase               phase,
                        guint                  nth,
                        guint                  n,
                        double                 share);

/* Working: a part begins with a picture, counted from 0, of which n_done steps were done before; a
 * step of it is done, which makes n_done. */
void cas_meter_begin   (CasMeter              *meter,
                        CasPart                part,
                        guint                  picture,
                        guint                  n_done);
void cas_meter_step    (CasMeter              *meter,
                        CasPart                part,
                        guint                  picture,
                        guint                  n_done);

/* The last picture step: it is handed over. */
void cas_meter_save    (CasMeter              *meter);

G_END_DECLS
