/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Operations that look at one number at a time, by themselves: what no neighbour has taken over. */

#include "kernel/fixture.h"

#include <math.h>

/* --- activations --- */

typedef struct
{
  CasShape      shape;
  CasActivation act;
} Activation;

static void
check_activation (Trial         *t,
                  gconstpointer  row)
{
  const Activation *s = row;
  g_autoptr (Numbers) wanted = numbers_new (s->shape);
  guint64 n = numbers_n_elements (wanted);
  g_autofree float *values = g_new (float, n);
  CasTensor x;

  for (guint64 i = 0; i < n; i++)
    {
      values[i] = n == 1 ? -0.7f : 12.0f * ((float) i / (float) (n - 1)) - 6.0f;
      wanted->v[i] = reference_activate (values[i], s->act);
    }
  x = trial_input_values (t, "x", CAS_F32, s->shape, values);
  trial_name (t, "activation %d of %u x %u x %u x %u", s->act, s->shape.n, s->shape.h, s->shape.w,
              s->shape.c);
  trial_check (t, cas_op_activation (trial_graph (t), x, s->act), wanted, 1);
}

static void
test_activations (gconstpointer fixture)
{
  static const Activation rows[] = {
    { { 1, 1, 1, 1 }, CAS_ACT_GELU },        { { 2, 17, 3, 36 }, CAS_ACT_GELU },
    { { 1, 1, 17, 33 }, CAS_ACT_SILU },      { { 3, 3, 5, 4 }, CAS_ACT_SILU },
    { { 1, 7, 7, 31 }, CAS_ACT_QUICK_GELU }, { { 2, 5, 5, 32 }, CAS_ACT_LEAKY_RELU },
    { { 2, 2, 9, 13 }, CAS_ACT_SIGMOID },    { { 2, 3, 7, 12 }, CAS_ACT_RELU },
  };

  CHECK_TABLE (fixture, rows, check_activation);
}

/* Far from zero an activation neither overflows nor turns into NaN. */
static void
check_far (Trial         *t,
           gconstpointer  row)
{
  static const float far[] = { -3e38f, -1e4f, -100.0f, -20.0f, 20.0f, 100.0f, 1e4f, 3e38f };
  const CasActivation *act = row;
  CasTensor x
      = trial_input_values (t, "x", CAS_F32, CAS_SHAPE (1, 1, 1, G_N_ELEMENTS (far)), far);
  g_autofree float *found = NULL;

  trial_name (t, "activation %d far from zero", *act);
  cas_graph_output (trial_graph (t), "y", cas_op_activation (trial_graph (t), x, *act));
  if (!trial_run (t))
    return;
  found = trial_read (t, "y");
  for (guint i = 0; i < G_N_ELEMENTS (far); i++)
    {
      double wanted = reference_activate (far[i], *act);

      if (!(fabs (found[i] - wanted) <= 1e-6 * MAX (1.0, fabs (wanted))))
        trial_fail (t, "act (%g) is %g, wanted %g", far[i], found[i], wanted);
    }
}

static void
test_far (gconstpointer fixture)
{
  static const CasActivation acts[]
      = { CAS_ACT_GELU, CAS_ACT_SILU, CAS_ACT_QUICK_GELU, CAS_ACT_LEAKY_RELU, CAS_ACT_SIGMOID,
          CAS_ACT_RELU };

  CHECK_TABLE (fixture, acts, check_far);
}

/* --- two tensors --- */

typedef struct
{
  CasShape a, b;
  guint32  first; /* channel of b's tensor, which is that much wider */
} Pair;

/* b at a place of a: repeated where it has one picture, or one pixel */
static double
get_repeated (const Numbers *b,
              guint32        n,
              guint32        i,
              guint32        j,
              guint32        c)
{
  gboolean is_pixel = b->shape.h * b->shape.w == 1;

  return AT (b, b->shape.n == 1 ? 0 : n, is_pixel ? 0 : i, is_pixel ? 0 : j, c);
}

static CasTensor
new_view (Trial    *t,
          CasShape  shape,
          guint32   first,
          Numbers **numbers)
{
  CasShape wide = shape;
  CasTensor all;

  wide.c += first;
  all = trial_input (t, "b", wide);
  *numbers = numbers_dup_channels (trial_numbers (t, all), first, shape.c);
  return cas_tensor_channels (trial_graph (t), all, first, shape.c);
}

