/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks with a LoRA on them, and without it again; new tokens. */

#include "golden/op-table.h"
#include "golden/network.h"
#include "golden/ops-text.h"

#include "model/adapters.h"

static CasAdapters *
load (GoldenCase            *c,
      const CasAdapterModel *model,
      const char *const     *names,
      GError               **error)
{
  g_autofree char *path = golden_case_dup_path (c, "lora", error);
  g_autoptr (CasLora) lora = path ? cas_lora_open (path, error) : NULL;
  g_autoptr (CasAdapters) adapters = lora ? cas_adapters_new (model) : NULL;

  if (!adapters || !cas_adapters_add (adapters, g_steal_pointer (&lora), 1.0, &names, error))
    return NULL;
  return g_steal_pointer (&adapters);
}

/* Stage C by itself has no tokens, so those of the file are left out. */
static gboolean
check_matched (CasAdapters *adapters,
               GError     **error)
{
  const CasAdapter *file = cas_adapters_get_nth (adapters, 0);
  guint n_tokens = file->lora->rows ? 2 : 0;

  if (file->n_unmatched == n_tokens)
    return TRUE;
  golden_fail (error, "%u tensors of the LoRA are not matched: “%s”", file->n_unmatched,
               file->first_unmatched);
  return FALSE;
}

static gboolean
run_stage_c (GoldenCase *c,
             GoldenRun  *run,
             CasStageC  *m,
             const char *output,
             GError    **error)
{
  golden_run_output (run, output, golden_run_stage_c (run, c, m, NULL), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_lora_stage_c (GoldenCase *c,
                     GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "stage_c", error);
  if (!run)
    return FALSE;
  CasWeights *ws = golden_run_get_weights (run);
  g_autoptr (CasStageC) m = cas_stage_c_new (ws, NULL, error);
  if (!m)
    return FALSE;
  const CasAdapterModel model = { .weights = { [CAS_LORA_STAGE_C] = ws } };
  g_autoptr (CasAdapters) adapters = load (c, &model, NULL, error);
  if (!adapters || !check_matched (adapters, error) || !cas_adapters_put_on (adapters, error))
    return FALSE;

  gboolean ok = run_stage_c (c, run, m, "y", error);
  g_clear_pointer (&run, golden_run_free); /* before what its graph reads */
  cas_adapters_take_off (adapters);
  if (!ok || !g_hash_table_contains (c->expected, "y_without_lora"))
    return ok;

  g_autoptr (GoldenRun) plain = golden_run_new (c, NULL, error);
  return plain && run_stage_c (c, plain, m, "y_without_lora", error);
}

/* --- tokens ---------------------------------------------------------------------------------- */

/* The case's texts come to the ids that it gives. */
static gboolean
check_ids (GoldenCase         *c,
           const CasTokenizer *tokenizer,
           const GoldenTensor *ids,
           GError            **error)
{
  JsonArray *texts;
  gint32 row[77];
  guint8 mask[G_N_ELEMENTS (row)];

  if (!golden_case_get_array (c, "texts", &texts, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (texts); i++)
    {
      const char *text = json_array_get_string_element (texts, i);

      if (!cas_tokenizer_encode_padded (tokenizer, text, G_N_ELEMENTS (row), row, mask, NULL, NULL,
                                        error))
        return FALSE;
      for (guint k = 0; k < G_N_ELEMENTS (row); k++)
        if (row[k] != ids->i64[i * G_N_ELEMENTS (row) + k])
          {
            golden_fail (error, "token %u of “%s” is %d, wanted %d", k, text, row[k],
                         (int) ids->i64[i * G_N_ELEMENTS (row) + k]);
            return FALSE;
          }
    }
  return TRUE;
}

static gboolean
add_positions (GoldenCase         *c,
               const CasClipText  *m,
               const GoldenTensor *ids,
               GError            **error)
{
  const guint n_tokens = (guint) ids->dims[1];
  GoldenTensor *positions = golden_case_add_output (c, "pooled_position", CAS_I64, 1, ids->dims,
                                                    error);
  g_autofree gint32 *row = g_new (gint32, n_tokens);

  for (guint i = 0; positions && i < ids->dims[0]; i++)
    {
      for (guint k = 0; k < n_tokens; k++)
        row[k] = (gint32) ids->i64[i * n_tokens + k];
      positions->i64[i] = cas_clip_text_pooled_position (m, row, n_tokens);
    }
  return positions != NULL;
}

static gboolean
run_text (GoldenCase         *c,
          GoldenRun          *run,
          const CasClipText  *m,
          const GoldenTensor *ids,
          GError            **error)
{
  const GoldenTensor *mask = golden_case_get_input (c, "mask", error);
  CasTensor position, hidden, pooled;

  if (!mask)
    return FALSE;
  CasTensor tokens = golden_add_ids (run, ids, m, &position);
  cas_clip_text_forward (golden_run_get_graph (run), m, tokens, golden_add_mask (run, mask),
                         position, &hidden, &pooled);
  golden_run_output (run, "hidden", hidden, GOLDEN_TOKENS);
  golden_run_output (run, "text_embeds", pooled, GOLDEN_ROWS);
  return golden_run_finish (run, error) && add_positions (c, m, ids, error);
}

gboolean
golden_retoken (GoldenCase *c,
                GError    **error)
{
  g_autofree char *vocab = golden_case_dup_path (c, "vocab", error);
  g_autofree char *merges = vocab ? golden_case_dup_path (c, "merges", error) : NULL;
  g_autoptr (CasTokenizer) tokenizer = merges ? cas_tokenizer_new (vocab, merges, error) : NULL;
  const GoldenTensor *ids = tokenizer ? golden_case_get_input (c, "ids", error) : NULL;
  g_autofree char *name = g_strdup_printf ("%s=%s", golden_case_peek_string (c, "token"),
                                           golden_case_peek_string (c, "init_regex"));
  const char *const names[] = { name, NULL };
  CasClipTextConfig config;

  if (!ids || !golden_read_clip_config (c, &config, error))
    return FALSE;
  g_autoptr (GoldenRun) run = golden_run_new (c, "clip_text", error);
  g_autoptr (CasClipText) m = run ? cas_clip_text_new (golden_run_get_weights (run), &config, error)
                                  : NULL;
  if (!m)
    return FALSE;
  /* the file is Stage C's too, whose attention is not here */
  g_autofree char *path = golden_case_dup_path (c, "lora", error);
  g_autoptr (CasLora) lora = path ? cas_lora_open (path, error) : NULL;
  g_autoptr (CasLoraRows) rows = cas_lora_rows_new (m, tokenizer);
  const char *const *rest = names;
  guint n_nameless;
  if (!lora || !cas_lora_rows_add (rows, lora, 1.0, &rest, &n_nameless, error)
      || !cas_lora_rows_put_on (rows, m, tokenizer, error) || !check_ids (c, tokenizer, ids, error))
    return FALSE;

  gboolean ok = run_text (c, run, m, ids, error);
  g_clear_pointer (&run, golden_run_free);
  return ok;
}
