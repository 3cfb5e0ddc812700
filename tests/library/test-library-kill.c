/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several processes have the library at once, and some of them are killed while they save. */

#include "library/fixture.h"

#include <stdlib.h>
#include <string.h>

#define N_KILLS   24
#define N_AT_ONCE 12

/* What a child does: saves pictures, so many or for ever. */
static int
save_for (Fixture *f,
          guint    first_seed,
          guint    n)
{
  fixture_open (f);
  for (guint i = 0; n == 0 || i < n; i++)
    fixture_save (f, "saved by a child", first_seed + i);
  fixture_close (f);
  return 0;
}

static GSubprocess *
start (Fixture *f,
       guint    first_seed,
       guint    n)
{
  g_autofree char *first = g_strdup_printf ("%u", first_seed);
  g_autofree char *count = g_strdup_printf ("%u", n);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  GSubprocess *child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, self, "--save",
                                         f->pictures, f->index, f->thumbnails, first, count, NULL);

  g_assert_nonnull (child);
  return child;
}

/* Each file that is there is listed, whole, and nothing else is there. */
static guint
check_folder (Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->pictures, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = fixture_path (f, name);
      g_autoptr (CasSettings) settings = NULL;
      WeirLibraryItem *item = weir_library_find (f->library, path);

      if (g_str_has_suffix (name, ".part"))
        g_error ("%s was left", name);
      if (!item)
        g_error ("%s is not listed", name);
      settings = cas_settings_read (path, NULL, NULL);
      if (!settings)
        g_error ("%s is no whole picture", name);
      g_assert_cmpstr (weir_library_item_get_prompt (item), ==, settings->metadata.prompt);
      g_assert_nonnull (weir_library_item_get_file (item)->hash);
      n++;
    }
  g_assert_cmpuint (fixture_count (f), ==, n);
  return n;
}

/* Whether a file is there that was not before, or a part of one. */
static gboolean
is_saving (Fixture *f,
           guint    n_before)
{
  g_autoptr (GDir) dir = g_dir_open (f->pictures, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n > n_before;
}

/* Moments from the first picture that is begun to some dozen pictures later. */
static void
killed (Fixture      *f,
        gconstpointer data)
{
  guint n_before = 0, n_moved = 0;

  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GSubprocess) child = start (f, 1000 * i, 0);
      guint n;

      for (guint ms = 0; !is_saving (f, n_before); ms++)
        {
          g_assert_cmpuint (ms, <, 30000);
          g_usleep (1000);
        }
      g_usleep (1319 * i);
      g_subprocess_force_exit (child);
      g_subprocess_wait (child, NULL, NULL);
      g_assert_true (g_subprocess_get_if_signaled (child));

      fixture_open (f);
      n = check_folder (f);
      fixture_close (f);
      g_assert_cmpuint (n, >=, n_before);
      n_moved += n > n_before;
      n_before = n;
    }
  g_test_message ("%u pictures in %u lives, of which %u saved some", n_before, N_KILLS, n_moved);
  g_assert_cmpuint (n_moved, >, 0);
}

/* Two processes save, and this one does: none loses a picture, and each sees those of the others. */
static void
at_once (Fixture      *f,
         gconstpointer data)
{
  g_autoptr (GSubprocess) one = start (f, 100, N_AT_ONCE);
  g_autoptr (GSubprocess) two = start (f, 100, N_AT_ONCE); /* the same names */
  g_autoptr (GError) error = NULL;

  fixture_open (f);
  for (guint i = 0; i < N_AT_ONCE; i++)
    fixture_save (f, "saved by a child", 100 + i);
  g_assert_true (g_subprocess_wait_check (one, NULL, &error));
  g_assert_true (g_subprocess_wait_check (two, NULL, &error));
  g_assert_no_error (error);
  fixture_read (f);
  g_assert_cmpuint (check_folder (f), ==, 3 * N_AT_ONCE);
  fixture_close (f);
  fixture_open (f);
  g_assert_cmpuint (check_folder (f), ==, 3 * N_AT_ONCE);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 7 && strcmp (argv[1], "--save") == 0)
    return save_for (&(Fixture) { .pictures = argv[2], .index = argv[3], .thumbnails = argv[4] },
                     (guint) atoi (argv[5]), (guint) atoi (argv[6]));

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/library/kill/killed", Fixture, NULL, fixture_set_up, killed, fixture_tear_down);
  g_test_add ("/library/kill/at-once", Fixture, NULL, fixture_set_up, at_once, fixture_tear_down);
  return g_test_run ();
}
