/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds the bracket around a selection, or makes one. */

#include "panels/prompt-weight.h"

#include <math.h>
#include <string.h>

#define MAX_WEIGHT 10.0 /* and its negative */

/* Characters of a prompt; places in it are between characters. */
typedef struct
{
  gunichar *text;
  guint     length;
} Scan;

/* A round bracket, and the text in it that is weighed. */
typedef struct
{
  guint  open, close; /* of the brackets themselves */
  guint  end;         /* of the text: the colon before the number, or close */
  double weight;
} Bracket;

static gboolean
is_escaped (const Scan *scan,
            guint       i)
{
  guint n = 0;

  while (n < i && scan->text[i - n - 1] == '\\')
    n++;
  return n % 2 == 1;
}

static gboolean
is_bracket (const Scan *scan,
            guint       i,
            gunichar    bracket)
{
  return scan->text[i] == bracket && !is_escaped (scan, i);
}

static gboolean
is_of_word (gunichar c)
{
  return !g_unichar_isspace (c) && !(c < 0x80 && strchr (",;:()[]{}|\\", (int) c));
}

/* The number after the last colon in the bracket. */
static void
read_weight (const Scan *scan,
             Bracket    *bracket)
{
  bracket->end = bracket->close;
  bracket->weight = 1.1;
  for (guint i = bracket->close; i-- > bracket->open + 1;)
    if (scan->text[i] == ':')
      {
        g_autofree char *number =
          g_ucs4_to_utf8 (scan->text + i + 1, bracket->close - i - 1, NULL, NULL, NULL);
        char *rest;
        const double weight = g_ascii_strtod (g_strstrip (number), &rest);

        if (*number != '\0' && *rest == '\0' && isfinite (weight))
          {
            bracket->end = i;
            bracket->weight = weight;
          }
        return;
      }
}

/* The innermost bracket that holds all of begin … end. */
static gboolean
find_bracket (const Scan *scan,
              guint       begin,
              guint       end,
              Bracket    *bracket)
{
  guint n_closed = 0, n_opened = 0;

  for (guint i = begin; i-- > 0;)
    {
      if (is_bracket (scan, i, ')'))
        n_closed++;
      else if (is_bracket (scan, i, '(') && n_closed-- == 0)
        {
          bracket->open = i;
          for (guint j = end; j < scan->length; j++)
            {
              if (is_bracket (scan, j, '('))
                n_opened++;
              else if (is_bracket (scan, j, ')') && n_opened-- == 0)
                {
                  bracket->close = j;
                  read_weight (scan, bracket);
                  return TRUE;
                }
            }
          return FALSE;
        }
    }
  return FALSE;
}

/* Makes of a place the word around it, and takes spaces from the ends of a selection. */
static gboolean
select_words (const Scan *scan,
              guint      *begin,
              guint      *end)
{
  if (*begin == *end)
    {
      while (*begin > 0 && is_of_word (scan->text[*begin - 1]))
        (*begin)--;
      while (*end < scan->length && is_of_word (scan->text[*end]))
        (*end)++;
    }
  while (*begin < *end && g_unichar_isspace (scan->text[*begin]))
    (*begin)++;
  while (*begin < *end && g_unichar_isspace (scan->text[*end - 1]))
    (*end)--;
  return *begin < *end;
}

/* Whether the bracket is what was meant: any around a place, else one whose text or whole is
 * selected. */
static gboolean
is_meant (const Bracket *bracket,
          guint          begin,
          guint          end)
{
  return begin == end || (begin == bracket->open + 1 && end == bracket->end);
}

/* The prompt with what stands from replaced_begin to replaced_end as text (begin … end of it) of
 * this weight. */
static char *
write (const Scan *scan,
       guint       replaced_begin,
       guint       replaced_end,
       guint      *begin,
       guint      *end,
       double      weight)
{
  const double rounded = CLAMP (round (weight * 100) / 100, -MAX_WEIGHT, MAX_WEIGHT);
  const gboolean is_plain = fabs (rounded - 1) < 0.005;
  const guint length = *end - *begin;
  g_autofree char *before = g_ucs4_to_utf8 (scan->text, replaced_begin, NULL, NULL, NULL);
  g_autofree char *text = g_ucs4_to_utf8 (scan->text + *begin, length, NULL, NULL, NULL);
  g_autofree char *after = g_ucs4_to_utf8 (scan->text + replaced_end, scan->length - replaced_end,
                                           NULL, NULL, NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  *begin = replaced_begin + (is_plain ? 0 : 1);
  *end = *begin + length;
  if (is_plain)
    return g_strconcat (before, text, after, NULL);
  return g_strconcat (before, "(", text, ":", g_ascii_formatd (number, sizeof number, "%g", rounded),
                      ")", after, NULL);
}

char *
weir_prompt_nudge (const char *prompt,
                   guint      *begin,
                   guint      *end,
                   double      delta)
{
  glong n;
  g_autofree gunichar *text = g_utf8_to_ucs4_fast (prompt, -1, &n);
  const Scan scan = { text, (guint) n };
  Bracket bracket;

  /* A selection with its brackets is that of the text in them. */
  if (*end > *begin + 1 && is_bracket (&scan, *begin, '(') && is_bracket (&scan, *end - 1, ')') &&
      find_bracket (&scan, *begin + 1, *end - 1, &bracket) && bracket.close == *end - 1)
    {
      *begin = bracket.open + 1;
      *end = bracket.end;
    }
  if (find_bracket (&scan, *begin, *end, &bracket) && is_meant (&bracket, *begin, *end))
    {
      *begin = bracket.open + 1;
      *end = bracket.end;
      return write (&scan, bracket.open, bracket.close + 1, begin, end, bracket.weight + delta);
    }
  if (!select_words (&scan, begin, end))
    return NULL;
  if (find_bracket (&scan, *begin, *end, &bracket) && is_meant (&bracket, *begin, *end))
    return write (&scan, bracket.open, bracket.close + 1, begin, end, bracket.weight + delta);
  return write (&scan, *begin, *end, begin, end, 1 + delta);
}
