/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trial finds every path that this device offers right. */

#include "ops/trial.h"

#include "kernel/fixture.h"

static void
check_path (CasTrial *trial,
            CasPath   path)
{
  g_autoptr (GError) error = NULL;
  CasTrialResult result;

  g_assert_true (cas_trial_run (trial, path, &result, &error));
  g_assert_no_error (error);
  g_test_message ("%s: error %.2g of at most %.2g, %.3g GFLOP/s", cas_path_get_name (path),
                  result.error, cas_trial_get_bound (path), result.speed / 1e9);
  g_assert_cmpfloat (result.error, <=, cas_trial_get_bound (path));
  g_assert_cmpfloat (result.speed, >, 0);
  if (path == CAS_PATH_REGISTER)
    g_assert_cmpfloat (result.error, ==, 0);
}

static void
test_paths (gconstpointer data)
{
  CasGpu *gpu = fixture_get_gpu ((Fixture *) data);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasTrial) trial = cas_trial_new (gpu, &error);

  g_assert_no_error (error);
  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (cas_path_is_offered (path, cas_gpu_get_info (gpu)))
      check_path (trial, path);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  Fixture *f = fixture_new ();

  fixture_add (f, "/kernel/trial/paths", test_paths);
  return fixture_run (f);
}
