/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Growing, shrinking and softening against the definition, pixel by pixel. */

#include <math.h>
#include <string.h>

#include "mask/mask.h"

static const struct { guint width, height; } sizes[] = {
  { 1, 1 }, { 17, 5 }, { 256, 256 }, { 257, 100 }, { 300, 530 },
};

/* Dots, lines and blobs of any value; much is empty, some is full. */
static WeirMask *
new_mask (guint width,
          guint height)
{
  WeirMask *mask = weir_mask_new (width, height);
  g_autofree guint8 *pixels = g_malloc0 (width * height);
  guint32 random = 1;

  for (guint i = 0; i < 3 + width * height / 3000; i++)
    {
      const guint x0 = (random = random * 1664525 + 1013904223) >> 8;
      const guint y0 = (random = random * 1664525 + 1013904223) >> 8;
      const guint size = (random >> 3) % 17;
      const guint8 value = i % 3 ? 255 : (guint8) (random >> 11);

      for (guint y = y0 % height; y < MIN (y0 % height + size, height); y++)
        for (guint x = x0 % width; x < MIN (x0 % width + size * (i % 4), width); x++)
          pixels[y * width + x] = value;
    }
  pixels[0] = 200;
  weir_mask_write (mask, pixels, width);
  return mask;
}

/* --- growing --------------------------------------------------------------------------------- */

static guint8
find_most (const guint8 *pixels,
           int           width,
           int           height,
           int           x0,
           int           y0,
           int           n,
           guint8        flip)
{
  guint8 most = 0;

  for (int y = MAX (y0 - n, 0); y <= MIN (y0 + n, height - 1); y++)
    for (int x = MAX (x0 - n, 0); x <= MIN (x0 + n, width - 1); x++)
      if ((x - x0) * (x - x0) + (y - y0) * (y - y0) <= n * n)
        most = MAX (most, pixels[y * width + x] ^ flip);
  return most ^ flip;
}

static void
check_grown (guint    width,
             guint    height,
             guint    n,
             gboolean inwards)
{
  g_autoptr (WeirMask) mask = new_mask (width, height);
  g_autofree guint8 *before = g_malloc (width * height);
  g_autofree guint8 *after = g_malloc (width * height);
  const guint step = n > 20 ? 7 : 1;

  if (inwards)
    weir_mask_invert (mask);
  weir_mask_read (mask, before, width);
  if (inwards)
    weir_mask_shrink (mask, n);
  else
    weir_mask_grow (mask, n);
  weir_mask_read (mask, after, width);
  for (guint y = 0; y < height; y += step)
    for (guint x = 0; x < width; x += step)
      g_assert_cmpuint (after[y * width + x], ==,
                        find_most (before, (int) width, (int) height, (int) x, (int) y, (int) n,
                                   inwards ? 255 : 0));
}

static void
test_grow (void)
{
  static const guint distances[] = { 0, 1, 2, 5, 13, 40 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint k = 0; k < G_N_ELEMENTS (distances); k++)
      {
        check_grown (sizes[i].width, sizes[i].height, distances[k], FALSE);
        check_grown (sizes[i].width, sizes[i].height, distances[k], TRUE);
      }
}

/* One pixel becomes a disc of any radius that can be asked for; more than that is that. */
static void
test_disc (void)
{
  static const guint distances[] = { 100, 255, 256, 1000 };
  guint8 *pixels = g_malloc0 (700 * 700);

  pixels[350 * 700 + 350] = 255;
  for (guint i = 0; i < G_N_ELEMENTS (distances); i++)
    {
      const int n = MIN ((int) distances[i], WEIR_MASK_MAX_GROW);
      g_autoptr (WeirMask) mask = weir_mask_new (700, 700);
      g_autofree guint8 *after = g_malloc (700 * 700);

      weir_mask_write (mask, pixels, 700);
      weir_mask_grow (mask, distances[i]);
      weir_mask_read (mask, after, 700);
      for (int y = 0; y < 700; y++)
        for (int x = 0; x < 700; x++)
          g_assert_cmpuint (after[y * 700 + x], ==,
                            (x - 350) * (x - 350) + (y - 350) * (y - 350) <= n * n ? 255 : 0);
    }
  g_free (pixels);
}

