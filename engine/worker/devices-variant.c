/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Devices between two processes. A text that is not there is an empty one on the way. */

#include "worker/devices-variant.h"

#include "session/device.h"

#define DEVICE_TYPE  "(ssut(uuu)bsa(suddsbb))"
#define KERNELS_TYPE "(suddsbb)"

static GVariant *
kernels_to_variant (const GPtrArray *kernels)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" KERNELS_TYPE));

  for (guint i = 0; i < kernels->len; i++)
    {
      const CasDeviceKernels *k = kernels->pdata[i];

      g_variant_builder_add (&list, KERNELS_TYPE, k->name, k->state, k->speed, k->error,
                             k->message ? k->message : "", k->is_off, k->is_default);
    }
  return g_variant_builder_end (&list);
}

GVariant *
cas_devices_to_variant (const GPtrArray *devices)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (CAS_DEVICES_TYPE));

  for (guint i = 0; i < devices->len; i++)
    {
      const CasDevice *d = devices->pdata[i];

      g_variant_builder_add (&list, "(ssut(uuu)bs@a" KERNELS_TYPE ")", d->name, d->driver, d->kind,
                             d->memory_bytes, d->vulkan_major, d->vulkan_minor, d->vulkan_patch,
                             d->is_default, d->unusable ? d->unusable : "",
                             kernels_to_variant (d->kernels));
    }
  return g_variant_builder_end (&list);
}

/* Takes the text. */
static char *
text_or_null (char *text)
{
  if (*text)
    return text;
  g_free (text);
  return NULL;
}

static GPtrArray *
kernels_from_iter (GVariantIter *iter)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_device_kernels_free);
  CasDeviceKernels k;
  guint state;

  while (g_variant_iter_next (iter, KERNELS_TYPE, &k.name, &state, &k.speed, &k.error, &k.message,
                              &k.is_off, &k.is_default))
    {
      k.state = MIN (state, CAS_KERNELS_CRASHED);
      k.message = text_or_null (k.message);
      g_ptr_array_add (list, g_memdup2 (&k, sizeof k));
    }
  return list;
}

static CasDevice *
device_from_variant (GVariant *variant)
{
  CasDevice *device = g_new0 (CasDevice, 1);
  g_autoptr (GVariantIter) kernels = NULL;
  guint kind;

  g_variant_get (variant, DEVICE_TYPE, &device->name, &device->driver, &kind,
                 &device->memory_bytes, &device->vulkan_major, &device->vulkan_minor,
                 &device->vulkan_patch, &device->is_default, &device->unusable, &kernels);
  device->kind = MIN (kind, CAS_DEVICE_OTHER);
  device->unusable = text_or_null (device->unusable);
  device->kernels = kernels_from_iter (kernels);
  return device;
}

GPtrArray *
cas_devices_from_variant (GVariant *variant)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_device_free);

  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) device = g_variant_get_child_value (variant, i);

      g_ptr_array_add (devices, device_from_variant (device));
    }
  return devices;
}
