/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A codebook: to each pixel the row of a table that is nearest to it. */

#include "ops/op.h"

#include "ops/dispatch.h"
#include "shaders/nearest_code.h"

static void
count (const CasOp  *op,
       CasGraphCost *cost)
{
  cost->flop_linear += 2 * cas_shape_n_elements (op->out[0].shape) * op->params[0]->n_rows;
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  CasTensor x = op->in[0], y = op->out[0];
  guint32 lanes = cas_dispatch_lanes (r);
  CasNearestCodeParams params = {
    .x = cas_recorder_address (r, x),
    .codebook = cas_recorder_param (r, op->params[0]),
    .y = cas_recorder_address (r, y),
    .indices = cas_recorder_address (r, op->out[1]),
    .n_rows = x.shape.n * (guint32) cas_shape_n_pixels (x.shape),
    .n_codes = op->params[0]->n_rows,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
  };

  cas_dispatch (r, &cas_shader_nearest_code, NULL, 0, &params, (params.n_rows + lanes - 1) / lanes,
                1);
}

static const CasOpClass nearest_code = {
  .name = "nearest_code",
  .family = "reduction",
  .count = count,
  .record = record,
};

CasTensor
cas_op_nearest_code (CasGraph        *g,
                     CasTensor        x,
                     const CasWeight *codebook,
                     CasTensor       *indices)
{
  CasParamPiece piece = { .weight = codebook, .n_rows = codebook->dims[0] };
  CasOp *op;

  *indices = CAS_NO_TENSOR;
  if (cas_graph_has_failed (g)
      || !cas_graph_check_weight (g, codebook, 2, (guint64[]) { 0, x.shape.c }))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &nearest_code, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;

  op->in[0] = x;
  op->params[0] = cas_param_new (CAS_PACK_TABLE, CAS_F32, 1, codebook->dims[0], x.shape.c, &piece,
                                 1);
  *indices = cas_graph_add_output (g, op, 1, CAS_I32,
                                   CAS_SHAPE (x.shape.n, x.shape.h, x.shape.w, 1));
  return op->out[0];
}
