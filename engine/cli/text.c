/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words from the command line, and words for it. */

#include "cli/text.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "cli/exit-code.h"

char *
cli_text_from_argument (const char *what,
                        const char *argument,
                        GError    **error)
{
  if (g_utf8_validate (argument, -1, NULL))
    return g_strdup (argument);

  char *text = g_locale_to_utf8 (argument, -1, NULL, NULL, NULL);

  if (!text)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                 _("%s is not valid text: it is neither UTF-8 nor in the locale's character set."),
                 what);
  return text;
}

char *
cli_text_dup_duration (double seconds)
{
  guint64 s = (guint64) CLAMP (ceil (seconds), 0, 1e9);

  if (s < 60)
    return g_strdup_printf (_("%u s"), (guint) s);
  if (s < 3600)
    return g_strdup_printf (_("%u min %u s"), (guint) (s / 60), (guint) (s % 60));
  return g_strdup_printf (_("%u h %u min"), (guint) (s / 3600), (guint) (s % 3600 / 60));
}

char *
cli_text_dup_visible (const char *text,
                      const char *line_end)
{
  GString *shown = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    if (*c == '\n' && line_end)
      g_string_append (shown, line_end);
    else if (g_ascii_iscntrl (*c)
             || ((guchar) c[0] == 0xc2 && (guchar) c[1] >= 0x80 && (guchar) c[1] < 0xa0))
      {
        const gunichar character = g_utf8_get_char (c);

        g_string_append_printf (shown, "\\x%02x", character);
        c = g_utf8_next_char (c) - 1;
      }
    else
      g_string_append_c (shown, *c);
  return g_string_free (shown, FALSE);
}
