/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting buffers into heaps as memory.c allocates them from there. */

#include "gpu/memory-plan.h"

#include <glib/gi18n-lib.h>

#include "gpu/gpu-private.h"

struct _CasMemoryPlan
{
  CasGpu  *gpu;
  guint64  room[VK_MAX_MEMORY_HEAPS];
  guint64  used[VK_MAX_MEMORY_HEAPS];
};

CasMemoryPlan *
cas_memory_plan_new (CasGpu *gpu)
{
  CasMemoryPlan *plan = g_new0 (CasMemoryPlan, 1);

  plan->gpu = gpu;
  cas_gpu_get_heap_room (gpu, plan->room);
  for (guint i = 0; i < CAS_N_STAGING_SLOTS; i++)
    cas_memory_plan_add (plan, CAS_STAGING_SLOT_BYTES, CAS_MEMORY_UPLOAD, "", NULL);
  return plan;
}

void
cas_memory_plan_free (CasMemoryPlan *plan)
{
  g_free (plan);
}

/* What the device makes of a buffer of this size. */
static gboolean
get_requirements (CasGpu                *gpu,
                  guint64                size,
                  VkMemoryRequirements  *wanted,
                  GError               **error)
{
  CasBuffer probe = { .gpu = gpu, .size = size };

  if (!cas_buffer_create_handle (&probe, error))
    return FALSE;

  gpu->vk->GetBufferMemoryRequirements (gpu->device, probe.handle, wanted);
  gpu->vk->DestroyBuffer (gpu->device, probe.handle, NULL);
  return TRUE;
}

static void
set_too_large (CasGpu      *gpu,
               guint64      size,
               const char  *name,
               GError     **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
               _("%s needs %.1f MiB in one piece, and “%s” gives at most %.1f MiB."), name,
               (double) size / 0x1p20, gpu->info.name,
               (double) gpu->info.max_allocation_bytes / 0x1p20);
}

static void
set_no_room (CasMemoryPlan  *plan,
             guint           heap,
             guint64         size,
             const char     *name,
             GError        **error)
{
  plan->gpu->short_needed = plan->used[heap] + size;
  plan->gpu->short_room = plan->room[heap];
  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
               _("%s needs at least %.1f MiB of the memory of “%s”, which has %.1f MiB to give."),
               name, (double) (plan->used[heap] + size) / 0x1p20, plan->gpu->info.name,
               (double) plan->room[heap] / 0x1p20);
}

gboolean
cas_memory_plan_add (CasMemoryPlan   *plan,
                     guint64          size,
                     CasMemoryPlace   place,
                     const char      *name,
                     GError         **error)
{
  const VkPhysicalDeviceMemoryProperties *memory = &plan->gpu->memory;
  VkMemoryRequirements wanted;
  guint best = 0;
  gboolean has_best = FALSE;

  if (size > plan->gpu->info.max_allocation_bytes)
    {
      set_too_large (plan->gpu, size, name, error);
      return FALSE;
    }
  if (!get_requirements (plan->gpu, size, &wanted, error))
    return FALSE;

  for (int rating = CAS_MEMORY_BEST_RATING; rating >= 0; rating--)
    for (guint i = 0; i < memory->memoryTypeCount; i++)
      {
        guint heap = memory->memoryTypes[i].heapIndex;

        if (!(wanted.memoryTypeBits & 1u << i)
            || cas_memory_rate (memory->memoryTypes[i].propertyFlags, place) != rating)
          continue;
        if (wanted.size <= plan->room[heap] && plan->used[heap] <= plan->room[heap] - wanted.size)
          {
            plan->used[heap] += wanted.size;
            return TRUE;
          }
        best = has_best ? best : heap;
        has_best = TRUE;
      }

  set_no_room (plan, best, wanted.size, name, error);
  return FALSE;
}

void
cas_memory_plan_take_shortage (CasGpu  *gpu,
                               guint64 *needed_bytes,
                               guint64 *room_bytes)
{
  *needed_bytes = gpu->short_needed;
  *room_bytes = gpu->short_room;
  gpu->short_needed = gpu->short_room = 0;
}
