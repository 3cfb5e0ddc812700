/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pictures become before a network sees them: edges, masks, other sizes. */

#include "cascade/error.h"
#include "filter/blur.h"
#include "filter/canny.h"
#include "filter/face-map.h"
#include "filter/mask.h"
#include "filter/resize.h"

#include <math.h>
#include <string.h>

static CasRaster *
new_raster (guint w,
            guint h,
            guint c)
{
  g_autoptr (GError) error = NULL;
  CasRaster *raster = cas_raster_new (w, h, c, &error);

  g_assert_no_error (error);
  return raster;
}

/* Made-up numbers of 0 … 1, the same every time. */
static CasRaster *
new_noise (guint w,
           guint h,
           guint c)
{
  CasRaster *raster = new_raster (w, h, c);
  guint32 state = w * 31 + h * 17 + c;

  for (gsize i = 0; i < (gsize) w * h * c; i++)
    {
      state = state * 1664525u + 1013904223u;
      raster->v[i] = (float) (state >> 8) / (float) (1 << 24);
    }

  return raster;
}

/* "10 / 01": a row of ones and zeros after another. */
static char *
dup_drawing (const CasRaster *mask)
{
  GString *text = g_string_new (NULL);

  for (guint y = 0; y < mask->h; y++)
    {
      g_string_append (text, y > 0 ? " / " : "");
      for (guint x = 0; x < mask->w; x++)
        g_string_append_c (text, mask->v[(gsize) y * mask->w + x] > 0 ? '1' : '0');
    }

  return g_string_free (text, FALSE);
}

/* --- rasters --------------------------------------------------------------------------------- */

static void
test_levels (void)
{
  static const struct
  {
    float  x;
    guint8 level;
  } rows[] = {
    { -1.0f, 0 }, { 0.0f, 0 }, { 0.0039f, 0 }, { 0.5f, 127 }, { 0.999f, 254 }, { 1.0f, 255 },
    { 7.0f, 255 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (cas_raster_level (rows[i].x), ==, rows[i].level);
}

/* Every level comes back as it was. */
static void
test_image (void)
{
  g_autoptr (CasImage) image = cas_image_new (16, 16, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3 * 256; i++)
    cas_image_get_pixels (image)[i] = (guint8) (i / 3 + i % 3);

  g_autoptr (CasRaster) raster = cas_raster_from_image (image, &error);
  g_assert_no_error (error);
  g_autoptr (CasImage) back = cas_raster_to_image (raster, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (cas_image_get_pixels (image), 3 * 256, cas_image_get_pixels (back), 3 * 256);
}

static void
test_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasRaster) raster = cas_raster_new (5, 0, 3, &error);

  g_assert_null (raster);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_assert_cmpstr (error->message, ==,
                   "A picture of 5×0 pixels and 3 channels has nothing in it.");
}

/* --- resizing -------------------------------------------------------------------------------- */

static const struct
{
  guint         from, to;
  CasResizeRule rule;
  float         wanted[6]; /* of the pixels 0, 1, 2, … */
} resizes[] = {
  { 3, 3, CAS_RESIZE_NEAREST, { 0, 1, 2 } },
  { 3, 6, CAS_RESIZE_NEAREST, { 0, 0, 1, 1, 2, 2 } },
  { 7, 3, CAS_RESIZE_NEAREST, { 0, 2, 4 } },
  { 1, 3, CAS_RESIZE_NEAREST, { 0, 0, 0 } },
  { 3, 3, CAS_RESIZE_BILINEAR, { 0, 1, 2 } },
  { 2, 4, CAS_RESIZE_BILINEAR, { 0, 0.25f, 0.75f, 1 } },
  { 6, 3, CAS_RESIZE_BILINEAR, { 0.5f, 2.5f, 4.5f } },
  { 8, 2, CAS_RESIZE_BILINEAR, { 1.5f, 5.5f } },
  { 1, 3, CAS_RESIZE_BILINEAR, { 0, 0, 0 } },
  { 3, 1, CAS_RESIZE_BILINEAR, { 1 } },
  { 2, 4, CAS_RESIZE_ANTIALIASED, { 0, 0.25f, 0.75f, 1 } },
  /* triangles of twice the width, cut off at the edges */
  { 6, 3, CAS_RESIZE_ANTIALIASED, { 5.0f / 7, 2.5f, 5 - 5.0f / 7 } },
};

static void
test_resize (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (resizes); i++)
    for (guint is_high = 0; is_high < 2; is_high++)
      {
        guint from = resizes[i].from, to = resizes[i].to;
        g_autoptr (CasRaster) src = new_raster (is_high ? 1 : from, is_high ? from : 1, 2);

        for (guint j = 0; j < from; j++)
          src->v[2 * j] = src->v[2 * j + 1] = j;
        g_autoptr (CasRaster) dst = cas_resize (src, is_high ? 1 : to, is_high ? to : 1,
                                                resizes[i].rule, NULL);
        for (guint j = 0; j < 2 * to; j++)
          if (fabsf (dst->v[j] - resizes[i].wanted[j / 2]) > 1e-6f)
            g_error ("rule %d, %u to %u: pixel %u is %g, wanted %g", resizes[i].rule, from, to,
                     j / 2, dst->v[j], resizes[i].wanted[j / 2]);
      }
}

