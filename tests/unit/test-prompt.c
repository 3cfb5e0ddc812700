/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The syntax of prompts: what is weighted, what is text, what is drawn, and no input that takes
 * long or does harm. */

#include "io/prompt.h"

#include <string.h>

#include "pipeline/text.h"

/* Pieces as “text@weight”, one after the other with “;” between. */
static char *
describe (const CasPrompt *prompt)
{
  GString *text = g_string_new (NULL);
  guint32 at = 0;

  for (guint i = 0; i < prompt->pieces->len; i++)
    {
      const CasPromptPiece *piece = &g_array_index (prompt->pieces, CasPromptPiece, i);
      char weight[G_ASCII_DTOSTR_BUF_SIZE];

      g_assert_cmpuint (piece->begin, ==, at);
      g_assert_cmpuint (piece->end, >, piece->begin);
      at = piece->end;
      g_ascii_formatd (weight, sizeof weight, "%.4g", piece->weight);
      g_string_append_printf (text, "%s%.*s@%s", i > 0 ? ";" : "", (int) (piece->end - piece->begin),
                              prompt->text->str + piece->begin, weight);
    }
  g_assert_cmpuint (prompt->text->len, ==, at);
  g_assert_cmpuint (prompt->origins->len, ==, at);
  return g_string_free (text, FALSE);
}

static gboolean
is_token (const char *word,
          gsize       n_bytes,
          gpointer    data)
{
  return n_bytes == strlen (data) && g_ascii_strncasecmp (word, data, n_bytes) == 0;
}

