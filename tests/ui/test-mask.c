/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mask: what strokes and outlines cover, what operations leave, and that each of them can be
 * taken back to the byte. */

#include <math.h>
#include <string.h>

#include "mask/mask.h"

/* No multiple of the tiles' size; more than one each way. */
#define WIDTH  600u
#define HEIGHT 300u

static const WeirMaskBrush hard = { .size = 40 };
static const WeirMaskBrush soft = { .size = 60, .softness = 0.8 };

static guint8 *
dup_pixels (WeirMask *mask)
{
  guint8 *pixels = g_malloc (WIDTH * HEIGHT);

  weir_mask_read (mask, pixels, WIDTH);
  return pixels;
}

static guint
get_pixel (WeirMask *mask,
           guint     x,
           guint     y)
{
  const guint8 *tile = weir_mask_get_tile (mask, x / WEIR_MASK_TILE, y / WEIR_MASK_TILE);

  return tile ? tile[y % WEIR_MASK_TILE * WEIR_MASK_TILE + x % WEIR_MASK_TILE] : 0;
}

static void
draw (WeirMask            *mask,
      const WeirMaskBrush *brush,
      double               x0,
      double               y0,
      double               x1,
      double               y1)
{
  weir_mask_begin_stroke (mask, brush, x0, y0, 1);
  weir_mask_extend_stroke (mask, x1, y1, 1);
  weir_mask_end_stroke (mask);
}

/* The most that two masks differ in a pixel. */
static guint
compare (WeirMask *a,
         WeirMask *b)
{
  g_autofree guint8 *pixels = dup_pixels (a);
  g_autofree guint8 *others = dup_pixels (b);
  guint most = 0;

  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    most = MAX (most, (guint) ABS (pixels[i] - others[i]));
  return most;
}

/* --- strokes --------------------------------------------------------------------------------- */

static void
test_dot (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  double sum = 0;

  weir_mask_begin_stroke (mask, &hard, 256, 150, 1);
  g_assert_true (weir_mask_has_stroke (mask));
  weir_mask_end_stroke (mask);
  g_assert_false (weir_mask_has_stroke (mask));
  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      {
        const double away = hypot (x + 0.5 - 256, y + 0.5 - 150);
        const guint found = get_pixel (mask, x, y);

        sum += found / 255.0;
        if (away < 19.5)
          g_assert_cmpuint (found, ==, 255);
        else if (away > 20.5)
          g_assert_cmpuint (found, ==, 0);
      }
  g_assert_cmpfloat_with_epsilon (sum, G_PI * 20 * 20, 2);
}

/* Softness takes from the inside: the outline is where a hard one is. */
static void
test_softness (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  guint before = 255;

  draw (mask, &(WeirMaskBrush) { .size = 100, .softness = 1 }, 300, 150, 300, 150);
  g_assert_cmpuint (get_pixel (mask, 300, 150), >=, 254);
  for (guint x = 300; x < 352; x++)
    {
      g_assert_cmpuint (get_pixel (mask, x, 150), <=, before);
      before = get_pixel (mask, x, 150);
    }
  g_assert_cmpuint (get_pixel (mask, 325, 150), >, 100);
  g_assert_cmpuint (get_pixel (mask, 325, 150), <, 155);
  g_assert_cmpuint (get_pixel (mask, 351, 150), ==, 0);
}

/* One motion or many: the same stroke, evenly thick. */
static void
test_even (void)
{
  g_autoptr (WeirMask) one = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (WeirMask) many = weir_mask_new (WIDTH, HEIGHT);

  draw (one, &soft, 50, 100, 550, 200);
  weir_mask_begin_stroke (many, &soft, 50, 100, 1);
  for (guint i = 0; i <= 1000; i += 1 + i % 7)
    weir_mask_extend_stroke (many, 50 + i * 0.5, 100 + i * 0.1, 1);
  weir_mask_extend_stroke (many, 550, 200, 1);
  weir_mask_end_stroke (many);
  g_assert_cmpuint (compare (one, many), <=, 1);

  weir_mask_clear (one);
  draw (one, &hard, 30, 250, 570, 250);
  for (guint x = 50; x < 550; x++)
    for (guint y = 220; y < 280; y++)
      g_assert_cmpuint (get_pixel (one, x, y), ==, y >= 230 && y < 270 ? 255 : 0);
}

