/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The public list of devices. */

#include "cascade/device.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "gpu/gpu.h"
#include "ops/path.h"

static CasDeviceKind
kind_from_gpu (CasGpuKind kind)
{
  switch (kind)
    {
    case CAS_GPU_DISCRETE:
      return CAS_DEVICE_DISCRETE;
    case CAS_GPU_INTEGRATED:
      return CAS_DEVICE_INTEGRATED;
    case CAS_GPU_VIRTUAL:
      return CAS_DEVICE_VIRTUAL;
    case CAS_GPU_CPU:
      return CAS_DEVICE_CPU;
    case CAS_GPU_OTHER:
      break;
    }
  return CAS_DEVICE_OTHER;
}

static CasDevice *
device_from_gpu (const CasGpuInfo *info)
{
  CasDevice *device = g_new0 (CasDevice, 1);

  device->name = g_utf8_make_valid (info->name, -1);
  device->driver = g_strstrip (g_strdup_printf ("%s %s", info->driver, info->driver_info));
  device->kind = kind_from_gpu (info->kind);
  device->memory_bytes = info->memory_bytes;
  device->vulkan_major = info->api_version >> 22 & 0x7f;
  device->vulkan_minor = info->api_version >> 12 & 0x3ff;
  device->vulkan_patch = info->api_version & 0xfff;
  device->kernels = cas_path_dup_offered (info);
  device->unusable = g_strdup (info->missing);
  return device;
}

/* The one that is taken when nothing is said: $CAS_DEVICE's choice is not this list's to tell. */
static void
mark_default (GPtrArray *devices)
{
  for (guint i = 0; i < devices->len; i++)
    {
      CasDevice *device = g_ptr_array_index (devices, i);

      if (device->unusable)
        continue;
      device->is_default = TRUE;
      return;
    }
}

GPtrArray *
cas_device_list (GError **error)
{
  g_autoptr (GArray) infos = cas_gpu_list (error);

  if (!infos)
    return NULL;

  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_device_free);

  for (guint i = 0; i < infos->len; i++)
    g_ptr_array_add (devices, device_from_gpu (&g_array_index (infos, CasGpuInfo, i)));
  mark_default (devices);
  return devices;
}

void
cas_device_free (CasDevice *device)
{
  if (!device)
    return;

  g_free (device->name);
  g_free (device->driver);
  g_strfreev (device->kernels);
  g_free (device->unusable);
  g_free (device);
}

static const char *const kind_names[] = {
  [CAS_DEVICE_DISCRETE] = N_("discrete"),   [CAS_DEVICE_INTEGRATED] = N_("integrated"),
  [CAS_DEVICE_VIRTUAL] = N_("virtual"),     [CAS_DEVICE_CPU] = N_("processor"),
  [CAS_DEVICE_OTHER] = N_("other"),
};

const char *
cas_device_kind_get_id (CasDeviceKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

const char *
cas_device_kind_get_name (CasDeviceKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), NULL);

  return _(kind_names[kind]);
}
