/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pooling: the largest or the mean of the pixels under a square. */

#include "ops/op.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "ops/dispatch.h"
#include "shaders/pool.h"

static void
describe (const CasOp *op,
          GString     *text)
{
  const CasPool *pool = op->data;

  g_string_append_printf (text, " %s %u×%u /%u", pool->is_mean ? "mean" : "largest", pool->kernel,
                          pool->kernel, pool->stride);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const CasPool *pool = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  CasPoolParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .in_h = x.shape.h,
    .in_w = x.shape.w,
    .out_h = y.shape.h,
    .out_w = y.shape.w,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .kernel = pool->kernel,
    .stride = pool->stride,
    .pad = pool->pad,
  };

  cas_dispatch (r, &cas_shader_pool, (guint32[]) { pool->is_mean, pool->counts_padding }, 2,
                &params, cas_shape_n_pixels (y.shape), y.shape.n);
}

static const CasOpClass pool_class = {
  .name = "pool",
  .family = "pool",
  .data_size = sizeof (CasPool),
  .describe = describe,
  .record = record,
};

/* Places of the square along a side of n pixels; 0 where it is wider. */
static guint32
count_places (const CasPool *pool,
              guint32        n)
{
  guint64 framed = (guint64) n + 2 * pool->pad, rest, n_places;

  if (framed < pool->kernel)
    return 0;

  rest = framed - pool->kernel;
  n_places = (rest + (pool->rounds_up ? pool->stride - 1 : 0)) / pool->stride + 1;
  if ((n_places - 1) * pool->stride >= (guint64) n + pool->pad)
    n_places--;
  return (guint32) n_places;
}

CasTensor
cas_op_pool (CasGraph      *g,
             CasTensor      x,
             const CasPool *pool)
{
  CasPool full = *pool;
  CasShape shape = x.shape;
  CasOp *op;

  g_return_val_if_fail (pool->kernel > 0 && pool->pad < pool->kernel, CAS_NO_TENSOR);

  if (full.stride == 0)
    full.stride = full.kernel;
  shape.h = count_places (&full, x.shape.h);
  shape.w = count_places (&full, x.shape.w);
  if (!cas_graph_has_failed (g) && (shape.h == 0 || shape.w == 0))
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER,
                    _ ("%u × %u pixels are too few for a square of %u"), x.shape.w, x.shape.h,
                    full.kernel);
  op = cas_graph_append (g, &pool_class, CAS_F32, shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  *(CasPool *) op->data = full;
  return op->out[0];
}
