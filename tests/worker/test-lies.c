/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker that misbehaves: whatever it does, its window gets an error that is a sentence, and
 * lives on. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "worker/client.h"

static const char *const modes[] = {
  /* the connection */
  "exits", "closes", "mute", "noise", "shouts", "later-noise", "later-closes", "huge", "large",
  "ping-error", "ping-nothing",
  /* answers */
  "open-type", "open-nothing", "open-error", "open-domain", "open-code", "open-died", "open-hangs",
  "run-nothing", "run-type", "run-error", "run-died", "run-hangs",
  /* what it tells of the job */
  "negative-handle", "handle-beyond", "no-memory", "unsealed", "wrong-size", "huge-size",
  "no-metadata", "wrong-index", "endless", "preview-index", "preview-phase", "preview-memory",
  "control-kind", "checkpoint-size", "checkpoint-huge", "checkpoint-handle", "mask-memory",
  "progress-phase", "progress-nan", "progress-steps",
};

/* The stand-in's name says what it does. */
static char *
make_program (const char *mode)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  char *program = g_build_filename (folder, mode, NULL);

  g_assert_cmpint (symlink (g_getenv ("WEIR_WORKER_STAND_IN"), program), ==, 0);
  return program;
}

/* Takes it. */
static void
remove_program (char *program)
{
  g_autofree char *folder = g_path_get_dirname (program);

  unlink (program);
  rmdir (folder);
  g_free (program);
}

/* All at once, as most of the time is waiting. */
static void
test_modes (void)
{
  Client clients[G_N_ELEMENTS (modes)];
  char *programs[G_N_ELEMENTS (modes)];

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      programs[i] = make_program (modes[i]);
      client_init (&clients[i], &(CasWorkerParams) {
        .program = programs[i], .silence_ms = 2000, .still_ms = 1000,
      });
      client_start (&clients[i], &client_small);
    }
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    client_wait (clients[i].is_done);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      const GError *error = clients[i].error;

      if (!g_error_matches (error, CAS_ERROR, CAS_ERROR_WORKER_DIED)
          || !g_str_has_suffix (error->message, ".") || clients[i].pngs->len > 0
          || clients[i].n_deaths < 2)
        g_test_fail_printf ("%s: %u deaths: %s", modes[i], clients[i].n_deaths,
                            error ? error->message : "no error");
      client_clear (&clients[i]);
      remove_program (programs[i]);
    }
}

/* --- what it says of a picture -------------------------------------------------------------- */

static const struct
{
  const char *mode;
  CasError    code;
} subjects[] = {
  { "subject-nothing", CAS_ERROR_PROTOCOL },   { "subject-error", CAS_ERROR_PROTOCOL },
  { "subject-died", CAS_ERROR_PROTOCOL },      { "subject-type", CAS_ERROR_PROTOCOL },
  { "subject-pair", CAS_ERROR_PROTOCOL },      { "subject-no-memory", CAS_ERROR_PROTOCOL },
  { "subject-handle", CAS_ERROR_PROTOCOL },    { "subject-negative", CAS_ERROR_PROTOCOL },
  { "subject-unsealed", CAS_ERROR_PROTOCOL },  { "subject-short", CAS_ERROR_PROTOCOL },
  { "subject-small", CAS_ERROR_PROTOCOL },     { "subject-large", CAS_ERROR_PROTOCOL },
  { "subject-huge", CAS_ERROR_PROTOCOL },      { "subject-exits", CAS_ERROR_WORKER_DIED },
  { "subject-noise", CAS_ERROR_WORKER_DIED },  { "subject-hangs", CAS_ERROR_WORKER_DIED },
};

typedef struct
{
  gboolean is_answered;
  GBytes  *mask;
  GError  *error;
} Answer;

static void
on_subject (GObject      *worker,
            GAsyncResult *result,
            gpointer      data)
{
  Answer *answer = data;

  answer->mask = cas_worker_find_subject_finish (CAS_WORKER (worker), result, &answer->error);
  answer->is_answered = TRUE;
}

