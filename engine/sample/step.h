/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One step of a sampler as plain numbers (specification, section 12). */

#pragma once

#include "cascade/sampler.h"
#include "sample/schedule.h"

G_BEGIN_DECLS

/* From x and the predicted noise eps to the next x:
 *   x0 = (x − b · eps) / a
 *   x' = next_x0 · x0 + next_eps · eps + next_noise · noise
 * The picture is x0 of the last step. Noise is drawn at every step, also where next_noise is 0. */
typedef struct
{
  float a;
  float b;
  float next_x0;
  float next_eps;
  float next_noise;
} CasStep;

/* eta: how much fresh noise DDIM takes, 0 (none) to 1 (DDPM); the others do not look at it. */
CasStep     cas_step_make         (CasSampler           sampler,
                                   double               eta,
                                   const CasNoiseLevel *level,
                                   const CasNoiseLevel *next);

/* The step that puts noise into a picture: with x the picture, x' = a · x + b · noise of level. */
CasStep     cas_step_diffuse      (const CasNoiseLevel *level);

G_END_DECLS
