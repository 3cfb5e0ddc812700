/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of a device that do not depend on what is done with it. */

#include "session/opening.h"

#include "ops/path.h"

char *
cas_opening_dup_cache_folder (const char *wanted)
{
  if (!wanted)
    return g_build_filename (g_get_user_cache_dir (), "weir", NULL);
  return *wanted ? g_strdup (wanted) : NULL;
}

gboolean
cas_opening_check_kernels (const char *kernels,
                           GError    **error)
{
  CasPath path;

  return !kernels || cas_path_parse (kernels, &path, error);
}
