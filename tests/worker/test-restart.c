/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a process that died is started again, and what is kept of what it said. */

#include "worker/line-tail.h"
#include "worker/restart-policy.h"

#include <string.h>

static void
test_policy (void)
{
  /* seconds of each death, and the wait after it in milliseconds */
  static const struct
  {
    const char *what;
    guint       n;
    int         deaths_s[6], waits_ms[6];
  } cases[] = {
    { "one", 1, { 5 }, { 0 } },
    { "far apart", 4, { 0, 60, 120, 180 }, { 0, 0, 0, 0 } },
    { "two near", 2, { 0, 59 }, { 0, 1000 } },
    { "three in a minute", 3, { 0, 20, 59 }, { 0, 1000, CAS_RESTART_NEVER } },
    { "three at once", 3, { 7, 7, 7 }, { 0, 1000, CAS_RESTART_NEVER } },
    { "three in a minute and one second", 3, { 0, 20, 60 }, { 0, 1000, 5000 } },
    { "a row", 5, { 0, 40, 80, 120, 160 }, { 0, 1000, 5000, 5000, 5000 } },
    { "the last three of a row", 4, { 0, 40, 80, 99 }, { 0, 1000, 5000, CAS_RESTART_NEVER } },
    { "peace between", 4, { 0, 40, 101, 141 }, { 0, 1000, 0, 1000 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasRestartPolicy policy = { 0 };

      for (guint d = 0; d < cases[i].n; d++)
        {
          const int wait = cas_restart_policy_died (&policy, TRUE,
                                                    cases[i].deaths_s[d] * G_USEC_PER_SEC);

          if (wait != cases[i].waits_ms[d])
            g_error ("%s: after death %u the wait is %d, wanted %d", cases[i].what, d + 1, wait,
                     cases[i].waits_ms[d]);
        }
    }
}

static void
test_policy_reset (void)
{
  CasRestartPolicy policy = { 0 };

  for (guint i = 0; i < 3; i++)
    cas_restart_policy_died (&policy, FALSE, 1);
  cas_restart_policy_reset (&policy);
  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 2), ==, 0);
  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 3), ==, 1000);
}

/* What hangs before it is ready dies minutes apart, and still not for ever. */
static void
test_policy_unready (void)
{
  const gint64 hour_us = G_GINT64_CONSTANT (3600000000);
  CasRestartPolicy policy = { 0 };

  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 1 * hour_us), ==, 0);
  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 2 * hour_us), ==, 0);
  g_assert_cmpint (cas_restart_policy_died (&policy, TRUE, 3 * hour_us), ==, 0);
  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 4 * hour_us), ==, 0);
  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 5 * hour_us), ==, 0);
  g_assert_cmpint (cas_restart_policy_died (&policy, FALSE, 6 * hour_us), ==, CAS_RESTART_NEVER);
}

static void
test_tail (void)
{
  static const struct
  {
    const char *said, *kept;
  } cases[] = {
    { "", "" },
    { "one", "one\n" },
    { "one\n", "one\n" },
    { "one\ntwo", "one\ntwo\n" },
    { "\n\n", "\n\n" },
    { "\033[31mred\tone\n", " [31mred one\n" },
    { "broken \xff\n", "broken \357\277\275\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint piece = 1; piece < 8; piece++) /* bytes that come at once */
      {
        g_autoptr (CasLineTail) tail = cas_line_tail_new ();
        const gsize size = strlen (cases[i].said);

        for (gsize at = 0; at < size; at += piece)
          cas_line_tail_add (tail, cases[i].said + at, MIN (piece, size - at));

        g_autofree char *kept = cas_line_tail_dup (tail);

        g_assert_cmpstr (kept, ==, cases[i].kept);
      }
}

static void
test_tail_limits (void)
{
  g_autoptr (CasLineTail) tail = cas_line_tail_new ();
  g_autofree char *many = g_strnfill (3 * CAS_LINE_TAIL_MAX_BYTES, 'x');
  g_autofree char *longest = g_strnfill (CAS_LINE_TAIL_MAX_BYTES, 'x');

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *line = g_strdup_printf ("line %u\n", i);

      cas_line_tail_add (tail, line, strlen (line));
    }
  cas_line_tail_add (tail, many, strlen (many));
  cas_line_tail_add (tail, "y\n", 2);

  g_autofree char *kept = cas_line_tail_dup (tail);
  g_auto (GStrv) lines = g_strsplit (kept, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, CAS_LINE_TAIL_MAX_LINES + 1); /* and the last end */
  g_assert_cmpstr (lines[0], ==, "line 951");
  g_assert_cmpstr (lines[CAS_LINE_TAIL_MAX_LINES - 1], ==, longest);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restart/policy", test_policy);
  g_test_add_func ("/restart/reset", test_policy_reset);
  g_test_add_func ("/restart/unready", test_policy_unready);
  g_test_add_func ("/restart/tail", test_tail);
  g_test_add_func ("/restart/tail-limits", test_tail_limits);
  return g_test_run ();
}
