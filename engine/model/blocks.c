/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The blocks of Stage B and Stage C (spec 2). */

#include "model/blocks.h"

#include <glib/gi18n-lib.h>

static const CasTensor no_tensor = CAS_NO_TENSOR;

/* --- channelwise: C and F ------------------------------------------------------------------ */

static void
channelwise_init (CasChannelwise *mix,
                  CasWeights     *ws,
                  guint32         c_in,
                  guint32         c_out)
{
  mix->expand = cas_weights_linear (ws, 0, c_in, "channelwise.0");

  guint64 hidden = mix->expand.weight->dims[0];
  mix->gamma = cas_weights_get (ws, CAS_DIMS (1, 1, 1, hidden), "channelwise.2.gamma");
  mix->beta = cas_weights_get (ws, CAS_DIMS (1, 1, 1, hidden), "channelwise.2.beta");
  mix->contract = cas_weights_linear (ws, c_out, (guint32) hidden, "channelwise.4");
}

static CasTensor
channelwise (CasGraph             *g,
             const CasChannelwise *mix,
             CasTensor             x)
{
  x = cas_op_linear (g, x, mix->expand, CAS_ACT_GELU);
  x = cas_op_grn (g, x, mix->gamma, mix->beta);
  return cas_op_linear (g, x, mix->contract, CAS_ACT_NONE);
}

void
cas_res_block_init (CasResBlock *block,
                    CasWeights  *ws,
                    guint32      c,
                    guint32      c_skip)
{
  block->c = c;
  block->c_skip = c_skip;
  block->depthwise = cas_weights_conv (ws, CAS_DIMS (c, 1, 3, 3), "depthwise");
  channelwise_init (&block->channelwise, ws, c + c_skip, c);
}

CasTensor
cas_res_block (CasGraph          *g,
               const CasResBlock *block,
               CasTensor          x,
               CasTensor          skip)
{
  CasTensor h = cas_op_depthwise (g, x, block->depthwise.weight, block->depthwise.bias,
                                  1, CAS_PAD_ZERO);

  h = cas_op_layer_norm (g, h, NULL, NULL, CAS_NORM_EPS);
  if (block->c_skip > 0)
    h = cas_op_concat (g, h, skip); /* the skip as it is: neither convolved nor normalised */
  h = channelwise (g, &block->channelwise, h);

  return cas_op_add (g, x, h);
}

void
cas_feed_forward_block_init (CasFeedForwardBlock *block,
                             CasWeights          *ws,
                             guint32              c)
{
  block->c = c;
  channelwise_init (&block->channelwise, ws, c, c);
}

CasTensor
cas_feed_forward_block (CasGraph                  *g,
                        const CasFeedForwardBlock *block,
                        CasTensor                  x)
{
  CasTensor h = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);

  return cas_op_add (g, x, channelwise (g, &block->channelwise, h));
}

/* --- timestep -------------------------------------------------------------------------------- */

void
cas_timestep_block_init (CasTimestepBlock *block,
                         CasWeights       *ws,
                         guint32           c)
{
  static const char *const names[] = { "mapper", "mapper_sca", "mapper_crp" };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == CAS_MAX_TIMESTEP_CONDITIONS);

  block->c = c;
  block->n_conditions = 0;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (i == 0 || cas_weights_peek (ws, "%s.weight", names[i]) != NULL)
      block->mappers[block->n_conditions++]
        = cas_weights_linear (ws, 2 * c, CAS_TIMESTEP_WIDTH, "%s", names[i]);
}

void
cas_timestep_block_add_pieces (const CasTimestepBlock *block,
                               guint32                 first_row,
                               GArray                 *pieces)
{
  for (guint i = 0; i < block->n_conditions; i++)
    {
      CasLinearPiece piece = {
        .weight = block->mappers[i].weight,
        .bias = block->mappers[i].bias,
        .first_row = first_row,
        .first_channel = i * CAS_TIMESTEP_WIDTH,
      };

      g_array_append_val (pieces, piece);
    }
}

/* --- attention ------------------------------------------------------------------------------- */

