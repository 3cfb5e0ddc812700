/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The logical device: opening and closing it, what it said went wrong, how fast it is. */

#include "gpu/gpu-private.h"

#include <glib/gi18n-lib.h>

#define MIN_SAMPLE_SECONDS 1e-3 /* shorter runs measure the submit, not the work */

static const double speed_guesses[] = {
  [CAS_GPU_DISCRETE] = 3e12, [CAS_GPU_INTEGRATED] = 300e9, [CAS_GPU_VIRTUAL] = 100e9,
  [CAS_GPU_CPU] = 10e9,      [CAS_GPU_OTHER] = 100e9,
};

static const struct
{
  VkResult    result;
  const char *name;
} result_names[] = {
#define RESULT(name) { name, #name }
  RESULT (VK_NOT_READY),
  RESULT (VK_TIMEOUT),
  RESULT (VK_INCOMPLETE),
  RESULT (VK_ERROR_OUT_OF_HOST_MEMORY),
  RESULT (VK_ERROR_OUT_OF_DEVICE_MEMORY),
  RESULT (VK_ERROR_INITIALIZATION_FAILED),
  RESULT (VK_ERROR_DEVICE_LOST),
  RESULT (VK_ERROR_MEMORY_MAP_FAILED),
  RESULT (VK_ERROR_LAYER_NOT_PRESENT),
  RESULT (VK_ERROR_EXTENSION_NOT_PRESENT),
  RESULT (VK_ERROR_FEATURE_NOT_PRESENT),
  RESULT (VK_ERROR_INCOMPATIBLE_DRIVER),
  RESULT (VK_ERROR_TOO_MANY_OBJECTS),
  RESULT (VK_ERROR_UNKNOWN),
#undef RESULT
};

const char *
cas_vk_result_name (VkResult result)
{
  for (gsize i = 0; i < G_N_ELEMENTS (result_names); i++)
    if (result_names[i].result == result)
      return result_names[i].name;

  return "VK_ERROR_…";
}

static void
set_lost_error (CasGpu  *gpu,
                GError **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST,
               _("The graphics device “%s” stopped answering. Its driver may have reset it."),
               gpu->info.name);
}

void
cas_gpu_beat (CasGpu *gpu)
{
  if (gpu->pulse)
    g_atomic_int_inc (gpu->pulse);
}

gboolean
cas_gpu_check_alive (CasGpu  *gpu,
                     GError **error)
{
  if (!gpu->is_lost)
    return TRUE;

  set_lost_error (gpu, error);
  return FALSE;
}

gboolean
cas_gpu_check (CasGpu      *gpu,
               VkResult     result,
               const char  *function,
               GError     **error)
{
  switch (result)
    {
    case VK_SUCCESS:
      return TRUE;

    case VK_ERROR_DEVICE_LOST:
      gpu->is_lost = TRUE;
      set_lost_error (gpu, error);
      return FALSE;

    case VK_ERROR_OUT_OF_HOST_MEMORY:
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("The driver of “%s” ran out of main memory (%s)."),
                   gpu->info.name, function);
      return FALSE;

    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
                   _("The graphics device “%s” ran out of memory (%s)."),
                   gpu->info.name, function);
      return FALSE;

    default:
      g_set_error (error, CAS_ERROR, CAS_ERROR_UNSUPPORTED_DEVICE,
                   _("The driver of “%s” failed: %s gave %s (%d)."),
                   gpu->info.name, function, cas_vk_result_name (result), result);
      return FALSE;
    }
}

void
cas_gpu_set_name (CasGpu       *gpu,
                  VkObjectType  type,
                  guint64       handle,
                  const char   *name)
{
  if (!gpu->instance->is_validating || name == NULL)
    return;

  gpu->vk->SetDebugUtilsObjectNameEXT (gpu->device, &(VkDebugUtilsObjectNameInfoEXT) {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
    .objectType = type,
    .objectHandle = handle,
    .pObjectName = name,
  });
}

static gboolean
create_device (CasGpu  *gpu,
               GError **error)
{
  const char *extensions[5];
  guint n_extensions = 0;
  const float priority = 0.5f;
  CasFeatures features;
  VkResult result;

  if (gpu->info.has_memory_budget)
    extensions[n_extensions++] = VK_EXT_MEMORY_BUDGET_EXTENSION_NAME;
  if (gpu->info.has_texel_views)
    extensions[n_extensions++] = VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME;
  if (cas_has_extension (gpu->vk, gpu->physical, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME))
    extensions[n_extensions++] = VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME;
  if (cas_has_extension (gpu->vk, gpu->physical, VK_KHR_SHADER_BFLOAT16_EXTENSION_NAME))
    extensions[n_extensions++] = VK_KHR_SHADER_BFLOAT16_EXTENSION_NAME;
  if (cas_has_extension (gpu->vk, gpu->physical, VK_NV_COOPERATIVE_MATRIX_2_EXTENSION_NAME))
    extensions[n_extensions++] = VK_NV_COOPERATIVE_MATRIX_2_EXTENSION_NAME;
  cas_features_query (&features, gpu->vk, gpu->physical);
  result = gpu->vk->CreateDevice (gpu->physical, &(VkDeviceCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &features.core,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &(VkDeviceQueueCreateInfo) {
      .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
      .queueFamilyIndex = gpu->queue_family,
      .queueCount = 1,
      .pQueuePriorities = &priority,
    },
    .enabledExtensionCount = n_extensions,
    .ppEnabledExtensionNames = extensions,
  }, NULL, &gpu->device);
  if (!cas_gpu_check (gpu, result, "vkCreateDevice", error))
    {
      gpu->device = VK_NULL_HANDLE;
      return FALSE;
    }

  if (cas_vulkan_load_device (&gpu->instance->vk, gpu->device))
    return TRUE;
  return cas_gpu_check (gpu, VK_ERROR_INITIALIZATION_FAILED, "vkGetDeviceProcAddr", error);
}

