/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layer norm, response norm where no linear makes its sums, batch norm by itself, means. */

#include "kernel/fixture.h"

#include <math.h>

/* --- layer norm --- */

typedef struct
{
  CasShape shape;
  gboolean is_affine;
  float    eps;
  guint32  first, n; /* channels taken; 0: all */
  gboolean is_scaled; /* then y (1 + v[3]) + v[1] */
} LayerNorm;

static Numbers *
reference_layer_norm (const Numbers   *x,
                      const CasWeight *weight,
                      const CasWeight *bias,
                      double           eps)
{
  guint32 n = x->shape.c;
  Numbers *y = numbers_new (x->shape);

  for (guint64 first = 0; first < numbers_n_elements (x); first += n)
    {
      double mean = 0.0, var = 0.0;

      for (guint32 c = 0; c < n; c++)
        mean += x->v[first + c] / n;
      for (guint32 c = 0; c < n; c++)
        var += (x->v[first + c] - mean) * (x->v[first + c] - mean) / n;
      for (guint32 c = 0; c < n; c++)
        y->v[first + c] = (x->v[first + c] - mean) / sqrt (var + eps)
                              * (weight != NULL ? test_weight_value (weight, c) : 1.0)
                          + (bias != NULL ? test_weight_value (bias, c) : 0.0);
    }
  return y;
}

static void
check_layer_norm (Trial         *t,
                  gconstpointer  row)
{
  const LayerNorm *s = row;
  CasGraph *g = trial_graph (t);
  guint32 n = s->n == 0 ? s->shape.c : s->n;
  CasTensor all = trial_input (t, "x", s->shape);
  const CasWeight *weight = s->is_affine ? trial_vector (t, "weight", 1, n) : NULL;
  const CasWeight *bias = s->is_affine ? trial_vector (t, "bias", 1, n) : NULL;
  const CasWeight *v = trial_vector (t, "v", 1, 6);
  g_autoptr (Numbers) x = numbers_dup_channels (trial_numbers (t, all), s->first, n);
  g_autoptr (Numbers) wanted = reference_layer_norm (x, weight, bias, s->eps);
  CasTensor y
      = cas_op_layer_norm (g, cas_tensor_channels (g, all, s->first, n), weight, bias, s->eps);

  if (s->is_scaled)
    {
      y = cas_op_scale_by (g, y, v, 1.0f, 3, 1);
      for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
        wanted->v[i] = wanted->v[i] * (1.0 + test_weight_value (v, 3)) + test_weight_value (v, 1);
    }

  trial_name (t, "layer norm of %u x %u x %u, channels %u to %u of %u", s->shape.n, s->shape.h,
              s->shape.w, s->first, s->first + n, s->shape.c);
  trial_check (t, y, wanted, n);
  trial_expect (t, s->is_scaled ? "= layer_norm +scale %" : "= layer_norm %");
}

static void
test_layer_norm (gconstpointer fixture)
{
  static const LayerNorm shapes[] = {
    { { 1, 1, 1, 4 }, FALSE, 1e-6f },
    { { 3, 1, 3, 32 }, FALSE, 1e-6f },
    { { 1, 5, 7, 36 }, TRUE, 1e-5f },
    { { 2, 3, 3, 2048 }, TRUE, 1e-5f },
    { { 1, 1, 9, 3 }, FALSE, 1e-6f },
    { { 2, 1, 17, 7 }, TRUE, 1e-5f },
    { { 1, 3, 5, 257 }, TRUE, 0.5f },
    { { 2, 1, 5, 24 }, FALSE, 1e-6f, 8, 12 },
    { { 2, 1, 5, 24 }, TRUE, 1e-6f, 5, 17 },
    { { 2, 3, 3, 40 }, FALSE, 1e-6f, .is_scaled = TRUE },
    { { 1, 3, 3, 13 }, TRUE, 1e-6f, .is_scaled = TRUE },
  };

  CHECK_TABLE (fixture, shapes, check_layer_norm);
}

/* One channel: nothing is left but the bias. */
static void
check_one_channel (Trial         *t,
                   gconstpointer  row)
{
  const CasShape *shape = row;
  CasTensor x = trial_input (t, "x", *shape);
  const CasWeight *weight = trial_vector (t, "weight", 1, 1);
  const CasWeight *bias = trial_vector (t, "bias", 1, 1);
  g_autoptr (Numbers) wanted = reference_layer_norm (trial_numbers (t, x), weight, bias, 1e-6);

  trial_name (t, "layer norm of one channel");
  trial_check (t, cas_op_layer_norm (trial_graph (t), x, weight, bias, 1e-6f), wanted, 1);
}

