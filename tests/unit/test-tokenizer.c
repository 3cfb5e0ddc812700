/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tokenizer against the reference's ids, and its tables against broken files. */

#include "cascade/error.h"
#include "io/bpe.h"
#include "io/safetensors.h"
#include "io/tokenizer.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH 77

static char *
data_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "tokenizer", name, NULL);
}

static CasTokenizer *
load_tokenizer (void)
{
  g_autofree char *vocab = data_path ("vocab.json");
  g_autofree char *merges = data_path ("merges.txt");
  g_autoptr (GError) error = NULL;
  CasTokenizer *t = cas_tokenizer_new (vocab, merges, &error);

  g_assert_no_error (error);
  return t;
}

static void
read_row (CasSafetensors *st,
          const char     *name,
          guint           row,
          gint64         *values)
{
  g_autoptr (GError) error = NULL;
  const CasSafetensorsEntry *entry = cas_safetensors_lookup (st, name);

  g_assert_nonnull (entry);
  g_assert_cmpint (entry->dtype, ==, CAS_I64);
  cas_safetensors_read (st, entry, row * LENGTH * sizeof (gint64), values,
                        LENGTH * sizeof (gint64), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < LENGTH; i++)
    values[i] = (gint64) GUINT64_FROM_LE ((guint64) values[i]);
}

static void
check_padded (CasTokenizer   *t,
              const char     *text,
              CasSafetensors *expected,
              guint           row)
{
  g_autoptr (GError) error = NULL;
  gint64 wanted_ids[LENGTH], wanted_mask[LENGTH];
  gint32 ids[LENGTH];
  guint8 mask[LENGTH];

  read_row (expected, "ids", row, wanted_ids);
  read_row (expected, "mask", row, wanted_mask);
  cas_tokenizer_encode_padded (t, text, LENGTH, ids, mask, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < LENGTH; i++)
    if (ids[i] != wanted_ids[i] || mask[i] != wanted_mask[i])
      g_error ("“%s”, place %u: id %d mask %d, wanted %d %d", text, i, ids[i], mask[i],
               (int) wanted_ids[i], (int) wanted_mask[i]);
}

static void
check_full (CasTokenizer *t,
            const char   *text,
            JsonArray    *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = cas_tokenizer_encode (t, text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ids->len + 2, ==, json_array_get_length (wanted));
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpint (g_array_index (ids, gint32, i), ==,
                     json_array_get_int_element (wanted, i + 1));
}

