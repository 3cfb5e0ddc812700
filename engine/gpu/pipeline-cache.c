/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pipeline cache on disk: the driver's blob behind a header of ours, which says whose it is
 * and whether it is whole. What does not fit is ignored: it is a cache. */

#include "gpu/gpu-private.h"

#include <errno.h>
#include <string.h>

#define MAGIC        "CASPIPE"
#define SHA256_BYTES 32

typedef struct
{
  char    magic[8];
  guint32 version;
  guint32 driver_version;
  guint8  cache_uuid[16];
  guint64 data_bytes;
  guint8  sha256[SHA256_BYTES]; /* of the data */
} Header;

G_STATIC_ASSERT (sizeof (Header) == 72);

static void
init_header (Header           *header,
             const CasGpuInfo *info,
             const guint8     *data,
             gsize             data_bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = SHA256_BYTES;

  *header = (Header) {
    .magic = MAGIC,
    .version = 1,
    .driver_version = info->driver_version,
    .data_bytes = data_bytes,
  };
  memcpy (header->cache_uuid, info->cache_uuid, sizeof header->cache_uuid);
  g_checksum_update (checksum, data, data_bytes);
  g_checksum_get_digest (checksum, header->sha256, &length);
}

char *
cas_gpu_info_dup_cache_path (const CasGpuInfo *info,
                             const char       *folder,
                             const char       *prefix,
                             const char       *suffix)
{
  g_autoptr (GString) name = g_string_new (prefix);

  g_string_append_printf (name, "-%04x-%04x-", info->vendor_id, info->device_id);
  for (guint i = 0; i < sizeof info->cache_uuid; i++)
    g_string_append_printf (name, "%02x", info->cache_uuid[i]);
  g_string_append (name, suffix);

  return g_build_filename (folder, name->str, NULL);
}

/* The whole file if it is ours and undamaged, the blob at sizeof (Header); else NULL. */
static guint8 *
read_file (CasGpu *gpu,
           gsize  *data_bytes)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  Header header;

  if (!g_file_get_contents (gpu->cache_path, &contents, &length, &error))
    {
      g_debug ("no pipeline cache: %s", error->message);
      return NULL;
    }

  if (length > sizeof header)
    {
      *data_bytes = length - sizeof header;
      init_header (&header, &gpu->info, (guint8 *) contents + sizeof header, *data_bytes);
      if (memcmp (&header, contents, sizeof header) == 0)
        return (guint8 *) g_steal_pointer (&contents);
    }

  g_debug ("%s is damaged or of another driver: ignored", gpu->cache_path);
  return NULL;
}

static VkResult
create_cache (CasGpu       *gpu,
              const guint8 *data,
              gsize         data_bytes)
{
  VkResult result;

  result = gpu->vk->CreatePipelineCache (gpu->device, &(VkPipelineCacheCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
    .initialDataSize = data_bytes,
    .pInitialData = data,
  }, NULL, &gpu->cache);
  if (result != VK_SUCCESS)
    gpu->cache = VK_NULL_HANDLE;

  return result;
}

gboolean
cas_gpu_open_cache (CasGpu      *gpu,
                    const char  *folder,
                    GError     **error)
{
  g_autofree guint8 *contents = NULL;
  gsize data_bytes = 0;

  if (folder != NULL)
    {
      gpu->cache_path = cas_gpu_info_dup_cache_path (&gpu->info, folder, "pipelines", ".bin");
      contents = read_file (gpu, &data_bytes);
    }

  if (contents != NULL
      && create_cache (gpu, contents + sizeof (Header), data_bytes) == VK_SUCCESS)
    {
      /* what the driver makes of it may be smaller or larger than what it was given */
      gpu->vk->GetPipelineCacheData (gpu->device, gpu->cache, &gpu->cache_bytes, NULL);
      return TRUE;
    }

  return cas_gpu_check (gpu, create_cache (gpu, NULL, 0), "vkCreatePipelineCache", error);
}

void
cas_gpu_close_cache (CasGpu *gpu)
{
  if (gpu->cache != VK_NULL_HANDLE)
    gpu->vk->DestroyPipelineCache (gpu->device, gpu->cache, NULL);
}

void
cas_gpu_save_cache (CasGpu *gpu)
{
  g_autofree guint8 *contents = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  gsize data_bytes = 0;

  if (gpu->cache_path == NULL || gpu->is_lost
      || gpu->vk->GetPipelineCacheData (gpu->device, gpu->cache, &data_bytes, NULL) != VK_SUCCESS
      || data_bytes <= gpu->cache_bytes)
    return;

  contents = g_try_malloc (sizeof (Header) + data_bytes);
  if (contents == NULL
      || gpu->vk->GetPipelineCacheData (gpu->device, gpu->cache, &data_bytes,
                                        contents + sizeof (Header)) != VK_SUCCESS)
    return;
  init_header ((Header *) contents, &gpu->info, contents + sizeof (Header), data_bytes);

  folder = g_path_get_dirname (gpu->cache_path);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_debug ("%s cannot be made: %s", folder, g_strerror (errno));
  else if (g_file_set_contents_full (gpu->cache_path, (char *) contents,
                                     sizeof (Header) + data_bytes, G_FILE_SET_CONTENTS_CONSISTENT,
                                     0600, &error))
    gpu->cache_bytes = data_bytes;
  else
    g_debug ("the pipeline cache is not kept: %s", error->message);
}
