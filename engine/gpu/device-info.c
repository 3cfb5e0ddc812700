/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a device is, has and lacks. */

#include "gpu/gpu-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ALLOCATION_BYTES (1u << 30) /* larger ones fail on drivers that promise them */

typedef struct
{
  gsize       offset; /* of a VkBool32 in CasFeatures */
  const char *name;
} Feature;

#define FEATURE(part, name) { G_STRUCT_OFFSET (CasFeatures, part.name), #name }

static const Feature required[] = {
  FEATURE (core.features, shaderInt64),
  FEATURE (v12, bufferDeviceAddress),
  FEATURE (v12, scalarBlockLayout),
  FEATURE (v13, computeFullSubgroups),
  FEATURE (v13, maintenance4),
  FEATURE (v13, subgroupSizeControl),
  FEATURE (v13, synchronization2),
};

static const Feature optional[] = {
  FEATURE (core.features, shaderInt16),
  FEATURE (v11, storageBuffer16BitAccess),
  FEATURE (v12, shaderFloat16),
  FEATURE (v12, shaderInt8),
  FEATURE (v12, shaderSubgroupExtendedTypes),
  FEATURE (v12, storageBuffer8BitAccess),
  FEATURE (v12, vulkanMemoryModel),
  FEATURE (matrix, cooperativeMatrix),
  FEATURE (bfloat16, shaderBFloat16Type),
  FEATURE (bfloat16, shaderBFloat16CooperativeMatrix),
  FEATURE (matrix2, cooperativeMatrixWorkgroupScope),
  FEATURE (matrix2, cooperativeMatrixFlexibleDimensions),
  FEATURE (matrix2, cooperativeMatrixReductions),
  FEATURE (matrix2, cooperativeMatrixConversions),
  FEATURE (matrix2, cooperativeMatrixPerElementOperations),
  FEATURE (matrix2, cooperativeMatrixTensorAddressing),
  FEATURE (matrix2, cooperativeMatrixBlockLoads),
};

#define REQUIRED_SUBGROUP_OPERATIONS                                    \
  (VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_ARITHMETIC_BIT   \
   | VK_SUBGROUP_FEATURE_SHUFFLE_BIT)

gboolean
cas_has_extension (const CasVulkan  *vk,
                   VkPhysicalDevice  device,
                   const char       *name)
{
  g_autofree VkExtensionProperties *extensions = NULL;
  uint32_t n = 0;

  vk->EnumerateDeviceExtensionProperties (device, NULL, &n, NULL);
  extensions = g_new0 (VkExtensionProperties, n + 1);
  vk->EnumerateDeviceExtensionProperties (device, NULL, &n, extensions);
  for (guint i = 0; i < n; i++)
    if (strcmp (extensions[i].extensionName, name) == 0)
      return TRUE;

  return FALSE;
}

static void
features_init (CasFeatures      *features,
               const CasVulkan  *vk,
               VkPhysicalDevice  device)
{
  *features = (CasFeatures) {
    .core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .core.pNext = &features->v11,
    .v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
    .v11.pNext = &features->v12,
    .v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
    .v12.pNext = &features->v13,
    .v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES,
    .matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
    .bfloat16.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_BFLOAT16_FEATURES_KHR,
    .matrix2.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_2_FEATURES_NV,
  };
  if (cas_has_extension (vk, device, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME))
    features->v13.pNext = &features->matrix;
  if (cas_has_extension (vk, device, VK_KHR_SHADER_BFLOAT16_EXTENSION_NAME))
    {
      features->bfloat16.pNext = features->v13.pNext;
      features->v13.pNext = &features->bfloat16;
    }
  if (cas_has_extension (vk, device, VK_NV_COOPERATIVE_MATRIX_2_EXTENSION_NAME))
    {
      features->matrix2.pNext = features->v13.pNext;
      features->v13.pNext = &features->matrix2;
    }
}

static void
copy_features (CasFeatures       *dst,
               const CasFeatures *src,
               const Feature     *list,
               gsize              n)
{
  for (gsize i = 0; i < n; i++)
    G_STRUCT_MEMBER (VkBool32, dst, list[i].offset)
        = G_STRUCT_MEMBER (VkBool32, src, list[i].offset);
}

