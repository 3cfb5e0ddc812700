/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folding and matching. */

#include "library/search.h"

#include <string.h>

char *
weir_search_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *cased = g_utf8_casefold (valid, -1);
  g_autofree char *apart = g_utf8_normalize (cased, -1, G_NORMALIZE_ALL);
  GString *folded = g_string_sized_new (strlen (apart));

  for (const char *p = apart; *p; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_type (c) != G_UNICODE_NON_SPACING_MARK)
        g_string_append_unichar (folded, c);
    }
  return g_string_free (folded, FALSE);
}

char **
weir_search_split (const char *query)
{
  g_autofree char *folded = weir_search_fold (query);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const char *start = NULL;

  for (const char *p = folded;; p = g_utf8_next_char (p))
    {
      const gboolean is_letter = *p && g_unichar_isalnum (g_utf8_get_char (p));

      if (is_letter && !start)
        start = p;
      if (!is_letter && start)
        {
          g_autofree char *word = g_strndup (start, p - start);

          g_strv_builder_add (words, word);
          start = NULL;
        }
      if (!*p)
        break;
    }
  return g_strv_builder_end (words);
}

static gboolean
has_no_spaces (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
has_word (const char *folded,
          const char *word)
{
  const gboolean anywhere = has_no_spaces (g_utf8_get_char (word));

  for (const char *p = strstr (folded, word); p; p = strstr (p + 1, word))
    if (anywhere || p == folded
        || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (p))))
      return TRUE;
  return FALSE;
}

gboolean
weir_search_matches (const char        *folded,
                     const char *const *words)
{
  for (; *words; words++)
    if (!has_word (folded, *words))
      return FALSE;
  return TRUE;
}
