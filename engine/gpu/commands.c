/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One command buffer, its fence and its clock. */

#include "gpu/commands.h"
#include "gpu/gpu-private.h"

struct _CasCommands
{
  CasGpu          *gpu;
  VkCommandBuffer  handle;
  VkFence          fence;
  VkQueryPool      clock; /* nullable */
  guint            n_timestamps;
  CasPipeline     *bound;
  gboolean         is_recording;
};

static gboolean
create_clock (CasCommands  *commands,
              guint         n_timestamps,
              GError      **error)
{
  CasGpu *gpu = commands->gpu;
  VkResult result;

  if (n_timestamps == 0 || gpu->timestamp_bits == 0)
    return TRUE;

  result = gpu->vk->CreateQueryPool (gpu->device, &(VkQueryPoolCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
    .queryType = VK_QUERY_TYPE_TIMESTAMP,
    .queryCount = n_timestamps,
  }, NULL, &commands->clock);
  if (result != VK_SUCCESS)
    commands->clock = VK_NULL_HANDLE;

  return cas_gpu_check (gpu, result, "vkCreateQueryPool", error);
}

CasCommands *
cas_commands_new (CasGpu      *gpu,
                  guint        n_timestamps,
                  const char  *name,
                  GError     **error)
{
  g_autoptr (CasCommands) commands = NULL;
  VkResult result;

  if (!cas_gpu_check_alive (gpu, error))
    return NULL;

  commands = g_new0 (CasCommands, 1);
  commands->gpu = gpu;
  commands->n_timestamps = n_timestamps;
  if (!cas_gpu_new_commands (gpu, name, &commands->handle, &commands->fence, error)
      || !create_clock (commands, n_timestamps, error))
    return NULL;

  result = gpu->vk->BeginCommandBuffer (commands->handle, &(VkCommandBufferBeginInfo) {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
  });
  if (!cas_gpu_check (gpu, result, "vkBeginCommandBuffer", error))
    return NULL;

  commands->is_recording = TRUE;
  if (commands->clock != VK_NULL_HANDLE)
    gpu->vk->CmdResetQueryPool (commands->handle, commands->clock, 0, n_timestamps);
  return g_steal_pointer (&commands);
}

void
cas_commands_free (CasCommands *commands)
{
  CasGpu *gpu;

  if (commands == NULL)
    return;

  gpu = commands->gpu;
  cas_gpu_free_commands (gpu, commands->handle, commands->fence);
  if (commands->clock != VK_NULL_HANDLE)
    gpu->vk->DestroyQueryPool (gpu->device, commands->clock, NULL);
  g_free (commands);
}

static void
bind (CasCommands *commands,
      CasPipeline *pipeline,
      const void  *push)
{
  CasGpu *gpu = commands->gpu;
  guint push_bytes = pipeline->params.shader->push_bytes;

  if (commands->bound != pipeline)
    gpu->vk->CmdBindPipeline (commands->handle, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->handle);
  commands->bound = pipeline;
  if (push_bytes > 0)
    gpu->vk->CmdPushConstants (commands->handle, pipeline->layout, VK_SHADER_STAGE_COMPUTE_BIT,
                               0, push_bytes, push);
}

void
cas_commands_dispatch (CasCommands *commands,
                       CasPipeline *pipeline,
                       const void  *push,
                       guint32      n_groups_x,
                       guint32      n_groups_y,
                       guint32      n_groups_z)
{
  CasGpu *gpu = commands->gpu;

  g_return_if_fail (commands->is_recording);
  g_return_if_fail (n_groups_x <= gpu->max_groups[0] && n_groups_y <= gpu->max_groups[1]
                    && n_groups_z <= gpu->max_groups[2]);

  bind (commands, pipeline, push);
  gpu->vk->CmdDispatch (commands->handle, n_groups_x, n_groups_y, n_groups_z);
}

void
cas_commands_dispatch_part (CasCommands *commands,
                            CasPipeline *pipeline,
                            const void  *push,
                            guint32      first_group,
                            guint32      n_groups_x,
                            guint32      n_groups_z)
{
  CasGpu *gpu = commands->gpu;

  g_return_if_fail (commands->is_recording);
  g_return_if_fail (n_groups_x <= gpu->max_groups[0] - first_group
                    && n_groups_z <= gpu->max_groups[2]);

  bind (commands, pipeline, push);
  gpu->vk->CmdDispatchBase (commands->handle, first_group, 0, 0, n_groups_x, 1, n_groups_z);
}

