/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Vulkan entry points that are used, as lists, and the table that holds them. Nothing links
 * to libvulkan, so the program starts without it. */

#pragma once

#include <glib.h>

#include "cascade/error.h"
#include "gpu/vulkan-newer.h"

#define CAS_VK_GLOBAL_FUNCTIONS(X)         \
  X (CreateInstance)                       \
  X (EnumerateInstanceExtensionProperties) \
  X (EnumerateInstanceLayerProperties)     \
  X (EnumerateInstanceVersion)

#define CAS_VK_INSTANCE_FUNCTIONS(X)          \
  X (CreateDevice)                            \
  X (DestroyInstance)                         \
  X (EnumerateDeviceExtensionProperties)      \
  X (EnumeratePhysicalDevices)                \
  X (GetDeviceProcAddr)                       \
  X (GetPhysicalDeviceFeatures2)              \
  X (GetPhysicalDeviceMemoryProperties)       \
  X (GetPhysicalDeviceMemoryProperties2)      \
  X (GetPhysicalDeviceProperties)             \
  X (GetPhysicalDeviceProperties2)            \
  X (GetPhysicalDeviceQueueFamilyProperties)

/* Of VK_EXT_debug_utils: there only with the validation layer. */
#define CAS_VK_DEBUG_FUNCTIONS(X)    \
  X (CreateDebugUtilsMessengerEXT)   \
  X (DestroyDebugUtilsMessengerEXT)  \
  X (SetDebugUtilsObjectNameEXT)

/* Of VK_KHR_cooperative_matrix and VK_NV_cooperative_matrix2: there only where a driver knows
 * them. */
#define CAS_VK_OPTIONAL_INSTANCE_FUNCTIONS(X)          \
  X (GetPhysicalDeviceCooperativeMatrixPropertiesKHR)  \
  X (GetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV)

/* Of VK_KHR_push_descriptor: there only where the device has it. */
#define CAS_VK_OPTIONAL_FUNCTIONS(X) X (CmdPushDescriptorSetKHR)

#define CAS_VK_DEVICE_FUNCTIONS(X) \
  X (AllocateCommandBuffers)       \
  X (AllocateMemory)               \
  X (BeginCommandBuffer)           \
  X (BindBufferMemory)             \
  X (CmdBindPipeline)              \
  X (CmdCopyBuffer)                \
  X (CmdDispatch)                  \
  X (CmdDispatchBase)              \
  X (CmdPipelineBarrier2)          \
  X (CmdPushConstants)             \
  X (CmdResetQueryPool)            \
  X (CmdWriteTimestamp2)           \
  X (CreateBuffer)                 \
  X (CreateBufferView)             \
  X (CreateDescriptorSetLayout)    \
  X (DestroyBufferView)            \
  X (DestroyDescriptorSetLayout)   \
  X (CreateCommandPool)            \
  X (CreateComputePipelines)       \
  X (CreateFence)                  \
  X (CreatePipelineCache)          \
  X (CreatePipelineLayout)         \
  X (CreateQueryPool)              \
  X (CreateShaderModule)           \
  X (DestroyBuffer)                \
  X (DestroyCommandPool)           \
  X (DestroyDevice)                \
  X (DestroyFence)                 \
  X (DestroyPipeline)              \
  X (DestroyPipelineCache)         \
  X (DestroyPipelineLayout)        \
  X (DestroyQueryPool)             \
  X (DestroyShaderModule)          \
  X (DeviceWaitIdle)               \
  X (EndCommandBuffer)             \
  X (FreeCommandBuffers)           \
  X (FreeMemory)                   \
  X (GetBufferDeviceAddress)       \
  X (GetBufferMemoryRequirements)  \
  X (GetDeviceQueue)               \
  X (GetPipelineCacheData)         \
  X (GetQueryPoolResults)          \
  X (MapMemory)                    \
  X (QueueSubmit2)                 \
  X (ResetCommandBuffer)           \
  X (ResetFences)                  \
  X (WaitForFences)

typedef struct
{
  void                     *library;
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
#define DECLARE(name) PFN_vk##name name;
  CAS_VK_GLOBAL_FUNCTIONS (DECLARE)
  CAS_VK_INSTANCE_FUNCTIONS (DECLARE)
  CAS_VK_DEBUG_FUNCTIONS (DECLARE)
  CAS_VK_OPTIONAL_INSTANCE_FUNCTIONS (DECLARE)
  CAS_VK_DEVICE_FUNCTIONS (DECLARE)
  CAS_VK_OPTIONAL_FUNCTIONS (DECLARE)
#undef DECLARE
} CasVulkan;

/* Opens the loader; CAS_ERROR_NO_DEVICE if there is none. vk is all zero before. */
gboolean cas_vulkan_open          (CasVulkan  *vk,
                                   GError    **error);
void     cas_vulkan_close         (CasVulkan  *vk);

/* FALSE if one that Vulkan 1.3 has is not there. */
gboolean cas_vulkan_load_instance (CasVulkan  *vk,
                                   VkInstance  instance);
gboolean cas_vulkan_load_device   (CasVulkan  *vk,
                                   VkDevice    device);
