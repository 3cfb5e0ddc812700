/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EfficientNet-V2-S as the semantic encoder: from a picture to the latent that Stage C draws, at a
 * 32nd of its size (spec 6). Its backbone serves ControlNets as well (spec 8). */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

/* Pixels of the picture to a side of a latent's pixel; a side of n becomes ⌈n / 32⌉. */
#define CAS_EFFNET_FACTOR 32

/* A convolution without bias, led out by a batch norm. */
typedef struct
{
  const CasWeight *weight;
  CasBatchNorm     norm;
  guint            stride;
  guint            pad;
} CasEffnetConv;

/* What weighs the channels of a block by what they hold on the whole. */
typedef struct
{
  CasLinear reduce;
  CasLinear expand;
} CasEffnetSqueeze;

typedef enum
{
  CAS_EFFNET_FUSED_PLAIN, /* one 3×3 convolution */
  CAS_EFFNET_FUSED,       /* 3×3 to more channels, then 1×1 */
  CAS_EFFNET_MBCONV,      /* 1×1 to more channels, depthwise, squeeze, 1×1 */
} CasEffnetBlockKind;

typedef struct
{
  CasEffnetBlockKind kind;
  gboolean           has_residual;
  guint              stage, number; /* as in the tensors' names */
  CasEffnetConv      expand;
  CasEffnetConv      depthwise;     /* MBCONV */
  CasEffnetSqueeze   squeeze;       /* MBCONV */
  CasEffnetConv      project;       /* not FUSED_PLAIN */
} CasEffnetBlock;

/* Everything under “backbone.”. */
typedef struct
{
  guint32         c_in;
  guint32         c_out;
  CasEffnetConv   stem;
  CasEffnetBlock *blocks;
  guint           n_blocks;
  CasEffnetConv   head;
} CasEffnetBackbone;

/* A stem that does not take RGB has no padding. */
void       cas_effnet_backbone_init    (CasEffnetBackbone       *backbone,
                                        CasWeights              *ws);
/* What it holds, not itself. */
void       cas_effnet_backbone_clear   (CasEffnetBackbone       *backbone);
/* x [n, h, w, c_in] to [n, ⌈h / 32⌉, ⌈w / 32⌉, c_out]. */
CasTensor  cas_effnet_backbone_forward (CasGraph                *g,
                                        const CasEffnetBackbone *backbone,
                                        CasTensor                x);

/* To be read by all, written by cas_effnet_new() alone. */
typedef struct
{
  CasWeights       *weights;
  guint32           c_latent; /* 16 of the published one */
  CasEffnetBackbone backbone;
  CasLinear         mapper;
  CasBatchNorm      mapper_norm; /* not affine */
} CasEffnet;

CasEffnet *cas_effnet_new              (CasWeights              *ws,
                                        GError                 **error);
void       cas_effnet_free             (CasEffnet               *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasEffnet, cas_effnet_free)

/* image [n, h, w, 3], RGB in 0 … 1, to the latent [n, ⌈h / 32⌉, ⌈w / 32⌉, c_latent]. */
CasTensor  cas_effnet_encode           (CasGraph                *g,
                                        const CasEffnet         *m,
                                        CasTensor                image);

G_END_DECLS
