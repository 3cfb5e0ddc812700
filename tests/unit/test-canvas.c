/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of which a part is made anew: what is added, what the mask says, and what comes out. */

#include "pipeline/canvas.h"

#include <math.h>

static const guint no_margins[4];

static CasImage *
new_image (guint w,
           guint h,
           guint seed)
{
  g_autoptr (GError) error = NULL;
  CasImage *image = cas_image_new (w, h, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < (gsize) 3 * w * h; i++)
    cas_image_get_pixels (image)[i] = (guint8) (seed + i * 37 + i / 7 * 11);
  return image;
}

/* Grey of these levels, w · h of them. */
static CasImage *
new_mask (guint         w,
          guint         h,
          const guint8 *levels)
{
  CasImage *mask = new_image (w, h, 0);

  for (gsize i = 0; i < (gsize) 3 * w * h; i++)
    cas_image_get_pixels (mask)[i] = levels[i / 3];
  return mask;
}

static CasCanvas *
new_canvas (CasImage    *picture,
            CasImage    *mask,
            const guint  margins[4],
            guint        width,
            guint        height)
{
  g_autoptr (GError) error = NULL;
  CasCanvas *canvas = cas_canvas_new (picture, mask, margins, width, height, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cas_image_get_width (canvas->picture), ==, width);
  g_assert_cmpuint (cas_image_get_height (canvas->picture), ==, height);
  return canvas;
}

static CasImage *
finish (const CasCanvas *canvas,
        CasImage        *made)
{
  g_autoptr (GError) error = NULL;
  CasImage *image = cas_canvas_finish (canvas, made, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cas_image_get_width (image), ==, canvas->width);
  g_assert_cmpuint (cas_image_get_height (image), ==, canvas->height);
  return image;
}

static const guint8 *
peek_pixel (CasImage *image,
            guint     x,
            guint     y)
{
  return cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;
}

/* --- what is added --------------------------------------------------------------------------- */

/* "10 / 01": what is made anew, a row after another. */
static char *
dup_drawing (const CasCanvas *canvas)
{
  const guint w = cas_image_get_width (canvas->picture);
  const guint h = cas_image_get_height (canvas->picture);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < w * h; i++)
    {
      g_assert_true (canvas->mask[i] == 0 || canvas->mask[i] == 255);
      g_string_append (text, i > 0 && i % w == 0 ? " / " : "");
      g_string_append_c (text, canvas->mask[i] > 0 ? '1' : '0');
    }
  return g_string_free (text, FALSE);
}

/* Pictures of 3×2. */
static const struct
{
  guint       margins[4]; /* left, top, right, bottom */
  guint       width, height, handed_width, handed_height;
  const char *drawing;
} additions[] = {
  { { 0, 0, 0, 0 }, 3, 2, 3, 2, "000 / 000" },
  { { 0, 0, 0, 0 }, 5, 4, 3, 2, "00000 / 00000 / 00000 / 00000" },
  { { 2, 0, 0, 0 }, 6, 2, 5, 2, "110000 / 110000" },
  { { 0, 0, 1, 0 }, 6, 3, 4, 2, "000111 / 000111 / 000111" },
  { { 0, 1, 0, 0 }, 4, 4, 3, 3, "1111 / 0000 / 0000 / 0000" },
  { { 0, 0, 0, 1 }, 4, 4, 3, 3, "0000 / 0000 / 1111 / 1111" },
  { { 1, 1, 1, 1 }, 6, 4, 5, 4, "111111 / 100011 / 100011 / 111111" },
  { { 1, 0, 3, 0 }, 5, 2, 5, 2, "10001 / 10001" }, /* more than the canvas holds */
};

static void
test_margins (void)
{
  g_autoptr (CasImage) picture = new_image (3, 2, 5);

  for (guint i = 0; i < G_N_ELEMENTS (additions); i++)
    {
      const guint *margins = additions[i].margins;
      g_autoptr (CasCanvas) canvas = new_canvas (picture, NULL, margins, additions[i].width,
                                                 additions[i].height);
      g_autofree char *drawing = dup_drawing (canvas);

      g_assert_cmpstr (drawing, ==, additions[i].drawing);
      g_assert_cmpuint (canvas->width, ==, additions[i].handed_width);
      g_assert_cmpuint (canvas->height, ==, additions[i].handed_height);
    }
}

