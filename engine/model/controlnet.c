/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets (spec 8, 14). */

#include "model/controlnet.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define NORM_EPS 1e-5f /* of the residual blocks: not CAS_NORM_EPS */

#define MAX_RES_BLOCKS  64   /* of a large backbone */
#define MAX_PROJECTIONS 1024

static const char *const kind_names[CAS_N_CONTROL_KINDS] = {
  [CAS_CONTROL_CANNY] = "canny",
  [CAS_CONTROL_INPAINTING] = "inpainting",
  [CAS_CONTROL_SUPER_RESOLUTION] = "super_resolution",
  [CAS_CONTROL_IDENTITY] = "identity",
  [CAS_CONTROL_OTHER] = "other",
};

static const char *const backbone_names[] = {
  [CAS_CONTROL_EFFNET] = "effnet",
  [CAS_CONTROL_SIMPLE] = "simple",
  [CAS_CONTROL_LARGE] = "large",
};

const char *
cas_control_kind_get_name (CasControlKind kind)
{
  g_return_val_if_fail (kind < CAS_N_CONTROL_KINDS, "");

  return kind_names[kind];
}

gboolean
cas_control_kind_from_name (const char     *name,
                            CasControlKind *kind)
{
  for (*kind = 0; *kind < CAS_N_CONTROL_KINDS; (*kind)++)
    if (strcmp (name, kind_names[*kind]) == 0)
      return TRUE;
  return FALSE;
}

const char *
cas_control_backbone_get_name (CasControlBackbone backbone)
{
  g_return_val_if_fail (backbone < G_N_ELEMENTS (backbone_names), "");

  return backbone_names[backbone];
}

/* --- the backbone ----------------------------------------------------------------------------- */

static CasControlBackbone
find_backbone (CasWeights *ws)
{
  if (cas_weights_peek (ws, "backbone.0.0.weight") != NULL)
    return CAS_CONTROL_EFFNET;
  if (cas_weights_peek (ws, "backbone.10.blocks.0.weight") != NULL)
    return CAS_CONTROL_LARGE;

  return CAS_CONTROL_SIMPLE;
}

/* 3×3 to more channels and 3×3 back. */
static void
simple_init (CasControlNet *m,
             CasWeights    *ws)
{
  m->first = cas_weights_conv (ws, CAS_DIMS (0, 0, 3, 3), "backbone.0");
  m->c_in = (guint32) m->first.weight->dims[1];
  m->second = cas_weights_conv (ws, CAS_DIMS (0, m->first.weight->dims[0], 3, 3), "backbone.2");
  m->c = (guint32) m->second.weight->dims[0];
}

static void
res_block_init (CasControlResBlock *block,
                CasWeights         *ws,
                guint32             c)
{
  for (guint i = 0; i < 2; i++)
    {
      block->norm_weight[i] = cas_weights_get (ws, CAS_DIMS (c), "blocks.%u.weight", 3 * i);
      block->norm_bias[i] = cas_weights_get (ws, CAS_DIMS (c), "blocks.%u.bias", 3 * i);
      block->conv[i] = cas_weights_conv (ws, CAS_DIMS (c, c, 3, 3), "blocks.%u", 3 * i + 2);
    }
}

/* 1×1 to very many channels, 1×1 to those of the residual blocks, and 1×1 at the end. */
static void
large_init (CasControlNet *m,
            CasWeights    *ws)
{
  guint first = 3;

  m->first = cas_weights_conv (ws, CAS_DIMS (0, 0, 1, 1), "backbone.0");
  m->c_in = (guint32) m->first.weight->dims[1];
  m->second = cas_weights_conv (ws, CAS_DIMS (0, m->first.weight->dims[0], 1, 1), "backbone.2");
  guint32 c = (guint32) m->second.weight->dims[0];

  while (m->n_blocks < MAX_RES_BLOCKS
         && cas_weights_peek (ws, "backbone.%u.blocks.0.weight", first + m->n_blocks) != NULL)
    m->n_blocks++;
  m->blocks = g_new0 (CasControlResBlock, m->n_blocks);
  for (guint i = 0; i < m->n_blocks; i++)
    {
      cas_weights_push_scope (ws, "backbone.%u", first + i);
      res_block_init (&m->blocks[i], ws, c);
      cas_weights_pop_scope (ws);
    }

  m->last = cas_weights_conv (ws, CAS_DIMS (0, c, 1, 1), "backbone.%u", first + m->n_blocks);
  m->c = (guint32) m->last.weight->dims[0];
}

