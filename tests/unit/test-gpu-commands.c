/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pipelines, commands, and a device that is lost between them. */

#include "gpu-fixture.h"

#include "gpu/commands.h"

static void
test_pipelines_are_kept (void)
{
  CasGpu *gpu = open_gpu (NULL);
  CasPipeline *first = get_scale (gpu, 3, FALSE);

  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, 1);
  g_assert_true (get_scale (gpu, 3, FALSE) == first);
  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, 1);
  g_assert_true (get_scale (gpu, 4, FALSE) != first);
  g_assert_true (get_scale (gpu, 3, TRUE) != first);
  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, 3);

  close_gpu (gpu);
}

static void
record_scale (CasCommands *commands,
              CasPipeline *pipeline,
              CasBuffer   *x,
              CasBuffer   *y,
              guint        n)
{
  const ScalePush push
      = { .x = cas_buffer_get_address (x), .y = cas_buffer_get_address (y), .n = n };

  cas_commands_dispatch (commands, pipeline, &push, (n + SCALE_WORKGROUP - 1) / SCALE_WORKGROUP,
                         1, 1);
}

/* z = 5 · (3 · x), recorded once and run with two sets of numbers. */
static void
test_compute (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GError) error = NULL;
  const guint n = 100003;
  CasBuffer *x = new_buffer (gpu, n * sizeof (float), CAS_MEMORY_UPLOAD);
  CasBuffer *y = new_buffer (gpu, n * sizeof (float), CAS_MEMORY_DEVICE);
  CasBuffer *z = new_buffer (gpu, n * sizeof (float), CAS_MEMORY_READBACK);
  CasCommands *commands = cas_commands_new (gpu, 3, "scale twice", &error);
  float *in = cas_buffer_get_host (x);
  const float *out = cas_buffer_get_host (z);

  cas_commands_timestamp (commands, 0);
  record_scale (commands, get_scale (gpu, 3, FALSE), x, y, n);
  cas_commands_timestamp (commands, 1);
  cas_commands_barrier (commands);
  record_scale (commands, get_scale (gpu, 5, TRUE), y, z, n);
  cas_commands_timestamp (commands, 2);
  g_assert_true (cas_commands_end (commands, &error));

  for (guint run = 0; run < 2; run++)
    {
      for (guint i = 0; i < n; i++)
        in[i] = i * (run + 1);
      cas_commands_run (commands, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < n; i++)
        if (out[i] != 15.0f * in[i])
          g_error ("run %u: element %u is %g, wanted %g", run, i, out[i], 15.0f * in[i]);
    }

  g_test_message ("%g s, %g s", cas_commands_get_time (commands, 1),
                  cas_commands_get_time (commands, 2));
  g_assert_cmpfloat (cas_commands_get_time (commands, 0), ==, 0);
  g_assert_cmpfloat (cas_commands_get_time (commands, 1), >=, 0);
  g_assert_cmpfloat (cas_commands_get_time (commands, 2), >=, cas_commands_get_time (commands, 1));

  cas_commands_free (commands);
  cas_buffer_free (x);
  cas_buffer_free (y);
  cas_buffer_free (z);
  close_gpu (gpu);
}

/* The layer is heard: it notices two copies to one place with no barrier between. */
static void
test_missing_barrier (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasBuffer) src = new_buffer (gpu, 64, CAS_MEMORY_DEVICE);
  g_autoptr (CasBuffer) dst = new_buffer (gpu, 64, CAS_MEMORY_DEVICE);
  g_autoptr (CasCommands) commands = cas_commands_new (gpu, 0, "no barrier", &error);

  cas_commands_copy (commands, src, 0, dst, 0, 64);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*WRITE?AFTER?WRITE*");
  cas_commands_copy (commands, src, 0, dst, 0, 64);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (cas_gpu_get_n_validation_messages (gpu), ==, 1);
  cas_commands_end (commands, &error);
  g_assert_no_error (error);

  g_clear_pointer (&commands, cas_commands_free);
  g_clear_pointer (&src, cas_buffer_free);
  g_clear_pointer (&dst, cas_buffer_free);
  cas_gpu_free (gpu);
}

static void
test_device_lost (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GError) error = NULL;
  CasBuffer *buffer = new_buffer (gpu, 64, CAS_MEMORY_DEVICE);
  CasCommands *commands = cas_commands_new (gpu, 0, "never run", NULL);
  gsize size = 64;

  g_assert_nonnull (cas_gpu_peek_staging (gpu, &size, NULL));
  g_assert_true (cas_gpu_commit_staging (gpu, buffer, 0, 64, NULL));
  g_assert_true (cas_commands_end (commands, NULL));

  g_assert_false (cas_gpu_check (gpu, VK_ERROR_DEVICE_LOST, "vkQueueSubmit2", &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST);
  g_assert_true (cas_gpu_is_lost (gpu));

#define ASSERT_LOST(call)                                    \
  g_clear_error (&error);                                    \
  g_assert_false (call);                                     \
  g_assert_error (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST)

  ASSERT_LOST (cas_buffer_new (gpu, 64, 0, 0, "late", &error) != NULL);
  ASSERT_LOST (cas_gpu_peek_staging (gpu, &size, &error) != NULL);
  ASSERT_LOST (cas_gpu_commit_staging (gpu, buffer, 0, 64, &error));
  ASSERT_LOST (cas_gpu_finish_uploads (gpu, &error));
  ASSERT_LOST (cas_commands_new (gpu, 0, "late", &error) != NULL);
  ASSERT_LOST (cas_commands_run (commands, &error));
  ASSERT_LOST (cas_gpu_get_pipeline (gpu, &(CasPipelineParams) { .shader = &scale }, &error)
               != NULL);

  cas_commands_free (commands);
  cas_buffer_free (buffer);
  close_gpu (gpu);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gpu/pipelines-are-kept", test_pipelines_are_kept);
  g_test_add_func ("/gpu/compute", test_compute);
  g_test_add_func ("/gpu/missing-barrier", test_missing_barrier);
  g_test_add_func ("/gpu/device-lost", test_device_lost);

  return g_test_run ();
}
