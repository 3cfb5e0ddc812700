/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pipeline cache on disk: kept, and ignored whenever it is not fit. */

#include "gpu-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
find_cache_file (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir ? g_dir_read_name (dir) : NULL;

  g_assert_nonnull (name);
  g_assert_true (g_str_has_prefix (name, "pipelines-"));
  g_assert_true (g_str_has_suffix (name, ".bin"));
  return g_build_filename (folder, name, NULL);
}

static void
compile_and_save (const char *folder)
{
  CasGpu *gpu = open_gpu (folder);

  get_scale (gpu, 3, FALSE);
  cas_gpu_save_cache (gpu);
  close_gpu (gpu);
}

static void
remove_cache (const char *folder,
              const char *file)
{
  g_remove (file);
  g_rmdir (folder);
}

static void
test_cache_kept (void)
{
  g_autofree char *base = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (base, "made", "on demand", NULL);
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *file = NULL;
  GStatBuf before, after;

  compile_and_save (folder);
  file = find_cache_file (folder);
  g_assert_cmpint (g_stat (file, &before), ==, 0);

  /* the second time nothing new is learnt, so the file is left alone: it was loaded */
  compile_and_save (folder);
  g_assert_cmpint (g_stat (file, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);

  remove_cache (folder, file);
  g_rmdir (parent);
  g_rmdir (base);
}

static void
check_ignored (const char   *folder,
               const char   *file,
               const guint8 *bytes,
               gsize         length,
               const char   *what)
{
  g_autofree char *now = NULL;
  gsize length_now;

  g_test_message ("%s", what);
  g_assert_true (g_file_set_contents (file, (const char *) bytes, length, NULL));
  compile_and_save (folder);
  g_assert_true (g_file_get_contents (file, &now, &length_now, NULL));
  if (length_now == length && memcmp (now, bytes, length) == 0)
    g_error ("a cache file that is %s was taken", what);
}

static void
test_cache_ignored (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree guint8 *bytes = NULL;
  g_autofree char *file = NULL;
  gsize length;
  static const struct { int offset; const char *what; } flips[] = {
    { 0, "of another format" }, { 8, "of another version" }, { 12, "of another driver version" },
    { 16, "of another driver" }, { 32, "of another length" }, { 40, "of another checksum" },
    { -1, "damaged at the end" },
  };

  compile_and_save (folder);
  file = find_cache_file (folder);
  g_assert_true (g_file_get_contents (file, (char **) &bytes, &length, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (flips); i++)
    {
      guint8 *byte = &bytes[flips[i].offset >= 0 ? (gsize) flips[i].offset : length - 1];

      *byte ^= 1;
      check_ignored (folder, file, bytes, length, flips[i].what);
      *byte ^= 1;
    }
  check_ignored (folder, file, bytes, 0, "empty");
  check_ignored (folder, file, bytes, 40, "cut in the header");
  check_ignored (folder, file, bytes, 72, "cut after the header");
  check_ignored (folder, file, bytes, length - 1, "cut at the end");

  remove_cache (folder, file);
}

/* A place that cannot be written is no error. */
static void
test_cache_unwritable (void)
{
  compile_and_save ("/proc/no such folder");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gpu/cache-kept", test_cache_kept);
  g_test_add_func ("/gpu/cache-ignored", test_cache_ignored);
  g_test_add_func ("/gpu/cache-unwritable", test_cache_unwritable);

  return g_test_run ();
}
