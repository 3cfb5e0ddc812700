/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linears: sizes about the edges of both kernels' tiles, every type of weight and activation, and
 * what compile folds into them. */

#include <math.h>
#include <string.h>

#include "kernel/tail.h"

/* made-up weights that keep sums of n_in products of the order of one */
static const CasWeight *
new_matrix (Trial      *t,
            const char *name,
            CasDtype    dtype,
            guint64     n_out,
            guint64     n_in)
{
  return trial_weight (t, name, dtype, 2.0 / sqrt (n_in), 2, (guint64[]) { n_out, n_in });
}

/* --- one linear --- */

typedef struct
{
  guint32       n_pictures, n_rows, n_in, n_out;
  CasDtype      dtype;
  CasActivation act;
  gboolean      has_bias;
} Shape;

static void
check_linear (Trial         *t,
              gconstpointer  row)
{
  const Shape *s = row;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (s->n_pictures, 1, s->n_rows, s->n_in));
  const CasWeight *w = new_matrix (t, "w", s->dtype, s->n_out, s->n_in);
  const CasWeight *b = s->has_bias ? trial_vector (t, "b", 1, s->n_out) : NULL;
  g_autoptr (Numbers) wanted = reference_linear (trial_numbers (t, x), w, b, s->act);
  CasLinear linear = { .weight = w, .bias = b };

  trial_name (t, "linear %u x %u rows, %u → %u %s act %d", s->n_pictures, s->n_rows, s->n_in,
              s->n_out, cas_dtype_name (s->dtype), s->act);
  trial_check (t, cas_op_linear (trial_graph (t), x, linear, s->act), wanted, s->n_in);
  trial_expect_kernel (t, "linear");
}

static void
test_sizes (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 8, 1, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 7, 8, 31, CAS_F32, CAS_ACT_NONE, TRUE },
    { 2, 8, 16, 32, CAS_F32, CAS_ACT_NONE, FALSE },
    { 3, 9, 24, 33, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 63, 40, 63, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 64, 64, 64, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 65, 72, 65, CAS_F32, CAS_ACT_NONE, TRUE },
    { 3, 43, 136, 127, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 2, 2048, 129, CAS_F32, CAS_ACT_NONE, TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_linear);
}

/* sizes that are not read 16 bytes at a time */
static void
test_narrow (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 1, 1, 1, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 7, 3, 2, CAS_F32, CAS_ACT_NONE, TRUE },
    { 2, 9, 4, 33, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 31, 7, 13, CAS_F32, CAS_ACT_NONE, FALSE },
    { 3, 17, 12, 65, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 65, 17, 63, CAS_F32, CAS_ACT_NONE, TRUE },
    { 1, 5, 257, 11, CAS_F32, CAS_ACT_NONE, TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_linear);
}

static void
test_types (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 9, 64, 33, CAS_F16, CAS_ACT_NONE, TRUE },  { 2, 67, 24, 65, CAS_F16, CAS_ACT_NONE, TRUE },
    { 1, 9, 64, 33, CAS_BF16, CAS_ACT_NONE, TRUE }, { 2, 67, 24, 65, CAS_BF16, CAS_ACT_NONE, TRUE },
    { 1, 9, 13, 33, CAS_BF16, CAS_ACT_NONE, TRUE }, { 3, 23, 17, 7, CAS_BF16, CAS_ACT_NONE, TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_linear);
}

static void
test_activations (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 67, 40, 67, CAS_F32, CAS_ACT_GELU, TRUE },
    { 1, 67, 40, 67, CAS_F32, CAS_ACT_SILU, TRUE },
    { 1, 67, 40, 67, CAS_F32, CAS_ACT_QUICK_GELU, TRUE },
    { 1, 67, 40, 67, CAS_F32, CAS_ACT_LEAKY_RELU, TRUE },
    { 1, 67, 40, 67, CAS_F32, CAS_ACT_SIGMOID, TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_linear);
}

