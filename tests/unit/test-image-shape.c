/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made to fit: padded and cut back they are what they were; scaled, what a plain loop
 * over every pixel makes of them. */

#include "cascade/error.h"
#include "io/image-shape.h"

#include <math.h>
#include <string.h>

static guint8
value_at (guint x,
          guint y,
          guint c)
{
  return (guint8) (x * 37 + y * 91 + c * 53 + x * y * 11);
}

static CasImage *
make (guint    width,
      guint    height,
      gboolean has_alpha)
{
  g_autoptr (GError) error = NULL;
  CasImage *image = cas_image_new (width, height, &error);

  g_assert_no_error (error);
  if (has_alpha)
    g_assert_true (cas_image_add_alpha (image, NULL));
  for (guint i = 0; i < width * height; i++)
    {
      for (guint c = 0; c < 3; c++)
        cas_image_get_pixels (image)[3 * i + c] = value_at (i % width, i / width, c);
      if (has_alpha)
        cas_image_get_alpha (image)[i] = value_at (i % width, i / width, 3);
    }
  return image;
}

/* Of channel 3, the alpha. */
static guint8
pixel (CasImage *image,
       guint     x,
       guint     y,
       guint     c)
{
  const gsize at = (gsize) y * cas_image_get_width (image) + x;

  return c == 3 ? cas_image_get_alpha (image)[at] : cas_image_get_pixels (image)[3 * at + c];
}

static void
check_size (CasImage *image,
            guint     width,
            guint     height)
{
  g_assert_cmpuint (cas_image_get_width (image), ==, width);
  g_assert_cmpuint (cas_image_get_height (image), ==, height);
}

static const struct { guint width, height; } sizes[] = {
  { 1, 1 }, { 8, 8 }, { 7, 9 }, { 16, 1 }, { 1, 23 }, { 31, 40 },
};

static void
test_pad (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++)
    {
      const guint width = sizes[i / 2].width, height = sizes[i / 2].height;
      g_autoptr (GError) error = NULL;
      g_autoptr (CasImage) image = make (width, height, i % 2);
      g_autoptr (CasImage) padded = cas_image_pad (image, 8, &error);
      g_autoptr (CasImage) back = padded ? cas_image_crop (padded, 0, 0, width, height, &error)
                                         : NULL;

      g_assert_no_error (error);
      check_size (padded, (width + 7) / 8 * 8, (height + 7) / 8 * 8);
      check_size (back, width, height);
      g_assert_cmpint (cas_image_get_alpha (back) != NULL, ==, i % 2);
      for (guint y = 0; y < cas_image_get_height (padded); y++)
        for (guint x = 0; x < cas_image_get_width (padded); x++)
          for (guint c = 0; c < (i % 2 ? 4 : 3); c++)
            {
              const guint8 wanted = value_at (MIN (x, width - 1), MIN (y, height - 1), c);

              g_assert_cmpuint (pixel (padded, x, y, c), ==, wanted);
              if (x < width && y < height)
                g_assert_cmpuint (pixel (back, x, y, c), ==, wanted);
            }
    }
}

static void
test_crop (void)
{
  g_autoptr (CasImage) image = make (9, 7, TRUE);
  g_autoptr (CasImage) part = cas_image_crop (image, 2, 3, 7, 4, NULL);

  check_size (part, 7, 4);
  for (guint y = 0; y < 4; y++)
    for (guint x = 0; x < 7; x++)
      for (guint c = 0; c < 4; c++)
        g_assert_cmpuint (pixel (part, x, y, c), ==, value_at (x + 2, y + 3, c));
}

static void
test_crop_beyond (void)
{
  static const struct { guint x, y, width, height; } cases[] = {
    { 0, 0, 0, 1 }, { 0, 0, 1, 0 }, { 9, 0, 1, 1 }, { 0, 7, 1, 1 }, { 3, 0, 7, 1 },
    { 0, 3, 1, 5 }, { 1, 0, G_MAXUINT, 1 }, { 0, 1, 1, G_MAXUINT }, { G_MAXUINT, 0, 2, 1 },
  };
  g_autoptr (CasImage) image = make (9, 7, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_image_crop (image, cases[i].x, cases[i].y, cases[i].width,
                                     cases[i].height, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
    }
}

/* The weight of source pixel k in a pixel of the result whose middle is at centre. */
static double
weight (double centre,
        double scale,
        guint  k)
{
  return fmax (1 - fabs (k + 0.5 - centre) / fmax (scale, 1), 0);
}

static double
cover_reference (CasImage *image,
                 guint     width,
                 guint     height,
                 guint     x,
                 guint     y,
                 guint     c)
{
  const guint src_width = cas_image_get_width (image), src_height = cas_image_get_height (image);
  const double scale = fmin ((double) src_width / width, (double) src_height / height);
  const double u = src_width / 2.0 + (x + 0.5 - width / 2.0) * scale;
  const double v = src_height / 2.0 + (y + 0.5 - height / 2.0) * scale;
  double sum = 0, total = 0;

  for (guint j = 0; j < src_height; j++)
    for (guint i = 0; i < src_width; i++)
      {
        const double w = weight (u, scale, i) * weight (v, scale, j);

        sum += w * pixel (image, i, j, c);
        total += w;
      }
  return sum / total;
}

static void
test_cover (void)
{
  static const struct { guint src_width, src_height, width, height; } cases[] = {
    { 1, 1, 8, 8 }, { 1, 1, 1, 1 }, { 13, 17, 13, 17 }, { 40, 30, 16, 16 }, { 30, 40, 16, 16 },
    { 40, 30, 64, 64 }, { 7, 41, 24, 8 }, { 41, 7, 8, 24 }, { 33, 32, 32, 32 }, { 64, 8, 8, 1 },
    { 50, 3, 1, 1 }, { 3, 50, 40, 8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasImage) image = make (cases[i].src_width, cases[i].src_height, TRUE);
      g_autoptr (CasImage) made = cas_image_cover (image, cases[i].width, cases[i].height, &error);

      g_assert_no_error (error);
      g_test_message ("case %u", i);
      check_size (made, cases[i].width, cases[i].height);
      for (guint y = 0; y < cases[i].height; y++)
        for (guint x = 0; x < cases[i].width; x++)
          for (guint c = 0; c < 4; c++)
            {
              const double wanted
                = cover_reference (image, cases[i].width, cases[i].height, x, y, c);

              g_assert_cmpfloat (fabs (pixel (made, x, y, c) - wanted), <=, 0.501);
            }
    }
}

static void
test_cover_same (void)
{
  g_autoptr (CasImage) image = make (40, 24, FALSE);
  g_autoptr (CasImage) made = cas_image_cover (image, 40, 24, NULL);

  g_assert_cmpmem (cas_image_get_pixels (made), 3 * 40 * 24, cas_image_get_pixels (image),
                   3 * 40 * 24);
}

static void
test_cover_nothing (void)
{
  g_autoptr (CasImage) image = make (4, 4, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_image_cover (image, 0, 8, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-shape/pad", test_pad);
  g_test_add_func ("/image-shape/crop", test_crop);
  g_test_add_func ("/image-shape/crop-beyond", test_crop_beyond);
  g_test_add_func ("/image-shape/cover", test_cover);
  g_test_add_func ("/image-shape/cover-same", test_cover_same);
  g_test_add_func ("/image-shape/cover-nothing", test_cover_nothing);
  return g_test_run ();
}
