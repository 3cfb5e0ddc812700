/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each Vulkan call that can fail does, with each result: the work ends with that error, nothing
 * is left behind, and the device works again unless it is lost. */

#include "gpu-fixture.h"

#include "gpu/commands.h"

static const struct
{
  VkResult result;
  CasError code;
} results[] = {
  { VK_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_OUT_OF_HOST_MEMORY },
  { VK_ERROR_OUT_OF_DEVICE_MEMORY, CAS_ERROR_OUT_OF_DEVICE_MEMORY },
  { VK_ERROR_INITIALIZATION_FAILED, CAS_ERROR_UNSUPPORTED_DEVICE },
  { VK_ERROR_DEVICE_LOST, CAS_ERROR_DEVICE_LOST }, /* the last: it stays so */
};

static VkResult injected;

/* Stands in for any of them: none is called by more than a pointer and a result. */
static VKAPI_ATTR VkResult VKAPI_CALL
fail (void)
{
  return injected;
}

static const struct
{
  gsize       offset;
  const char *name;
} functions[] = {
#define FUNCTION(name) { G_STRUCT_OFFSET (CasVulkan, name), #name }
  FUNCTION (AllocateCommandBuffers), FUNCTION (AllocateMemory),
  FUNCTION (BeginCommandBuffer),     FUNCTION (BindBufferMemory),
  FUNCTION (CreateBuffer),           FUNCTION (CreateComputePipelines),
  FUNCTION (CreateFence),            FUNCTION (CreatePipelineLayout),
  FUNCTION (CreateQueryPool),        FUNCTION (CreateShaderModule),
  FUNCTION (EndCommandBuffer),       FUNCTION (MapMemory),
  FUNCTION (QueueSubmit2),           FUNCTION (ResetFences),
  FUNCTION (WaitForFences),
#undef FUNCTION
};

static gboolean
upload (CasGpu     *gpu,
        CasBuffer  *dst,
        GError    **error)
{
  gsize size = 64;
  float *host = cas_gpu_peek_staging (gpu, &size, error);

  if (host == NULL)
    return FALSE;
  for (guint i = 0; i < 16; i++)
    host[i] = i;

  return cas_gpu_commit_staging (gpu, dst, 0, size, error)
         && cas_gpu_finish_uploads (gpu, error);
}

static gboolean
work (CasGpu  *gpu,
      GError **error)
{
  g_autoptr (CasBuffer) x = cas_buffer_new (gpu, 64, 0, CAS_MEMORY_DEVICE, "x", error);
  g_autoptr (CasBuffer) y = x ? cas_buffer_new (gpu, 64, 0, CAS_MEMORY_READBACK, "y", error) : NULL;
  g_autoptr (CasCommands) commands = NULL;
  CasPipeline *pipeline;
  ScalePush push = { .n = 16 };

  if (y == NULL || !upload (gpu, x, error))
    return FALSE;

  pipeline = cas_gpu_get_pipeline (gpu, &(CasPipelineParams) {
    .shader = &scale,
    .spec = { SCALE_WORKGROUP, 2 },
    .n_spec = 2,
  }, error);
  commands = pipeline ? cas_commands_new (gpu, 1, "work", error) : NULL;
  if (commands == NULL)
    return FALSE;

  push.x = cas_buffer_get_address (x);
  push.y = cas_buffer_get_address (y);
  cas_commands_dispatch (commands, pipeline, &push, 1, 1, 1);
  if (!cas_commands_end (commands, error) || !cas_commands_run (commands, error))
    return FALSE;

  for (guint i = 0; i < 16; i++)
    g_assert_cmpfloat (((float *) cas_buffer_get_host (y))[i], ==, 2 * i);
  return TRUE;
}

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      CasGpu *gpu = open_gpu (NULL);
      gpointer *entry = &G_STRUCT_MEMBER (gpointer, &gpu->instance->vk, functions[i].offset);
      gpointer real = *entry;

      for (guint j = 0; j < G_N_ELEMENTS (results) && !cas_gpu_is_lost (gpu); j++)
        {
          g_autoptr (GError) error = NULL;

          g_test_message ("vk%s gives %d", functions[i].name, results[j].result);
          injected = results[j].result;
          *entry = (gpointer) fail;
          g_assert_false (work (gpu, &error));
          *entry = real;
          g_assert_error (error, CAS_ERROR, (int) results[j].code);
        }

      close_gpu (gpu);
    }
}

/* What failed once may be asked for again. */
static void
test_recovery (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      CasGpu *gpu = open_gpu (NULL);
      gpointer *entry = &G_STRUCT_MEMBER (gpointer, &gpu->instance->vk, functions[i].offset);
      gpointer real = *entry;
      g_autoptr (GError) error = NULL;

      g_test_message ("vk%s", functions[i].name);
      injected = VK_ERROR_OUT_OF_DEVICE_MEMORY;
      *entry = (gpointer) fail;
      g_assert_false (work (gpu, NULL));
      *entry = real;

      /* after a wait that failed nothing is known of what still runs */
      if (functions[i].offset == G_STRUCT_OFFSET (CasVulkan, WaitForFences))
        g_assert_true (cas_gpu_is_lost (gpu));
      else
        work (gpu, &error);
      g_assert_no_error (error);

      close_gpu (gpu);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gpu/faults", test_faults);
  g_test_add_func ("/gpu/recovery", test_recovery);

  return g_test_run ();
}