/* More row tiles than the device takes on one axis, in the path with the smaller ones. */
static void
test_many_rows (gconstpointer fixture)
{
  static const Shape shape = { 1, 65537 * 8 - 3, 8, 1, CAS_F32, CAS_ACT_NONE, TRUE };
  g_autoptr (Trial) t = trial_new ((Fixture *) fixture, "register");

  check_linear (t, &shape);
}

/* So much work that a larger tile pays. */
static void
test_large (gconstpointer fixture)
{
  static const Shape shapes[] = {
    { 1, 769, 1024, 1281, CAS_BF16, CAS_ACT_GELU, TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_linear);
}

/* --- inputs that f16 cannot hold as they are --- */

typedef struct
{
  guint32 n_pictures, n_rows, n_in, n_in2, n_out;
  float   largest;
} Scale;

static CasTensor
input_of_scale (Trial       *t,
                const char  *name,
                const Scale *s,
                guint32      n_channels)
{
  gsize n = (gsize) s->n_rows * n_channels;
  g_autofree float *values = test_numbers (g_str_hash (name), s->n_pictures * n);

  for (gsize i = 0; i < n; i++)
    values[i] *= s->largest;

  return trial_input_values (t, name, CAS_F32,
                             CAS_SHAPE (s->n_pictures, 1, s->n_rows, n_channels), values);
}

static void
check_scale (Trial         *t,
             gconstpointer  row)
{
  const Scale *s = row;
  CasTensor x = input_of_scale (t, "x", s, s->n_in);
  const CasWeight *w = new_matrix (t, "w", CAS_BF16, s->n_out, s->n_in + s->n_in2);
  g_autoptr (Numbers) all = numbers_dup_channels (trial_numbers (t, x), 0, s->n_in);
  g_autoptr (Numbers) wanted = NULL;

  trial_name (t, "%u x %u rows of up to %g", s->n_pictures, s->n_rows, s->largest);
  if (s->n_in2 > 0)
    {
      CasTensor x2 = input_of_scale (t, "x2", s, s->n_in2);

      g_clear_pointer (&all, numbers_free);
      all = reference_concat (trial_numbers (t, x), trial_numbers (t, x2));
      x = cas_op_concat (trial_graph (t), x, x2);
    }
  wanted = reference_linear (all, w, NULL, CAS_ACT_NONE);
  trial_check (t, cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w }, CAS_ACT_NONE),
               wanted, s->n_in + s->n_in2);
}

static void
test_scales (gconstpointer fixture)
{
  static const Scale scales[] = {
    { 1, 9, 64, 0, 33, 6e4f },   { 1, 70, 64, 0, 65, 1e7f }, { 2, 33, 64, 0, 40, 1e30f },
    { 2, 33, 64, 32, 40, 1e6f }, { 1, 9, 64, 0, 33, 1e-9f },
  };

  CHECK_TABLE (fixture, scales, check_scale);
}

/* --- weights that f16 cannot hold as they are --- */

typedef struct
{
  CasDtype dtype;
  float    largest, largest_input;
} WeightScale;

static void
check_weight_scale (Trial         *t,
                    gconstpointer  row)
{
  const WeightScale *s = row;
  const Scale input = { 1, 9, 64, 0, 33, s->largest_input };
  CasTensor x = input_of_scale (t, "x", &input, input.n_in);
  const CasWeight *w = trial_weight (t, "w", s->dtype, s->largest, 2, (guint64[]) { 33, 64 });
  g_autoptr (Numbers) wanted = reference_linear (trial_numbers (t, x), w, NULL, CAS_ACT_NONE);

  trial_name (t, "%s weights of up to %g, inputs of up to %g", cas_dtype_name (s->dtype),
              s->largest, s->largest_input);
  trial_check (t, cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w }, CAS_ACT_NONE),
               wanted, input.n_in);
  trial_expect_kernel (t, "linear");
}

