/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing and recording the kernels of linears and convolutions. */

#include "ops/linear_matrix.h"

#include "ops/dispatch.h"
#include "ops/linear_matrix2.h"
#include "shaders/linear_register.h"
#include "shaders/linear_tile.h"

#define TILE 64 /* rows and columns of linear_tile.comp */

/* Rows of a partial sum in the kernels for GPUs, whose tiles are multiples of it. */
#define TILE_SUM_ROWS 32

/* linear_register.comp: rows of a tile and columns of a lane */
typedef struct
{
  guint32 n_rows, n_columns;
} RegisterTile;

/* Fastest, but it takes a software driver seconds to compile: for work that pays it back. */
static const RegisterTile large_tile = { 24, 8 };

#define LARGE_MULTIPLY_ADDS 1e9

/* What a tile costs beside its rows, in rows: weights are loaded for it alone. */
#define TILE_COST 12

/* The tile that wastes least on this many rows. Partial sums must not straddle tiles. */
static const RegisterTile *
choose_register_tile (const CasOp *op,
                      guint64      n_rows)
{
  static const RegisterTile tiles[] = { { 16, 4 }, { 8, 4 }, { 12, 4 } };
  const CasLinearData *data = op->data;
  gboolean has_sums = cas_tensor_is_set (op->out[CAS_LINEAR_SUMS]);
  guint64 best_cost = G_MAXUINT64;
  guint best = 0;

  if ((double) n_rows * data->n_in * data->n_out >= LARGE_MULTIPLY_ADDS)
    return &large_tile;

  for (guint i = 0; i < G_N_ELEMENTS (tiles); i++)
    {
      guint64 n_tiles = (n_rows + tiles[i].n_rows - 1) / tiles[i].n_rows;
      guint64 cost = n_tiles * (tiles[i].n_rows + TILE_COST);

      if (cost < best_cost && !(has_sums && tiles[i].n_rows % CAS_LINEAR_MIN_SUM_ROWS != 0))
        {
          best_cost = cost;
          best = i;
        }
    }

  return &tiles[best];
}

guint32
cas_linear_sum_rows (CasRecorder *r)
{
  return cas_recorder_use_tiles (r) ? TILE_SUM_ROWS : CAS_LINEAR_MIN_SUM_ROWS;
}

/* Whether rows must be counted picture by picture. */
static gboolean
is_by_picture (const CasOp *op)
{
  return cas_tensor_is_set (op->in[CAS_LINEAR_GRN_SCALE])
         || cas_tensor_is_set (op->out[CAS_LINEAR_SUMS])
         || cas_tensor_is_set (op->out[CAS_LINEAR_MAXIMA])
         || (cas_tensor_is_set (op->in[CAS_LINEAR_MODULATION])
             && op->in[CAS_LINEAR_MODULATION].shape.n > 1);
}

