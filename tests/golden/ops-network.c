/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole networks, one forward pass each. */

#include "golden/network.h"

#include "golden/op-table.h"

#include "model/previewer.h"
#include "model/stage_a.h"
#include "model/stage_b.h"
#include "sample/timestep.h"

/* Embeddings of r and of as many extra conditions as the network has: sca and crp are 0 where the
 * case does not give them. */
static CasTensor
embed_timestep (GoldenRun  *run,
                GoldenCase *c,
                guint       n_conditions)
{
  static const char *const names[CAS_MAX_TIMESTEP_CONDITIONS] = { "r", "sca", "crp" };
  const GoldenTensor *r = g_hash_table_lookup (c->inputs, "r");

  if (!r)
    {
      cas_graph_fail (golden_run_get_graph (run), CAS_ERROR_BAD_PARAMETER,
                      "the case has no input “r”");
      return CAS_NO_TENSOR;
    }

  guint n = (guint) r->n_elements;
  g_autofree float *values = g_new (float, (gsize) n * n_conditions * CAS_TIMESTEP_SIZE);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n_conditions; k++)
      {
        const GoldenTensor *given = g_hash_table_lookup (c->inputs, names[k]);
        float value = given && given->n_elements == n ? given->f32[i] : 0;
        cas_timestep_embedding (value, values + (i * n_conditions + k) * CAS_TIMESTEP_SIZE);
      }
  return golden_run_values (run, "t", CAS_F32,
                            CAS_SHAPE (n, 1, 1, n_conditions * CAS_TIMESTEP_SIZE), values);
}

/* Keys and values of all attention blocks; free with g_free. */
static CasTensor *
condition (CasGraph      *g,
           const CasUNet *unet,
           CasTensor      cond)
{
  CasTensor *kv = g_new0 (CasTensor, unet->n_attn + 1);

  cas_unet_condition (g, unet, cond, kv);
  return kv;
}

/* Whether any level changes its size; only the case can tell. */
static gboolean
switches_level (GoldenCase *c)
{
  JsonArray *flags;

  if (!golden_case_get_array (c, "switch_level", &flags, NULL))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (flags); i++)
    if (json_array_get_boolean_element (flags, i))
      return TRUE;
  return FALSE;
}

static CasTensor
stage_c_tokens (GoldenRun       *run,
                const CasStageC *m)
{
  return cas_stage_c_condition (golden_run_get_graph (run), m,
                                golden_run_input (run, "clip_text", GOLDEN_TOKENS),
                                golden_run_input (run, "clip_text_pooled", GOLDEN_TOKENS),
                                golden_run_input (run, "clip_img", GOLDEN_TOKENS));
}

gboolean
golden_stage_c_cond (GoldenCase *c,
                     GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasStageC) m = cas_stage_c_new (golden_run_get_weights (run), NULL, error);
  if (!m)
    return FALSE;

  golden_run_output (run, "clip", stage_c_tokens (run, m), GOLDEN_TOKENS);
  return golden_run_finish (run, error);
}

CasTensor
golden_run_stage_c (GoldenRun       *run,
                    GoldenCase      *c,
                    const CasStageC *m,
                    const CasTensor *control)
{
  CasGraph *g = golden_run_get_graph (run);
  g_autofree CasTensor *kv = condition (g, &m->unet, stage_c_tokens (run, m));
  CasTensor t = embed_timestep (run, c, m->unet.n_conditions);
  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);

  return cas_stage_c_forward (g, m, x, cas_unet_modulation (g, &m->unet, t), kv, control);
}

gboolean
golden_stage_c (GoldenCase *c,
                GError    **error)
{
  CasStageCParams params = { .switches_level = switches_level (c) };
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasStageC) m = cas_stage_c_new (golden_run_get_weights (run), &params, error);
  if (!m)
    return FALSE;

  golden_run_output (run, "y", golden_run_stage_c (run, c, m, NULL), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_stage_b_cond (GoldenCase *c,
                     GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasStageB) m = cas_stage_b_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasTensor tokens = cas_stage_b_condition (golden_run_get_graph (run), m,
                                            golden_run_input (run, "clip", GOLDEN_TOKENS));
  golden_run_output (run, "clip", tokens, GOLDEN_TOKENS);
  return golden_run_finish (run, error);
}

gboolean
golden_stage_b (GoldenCase *c,
                GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasStageB) m = cas_stage_b_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor cond = cas_stage_b_condition (g, m, golden_run_input (run, "clip", GOLDEN_TOKENS));
  g_autofree CasTensor *kv = condition (g, &m->unet, cond);
  CasTensor pixels = CAS_NO_TENSOR;
  if (g_hash_table_contains (c->inputs, "pixels"))
    pixels = golden_run_input (run, "pixels", GOLDEN_NCHW);

  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  CasTensor guide = cas_stage_b_guide (g, m, golden_run_input (run, "effnet", GOLDEN_NCHW),
                                       pixels, x.shape.h, x.shape.w);
  CasTensor t = embed_timestep (run, c, m->unet.n_conditions);
  CasTensor y = cas_stage_b_forward (g, m, x, guide, cas_unet_modulation (g, &m->unet, t), kv);
  golden_run_output (run, "y", y, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_stage_a_decode (GoldenCase *c,
                       GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  double scale;

  if (!run || !golden_case_get_number (c, "scale_factor", &scale, error))
    return FALSE;
  g_autoptr (CasStageA) m = cas_stage_a_new (golden_run_get_weights (run), (float) scale, error);
  if (!m)
    return FALSE;

  CasTensor image = cas_stage_a_decode (golden_run_get_graph (run), m,
                                        golden_run_input (run, "latent", GOLDEN_NCHW));
  golden_run_output (run, "image", image, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_previewer (GoldenCase *c,
                  GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasPreviewer) m = cas_previewer_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasTensor image = cas_previewer_forward (golden_run_get_graph (run), m,
                                           golden_run_input (run, "latent", GOLDEN_NCHW));
  golden_run_output (run, "image", image, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}
