/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Single operations of the graph. */

#include "golden/device.h"
#include "golden/op-table.h"

gboolean
golden_layernorm2d (GoldenCase *c,
                    GError    **error)
{
  const char *role = golden_case_has_model (c, "main") ? "main" : NULL;
  g_autoptr (GoldenRun) run = golden_run_new (c, role, error);
  double eps;

  if (!run || !golden_case_get_number (c, "eps", &eps, error))
    return FALSE;

  CasWeights *ws = golden_run_get_weights (run);
  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  CasTensor y = cas_op_layer_norm (golden_run_get_graph (run), x,
                                   ws ? cas_weights_peek (ws, "weight") : NULL,
                                   ws ? cas_weights_peek (ws, "bias") : NULL, (float) eps);
  golden_run_output (run, "y", y, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_grn (GoldenCase *c,
            GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;

  CasWeights *ws = golden_run_get_weights (run);
  CasTensor x = golden_run_input (run, "x", GOLDEN_NHWC);
  CasTensor y = cas_op_grn (golden_run_get_graph (run), x,
                            cas_weights_peek (ws, "gamma"), cas_weights_peek (ws, "beta"));
  golden_run_output (run, "y", y, GOLDEN_NHWC);
  return golden_run_finish (run, error);
}

gboolean
golden_activations (GoldenCase *c,
                    GError    **error)
{
  static const struct
  {
    const char   *output;
    CasActivation act;
  } activations[] = {
    { "gelu", CAS_ACT_GELU },
    { "silu", CAS_ACT_SILU },
    { "leaky_relu", CAS_ACT_LEAKY_RELU },
    { "quick_gelu", CAS_ACT_QUICK_GELU },
    { "sigmoid", CAS_ACT_SIGMOID },
  };
  g_autoptr (GoldenRun) run = golden_run_new (c, NULL, error);
  if (!run)
    return FALSE;

  CasTensor x = golden_run_input (run, "x", GOLDEN_VECTOR);
  for (guint i = 0; i < G_N_ELEMENTS (activations); i++)
    {
      CasTensor y = cas_op_activation (golden_run_get_graph (run), x, activations[i].act);
      golden_run_output (run, activations[i].output, y, GOLDEN_VECTOR);
    }
  return golden_run_finish (run, error);
}

gboolean
golden_batchnorm (GoldenCase *c,
                  GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  double eps;

  if (!run || !golden_case_get_number (c, "eps", &eps, error))
    return FALSE;

  CasWeights *ws = golden_run_get_weights (run);
  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  CasBatchNorm norm = {
    .weight = cas_weights_peek (ws, "weight"),
    .bias = cas_weights_peek (ws, "bias"),
    .mean = cas_weights_peek (ws, "running_mean"),
    .var = cas_weights_peek (ws, "running_var"),
  };
  CasTensor y = cas_op_batch_norm (golden_run_get_graph (run), x, norm, (float) eps);
  golden_run_output (run, "y", y, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

/* What the name of the operation says, applied to x. */
static CasTensor
convolve (const char *op,
          CasGraph   *g,
          CasWeights *ws,
          CasTensor   x)
{
  const CasWeight *weight = cas_weights_peek (ws, "weight");
  const CasWeight *bias = cas_weights_peek (ws, "bias");

  if (g_str_equal (op, "depthwise3x3_zero"))
    return cas_op_depthwise (g, x, weight, bias, 1, CAS_PAD_ZERO);
  if (g_str_equal (op, "depthwise3x3_replicate"))
    return cas_op_depthwise (g, x, cas_weights_peek (ws, "1.weight"),
                             cas_weights_peek (ws, "1.bias"), 1, CAS_PAD_REPLICATE);
  if (g_str_has_prefix (op, "convT"))
    return cas_op_conv_transpose (g, x, weight, bias, CAS_ACT_NONE);

  guint pad = g_str_has_suffix (op, "_p1") ? 1 : 0;
  return cas_op_conv (g, x, weight, bias, 2, pad, CAS_ACT_NONE);
}

gboolean
golden_convolution (GoldenCase *c,
                    GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;

  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  CasTensor y = convolve (c->op, golden_run_get_graph (run), golden_run_get_weights (run), x);
  golden_run_output (run, "y", y, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

typedef CasTensor (*Resize) (CasGraph *g,
                             CasTensor x,
                             guint32   h,
                             guint32   w);

static const struct
{
  const char *mode;
  gboolean    is_aligned;
  Resize      op;
} resizes[] = {
  { "nearest", FALSE, cas_op_nearest },
  { "bilinear", TRUE, cas_op_bilinear },
  { "bilinear", FALSE, cas_op_bilinear_centred },
  { "bicubic", TRUE, cas_op_bicubic },
};

gboolean
golden_interpolate (GoldenCase *c,
                    GError    **error)
{
  const char *mode = golden_case_peek_string (c, "mode");
  const gboolean is_aligned = golden_case_has_flag (c, "align_corners");
  Resize resize = NULL;
  JsonArray *size;

  if (!golden_case_get_array (c, "size", &size, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (resizes) && !resize; i++)
    if (g_strcmp0 (mode, resizes[i].mode) == 0 && is_aligned == resizes[i].is_aligned)
      resize = resizes[i].op;
  if (!resize)
    {
      golden_fail (error, "operation not built: interpolate, %s", mode);
      return FALSE;
    }

  g_autoptr (GoldenRun) run = golden_run_new (c, NULL, error);
  if (!run)
    return FALSE;

  guint32 h = (guint32) json_array_get_int_element (size, 0);
  guint32 w = (guint32) json_array_get_int_element (size, 1);
  CasGraph *g = golden_run_get_graph (run);
  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  golden_run_output (run, "y", resize (g, x, h, w), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

static gboolean
shuffle (GoldenCase *c,
         CasTensor (*op) (CasGraph *g,
                          CasTensor x,
                          guint     r),
         GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, NULL, error);
  double r;

  if (!run || !golden_case_get_number (c, "r", &r, error))
    return FALSE;

  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  golden_run_output (run, "y", op (golden_run_get_graph (run), x, (guint) r), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_pixel_shuffle (GoldenCase *c,
                      GError    **error)
{
  return shuffle (c, cas_op_pixel_shuffle, error);
}

gboolean
golden_pixel_unshuffle (GoldenCase *c,
                        GError    **error)
{
  return shuffle (c, cas_op_pixel_unshuffle, error);
}
