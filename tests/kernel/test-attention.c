/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Attention over one or two sources, causal, masked, and on channels of wider tensors, for every
 * size of head that the networks may bring. */

#include "kernel/fixture.h"

#include <math.h>

typedef struct
{
  guint32  n, n_queries;
  guint32  n_keys, n_keys2; /* 0: no such source */
  guint    n_heads, head_size;
  gboolean is_causal;
  gboolean is_masked;
} Shape;

/* keys or values of both sources as one */
static Numbers *
join_tokens (const Numbers *a,
             const Numbers *b)
{
  const Numbers *any = a != NULL ? a : b;
  guint32 n_a = a != NULL ? a->shape.w : 0, n_b = b != NULL ? b->shape.w : 0;
  Numbers *y = numbers_new (CAS_SHAPE (any->shape.n, 1, n_a + n_b, any->shape.c));

  for (guint32 n = 0; n < y->shape.n; n++)
    for (guint32 j = 0; j < n_a + n_b; j++)
      for (guint32 c = 0; c < y->shape.c; c++)
        AT (y, n, 0, j, c) = j < n_a ? AT (a, n, 0, j, c) : AT (b, n, 0, j - n_a, c);
  return y;
}

/* softmax (q kᵀ / √d) v of one query and one head; mask may be NULL */
static void
attend (const Numbers *q,
        const Numbers *k,
        const Numbers *v,
        const Numbers *mask,
        gboolean       is_causal,
        guint32        n,
        guint32        i,
        guint32        first,
        guint32        head_size,
        Numbers       *y)
{
  guint32 n_keys = k->shape.w;
  g_autofree double *weights = g_new0 (double, n_keys);
  double top = -INFINITY, total = 0.0;

  for (guint32 j = 0; j < n_keys; j++)
    {
      for (guint32 c = first; c < first + head_size; c++)
        weights[j] += AT (q, n, 0, i, c) * AT (k, n, 0, j, c) / sqrt (head_size);
      if ((is_causal && j > i) || (mask != NULL && AT (mask, n, 0, 0, j) == 0.0))
        weights[j] = -INFINITY;
      top = MAX (top, weights[j]);
    }
  for (guint32 j = 0; j < n_keys; j++)
    {
      weights[j] = exp (weights[j] - top);
      total += weights[j];
    }
  for (guint32 c = first; c < first + head_size; c++)
    for (guint32 j = 0; j < n_keys; j++)
      AT (y, n, 0, i, c) += weights[j] / total * AT (v, n, 0, j, c);
}

static Numbers *
reference_attention (const Numbers *q,
                     const Numbers *k,
                     const Numbers *v,
                     const Numbers *mask,
                     guint          n_heads,
                     gboolean       is_causal)
{
  Numbers *y = numbers_new (q->shape);
  guint32 head_size = q->shape.c / n_heads;

  for (guint32 n = 0; n < q->shape.n; n++)
    for (guint32 i = 0; i < q->shape.w; i++)
      for (guint head = 0; head < n_heads; head++)
        attend (q, k, v, mask, is_causal, n, i, head * head_size, head_size, y);
  return y;
}

/* Dot products up to some tens: weights from near nothing to near one. */
static CasTensor
new_source (Trial      *t,
            const char *name,
            CasShape    shape,
            float       scale)
{
  gsize n = (gsize) shape.n * shape.h * shape.w * shape.c;
  g_autofree float *values = test_numbers (g_str_hash (name), n);

  if (shape.w == 0)
    return CAS_NO_TENSOR;
  for (gsize i = 0; i < n; i++)
    values[i] *= scale;
  return trial_input_values (t, name, CAS_F32, shape, values);
}

static const Numbers *
numbers_or_null (Trial     *t,
                 CasTensor  x)
{
  return cas_tensor_is_set (x) ? trial_numbers (t, x) : NULL;
}

/* Each picture sees other keys, the first at least. */
static CasTensor
new_mask (Trial   *t,
          guint32  n,
          guint32  n_keys)
{
  g_autofree float *seen = g_new (float, n * n_keys);

  for (guint32 i = 0; i < n * n_keys; i++)
    seen[i] = i % n_keys == 0 || test_number (7, i) > 0.3f;
  return trial_input_values (t, "mask", CAS_F32, CAS_SHAPE (n, 1, 1, n_keys), seen);
}