static void
test_weights (void)
{
  static const struct { const char *prompt, *wanted; } cases[] = {
    { "", "" },
    { "a red house, at sunset: 7.5", "a red house, at sunset: 7.5@1" },
    { "a (red) house", "a @1;red@1.1; house@1" },
    { "a ((red)) house", "a @1;red@1.21; house@1" },
    { "a [red] house", "a @1;red@0.9091; house@1" },
    { "[[red]]", "red@0.8264" },
    { "([red])", "red@1" },
    { "(red:1.3)", "red@1.3" },
    { "(red: 1.3 )", "red@1.3" },
    { "(red:-1)", "red@-1" },
    { "(red:+.5)", "red@0.5" },
    { "(red:0)", "red@0" },
    { "((red:1.5))", "red@1.65" },
    { "((red:1.5) house:0.5)", "red@0.75; house@0.5" },
    { "(a:b:1.2)", "a:b@1.2" },
    { "(a:b)", "a:b@1.1" },
    { "(a:1.2.3)", "a:1.2.3@1.1" },
    { "(a:1e3)", "a:1e3@1.1" },
    { "(a:)", "a:@1.1" },
    { "(a:+)", "a:+@1.1" },
    { "(:1.5)", "" },
    { "()[](())", "" },
    { "(a:1)b(c:1.0)", "abc@1" },
    { "(a:2)(b:2)", "ab@2" },
    /* no partner */
    { "(a", "(a@1" },
    { "a)", "a)@1" },
    { ":) [a", ":) [a@1" },
    { "((a)", "(@1;a@1.1" },
    { "(a))", "a@1.1;)@1" },
    { "(a]", "(a]@1" },
    { "(a[b)c]", "a[b@1.1;c]@1" },
    { "(a:1.2", "(a:1.2@1" },
    { "a:1.2)", "a:1.2)@1" },
    /* escapes */
    { "\\(a\\)", "(a)@1" },
    { "\\[a\\]", "[a]@1" },
    { "(\\(a\\):2)", "(a)@2" },
    { "(a\\:2)", "a\\@2" },
    { "(a\\)", "(a)@1" },
    { "\\\\(a)", "\\@1;a@1.1" },
    { "\\", "\\@1" },
    { "a\\b \\{c\\|d\\}", "a\\b {c|d}@1" },
    { "(a:\\1.2)", "a:\\1.2@1.1" },
    /* comments */
    { "# a\nb", "b@1" },
    { "a\n# (b\nc)", "a\nc)@1" },
    { "a\n#", "a\n@1" },
    { "a # b", "a # b@1" },
    { "\\# a", "# a@1" },
    { "(a\n#:3)\nb:2)", "a\nb@2" },
    /* tokens */
    { "[Rex] on [grass]", "[Rex] on @1;grass@0.9091" },
    { "([rex]:1.5)", "[rex]@1.5" },
    { "[[rex]]", "[rex]@0.9091" },
    { "\\[rex\\]", "[rex]@1" },
    { "[ rex ]", " rex @0.9091" },
    /* other programs' */
    { "[a:b:0.5] (c)", "[a:b:0.5] @1;c@1.1" },
    { "[(a:2):5]", "[@1;a@2;:5]@1" },
    { "[a:b]", "a:b@0.9091" },
    { "[a|b]", "[a|b]@1" },
    { "(a|b)", "a|b@1.1" },
    { "{a}", "{a}@1" },
    { "한(국:2)🐶", "한@1;국@2;🐶@1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasPrompt) prompt = cas_prompt_parse (cases[i].prompt, is_token, (gpointer) "[rex]");
      g_autofree char *found = describe (prompt);

      if (!g_str_equal (found, cases[i].wanted))
        g_error ("“%s” is “%s”, wanted “%s”", cases[i].prompt, found, cases[i].wanted);
    }
}

/* Without syntax the text is what was given, in one piece, each byte where it stood. */
static void
test_plain (void)
{
  static const char plain[] = "a red house’s door, 7:30 # <|endoftext|> \"x\" embedding:cat 한국\n*";
  g_autoptr (CasPrompt) prompt = cas_prompt_parse (plain, NULL, NULL);

  g_assert_cmpstr (prompt->text->str, ==, plain);
  g_assert_cmpuint (prompt->pieces->len, ==, 1);
  g_assert_cmpuint (prompt->notices->len, ==, 0);
  for (guint i = 0; i < prompt->origins->len; i++)
    g_assert_cmpuint (g_array_index (prompt->origins, guint32, i), ==, i);
  g_assert_null (cas_prompt_draw (plain, 1, CAS_PROMPT_POSITIVE));
}

static void
test_origins (void)
{
  static const char text[] = "# x\n(a:2)\\(b";
  g_autoptr (CasPrompt) prompt = cas_prompt_parse (text, NULL, NULL);

  g_assert_cmpstr (prompt->text->str, ==, "a(b");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (text[g_array_index (prompt->origins, guint32, i)], ==, prompt->text->str[i]);
}

static void
test_notices (void)
{
  static const struct { const char *prompt; guint n; const char *says; } cases[] = {
    { "(a:1.3) [b] \\(c\\) {d|e}", 0, NULL },
    { "a BREAK b", 1, "“BREAK”" },
    { "a AND b AND c", 1, "“AND”" },
    { "SAND BREAKS LAND_AND and break", 0, NULL },
    { "(BREAK)", 1, "“BREAK”" },
    { "BREAK AND", 2, "“BREAK”" },
    { "[a:b:0.5] [c::3]", 1, "“[a:b:0.5]”" },
    { "[a|b]", 1, "“[a|b]”" },
    { "[a:b:1][c|d]", 2, "between steps" },
    { "(a:1000) (b:-1000)", 1, "“(a:1000)”" },
    { "[0123456789012345678901234567890123456789:1]", 1,
      "“[012345678901234567890123456789012345678…”" },
    { "# BREAK\na", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasPrompt) prompt = cas_prompt_parse (cases[i].prompt, NULL, NULL);

      if (prompt->notices->len != cases[i].n)
        g_error ("“%s” is told of %u times", cases[i].prompt, prompt->notices->len);
      if (cases[i].says && !strstr (prompt->notices->pdata[0], cases[i].says))
        g_error ("“%s” does not say %s", (char *) prompt->notices->pdata[0], cases[i].says);
    }
}

/* --- wildcards ----------------------------------------------------------------------------- */

static void
test_draw (void)
{
  static const struct { const char *prompt; const char *options[7]; } cases[] = {
    { "a {red|blue} car", { "a red car", "a blue car" } },
    { "{a|b|c}", { "a", "b", "c" } },
    { "{a|{b|c}}", { "a", "b", "c" } },
    { "{{a|b} x|c}", { "a x", "b x", "c" } },
    { "{a|b}{c|d}", { "ac", "ad", "bc", "bd" } },
    { "{|a}", { "", "a" } },
    { "{(a|b)}", { "(a", "b)" } },
    { "{:(|:)}", { ":(", ":)" } },
    { "{a|b} {c", { "a {c", "b {c" } },
    { "{a|\\|\\}}", { "a", "\\|\\}" } },
    { "{{a}|b}", { "{a}", "b" } },
    { "# {x|y}\n{a|b}", { "# {x|y}\na", "# {x|y}\nb" } },
    { "(a:{1|2})", { "(a:1)", "(a:2)" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint seen = 0, all = 0;

      for (guint seed = 0; seed < 64; seed++)
        {
          g_autofree char *drawn = cas_prompt_draw (cases[i].prompt, seed, CAS_PROMPT_POSITIVE);
          g_autofree char *again = cas_prompt_draw (cases[i].prompt, seed, CAS_PROMPT_POSITIVE);
          guint option = 0;

          g_assert_nonnull (drawn);
          g_assert_cmpstr (drawn, ==, again);
          while (cases[i].options[option] && !g_str_equal (drawn, cases[i].options[option]))
            option++;
          if (!cases[i].options[option])
            g_error ("“%s” gave “%s”", cases[i].prompt, drawn);
          seen |= 1 << option;
        }
      for (guint option = 0; cases[i].options[option]; option++)
        all |= 1 << option;
      if (seen != all)
        g_error ("“%s” never gave some of its options (%x of %x)", cases[i].prompt, seen, all);
    }
}

static void
test_draw_none (void)
{
  static const char *const cases[] = {
    "", "a", "{a}", "a|b", "{a", "a|b}", "\\{a|b}", "{a|b\\}", "{a\\|b}", "# {a|b}", "}{a|b",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *drawn = cas_prompt_draw (cases[i], 1, CAS_PROMPT_POSITIVE);

      if (drawn)
        g_error ("“%s” gave “%s”", cases[i], drawn);
    }
}

/* Options are about as frequent as each other, the two prompts draw apart, and seeds that give one
 * picture give one text. */
static void
test_draw_fairly (void)
{
  guint n[3] = { 0 }, n_same = 0;

  for (guint64 seed = 0; seed < 3000; seed++)
    {
      g_autofree char *a = cas_prompt_draw ("{0|1|2}", seed, CAS_PROMPT_POSITIVE);
      g_autofree char *b = cas_prompt_draw ("{0|1|2}", seed, CAS_PROMPT_NEGATIVE);
      g_autofree char *c = cas_prompt_draw ("{0|1|2}", seed + (G_GUINT64_CONSTANT (3) << 32),
                                            CAS_PROMPT_POSITIVE);

      n[*a - '0']++;
      n_same += *a == *b;
      g_assert_cmpstr (a, ==, c);
    }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (ABS ((int) n[i] - 1000), <, 100);
  g_assert_cmpuint (ABS ((int) n_same - 1000), <, 100);
}

/* --- hostile input ------------------------------------------------------------------------- */

static void
test_long (void)
{
  static const char *const units[] = {
    "(", ")", "[", "]", "{", "}", "|", "{|", "[|", "(:", ":1", "(a:1)", "([", "[(", "{a|b}", "\\", "#",
    "\n#", "AND ", "[a:1]", "(]", "[)", "\xff", "(a:", "{{|}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    for (guint closes = 0; closes < 2; closes++)
      {
        g_autoptr (GString) text = g_string_new (NULL);

        while (text->len < CAS_TOKENIZER_MAX_TEXT_BYTES / 2)
          g_string_append (text, units[i]);
        while (text->len < CAS_TOKENIZER_MAX_TEXT_BYTES)
          g_string_append (text, closes ? ")]}" : units[i]);

        g_autoptr (CasPrompt) prompt = cas_prompt_parse (text->str, is_token, (gpointer) "[a]");
        g_autofree char *found = describe (prompt);
        g_autofree char *drawn = cas_prompt_draw (text->str, i, CAS_PROMPT_POSITIVE);

        g_assert_cmpuint (prompt->notices->len, <=, 5);
      }
}

/* Every way to put a few of the characters one after another. */
static void
test_all_short (void)
{
  static const char alphabet[] = "()[]{}|:1a\\#\n";
  const guint n = sizeof alphabet - 1;

  for (guint i = 0; i < n * n * n * n * n; i++)
    {
      char text[6] = { 0 };

      for (guint k = 0, rest = i; k < 5; k++, rest /= n)
        text[k] = alphabet[rest % n];

      g_autoptr (CasPrompt) prompt = cas_prompt_parse (text, is_token, (gpointer) "[a]");
      g_autofree char *found = describe (prompt);
      g_autofree char *drawn = cas_prompt_draw (text, i, CAS_PROMPT_NEGATIVE);

      if (drawn)
        g_assert_cmpuint (strlen (drawn), <, strlen (text));
    }
}

/* --- tokens -------------------------------------------------------------------------------- */

static CasTokenizer *
open_tokenizer (void)
{
  g_autofree char *vocab = g_test_build_filename (G_TEST_DIST, "data", "tokenizer", "vocab.json", NULL);
  g_autofree char *merges = g_test_build_filename (G_TEST_DIST, "data", "tokenizer", "merges.txt", NULL);
  g_autoptr (GError) error = NULL;
  CasTokenizer *tokenizer = cas_tokenizer_new (vocab, merges, &error);

  g_assert_no_error (error);
  return tokenizer;
}

static void
test_tokens (void)
{
  g_autoptr (CasTokenizer) tokenizer = open_tokenizer ();
  g_autoptr (GError) error = NULL;
  static const char plain[] = "a red house on green hills";
  static const char weighted[] = "a (red:1.5) house \\# on ((green)) hills";
  g_autoptr (CasPrompt) prompt = cas_prompt_parse (plain, NULL, NULL);
  g_autoptr (GArray) tokens = cas_prompt_encode (prompt, tokenizer, &error);
  g_autoptr (GArray) ids = cas_tokenizer_encode (tokenizer, plain, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tokens->len, ==, ids->len);
  for (guint i = 0; i < ids->len; i++)
    {
      const CasPromptToken *token = &g_array_index (tokens, CasPromptToken, i);

      g_assert_cmpint (token->id, ==, g_array_index (ids, gint32, i));
      g_assert_cmpfloat (token->weight, ==, 1);
    }

  g_autoptr (CasPrompt) prompt2 = cas_prompt_parse (weighted, NULL, NULL);
  g_autoptr (GArray) tokens2 = cas_prompt_encode (prompt2, tokenizer, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < tokens2->len; i++)
    {
      const CasPromptToken *token = &g_array_index (tokens2, CasPromptToken, i);
      const char *at = weighted + token->start;
      const float wanted = at < strstr (weighted, "red") || at >= strstr (weighted, " hills") ? 1
                           : at < strstr (weighted, ":1.5") ? 1.5f
                           : at < strstr (weighted, "green") ? 1 : 1.21f;

      g_assert_cmpfloat_with_epsilon (token->weight, wanted, 1e-6);
    }

  g_assert_false (cas_tokenizer_is_added (tokenizer, "[rex]", 5));
  g_assert_true (cas_tokenizer_add (tokenizer, "[Rex]", cas_tokenizer_get_n_ids (tokenizer), &error));
  g_assert_true (cas_tokenizer_is_added (tokenizer, "[rEX] x", 5));
  g_assert_false (cas_tokenizer_is_added (tokenizer, "[rEX] x", 7));
  g_assert_false (cas_tokenizer_is_added (tokenizer, "[\xff]", 3));
}

/* The chunks of a job's longest text, however many pictures and however long the texts are. */
static void
test_chunks (void)
{
  g_autoptr (CasTokenizer) tokenizer = open_tokenizer ();
  g_autofree char *full = g_strnfill (CAS_JOB_MAX_PROMPT - 10, 'a');
  g_autofree char *spaces = g_strnfill (CAS_JOB_MAX_PROMPT - 10, ' ');
  g_autoptr (GString) five = g_string_new (NULL);

  for (char *c = full + 1; c < full + CAS_JOB_MAX_PROMPT - 10; c += 2)
    *c = ' ';
  for (guint i = 0; i < 5 * 75; i++)
    g_string_append (five, "a ");

  g_autofree char *endless = g_strconcat ("{a|b}", full, NULL);
  g_autofree char *empty = g_strconcat ("{a|b}", spaces, NULL);
  g_autofree char *seldom = g_strdup_printf ("{a|b|c|d|%s}", five->str);
  const struct { const char *prompt, *negative; guint n_images, n_chunks; } rows[] = {
    { "", "", 1, 1 },      { five->str, "", 1, 5 }, { "", five->str, 3, 5 },
    { seldom, "", 50, 5 }, { "", seldom, 50, 5 },   { empty, "", 500, 1 },
    { endless, endless, CAS_JOB_MAX_IMAGES, CAS_TEXT_MAX_CHUNKS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const CasJobParams job = {
        .prompt = rows[i].prompt, .negative = rows[i].negative, .n_images = rows[i].n_images,
      };
      g_autoptr (GError) error = NULL;
      guint n_chunks;

      cas_texts_count (&job, tokenizer, 77, &n_chunks, &error);
      g_assert_no_error (error);
      g_test_message ("%u", i);
      g_assert_cmpuint (n_chunks, ==, rows[i].n_chunks);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/weights", test_weights);
  g_test_add_func ("/prompt/plain", test_plain);
  g_test_add_func ("/prompt/origins", test_origins);
  g_test_add_func ("/prompt/notices", test_notices);
  g_test_add_func ("/prompt/draw", test_draw);
  g_test_add_func ("/prompt/draw-none", test_draw_none);
  g_test_add_func ("/prompt/draw-fairly", test_draw_fairly);
  g_test_add_func ("/prompt/long", test_long);
  g_test_add_func ("/prompt/all-short", test_all_short);
  g_test_add_func ("/prompt/tokens", test_tokens);
  g_test_add_func ("/prompt/chunks", test_chunks);
  return g_test_run ();
}