static void
test_weight_scales (gconstpointer fixture)
{
  static const WeightScale scales[] = {
    { CAS_F32, 1e6f, 1.0f },    { CAS_BF16, 1e6f, 1.0f },   { CAS_F32, 1e-9f, 1.0f },
    { CAS_BF16, 1e-9f, 1.0f },  { CAS_F32, 1e6f, 1e20f },   { CAS_BF16, 1e-9f, 1e-9f },
    { CAS_F32, 1e-30f, 1e30f }, { CAS_BF16, 1e30f, 1e-30f }, { CAS_F16, 6e4f, 1e6f },
  };

  CHECK_TABLE (fixture, scales, check_weight_scale);
}

/* --- parts of weights and inputs --- */

typedef struct
{
  guint32 n_rows, first_row, n_out;
} Slice;

static void
check_slice (Trial         *t,
             gconstpointer  row)
{
  const Slice *s = row;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (2, 3, 3, 24));
  const CasWeight *w = new_matrix (t, "w", CAS_F32, s->n_rows, 24);
  const CasWeight *b = trial_vector (t, "b", 1, s->n_rows);
  g_autoptr (Numbers) all = reference_linear (trial_numbers (t, x), w, b, CAS_ACT_SILU);
  g_autoptr (Numbers) wanted = numbers_dup_channels (all, s->first_row, s->n_out);
  CasLinear linear = { .weight = w, .bias = b, .first_row = s->first_row, .n_rows = s->n_out };

  trial_name (t, "rows %u to %u of %u", s->first_row, s->first_row + s->n_out, s->n_rows);
  trial_check (t, cas_op_linear (trial_graph (t), x, linear, CAS_ACT_SILU), wanted, 24);
}

static void
test_slices (gconstpointer fixture)
{
  static const Slice slices[] = { { 72, 0, 24 }, { 72, 24, 48 }, { 7, 6, 1 }, { 33, 1, 31 } };

  CHECK_TABLE (fixture, slices, check_slice);
}

typedef struct
{
  guint32 n_all, first, n_in; /* channels */
} View;

static void
check_view (Trial         *t,
            gconstpointer  row)
{
  const View *v = row;
  CasTensor all = trial_input (t, "x", CAS_SHAPE (2, 1, 11, v->n_all));
  const CasWeight *w = new_matrix (t, "w", CAS_F32, 9, v->n_in);
  g_autoptr (Numbers) x = numbers_dup_channels (trial_numbers (t, all), v->first, v->n_in);
  g_autoptr (Numbers) wanted = reference_linear (x, w, NULL, CAS_ACT_NONE);
  CasTensor view = cas_tensor_channels (trial_graph (t), all, v->first, v->n_in);

  trial_name (t, "channels %u to %u of %u", v->first, v->first + v->n_in, v->n_all);
  trial_check (t, cas_op_linear (trial_graph (t), view, (CasLinear) { .weight = w }, CAS_ACT_NONE),
               wanted, v->n_in);
}

static void
test_views (gconstpointer fixture)
{
  static const View views[] = { { 72, 24, 24 }, { 72, 3, 24 }, { 71, 0, 24 }, { 20, 4, 13 } };

  CHECK_TABLE (fixture, views, check_view);
}

/* --- stacks of small linears --- */

typedef struct
{
  guint32 n_in, n_rows;
  guint   n_pieces;
  struct
  {
    guint32  n_out, n_in, first_row, first_channel;
    gboolean has_bias;
  } pieces[3];
} Stack;

static void
add_piece (Numbers              *y,
           const Numbers        *x,
           const CasLinearPiece *piece)
{
  g_autoptr (Numbers) part
      = numbers_dup_channels (x, piece->first_channel, piece->weight->dims[1]);
  g_autoptr (Numbers) sum = reference_linear (part, piece->weight, piece->bias, CAS_ACT_NONE);

  for (guint32 n = 0; n < y->shape.n; n++)
    for (guint32 j = 0; j < y->shape.w; j++)
      for (guint32 o = 0; o < sum->shape.c; o++)
        AT (y, n, 0, j, piece->first_row + o) += AT (sum, n, 0, j, o);
}