static void
test_reference (gconstpointer name)
{
  g_autofree char *case_path = g_test_build_filename (G_TEST_DIST, "data", "tokenizer", name,
                                                      "case.json", NULL);
  g_autofree char *expected_path = g_test_build_filename (G_TEST_DIST, "data", "tokenizer", name,
                                                          "expected.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (CasTokenizer) t = load_tokenizer ();

  json_parser_load_from_file (parser, case_path, &error);
  g_assert_no_error (error);
  g_autoptr (CasSafetensors) expected = cas_safetensors_open (expected_path, &error);
  g_assert_no_error (error);

  JsonObject *params = json_object_get_object_member (json_node_get_object
                                                        (json_parser_get_root (parser)), "params");
  g_assert_cmpint (cas_tokenizer_get_bos (t), ==, json_object_get_int_member (params, "bos"));
  g_assert_cmpint (cas_tokenizer_get_eos (t), ==, json_object_get_int_member (params, "eos"));
  if (json_object_has_member (params, "added_tokens"))
    {
      JsonObject *added = json_object_get_object_member (params, "added_tokens");
      g_autoptr (GList) members = json_object_get_members (added);

      for (GList *l = members; l != NULL; l = l->next)
        {
          cas_tokenizer_add (t, l->data, (gint32) json_object_get_int_member (added, l->data),
                             &error);
          g_assert_no_error (error);
        }
    }

  JsonArray *texts = json_object_get_array_member (params, "texts");
  for (guint i = 0; i < json_array_get_length (texts); i++)
    check_padded (t, json_array_get_string_element (texts, i), expected, i);
  if (json_object_has_member (params, "full_ids"))
    {
      JsonArray *full_ids = json_object_get_array_member (params, "full_ids");

      for (guint i = 0; i < json_array_get_length (texts); i++)
        check_full (t, json_array_get_string_element (texts, i),
                    json_array_get_array_element (full_ids, i));
    }
}

static void
test_cut (void)
{
  static const struct { const char *text; guint length, n_dropped; const char *rest; } cases[] = {
    { "a dog", 4, 0, "" },
    { "a dog", 3, 1, "dog" },
    { "a dog", 2, 2, "a dog" },
    { "  A \t dog  ", 3, 1, "dog  " },
    { "", 2, 0, "" },
    { "  ", 2, 0, "" },
    { "a DOG, a dog", 5, 2, "a dog" },
    { "123", 4, 1, "3" },
    { "'s't're", 4, 1, "'re" },
    { "a <|endoftext|> dog", 4, 1, "dog" },
    { "a <|endoftext|> dog", 3, 2, "<|endoftext|> dog" },
    { "a [X]dog", 4, 1, "dog" },
    { "a [X]dog", 3, 2, "[X]dog" },
    { "dog e\xcc\x81 dog", 5, 1, "dog" },       /* é in two characters */
    { "dog e\xcc\x81 dog", 4, 2, "e\xcc\x81 dog" }, /* cut within é */
    { "dog e\xcc\x81 dog", 3, 3, "e\xcc\x81 dog" },
    { "dog\xe3\x80\x80" "12", 4, 1, "2" },
    { "\xc4\xb0 dog", 5, 1, "dog" },         /* İ gives more bytes than it has */
  };
  g_autoptr (CasTokenizer) t = load_tokenizer ();

  g_assert_true (cas_tokenizer_add (t, "[x]", 774, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint32 ids[8];
      guint8 mask[8];
      guint n_dropped;
      gsize cut_at;

      cas_tokenizer_encode_padded (t, cases[i].text, cases[i].length, ids, mask, &n_dropped,
                                   &cut_at, &error);
      g_assert_no_error (error);
      if (n_dropped != cases[i].n_dropped || strcmp (cases[i].text + cut_at, cases[i].rest) != 0)
        g_error ("case %u: %u tokens from “%s”, wanted %u from “%s”", i, n_dropped,
                 cases[i].text + cut_at, cases[i].n_dropped, cases[i].rest);
      g_assert_cmpint (ids[0], ==, 772);
      g_assert_cmpint (ids[cases[i].length - 1], ==, 773);
    }
}

/* Pairs that are to give the same tokens. */
static void
test_normalisation (void)
{
  static const struct { const char *a, *b; } pairs[] = {
    { "ABC", "abc" },
    { "ÀÉÎ", "a\xcc\x80" "e\xcc\x81" "i\xcc\x82" },
    { "İ", "i\xcc\x87" },
    { "I", "i" },
    { "ⅠⅯ", "ⅰⅿ" },
    { "ⒶⓏ", "ⓐⓩ" },
    { "ΣΑΣ", "σασ" },
    { "ẞ", "ß" },
    { "ǅ", "ǆ" },
    { "𐐀", "𐐨" },
    { "\xe2\x84\xab", "å" },                     /* the ångström sign */
    { "각", "\xea\xb0\x80\xe1\x86\xa8" },        /* a syllable and a final consonant */
    { "q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87" }, /* marks are put in order */
    { "a\xc2\x85" "b\xe2\x80\xa8" "c", "a b c" },
    { "a\xe2\x80\x80\xe3\x80\x80 b", "a b" },
  };
  g_autoptr (CasTokenizer) t = load_tokenizer ();

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GArray) a = cas_tokenizer_encode (t, pairs[i].a, NULL);
      g_autoptr (GArray) b = cas_tokenizer_encode (t, pairs[i].b, NULL);

      if (a->len != b->len || memcmp (a->data, b->data, a->len * sizeof (gint32)) != 0)
        g_error ("“%s” and “%s” differ", pairs[i].a, pairs[i].b);
    }
}

static void
test_bad_text (void)
{
  g_autofree char *longest = g_strnfill (CAS_TOKENIZER_MAX_TEXT_BYTES, 'a');
  g_autofree char *too_long = g_strnfill (CAS_TOKENIZER_MAX_TEXT_BYTES + 1, 'a');
  const char *const bad[] = { too_long, "\xff", "a\xc0\x80", "\xed\xa0\x80", "dog\xe3\x80" };
  g_autoptr (CasTokenizer) t = load_tokenizer ();
  g_autoptr (GError) no_error = NULL;
  g_autoptr (GArray) ids = cas_tokenizer_encode (t, longest, &no_error);

  g_assert_no_error (no_error);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_tokenizer_encode (t, bad[i], &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
    }
}

