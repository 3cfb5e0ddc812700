/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A thread that waits for signals: a handler could not cancel anything safely. */

#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>

/* Those that ask to stop. One that is ignored was asked to be (nohup) and stays so. */
static void
fill_set (sigset_t *set)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  sigemptyset (set);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction action;

      if (sigaction (signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset (set, signals[i]);
    }
}

static gpointer
wait_for_signals (gpointer data)
{
  g_autoptr (GCancellable) cancellable = data;
  sigset_t set;
  int which;

  fill_set (&set);

  sigwait (&set, &which);
  g_cancellable_cancel (cancellable);

  /* whoever asks twice does not want to wait for the device */
  sigwait (&set, &which);
  signal (which, SIG_DFL);
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
  raise (which);
  return NULL;
}

GCancellable *
cli_signals_init (void)
{
  GCancellable *cancellable = g_cancellable_new ();
  sigset_t set;

  fill_set (&set);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  signal (SIGXFSZ, SIG_IGN); /* a file size limit is then an error of write() */
  signal (SIGPIPE, SIG_IGN); /* a closed pipe must not leave half a picture */

  g_thread_unref (g_thread_new ("signals", wait_for_signals, g_object_ref (cancellable)));
  return cancellable;
}