static void
test_not_twice (void)
{
  g_autoptr (WeirMask) once = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (WeirMask) often = weir_mask_new (WIDTH, HEIGHT);

  draw (once, &soft, 100, 150, 400, 150);
  weir_mask_begin_stroke (often, &soft, 100, 150, 1);
  for (guint i = 0; i < 5; i++)
    {
      weir_mask_extend_stroke (often, 400, 150, 1);
      weir_mask_extend_stroke (often, 100, 150, 1);
    }
  weir_mask_end_stroke (often);
  g_assert_cmpuint (compare (once, often), <=, 1);

  /* a second stroke does lie over the first */
  const guint at_edge = get_pixel (once, 250, 130);

  g_assert_cmpuint (at_edge, >, 20);
  g_assert_cmpuint (at_edge, <, 235);
  draw (once, &soft, 100, 150, 400, 150);
  g_assert_cmpuint (get_pixel (once, 250, 130), ==,
                    (guint) lround (255 - (255.0 - at_edge) * (255 - at_edge) / 255));
}

static void
test_pressure (void)
{
  const WeirMaskBrush brush = { .size = 80, .follows_pressure = TRUE };
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);

  weir_mask_begin_stroke (mask, &brush, 100, 150, 0.25);
  weir_mask_extend_stroke (mask, 500, 150, 1);
  weir_mask_end_stroke (mask);
  for (guint i = 0; i <= 4; i++)
    {
      const guint x = 100 + 100 * i, radius = (guint) (10 + 7.5 * i);

      g_assert_cmpuint (get_pixel (mask, x, 150 + radius - 2), ==, 255);
      g_assert_cmpuint (get_pixel (mask, x, 150 + radius + 2), ==, 0);
    }
}

static void
test_subtract (void)
{
  const WeirMaskBrush away = { .size = 20, .subtracts = TRUE };
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);

  draw (mask, &away, 10, 10, 500, 10);
  g_assert_true (weir_mask_is_empty (mask));
  draw (mask, &hard, 100, 150, 500, 150);
  draw (mask, &away, 300, 0, 300, 300);
  g_assert_cmpuint (get_pixel (mask, 300, 150), ==, 0);
  g_assert_cmpuint (get_pixel (mask, 285, 150), ==, 255);
  g_assert_cmpuint (get_pixel (mask, 315, 150), ==, 255);
}

static void
count_edit (WeirMask      *mask,
            WeirMaskDelta *delta,
            guint         *n)
{
  (*n)++;
}

static void
test_cancel (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  g_autofree guint8 *before = NULL, *after = NULL;
  guint n_edits = 0;

  draw (mask, &soft, 100, 150, 500, 150);
  before = dup_pixels (mask);
  g_signal_connect (mask, "edited", G_CALLBACK (count_edit), &n_edits);
  weir_mask_begin_stroke (mask, &hard, 0, 0, 1);
  weir_mask_extend_stroke (mask, WIDTH, HEIGHT, 1);
  g_assert_cmpuint (get_pixel (mask, 10, 5), ==, 255);
  weir_mask_cancel_stroke (mask);
  after = dup_pixels (mask);
  g_assert_cmpmem (before, WIDTH * HEIGHT, after, WIDTH * HEIGHT);
  weir_mask_extend_stroke (mask, 10, 10, 1);
  weir_mask_end_stroke (mask);
  weir_mask_cancel_stroke (mask);
  g_assert_cmpuint (n_edits, ==, 0);
}

/* Strokes that leave the picture, or never were in it. */
static void
test_outside (void)
{
  static const double places[][2] = {
    { -50, HEIGHT / 2 }, { WIDTH + 500, HEIGHT / 2 }, { -1e9, 1e9 }, { 1e300, -1e300 }, { WIDTH / 2, HEIGHT },
  };
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);

  draw (mask, &hard, -100, -100, -100, HEIGHT + 100);
  g_assert_true (weir_mask_is_empty (mask));
  weir_mask_begin_stroke (mask, &hard, 100, 100, 1);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    weir_mask_extend_stroke (mask, places[i][0], places[i][1], 1);
  weir_mask_end_stroke (mask);
  g_assert_cmpuint (get_pixel (mask, 100, 100), ==, 255);
  g_assert_cmpuint (get_pixel (mask, 590, HEIGHT / 2), ==, 255);
}

