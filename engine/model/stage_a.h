/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage A: decodes Stage B's latent to RGB, and encodes RGB to it (spec 5). */

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

/* One entry of a path: a block, or a convolution to the next level, transposed in the decoder. */
typedef struct
{
  gboolean is_resample;
  union
  {
    CasStageABlock block;
    CasConv        resample;
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

/* To be read by all, written by cas_stage_a_encoder_new() alone. */
typedef struct
{
  CasWeights      *weights;
  float            scale;
  guint32          c_latent;
  guint            factor;
  CasLinear        in;
  CasStageAEntry  *entries;
  guint            n_entries;
  CasLinear        out;
  CasBatchNorm     norm;
  const CasWeight *codebook; /* [codes, c_latent] */
} CasStageAEncoder;

/* The encoder of the same file. scale: as of cas_stage_a_new(). */
CasStageAEncoder *cas_stage_a_encoder_new  (CasWeights             *ws,
                                            float                   scale,
                                            GError                **error);
void              cas_stage_a_encoder_free (CasStageAEncoder       *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasStageAEncoder, cas_stage_a_encoder_free)

/* RGB [n, h, w, 3] in 0 … 1 to its latent [n, h / factor, w / factor, c_latent], rounded down; h
 * and w must be even. */
CasTensor         cas_stage_a_encode       (CasGraph               *g,
                                            const CasStageAEncoder *m,
                                            CasTensor               image);
/* The latent of the nearest codes, and in indices [n, h, w, 1] i32 which they are. Stable Cascade
 * draws latents that are not rounded to codes. */
CasTensor         cas_stage_a_quantize     (CasGraph               *g,
                                            const CasStageAEncoder *m,
                                            CasTensor               latent,
                                            CasTensor              *indices);

G_END_DECLS
