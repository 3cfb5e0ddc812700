/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cosine schedule in double. The time that the network is told comes through an arc cosine
 * near 1 and is then magnified by 10⁴: it is what needs the precision. */

#include "sample/schedule.h"

#include <math.h>

/* The reference keeps these two in single precision; the limits of log_snr that follow from them
 * are therefore not symmetric. */
static const float min_variance = 1e-4f;
static const float max_variance = 0.9999f;

static const double offset = 0.008; /* s */

/* cos² (s / (1 + s) · π / 2) */
static double
variance_at_zero (void)
{
  double c = cos (offset / (1 + offset) * G_PI / 2);

  return c * c;
}

static double
logit (double p)
{
  return log (p / (1 - p));
}

static double
sigmoid (double x)
{
  return 1 / (1 + exp (-x));
}

static double
log_snr_at (double t,
            double shift)
{
  double c = CLAMP (cos ((offset + t) / (1 + offset) * G_PI / 2), 0, 1);
  double variance = CLAMP (c * c / variance_at_zero (), min_variance, max_variance);
  double shifted = logit (variance) - 2 * log (shift);

  return CLAMP (shifted, logit (min_variance), logit (max_variance));
}

CasNoiseLevel
cas_noise_level (float  t,
                 double shift)
{
  double log_snr = log_snr_at (t, shift);
  double variance = sigmoid (log_snr);
  double angle = acos (CLAMP (sqrt (variance * variance_at_zero ()), 0, 1));

  return (CasNoiseLevel) {
    .t = t,
    .log_snr = log_snr,
    .a = sqrt (variance),
    .b = sqrt (sigmoid (-log_snr)),
    .r = (float) (angle / (G_PI / 2) * (1 + offset) - offset),
  };
}

void
cas_noise_levels (float          t_start,
                  double         shift,
                  guint          n_steps,
                  CasNoiseLevel *levels)
{
  /* counted from both ends in single precision, as the reference does */
  float step = -t_start / (float) n_steps;

  for (guint i = 0; i <= n_steps; i++)
    {
      gboolean is_first_half = i < (n_steps + 1) / 2;
      float t = is_first_half ? t_start + step * (float) i : -(step * (float) (n_steps - i));
      levels[i] = cas_noise_level (t, shift);
    }
}

float
cas_guidance_scale (const CasGuidance *guidance,
                    float              t)
{
  if (t < guidance->t_min || t > guidance->t_max)
    return 1.0f;
  return guidance->scale_start * t + guidance->scale_end * (1.0f - t);
}
