/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's text tower (spec 10). */

#include "model/clip_text.h"

#include <glib/gi18n-lib.h>

#include "model/config.h"

#define HEAD_WIDTH     64
#define MAX_LAYERS     256
#define LEGACY_EOS     2
#define MIN_POSITIONS  2 /* a text's begin and end */

/* --- config.json ----------------------------------------------------------------------------- */

gboolean
cas_clip_text_config_load (CasClipTextConfig *config,
                           const char        *path,
                           GError           **error)
{
  static const char *const names[] = { "gelu", "quick_gelu" };
  static const CasActivation acts[] = { CAS_ACT_GELU, CAS_ACT_QUICK_GELU };
  g_autoptr (CasConfig) json = cas_config_open (path, error);

  if (json == NULL)
    return FALSE;

  *config = CAS_CLIP_TEXT_CONFIG_INIT;
  config->n_heads = (guint) cas_config_get_int (json, "num_attention_heads", 1, 1024, 0);
  config->eos_token_id = (guint32) cas_config_get_int (json, "eos_token_id", 0, G_MAXINT32,
                                                       LEGACY_EOS);
  config->eps = (float) cas_config_get_double (json, "layer_norm_eps", 1e-12, 1.0, config->eps);
  config->act = acts[cas_config_get_choice (json, "hidden_act", names, G_N_ELEMENTS (names), 0)];

  return cas_config_check (json, error);
}

/* --- loading --------------------------------------------------------------------------------- */

static CasClipNorm
norm_of (CasWeights *ws,
         guint32     c,
         const char *name)
{
  return (CasClipNorm) {
    .weight = cas_weights_get (ws, CAS_DIMS (c), "%s.weight", name),
    .bias = cas_weights_get (ws, CAS_DIMS (c), "%s.bias", name),
  };
}

static void
layer_init (CasClipLayer *layer,
            CasWeights   *ws,
            guint32       c)
{
  layer->norm1 = norm_of (ws, c, "layer_norm1");
  layer->q = cas_weights_linear (ws, c, c, "self_attn.q_proj");
  layer->k = cas_weights_linear (ws, c, c, "self_attn.k_proj");
  layer->v = cas_weights_linear (ws, c, c, "self_attn.v_proj");
  layer->out = cas_weights_linear (ws, c, c, "self_attn.out_proj");
  layer->norm2 = norm_of (ws, c, "layer_norm2");
  layer->fc1 = cas_weights_linear (ws, 0, c, "mlp.fc1");
  layer->fc2 = cas_weights_linear (ws, c, (guint32) layer->fc1.weight->dims[0], "mlp.fc2");
}

static void
text_model_init (CasClipText *m,
                 CasWeights  *ws)
{
  cas_weights_push_scope (ws, "text_model");

  m->tokens = cas_weights_get (ws, CAS_DIMS (0, 0), "embeddings.token_embedding.weight");
  m->n_vocabulary = (guint32) m->tokens->dims[0];
  m->c = (guint32) m->tokens->dims[1];
  m->positions = cas_weights_get (ws, CAS_DIMS (0, m->c), "embeddings.position_embedding.weight");
  m->n_positions = (guint32) m->positions->dims[0];
  if (m->n_positions < MIN_POSITIONS)
    cas_weights_fail (ws, _("tensor “%s” has %u positions, wanted at least %d"), m->positions->name,
                      m->n_positions, MIN_POSITIONS);

  m->n_layers = cas_weights_count (ws, MAX_LAYERS, "encoder.layers");
  m->layers = g_new0 (CasClipLayer, m->n_layers);
  for (guint i = 0; i < m->n_layers; i++)
    {
      cas_weights_push_scope (ws, "encoder.layers.%u", i);
      layer_init (&m->layers[i], ws, m->c);
      cas_weights_pop_scope (ws);
    }

  m->final_norm = norm_of (ws, m->c, "final_layer_norm");
  cas_weights_pop_scope (ws);
}

CasClipText *
cas_clip_text_new (CasWeights              *ws,
                   const CasClipTextConfig *config,
                   GError                 **error)
{
  g_autoptr (CasClipText) m = g_new0 (CasClipText, 1);

  m->weights = cas_weights_ref (ws);
  m->config = config != NULL ? *config : CAS_CLIP_TEXT_CONFIG_INIT;
  text_model_init (m, ws);
  m->projection.weight = cas_weights_get (ws, CAS_DIMS (0, m->c), "text_projection.weight");
  m->c_pooled = (guint32) m->projection.weight->dims[0];

  if (m->config.n_heads == 0)
    m->config.n_heads = MAX (m->c / HEAD_WIDTH, 1);
  if (m->c % (8 * m->config.n_heads) != 0)
    cas_weights_fail (ws, _("%u channels do not divide into %u heads of a multiple of 8"), m->c,
                      m->config.n_heads);

  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_clip_text_free (CasClipText *m)
{
  if (m == NULL)
    return;

  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m->layers);
  g_free (m);
}