static void
check_stack (Trial         *t,
             gconstpointer  row)
{
  const Stack *s = row;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (3, 1, 2, s->n_in));
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (3, 1, 2, s->n_rows));
  CasLinearPiece pieces[3];

  for (guint i = 0; i < s->n_pieces; i++)
    {
      g_autofree char *weight = g_strdup_printf ("w%u", i);
      g_autofree char *bias = g_strdup_printf ("b%u", i);
      guint32 n_out = s->pieces[i].n_out;

      pieces[i] = (CasLinearPiece) {
        .weight = new_matrix (t, weight, CAS_F32, n_out, s->pieces[i].n_in),
        .bias = s->pieces[i].has_bias ? trial_vector (t, bias, 1, n_out) : NULL,
        .first_row = s->pieces[i].first_row,
        .first_channel = s->pieces[i].first_channel,
      };
      add_piece (wanted, trial_numbers (t, x), &pieces[i]);
    }

  trial_name (t, "stack of %u into %u x %u", s->n_pieces, s->n_rows, s->n_in);
  trial_check (t, cas_op_linear_stack (trial_graph (t), x, pieces, s->n_pieces, s->n_rows), wanted,
               s->n_in);
}

/* The largest weight of all is in the second piece, of another type. */
static void
check_uneven_stack (Trial         *t,
                    gconstpointer  row)
{
  const guint64 *dims = row;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (1, 1, 9, 2 * dims[1]));
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (1, 1, 9, dims[0]));
  const CasLinearPiece pieces[] = {
    { .weight = trial_weight (t, "w0", CAS_BF16, 1e5f, 2, dims) },
    { .weight = trial_weight (t, "w1", CAS_F32, 1e6f, 2, dims), .first_channel = dims[1] },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    add_piece (wanted, trial_numbers (t, x), &pieces[i]);
  trial_name (t, "stack of two scales");
  trial_check (t, cas_op_linear_stack (trial_graph (t), x, pieces, 2, dims[0]), wanted,
               2 * dims[1]);
}

static void
test_uneven_stacks (gconstpointer fixture)
{
  static const guint64 dims[][2] = { { 33, 32 } };

  CHECK_TABLE (fixture, dims, check_uneven_stack);
}

static void
test_stacks (gconstpointer fixture)
{
  static const Stack stacks[] = {
    { 24, 10, 1, { { 10, 24, 0, 0, TRUE } } },
    { 24, 10, 1, { { 10, 8, 0, 16, TRUE } } },  /* one piece, narrower than x */
    { 24, 10, 1, { { 4, 24, 6, 0, FALSE } } },  /* rows that no piece writes; no bias at all */
    { 24, 6, 3, { { 6, 8, 0, 0, TRUE }, { 6, 8, 0, 8, TRUE }, { 6, 8, 0, 16, FALSE } } },
    { 16, 40, 3, { { 20, 8, 0, 0, TRUE }, { 20, 8, 20, 0, TRUE }, { 20, 8, 20, 8, TRUE } } },
    { 8, 9, 2, { { 4, 3, 0, 1, TRUE }, { 5, 7, 4, 0, TRUE } } },
  };

  CHECK_TABLE (fixture, stacks, check_stack);
}

/* --- two sources --- */

typedef struct
{
  CasShape shape;
  guint32  n_in2, n_out;
} Pair;

