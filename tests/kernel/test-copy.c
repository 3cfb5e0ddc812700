/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers that move and stay as they are, bit for bit; looked-up rows and codes; resizing. */

#include "kernel/fixture.h"

#include <math.h>

/* --- concatenation --- */

typedef struct
{
  CasShape a, b;
  guint32  first; /* channel where a begins in a wider tensor */
} Pair;

static CasTensor
new_view (Trial       *t,
          const char  *name,
          CasShape     shape,
          guint32      first,
          Numbers    **numbers)
{
  CasShape wide = shape;
  CasTensor all;

  wide.c += first;
  all = trial_input (t, name, wide);
  *numbers = numbers_dup_channels (trial_numbers (t, all), first, shape.c);
  return cas_tensor_channels (trial_graph (t), all, first, shape.c);
}

static void
check_concat (Trial         *t,
              gconstpointer  row)
{
  const Pair *p = row;
  g_autoptr (Numbers) a_numbers = NULL;
  g_autoptr (Numbers) wanted = NULL;
  CasTensor a = new_view (t, "a", p->a, p->first, &a_numbers), b = trial_input (t, "b", p->b);

  wanted = reference_concat (a_numbers, trial_numbers (t, b));
  trial_name (t, "concat of %u and %u channels, %u x %u x %u", p->a.c, p->b.c, p->a.n, p->a.h,
              p->a.w);
  trial_check (t, cas_op_concat (trial_graph (t), a, b), wanted, 0);
}

static void
test_concat (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 1, 1, 1, 1 }, { 1, 1, 1, 1 }, 0 },    { { 3, 3, 11, 7 }, { 3, 3, 11, 13 }, 0 },
    { { 2, 5, 13, 8 }, { 2, 5, 13, 33 }, 0 }, { { 2, 1, 7, 3 }, { 2, 1, 7, 4 }, 5 },
  };

  CHECK_TABLE (fixture, pairs, check_concat);
}

static void
check_concat_batch (Trial         *t,
                    gconstpointer  row)
{
  const Pair *p = row;
  g_autoptr (Numbers) a_numbers = NULL;
  CasTensor a = new_view (t, "a", p->a, p->first, &a_numbers), b = trial_input (t, "b", p->b);
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (p->a.n + p->b.n, p->a.h, p->a.w, p->a.c));
  guint64 n_a = numbers_n_elements (a_numbers);

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    wanted->v[i] = i < n_a ? a_numbers->v[i] : trial_numbers (t, b)->v[i - n_a];
  trial_name (t, "concat of %u and %u pictures, %u x %u x %u", p->a.n, p->b.n, p->a.h, p->a.w,
              p->a.c);
  trial_check (t, cas_op_concat_batch (trial_graph (t), a, b), wanted, 0);
}

static void
test_concat_batch (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 1, 1, 1, 1 }, { 1, 1, 1, 1 }, 0 },
    { { 3, 3, 11, 7 }, { 1, 3, 11, 7 }, 0 },
    { { 1, 2, 17, 8 }, { 2, 2, 17, 8 }, 4 },
  };

  CHECK_TABLE (fixture, pairs, check_concat_batch);
}

typedef struct
{
  guint32 n_pictures, n_channels;
  guint   n_tensors;
  guint32 n_tokens[8];
} Tokens;

static void
check_concat_tokens (Trial         *t,
                     gconstpointer  row)
{
  const Tokens *s = row;
  CasTensor x[8];
  guint32 n_all = 0, first = 0;
  g_autoptr (Numbers) wanted = NULL;

  for (guint k = 0; k < s->n_tensors; k++)
    {
      g_autofree char *name = g_strdup_printf ("x%u", k);

      x[k] = trial_input (t, name, CAS_SHAPE (s->n_pictures, 1, s->n_tokens[k], s->n_channels));
      n_all += s->n_tokens[k];
    }

  wanted = numbers_new (CAS_SHAPE (s->n_pictures, 1, n_all, s->n_channels));
  for (guint k = 0; k < s->n_tensors; first += s->n_tokens[k++])
    for (guint32 n = 0; n < s->n_pictures; n++)
      for (guint32 j = 0; j < s->n_tokens[k]; j++)
        for (guint32 c = 0; c < s->n_channels; c++)
          AT (wanted, n, 0, first + j, c) = AT (trial_numbers (t, x[k]), n, 0, j, c);

  trial_name (t, "tokens of %u tensors", s->n_tensors);
  trial_check (t, cas_op_concat_tokens (trial_graph (t), x, s->n_tensors), wanted, 0);
}

