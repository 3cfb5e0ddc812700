/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What files are called, and the words and numbers of a command line. */

#include <glib.h>

#include <cascade/error.h>
#include <cascade/file-name.h>

#include "engine/cli/columns.h"
#include "engine/cli/console.h"
#include "engine/cli/exit-code.h"
#include "engine/cli/pattern.h"
#include "engine/cli/text.h"
#include "engine/session/job-text.h"

static void
test_pattern (void)
{
  static const struct
  {
    const char *pattern;
    guint       n;
    const char *wanted; /* joined by spaces */
  } cases[] = {
    { "a.png", 1, "a.png" },
    { "a", 1, "a.png" },
    { "a.PNG", 1, "a.png" },
    { "a.b", 1, "a.b.png" },
    { "x.y/a", 1, "x.y/a.png" },
    { "a.png", 3, "a-1.png a-2.png a-3.png" },
    { "{seed}", 2, "7.png 8.png" },
    { "{index}.png", 2, "1.png 2.png" },
    { "{prompt}", 1, "A-red-house.png" },
    { "{prompt}.png", 2, "A-red-house-1.png A-red-house-2.png" },
    { "{prompt}-{seed}", 2, "A-red-house-7.png A-red-house-8.png" },
    { "{seed}/{index}", 2, "7/1.png 8/2.png" },
    { "{{x}.png", 1, "{x}.png" },
    { "{{seed}", 1, "{seed}.png" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) paths = cli_pattern_expand (cases[i].pattern, &(CliPatternValues) {
          .prompt = "A red house!",
          .seed = 7,
          .n_images = cases[i].n,
        }, &error);

      g_assert_no_error (error);
      g_ptr_array_add (paths, NULL);

      g_autofree char *joined = g_strjoinv (" ", (char **) paths->pdata);

      g_test_message ("%s", cases[i].pattern);
      g_assert_cmpstr (joined, ==, cases[i].wanted);
    }
}

