/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage A: decodes Stage B's latent to RGB (spec 5). */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

/* What the latent was divided by when the networks were trained. */
#define CAS_STAGE_A_SCALE 0.43f

/* Convolution and channelwise mixing, both led by six numbers of the block's own. */
typedef struct
{
  guint32          c;
  const CasWeight *gammas; /* [6] */
  CasConv          depthwise;
  CasLinear        expand;
  CasLinear        contract;
} CasStageABlock;

void       cas_stage_a_block_init (CasStageABlock       *block,
                                   CasWeights           *ws,
                                   guint32               c);
CasTensor  cas_stage_a_block      (CasGraph             *g,
                                   const CasStageABlock *block,
                                   CasTensor             x);

/* One entry of the decoder: a block, or a transposed convolution to the next finer level. */
typedef struct
{
  gboolean is_upsample;
  union
  {
    CasStageABlock block;
    CasConv        upsample;
  };
} CasStageAEntry;

/* To be read by all, written by cas_stage_a_new() alone. */
typedef struct
{
  CasWeights     *weights;
  float           scale;
  guint32         c_latent;
  guint           factor; /* picture pixels to a side of a latent pixel: 4 of the published one */
  CasLinear       in;
  CasStageAEntry *entries;
  guint           n_entries;
  CasLinear       out;
} CasStageA;

/* The decoder. scale: CAS_STAGE_A_SCALE, or what the packaging of the file says. */
CasStageA *cas_stage_a_new        (CasWeights           *ws,
                                   float                 scale,
                                   GError              **error);
void       cas_stage_a_free       (CasStageA            *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasStageA, cas_stage_a_free)

/* latent [n, h, w, c_latent] to RGB [n, h·factor, w·factor, 3], about 0 … 1 and not clamped. */
CasTensor  cas_stage_a_decode     (CasGraph             *g,
                                   const CasStageA      *m,
                                   CasTensor             latent);

G_END_DECLS
