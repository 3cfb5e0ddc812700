/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever happened to the index, and whatever else is in the folder, the pictures are found. */

#include "library/fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
check_two (Fixture *f)
{
  g_assert_cmpuint (fixture_count (f), ==, 2);
  g_assert_cmpstr (weir_library_item_get_prompt (fixture_peek (f, 0)), ==, "a house");
  g_assert_cmpstr (weir_library_item_get_prompt (fixture_peek (f, 1)), ==, "a fox");
  g_assert_nonnull (weir_library_item_get_file (fixture_peek (f, 1))->hash);
}

/* Two pictures, and what their index is when nobody has it open. */
static char *
make_index (Fixture *f,
            gsize   *size)
{
  char *bytes;

  fixture_open (f);
  fixture_save (f, "a fox", 1);
  fixture_save (f, "a house", 2);
  fixture_close (f);
  g_assert_true (g_file_get_contents (f->index, &bytes, size, NULL));
  g_assert_cmpuint (*size, >, 4096);
  return bytes;
}

static void
check_index (Fixture    *f,
             const char *bytes,
             gsize       size)
{
  g_assert_true (g_file_set_contents (f->index, bytes, (gssize) size, NULL));
  fixture_open (f);
  check_two (f);
  fixture_close (f);
  fixture_open (f); /* what was mended stays mended */
  check_two (f);
  fixture_close (f);
}

static void
truncated (Fixture      *f,
           gconstpointer data)
{
  gsize size;
  g_autofree char *bytes = make_index (f, &size);
  const gsize cuts[] = { 0, 1, 15, 16, 99, 100, 101, 512, 4095, 4096, 4097, 6000, 8191, 8192, 8193,
                         12288, size - 4096, size - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_test_message ("%zu of %zu bytes", cuts[i], size);
      check_index (f, bytes, MIN (cuts[i], size));
    }
}

static void
garbage (Fixture      *f,
         gconstpointer data)
{
  gsize size;
  g_autofree char *bytes = make_index (f, &size);
  g_autofree char *noise = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    noise[i] = (char) (i * 2654435761u >> 13);
  check_index (f, noise, size);
  check_index (f, "not a database", 14);

  /* each page in turn, and the header number by number */
  for (gsize at = 0; at < size; at += at < 100 ? 8 : 1024)
    {
      g_autofree char *damaged = g_memdup2 (bytes, size);

      memcpy (damaged + at, noise, MIN (at < 100 ? 8 : 600, size - at));
      g_test_message ("from byte %zu", at);
      check_index (f, damaged, size);
    }
}

/* Files of SQLite's that do not belong to the index. */
static void
foreign_log (Fixture      *f,
             gconstpointer data)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
  gsize size;
  g_autofree char *bytes = make_index (f, &size);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (f->index, suffixes[i], NULL);

      g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
      check_index (f, bytes, size);
    }
}

/* A place where no index can be: all works, and is found anew each time. */
static void
no_place (Fixture      *f,
          gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->index);

  g_assert_true (g_file_set_contents (folder, "no folder", -1, NULL));
  fixture_open (f);
  fixture_save (f, "a fox", 1);
  fixture_save (f, "a house", 2);
  check_two (f);
  fixture_close (f);
  fixture_open (f);
  check_two (f);
}

/* A place that cannot be reached now, as on a drive that is not there: it is left as it is, for when
 * it is back. */
static void
no_drive (Fixture      *f,
          gconstpointer data)
{
  gsize size;
  g_autofree char *bytes = make_index (f, &size);
  g_autofree char *drive = g_build_filename (f->root, "drive", NULL);
  g_autofree char *away = g_build_filename (drive, "index.sqlite", NULL);
  g_autofree char *target = NULL;

  g_assert_cmpint (g_remove (f->index), ==, 0);
  g_assert_cmpint (symlink (away, f->index), ==, 0);
  fixture_open (f);
  check_two (f);
  fixture_close (f);
  target = g_file_read_link (f->index, NULL);
  g_assert_cmpstr (target, ==, away);

  g_assert_cmpint (g_mkdir (drive, 0755), ==, 0);
  fixture_open (f);
  check_two (f);
  g_assert_true (g_file_test (away, G_FILE_TEST_IS_REGULAR));
}

static void
write_file (Fixture    *f,
            const char *name,
            const char *bytes,
            gssize      size)
{
  g_autofree char *path = fixture_path (f, name);

  g_assert_true (g_file_set_contents (path, bytes, size, NULL));
}

/* Other files are left alone; pictures of other programs are listed, damaged ones too. */
static void
foreign_files (Fixture      *f,
               gconstpointer data)
{
  static const char start[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10";
  g_autoptr (CasImage) image = fixture_image (3, 16);
  g_autofree char *folder = fixture_path (f, "folder.png");
  g_autofree char *pipe = fixture_path (f, "pipe.png");
  g_autofree char *link = fixture_path (f, "nowhere.png");
  g_autofree char *upper = fixture_path (f, "UPPER.PNG");

  fixture_open (f);
  fixture_save (f, "a fox", 1);
  fixture_save (f, "a house", 2);
  write_file (f, "text.png", "no picture", -1);
  write_file (f, "empty.png", "", 0);
  write_file (f, "photo.jpg", "\xff\xd8\xff", 3);
  write_file (f, ".hidden.png", start, sizeof start - 1);
  write_file (f, "latin-1-\xe9.png", start, sizeof start - 1);
  write_file (f, ".a.png.ABCDEF.part", "left", -1);
  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0644), ==, 0);
  g_assert_cmpint (symlink ("missing", link), ==, 0);
  fixture_read (f);
  check_two (f);

  g_autofree char *part = fixture_path (f, ".a.png.ABCDEF.part");
  g_autofree char *text = fixture_path (f, "text.png");

  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (text, G_FILE_TEST_EXISTS));

  write_file (f, "cut.png", start, sizeof start - 1);
  g_assert_true (cas_image_save_png (image, upper, NULL, FALSE, NULL));
  for (guint round = 0; round < 2; round++)
    {
      fixture_read (f);
      g_assert_cmpuint (fixture_count (f), ==, 4);
      fixture_close (f);
      g_assert_cmpint (g_remove (f->index), ==, 0);
      fixture_open (f);
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*run) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/library/damage/truncated", truncated },
    { "/library/damage/garbage", garbage },
    { "/library/damage/foreign-log", foreign_log },
    { "/library/damage/no-place", no_place },
    { "/library/damage/no-drive", no_drive },
    { "/library/damage/foreign-files", foreign_files },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, fixture_set_up, tests[i].run, fixture_tear_down);
  return g_test_run ();
}