/* Dates are for those who give one. */
static void
test_dated_name (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date = g_date_time_new (zone, 2026, 3, 9, 7, 5, 1);
  const CasFileNameValues values = { .prompt = "A red house!", .seed = 7, .date = date };
  g_autoptr (GError) error = NULL;
  g_autofree char *name = cas_file_name_expand ("{date}-{time}-{prompt}-{seed}", &values, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "2026-03-09-07-05-01-A-red-house-7");
  g_assert_null (cas_file_name_expand ("{index}", &values, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

static void
test_bad_pattern (void)
{
  static const char *const patterns[] = { "{what}", "{seed", "{}", "a.jpg", "a.TIFF" };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) paths = cli_pattern_expand (patterns[i], &(CliPatternValues) {
          .prompt = "",
          .n_images = 1,
        }, &error);

      g_test_message ("%s", patterns[i]);
      g_assert_error (error, CLI_ERROR, CLI_ERROR_USAGE);
      g_assert_null (paths);
    }
}

static void
test_file_name (void)
{
  static const struct
  {
    const char *text;
    const char *wanted;
  } cases[] = {
    { "", "picture" },
    { "…!?", "picture" },
    { "a  b", "a-b" },
    { "../../etc/passwd", "etc-passwd" },
    { "-o x", "o-x" },
    { ".hidden", "hidden" },
    { "빨간 집", "빨간-집" },
    { "a\nb\tc", "a-b-c" },
    { "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
      "0123456789",
      "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-012" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = cas_file_name_from_text (cases[i].text);

      g_assert_cmpstr (name, ==, cases[i].wanted);
    }
}

static void
test_visible (void)
{
  static const struct
  {
    const char *text, *line_end, *wanted;
  } cases[] = {
    { "빨간 “집”", NULL, "빨간 “집”" },
    { "\x1b[2J\x7f", NULL, "\\x1b[2J\\x7f" },
    { "\xc2\x9b" "2J", NULL, "\\x9b2J" },
    { "\u00a0é", NULL, "\u00a0é" },
    { "a\xc2", NULL, "a\xc2" }, /* no UTF-8 */
    { "\xc2\x1b[", NULL, "\xc2\\x1b[" },
    { "a\nb", NULL, "a\\x0ab" },
    { "a\nb\r", "\n  ", "a\n  b\\x0d" },
    { "", NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = cli_text_dup_visible (cases[i].text, cases[i].line_end);

      g_assert_cmpstr (shown, ==, cases[i].wanted);
    }
}

static void
test_columns (void)
{
  static const struct
  {
    const char *text;
    int         width;
    const char *padded, *cut; /* to four columns */
  } cases[] = {
    { "size", -6, "size  ", "size" },
    { "size", 6, "  size", "size" },
    { "parameters", -6, "parameters", "para" },
    { "크기", -6, "크기  ", "크기" },
    { "픽셀", 6, "  픽셀", "픽셀" },
    { "a매개변수", 2, "a매개변수", "a매" },
    { "e\u0301e\u0301", -3, "e\u0301e\u0301 ", "e\u0301e\u0301" },
    { "", 2, "  ", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      g_autofree char *cut = cli_columns_dup_cut (cases[i].text, 4);

      cli_columns_append (line, cases[i].text, cases[i].width);
      g_assert_cmpstr (line->str, ==, cases[i].padded);
      g_assert_cmpstr (cut, ==, cases[i].cut);
    }
}

static void
test_duration (void)
{
  static const struct
  {
    double      seconds;
    const char *wanted;
  } cases[] = {
    { -1, "0 s" },          { 0, "0 s" },           { 0.2, "1 s" },
    { 59, "59 s" },         { 60, "1 min 0 s" },    { 185, "3 min 5 s" },
    { 7800, "2 h 10 min" }, { 1e300, "277777 h 46 min" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *duration = cli_text_dup_duration (cases[i].seconds);

      g_assert_cmpstr (duration, ==, cases[i].wanted);
    }
}

static void
test_integer (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_good;
    guint64     wanted;
  } cases[] = {
    { "1", TRUE, 1 },    { "9", TRUE, 9 },     { "0", FALSE, 0 },   { "10", FALSE, 0 },
    { "-1", FALSE, 0 },  { "+1", FALSE, 0 },   { "", FALSE, 0 },    { " 1", FALSE, 0 },
    { "1.0", FALSE, 0 }, { "0x1", FALSE, 0 },  { "1e0", FALSE, 0 }, { "99999999999999999999", FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 value = 0;

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (cas_job_text_parse_integer ("--n", cases[i].text, 1, 9, &value, &error), ==,
                       cases[i].is_good);
      if (cases[i].is_good)
        g_assert_cmpuint (value, ==, cases[i].wanted);
      else
        g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
    }
}

static void
test_number (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_good;
    double      wanted;
  } cases[] = {
    { "0", TRUE, 0 },      { "1.5", TRUE, 1.5 },   { "2", TRUE, 2 },      { "1e0", TRUE, 1 },
    { "2.01", FALSE, 0 },  { "-0.1", FALSE, 0 },   { "nan", FALSE, 0 },   { "inf", FALSE, 0 },
    { "", FALSE, 0 },      { "1,5", FALSE, 0 },    { "1 ", FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      double value = -1;

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (cas_job_text_parse_number ("--x", cases[i].text, 0, 2, &value, &error), ==,
                       cases[i].is_good);
      if (cases[i].is_good)
        g_assert_cmpfloat (value, ==, cases[i].wanted);
      else
        g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
    }
}

static void
test_console (void)
{
  static const struct
  {
    const char *text, *charset, *wanted;
  } cases[] = {
    { "plain: 100 %", "ANSI_X3.4-1968", "plain: 100 %" },
    { "“x” is … a", "ANSI_X3.4-1968", "\"x\" is ... a" },
    { "2×3 · ‘a’ – b — c", "ANSI_X3.4-1968", "2x3 - 'a' - b - c" },
    { "2.0\u00a0GiB", "ANSI_X3.4-1968", "2.0 GiB" },
    { "━━──", "ANSI_X3.4-1968", "##.." },
    { "“/tmp/é한.png”", "ANSI_X3.4-1968", "\"/tmp/é한.png\"" },
    { "\xff“\xe2\x80", "ANSI_X3.4-1968", "\xff\"\xe2\x80" },
    { "“é” 2×3", "ISO-8859-1", "\"\xe9\" 2\xd7" "3" },
    { "“한”", "EUC-KR", "\xa1\xb0\xc7\xd1\xa1\xb1" },
    { "“x”", "no such charset", "\"x\"" },
    { "", "ANSI_X3.4-1968", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = cli_console_convert (cases[i].text, cases[i].charset);

      g_test_message ("%u: %s", i, cases[i].charset);
      g_assert_cmpstr (found, ==, cases[i].wanted);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/names/pattern", test_pattern);
  g_test_add_func ("/cli/names/bad-pattern", test_bad_pattern);
  g_test_add_func ("/cli/names/dated", test_dated_name);
  g_test_add_func ("/cli/names/file-name", test_file_name);
  g_test_add_func ("/cli/names/visible", test_visible);
  g_test_add_func ("/cli/names/columns", test_columns);
  g_test_add_func ("/cli/names/duration", test_duration);
  g_test_add_func ("/cli/names/integer", test_integer);
  g_test_add_func ("/cli/names/number", test_number);
  g_test_add_func ("/cli/names/console", test_console);
  return g_test_run ();
}
