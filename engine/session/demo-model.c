/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the demo model is. It is found from where this code itself was loaded from, so that a
 * prefix may be moved as a whole. */

#define _GNU_SOURCE /* dladdr1() */

#include "cascade/model.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "session/demo-place.h"

#define MAX_LEVELS_UP 4 /* PREFIX/lib/x86_64-linux-gnu/libcascade.so.0 is three below */

static gboolean
is_model (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "model.json", NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* The program or library that holds this function. */
static char *
dup_own_path (void)
{
  struct link_map *map = NULL;
  Dl_info info;

  if (dladdr1 (dup_own_path, &info, (void **) &map, RTLD_DL_LINKMAP) != 0 && map && map->l_name
      && *map->l_name)
    return g_canonicalize_filename (map->l_name, NULL);
  return g_file_read_link ("/proc/self/exe", NULL);
}

/* In the prefix that this code was installed into, wherever that is now. */
static char *
dup_installed (const char *own_path)
{
  g_autofree char *folder = g_path_get_dirname (own_path);

  for (guint i = 0; i < MAX_LEVELS_UP; i++)
    {
      g_autofree char *demo = g_build_filename (folder, "share", "weir", "demo", NULL);
      g_autofree char *child = g_steal_pointer (&folder);

      if (is_model (demo))
        return g_steal_pointer (&demo);
      folder = g_path_get_dirname (child);
    }
  return NULL;
}

static gboolean
is_below (const char *path,
          const char *folder)
{
  return g_str_has_prefix (path, folder) && path[strlen (folder)] == G_DIR_SEPARATOR;
}

char *
cas_model_dup_demo (void)
{
  const char *wanted = g_getenv ("WEIR_DEMO_MODEL");

  if (wanted && *wanted)
    return g_strdup (wanted);

  g_autofree char *own_path = dup_own_path ();
  char *installed = own_path ? dup_installed (own_path) : NULL;

  if (installed)
    return installed;
  if (own_path && is_below (own_path, WEIR_BUILD_ROOT) && is_model (WEIR_SOURCE_ROOT "/data/demo"))
    return g_strdup (WEIR_SOURCE_ROOT "/data/demo");
  return is_model (WEIR_DATA_DIR "/demo") ? g_strdup (WEIR_DATA_DIR "/demo") : NULL;
}
