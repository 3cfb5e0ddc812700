/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The saliency network (spec 8). */

#include "model/saliency.h"

#include <glib/gi18n-lib.h>

#define NORM_EPS 1e-5f

/* PREFIX.number, with its norm at the next number */
static CasSaliencyLayer
layer (CasWeights *ws,
       guint32     c_out,
       guint32     c_in,
       guint       kernel,
       guint       stride,
       const char *prefix,
       guint       number)
{
  CasConv conv = cas_weights_conv (ws, CAS_DIMS (c_out, c_in, kernel, kernel), "%s.%u", prefix,
                                   number);
  guint64 c = conv.weight->dims[0];

  return (CasSaliencyLayer) {
    .conv = conv,
    .pad = kernel / 2,
    .stride = stride,
    .norm_weight = cas_weights_get (ws, CAS_DIMS (c), "%s.%u.weight", prefix, number + 1),
    .norm_bias = cas_weights_get (ws, CAS_DIMS (c), "%s.%u.bias", prefix, number + 1),
  };
}

static guint32
c_of (const CasSaliencyLayer *l)
{
  return (guint32) l->conv.weight->dims[0];
}

static void
residual_init (CasSaliencyLayer  block[2],
               CasWeights       *ws,
               guint32           c,
               const char       *prefix)
{
  for (guint i = 0; i < 2; i++)
    block[i] = layer (ws, c, c, 3, 1, prefix, 4 * i + 1);
}

CasSaliency *
cas_saliency_new (CasWeights *ws,
                  GError    **error)
{
  g_autoptr (CasSaliency) m = g_new0 (CasSaliency, 1);

  m->weights = cas_weights_ref (ws);
  m->down[0] = layer (ws, 0, CAS_SALIENCY_C_IN, 9, 4, "downsampler", 1);
  m->down[1] = layer (ws, 0, c_of (&m->down[0]), 3, 2, "downsampler", 5);
  m->down[2] = layer (ws, 0, c_of (&m->down[1]), 3, 2, "downsampler", 9);

  guint32 c = c_of (&m->down[2]);
  residual_init (m->residual[0], ws, c, "residual.0.resblock");
  m->widen = cas_weights_get (ws, CAS_DIMS (2 * c, 1, 1, 1), "residual.1.weight");
  residual_init (m->residual[1], ws, 2 * c, "residual.2.resblock");
  m->segment = layer (ws, 0, 2 * c, 3, 1, "segmentator", 1);
  m->last = cas_weights_conv (ws, CAS_DIMS (1, c_of (&m->segment), 9, 9), "segmentator.6");

  const CasWeight *unused = cas_weights_find_unused (ws, "%s", "");
  if (unused != NULL)
    cas_weights_fail (ws, _("tensor “%s” belongs to no known part of a saliency network"),
                      unused->name);
  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_saliency_free (CasSaliency *m)
{
  if (m == NULL)
    return;

  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

static CasTensor
run_layer (CasGraph               *g,
           const CasSaliencyLayer *l,
           CasTensor               x,
           CasActivation           act)
{
  x = cas_op_pad_reflect (g, x, l->pad);
  x = cas_op_conv (g, x, l->conv.weight, l->conv.bias, l->stride, 0, CAS_ACT_NONE);
  x = cas_op_instance_norm (g, x, l->norm_weight, l->norm_bias, NORM_EPS);
  return act == CAS_ACT_NONE ? x : cas_op_activation (g, x, act);
}

static CasTensor
run_residual (CasGraph               *g,
              const CasSaliencyLayer  block[2],
              CasTensor               x)
{
  CasTensor h = run_layer (g, &block[0], x, CAS_ACT_RELU);

  return cas_op_add (g, x, run_layer (g, &block[1], h, CAS_ACT_NONE));
}

/* Channels 2i and 2i + 1 are channel i, scaled: a row of single numbers made twice as wide. */
static CasTensor
widen (CasGraph        *g,
       CasTensor        x,
       const CasWeight *scale)
{
  CasShape s = x.shape;

  x = cas_tensor_reshape (g, x, CAS_SHAPE (s.n, s.h, s.w * s.c, 1));
  x = cas_op_nearest (g, x, s.h, 2 * s.w * s.c);
  x = cas_tensor_reshape (g, x, CAS_SHAPE (s.n, s.h, s.w, 2 * s.c));
  return cas_op_multiply (g, x, cas_op_weight (g, scale, CAS_SHAPE (1, 1, 1, 2 * s.c)));
}

CasTensor
cas_saliency_forward (CasGraph          *g,
                      const CasSaliency *m,
                      CasTensor          image)
{
  CasTensor x = image;

  for (guint i = 0; i < G_N_ELEMENTS (m->down); i++)
    x = run_layer (g, &m->down[i], x, CAS_ACT_RELU);

  x = run_residual (g, m->residual[0], x);
  x = widen (g, x, m->widen);
  x = run_residual (g, m->residual[1], x);

  x = run_layer (g, &m->segment, x, CAS_ACT_RELU);
  x = cas_op_nearest (g, x, 2 * x.shape.h, 2 * x.shape.w);
  x = cas_op_pad_reflect (g, x, 4);
  return cas_op_conv (g, x, m->last.weight, m->last.bias, 1, 0, CAS_ACT_SIGMOID);
}
