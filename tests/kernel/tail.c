/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Batch norm, activation, scale, residual and modulation, each in one plain loop. */

#include "kernel/tail.h"

#include <math.h>

static CasTensor
append_batch_norm (Trial     *t,
                   CasTensor  y,
                   Numbers   *wanted)
{
  guint32 c = y.shape.c;
  const CasWeight *weight = trial_vector (t, "norm.weight", 2, c);
  const CasWeight *bias = trial_vector (t, "norm.bias", 1, c);
  const CasWeight *mean = trial_vector (t, "norm.mean", 1, c);
  const CasWeight *var = trial_vector (t, "norm.var", 1, c);
  CasBatchNorm norm = { .weight = weight, .bias = bias, .mean = mean, .var = var };

  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    wanted->v[i] = (wanted->v[i] - test_weight_value (mean, i % c))
                       / sqrt (test_weight_value (var, i % c) + 1.5)
                       * test_weight_value (weight, i % c)
                   + test_weight_value (bias, i % c);
  return cas_op_batch_norm (trial_graph (t), y, norm, 1.5f);
}

static CasTensor
append_modulate (Trial     *t,
                 CasTensor  y,
                 Numbers   *wanted,
                 gboolean   is_shared)
{
  CasShape shape = y.shape;
  CasTensor ab = trial_input (t, "ab", CAS_SHAPE (is_shared ? 1 : shape.n, 1, 1, 2 * shape.c));
  const Numbers *m = trial_numbers (t, ab);

  for (guint32 n = 0; n < shape.n; n++)
    for (guint32 i = 0; i < shape.h; i++)
      for (guint32 j = 0; j < shape.w; j++)
        for (guint32 c = 0; c < shape.c; c++)
          {
            double *v = &AT (wanted, n, i, j, c);
            guint32 from = is_shared ? 0 : n;

            *v = *v * (1.0 + AT (m, from, 0, 0, c)) + AT (m, from, 0, 0, shape.c + c);
          }
  return cas_op_modulate (trial_graph (t), y, ab);
}

CasTensor
trial_append_tail (Trial     *t,
                   CasTensor  y,
                   Numbers   *wanted,
                   guint      tail)
{
  CasGraph *g = trial_graph (t);

  if (tail & TAIL_BATCH_NORM)
    y = append_batch_norm (t, y, wanted);
  if (tail & TAIL_SILU)
    {
      for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
        wanted->v[i] = reference_activate (wanted->v[i], CAS_ACT_SILU);
      y = cas_op_activation (g, y, CAS_ACT_SILU);
    }
  if (tail & TAIL_SCALE)
    {
      const CasWeight *gammas = trial_vector (t, "gammas", 1, 6);

      for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
        wanted->v[i] *= test_weight_value (gammas, 5);
      y = cas_op_scale_by (g, y, gammas, 0.0f, 5, -1);
    }
  if (tail & TAIL_RESIDUAL)
    {
      CasTensor residual = trial_input (t, "residual", y.shape);

      for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
        wanted->v[i] += trial_numbers (t, residual)->v[i];
      y = cas_op_add (g, residual, y);
    }
  if (tail & (TAIL_MODULATE | TAIL_SHARED_MODULATE))
    y = append_modulate (t, y, wanted, (tail & TAIL_SHARED_MODULATE) != 0);

  return y;
}
