/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ctrl-C while a picture is being decoded, which a decoder that hangs makes last. */

#include "cli/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#define N_ARGS 10

/* The decoder holds a lock on the picture as long as it lives. */
static gboolean
is_locked (int picture)
{
  if (flock (picture, LOCK_EX | LOCK_NB) != 0)
    return TRUE;
  flock (picture, LOCK_UN);
  return FALSE;
}

static void
check_cancel (const char *const *args)
{
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "a.jpg", NULL);
  g_autofree char *jobs = g_build_filename (folder, "jobs.jsonl", NULL);
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "lock-and-hang", -1, NULL));
  g_assert_true (g_file_set_contents (jobs, "{\"prompt\": \"a\", \"init\": \"a.jpg\"}\n", -1,
                                      NULL));
  g_ptr_array_add (argv, (char *) g_getenv ("WEIR_CLI"));
  for (guint i = 0; args[i]; i++)
    g_ptr_array_add (argv, (char *) args[i]);
  g_ptr_array_add (argv, NULL);

  const int picture = open (path, O_RDONLY);
  g_autoptr (GSubprocess) process
    = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);

  g_assert_no_error (error);
  while (!is_locked (picture) && g_subprocess_get_identifier (process))
    {
      g_main_context_iteration (NULL, FALSE); /* which sees the process end */
      g_usleep (G_TIME_SPAN_MILLISECOND);
    }
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);

  g_autofree char *files = program_list_folder (folder);

  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 130);
  g_assert_false (is_locked (picture));
  g_assert_cmpstr (files, ==, "a.jpg jobs.jsonl");
  close (picture);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_decoding (void)
{
  static const char *const rows[][N_ARGS] = {
    { "generate", "a", "--init", "a.jpg" },
    { "generate", "--image-prompt", "a.jpg" },
    { "generate", "a", "--control", "canny=a.jpg" },
    { "generate", "--from", "a.jpg" },
    { "show", "a.jpg", "a.jpg" },
    { "upscale", "a.jpg" },
    { "encode", "a.jpg" },
    { "batch", "jobs.jsonl" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i][0]);
      check_cancel (rows[i]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/cancel/decoding", test_decoding);
  return g_test_run ();
}
