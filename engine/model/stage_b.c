/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage B (spec 4). */

#include "model/stage_b.h"

#include <glib/gi18n-lib.h>

/* Tokens that a pooled text becomes. */
#define TOKENS_EACH 4
#define PATCH_AREA (CAS_STAGE_B_PATCH * CAS_STAGE_B_PATCH)

static void
pixel_mapper_init (CasPixelMapper *mapper,
                   CasWeights     *ws,
                   guint32         c,
                   const char     *name)
{
  mapper->first = cas_weights_conv1x1 (ws, 0, 0, "%s.0", name);
  mapper->second = cas_weights_conv1x1 (ws, c, (guint32) mapper->first.weight->dims[0], "%s.2",
                                        name);
}

CasStageB *
cas_stage_b_new (CasWeights *ws,
                 GError    **error)
{
  g_autoptr (CasStageB) m = g_new0 (CasStageB, 1);

  m->clip_mapper = cas_weights_linear (ws, 0, 0, "clip_mapper");
  guint64 n_outputs = m->clip_mapper.weight->dims[0];
  if (n_outputs % TOKENS_EACH != 0)
    cas_weights_fail (ws, _("“clip_mapper” has %u outputs, wanted a multiple of %d"),
                      (guint) n_outputs, TOKENS_EACH);
  m->c_pooled = (guint32) m->clip_mapper.weight->dims[1];

  cas_unet_init (&m->unet, ws, (guint32) n_outputs / TOKENS_EACH, FALSE);
  guint32 c = m->unet.down[0].c;
  pixel_mapper_init (&m->effnet_mapper, ws, c, "effnet_mapper");
  pixel_mapper_init (&m->pixels_mapper, ws, c, "pixels_mapper");
  m->c_effnet = (guint32) m->effnet_mapper.first.weight->dims[1];
  m->c_pixels = (guint32) m->pixels_mapper.first.weight->dims[1];
  if (m->c_pixels > m->c_effnet)
    cas_weights_fail (ws, _("“pixels_mapper” has %u inputs, wanted at most the %u of "
                            "“effnet_mapper”"), m->c_pixels, m->c_effnet);

  m->embedding = cas_weights_conv1x1 (ws, c, 0, "embedding.1");
  guint32 c_patch = (guint32) m->embedding.weight->dims[1];
  if (c_patch % PATCH_AREA != 0)
    cas_weights_fail (ws, _("“embedding.1” has %u inputs, wanted a multiple of %d"), c_patch,
                      PATCH_AREA);
  m->c_in = c_patch / PATCH_AREA;
  m->clf = cas_weights_conv1x1 (ws, c_patch, c, "clf.1");

  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_stage_b_free (CasStageB *m)
{
  if (m == NULL)
    return;

  cas_unet_clear (&m->unet);
  g_free (m);
}

CasTensor
cas_stage_b_condition (CasGraph        *g,
                       const CasStageB *m,
                       CasTensor        pooled)
{
  cas_graph_push_scope (g, "condition");
  CasTensor cond = cas_op_linear (g, pooled, m->clip_mapper, CAS_ACT_NONE);
  cond = cas_tensor_reshape (g, cond, CAS_SHAPE (pooled.shape.n, 1, TOKENS_EACH * pooled.shape.w,
                                                 m->unet.c_cond));
  cond = cas_op_layer_norm (g, cond, NULL, NULL, CAS_NORM_EPS);
  cas_graph_pop_scope (g);

  return cond;
}

static CasTensor
map_pixels (CasGraph             *g,
            const CasPixelMapper *mapper,
            CasTensor             x)
{
  x = cas_op_linear (g, x, mapper->first, CAS_ACT_GELU);
  x = cas_op_linear (g, x, mapper->second, CAS_ACT_NONE);
  return cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);
}

/* A pixel of zeros for every picture of x. */
static CasTensor
black_pixel (CasGraph *g,
             CasTensor x,
             guint32   n_channels)
{
  x = cas_tensor_channels (g, cas_op_bilinear (g, x, 1, 1), 0, n_channels);
  return cas_op_scale (g, x, 0.0f);
}

CasTensor
cas_stage_b_guide (CasGraph        *g,
                   const CasStageB *m,
                   CasTensor        effnet,
                   CasTensor        pixels,
                   guint32          h,
                   guint32          w)
{
  h /= CAS_STAGE_B_PATCH;
  w /= CAS_STAGE_B_PATCH;

  cas_graph_push_scope (g, "guide");
  CasTensor guide = cas_op_bilinear (g, effnet, h, w);
  guide = map_pixels (g, &m->effnet_mapper, guide); /* resized, then mapped */

  /* Mapped, then resized. Without pixels, what black ones are mapped to is still added. */
  if (!cas_tensor_is_set (pixels))
    pixels = black_pixel (g, effnet, m->c_pixels);
  pixels = map_pixels (g, &m->pixels_mapper, pixels);
  if (pixels.shape.h > 1 || pixels.shape.w > 1)
    pixels = cas_op_bilinear (g, pixels, h, w);
  guide = cas_op_add (g, guide, pixels);
  cas_graph_pop_scope (g);

  return guide;
}

CasTensor
cas_stage_b_forward (CasGraph        *g,
                     const CasStageB *m,
                     CasTensor        x,
                     CasTensor        guide,
                     CasTensor        modulation,
                     const CasTensor *kv)
{
  x = cas_op_pixel_unshuffle (g, x, CAS_STAGE_B_PATCH);
  x = cas_op_linear (g, x, m->embedding, CAS_ACT_NONE);
  x = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);
  x = cas_op_add (g, x, guide);

  x = cas_unet_forward (g, &m->unet, x, modulation, kv, NULL);

  x = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);
  x = cas_op_linear (g, x, m->clf, CAS_ACT_NONE);
  return cas_op_pixel_shuffle (g, x, CAS_STAGE_B_PATCH);
}
