/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A ring of lines behind GLib's log writer. */

#include "log.h"

#include <string.h>

struct _WeirLog
{
  GMutex  mutex;
  char   *lines[WEIR_LOG_MAX_LINES];
  guint   n_lines; /* that were ever added */
};

WeirLog *
weir_log_new (void)
{
  WeirLog *log = g_new0 (WeirLog, 1);

  g_mutex_init (&log->mutex);
  return log;
}

void
weir_log_free (WeirLog *log)
{
  if (!log)
    return;

  for (guint i = 0; i < WEIR_LOG_MAX_LINES; i++)
    g_free (log->lines[i]);
  g_mutex_clear (&log->mutex);
  g_free (log);
}

static const char *
get_field (const GLogField *fields,
           gsize            n_fields,
           const char      *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

static GLogWriterOutput
write_line (GLogLevelFlags   level,
            const GLogField *fields,
            gsize            n_fields,
            gpointer         user_data)
{
  if (!(level & G_LOG_LEVEL_DEBUG))
    {
      const char *domain = get_field (fields, n_fields, "GLIB_DOMAIN");
      const char *message = get_field (fields, n_fields, "MESSAGE");
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
      g_autofree char *line = g_strdup_printf ("%s %s: %s", time, domain ? domain : "-",
                                               message ? message : "");

      weir_log_add (user_data, line);
    }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

void
weir_log_install (WeirLog *log)
{
  g_log_set_writer_func (write_line, log, NULL);
}

void
weir_log_add (WeirLog    *log,
              const char *line)
{
  g_autofree char *copy = g_utf8_make_valid (line, -1);

  g_mutex_lock (&log->mutex);
  g_free (log->lines[log->n_lines % WEIR_LOG_MAX_LINES]);
  log->lines[log->n_lines++ % WEIR_LOG_MAX_LINES] = g_steal_pointer (&copy);
  g_mutex_unlock (&log->mutex);
}

char *
weir_log_dup_text (WeirLog *log)
{
  GString *text = g_string_new (NULL);
  guint first;

  g_mutex_lock (&log->mutex);
  first = log->n_lines > WEIR_LOG_MAX_LINES ? log->n_lines - WEIR_LOG_MAX_LINES : 0;
  for (guint i = first; i < log->n_lines; i++)
    g_string_append_printf (text, "%s\n", log->lines[i % WEIR_LOG_MAX_LINES]);
  g_mutex_unlock (&log->mutex);
  return g_string_free (text, FALSE);
}
