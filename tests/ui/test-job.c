/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is left of a job while its pictures are made and saved. */

#include "queue/job.h"

#define SEED 70

static WeirJob *
new_job (guint n_images)
{
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
    .prompt = "one", .seed = SEED, .n_images = n_images,
  }, NULL);

  g_assert_nonnull (job);
  return weir_job_new (job);
}

/* n_images 0: nothing. */
static void
check_rest (WeirJob *job,
            gboolean is_over,
            guint    first,
            guint    n_images)
{
  CasJob *rest = weir_job_get_rest (job, is_over);

  g_assert_cmpuint (rest ? cas_job_get_params (rest)->n_images : 0, ==, n_images);
  if (rest)
    {
      g_assert_cmpuint (cas_job_get_params (rest)->seed, ==, SEED + first);
      g_assert_cmpstr (cas_job_get_params (rest)->prompt, ==, "one");
      g_assert_true (weir_job_get_rest (job, is_over) == rest);
    }
}

static void
like (void)
{
  g_autoptr (WeirJob) job = new_job (1);
  g_autoptr (WeirJob) again = NULL;

  weir_job_set_model (job, "/models/one");
  again = weir_job_new_like (job, weir_job_get_job (job));
  g_assert_cmpstr (weir_job_get_model (again), ==, "/models/one");
}

static void
pictures (void)
{
  g_autoptr (WeirJob) job = new_job (3);
  guint numbers[2];

  check_rest (job, FALSE, 0, 3);
  g_assert_true (weir_job_get_rest (job, FALSE) == weir_job_get_job (job));
  check_rest (job, TRUE, 0, 0);
  for (guint i = 0; i < 2; i++)
    {
      weir_job_count (job);
      numbers[i] = weir_job_begin_saving (job);
      g_assert_cmpuint (numbers[i], ==, i);
    }
  check_rest (job, FALSE, 0, 3);
  check_rest (job, TRUE, 0, 2);
  weir_job_end_saving (job, numbers[0]);
  check_rest (job, FALSE, 1, 2);
  check_rest (job, TRUE, 1, 1);
  weir_job_end_saving (job, numbers[1]);
  check_rest (job, FALSE, 2, 1);
  check_rest (job, TRUE, 0, 0);
}

/* The later one may be there first; both are kept until the earlier one is too. */
static void
out_of_order (void)
{
  g_autoptr (WeirJob) job = new_job (2);

  for (guint i = 0; i < 2; i++)
    {
      weir_job_count (job);
      weir_job_begin_saving (job);
    }
  weir_job_end_saving (job, 1);
  check_rest (job, TRUE, 0, 2);
  weir_job_end_saving (job, 0);
  check_rest (job, FALSE, 0, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job/like", like);
  g_test_add_func ("/job/pictures", pictures);
  g_test_add_func ("/job/out-of-order", out_of_order);
  return g_test_run ();
}
