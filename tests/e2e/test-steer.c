/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture that is steered, with the real worker and the demo model: filled through a mask,
 * expanded by its frame, and all of it taken back. */

#include "making.h"

#include <string.h>

/* Differing pixels of an image that is within another one at (x, y): where a mask (NULL: none) has
 * nothing, and where it has all. */
static void
compare (CasImage *image,
         CasImage *larger,
         guint     x0,
         guint     y0,
         WeirMask *mask,
         guint     n_different[2],
         guint     n_pixels[2])
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  g_autofree guint8 *masked = g_malloc0 (width * height);

  if (mask)
    weir_mask_read (mask, masked, width);
  n_different[0] = n_different[1] = n_pixels[0] = n_pixels[1] = 0;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *a = cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;
        const guint8 *b = cas_image_get_pixels (larger) +
                          (y0 + y) * cas_image_get_stride (larger) + 3 * (x0 + x);
        const guint8 m = masked[y * width + x];

        if (m != 0 && m != 255)
          continue;
        n_pixels[m == 255]++;
        n_different[m == 255] += a[0] != b[0] || a[1] != b[1] || a[2] != b[2];
      }
}

/* How much bluer than red the masked part is, on average. */
static double
measure_blue (CasImage *image,
              WeirMask *mask)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  g_autofree guint8 *masked = g_malloc0 (width * height);
  double sum = 0;
  guint n = 0;

  weir_mask_read (mask, masked, width);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (masked[y * width + x] == 255)
        {
          const guint8 *pixel =
            cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;

          sum += pixel[2] - pixel[0];
          n++;
        }
  return sum / MAX (n, 1);
}

/* Across the picture at a height, 0 to 1, with a soft edge. */
static void
paint (WeirWindow *window,
       double      x0,
       double      x1,
       double      y)
{
  WeirMask *mask = weir_document_get_mask (window->document);
  const double width = weir_mask_get_width (mask), height = weir_mask_get_height (mask);
  const WeirMaskBrush brush = { .size = width * 0.35, .softness = 0.3 };

  weir_mask_begin_stroke (mask, &brush, width * x0, height * y, 1);
  weir_mask_extend_stroke (mask, width * x1, height * y, 1);
  weir_mask_end_stroke (mask);
}

static void
steered (void)
{
  WeirWindow *window = making_open (20);
  g_autoptr (CasImage) first = NULL;
  g_autoptr (CasImage) filled = NULL;
  g_autofree char *hash = NULL;
  guint n_different[2], n_pixels[2], width, height, n_undone = 0;
  double blue;
  GdkRectangle frame;
  gboolean can_undo;
  gboolean was_first = FALSE;

  making_assert_verb (window, "_Generate");
  making_keep (window, "a red house on green hills at sunset", "first");
  first = cas_image_ref (making_peek_image (window));
  width = cas_image_get_width (first);
  height = cas_image_get_height (first);
  hash = cas_image_dup_hash (first);

  /* outside the mask to the bit, inside another colour: over the house */
  paint (window, 0.55, 0.8, 0.68);
  making_assert_verb (window, "_Fill");
  making_keep (window, "a blue house on green hills at sunset", "fill");
  filled = cas_image_ref (making_peek_image (window));
  g_assert_cmpuint (cas_image_get_width (filled), ==, width);
  g_assert_cmpuint (cas_image_get_height (filled), ==, height);
  compare (first, filled, 0, 0, weir_document_get_mask (window->document), n_different, n_pixels);
  g_test_message ("of %u pixels outside the mask %u changed, of %u inside %u", n_pixels[0],
                  n_different[0], n_pixels[1], n_different[1]);
  g_assert_cmpuint (n_different[0], ==, 0);
  g_assert_cmpuint (n_pixels[0], >, width * height / 4);
  g_assert_cmpuint (n_different[1], >, n_pixels[1] / 2);
  blue = measure_blue (filled, weir_document_get_mask (window->document)) -
         measure_blue (first, weir_document_get_mask (window->document));
  g_test_message ("bluer by %.0f", blue);
  g_assert_cmpfloat (blue, >, 20);

  /* wider by what the frame is, and old where it was */
  weir_mask_clear (weir_document_get_mask (window->document));
  frame = (GdkRectangle) { 0, 0, (int) width + 64, (int) height };
  weir_document_set_frame (window->document, &frame);
  making_assert_verb (window, "_Expand");
  making_keep (window, "a red house on green hills at sunset", "expand");
  g_assert_cmpuint (cas_image_get_width (making_peek_image (window)), ==, width + 64);
  g_assert_cmpuint (cas_image_get_height (making_peek_image (window)), ==, height);
  compare (filled, making_peek_image (window), 0, 0, NULL, n_different, n_pixels);
  g_assert_cmpuint (n_different[0], ==, 0);
  g_assert_cmpuint (n_pixels[0], ==, width * height);

  /* keep, stroke, fill, clear, frame, expand, and prompts between them: to what was there at
   * first */
  gtk_widget_grab_focus (GTK_WIDGET (window->canvas));
  g_object_get (window->document, "can-undo", &can_undo, NULL);
  for (; can_undo; n_undone++)
    {
      if (weir_document_get_picture (window->document))
        {
          g_autofree char *found = cas_image_dup_hash (making_peek_image (window));

          was_first = g_str_equal (found, hash) &&
                      weir_mask_is_empty (weir_document_get_mask (window->document));
        }
      weir_test_key (GTK_WIDGET (window), "ctrl+z");
      g_object_get (window->document, "can-undo", &can_undo, NULL);
    }
  g_assert_cmpuint (n_undone, >=, 6);
  g_assert_true (was_first);
  g_assert_null (weir_document_get_picture (window->document));
  weir_test_close (window);
}