static void
read_limits (CasGpu *gpu)
{
  VkPhysicalDeviceVulkan13Properties v13
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &v13 };

  gpu->vk->GetPhysicalDeviceProperties2 (gpu->physical, &properties);
  gpu->can_pin_subgroup = (v13.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
  gpu->timestamp_period_ns = properties.properties.limits.timestampPeriod;
  for (guint i = 0; i < G_N_ELEMENTS (gpu->max_groups); i++)
    gpu->max_groups[i] = properties.properties.limits.maxComputeWorkGroupCount[i];

  gpu->vk->GetPhysicalDeviceMemoryProperties (gpu->physical, &gpu->memory);
  cas_find_queue (gpu->vk, gpu->physical, &gpu->queue_family, &gpu->timestamp_bits);
}

/* What a person set in the environment, or NULL. */
static const char *
get_setting (const char *variable)
{
  const char *value = g_getenv (variable);

  return value != NULL && *value != '\0' ? value : NULL;
}

CasGpu *
cas_gpu_new (const CasGpuParams  *params,
             GError             **error)
{
  g_autoptr (CasGpu) gpu = g_new0 (CasGpu, 1);
  g_autoptr (GArray) entries = NULL;
  const CasDeviceEntry *entry;
  gboolean validate = params->validate || g_strcmp0 (get_setting ("CAS_VALIDATE"), "1") == 0;

  gpu->instance = cas_instance_new (validate, error);
  if (gpu->instance == NULL)
    return NULL;
  gpu->vk = &gpu->instance->vk;

  entries = cas_instance_list_devices (gpu->instance, error);
  if (entries == NULL)
    return NULL;
  entry = cas_choose_device (entries, params->device ? params->device : get_setting ("CAS_DEVICE"),
                             error);
  if (entry == NULL)
    return NULL;

  gpu->info = entry->info; /* what is usable has no sentence to own */
  gpu->physical = entry->handle;
  gpu->speed = speed_guesses[gpu->info.kind];
  gpu->pulse = params->pulse;
  read_limits (gpu);
  gpu->buffers = g_ptr_array_new ();
  cas_gpu_init_pipelines (gpu);

  if (!create_device (gpu, error)
      || !cas_gpu_init_queue (gpu, error)
      || !cas_gpu_open_cache (gpu, params->cache_folder, error))
    return NULL;

  return g_steal_pointer (&gpu);
}

static void
free_device (CasGpu *gpu)
{
  /* without the entry points nothing but the device can have been made */
  if (gpu->vk->DestroyDevice == NULL)
    return;

  if (gpu->vk->DeviceWaitIdle != NULL)
    gpu->vk->DeviceWaitIdle (gpu->device);
  g_clear_pointer (&gpu->staging, cas_staging_free);
  cas_gpu_clear_pipelines (gpu);
  cas_gpu_close_cache (gpu);
  if (gpu->command_pool != VK_NULL_HANDLE)
    gpu->vk->DestroyCommandPool (gpu->device, gpu->command_pool, NULL);
  gpu->vk->DestroyDevice (gpu->device, NULL);
}

void
cas_gpu_free (CasGpu *gpu)
{
  if (gpu == NULL)
    return;

  if (gpu->device != VK_NULL_HANDLE)
    free_device (gpu);
  g_clear_pointer (&gpu->pipelines, g_hash_table_unref);
  g_clear_pointer (&gpu->buffers, g_ptr_array_unref);
  g_clear_pointer (&gpu->instance, cas_instance_free);
  g_free (gpu->cache_path);
  g_free (gpu);
}

const CasGpuInfo *
cas_gpu_get_info (CasGpu *gpu)
{
  return &gpu->info;
}

gboolean
cas_gpu_is_lost (CasGpu *gpu)
{
  return gpu->is_lost;
}

guint
cas_gpu_get_n_validation_messages (CasGpu *gpu)
{
  return g_atomic_int_get (&gpu->instance->n_messages);
}

double
cas_gpu_get_speed (CasGpu *gpu)
{
  return gpu->speed;
}

void
cas_gpu_learn_speed (CasGpu *gpu,
                     double  flop,
                     double  seconds)
{
  if (!(flop > 0) || !(seconds >= MIN_SAMPLE_SECONDS))
    return;

  gpu->speed += 0.25 * (flop / seconds - gpu->speed);
}
