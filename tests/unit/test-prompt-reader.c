/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prompts as they are shown while they are typed. */

#include "cascade/error.h"
#include "cascade/prompt.h"

static CasPromptReader *
open_demo (void)
{
  g_autoptr (GError) error = NULL;
  CasPromptReader *reader = cas_prompt_reader_new (NULL, &error);

  g_assert_no_error (error);
  return reader;
}

static void
counts (void)
{
  g_autofree char *long_one = g_strnfill (76 * 2, 'a');
  const struct { const char *prompt; guint n_tokens, n_chunks; } cases[] = {
    { "", 0, 1 },
    { "a red house", 3, 1 },
    { "(a red:1.3) house", 3, 1 },
    { "# said to no one\na red house", 3, 1 },
    { "a {red|red} house", 3, 1 },
    { long_one, 76, 2 },
  };
  g_autoptr (CasPromptReader) reader = open_demo ();

  for (guint i = 0; i < 76; i++)
    long_one[2 * i + 1] = ' ';
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasPromptReading) reading =
        cas_prompt_reader_read (reader, cases[i].prompt, &error);

      g_test_message ("%s", cases[i].prompt);
      g_assert_no_error (error);
      g_assert_cmpuint (reading->n_tokens, ==, cases[i].n_tokens);
      g_assert_cmpuint (reading->n_chunks, ==, cases[i].n_chunks);
    }
}

/* Spans are bytes of what was typed, the brackets left out. */
static void
spans (void)
{
  static const struct { const char *prompt; guint n; CasPromptSpan wanted[3]; } cases[] = {
    { "a red house", 0, { { 0 } } },
    { "a (red:1.5) house", 1, { { 3, 6, 1.5 } } },
    { "(é) [b]", 2, { { 1, 3, 1.1 }, { 6, 7, 1 / 1.1 } } },
    { "a ((red) house:2)", 2, { { 4, 7, 2.2 }, { 8, 14, 2 } } },
    { "(open", 0, { { 0 } } },
  };
  g_autoptr (CasPromptReader) reader = open_demo ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasPromptReading) reading =
        cas_prompt_reader_read (reader, cases[i].prompt, NULL);

      g_test_message ("%s", cases[i].prompt);
      g_assert_nonnull (reading);
      g_assert_cmpuint (reading->spans->len, ==, cases[i].n);
      for (guint j = 0; j < cases[i].n; j++)
        {
          const CasPromptSpan *span = &g_array_index (reading->spans, CasPromptSpan, j);

          g_assert_cmpuint (span->begin, ==, cases[i].wanted[j].begin);
          g_assert_cmpuint (span->end, ==, cases[i].wanted[j].end);
          g_assert_cmpfloat_with_epsilon (span->weight, cases[i].wanted[j].weight, 1e-5);
        }
    }
}

static void
refusals (void)
{
  g_autoptr (CasPromptReader) reader = open_demo ();
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_prompt_reader_read (reader, "\xff", &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_clear_error (&error);
  g_assert_null (cas_prompt_reader_new ("/nowhere", &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-reader/counts", counts);
  g_test_add_func ("/prompt-reader/spans", spans);
  g_test_add_func ("/prompt-reader/refusals", refusals);
  return g_test_run ();
}