static void
backbone_init (CasControlNet *m,
               CasWeights    *ws)
{
  m->backbone = find_backbone (ws);
  switch (m->backbone)
    {
    case CAS_CONTROL_EFFNET:
      cas_effnet_backbone_init (&m->effnet, ws);
      m->c_in = m->effnet.c_in;
      m->c = m->effnet.c_out;
      break;
    case CAS_CONTROL_SIMPLE:
      simple_init (m, ws);
      break;
    case CAS_CONTROL_LARGE:
      large_init (m, ws);
      break;
    }
}

/* --- what it is for --------------------------------------------------------------------------- */

static CasControlKind
guess_kind (const CasControlNet *m)
{
  switch (m->backbone)
    {
    case CAS_CONTROL_EFFNET:
      return m->c_in == 1 ? CAS_CONTROL_CANNY
             : m->c_in == 4 ? CAS_CONTROL_INPAINTING : CAS_CONTROL_OTHER;
    case CAS_CONTROL_LARGE:
      return CAS_CONTROL_SUPER_RESOLUTION;
    case CAS_CONTROL_SIMPLE:
    default:
      return CAS_CONTROL_IDENTITY;
    }
}

/* What the file says of itself, if that filter is known; its channels must be the filter's. */
static void
kind_init (CasControlNet *m,
           CasWeights    *ws)
{
  static const guint32 n_channels[CAS_N_CONTROL_KINDS] = {
    [CAS_CONTROL_CANNY] = 1,
    [CAS_CONTROL_INPAINTING] = 4,
  };
  const char *name = cas_weights_lookup_metadata (ws, "controlnet_filter");

  m->kind = name != NULL ? CAS_CONTROL_OTHER : guess_kind (m);
  for (guint i = 0; name != NULL && i < CAS_N_CONTROL_KINDS; i++)
    if (g_str_equal (name, kind_names[i]))
      m->kind = i;

  guint32 wanted = n_channels[m->kind];
  if (wanted > 0 && m->c_in != wanted)
    cas_weights_fail (ws, _("its metadata “controlnet_filter” says “%s”, but the network takes %u "
                            "channels, wanted %u"), kind_names[m->kind], m->c_in, wanted);
}

/* --- projections ------------------------------------------------------------------------------ */

/* "[0, 4, 8]" into blocks; FALSE if it is not such a list of n numbers. */
static gboolean
parse_blocks (const char *text,
              guint      *blocks,
              guint       n)
{
  const char *at = text + strspn (text, " ");

  if (*at++ != '[')
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      char *end;

      at += strspn (at, " ");
      guint64 number = g_ascii_isdigit (*at) ? g_ascii_strtoull (at, &end, 10) : G_MAXUINT64;
      if (number > G_MAXINT)
        return FALSE;
      blocks[i] = (guint) number;
      at = end + strspn (end, " ");
      if (*at++ != (i + 1 < n ? ',' : ']'))
        return FALSE;
    }

  return at[strspn (at, " ")] == '\0';
}

/* The published ControlNets': every fourth block from either end, or all of 64. */
static gboolean
find_published_blocks (guint *blocks,
                       guint  n)
{
  static const guint eight[] = { 0, 4, 8, 12, 51, 55, 59, 63 };

  if (n != G_N_ELEMENTS (eight) && n != 64)
    return FALSE;

  for (guint i = 0; i < n; i++)
    blocks[i] = n == 64 ? i : eight[i];
  return TRUE;
}

