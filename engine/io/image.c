/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures in memory. */

#include "cascade/image.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cascade/error.h"

#define MAX_SIDE 65536

struct _CasImage
{
  gatomicrefcount ref_count;
  guint           width, height;
  guint8         *pixels;
  guint8         *alpha; /* nullable */
};

CasImage *
cas_image_new (guint    width,
               guint    height,
               GError **error)
{
  g_autofree guint8 *pixels = NULL;

  if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A picture of %u×%u pixels was asked for, and sides may be 1 to %u."), width,
                   height, MAX_SIDE);
      return NULL;
    }

  pixels = g_try_malloc0_n (height, (gsize) 3 * width);
  if (!pixels)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a picture of %u×%u pixels."), width, height);
      return NULL;
    }

  CasImage *image = g_new0 (CasImage, 1);

  g_atomic_ref_count_init (&image->ref_count);
  image->width = width;
  image->height = height;
  image->pixels = g_steal_pointer (&pixels);
  return image;
}

CasImage *
cas_image_ref (CasImage *image)
{
  g_atomic_ref_count_inc (&image->ref_count);
  return image;
}

void
cas_image_unref (CasImage *image)
{
  if (!image || !g_atomic_ref_count_dec (&image->ref_count))
    return;

  g_free (image->pixels);
  g_free (image->alpha);
  g_free (image);
}

guint
cas_image_get_width (CasImage *image)
{
  return image->width;
}

guint
cas_image_get_height (CasImage *image)
{
  return image->height;
}

gsize
cas_image_get_stride (CasImage *image)
{
  return (gsize) 3 * image->width;
}

guint8 *
cas_image_get_pixels (CasImage *image)
{
  return image->pixels;
}

guint8 *
cas_image_get_alpha (CasImage *image)
{
  return image->alpha;
}

gboolean
cas_image_add_alpha (CasImage *image,
                     GError  **error)
{
  if (image->alpha)
    return TRUE;

  image->alpha = g_try_malloc_n (image->height, image->width);
  if (!image->alpha)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for the transparency of a picture of %u×%u pixels."),
                   image->width, image->height);
      return FALSE;
    }
  memset (image->alpha, 255, (gsize) image->width * image->height);
  return TRUE;
}

void
cas_image_flatten (CasImage *image,
                   guint8    red,
                   guint8    green,
                   guint8    blue)
{
  const guint below[3] = { red, green, blue };
  const gsize n_pixels = (gsize) image->width * image->height;

  for (gsize i = 0; image->alpha && i < n_pixels; i++)
    for (guint c = 0; c < 3; c++)
      {
        guint8 *value = &image->pixels[3 * i + c];
        const guint alpha = image->alpha[i];

        *value = (guint8) ((*value * alpha + below[c] * (255 - alpha) + 127) / 255);
      }
  g_clear_pointer (&image->alpha, g_free);
}
