/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The guard that counts NaN and infinities finds them wherever they are, and nothing else. */

#include "kernel/fixture.h"

#include <math.h>

typedef struct
{
  CasShape shape;
  guint    n_bad;
  struct
  {
    gint64 index; /* negative: from the end */
    float  value;
  } bad[3];
  guint32 first, n; /* channels looked at; 0: all */
  gint32  wanted;
} Finite;

static void
check_finite (Trial         *t,
              gconstpointer  row)
{
  const Finite *s = row;
  gint64 n = (gint64) s->shape.n * s->shape.h * s->shape.w * s->shape.c;
  g_autofree float *values = test_numbers (1, n);
  CasTensor x;
  gint32 found = -1;

  for (guint i = 0; i < s->n_bad; i++)
    values[s->bad[i].index < 0 ? n + s->bad[i].index : s->bad[i].index] = s->bad[i].value;
  x = trial_input_values (t, "x", CAS_F32, s->shape, values);
  if (s->n > 0)
    x = cas_tensor_channels (trial_graph (t), x, s->first, s->n);
  trial_name (t, "%u bad of %" G_GINT64_FORMAT ", the first %g at %" G_GINT64_FORMAT, s->n_bad, n,
              s->bad[0].value, s->bad[0].index);
  cas_graph_output (trial_graph (t), "count", cas_op_count_not_finite (trial_graph (t), x));
  if (!trial_run (t))
    return;
  cas_graph_read (trial_graph (t), "count", &found);
  if (found != s->wanted)
    trial_fail (t, "%d were found, wanted %d", found, s->wanted);
}

static void
test_finite (gconstpointer fixture)
{
  static const Finite rows[] = {
    { { 1, 1, 1, 1 }, 0, .wanted = 0 },
    { { 1, 1, 1, 1 }, 1, { { 0, NAN } }, .wanted = 1 },
    { { 3, 5, 7, 13 }, 0, .wanted = 0 },
    { { 3, 5, 7, 13 }, 1, { { 0, NAN } }, .wanted = 1 },
    { { 3, 5, 7, 13 }, 1, { { 682, INFINITY } }, .wanted = 1 },
    { { 3, 5, 7, 13 }, 1, { { -1, -INFINITY } }, .wanted = 1 },
    { { 2, 3, 3, 8 }, 3, { { 0, -NAN }, { 71, INFINITY }, { -1, NAN } }, .wanted = 3 },
    /* large and small numbers are no infinities */
    { { 2, 3, 3, 8 }, 3, { { 0, 3.4e38f }, { 71, -3.4e38f }, { -1, 1e-42f } }, .wanted = 0 },
    /* of a view: only its channels count */
    { { 1, 1, 9, 8 }, 2, { { 2, NAN }, { 64 + 5, NAN } }, 2, 3, .wanted = 1 },
    { { 1, 31, 67, 8 }, 3, { { 2, NAN }, { -4, NAN }, { 8192, NAN } }, 2, 3, .wanted = 2 },
  };

  CHECK_TABLE (fixture, rows, check_finite);
}

/* all of many numbers */
static void
check_all (Trial         *t,
           gconstpointer  row)
{
  const CasShape *s = row;
  guint32 n = s->n * s->h * s->w * s->c;
  g_autofree float *values = g_new (float, n);
  gint32 found = -1;
  CasTensor x;

  for (guint32 i = 0; i < n; i++)
    values[i] = i % 2 == 0 ? INFINITY : NAN;
  x = trial_input_values (t, "x", CAS_F32, *s, values);
  trial_name (t, "%u of %u bad", n, n);
  cas_graph_output (trial_graph (t), "count", cas_op_count_not_finite (trial_graph (t), x));
  if (!trial_run (t))
    return;
  cas_graph_read (trial_graph (t), "count", &found);
  if (found != (gint32) n)
    trial_fail (t, "%d were found, wanted %u", found, n);
}

static void
test_all (gconstpointer fixture)
{
  static const CasShape shapes[] = { { 1, 1, 1, 7 }, { 2, 31, 33, 9 } };

  CHECK_TABLE (fixture, shapes, check_all);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/finite/places", test_finite);
  fixture_add (f, "/finite/all", test_all);

  return fixture_run (f);
}
