/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixel shuffle and unshuffle (spec 18): channel c·r² + dy·r + dx of one side is pixel
 * (y·r + dy, x·r + dx) of the other. */

#include "ops/op.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "ops/dispatch.h"
#include "shaders/shuffle.h"

typedef struct
{
  guint32  r;
  gboolean is_inverse; /* unshuffle */
} Data;

static void
describe (const CasOp *op,
          GString     *text)
{
  const Data *data = op->data;

  g_string_append_printf (text, " %s %u", data->is_inverse ? "unshuffle" : "shuffle", data->r);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const Data *data = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  CasTensor coarse = data->is_inverse ? y : x;
  CasShuffleParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .w = coarse.shape.w,
    .n_channels = coarse.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .n_pixels = cas_shape_n_pixels (coarse.shape),
    .r = data->r,
  };

  cas_dispatch (r, &cas_shader_shuffle, (guint32[]) { data->is_inverse }, 1, &params,
                cas_shape_n_pixels (coarse.shape), x.shape.n);
}

static const CasOpClass shuffle = {
  .name = "pixel_shuffle",
  .family = "copy",
  .data_size = sizeof (Data),
  .describe = describe,
  .record = record,
};

static CasTensor
append (CasGraph *g,
        CasTensor x,
        CasShape  shape,
        guint     r,
        gboolean  is_inverse)
{
  CasOp *op = cas_graph_append (g, &shuffle, CAS_F32, shape);

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  *(Data *) op->data = (Data) { .r = r, .is_inverse = is_inverse };
  return op->out[0];
}

CasTensor
cas_op_pixel_unshuffle (CasGraph *g,
                        CasTensor x,
                        guint     r)
{
  if (!cas_graph_has_failed (g) && (x.shape.h % r != 0 || x.shape.w % r != 0))
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER,
                    _ ("a latent of %u × %u pixels cannot be split into squares of %u"), x.shape.w,
                    x.shape.h, r);

  return append (g, x, CAS_SHAPE (x.shape.n, x.shape.h / r, x.shape.w / r, x.shape.c * r * r), r,
                 TRUE);
}

CasTensor
cas_op_pixel_shuffle (CasGraph *g,
                      CasTensor x,
                      guint     r)
{
  if (!cas_graph_has_failed (g) && x.shape.c % (r * r) != 0)
    cas_graph_fail (g, CAS_ERROR_BAD_MODEL, _ ("%u channels cannot be laid out in squares of %u"),
                    x.shape.c, r);

  return append (g, x, CAS_SHAPE (x.shape.n, x.shape.h * r, x.shape.w * r, x.shape.c / (r * r)), r,
                 FALSE);
}
