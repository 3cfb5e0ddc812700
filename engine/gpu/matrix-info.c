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
}
