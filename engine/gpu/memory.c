/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Buffers, each with its own allocation, and the count of what is held. */

#include "gpu/gpu-private.h"

#include <glib/gi18n-lib.h>

#define LOCAL    VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT
#define VISIBLE  VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
#define COHERENT VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
#define CACHED   VK_MEMORY_PROPERTY_HOST_CACHED_BIT

static const struct
{
  VkMemoryPropertyFlags required, preferred, avoided;
} places[] = {
  /* Visible local memory is a small window on many cards: left to those who need it. */
  [CAS_MEMORY_DEVICE] = { LOCAL, LOCAL, VISIBLE },
  [CAS_MEMORY_UPLOAD] = { VISIBLE | COHERENT, LOCAL, CACHED },
  [CAS_MEMORY_READBACK] = { VISIBLE | COHERENT, CACHED, LOCAL },
};

int
cas_memory_rate (VkMemoryPropertyFlags flags,
                 CasMemoryPlace        place)
{
  /* others (protected, AMD's uncached, …) need features that are not enabled */
  if (flags & ~(LOCAL | VISIBLE | COHERENT | CACHED) || ~flags & places[place].required)
    return -1;

  return (flags & places[place].preferred ? 2 : 0) + (flags & places[place].avoided ? 0 : 1);
}

static VkResult
allocate_from (CasBuffer *buffer,
               guint      type,
               guint64    bytes)
{
  CasGpu *gpu = buffer->gpu;
  guint heap = gpu->memory.memoryTypes[type].heapIndex;
  VkResult result;

  /* Some drivers, software ones above all, promise what the machine does not have. */
  if (bytes > gpu->memory.memoryHeaps[heap].size
      || gpu->held_in_heap[heap] > gpu->memory.memoryHeaps[heap].size - bytes)
    return VK_ERROR_OUT_OF_DEVICE_MEMORY;

  result = gpu->vk->AllocateMemory (gpu->device, &(VkMemoryAllocateInfo) {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
    .pNext = &(VkMemoryAllocateFlagsInfo) {
      .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO,
      .flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT,
    },
    .allocationSize = bytes,
    .memoryTypeIndex = type,
  }, NULL, &buffer->memory);
  if (result != VK_SUCCESS)
    {
      buffer->memory = VK_NULL_HANDLE;
      return result;
    }

  buffer->heap = heap;
  buffer->bytes_held = bytes;
  gpu->held_in_heap[heap] += bytes;
  gpu->held[buffer->purpose] += bytes;
  gpu->peak = MAX (gpu->peak, gpu->held[CAS_MEMORY_WEIGHTS] + gpu->held[CAS_MEMORY_ACTIVATIONS]
                                  + gpu->held[CAS_MEMORY_STATE] + gpu->held[CAS_MEMORY_TRANSFER]);
  return VK_SUCCESS;
}

/* From the best kind of memory that still has room. */
static VkResult
allocate (CasBuffer      *buffer,
          CasMemoryPlace  place)
{
  CasGpu *gpu = buffer->gpu;
  VkMemoryRequirements wanted;

  gpu->vk->GetBufferMemoryRequirements (gpu->device, buffer->handle, &wanted);
  for (int rating = CAS_MEMORY_BEST_RATING; rating >= 0; rating--)
    for (guint i = 0; i < gpu->memory.memoryTypeCount; i++)
      {
        VkResult result;

        if (!(wanted.memoryTypeBits & 1u << i)
            || cas_memory_rate (gpu->memory.memoryTypes[i].propertyFlags, place) != rating)
          continue;
        result = allocate_from (buffer, i, wanted.size);
        if (result != VK_ERROR_OUT_OF_DEVICE_MEMORY && result != VK_ERROR_TOO_MANY_OBJECTS)
          return result;
      }

  return VK_ERROR_OUT_OF_DEVICE_MEMORY;
}

