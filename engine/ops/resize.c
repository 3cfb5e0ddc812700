/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resizing without antialiasing (spec 18). */

#include "ops/op.h"

#include "ops/dispatch.h"
#include "shaders/resize.h"

/* The constant of resize.comp with the same names. */
typedef enum
{
  BILINEAR,
  NEAREST,
  BILINEAR_CENTRED,
  BICUBIC,
} Mode;

typedef struct
{
  Mode mode;
} Data;

static void
describe (const CasOp *op,
          GString     *text)
{
  static const char *const words[] = { " bilinear", " nearest", " bilinear centred", " bicubic" };
  const Data *data = op->data;

  g_string_append (text, words[data->mode]);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const Data *data = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  CasResizeParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .in_h = x.shape.h,
    .in_w = x.shape.w,
    .out_h = y.shape.h,
    .out_w = y.shape.w,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
  };

  cas_dispatch (r, &cas_shader_resize, (guint32[]) { data->mode }, 1, &params,
                (guint64) y.shape.h * y.shape.w, y.shape.n);
}

static const CasOpClass resize = {
  .name = "resize",
  .family = "resize",
  .data_size = sizeof (Data),
  .describe = describe,
  .record = record,
};

static CasTensor
append (CasGraph *g,
        CasTensor x,
        guint32   h,
        guint32   w,
        Mode      mode)
{
  CasOp *op = cas_graph_append (g, &resize, CAS_F32, CAS_SHAPE (x.shape.n, h, w, x.shape.c));

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  ((Data *) op->data)->mode = mode;
  return op->out[0];
}

CasTensor
cas_op_bilinear (CasGraph *g,
                 CasTensor x,
                 guint32   h,
                 guint32   w)
{
  return append (g, x, h, w, BILINEAR);
}

CasTensor
cas_op_nearest (CasGraph *g,
                CasTensor x,
                guint32   h,
                guint32   w)
{
  return append (g, x, h, w, NEAREST);
}

CasTensor
cas_op_bilinear_centred (CasGraph *g,
                         CasTensor x,
                         guint32   h,
                         guint32   w)
{
  return append (g, x, h, w, BILINEAR_CENTRED);
}

CasTensor
cas_op_bicubic (CasGraph *g,
                CasTensor x,
                guint32   h,
                guint32   w)
{
  return append (g, x, h, w, BICUBIC);
}
