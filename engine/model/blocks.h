/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The blocks of Stage B and Stage C (spec 2): each is loaded from the scope that ws is in and
 * appends itself to a graph. Tensors are [n, h, w, c]; what belongs to a whole picture is
 * [n, 1, 1, c], tokens are [n, 1, tokens, c]. */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

#define CAS_NORM_EPS   1e-6f
#define CAS_HEAD_WIDTH 64
/* Width of the embedding of one timestep condition. */
#define CAS_TIMESTEP_WIDTH 64
/* The timestep r and the extra conditions sca and crp. */
#define CAS_MAX_TIMESTEP_CONDITIONS 3

/* Linear, GELU, global response norm, linear: the second half of a ResBlock. */
typedef struct
{
  CasLinear        expand;
  const CasWeight *gamma;
  const CasWeight *beta;
  CasLinear        contract;
} CasChannelwise;

/* "C": depthwise convolution and channelwise mixing, with the skip's channels if it has one. */
typedef struct
{
  guint32        c;
  guint32        c_skip; /* 0: none */
  CasConv        depthwise;
  CasChannelwise channelwise;
} CasResBlock;

void      cas_res_block_init                (CasResBlock            *block,
                                             CasWeights             *ws,
                                             guint32                 c,
                                             guint32                 c_skip);
/* skip: CAS_NO_TENSOR if c_skip is 0; else of x's size. */
CasTensor cas_res_block                     (CasGraph               *g,
                                             const CasResBlock      *block,
                                             CasTensor               x,
                                             CasTensor               skip);

/* "F": a ResBlock without its convolution. No released model has one. */
typedef struct
{
  guint32        c;
  CasChannelwise channelwise;
} CasFeedForwardBlock;

void      cas_feed_forward_block_init       (CasFeedForwardBlock    *block,
                                             CasWeights             *ws,
                                             guint32                 c);
CasTensor cas_feed_forward_block            (CasGraph               *g,
                                             const CasFeedForwardBlock *block,
                                             CasTensor               x);

/* "T": x (1 + a) + b, cas_op_modulate(), where a and b are linear in the embeddings of the timestep
 * conditions. */
typedef struct
{
  guint32   c;
  guint     n_conditions;
  CasLinear mappers[CAS_MAX_TIMESTEP_CONDITIONS]; /* of r, sca, crp, as far as they are there */
} CasTimestepBlock;

void      cas_timestep_block_init           (CasTimestepBlock       *block,
                                             CasWeights             *ws,
                                             guint32                 c);
/* Appends to pieces (of CasLinearPiece) what gives this block's a and b as the 2c outputs from
 * first_row on, out of the embeddings [n, 1, 1, n_conditions · 64]. */
void      cas_timestep_block_add_pieces     (const CasTimestepBlock *block,
                                             guint32                 first_row,
                                             GArray                 *pieces);

/* "A": attention of the pixels to each other and to the condition's tokens. */
typedef struct
{
  guint32   c;
  guint32   c_cond;
  gboolean  is_cross_only; /* the pixels do not see each other: no released model */
  CasLinear kv_mapper;
  CasLinear qkv[3];        /* thirds of one weight's rows, or weights of their own */
  CasLinear out;
} CasAttnBlock;

void      cas_attn_block_init               (CasAttnBlock           *block,
                                             CasWeights             *ws,
                                             guint32                 c,
                                             guint32                 c_cond);
/* Keys and values of the condition's tokens, through SiLU already, which all blocks share:
 * cond [n, 1, tokens, c_cond] to [n, 1, tokens, 2c]. They do not depend on the step. */
CasTensor cas_attn_block_condition          (CasGraph               *g,
                                             const CasAttnBlock     *block,
                                             CasTensor               cond);
CasTensor cas_attn_block                    (CasGraph               *g,
                                             const CasAttnBlock     *block,
                                             CasTensor               x,
                                             CasTensor               cond_kv);

/* Between the levels of Stage C: a 1×1 convolution and, where levels differ in size, a bilinear
 * ×½ after it on the way down or ×2 before it on the way up. */
typedef struct
{
  CasLinear map;
  gboolean  is_up;
  gboolean  resizes; /* no released model */
} CasUpDownBlock;

void      cas_up_down_block_init            (CasUpDownBlock         *block,
                                             CasWeights             *ws,
                                             guint32                 c_in,
                                             guint32                 c_out,
                                             gboolean                is_up,
                                             gboolean                resizes);
CasTensor cas_up_down_block                 (CasGraph               *g,
                                             const CasUpDownBlock   *block,
                                             CasTensor               x);

G_END_DECLS
