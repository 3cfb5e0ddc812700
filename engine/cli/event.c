/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines of JSON. */

#include "cli/event.h"

#include <math.h>
#include <stdio.h>

#include "io/json-text.h"

GString *
cli_event_begin (const char *name)
{
  GString *event = g_string_new ("{\"event\":");

  cas_json_append_string (event, name);
  return event;
}

void
cli_event_add_string (GString    *event,
                      const char *name,
                      const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_printf (event, ",\"%s\":", name);
  cas_json_append_string (event, valid);
}

void
cli_event_add_integer (GString    *event,
                       const char *name,
                       guint64     value)
{
  g_string_append_printf (event, ",\"%s\":%" G_GUINT64_FORMAT, name, value);
}

void
cli_event_add_number (GString    *event,
                      const char *name,
                      double      value)
{
  g_string_append_printf (event, ",\"%s\":", name);
  cas_json_append_double (event, round (value * 10000) / 10000);
}

void
cli_event_add_measure (GString    *event,
                       const char *name,
                       double      value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (event, ",\"%s\":%s", name,
                          g_ascii_formatd (digits, sizeof digits, "%.6g", value));
}

void
cli_event_add_boolean (GString    *event,
                       const char *name,
                       gboolean    value)
{
  g_string_append_printf (event, ",\"%s\":%s", name, value ? "true" : "false");
}

void
cli_event_end (GString *event)
{
  g_string_append_c (event, '}');
  puts (event->str);
  fflush (stdout);
}
