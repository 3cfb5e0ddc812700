/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Guidance with each picture's own statistics and with the batch's, and the sampler's step. */

#include "sample/guidance.h"

#include <math.h>

#include "kernel/fixture.h"

typedef struct
{
  CasShape shape; /* of the result */
  float    scale, rescale;
  gboolean is_whole_batch;
} Guidance;

/* unbiased */
static double
deviation (const double *v,
           guint64       n)
{
  double mean = 0.0, squares = 0.0;

  for (guint64 i = 0; i < n; i++)
    mean += v[i] / n;
  for (guint64 i = 0; i < n; i++)
    squares += (v[i] - mean) * (v[i] - mean);
  return sqrt (squares / (n - 1));
}

static Numbers *
reference_guidance (const Numbers  *prediction,
                    const Guidance *s)
{
  Numbers *y = numbers_new (s->shape);
  guint64 n = numbers_n_elements (y), n_group = s->is_whole_batch ? n : n / s->shape.n;

  for (guint64 i = 0; i < n; i++)
    {
      double c = prediction->v[i], u = prediction->v[n + i];

      y->v[i] = u + (double) s->scale * (c - u);
    }
  for (guint64 first = 0; first < n; first += n_group)
    {
      double factor = deviation (&prediction->v[first], n_group)
                      / (deviation (&y->v[first], n_group) + 1e-9);

      for (guint64 i = first; i < first + n_group; i++)
        y->v[i] = (double) s->rescale * y->v[i] * factor + (1.0 - s->rescale) * y->v[i];
    }
  return y;
}

static void
check_guidance (Trial         *t,
                gconstpointer  row)
{
  const Guidance *s = row;
  CasShape both = s->shape;
  float scalars[2] = { s->scale, s->rescale };
  CasTensor prediction, with;
  g_autoptr (Numbers) wanted = NULL;

  both.n *= 2;
  prediction = trial_input (t, "prediction", both);
  with = trial_input_values (t, "scalars", CAS_F32, CAS_SHAPE (1, 1, 1, 2), scalars);
  wanted = reference_guidance (trial_numbers (t, prediction), s);
  trial_name (t, "guidance %g, %g of %u x %u x %u x %u, %s", s->scale, s->rescale, s->shape.n,
              s->shape.h, s->shape.w, s->shape.c, s->is_whole_batch ? "whole batch" : "own");
  trial_check (t, cas_op_guidance (trial_graph (t), prediction, with, s->is_whole_batch), wanted,
               numbers_n_elements (wanted));
}

static void
test_guidance (gconstpointer fixture)
{
  static const Guidance rows[] = {
    { { 1, 1, 1, 2 }, 4.0f, 0.7f, FALSE },  { { 1, 3, 3, 7 }, 4.0f, 0.7f, FALSE },
    { { 3, 24, 23, 4 }, 1.1f, 0.7f, FALSE }, { { 2, 5, 7, 16 }, 4.0f, 0.0f, FALSE },
    { { 2, 5, 7, 16 }, 1.0f, 1.0f, FALSE }, { { 1, 3, 5, 7 }, 4.0f, 0.7f, TRUE },
    { { 3, 7, 5, 16 }, 4.0f, 0.7f, TRUE },  { { 2, 1, 1, 1 }, 2.0f, 0.5f, TRUE },
    { { 2, 61, 67, 4 }, 4.0f, 0.7f, FALSE }, { { 2, 61, 67, 4 }, 4.0f, 0.7f, TRUE },
  };

  CHECK_TABLE (fixture, rows, check_guidance);
}

typedef struct
{
  CasShape shape;
  float    coefficients[8];
} Step;

static void
check_step (Trial         *t,
            gconstpointer  row)
{
  const Step *s = row;
  const float *k = s->coefficients;
  CasTensor x = trial_input (t, "x", s->shape), epsilon = trial_input (t, "epsilon", s->shape);
  CasTensor noise = trial_input (t, "noise", s->shape);
  CasTensor with = trial_input_values (t, "coefficients", CAS_F32, CAS_SHAPE (1, 1, 1, 8), k);
  CasTensor x0, next;
  g_autoptr (Numbers) wanted_x0 = numbers_new (s->shape);
  g_autoptr (Numbers) wanted_next = numbers_new (s->shape);

  for (guint64 i = 0; i < numbers_n_elements (wanted_x0); i++)
    {
      double e = trial_numbers (t, epsilon)->v[i];

      wanted_x0->v[i] = (trial_numbers (t, x)->v[i] - k[1] * e) / k[0];
      wanted_next->v[i]
          = k[2] * wanted_x0->v[i] + k[3] * e + k[4] * trial_numbers (t, noise)->v[i];
    }

  trial_name (t, "step of %u x %u x %u x %u", s->shape.n, s->shape.h, s->shape.w, s->shape.c);
  cas_op_sampler_step (trial_graph (t), x, epsilon, noise, with, &x0, &next);
  cas_graph_output (trial_graph (t), "x0", x0);
  cas_graph_output (trial_graph (t), "next", next);
  if (!trial_run (t))
    return;
  trial_compare (t, "x0", wanted_x0, 2);
  trial_compare (t, "next", wanted_next, 3);
}

static void
test_step (gconstpointer fixture)
{
  static const Step rows[] = {
    { { 1, 1, 1, 1 }, { 0.8f, 0.6f, 0.9f, 0.4f, 0.1f } },
    { { 1, 1, 127, 1 }, { 0.8f, 0.6f, 0.9f, 0.4f, 0.1f } },
    { { 2, 4, 4, 4 }, { 0.05f, 0.99f, 0.1f, 0.98f, 0.15f } },
    { { 3, 3, 43, 1 }, { 0.999f, 0.01f, 1.0f, 0.0f, 0.0f } },
    { { 3, 25, 31, 4 }, { 0.5f, 0.86f, 0.6f, 0.5f, 0.6f } },
  };

  CHECK_TABLE (fixture, rows, check_step);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/sampling/guidance", test_guidance);
  fixture_add (f, "/sampling/step", test_step);

  return fixture_run (f);
}