static void
test_concat_tokens (gconstpointer fixture)
{
  static const Tokens rows[] = {
    { 1, 1, 1, { 1 } },
    { 3, 7, 2, { 77, 1 } },
    { 2, 24, 3, { 9, 4, 33 } },
    { 2, 5, 8, { 1, 2, 3, 5, 7, 11, 13, 17 } },
  };

  CHECK_TABLE (fixture, rows, check_concat_tokens);
}

/* --- looking up --- */

typedef struct
{
  guint32  n_pictures, n_tokens, n_channels;
  CasDtype table, positions;
  guint32  n_extra; /* rows after the table's */
} Embedding;

static void
check_embedding (Trial         *t,
                 gconstpointer  row)
{
  enum { VOCABULARY = 41 };
  const Embedding *s = row;
  guint32 n = s->n_pictures * s->n_tokens;
  guint32 n_rows = VOCABULARY + s->n_extra;
  g_autofree gint32 *ids = g_new (gint32, n);
  const CasWeight *table = trial_weight (t, "table", s->table, 1, 2,
                                         (guint64[]) { VOCABULARY, s->n_channels });
  const CasWeight *extra = s->n_extra > 0 ? trial_weight (t, "extra", CAS_F32, 1, 2,
                                                          (guint64[]) { s->n_extra, s->n_channels })
                                          : NULL;
  const CasWeight *positions = trial_weight (t, "positions", s->positions, 1, 2,
                                             (guint64[]) { s->n_tokens + 2, s->n_channels });
  g_autoptr (Numbers) wanted
      = numbers_new (CAS_SHAPE (s->n_pictures, 1, s->n_tokens, s->n_channels));
  CasTensor x;

  for (guint32 i = 0; i < n; i++)
    {
      ids[i] = i == 0 ? n_rows - 1 : (i * 17) % n_rows;
      for (guint32 c = 0; c < s->n_channels; c++)
        {
          const gboolean is_extra = ids[i] >= VOCABULARY;
          const guint64 looked_up = is_extra ? ids[i] - VOCABULARY : ids[i];

          wanted->v[(guint64) i * s->n_channels + c]
              = test_weight_value (is_extra ? extra : table, looked_up * s->n_channels + c)
                + test_weight_value (positions, (guint64) (i % s->n_tokens) * s->n_channels + c);
        }
    }

  x = trial_input_values (t, "ids", CAS_I32, CAS_SHAPE (s->n_pictures, 1, s->n_tokens, 1), ids);
  trial_name (t, "embedding of %u x %u tokens, %u channels, %s + %u", s->n_pictures, s->n_tokens,
              s->n_channels, cas_dtype_name (s->table), s->n_extra);
  trial_check (t, cas_op_embedding (trial_graph (t), x, table, extra, positions), wanted, 1);
}

static void
test_embedding (gconstpointer fixture)
{
  static const Embedding rows[] = {
    { 1, 1, 1, CAS_F32, CAS_F32 },   { 2, 77, 24, CAS_F32, CAS_BF16 },
    { 3, 5, 7, CAS_F16, CAS_F16 },   { 1, 13, 32, CAS_F16, CAS_F32 },
    { 2, 77, 9, CAS_BF16, CAS_F32, 3 }, { 1, 5, 24, CAS_F32, CAS_F32, 1 },
    { 2, 77, 33, CAS_BF16, CAS_F32 }, { 1, 2, 8, CAS_BF16, CAS_BF16 },
  };

  CHECK_TABLE (fixture, rows, check_embedding);
}

typedef struct
{
  CasShape shape;
  guint32  n_indices;
  gint32   indices[3];
} Select;

