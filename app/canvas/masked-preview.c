/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drawn anew with each preview, some times a second, so large ones are made smaller than they are. */

#include "canvas/masked-preview.h"

#include <cairo.h>

#define MAX_SIDE 1024

static cairo_surface_t *
make_colours (CasImage *image)
{
  const int width = (int) cas_image_get_width (image), height = (int) cas_image_get_height (image);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  guint8 *rows = cairo_image_surface_get_data (surface);

  for (int y = 0; rows && y < height; y++)
    {
      const guint8 *from = cas_image_get_pixels (image) + (gsize) y * cas_image_get_stride (image);
      guint32 *to = (guint32 *) (void *) (rows +
                                          (gsize) y * cairo_image_surface_get_stride (surface));

      for (int x = 0; x < width; x++, from += 3)
        to[x] = (guint32) from[0] << 16 | (guint32) from[1] << 8 | from[2];
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}

static cairo_surface_t *
make_alpha (WeirMask *mask)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8,
                                                         (int) weir_mask_get_width (mask),
                                                         (int) weir_mask_get_height (mask));

  if (cairo_image_surface_get_data (surface))
    weir_mask_read (mask, cairo_image_surface_get_data (surface),
                    (gsize) cairo_image_surface_get_stride (surface));
  cairo_surface_mark_dirty (surface);
  return surface;
}

static cairo_pattern_t *
make_pattern (cairo_surface_t *surface,
              int              width,
              int              height)
{
  cairo_pattern_t *pattern = cairo_pattern_create_for_surface (surface);
  cairo_matrix_t matrix;

  cairo_matrix_init_scale (&matrix, (double) cairo_image_surface_get_width (surface) / width,
                           (double) cairo_image_surface_get_height (surface) / height);
  cairo_pattern_set_matrix (pattern, &matrix);
  cairo_pattern_set_extend (pattern, CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (pattern, CAIRO_FILTER_BILINEAR);
  return pattern;
}

static void
draw (cairo_surface_t *to,
      cairo_surface_t *colours,
      cairo_surface_t *alpha)
{
  const int width = cairo_image_surface_get_width (to);
  const int height = cairo_image_surface_get_height (to);
  cairo_pattern_t *source = make_pattern (colours, width, height);
  cairo_pattern_t *mask = make_pattern (alpha, width, height);
  cairo_t *cr = cairo_create (to);

  cairo_set_source (cr, source);
  cairo_mask (cr, mask);
  cairo_destroy (cr);
  cairo_pattern_destroy (source);
  cairo_pattern_destroy (mask);
  cairo_surface_flush (to);
}

GdkTexture *
weir_masked_preview_new (CasImage *image,
                         WeirMask *mask)
{
  const guint mask_width = weir_mask_get_width (mask), mask_height = weir_mask_get_height (mask);
  const double scale = MIN (1.0, (double) MAX_SIDE / MAX (mask_width, mask_height));
  const int width = MAX ((int) (mask_width * scale), 1);
  const int height = MAX ((int) (mask_height * scale), 1);
  cairo_surface_t *colours = make_colours (image), *alpha = make_alpha (mask);
  cairo_surface_t *drawn = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  GdkTexture *texture = NULL;

  draw (drawn, colours, alpha);
  if (cairo_surface_status (colours) == CAIRO_STATUS_SUCCESS &&
      cairo_surface_status (alpha) == CAIRO_STATUS_SUCCESS &&
      cairo_surface_status (drawn) == CAIRO_STATUS_SUCCESS)
    {
      const gsize stride = (gsize) cairo_image_surface_get_stride (drawn);
      g_autoptr (GBytes) bytes = g_bytes_new (cairo_image_surface_get_data (drawn),
                                              stride * (gsize) height);

      texture = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
    }
  cairo_surface_destroy (colours);
  cairo_surface_destroy (alpha);
  cairo_surface_destroy (drawn);
  return texture;
}
