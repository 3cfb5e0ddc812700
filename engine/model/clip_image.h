/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made ready for CLIP's vision tower, on the host (spec 11). */

#pragma once

#include "io/resample.h"

G_BEGIN_DECLS

/* How a model was packaged decides which numbers its tower was given. */
typedef enum
{
  CAS_CLIP_IMAGE_REAL,  /* the original: real numbers all the way */
  CAS_CLIP_IMAGE_8_BIT, /* resized in 8 bits */
} CasClipImageForm;

/* The middle square of an RGB picture, its shorter side made size pixels long, antialiased, and
 * normalised: [size, size, 3]; free with g_free(). Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
float *cas_clip_image_prepare (const CasPixels *image,
                               guint            size,
                               CasClipImageForm form,
                               GError         **error);

G_END_DECLS
