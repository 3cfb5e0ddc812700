/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Global response norm (spec 2): G[c] = √Σ_pixels x², N = G / (mean_c G + 1e-6),
 * y = gamma (x N) + beta + x. No float atomics: each tile of rows gives one partial sum a channel,
 * added up in order. */

#include "ops/op.h"

#include "shaders/grn_norms.h"
#include "shaders/grn_scale.h"
#include "shaders/grn_sums.h"
#include "ops/dispatch.h"
#include "ops/elementwise.h"
#include "ops/fusible.h"
#include "ops/linear.h"

/* rows of a partial sum where no linear made them */
#define TILE_ROWS 32

/* channels of a workgroup of grn_norms.comp */
#define NORM_CHANNELS 32

/* A processor's single subgroup finds the norms on its way. */
static void
record_norms (CasRecorder *r,
              CasTensor    sums,
              guint32      n_tiles,
              CasTensor    norms)
{
  CasGrnNormsParams params = {
    .sums = cas_recorder_address (r, sums),
    .norms = cas_recorder_address (r, norms),
    .n_tiles = n_tiles,
    .n_channels = norms.shape.c,
  };

  if (cas_recorder_use_tiles (r))
    cas_dispatch_large (r, &cas_shader_grn_norms, &params,
                        (params.n_channels + NORM_CHANNELS - 1) / NORM_CHANNELS, norms.shape.n);
}

static void
record_scale (CasRecorder    *r,
              CasTensor       sums,
              guint32         n_tiles,
              CasTensor       norms,
              const CasParam *gamma,
              CasTensor       scale)
{
  guint32 n_channels = scale.shape.c;
  guint32 n_own = cas_recorder_use_tiles (r) ? CAS_LARGE_LANES : n_channels;
  CasGrnScaleParams params = {
    .sums = cas_recorder_address (r, sums),
    .norms = cas_recorder_address (r, norms),
    .gamma = cas_recorder_param (r, gamma),
    .scale = cas_recorder_address (r, scale),
    .n_tiles = n_tiles,
    .n_channels = n_channels,
    .n_own_channels = n_own,
  };

  record_norms (r, sums, n_tiles, norms);
  cas_dispatch_large (r, &cas_shader_grn_scale, &params, (n_channels + n_own - 1) / n_own,
                      scale.shape.n);
}

static void
record_scale_op (const CasOp *op,
                 CasRecorder *r)
{
  const CasGrnScaleData *data = op->data;
  guint32 sum_rows = cas_linear_sum_rows (r);

  record_scale (r, op->in[0], (data->n_rows + sum_rows - 1) / sum_rows, op->out[1],
                op->params[CAS_GRN_GAMMA], op->out[0]);
}

const CasOpClass cas_grn_scale_class = {
  .name = "grn_scale",
  .family = "grn",
  .data_size = sizeof (CasGrnScaleData),
  .record = record_scale_op,
};

static void
record (const CasOp *op,
        CasRecorder *r)
{
  CasTensor x = op->in[0], y = op->out[0];
  CasTensor sums = op->out[1], scale = op->out[2], norms = op->out[3];
  guint32 lanes = cas_dispatch_lanes (r);
  guint32 n_blocks = (x.shape.c + lanes - 1) / lanes;
  CasGrnSumsParams params = {
    .x = cas_recorder_address (r, x),
    .sums = cas_recorder_address (r, sums),
    .n_rows = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .n_tiles = sums.shape.w,
    .n_blocks = n_blocks,
  };

  cas_dispatch (r, &cas_shader_grn_sums, (guint32[]) { TILE_ROWS }, 1, &params,
                (guint64) n_blocks * sums.shape.w, x.shape.n);
  record_scale (r, sums, sums.shape.w, norms, op->params[CAS_GRN_GAMMA], scale);
  cas_elementwise_record (r, CAS_ELEMENTWISE_MULTIPLY_ADD, x, scale,
                          cas_recorder_param (r, op->params[CAS_GRN_BETA]), y, NULL);
}

const CasOpClass cas_grn_class = {
  .name = "grn",
  .family = "grn",
  .record = record,
};

CasTensor
cas_op_grn (CasGraph        *g,
            CasTensor        x,
            const CasWeight *gamma,
            const CasWeight *beta)
{
  guint32 n_tiles = (cas_shape_n_pixels (x.shape) + TILE_ROWS - 1) / TILE_ROWS;
  CasOp *op;

  if (cas_graph_has_failed (g) || !cas_graph_check_size (g, gamma, x.shape.c)
      || !cas_graph_check_size (g, beta, x.shape.c))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &cas_grn_class, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;

  op->in[0] = x;
  cas_graph_add_output (g, op, 1, CAS_F32, CAS_SHAPE (x.shape.n, 1, n_tiles, x.shape.c));
  cas_graph_add_output (g, op, 2, CAS_F32, CAS_SHAPE (x.shape.n, 1, 1, x.shape.c));
  cas_graph_add_output (g, op, 3, CAS_F32, CAS_SHAPE (x.shape.n, 1, 1, x.shape.c));
  op->params[CAS_GRN_GAMMA] = cas_param_new_vector (gamma, 0, x.shape.c);
  op->params[CAS_GRN_BETA] = cas_param_new_vector (beta, 0, x.shape.c);

  return op->out[0];
}
