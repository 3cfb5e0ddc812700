/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The largest and the mean under a square, at edges too. */

#include "kernel/fixture.h"

#include <math.h>

#include "cascade/error.h"

typedef struct
{
  CasShape shape;
  CasPool  pool;
  guint32  h, w; /* wanted, as PyTorch counts them */
} Row;

/* One output, by what is at each place of the square: the picture, its frame or nothing. */
static double
pool_at (const Numbers *x,
         const CasPool *pool,
         guint32        n,
         guint32        i,
         guint32        j,
         guint32        c)
{
  int stride = pool->stride, pad = pool->pad, h = x->shape.h, w = x->shape.w;
  double sum = 0.0, largest = -INFINITY;
  guint n_inside = 0, n_framed = 0;

  for (guint k = 0; k < pool->kernel * pool->kernel; k++)
    {
      int y = (int) i * stride - pad + (int) (k / pool->kernel);
      int z = (int) j * stride - pad + (int) (k % pool->kernel);
      gboolean is_inside = y >= 0 && y < h && z >= 0 && z < w;

      n_inside += is_inside;
      n_framed += y < h + pad && z < w + pad;
      if (is_inside)
        {
          sum += AT (x, n, y, z, c);
          largest = MAX (largest, AT (x, n, y, z, c));
        }
    }

  return pool->is_mean ? sum / (pool->counts_padding ? n_framed : n_inside) : largest;
}

static void
check_pool (Trial         *t,
            gconstpointer  row)
{
  const Row *s = row;
  CasShape out = CAS_SHAPE (s->shape.n, s->h, s->w, s->shape.c);
  g_autoptr (Numbers) wanted = numbers_new (out);
  CasTensor x = trial_input (t, "x", s->shape);
  CasTensor y = cas_op_pool (trial_graph (t), x, &s->pool);

  trial_name (t, "%s of squares of %u by %u, pad %u, over %u x %u x %u x %u",
              s->pool.is_mean ? "mean" : "largest", s->pool.kernel, s->pool.stride, s->pool.pad,
              s->shape.n, s->shape.h, s->shape.w, s->shape.c);
  if (y.shape.h != s->h || y.shape.w != s->w)
    {
      trial_fail (t, "%u x %u squares, wanted %u x %u", y.shape.h, y.shape.w, s->h, s->w);
      return;
    }

  for (guint32 n = 0; n < out.n; n++)
    for (guint32 i = 0; i < out.h; i++)
      for (guint32 j = 0; j < out.w; j++)
        for (guint32 c = 0; c < out.c; c++)
          AT (wanted, n, i, j, c) = pool_at (trial_numbers (t, x), &s->pool, n, i, j, c);
  trial_check (t, y, wanted, s->pool.is_mean ? s->pool.kernel * s->pool.kernel : 0);
}

static void
test_pool (gconstpointer fixture)
{
  static const Row rows[] = {
    { { 1, 1, 1, 1 }, { .kernel = 1, .stride = 1 }, 1, 1 },
    { { 2, 7, 5, 3 }, { .kernel = 2, .stride = 2 }, 3, 2 },
    { { 2, 7, 5, 3 }, { .kernel = 2, .stride = 2, .rounds_up = TRUE }, 4, 3 },
    { { 1, 13, 8, 33 }, { .kernel = 3, .stride = 2, .pad = 1 }, 7, 4 },
    { { 1, 6, 6, 4 }, { .kernel = 3, .stride = 2, .pad = 1, .rounds_up = TRUE }, 4, 4 },
    { { 3, 5, 9, 8 }, { .kernel = 3, .stride = 1, .pad = 2 }, 7, 11 },
    { { 1, 4, 4, 2 }, { .kernel = 1, .stride = 2, .rounds_up = TRUE }, 2, 2 },
    { { 2, 7, 5, 36 }, { .is_mean = TRUE, .kernel = 2, .stride = 2 }, 3, 2 },
    { { 2, 7, 5, 3 }, { .is_mean = TRUE, .kernel = 2, .stride = 2, .rounds_up = TRUE }, 4, 3 },
    { { 1, 9, 7, 5 }, { .is_mean = TRUE, .kernel = 3, .stride = 2, .pad = 1 }, 5, 4 },
    { { 1, 9, 7, 5 },
      { .is_mean = TRUE, .kernel = 3, .stride = 2, .pad = 1, .counts_padding = TRUE }, 5, 4 },
    { { 1, 6, 6, 2 },
      { .is_mean = TRUE, .kernel = 3, .stride = 2, .pad = 1, .rounds_up = TRUE,
        .counts_padding = TRUE }, 4, 4 },
    { { 1, 7, 7, 257 }, { .is_mean = TRUE, .kernel = 7, .stride = 7 }, 1, 1 },
  };

  CHECK_TABLE (fixture, rows, check_pool);
}

/* A square of 0 pixels' stride moves by its own width; one that is too wide has no place. */
static void
check_edges (Trial         *t,
             gconstpointer  row)
{
  CasTensor x = trial_input (t, "x", CAS_SHAPE (1, 4, 6, 2));
  CasTensor y = cas_op_pool (trial_graph (t), x, &(CasPool) { .kernel = 2 });

  if (y.shape.h != 2 || y.shape.w != 3)
    trial_fail (t, "%u x %u squares of 2, wanted 2 x 3", y.shape.h, y.shape.w);
  cas_op_pool (trial_graph (t), x, &(CasPool) { .kernel = 5 });
  g_assert_error (cas_graph_get_error (trial_graph (t)), CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

static void
test_edges (gconstpointer fixture)
{
  static const int rows[] = { 0 };

  CHECK_TABLE (fixture, rows, check_edges);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/pool/squares", test_pool);
  fixture_add (f, "/pool/edges", test_edges);

  return fixture_run (f);
}
