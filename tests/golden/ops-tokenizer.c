/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a text to token ids. */

#include "golden/op-table.h"

#include "io/tokenizer.h"

#define N_TOKENS 77

static CasTokenizer *
load_tokenizer (GoldenCase *c,
                GError    **error)
{
  g_autofree char *vocab = golden_case_dup_path (c, "vocab", error);
  g_autofree char *merges = vocab ? golden_case_dup_path (c, "merges", error) : NULL;
  g_autoptr (CasTokenizer) tokenizer = merges ? cas_tokenizer_new (vocab, merges, error) : NULL;
  if (!tokenizer || !json_object_has_member (c->params, "added_tokens"))
    return g_steal_pointer (&tokenizer);

  JsonObject *added = json_object_get_object_member (c->params, "added_tokens");
  g_autoptr (GList) tokens = json_object_get_members (added);
  for (GList *l = tokens; l; l = l->next)
    if (!cas_tokenizer_add (tokenizer, l->data,
                            (gint32) json_object_get_int_member (added, l->data), error))
      return NULL;
  return g_steal_pointer (&tokenizer);
}

/* Begin, all tokens of the text, end: against the list that the case gives. */
static gboolean
check_full_ids (const CasTokenizer *tokenizer,
                const char         *text,
                JsonArray          *wanted,
                GError            **error)
{
  g_autoptr (GArray) ids = cas_tokenizer_encode (tokenizer, text, error);
  if (!ids)
    return FALSE;

  gint32 bos = cas_tokenizer_get_bos (tokenizer);
  gint32 eos = cas_tokenizer_get_eos (tokenizer);
  g_array_prepend_val (ids, bos);
  g_array_append_val (ids, eos);

  gboolean is_equal = ids->len == json_array_get_length (wanted);
  for (guint i = 0; is_equal && i < ids->len; i++)
    is_equal = g_array_index (ids, gint32, i) == json_array_get_int_element (wanted, i);
  if (!is_equal)
    golden_fail (error, "full_ids of “%s” are others", text);
  return is_equal;
}

static gboolean
encode_row (const CasTokenizer *tokenizer,
            const char         *text,
            gint64             *ids,
            gint64             *mask,
            GError            **error)
{
  gint32 row_ids[N_TOKENS];
  guint8 row_mask[N_TOKENS];

  if (!cas_tokenizer_encode_padded (tokenizer, text, N_TOKENS, row_ids, row_mask,
                                    NULL, NULL, error))
    return FALSE;
  for (guint i = 0; i < N_TOKENS; i++)
    {
      ids[i] = row_ids[i];
      mask[i] = row_mask[i];
    }
  return TRUE;
}

gboolean
golden_tokenizer (GoldenCase *c,
                  GError    **error)
{
  g_autoptr (CasTokenizer) tokenizer = load_tokenizer (c, error);
  JsonArray *texts, *full_ids = NULL;

  if (!tokenizer || !golden_case_get_array (c, "texts", &texts, error))
    return FALSE;
  golden_case_get_array (c, "full_ids", &full_ids, NULL); /* some cases have none */

  guint n = json_array_get_length (texts);
  const guint64 dims[] = { n, N_TOKENS };
  GoldenTensor *ids = golden_case_add_output (c, "ids", CAS_I64, 2, dims, error);
  if (!ids)
    return FALSE;
  GoldenTensor *mask = golden_case_add_output (c, "mask", CAS_I64, 2, dims, error);
  if (!mask)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      const char *text = json_array_get_string_element (texts, i);

      if (!encode_row (tokenizer, text, ids->i64 + i * N_TOKENS, mask->i64 + i * N_TOKENS, error))
        return FALSE;
      if (full_ids
          && !check_full_ids (tokenizer, text, json_array_get_array_element (full_ids, i), error))
        return FALSE;
    }
  return TRUE;
}
