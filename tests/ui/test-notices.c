/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said once, and what again. */

#include "queue/notices.h"

static WeirJob *
new_job (const char *lora,
         const char *model)
{
  const CasJobLora loras[] = { { .path = lora, .weight = 1 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) params = cas_job_new (&(CasJobParams) {
    .prompt = "one", .loras = loras, .n_loras = lora ? 1 : 0,
  }, &error);
  WeirJob *job;

  g_assert_no_error (error);
  job = weir_job_new (params);
  weir_job_set_model (job, model);
  return job;
}

static void
batches (void)
{
  g_autoptr (WeirNotices) notices = weir_notices_new ();
  g_autoptr (WeirJob) first = new_job (NULL, "a");
  g_autoptr (WeirJob) second = new_job (NULL, "a");

  g_assert_true (weir_notices_is_new (notices, first, "The prompt was cut."));
  g_assert_false (weir_notices_is_new (notices, first, "The prompt was cut."));
  g_assert_false (weir_notices_is_new (notices, second, "The prompt was cut."));
  g_assert_true (weir_notices_is_new (notices, second, "Another thing."));
  weir_notices_end_batch (notices);
  g_assert_true (weir_notices_is_new (notices, second, "The prompt was cut."));
}

/* All of what is said of a file with one job, and nothing with a later one, however much it counts
 * there, but for another model. */
static void
loras (void)
{
  g_autoptr (WeirNotices) notices = weir_notices_new ();
  g_autoptr (WeirJob) first = new_job ("/loras/snow.v2.safetensors", "a");
  g_autoptr (WeirJob) second = new_job ("/loras/snow.v2.safetensors", "a");
  g_autoptr (WeirJob) other = new_job ("/loras/snow.v2.safetensors", "b");

  g_assert_true (weir_notices_is_new (notices, first, "LoRA “snow.v2” at 1: 3 of its 4."));
  g_assert_true (weir_notices_is_new (notices, first, "LoRA “snow.v2” has a new token."));
  weir_notices_end_batch (notices);
  g_assert_false (weir_notices_is_new (notices, second, "LoRA “snow.v2” at 0.5: 3 of its 4."));
  g_assert_true (weir_notices_is_new (notices, second, "The prompt says “snow”."));
  g_assert_true (weir_notices_is_new (notices, other, "LoRA “snow.v2” at 1: 3 of its 4."));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/notices/batches", batches);
  g_test_add_func ("/ui/notices/loras", loras);
  return g_test_run ();
}
