/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights by keys, on text alone. The selection is marked by ‹ and ›, a place by ‹ alone. */

#include "panels/prompt-weight.h"

#include <string.h>

/* Takes the marks out. */
static char *
unmark (const char *marked,
        guint      *begin,
        guint      *end)
{
  g_auto (GStrv) at_begin = g_strsplit (marked, "‹", 2);
  g_auto (GStrv) at_end = g_strsplit (at_begin[1], "›", 2);

  *begin = *end = (guint) g_utf8_strlen (at_begin[0], -1);
  if (!at_end[1])
    return g_strconcat (at_begin[0], at_begin[1], NULL);
  *end += (guint) g_utf8_strlen (at_end[0], -1);
  return g_strconcat (at_begin[0], at_end[0], at_end[1], NULL);
}

static char *
mark (const char *text,
      guint       begin,
      guint       end)
{
  const char *a = g_utf8_offset_to_pointer (text, begin);
  const char *b = g_utf8_offset_to_pointer (text, end);

  return g_strdup_printf ("%.*s‹%.*s›%s", (int) (a - text), text, (int) (b - a), a, b);
}

static void
nudges (void)
{
  static const struct { const char *before; double delta; const char *after; } cases[] = {
    { "a r‹ed house", 0.1, "a (‹red›:1.1) house" },
    { "a red‹", 0.1, "a (‹red›:1.1)" },
    { "‹red house", -0.1, "(‹red›:0.9) house" },
    { "a (‹red›:1.1) house", 0.1, "a (‹red›:1.2) house" },
    { "a (‹red›:1.1) house", -0.1, "a ‹red› house" },
    { "a (r‹ed:0.9) house", 0.1, "a ‹red› house" },
    { "a ‹red house› here", 0.1, "a (‹red house›:1.1) here" },
    { "a‹ red house › here", 0.1, "a (‹red house›:1.1)  here" },
    { "a ‹(red:1.1)› house", 0.1, "a (‹red›:1.2) house" },
    { "a (red hou‹se:1.3), green", 0.1, "a (‹red house›:1.4), green" },
    { "a (‹red› house:1.3)", 0.1, "a ((‹red›:1.1) house:1.3)" },
    { "(a (b) ‹c:2)", 0.1, "(‹a (b) c›:2.1)" },
    { "a (r‹ed)", 0.1, "a (‹red›:1.2)" },
    { "a (r‹ed)", -0.1, "a ‹red›" },
    { "\\(r‹ed\\)", 0.1, "\\((‹red›:1.1)\\)" },
    { "빨간 지‹붕", 0.1, "빨간 (‹지붕›:1.1)" },
    { "(x‹:10)", 0.1, "(‹x›:10)" },
    { "a (b‹ c", 0.1, "a ((‹b›:1.1) c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint begin, end;
      g_autofree char *text = unmark (cases[i].before, &begin, &end);
      g_autofree char *result = weir_prompt_nudge (text, &begin, &end, cases[i].delta);
      g_autofree char *marked = NULL;

      g_assert_nonnull (result);
      marked = mark (result, begin, end);
      g_assert_cmpstr (marked, ==, cases[i].after);
    }
}

static void
nothing (void)
{
  static const char *const cases[] = { "‹", "a  ‹  b", "a,‹ ›b" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint begin, end;
      g_autofree char *text = unmark (cases[i], &begin, &end);

      g_assert_null (weir_prompt_nudge (text, &begin, &end, 0.1));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/prompt-weight/nudges", nudges);
  g_test_add_func ("/ui/prompt-weight/nothing", nothing);
  return g_test_run ();
}