/* What is not the picture's has the colour of its nearest pixel. */
static void
test_edges (void)
{
  g_autoptr (CasImage) picture = new_image (3, 2, 5);

  for (guint i = 0; i < G_N_ELEMENTS (additions); i++)
    {
      const guint *margins = additions[i].margins;
      g_autoptr (CasCanvas) canvas = new_canvas (picture, NULL, margins, additions[i].width,
                                                 additions[i].height);

      for (guint y = 0; y < additions[i].height; y++)
        for (guint x = 0; x < additions[i].width; x++)
          {
            const guint column = x < margins[0] ? 0 : MIN (x - margins[0], 2);
            const guint row = y < margins[1] ? 0 : MIN (y - margins[1], 1);

            g_assert_cmpmem (peek_pixel (canvas->picture, x, y), 3,
                             peek_pixel (picture, column, row), 3);
          }
    }
}

/* --- masks ----------------------------------------------------------------------------------- */

/* A mask goes where its picture goes, is padded by its edge, and what is added is all anew. */
static void
test_mask (void)
{
  static const guint8 levels[] = { 0, 10, 255, 128 };
  static const guint margins[4] = { 1, 0, 0, 1 };
  static const guint8 padded[] = { 0, 10, 10, 10, 255, 128, 128, 128, 255, 128, 128, 128 };
  static const guint8 moved[] = { 255, 0, 10, 10, 255, 255, 128, 128, 255, 255, 255, 255 };
  g_autoptr (CasImage) picture = new_image (2, 2, 3);
  g_autoptr (CasImage) mask = new_mask (2, 2, levels);
  g_autoptr (CasCanvas) plain = new_canvas (picture, mask, no_margins, 4, 3);
  g_autoptr (CasCanvas) outside = new_canvas (picture, mask, margins, 4, 3);

  g_assert_cmpmem (plain->mask, 12, padded, 12);
  g_assert_cmpmem (outside->mask, 12, moved, 12);
}

/* A coloured mask is as strong as its three channels on the average. */
static void
test_mask_colours (void)
{
  static const struct { guint8 rgb[3], level; } colours[] = {
    { { 255, 255, 255 }, 255 }, { { 255, 0, 0 }, 85 }, { { 0, 0, 255 }, 85 },
    { { 10, 20, 40 }, 23 }, { { 0, 1, 1 }, 0 }, { { 255, 255, 254 }, 254 },
  };
  g_autoptr (CasImage) picture = new_image (1, 1, 0);
  g_autoptr (CasImage) mask = new_image (1, 1, 0);

  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    {
      for (guint c = 0; c < 3; c++)
        cas_image_get_pixels (mask)[c] = colours[i].rgb[c];
      g_autoptr (CasCanvas) canvas = new_canvas (picture, mask, no_margins, 1, 1);
      g_assert_cmpuint (canvas->mask[0], ==, colours[i].level);
    }
}

/* A mask that comes later, of any size: its nearest pixels, and nothing in between. */
static void
test_set_mask (void)
{
  static const float values[] = { 0.6f, 0.5f, 0, 0, 0.4f, 1 };
  static const guint8 before[] = { 7, 7, 7, 7, 7, 7, 7, 7 };
  static const guint8 handed[] = { 255, 255, 0, 255, 255, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) picture = new_image (4, 2, 3);
  g_autoptr (CasImage) old = new_mask (4, 2, before);
  g_autoptr (CasCanvas) canvas = new_canvas (picture, old, no_margins, 6, 4);
  g_autoptr (CasRaster) mask = cas_raster_new (3, 2, 1, &error);
  g_autofree char *drawing = NULL;
  g_autoptr (CasImage) shown = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    mask->v[i] = values[i];
  cas_canvas_set_mask (canvas, mask);
  drawing = dup_drawing (canvas);
  g_assert_cmpstr (drawing, ==, "110000 / 110000 / 000011 / 000011");

  canvas->width = 3; /* what is handed over */
  shown = cas_canvas_mask_to_image (canvas, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cas_image_get_width (shown), ==, 3);
  g_assert_cmpuint (cas_image_get_height (shown), ==, 2);
  for (guint i = 0; i < 18; i++)
    g_assert_cmpuint (cas_image_get_pixels (shown)[i], ==, handed[i / 3]);
}

/* One pixel of a picture in one cell of the latent. */
static const struct
{
  guint  width, height, w, h;
  guint  x, y;
  guint8 level;
  gint   cell; /* −1: none */
} cells[] = {
  { 8, 4, 2, 1, 0, 0, 127, -1 },
  { 8, 4, 2, 1, 0, 0, 128, 0 },
  { 8, 4, 2, 1, 3, 3, 255, 0 },
  { 8, 4, 2, 1, 4, 0, 255, 1 },
  { 8, 4, 2, 2, 4, 1, 255, 1 },
  { 8, 4, 2, 2, 4, 2, 255, 3 },
  { 10, 7, 3, 2, 3, 3, 255, 0 },
  { 10, 7, 3, 2, 4, 3, 255, 1 },
  { 10, 7, 3, 2, 6, 4, 255, 4 },
  { 10, 7, 3, 2, 7, 4, 255, 5 },
  { 10, 7, 3, 2, 9, 6, 255, 5 },
  { 5, 3, 5, 3, 2, 1, 200, 7 },
};