static void
check_pair (Trial         *t,
            gconstpointer  row)
{
  const Pair *p = row;
  CasGraph *g = trial_graph (t);
  CasShape shape2 = p->shape;
  CasTensor a, b;
  guint32 n_in = p->shape.c + p->n_in2;

  shape2.c = p->n_in2;
  a = trial_input (t, "a", p->shape);
  b = trial_input (t, "b", shape2);
  const CasWeight *w = new_matrix (t, "w", CAS_F32, p->n_out, n_in);
  g_autoptr (Numbers) x = reference_concat (trial_numbers (t, a), trial_numbers (t, b));
  g_autoptr (Numbers) wanted = reference_linear (x, w, NULL, CAS_ACT_GELU);
  CasLinear linear = { .weight = w };

  trial_name (t, "concat of %u and %u channels", p->shape.c, p->n_in2);
  trial_check (t, cas_op_linear (g, cas_op_concat (g, a, b), linear, CAS_ACT_GELU), wanted, n_in);
  trial_expect (t, p->shape.c % 8 == 0 ? "= linear gelu +concat %1[" : "= concat %1[");
}

/* One source is an input and the other computed: they lie in different buffers. */
static void
check_far_pair (Trial         *t,
                gconstpointer  row)
{
  const Pair *p = row;
  CasGraph *g = trial_graph (t);
  CasTensor a = trial_input (t, "a", p->shape), b = trial_input (t, "b", p->shape);
  const CasWeight *w = new_matrix (t, "w", CAS_F32, p->n_out, 2 * p->shape.c);
  g_autoptr (Numbers) x = reference_concat (trial_numbers (t, a), trial_numbers (t, b));
  g_autoptr (Numbers) wanted = NULL;
  CasLinear linear = { .weight = w };

  for (guint64 i = 0; i < numbers_n_elements (x); i++)
    if (i % x->shape.c < p->shape.c)
      x->v[i] *= 0.5;
  wanted = reference_linear (x, w, NULL, CAS_ACT_NONE);
  trial_name (t, "concat of %u computed channels and %u given ones", p->shape.c, p->shape.c);
  trial_check (t,
               cas_op_linear (g, cas_op_concat (g, cas_op_scale (g, a, 0.5f), b), linear,
                              CAS_ACT_NONE),
               wanted, 2 * p->shape.c);
}

static void
test_far_pairs (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 2, 3, 3, 16 }, 16, 33 },
    { { 1, 1, 17, 40 }, 40, 7 },
  };

  CHECK_TABLE (fixture, pairs, check_far_pair);
}

static void
test_pairs (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 1, 1, 1, 8 }, 8, 1 },   { { 2, 3, 3, 16 }, 24, 33 }, { { 1, 5, 13, 64 }, 8, 65 },
    { { 3, 1, 7, 8 }, 5, 9 },   { { 1, 2, 2, 24 }, 4, 3 },   { { 2, 1, 3, 12 }, 8, 5 },
    { { 1, 1, 67, 40 }, 1, 7 },
  };

  CHECK_TABLE (fixture, pairs, check_pair);
}

/* --- what follows a linear --- */

typedef struct
{
  CasShape    shape;
  guint32     n_out;
  guint       tail;
  const char *words; /* what the printer says of the one operation that is left */
} Epilogue;

static void
check_epilogue (Trial         *t,
                gconstpointer  row)
{
  const Epilogue *e = row;
  CasTensor x = trial_input (t, "x", e->shape);
  const CasWeight *w = new_matrix (t, "w", CAS_F32, e->n_out, e->shape.c);
  const CasWeight *b = trial_vector (t, "b", 1, e->n_out);
  g_autoptr (Numbers) wanted = reference_linear (trial_numbers (t, x), w, b, CAS_ACT_GELU);
  CasTensor y
      = cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w, .bias = b }, CAS_ACT_GELU);

  trial_name (t, "linear %s", e->words);
  trial_check (t, trial_append_tail (t, y, wanted, e->tail), wanted, e->shape.c);
  trial_expect (t, e->words);
}