/* Texts of the greatest length that are the hardest for one part of the work each. */
static void
test_hard_text (void)
{
  static const char *const pieces[] = {
    "in", "\xcc\x95\xcc\x96", "\xe1\x84\x92\xe1\x85\xa1", "<|endoftext|>", "<", "[x", "!",
    "\xc4\xb0", "\xf0\x9d\x85\xa0", " ", "'s",
  };
  g_autoptr (CasTokenizer) t = load_tokenizer ();

  g_assert_true (cas_tokenizer_add (t, "[x]", 774, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      while (text->len + strlen (pieces[i]) <= CAS_TOKENIZER_MAX_TEXT_BYTES)
        g_string_append (text, pieces[i]);
      g_autoptr (GArray) ids = cas_tokenizer_encode (t, text->str, &error);
      g_assert_no_error (error);
    }
}

/* The plainest way: again and again the leftmost pair of the lowest rank. */
static guint
encode_plainly (const CasVocabulary *v,
                const guint8        *word,
                guint                n,
                gint32              *ids)
{
  for (guint i = 0; i < n; i++)
    ids[i] = i + 1 < n ? v->byte_ids[word[i]] : v->last_byte_ids[word[i]];

  for (;;)
    {
      const CasMerge *best = NULL;
      guint at = 0;

      for (guint i = 0; i + 1 < n; i++)
        {
          const CasMerge *merge = cas_vocabulary_find_merge (v, ids[i], ids[i + 1]);

          if (merge != NULL && (best == NULL || merge->rank < best->rank))
            {
              best = merge;
              at = i;
            }
        }
      if (best == NULL)
        return n;
      ids[at] = best->id;
      memmove (ids + at + 1, ids + at + 2, (n - at - 2) * sizeof *ids);
      n--;
    }
}

static void
test_bpe (void)
{
  g_autofree char *vocab = data_path ("vocab.json");
  g_autofree char *merges = data_path ("merges.txt");
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GError) error = NULL;
  CasVocabulary v;
  CasBpe bpe;

  cas_vocabulary_load (&v, vocab, merges, &error);
  g_assert_no_error (error);
  g_assert_true (cas_bpe_init (&bpe, 64));
  for (guint round = 0; round < 20000; round++)
    {
      /* letters of the merges, so that there is much to merge */
      static const char letters[] = "aeioudgnrtshlcpbmw";
      guint n = (guint) g_rand_int_range (random, 1, 65);
      guint8 word[64];
      gint32 wanted[64];

      for (guint i = 0; i < n; i++)
        word[i] = (guint8) letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      guint n_wanted = encode_plainly (&v, word, n, wanted);
      guint n_got = 0;
      cas_bpe_run (&bpe, &v, word, n);
      for (guint i = 0; i < n; i++)
        if (bpe.symbols[i].id >= 0)
          {
            g_assert_cmpuint (n_got, <, n_wanted);
            g_assert_cmpint (bpe.symbols[i].id, ==, wanted[n_got]);
            n_got++;
          }
      g_assert_cmpuint (n_got, ==, n_wanted);
    }
  cas_bpe_clear (&bpe);
  cas_vocabulary_clear (&v);
}

static void
test_add (void)
{
  g_autoptr (CasTokenizer) t = load_tokenizer ();
  static const struct { const char *token; gint32 id; } bad[] = {
    { "", 774 }, { "\xff", 774 }, { "[A]", 776 }, { "[b]", -1 }, { "[b]", G_MAXINT32 },
  };

  g_assert_cmpint (cas_tokenizer_get_n_ids (t), ==, 774);
  g_assert_true (cas_tokenizer_add (t, "[a]", 774, NULL));
  g_assert_true (cas_tokenizer_add (t, "[a][a]", 775, NULL));
  g_assert_cmpint (cas_tokenizer_get_n_ids (t), ==, 776);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cas_tokenizer_add (t, bad[i].token, bad[i].id, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
    }

  /* the longest goes first */
  g_autoptr (GArray) ids = cas_tokenizer_encode (t, "[A][a][a]", NULL);
  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpint (g_array_index (ids, gint32, 0), ==, 775);
  g_assert_cmpint (g_array_index (ids, gint32, 1), ==, 774);
}

