/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures for CLIP (spec 11). */

#include "model/clip_image.h"

#include <math.h>

#define N_RGB 3

/* Where the middle begins: half a pixel goes to the even side, or to the left in the 8-bit form. */
static guint
find_middle (guint            length,
             guint            size,
             CasClipImageForm form)
{
  const double middle = (length - size) / 2.0;

  return (guint) (form == CAS_CLIP_IMAGE_8_BIT ? floor (middle) : rint (middle));
}

float *
cas_clip_image_prepare (const CasPixels *image,
                        guint            size,
                        CasClipImageForm form,
                        GError         **error)
{
  static const float mean[N_RGB] = { 0.48145466f, 0.4578275f, 0.40821073f };
  static const float std[N_RGB] = { 0.26862954f, 0.26130258f, 0.27577711f };
  const guint shorter = MIN (image->width, image->height);
  const guint width = (guint) ((guint64) size * image->width / shorter);
  const guint height = (guint) ((guint64) size * image->height / shorter);
  const CasResample params = {
    .filter = CAS_RESAMPLE_BICUBIC,
    .is_8_bit = form == CAS_CLIP_IMAGE_8_BIT,
    .width = width,
    .height = height,
    .x = find_middle (width, size, form),
    .y = find_middle (height, size, form),
    .n_columns = size,
    .n_rows = size,
  };

  g_return_val_if_fail (image->n_channels == N_RGB, NULL);

  float *pixels = cas_resample (image, &params, error);

  for (gsize i = 0; pixels && i < (gsize) size * size * N_RGB; i++)
    pixels[i] = (pixels[i] - mean[i % N_RGB]) / std[i % N_RGB];
  return pixels;
}
