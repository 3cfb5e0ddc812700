/* SPDX-License-Identifier: GPL-3.0-or-later */

/* File names from patterns and texts. */

#include "cascade/file-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cascade/error.h"

#define MAX_NAME_BYTES 80

char *
cas_file_name_from_text (const char *text)
{
  GString *name = g_string_new (NULL);
  gboolean is_gap = FALSE;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isalnum (c) && !g_unichar_ismark (c))
        {
          is_gap = name->len > 0;
          continue;
        }
      if (name->len + is_gap + g_unichar_to_utf8 (c, NULL) > MAX_NAME_BYTES)
        break;
      if (is_gap)
        g_string_append_c (name, '-');
      is_gap = FALSE;
      g_string_append_unichar (name, c);
    }

  if (name->len == 0)
    g_string_append (name, "picture");
  return g_string_free (name, FALSE);
}

/* FALSE for a word that is none, or has no value here. */
static gboolean
append_value (GString                 *name,
              const char              *word,
              const CasFileNameValues *values)
{
  g_autofree char *text = NULL;

  if (g_str_equal (word, "seed"))
    text = g_strdup_printf ("%" G_GUINT64_FORMAT, values->seed);
  else if (g_str_equal (word, "prompt"))
    text = cas_file_name_from_text (values->prompt ? values->prompt : "");
  else if (values->index > 0 && g_str_equal (word, "index"))
    text = g_strdup_printf ("%u", values->index);
  else if (values->date && g_str_equal (word, "date"))
    text = g_date_time_format (values->date, "%Y-%m-%d");
  else if (values->date && g_str_equal (word, "time"))
    text = g_date_time_format (values->date, "%H-%M-%S");
  else
    return FALSE;

  g_string_append (name, text);
  return TRUE;
}

static void
set_word_error (const char              *found,
                const CasFileNameValues *values,
                GError                 **error)
{
  g_autoptr (GString) words = g_string_new ("{seed}");

  if (values->index > 0)
    g_string_append (words, ", {index}");
  g_string_append (words, ", {prompt}");
  if (values->date)
    g_string_append (words, ", {date}, {time}");
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("The file name has “%s”, and it may have %s, or {{ for a brace."), found, words->str);
}

char *
cas_file_name_expand (const char              *pattern,
                      const CasFileNameValues *values,
                      GError                 **error)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *p = pattern; *p;)
    {
      const char c = *p++;

      if (c != '{' || *p == '{')
        {
          g_string_append_c (name, c);
          p += c == '{';
          continue;
        }

      const char *end = strchr (p, '}');
      g_autofree char *word = g_strndup (p, end ? (gsize) (end - p) : strlen (p));

      if (!end || !append_value (name, word, values))
        {
          g_autofree char *found = g_strconcat ("{", word, end ? "}" : NULL, NULL);

          set_word_error (found, values, error);
          return NULL;
        }
      p = end + 1;
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}