static gboolean
find_blocks (CasWeights                *ws,
             const CasControlNetParams *params,
             guint                     *blocks,
             guint                      n)
{
  const char *text = cas_weights_lookup_metadata (ws, "controlnet_blocks");
  gboolean is_given = params != NULL && params->blocks != NULL;

  if (is_given && params->n_blocks == n)
    {
      memcpy (blocks, params->blocks, n * sizeof *blocks);
      return TRUE;
    }

  if (is_given)
    cas_weights_fail (ws, _("it has %u projections, but ResBlocks are given for %u"), n,
                      params->n_blocks);
  else if (text != NULL && !parse_blocks (text, blocks, n))
    cas_weights_fail (ws, _("its metadata “controlnet_blocks” is no list of %u numbers, one for "
                            "each projection"), n);
  else if (text == NULL && !find_published_blocks (blocks, n))
    cas_weights_fail (ws, _("it has %u projections and no metadata “controlnet_blocks” that says "
                            "for which ResBlocks; without, 8 or 64 are known"), n);
  else
    return TRUE;

  return FALSE;
}

static CasLinear
projection_linear (CasWeights *ws,
                   guint32     n_out,
                   guint32     n_in,
                   guint       projection,
                   guint       number)
{
  return (CasLinear) {
    .weight = cas_weights_get (ws, CAS_DIMS (n_out, n_in, 1, 1), "projections.%u.%u.weight",
                               projection, number),
  };
}

/* Whether another projection before this one is for the same ResBlock. */
static gboolean
is_second (const CasControlNet *m,
           guint                projection)
{
  for (guint i = 0; i < projection; i++)
    if (m->projections[i].block == m->projections[projection].block)
      return TRUE;

  return FALSE;
}

static void
projections_init (CasControlNet             *m,
                  CasWeights                *ws,
                  const CasControlNetParams *params)
{
  guint n = cas_weights_count (ws, MAX_PROJECTIONS, "projections");
  g_autofree guint *blocks = g_new0 (guint, n);

  if (n == 0)
    cas_weights_fail (ws, _("there are no “projections”"));
  else if (!find_blocks (ws, params, blocks, n))
    return;

  m->n_projections = n;
  m->projections = g_new0 (CasControlProjection, n);
  for (guint i = 0; i < n; i++)
    {
      m->projections[i].block = blocks[i];
      m->projections[i].in = projection_linear (ws, m->c, m->c, i, 0);
      m->projections[i].out = projection_linear (ws, 0, m->c, i, 2);
      if (is_second (m, i))
        cas_weights_fail (ws, _("two of its projections are for ResBlock %u"), blocks[i]);
    }
}

CasControlNet *
cas_controlnet_new (CasWeights                *ws,
                    const CasControlNetParams *params,
                    GError                   **error)
{
  g_autoptr (CasControlNet) m = g_new0 (CasControlNet, 1);

  m->weights = cas_weights_ref (ws);
  backbone_init (m, ws);
  kind_init (m, ws);
  projections_init (m, ws, params);

  const CasWeight *unused = cas_weights_find_unused (ws, "%s", "");
  if (unused != NULL)
    cas_weights_fail (ws, _("tensor “%s” belongs to no known part of a ControlNet"), unused->name);
  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_controlnet_free (CasControlNet *m)
{
  if (m == NULL)
    return;

  cas_effnet_backbone_clear (&m->effnet);
  g_free (m->blocks);
  g_free (m->projections);
  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

gboolean
cas_controlnet_check (const CasControlNet *m,
                      const CasUNet       *stage_c,
                      GError             **error)
{
  const char *file = cas_weights_get_file (m->weights);

  for (guint i = 0; i < m->n_projections; i++)
    {
      const CasControlProjection *projection = &m->projections[i];
      const CasWeight *weight = projection->out.weight;

      if (projection->block >= stage_c->n_res)
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                       _("%s: tensor “%s” is for ResBlock %u of Stage C, but %s has only %u. The "
                         "ControlNet was made for another Stage C."), file, weight->name,
                       projection->block, cas_weights_get_file (stage_c->weights),
                       stage_c->n_res);
          return FALSE;
        }

      guint32 c = cas_unet_res_width (stage_c, projection->block);
      if (weight->dims[0] != c)
        {
          g_autofree char *found = cas_weight_dup_shape (weight);

          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                       _("%s: tensor “%s” has shape %s, wanted [%u, %u, 1, 1], as ResBlock %u of "
                         "%s is %u wide. The ControlNet was made for another Stage C."), file,
                       weight->name, found, c, m->c, projection->block,
                       cas_weights_get_file (stage_c->weights), c);
          return FALSE;
        }
    }

  return TRUE;
}

