/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One device for all cases. */

#include "golden/device.h"

struct _GoldenDevice
{
  char       *kernels;
  CasGpu     *gpu;
  GError     *error; /* why there is no gpu, once it was tried */
  GHashTable *kernel_names;
};

GoldenDevice *
golden_device_new (const char *kernels)
{
  GoldenDevice *device = g_new0 (GoldenDevice, 1);

  device->kernels = g_strdup (kernels);
  device->kernel_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return device;
}

void
golden_device_free (GoldenDevice *device)
{
  g_free (device->kernels);
  g_clear_pointer (&device->gpu, cas_gpu_free);
  g_clear_error (&device->error);
  g_hash_table_unref (device->kernel_names);
  g_free (device);
}

/* Whether there is one; the same error every time if not. */
static gboolean
open_gpu (GoldenDevice *device,
          GError      **error)
{
  if (!device->gpu && !device->error)
    device->gpu = cas_gpu_new (&(CasGpuParams) { 0 }, &device->error);
  if (device->error)
    g_propagate_error (error, g_error_copy (device->error));
  return device->gpu != NULL;
}

static void
note_kernel (const char *name,
             gpointer    data)
{
  g_hash_table_add (data, g_strdup (name));
}

static void
note_kernels (const char *network,
              CasGraph   *graph,
              gpointer    data)
{
  GoldenDevice *device = data;

  cas_graph_foreach_kernel (graph, note_kernel, device->kernel_names);
}

gboolean
golden_device_prepare (GoldenDevice     *device,
                       CasCompileParams *compile,
                       CasRun           *run,
                       GError          **error)
{
  if (!open_gpu (device, error))
    return FALSE;

  *compile = (CasCompileParams) {
    .gpu = device->gpu,
    .params = cas_params_new (device->gpu),
    .kernels = device->kernels,
  };
  *run = (CasRun) { .on_run = note_kernels, .data = device };
  return TRUE;
}

char *
golden_device_dup_kernel_names (GoldenDevice *device)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (device->kernel_names),
                                         (GCompareFunc) g_strcmp0);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *l = names; l; l = l->next)
    g_string_append_printf (text, "%s%s", l == names ? "" : " ", (const char *) l->data);
  return g_strdup (text->str);
}

guint
golden_device_get_n_validation_messages (GoldenDevice *device)
{
  return device->gpu ? cas_gpu_get_n_validation_messages (device->gpu) : 0;
}
