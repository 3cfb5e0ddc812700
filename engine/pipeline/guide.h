/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures that steer a job, made ready for the networks: what they all become before the first
 * step. */

#pragma once

#include "filter/raster.h"
#include "pipeline/canvas.h"
#include "pipeline/controller.h"

G_BEGIN_DECLS

typedef struct
{
  const CasControlNet *controlnet; /* borrowed */
  CasRaster           *picture;    /* as its filter made it */
  CasImage            *shown;      /* the same for a person */
  CasControlRange      range;
} CasGuideControl;

/* Plain data that owns what it points to; all zero: words alone. */
typedef struct
{
  float           *embeddings;  /* [n_embeddings, channels] of pictures, times their weights */
  guint            n_embeddings;
  float           *latent;      /* of the picture to begin from, [rows, columns, channels]; or NULL */
  double           strength;    /* how much of it is made anew, above 0 to 1 */
  CasRaster       *latent_mask; /* where: one channel, 1 anew; NULL: everywhere */
  CasGuideControl *controls;
  guint            n_controls;
  CasCanvas       *canvas;      /* what is made goes into it; NULL: it is the picture */
  CasImage        *found_mask;  /* the canvas's, where it was found and not given; or NULL */
  guint            width, height; /* of the part that is handed over, from the upper left corner;
                                   * 0: what is drawn */
} CasGuide;

void  cas_guide_clear (CasGuide *guide);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasGuide, cas_guide_clear)

/* Steps of Stage C of so many that the job asks for: fewer for what begins from a picture
 * (specification, section 13). */
guint cas_guide_count_steps (const CasGuide *guide,
                             guint           n_steps);

/* The latent to begin from, under as much noise as is made anew: without the shift of the sampler's
 * schedule, as the published recipe has it (specification, section 13). noise in the order of a
 * [channels, rows, columns] tensor, start in the latent's. */
void  cas_guide_make_start  (const CasGuide *guide,
                             gsize           n_pixels,
                             gsize           n_channels,
                             const float    *noise,
                             float          *start);

G_END_DECLS