static void
check_select (Trial         *t,
              gconstpointer  row)
{
  const Select *s = row;
  CasTensor x = trial_input (t, "x", s->shape);
  CasTensor index
      = trial_input_values (t, "index", CAS_I32, CAS_SHAPE (s->n_indices, 1, 1, 1), s->indices);
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (s->n_indices, 1, 1, s->shape.c));

  for (guint32 n = 0; n < s->n_indices; n++)
    for (guint32 c = 0; c < s->shape.c; c++)
      AT (wanted, n, 0, 0, c)
          = AT (trial_numbers (t, x), s->shape.n == 1 ? 0 : n, s->indices[n] / s->shape.w,
                s->indices[n] % s->shape.w, c);

  trial_name (t, "select of %u x %u x %u x %u", s->shape.n, s->shape.h, s->shape.w, s->shape.c);
  trial_check (t, cas_op_select (trial_graph (t), x, index), wanted, 0);
}

static void
test_select (gconstpointer fixture)
{
  static const Select rows[] = {
    { { 1, 1, 1, 1 }, 1, { 0 } },
    { { 3, 1, 77, 33 }, 3, { 76, 0, 13 } },
    { { 2, 3, 5, 8 }, 2, { 7, 14 } },
    { { 1, 1, 20, 24 }, 3, { 19, 0, 19 } }, /* all look into one picture */
    { { 2, 1, 3, 9001 }, 2, { 2, 1 } },     /* more channels than one workgroup takes */
  };

  CHECK_TABLE (fixture, rows, check_select);
}

/* --- weights and codes --- */

typedef struct
{
  CasShape shape;
  CasDtype dtype;
} Weight;

static void
check_weight (Trial         *t,
              gconstpointer  row)
{
  const Weight *s = row;
  g_autoptr (Numbers) wanted = numbers_new (s->shape);
  const guint64 n = numbers_n_elements (wanted);
  const CasWeight *weight = trial_weight (t, "weight", s->dtype, 1, 1, &n);

  for (guint64 i = 0; i < n; i++)
    wanted->v[i] = test_weight_value (weight, i);
  trial_name (t, "weight of [%u, %u, %u, %u], %s", s->shape.n, s->shape.h, s->shape.w, s->shape.c,
              cas_dtype_name (s->dtype));
  trial_check (t, cas_op_weight (trial_graph (t), weight, s->shape), wanted, 0);
}

static void
test_weight (gconstpointer fixture)
{
  static const Weight rows[] = {
    { { 1, 1, 1, 1 }, CAS_F32 },
    { { 1, 1, 65, 24 }, CAS_BF16 },
    { { 2, 3, 5, 7 }, CAS_F16 },
  };

  CHECK_TABLE (fixture, rows, check_weight);
}

typedef struct
{
  CasShape shape;
  guint64  n_codes;
  CasDtype dtype;
} Codes;

static void
check_nearest_code (Trial         *t,
                    gconstpointer  row)
{
  const Codes *s = row;
  const guint32 c = s->shape.c;
  CasTensor x = trial_input (t, "x", s->shape), indices;
  const CasWeight *book = trial_weight (t, "book", s->dtype, 1, 2,
                                        (guint64[]) { s->n_codes, c });
  g_autoptr (Numbers) wanted = numbers_new (s->shape);

  for (guint64 p = 0; p < numbers_n_elements (wanted); p += c)
    {
      double least = G_MAXDOUBLE;
      guint64 best = 0;

      for (guint64 k = 0; k < s->n_codes; k++)
        {
          double sum = 0.0;

          for (guint32 i = 0; i < c; i++)
            sum += pow (trial_numbers (t, x)->v[p + i] - test_weight_value (book, k * c + i), 2);
          if (sum < least)
            {
              least = sum;
              best = k;
            }
        }
      for (guint32 i = 0; i < c; i++)
        wanted->v[p + i] = test_weight_value (book, best * c + i);
    }

  trial_name (t, "the nearest of %u codes of %u channels", (guint) s->n_codes, c);
  trial_check (t, cas_op_nearest_code (trial_graph (t), x, book, &indices), wanted, 0);
}

