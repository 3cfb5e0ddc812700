/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes put on weights: every operation computes with the changed weight, and with a half-float
 * weight nothing of a small change is lost. */

#include <math.h>

#include "kernel/fixture.h"
#include "ops/low_rank.h"

/* A change of made-up numbers, put on the weight. */
static CasLowRank *
put_on (const CasWeight *weight,
        guint32          rank,
        float            scale)
{
  CasLowRank *change = cas_low_rank_new (weight, rank, NULL);

  for (guint32 i = 0; i < change->n_rows; i++)
    for (guint32 k = 0; k < rank; k++)
      change->up_values[i * change->rank + k] = scale * test_number (3, i * rank + k);
  for (guint32 i = 0; i < rank * change->n_columns; i++)
    change->down_values[i] = test_number (5, i);
  ((CasWeight *) weight)->low_rank = change;
  return change;
}

static double
changed_value (const CasWeight *weight,
               guint64          index)
{
  const CasLowRank *change = weight->low_rank;
  double sum = test_weight_value (weight, index);

  for (guint32 k = 0; k < change->rank; k++)
    sum += (double) change->up_values[index / change->n_columns * change->rank + k]
           * change->down_values[k * change->n_columns + index % change->n_columns];
  return sum;
}

/* --- linears --- */

typedef struct
{
  guint32       n_rows, n_in, n_out, rank;
  CasDtype      dtype;
  CasActivation act;
  guint32       first_row; /* of a slice of the outputs; 0: all of them */
} Linear;

static void
check_linear (Trial         *t,
              gconstpointer  row)
{
  const Linear *s = row;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (2, 1, s->n_rows, s->n_in));
  const CasWeight *w = trial_weight (t, "w", s->dtype, 2.0 / sqrt (s->n_in), 2,
                                     (guint64[]) { s->n_out, s->n_in });
  const CasWeight *b = trial_vector (t, "b", 1, s->n_out);
  g_autoptr (CasLowRank) change = put_on (w, s->rank, 0.01f);
  const Numbers *in = trial_numbers (t, x);
  guint32 n = s->n_out - s->first_row;
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (2, 1, s->n_rows, n));
  CasLinear linear = { .weight = w, .bias = b, .first_row = s->first_row };

  for (guint32 i = 0; i < 2 * s->n_rows; i++)
    for (guint32 o = 0; o < n; o++)
      {
        guint32 out = s->first_row + o;
        double sum = test_weight_value (b, out);

        for (guint32 k = 0; k < s->n_in; k++)
          sum += in->v[i * s->n_in + k] * changed_value (w, (guint64) out * s->n_in + k);
        wanted->v[i * n + o] = reference_activate (sum, s->act);
      }

  trial_name (t, "%u → %u of rank %u, %s, act %d", s->n_in, s->n_out, s->rank,
              cas_dtype_name (s->dtype), s->act);
  trial_check (t, cas_op_linear (trial_graph (t), x, linear, s->act), wanted, s->n_in + s->rank);
  ((CasWeight *) w)->low_rank = NULL;
}

static void
test_linear (gconstpointer fixture)
{
  static const Linear rows[] = {
    { 7, 24, 33, 1, CAS_F32 },
    { 65, 64, 64, 4, CAS_BF16 },
    { 9, 40, 48, 13, CAS_F16, CAS_ACT_GELU },
    { 31, 16, 96, 8, CAS_BF16, CAS_ACT_NONE, 32 },
    { 5, 13, 7, 3, CAS_BF16, CAS_ACT_QUICK_GELU },
  };

  CHECK_TABLE (fixture, rows, check_linear);
}

/* Changes beside the stack, or in it where there are more of them than of its columns. */
typedef struct
{
  CasDtype dtype;
  guint32  rank;
} Stack;

static void
check_stack (Trial         *t,
             gconstpointer  row)
{
  enum { IN = 24, OUT = 40, ROWS = 2 };
  const Stack *s = row;
  const CasDtype dtype = s->dtype;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (1, 1, ROWS, IN));
  const CasWeight *w = trial_weight (t, "w", dtype, 0.5, 2, (guint64[]) { OUT, IN });
  const CasWeight *plain = trial_weight (t, "plain", dtype, 0.5, 2, (guint64[]) { OUT, IN });
  g_autoptr (CasLowRank) change = put_on (w, s->rank, 0.01f);
  const Numbers *in = trial_numbers (t, x);
  g_autoptr (Numbers) wanted = numbers_new (CAS_SHAPE (1, 1, ROWS, 2 * OUT));
  const CasLinearPiece pieces[] = { { .weight = plain }, { .weight = w, .first_row = OUT } };

  for (guint32 i = 0; i < ROWS; i++)
    for (guint32 o = 0; o < OUT; o++)
      for (guint32 k = 0; k < IN; k++)
        {
          wanted->v[i * 2 * OUT + o] += in->v[i * IN + k] * test_weight_value (plain, o * IN + k);
          wanted->v[i * 2 * OUT + OUT + o] += in->v[i * IN + k] * changed_value (w, o * IN + k);
        }

  trial_name (t, "stack of %s, rank %u", cas_dtype_name (dtype), s->rank);
  trial_check (t, cas_op_linear_stack (trial_graph (t), x, pieces, 2, 2 * OUT), wanted,
               IN + s->rank);
  ((CasWeight *) w)->low_rank = NULL;
}

static void
test_stack (gconstpointer fixture)
{
  static const Stack rows[] = {
    { CAS_F32, 4 }, { CAS_BF16, 8 }, { CAS_F32, 25 }, { CAS_BF16, 32 },
  };

  CHECK_TABLE (fixture, rows, check_stack);
}

/* --- reading the sum --- */

/* Any range of it, not only whole rows. */
static void
test_merged (gconstpointer fixture)
{
  enum { OUT = 6, IN = 9 * 3 };
  g_autoptr (CasWeight) w = test_weight_new ("w", CAS_BF16, 1, 4, (guint64[]) { OUT, 3, 3, 3 });
  g_autoptr (CasLowRank) change = put_on (w, 2, 0.1f);
  const CasWeight *merged = cas_weight_merged (w);
  float values[OUT * IN];

  g_assert_cmpint (merged->dtype, ==, CAS_F32);
  for (guint first = 0; first < OUT * IN; first += 13)
    {
      const guint n = MIN (40, OUT * IN - first);

      g_assert_true (merged->read (merged, first * 4, values, n * 4, NULL));
      for (guint i = 0; i < n; i++)
        g_assert_cmpfloat_with_epsilon (values[i], changed_value (w, first + i), 1e-6);
    }
  w->low_rank = NULL;
  g_assert_true (cas_weight_merged (w) == w);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  Fixture *f = fixture_new ();

  fixture_add (f, "/low-rank/linear", test_linear);
  fixture_add (f, "/low-rank/stack", test_stack);
  fixture_add (f, "/low-rank/merged", test_merged);
  return fixture_run (f);
}