static void
test_resize_shorter (void)
{
  static const struct
  {
    guint w, h, side, wanted_w, wanted_h;
  } rows[] = {
    { 96, 64, 240, 360, 240 }, { 64, 96, 240, 240, 360 }, { 7, 7, 3, 3, 3 }, { 10, 3, 2, 6, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasRaster) src = new_noise (rows[i].w, rows[i].h, 1);
      g_autoptr (CasRaster) dst = cas_resize_shorter (src, rows[i].side, CAS_RESIZE_NEAREST, NULL);

      g_assert_cmpuint (dst->w, ==, rows[i].wanted_w);
      g_assert_cmpuint (dst->h, ==, rows[i].wanted_h);
    }
}

/* What a picture becomes is bounded before there is any memory for it. */
static void
test_resize_too_narrow (void)
{
  static const guint sides[] = { 232, 65536, G_MAXUINT }; /* 232 × 232 × 5000 is above 2²⁸ */
  g_autoptr (CasRaster) narrow = new_noise (1, 5000, 1);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_resize_shorter (narrow, sides[i], CAS_RESIZE_NEAREST, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_nonnull (strstr (error->message, "1×5000"));
    }
}

/* --- blur ------------------------------------------------------------------------------------ */

/* Walked there and back, pixel by pixel. */
static guint
get_mirrored (int   at,
              guint n)
{
  while (n > 1 && (at < 0 || at >= (int) n))
    at = at < 0 ? -at : 2 * ((int) n - 1) - at;
  return n > 1 ? at : 0;
}

static double
get_blurred (const CasRaster *src,
             guint            x,
             guint            y,
             guint            k,
             int              n_taps)
{
  int half = n_taps / 2;
  double sigma = 0.3 * (half - 1) + 0.8, sum = 0, weights = 0;

  for (int dy = -half; dy <= half; dy++)
    for (int dx = -half; dx <= half; dx++)
      {
        double weight = exp (-(dx * dx + dy * dy) / (2 * sigma * sigma));
        gsize from = (gsize) get_mirrored ((int) y + dy, src->h) * src->w
                     + get_mirrored ((int) x + dx, src->w);

        sum += weight * src->v[from * src->c + k];
        weights += weight;
      }

  return sum / weights;
}