static void
test_nearest_code (gconstpointer fixture)
{
  static const Codes rows[] = {
    { { 1, 1, 1, 1 }, 1, CAS_F32 },
    { { 2, 5, 7, 4 }, 37, CAS_F32 },
    { { 1, 3, 11, 3 }, 128, CAS_BF16 },
  };

  CHECK_TABLE (fixture, rows, check_nearest_code);
}

/* --- pixels and channels --- */

typedef struct
{
  CasShape fine;
  guint    r;
} Shuffle;

/* coarse channel c·r² + dy·r + dx is channel c of fine pixel (y·r + dy, x·r + dx) */
static void
check_shuffle (Trial         *t,
               gconstpointer  row)
{
  const Shuffle *s = row;
  guint r = s->r;
  CasShape coarse = CAS_SHAPE (s->fine.n, s->fine.h / r, s->fine.w / r, s->fine.c * r * r);
  CasTensor fine_in = trial_input (t, "fine", s->fine);
  CasTensor coarse_in = trial_input (t, "coarse", coarse);
  g_autoptr (Numbers) to_fine = numbers_new (s->fine);
  g_autoptr (Numbers) to_coarse = numbers_new (coarse);

  for (guint32 n = 0; n < s->fine.n; n++)
    for (guint32 i = 0; i < s->fine.h; i++)
      for (guint32 j = 0; j < s->fine.w; j++)
        for (guint32 c = 0; c < s->fine.c; c++)
          {
            guint32 channel = c * r * r + i % r * r + j % r;

            AT (to_coarse, n, i / r, j / r, channel) = AT (trial_numbers (t, fine_in), n, i, j, c);
            AT (to_fine, n, i, j, c)
                = AT (trial_numbers (t, coarse_in), n, i / r, j / r, channel);
          }

  trial_name (t, "shuffle of %u x %u x %u x %u by %u", s->fine.n, s->fine.h, s->fine.w, s->fine.c,
              r);
  cas_graph_output (trial_graph (t), "coarse out",
                    cas_op_pixel_unshuffle (trial_graph (t), fine_in, r));
  cas_graph_output (trial_graph (t), "fine out",
                    cas_op_pixel_shuffle (trial_graph (t), coarse_in, r));
  if (!trial_run (t))
    return;
  trial_compare (t, "coarse out", to_coarse, 0);
  trial_compare (t, "fine out", to_fine, 0);
}

static void
test_shuffle (gconstpointer fixture)
{
  static const Shuffle rows[] = {
    { { 1, 2, 2, 1 }, 2 },   { { 2, 6, 10, 3 }, 2 }, { { 3, 3, 9, 5 }, 3 },
    { { 1, 8, 12, 13 }, 4 }, { { 2, 3, 3, 7 }, 1 },
  };

  CHECK_TABLE (fixture, rows, check_shuffle);
}

/* --- resizing --- */

typedef struct
{
  CasShape shape;
  guint32  h, w;
} Resize;

static double
get_bilinear (const Numbers *x,
              guint32        n,
              double         i,
              double         j,
              guint32        c)
{
  guint32 i0 = floor (i), j0 = floor (j);
  guint32 i1 = MIN (i0 + 1, x->shape.h - 1), j1 = MIN (j0 + 1, x->shape.w - 1);
  double fi = i - i0, fj = j - j0;

  return (1.0 - fi) * ((1.0 - fj) * AT (x, n, i0, j0, c) + fj * AT (x, n, i0, j1, c))
         + fi * ((1.0 - fj) * AT (x, n, i1, j0, c) + fj * AT (x, n, i1, j1, c));
}

/* The cubic convolution kernel of a = −0.75. */
static double
cubic (double d)
{
  const double a = -0.75;

  d = fabs (d);
  if (d <= 1.0)
    return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0;
  return d < 2.0 ? ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a : 0.0;
}

