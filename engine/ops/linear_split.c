/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a linear's sum is split, room for the splits, and adding them up. */

#include "ops/linear_split.h"

#include "ops/dispatch.h"
#include "ops/graph-private.h"
#include "shaders/linear_split.h"

/* Columns of the smaller tile for GPUs. */
#define TILE_COLUMNS 64

/* Every split writes and reads 8 bytes of each sum: so many multiply-adds are worth that even to a
 * device that does 200 of them in the time of a byte. */
#define MIN_SPLIT_CHANNELS 2048

#define MAX_SPLITS 4

/* Slices of the matrix kernels are at most so long, and a split is a multiple of them. */
#define SLICE 32

#define ROWS_PER_GROUP 4

/* Of two tiles of rows, about what a prompt's tokens make in both guidance halves, each compute
 * unit gets at most one workgroup; and the splits never take more memory than the input. Thousands
 * of rows gain nothing and are cut in the same way, but hardly occur: networks have long sums where
 * they have few rows. */
guint32
cas_linear_choose_splits (const CasGpuInfo *info,
                          guint32           n_out,
                          guint32           n_in)
{
  guint32 n_groups = 2 * ((n_out + TILE_COLUMNS - 1) / TILE_COLUMNS);
  guint32 n_splits = 1;

  for (guint32 n = 2; n <= MAX_SPLITS && n_out % 4 == 0; n *= 2)
    if (n_in >= n * MIN_SPLIT_CHANNELS && n_in % (n * SLICE) == 0
        && n_groups * n <= info->n_compute_units && n_out * n <= n_in)
      n_splits = n;
  return n_splits;
}

void
cas_linear_add_splits (CasGraph         *g,
                       const CasGpuInfo *info)
{
  for (guint i = 0; i < g->ops->len; i++)
    {
      CasOp *op = g->ops->pdata[i];
      CasShape shape = op->out[0].shape;
      guint32 n_splits;

      if (op->klass != &cas_linear_class || cas_tensor_is_set (op->in[CAS_LINEAR_X2])
          || cas_tensor_is_set (op->out[CAS_LINEAR_SUMS]))
        continue;

      n_splits = cas_linear_choose_splits (info, shape.c, op->in[CAS_LINEAR_X].shape.c);
      shape.n *= n_splits;
      if (n_splits > 1)
        cas_graph_add_output (g, op, CAS_LINEAR_SPLITS, CAS_F32, shape);
    }
}

guint32
cas_linear_count_splits (const CasOp *op)
{
  CasTensor splits = op->out[CAS_LINEAR_SPLITS];

  return cas_tensor_is_set (splits) ? splits.shape.n / op->out[CAS_LINEAR_Y].shape.n : 1;
}

void
cas_linear_add_up_splits (const CasOp           *op,
                          CasRecorder           *r,
                          const CasLinearParams *params,
                          guint32                parts,
                          guint32                n_layers)
{
  const CasLinearData *data = op->data;
  const guint32 n_columns = 4 * cas_dispatch_lanes (r);
  CasLinearParams push = *params;

  push.x = cas_recorder_address (r, op->out[CAS_LINEAR_SPLITS]);
  push.n_tile_rows = ROWS_PER_GROUP;
  push.n_row_tiles = (push.n_rows + ROWS_PER_GROUP - 1) / ROWS_PER_GROUP;
  cas_dispatch (r, &cas_shader_linear_split,
                (guint32[]) { CAS_F32, data->kind, cas_dispatch_is_wide (r, op->out[CAS_LINEAR_Y]),
                              data->act, parts, cas_linear_count_splits (op) },
                6, &push, (guint64) push.n_row_tiles * ((data->n_out + n_columns - 1) / n_columns),
                n_layers);
}