void
cas_features_query (CasFeatures      *features,
                    const CasVulkan  *vk,
                    VkPhysicalDevice  device)
{
  CasFeatures all;

  features_init (&all, vk, device);
  vk->GetPhysicalDeviceFeatures2 (device, &all.core);

  features_init (features, vk, device);
  copy_features (features, &all, required, G_N_ELEMENTS (required));
  copy_features (features, &all, optional, G_N_ELEMENTS (optional));
}

gboolean
cas_find_queue (const CasVulkan  *vk,
                VkPhysicalDevice  device,
                guint            *family,
                guint            *timestamp_bits)
{
  g_autofree VkQueueFamilyProperties *families = NULL;
  uint32_t n = 0;

  vk->GetPhysicalDeviceQueueFamilyProperties (device, &n, NULL);
  families = g_new0 (VkQueueFamilyProperties, n + 1);
  vk->GetPhysicalDeviceQueueFamilyProperties (device, &n, families);

  for (guint i = 0; i < n; i++)
    if (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT)
      {
        *family = i;
        *timestamp_bits = families[i].timestampValidBits;
        return TRUE;
      }

  return FALSE;
}

static CasGpuKind
kind_from_type (VkPhysicalDeviceType type)
{
  switch (type)
    {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return CAS_GPU_DISCRETE;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return CAS_GPU_INTEGRATED;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return CAS_GPU_VIRTUAL;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return CAS_GPU_CPU;
    default:
      return CAS_GPU_OTHER;
    }
}

static guint64
largest_local_heap (const CasVulkan  *vk,
                    VkPhysicalDevice  device)
{
  VkPhysicalDeviceMemoryProperties memory;
  guint64 largest = 0;

  vk->GetPhysicalDeviceMemoryProperties (device, &memory);
  for (guint i = 0; i < memory.memoryHeapCount; i++)
    if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
      largest = MAX (largest, memory.memoryHeaps[i].size);

  return largest;
}

/* The sentence for what is not there, or NULL. */
static char *
find_missing (const CasFeatures                        *features,
              const VkPhysicalDeviceVulkan11Properties *v11,
              guint32                                   max_push_bytes,
              gboolean                                  can_compute)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    if (!G_STRUCT_MEMBER (VkBool32, features, required[i].offset))
      g_ptr_array_add (names, (gpointer) required[i].name);
  if (!(v11->subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT)
      || ~v11->subgroupSupportedOperations & REQUIRED_SUBGROUP_OPERATIONS)
    g_ptr_array_add (names, (gpointer) _("subgroup arithmetic and shuffle"));
  if (max_push_bytes < CAS_MAX_PUSH_BYTES)
    g_ptr_array_add (names, (gpointer) _("128 bytes of push constants"));
  if (!can_compute)
    g_ptr_array_add (names, (gpointer) _("a compute queue"));
  if (names->len == 0)
    return NULL;

  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **) names->pdata);
  return g_strdup_printf (_("Its Vulkan driver lacks %s."), list);
}

static void
init_basics (CasGpuInfo                       *info,
             const VkPhysicalDeviceProperties *properties)
{
  *info = (CasGpuInfo) {
    .vendor_id = properties->vendorID,
    .device_id = properties->deviceID,
    .driver_version = properties->driverVersion,
    .api_version = properties->apiVersion,
    .kind = kind_from_type (properties->deviceType),
    .max_workgroup_invocations = properties->limits.maxComputeWorkGroupInvocations,
    .shared_memory_bytes = properties->limits.maxComputeSharedMemorySize,
    .max_push_bytes = properties->limits.maxPushConstantsSize,
  };
  g_strlcpy (info->name, properties->deviceName, sizeof info->name);
  memcpy (info->cache_uuid, properties->pipelineCacheUUID, sizeof info->cache_uuid);
}

/* What cards of a kind have at least, more or less. */
static guint32
guess_compute_units (CasGpuKind kind)
{
  switch (kind)
    {
    case CAS_GPU_DISCRETE:
      return 24;
    case CAS_GPU_CPU:
      return 1;
    default:
      return 8;
    }
}

