/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures that steer a job. */

#include "pipeline/guide.h"

#include "sample/schedule.h"

void
cas_guide_clear (CasGuide *guide)
{
  for (guint i = 0; i < guide->n_controls; i++)
    {
      cas_raster_free (guide->controls[i].picture);
      g_clear_pointer (&guide->controls[i].shown, cas_image_unref);
    }
  g_free (guide->controls);
  g_free (guide->embeddings);
  g_free (guide->latent);
  g_clear_pointer (&guide->latent_mask, cas_raster_free);
  g_clear_pointer (&guide->canvas, cas_canvas_free);
  g_clear_pointer (&guide->found_mask, cas_image_unref);
  *guide = (CasGuide) { 0 };
}

guint
cas_guide_count_steps (const CasGuide *guide,
                       guint           n_steps)
{
  return guide->latent ? MAX (1, (guint) (n_steps * guide->strength)) : n_steps;
}

void
cas_guide_make_start (const CasGuide *guide,
                      gsize           n_pixels,
                      gsize           n_channels,
                      const float    *noise,
                      float          *start)
{
  const CasNoiseLevel level = cas_noise_level ((float) guide->strength, 1);

  for (gsize i = 0; i < n_pixels; i++)
    for (gsize k = 0; k < n_channels; k++)
      start[i * n_channels + k] = (float) (level.a * guide->latent[i * n_channels + k]
                                           + level.b * noise[k * n_pixels + i]);
}
