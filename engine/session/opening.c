/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What does not depend on what is done with the device. */

#include "session/opening.h"

#include "session/choice.h"

char *
cas_opening_dup_cache_folder (const char *wanted)
{
  if (!wanted)
    return g_build_filename (g_get_user_cache_dir (), "weir", NULL);
  return *wanted ? g_strdup (wanted) : NULL;
}

gboolean
cas_opening_check (const CasOpeningParams *params,
                   GError                **error)
{
  CasPathSet without;
  CasPath path;

  return (!params->kernels || cas_path_parse (params->kernels, &path, error))
         && cas_choice_read_without (&without, error);
}

CasGpu *
cas_opening_open (const CasOpeningParams *params,
                  CasPath                *path,
                  GError                **error)
{
  g_autofree char *cache_folder = cas_opening_dup_cache_folder (params->cache_folder);
  const CasGpuParams gpu_params = {
    .device = params->device,
    .validate = params->validate,
    .cache_folder = cache_folder,
    .pulse = params->pulse,
  };
  CasPathSet without;

  if (!cas_choice_read_without (&without, error))
    return NULL;

  g_autoptr (CasGpu) gpu = cas_gpu_new (&gpu_params, error);

  if (!gpu)
    return NULL;

  const CasGpuInfo *info = cas_gpu_get_info (gpu);
  gboolean has_tried = FALSE;

  if (params->kernels ? !cas_path_choose (params->kernels, info, path, error)
                      : !cas_choice_make (&gpu_params, info, without, path, &has_tried, error))
    return NULL;

  if (has_tried) /* a driver may take all that is open of a device down with what was lost */
    {
      g_clear_pointer (&gpu, cas_gpu_free);
      gpu = cas_gpu_new (&gpu_params, error);
    }
  return g_steal_pointer (&gpu);
}
