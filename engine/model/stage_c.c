/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage C (spec 3). */

#include "model/stage_c.h"

#include <glib/gi18n-lib.h>

/* Tokens that a pooled text or an image embedding becomes. */
#define TOKENS_EACH 4

CasStageC *
cas_stage_c_new (CasWeights            *ws,
                 const CasStageCParams *params,
                 GError               **error)
{
  g_autoptr (CasStageC) m = g_new0 (CasStageC, 1);

  m->text_mapper = cas_weights_linear (ws, 0, 0, "clip_txt_mapper");
  guint32 c_cond = (guint32) m->text_mapper.weight->dims[0];
  m->pooled_mapper = cas_weights_linear (ws, TOKENS_EACH * c_cond, 0, "clip_txt_pooled_mapper");
  m->image_mapper = cas_weights_linear (ws, TOKENS_EACH * c_cond, 0, "clip_img_mapper");
  m->c_text = (guint32) m->text_mapper.weight->dims[1];
  m->c_pooled = (guint32) m->pooled_mapper.weight->dims[1];
  m->c_image = (guint32) m->image_mapper.weight->dims[1];

  cas_unet_init (&m->unet, ws, c_cond, params != NULL && params->switches_level);
  guint32 c = m->unet.down[0].c;
  m->embedding = cas_weights_conv1x1 (ws, c, 0, "embedding.1");
  m->c_in = (guint32) m->embedding.weight->dims[1];
  m->clf = cas_weights_conv1x1 (ws, m->c_in, c, "clf.1");

  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_stage_c_free (CasStageC *m)
{
  if (m == NULL)
    return;

  cas_unet_clear (&m->unet);
  g_free (m);
}

/* [n, 1, k, in] to [n, 1, 4k, c]: the outputs of one embedding are four tokens. */
static CasTensor
map_to_tokens (CasGraph  *g,
               CasTensor  x,
               CasLinear  mapper,
               guint32    c)
{
  CasTensor y = cas_op_linear (g, x, mapper, CAS_ACT_NONE);

  return cas_tensor_reshape (g, y, CAS_SHAPE (x.shape.n, 1, TOKENS_EACH * x.shape.w, c));
}

CasTensor
cas_stage_c_condition (CasGraph        *g,
                       const CasStageC *m,
                       CasTensor        text,
                       CasTensor        pooled,
                       CasTensor        images)
{
  guint32 c = m->unet.c_cond;

  cas_graph_push_scope (g, "condition");
  CasTensor cond = cas_op_concat_tokens (g, (CasTensor[]) {
    cas_op_linear (g, text, m->text_mapper, CAS_ACT_NONE),
    map_to_tokens (g, pooled, m->pooled_mapper, c),
    map_to_tokens (g, images, m->image_mapper, c),
  }, 3);
  cond = cas_op_layer_norm (g, cond, NULL, NULL, CAS_NORM_EPS);
  cas_graph_pop_scope (g);

  return cond;
}

CasTensor
cas_stage_c_forward (CasGraph        *g,
                     const CasStageC *m,
                     CasTensor        x,
                     CasTensor        modulation,
                     const CasTensor *kv,
                     const CasTensor *control)
{
  x = cas_op_linear (g, x, m->embedding, CAS_ACT_NONE);
  x = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);

  x = cas_unet_forward (g, &m->unet, x, modulation, kv, control);

  x = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);
  return cas_op_linear (g, x, m->clf, CAS_ACT_NONE);
}
