/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EfficientNet-V2-S (spec 6). */

#include "model/effnet.h"

#include <glib/gi18n-lib.h>

#define BACKBONE_EPS     1e-3f
#define MAPPER_EPS       1e-5f
#define N_RGB            3
#define HEAD_STAGE       7
#define MAX_STAGE_BLOCKS 64

/* What the tensors cannot say of the stages between stem and head. */
static const struct
{
  gboolean is_fused;
  guint    stride; /* of the first block */
} stages[HEAD_STAGE] = {
  { 0 }, { TRUE, 1 }, { TRUE, 2 }, { TRUE, 2 }, { FALSE, 2 }, { FALSE, 1 }, { FALSE, 2 },
};

/* --- loading --------------------------------------------------------------------------------- */

/* NAME.0 and NAME.1; dims: of the weight [out, in, k, k]. */
static CasEffnetConv
conv_init (CasWeights *ws,
           CasDims     dims,
           guint       stride,
           const char *name)
{
  CasEffnetConv conv = {
    .weight = cas_weights_get (ws, dims, "%s.0.weight", name),
    .stride = stride,
    .pad = (guint) dims.size[3] / 2,
  };
  const guint64 c = conv.weight->dims[0];

  conv.norm = (CasBatchNorm) {
    .weight = cas_weights_get (ws, CAS_DIMS (c), "%s.1.weight", name),
    .bias = cas_weights_get (ws, CAS_DIMS (c), "%s.1.bias", name),
    .mean = cas_weights_get (ws, CAS_DIMS (c), "%s.1.running_mean", name),
    .var = cas_weights_get (ws, CAS_DIMS (c), "%s.1.running_var", name),
  };
  return conv;
}

static guint32
n_out (const CasEffnetConv *conv)
{
  return (guint32) conv->weight->dims[0];
}

static guint32
fused_init (CasEffnetBlock *block,
            CasWeights     *ws,
            guint32         c,
            guint           stride)
{
  const gboolean is_plain = cas_weights_peek (ws, "block.1.0.weight") == NULL;

  block->kind = is_plain ? CAS_EFFNET_FUSED_PLAIN : CAS_EFFNET_FUSED;
  block->expand = conv_init (ws, CAS_DIMS (0, c, 3, 3), stride, "block.0");
  if (is_plain)
    return n_out (&block->expand);

  block->project = conv_init (ws, CAS_DIMS (0, n_out (&block->expand), 1, 1), 1, "block.1");
  return n_out (&block->project);
}

static guint32
mbconv_init (CasEffnetBlock *block,
             CasWeights     *ws,
             guint32         c,
             guint           stride)
{
  block->kind = CAS_EFFNET_MBCONV;
  block->expand = conv_init (ws, CAS_DIMS (0, c, 1, 1), 1, "block.0");

  const guint32 wide = n_out (&block->expand);

  block->depthwise = conv_init (ws, CAS_DIMS (wide, 1, 3, 3), stride, "block.1");
  block->squeeze.reduce = cas_weights_conv1x1 (ws, 0, wide, "block.2.fc1");
  block->squeeze.expand = cas_weights_conv1x1 (
      ws, wide, (guint32) block->squeeze.reduce.weight->dims[0], "block.2.fc2");
  block->project = conv_init (ws, CAS_DIMS (0, wide, 1, 1), 1, "block.3");
  return n_out (&block->project);
}

/* The blocks of one stage, on c channels, are added to blocks; returns the channels they give. */
static guint32
stage_init (GArray     *blocks,
            CasWeights *ws,
            guint32     c,
            guint       stage)
{
  const guint n = cas_weights_count (ws, MAX_STAGE_BLOCKS, "%u", stage);

  if (n == 0)
    cas_weights_fail (ws, _("“backbone.%u” has no blocks"), stage);
  for (guint i = 0; i < n; i++)
    {
      const guint stride = i == 0 ? stages[stage].stride : 1;
      const guint32 c_before = c;
      CasEffnetBlock block = { .stage = stage, .number = i };

      cas_weights_push_scope (ws, "%u.%u", stage, i);
      c = stages[stage].is_fused ? fused_init (&block, ws, c, stride)
                                 : mbconv_init (&block, ws, c, stride);
      cas_weights_pop_scope (ws);
      block.has_residual = stride == 1 && c == c_before;
      g_array_append_val (blocks, block);
    }
  return c;
}

void
cas_effnet_backbone_init (CasEffnetBackbone *backbone,
                          CasWeights        *ws)
{
  GArray *blocks = g_array_new (FALSE, TRUE, sizeof (CasEffnetBlock));

  cas_weights_push_scope (ws, "backbone");

  backbone->stem = conv_init (ws, CAS_DIMS (0, 0, 3, 3), 2, "0");
  backbone->c_in = (guint32) backbone->stem.weight->dims[1];
  if (backbone->c_in != N_RGB)
    backbone->stem.pad = 0;

  guint32 c = n_out (&backbone->stem);
  for (guint stage = 1; stage < HEAD_STAGE; stage++)
    c = stage_init (blocks, ws, c, stage);
  backbone->n_blocks = blocks->len;
  backbone->blocks = (CasEffnetBlock *) g_array_free (blocks, FALSE);

  backbone->head = conv_init (ws, CAS_DIMS (0, c, 1, 1), 1, G_STRINGIFY (HEAD_STAGE));
  backbone->c_out = n_out (&backbone->head);
  cas_weights_pop_scope (ws);
}

