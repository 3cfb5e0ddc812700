/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What weir-decode gives up before it looks at a picture. */

#include "decode/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Runs a test in a process that may confine itself. TRUE within it. */
static gboolean
in_confinement (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return FALSE;
    }
  g_assert_true (decode_confine ());
  return TRUE;
}

/* SIGXCPU, which says why, comes before SIGKILL. */
static void
check_cpu_limit (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_CPU, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, >, 20); /* of several threads in 20 seconds */
  g_assert_cmpuint (limit.rlim_cur, <=, 600);
  g_assert_cmpuint (limit.rlim_cur, <, limit.rlim_max);
}

static guint64
limit_of (int resource)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (resource, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
  return limit.rlim_max;
}

static void
test_limits (void)
{
  if (!in_confinement ())
    return;

  g_assert_cmpuint (limit_of (RLIMIT_CORE), ==, 0);
  check_cpu_limit ();
  g_assert_cmpuint (limit_of (RLIMIT_NOFILE), <=, 64);
  g_assert_cmpuint (limit_of (RLIMIT_FSIZE), <, G_GUINT64_CONSTANT (3) << 29);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (limit_of (RLIMIT_AS), <=, G_GUINT64_CONSTANT (4) << 30);
#endif
}

static void
test_privileges (void)
{
  if (!in_confinement ())
    return;

  int on_parents_death = 0;

  g_assert_cmpint (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), ==, 1);
  g_assert_cmpint (prctl (PR_GET_PDEATHSIG, &on_parents_death), ==, 0);
  g_assert_cmpint (on_parents_death, ==, SIGKILL);
}

/* Memory that is refused is no crash. */
static void
test_memory (void)
{
#ifndef __SANITIZE_ADDRESS__
  if (in_confinement ())
    g_assert_null (g_try_malloc ((gsize) (G_GUINT64_CONSTANT (5) << 30)));
#endif
}

/* A limit that is tighter already stays. */
static void
test_tighter (void)
{
  if (g_test_subprocess ())
    {
      const struct rlimit few = { 16, 16 };

      g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
      g_assert_true (decode_confine ());
      g_assert_cmpuint (limit_of (RLIMIT_NOFILE), ==, 16);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode-confine/limits", test_limits);
  g_test_add_func ("/decode-confine/privileges", test_privileges);
  g_test_add_func ("/decode-confine/memory", test_memory);
  g_test_add_func ("/decode-confine/tighter", test_tighter);
  return g_test_run ();
}