static double
get_bicubic (const Numbers *x,
             guint32        n,
             double         i,
             double         j,
             guint32        c)
{
  double sum = 0.0;

  for (int p = (int) floor (i) - 1; p <= (int) floor (i) + 2; p++)
    for (int q = (int) floor (j) - 1; q <= (int) floor (j) + 2; q++)
      sum += cubic (i - p) * cubic (j - q)
             * AT (x, n, CLAMP (p, 0, (int) x->shape.h - 1), CLAMP (q, 0, (int) x->shape.w - 1), c);
  return sum;
}

static void
check_resize (Trial         *t,
              gconstpointer  row)
{
  const Resize *s = row;
  CasShape in = s->shape;
  CasShape out = CAS_SHAPE (in.n, s->h, s->w, in.c);
  CasTensor x = trial_input (t, "x", in);
  g_autoptr (Numbers) nearest = numbers_new (out);
  g_autoptr (Numbers) bilinear = numbers_new (out);
  g_autoptr (Numbers) centred = numbers_new (out);
  g_autoptr (Numbers) bicubic = numbers_new (out);

  for (guint32 n = 0; n < out.n; n++)
    for (guint32 i = 0; i < out.h; i++)
      for (guint32 j = 0; j < out.w; j++)
        for (guint32 c = 0; c < out.c; c++)
          {
            double y0 = out.h > 1 ? (double) i * (in.h - 1) / (out.h - 1) : 0.0;
            double x0 = out.w > 1 ? (double) j * (in.w - 1) / (out.w - 1) : 0.0;

            AT (nearest, n, i, j, c)
                = AT (trial_numbers (t, x), n, i * in.h / out.h, j * in.w / out.w, c);
            double y1 = MAX ((i + 0.5) * in.h / out.h - 0.5, 0.0);
            double x1 = MAX ((j + 0.5) * in.w / out.w - 0.5, 0.0);

            AT (bilinear, n, i, j, c) = get_bilinear (trial_numbers (t, x), n, y0, x0, c);
            AT (centred, n, i, j, c) = get_bilinear (trial_numbers (t, x), n, y1, x1, c);
            AT (bicubic, n, i, j, c) = get_bicubic (trial_numbers (t, x), n, y0, x0, c);
          }

  trial_name (t, "resize of %u x %u x %u x %u to %u x %u", in.n, in.h, in.w, in.c, s->h, s->w);
  cas_graph_output (trial_graph (t), "nearest",
                    cas_op_nearest (trial_graph (t), x, s->h, s->w));
  cas_graph_output (trial_graph (t), "bilinear",
                    cas_op_bilinear (trial_graph (t), x, s->h, s->w));
  cas_graph_output (trial_graph (t), "centred",
                    cas_op_bilinear_centred (trial_graph (t), x, s->h, s->w));
  cas_graph_output (trial_graph (t), "bicubic",
                    cas_op_bicubic (trial_graph (t), x, s->h, s->w));
  if (!trial_run (t))
    return;
  trial_compare (t, "nearest", nearest, 0);
  trial_compare (t, "bilinear", bilinear, 4);
  trial_compare (t, "centred", centred, 4);
  trial_compare (t, "bicubic", bicubic, 16);
}

static void
test_resize (gconstpointer fixture)
{
  static const Resize rows[] = {
    { { 1, 1, 1, 1 }, 1, 1 },   { { 2, 5, 7, 3 }, 9, 4 },   { { 1, 3, 5, 33 }, 6, 10 },
    { { 3, 1, 13, 8 }, 3, 1 },  { { 1, 7, 1, 16 }, 1, 5 },  { { 2, 5, 3, 8 }, 5, 3 },
    { { 1, 31, 17, 4 }, 7, 3 }, { { 1, 3, 3, 1 }, 257, 257 }, /* more pixels than one axis takes */
  };

  CHECK_TABLE (fixture, rows, check_resize);
}

/* --- padding --- */

typedef struct
{
  CasShape shape;
  guint    n;
  guint32  first; /* channel where it begins in a wider tensor */
} Pad;

/* walked there and back, pixel by pixel */
static guint32
get_mirrored (int     at,
              guint32 n_pixels)
{
  while (at < 0 || at >= (int) n_pixels)
    at = at < 0 ? -at : 2 * ((int) n_pixels - 1) - at;
  return at;
}

