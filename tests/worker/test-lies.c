/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker that misbehaves: whatever it does, its window gets an error that is a sentence, and
 * lives on. */

#include <unistd.h>

#include "worker/client.h"

static const char *const modes[] = {
  /* the connection */
  "exits", "closes", "mute", "noise", "shouts", "later-noise", "later-closes", "huge", "large",
  "ping-error",
  /* answers */
  "open-type", "open-nothing", "open-error", "open-domain", "open-code", "run-nothing", "run-type",
  "run-error",
  /* what it tells of the job */
  "negative-handle", "handle-beyond", "no-memory", "unsealed", "wrong-size", "huge-size",
  "no-metadata", "wrong-index", "endless", "preview-index", "preview-phase", "preview-memory",
  "control-kind", "checkpoint-size", "checkpoint-huge", "checkpoint-handle", "mask-memory",
  "progress-phase", "progress-nan", "progress-steps",
};

/* All at once, as most of the time is waiting. The stand-in's name says what it does. */
static void
test_modes (void)
{
  Client clients[G_N_ELEMENTS (modes)];
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *program = g_build_filename (folder, modes[i], NULL);

      g_assert_cmpint (symlink (g_getenv ("WEIR_WORKER_STAND_IN"), program), ==, 0);
      client_init (&clients[i], &(CasWorkerParams) { .program = program, .silence_ms = 2000 });
      client_start (&clients[i], &client_small);
    }
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    client_wait (clients[i].is_done);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *program = g_build_filename (folder, modes[i], NULL);
      const GError *error = clients[i].error;

      if (!g_error_matches (error, CAS_ERROR, CAS_ERROR_WORKER_DIED)
          || !g_str_has_suffix (error->message, ".") || clients[i].pngs->len > 0
          || clients[i].n_deaths < 2)
        g_test_fail_printf ("%s: %u deaths: %s", modes[i], clients[i].n_deaths,
                            error ? error->message : "no error");
      client_clear (&clients[i]);
      unlink (program);
    }
  rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* GLib warns of what it gets */
  g_test_add_func ("/lies/all", test_modes);
  return g_test_run ();
}
