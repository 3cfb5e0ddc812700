/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks: drawn, found and put to use. */

#include "filter/mask.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "filter/blur.h"
#include "filter/resize.h"

#define N_RGB 3
#define HALF  0.5f

CasRaster *
cas_mask_above (const CasRaster *map,
                float            threshold,
                GError         **error)
{
  g_return_val_if_fail (map->c == 1, NULL);

  CasRaster *mask = cas_raster_new (map->w, map->h, 1, error);

  if (mask == NULL)
    return NULL;
  for (gsize i = 0; i < (gsize) map->w * map->h; i++)
    mask->v[i] = map->v[i] > threshold ? 1.0f : 0.0f;
  return mask;
}

void
cas_mask_invert (CasRaster *mask)
{
  for (gsize i = 0; i < (gsize) mask->w * mask->h; i++)
    mask->v[i] = 1.0f - mask->v[i];
}

CasRaster *
cas_mask_round (const CasRaster *rough,
                guint            w,
                guint            h,
                CasRaster      **blurred,
                GError         **error)
{
  g_autoptr (CasRaster) large = cas_resize (rough, w, h, CAS_RESIZE_NEAREST, error);
  g_autoptr (CasRaster) soft = NULL;
  CasRaster *mask;

  if (large != NULL)
    soft = cas_blur_gaussian (large, CAS_MASK_BLUR, error);
  if (soft == NULL)
    return NULL;

  mask = cas_mask_above (soft, HALF, error);
  if (mask != NULL && blurred != NULL)
    *blurred = g_steal_pointer (&soft);
  return mask;
}

CasRaster *
cas_mask_frame (guint    w,
                guint    h,
                guint    left,
                guint    top,
                guint    right,
                guint    bottom,
                GError **error)
{
  if ((guint64) left + right >= w || (guint64) top + bottom >= h)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A frame of %u, %u, %u and %u pixels (left, top, right, bottom) leaves "
                     "nothing of %u×%u pixels."), left, top, right, bottom, w, h);
      return NULL;
    }

  CasRaster *mask = cas_raster_new (w, h, 1, error);

  if (mask == NULL)
    return NULL;
  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      mask->v[(gsize) y * w + x] = x < left || x >= w - right || y < top || y >= h - bottom;
  return mask;
}

CasRaster *
cas_mask_fill_holes (const CasRaster *picture,
                     const CasRaster *mask,
                     GError         **error)
{
  g_return_val_if_fail (picture->c == N_RGB && mask->c == 1, NULL);

  if (picture->w != mask->w || picture->h != mask->h)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("The mask has %u×%u pixels, but the picture %u×%u."), mask->w, mask->h,
                   picture->w, picture->h);
      return NULL;
    }

  CasRaster *filled = cas_raster_new (picture->w, picture->h, N_RGB + 1, error);

  if (filled == NULL)
    return NULL;
  for (gsize i = 0; i < (gsize) picture->w * picture->h; i++)
    {
      float *to = filled->v + i * (N_RGB + 1);
      gboolean is_hole = mask->v[i] > HALF;

      for (guint k = 0; k < N_RGB; k++)
        to[k] = is_hole ? 1.0f : picture->v[i * N_RGB + k];
      to[N_RGB] = is_hole ? 1.0f : 0.0f;
    }
  return filled;
}
