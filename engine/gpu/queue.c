/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one queue: command buffers for it, submitting, waiting, and the barrier that all use. */

#include "gpu/gpu-private.h"

gboolean
cas_gpu_init_queue (CasGpu  *gpu,
                    GError **error)
{
  VkResult result;

  gpu->vk->GetDeviceQueue (gpu->device, gpu->queue_family, 0, &gpu->queue);
  result = gpu->vk->CreateCommandPool (gpu->device, &(VkCommandPoolCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
    .queueFamilyIndex = gpu->queue_family,
  }, NULL, &gpu->command_pool);
  if (result != VK_SUCCESS)
    gpu->command_pool = VK_NULL_HANDLE;

  return cas_gpu_check (gpu, result, "vkCreateCommandPool", error);
}

gboolean
cas_gpu_new_commands (CasGpu           *gpu,
                      const char       *name,
                      VkCommandBuffer  *commands,
                      VkFence          *fence,
                      GError          **error)
{
  VkResult result;

  *commands = VK_NULL_HANDLE;
  *fence = VK_NULL_HANDLE;

  result = gpu->vk->AllocateCommandBuffers (gpu->device, &(VkCommandBufferAllocateInfo) {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = gpu->command_pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  }, commands);
  if (!cas_gpu_check (gpu, result, "vkAllocateCommandBuffers", error))
    {
      *commands = VK_NULL_HANDLE;
      return FALSE;
    }
  cas_gpu_set_name (gpu, VK_OBJECT_TYPE_COMMAND_BUFFER, (guint64) *commands, name);

  result = gpu->vk->CreateFence (gpu->device, &(VkFenceCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
  }, NULL, fence);
  if (cas_gpu_check (gpu, result, "vkCreateFence", error))
    return TRUE;

  cas_gpu_free_commands (gpu, *commands, VK_NULL_HANDLE);
  *commands = VK_NULL_HANDLE;
  *fence = VK_NULL_HANDLE;
  return FALSE;
}

void
cas_gpu_free_commands (CasGpu          *gpu,
                       VkCommandBuffer  commands,
                       VkFence          fence)
{
  if (fence != VK_NULL_HANDLE)
    gpu->vk->DestroyFence (gpu->device, fence, NULL);
  if (commands != VK_NULL_HANDLE)
    gpu->vk->FreeCommandBuffers (gpu->device, gpu->command_pool, 1, &commands);
}

gboolean
cas_gpu_submit (CasGpu           *gpu,
                VkCommandBuffer   commands,
                VkFence           fence,
                GError          **error)
{
  VkResult result;

  if (!cas_gpu_check_alive (gpu, error))
    return FALSE;

  result = gpu->vk->ResetFences (gpu->device, 1, &fence);
  if (!cas_gpu_check (gpu, result, "vkResetFences", error))
    return FALSE;

  result = gpu->vk->QueueSubmit2 (gpu->queue, 1, &(VkSubmitInfo2) {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
    .commandBufferInfoCount = 1,
    .pCommandBufferInfos = &(VkCommandBufferSubmitInfo) {
      .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
      .commandBuffer = commands,
    },
  }, fence);
  return cas_gpu_check (gpu, result, "vkQueueSubmit2", error);
}

gboolean
cas_gpu_wait (CasGpu   *gpu,
              VkFence   fence,
              GError  **error)
{
  VkResult result;

  if (!cas_gpu_check_alive (gpu, error))
    return FALSE;

  /* No limit of ours: a software driver may need many seconds, and a real one resets itself. */
  result = gpu->vk->WaitForFences (gpu->device, 1, &fence, VK_TRUE, G_MAXUINT64);
  if (result != VK_SUCCESS)
    {
      /* What still runs is not known, so nothing may be reused. */
      gpu->is_lost = TRUE;
      gpu->vk->DeviceWaitIdle (gpu->device);
    }
  cas_gpu_beat (gpu);
  return cas_gpu_check (gpu, result, "vkWaitForFences", error);
}

void
cas_gpu_record_barrier (CasGpu                *gpu,
                        VkCommandBuffer        commands,
                        VkPipelineStageFlags2  dst_stages,
                        VkAccessFlags2         dst_access)
{
  gpu->vk->CmdPipelineBarrier2 (commands, &(VkDependencyInfo) {
    .sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
    .memoryBarrierCount = 1,
    .pMemoryBarriers = &(VkMemoryBarrier2) {
      .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2,
      .srcStageMask = VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
      .srcAccessMask = VK_ACCESS_2_SHADER_WRITE_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT,
      .dstStageMask = dst_stages,
      .dstAccessMask = dst_access,
    },
  });
}
