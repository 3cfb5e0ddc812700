/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text on terminals that do not read UTF-8. */

#include "cli/console.h"

#include <stdio.h>
#include <string.h>

static const struct
{
  const char *sign;
  const char *plain;
} plain_forms[] = {
  { "“", "\"" }, { "”", "\"" }, { "„", "\"" }, { "‘", "'" }, { "’", "'" }, { "…", "..." },
  { "–", "-" }, { "—", "-" }, { "−", "-" }, { "·", "-" }, { "×", "x" }, { "━", "#" }, { "─", "." },
  { "\u00a0", " " }, { "\u202f", " " }, /* g_format_size()'s spaces */
};

static const char *
find_plain_form (const char *sign,
                 gsize       length)
{
  for (guint i = 0; i < G_N_ELEMENTS (plain_forms); i++)
    if (strlen (plain_forms[i].sign) == length && memcmp (plain_forms[i].sign, sign, length) == 0)
      return plain_forms[i].plain;
  return NULL;
}

char *
cli_console_convert (const char *text,
                     const char *charset)
{
  GString *out = g_string_new (NULL);
  const char *end = text + strlen (text);

  for (const char *p = text; p < end;)
    {
      const gunichar c = g_utf8_get_char_validated (p, end - p);
      const gboolean is_sign = c != (gunichar) -1 && c != (gunichar) -2;
      const gsize length = is_sign ? g_utf8_next_char (p) - p : 1;
      g_autofree char *converted
        = is_sign && c >= 0x80 ? g_convert (p, length, charset, "UTF-8", NULL, NULL, NULL) : NULL;
      const char *plain = find_plain_form (p, length);

      if (converted)
        g_string_append (out, converted);
      else if (plain)
        g_string_append (out, plain);
      else
        g_string_append_len (out, p, length);
      p += length;
    }
  return g_string_free (out, FALSE);
}

static void
write_to (FILE       *stream,
          const char *text)
{
  const char *charset;
  const gboolean is_utf8 = g_get_charset (&charset);
  g_autofree char *converted = is_utf8 ? NULL : cli_console_convert (text, charset);

  fputs (converted ? converted : text, stream);
  fflush (stream);
}

static void
print (const char *text)
{
  write_to (stdout, text);
}

static void
print_error (const char *text)
{
  write_to (stderr, text);
}

void
cli_console_init (void)
{
  g_set_print_handler (print);
  g_set_printerr_handler (print_error);
}