static void
check_add (Trial         *t,
           gconstpointer  row)
{
  const Pair *p = row;
  CasShape s = p->a;
  g_autoptr (Numbers) other = NULL;
  g_autoptr (Numbers) wanted = numbers_new (s);
  CasTensor a = trial_input (t, "a", s), b = new_view (t, p->b, p->first, &other);

  for (guint32 n = 0; n < s.n; n++)
    for (guint32 i = 0; i < s.h; i++)
      for (guint32 j = 0; j < s.w; j++)
        for (guint32 c = 0; c < s.c; c++)
          AT (wanted, n, i, j, c) = AT (trial_numbers (t, a), n, i, j, c)
                                    + get_repeated (other, n, i, j, c);

  trial_name (t, "add [%u, %u, %u, %u] + [%u, %u, %u, %u] at channel %u", s.n, s.h, s.w, s.c,
              p->b.n, p->b.h, p->b.w, p->b.c, p->first);
  trial_check (t, cas_op_add (trial_graph (t), a, b), wanted, 1);
}

static void
test_add (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 1, 1, 1, 1 }, { 1, 1, 1, 1 }, 0 },    { { 2, 3, 11, 36 }, { 2, 3, 11, 36 }, 0 },
    { { 3, 1, 17, 7 }, { 1, 1, 17, 7 }, 0 },  { { 3, 5, 3, 32 }, { 1, 5, 3, 32 }, 0 },
    { { 3, 5, 7, 4 }, { 3, 1, 1, 4 }, 0 },    { { 2, 3, 3, 33 }, { 1, 1, 1, 33 }, 0 },
    { { 2, 3, 3, 12 }, { 2, 3, 3, 12 }, 8 },  { { 2, 3, 3, 12 }, { 2, 3, 3, 12 }, 3 },
    { { 2, 3, 3, 12 }, { 2, 1, 1, 12 }, 20 },
  };

  CHECK_TABLE (fixture, pairs, check_add);
}

static void
check_multiply (Trial         *t,
                gconstpointer  row)
{
  const Pair *p = row;
  CasShape s = p->a;
  g_autoptr (Numbers) other = NULL;
  g_autoptr (Numbers) wanted = numbers_new (s);
  CasTensor a = trial_input (t, "a", s), b = new_view (t, p->b, p->first, &other);

  for (guint32 n = 0; n < s.n; n++)
    for (guint32 i = 0; i < s.h; i++)
      for (guint32 j = 0; j < s.w; j++)
        for (guint32 c = 0; c < s.c; c++)
          AT (wanted, n, i, j, c) = AT (trial_numbers (t, a), n, i, j, c)
                                    * get_repeated (other, n, i, j, c);

  trial_name (t, "multiply [%u, %u, %u, %u] by [%u, %u, %u, %u] at channel %u", s.n, s.h, s.w, s.c,
              p->b.n, p->b.h, p->b.w, p->b.c, p->first);
  trial_check (t, cas_op_multiply (trial_graph (t), a, b), wanted, 1);
}

static void
test_multiply (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 1, 1, 1, 1 }, { 1, 1, 1, 1 }, 0 },   { { 2, 3, 11, 36 }, { 2, 1, 1, 36 }, 0 },
    { { 3, 5, 7, 5 }, { 3, 1, 1, 5 }, 0 },   { { 2, 3, 3, 33 }, { 1, 1, 1, 33 }, 0 },
    { { 2, 3, 3, 12 }, { 2, 3, 3, 12 }, 4 }, { { 2, 3, 3, 12 }, { 2, 1, 1, 12 }, 3 },
  };

  CHECK_TABLE (fixture, pairs, check_multiply);
}

static void
check_modulate (Trial         *t,
                gconstpointer  row)
{
  const Pair *p = row;
  CasShape s = p->a;
  g_autoptr (Numbers) m = NULL;
  g_autoptr (Numbers) wanted = numbers_new (s);
  CasTensor x = trial_input (t, "x", s), ab = new_view (t, p->b, p->first, &m);

  for (guint32 n = 0; n < s.n; n++)
    for (guint32 i = 0; i < s.h; i++)
      for (guint32 j = 0; j < s.w; j++)
        for (guint32 c = 0; c < s.c; c++)
          AT (wanted, n, i, j, c) = AT (trial_numbers (t, x), n, i, j, c)
                                        * (1.0 + get_repeated (m, n, 0, 0, c))
                                    + get_repeated (m, n, 0, 0, s.c + c);

  trial_name (t, "modulate [%u, %u, %u, %u] by %u at channel %u", s.n, s.h, s.w, s.c, p->b.n,
              p->first);
  trial_check (t, cas_op_modulate (trial_graph (t), x, ab), wanted, 2);
}

static void
test_modulate (gconstpointer fixture)
{
  static const Pair pairs[] = {
    { { 1, 1, 1, 1 }, { 1, 1, 1, 2 }, 0 },   { { 3, 5, 7, 36 }, { 3, 1, 1, 72 }, 0 },
    { { 3, 1, 17, 7 }, { 1, 1, 1, 14 }, 0 }, { { 2, 3, 3, 12 }, { 2, 1, 1, 24 }, 16 },
    { { 2, 3, 3, 12 }, { 2, 1, 1, 24 }, 5 },
  };

  CHECK_TABLE (fixture, pairs, check_modulate);
}

