/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Padding by reflection: beyond an edge come the pixels before it, mirrored about the edge's. */

#include "ops/op.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "ops/dispatch.h"
#include "shaders/pad.h"

typedef struct
{
  guint32 n; /* pixels at each side */
} Data;

static void
describe (const CasOp *op,
          GString     *text)
{
  const Data *data = op->data;

  g_string_append_printf (text, " reflect %u", data->n);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const Data *data = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  CasPadParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .in_h = x.shape.h,
    .in_w = x.shape.w,
    .n = data->n,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
  };

  cas_dispatch (r, &cas_shader_pad, NULL, 0, &params, cas_shape_n_pixels (y.shape), y.shape.n);
}

static const CasOpClass pad = {
  .name = "pad",
  .family = "copy",
  .data_size = sizeof (Data),
  .describe = describe,
  .record = record,
};

CasTensor
cas_op_pad_reflect (CasGraph *g,
                    CasTensor x,
                    guint     n)
{
  CasOp *op;

  if (!cas_graph_has_failed (g) && (n >= x.shape.h || n >= x.shape.w))
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER,
                    _ ("%u × %u pixels are too few to be mirrored over an edge of %u"), x.shape.w,
                    x.shape.h, n);
  op = cas_graph_append (g, &pad, CAS_F32,
                         CAS_SHAPE (x.shape.n, x.shape.h + 2 * n, x.shape.w + 2 * n, x.shape.c));
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  ((Data *) op->data)->n = n;
  return op->out[0];
}
