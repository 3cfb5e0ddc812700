/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a job stands between two steps. */

#include "pipeline/waypoint.h"

#include <glib/gi18n-lib.h>

gboolean
cas_waypoint_check (const CasWaypoint  *from,
                    const CasParts     *parts,
                    const CasJobParams *job,
                    guint               n_steps,
                    GError            **error)
{
  const gboolean is_c = from->part == CAS_PART_STAGE_C, is_beginning = is_c && from->n_done == 0;
  const gsize n_c = (gsize) parts->c_h * parts->c_w * parts->networks.stage_c->c_in;
  const gsize n_b = (gsize) parts->b_h * parts->b_w * parts->networks.stage_b->c_in;
  const guint n_max = is_c ? n_steps : job->decoder_steps;

  if (from->picture < job->n_images && from->n_done <= n_max && (is_c || from->n_done > 0)
      && from->n_c == (is_beginning ? 0 : n_c) && from->n_b == (is_c ? 0 : n_b))
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT,
               _("The checkpoint cannot be of this job: it stands in picture %u after step %u, "
                 "with %zu and %zu numbers, and the job has %u pictures, %u steps there, %zu and "
                 "%zu numbers."), from->picture + 1, from->n_done, from->n_c, from->n_b, job->n_images,
               n_max, n_c, n_b);
  return FALSE;
}

guint
cas_waypoint_count_done (const CasWaypoint *from,
                         CasPart            part,
                         guint              n_steps)
{
  if (!from)
    return 0;
  if (from->part == part)
    return from->n_done;
  return from->part == CAS_PART_STAGE_B && part == CAS_PART_STAGE_C ? n_steps : 0;
}
