/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The previewer (spec 7). */

#include "model/previewer.h"

#include <glib/gi18n-lib.h>

#define NORM_EPS    1e-5f
#define MAX_NUMBERS 64
#define N_RGB       3

/* Convolution, GELU and batch norm are three numbers of the list. */
#define NUMBERS_EACH 3

static CasBatchNorm
batch_norm (CasWeights *ws,
            guint32     c,
            guint       number)
{
  return (CasBatchNorm) {
    .weight = cas_weights_get (ws, CAS_DIMS (c), "blocks.%u.weight", number),
    .bias = cas_weights_get (ws, CAS_DIMS (c), "blocks.%u.bias", number),
    .mean = cas_weights_get (ws, CAS_DIMS (c), "blocks.%u.running_mean", number),
    .var = cas_weights_get (ws, CAS_DIMS (c), "blocks.%u.running_var", number),
  };
}

/* blocks.number, on c channels; returns the channels it gives. */
static guint32
layer_init (CasPreviewerLayer *layer,
            CasWeights        *ws,
            guint32            c,
            guint              number,
            gboolean           is_last)
{
  const CasWeight *weight = cas_weights_peek (ws, "blocks.%u.weight", number);
  guint64 side = weight != NULL && weight->n_dims == 4 ? weight->dims[3] : 1;

  if (side == 2)
    {
      layer->kind = CAS_PREVIEWER_TRANSPOSE;
      layer->conv = cas_weights_conv_transpose (ws, CAS_DIMS (c, 0, 2, 2), "blocks.%u", number);
      c = (guint32) layer->conv.weight->dims[1];
    }
  else
    {
      layer->kind = side == 1 ? CAS_PREVIEWER_LINEAR : CAS_PREVIEWER_CONV;
      side = side == 1 ? 1 : 3;
      layer->conv = cas_weights_conv (ws, CAS_DIMS (is_last ? N_RGB : 0, c, side, side),
                                      "blocks.%u", number);
      c = (guint32) layer->conv.weight->dims[0];
    }

  if (!is_last)
    layer->norm = batch_norm (ws, c, number + 2);
  return c;
}

CasPreviewer *
cas_previewer_new (CasWeights *ws,
                   GError    **error)
{
  g_autoptr (CasPreviewer) m = g_new0 (CasPreviewer, 1);
  const CasWeight *first = cas_weights_get (ws, CAS_DIMS (0, 0, 1, 1), "blocks.0.weight");
  guint32 c = (guint32) first->dims[1];

  m->weights = cas_weights_ref (ws);
  m->c_in = c;
  m->factor = 1;
  for (guint i = 0; i < MAX_NUMBERS; i++)
    if (cas_weights_peek (ws, "blocks.%u.weight", i) != NULL)
      m->n_layers = i / NUMBERS_EACH + 1;

  m->layers = g_new0 (CasPreviewerLayer, m->n_layers);
  for (guint i = 0; i < m->n_layers; i++)
    {
      c = layer_init (&m->layers[i], ws, c, i * NUMBERS_EACH, i == m->n_layers - 1);
      m->factor *= m->layers[i].kind == CAS_PREVIEWER_TRANSPOSE ? 2 : 1;
    }

  const CasWeight *unused = cas_weights_find_unused (ws, "blocks.");
  if (unused != NULL)
    cas_weights_fail (ws, _("tensor “%s” belongs to no known layer of a previewer"),
                      unused->name);
  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_previewer_free (CasPreviewer *m)
{
  if (m == NULL)
    return;

  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m->layers);
  g_free (m);
}

static CasTensor
run_layer (CasGraph                *g,
           const CasPreviewerLayer *layer,
           CasTensor                x,
           CasActivation            act)
{
  switch (layer->kind)
    {
    case CAS_PREVIEWER_LINEAR:
      return cas_op_linear (g, x, (CasLinear) { layer->conv.weight, layer->conv.bias }, act);
    case CAS_PREVIEWER_CONV:
      return cas_op_conv (g, x, layer->conv.weight, layer->conv.bias, 1, 1, act);
    case CAS_PREVIEWER_TRANSPOSE:
      return cas_op_conv_transpose (g, x, layer->conv.weight, layer->conv.bias, act);
    }

  return x;
}

CasTensor
cas_previewer_forward (CasGraph           *g,
                       const CasPreviewer *m,
                       CasTensor           latent)
{
  CasTensor x = latent;

  for (guint i = 0; i < m->n_layers; i++)
    {
      const CasPreviewerLayer *layer = &m->layers[i];
      gboolean is_last = i == m->n_layers - 1;

      cas_graph_push_scope (g, "blocks.%u", i * NUMBERS_EACH);
      x = run_layer (g, layer, x, is_last ? CAS_ACT_NONE : CAS_ACT_GELU);
      if (!is_last)
        x = cas_op_batch_norm (g, x, layer->norm, NORM_EPS);
      cas_graph_pop_scope (g);
    }

  return x;
}
