/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log file: at most twice MAX_BYTES on disk, the older half in weir-cli.log.old. */

#include "cli/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cli/text.h"

#define MAX_BYTES (1 << 20)

typedef struct
{
  FILE    *file; /* NULL: none */
  gsize    n_bytes;
  gboolean verbose;
  GMutex   mutex;
} Log;

static FILE *
open_file (gsize *n_bytes)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "weir", "log", NULL);
  g_autofree char *path = g_build_filename (folder, "weir-cli.log", NULL);
  g_autofree char *old = g_strconcat (path, ".old", NULL);
  GStatBuf info;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return NULL;

  *n_bytes = 0;
  if (g_stat (path, &info) == 0)
    {
      if (!S_ISREG (info.st_mode))
        return NULL;
      if (info.st_size >= MAX_BYTES / 2)
        g_rename (path, old);
      else
        *n_bytes = info.st_size;
    }
  return fopen (path, "ae");
}

static const char *
get_field (const GLogField *fields,
           gsize            n_fields,
           const char      *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key) && fields[i].length < 0)
      return fields[i].value;
  return "";
}

static const char *
level_name (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return "error";
  if (level & G_LOG_LEVEL_CRITICAL)
    return "critical";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  if (level & G_LOG_LEVEL_DEBUG)
    return "debug";
  return "info";
}

static void
write_to_file (Log        *log,
               const char *line)
{
  gsize length = strlen (line);

  g_mutex_lock (&log->mutex);
  if (log->file && log->n_bytes + length <= MAX_BYTES)
    {
      fputs (line, log->file);
      fflush (log->file);
      log->n_bytes += length;
    }
  g_mutex_unlock (&log->mutex);
}

static GLogWriterOutput
write_message (GLogLevelFlags   level,
               const GLogField *fields,
               gsize            n_fields,
               gpointer         data)
{
  Log *log = data;
  gboolean is_bad = level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  gboolean is_ours = g_str_equal (get_field (fields, n_fields, "GLIB_DOMAIN"), G_LOG_DOMAIN);
  g_autofree char *message
    = cli_text_dup_visible (get_field (fields, n_fields, "MESSAGE"), "\n");

  if (log->file && (is_bad || is_ours) && (log->verbose || !(level & G_LOG_LEVEL_DEBUG)))
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autofree char *time = g_date_time_format (now, "%F %T");
      g_autofree char *line = g_strdup_printf ("%s [%d] %s %s: %s\n", time, getpid (),
                                               get_field (fields, n_fields, "GLIB_DOMAIN"),
                                               level_name (level), message);

      write_to_file (log, line);
    }

  if (is_bad || (log->verbose && is_ours))
    g_printerr ("%s: %s\n", level_name (level), message);
  return G_LOG_WRITER_HANDLED;
}

void
cli_log_init (gboolean verbose)
{
  Log *log = g_new0 (Log, 1); /* for as long as the program runs */

  g_mutex_init (&log->mutex);
  log->verbose = verbose;
  log->file = open_file (&log->n_bytes);
  g_log_set_writer_func (write_message, log, NULL);
}
