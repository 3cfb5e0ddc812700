/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The host's part of finding faces: boxes from a detector's rows, which of them count, and what the
 * networks are shown of a picture. */

#include <math.h>
#include <string.h>

#include "cascade/error.h"
#include "filter/face-boxes.h"
#include "filter/face-crop.h"

/* --- boxes ------------------------------------------------------------------------------------ */

#define SIDE 4 /* cells */
#define N_ROWS (SIDE * SIDE * CAS_FACE_N_ANCHORS)

typedef struct
{
  float        scores[N_ROWS];
  float        boxes[N_ROWS][4];
  float        points[N_ROWS][10];
  CasFaceLevel level;
} Rows;

static void
rows_init (Rows *rows,
           guint stride)
{
  memset (rows, 0, sizeof *rows);
  rows->level = (CasFaceLevel) {
    .stride = stride,
    .h = SIDE,
    .w = SIDE,
    .scores = rows->scores,
    .boxes = rows->boxes[0],
    .points = rows->points[0],
  };
}

static void
set_row (Rows *rows,
         guint x,
         guint y,
         guint anchor,
         float score,
         float distance)
{
  guint row = (y * SIDE + x) * CAS_FACE_N_ANCHORS + anchor;

  rows->scores[row] = score;
  for (guint i = 0; i < 4; i++)
    rows->boxes[row][i] = distance * (float) (i + 1);
  for (guint i = 0; i < 10; i++)
    rows->points[row][i] = 0.25f * (float) i;
}

static void
test_decoding (void)
{
  Rows fine, coarse;

  rows_init (&fine, 8);
  rows_init (&coarse, 32);
  set_row (&fine, 3, 1, 1, 0.75f, 0.5f);
  set_row (&fine, 0, 0, 0, 0.4999f, 0.5f); /* too unlikely */
  set_row (&coarse, 2, 3, 0, 0.5f, 0.25f);

  g_autoptr (GArray) boxes
      = cas_face_boxes_find ((CasFaceLevel[]) { fine.level, coarse.level }, 2, 0.5f);
  g_assert_cmpuint (boxes->len, ==, 2);
  const CasFaceBox *box = &g_array_index (boxes, CasFaceBox, 0);
  g_assert_cmpfloat (box->score, ==, 0.75f);
  g_assert_cmpfloat (box->left, ==, (24 - 4) / 0.5f);
  g_assert_cmpfloat (box->top, ==, (8 - 8) / 0.5f);
  g_assert_cmpfloat (box->right, ==, (24 + 12) / 0.5f);
  g_assert_cmpfloat (box->bottom, ==, (8 + 16) / 0.5f);
  g_assert_cmpfloat (box->points[0][0], ==, 24 / 0.5f);
  g_assert_cmpfloat (box->points[4][1], ==, (8 + 9 * 2) / 0.5f);
  box = &g_array_index (boxes, CasFaceBox, 1);
  g_assert_cmpfloat (box->left, ==, (64 - 8) / 0.5f);
  g_assert_cmpfloat (box->bottom, ==, (96 + 32) / 0.5f);
}

/* What is no number is no face. */
static void
test_not_finite (void)
{
  Rows rows;

  rows_init (&rows, 8);
  set_row (&rows, 0, 0, 0, NAN, 1.0f);
  set_row (&rows, 1, 0, 0, INFINITY, 1.0f);
  set_row (&rows, 2, 0, 0, 0.9f, NAN);
  set_row (&rows, 3, 3, 0, 0.9f, 1.0f);
  rows.points[30][7] = -INFINITY;

  g_autoptr (GArray) boxes = cas_face_boxes_find (&rows.level, 1, 1.0f);
  g_assert_cmpuint (boxes->len, ==, 0);
}

/* Boxes of 10 × 10 pixels, shifted by so many: both edges count, so one shifted by d shares
 * 11 (11 − d) of 11 (11 + d) pixels. */