static void
check_pad (Trial         *t,
           gconstpointer  row)
{
  const Pad *s = row;
  CasShape out = CAS_SHAPE (s->shape.n, s->shape.h + 2 * s->n, s->shape.w + 2 * s->n, s->shape.c);
  g_autoptr (Numbers) numbers = NULL;
  g_autoptr (Numbers) wanted = numbers_new (out);
  CasTensor x = new_view (t, "x", s->shape, s->first, &numbers);

  for (guint32 n = 0; n < out.n; n++)
    for (guint32 i = 0; i < out.h; i++)
      for (guint32 j = 0; j < out.w; j++)
        for (guint32 c = 0; c < out.c; c++)
          AT (wanted, n, i, j, c) = AT (numbers, n, get_mirrored ((int) (i - s->n), s->shape.h),
                                        get_mirrored ((int) (j - s->n), s->shape.w), c);

  trial_name (t, "frame of %u about %u x %u x %u x %u", s->n, s->shape.n, s->shape.h, s->shape.w,
              s->shape.c);
  trial_check (t, cas_op_pad_reflect (trial_graph (t), x, s->n), wanted, 0);
}

static void
test_pad (gconstpointer fixture)
{
  static const Pad rows[] = {
    { { 1, 1, 1, 1 }, 0, 0 },  { { 2, 2, 2, 3 }, 1, 0 },   { { 1, 5, 7, 33 }, 4, 0 },
    { { 3, 7, 13, 8 }, 1, 0 }, { { 2, 17, 31, 3 }, 16, 0 }, { { 2, 3, 5, 12 }, 2, 5 },
  };

  CHECK_TABLE (fixture, rows, check_pad);
}

/* --- pixels and channels change places --- */

static void
check_transpose (Trial         *t,
                 gconstpointer  row)
{
  const Pad *s = row;
  CasShape out = CAS_SHAPE (s->shape.n, 1, s->shape.c, s->shape.h * s->shape.w);
  g_autoptr (Numbers) numbers = NULL;
  g_autoptr (Numbers) wanted = numbers_new (out);
  CasTensor x = new_view (t, "x", s->shape, s->first, &numbers);

  for (guint32 n = 0; n < s->shape.n; n++)
    for (guint32 i = 0; i < s->shape.h; i++)
      for (guint32 j = 0; j < s->shape.w; j++)
        for (guint32 c = 0; c < s->shape.c; c++)
          AT (wanted, n, 0, c, i * s->shape.w + j) = AT (numbers, n, i, j, c);

  trial_name (t, "transpose of %u x %u x %u x %u", s->shape.n, s->shape.h, s->shape.w, s->shape.c);
  trial_check (t, cas_op_transpose (trial_graph (t), x), wanted, 0);
}

static void
test_transpose (gconstpointer fixture)
{
  static const Pad rows[] = {
    { { 1, 1, 1, 1 }, 0, 0 }, { { 2, 2, 3, 5 }, 0, 0 },   { { 1, 7, 7, 33 }, 0, 0 },
    { { 3, 1, 1, 8 }, 0, 0 }, { { 1, 17, 31, 3 }, 0, 0 }, { { 2, 3, 5, 12 }, 0, 5 },
  };

  CHECK_TABLE (fixture, rows, check_transpose);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/copy/concat", test_concat);
  fixture_add (f, "/copy/concat-batch", test_concat_batch);
  fixture_add (f, "/copy/concat-tokens", test_concat_tokens);
  fixture_add (f, "/copy/embedding", test_embedding);
  fixture_add (f, "/copy/select", test_select);
  fixture_add (f, "/copy/weight", test_weight);
  fixture_add (f, "/copy/nearest-code", test_nearest_code);
  fixture_add (f, "/copy/shuffle", test_shuffle);
  fixture_add (f, "/copy/resize", test_resize);
  fixture_add (f, "/copy/pad", test_pad);
  fixture_add (f, "/copy/transpose", test_transpose);

  return fixture_run (f);
}