static void
test_epilogues (gconstpointer fixture)
{
  static const Epilogue epilogues[] = {
    { { 2, 3, 5, 24 }, 33, TAIL_BATCH_NORM, "gelu +batch-norm %" },
    { { 1, 1, 9, 24 }, 7, TAIL_SCALE, "gelu +scale %" },
    { { 3, 2, 3, 24 }, 65, TAIL_RESIDUAL, "gelu +residual %" },
    { { 3, 5, 7, 24 }, 33, TAIL_MODULATE, "gelu +modulate %" },
    { { 3, 5, 7, 24 }, 33, TAIL_SHARED_MODULATE, "gelu +modulate %" },
    { { 2, 1, 67, 24 }, 31, TAIL_BATCH_NORM | TAIL_SCALE, "gelu +batch-norm +scale %" },
    { { 3, 1, 13, 24 }, 31, TAIL_RESIDUAL | TAIL_MODULATE, "gelu +residual +modulate %" },
    { { 2, 3, 23, 24 }, 67, TAIL_BATCH_NORM | TAIL_SCALE | TAIL_RESIDUAL | TAIL_MODULATE,
      "gelu +batch-norm +scale +residual +modulate %" },
  };

  CHECK_TABLE (fixture, epilogues, check_epilogue);
}

/* --- a response norm between two linears --- */

typedef struct
{
  CasShape shape;
  guint32  n_hidden, n_out;
  guint    tail;
} Grn;

static void
check_grn (Trial         *t,
           gconstpointer  row)
{
  const Grn *s = row;
  CasGraph *g = trial_graph (t);
  CasTensor x = trial_input (t, "x", s->shape);
  const CasWeight *w0 = new_matrix (t, "w0", CAS_F32, s->n_hidden, s->shape.c);
  const CasWeight *w1 = new_matrix (t, "w1", CAS_F32, s->n_out, s->n_hidden);
  const CasWeight *b0 = trial_vector (t, "b0", 1, s->n_hidden);
  const CasWeight *gamma = trial_vector (t, "gamma", 1, s->n_hidden);
  const CasWeight *beta = trial_vector (t, "beta", 1, s->n_hidden);
  g_autoptr (Numbers) hidden = reference_linear (trial_numbers (t, x), w0, b0, CAS_ACT_GELU);
  g_autoptr (Numbers) normed = reference_grn (hidden, gamma, beta);
  g_autoptr (Numbers) wanted = reference_linear (normed, w1, NULL, CAS_ACT_NONE);
  CasTensor y
      = cas_op_linear (g, x, (CasLinear) { .weight = w0, .bias = b0 }, CAS_ACT_GELU);

  y = cas_op_linear (g, cas_op_grn (g, y, gamma, beta), (CasLinear) { .weight = w1 }, CAS_ACT_NONE);
  trial_name (t, "grn of %u x %u x %u, %u channels", s->shape.n, s->shape.h, s->shape.w,
              s->n_hidden);
  trial_check (t, trial_append_tail (t, y, wanted, s->tail), wanted, s->n_hidden);
  trial_expect (t, "gelu +grn-sums %");
  trial_expect (t, "+grn-apply %");
}

static void
test_large_grn (gconstpointer fixture)
{
  static const Grn shapes[] = { { { 1, 27, 37, 520 }, 2056, 520, TAIL_RESIDUAL } };

  CHECK_TABLE (fixture, shapes, check_grn);
}

static void
test_grns (gconstpointer fixture)
{
  static const Grn shapes[] = {
    { { 1, 1, 1, 8 }, 8, 1, 0 },
    { { 2, 3, 3, 8 }, 40, 33, 0 },
    { { 3, 5, 13, 16 }, 72, 65, TAIL_RESIDUAL },
    { { 1, 7, 9, 8 }, 64, 31, TAIL_RESIDUAL | TAIL_MODULATE },
    { { 2, 3, 43, 8 }, 136, 7, 0 },
  };

  CHECK_TABLE (fixture, shapes, check_grn);
}

