/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Of several programs one makes a file, and a dead one's claim is taken over. */

#include "cli/lock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "cli/program.h"

#define N_JOBS     20
#define N_PROGRAMS 6

static void
assert_taken (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CliLock) lock = cli_lock_take (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (lock);
}

static void
assert_busy (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CliLock) lock = cli_lock_take (path, &error);

  g_assert_no_error (error);
  g_assert_null (lock);
}

static void
assert_empty (const char *folder)
{
  g_autofree char *files = program_list_folder (folder);

  g_assert_cmpstr (files, ==, "");
}

static void
test_one (void)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *long_name = g_strnfill (240, 'a');
  g_autofree char *long_path = g_build_filename (folder, long_name, NULL);
  CliLock *lock = cli_lock_take (path, NULL);

  assert_busy (path);
  assert_taken (long_path);
  cli_lock_release (lock);
  assert_taken (path);
  assert_empty (folder);
  program_free_folder (g_steal_pointer (&folder));
}

/* A program that ends without giving its claim back, or is taken for one that has the number of
 * another. */
static void
test_dead (void)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  int status;
  pid_t child = fork ();

  if (child == 0)
    _exit (cli_lock_take (path, NULL) ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  assert_taken (path);
  assert_empty (folder);
  program_free_folder (g_steal_pointer (&folder));
}

static void
write_claim (const char *folder,
             const char *text,
             int         age)
{
  g_autofree char *claim = g_build_filename (folder, ".a.png.lock", NULL);
  const struct utimbuf times = { time (NULL) - age, time (NULL) - age };

  g_assert_true (g_file_set_contents (claim, text, -1, NULL));
  g_assert_cmpint (g_utime (claim, (struct utimbuf *) &times), ==, 0);
}

static char *
dup_file (const char *path)
{
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text ? g_strstrip (text) : g_strdup ("");
}

/* What a claim made here says, of a process that is not there, with a field changed. */
static char *
dup_claim (guint       changed,
           const char *value)
{
  g_autofree char *boot = dup_file ("/proc/sys/kernel/random/boot_id");
  g_autofree char *machine = dup_file ("/etc/machine-id");
  g_autofree char *numbers = g_file_read_link ("/proc/self/ns/pid", NULL);
  const char *fields[] = {
    "11111111-2222", g_get_host_name (), boot, "1", "1", numbers, machine, "", NULL,
  };

  fields[changed] = value;
  return g_strjoinv ("\n", (char **) fields);
}

/* A process is looked for only where it can be seen; a machine that started anew has none left. */
static void
test_same_machine (void)
{
  g_autofree char *machine = dup_file ("/etc/machine-id");
  const struct { guint changed; const char *value; gboolean is_dead; } rows[] = {
    { 4, "1", TRUE },
    { 2, "earlier", *machine != '\0' },
    { 1, "another machine", FALSE },
    { 5, "pid:[1]", FALSE },
    { 6, "another machine", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folder = program_new_folder ();
      g_autofree char *path = g_build_filename (folder, "a.png", NULL);
      g_autofree char *text = dup_claim (rows[i].changed, rows[i].value);

      write_claim (folder, text, 0);
      if (rows[i].is_dead)
        assert_taken (path);
      else
        assert_busy (path);
      write_claim (folder, text, CLI_LOCK_SECONDS + 100);
      assert_taken (path);
      assert_empty (folder);
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Who was about to take a dead claim over died as well, and so did one who took over that. */
static void
test_dead_takers (void)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *place = g_build_filename (folder, ".a.png.lock", NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *unique = g_strdup_printf ("%u", i);
      g_autofree char *text = dup_claim (0, unique);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
      char *right = g_strdup_printf ("%s-%.16s", place, digest);

      g_assert_true (g_file_set_contents (place, text, -1, NULL));
      g_free (place);
      place = right;
    }
  assert_taken (path);
  assert_empty (folder);
  program_free_folder (g_steal_pointer (&folder));
}

/* Claims of another machine, and damaged ones, live for a while. */
static void
test_other_machine (void)
{
  static const char *const texts[] = {
    "11111111-2222\nanother machine\nboot\n1\n1\n", "", "11111111", "\n\n\n\n\n\n",
    "\n\n\n\n\n\n\n\n\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *folder = program_new_folder ();
      g_autofree char *path = g_build_filename (folder, "a.png", NULL);

      write_claim (folder, texts[i], CLI_LOCK_SECONDS - 100);
      assert_busy (path);
      write_claim (folder, texts[i], CLI_LOCK_SECONDS + 100);
      assert_taken (path);
      assert_empty (folder);
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
work (const char *folder)
{
  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (CliLock) lock = NULL;
      int fd;

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      lock = cli_lock_take (path, NULL);
      if (!lock || g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      fd = open (path, O_WRONLY | O_CREAT | O_APPEND, 0600);
      if (fd < 0 || write (fd, "x", 1) != 1)
        _exit (1);
      close (fd);
    }
  _exit (0);
}

/* Every job has a dead claim to begin with, and each is done once. */
static void
test_many (void)
{
  g_autofree char *folder = program_new_folder ();
  pid_t children[N_PROGRAMS];

  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autofree char *name = g_strdup_printf (".%u.png.lock", i);
      g_autofree char *claim = g_build_filename (folder, name, NULL);
      g_autofree char *text = dup_claim (0, name);

      g_assert_true (g_file_set_contents (claim, text, -1, NULL));
    }
  for (guint i = 0; i < N_PROGRAMS; i++)
    if ((children[i] = fork ()) == 0)
      work (folder);
  for (guint i = 0; i < N_PROGRAMS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }

  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = NULL;

      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "x");
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  assert_empty (folder);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cli_lock_take ("/nonexistent/a.png", &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "/nonexistent"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/lock/one", test_one);
  g_test_add_func ("/cli/lock/dead", test_dead);
  g_test_add_func ("/cli/lock/other-machine", test_other_machine);
  g_test_add_func ("/cli/lock/same-machine", test_same_machine);
  g_test_add_func ("/cli/lock/dead-takers", test_dead_takers);
  g_test_add_func ("/cli/lock/many", test_many);
  g_test_add_func ("/cli/lock/no-folder", test_no_folder);
  return g_test_run ();
}