void
cas_clip_text_set_extra (CasClipText     *m,
                         const CasWeight *rows,
                         const gint32    *replaced,
                         guint            n_replaced)
{
  m->extra = rows;
  m->replaced = replaced;
  m->n_replaced = n_replaced;
}

gint32
cas_clip_text_find_row (const CasClipText *m,
                        gint32             id)
{
  for (guint i = 0; i < m->n_replaced; i++)
    if (m->replaced[i] == id)
      return (gint32) (m->n_vocabulary + i);

  return id;
}

/* --- the network ----------------------------------------------------------------------------- */

static gboolean
is_legacy_eos (guint32 eos)
{
  return eos == 0 || eos == LEGACY_EOS;
}

gboolean
cas_clip_text_ends_with (const CasClipText *m,
                         gint32             id)
{
  return is_legacy_eos (m->config.eos_token_id) || (gint32) m->config.eos_token_id == id;
}

guint
cas_clip_text_pooled_position (const CasClipText *m,
                               const gint32      *ids,
                               guint              n_ids)
{
  guint32 eos = m->config.eos_token_id;
  gboolean is_legacy = is_legacy_eos (eos);
  guint position = 0;

  for (guint i = 0; i < n_ids; i++)
    if (is_legacy && ids[i] > ids[position])
      position = i;
    else if (!is_legacy && ids[i] == (gint32) eos)
      return i;

  return position;
}

static CasTensor
norm (CasGraph          *g,
      const CasClipText *m,
      const CasClipNorm *p,
      CasTensor          x)
{
  return cas_op_layer_norm (g, x, p->weight, p->bias, m->config.eps);
}

/* Queries, keys and values side by side: a text has too few rows to keep a device busy with one. */
static CasTensor
project (CasGraph           *g,
         const CasClipLayer *layer,
         CasTensor           x)
{
  guint32 c = x.shape.c;
  const CasLinearPiece pieces[] = {
    { layer->q.weight, layer->q.bias, 0, 0 },
    { layer->k.weight, layer->k.bias, c, 0 },
    { layer->v.weight, layer->v.bias, 2 * c, 0 },
  };

  return cas_op_linear_stack (g, x, pieces, G_N_ELEMENTS (pieces), 3 * c);
}

static CasTensor
run_layer (CasGraph           *g,
           const CasClipText  *m,
           const CasClipLayer *layer,
           CasTensor           x,
           CasTensor           mask)
{
  CasTensor h = norm (g, m, &layer->norm1, x);
  CasTensor qkv = project (g, layer, h);

  h = cas_op_attention (g, &(CasAttention) {
    .q = cas_tensor_channels (g, qkv, 0, m->c),
    .k = cas_tensor_channels (g, qkv, m->c, m->c),
    .v = cas_tensor_channels (g, qkv, 2 * m->c, m->c),
    .mask = mask,
    .n_heads = m->config.n_heads,
    .is_causal = TRUE,
  });
  x = cas_op_add (g, x, cas_op_linear (g, h, layer->out, CAS_ACT_NONE));

  h = norm (g, m, &layer->norm2, x);
  h = cas_op_linear (g, h, layer->fc1, m->config.act);
  return cas_op_add (g, x, cas_op_linear (g, h, layer->fc2, CAS_ACT_NONE));
}

void
cas_clip_text_forward (CasGraph          *g,
                       const CasClipText *m,
                       CasTensor          ids,
                       CasTensor          mask,
                       CasTensor          position,
                       CasTensor         *hidden,
                       CasTensor         *pooled)
{
  CasTensor x = cas_op_embedding (g, ids, m->tokens, m->extra, m->positions);

  for (guint i = 0; i < m->n_layers; i++)
    {
      cas_graph_push_scope (g, "encoder.layers.%u", i);
      x = run_layer (g, m, &m->layers[i], x, mask);
      cas_graph_pop_scope (g);
    }

  *hidden = x; /* without the final norm, which is the pooled state's alone */

  x = cas_op_select (g, x, position);
  x = norm (g, m, &m->final_norm, x);
  *pooled = cas_op_linear (g, x, m->projection, CAS_ACT_NONE);
}
