/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linears by the second generation of cooperative matrices. */

#include "ops/linear_matrix2.h"

#include "ops/dispatch.h"
#include "shaders/generated/linear_matrix2.h"

/* One for every linear, so that sums have the same order however many rows there are. Its rows are
 * a multiple of those of a partial sum. */
typedef struct
{
  guint32 n_rows, n_columns, slice;
} Tile;

static const Tile workgroup_tile = { CAS_MATRIX2_MAX_SIDE, CAS_MATRIX2_MAX_SIDE, 64 };
static const Tile processor_tile = { 32, CAS_MATRIX2_SUBGROUP_STEP, 16 };

/* Whether f16 holds the weights as they are: the driver converts them as it loads them. Digits that
 * the smallest lose are far below the largest. */
static gboolean
fits_type (const CasOp  *op,
           CasRecorder  *r,
           CasMatrixType type)
{
  const CasParam *weight = op->params[CAS_LINEAR_WEIGHT];
  const float largest = cas_recorder_param_largest (r, weight);

  return type != CAS_MATRIX_F16 || weight->dtype == CAS_F16
         || (largest >= 0x1p-6f && largest <= 65504);
}

/* Convolutions whose taps are pixels from all over the picture are left to other kernels. */
gboolean
cas_linear_can_use_matrix2 (const CasOp           *op,
                            CasRecorder           *r,
                            const CasLinearParams *params,
                            gboolean               is_wide)
{
  const CasLinearData *data = op->data;
  CasMatrixType type;

  return cas_dispatch_get_matrix2 (r, &type) != CAS_MATRIX2_NONE && is_wide
         && fits_type (op, r, type) && params->weight % 16 == 0 && params->pitch % 8 == 0
         && (data->kind == CAS_LINEAR_PLAIN
             || (data->kind == CAS_LINEAR_CONV_TRANSPOSE && data->kernel == 2));
}

void
cas_linear_dispatch_matrix2 (const CasOp     *op,
                             CasRecorder     *r,
                             CasLinearParams *params,
                             guint32          parts,
                             guint32          n_layers)
{
  const CasLinearData *data = op->data;
  CasMatrixType type;
  gboolean is_workgroup = cas_dispatch_get_matrix2 (r, &type) == CAS_MATRIX2_WORKGROUP;
  const Tile *tile = is_workgroup ? &workgroup_tile : &processor_tile;
  const CasShader *shader = &cas_shader_linear_matrix2;

  if (!is_workgroup)
    shader = &cas_shader_linear_matrix2_elements;
  else if (type == CAS_MATRIX_BF16)
    shader = &cas_shader_linear_matrix2_bf16;
  params->n_tile_rows = tile->n_rows;
  params->n_row_tiles = (params->n_rows + tile->n_rows - 1) / tile->n_rows;
  cas_dispatch_lanes_of (
      r, is_workgroup ? CAS_MATRIX2_LANES : cas_dispatch_lanes (r), shader,
      (guint32[]) { op->params[CAS_LINEAR_WEIGHT]->dtype, data->kind, TRUE, data->act, parts,
                    tile->n_rows, tile->n_columns, tile->slice },
      8, params,
      (guint64) params->n_row_tiles * ((data->n_out + tile->n_columns - 1) / tile->n_columns),
      n_layers);
}