/* --- shapes ---------------------------------------------------------------------------------- */

static void
test_rectangle (void)
{
  const graphene_rect_t rectangle = GRAPHENE_RECT_INIT (500.5f, 250, -400, 10);
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  GdkRectangle bounds;

  weir_mask_fill_rectangle (mask, &rectangle, FALSE);
  g_assert_true (weir_mask_get_bounds (mask, &bounds));
  g_assert_true (gdk_rectangle_equal (&bounds, &(GdkRectangle) { 100, 250, 401, 10 }));
  g_assert_cmpuint (get_pixel (mask, 101, 255), ==, 255);
  g_assert_cmpuint (get_pixel (mask, 499, 257), ==, 255);
  g_assert_cmpint (ABS ((int) get_pixel (mask, 100, 255) - 128), <=, 2);
  g_assert_cmpint (ABS ((int) get_pixel (mask, 500, 255) - 128), <=, 2);
  g_assert_cmpfloat_with_epsilon (weir_mask_get_percent (mask), 100.0 * 4000 / (WIDTH * HEIGHT),
                                  0.01);

  weir_mask_fill_rectangle (mask, &GRAPHENE_RECT_INIT (0, 0, WIDTH, 255), TRUE);
  g_assert_true (weir_mask_get_bounds (mask, &bounds));
  g_assert_cmpint (bounds.y, ==, 255);
  g_assert_cmpint (bounds.height, ==, 5);
  weir_mask_fill_rectangle (mask, &GRAPHENE_RECT_INIT (-9000, -10, 20000, 20000), TRUE);
  g_assert_true (weir_mask_is_empty (mask));
  g_assert_false (weir_mask_get_bounds (mask, &bounds));
}

static void
test_outline (void)
{
  static const graphene_point_t triangle[] = { { 10, 10 }, { 590, 10 }, { 10, 290 } };
  /* two turns, the second within the first */
  static const graphene_point_t twice[] = {
    { 10, 10 }, { 500, 10 }, { 500, 290 }, { 10, 290 }, { 10, 10 },
    { 50, 50 }, { 400, 50 }, { 400, 200 }, { 50, 200 }, { 50, 50 },
  };
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);

  weir_mask_fill_outline (mask, triangle, 2, FALSE);
  g_assert_true (weir_mask_is_empty (mask));
  weir_mask_fill_outline (mask, triangle, G_N_ELEMENTS (triangle), FALSE);
  g_assert_cmpfloat_with_epsilon (weir_mask_get_percent (mask),
                                  100.0 * 580 * 280 / 2 / (WIDTH * HEIGHT), 0.02);
  weir_mask_clear (mask);
  weir_mask_fill_outline (mask, twice, G_N_ELEMENTS (twice), FALSE);
  g_assert_cmpuint (get_pixel (mask, 200, 100), ==, 255);
  g_assert_cmpuint (get_pixel (mask, 450, 250), ==, 255);
  g_assert_cmpuint (get_pixel (mask, 550, 250), ==, 0);
}

static void
test_whole (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);

  weir_mask_fill (mask);
  g_assert_cmpfloat (weir_mask_get_percent (mask), ==, 100);
  weir_mask_invert (mask);
  g_assert_true (weir_mask_is_empty (mask));
  g_assert_null (weir_mask_get_tile (mask, 0, 0));
  draw (mask, &soft, 100, 100, 200, 200);
  const double percent = weir_mask_get_percent (mask);
  weir_mask_invert (mask);
  g_assert_cmpfloat_with_epsilon (weir_mask_get_percent (mask), 100 - percent, 1e-9);
  weir_mask_clear (mask);
  g_assert_true (weir_mask_is_empty (mask));
}

/* --- in and out ------------------------------------------------------------------------------ */

