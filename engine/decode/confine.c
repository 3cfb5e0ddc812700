/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What this process gives up before it looks at a picture. */

#include "decode/confine.h"

#include "base/decoded.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* The largest picture with its alpha, twice (as decoded and as sent), the file, what a decoder
 * needs beside, and this program. */
#define MAX_MEMORY_BYTES (G_GUINT64_CONSTANT (4) << 30)
#define MAX_RESULT_BYTES (4 * (guint64) CAS_DECODED_MAX_PIXELS + CAS_DECODED_MAX_TEXT_BYTES + 4096)
#define MAX_DESCRIPTORS  64

/* Of all threads together. The parent counts the seconds that pass; this is for one whose parent
 * does not. */
#define MAX_CPU_SECONDS  (16 * CAS_DECODED_SECONDS)
#define CPU_GRACE        5 /* from SIGXCPU, which says why, to SIGKILL */

static gboolean
limit (int     resource,
       guint64 most,
       guint64 grace)
{
  struct rlimit now;

  if (getrlimit (resource, &now) != 0)
    return FALSE;
  now.rlim_max = MIN (now.rlim_max, most + grace); /* never above what there was */
  now.rlim_cur = MIN (now.rlim_cur, MIN (now.rlim_max, most));
  return setrlimit (resource, &now) == 0;
}

gboolean
decode_confine (void)
{
#ifndef __SANITIZE_ADDRESS__ /* which reserves terabytes of addresses */
  if (!limit (RLIMIT_AS, MAX_MEMORY_BYTES, 0))
    return FALSE;
#endif
  return limit (RLIMIT_CPU, MAX_CPU_SECONDS, CPU_GRACE)
         && limit (RLIMIT_CORE, 0, 0)
         && limit (RLIMIT_FSIZE, MAX_RESULT_BYTES, 0)
         && limit (RLIMIT_NOFILE, MAX_DESCRIPTORS, 0)
         && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && prctl (PR_SET_PDEATHSIG, SIGKILL) == 0;
}
