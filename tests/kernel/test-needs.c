/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a graph is counted to hold: weights that stay and temporary ones lie in blocks of their
 * own. */

#include <math.h>
#include <string.h>

#include "kernel/fixture.h"

#define BLOCK_MIB  4   /* the first one of weights */
#define FILLER_MIB 256 /* of graphs that are added until there is no room */

static gboolean
add (Fixture   *f,
     CasNeeds  *needs,
     CasGraph  *g,
     GError   **error)
{
  return cas_graph_compile (g, &(CasCompileParams) {
    .gpu = fixture_get_gpu (f),
    .needs = needs,
  }, error);
}

static gboolean
add_filler (Fixture   *f,
            CasNeeds  *needs,
            GError   **error)
{
  g_autoptr (CasGraph) g = cas_graph_new ("filler");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 1, 4));

  x = cas_op_nearest (g, x, 4096, 4096);
  cas_graph_output (g, "y", cas_op_nearest (g, x, 1, 1));
  return add (f, needs, g, error);
}

/* MiB of a graph with two weights of 1 MiB, and of as many fillers as there is room for and one
 * more: a plan tells its sum only when it is too large. */
static double
count_needs (Fixture  *f,
             gboolean  is_temporary)
{
  g_autoptr (CasWeight) w = test_weight_new ("w", CAS_F32, 1, 2, (guint64[]) { 512, 512 });
  g_autoptr (CasWeight) v = test_weight_new ("v", CAS_F32, 1, 2, (guint64[]) { 512, 512 });
  g_autoptr (CasNeeds) needs = cas_needs_new (fixture_get_gpu (f));
  g_autoptr (CasGraph) g = cas_graph_new ("weights");
  g_autoptr (GError) error = NULL;
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 1, 512));
  const char *number;

  v->is_temporary = is_temporary;
  x = cas_op_linear (g, x, (CasLinear) { .weight = w }, CAS_ACT_NONE);
  x = cas_op_linear (g, x, (CasLinear) { .weight = v }, CAS_ACT_NONE);
  cas_graph_output (g, "y", x);
  g_assert_true (add (f, needs, g, &error));
  while (add_filler (f, needs, &error))
    continue;
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  number = strstr (error->message, "needs at least ");
  g_assert_nonnull (number);
  return g_ascii_strtod (number + strlen ("needs at least "), NULL);
}

static void
test_temporary (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  const double more = count_needs (f, TRUE) - count_needs (f, FALSE);

  g_assert_cmpfloat_with_epsilon (remainder (more, FILLER_MIB), BLOCK_MIB, 0.5);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/needs/temporary", test_temporary);

  return fixture_run (f);
}