static void
test_blur (void)
{
  static const struct
  {
    guint w, h, c, n_taps;
  } rows[] = {
    { 1, 1, 1, 141 }, { 7, 5, 3, 3 }, { 5, 11, 2, 7 }, { 2, 3, 1, 141 }, { 9, 1, 1, 5 },
    { 4, 4, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint w = rows[i].w, h = rows[i].h, c = rows[i].c;
      g_autoptr (CasRaster) src = new_noise (w, h, c);
      g_autoptr (CasRaster) dst = cas_blur_gaussian (src, rows[i].n_taps, NULL);

      for (guint j = 0; j < w * h * c; j++)
        {
          double wanted = get_blurred (src, j / c % w, j / c / w, j % c, rows[i].n_taps);

          if (fabs (dst->v[j] - wanted) > 1e-6)
            g_error ("%u taps over %u×%u: number %u is %g, wanted %g", rows[i].n_taps, w, h, j,
                     dst->v[j], wanted);
        }
    }
}

/* --- edges ----------------------------------------------------------------------------------- */

/* Pictures of one digit a pixel, which is its level / 28 in the channel named. */
static const struct
{
  const char *picture;
  guint       channel;
  guint       low, high;
  const char *edges;
} drawings[] = {
  { "5", 0, 100, 200, "0" },
  { "0000 / 0000 / 0000", 0, 0, 0, "0000 / 0000 / 0000" },
  /* of two equal columns it is the first */
  { "0099 / 0099 / 0099 / 0099", 0, 100, 200, "0100 / 0100 / 0100 / 0100" },
  { "9900 / 9900 / 9900 / 9900", 2, 100, 200, "0100 / 0100 / 0100 / 0100" },
  { "000 / 000 / 999 / 999", 1, 100, 200, "000 / 111 / 000 / 000" },
  /* below the lower threshold, between the two, and with them the other way round */
  { "0011 / 0011 / 0011", 0, 200, 300, "0000 / 0000 / 0000" },
  { "0022 / 0022 / 0022", 0, 100, 300, "0000 / 0000 / 0000" },
  { "0022 / 0022 / 0022", 0, 100, 200, "0100 / 0100 / 0100" },
  { "0022 / 0022 / 0022", 0, 200, 100, "0100 / 0100 / 0100" },
  /* an edge that fades out: the weak part touches the strong one */
  { "0099 / 0088 / 0066 / 0044 / 0022 / 0011 / 0000", 0, 100, 800,
    "0010 / 0010 / 0011 / 0010 / 0010 / 0000 / 0000" },
  /* a diagonal: it is its neighbours across it that are compared */
  { "99999 / 09999 / 00999 / 00099 / 00009", 0, 100, 200, "00000 / 11000 / 01100 / 00110 / 00010" },
};

static guint8 *
read_picture (const char *text,
              guint       channel,
              guint      *w,
              guint      *h)
{
  g_auto (GStrv) rows = g_strsplit (text, " / ", -1);
  guint8 *rgb;

  *h = g_strv_length (rows);
  *w = (guint) strlen (rows[0]);
  rgb = g_new0 (guint8, (gsize) *w * *h * 3);
  for (guint y = 0; y < *h; y++)
    for (guint x = 0; x < *w; x++)
      rgb[(y * *w + x) * 3 + channel] = (guint8) ((rows[y][x] - '0') * 28);

  return rgb;
}

static void
test_canny (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (drawings); i++)
    {
      guint w, h;
      g_autofree guint8 *rgb = read_picture (drawings[i].picture, drawings[i].channel, &w, &h);
      g_autofree guint8 *found = g_malloc (w * h);
      g_autoptr (CasRaster) edges = new_raster (w, h, 1);

      g_assert_true (cas_canny (rgb, w, h, drawings[i].low, drawings[i].high, found, NULL));
      for (guint j = 0; j < w * h; j++)
        {
          g_assert_true (found[j] == 0 || found[j] == 255);
          edges->v[j] = found[j];
        }
      g_autofree char *drawing = dup_drawing (edges);
      g_test_message ("%s", drawings[i].picture);
      g_assert_cmpstr (drawing, ==, drawings[i].edges);
    }
}

/* Whatever the size, the edges have it too; with side 0 they are not softened. */
static void
test_canny_filter (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 2, 1 }, { 37, 53 }, { 225, 224 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (CasRaster) picture = new_noise (sizes[i][0], sizes[i][1], 3);
      g_autoptr (CasRaster) soft = cas_canny_filter (picture, CAS_CANNY_SIDE, CAS_CANNY_LOW,
                                                     CAS_CANNY_HIGH, NULL);
      g_autoptr (CasRaster) hard = cas_canny_filter (picture, 0, CAS_CANNY_LOW, CAS_CANNY_HIGH,
                                                     NULL);

      g_assert_cmpuint (soft->w, ==, sizes[i][0]);
      g_assert_cmpuint (soft->h, ==, sizes[i][1]);
      g_assert_cmpuint (soft->c, ==, 1);
      for (guint j = 0; j < hard->w * hard->h; j++)
        g_assert_true (hard->v[j] == 0.0f || hard->v[j] == 1.0f);
    }
}

/* --- masks ----------------------------------------------------------------------------------- */

