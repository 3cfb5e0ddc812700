/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Depthwise 3×3 convolution, zero or replicate padding. */

#include "ops/op.h"

#include "shaders/depthwise.h"
#include "ops/dispatch.h"

enum
{
  WEIGHT,
  BIAS,
};

typedef struct
{
  CasPadding padding;
} Data;

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
  const Data *data = op->data;

  g_string_append (text, data->padding == CAS_PAD_ZERO ? " zero" : " replicate");
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const Data *data = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  guint32 is_wide = cas_dispatch_is_wide (r, x) && cas_dispatch_is_wide (r, y);
  guint32 lane_channels = is_wide ? 4 : 1;
  guint32 group_channels = cas_dispatch_lanes (r) * lane_channels;
  guint32 n_blocks = (x.shape.c + group_channels - 1) / group_channels;
  guint32 n_strips = (x.shape.w + STRIP - 1) / STRIP;
  CasDepthwiseParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .weight = cas_recorder_param (r, op->params[WEIGHT]),
    .bias = cas_recorder_param (r, op->params[BIAS]),
    .h = x.shape.h,
    .w = x.shape.w,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .n_strips = n_strips,
    .n_blocks = n_blocks,
  };

  cas_dispatch (r, is_wide ? &cas_shader_depthwise : &cas_shader_depthwise_narrow,
                (guint32[]) { STRIP, data->padding }, 2, &params,
                (guint64) n_blocks * n_strips * x.shape.h, x.shape.n);
}

static const CasOpClass depthwise = {
  .name = "depthwise",
  .family = "depthwise",
  .data_size = sizeof (Data),
  .count = count,
  .describe = describe,
  .record = record,
};

CasTensor
cas_op_depthwise (CasGraph        *g,
                  CasTensor        x,
                  const CasWeight *weight,
                  const CasWeight *bias,
                  CasPadding       padding)
{
  CasParamPiece piece = { .weight = weight, .n_rows = x.shape.c };
  CasOp *op;
  Data *data;

  if (cas_graph_has_failed (g)
      || !cas_graph_check_weight (g, weight, 4, (guint64[]) { x.shape.c, 1, 3, 3 })
      || (bias != NULL && !cas_graph_check_size (g, bias, x.shape.c)))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &depthwise, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;

  data = op->data;
  data->padding = padding;
  op->in[0] = x;
  op->params[WEIGHT] = cas_param_new (CAS_PACK_DEPTHWISE, CAS_F32, 1, 9, x.shape.c, &piece, 1);
  if (bias != NULL)
    op->params[BIAS] = cas_param_new_vector (bias, 0, x.shape.c);

  return op->out[0];
}
