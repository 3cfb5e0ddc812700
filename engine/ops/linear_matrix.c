/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing tiles for cooperative matrices, and scaling what would not fit f16. */

#include "ops/linear_matrix.h"

#include "ops/dispatch.h"
#include "ops/graph-private.h"
#include "ops/linear_split.h"
#include "ops/norm.h"
#include "shaders/generated/linear_matrix.h"
#include "shaders/largest.h"

/* Parts that the search for the largest number of one source is cut into. */
#define N_PARTS 256

/* A workgroup's tile and what each of its subgroups makes of it. */
typedef struct
{
  guint32 n_rows, n_columns;
  guint32 n_part_rows, n_part_columns;
} MatrixTile;

static const MatrixTile large_tile = { 128, 128, 64, 32 };
static const MatrixTile small_tile = { 64, 64, 32, 32 };
/* A software driver compiles a quarter of it in less than half the time. */
static const MatrixTile processor_tile = { 64, 32, 32, 8 };

/* Fewer workgroups than this leave a large GPU idle. */
#define ENOUGH_GROUPS 96

static guint32
count_lanes (const MatrixTile *tile,
             const CasGpuInfo *info)
{
  return tile->n_rows / tile->n_part_rows * (tile->n_columns / tile->n_part_columns)
         * info->subgroup_size;
}

static gboolean
fits (const MatrixTile *tile,
      const CasGpuInfo *info)
{
  guint32 n_lanes = count_lanes (tile, info);

  return n_lanes <= info->max_workgroup_invocations
         && n_lanes <= (guint64) info->subgroup_size * info->max_workgroup_subgroups;
}

/* Both sum up in the same order, so that rows do not depend on how many of them there are. */
static const MatrixTile *
choose_tile (const CasGpuInfo *info,
             guint64           n_rows,
             guint32           n_out)
{
  guint64 n_groups = (n_rows + large_tile.n_rows - 1) / large_tile.n_rows
                     * ((n_out + large_tile.n_columns - 1) / large_tile.n_columns);

  if (info->kind == CAS_GPU_CPU)
    return &processor_tile;
  return n_groups >= ENOUGH_GROUPS && fits (&large_tile, info) ? &large_tile : &small_tile;
}

/* Channels in shared memory at a time: a divisor of both inputs' and a multiple of the matrix's,
 * or 0. */
static guint32
choose_slice (const CasLinearParams *params,
              guint32                matrix_k)
{
  for (guint32 slice = 32; slice >= matrix_k; slice /= 2)
    if (params->n_in % slice == 0 && params->n_in2 % slice == 0)
      return slice;

  return 0;
}

static guint32
choose_slice_for (CasRecorder           *r,
                  const CasLinearParams *params,
                  const MatrixTile      *tile,
                  CasMatrixType          type)
{
  const CasGpuInfo *info = cas_recorder_get_info (r);
  guint32 slice = choose_slice (params, info->matrix[type].k);
  guint32 n_lanes = count_lanes (tile, info);
  guint32 n_quads = MIN (tile->n_rows, tile->n_columns) * slice / 4;

  /* every lane loads the same number of quads */
  return slice > 0 && n_quads % n_lanes == 0 ? slice : 0;
}

gboolean
cas_linear_can_use_matrix (const CasOp           *op,
                           CasRecorder           *r,
                           const CasLinearParams *params,
                           gboolean               is_wide)
{
  const CasGpuInfo *info = cas_recorder_get_info (r);
  const MatrixTile *tile = choose_tile (info, params->n_rows, params->n_out);
  CasMatrixType type;

  return cas_path_get_matrix (cas_recorder_get_path (r), &type) && is_wide && fits (tile, info)
         && choose_slice_for (r, params, tile, type) > 0;
}

