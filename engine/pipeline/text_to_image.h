/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a prompt, and pictures that steer it, to pictures: the whole way, in the order in which it
 * happens. */

#pragma once

#include "cascade/job.h"
#include "pipeline/guide.h"
#include "pipeline/parts.h"
#include "pipeline/waypoint.h"

G_BEGIN_DECLS

/* What a pipeline asks and tells while it runs; none may be NULL. */
typedef struct
{
  /* The part will be run next: cas_parts_prepare() it. */
  gboolean (*need)       (CasPart     part,
                          gpointer    data,
                          GError    **error);
  /* The part begins with picture number index, from 0; n_done of its steps were done before. */
  void     (*on_begin)   (CasPart     part,
                          guint       index,
                          guint       n_done,
                          gpointer    data);
  /* A step of Stage C or B is done, and the job stands here. */
  void     (*on_step)    (const CasWaypoint *here,
                          gpointer           data);
  gboolean (*on_picture) (guint       index,
                          CasImage   *image,
                          gpointer    data,
                          GError    **error);
  void     (*notice)     (const char *sentence,
                          gpointer    data);
  gpointer   data;
} CasPipelineHooks;

/* job: every number resolved, none left to the model; of the parts' size. The parts are set for the
 * guide. from: where to go on, which cas_waypoint_check() has seen; NULL: from the beginning. What
 * then comes is what would have come without the break, to the bit.
 * Errors: CAS_ERROR_NOT_FINITE, G_IO_ERROR_CANCELLED, the device's, the hooks'. */
gboolean cas_text_to_image (CasParts               *parts,
                            const CasJobParams     *job,
                            const CasGuide         *guide,
                            const CasWaypoint      *from,
                            const CasPipelineHooks *hooks,
                            const CasRun           *run,
                            GError                **error);

G_END_DECLS