static void
test_reduce_mask (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      const guint width = cells[i].width, height = cells[i].height;
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *levels = g_new0 (guint8, width * height);

      levels[cells[i].y * width + cells[i].x] = cells[i].level;
      g_autoptr (CasImage) picture = new_image (width, height, 1);
      g_autoptr (CasImage) mask = new_mask (width, height, levels);
      g_autoptr (CasCanvas) canvas = new_canvas (picture, mask, no_margins, width, height);
      g_autoptr (CasRaster) reduced = cas_canvas_reduce_mask (canvas, cells[i].w, cells[i].h,
                                                              &error);
      g_assert_no_error (error);
      g_assert_cmpuint (reduced->w, ==, cells[i].w);
      g_assert_cmpuint (reduced->h, ==, cells[i].h);
      g_assert_cmpuint (reduced->c, ==, 1);
      for (gint k = 0; k < (gint) (cells[i].w * cells[i].h); k++)
        if (reduced->v[k] != (k == cells[i].cell ? 1 : 0))
          g_error ("row %u: cell %d is %g", i, k, reduced->v[k]);
    }
}

/* --- what comes out -------------------------------------------------------------------------- */

/* Every level of the mask: the nearest level between old and new; 0 and 255 leave nothing of the
 * other. */
static void
test_blend (void)
{
  enum { N_LEVELS = 256, N_ROWS = 5 };
  g_autofree guint8 *levels = g_new (guint8, N_LEVELS * N_ROWS);

  for (guint i = 0; i < N_LEVELS * N_ROWS; i++)
    levels[i] = (guint8) (i % N_LEVELS);

  g_autoptr (CasImage) picture = new_image (N_LEVELS, N_ROWS, 17);
  g_autoptr (CasImage) made = new_image (N_LEVELS, N_ROWS, 230);
  g_autoptr (CasImage) mask = new_mask (N_LEVELS, N_ROWS, levels);
  for (guint i = 0; i < 3 * N_LEVELS; i++)
    {
      cas_image_get_pixels (picture)[i] = 0;
      cas_image_get_pixels (made)[i] = 255;
    }

  g_autoptr (CasCanvas) canvas = new_canvas (picture, mask, no_margins, N_LEVELS, N_ROWS);
  g_autoptr (CasImage) image = finish (canvas, made);
  for (guint i = 0; i < 3 * N_LEVELS * N_ROWS; i++)
    {
      const double share = levels[i / 3] / 255.0;
      const guint8 old = cas_image_get_pixels (picture)[i], new = cas_image_get_pixels (made)[i];

      g_assert_cmpuint (cas_image_get_pixels (image)[i], ==,
                        (guint) floor (share * new + (1 - share) * old + 0.5));
    }
}

/* The part that is handed over begins at the upper left corner of a larger canvas. */
static void
test_crop (void)
{
  static const guint margins[4] = { 0, 1, 2, 0 };
  g_autoptr (CasImage) picture = new_image (3, 2, 40);
  g_autoptr (CasImage) made = new_image (8, 8, 90);
  g_autoptr (CasCanvas) canvas = new_canvas (picture, NULL, margins, 8, 8);
  g_autoptr (CasImage) image = finish (canvas, made);

  g_assert_cmpuint (canvas->width, ==, 5);
  g_assert_cmpuint (canvas->height, ==, 3);
  for (guint y = 0; y < 3; y++)
    for (guint x = 0; x < 5; x++)
      if (y >= 1 && x < 3)
        g_assert_cmpmem (peek_pixel (image, x, y), 3, peek_pixel (picture, x, y - 1), 3);
      else
        g_assert_cmpmem (peek_pixel (image, x, y), 3, peek_pixel (made, x, y), 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/canvas/margins", test_margins);
  g_test_add_func ("/canvas/edges", test_edges);
  g_test_add_func ("/canvas/mask", test_mask);
  g_test_add_func ("/canvas/mask/colours", test_mask_colours);
  g_test_add_func ("/canvas/mask/set", test_set_mask);
  g_test_add_func ("/canvas/reduce-mask", test_reduce_mask);
  g_test_add_func ("/canvas/blend", test_blend);
  g_test_add_func ("/canvas/crop", test_crop);
  return g_test_run ();
}
