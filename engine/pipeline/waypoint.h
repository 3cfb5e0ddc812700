/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a job stands between two steps, and all that going on from there takes beside the job
 * itself. What the prompts and the pictures say to the networks is made again. */

#pragma once

#include "cascade/job.h"
#include "pipeline/guide.h"
#include "pipeline/parts.h"

G_BEGIN_DECLS

/* Plain data; the latents are borrowed. */
typedef struct
{
  guint        picture;  /* that is being made, from 0; as many as the job has: all are made */
  CasPart      part;     /* Stage C or Stage B, … */
  guint        n_done;   /* … and its steps that are done; 0 of Stage C: nothing of the picture */
  CasRandom    random;   /* as the next draw finds it */
  /* Channels-last: what the stage's next step begins with; after the last, what the stage made. */
  const float *c_latent; /* NULL at the picture's beginning */
  gsize        n_c;      /* numbers in it */
  const float *b_latent; /* NULL but in Stage B */
  gsize        n_b;
} CasWaypoint;

/* Whether a job of so many steps of Stage C can go on from there.
 * Errors: CAS_ERROR_BAD_CHECKPOINT. */
gboolean cas_waypoint_check      (const CasWaypoint  *from,
                                  const CasParts     *parts,
                                  const CasJobParams *job,
                                  guint               n_steps,
                                  GError            **error);

/* How many of the n_steps of Stage C or B need not be made for the picture there. from may be NULL:
 * none. */
guint    cas_waypoint_count_done (const CasWaypoint  *from,
                                  CasPart             part,
                                  guint               n_steps);

G_END_DECLS
