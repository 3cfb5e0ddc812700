/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The noise schedule: how much picture and how much noise there is at a time t, 1 (noise) to
 * 0 (picture), and how strong the guidance is there (specification, section 12). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* x = a x0 + b eps, a² + b² = 1, log_snr = ln (a² / b²) */
typedef struct
{
  float  t;
  double log_snr;
  double a;
  double b;
  float  r;       /* what the network is told: the t of an unshifted schedule with this log_snr */
} CasNoiseLevel;

/* shift > 0; 1 is none, more spends more of the steps at high noise. */
CasNoiseLevel cas_noise_level    (float          t,
                                  double         shift);

/* The n_steps + 1 levels from t_start to 0, evenly spaced in t; n_steps ≥ 1. */
void          cas_noise_levels   (float          t_start,
                                  double         shift,
                                  guint          n_steps,
                                  CasNoiseLevel *levels);

/* Guidance goes from scale_start at t = 1 to scale_end at t = 0, and is off outside
 * t_min ≤ t ≤ t_max: there the conditional prediction is taken as it is. */
typedef struct
{
  float scale_start;
  float scale_end;
  float t_min;
  float t_max;
} CasGuidance;

#define CAS_GUIDANCE(scale) ((CasGuidance) { (scale), (scale), 0.0f, 1.0f })

/* The scale at t; 1, which is the conditional prediction, where guidance is off. */
float         cas_guidance_scale (const CasGuidance *guidance,
                                  float              t);

G_END_DECLS
