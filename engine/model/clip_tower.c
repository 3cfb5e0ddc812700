/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layers that CLIP's towers share (spec 10, 11). */

#include "model/clip_tower.h"

#include <glib/gi18n-lib.h>

#define HEAD_WIDTH 64
#define MAX_LAYERS 256

void
cas_clip_config_read (CasClipConfig *config,
                      CasConfig     *json)
{
  static const char *const names[] = { "gelu", "quick_gelu" };
  static const CasActivation acts[] = { CAS_ACT_GELU, CAS_ACT_QUICK_GELU };
  const guint usual = config->act == CAS_ACT_QUICK_GELU;

  config->n_heads = (guint) cas_config_get_int (json, "num_attention_heads", 1, 1024, 0);
  config->eps = (float) cas_config_get_double (json, "layer_norm_eps", 1e-12, 1.0, config->eps);
  config->act = acts[cas_config_get_choice (json, "hidden_act", names, G_N_ELEMENTS (names),
                                            usual)];
}

/* --- loading --------------------------------------------------------------------------------- */

CasClipNorm
cas_clip_norm_get (CasWeights *ws,
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
  layer->norm1 = cas_clip_norm_get (ws, c, "layer_norm1");
  layer->q = cas_weights_linear (ws, c, c, "self_attn.q_proj");
  layer->k = cas_weights_linear (ws, c, c, "self_attn.k_proj");
  layer->v = cas_weights_linear (ws, c, c, "self_attn.v_proj");
  layer->out = cas_weights_linear (ws, c, c, "self_attn.out_proj");
  layer->norm2 = cas_clip_norm_get (ws, c, "layer_norm2");
  layer->fc1 = cas_weights_linear (ws, 0, c, "mlp.fc1");
  layer->fc2 = cas_weights_linear (ws, c, (guint32) layer->fc1.weight->dims[0], "mlp.fc2");
}

void
cas_clip_tower_init (CasClipTower        *tower,
                     CasWeights          *ws,
                     const CasClipConfig *config,
                     guint32              c)
{
  tower->config = *config;
  if (tower->config.n_heads == 0)
    tower->config.n_heads = MAX (c / HEAD_WIDTH, 1);
  if (c % (8 * tower->config.n_heads) != 0)
    cas_weights_fail (ws, _("%u channels do not divide into %u heads of a multiple of 8"), c,
                      tower->config.n_heads);

  tower->n_layers = cas_weights_count (ws, MAX_LAYERS, "encoder.layers");
  tower->layers = g_new0 (CasClipLayer, tower->n_layers);
  for (guint i = 0; i < tower->n_layers; i++)
    {
      cas_weights_push_scope (ws, "encoder.layers.%u", i);
      layer_init (&tower->layers[i], ws, c);
      cas_weights_pop_scope (ws);
    }
}

void
cas_clip_tower_clear (CasClipTower *tower)
{
  g_clear_pointer (&tower->layers, g_free);
  tower->n_layers = 0;
}

/* --- the network ----------------------------------------------------------------------------- */

CasTensor
cas_clip_tower_norm (CasGraph           *g,
                     const CasClipTower *tower,
                     const CasClipNorm  *norm,
                     CasTensor           x)
{
  return cas_op_layer_norm (g, x, norm->weight, norm->bias, tower->config.eps);
}

/* Queries, keys and values side by side: there are too few tokens to keep a device busy with one. */
static CasTensor
project (CasGraph           *g,
         const CasClipLayer *layer,
         CasTensor           x)
{
  const guint32 c = x.shape.c;
  const CasLinearPiece pieces[] = {
    { layer->q.weight, layer->q.bias, 0, 0 },
    { layer->k.weight, layer->k.bias, c, 0 },
    { layer->v.weight, layer->v.bias, 2 * c, 0 },
  };

  return cas_op_linear_stack (g, x, pieces, G_N_ELEMENTS (pieces), 3 * c);
}

static CasTensor
run_layer (CasGraph           *g,
           const CasClipTower *tower,
           const CasClipLayer *layer,
           CasTensor           x,
           CasTensor           mask,
           gboolean            is_causal)
{
  const guint32 c = x.shape.c;
  CasTensor h = cas_clip_tower_norm (g, tower, &layer->norm1, x);
  CasTensor qkv = project (g, layer, h);

  h = cas_op_attention (g, &(CasAttention) {
    .q = cas_tensor_channels (g, qkv, 0, c),
    .k = cas_tensor_channels (g, qkv, c, c),
    .v = cas_tensor_channels (g, qkv, 2 * c, c),
    .mask = mask,
    .n_heads = tower->config.n_heads,
    .is_causal = is_causal,
  });
  x = cas_op_add (g, x, cas_op_linear (g, h, layer->out, CAS_ACT_NONE));

  h = cas_clip_tower_norm (g, tower, &layer->norm2, x);
  h = cas_op_linear (g, h, layer->fc1, tower->config.act);
  return cas_op_add (g, x, cas_op_linear (g, h, layer->fc2, CAS_ACT_NONE));
}

CasTensor
cas_clip_tower_forward (CasGraph           *g,
                        const CasClipTower *tower,
                        CasTensor           x,
                        CasTensor           mask,
                        gboolean            is_causal)
{
  for (guint i = 0; i < tower->n_layers; i++)
    {
      cas_graph_push_scope (g, "encoder.layers.%u", i);
      x = run_layer (g, tower, &tower->layers[i], x, mask, is_causal);
      cas_graph_pop_scope (g);
    }

  return x;
}
