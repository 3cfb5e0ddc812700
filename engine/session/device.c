/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The public list of devices. */

#include "session/device.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "session/choice.h"
#include "session/opening.h"

CasDeviceKind
cas_device_kind_from_gpu (CasGpuKind kind)
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

void
cas_device_kernels_free (CasDeviceKernels *kernels)
{
  g_free (kernels->name);
  g_free (kernels->message);
  g_free (kernels);
}

static GPtrArray *
list_kernels (const CasGpuInfo *info,
              CasPathSet        without)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_device_kernels_free);
  g_autofree char *folder = cas_opening_dup_cache_folder (NULL);
  g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (info, folder);
  const CasPath chosen = cas_choice_foretell (verdicts, info, without);

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (cas_path_is_offered (path, info))
      {
        const CasVerdict *verdict = cas_verdicts_get (verdicts, path);
        const CasDeviceKernels kernels = {
          .name = g_strdup (cas_path_get_name (path)),
          .state = cas_choice_get_state (verdicts, path),
          .speed = verdict->result.speed,
          .error = verdict->result.error,
          .message = g_strdup (verdict->message),
          .is_off = without >> path & 1,
          .is_default = path == chosen,
        };

        g_ptr_array_add (list, g_memdup2 (&kernels, sizeof kernels));
      }
  return list;
}

static CasDevice *
device_from_gpu (const CasGpuInfo *info,
                 CasPathSet        without)
{
  CasDevice *device = g_new0 (CasDevice, 1);

  device->name = g_utf8_make_valid (info->name, -1);
  device->driver = g_strstrip (g_strdup_printf ("%s %s", info->driver, info->driver_info));
  device->kind = cas_device_kind_from_gpu (info->kind);
  device->memory_bytes = info->memory_bytes;
  device->vulkan_major = info->api_version >> 22 & 0x7f;
  device->vulkan_minor = info->api_version >> 12 & 0x3ff;
  device->vulkan_patch = info->api_version & 0xfff;
  device->kernels = list_kernels (info, without);
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
  CasPathSet without;
  g_autoptr (GArray) infos = NULL;

  if (!cas_choice_read_without (&without, error))
    return NULL;
  infos = cas_gpu_list (error);
  if (!infos)
    return NULL;

  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_device_free);

  for (guint i = 0; i < infos->len; i++)
    g_ptr_array_add (devices, device_from_gpu (&g_array_index (infos, CasGpuInfo, i), without));
  mark_default (devices);
  return devices;
}

gboolean
cas_device_check (const char *device,
                  GError    **error)
{
  g_autofree char *folder = cas_opening_dup_cache_folder (NULL);

  return cas_choice_check_all (&(CasGpuParams) { .device = device, .cache_folder = folder }, error);
}

void
cas_device_free (CasDevice *device)
{
  if (!device)
    return;

  g_free (device->name);
  g_free (device->driver);
  g_clear_pointer (&device->kernels, g_ptr_array_unref);
  g_free (device->unusable);
  g_free (device);
}

const char *
cas_kernels_state_get_id (CasKernelsState state)
{
  static const char *const ids[] = {
    [CAS_KERNELS_UNTRIED] = "untried", [CAS_KERNELS_RIGHT] = "right",
    [CAS_KERNELS_SLOW] = "slow",       [CAS_KERNELS_WRONG] = "wrong",
    [CAS_KERNELS_FAILED] = "failed",   [CAS_KERNELS_CRASHED] = "crashed",
  };

  g_return_val_if_fail (state < G_N_ELEMENTS (ids), NULL);

  return ids[state];
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
