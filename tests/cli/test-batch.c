/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of jobs: what is there is not made again, runs share the work, what fails stops no other. */

#include "cli/program.h"

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cascade/cascade.h"
#include "cli/command.h"

#define SMALL "\"width\":64,\"height\":64,\"steps\":1,\"decoder-steps\":1"

static const char jobs[] = "{\"prompt\":\"a\",\"seed\":7,\"count\":2,\"output\":\"a-{seed}.png\"," SMALL "}\n"
                           "\n"
                           "{\"prompt\":\"b\",\"negative\":null,\"output\":\"b-{index}.png\"," SMALL "}\n"
                           "{\"prompt\":\"c\",\"cfg\":1.5,\"seed\":\"3\",\"output\":\"c.png\"," SMALL "}";

/* --- a device that is lost ----------------------------------------------------------------- */

static guint n_opened, n_run;

CasSession *__real_cas_session_new (const CasSessionParams *params,
                                    GError                **error);
CasSession *__wrap_cas_session_new (const CasSessionParams *params,
                                    GError                **error);
gboolean    __real_cas_session_run (CasSession             *session,
                                    CasJob                 *job,
                                    const CasJobCallbacks  *callbacks,
                                    gpointer                user_data,
                                    GCancellable           *cancellable,
                                    GError                **error);
gboolean    __wrap_cas_session_run (CasSession             *session,
                                    CasJob                 *job,
                                    const CasJobCallbacks  *callbacks,
                                    gpointer                user_data,
                                    GCancellable           *cancellable,
                                    GError                **error);

/* The linker puts these in the place of the engine's own: the first run loses the device, and it
 * cannot be opened again at once. */
CasSession *
__wrap_cas_session_new (const CasSessionParams *params,
                        GError                **error)
{
  if (++n_opened != 2)
    return __real_cas_session_new (params, error);
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_NO_DEVICE, "There is none for now.");
  return NULL;
}

gboolean
__wrap_cas_session_run (CasSession            *session,
                        CasJob                *job,
                        const CasJobCallbacks *callbacks,
                        gpointer               user_data,
                        GCancellable          *cancellable,
                        GError               **error)
{
  if (++n_run != 1)
    return __real_cas_session_run (session, job, callbacks, user_data, cancellable, error);
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST, "It is lost.");
  return FALSE;
}

static char *
new_folder (const char *lines)
{
  char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "jobs", NULL);

  g_assert_true (g_file_set_contents (path, lines, -1, NULL));
  return folder;
}

static void
run (const char        *folder,
     const char *const *args,
     int                exit_code,
     const char        *summary)
{
  g_auto (ProgramResult) result = { 0 };

  program_run (&result, folder, args);
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, exit_code);
  g_assert_nonnull (strstr (result.err, summary));
}

static void
assert_files (const char *folder,
              const char *wanted)
{
  g_autofree char *files = program_list_folder (folder);

  g_assert_cmpstr (files, ==, wanted);
}