/* --- one tensor --- */

typedef struct
{
  CasShape shape;
  float    offset;
  int      i, j; /* of scale_by; −1 for i: scale by the constant offset */
} Scale;

static void
check_scale (Trial         *t,
             gconstpointer  row)
{
  const Scale *s = row;
  CasGraph *g = trial_graph (t);
  CasTensor x = trial_input (t, "x", s->shape);
  const CasWeight *v = trial_weight (t, "v", CAS_BF16, 1, 1, (guint64[]) { 6 });
  double a = s->offset + (s->i >= 0 ? test_weight_value (v, s->i) : 0.0);
  double b = s->j >= 0 ? test_weight_value (v, s->j) : 0.0;
  g_autoptr (Numbers) wanted = numbers_new (s->shape);

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    wanted->v[i] = trial_numbers (t, x)->v[i] * a + b;
  trial_name (t, "scale [%u, %u, %u, %u] by %g + %d, %d", s->shape.n, s->shape.h, s->shape.w,
              s->shape.c, s->offset, s->i, s->j);
  trial_check (t,
               s->i >= 0 ? cas_op_scale_by (g, x, v, s->offset, s->i, s->j)
                         : cas_op_scale (g, x, s->offset),
               wanted, 1);
}

static void
test_scale (gconstpointer fixture)
{
  static const Scale rows[] = {
    { { 1, 1, 1, 1 }, 1.0f, 0, 1 },    { { 2, 3, 11, 36 }, 1.0f, 3, 4 },
    { { 3, 1, 17, 7 }, 0.0f, 2, -1 },  { { 1, 3, 5, 4 }, 0.0f, 5, -1 },
    { { 1, 1, 1, 1 }, 0.3f, -1, -1 },  { { 2, 5, 7, 36 }, -3.7f, -1, -1 },
    { { 3, 3, 3, 33 }, 2.5f, -1, -1 },
  };

  CHECK_TABLE (fixture, rows, check_scale);
}

static void
check_affine (Trial         *t,
              gconstpointer  row)
{
  static const float scale[] = { 0.25f, -3.0f, 1.7f, 0.0f }, shift[] = { 1.0f, 0.5f, -2.3f, 4.0f };
  const CasShape *s = row;
  CasTensor x = trial_input (t, "x", *s);
  g_autoptr (Numbers) wanted = numbers_new (*s);

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    wanted->v[i] = trial_numbers (t, x)->v[i] * scale[i % s->c] + shift[i % s->c];
  trial_name (t, "affine of [%u, %u, %u, %u]", s->n, s->h, s->w, s->c);
  trial_check (t, cas_op_affine (trial_graph (t), x, scale, shift), wanted, 1);
}

static void
test_affine (gconstpointer fixture)
{
  static const CasShape shapes[] = { { 1, 1, 1, 1 }, { 2, 5, 7, 3 }, { 3, 3, 17, 4 } };

  CHECK_TABLE (fixture, shapes, check_affine);
}

/* --- slopes of channels --- */

static void
check_prelu (Trial         *t,
             gconstpointer  row)
{
  const CasShape *s = row;
  g_autoptr (Numbers) wanted = numbers_new (*s);
  const CasWeight *slope = trial_vector (t, "slope", 1.0f, s->c);
  CasTensor x = trial_input (t, "x", *s);
  const Numbers *numbers = trial_numbers (t, x);

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    {
      double v = numbers->v[i];

      wanted->v[i] = v < 0.0 ? v * test_weight_value (slope, i % s->c) : v;
    }
  trial_name (t, "slopes of [%u, %u, %u, %u]", s->n, s->h, s->w, s->c);
  trial_check (t, cas_op_prelu (trial_graph (t), x, slope), wanted, 1);
}

static void
test_prelu (gconstpointer fixture)
{
  static const CasShape shapes[]
      = { { 1, 1, 1, 1 }, { 2, 5, 7, 3 }, { 3, 3, 17, 36 }, { 1, 2, 3, 257 } };

  CHECK_TABLE (fixture, shapes, check_prelu);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/elementwise/activations", test_activations);
  fixture_add (f, "/elementwise/activations-far-from-zero", test_far);
  fixture_add (f, "/elementwise/add", test_add);
  fixture_add (f, "/elementwise/multiply", test_multiply);
  fixture_add (f, "/elementwise/modulate", test_modulate);
  fixture_add (f, "/elementwise/scale", test_scale);
  fixture_add (f, "/elementwise/affine", test_affine);
  fixture_add (f, "/elementwise/prelu", test_prelu);

  return fixture_run (f);
}
