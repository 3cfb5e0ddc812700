/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting numbers that are NaN or infinite: no picture is made of those. */

#include "ops/op.h"

#include "shaders/add_counts.h"
#include "shaders/count_not_finite.h"
#include "ops/dispatch.h"

/* numbers that one subgroup looks at, until there are enough of those for any device */
#define PART_ELEMENTS 4096
#define MAX_PARTS     1024

static void
record_sum (const CasOp *op,
            CasRecorder *r)
{
  CasAddCountsParams params = {
    .counts = cas_recorder_address (r, op->out[1]),
    .sum = cas_recorder_address (r, op->out[0]),
    .n = op->out[1].shape.c,
  };

  cas_dispatch (r, &cas_shader_add_counts, NULL, 0, &params, 1, 1);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  CasTensor x = op->in[0], counts = op->out[1];
  CasCountNotFiniteParams params = {
    .x = cas_recorder_address (r, x),
    .counts = cas_recorder_address (r, counts.shape.c > 1 ? counts : op->out[0]),
    .n_rows = x.shape.n * cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .n_parts = counts.shape.c,
  };
  guint32 is_dense = params.x_stride == params.n_channels;

  cas_dispatch (r, &cas_shader_count_not_finite, (guint32[]) { is_dense }, 1, &params,
                params.n_parts, 1);
  if (params.n_parts > 1)
    record_sum (op, r);
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
  guint64 n_parts = (cas_shape_n_elements (x.shape) + PART_ELEMENTS - 1) / PART_ELEMENTS;

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  cas_graph_add_output (g, op, 1, CAS_I32, CAS_SHAPE (1, 1, 1, MIN (n_parts, MAX_PARTS)));
  return op->out[0];
}