void
cas_attn_block_init (CasAttnBlock *block,
                     CasWeights   *ws,
                     guint32       c,
                     guint32       c_cond)
{
  if (c % CAS_HEAD_WIDTH != 0)
    cas_weights_fail (ws, _("an attention block is %u wide, wanted a multiple of %d"), c,
                      CAS_HEAD_WIDTH);

  block->c = c;
  block->c_cond = c_cond;
  block->is_cross_only = FALSE;
  block->kv_mapper = cas_weights_linear (ws, c, c_cond, "kv_mapper.1");
  block->out = cas_weights_linear (ws, c, c, "attention.attn.out_proj");

  CasLinear in_proj = {
    .weight = cas_weights_get (ws, CAS_DIMS (3 * c, c), "attention.attn.in_proj_weight"),
    .bias = cas_weights_get (ws, CAS_DIMS (3 * c), "attention.attn.in_proj_bias"),
    .n_rows = c,
  };
  for (guint i = 0; i < 3; i++)
    {
      block->qkv[i] = in_proj;
      in_proj.first_row += c;
    }
}

/* The first of n linears, with those that follow it in the rows of the same weight; says how many
 * it took. */
static CasLinear
join_linears (const CasLinear *linears,
              guint            n,
              guint           *n_joined)
{
  CasLinear joined = linears[0];
  guint i = 1;

  while (i < n && linears[i].weight == joined.weight
         && linears[i].first_row == joined.first_row + joined.n_rows)
    joined.n_rows += linears[i++].n_rows;

  *n_joined = i;
  return joined;
}

/* All n projections of x side by side in the channels. */
static CasTensor
project (CasGraph        *g,
         CasTensor        x,
         const CasLinear *linears,
         guint            n)
{
  guint n_joined;
  CasTensor y = cas_op_linear (g, x, join_linears (linears, n, &n_joined), CAS_ACT_NONE);

  while (n_joined < n)
    {
      guint n_more;
      CasLinear next = join_linears (linears + n_joined, n - n_joined, &n_more);

      y = cas_op_concat (g, y, cas_op_linear (g, x, next, CAS_ACT_NONE));
      n_joined += n_more;
    }

  return y;
}

CasTensor
cas_attn_block_condition (CasGraph           *g,
                          const CasAttnBlock *block,
                          CasTensor           cond)
{
  cond = cas_op_linear (g, cond, block->kv_mapper, CAS_ACT_NONE);
  return project (g, cond, &block->qkv[1], 2);
}

CasTensor
cas_attn_block (CasGraph           *g,
                const CasAttnBlock *block,
                CasTensor           x,
                CasTensor           cond_kv)
{
  guint32 c = block->c;
  CasTensor pixels = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);
  CasTensor qkv = project (g, pixels, block->qkv, block->is_cross_only ? 1 : 3);
  gboolean sees_pixels = !block->is_cross_only;

  CasTensor y = cas_op_attention (g, &(CasAttention) {
    .q = cas_tensor_channels (g, qkv, 0, c),
    .k = sees_pixels ? cas_tensor_channels (g, qkv, c, c) : no_tensor,
    .v = sees_pixels ? cas_tensor_channels (g, qkv, 2 * c, c) : no_tensor,
    .k2 = cas_tensor_channels (g, cond_kv, 0, c),
    .v2 = cas_tensor_channels (g, cond_kv, c, c),
    .n_heads = c / CAS_HEAD_WIDTH,
  });
  y = cas_op_linear (g, y, block->out, CAS_ACT_NONE);

  return cas_op_add (g, x, y);
}

/* --- between levels -------------------------------------------------------------------------- */

void
cas_up_down_block_init (CasUpDownBlock *block,
                        CasWeights     *ws,
                        guint32         c_in,
                        guint32         c_out,
                        gboolean        is_up,
                        gboolean        resizes)
{
  /* the other entry of the list is the interpolation */
  block->map = cas_weights_conv1x1 (ws, c_out, c_in, is_up ? "blocks.1" : "blocks.0");
  block->is_up = is_up;
  block->resizes = resizes;
}

CasTensor
cas_up_down_block (CasGraph             *g,
                   const CasUpDownBlock *block,
                   CasTensor             x)
{
  if (block->is_up && block->resizes)
    x = cas_op_bilinear (g, x, x.shape.h * 2, x.shape.w * 2);
  x = cas_op_linear (g, x, block->map, CAS_ACT_NONE);
  if (!block->is_up && block->resizes)
    x = cas_op_bilinear (g, x, x.shape.h / 2, x.shape.w / 2);

  return x;
}