static char *
format_bytes (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

static void
set_out_of_memory (CasGpu            *gpu,
                   guint64            size,
                   CasMemoryPurpose   purpose,
                   const char        *name,
                   GError           **error)
{
  static const char *const purposes[] = {
    [CAS_MEMORY_WEIGHTS] = N_("weights"),
    [CAS_MEMORY_ACTIVATIONS] = N_("activations"),
    [CAS_MEMORY_STATE] = N_("state"),
    [CAS_MEMORY_TRANSFER] = N_("transfers"),
  };
  g_autofree char *asked = format_bytes (size);
  g_autofree char *total = format_bytes (gpu->info.memory_bytes);
  g_autoptr (GString) held = g_string_new (NULL);

  for (guint i = 0; i < CAS_N_MEMORY_PURPOSES; i++)
    {
      g_autofree char *bytes = format_bytes (gpu->held[i]);

      g_string_append_printf (held, "%s%s %s", i > 0 ? ", " : "", _(purposes[i]), bytes);
    }

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
               _("The device “%s” has not enough memory: %s were asked for “%s” (%s) of %s in "
                 "all; held already: %s."),
               gpu->info.name, asked, name, _(purposes[purpose]), total, held->str);
}

gboolean
cas_buffer_create_handle (CasBuffer  *buffer,
                          GError    **error)
{
  CasGpu *gpu = buffer->gpu;
  VkResult result;

  result = gpu->vk->CreateBuffer (gpu->device, &(VkBufferCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = buffer->size,
    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT
             | VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT
             | (gpu->info.has_texel_views ? VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT : 0),
  }, NULL, &buffer->handle);
  if (result != VK_SUCCESS)
    buffer->handle = VK_NULL_HANDLE;

  return cas_gpu_check (gpu, result, "vkCreateBuffer", error);
}

static gboolean
bind_and_map (CasBuffer       *buffer,
              CasMemoryPlace   place,
              GError         **error)
{
  CasGpu *gpu = buffer->gpu;
  VkResult result;

  result = gpu->vk->BindBufferMemory (gpu->device, buffer->handle, buffer->memory, 0);
  if (!cas_gpu_check (gpu, result, "vkBindBufferMemory", error))
    return FALSE;

  buffer->address = gpu->vk->GetBufferDeviceAddress (gpu->device, &(VkBufferDeviceAddressInfo) {
    .sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO,
    .buffer = buffer->handle,
  });
  if (place == CAS_MEMORY_DEVICE)
    return TRUE;

  result = gpu->vk->MapMemory (gpu->device, buffer->memory, 0, VK_WHOLE_SIZE, 0, &buffer->host);
  return cas_gpu_check (gpu, result, "vkMapMemory", error);
}

CasBuffer *
cas_buffer_new (CasGpu            *gpu,
                guint64            size,
                CasMemoryPurpose   purpose,
                CasMemoryPlace     place,
                const char        *name,
                GError           **error)
{
  g_autoptr (CasBuffer) buffer = NULL;
  VkResult result;

  g_return_val_if_fail (size > 0, NULL);

  if (!cas_gpu_check_alive (gpu, error))
    return NULL;
  if (size > gpu->info.max_allocation_bytes)
    {
      set_out_of_memory (gpu, size, purpose, name, error);
      return NULL;
    }

  buffer = g_new0 (CasBuffer, 1);
  buffer->gpu = gpu;
  buffer->size = size;
  g_ptr_array_add (gpu->buffers, buffer);
  buffer->purpose = purpose;
  if (!cas_buffer_create_handle (buffer, error))
    return NULL;
  cas_gpu_set_name (gpu, VK_OBJECT_TYPE_BUFFER, (guint64) buffer->handle, name);

  result = allocate (buffer, place);
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY)
    {
      set_out_of_memory (gpu, size, purpose, name, error);
      return NULL;
    }
  if (!cas_gpu_check (gpu, result, "vkAllocateMemory", error)
      || !bind_and_map (buffer, place, error))
    return NULL;

  return g_steal_pointer (&buffer);
}

