/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of this folder share: the instance, the device's insides, errors, the queue. */

#pragma once

#include "gpu/gpu.h"
#include "gpu/memory.h"
#include "gpu/pipeline.h"
#include "gpu/vulkan-functions.h"

#define CAS_MAX_PUSH_BYTES 128 /* what every device has */
#define CAS_TEXEL_BYTES    16  /* R32G32B32A32_UINT */

/* --- instance.c ------------------------------------------------------------------------------ */

typedef struct
{
  CasVulkan                vk;
  VkInstance               handle;
  VkDebugUtilsMessengerEXT messenger;
  gboolean                 is_validating;
  int                      n_messages; /* atomic: a layer may speak from any thread */
} CasInstance;

CasInstance *cas_instance_new  (gboolean     validate,
                                GError     **error);
void         cas_instance_free (CasInstance *instance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasInstance, cas_instance_free)

/* --- device-info.c --------------------------------------------------------------------------- */

typedef struct
{
  VkPhysicalDeviceFeatures2        core;
  VkPhysicalDeviceVulkan11Features v11;
  VkPhysicalDeviceVulkan12Features v12;
  VkPhysicalDeviceVulkan13Features v13;
  /* chained only where the device lists their extensions */
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix;
  VkPhysicalDeviceShaderBfloat16FeaturesKHR    bfloat16;
  VkPhysicalDeviceCooperativeMatrix2FeaturesNV matrix2;
} CasFeatures;

/* What the device offers of what we can use, chained from core. Points into itself. */
void     cas_features_query  (CasFeatures      *features,
                              const CasVulkan  *vk,
                              VkPhysicalDevice  device);

gboolean cas_has_extension   (const CasVulkan  *vk,
                              VkPhysicalDevice  device,
                              const char       *name);

/* info->missing is the caller's to free. */
void     cas_gpu_info_init   (CasGpuInfo       *info,
                              const CasVulkan  *vk,
                              VkPhysicalDevice  device);

/* The first queue family that computes, or FALSE. */
gboolean cas_find_queue      (const CasVulkan  *vk,
                              VkPhysicalDevice  device,
                              guint            *family,
                              guint            *timestamp_bits);

/* --- matrix-info.c --------------------------------------------------------------------------- */

/* Fills in info->matrix and info->matrix2 by what the driver enumerates and what features it has. */
void     cas_gpu_info_init_matrix (CasGpuInfo        *info,
                                   const CasVulkan   *vk,
                                   VkPhysicalDevice   device,
                                   const CasFeatures *features);

/* --- device-list.c --------------------------------------------------------------------------- */

typedef struct
{
  CasGpuInfo       info;
  VkPhysicalDevice handle;
} CasDeviceEntry;

/* Elements are CasDeviceEntry, the best first, at least one. */
GArray               *cas_instance_list_devices (CasInstance  *instance,
                                                 GError      **error);

/* wanted as in CasGpuParams; borrowed from entries. */
const CasDeviceEntry *cas_choose_device         (GArray       *entries,
                                                 const char   *wanted,
                                                 GError      **error);

/* --- the device ------------------------------------------------------------------------------ */

typedef struct _CasStaging CasStaging;

struct _CasGpu
{
  CasInstance                     *instance;
  const CasVulkan                 *vk; /* the instance's */
  CasGpuInfo                       info;
  VkPhysicalDevice                 physical;
  VkDevice                         device;
  VkQueue                          queue;
  VkCommandPool                    command_pool;
  VkPhysicalDeviceMemoryProperties memory;
  guint                            queue_family;
  guint                            timestamp_bits; /* 0: no clock */
  double                           timestamp_period_ns;
  guint32                          max_groups[3];
  gboolean                         can_pin_subgroup;
  gboolean                         is_lost;
  double                           speed; /* FLOP a second */
  int                             *pulse; /* of CasGpuParams */

  /* memory.c and staging.c */
  guint64                          held[CAS_N_MEMORY_PURPOSES];
  guint64                          held_in_heap[VK_MAX_MEMORY_HEAPS];
  guint64                          peak;
  guint64                          short_needed, short_room; /* of memory-plan.c */
  CasStaging                      *staging; /* nullable */
  GPtrArray                       *buffers; /* all that live, borrowed */

