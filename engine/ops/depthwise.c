/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Depthwise 3×3 convolution, stride 1 or 2, zero or replicate padding. */

#include "ops/fusible.h"

#include "ops/dispatch.h"
#include "ops/elementwise.h"
#include "ops/low_rank.h"
#include "shaders/depthwise.h"

/* pixels of a row that one lane slides over */
#define STRIP 8

static void
count (const CasOp  *op,
       CasGraphCost *cost)
{
  cost->flop_convolution += 2 * 9 * cas_shape_n_elements (op->out[0].shape);
}

static void
describe (const CasOp *op,
          GString     *text)
{
  const CasDepthwiseData *data = op->data;

  g_string_append (text, data->padding == CAS_PAD_ZERO ? " zero" : " replicate");
  if (data->stride != 1)
    g_string_append_printf (text, " /%u", data->stride);
  if (op->params[CAS_DEPTHWISE_WEIGHT]->n_norm > 0)
    g_string_append (text, " batch-norm");
  cas_activation_describe (data->act, text);
  if (op->params[CAS_DEPTHWISE_SCALAR] != NULL)
    g_string_append (text, " +scale");
  if (cas_tensor_is_set (op->in[CAS_DEPTHWISE_RESIDUAL]))
    g_string_append (text, " +residual");
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const CasDepthwiseData *data = op->data;
  CasTensor x = op->in[CAS_DEPTHWISE_X], y = op->out[0];
  CasTensor residual = op->in[CAS_DEPTHWISE_RESIDUAL];
  guint32 has_residual = cas_tensor_is_set (residual);
  guint64 scalar = cas_recorder_param (r, op->params[CAS_DEPTHWISE_SCALAR]);
  guint32 is_wide = cas_dispatch_is_wide (r, x) && cas_dispatch_is_wide (r, y)
                    && (!has_residual || cas_dispatch_is_wide (r, residual));
  guint32 lane_channels = is_wide ? 4 : 1;
  guint32 group_channels = cas_dispatch_lanes (r) * lane_channels;
  guint32 n_blocks = (x.shape.c + group_channels - 1) / group_channels;
  guint32 n_strips = (y.shape.w + STRIP - 1) / STRIP;
  CasDepthwiseParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .weight = cas_recorder_param (r, op->params[CAS_DEPTHWISE_WEIGHT]),
    .bias = cas_recorder_param (r, op->params[CAS_DEPTHWISE_BIAS]),
    .scalar = scalar == 0 ? 0 : scalar + 4 * data->scalar,
    .residual = cas_recorder_address (r, residual),
    .h = x.shape.h,
    .w = x.shape.w,
    .out_h = y.shape.h,
    .out_w = y.shape.w,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .residual_stride = has_residual ? cas_recorder_stride (r, residual) : 0,
    .n_strips = n_strips,
    .n_blocks = n_blocks,
  };

  cas_dispatch (r, is_wide ? &cas_shader_depthwise : &cas_shader_depthwise_narrow,
                (guint32[]) { STRIP, data->padding, scalar != 0, has_residual, data->stride,
                              data->act },
                6, &params, (guint64) n_blocks * n_strips * y.shape.h, x.shape.n);
}

const CasOpClass cas_depthwise_class = {
  .name = "depthwise",
  .family = "depthwise",
  .data_size = sizeof (CasDepthwiseData),
  .count = count,
  .describe = describe,
  .record = record,
};

CasTensor
cas_op_depthwise (CasGraph        *g,
                  CasTensor        x,
                  const CasWeight *weight,
                  const CasWeight *bias,
                  guint            stride,
                  CasPadding       padding)
{
  CasShape shape = CAS_SHAPE (x.shape.n, (x.shape.h + stride - 1) / stride,
                              (x.shape.w + stride - 1) / stride, x.shape.c);
  CasParamPiece piece = { .weight = cas_weight_merged (weight), .n_rows = x.shape.c };
  CasDepthwiseData *data;
  CasOp *op;

  if (cas_graph_has_failed (g)
      || !cas_graph_check_weight (g, weight, 4, (guint64[]) { x.shape.c, 1, 3, 3 })
      || (bias != NULL && !cas_graph_check_size (g, bias, x.shape.c)))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &cas_depthwise_class, CAS_F32, shape);
  if (op == NULL)
    return CAS_NO_TENSOR;

  data = op->data;
  data->padding = padding;
  data->stride = stride;
  op->in[CAS_DEPTHWISE_X] = x;
  op->params[CAS_DEPTHWISE_WEIGHT]
      = cas_param_new (CAS_PACK_DEPTHWISE, CAS_F32, 1, 9, x.shape.c, &piece, 1);
  if (bias != NULL)
    op->params[CAS_DEPTHWISE_BIAS] = cas_param_new_vector (bias, 0, x.shape.c);

  return op->out[0];
}