static void
test_images (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (WeirMask) copy = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (WeirMask) half = weir_mask_new (WIDTH / 2, HEIGHT / 2);
  g_autoptr (CasImage) image = NULL;
  g_autoptr (GError) error = NULL;

  draw (mask, &soft, 100, 100, 500, 200);
  image = weir_mask_to_image (mask, &error);
  g_assert_no_error (error);
  weir_mask_fill (copy);
  g_assert_true (weir_mask_take_image (copy, image, &error));
  g_assert_cmpuint (compare (mask, copy), ==, 0);

  g_assert_true (weir_mask_take_image (half, image, &error));
  g_assert_cmpfloat_with_epsilon (weir_mask_get_percent (half), weir_mask_get_percent (mask), 0.05);
  g_assert_true (cas_image_add_alpha (image, &error));
  memset (cas_image_get_alpha (image), 0, WIDTH * HEIGHT);
  g_assert_true (weir_mask_take_image (copy, image, &error));
  g_assert_no_error (error);
  g_assert_true (weir_mask_is_empty (copy));
}

static void
test_crop (void)
{
  const GdkRectangle area = { -100, 50, 800, 600 };
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (WeirMask) crop = NULL;

  weir_mask_fill (mask);
  crop = weir_mask_crop (mask, &area);
  g_assert_cmpuint (weir_mask_get_width (crop), ==, 800);
  g_assert_cmpuint (weir_mask_get_height (crop), ==, 600);
  for (guint y = 0; y < 600; y++)
    for (guint x = 0; x < 800; x++)
      g_assert_cmpuint (get_pixel (crop, x, y), ==, x >= 100 && x < 700 && y < 250 ? 255 : 0);
  g_assert_null (weir_mask_get_tile (crop, 0, 2));
}

/* --- every operation ------------------------------------------------------------------------- */

static void
op_stroke (WeirMask *mask)
{
  draw (mask, &soft, 40, 40, 560, 260);
}

static void
op_erase (WeirMask *mask)
{
  draw (mask, &(WeirMaskBrush) { .size = 30, .softness = 0.3, .subtracts = TRUE }, 560, 20, 20, 280);
}

static void
op_outline (WeirMask *mask)
{
  static const graphene_point_t points[] = { { 300, 20 }, { 420, 280 }, { 180, 140 } };

  weir_mask_fill_outline (mask, points, G_N_ELEMENTS (points), FALSE);
}

static void
op_rectangle (WeirMask *mask)
{
  weir_mask_fill_rectangle (mask, &GRAPHENE_RECT_INIT (200.25f, 100.75f, 99, 77), TRUE);
}

static void
op_grow (WeirMask *mask)
{
  weir_mask_grow (mask, 7);
}

static void
op_shrink (WeirMask *mask)
{
  weir_mask_shrink (mask, 5);
}

static void
op_soften (WeirMask *mask)
{
  weir_mask_soften (mask, 9);
}

static void
op_write (WeirMask *mask)
{
  g_autofree guint8 *pixels = g_malloc (WIDTH * HEIGHT);

  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    pixels[i] = (guint8) (i * i >> 7);
  weir_mask_write (mask, pixels, WIDTH);
}

static void (*const operations[]) (WeirMask *mask) = {
  op_stroke, op_grow, op_soften, op_erase, op_outline, weir_mask_invert, op_shrink, op_rectangle,
  op_write, op_soften, weir_mask_fill, op_erase, weir_mask_clear, op_outline,
};

static void
keep_delta (WeirMask      *mask,
            WeirMaskDelta *delta,
            GPtrArray     *deltas)
{
  g_ptr_array_add (deltas, weir_mask_delta_ref (delta));
}

/* Back to the first and on to the last, to the byte, and never more memory than pixels. */
static void
test_undo (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (GPtrArray) deltas =
    g_ptr_array_new_with_free_func ((GDestroyNotify) weir_mask_delta_unref);
  guint8 *states[G_N_ELEMENTS (operations) + 1];

  g_signal_connect (mask, "edited", G_CALLBACK (keep_delta), deltas);
  states[0] = dup_pixels (mask);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      operations[i] (mask);
      g_assert_cmpuint (deltas->len, ==, i + 1);
      states[i + 1] = dup_pixels (mask);
      g_assert_cmpuint (weir_mask_delta_get_size (deltas->pdata[i]), <, 6 * 256 * 260);
    }
  for (guint i = G_N_ELEMENTS (operations); i-- > 0;)
    {
      g_autofree guint8 *pixels = NULL;

      weir_mask_apply (mask, deltas->pdata[i]);
      pixels = dup_pixels (mask);
      g_assert_cmpmem (pixels, WIDTH * HEIGHT, states[i], WIDTH * HEIGHT);
    }
  g_assert_true (weir_mask_is_empty (mask));
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autofree guint8 *pixels = NULL;

      weir_mask_begin_stroke (mask, &soft, 100, 100, 1);
      weir_mask_apply (mask, deltas->pdata[i]);
      pixels = dup_pixels (mask);
      g_assert_cmpmem (pixels, WIDTH * HEIGHT, states[i + 1], WIDTH * HEIGHT);
    }
  g_assert_cmpuint (deltas->len, ==, G_N_ELEMENTS (operations));
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    g_free (states[i]);
}