  /* pipeline.c and pipeline-cache.c */
  GHashTable                      *pipelines; /* set of CasPipeline */
  VkPipelineLayout                 layouts[2][CAS_MAX_PUSH_BYTES / 4 + 1]; /* without and with views */
  VkDescriptorSetLayout            view_layout; /* of CAS_MAX_VIEWS texel buffers */
  VkPipelineCache                  cache;
  char                            *cache_path;  /* nullable: not kept */
  gsize                            cache_bytes; /* of what is on disk */
};

/* Why a Vulkan function that gave result failed, as a GError; a lost device is latched.
 * TRUE for VK_SUCCESS. function: "vkQueueSubmit2". */
gboolean cas_gpu_check       (CasGpu       *gpu,
                              VkResult      result,
                              const char   *function,
                              GError      **error);

/* A piece of work is done: tells who watches from another thread. */
void     cas_gpu_beat        (CasGpu       *gpu);

/* FALSE, with the error, if the device is lost. */
gboolean cas_gpu_check_alive (CasGpu       *gpu,
                              GError      **error);

const char *cas_vk_result_name (VkResult result);

/* For debuggers and the validation layer's messages; does nothing without that. */
void     cas_gpu_set_name    (CasGpu       *gpu,
                              VkObjectType  type,
                              guint64       handle,
                              const char   *name);

/* --- memory.c -------------------------------------------------------------------------------- */

struct _CasBuffer
{
  CasGpu          *gpu;
  VkBuffer         handle;
  VkBufferView     view; /* of the whole as texels; made when first asked for */
  VkDeviceMemory   memory;
  VkDeviceAddress  address;
  guint64          size;
  guint64          bytes_held; /* size as the device rounds it */
  CasMemoryPurpose purpose;
  guint            heap;
  gpointer         host;
};

#define CAS_MEMORY_BEST_RATING 3

/* How well the memory serves, 0 … CAS_MEMORY_BEST_RATING, or -1 if it cannot. */
int          cas_memory_rate          (VkMemoryPropertyFlags flags,
                                       CasMemoryPlace        place);

/* Makes handle for a buffer of size; memory is not its business. */
gboolean     cas_buffer_create_handle (CasBuffer            *buffer,
                                       GError              **error);

/* For each heap, what this program may hold of it at once: nine tenths of the heap, or of
 * VK_EXT_memory_budget where that is less. */
void         cas_gpu_get_heap_room    (CasGpu               *gpu,
                                       guint64              *room); /* VK_MAX_MEMORY_HEAPS */

/* The buffer as texels, or VK_NULL_HANDLE with the error. */
VkBufferView cas_buffer_get_view      (CasBuffer            *buffer,
                                       GError              **error);

/* --- staging.c ------------------------------------------------------------------------------- */

#define CAS_N_STAGING_SLOTS    2
#define CAS_STAGING_SLOT_BYTES (16u << 20)

void     cas_staging_free       (CasStaging *staging);
gboolean cas_staging_is_pending (CasStaging *staging);

/* --- queue.c --------------------------------------------------------------------------------- */

gboolean cas_gpu_init_queue      (CasGpu           *gpu,
                                  GError          **error);
gboolean cas_gpu_new_commands    (CasGpu           *gpu,
                                  const char       *name,
                                  VkCommandBuffer  *commands,
                                  VkFence          *fence,
                                  GError          **error);
/* Either may be VK_NULL_HANDLE. */
void     cas_gpu_free_commands   (CasGpu           *gpu,
                                  VkCommandBuffer   commands,
                                  VkFence           fence);
/* Resets fence first. */
gboolean cas_gpu_submit          (CasGpu           *gpu,
                                  VkCommandBuffer   commands,
                                  VkFence           fence,
                                  GError          **error);
gboolean cas_gpu_wait            (CasGpu           *gpu,
                                  VkFence           fence,
                                  GError          **error);
/* What compute and copies wrote before is seen by what dst names. */
void     cas_gpu_record_barrier  (CasGpu                *gpu,
                                  VkCommandBuffer        commands,
                                  VkPipelineStageFlags2  dst_stages,
                                  VkAccessFlags2         dst_access);

/* --- pipeline.c, pipeline-cache.c ------------------------------------------------------------ */

struct _CasPipeline
{
  CasPipelineParams params;
  VkPipeline        handle;
  VkPipelineLayout  layout; /* the device's */
};

void     cas_gpu_init_pipelines  (CasGpu      *gpu);
void     cas_gpu_clear_pipelines (CasGpu      *gpu);
gboolean cas_gpu_open_cache      (CasGpu      *gpu,
                                  const char  *folder, /* nullable */
                                  GError     **error);
void     cas_gpu_close_cache     (CasGpu      *gpu);
