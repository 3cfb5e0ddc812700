/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Faces out of a detector's rows. */

#include "filter/face-boxes.h"

#include <math.h>

#define MIN_SCORE   0.5f
#define MAX_OVERLAP 0.4f /* of the area that two boxes cover together */

static gboolean
is_finite (const CasFaceBox *box)
{
  float sum = box->left + box->top + box->right + box->bottom + box->score;

  for (guint i = 0; i < CAS_FACE_N_POINTS; i++)
    sum += box->points[i][0] + box->points[i][1];
  return isfinite (sum);
}

static CasFaceBox
read_row (const CasFaceLevel *level,
          gsize               row,
          float               scale)
{
  gsize cell = row / CAS_FACE_N_ANCHORS;
  float x = (float) (cell % level->w * level->stride);
  float y = (float) (cell / level->w * level->stride);
  float stride = (float) level->stride;
  const float *d = level->boxes + 4 * row;
  const float *p = level->points + 2 * CAS_FACE_N_POINTS * row;
  CasFaceBox box = {
    .left = (x - d[0] * stride) / scale,
    .top = (y - d[1] * stride) / scale,
    .right = (x + d[2] * stride) / scale,
    .bottom = (y + d[3] * stride) / scale,
    .score = level->scores[row],
  };

  for (guint i = 0; i < CAS_FACE_N_POINTS; i++)
    {
      box.points[i][0] = (x + p[2 * i] * stride) / scale;
      box.points[i][1] = (y + p[2 * i + 1] * stride) / scale;
    }
  return box;
}

/* Both edges' pixels belong to a box. */
static float
area (float left,
      float top,
      float right,
      float bottom)
{
  return MAX (right - left + 1.0f, 0.0f) * MAX (bottom - top + 1.0f, 0.0f);
}

static gboolean
overlaps (const CasFaceBox *a,
          const CasFaceBox *b)
{
  float both = area (MAX (a->left, b->left), MAX (a->top, b->top), MIN (a->right, b->right),
                     MIN (a->bottom, b->bottom));
  float sum = area (a->left, a->top, a->right, a->bottom)
              + area (b->left, b->top, b->right, b->bottom);

  return both > MAX_OVERLAP * (sum - both);
}

static int
compare_scores (gconstpointer a,
                gconstpointer b)
{
  float x = ((const CasFaceBox *) a)->score, y = ((const CasFaceBox *) b)->score;

  return (x < y) - (x > y);
}

GArray *
cas_face_boxes_find (const CasFaceLevel *levels,
                     guint               n_levels,
                     float               scale)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (CasFaceBox));
  GArray *best = g_array_new (FALSE, FALSE, sizeof (CasFaceBox));

  for (guint i = 0; i < n_levels; i++)
    for (gsize row = 0; row < (gsize) levels[i].h * levels[i].w * CAS_FACE_N_ANCHORS; row++)
      if (levels[i].scores[row] >= MIN_SCORE)
        {
          CasFaceBox box = read_row (&levels[i], row, scale);

          if (is_finite (&box))
            g_array_append_val (all, box);
        }

  g_array_sort (all, compare_scores);
  for (guint i = 0; i < all->len; i++)
    {
      const CasFaceBox *box = &g_array_index (all, CasFaceBox, i);
      gboolean is_new = TRUE;

      for (guint k = 0; is_new && k < best->len; k++)
        is_new = !overlaps (box, &g_array_index (best, CasFaceBox, k));
      if (is_new)
        g_array_append_val (best, *box);
    }
  return best;
}

/* --- which count ------------------------------------------------------------------------------ */

typedef struct
{
  CasFaceBox box; /* first, so that it can be copied back */
  float      value;
} Valued;

static int
compare_values (gconstpointer a,
                gconstpointer b)
{
  float x = ((const Valued *) a)->value, y = ((const Valued *) b)->value;

  return (x < y) - (x > y);
}

static float
get_value (const CasFaceBox *box,
           guint             w,
           guint             h)
{
  float x = (box->left + box->right) / 2.0f - (float) (w / 2);
  float y = (box->top + box->bottom) / 2.0f - (float) (h / 2);

  return (box->right - box->left) * (box->bottom - box->top) - 2.0f * (x * x + y * y);
}

void
cas_face_boxes_keep (GArray *boxes,
                     guint   n,
                     guint   w,
                     guint   h)
{
  if (boxes->len <= n)
    return;

  g_autoptr (GArray) valued = g_array_new (FALSE, FALSE, sizeof (Valued));
  for (guint i = 0; i < boxes->len; i++)
    {
      const CasFaceBox *box = &g_array_index (boxes, CasFaceBox, i);
      Valued one = { .box = *box, .value = get_value (box, w, h) };

      g_array_append_val (valued, one);
    }

  g_array_sort (valued, compare_values);
  for (guint i = 0; i < n; i++)
    g_array_index (boxes, CasFaceBox, i) = g_array_index (valued, Valued, i).box;
  g_array_set_size (boxes, n);
}