/* --- softening ------------------------------------------------------------------------------- */

/* In one direction, on and on at the ends. */
static double *
blur_line (const double *line,
           int           n,
           int           stride,
           double        deviation,
           double       *out)
{
  const int reach = (int) ceil (6 * deviation);
  double sum = 0;

  for (int i = -reach; i <= reach; i++)
    sum += exp (-i * i / (2 * deviation * deviation));
  for (int x = 0; x < n; x++)
    {
      out[x * stride] = 0;
      for (int i = -reach; i <= reach; i++)
        out[x * stride] += line[CLAMP (x + i, 0, n - 1) * stride] *
                           exp (-i * i / (2 * deviation * deviation)) / sum;
    }
  return out;
}

static void
check_softened (guint width,
                guint height,
                guint n)
{
  g_autoptr (WeirMask) mask = new_mask (width, height);
  g_autofree guint8 *pixels = g_malloc (width * height);
  g_autofree double *a = g_new (double, width * height);
  g_autofree double *b = g_new (double, width * height);
  double worst = 0;

  weir_mask_read (mask, pixels, width);
  for (guint i = 0; i < width * height; i++)
    a[i] = pixels[i];
  for (guint y = 0; y < height; y++)
    blur_line (a + y * width, (int) width, 1, n / 2.0, b + y * width);
  for (guint x = 0; x < width; x++)
    blur_line (b + x, (int) height, (int) width, n / 2.0, a + x);
  weir_mask_soften (mask, n);
  weir_mask_read (mask, pixels, width);
  for (guint i = 0; i < width * height; i++)
    worst = MAX (worst, fabs (pixels[i] - a[i]));
  g_test_message ("%u × %u by %u: at most %.2f from a Gaussian", width, height, n, worst);
  /* three boxes are no Gaussian: 2 in 100 of the middle of a peak, less at an edge */
  g_assert_cmpfloat (worst, <, 6);
}

static void
test_soften (void)
{
  static const guint radii[] = { 2, 3, 8, 31 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint k = 0; k < G_N_ELEMENTS (radii); k++)
      check_softened (sizes[i].width, sizes[i].height, radii[k]);
}

/* The edge of a half plane, where an artist looks: an error function, but for little more than 1 in 100. */
static void
test_edge (void)
{
  static const guint radii[] = { 2, 5, 32, 256 };

  for (guint i = 0; i < G_N_ELEMENTS (radii); i++)
    {
      g_autoptr (WeirMask) mask = weir_mask_new (2000, 40);
      g_autofree guint8 *pixels = g_malloc (2000 * 40);

      weir_mask_fill_rectangle (mask, &GRAPHENE_RECT_INIT (0, 0, 1000, 40), FALSE);
      weir_mask_soften (mask, radii[i]);
      weir_mask_read (mask, pixels, 2000);
      for (guint k = 0; k < 2000 * 40; k++)
        {
          const double away = (k % 2000 + 0.5 - 1000) / (radii[i] / 2.0);

          g_assert_cmpfloat (fabs (pixels[k] - 127.5 * erfc (away / sqrt (2))), <, 3);
        }
    }
}

static void
test_flat (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (700, 300);
  g_autofree guint8 *pixels = g_malloc (700 * 300);

  memset (pixels, 77, 700 * 300);
  weir_mask_write (mask, pixels, 700);
  weir_mask_soften (mask, 40);
  weir_mask_grow (mask, 40);
  weir_mask_shrink (mask, 40);
  weir_mask_read (mask, pixels, 700);
  for (guint i = 0; i < 700 * 300; i++)
    g_assert_cmpuint (pixels[i], ==, 77);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/grow", test_grow);
  g_test_add_func ("/mask/disc", test_disc);
  g_test_add_func ("/mask/soften", test_soften);
  g_test_add_func ("/mask/edge", test_edge);
  g_test_add_func ("/mask/flat", test_flat);
  return g_test_run ();
}
