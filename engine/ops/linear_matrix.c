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

/* How the kernel works through a linear. */
typedef struct
{
  const MatrixTile *tile;
  guint32           slice; /* channels in shared memory at a time */
} Plan;

static guint32
count_subgroups (const MatrixTile *tile)
{
  return tile->n_rows / tile->n_part_rows * (tile->n_columns / tile->n_part_columns);
}

/* Two slices, whose rows are two quads of 16-bit numbers longer, and a matrix of each subgroup. */
static guint32
count_shared_bytes (const Plan     *plan,
                    CasMatrixShape  matrix)
{
  const MatrixTile *tile = plan->tile;

  return (tile->n_rows + tile->n_columns) * (plan->slice / 4 + 2) * 8
         + count_subgroups (tile) * matrix.m * matrix.n * 4;
}

/* Whether the tile is made of whole matrices, each lane loads as many quads of the slices as the
 * others, and the device has room for such a workgroup. */
static gboolean
fits (const Plan       *plan,
      const CasGpuInfo *info,
      CasMatrixShape    matrix)
{
  const MatrixTile *tile = plan->tile;
  guint32 n_quads = plan->slice / 4;
  guint32 n_lanes = count_subgroups (tile) * info->subgroup_size;

  return tile->n_part_rows % matrix.m == 0 && tile->n_part_columns % matrix.n == 0
         && plan->slice % matrix.k == 0 && matrix.k % 4 == 0 && n_lanes % n_quads == 0
         && tile->n_rows * n_quads % n_lanes == 0 && tile->n_columns * n_quads % n_lanes == 0
         && n_lanes <= info->max_workgroup_invocations
         && count_subgroups (tile) <= info->max_workgroup_subgroups
         && count_shared_bytes (plan, matrix) <= info->shared_memory_bytes;
}

/* Finds the longest slice that divides both inputs' channels, or FALSE. */
static gboolean
plan_tile (Plan                  *plan,
           const MatrixTile      *tile,
           const CasGpuInfo      *info,
           CasMatrixShape         matrix,
           const CasLinearParams *params)
{
  plan->tile = tile;
  for (plan->slice = 32; plan->slice >= 4; plan->slice /= 2)
    if (params->n_in % plan->slice == 0 && params->n_in2 % plan->slice == 0
        && fits (plan, info, matrix))
      return TRUE;

  return FALSE;
}

/* FALSE if matrix units cannot do it: whether they can must not depend on the number of rows. All
 * tiles sum up in the same order, so that no row's bits depend on it either. */
static gboolean
make_plan (Plan                  *plan,
           const CasGpuInfo      *info,
           CasMatrixShape         matrix,
           const CasLinearParams *params)
{
  guint64 n_groups = (params->n_rows + large_tile.n_rows - 1) / large_tile.n_rows
                     * ((params->n_out + large_tile.n_columns - 1) / large_tile.n_columns);
  Plan large;

  if (info->kind == CAS_GPU_CPU)
    return plan_tile (plan, &processor_tile, info, matrix, params);
  if (!plan_tile (plan, &small_tile, info, matrix, params))
    return FALSE;
  if (n_groups >= ENOUGH_GROUPS && plan_tile (&large, &large_tile, info, matrix, params))
    *plan = large;
  return TRUE;
}

gboolean
cas_linear_can_use_matrix (const CasOp           *op,
                           CasRecorder           *r,
                           const CasLinearParams *params,
                           gboolean               is_wide)
{
  const CasGpuInfo *info = cas_recorder_get_info (r);
  CasMatrixType type;
  Plan plan;

  return cas_path_get_matrix (cas_recorder_get_path (r), &type) && is_wide
         && make_plan (&plan, info, info->matrix[type], params);
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
  const guint32 n_splits = cas_linear_count_splits (op);
  const MatrixTile *tile;
  const CasShader *shader;
  CasMatrixShape matrix;
  CasMatrixType type;
  Plan plan;

  cas_path_get_matrix (cas_recorder_get_path (r), &type);
  shader = type == CAS_MATRIX_BF16 ? &cas_shader_linear_matrix_bf16 : &cas_shader_linear_matrix;
  matrix = info->matrix[type];
  make_plan (&plan, info, matrix, params);
  tile = plan.tile;
  params->n_tile_rows = tile->n_rows;
  params->n_row_tiles = (params->n_rows + tile->n_rows - 1) / tile->n_rows;
  cas_dispatch_lanes_of (
      r, count_subgroups (tile) * info->subgroup_size, shader,
      (guint32[]) { op->params[CAS_LINEAR_WEIGHT]->dtype, data->kind, TRUE, act, parts, matrix.m,
                    matrix.n, matrix.k, tile->n_rows, tile->n_columns, plan.slice,
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

  cas_recorder_prepare (r);
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
