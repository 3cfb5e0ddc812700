/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage B: denoises Stage A's latent, led by Stage C's result (spec 4). */

#pragma once

#include "model/unet.h"

G_BEGIN_DECLS

#define CAS_STAGE_B_PATCH 2 /* pixels of the latent to a side of a network pixel */

/* Linear, GELU, linear, norm at every pixel. */
typedef struct
{
  CasLinear first;
  CasLinear second;
} CasPixelMapper;

/* To be read by all, written by cas_stage_b_new() alone. */
typedef struct
{
  CasUNet        unet;
  guint32        c_in;     /* channels of the latent */
  guint32        c_pooled; /* of the pooled text */
  guint32        c_effnet; /* of Stage C's latent */
  guint32        c_pixels; /* of the pixels */
  CasLinear      clip_mapper;
  CasPixelMapper effnet_mapper;
  CasPixelMapper pixels_mapper;
  CasLinear      embedding;
  CasLinear      clf;
} CasStageB;

CasStageB *cas_stage_b_new       (CasWeights      *ws,
                                  GError         **error);
void       cas_stage_b_free      (CasStageB       *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasStageB, cas_stage_b_free)

/* The condition's tokens, [n, 1, 4, c_cond], for cas_unet_condition(). */
CasTensor  cas_stage_b_condition (CasGraph        *g,
                                  const CasStageB *m,
                                  CasTensor        pooled); /* [n, 1, 1, c_pooled] */

/* What is added to the embedding of a latent of h × w, [n, h/2, w/2, c of the first level]. It
 * does not depend on the step. */
CasTensor  cas_stage_b_guide     (CasGraph        *g,
                                  const CasStageB *m,
                                  CasTensor        effnet, /* [n, any size, c_effnet] */
                                  CasTensor        pixels, /* [n, any size, c_pixels] or none */
                                  guint32          h,
                                  guint32          w);

/* Predicts the noise in x: the same shape. Height and width must be even. */
CasTensor  cas_stage_b_forward   (CasGraph        *g,
                                  const CasStageB *m,
                                  CasTensor        x,          /* [n, h, w, c_in] */
                                  CasTensor        guide,
                                  CasTensor        modulation, /* of cas_unet_modulation() */
                                  const CasTensor *kv);        /* of cas_unet_condition() */

G_END_DECLS
