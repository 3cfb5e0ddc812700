/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plain loops: no order of summation, no tiling, nothing that a kernel could share. */

#include "kernel/numbers.h"

#include <math.h>
#include <string.h>

#include "support/weights.h"

Numbers *
numbers_new (CasShape shape)
{
  guint64 n = (guint64) shape.n * shape.h * shape.w * shape.c;
  Numbers *x = g_malloc0 (sizeof (Numbers) + n * sizeof (double));

  x->shape = shape;
  return x;
}

void
numbers_free (Numbers *x)
{
  g_free (x);
}

guint64
numbers_n_elements (const Numbers *x)
{
  return (guint64) x->shape.n * x->shape.h * x->shape.w * x->shape.c;
}

Numbers *
numbers_dup_channels (const Numbers *x,
                      guint32        first,
                      guint32        n)
{
  Numbers *y = numbers_new (CAS_SHAPE (x->shape.n, x->shape.h, x->shape.w, n));

  for (guint64 row = 0; row < numbers_n_elements (y) / n; row++)
    memcpy (&y->v[row * n], &x->v[row * x->shape.c + first], n * sizeof (double));
  return y;
}

double
reference_activate (double        x,
                    CasActivation act)
{
  switch (act)
    {
    case CAS_ACT_GELU:
      return 0.5 * x * (1.0 + erf (x / sqrt (2.0)));
    case CAS_ACT_SILU:
      return x / (1.0 + exp (-x));
    case CAS_ACT_QUICK_GELU:
      return x / (1.0 + exp (-1.702 * x));
    case CAS_ACT_LEAKY_RELU:
      return x < 0.0 ? 0.2 * x : x;
    case CAS_ACT_SIGMOID:
      return 1.0 / (1.0 + exp (-x));
    case CAS_ACT_RELU:
      return MAX (x, 0.0);
    default:
      return x;
    }
}

Numbers *
reference_linear (const Numbers   *x,
                  const CasWeight *weight,
                  const CasWeight *bias,
                  CasActivation    act)
{
  guint32 n_in = x->shape.c, n_out = weight->dims[0];
  Numbers *y = numbers_new (CAS_SHAPE (x->shape.n, x->shape.h, x->shape.w, n_out));
  g_autofree double *w = g_new (double, (gsize) n_out * n_in);

  for (guint64 k = 0; k < (guint64) n_out * n_in; k++)
    w[k] = test_weight_value (weight, k);

  for (guint64 row = 0; row < numbers_n_elements (y) / n_out; row++)
    for (guint32 o = 0; o < n_out; o++)
      {
        double sum = bias != NULL ? test_weight_value (bias, o) : 0.0;

        for (guint32 i = 0; i < n_in; i++)
          sum += x->v[row * n_in + i] * w[(gsize) o * n_in + i];
        y->v[row * n_out + o] = reference_activate (sum, act);
      }
  return y;
}

Numbers *
reference_grn (const Numbers   *x,
               const CasWeight *gamma,
               const CasWeight *beta)
{
  CasShape shape = x->shape;
  Numbers *y = numbers_new (shape);
  g_autofree double *norm = g_new (double, shape.c);

  for (guint32 n = 0; n < shape.n; n++)
    {
      double mean = 0.0;

      for (guint32 c = 0; c < shape.c; c++)
        {
          double squares = 0.0;

          for (guint32 i = 0; i < shape.h; i++)
            for (guint32 j = 0; j < shape.w; j++)
              squares += AT (x, n, i, j, c) * AT (x, n, i, j, c);
          norm[c] = sqrt (squares);
          mean += norm[c] / shape.c;
        }

      for (guint32 i = 0; i < shape.h; i++)
        for (guint32 j = 0; j < shape.w; j++)
          for (guint32 c = 0; c < shape.c; c++)
            AT (y, n, i, j, c) = test_weight_value (gamma, c) * AT (x, n, i, j, c)
                                     * (norm[c] / (mean + 1e-6))
                                 + test_weight_value (beta, c) + AT (x, n, i, j, c);
    }
  return y;
}

Numbers *
reference_concat (const Numbers *a,
                  const Numbers *b)
{
  CasShape shape = a->shape;
  Numbers *y;

  shape.c += b->shape.c;
  y = numbers_new (shape);
  for (guint64 row = 0; row < numbers_n_elements (y) / shape.c; row++)
    {
      memcpy (&y->v[row * shape.c], &a->v[row * a->shape.c], a->shape.c * sizeof (double));
      memcpy (&y->v[row * shape.c + a->shape.c], &b->v[row * b->shape.c],
              b->shape.c * sizeof (double));
    }
  return y;
}
