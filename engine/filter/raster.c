/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures in floats. */

#include "filter/raster.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

CasRaster *
cas_raster_new (guint    w,
                guint    h,
                guint    c,
                GError **error)
{
  gsize n, size;

  if (w == 0 || h == 0 || c == 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A picture of %u×%u pixels and %u channels has nothing in it."), w, h, c);
      return NULL;
    }

  CasRaster *pixels = NULL;

  if (g_size_checked_mul (&n, w, h) && g_size_checked_mul (&n, n, c)
      && g_size_checked_mul (&size, n, sizeof (float))
      && g_size_checked_add (&size, size, sizeof (CasRaster)))
    pixels = g_try_malloc0 (size);
  if (pixels == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a picture of %u×%u pixels."), w, h);
      return NULL;
    }

  pixels->w = w;
  pixels->h = h;
  pixels->c = c;
  return pixels;
}

void
cas_raster_free (CasRaster *pixels)
{
  g_free (pixels);
}

CasRaster *
cas_raster_from_image (CasImage *image,
                       GError  **error)
{
  guint w = cas_image_get_width (image), h = cas_image_get_height (image);
  CasRaster *pixels = cas_raster_new (w, h, 3, error);

  if (pixels == NULL)
    return NULL;

  for (guint y = 0; y < h; y++)
    {
      const guint8 *from = cas_image_get_pixels (image) + y * cas_image_get_stride (image);
      float *to = pixels->v + (gsize) y * w * 3;

      for (gsize i = 0; i < (gsize) w * 3; i++)
        to[i] = from[i] / 255.0f;
    }

  return pixels;
}

guint8
cas_raster_level (float x)
{
  return (guint8) (CLAMP (x, 0.0f, 1.0f) * 255.0f);
}

CasImage *
cas_raster_to_image (const CasRaster *pixels,
                     GError         **error)
{
  CasImage *image = cas_image_new (pixels->w, pixels->h, error);

  if (image == NULL)
    return NULL;

  for (guint y = 0; y < pixels->h; y++)
    {
      const float *from = pixels->v + (gsize) y * pixels->w * pixels->c;
      guint8 *to = cas_image_get_pixels (image) + y * cas_image_get_stride (image);

      for (guint x = 0; x < pixels->w; x++)
        for (guint k = 0; k < 3; k++)
          to[3 * x + k] = cas_raster_level (from[(gsize) x * pixels->c + MIN (k, pixels->c - 1)]);
    }

  return image;
}
