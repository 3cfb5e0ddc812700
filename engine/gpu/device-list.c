/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The devices there are, the best first, and the choice of one. */

#include "gpu/gpu-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const CasGpuInfo *x = &((const CasDeviceEntry *) a)->info;
  const CasGpuInfo *y = &((const CasDeviceEntry *) b)->info;

  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (x->memory_bytes != y->memory_bytes)
    return x->memory_bytes > y->memory_bytes ? -1 : 1;
  return 0; /* the sort is stable: the loader's order */
}

static void
clear_entry (gpointer data)
{
  g_free (((CasDeviceEntry *) data)->info.missing);
}

static void
clear_info (gpointer data)
{
  g_free (((CasGpuInfo *) data)->missing);
}

GArray *
cas_instance_list_devices (CasInstance  *instance,
                           GError      **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (CasDeviceEntry));
  g_autofree VkPhysicalDevice *devices = NULL;
  uint32_t n = 0;

  g_array_set_clear_func (entries, clear_entry);
  instance->vk.EnumeratePhysicalDevices (instance->handle, &n, NULL);
  devices = g_new0 (VkPhysicalDevice, n + 1);
  if (n > 0 && instance->vk.EnumeratePhysicalDevices (instance->handle, &n, devices) < 0)
    n = 0;

  for (guint i = 0; i < n; i++)
    {
      CasDeviceEntry entry = { .handle = devices[i] };

      cas_gpu_info_init (&entry.info, &instance->vk, devices[i]);
      g_array_append_val (entries, entry);
    }

  if (entries->len == 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
                   _("The Vulkan drivers that are installed find no device. Install the graphics "
                     "card maker's driver, or the package mesa-vulkan-drivers."));
      return NULL;
    }

  g_array_sort (entries, compare_entries);
  return g_steal_pointer (&entries);
}

GArray *
cas_gpu_list (GError **error)
{
  g_autoptr (CasInstance) instance = cas_instance_new (FALSE, error);
  g_autoptr (GArray) entries = NULL;
  GArray *infos;

  if (instance == NULL)
    return NULL;
  entries = cas_instance_list_devices (instance, error);
  if (entries == NULL)
    return NULL;

  infos = g_array_new (FALSE, TRUE, sizeof (CasGpuInfo));
  g_array_set_clear_func (infos, clear_info);
  for (guint i = 0; i < entries->len; i++)
    {
      CasDeviceEntry *entry = &g_array_index (entries, CasDeviceEntry, i);

      g_array_append_val (infos, entry->info);
      entry->info.missing = NULL; /* it has moved */
    }

  return infos;
}

static gboolean
matches (const CasDeviceEntry *entry,
         guint                 index,
         const char           *wanted)
{
  guint64 number;

  if (*wanted == '\0')
    return FALSE;
  if (g_ascii_strcasecmp (wanted, "cpu") == 0)
    return entry->info.kind == CAS_GPU_CPU;
  if (g_ascii_string_to_unsigned (wanted, 10, 0, G_MAXUINT, &number, NULL))
    return number == index;

  /* names are ASCII, but for a ® that no one types */
  g_autofree char *name = g_ascii_strdown (entry->info.name, -1);
  g_autofree char *part = g_ascii_strdown (wanted, -1);

  return strstr (name, part) != NULL;
}

static void
set_not_found (GArray      *entries,
               const char  *wanted,
               GError     **error)
{
  g_autofree char *shown = g_utf8_make_valid (wanted, -1);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    g_string_append_printf (list, "%s%u: %s", i > 0 ? "; " : "", i,
                            g_array_index (entries, CasDeviceEntry, i).info.name);

  g_set_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE,
               _("There is no device “%s”. There are: %s."), shown, list->str);
}

const CasDeviceEntry *
cas_choose_device (GArray      *entries,
                   const char  *wanted,
                   GError     **error)
{
  const CasDeviceEntry *unusable = NULL;

  for (guint i = 0; i < entries->len; i++)
    {
      const CasDeviceEntry *entry = &g_array_index (entries, CasDeviceEntry, i);

      if (wanted != NULL && !matches (entry, i, wanted))
        continue;
      if (entry->info.missing == NULL)
        return entry;
      if (unusable == NULL)
        unusable = entry;
    }

  if (unusable != NULL)
    g_set_error (error, CAS_ERROR, CAS_ERROR_UNSUPPORTED_DEVICE,
                 _("The device “%s” cannot be used. %s"),
                 unusable->info.name, unusable->info.missing);
  else
    set_not_found (entries, wanted, error);
  return NULL;
}
