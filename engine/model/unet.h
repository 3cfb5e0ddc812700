/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Stage C and Stage B share (spec 3 and 4): levels of blocks down and up again, with skips,
 * between an embedding and a classifier of their own. All sizes are read off the tensors.
 *
 * What does not depend on the step or on the pixels is taken out of the forward pass: the
 * condition's keys and values, once for a prompt, and the timestep's modulation, one operation. */

#pragma once

#include "model/blocks.h"

G_BEGIN_DECLS

#define CAS_UNET_MAX_LEVELS 8
#define CAS_UNET_MAX_BLOCKS 256 /* of a level: with it, the modulation's width fits 32 bits */

typedef enum
{
  CAS_BLOCK_RES,
  CAS_BLOCK_TIMESTEP,
  CAS_BLOCK_ATTN,
  CAS_BLOCK_FEED_FORWARD,
} CasBlockKind;

typedef struct
{
  char        *name;   /* "down_blocks.0.2" */
  CasBlockKind kind;
  guint32      place;  /* timestep: its first channel of the modulation; attention: its index */
  union
  {
    CasResBlock         res;
    CasTimestepBlock    timestep;
    CasAttnBlock        attn;
    CasFeedForwardBlock feed_forward;
  };
} CasBlock;

typedef enum
{
  CAS_LEVEL_CHANGE_NONE,    /* the same level */
  CAS_LEVEL_CHANGE_MAP,     /* Stage C */
  CAS_LEVEL_CHANGE_STRIDED, /* Stage B: 2×2 convolutions of stride 2 */
} CasLevelChangeKind;

typedef struct
{
  CasLevelChangeKind kind;
  gboolean           is_up;
  union
  {
    CasUpDownBlock map;
    CasConv        strided;
  };
} CasLevelChange;

typedef struct
{
  guint32        c;
  CasBlock      *blocks;
  guint          n_blocks;
  CasLinear     *repeat_mappers; /* between n_repeats + 1 runs through the same blocks */
  guint          n_repeats;
  CasLevelChange change;         /* before a down level, after an up level */
} CasLevel;

typedef struct
{
  CasWeights *weights;
  guint32     c_cond;
  guint       n_levels;
  CasLevel    down[CAS_UNET_MAX_LEVELS]; /* in the order of execution: */
  CasLevel    up[CAS_UNET_MAX_LEVELS];   /* up[0] is the deepest */
  guint       n_conditions;              /* of the timestep: r, sca, crp */
  guint32     c_modulation;
  guint       n_attn;
  guint       n_res;                     /* ResBlocks as executed, with repeats */
} CasUNet;

/* resizes: levels joined by 1×1 maps differ in size (tensors cannot tell). Errors stick to ws,
 * which is referenced. */
void      cas_unet_init       (CasUNet         *unet,
                               CasWeights      *ws,
                               guint32          c_cond,
                               gboolean         resizes);
void      cas_unet_clear      (CasUNet         *unet);

/* The width of an attention block, by its index. */
guint32   cas_unet_attn_width (const CasUNet   *unet,
                               guint            index);

/* The width of the ResBlock that is executed as the index-th, counting from 0 and with repeats. */
guint32   cas_unet_res_width  (const CasUNet   *unet,
                               guint            index);

/* The a and b of all timestep blocks: [n, 1, 1, c_modulation] of the embeddings
 * t [n, 1, 1, n_conditions · 64]. */
CasTensor cas_unet_modulation (CasGraph        *g,
                               const CasUNet   *unet,
                               CasTensor        t);

/* Keys and values of the condition's tokens cond [n, 1, tokens, c_cond] for each attention block:
 * kv[i] is [n, 1, tokens, 2 · width of block i], n_attn of them. */
void      cas_unet_condition  (CasGraph        *g,
                               const CasUNet   *unet,
                               CasTensor        cond,
                               CasTensor       *kv);

/* x [n, h, w, c of the first level] to the same shape. control (NULL: none): n_res tensors of
 * that level's channels and any size, added before the ResBlocks, CAS_NO_TENSOR for most. */
CasTensor cas_unet_forward    (CasGraph        *g,
                               const CasUNet   *unet,
                               CasTensor        x,
                               CasTensor        modulation,
                               const CasTensor *kv,
                               const CasTensor *control);

G_END_DECLS
