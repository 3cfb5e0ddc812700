/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a prompt, and pictures that steer it, to pictures: the whole way, in the order in which it
 * happens. */

#pragma once

#include "cascade/job.h"
#include "pipeline/guide.h"
#include "pipeline/parts.h"

G_BEGIN_DECLS

/* What a pipeline asks and tells while it runs; none may be NULL. */
typedef struct
{
  /* The part will be run next: cas_parts_prepare() it. */
  gboolean (*need)       (CasPart     part,
                          gpointer    data,
                          GError    **error);
  /* n_done steps of the part are done for picture number index, from 0; first it says 0. */
  void     (*on_step)    (CasPart     part,
                          guint       index,
                          guint       n_done,
                          gpointer    data);
  gboolean (*on_picture) (guint       index,
                          CasImage   *image,
                          gpointer    data,
                          GError    **error);
  void     (*notice)     (const char *sentence,
                          gpointer    data);
  gpointer   data;
} CasPipelineHooks;

/* job: every number resolved, none left to the model; of the parts' size. The parts are set for the
 * guide.
 * Errors: CAS_ERROR_NOT_FINITE, G_IO_ERROR_CANCELLED, the device's, the hooks'. */
gboolean cas_text_to_image (CasParts               *parts,
                            const CasJobParams     *job,
                            const CasGuide         *guide,
                            const CasPipelineHooks *hooks,
                            const CasRun           *run,
                            GError                **error);

G_END_DECLS