/* --- forward ---------------------------------------------------------------------------------- */

static CasTensor
res_block (CasGraph                 *g,
           const CasControlResBlock *block,
           CasTensor                 x)
{
  CasTensor h = x;

  for (guint i = 0; i < 2; i++)
    {
      h = cas_op_layer_norm (g, h, block->norm_weight[i], block->norm_bias[i], NORM_EPS);
      h = cas_op_activation (g, h, CAS_ACT_GELU);
      h = cas_op_conv (g, h, block->conv[i].weight, block->conv[i].bias, 1, 1, CAS_ACT_NONE);
    }

  return cas_op_add (g, x, h);
}

/* A convolution that keeps the size. */
static CasTensor
conv (CasGraph      *g,
      CasTensor      x,
      CasConv        weights,
      CasActivation  act)
{
  guint pad = weights.weight->n_dims == 4 ? (guint) weights.weight->dims[3] / 2 : 0;

  return cas_op_conv (g, x, weights.weight, weights.bias, 1, pad, act);
}

static CasTensor
run_backbone (CasGraph            *g,
              const CasControlNet *m,
              CasTensor            x)
{
  if (m->backbone == CAS_CONTROL_EFFNET)
    return cas_effnet_backbone_forward (g, &m->effnet, x);

  x = conv (g, x, m->first, CAS_ACT_LEAKY_RELU);
  x = conv (g, x, m->second, CAS_ACT_NONE);
  if (m->backbone == CAS_CONTROL_SIMPLE)
    return x;

  for (guint i = 0; i < m->n_blocks; i++)
    x = res_block (g, &m->blocks[i], x);
  return conv (g, x, m->last, CAS_ACT_NONE);
}

void
cas_controlnet_forward (CasGraph            *g,
                        const CasControlNet *m,
                        CasTensor            x,
                        CasTensor           *projections)
{
  CasTensor features = run_backbone (g, m, x);

  for (guint i = 0; i < m->n_projections; i++)
    {
      const CasControlProjection *projection = &m->projections[i];

      cas_graph_push_scope (g, "projections.%u", i);
      CasTensor h = cas_op_linear (g, features, projection->in, CAS_ACT_LEAKY_RELU);
      projections[i] = cas_op_linear (g, h, projection->out, CAS_ACT_NONE);
      cas_graph_pop_scope (g);
    }
}

void
cas_controlnet_add (CasGraph            *g,
                    const CasControlNet *m,
                    const CasTensor     *projections,
                    CasTensor            factor,
                    guint32              h,
                    guint32              w,
                    CasTensor           *control)
{
  for (guint i = 0; i < m->n_projections; i++)
    {
      CasTensor *sum = &control[m->projections[i].block];
      CasTensor x = projections[i];

      if (x.shape.h != h || x.shape.w != w)
        x = cas_op_bilinear (g, x, h, w);
      if (cas_tensor_is_set (factor))
        x = cas_op_multiply (g, x, cas_tensor_channels (g, factor, 0, x.shape.c));
      *sum = cas_tensor_is_set (*sum) ? cas_op_add (g, *sum, x) : x;
    }
}
