/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixels and channels change places: to and from networks' own order of channels before pixels. */

#include "ops/op.h"

#include "ops/dispatch.h"
#include "shaders/transpose.h"

static void
record (const CasOp *op,
        CasRecorder *r)
{
  CasTensor x = op->in[0], y = op->out[0];
  CasTransposeParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .n_pixels = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
  };

  cas_dispatch (r, &cas_shader_transpose, NULL, 0, &params, x.shape.c, x.shape.n);
}

static const CasOpClass transpose = {
  .name = "transpose",
  .family = "copy",
  .record = record,
};

CasTensor
cas_op_transpose (CasGraph *g,
                  CasTensor x)
{
  CasOp *op = cas_graph_append (
      g, &transpose, CAS_F32,
      CAS_SHAPE (x.shape.n, 1, x.shape.c, (guint32) cas_shape_n_pixels (x.shape)));

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  return op->out[0];
}
