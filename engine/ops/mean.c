/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mean over the pixels of each picture: sums of tiles of rows, then the sum of those, so that
 * neither takes one lane all the way through a large picture. */

#include "ops/op.h"

#include "ops/dispatch.h"
#include "shaders/sum_rows.h"

/* rows of a partial sum */
#define TILE_ROWS 32

static void
record_sums (CasRecorder *r,
             CasTensor    x,
             CasTensor    sums,
             guint32      tile_rows,
             float        scale)
{
  guint32 lanes = cas_dispatch_lanes (r);
  guint32 n_blocks = (x.shape.c + lanes - 1) / lanes;
  CasSumRowsParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, sums),
    .n_rows = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, sums),
    .n_tiles = sums.shape.w,
    .tile_rows = tile_rows,
    .n_blocks = n_blocks,
    .scale = scale,
  };

  cas_dispatch (r, &cas_shader_sum_rows, NULL, 0, &params, (guint64) n_blocks * sums.shape.w,
                x.shape.n);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  CasTensor x = op->in[0], mean = op->out[0], sums = op->out[1];

  record_sums (r, x, sums, TILE_ROWS, 1.0f);
  record_sums (r, sums, mean, sums.shape.w, 1.0f / (float) cas_shape_n_pixels (x.shape));
}

static const CasOpClass mean_class = {
  .name = "mean",
  .family = "reduction",
  .record = record,
};

CasTensor
cas_op_mean (CasGraph *g,
             CasTensor x)
{
  guint32 n_tiles = (cas_shape_n_pixels (x.shape) + TILE_ROWS - 1) / TILE_ROWS;
  CasOp *op = cas_graph_append (g, &mean_class, CAS_F32, CAS_SHAPE (x.shape.n, 1, 1, x.shape.c));

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  cas_graph_add_output (g, op, 1, CAS_F32, CAS_SHAPE (x.shape.n, 1, n_tiles, x.shape.c));
  return op->out[0];
}