static void
dispatch (const CasOp     *op,
          CasRecorder     *r,
          CasLinearParams *params,
          CasActivation    act,
          guint32          parts,
          guint32          n_layers)
{
  const CasGpuInfo *info = cas_recorder_get_info (r);
  const CasLinearData *data = op->data;
  const MatrixTile *tile = choose_tile (info, params->n_rows, params->n_out);
  const guint32 n_splits = cas_linear_count_splits (op);
  CasMatrixType type;
  const CasShader *shader;

  cas_path_get_matrix (cas_recorder_get_path (r), &type);
  shader = type == CAS_MATRIX_BF16 ? &cas_shader_linear_matrix_bf16 : &cas_shader_linear_matrix;
  params->n_tile_rows = tile->n_rows;
  params->n_row_tiles = (params->n_rows + tile->n_rows - 1) / tile->n_rows;
  cas_dispatch_lanes_of (
      r, count_lanes (tile, info), shader,
      (guint32[]) { op->params[CAS_LINEAR_WEIGHT]->dtype, data->kind, TRUE, act, parts,
                    info->matrix[type].m, info->matrix[type].n, info->matrix[type].k,
                    tile->n_rows, tile->n_columns, choose_slice_for (r, params, tile, type),
                    tile->n_part_rows, tile->n_part_columns, info->subgroup_size, n_splits },
      15, params,
      (guint64) params->n_row_tiles * ((data->n_out + tile->n_columns - 1) / tile->n_columns),
      n_layers * n_splits);
}

void
cas_linear_dispatch_matrix (const CasOp     *op,
                            CasRecorder     *r,
                            CasLinearParams *params,
                            guint32          parts,
                            guint32          n_layers)
{
  const CasLinearData *data = op->data;
  CasLinearParams sums = *params;

  if (cas_linear_count_splits (op) == 1)
    {
      dispatch (op, r, params, data->act, parts, n_layers);
      return;
    }

  sums.y = cas_recorder_address (r, op->out[CAS_LINEAR_SPLITS]);
  sums.y_stride = data->n_out;
  dispatch (op, r, &sums, CAS_ACT_NONE,
            parts & (1 << CAS_LINEAR_PART_GRN_SCALE | 1 << CAS_LINEAR_PART_MAXIMA), n_layers);
  cas_linear_add_up_splits (op, r, params, parts, n_layers);
}

/* --- what would not fit f16 --- */

/* A layer norm without weights gives numbers of at most √c. */
static gboolean
is_bounded (const CasOp *producer)
{
  return producer != NULL && producer->klass == &cas_layer_norm_class
         && producer->params[CAS_NORM_WEIGHT] == NULL
         && producer->params[CAS_NORM_SCALARS] == NULL;
}

void
cas_linear_add_maxima (CasGraph *g)
{
  g_autofree CasOp **producers = g_new0 (CasOp *, g->tensors->len + 1);

  for (guint i = 0; i < g->ops->len; i++)
    {
      CasOp *op = g->ops->pdata[i];
      CasTensor x2 = cas_op_is_linear (op) ? op->in[CAS_LINEAR_X2] : CAS_NO_TENSOR;
      guint n_parts = cas_tensor_is_set (x2) ? 2 * N_PARTS : N_PARTS;

      if (cas_op_is_linear (op)
          && (n_parts > N_PARTS || cas_tensor_is_set (op->in[CAS_LINEAR_GRN_SCALE])
              || !is_bounded (producers[op->in[CAS_LINEAR_X].id])))
        cas_graph_add_output (g, op, CAS_LINEAR_MAXIMA, CAS_F32,
                              CAS_SHAPE (op->in[CAS_LINEAR_X].shape.n, 1, 1, n_parts));
      if (op->out[0].id <= g->tensors->len)
        producers[op->out[0].id] = op;
    }
}

static void
record_largest (const CasOp *op,
                CasRecorder *r,
                guint        slot,
                guint32      first_part)
{
  CasTensor x = op->in[slot], maxima = op->out[CAS_LINEAR_MAXIMA];
  CasLargestParams params = {
    .x = cas_recorder_address (r, x),
    .scale = cas_recorder_address (r, op->in[CAS_LINEAR_GRN_SCALE]),
    .shift = cas_recorder_param (r, op->params[CAS_LINEAR_GRN_BETA]),
    .largest = cas_recorder_address (r, maxima),
    .n_rows = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .n_parts = maxima.shape.c,
    .first_part = first_part,
    .n_own_parts = N_PARTS,
  };

  cas_dispatch (r, &cas_shader_largest, (guint32[]) { params.scale != 0 }, 1, &params, N_PARTS,
                x.shape.n);
}

void
cas_linear_record_maxima (const CasOp *op,
                          CasRecorder *r)
{
  if (!cas_tensor_is_set (op->out[CAS_LINEAR_MAXIMA]))
    return;

  record_largest (op, r, CAS_LINEAR_X, 0);
  if (cas_tensor_is_set (op->in[CAS_LINEAR_X2]))
    record_largest (op, r, CAS_LINEAR_X2, N_PARTS);
}
