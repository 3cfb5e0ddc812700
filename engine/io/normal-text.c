/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Composition, lower case and white space, each as the tokenizer was trained with them. */

#include "io/normal-text.h"

gboolean
cas_normal_text_is_space (gunichar c)
{
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680
         || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f
         || c == 0x205f || c == 0x3000;
}

/* Whether normalisation to NFC never joins this character with what is before it. There are more
 * such characters; these are enough to know within a word or so where a token comes from. */
static gboolean
begins_segment (gunichar c)
{
  return c < 0x80 || cas_normal_text_is_space (c)
         || (c >= 0x3400 && c <= 0x4dbf)  /* CJK ideographs */
         || (c >= 0x4e00 && c <= 0x9fff)
         || (c >= 0xac00 && c <= 0xd7a3); /* Hangul syllables */
}

/* One character for one; U+0130 is the only other. */
static gunichar
lower (gunichar c)
{
  /* Roman numerals and circled letters: no letters to GLib */
  if (c >= 0x2160 && c <= 0x216f)
    return c + 0x10;
  if (c >= 0x24b6 && c <= 0x24cf)
    return c + 0x1a;
  return g_unichar_tolower (c);
}

static void
append_lower (GString *text,
              gunichar c)
{
  /* a run of white space is one space */
  if (cas_normal_text_is_space (c))
    {
      if (text->len == 0 || text->str[text->len - 1] != ' ')
        g_string_append_c (text, ' ');
    }
  else if (c == 0x130) /* i and a dot above */
    g_string_append (text, "i\xcc\x87");
  else
    g_string_append_unichar (text, lower (c));
}

void
cas_normal_text_init (CasNormalText *n)
{
  n->text = g_string_new (NULL);
  n->origins = g_array_new (FALSE, FALSE, sizeof (gsize));
}

void
cas_normal_text_clear (CasNormalText *n)
{
  g_string_free (n->text, TRUE);
  g_array_unref (n->origins);
}

void
cas_normal_text_set (CasNormalText *n,
                     const char    *begin,
                     const char    *end,
                     gsize          origin)
{
  g_string_truncate (n->text, 0);
  g_array_set_size (n->origins, 0);

  for (const char *segment = begin, *next; segment < end; segment = next)
    {
      next = g_utf8_next_char (segment);
      while (next < end && !begins_segment (g_utf8_get_char (next)))
        next = g_utf8_next_char (next);

      if (next == segment + 1) /* ASCII alone is NFC */
        append_lower (n->text, (guchar) *segment);
      else
        {
          g_autofree char *nfc = g_utf8_normalize (segment, next - segment, G_NORMALIZE_NFC);

          for (const char *c = nfc; *c != '\0'; c = g_utf8_next_char (c))
            append_lower (n->text, g_utf8_get_char (c));
        }
      gsize at = origin + (gsize) (segment - begin);
      while (n->origins->len < n->text->len)
        g_array_append_val (n->origins, at);
    }
}