static void
check_attention (Trial         *t,
                 gconstpointer  row)
{
  const Shape *s = row;
  guint32 c = s->n_heads * s->head_size;
  CasAttention params = {
    .q = new_source (t, "q", CAS_SHAPE (s->n, 1, s->n_queries, c), 3),
    .k = new_source (t, "k", CAS_SHAPE (s->n, 1, s->n_keys, c), 3),
    .v = new_source (t, "v", CAS_SHAPE (s->n, 1, s->n_keys, c), 1),
    .k2 = new_source (t, "k2", CAS_SHAPE (s->n, 1, s->n_keys2, c), 3),
    .v2 = new_source (t, "v2", CAS_SHAPE (s->n, 1, s->n_keys2, c), 1),
    .mask = s->is_masked ? new_mask (t, s->n, s->n_keys + s->n_keys2) : CAS_NO_TENSOR,
    .n_heads = s->n_heads,
    .is_causal = s->is_causal,
  };
  g_autoptr (Numbers) k
      = join_tokens (numbers_or_null (t, params.k), numbers_or_null (t, params.k2));
  g_autoptr (Numbers) v
      = join_tokens (numbers_or_null (t, params.v), numbers_or_null (t, params.v2));
  g_autoptr (Numbers) wanted
      = reference_attention (trial_numbers (t, params.q), k, v, numbers_or_null (t, params.mask),
                             s->n_heads, s->is_causal);

  trial_name (t, "attention of %u x %u queries, %u + %u keys, %u heads of %u%s%s", s->n,
              s->n_queries, s->n_keys, s->n_keys2, s->n_heads, s->head_size,
              s->is_causal ? ", causal" : "", s->is_masked ? ", masked" : "");
  trial_check (t, cas_op_attention (trial_graph (t), &params), wanted,
               s->head_size + s->n_keys + s->n_keys2);
  trial_expect_kernel (t, "attention");
}

static const Shape large_heads[] = {
  { 1, 13, 5, 0, 2, 40 }, { 1, 8, 8, 0, 2, 64 }, { 3, 5, 11, 0, 2, 72 }, { 2, 9, 7, 3, 1, 128 },
};

static void
check_large_heads (gconstpointer fixture,
                   const char   *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (large_heads); i++)
    {
      g_autoptr (Trial) t = trial_new ((Fixture *) fixture, path);

      check_attention (t, &large_heads[i]);
    }
}

static void
test_large_heads (gconstpointer fixture)
{
  check_large_heads (fixture, "register");
}

static void
test_large_heads_in_tiles (gconstpointer fixture)
{
  check_large_heads (fixture, "tile");
}

/* Of the published networks. */
static void
test_large_heads_in_matrices (gconstpointer fixture)
{
  static const Shape shapes[] = { { 2, 19, 67, 13, 2, 64 } };

  CHECK_MATRIX_TABLE (fixture, shapes, check_attention);
}

static void
test_small_heads (gconstpointer fixture)
{
  static const Shape shapes[] = { { 1, 9, 9, 0, 1, 8 }, { 2, 7, 17, 0, 3, 16 } };

  CHECK_TABLE (fixture, shapes, check_attention);
}

static void
test_tokens (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 1, 0, 1, 16 },  { 2, 1, 77, 0, 3, 16 },  { 3, 65, 1, 0, 1, 16 },
    { 1, 63, 8, 0, 2, 16 }, { 2, 64, 64, 0, 1, 16 }, { 1, 67, 131, 0, 2, 16 },
  };

  CHECK_TABLE (fixture, shapes, check_attention);
}

static void
test_sources (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 1, 1, 1, 16 },  { 2, 9, 9, 7, 2, 16 },  { 3, 65, 64, 8, 1, 16 },
    { 2, 7, 0, 13, 2, 16 }, { 1, 67, 0, 1, 3, 16 }, { 2, 17, 23, 77, 2, 16 },
  };

  CHECK_TABLE (fixture, shapes, check_attention);
}

static void
test_causal (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 1, 0, 1, 16, .is_causal = TRUE },   { 2, 77, 77, 0, 2, 16, .is_causal = TRUE },
    { 3, 9, 17, 0, 1, 16, .is_causal = TRUE },  { 1, 67, 31, 0, 1, 16, .is_causal = TRUE },
    { 2, 13, 5, 11, 1, 16, .is_causal = TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_attention);
}

static void
test_mask (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 1, 0, 1, 16, .is_masked = TRUE },   { 3, 9, 77, 0, 2, 16, .is_masked = TRUE },
    { 2, 67, 16, 33, 1, 16, .is_masked = TRUE }, { 3, 7, 0, 19, 2, 16, .is_masked = TRUE },
    { 2, 77, 77, 0, 1, 16, .is_causal = TRUE, .is_masked = TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_attention);
}

/* --- views --- */

/* Queries, keys and values as one linear makes them; the second source with keys and values as
 * channels of another tensor. */
