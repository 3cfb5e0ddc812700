/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layers that CLIP's text and vision towers share (spec 10, 11): attention and a perceptron,
 * each behind a norm of its own. */

#pragma once

#include "model/config.h"
#include "model/weights.h"

G_BEGIN_DECLS

/* What the tensors cannot say. */
typedef struct
{
  guint         n_heads; /* 0: width / 64 */
  CasActivation act;
  float         eps;
} CasClipConfig;

/* Takes what config.json says from fallbacks that are in config. */
void      cas_clip_config_read    (CasClipConfig       *config,
                                   CasConfig           *json);

typedef struct
{
  const CasWeight *weight;
  const CasWeight *bias;
} CasClipNorm;

/* NAME.weight and NAME.bias of c numbers. */
CasClipNorm cas_clip_norm_get     (CasWeights          *ws,
                                   guint32              c,
                                   const char          *name);

typedef struct
{
  CasClipNorm norm1;
  CasLinear   q, k, v;
  CasLinear   out;
  CasClipNorm norm2;
  CasLinear   fc1;
  CasLinear   fc2;
} CasClipLayer;

typedef struct
{
  CasClipConfig config; /* n_heads is never 0 */
  CasClipLayer *layers;
  guint         n_layers;
} CasClipTower;

/* Loads “encoder.layers” of the scope that ws is in, c channels wide. */
void      cas_clip_tower_init     (CasClipTower        *tower,
                                   CasWeights          *ws,
                                   const CasClipConfig *config,
                                   guint32              c);
/* What it holds, not itself. */
void      cas_clip_tower_clear    (CasClipTower        *tower);

CasTensor cas_clip_tower_norm     (CasGraph            *g,
                                   const CasClipTower  *tower,
                                   const CasClipNorm   *norm,
                                   CasTensor            x);
/* x [n, 1, tokens, c]; mask as in CasAttention, or CAS_NO_TENSOR. */
CasTensor cas_clip_tower_forward  (CasGraph            *g,
                                   const CasClipTower  *tower,
                                   CasTensor            x,
                                   CasTensor            mask,
                                   gboolean             is_causal);

G_END_DECLS
