/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text tower, from token ids to what the networks take. */

#include "golden/ops-text.h"

#include "golden/op-table.h"

gboolean
golden_read_clip_config (GoldenCase        *c,
                         CasClipTextConfig *config,
                         GError           **error)
{
  const char *act = golden_case_peek_string (c, "act");
  double heads, eps, eos;

  if (!golden_case_get_number (c, "heads", &heads, error)
      || !golden_case_get_number (c, "eps", &eps, error)
      || !golden_case_get_number (c, "eos_config", &eos, error))
    return FALSE;

  *config = CAS_CLIP_TEXT_CONFIG_INIT;
  config->n_heads = (guint) heads;
  config->eos_token_id = (guint32) eos;
  config->eps = (float) eps;
  config->act = g_strcmp0 (act, "quick_gelu") == 0 ? CAS_ACT_QUICK_GELU : CAS_ACT_GELU;
  return TRUE;
}

CasTensor
golden_add_ids (GoldenRun          *run,
                const GoldenTensor *ids,
                const CasClipText  *m,
                CasTensor          *position)
{
  guint32 n = (guint32) ids->dims[0];
  guint32 n_tokens = (guint32) ids->dims[1];
  g_autofree gint32 *values = g_new (gint32, ids->n_elements);
  g_autofree gint32 *positions = g_new (gint32, n);

  for (gsize i = 0; i < ids->n_elements; i++)
    values[i] = (gint32) ids->i64[i];
  for (guint32 i = 0; i < n; i++)
    positions[i] = (gint32) cas_clip_text_pooled_position (m, values + i * n_tokens, n_tokens);
  for (gsize i = 0; i < ids->n_elements; i++)
    values[i] = cas_clip_text_find_row (m, values[i]);

  *position = golden_run_values (run, "position", CAS_I32, CAS_SHAPE (n, 1, 1, 1), positions);
  return golden_run_values (run, "ids", CAS_I32, CAS_SHAPE (n, 1, n_tokens, 1), values);
}

CasTensor
golden_add_mask (GoldenRun          *run,
                 const GoldenTensor *mask)
{
  g_autofree float *values = g_new (float, mask->n_elements);

  for (gsize i = 0; i < mask->n_elements; i++)
    values[i] = (float) mask->i64[i];
  return golden_run_values (run, "mask", CAS_F32,
                            CAS_SHAPE ((guint32) mask->dims[0], 1, 1, (guint32) mask->dims[1]),
                            values);
}

gboolean
golden_clip_text (GoldenCase *c,
                  GError    **error)
{
  const GoldenTensor *ids = golden_case_get_input (c, "ids", error);
  const GoldenTensor *mask = g_hash_table_lookup (c->inputs, "mask");
  CasClipTextConfig config;

  if (!ids || !golden_read_clip_config (c, &config, error))
    return FALSE;
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasClipText) m = cas_clip_text_new (golden_run_get_weights (run), &config, error);
  if (!m)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor position, hidden, pooled;
  CasTensor tokens = golden_add_ids (run, ids, m, &position);
  cas_clip_text_forward (g, m, tokens, mask ? golden_add_mask (run, mask) : CAS_NO_TENSOR, position,
                         &hidden, &pooled);
  golden_run_output (run, "hidden", hidden, GOLDEN_TOKENS);
  golden_run_output (run, "text_embeds", pooled, GOLDEN_ROWS);
  if (g_hash_table_contains (c->expected, "last_hidden_state_normed"))
    golden_run_output (run, "last_hidden_state_normed",
                       cas_op_layer_norm (g, hidden, m->final_norm.weight, m->final_norm.bias,
                                          config.eps),
                       GOLDEN_TOKENS);
  return golden_run_finish (run, error);
}
