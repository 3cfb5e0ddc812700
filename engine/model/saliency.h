/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The saliency network: where in a picture something is that the eye goes to. The automatic mask of
 * inpainting is cut from what it gives (spec 8). */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

#define CAS_SALIENCY_C_IN 3
/* Pixels of the picture to a side of the map's pixel; sides are rounded up twice on the way. */
#define CAS_SALIENCY_FACTOR 8

/* Convolution over a mirrored edge, then instance norm. */
typedef struct
{
  CasConv          conv;
  guint            pad;
  guint            stride;
  const CasWeight *norm_weight;
  const CasWeight *norm_bias;
} CasSaliencyLayer;

/* To be read by all, written by cas_saliency_new() alone. */
typedef struct
{
  CasWeights       *weights;
  CasSaliencyLayer  down[3];
  CasSaliencyLayer  residual[2][2]; /* beside the way through, before and after widening */
  const CasWeight  *widen;          /* each channel becomes two, scaled */
  CasSaliencyLayer  segment;
  CasConv           last;
} CasSaliency;

CasSaliency *cas_saliency_new     (CasWeights        *ws,
                                   GError           **error);
void         cas_saliency_free    (CasSaliency       *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasSaliency, cas_saliency_free)

/* image [n, h, w, 3], RGB in 0 … 1 with a shorter side of 240, to a map of 0 … 1,
 * [n, about h / 8, about w / 8, 1]. */
CasTensor    cas_saliency_forward (CasGraph          *g,
                                   const CasSaliency *m,
                                   CasTensor          image);

G_END_DECLS