static void
test_overlap (void)
{
  static const struct { float shift; guint wanted; } rows[] = {
    { 0, 1 }, { 4, 1 }, { 5, 2 }, { 30, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Rows r;

      rows_init (&r, 1);
      set_row (&r, 0, 0, 0, 0.6f, 0.0f);
      set_row (&r, 0, 0, 1, 0.8f, 0.0f);
      for (guint k = 0; k < 2; k++)
        {
          r.boxes[k][0] = k == 0 ? 0.0f : -rows[i].shift;
          r.boxes[k][2] = 10.0f + (k == 0 ? 0.0f : rows[i].shift);
          r.boxes[k][3] = 10.0f;
        }

      g_autoptr (GArray) boxes = cas_face_boxes_find (&r.level, 1, 1.0f);
      g_assert_cmpuint (boxes->len, ==, rows[i].wanted);
      g_assert_cmpfloat (g_array_index (boxes, CasFaceBox, 0).score, ==, 0.8f);
    }
}

static void
test_keep (void)
{
  /* left, top and side in a picture of 200 × 100 */
  static const struct { float left, top, side, score; } rows[] = {
    { 0, 0, 40, 0.9f },    /* 1600 − 2 (80² + 30²) */
    { 90, 40, 20, 0.8f },  /* 400 */
    { 60, 10, 80, 0.7f },  /* 6400 */
    { 95, 45, 10, 0.6f },  /* 100 */
    { 100, 30, 40, 0.5f }, /* 1600 − 2 · 20² */
  };
  static const float wanted[] = { 0.7f, 0.5f, 0.8f };
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (CasFaceBox));

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      CasFaceBox box = {
        .left = rows[i].left,
        .top = rows[i].top,
        .right = rows[i].left + rows[i].side,
        .bottom = rows[i].top + rows[i].side,
        .score = rows[i].score,
      };

      g_array_append_val (boxes, box);
    }

  cas_face_boxes_keep (boxes, 5, 200, 100);
  g_assert_cmpfloat (g_array_index (boxes, CasFaceBox, 0).score, ==, 0.9f);
  cas_face_boxes_keep (boxes, 3, 200, 100);
  g_assert_cmpuint (boxes->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (g_array_index (boxes, CasFaceBox, i).score, ==, wanted[i]);
}

/* --- pictures for networks -------------------------------------------------------------------- */

static void
test_similarity (void)
{
  static const float from[][2] = { { 0, 0 }, { 4, 0 }, { 4, 2 }, { 0, 2 }, { 1, 5 } };
  const double a = 1.5, b = -0.75, dx = 3.0, dy = -7.0;
  float to[5][2];
  CasSimilarity s;

  for (guint i = 0; i < 5; i++)
    {
      to[i][0] = (float) (a * from[i][0] - b * from[i][1] + dx);
      to[i][1] = (float) (b * from[i][0] + a * from[i][1] + dy);
    }
  g_assert_true (cas_similarity_fit (from, to, 5, &s));
  g_assert_cmpfloat_with_epsilon (s.a, a, 1e-9);
  g_assert_cmpfloat_with_epsilon (s.b, b, 1e-9);
  g_assert_cmpfloat_with_epsilon (s.dx, dx, 1e-9);
  g_assert_cmpfloat_with_epsilon (s.dy, dy, 1e-9);

  /* points that none fits exactly: nothing near the answer is better */
  to[2][0] += 1.0f;
  to[4][1] -= 2.0f;
  g_assert_true (cas_similarity_fit (from, to, 5, &s));
  double best = INFINITY;
  for (int k = 0; k < 9; k++)
    {
      const double step = k == 0 ? 0.0 : k % 2 ? 1e-3 : -1e-3;
      CasSimilarity near = s;
      double error = 0.0;

      *(double *[]) { &near.a, &near.b, &near.dx, &near.dy }[k == 0 ? 0 : (k - 1) / 2] += step;
      for (guint i = 0; i < 5; i++)
        error += pow (near.a * from[i][0] - near.b * from[i][1] + near.dx - to[i][0], 2)
                 + pow (near.b * from[i][0] + near.a * from[i][1] + near.dy - to[i][1], 2);
      if (k == 0)
        best = error;
      g_assert_cmpfloat (error, >=, best);
    }

  static const float same[5][2] = { 0 };
  g_assert_false (cas_similarity_fit (same, to, 5, &s));
}

/* A picture whose levels say where they are. */
static CasRaster *
new_ramp (guint w,
          guint h)
{
  CasRaster *picture = cas_raster_new (w, h, 3, NULL);

  for (guint i = 0; i < w * h; i++)
    {
      picture->v[3 * i] = (float) (i % w) / 255.0f + 1e-4f;
      picture->v[3 * i + 1] = (float) (i / w) / 255.0f + 1e-4f;
      picture->v[3 * i + 2] = 1.0f;
    }
  return picture;
}