/* A part of a picture whose sides are no multiples of anything: to the left of it, with a mask. */
static void
odd (void)
{
  WeirWindow *window = making_open (5);
  g_autoptr (CasImage) image = cas_image_new (203, 141, NULL);
  g_autoptr (CasImage) filled = NULL;
  g_autoptr (WeirMask) mask = NULL;
  g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);
  guint n_different[2], n_pixels[2];
  const CasMetadata *metadata;

  memset (cas_image_get_pixels (image), 120, cas_image_get_stride (image) * 141);
  weir_document_begin (window->document, picture);
  paint (window, 0.42, 0.58, 0.5);
  making_assert_verb (window, "_Fill");
  making_keep (window, "a boat", "odd-fill");
  compare (image, making_peek_image (window), 0, 0, weir_document_get_mask (window->document),
           n_different, n_pixels);
  g_assert_cmpuint (cas_image_get_width (making_peek_image (window)), ==, 203);
  g_assert_cmpuint (cas_image_get_height (making_peek_image (window)), ==, 141);
  metadata = weir_picture_get_metadata (weir_document_get_picture (window->document));
  g_assert_cmpuint (metadata->width, ==, 203);
  g_assert_cmpuint (metadata->height, ==, 141);
  g_assert_cmpuint (n_different[0], ==, 0);
  g_assert_cmpuint (n_different[1], >, n_pixels[1] / 2);

  /* beyond the left edge, and through what is masked: both at once */
  filled = cas_image_ref (making_peek_image (window));
  weir_document_set_frame (window->document, &(GdkRectangle) { -64, 0, 192, 128 });
  making_assert_verb (window, "_Fill and Expand");
  making_keep (window, "a boat", "odd-expand");
  g_assert_cmpuint (cas_image_get_width (making_peek_image (window)), ==, 203 + 64);
  g_assert_cmpuint (cas_image_get_height (making_peek_image (window)), ==, 141);
  mask = weir_mask_crop (weir_document_get_mask (window->document),
                         &(GdkRectangle) { 64, 0, 203, 141 });
  compare (filled, making_peek_image (window), 64, 0, mask, n_different, n_pixels);
  g_assert_cmpuint (n_different[0], ==, 0);

  /* in part, without a mask: the frame's size, though that is odd */
  weir_mask_clear (weir_document_get_mask (window->document));
  weir_document_set_frame (window->document, &(GdkRectangle) { 192, 0, 75, 128 });
  g_object_set (window->params, "strength", 0.5, NULL);
  making_assert_verb (window, "_Refine");
  making_keep (window, "a boat", "odd-refine");
  g_assert_cmpuint (cas_image_get_width (making_peek_image (window)), ==, 203 + 64);
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/e2e/steer/steered", steered);
  g_test_add_func ("/e2e/steer/odd", odd);
  return g_test_run ();
}
