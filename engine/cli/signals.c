/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A thread that waits for signals: a handler could not cancel anything safely. */

#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>

static gpointer
wait_for_signals (gpointer data)
{
  g_autoptr (GCancellable) cancellable = data;
  sigset_t set;
  int which;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);

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

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  signal (SIGXFSZ, SIG_IGN); /* a file size limit is then an error of write() */
  signal (SIGPIPE, SIG_IGN); /* a closed pipe must not leave half a picture */

  g_thread_unref (g_thread_new ("signals", wait_for_signals, g_object_ref (cancellable)));
  return cancellable;
}
