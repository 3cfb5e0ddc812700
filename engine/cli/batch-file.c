/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of jobs, for the tool. */

#include "cli/batch-file.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cli/exit-code.h"

static gboolean
fail_line (GError    **error,
           const char *format,
           ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail_line (GError    **error,
           const char *format,
           ...)
{
  va_list args;

  va_start (args, format);
  *error = g_error_new_valist (CLI_ERROR, CLI_ERROR_USAGE, format, args);
  va_end (args);
  return FALSE;
}

GPtrArray *
cli_batch_file_read (const char *path,
                     GError    **error)
{
  GError *cause = NULL;
  GPtrArray *lines = cas_job_lines_read (path, &cause);

  if (!lines)
    cli_exit_fail_input (cause, error);
  return lines;
}

gboolean
cli_batch_lines_check_output (const GPtrArray *lines,
                              const char      *output,
                              GError         **error)
{
  g_autofree char *shown = NULL;
  guint n = 0;

  if (!output || strchr (output, '{') || g_str_has_suffix (output, G_DIR_SEPARATOR_S)
      || g_file_test (output, G_FILE_TEST_IS_DIR))
    return TRUE;

  for (guint i = 0; i < lines->len; i++)
    {
      const CasJobLine *line = lines->pdata[i];

      n += !line->error && !line->output;
    }
  if (n < 2)
    return TRUE;

  shown = g_filename_display_name (output);
  return fail_line (error, _("--output is “%s”, one file for %u jobs. Give a folder that is there, or a "
                             "pattern such as {prompt}-{seed}.png."), shown, n);
}

/* --- a part of the lines ------------------------------------------------------------------- */

gboolean
cli_batch_shard_parse (const char *text,
                       guint      *shard,
                       guint      *n_shards,
                       GError    **error)
{
  g_auto (GStrv) parts = g_strsplit (text ? text : "1/1", "/", 3);
  guint64 i, n;

  if (g_strv_length (parts) == 2
      && g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT32, &n, NULL)
      && g_ascii_string_to_unsigned (parts[0], 10, 1, n, &i, NULL))
    {
      *shard = i - 1;
      *n_shards = n;
      return TRUE;
    }
  return fail_line (error, _("--shard is “%s”, and it may be 1/N to N/N, such as 2/8."), text);
}