static void
test_one_channel (gconstpointer fixture)
{
  static const CasShape shapes[] = { { 1, 1, 1, 1 }, { 2, 3, 5, 1 } };

  CHECK_TABLE (fixture, shapes, check_one_channel);
}

/* --- instance norm --- */

typedef struct
{
  CasShape shape;
  float    eps;
  guint32  first, n; /* channels taken; 0: all */
} InstanceNorm;

static Numbers *
reference_instance_norm (const Numbers   *x,
                         const CasWeight *weight,
                         const CasWeight *bias,
                         double           eps)
{
  CasShape s = x->shape;
  double n_pixels = (double) s.h * s.w;
  Numbers *y = numbers_new (s);

  for (guint32 n = 0; n < s.n; n++)
    for (guint32 c = 0; c < s.c; c++)
      {
        double mean = 0.0, var = 0.0;

        for (guint32 i = 0; i < s.h * s.w; i++)
          mean += AT (x, n, i / s.w, i % s.w, c) / n_pixels;
        for (guint32 i = 0; i < s.h * s.w; i++)
          var += pow (AT (x, n, i / s.w, i % s.w, c) - mean, 2) / n_pixels;
        for (guint32 i = 0; i < s.h * s.w; i++)
          AT (y, n, i / s.w, i % s.w, c) = (AT (x, n, i / s.w, i % s.w, c) - mean)
                                               / sqrt (var + eps) * test_weight_value (weight, c)
                                           + test_weight_value (bias, c);
      }
  return y;
}

static void
check_instance_norm (Trial         *t,
                     gconstpointer  row)
{
  const InstanceNorm *s = row;
  CasGraph *g = trial_graph (t);
  guint32 n = s->n == 0 ? s->shape.c : s->n;
  CasTensor all = trial_input (t, "x", s->shape);
  const CasWeight *weight = trial_vector (t, "weight", 1, n);
  const CasWeight *bias = trial_vector (t, "bias", 1, n);
  g_autoptr (Numbers) x = numbers_dup_channels (trial_numbers (t, all), s->first, n);
  g_autoptr (Numbers) wanted = reference_instance_norm (x, weight, bias, s->eps);

  trial_name (t, "instance norm of %u x %u x %u, channels %u to %u of %u", s->shape.n, s->shape.h,
              s->shape.w, s->first, s->first + n, s->shape.c);
  trial_check (t, cas_op_instance_norm (g, cas_tensor_channels (g, all, s->first, n), weight, bias,
                                        s->eps), wanted, (guint64) s->shape.h * s->shape.w);
}

static void
test_instance_norm (gconstpointer fixture)
{
  static const InstanceNorm shapes[] = {
    { { 1, 1, 1, 1 }, 1e-5f },    { { 2, 3, 5, 8 }, 1e-5f },   { { 3, 7, 11, 33 }, 1e-5f },
    { { 1, 61, 37, 16 }, 0.5f },  { { 2, 1, 257, 3 }, 1e-5f }, { { 2, 5, 13, 24 }, 1e-5f, 5, 17 },
  };

  CHECK_TABLE (fixture, shapes, check_instance_norm);
}

/* --- response norm --- */

static void
check_grn (Trial         *t,
           gconstpointer  row)
{
  const CasShape *s = row;
  CasTensor x = trial_input (t, "x", *s);
  const CasWeight *gamma = trial_vector (t, "gamma", 1, s->c);
  const CasWeight *beta = trial_vector (t, "beta", 1, s->c);
  g_autoptr (Numbers) wanted = reference_grn (trial_numbers (t, x), gamma, beta);

  trial_name (t, "grn of %u x %u x %u x %u", s->n, s->h, s->w, s->c);
  trial_check (t, cas_op_grn (trial_graph (t), x, gamma, beta), wanted, s->h * s->w);
}

static void
test_grn (gconstpointer fixture)
{
  static const CasShape shapes[] = {
    { 1, 1, 1, 1 },  { 1, 1, 31, 8 },   { 2, 4, 8, 9 },   { 3, 3, 11, 13 },
    { 1, 5, 13, 7 }, { 2, 31, 33, 64 }, { 3, 1, 1, 257 },  { 2, 17, 19, 545 },
  };

  CHECK_TABLE (fixture, shapes, check_grn);
}

