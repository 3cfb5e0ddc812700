/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layer norm over the channels of each pixel (spec 2):
 * y = (x − mean) / √(var + eps), biased variance, sums in f32. */

#include "ops/norm.h"

#include "shaders/layer_norm.h"
#include "ops/dispatch.h"

static void
describe (const CasOp *op,
          GString     *text)
{
  if (op->params[CAS_NORM_SCALARS] != NULL)
    g_string_append (text, " +scale");
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const CasLayerNormData *data = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  guint32 n_rows = x.shape.n * cas_shape_n_pixels (x.shape);
  guint32 rows_per_group = cas_dispatch_rows_per_group (r);
  guint32 is_wide = cas_dispatch_is_wide (r, x) && cas_dispatch_is_wide (r, y);
  CasLayerNormParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .weight = cas_recorder_param (r, op->params[CAS_NORM_WEIGHT]),
    .bias = cas_recorder_param (r, op->params[CAS_NORM_BIAS]),
    .scalars = cas_recorder_param (r, op->params[CAS_NORM_SCALARS]),
    .n_rows = n_rows,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .eps = data->eps,
    .offset = data->offset,
    .scale = data->scale,
    .shift = data->shift,
  };

  cas_dispatch (r, &cas_shader_layer_norm, (guint32[]) { rows_per_group, is_wide }, 2, &params,
                (n_rows + rows_per_group - 1) / rows_per_group, 1);
}

const CasOpClass cas_layer_norm_class = {
  .name = "layer_norm",
  .family = "norm",
  .data_size = sizeof (CasLayerNormData),
  .describe = describe,
  .record = record,
};

CasTensor
cas_op_layer_norm (CasGraph        *g,
                   CasTensor        x,
                   const CasWeight *weight,
                   const CasWeight *bias,
                   float            eps)
{
  CasOp *op;
  CasLayerNormData *data;

  if (cas_graph_has_failed (g)
      || (weight != NULL && !cas_graph_check_size (g, weight, x.shape.c))
      || (bias != NULL && !cas_graph_check_size (g, bias, x.shape.c)))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &cas_layer_norm_class, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;

  data = op->data;
  data->eps = eps;
  op->in[0] = x;
  if (weight != NULL)
    op->params[CAS_NORM_WEIGHT] = cas_param_new_vector (weight, 0, x.shape.c);
  if (bias != NULL)
    op->params[CAS_NORM_BIAS] = cas_param_new_vector (bias, 0, x.shape.c);

  return op->out[0];
}