void
cas_effnet_backbone_clear (CasEffnetBackbone *backbone)
{
  g_clear_pointer (&backbone->blocks, g_free);
  backbone->n_blocks = 0;
}

CasEffnet *
cas_effnet_new (CasWeights *ws,
                GError    **error)
{
  g_autoptr (CasEffnet) m = g_new0 (CasEffnet, 1);

  m->weights = cas_weights_ref (ws);
  cas_effnet_backbone_init (&m->backbone, ws);
  m->mapper.weight = cas_weights_get (ws, CAS_DIMS (0, m->backbone.c_out, 1, 1), "mapper.0.weight");
  m->c_latent = (guint32) m->mapper.weight->dims[0];
  m->mapper_norm = (CasBatchNorm) {
    .mean = cas_weights_get (ws, CAS_DIMS (m->c_latent), "mapper.1.running_mean"),
    .var = cas_weights_get (ws, CAS_DIMS (m->c_latent), "mapper.1.running_var"),
  };
  if (m->backbone.c_in != N_RGB)
    cas_weights_fail (ws, _("the encoder's first convolution takes %u channels, wanted %d"),
                      m->backbone.c_in, N_RGB);

  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_effnet_free (CasEffnet *m)
{
  if (m == NULL)
    return;

  cas_effnet_backbone_clear (&m->backbone);
  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

/* --- the network ----------------------------------------------------------------------------- */

static CasTensor
normed (CasGraph            *g,
        CasTensor            x,
        const CasEffnetConv *conv,
        CasActivation        act)
{
  x = cas_op_batch_norm (g, x, conv->norm, BACKBONE_EPS);
  return act != CAS_ACT_NONE ? cas_op_activation (g, x, act) : x;
}

static CasTensor
convolve (CasGraph            *g,
          CasTensor            x,
          const CasEffnetConv *conv,
          CasActivation        act)
{
  x = cas_op_conv (g, x, conv->weight, NULL, conv->stride, conv->pad, CAS_ACT_NONE);
  return normed (g, x, conv, act);
}

/* x times a weight of each channel, out of the means of all of them. */
static CasTensor
squeeze (CasGraph               *g,
         CasTensor               x,
         const CasEffnetSqueeze *p)
{
  CasTensor s = cas_op_mean (g, x);

  s = cas_op_linear (g, s, p->reduce, CAS_ACT_SILU);
  s = cas_op_linear (g, s, p->expand, CAS_ACT_SIGMOID);
  return cas_op_multiply (g, x, s);
}

static CasTensor
run_block (CasGraph             *g,
           const CasEffnetBlock *block,
           CasTensor             x)
{
  CasTensor y = convolve (g, x, &block->expand, CAS_ACT_SILU);

  if (block->kind == CAS_EFFNET_MBCONV)
    {
      y = cas_op_depthwise (g, y, block->depthwise.weight, NULL, block->depthwise.stride,
                            CAS_PAD_ZERO);
      y = normed (g, y, &block->depthwise, CAS_ACT_SILU);
      y = squeeze (g, y, &block->squeeze);
    }
  if (block->kind != CAS_EFFNET_FUSED_PLAIN)
    y = convolve (g, y, &block->project, CAS_ACT_NONE);

  return block->has_residual ? cas_op_add (g, x, y) : y;
}

CasTensor
cas_effnet_backbone_forward (CasGraph                *g,
                             const CasEffnetBackbone *backbone,
                             CasTensor                x)
{
  x = convolve (g, x, &backbone->stem, CAS_ACT_SILU);
  for (guint i = 0; i < backbone->n_blocks; i++)
    {
      const CasEffnetBlock *block = &backbone->blocks[i];

      cas_graph_push_scope (g, "backbone.%u.%u", block->stage, block->number);
      x = run_block (g, block, x);
      cas_graph_pop_scope (g);
    }

  return convolve (g, x, &backbone->head, CAS_ACT_SILU);
}

CasTensor
cas_effnet_encode (CasGraph        *g,
                   const CasEffnet *m,
                   CasTensor        image)
{
  /* (x − mean) / std of the pictures that the backbone was first trained on */
  static const float scale[N_RGB] = { 1 / 0.229f, 1 / 0.224f, 1 / 0.225f };
  static const float shift[N_RGB] = { -0.485f / 0.229f, -0.456f / 0.224f, -0.406f / 0.225f };
  CasTensor x = cas_op_affine (g, image, scale, shift);

  x = cas_effnet_backbone_forward (g, &m->backbone, x);
  x = cas_op_linear (g, x, m->mapper, CAS_ACT_NONE);
  return cas_op_batch_norm (g, x, m->mapper_norm, MAPPER_EPS);
}
