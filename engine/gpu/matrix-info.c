/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which cooperative matrices a device has. Neither an extension's name nor what is enumerated is
 * enough: llvmpipe lists both with vectors of 128 bits, and has none. */

#include "gpu/gpu-private.h"

/* llvmpipe of Mesa 26 may end the process while it compiles matrices for other subgroups. */
#define CPU_SUBGROUP_SIZE 8

#define MAX_SIDE 16 /* kernels are made for matrices of 8 or 16 rows and columns */

/* Kernels count on the size of subgroups. */
static gboolean
has_known_subgroups (const CasVulkan  *vk,
                     VkPhysicalDevice  device)
{
  VkPhysicalDeviceVulkan13Properties v13
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &v13 };

  vk->GetPhysicalDeviceProperties2 (device, &properties);
  return (v13.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0
         || v13.minSubgroupSize == v13.maxSubgroupSize;
}

static gboolean
is_power_of_two (uint32_t n)
{
  return n > 0 && (n & (n - 1)) == 0;
}

static gboolean
is_usable (const VkCooperativeMatrixPropertiesKHR *p,
           VkComponentTypeKHR                      type)
{
  return p->AType == type && p->BType == type && p->CType == VK_COMPONENT_TYPE_FLOAT32_KHR
         && p->ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR && p->scope == VK_SCOPE_SUBGROUP_KHR
         && !p->saturatingAccumulation && p->MSize <= MAX_SIDE && p->NSize <= MAX_SIDE
         && p->KSize <= 2 * MAX_SIDE && is_power_of_two (p->MSize) && is_power_of_two (p->NSize)
         && is_power_of_two (p->KSize);
}

/* The largest: it asks least of shared memory for each multiply-add. */
static CasMatrixShape
find_shape (const VkCooperativeMatrixPropertiesKHR *properties,
            uint32_t                                n,
            VkComponentTypeKHR                      type)
{
  CasMatrixShape best = { 0 };

  for (uint32_t i = 0; i < n; i++)
    {
      const VkCooperativeMatrixPropertiesKHR *p = &properties[i];

      if (is_usable (p, type) && p->MSize * p->NSize * p->KSize > best.m * best.n * best.k)
        best = (CasMatrixShape) { p->MSize, p->NSize, p->KSize };
    }

  return best;
}

/* --- the second generation --- */

/* A processor's are of a subgroup: of the rest it has enough to test kernels on. */
static CasMatrix2
find_kind (const CasGpuInfo  *info,
           const CasFeatures *features)
{
  const VkPhysicalDeviceCooperativeMatrix2FeaturesNV *f = &features->matrix2;

  if (!info->has_float16 || !f->cooperativeMatrixFlexibleDimensions
      || !f->cooperativeMatrixReductions || !f->cooperativeMatrixConversions
      || !f->cooperativeMatrixPerElementOperations)
    return CAS_MATRIX2_NONE;
  if (info->kind == CAS_GPU_CPU)
    return CAS_MATRIX2_SUBGROUP;
  return f->cooperativeMatrixWorkgroupScope && f->cooperativeMatrixTensorAddressing
                 && f->cooperativeMatrixBlockLoads
             ? CAS_MATRIX2_WORKGROUP
             : CAS_MATRIX2_NONE;
}

/* Whether the limits leave room for kernels, which have no shared memory of their own. */
static gboolean
has_room (const CasGpuInfo *info,
          const CasVulkan  *vk,
          VkPhysicalDevice  device,
          CasMatrix2        kind)
{
  VkPhysicalDeviceCooperativeMatrix2PropertiesNV limits
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_2_PROPERTIES_NV };
  VkPhysicalDeviceProperties2 properties
      = { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &limits };

  vk->GetPhysicalDeviceProperties2 (device, &properties);
  if (limits.cooperativeMatrixFlexibleDimensionsMaxDimension < CAS_MATRIX2_MAX_SIDE)
    return FALSE;
  return kind != CAS_MATRIX2_WORKGROUP
         || (limits.cooperativeMatrixWorkgroupScopeMaxWorkgroupSize >= CAS_MATRIX2_LANES
             && limits.cooperativeMatrixWorkgroupScopeReservedSharedMemory
                    <= info->shared_memory_bytes
             && info->max_workgroup_invocations >= CAS_MATRIX2_LANES
             && info->subgroup_size <= CAS_MATRIX2_LANES
             && CAS_MATRIX2_LANES / info->subgroup_size <= info->max_workgroup_subgroups);
}

