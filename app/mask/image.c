/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks as pictures, and pictures as masks. */

#include <string.h>

#include <cascade/error.h>
#include <glib/gi18n.h>

#include "mask/mask-private.h"

CasImage *
weir_mask_to_image (WeirMask  *self,
                    GError   **error)
{
  CasImage *image;

  g_return_val_if_fail (WEIR_IS_MASK (self), NULL);

  image = cas_image_new (self->width, self->height, error);
  if (!image)
    return NULL;
  for (guint y = 0; y < self->height; y++)
    {
      guint8 *row = cas_image_get_pixels (image) + y * cas_image_get_stride (image);

      for (guint x = 0; x < self->width; x++, row += 3)
        {
          const guint8 *tile = self->tiles[y / TILE * self->n_columns + x / TILE];

          memset (row, tile ? tile[y % TILE * TILE + x % TILE] : 0, 3);
        }
    }
  return image;
}

/* How light each pixel is, as the eye weighs the colours (Rec. 601), and as far as it is opaque. */
static void
weigh (CasImage *image,
       guint8   *grey,
       gsize     stride)
{
  const guint8 *pixel = cas_image_get_pixels (image), *alpha = cas_image_get_alpha (image);

  for (guint y = 0; y < cas_image_get_height (image); y++, grey += stride)
    for (guint x = 0; x < cas_image_get_width (image); x++, pixel += 3)
      {
        const guint light = (19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + 32768) >> 16;

        grey[x] = (guint8) (alpha ? (light * *alpha++ + 127) / 255 : light);
      }
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                       _("There is not enough memory to make a mask of the image."));
  return FALSE;
}

static gboolean
check (cairo_surface_t  *surface,
       GError          **error)
{
  return cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS || fail (error);
}

/* The surface's size is another than the mask's. */
static gboolean
take_scaled (WeirMask         *self,
             cairo_surface_t  *source,
             GError          **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) self->width,
                                                         (int) self->height);
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, (double) self->width / cairo_image_surface_get_width (source),
               (double) self->height / cairo_image_surface_get_height (source));
  cairo_set_source_surface (cr, source, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_paint (cr);
  cairo_surface_flush (surface);

  const gboolean is_good = (cairo_status (cr) == CAIRO_STATUS_SUCCESS || fail (error)) &&
                           check (surface, error);

  if (is_good)
    weir_mask_write (self, cairo_image_surface_get_data (surface),
                     cairo_image_surface_get_stride (surface));
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return is_good;
}

gboolean
weir_mask_take_image (WeirMask  *self,
                      CasImage  *image,
                      GError   **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  cairo_surface_t *surface;
  gboolean is_good;

  g_return_val_if_fail (WEIR_IS_MASK (self), FALSE);

  surface = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) width, (int) height);
  is_good = check (surface, error);
  if (is_good)
    {
      weigh (image, cairo_image_surface_get_data (surface),
             cairo_image_surface_get_stride (surface));
      cairo_surface_mark_dirty (surface);
    }
  if (is_good && width == self->width && height == self->height)
    weir_mask_write (self, cairo_image_surface_get_data (surface),
                     cairo_image_surface_get_stride (surface));
  else if (is_good)
    is_good = take_scaled (self, surface, error);
  cairo_surface_destroy (surface);
  return is_good;
}