/* All zero: the mean is zero as well, and what is left is beta. */
static void
check_grn_of_zeros (Trial         *t,
                    gconstpointer  row)
{
  const CasShape *s = row;
  g_autoptr (Numbers) wanted = numbers_new (*s);
  g_autofree float *zeros = g_new0 (float, numbers_n_elements (wanted));
  CasTensor x = trial_input_values (t, "x", CAS_F32, *s, zeros);
  const CasWeight *gamma = trial_vector (t, "gamma", 1, s->c);
  const CasWeight *beta = trial_vector (t, "beta", 1, s->c);

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    wanted->v[i] = test_weight_value (beta, i % s->c);
  trial_name (t, "grn of zeros");
  trial_check (t, cas_op_grn (trial_graph (t), x, gamma, beta), wanted, 0);
}

static void
test_grn_of_zeros (gconstpointer fixture)
{
  static const CasShape shapes[] = { { 2, 3, 3, 8 } };

  CHECK_TABLE (fixture, shapes, check_grn_of_zeros);
}

/* --- batch norm --- */

typedef struct
{
  CasShape shape;
  gboolean has_weight, has_bias;
} BatchNorm;

static void
check_batch_norm (Trial         *t,
                  gconstpointer  row)
{
  const BatchNorm *s = row;
  guint32 c = s->shape.c;
  CasTensor x = trial_input (t, "x", s->shape);
  CasBatchNorm norm = {
    .weight = s->has_weight ? trial_vector (t, "weight", 1, c) : NULL,
    .bias = s->has_bias ? trial_vector (t, "bias", 1, c) : NULL,
    .mean = trial_vector (t, "mean", 1, c),
    .var = trial_vector (t, "var", 0.9f, c),
  };
  g_autoptr (Numbers) wanted = numbers_new (s->shape);

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    wanted->v[i] = (trial_numbers (t, x)->v[i] - test_weight_value (norm.mean, i % c))
                       / sqrt (test_weight_value (norm.var, i % c) + 1.0)
                       * (s->has_weight ? test_weight_value (norm.weight, i % c) : 1.0)
                   + (s->has_bias ? test_weight_value (norm.bias, i % c) : 0.0);

  trial_name (t, "batch norm of %u x %u x %u x %u", s->shape.n, s->shape.h, s->shape.w, c);
  trial_check (t, cas_op_batch_norm (trial_graph (t), x, norm, 1.0f), wanted, 1);
}

static void
test_batch_norm (gconstpointer fixture)
{
  static const BatchNorm shapes[] = {
    { { 1, 1, 1, 1 }, TRUE, TRUE },    { { 2, 3, 5, 4 }, TRUE, TRUE },
    { { 3, 1, 17, 36 }, FALSE, TRUE }, { { 1, 7, 3, 33 }, TRUE, FALSE },
    { { 2, 2, 2, 31 }, FALSE, FALSE },
  };

  CHECK_TABLE (fixture, shapes, check_batch_norm);
}

/* --- mean --- */

static void
check_mean (Trial         *t,
            gconstpointer  row)
{
  const CasShape *s = row;
  CasTensor x = trial_input (t, "x", *s);
  const Numbers *numbers = trial_numbers (t, x);
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (s->n, 1, 1, s->c));

  for (guint64 i = 0; i < numbers_n_elements (numbers); i++)
    wanted->v[i / s->c / s->h / s->w * s->c + i % s->c]
      += numbers->v[i] / ((double) s->h * s->w);
  trial_name (t, "mean of %u x %u x %u x %u", s->n, s->h, s->w, s->c);
  /* the mean is √pixels smaller than the sum's parts, so that many products more */
  trial_check (t, cas_op_mean (trial_graph (t), x), wanted, (guint64) s->h * s->w);
}

static void
test_mean (gconstpointer fixture)
{
  static const CasShape shapes[] = {
    { 1, 1, 1, 1 }, { 2, 4, 8, 9 }, { 3, 3, 11, 257 }, { 1, 37, 31, 7 }, { 2, 65, 67, 64 },
  };

  CHECK_TABLE (fixture, shapes, check_mean);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/norm/layer", test_layer_norm);
  fixture_add (f, "/norm/layer-of-one-channel", test_one_channel);
  fixture_add (f, "/norm/instance", test_instance_norm);
  fixture_add (f, "/norm/response", test_grn);
  fixture_add (f, "/norm/response-of-zeros", test_grn_of_zeros);
  fixture_add (f, "/norm/batch", test_batch_norm);
  fixture_add (f, "/norm/mean", test_mean);

  return fixture_run (f);
}