static gboolean
is_usable2 (const VkCooperativeMatrixFlexibleDimensionsPropertiesNV *p,
            VkComponentTypeKHR                                       type,
            CasMatrix2                                               kind)
{
  gboolean is_workgroup = kind == CAS_MATRIX2_WORKGROUP;
  uint32_t max_step = is_workgroup ? CAS_MATRIX2_WORKGROUP_STEP : CAS_MATRIX2_SUBGROUP_STEP;

  return p->AType == type && p->BType == type && p->CType == VK_COMPONENT_TYPE_FLOAT32_KHR
         && p->ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR && !p->saturatingAccumulation
         && p->scope == (is_workgroup ? VK_SCOPE_WORKGROUP_KHR : VK_SCOPE_SUBGROUP_KHR)
         && (!is_workgroup || p->workgroupInvocations == CAS_MATRIX2_LANES)
         && is_power_of_two (p->MGranularity) && p->MGranularity <= max_step
         && is_power_of_two (p->NGranularity) && p->NGranularity <= max_step
         && is_power_of_two (p->KGranularity) && p->KGranularity <= max_step;
}

static void
init_matrix2 (CasGpuInfo        *info,
              const CasVulkan   *vk,
              VkPhysicalDevice   device,
              const CasFeatures *features)
{
  static const VkComponentTypeKHR types[CAS_N_MATRIX_TYPES] = {
    [CAS_MATRIX_F16] = VK_COMPONENT_TYPE_FLOAT16_KHR,
    [CAS_MATRIX_BF16] = VK_COMPONENT_TYPE_BFLOAT16_KHR,
  };
  g_autofree VkCooperativeMatrixFlexibleDimensionsPropertiesNV *properties = NULL;
  CasMatrix2 kind = find_kind (info, features);
  uint32_t n = 0;

  if (kind == CAS_MATRIX2_NONE || !has_room (info, vk, device, kind)
      || vk->GetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV == NULL
      || vk->GetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV (device, &n, NULL)
             != VK_SUCCESS)
    return;

  properties = g_new0 (VkCooperativeMatrixFlexibleDimensionsPropertiesNV, n + 1);
  for (uint32_t i = 0; i < n; i++)
    properties[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_FLEXIBLE_DIMENSIONS_PROPERTIES_NV;
  if (vk->GetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV (device, &n, properties)
      < 0)
    return;

  /* what a kernel leaves to the first generation has to run as well */
  for (guint type = 0; type < CAS_N_MATRIX_TYPES; type++)
    for (uint32_t i = 0; i < n && info->matrix[type].k > 0; i++)
      if (is_usable2 (&properties[i], types[type], kind))
        info->matrix2[type] = kind;
}

void
cas_gpu_info_init_matrix (CasGpuInfo        *info,
                          const CasVulkan   *vk,
                          VkPhysicalDevice   device,
                          const CasFeatures *features)
{
  g_autofree VkCooperativeMatrixPropertiesKHR *properties = NULL;
  uint32_t n = 0;

  if ((info->kind == CAS_GPU_CPU && info->subgroup_size != CPU_SUBGROUP_SIZE)
      || !has_known_subgroups (vk, device) || !features->matrix.cooperativeMatrix
      || !features->v12.vulkanMemoryModel
      || vk->GetPhysicalDeviceCooperativeMatrixPropertiesKHR == NULL
      || vk->GetPhysicalDeviceCooperativeMatrixPropertiesKHR (device, &n, NULL) != VK_SUCCESS)
    return;

  properties = g_new0 (VkCooperativeMatrixPropertiesKHR, n + 1);
  for (uint32_t i = 0; i < n; i++)
    properties[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  if (vk->GetPhysicalDeviceCooperativeMatrixPropertiesKHR (device, &n, properties) < 0)
    return;

  if (info->has_float16)
    info->matrix[CAS_MATRIX_F16] = find_shape (properties, n, VK_COMPONENT_TYPE_FLOAT16_KHR);
  if (features->bfloat16.shaderBFloat16Type && features->bfloat16.shaderBFloat16CooperativeMatrix
      && features->v12.shaderFloat16)
    info->matrix[CAS_MATRIX_BF16] = find_shape (properties, n, VK_COMPONENT_TYPE_BFLOAT16_KHR);
  init_matrix2 (info, vk, device, features);
}
