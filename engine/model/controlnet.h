/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets: from a control picture (edges, holes with their mask, a small picture, a map of
 * faces) to what is added before ResBlocks of Stage C (spec 8). Nothing of it depends on a step. */

#pragma once

#include "cascade/control.h"
#include "model/effnet.h"
#include "model/unet.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_CONTROL_EFFNET, /* EfficientNet-V2-S: canny, inpainting */
  CAS_CONTROL_SIMPLE, /* two convolutions: face identity */
  CAS_CONTROL_LARGE,  /* convolutions with a residual trunk: super resolution */
} CasControlBackbone;

/* "effnet" */
const char *cas_control_backbone_get_name (CasControlBackbone backbone);

/* Affine norm, GELU and convolution, twice, beside the way through. */
typedef struct
{
  const CasWeight *norm_weight[2];
  const CasWeight *norm_bias[2];
  CasConv          conv[2];
} CasControlResBlock;

/* Two linears without bias; what they give is for one ResBlock. */
typedef struct
{
  guint     block; /* in the order of execution */
  CasLinear in;
  CasLinear out;
} CasControlProjection;

/* To be read by all, written by cas_controlnet_new() alone. */
typedef struct
{
  CasWeights           *weights;
  CasControlKind        kind;
  CasControlBackbone    backbone;
  guint32               c_in;
  guint32               c;      /* of the backbone's features */
  CasEffnetBackbone     effnet; /* of its own kind of backbone; the others: */
  CasConv               first;
  CasConv               second;
  CasControlResBlock   *blocks;
  guint                 n_blocks;
  CasConv               last;
  guint                 n_projections;
  CasControlProjection *projections; /* in the order of their blocks */
} CasControlNet;

typedef struct
{
  const guint *blocks;   /* which ResBlock each projection is for; NULL: what the file says */
  guint        n_blocks;
} CasControlNetParams;

/* params may be NULL. A file without a word about its ResBlocks has those of the published
 * ControlNets. */
CasControlNet *cas_controlnet_new     (CasWeights                *ws,
                                       const CasControlNetParams *params,
                                       GError                   **error);
void           cas_controlnet_free    (CasControlNet             *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasControlNet, cas_controlnet_free)

/* FALSE, with an error that names file and tensor, if this is a ControlNet for another Stage C. */
gboolean       cas_controlnet_check   (const CasControlNet       *m,
                                       const CasUNet             *stage_c,
                                       GError                   **error);

/* One tensor for each projection, of a size of the backbone's own, from the control picture x
 * [n, h, w, c_in], whose colours are 0 … 1. */
void           cas_controlnet_forward (CasGraph                  *g,
                                       const CasControlNet       *m,
                                       CasTensor                  x,
                                       CasTensor                 *projections);

/* Adds projections, times factor ([1, 1, 1, as many as the widest], CAS_NO_TENSOR for 1), to what
 * cas_unet_forward() takes as control: n_res tensors, each CAS_NO_TENSOR or [n, h, w, c]. */
void           cas_controlnet_add     (CasGraph                  *g,
                                       const CasControlNet       *m,
                                       const CasTensor           *projections,
                                       CasTensor                  factor,
                                       guint32                    h,
                                       guint32                    w,
                                       CasTensor                 *control);

G_END_DECLS
