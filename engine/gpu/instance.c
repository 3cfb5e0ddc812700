/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Vulkan instance, with the validation layer and its messages where they are asked for. */

#include "gpu/gpu-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define VALIDATION_LAYER "VK_LAYER_KHRONOS_validation"

static VKAPI_ATTR VkBool32 VKAPI_CALL
on_message (VkDebugUtilsMessageSeverityFlagBitsEXT      severity,
            VkDebugUtilsMessageTypeFlagsEXT             types,
            const VkDebugUtilsMessengerCallbackDataEXT *data,
            void                                       *user_data)
{
  CasInstance *instance = user_data;

  g_atomic_int_inc (&instance->n_messages);
  g_warning ("%s", data->pMessage);
  return VK_FALSE; /* the call goes on */
}

static gboolean
check_version (CasInstance  *instance,
               GError      **error)
{
  uint32_t version = 0;

  if (instance->vk.EnumerateInstanceVersion (&version) == VK_SUCCESS
      && version >= VK_API_VERSION_1_3)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
               _("The Vulkan loader libvulkan.so.1 knows Vulkan %u.%u; 1.3 is needed."),
               VK_API_VERSION_MAJOR (version), VK_API_VERSION_MINOR (version));
  return FALSE;
}

static gboolean
has_validation_layer (CasInstance *instance)
{
  g_autofree VkLayerProperties *layers = NULL;
  uint32_t n = 0;

  instance->vk.EnumerateInstanceLayerProperties (&n, NULL);
  layers = g_new0 (VkLayerProperties, n + 1);
  instance->vk.EnumerateInstanceLayerProperties (&n, layers);
  for (guint i = 0; i < n; i++)
    if (strcmp (layers[i].layerName, VALIDATION_LAYER) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
set_creation_error (VkResult   result,
                    GError   **error)
{
  switch (result)
    {
    case VK_SUCCESS:
      return TRUE;

    case VK_ERROR_INCOMPATIBLE_DRIVER:
      g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
                   _("No Vulkan driver was found. Install the graphics card maker's, or the "
                     "package mesa-vulkan-drivers."));
      return FALSE;

    case VK_ERROR_OUT_OF_HOST_MEMORY:
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There was not enough memory to start Vulkan."));
      return FALSE;

    default:
      g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
                   _("Vulkan cannot be started: vkCreateInstance gave %s."),
                   cas_vk_result_name (result));
      return FALSE;
    }
}

static VkDebugUtilsMessengerCreateInfoEXT
messenger_info (CasInstance *instance)
{
  return (VkDebugUtilsMessengerCreateInfoEXT) {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
    .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                       | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
    /* the general ones are the loader's talk about drivers that are not for this machine */
    .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT
                   | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT,
    .pfnUserCallback = on_message,
    .pUserData = instance,
  };
}

static gboolean
create (CasInstance  *instance,
        gboolean      validate,
        GError      **error)
{
  const char *layers[] = { VALIDATION_LAYER };
  const char *extensions[] = { VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
                               VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME };
  const VkValidationFeatureEnableEXT enabled[]
      = { VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT };
  VkDebugUtilsMessengerCreateInfoEXT messenger = messenger_info (instance);
  const VkValidationFeaturesEXT features = {
    .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
    .pNext = &messenger, /* hears what creation itself does wrong */
    .enabledValidationFeatureCount = G_N_ELEMENTS (enabled),
    .pEnabledValidationFeatures = enabled,
  };
  VkResult result;

  result = instance->vk.CreateInstance (&(VkInstanceCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pNext = validate ? &features : NULL,
    .pApplicationInfo = &(VkApplicationInfo) {
      .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
      .pApplicationName = "weir",
      .pEngineName = "cascade",
      .apiVersion = VK_API_VERSION_1_3,
    },
    .enabledLayerCount = validate ? G_N_ELEMENTS (layers) : 0,
    .ppEnabledLayerNames = layers,
    .enabledExtensionCount = validate ? G_N_ELEMENTS (extensions) : 0,
    .ppEnabledExtensionNames = extensions,
  }, NULL, &instance->handle);
  if (result != VK_SUCCESS)
    instance->handle = VK_NULL_HANDLE;

  return set_creation_error (result, error);
}

static gboolean
load (CasInstance  *instance,
      gboolean      validate,
      GError      **error)
{
  VkDebugUtilsMessengerCreateInfoEXT info = messenger_info (instance);
  VkResult result;

  if (!cas_vulkan_load_instance (&instance->vk, instance->handle))
    return set_creation_error (VK_ERROR_INITIALIZATION_FAILED, error);
  if (!validate)
    return TRUE;

  result = instance->vk.CreateDebugUtilsMessengerEXT (instance->handle, &info, NULL,
                                                      &instance->messenger);
  if (result != VK_SUCCESS)
    instance->messenger = VK_NULL_HANDLE;
  instance->is_validating = TRUE;
  return set_creation_error (result, error);
}

CasInstance *
cas_instance_new (gboolean   validate,
                  GError   **error)
{
  g_autoptr (CasInstance) instance = g_new0 (CasInstance, 1);

  if (!cas_vulkan_open (&instance->vk, error) || !check_version (instance, error))
    return NULL;

  if (validate && !has_validation_layer (instance))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("Validation was asked for, but the layer %s is not installed; it is in the "
                     "package vulkan-validationlayers."),
                   VALIDATION_LAYER);
      return NULL;
    }

  if (!create (instance, validate, error) || !load (instance, validate, error))
    return NULL;

  return g_steal_pointer (&instance);
}

void
cas_instance_free (CasInstance *instance)
{
  if (instance == NULL)
    return;

  if (instance->messenger != VK_NULL_HANDLE)
    instance->vk.DestroyDebugUtilsMessengerEXT (instance->handle, instance->messenger, NULL);
  if (instance->handle != VK_NULL_HANDLE && instance->vk.DestroyInstance != NULL)
    instance->vk.DestroyInstance (instance->handle, NULL);
  cas_vulkan_close (&instance->vk);
  g_free (instance);
}