void
cas_buffer_free (CasBuffer *buffer)
{
  CasGpu *gpu;

  if (buffer == NULL)
    return;

  gpu = buffer->gpu;
  if (cas_staging_is_pending (gpu->staging))
    cas_gpu_finish_uploads (gpu, NULL); /* one of them may write here */

  g_ptr_array_remove_fast (gpu->buffers, buffer);
  if (buffer->view != VK_NULL_HANDLE)
    gpu->vk->DestroyBufferView (gpu->device, buffer->view, NULL);
  if (buffer->handle != VK_NULL_HANDLE)
    gpu->vk->DestroyBuffer (gpu->device, buffer->handle, NULL);
  if (buffer->memory != VK_NULL_HANDLE)
    gpu->vk->FreeMemory (gpu->device, buffer->memory, NULL);
  gpu->held_in_heap[buffer->heap] -= buffer->bytes_held;
  gpu->held[buffer->purpose] -= buffer->bytes_held;
  g_free (buffer);
}

CasBuffer *
cas_gpu_find_buffer (CasGpu  *gpu,
                     guint64  address)
{
  for (guint i = 0; i < gpu->buffers->len; i++)
    {
      CasBuffer *buffer = gpu->buffers->pdata[i];

      if (address >= buffer->address && address - buffer->address < buffer->size)
        return buffer;
    }

  return NULL;
}

VkBufferView
cas_buffer_get_view (CasBuffer *buffer,
                     GError   **error)
{
  CasGpu *gpu = buffer->gpu;
  VkResult result;

  if (buffer->view != VK_NULL_HANDLE)
    return buffer->view;

  result = gpu->vk->CreateBufferView (gpu->device, &(VkBufferViewCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO,
    .buffer = buffer->handle,
    .format = VK_FORMAT_R32G32B32A32_UINT,
    .range = buffer->size / CAS_TEXEL_BYTES * CAS_TEXEL_BYTES,
  }, NULL, &buffer->view);
  if (!cas_gpu_check (gpu, result, "vkCreateBufferView", error))
    buffer->view = VK_NULL_HANDLE;

  return buffer->view;
}

guint64
cas_buffer_get_address (CasBuffer *buffer)
{
  return buffer->address;
}

guint64
cas_buffer_get_size (CasBuffer *buffer)
{
  return buffer->size;
}

gpointer
cas_buffer_get_host (CasBuffer *buffer)
{
  return buffer->host;
}

guint64
cas_gpu_get_bytes_held (CasGpu           *gpu,
                        CasMemoryPurpose  purpose)
{
  g_return_val_if_fail (purpose < CAS_N_MEMORY_PURPOSES, 0);

  return gpu->held[purpose];
}

guint64
cas_gpu_get_bytes_peak (CasGpu *gpu)
{
  return gpu->peak;
}

/* Zeros where the device does not say. */
static void
query_budget (CasGpu                                    *gpu,
              VkPhysicalDeviceMemoryBudgetPropertiesEXT *budget)
{
  VkPhysicalDeviceMemoryProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = gpu->info.has_memory_budget ? budget : NULL,
  };

  *budget = (VkPhysicalDeviceMemoryBudgetPropertiesEXT) {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  gpu->vk->GetPhysicalDeviceMemoryProperties2 (gpu->physical, &properties);
}

/* What this program may hold of a heap at once. */
static guint64
heap_room (CasGpu                                          *gpu,
           const VkPhysicalDeviceMemoryBudgetPropertiesEXT *budget,
           guint                                            heap)
{
  guint64 room = gpu->memory.memoryHeaps[heap].size;

  if (budget->heapBudget[heap] > 0)
    room = MIN (room, budget->heapBudget[heap]);
  return room - room / 10;
}

void
cas_gpu_get_heap_room (CasGpu  *gpu,
                       guint64 *room)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget;

  query_budget (gpu, &budget);
  for (guint i = 0; i < gpu->memory.memoryHeapCount; i++)
    room[i] = heap_room (gpu, &budget, i);
}

guint64
cas_gpu_get_available_bytes (CasGpu *gpu)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget;
  guint64 room, used;
  guint heap = 0;

  query_budget (gpu, &budget);
  while (heap + 1 < gpu->memory.memoryHeapCount
         && !(gpu->memory.memoryHeaps[heap].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT
              && gpu->memory.memoryHeaps[heap].size == gpu->info.memory_bytes))
    heap++;

  room = heap_room (gpu, &budget, heap);
  used = MAX (gpu->held_in_heap[heap], budget.heapUsage[heap]);
  return room > used ? room - used : 0;
}
