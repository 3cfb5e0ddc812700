/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage C: denoises the semantic latent under a text (spec 3). Both levels run at one resolution:
 * it is no U-Net in space, only in its skip. */

#pragma once

#include "model/unet.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean switches_level; /* level 1 at half size: no released model, and tensors cannot tell */
} CasStageCParams;

/* To be read by all, written by cas_stage_c_new() alone. */
typedef struct
{
  CasUNet   unet;
  guint32   c_in;     /* channels of the latent */
  guint32   c_text;   /* of a token of the text */
  guint32   c_pooled; /* of the pooled text */
  guint32   c_image;  /* of an image embedding */
  CasLinear text_mapper;
  CasLinear pooled_mapper;
  CasLinear image_mapper;
  CasLinear embedding;
  CasLinear clf;
} CasStageC;

/* params may be NULL. */
CasStageC *cas_stage_c_new        (CasWeights            *ws,
                                   const CasStageCParams *params,
                                   GError               **error);
void       cas_stage_c_free       (CasStageC             *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasStageC, cas_stage_c_free)

/* The condition's tokens, [n, 1, tokens + 4 + 4 images, c_cond], for cas_unet_condition(). */
CasTensor  cas_stage_c_condition  (CasGraph              *g,
                                   const CasStageC       *m,
                                   CasTensor              text,    /* [n, 1, tokens, c_text] */
                                   CasTensor              pooled,  /* [n, 1, 1, c_pooled] */
                                   CasTensor              images); /* [n, 1, images, c_image] */

/* Predicts the noise in x: the same shape. */
CasTensor  cas_stage_c_forward    (CasGraph              *g,
                                   const CasStageC       *m,
                                   CasTensor              x,          /* [n, h, w, c_in] */
                                   CasTensor              modulation, /* of cas_unet_modulation() */
                                   const CasTensor       *kv,         /* of cas_unet_condition() */
                                   const CasTensor       *control);   /* nullable, see unet.h */

G_END_DECLS
