/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Wildcards: one of “{a|b}”, drawn. */

#include "io/prompt.h"

#include "io/prompt-scan.h"

/* SplitMix64: apart from the noise, whose generator has the same seed, and good from any start. */
static guint64
draw_number (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* Where one of the options begins, for the “{” at a place. */
static gsize
draw_option (const CasPromptScan *scan,
             gsize                at,
             guint64             *state)
{
  guint64 n_options = 0;

  for (gsize bar = at; bar != scan->partners[at]; bar = scan->bars[bar])
    n_options++;
  for (guint64 skipped = (draw_number (state) >> 32) * n_options >> 32; skipped > 0; skipped--)
    at = scan->bars[at];
  return at + 1;
}

static gboolean
is_wildcard (const CasPromptScan *scan,
             gsize                at)
{
  return scan->text[at] == '{' && scan->partners[at] != CAS_PROMPT_NONE
         && scan->bars[at] != scan->partners[at];
}

/* Of the byte that ends an option, the “}” of its wildcard, else CAS_PROMPT_NONE. */
static guint32 *
find_ends (const CasPromptScan *scan)
{
  guint32 *ends = g_new (guint32, scan->length + 1);

  for (gsize i = 0; i < scan->length; i++)
    ends[i] = CAS_PROMPT_NONE;
  for (gsize i = 0; i < scan->length; i++)
    if (is_wildcard (scan, i))
      for (gsize bar = i; bar != scan->partners[i];)
        {
          bar = scan->bars[bar];
          ends[bar] = scan->partners[i];
        }
  return ends;
}

char *
cas_prompt_draw (const char   *text,
                 guint64       seed,
                 CasPromptSide side)
{
  g_auto (CasPromptScan) scan = { 0 };
  guint64 state = (guint32) seed | (guint64) side << 32;
  gboolean is_drawn = FALSE;

  cas_prompt_scan_init (&scan, text, "{}");

  g_autofree guint32 *ends = find_ends (&scan);
  g_autoptr (GString) drawn = g_string_new (NULL);

  for (gsize i = 0; i < scan.length;)
    if (is_wildcard (&scan, i))
      {
        i = draw_option (&scan, i, &state);
        is_drawn = TRUE;
      }
    else if (ends[i] != CAS_PROMPT_NONE)
      i = (gsize) ends[i] + 1;
    else
      g_string_append_c (drawn, text[i++]);

  return is_drawn ? g_string_free (g_steal_pointer (&drawn), FALSE) : NULL;
}