static guint64
make_block (const CasOp *op,
            CasRecorder *r)
{
  const CasLinearData *data = op->data;
  CasTensor x = op->in[CAS_LINEAR_X], y = op->out[CAS_LINEAR_Y];
  CasTensor residual = op->in[CAS_LINEAR_RESIDUAL];
  CasTensor modulation = op->in[CAS_LINEAR_MODULATION];
  guint64 scalar = cas_recorder_param (r, op->params[CAS_LINEAR_SCALAR]);
  CasLinearBlock block = {
    .bias = cas_recorder_param (r, op->params[CAS_LINEAR_BIAS]),
    .affine = cas_recorder_param (r, op->params[CAS_LINEAR_AFFINE]),
    .scalar = scalar == 0 ? 0 : scalar + 4 * data->scalar,
    .residual = cas_recorder_address (r, residual),
    .modulation = cas_recorder_address (r, modulation),
    .grn_scale = cas_recorder_address (r, op->in[CAS_LINEAR_GRN_SCALE]),
    .grn_beta = cas_recorder_param (r, op->params[CAS_LINEAR_GRN_BETA]),
    .zeros = data->kind == CAS_LINEAR_PLAIN ? 0 : cas_recorder_zeros (r, x.shape.c),
    .residual_stride = cas_tensor_is_set (residual) ? cas_recorder_stride (r, residual) : 0,
    .modulation_layer = cas_tensor_is_set (modulation) && modulation.shape.n > 1
                            ? cas_recorder_stride (r, modulation)
                            : 0,
    .in_h = x.shape.h,
    .in_w = x.shape.w,
    .out_h = y.shape.h,
    .out_w = y.shape.w,
    .kernel = data->kernel,
    .stride = data->stride,
    .pad = data->pad,
    .maxima = cas_recorder_address (r, op->out[CAS_LINEAR_MAXIMA]),
    .n_maxima = op->out[CAS_LINEAR_MAXIMA].shape.c,
    .largest_weight = cas_recorder_param_largest (r, op->params[CAS_LINEAR_WEIGHT]),
  };

  return cas_recorder_block (r, &block, sizeof block);
}

static guint32
get_parts (const CasOp *op)
{
  const gboolean parts[CAS_LINEAR_N_PARTS] = {
    [CAS_LINEAR_PART_BIAS] = op->params[CAS_LINEAR_BIAS] != NULL,
    [CAS_LINEAR_PART_AFFINE] = op->params[CAS_LINEAR_AFFINE] != NULL,
    [CAS_LINEAR_PART_SCALAR] = op->params[CAS_LINEAR_SCALAR] != NULL,
    [CAS_LINEAR_PART_RESIDUAL] = cas_tensor_is_set (op->in[CAS_LINEAR_RESIDUAL]),
    [CAS_LINEAR_PART_MODULATION] = cas_tensor_is_set (op->in[CAS_LINEAR_MODULATION]),
    [CAS_LINEAR_PART_GRN_SCALE] = cas_tensor_is_set (op->in[CAS_LINEAR_GRN_SCALE]),
    [CAS_LINEAR_PART_SUMS] = cas_tensor_is_set (op->out[CAS_LINEAR_SUMS]),
    [CAS_LINEAR_PART_MAXIMA] = cas_tensor_is_set (op->out[CAS_LINEAR_MAXIMA]),
  };
  guint32 bits = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    bits |= (guint32) parts[i] << i;

  return bits;
}

/* Whether the kernel may read its input and weight as texels; fills in where those begin. */
static gboolean
set_texels (CasRecorder     *r,
            const CasOp     *op,
            CasLinearParams *params)
{
  const CasLinearData *data = op->data;
  guint64 bases[2], bases2[2];

  if ((params->x | params->x2) % 16 != 0 || data->pad > 0)
    return FALSE;
  if (params->x2 != 0)
    {
      if (!cas_recorder_set_views (r, (guint64[]) { params->x2, params->weight }, bases2, 2))
        return FALSE;
    }
  if (!cas_recorder_set_views (r, (guint64[]) { params->x, params->weight }, bases, 2)
      || (params->x2 != 0 && bases2[0] != bases[0]))
    return FALSE;

  params->x_view = bases[0];
  params->weight_view = bases[1];
  return TRUE;
}

static void
dispatch_register (CasRecorder     *r,
                   const CasOp     *op,
                   CasLinearParams *params,
                   guint32          is_wide,
                   guint32          n_layers)
{
  const RegisterTile *tile = choose_register_tile (op, params->n_rows);
  const CasLinearData *data = op->data;
  guint32 lanes = cas_dispatch_lanes (r);
  guint32 n_tile_columns = tile->n_columns * lanes;
  guint32 n_column_tiles = (data->n_out + n_tile_columns - 1) / n_tile_columns;
  gboolean use_texels;

  is_wide = is_wide && params->n_in % 8 == 0 && params->n_in2 % 8 == 0;
  use_texels = is_wide && set_texels (r, op, params);
  params->n_tile_rows = tile->n_rows;
  params->n_row_tiles = (params->n_rows + tile->n_rows - 1) / tile->n_rows;
  cas_dispatch (r,
                use_texels ? &cas_shader_linear_register_texel : &cas_shader_linear_register,
                (guint32[]) { op->params[CAS_LINEAR_WEIGHT]->dtype, data->kind, is_wide, data->act,
                              get_parts (op), tile->n_rows, tile->n_columns, lanes },
                8, params, (guint64) params->n_row_tiles * n_column_tiles, n_layers);
}

