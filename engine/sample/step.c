/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The coefficients of DDPM, DDIM and LCM steps, in double until they are handed out. */

#include "sample/step.h"

#include <math.h>

static const char *const names[CAS_N_SAMPLERS] = {
  [CAS_SAMPLER_DDPM] = "ddpm",
  [CAS_SAMPLER_DDIM] = "ddim",
  [CAS_SAMPLER_LCM] = "lcm",
};

const char *
cas_sampler_name (CasSampler sampler)
{
  return names[sampler];
}

gboolean
cas_sampler_from_name (const char *name,
                       CasSampler *sampler)
{
  for (guint i = 0; i < CAS_N_SAMPLERS; i++)
    if (g_str_equal (name, names[i]))
      {
        *sampler = i;
        return TRUE;
      }
  return FALSE;
}

/* How much fresh noise there is in the next x: η (b' / b) √(1 − a² / a'²) */
static double
fresh_noise (double               eta,
             const CasNoiseLevel *level,
             const CasNoiseLevel *next)
{
  double ratio = level->a / next->a;

  return eta * next->b / level->b * sqrt (MAX (1 - ratio * ratio, 0));
}

CasStep
cas_step_make (CasSampler           sampler,
               double               eta,
               const CasNoiseLevel *level,
               const CasNoiseLevel *next)
{
  CasStep step = {
    .a = (float) level->a,
    .b = (float) level->b,
    .next_x0 = (float) next->a,
  };

  if (sampler == CAS_SAMPLER_LCM)
    {
      step.next_noise = (float) next->b;
      return step;
    }

  double noise = fresh_noise (sampler == CAS_SAMPLER_DDPM ? 1 : eta, level, next);
  step.next_eps = (float) sqrt (MAX (next->b * next->b - noise * noise, 0));
  step.next_noise = (float) noise;
  return step;
}

CasStep
cas_step_diffuse (const CasNoiseLevel *level)
{
  return (CasStep) {
    .a = 1,
    .next_x0 = (float) level->a,
    .next_noise = (float) level->b,
  };
}