gboolean
cas_commands_set_views (CasCommands  *commands,
                        CasPipeline  *pipeline,
                        CasBuffer   **buffers,
                        GError      **error)
{
  CasGpu *gpu = commands->gpu;
  VkWriteDescriptorSet writes[CAS_MAX_VIEWS];
  VkBufferView views[CAS_MAX_VIEWS];
  guint n_views = pipeline->params.shader->n_views;

  g_return_val_if_fail (commands->is_recording && n_views <= CAS_MAX_VIEWS, FALSE);

  for (guint i = 0; i < n_views; i++)
    {
      views[i] = cas_buffer_get_view (buffers[i], error);
      if (views[i] == VK_NULL_HANDLE)
        return FALSE;
      writes[i] = (VkWriteDescriptorSet) {
        .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
        .dstBinding = i,
        .descriptorCount = 1,
        .descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER,
        .pTexelBufferView = &views[i],
      };
    }
  gpu->vk->CmdPushDescriptorSetKHR (commands->handle, VK_PIPELINE_BIND_POINT_COMPUTE,
                                    pipeline->layout, 0, n_views, writes);

  return TRUE;
}

void
cas_commands_barrier (CasCommands *commands)
{
  g_return_if_fail (commands->is_recording);

  cas_gpu_record_barrier (commands->gpu, commands->handle,
                          VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT
                              | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
                          VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_SHADER_WRITE_BIT
                              | VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT);
}

void
cas_commands_copy (CasCommands *commands,
                   CasBuffer   *src,
                   guint64      src_offset,
                   CasBuffer   *dst,
                   guint64      dst_offset,
                   guint64      size)
{
  g_return_if_fail (commands->is_recording);
  g_return_if_fail (size > 0 && (src_offset | dst_offset | size) % 4 == 0);
  g_return_if_fail (size <= src->size && src_offset <= src->size - size);
  g_return_if_fail (size <= dst->size && dst_offset <= dst->size - size);

  commands->gpu->vk->CmdCopyBuffer (commands->handle, src->handle, dst->handle, 1,
                                    &(VkBufferCopy) {
    .srcOffset = src_offset,
    .dstOffset = dst_offset,
    .size = size,
  });
}

void
cas_commands_timestamp (CasCommands *commands,
                        guint        index)
{
  g_return_if_fail (commands->is_recording && index < commands->n_timestamps);

  if (commands->clock != VK_NULL_HANDLE)
    commands->gpu->vk->CmdWriteTimestamp2 (commands->handle,
                                           VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                                           commands->clock, index);
}

gboolean
cas_commands_end (CasCommands  *commands,
                  GError      **error)
{
  CasGpu *gpu = commands->gpu;

  g_return_val_if_fail (commands->is_recording, FALSE);

  /* for the host, and for whatever is submitted next */
  cas_gpu_record_barrier (gpu, commands->handle,
                          VK_PIPELINE_STAGE_2_HOST_BIT | VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                          VK_ACCESS_2_HOST_READ_BIT | VK_ACCESS_2_MEMORY_READ_BIT
                              | VK_ACCESS_2_MEMORY_WRITE_BIT);
  commands->is_recording = FALSE;
  return cas_gpu_check (gpu, gpu->vk->EndCommandBuffer (commands->handle), "vkEndCommandBuffer",
                        error);
}

gboolean
cas_commands_run (CasCommands  *commands,
                  GError      **error)
{
  g_return_val_if_fail (!commands->is_recording, FALSE);

  return cas_gpu_submit (commands->gpu, commands->handle, commands->fence, error)
         && cas_gpu_wait (commands->gpu, commands->fence, error);
}

/* FALSE if it was not written. */
static gboolean
read_clock (CasCommands *commands,
            guint        index,
            guint64     *ticks)
{
  CasGpu *gpu = commands->gpu;

  return gpu->vk->GetQueryPoolResults (gpu->device, commands->clock, index, 1, sizeof *ticks,
                                       ticks, sizeof *ticks, VK_QUERY_RESULT_64_BIT)
         == VK_SUCCESS;
}

double
cas_commands_get_time (CasCommands *commands,
                       guint        index)
{
  CasGpu *gpu = commands->gpu;
  guint64 mask, start, end;

  g_return_val_if_fail (index < commands->n_timestamps, 0);

  if (commands->clock == VK_NULL_HANDLE || gpu->is_lost || !read_clock (commands, 0, &start)
      || !read_clock (commands, index, &end))
    return 0;

  mask = G_MAXUINT64 >> (64 - gpu->timestamp_bits); /* the clock may have wrapped between */
  return (double) ((end - start) & mask) * gpu->timestamp_period_ns * 1e-9;
}
