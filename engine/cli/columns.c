/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text in columns as a terminal shows them. */

#include "cli/columns.h"

#include <stdlib.h>

#include "cli/text.h"

#define LABEL_WIDTH (-22)
#define INDENT      "                         " /* of what is behind the label */

static guint
count (gunichar character)
{
  if (g_unichar_iszerowidth (character))
    return 0;
  return g_unichar_iswide (character) ? 2 : 1;
}

static guint
count_all (const char *text)
{
  guint n = 0;

  for (const char *c = text; *c; c = g_utf8_next_char (c))
    n += count (g_utf8_get_char (c));
  return n;
}

void
cli_columns_append (GString    *line,
                    const char *text,
                    int         width)
{
  const int n_spaces = abs (width) - (int) count_all (text);

  g_string_append_printf (line, "%*s%s%*s", width > 0 ? MAX (n_spaces, 0) : 0, "", text,
                          width < 0 ? MAX (n_spaces, 0) : 0, "");
}

char *
cli_columns_dup_cut (const char *text,
                     guint       n)
{
  const char *end = text;

  for (guint used = 0; *end; end = g_utf8_next_char (end))
    {
      used += count (g_utf8_get_char (end));
      if (used > n)
        break;
    }
  return g_strndup (text, end - text);
}

void
cli_columns_print_row (const char *label,
                       const char *value)
{
  g_autofree char *shown_label = cli_text_dup_visible (label, NULL);
  g_autofree char *shown = cli_text_dup_visible (value, "\n" INDENT);
  g_autoptr (GString) line = g_string_new ("  ");

  cli_columns_append (line, shown_label, LABEL_WIDTH);
  g_print ("%s %s\n", line->str, shown);
}