static gboolean
read_floats (const CasWeight *weight,
             guint64          offset,
             void            *dst,
             gsize            size,
             GError         **error)
{
  memcpy (dst, (const char *) weight->source + offset, size);
  return TRUE;
}

static CasWeight
new_weight (const char *name,
            float      *values,
            guint       n_dims,
            guint32     n)
{
  return (CasWeight) {
    .name = name,
    .file = "made up",
    .dtype = CAS_F32,
    .n_dims = n_dims,
    .dims = { n, n_dims > 1 ? n : 0 },
    .read = read_floats,
    .source = values,
  };
}

/* A shift that is huge only where it cancels out what it is added to: in the last channel, beyond
 * which there is nothing to shift. The others are small enough that f16 wants them scaled up. */
static void
check_grn_shift (Trial         *t,
                 gconstpointer  row)
{
  const guint32 n = *(const guint32 *) row, last = n - 1;
  CasGraph *g = trial_graph (t);
  g_autofree float *values = g_new0 (float, n);
  g_autofree float *small = test_numbers (1, n);
  g_autofree float *shifts = g_new0 (float, n);
  g_autofree float *units = g_new0 (float, n * n);
  const CasWeight bias = new_weight ("bias", small, 1, n);
  const CasWeight beta = new_weight ("beta", shifts, 1, n);
  const CasWeight identity = new_weight ("identity", units, 2, n);
  const CasWeight *w = new_matrix (t, "w", CAS_F32, 33, n);
  g_autoptr (Numbers) normed = numbers_new (CAS_SHAPE (1, 1, 1, n));
  g_autoptr (Numbers) wanted = NULL;
  CasTensor y;

  for (guint32 c = 0; c < n; c++)
    {
      small[c] *= c < last ? 0x1p-90f : 0;
      normed->v[c] = small[c];
      units[c * n + c] = 1;
    }
  values[last] = -0x1p30f;
  shifts[last] = 0x1p30f;
  wanted = reference_linear (normed, w, NULL, CAS_ACT_NONE);
  y = trial_input_values (t, "x", CAS_F32, CAS_SHAPE (1, 1, 1, n), values);
  y = cas_op_linear (g, y, (CasLinear) { .weight = &identity, .bias = &bias }, CAS_ACT_NONE);
  y = cas_op_grn (g, y, trial_vector (t, "gamma", 0, n), &beta);
  y = cas_op_linear (g, y, (CasLinear) { .weight = w }, CAS_ACT_NONE);
  trial_name (t, "shift of the last of %u channels", n);
  trial_check (t, y, wanted, n);
  trial_expect (t, "+grn-apply %");
}

static void
test_grn_shifts (gconstpointer fixture)
{
  static const guint32 channels[] = { 40, 136 };

  CHECK_TABLE (fixture, channels, check_grn_shift);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/linear/sizes", test_sizes);
  fixture_add (f, "/linear/narrow", test_narrow);
  fixture_add (f, "/linear/types", test_types);
  fixture_add (f, "/linear/activations", test_activations);
  fixture_add (f, "/linear/many-rows", test_many_rows);
  fixture_add (f, "/linear/scales", test_scales);
  fixture_add (f, "/linear/weight-scales", test_weight_scales);
  fixture_add (f, "/linear/slices", test_slices);
  fixture_add (f, "/linear/views", test_views);
  fixture_add (f, "/linear/stacks", test_stacks);
  fixture_add (f, "/linear/uneven-stacks", test_uneven_stacks);
  fixture_add (f, "/linear/pairs", test_pairs);
  fixture_add (f, "/linear/far-pairs", test_far_pairs);
  fixture_add (f, "/linear/epilogues", test_epilogues);
  fixture_add (f, "/linear/response-norms", test_grns);
  fixture_add (f, "/linear/response-norm-shifts", test_grn_shifts);
  fixture_add (f, "/linear/large", test_large);
  fixture_add (f, "/linear/large-response-norm", test_large_grn);

  return fixture_run (f);
}
