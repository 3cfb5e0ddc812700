/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Uploads: two mapped buffers, one being filled while the other is copied from. Many small
 * writes share one submit. */

#include "gpu/gpu-private.h"

#define MIN_ROOM    (1u << 20) /* less is not worth splitting a large write for */
#define WRITE_ALIGN 64u        /* of the host pointer handed out */

typedef struct
{
  CasBuffer       *buffer;
  VkCommandBuffer  commands;
  VkFence          fence;
  gsize            used;
  gboolean         is_recording;
  gboolean         is_in_flight;
} Slot;

struct _CasStaging
{
  CasGpu *gpu;
  Slot    slots[CAS_N_STAGING_SLOTS];
  guint   current;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasStaging, cas_staging_free)

static CasStaging *
staging_new (CasGpu  *gpu,
             GError **error)
{
  g_autoptr (CasStaging) staging = g_new0 (CasStaging, 1);

  staging->gpu = gpu;
  for (guint i = 0; i < G_N_ELEMENTS (staging->slots); i++)
    {
      Slot *slot = &staging->slots[i];

      slot->buffer = cas_buffer_new (gpu, CAS_STAGING_SLOT_BYTES, CAS_MEMORY_TRANSFER,
                                     CAS_MEMORY_UPLOAD, "staging", error);
      if (slot->buffer == NULL
          || !cas_gpu_new_commands (gpu, "staging", &slot->commands, &slot->fence, error))
        return NULL;
    }

  return g_steal_pointer (&staging);
}

/* The caller has waited for what is in flight. */
void
cas_staging_free (CasStaging *staging)
{
  if (staging == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (staging->slots); i++)
    {
      Slot *slot = &staging->slots[i];

      slot->is_recording = slot->is_in_flight = FALSE;
      cas_gpu_free_commands (staging->gpu, slot->commands, slot->fence);
      g_clear_pointer (&slot->buffer, cas_buffer_free);
    }
  g_free (staging);
}

gboolean
cas_staging_is_pending (CasStaging *staging)
{
  if (staging != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (staging->slots); i++)
      if (staging->slots[i].is_recording || staging->slots[i].is_in_flight)
        return TRUE;

  return FALSE;
}

static gboolean
slot_wait (Slot    *slot,
           CasGpu  *gpu,
           GError **error)
{
  if (!slot->is_in_flight)
    return TRUE;

  slot->is_in_flight = FALSE;
  return cas_gpu_wait (gpu, slot->fence, error);
}

static gboolean
slot_begin (Slot    *slot,
            CasGpu  *gpu,
            GError **error)
{
  VkResult result;

  if (!slot_wait (slot, gpu, error))
    return FALSE;

  result = gpu->vk->BeginCommandBuffer (slot->commands, &(VkCommandBufferBeginInfo) {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  });
  slot->used = 0;
  slot->is_recording = result == VK_SUCCESS;
  return cas_gpu_check (gpu, result, "vkBeginCommandBuffer", error);
}

static gboolean
slot_submit (Slot    *slot,
             CasGpu  *gpu,
             GError **error)
{
  VkResult result;

  slot->is_recording = FALSE;
  cas_gpu_record_barrier (gpu, slot->commands,
                          VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT
                              | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
                          VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_SHADER_WRITE_BIT
                              | VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT);
  result = gpu->vk->EndCommandBuffer (slot->commands);
  if (!cas_gpu_check (gpu, result, "vkEndCommandBuffer", error))
    {
      gpu->vk->ResetCommandBuffer (slot->commands, 0); /* so that it can begin again */
      return FALSE;
    }

  slot->is_in_flight = cas_gpu_submit (gpu, slot->commands, slot->fence, error);
  return slot->is_in_flight;
}

gpointer
cas_gpu_peek_staging (CasGpu  *gpu,
                      gsize   *size,
                      GError **error)
{
  CasStaging *staging;
  Slot *slot;

  g_return_val_if_fail (*size > 0, NULL);

  if (!cas_gpu_check_alive (gpu, error))
    return NULL;
  if (gpu->staging == NULL)
    gpu->staging = staging_new (gpu, error);
  if (gpu->staging == NULL)
    return NULL;

  staging = gpu->staging;
  slot = &staging->slots[staging->current];
  if (slot->is_recording && CAS_STAGING_SLOT_BYTES - slot->used < MIN (*size, MIN_ROOM))
    {
      if (!slot_submit (slot, gpu, error))
        return NULL;
      staging->current ^= 1;
      slot = &staging->slots[staging->current];
    }
  if (!slot->is_recording && !slot_begin (slot, gpu, error))
    return NULL;

  *size = MIN (*size, CAS_STAGING_SLOT_BYTES - slot->used);
  return (guint8 *) cas_buffer_get_host (slot->buffer) + slot->used;
}

gboolean
cas_gpu_commit_staging (CasGpu     *gpu,
                        CasBuffer  *dst,
                        guint64     offset,
                        gsize       size,
                        GError    **error)
{
  Slot *slot;

  if (!cas_gpu_check_alive (gpu, error))
    return FALSE;

  g_return_val_if_fail (gpu->staging != NULL, FALSE);
  slot = &gpu->staging->slots[gpu->staging->current];
  g_return_val_if_fail (slot->is_recording && size > 0
                        && size <= CAS_STAGING_SLOT_BYTES - slot->used, FALSE);
  g_return_val_if_fail (size <= dst->size && offset <= dst->size - size, FALSE);

  /* after earlier writes, which may have been to the same place */
  cas_gpu_record_barrier (gpu, slot->commands, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
                          VK_ACCESS_2_TRANSFER_WRITE_BIT);
  gpu->vk->CmdCopyBuffer (slot->commands, slot->buffer->handle, dst->handle, 1, &(VkBufferCopy) {
    .srcOffset = slot->used,
    .dstOffset = offset,
    .size = size,
  });
  slot->used = MIN ((slot->used + size + WRITE_ALIGN - 1) & ~(gsize) (WRITE_ALIGN - 1),
                    CAS_STAGING_SLOT_BYTES);
  return TRUE;
}

gboolean
cas_gpu_finish_uploads (CasGpu  *gpu,
                        GError **error)
{
  CasStaging *staging = gpu->staging;
  gboolean is_good = cas_gpu_check_alive (gpu, error);

  if (staging == NULL)
    return is_good;

  for (guint i = 0; i < G_N_ELEMENTS (staging->slots); i++)
    if (staging->slots[i].is_recording)
      is_good = slot_submit (&staging->slots[i], gpu, is_good ? error : NULL) && is_good;
  for (guint i = 0; i < G_N_ELEMENTS (staging->slots); i++)
    is_good = slot_wait (&staging->slots[i], gpu, is_good ? error : NULL) && is_good;

  return is_good;
}