static guint32
count_compute_units (const CasVulkan  *vk,
                     VkPhysicalDevice  device,
                     CasGpuKind        kind)
{
  VkPhysicalDeviceShaderSMBuiltinsPropertiesNV nv
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_SM_BUILTINS_PROPERTIES_NV };
  VkPhysicalDeviceShaderCorePropertiesAMD amd
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_CORE_PROPERTIES_AMD };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2 };
  guint32 n;

  if (cas_has_extension (vk, device, VK_NV_SHADER_SM_BUILTINS_EXTENSION_NAME))
    properties.pNext = &nv;
  else if (cas_has_extension (vk, device, VK_AMD_SHADER_CORE_PROPERTIES_EXTENSION_NAME))
    properties.pNext = &amd;
  if (properties.pNext != NULL)
    vk->GetPhysicalDeviceProperties2 (device, &properties);

  n = nv.shaderSMCount
      + amd.shaderEngineCount * amd.shaderArraysPerEngineCount * amd.computeUnitsPerShaderArray;
  return n > 0 ? n : guess_compute_units (kind);
}

/* Mesa 22's llvmpipe walks over the lanes of a plain load, but not of a texel. From Mesa 25 on
 * plain loads are faster, and texels are wrong unless its vectors have 256 bits. */
static gboolean
gains_by_texels (const VkPhysicalDeviceVulkan12Properties *v12)
{
  return v12->driverID == VK_DRIVER_ID_MESA_LLVMPIPE
         && g_str_has_prefix (v12->driverInfo, "Mesa ")
         && g_ascii_strtoull (v12->driverInfo + strlen ("Mesa "), NULL, 10) < 23;
}

static void
init_details (CasGpuInfo       *info,
              const CasVulkan  *vk,
              VkPhysicalDevice  device)
{
  VkPhysicalDeviceVulkan13Properties v13
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES };
  VkPhysicalDeviceVulkan12Properties v12
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES, .pNext = &v13 };
  VkPhysicalDeviceVulkan11Properties v11
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, .pNext = &v12 };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &v11 };
  guint family, timestamp_bits;
  CasFeatures features;

  vk->GetPhysicalDeviceProperties2 (device, &properties);
  cas_features_query (&features, vk, device);

  g_strlcpy (info->driver, v12.driverName, sizeof info->driver);
  g_strlcpy (info->driver_info, v12.driverInfo, sizeof info->driver_info);
  memcpy (info->driver_uuid, v11.driverUUID, sizeof info->driver_uuid);
  info->max_allocation_bytes = MIN (v11.maxMemoryAllocationSize, v13.maxBufferSize);
  info->max_allocation_bytes = MIN (info->max_allocation_bytes, MAX_ALLOCATION_BYTES);
  info->min_subgroup_size = v13.minSubgroupSize;
  info->max_subgroup_size = v13.maxSubgroupSize;
  info->max_workgroup_subgroups = v13.maxComputeWorkgroupSubgroups;
  info->subgroup_size = CLAMP (v11.subgroupSize, v13.minSubgroupSize, v13.maxSubgroupSize);
  info->has_float16 = features.v12.shaderFloat16 && features.v11.storageBuffer16BitAccess;
  info->n_compute_units = count_compute_units (vk, device, info->kind);
  cas_gpu_info_init_matrix (info, vk, device, &features);
  info->has_memory_budget = cas_has_extension (vk, device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  info->has_texel_views
      = gains_by_texels (&v12) && cas_has_extension (vk, device, VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME)
        && (guint64) properties.properties.limits.maxTexelBufferElements * CAS_TEXEL_BYTES
               >= info->max_allocation_bytes;
  info->missing = find_missing (&features, &v11, info->max_push_bytes,
                                cas_find_queue (vk, device, &family, &timestamp_bits));
}

void
cas_gpu_info_init (CasGpuInfo       *info,
                   const CasVulkan  *vk,
                   VkPhysicalDevice  device)
{
  VkPhysicalDeviceProperties properties;

  vk->GetPhysicalDeviceProperties (device, &properties);
  init_basics (info, &properties);
  info->memory_bytes = largest_local_heap (vk, device);

  if (properties.apiVersion >= VK_API_VERSION_1_3)
    init_details (info, vk, device);
  else
    info->missing = g_strdup_printf (_("Its driver offers Vulkan %u.%u; 1.3 is needed."),
                                     VK_API_VERSION_MAJOR (properties.apiVersion),
                                     VK_API_VERSION_MINOR (properties.apiVersion));
}
