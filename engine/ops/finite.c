/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting numbers that are NaN or infinite: no picture is made of those. */

#include "ops/op.h"

#include "shaders/count_not_finite.h"
#include "ops/dispatch.h"

static void
record (const CasOp *op,
        CasRecorder *r)
{
  CasTensor x = op->in[0];
  CasCountNotFiniteParams params = {
    .x = cas_recorder_address (r, x),
    .count = cas_recorder_address (r, op->out[0]),
    .n_rows = x.shape.n * cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
  };

  cas_dispatch (r, &cas_shader_count_not_finite, NULL, 0, &params, 1, 1);
}

static const CasOpClass count_not_finite = {
  .name = "count_not_finite",
  .family = "reduction",
  .record = record,
};

CasTensor
cas_op_count_not_finite (CasGraph *g,
                         CasTensor x)
{
  CasOp *op = cas_graph_append (g, &count_not_finite, CAS_I32, CAS_SHAPE (1, 1, 1, 1));

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  return op->out[0];
}
