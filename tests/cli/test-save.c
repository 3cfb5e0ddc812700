/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two runs that make pictures of one name at the same time: both pictures are there afterwards. */

#include "cli/program.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cascade/cascade.h"
#include "cli/command.h"

/* --- a run in the middle of another --------------------------------------------------------- */

/* What happens between a run's last look at its place and its picture; NULL: nothing. */
static void (*meanwhile) (const char *folder);
static const char *meanwhile_folder;

gboolean __real_cas_session_run (CasSession             *session,
                                 CasJob                 *job,
                                 const CasJobCallbacks  *callbacks,
                                 gpointer                user_data,
                                 GCancellable           *cancellable,
                                 GError                **error);
gboolean __wrap_cas_session_run (CasSession             *session,
                                 CasJob                 *job,
                                 const CasJobCallbacks  *callbacks,
                                 gpointer                user_data,
                                 GCancellable           *cancellable,
                                 GError                **error);

/* The linker puts this in the place of the engine's own. */
gboolean
__wrap_cas_session_run (CasSession            *session,
                        CasJob                *job,
                        const CasJobCallbacks *callbacks,
                        gpointer               user_data,
                        GCancellable          *cancellable,
                        GError               **error)
{
  void (*now) (const char *folder) = meanwhile;

  meanwhile = NULL;
  if (now)
    now (meanwhile_folder);
  return __real_cas_session_run (session, job, callbacks, user_data, cancellable, error);
}

static CliExit
generate (const char *folder,
          const char *name,
          const char *seed,
          gboolean    overwrite)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  const char *args[] = {
    "generate", "a house", "--width", "64", "--height", "64", "--steps", "1",
    "--decoder-steps", "1", "--seed", seed, "--output", path, overwrite ? "--overwrite" : NULL, NULL,
  };
  g_auto (GStrv) copy = g_strdupv ((char **) args);
  g_autofree char **argv = g_memdup2 (copy, sizeof args); /* the parser takes what it knows */

  return cli_generate ((int) g_strv_length (copy), argv, NULL);
}

static void
make_other (const char *folder)
{
  g_assert_cmpint (generate (folder, "a.png", "2", FALSE), ==, CLI_EXIT_OK);
}

static void
put_other (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);

  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
}

/* --- what became of them -------------------------------------------------------------------- */

static guint64
read_seed (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings = cas_settings_read (path, NULL, &error);

  g_assert_no_error (error);
  return settings->metadata.seed;
}

static void
check_folder (const char *folder,
              const char *wanted)
{
  g_autofree char *found = program_list_folder (folder);

  g_assert_cmpstr (found, ==, wanted);
}

/* Runs a job for a.png while something else happens; what is said goes to a file, and not between
 * the lines of the test. */
static char *
generate_while (const char *folder,
                void      (*what) (const char *folder),
                gboolean    overwrite)
{
  g_autofree char *path = g_build_filename (folder, "said", NULL);
  char *said = NULL;
  const int out = dup (STDOUT_FILENO);
  FILE *file = g_fopen (path, "w");
  CliExit status;

  g_assert_nonnull (file);
  fflush (stdout);
  g_assert_cmpint (dup2 (fileno (file), STDOUT_FILENO), ==, STDOUT_FILENO);
  meanwhile = what;
  meanwhile_folder = folder;
  status = generate (folder, "a.png", "1", overwrite);
  fflush (stdout);
  g_assert_cmpint (dup2 (out, STDOUT_FILENO), ==, STDOUT_FILENO);
  close (out);
  fclose (file);
  g_assert_cmpint (status, ==, CLI_EXIT_OK);
  g_assert_true (g_file_get_contents (path, &said, NULL, NULL));
  g_unlink (path);
  return said;
}

static void
test_two_runs (void)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *said = generate_while (folder, make_other, FALSE);
  g_autofree char *wanted = g_strdup_printf ("\n%s/a-2.png\n", folder);

  g_assert_true (g_str_has_suffix (said, wanted)); /* after what is logged */
  check_folder (folder, "a-2.png a.png");
  g_assert_cmpuint (read_seed (folder, "a.png"), ==, 2);
  g_assert_cmpuint (read_seed (folder, "a-2.png"), ==, 1);
  program_free_folder (g_steal_pointer (&folder));
}

/* Names that are taken are passed over, and what is there is left as it is. */
static void
test_taken_names (void)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *second = g_build_filename (folder, "a-2.png", NULL);
  gsize size;

  g_assert_true (g_file_set_contents (second, "old", -1, NULL));

  g_autofree char *said = generate_while (folder, put_other, FALSE);
  g_autofree char *first_bytes = program_read_file (folder, "a.png", &size);
  g_autofree char *second_bytes = program_read_file (folder, "a-2.png", &size);

  g_assert_true (g_str_has_suffix (said, "/a-3.png\n"));
  check_folder (folder, "a-2.png a-3.png a.png");
  g_assert_cmpstr (first_bytes, ==, "mine");
  g_assert_cmpstr (second_bytes, ==, "old");
  g_assert_cmpuint (read_seed (folder, "a-3.png"), ==, 1);
  program_free_folder (g_steal_pointer (&folder));
}

/* Who says so gets the name. */
static void
test_overwrite (void)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *said = generate_while (folder, make_other, TRUE);

  check_folder (folder, "a.png");
  g_assert_cmpuint (read_seed (folder, "a.png"), ==, 1);
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/save/two-runs", test_two_runs);
  g_test_add_func ("/cli/save/taken-names", test_taken_names);
  g_test_add_func ("/cli/save/overwrite", test_overwrite);
  return g_test_run ();
}