static void
test_subjects (void)
{
  g_autoptr (CasImage) image = cas_image_new (3, 2, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      char *program = make_program (subjects[i].mode);
      Answer answer = { FALSE };
      Client client;

      client_init (&client, &(CasWorkerParams) {
        .program = program, .silence_ms = 2000, .still_ms = 600,
      });
      cas_worker_start (client.worker);
      client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_READY);
      cas_worker_find_subject_async (client.worker, image, 0, NULL, on_subject, &answer);
      client_wait (answer.is_answered);
      if (answer.mask || !g_error_matches (answer.error, CAS_ERROR, (int) subjects[i].code)
          || !g_str_has_suffix (answer.error->message, "."))
        g_test_fail_printf ("%s: %s", subjects[i].mode,
                            answer.error ? answer.error->message : "no error");
      g_clear_error (&answer.error);
      g_clear_pointer (&answer.mask, g_bytes_unref);
      client_clear (&client);
      remove_program (program);
    }
}

/* --- what does not come to its end ---------------------------------------------------------- */

/* One that answers, and does nothing of what it was asked. */
static void
test_still (void)
{
  static const char *const still[] = { "open-hangs", "run-hangs" };

  for (guint i = 0; i < G_N_ELEMENTS (still); i++)
    {
      char *program = make_program (still[i]);
      Client client;

      client_init (&client, &(CasWorkerParams) {
        .program = program, .silence_ms = 1000, .still_ms = 300,
      });
      client_run (&client, &client_small);
      g_assert_error (client.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);

      g_autofree char *details = cas_worker_dup_details (client.worker);

      g_assert_true (g_str_has_prefix (details, "Nothing moved in the engine's work for 0.3 "
                                                "seconds, and it was ended."));
      client_clear (&client);
      remove_program (program);
    }
}

/* One that says yes to a cancel and does not stop: the result is there before, and no death. */
static void
test_stubborn (void)
{
  char *program = make_program ("stubborn");
  Client client;

  client_init (&client, &(CasWorkerParams) { .program = program, .stop_ms = 300 });
  client_start (&client, &client_small);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_BUSY);

  const GPid pid = cas_worker_get_pid (client.worker);

  g_cancellable_cancel (client.cancellable);
  client_wait (client.is_done);
  g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (cas_worker_get_pid (client.worker), ==, pid);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_READY);
  g_assert_cmpint (cas_worker_get_pid (client.worker), !=, pid);
  g_assert_cmpuint (client.n_deaths, ==, 0);

  g_autofree char *details = cas_worker_dup_details (client.worker);

  g_assert_true (g_str_has_prefix (details, "The engine did not stop, and was ended."));
  client_clear (&client);
  remove_program (program);
}

/* What the kernel would do with a process that hangs in a driver: the test is linked with --wrap. */
static gboolean is_immortal;

void __real_g_subprocess_force_exit (GSubprocess *subprocess);
void __wrap_g_subprocess_force_exit (GSubprocess *subprocess);

void
__wrap_g_subprocess_force_exit (GSubprocess *subprocess)
{
  if (!is_immortal)
    __real_g_subprocess_force_exit (subprocess);
}

/* One that cannot be ended is given up, and its job with it; nothing is started beside it. */
static void
test_stuck (void)
{
  char *program = make_program ("mute");
  Client client;

  is_immortal = TRUE;
  client_init (&client, &(CasWorkerParams) { .program = program, .silence_ms = 200 });
  client_start (&client, &client_small);

  const GPid pid = cas_worker_get_pid (client.worker);

  client_wait (client.is_done);
  g_assert_error (client.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);
  g_assert_nonnull (strstr (client.error->message, "the system, which cannot end it"));
  g_assert_cmpint (cas_worker_get_state (client.worker), ==, CAS_WORKER_FAILED);
  g_assert_cmpint (cas_worker_get_pid (client.worker), ==, 0);
  g_assert_cmpuint (client.n_deaths, ==, 1);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  is_immortal = FALSE;
  client_clear (&client);
  remove_program (program);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* GLib warns of what it gets */
  g_test_add_func ("/lies/all", test_modes);
  g_test_add_func ("/lies/subjects", test_subjects);
  g_test_add_func ("/lies/still", test_still);
  g_test_add_func ("/lies/stubborn", test_stubborn);
  g_test_add_func ("/lies/stuck", test_stuck);
  return g_test_run ();
}
