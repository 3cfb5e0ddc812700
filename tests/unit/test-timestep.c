/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The timestep embedding against the reference. Its arguments reach 10⁴ radians: frequencies that
 * are off by one unit in the last place would show. */

#include "sample/timestep.h"

#include <math.h>

static const guint columns[] = { 0, 1, 15, 31, 32, 33, 47, 63 };

static const struct
{
  float r;
  float values[G_N_ELEMENTS (columns)];
} rows[] = {
  { 0.0f,
    {
      0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f,
    } },
  { 9.99999975e-05f,
    {
      0.841470957f, 0.676473677f, 0.0116012925f, 9.99999902e-05f, 0.540302277f, 0.736466765f,
      0.999932706f, 1.0f,
    } },
  { 0.5f,
    {
      -0.987966418f, 0.993539453f, 0.993767977f, 0.47942549f, 0.154668406f, 0.113487758f,
      0.111469045f, 0.87758261f,
    } },
  { 1.0f,
    {
      -0.305614382f, 0.225509122f, 0.221548721f, 0.841470957f, -0.952155352f, -0.974241078f,
      -0.975149333f, 0.540302396f,
    } },
};

static void
test_embedding (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      float found[CAS_TIMESTEP_SIZE];

      cas_timestep_embedding (rows[i].r, found);
      for (guint j = 0; j < G_N_ELEMENTS (columns); j++)
        if (!(fabs (found[columns[j]] - rows[i].values[j]) <= 1e-6))
          {
            g_test_message ("r %g: number %u is %.9g, wanted %.9g",
                            rows[i].r, columns[j], found[columns[j]], rows[i].values[j]);
            g_test_fail ();
          }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timestep/embedding", test_embedding);
  return g_test_run ();
}
