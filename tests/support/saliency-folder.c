/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links to the demo model's files, and to the one that the build made. */

#include "support/saliency-folder.h"

#include <unistd.h>

#include <glib/gstdio.h>

static void
add_link (const char *folder,
          const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *link_path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (symlink (path, link_path), ==, 0);
}

char *
test_saliency_folder_new (void)
{
  const char *demo = g_getenv ("WEIR_DEMO_MODEL");
  g_autoptr (GDir) dir = g_dir_open (demo, 0, NULL);
  char *folder = g_dir_make_tmp ("weir-model-XXXXXX", NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (demo, name, NULL);

      add_link (folder, path);
    }
  add_link (folder, g_getenv ("WEIR_SALIENCY_MODEL"));
  return folder;
}

void
test_saliency_folder_free (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}
