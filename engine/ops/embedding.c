/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking rows up: token and position embeddings, and one pixel of each picture. */

#include "ops/op.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/error.h"
#include "shaders/embedding.h"
#include "ops/dispatch.h"
#include "shaders/select.h"

enum
{
  TABLE,
  POSITIONS,
  EXTRA,
};

/* Of the tables only the rows that are looked up are read. */
static void
count_embedding (const CasOp  *op,
                 CasGraphCost *cost)
{
  CasShape y = op->out[0].shape;
  guint64 n_rows = y.n * cas_shape_n_pixels (y);

  for (guint i = TABLE; i <= POSITIONS; i++)
    {
      guint64 size = cas_param_size (op->params[i]);

      cost->bytes_moved -= size;
      cost->bytes_moved += MIN (size, n_rows * y.c * cas_dtype_size (op->params[i]->dtype));
    }
}

static void
record_embedding (const CasOp *op,
                  CasRecorder *r)
{
  const CasParam *table = op->params[TABLE];
  CasTensor y = op->out[0];
  CasEmbeddingParams params = {
    .ids = cas_recorder_address (r, op->in[0]),
    .table = cas_recorder_param (r, table),
    .positions = cas_recorder_param (r, op->params[POSITIONS]),
    .extra = cas_recorder_param (r, op->params[EXTRA]),
    .y = cas_recorder_address (r, y),
    .n_tokens = cas_shape_n_pixels (y.shape),
    .n_rows = table->n_rows,
    .n_extra = op->params[EXTRA] != NULL ? op->params[EXTRA]->n_rows : 0,
    .n_channels = y.shape.c,
    .y_stride = cas_recorder_stride (r, y),
  };

  cas_dispatch (r, &cas_shader_embedding, (guint32[]) { table->dtype }, 1, &params,
                cas_shape_n_pixels (y.shape), y.shape.n);
}

static const CasOpClass embedding = {
  .name = "embedding",
  .family = "embedding",
  .count = count_embedding,
  .record = record_embedding,
};

CasTensor
cas_op_embedding (CasGraph        *g,
                  CasTensor        ids,
                  const CasWeight *table,
                  const CasWeight *extra,
                  const CasWeight *positions)
{
  CasParamPiece table_piece = { .weight = table, .n_rows = table->dims[0] };
  CasParamPiece position_piece = { .weight = positions, .n_rows = positions->dims[0] };
  guint64 n_channels = table->n_dims == 2 ? table->dims[1] : 0;
  guint64 n_tokens = cas_shape_n_pixels (ids.shape);
  CasOp *op;

  if (cas_graph_has_failed (g) || !cas_graph_check_weight (g, table, 2, (guint64[]) { 0, 0 })
      || !cas_graph_check_weight (g, positions, 2, (guint64[]) { 0, n_channels })
      || (extra != NULL && !cas_graph_check_weight (g, extra, 2, (guint64[]) { 0, n_channels })))
    return CAS_NO_TENSOR;
  if (positions->dims[0] < n_tokens)
    {
      cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER,
                      _ ("%s: tensor “%s” has %" PRIu64 " positions, wanted %" PRIu64),
                      positions->file, positions->name, positions->dims[0], n_tokens);
      return CAS_NO_TENSOR;
    }
  op = cas_graph_append (g, &embedding, CAS_F32,
                         CAS_SHAPE (ids.shape.n, ids.shape.h, ids.shape.w, n_channels));
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = ids;
  op->params[TABLE] = cas_param_new (CAS_PACK_TABLE, table->dtype, 1, table->dims[0], n_channels,
                                     &table_piece, 1);
  op->params[POSITIONS] = cas_param_new (CAS_PACK_TABLE, CAS_F32, 1, positions->dims[0],
                                         n_channels, &position_piece, 1);
  if (extra != NULL)
    {
      CasParamPiece extra_piece = { .weight = extra, .n_rows = extra->dims[0] };

      op->params[EXTRA] = cas_param_new (CAS_PACK_TABLE, CAS_F32, 1, extra->dims[0], n_channels,
                                         &extra_piece, 1);
    }
  return op->out[0];
}

/* --- select --- */

/* channels that a lane copies; a software driver is given few workgroups */
#define LANE_CHANNELS          4
#define SOFTWARE_LANE_CHANNELS 1024

/* One pixel of a picture is read. */
static void
count_select (const CasOp  *op,
              CasGraphCost *cost)
{
  cost->bytes_moved -= 4 * cas_shape_n_elements (op->in[0].shape);
  cost->bytes_moved += 4 * cas_shape_n_elements (op->out[0].shape);
}

static void
record_select (const CasOp *op,
               CasRecorder *r)
{
  CasTensor x = op->in[0], y = op->out[0];
  guint32 stride = cas_recorder_stride (r, x);
  guint32 n_own = cas_dispatch_lanes (r)
                  * (cas_recorder_get_info (r)->kind == CAS_GPU_CPU ? SOFTWARE_LANE_CHANNELS
                                                                    : LANE_CHANNELS);
  CasSelectParams params = {
    .x = cas_recorder_address (r, x),
    .index = cas_recorder_address (r, op->in[1]),
    .y = cas_recorder_address (r, y),
    .n_pixels = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = stride,
    .y_stride = cas_recorder_stride (r, y),
    .x_layer = x.shape.n == 1 ? 0 : stride * (guint32) cas_shape_n_pixels (x.shape),
    .n_own_channels = n_own,
  };

  cas_dispatch (r, &cas_shader_select, NULL, 0, &params, (y.shape.c + n_own - 1) / n_own,
                y.shape.n);
}

static const CasOpClass select_class = {
  .name = "select",
  .family = "embedding",
  .count = count_select,
  .record = record_select,
};

CasTensor
cas_op_select (CasGraph *g,
               CasTensor x,
               CasTensor index)
{
  CasOp *op;

  if (!cas_graph_has_failed (g) && x.shape.n != 1 && x.shape.n != index.shape.n)
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER, _ ("select: %u pictures, but %u indices"),
                    x.shape.n, index.shape.n);
  op = cas_graph_append (g, &select_class, CAS_F32, CAS_SHAPE (index.shape.n, 1, 1, x.shape.c));
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  op->in[1] = index;
  return op->out[0];
}
