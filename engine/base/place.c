/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where things are that are installed or built together with this code. */

#define _GNU_SOURCE /* dladdr1() */

#include "base/place.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "base/place-names.h"

#define MAX_LEVELS_UP 4 /* PREFIX/lib/x86_64-linux-gnu/libcascade.so.0 is three below */

static gboolean
is_there (const char *path,
          const char *proof)
{
  g_autofree char *file = proof ? g_build_filename (path, proof, NULL) : g_strdup (path);

  return g_file_test (file, G_FILE_TEST_IS_REGULAR)
         && (proof || g_file_test (file, G_FILE_TEST_IS_EXECUTABLE));
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
dup_installed (const char *own_path,
               const char *installed,
               const char *proof)
{
  g_autofree char *folder = g_path_get_dirname (own_path);

  for (guint i = 0; i < MAX_LEVELS_UP; i++)
    {
      g_autofree char *path = g_build_filename (folder, installed, NULL);
      g_autofree char *child = g_steal_pointer (&folder);

      if (is_there (path, proof))
        return g_steal_pointer (&path);
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
cas_place_dup (const char *installed,
               const char *uninstalled,
               const char *proof)
{
  g_autofree char *own_path = dup_own_path ();
  g_autofree char *configured = g_canonicalize_filename (installed, WEIR_PREFIX);
  char *path = own_path ? dup_installed (own_path, installed, proof) : NULL;

  if (path)
    return path;
  if (own_path && is_below (own_path, WEIR_BUILD_ROOT) && is_there (uninstalled, proof))
    return g_strdup (uninstalled);
  return is_there (configured, proof) ? g_steal_pointer (&configured) : NULL;
}