/* A picture of the mask that only learns what the signal tells. */
static void
follow (WeirMask           *mask,
        const GdkRectangle *area,
        guint8             *seen)
{
  g_assert_cmpint (area->x, >=, 0);
  g_assert_cmpint (area->y, >=, 0);
  g_assert_cmpint (area->x + area->width, <=, WIDTH);
  g_assert_cmpint (area->y + area->height, <=, HEIGHT);
  for (int y = area->y; y < area->y + area->height; y++)
    for (int x = area->x; x < area->x + area->width; x++)
      seen[(guint) y * WIDTH + x] = (guint8) get_pixel (mask, x, y);
}

static void
count_empty (WeirMask   *mask,
             GParamSpec *pspec,
             guint      *n)
{
  (*n)++;
}

static void
test_signals (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  g_autoptr (GPtrArray) deltas =
    g_ptr_array_new_with_free_func ((GDestroyNotify) weir_mask_delta_unref);
  g_autofree guint8 *seen = g_malloc0 (WIDTH * HEIGHT);
  guint n_empty = 0;

  g_signal_connect (mask, "changed", G_CALLBACK (follow), seen);
  g_signal_connect (mask, "edited", G_CALLBACK (keep_delta), deltas);
  g_signal_connect (mask, "notify::empty", G_CALLBACK (count_empty), &n_empty);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (operations); i++)
    {
      g_autofree guint8 *pixels = NULL;

      if (i < G_N_ELEMENTS (operations))
        operations[i] (mask);
      else
        weir_mask_apply (mask, deltas->pdata[2 * G_N_ELEMENTS (operations) - 1 - i]);
      weir_mask_begin_stroke (mask, &hard, 256, 256, 1);
      weir_mask_extend_stroke (mask, 300, 280, 1);
      weir_mask_cancel_stroke (mask);
      pixels = dup_pixels (mask);
      g_assert_cmpmem (pixels, WIDTH * HEIGHT, seen, WIDTH * HEIGHT);
    }
  g_assert_cmpuint (n_empty % 2, ==, 0);
  g_assert_cmpuint (n_empty, >=, 4);
}

/* What changes nothing is no step. */
static void
test_nothing (void)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  guint n_edits = 0;

  g_signal_connect (mask, "edited", G_CALLBACK (count_edit), &n_edits);
  weir_mask_clear (mask);
  op_erase (mask);
  op_rectangle (mask);
  op_grow (mask);
  op_shrink (mask);
  op_soften (mask);
  g_assert_cmpuint (n_edits, ==, 0);
  weir_mask_fill (mask);
  g_assert_cmpuint (n_edits, ==, 1);
  weir_mask_fill (mask);
  op_outline (mask);
  op_shrink (mask);
  op_soften (mask);
  g_assert_cmpuint (n_edits, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/dot", test_dot);
  g_test_add_func ("/mask/softness", test_softness);
  g_test_add_func ("/mask/even", test_even);
  g_test_add_func ("/mask/not-twice", test_not_twice);
  g_test_add_func ("/mask/pressure", test_pressure);
  g_test_add_func ("/mask/subtract", test_subtract);
  g_test_add_func ("/mask/cancel", test_cancel);
  g_test_add_func ("/mask/outside", test_outside);
  g_test_add_func ("/mask/rectangle", test_rectangle);
  g_test_add_func ("/mask/outline", test_outline);
  g_test_add_func ("/mask/whole", test_whole);
  g_test_add_func ("/mask/images", test_images);
  g_test_add_func ("/mask/crop", test_crop);
  g_test_add_func ("/mask/undo", test_undo);
  g_test_add_func ("/mask/signals", test_signals);
  g_test_add_func ("/mask/nothing", test_nothing);
  return g_test_run ();
}
