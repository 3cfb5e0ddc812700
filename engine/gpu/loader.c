/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens libvulkan at run time and fills the table of entry points. */

#include "gpu/vulkan-functions.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>

#define LOADER_NAME "libvulkan.so.1"

static gboolean
load_global (CasVulkan *vk)
{
  gboolean complete = TRUE;

#define LOAD(name)                                                                 \
  vk->name = (PFN_vk##name) vk->GetInstanceProcAddr (VK_NULL_HANDLE, "vk" #name);  \
  complete = complete && vk->name != NULL;
  CAS_VK_GLOBAL_FUNCTIONS (LOAD)
#undef LOAD

  return complete;
}

gboolean
cas_vulkan_open (CasVulkan  *vk,
                 GError    **error)
{
  vk->library = dlopen (LOADER_NAME, RTLD_NOW | RTLD_LOCAL);
  if (vk->library == NULL)
    {
      g_autofree char *reason = g_locale_to_utf8 (dlerror (), -1, NULL, NULL, NULL);

      g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
                   _("The Vulkan loader cannot be opened (%s). Install the package libvulkan1 "
                     "and a Vulkan driver for the graphics card."),
                   reason ? reason : LOADER_NAME);
      return FALSE;
    }

  vk->GetInstanceProcAddr
      = (PFN_vkGetInstanceProcAddr) dlsym (vk->library, "vkGetInstanceProcAddr");
  if (vk->GetInstanceProcAddr != NULL && load_global (vk))
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
               _("The Vulkan loader %s is too old or damaged; one for Vulkan 1.3 is needed."),
               LOADER_NAME);
  cas_vulkan_close (vk);
  return FALSE;
}

void
cas_vulkan_close (CasVulkan *vk)
{
  g_clear_pointer (&vk->library, dlclose);
}

gboolean
cas_vulkan_load_instance (CasVulkan  *vk,
                          VkInstance  instance)
{
  gboolean complete = TRUE;

#define LOAD(name) vk->name = (PFN_vk##name) vk->GetInstanceProcAddr (instance, "vk" #name);
  CAS_VK_INSTANCE_FUNCTIONS (LOAD)
  CAS_VK_DEBUG_FUNCTIONS (LOAD)
  CAS_VK_OPTIONAL_INSTANCE_FUNCTIONS (LOAD)
#undef LOAD

#define CHECK(name) complete = complete && vk->name != NULL;
  CAS_VK_INSTANCE_FUNCTIONS (CHECK)
#undef CHECK

  return complete;
}

gboolean
cas_vulkan_load_device (CasVulkan *vk,
                        VkDevice   device)
{
  gboolean complete = TRUE;

#define LOAD(name)                                                            \
  vk->name = (PFN_vk##name) vk->GetDeviceProcAddr (device, "vk" #name);       \
  complete = complete && vk->name != NULL;
  CAS_VK_DEVICE_FUNCTIONS (LOAD)
#undef LOAD

#define LOAD(name) vk->name = (PFN_vk##name) vk->GetDeviceProcAddr (device, "vk" #name);
  CAS_VK_OPTIONAL_FUNCTIONS (LOAD)
#undef LOAD

  return complete;
}
