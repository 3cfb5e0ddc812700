/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the linker puts in the place of the engine's own functions. */

#include "cli/short-memory.h"

#include <string.h>

#include "gpu/memory-plan.h"

ShortMemory short_memory = {
  .weights_budget = G_MAXUINT64, .max_allocation = G_MAXUINT64, .max_heap = G_MAXUINT64,
};

CasBuffer *__real_cas_buffer_new (CasGpu          *gpu,
                                  guint64          size,
                                  CasMemoryPurpose purpose,
                                  CasMemoryPlace   place,
                                  const char      *name,
                                  GError         **error);
CasBuffer *__wrap_cas_buffer_new (CasGpu          *gpu,
                                  guint64          size,
                                  CasMemoryPurpose purpose,
                                  CasMemoryPlace   place,
                                  const char      *name,
                                  GError         **error);
CasGpu    *__real_cas_gpu_new    (const CasGpuParams *params,
                                  GError            **error);
CasGpu    *__wrap_cas_gpu_new    (const CasGpuParams *params,
                                  GError            **error);
gboolean   __real_cas_memory_plan_add (CasMemoryPlan   *plan,
                                       guint64          size,
                                       CasMemoryPlace   place,
                                       const char      *name,
                                       GError         **error);
gboolean   __wrap_cas_memory_plan_add (CasMemoryPlan   *plan,
                                       guint64          size,
                                       CasMemoryPlace   place,
                                       const char      *name,
                                       GError         **error);

CasBuffer *
__wrap_cas_buffer_new (CasGpu          *gpu,
                       guint64          size,
                       CasMemoryPurpose purpose,
                       CasMemoryPlace   place,
                       const char      *name,
                       GError         **error)
{
  const guint64 wanted = cas_gpu_get_bytes_held (gpu, CAS_MEMORY_WEIGHTS)
                         + (purpose == CAS_MEMORY_WEIGHTS ? size : 0);

  if (wanted > short_memory.weights_budget)
    {
      short_memory.n_refused++;
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
                           "The budget is spent.");
      return NULL;
    }
  short_memory.weights_peak = MAX (short_memory.weights_peak, wanted);
  return __real_cas_buffer_new (gpu, size, purpose, place, name, error);
}

CasGpu *
__wrap_cas_gpu_new (const CasGpuParams *params,
                    GError            **error)
{
  CasGpu *gpu = __real_cas_gpu_new (params, error);

  g_assert_nonnull (gpu);
  gpu->info.max_allocation_bytes
    = MIN (gpu->info.max_allocation_bytes, short_memory.max_allocation);
  for (guint i = 0; i < gpu->memory.memoryHeapCount; i++)
    gpu->memory.memoryHeaps[i].size
      = MIN (gpu->memory.memoryHeaps[i].size, short_memory.max_heap);
  short_memory.gpu = gpu;
  return gpu;
}

gboolean
__wrap_cas_memory_plan_add (CasMemoryPlan   *plan,
                            guint64          size,
                            CasMemoryPlace   place,
                            const char      *name,
                            GError         **error)
{
  if (short_memory.hungry && strcmp (name, short_memory.hungry) == 0
      && size > short_memory.hungry_limit)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY, "No room for %s.", name);
      return FALSE;
    }
  return __real_cas_memory_plan_add (plan, size, place, name, error);
}

void
short_memory_reset (void)
{
  short_memory.weights_budget = G_MAXUINT64;
  short_memory.max_allocation = short_memory.max_heap = G_MAXUINT64;
  short_memory.hungry = NULL;
}

void
short_memory_set_heap (guint64 bytes)
{
  const VkPhysicalDeviceMemoryProperties *memory = &short_memory.gpu->memory;

  for (guint i = 0; i < memory->memoryHeapCount; i++)
    short_memory.gpu->memory.memoryHeaps[i].size = bytes;
}
