/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What weir-worker does to itself before it does anything else. That one of these cannot be had
 * stops nothing. */

#include "worker/server/server.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICER_BY        5
#define OOM_SCORE       "500" /* of 1000: before the desktop, and the window that started us */
#define IO_WHO_PROCESS  1
#define IO_BEST_EFFORT  (2 << 13)
#define IO_LOWEST_LEVEL 7

static void
offer_to_oom_killer (void)
{
  const int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (write (fd, OOM_SCORE, strlen (OOM_SCORE)) < 0)
    g_info ("This process is no likelier to be ended when memory is short.");
  close (fd);
}

void
server_settle (void)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  setsid (); /* Ctrl+C is for the window, which ends us */
  signal (SIGPIPE, SIG_IGN);
  nice (NICER_BY);
  syscall (SYS_ioprio_set, IO_WHO_PROCESS, 0, IO_BEST_EFFORT | IO_LOWEST_LEVEL);
  offer_to_oom_killer ();
}
