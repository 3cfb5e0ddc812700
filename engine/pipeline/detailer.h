/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage B at work: from the semantic latent to Stage A's. */

#pragma once

#include "model/stage_b.h"
#include "pipeline/denoiser.h"

G_BEGIN_DECLS

typedef struct _CasDetailer CasDetailer;

typedef struct
{
  const CasStageB *stage_b;
  guint32          n, h, w;              /* pictures, and the size of the latent: even */
  guint32          effnet_h, effnet_w;   /* the size of Stage C's */
  gboolean         is_unguided, whole_batch, keeps_prediction; /* as of CasDenoiserParams */
} CasDetailerParams;

CasDetailer *cas_detailer_new            (const CasDetailerParams *params);
void         cas_detailer_free           (CasDetailer             *detailer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasDetailer, cas_detailer_free)

gboolean     cas_detailer_compile        (CasDetailer             *detailer,
                                          const CasCompileParams  *params,
                                          GError                 **error);

/* What the prompts say: pooled [.., c_pooled], first all pictures' own, then, if guided, all
 * pictures' negatives. Holds until the next call. */
gboolean     cas_detailer_condition      (CasDetailer             *detailer,
                                          const float             *pooled,
                                          const CasRun            *run,
                                          GError                 **error);
gboolean     cas_detailer_is_conditioned (CasDetailer             *detailer);

/* What the pictures shall look like: effnet [n, effnet_h, effnet_w, c_effnet], which the negatives
 * do without (zeros). Holds until the next call. */
gboolean     cas_detailer_guide          (CasDetailer             *detailer,
                                          const float             *effnet,
                                          const CasRun            *run,
                                          GError                 **error);

CasDenoiser *cas_detailer_peek_denoiser  (CasDetailer             *detailer);

G_END_DECLS