/* The second run makes what is missing, to the same bytes, and leaves the rest alone. */
static void
test_resume (void)
{
  static const char *const args[] = { "batch", "jobs", NULL };
  g_autofree char *folder = new_folder (jobs);
  g_autofree char *b = g_build_filename (folder, "b-1.png", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;

  run (folder, args, 0, "4 made, 0 there before, 0 left to other runs, 0 failed.");
  assert_files (folder, "a-7.png a-8.png b-1.png c.png jobs");
  before = program_read_file (folder, "b-1.png", &size_before);
  g_assert_cmpint (g_unlink (b), ==, 0);

  run (folder, args, 0, "1 made, 3 there before");
  after = program_read_file (folder, "b-1.png", &size_after);
  g_assert_cmpmem (before, size_before, after, size_after);
  run (folder, args, 0, "0 made, 4 there before");
  program_free_folder (g_steal_pointer (&folder));
}

/* A picture of other settings in the place is not taken for the one that is asked for. */
static void
test_other_settings (void)
{
  g_autofree char *folder = new_folder ("{\"prompt\":\"a\",\"seed\":1,\"output\":\"a.png\"," SMALL "}");

  run (folder, (const char *[]) { "batch", "jobs", NULL }, 0, "1 made");

  g_autofree char *path = g_build_filename (folder, "jobs", NULL);

  g_assert_true (g_file_set_contents (
    path, "{\"prompt\":\"b\",\"seed\":1,\"output\":\"a.png\"," SMALL "}\n"
          "{\"prompt\":\"b\",\"seed\":1,\"output\":\"a.png\",\"overwrite\":true," SMALL "}", -1, NULL));
  run (folder, (const char *[]) { "batch", "jobs", NULL }, 1, "1 made, 0 there before, 0 left to other "
                                                              "runs, 1 failed.");
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_shards (void)
{
  g_autofree char *folder = new_folder (jobs);

  run (folder, (const char *[]) { "batch", "jobs", "--shard", "2/2", NULL }, 0, "1 made");
  assert_files (folder, "b-1.png jobs");
  run (folder, (const char *[]) { "batch", "jobs", "--shard", "1/2", NULL }, 0, "3 made");
  assert_files (folder, "a-7.png a-8.png b-1.png c.png jobs");
  program_free_folder (g_steal_pointer (&folder));
}

/* Two runs at once: every picture is made, and by one of them. */
static void
test_two_runs (void)
{
  g_autofree char *folder = new_folder (jobs);
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  g_autoptr (GSubprocess) other
    = g_subprocess_launcher_spawn (launcher, NULL, g_getenv ("WEIR_CLI"), "batch", "jobs", NULL);
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *err = NULL;
  guint made, made_by_other;

  program_run (&result, folder, (const char *[]) { "batch", "jobs", NULL });
  g_subprocess_communicate_utf8 (other, NULL, NULL, NULL, &err, NULL);
  g_test_message ("%s and %s", result.err, err);
  g_assert_cmpint (sscanf (strstr (result.err, "Pictures: "), "Pictures: %u", &made), ==, 1);
  g_assert_cmpint (sscanf (strstr (err, "Pictures: "), "Pictures: %u", &made_by_other), ==, 1);
  g_assert_cmpuint (made + made_by_other, ==, 4);
  g_assert_null (strstr (result.err, "exists"));
  g_assert_null (strstr (err, "exists"));
  assert_files (folder, "a-7.png a-8.png b-1.png c.png jobs");
  program_free_folder (g_steal_pointer (&folder));
}

/* The picture that was begun fails, the next one opens the device again. */
static void
test_lost_device (void)
{
  if (!g_test_subprocess ()) /* it prints the paths of the pictures */
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }

  g_autofree char *folder = program_new_folder ();
  g_autofree char *jobs_path = g_build_filename (folder, "jobs", NULL);
  g_autofree char *line = g_strdup_printf ("{\"prompt\":\"a\",\"seed\":1,\"count\":3,"
                                           "\"output\":\"%s/{seed}.png\"," SMALL "}", folder);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  char *argv[] = { (char *) "batch", jobs_path, NULL };

  g_assert_true (g_file_set_contents (jobs_path, line, -1, NULL));
  g_assert_cmpint (cli_batch (2, argv, cancellable), ==, CLI_EXIT_FAILED);
  g_assert_cmpuint (n_opened, ==, 3);
  assert_files (folder, "2.png 3.png jobs");
  program_free_folder (g_steal_pointer (&folder));
}

/* With a LoRA and without are two pictures, each of which is known again. */
static void
test_loras (void)
{
  static const char *const args[] = { "batch", "jobs", NULL };
  g_autofree char *lora = g_build_filename (g_getenv ("WEIR_DEMO_MODEL"), "lora",
                                            "lucky.safetensors", NULL);
  g_autofree char *lines = g_strdup_printf (
    "{\"prompt\":\"a\",\"seed\":1,\"count\":2,\"lora\":\"%s\","
    "\"output\":\"a-{seed}.png\"," SMALL "}\n"
    "{\"prompt\":\"a\",\"seed\":1,\"count\":2,\"output\":\"b-{seed}.png\"," SMALL "}", lora);
  g_autofree char *folder = new_folder (lines);
  g_autofree char *path = g_build_filename (folder, "a-2.png", NULL);

  run (folder, args, 0, "4 made");
  g_assert_cmpint (g_unlink (path), ==, 0);
  run (folder, args, 0, "1 made, 3 there before");
  run (folder, args, 0, "0 made, 4 there before");
  program_free_folder (g_steal_pointer (&folder));
}

static const char two_jobs[] = "{\"prompt\":\"a\",\"seed\":1,\"output\":\"a.png\"," SMALL "}\n"
                               "{\"prompt\":\"b\",\"seed\":1,\"output\":\"b.png\"," SMALL "}";

/* As another machine makes it, for which no process can be looked for here. */
static void
write_claim (const char *folder)
{
  g_autofree char *claim = g_build_filename (folder, ".a.png.lock", NULL);

  g_assert_true (g_file_set_contents (claim, "1\nanother machine\n", -1, NULL));
}

/* A run that finds the first of two pictures claimed and has made the second. */
static GSubprocess *
start_beside_claim (const char *folder)
{
  g_autofree char *b = g_build_filename (folder, "b.png", NULL);
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  GSubprocess *process;

  write_claim (folder);
  process = g_subprocess_launcher_spawn (launcher, NULL, g_getenv ("WEIR_CLI"), "batch", "jobs",
                                         NULL);
  while (!g_file_test (b, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  return process;
}

static void
assert_ends (GSubprocess *process,
             const char  *summary)
{
  g_autofree char *err = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL);
  g_test_message ("%s", err);
  g_assert_nonnull (strstr (err, summary));
}

/* What another run has begun is there when this one ends, or is made by it. */
static void
test_left_over (void)
{
  g_autofree char *folder = new_folder (two_jobs);
  g_autofree char *claim = g_build_filename (folder, ".a.png.lock", NULL);
  g_autofree char *a = g_build_filename (folder, "a.png", NULL);
  g_autofree char *aside = g_build_filename (folder, "aside", NULL);
  g_autofree char *b = g_build_filename (folder, "b.png", NULL);
  g_autoptr (GSubprocess) maker = start_beside_claim (folder);

  g_assert_cmpint (g_unlink (claim), ==, 0);
  assert_ends (maker, "2 made, 0 there before, 0 left to other runs, 0 failed.");
  g_assert_cmpint (g_subprocess_get_exit_status (maker), ==, 0);

  g_assert_cmpint (g_rename (a, aside), ==, 0);
  g_assert_cmpint (g_unlink (b), ==, 0);
  g_autoptr (GSubprocess) finder = start_beside_claim (folder);

  g_assert_cmpint (g_rename (aside, a), ==, 0);
  g_assert_cmpint (g_unlink (claim), ==, 0);
  assert_ends (finder, "1 made, 0 there before, 1 left to other runs, 0 failed.");
  g_assert_cmpint (g_subprocess_get_exit_status (finder), ==, 0);
  assert_files (folder, "a.png b.png jobs");
  program_free_folder (g_steal_pointer (&folder));
}

/* Waiting for others is ended as work is. */
static void
test_waiting_cancelled (void)
{
  g_autofree char *folder = new_folder (two_jobs);
  g_autoptr (GSubprocess) process = start_beside_claim (folder);

  g_subprocess_send_signal (process, SIGTERM);
  assert_ends (process, "made, 0 there before, 1 left to other runs, 0 failed.");
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 130);
  program_free_folder (g_steal_pointer (&folder));
}

/* An empty file, which a run that was killed may leave in a picture's place, is none. */
static void
test_empty (void)
{
  g_autofree char *folder
    = new_folder ("{\"prompt\":\"a\",\"seed\":1,\"output\":\"a.png\"," SMALL "}");
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  run (folder, (const char *[]) { "batch", "jobs", NULL }, 0, "1 made");
  run (folder, (const char *[]) { "batch", "jobs", NULL }, 0, "1 there");
  program_free_folder (g_steal_pointer (&folder));
}

/* What is cut off in the middle is gone on with; a claim that was left behind stops nobody. */
static void
test_killed (void)
{
  g_autofree char *folder = new_folder ("{\"prompt\":\"a\",\"seed\":1,\"steps\":900,\"output\":\"a.png\"}");
  g_autofree char *claim = g_build_filename (folder, ".a.png.lock", NULL);
  g_autofree char *path = g_build_filename (folder, "jobs", NULL);
  g_autofree char *text = NULL, *own = NULL;
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  g_autoptr (GSubprocess) process
    = g_subprocess_launcher_spawn (launcher, NULL, g_getenv ("WEIR_CLI"), "batch", "jobs", NULL);

  while (!g_file_test (claim, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  g_subprocess_send_signal (process, SIGKILL);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_file_get_contents (claim, &text, NULL, NULL));

  /* as if that had been before the claim's first name was taken from it */
  own = g_strdup_printf ("%s.%.8s", claim, text);
  g_assert_true (g_file_set_contents (own, text, -1, NULL));

  g_assert_true (g_file_set_contents (path, "{\"prompt\":\"a\",\"seed\":1,\"output\":\"a.png\"," SMALL "}",
                                      -1, NULL));
  run (folder, (const char *[]) { "batch", "jobs", NULL }, 0, "1 made");
  assert_files (folder, "a.png jobs");
  program_free_folder (g_steal_pointer (&folder));
}

/* Each bad line is named, and the good one among them is done. */
static void
test_bad_lines (void)
{
  static const struct
  {
    const char *line;
    const char *sentence;
  } rows[] = {
    { "{", "Line 1: This is no JSON" },
    { "[]", "Line 2: This is no JSON object" },
    { "{}", "Line 3: The prompt is missing" },
    { "{\"prompt\":1}", "Line 4: “prompt” is no text" },
    { "{\"prompt\":\"a\",\"stepz\":1}", "Line 5: A job has no “stepz”." },
    { "{\"prompt\":\"a\",\"steps\":{}}", "Line 6: “steps” is neither" },
    { "{\"prompt\":\"a\",\"steps\":0}", "Line 7: --steps is “0”" },
    { "{\"prompt\":\"a\",\"help\":true}", "Line 8: A job has no “help”" },
    { "{\"prompt\":\"a\",\"device\":\"0\"}", "Line 9: A job has no “device”" },
    { "{\"prompt\":\"a\",\"model\":\"nowhere\"}", "Line 10: " },
    { "{\"prompt\":\"a\",\"width\":100}", "Line 11: " },
    { "{\"prompt\":\"a\",\"output\":\"nowhere/a.png\"," SMALL "}", "Line 12: " },
    { "/* a */", "Line 13: This is no JSON for a job: there is a “/”" },
    { "{\"prompt\":[[[[[[[[[[[[[[[[", "Line 14: This is no JSON for a job: brackets nest deeper" },
    { "{\"prompt\":\"--help\",\"output\":\"a.png\"," SMALL "}", "1 made" },
  };
  g_autoptr (GString) lines = g_string_new (NULL);
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_string_append_printf (lines, "%s\r\n", rows[i].line);
  folder = new_folder (lines->str);
  program_run (&result, folder, (const char *[]) { "batch", "jobs", NULL });

  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_nonnull (strstr (result.err, rows[i].sentence));
  assert_files (folder, "a.png jobs");
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_json (void)
{
  g_autofree char *folder = new_folder ("{\"prompt\":\"a\",\"seed\":1,\"output\":\"a.png\"," SMALL "}\nx");
  g_auto (ProgramResult) result = { 0 };

  program_run (&result, folder, (const char *[]) { "batch", "jobs", "--json", NULL });
  g_assert_cmpint (result.exit_code, ==, 1);
  g_assert_nonnull (strstr (result.out, "{\"event\":\"picture\""));
  g_assert_nonnull (strstr (result.out, "{\"event\":\"error\",\"message\":\"Line 2: "));
  g_assert_true (g_str_has_suffix (
    result.out, "{\"event\":\"summary\",\"made\":1,\"there\":0,\"elsewhere\":0,\"failed\":1}\n"));
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/batch/resume", test_resume);
  g_test_add_func ("/cli/batch/other-settings", test_other_settings);
  g_test_add_func ("/cli/batch/shards", test_shards);
  g_test_add_func ("/cli/batch/two-runs", test_two_runs);
  g_test_add_func ("/cli/batch/lost-device", test_lost_device);
  g_test_add_func ("/cli/batch/loras", test_loras);
  g_test_add_func ("/cli/batch/left-over", test_left_over);
  g_test_add_func ("/cli/batch/waiting-cancelled", test_waiting_cancelled);
  g_test_add_func ("/cli/batch/empty", test_empty);
  g_test_add_func ("/cli/batch/killed", test_killed);
  g_test_add_func ("/cli/batch/bad-lines", test_bad_lines);
  g_test_add_func ("/cli/batch/json", test_json);
  return g_test_run ();
}