/* The good files with one thing replaced. */
static void
test_broken_files (void)
{
  static const struct { const char *file, *from, *to, *says; } cases[] = {
    { "vocab.json", "{\"!\"", "[\"!\"", "line 1: “{” is missing" },
    { "vocab.json", "\"A\": 32", "\"A\": -1", "a whole number is missing" },
    { "vocab.json", "\"A\": 32", "\"A\": 1.5", "not whole" },
    { "vocab.json", "\"A\": 32", "\"A\": 2147483647", "“A” is too large" },
    { "vocab.json", "\"A\": 32", "\"A\": {\"b\": 1}", "a whole number is missing" },
    { "vocab.json", "\"A\": 32,", "", "“A” is missing" },
    { "vocab.json", "\"A</w>\"", "\"Ax\"", "“A</w>” is missing" },
    { "vocab.json", "\"A\": 32", "\"!\": 32", "“!” is there twice" },
    { "vocab.json", "<|startoftext|>", "<s>", "“<|startoftext|>” is missing" },
    { "vocab.json", "<|endoftext|>", "<s>", "“<|endoftext|>” is missing" },
    { "vocab.json", ": 773}", ": 773", "“}” or “,” is missing" },
    { "vocab.json", ": 773}", ": 773},", "something follows the end" },
    { "vocab.json", ": 773}", ": 773}\n\xff", "line 2: this is not UTF-8" },
    { "merges.txt", "\nt h\n", "\nt\n", "line 4: wanted two tokens" },
    { "merges.txt", "\nt h\n", "\nt  h\n", "line 4: wanted two tokens" },
    { "merges.txt", "\nt h\n", "\nt h e\n", "line 4: wanted two tokens" },
    { "merges.txt", "\nt h\n", "\nt \n", "line 4: wanted two tokens" },
    { "merges.txt", "\nt h\n", "\nth in\n", "line 4: the token “thin” is not in the vocabulary" },
    { "merges.txt", "\nt h\n", "\ni n\n", "merges 1 and 3 are the same" },
    { "merges.txt", "\nt h\n", "\nt \xff\n", "line 4: this is not UTF-8" },
    { "merges.txt", "\nt h\n", NULL, "it has 2 merges, and the vocabulary wants 260" },
  };
  g_autoptr (GError) folder_error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("weir-tokenizer-XXXXXX", &folder_error);
  g_autofree char *path = g_build_filename (folder, "broken", NULL);
  g_autofree char *vocab = data_path ("vocab.json");
  g_autofree char *merges = data_path ("merges.txt");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean is_vocab = strcmp (cases[i].file, "vocab.json") == 0;
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_get_contents (is_vocab ? vocab : merges, &text, NULL, NULL));
      g_autoptr (GString) broken = g_string_new (text);
      if (cases[i].to == NULL) /* cut off there */
        g_string_truncate (broken, strstr (text, cases[i].from) - text);
      else
        g_assert_cmpuint (g_string_replace (broken, cases[i].from, cases[i].to, 1), ==, 1);
      g_assert_true (g_file_set_contents (path, broken->str, (gssize) broken->len, NULL));

      g_autoptr (CasTokenizer) t
        = cas_tokenizer_new (is_vocab ? path : vocab, is_vocab ? merges : path, &error);
      if (t != NULL)
        g_error ("case %u was accepted, wanted “%s”", i, cases[i].says);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      if (strstr (error->message, cases[i].says) == NULL)
        g_error ("case %u: “%s” does not say “%s”", i, error->message, cases[i].says);
      g_assert_nonnull (strstr (error->message, path));
    }
  g_remove (path);
  g_rmdir (folder);
}

static void
test_truncated_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-tokenizer-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "cut", NULL);
  g_autofree char *vocab = data_path ("vocab.json");
  g_autofree char *merges = data_path ("merges.txt");
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (vocab, &text, &size, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  for (gsize n = size - 1; n + 1 > 0; n = n > 300 ? n - 97 : n - 1)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (truncate (path, (off_t) n), ==, 0);
      g_assert_null (cas_tokenizer_new (path, merges, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
    }
  g_remove (path);
  g_rmdir (folder);
}

static void
test_missing_files (void)
{
  g_autofree char *vocab = data_path ("vocab.json");
  g_autofree char *missing = data_path ("missing");
  g_autoptr (GError) no_vocab = NULL;
  g_autoptr (GError) no_merges = NULL;

  g_assert_null (cas_tokenizer_new (missing, missing, &no_vocab));
  g_assert_error (no_vocab, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (cas_tokenizer_new (vocab, missing, &no_merges));
  g_assert_error (no_merges, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (no_merges->message, missing));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tokenizer/reference", "tokenizer", test_reference);
  g_test_add_data_func ("/tokenizer/reference-added", "tokenizer_added_token", test_reference);
  g_test_add_func ("/tokenizer/cut", test_cut);
  g_test_add_func ("/tokenizer/normalisation", test_normalisation);
  g_test_add_func ("/tokenizer/bad-text", test_bad_text);
  g_test_add_func ("/tokenizer/hard-text", test_hard_text);
  g_test_add_func ("/tokenizer/bpe", test_bpe);
  g_test_add_func ("/tokenizer/add", test_add);
  g_test_add_func ("/tokenizer/broken-files", test_broken_files);
  g_test_add_func ("/tokenizer/truncated-files", test_truncated_files);
  g_test_add_func ("/tokenizer/missing-files", test_missing_files);
  return g_test_run ();
}