static void
dispatch_tile (CasRecorder     *r,
               const CasOp     *op,
               CasLinearParams *params,
               guint32          is_wide,
               guint32          n_layers)
{
  const CasLinearData *data = op->data;

  params->n_tile_rows = TILE;
  params->n_row_tiles = (params->n_rows + TILE - 1) / TILE;
  cas_dispatch_lanes_of (r, CAS_LINEAR_TILE_LANES, &cas_shader_linear_tile,
                         (guint32[]) { op->params[CAS_LINEAR_WEIGHT]->dtype, data->kind, is_wide,
                                       data->act, get_parts (op) },
                         5, params,
                         (guint64) params->n_row_tiles * ((data->n_out + TILE - 1) / TILE),
                         n_layers);
}

void
cas_linear_record (const CasOp *op,
                   CasRecorder *r)
{
  const CasLinearData *data = op->data;
  CasTensor x = op->in[CAS_LINEAR_X], x2 = op->in[CAS_LINEAR_X2];
  CasTensor y = op->out[CAS_LINEAR_Y];
  gboolean has_x2 = cas_tensor_is_set (x2);
  guint32 is_wide = cas_dispatch_is_wide (r, x) && (!has_x2 || cas_dispatch_is_wide (r, x2));
  guint32 n_layers = y.shape.n;
  CasLinearParams params = {
    .x = cas_recorder_address (r, x),
    .x2 = cas_recorder_address (r, x2),
    .weight = cas_recorder_param (r, op->params[CAS_LINEAR_WEIGHT]),
    .y = cas_recorder_address (r, y),
    .sums = cas_recorder_address (r, op->out[CAS_LINEAR_SUMS]),
    .block = make_block (op, r),
    .sum_rows = cas_linear_sum_rows (r),
    .n_rows = cas_shape_n_pixels (data->kind == CAS_LINEAR_CONV_TRANSPOSE ? x.shape : y.shape),
    .n_out = data->n_out,
    .n_in = x.shape.c,
    .n_in2 = has_x2 ? x2.shape.c : 0,
    .x_stride = cas_recorder_stride (r, x),
    .x2_stride = has_x2 ? cas_recorder_stride (r, x2) : 0,
    .y_stride = cas_recorder_stride (r, y),
    .pitch = op->params[CAS_LINEAR_WEIGHT]->pitch,
  };

  if (data->kind == CAS_LINEAR_PLAIN && !is_by_picture (op))
    {
      params.n_rows *= n_layers;
      n_layers = 1;
    }
  if (data->kind == CAS_LINEAR_CONV_TRANSPOSE)
    n_layers *= 4;

  if (cas_linear_can_use_matrix2 (op, r, &params, is_wide))
    {
      cas_linear_record_maxima (op, r);
      cas_linear_dispatch_matrix2 (op, r, &params, get_parts (op), n_layers);
    }
  else if (cas_linear_can_use_matrix (op, r, &params, is_wide))
    {
      cas_linear_record_maxima (op, r);
      cas_linear_dispatch_matrix (op, r, &params, get_parts (op), n_layers);
    }
  else if (cas_recorder_use_tiles (r))
    dispatch_tile (r, op, &params, is_wide, n_layers);
  else
    dispatch_register (r, op, &params, is_wide, n_layers);
}