static void
check_fused (Trial         *t,
             gconstpointer  row)
{
  const Shape *s = row;
  guint32 c = s->n_heads * s->head_size;
  CasGraph *g = trial_graph (t);
  CasTensor qkv = trial_input (t, "qkv", CAS_SHAPE (s->n, 1, s->n_queries, 3 * c));
  CasTensor kv2 = trial_input (t, "kv2", CAS_SHAPE (s->n, 1, s->n_keys2, 2 * c));
  CasAttention params = {
    .q = cas_tensor_channels (g, qkv, 0, c),
    .k = cas_tensor_channels (g, qkv, c, c),
    .v = cas_tensor_channels (g, qkv, 2 * c, c),
    .k2 = cas_tensor_channels (g, kv2, 0, c),
    .v2 = cas_tensor_channels (g, kv2, c, c),
    .n_heads = s->n_heads,
  };
  g_autoptr (Numbers) q = numbers_dup_channels (trial_numbers (t, qkv), 0, c);
  g_autoptr (Numbers) k1 = numbers_dup_channels (trial_numbers (t, qkv), c, c);
  g_autoptr (Numbers) v1 = numbers_dup_channels (trial_numbers (t, qkv), 2 * c, c);
  g_autoptr (Numbers) k2 = numbers_dup_channels (trial_numbers (t, kv2), 0, c);
  g_autoptr (Numbers) v2 = numbers_dup_channels (trial_numbers (t, kv2), c, c);
  g_autoptr (Numbers) k = join_tokens (k1, k2);
  g_autoptr (Numbers) v = join_tokens (v1, v2);
  g_autoptr (Numbers) wanted = reference_attention (q, k, v, NULL, s->n_heads, FALSE);

  trial_name (t, "attention on views, %u x %u tokens and %u, %u heads of %u", s->n, s->n_queries,
              s->n_keys2, s->n_heads, s->head_size);
  trial_check (t, cas_op_attention (g, &params), wanted,
               s->head_size + s->n_queries + s->n_keys2);
}

static void
test_fused (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 1, 1, 1, 16 },
    { 3, 9, 9, 7, 2, 16 },
    { 2, 65, 65, 13, 1, 16 },
  };

  CHECK_TABLE (fixture, shapes, check_fused);
}

/* Keys from a tensor that holds more, values from one of their own. */
static void
check_mixed (Trial         *t,
             gconstpointer  row)
{
  const Shape *s = row;
  guint32 c = s->n_heads * s->head_size;
  CasGraph *g = trial_graph (t);
  CasTensor qk = trial_input (t, "qk", CAS_SHAPE (s->n, 1, s->n_queries, 2 * c));
  CasTensor v1 = trial_input (t, "v", CAS_SHAPE (s->n, 1, s->n_queries, c));
  CasTensor k2 = trial_input (t, "k2", CAS_SHAPE (s->n, 1, s->n_keys2, c));
  CasTensor v2 = trial_input (t, "v2", CAS_SHAPE (s->n, 1, s->n_keys2, 3 * c));
  CasAttention params = {
    .q = cas_tensor_channels (g, qk, 0, c),
    .k = cas_tensor_channels (g, qk, c, c),
    .v = v1,
    .k2 = k2,
    .v2 = cas_tensor_channels (g, v2, c, c),
    .n_heads = s->n_heads,
  };
  g_autoptr (Numbers) q = numbers_dup_channels (trial_numbers (t, qk), 0, c);
  g_autoptr (Numbers) first = numbers_dup_channels (trial_numbers (t, qk), c, c);
  g_autoptr (Numbers) k = join_tokens (first, trial_numbers (t, k2));
  g_autoptr (Numbers) second = numbers_dup_channels (trial_numbers (t, v2), c, c);
  g_autoptr (Numbers) v = join_tokens (trial_numbers (t, v1), second);
  g_autoptr (Numbers) wanted = reference_attention (q, k, v, NULL, s->n_heads, FALSE);

  trial_name (t, "attention, keys and values of different layouts, %u x %u tokens", s->n,
              s->n_queries);
  trial_check (t, cas_op_attention (g, &params), wanted,
               s->head_size + s->n_queries + s->n_keys2);
}

static void
test_mixed (gconstpointer fixture)
{
  static const Shape shapes[] = { { 2, 9, 9, 7, 2, 16 } };

  CHECK_TABLE (fixture, shapes, check_mixed);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/attention/small-heads", test_small_heads);
  fixture_add (f, "/attention/large-heads", test_large_heads);
  fixture_add (f, "/attention/large-heads-in-tiles", test_large_heads_in_tiles);
  fixture_add (f, "/attention/large-heads-in-matrices", test_large_heads_in_matrices);
  fixture_add (f, "/attention/tokens", test_tokens);
  fixture_add (f, "/attention/sources", test_sources);
  fixture_add (f, "/attention/causal", test_causal);
  fixture_add (f, "/attention/mask", test_mask);
  fixture_add (f, "/attention/views", test_fused);
  fixture_add (f, "/attention/layouts", test_mixed);

  return fixture_run (f);
}
