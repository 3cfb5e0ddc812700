/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Debian 12's Vulkan headers (1.3.239) do not declare yet. Values are those of the registry;
 * with newer headers theirs are used. */

#pragma once

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#ifndef VK_KHR_cooperative_matrix
#define VK_KHR_cooperative_matrix 1
#define VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME "VK_KHR_cooperative_matrix"

#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR \
  ((VkStructureType) 1000506000)
#define VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR ((VkStructureType) 1000506001)

typedef enum
{
  VK_COMPONENT_TYPE_FLOAT16_KHR = 0,
  VK_COMPONENT_TYPE_FLOAT32_KHR = 1,
  VK_COMPONENT_TYPE_MAX_ENUM_KHR = 0x7fffffff
} VkComponentTypeKHR;

typedef enum
{
  VK_SCOPE_WORKGROUP_KHR = 2,
  VK_SCOPE_SUBGROUP_KHR = 3,
  VK_SCOPE_MAX_ENUM_KHR = 0x7fffffff
} VkScopeKHR;

typedef struct
{
  VkStructureType sType;
  void           *pNext;
  VkBool32        cooperativeMatrix;
  VkBool32        cooperativeMatrixRobustBufferAccess;
} VkPhysicalDeviceCooperativeMatrixFeaturesKHR;

typedef struct
{
  VkStructureType    sType;
  void              *pNext;
  uint32_t           MSize;
  uint32_t           NSize;
  uint32_t           KSize;
  VkComponentTypeKHR AType;
  VkComponentTypeKHR BType;
  VkComponentTypeKHR CType;
  VkComponentTypeKHR ResultType;
  VkBool32           saturatingAccumulation;
  VkScopeKHR         scope;
} VkCooperativeMatrixPropertiesKHR;

typedef VkResult (VKAPI_PTR *PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR) (
    VkPhysicalDevice                  device,
    uint32_t                         *n_properties,
    VkCooperativeMatrixPropertiesKHR *properties);
#endif

#ifndef VK_KHR_shader_bfloat16
#define VK_KHR_shader_bfloat16 1
#define VK_KHR_SHADER_BFLOAT16_EXTENSION_NAME "VK_KHR_shader_bfloat16"

#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_BFLOAT16_FEATURES_KHR \
  ((VkStructureType) 1000141000)
#define VK_COMPONENT_TYPE_BFLOAT16_KHR ((VkComponentTypeKHR) 1000141000)

typedef struct
{
  VkStructureType sType;
  void           *pNext;
  VkBool32        shaderBFloat16Type;
  VkBool32        shaderBFloat16DotProduct;
  VkBool32        shaderBFloat16CooperativeMatrix;
} VkPhysicalDeviceShaderBfloat16FeaturesKHR;
#endif

#ifndef VK_NV_cooperative_matrix2
#define VK_NV_cooperative_matrix2 1
#define VK_NV_COOPERATIVE_MATRIX_2_EXTENSION_NAME "VK_NV_cooperative_matrix2"

#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_2_FEATURES_NV \
  ((VkStructureType) 1000593000)
#define VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_FLEXIBLE_DIMENSIONS_PROPERTIES_NV \
  ((VkStructureType) 1000593001)
#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_2_PROPERTIES_NV \
  ((VkStructureType) 1000593002)

typedef struct
{
  VkStructureType sType;
  void           *pNext;
  VkBool32        cooperativeMatrixWorkgroupScope;
  VkBool32        cooperativeMatrixFlexibleDimensions;
  VkBool32        cooperativeMatrixReductions;
  VkBool32        cooperativeMatrixConversions;
  VkBool32        cooperativeMatrixPerElementOperations;
  VkBool32        cooperativeMatrixTensorAddressing;
  VkBool32        cooperativeMatrixBlockLoads;
} VkPhysicalDeviceCooperativeMatrix2FeaturesNV;

typedef struct
{
  VkStructureType sType;
  void           *pNext;
  uint32_t        cooperativeMatrixWorkgroupScopeMaxWorkgroupSize;
  uint32_t        cooperativeMatrixFlexibleDimensionsMaxDimension;
  uint32_t        cooperativeMatrixWorkgroupScopeReservedSharedMemory;
} VkPhysicalDeviceCooperativeMatrix2PropertiesNV;

typedef struct
{
  VkStructureType    sType;
  void              *pNext;
  uint32_t           MGranularity;
  uint32_t           NGranularity;
  uint32_t           KGranularity;
  VkComponentTypeKHR AType;
  VkComponentTypeKHR BType;
  VkComponentTypeKHR CType;
  VkComponentTypeKHR ResultType;
  VkBool32           saturatingAccumulation;
  VkScopeKHR         scope;
  uint32_t           workgroupInvocations;
} VkCooperativeMatrixFlexibleDimensionsPropertiesNV;

typedef VkResult (
    VKAPI_PTR *PFN_vkGetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV) (
    VkPhysicalDevice                                   device,
    uint32_t                                          *n_properties,
    VkCooperativeMatrixFlexibleDimensionsPropertiesNV *properties);
#endif