static void
test_frame (void)
{
  static const struct
  {
    guint       w, h, left, top, right, bottom;
    const char *drawing;
  } rows[] = {
    { 3, 2, 0, 0, 0, 0, "000 / 000" },
    { 4, 3, 1, 0, 0, 0, "1000 / 1000 / 1000" },
    { 4, 3, 0, 1, 2, 1, "1111 / 0011 / 1111" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasRaster) mask = cas_mask_frame (rows[i].w, rows[i].h, rows[i].left, rows[i].top,
                                                   rows[i].right, rows[i].bottom, NULL);
      g_autofree char *drawing = dup_drawing (mask);

      g_assert_cmpstr (drawing, ==, rows[i].drawing);
    }

  g_autoptr (GError) error = NULL;
  g_assert_null (cas_mask_frame (8, 8, 3, 0, 5, 0, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_clear_error (&error);
  g_assert_null (cas_mask_frame (8, 8, G_MAXUINT, 0, 5, 0, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

/* A soft mask counts from one half on, and what is filled is white. */
static void
test_fill_holes (void)
{
  static const float masks[] = { 0.0f, 0.5f, 0.51f, 1.0f };
  g_autoptr (CasRaster) picture = new_noise (4, 1, 3);
  g_autoptr (CasRaster) mask = new_raster (4, 1, 1);
  g_autoptr (CasRaster) wrong = new_raster (1, 4, 1);
  g_autoptr (GError) error = NULL;

  memcpy (mask->v, masks, sizeof masks);
  g_autoptr (CasRaster) filled = cas_mask_fill_holes (picture, mask, NULL);

  for (guint i = 0; i < 4; i++)
    {
      for (guint k = 0; k < 3; k++)
        g_assert_cmpfloat (filled->v[4 * i + k], ==, i < 2 ? picture->v[3 * i + k] : 1.0f);
      g_assert_cmpfloat (filled->v[4 * i + 3], ==, i < 2 ? 0.0f : 1.0f);
    }

  g_assert_null (cas_mask_fill_holes (picture, wrong, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
  g_assert_cmpstr (error->message, ==, "The mask has 1×4 pixels, but the picture 4×1.");
}

static void
assert_half (const CasRaster *mask,
             gboolean         is_left)
{
  for (guint i = 0; i < mask->w * mask->h; i++)
    if ((mask->v[i] > 0) != ((i % mask->w < mask->w / 2) == is_left))
      g_error ("pixel %u of row %u is %g", i % mask->w, i / mask->w, mask->v[i]);
}

/* Half a picture stays half a picture, inverted or not; a single pixel is blurred away. */
static void
test_round (void)
{
  g_autoptr (CasRaster) map = new_raster (4, 2, 1);

  for (guint i = 0; i < 8; i++)
    map->v[i] = i % 4 < 2 ? 0.3f : 0.1f;
  g_autoptr (CasRaster) rough = cas_mask_above (map, CAS_SALIENCY_THRESHOLD, NULL);
  g_autoptr (CasRaster) left = cas_mask_round (rough, 256, 2, NULL, NULL);
  assert_half (left, TRUE);

  cas_mask_invert (rough);
  g_autoptr (CasRaster) right = cas_mask_round (rough, 256, 2, NULL, NULL);
  assert_half (right, FALSE);

  g_autoptr (CasRaster) dot = new_raster (8, 8, 1);
  dot->v[9] = 1.0f;
  g_autoptr (CasRaster) none = cas_mask_round (dot, 8, 8, NULL, NULL);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpfloat (none->v[i], ==, 0.0f);
}

/* --- faces ----------------------------------------------------------------------------------- */

static void
test_face_map (void)
{
  static const float one[] = { 1.0f };
  static const struct
  {
    guint       w, h;
    CasFace     faces[2];
    guint       n_faces;
    gboolean    fills_map;
    const char *drawing;
  } rows[] = {
    { 96, 64, { { 0 } }, 0, FALSE, "000 / 000" },
    { 96, 64, { { 32, 0, 64, 32, one } }, 1, FALSE, "010 / 000" },
    /* too small for a cell, halves to even, and over the edge */
    { 96, 64, { { 40, 40, 41, 41, one } }, 1, FALSE, "000 / 010" },
    { 160, 32, { { 16, 0, 80, 32, one } }, 1, FALSE, "11000" },
    { 160, 32, { { 48, 0, 112, 32, one } }, 1, FALSE, "00110" },
    { 96, 64, { { -50, -50, 500, 10, one } }, 1, FALSE, "111 / 000" },
    { 96, 64, { { 95, 63, 96, 64, one } }, 1, FALSE, "000 / 001" },
    { 96, 64, { { 0, 0, 32, 32, one }, { 64, 32, 96, 64, one } }, 2, TRUE, "100 / 001" },
    { 96, 64, { { 0, 0, 32, 32, one } }, 1, TRUE, "111 / 111" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasRaster) map = cas_face_map (rows[i].w, rows[i].h, 1, rows[i].faces,
                                                rows[i].n_faces, rows[i].fills_map, NULL);
      g_autofree char *drawing = dup_drawing (map);

      g_test_message ("row %u", i);
      g_assert_cmpstr (drawing, ==, rows[i].drawing);
    }
}

static void
test_face_map_too_small (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_face_map (31, 64, 1, NULL, 0, FALSE, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/filter/raster/levels", test_levels);
  g_test_add_func ("/filter/raster/image", test_image);
  g_test_add_func ("/filter/raster/nothing", test_nothing);
  g_test_add_func ("/filter/resize/rules", test_resize);
  g_test_add_func ("/filter/resize/shorter", test_resize_shorter);
  g_test_add_func ("/filter/resize/too-narrow", test_resize_too_narrow);
  g_test_add_func ("/filter/blur", test_blur);
  g_test_add_func ("/filter/canny/drawings", test_canny);
  g_test_add_func ("/filter/canny/sizes", test_canny_filter);
  g_test_add_func ("/filter/mask/frame", test_frame);
  g_test_add_func ("/filter/mask/fill-holes", test_fill_holes);
  g_test_add_func ("/filter/mask/round", test_round);
  g_test_add_func ("/filter/face-map/faces", test_face_map);
  g_test_add_func ("/filter/face-map/too-small", test_face_map_too_small);

  return g_test_run ();
}