static int
level (const CasRaster *picture,
       guint            x,
       guint            y,
       guint            c)
{
  return (int) lrintf (picture->v[(y * picture->w + x) * 3 + c] * 255.0f);
}

static void
test_letterbox (void)
{
  /* size of the picture, of it in a square of 32, and scale */
  static const struct { guint w, h, in_w, in_h; } rows[] = {
    { 64, 64, 32, 32 }, { 64, 48, 32, 24 }, { 48, 64, 24, 32 }, { 16, 16, 32, 32 },
    { 200, 3, 32, 1 },  { 3, 200, 1, 32 },  { 100, 33, 32, 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasRaster) picture = new_ramp (rows[i].w, rows[i].h);
      float scale;
      g_autoptr (CasRaster) box = cas_face_letterbox (picture, 32, &scale, NULL);

      g_assert_cmpuint (box->w, ==, 32);
      g_assert_cmpuint (box->h, ==, 32);
      g_assert_cmpfloat (scale, ==, (float) rows[i].in_h / rows[i].h);
      for (guint k = 0; k < 32 * 32; k++)
        g_assert_cmpint (level (box, k % 32, k / 32, 2), ==,
                         k % 32 < rows[i].in_w && k / 32 < rows[i].in_h ? 255 : 0);
    }

  /* half the size: each pixel lies between two, and halves round to even */
  g_autoptr (CasRaster) picture = new_ramp (64, 48);
  float scale;
  g_autoptr (CasRaster) box = cas_face_letterbox (picture, 32, &scale, NULL);
  g_assert_cmpint (ABS (level (box, 5, 7, 0) * 2 - 21), <=, 1);
  g_assert_cmpint (ABS (level (box, 5, 7, 1) * 2 - 29), <=, 1);
}

/* Points where the recogniser wants them, twice as large and elsewhere: the crop shows each
 * pixel's own place. */
static void
test_crop (void)
{
  static const float places[CAS_FACE_N_POINTS][2] = {
    { 38.2946f, 51.6963f }, { 73.5318f, 51.5014f }, { 56.0252f, 71.7366f },
    { 41.5493f, 92.3655f }, { 70.7299f, 92.2041f },
  };
  g_autoptr (CasRaster) picture = new_ramp (240, 200);
  float points[CAS_FACE_N_POINTS][2];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < CAS_FACE_N_POINTS; i++)
    {
      points[i][0] = 2.0f * places[i][0] + 10.0f;
      points[i][1] = 2.0f * places[i][1] - 6.0f;
    }

  g_autoptr (CasRaster) crop = cas_face_crop (picture, (const float (*)[2]) points, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (crop->w, ==, CAS_FACE_CROP_SIDE);
  g_assert_cmpuint (crop->h, ==, CAS_FACE_CROP_SIDE);
  for (guint y = 0; y < 112; y++)
    for (guint x = 0; x < 112; x++)
      {
        guint from_x = 2 * x + 10;
        int from_y = 2 * (int) y - 6;
        gboolean is_inside = from_y >= 0 && from_y < 200;

        /* at the edge itself a rounding of the points may mix in black */
        if (from_y == 0 || from_y == -1 || from_y >= 199)
          continue;
        g_assert_cmpint (ABS (level (crop, x, y, 0) - (is_inside ? (int) from_x : 0)), <=, 1);
        g_assert_cmpint (ABS (level (crop, x, y, 1) - (is_inside ? from_y : 0)), <=, 1);
        g_assert_cmpint (level (crop, x, y, 2), ==, is_inside ? 255 : 0);
      }

  memset (points, 0, sizeof points);
  g_assert_null (cas_face_crop (picture, (const float (*)[2]) points, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faces/boxes/decoding", test_decoding);
  g_test_add_func ("/faces/boxes/not-finite", test_not_finite);
  g_test_add_func ("/faces/boxes/overlap", test_overlap);
  g_test_add_func ("/faces/boxes/keep", test_keep);
  g_test_add_func ("/faces/similarity", test_similarity);
  g_test_add_func ("/faces/letterbox", test_letterbox);
  g_test_add_func ("/faces/crop", test_crop);

  return g_test_run ();
}
