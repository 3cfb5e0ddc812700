/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made by arithmetic and by cairo. */

#include "support/scene.h"

#include <cairo.h>

WeirPicture *
test_grid (guint  width,
           guint  height,
           guint8 seed)
{
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);
  guint8 *pixel = cas_image_get_pixels (image);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        *pixel++ = x;
        *pixel++ = y;
        *pixel++ = seed;
      }
  return weir_picture_new (image, NULL);
}

static void
paint_scene (cairo_t *cr,
             guint    seed)
{
  static const double colours[][3] = {
    { 0.98, 0.75, 0.45 }, { 0.55, 0.75, 0.95 }, { 0.85, 0.55, 0.70 }, { 0.60, 0.80, 0.65 },
  };
  const double *sky = colours[seed % G_N_ELEMENTS (colours)];

  cairo_set_source_rgb (cr, sky[0], sky[1], sky[2]);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 1, 0.95, 0.8);
  cairo_arc (cr, 0.25 + 0.15 * (seed % 4), 0.3, 0.09, 0, 2 * G_PI);
  cairo_fill (cr);
  for (guint i = 0; i < 3; i++)
    {
      const double shade = 0.6 - 0.18 * i;

      cairo_set_source_rgb (cr, sky[0] * shade, sky[1] * shade, sky[2] * shade);
      cairo_move_to (cr, 0, 1);
      cairo_line_to (cr, 0, 0.55 + 0.12 * i);
      cairo_curve_to (cr, 0.3, 0.3 + 0.2 * i, 0.55, 0.85, 1, 0.5 + 0.15 * i);
      cairo_line_to (cr, 1, 1);
      cairo_fill (cr);
    }
}

WeirPicture *
test_scene (guint width,
            guint height,
            guint seed)
{
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  guint8 *pixel = cas_image_get_pixels (image);

  cairo_scale (cr, width, height);
  paint_scene (cr, seed);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  for (guint y = 0; y < height; y++)
    {
      const guint32 *row = (const guint32 *) (cairo_image_surface_get_data (surface) +
                                              (gsize) y * cairo_image_surface_get_stride (surface));

      for (guint x = 0; x < width; x++)
        {
          *pixel++ = row[x] >> 16;
          *pixel++ = row[x] >> 8;
          *pixel++ = row[x];
        }
    }
  cairo_surface_destroy (surface);
  return weir_picture_new (image, NULL);
}
