/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolutions, plain and transposed: linears over taps. */

#include "ops/linear.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "ops/low_rank.h"

static void
count_conv (const CasOp  *op,
            CasGraphCost *cost)
{
  const CasLinearData *data = op->data;
  guint64 rows = op->out[0].shape.n * cas_shape_n_pixels (op->out[0].shape);

  cost->flop_convolution += 2 * rows * data->n_out * data->n_in * data->kernel * data->kernel;
}

/* Every input pixel meets every tap once, whatever falls off the edge. */
static void
count_transpose (const CasOp  *op,
                 CasGraphCost *cost)
{
  const CasLinearData *data = op->data;
  CasShape in = op->in[CAS_LINEAR_X].shape;
  guint64 rows = in.n * cas_shape_n_pixels (in);

  cost->flop_convolution += 2 * rows * data->n_out * data->n_in * data->kernel * data->kernel;
}

static void
describe (const CasOp *op,
          GString     *text)
{
  cas_linear_class.describe (op, text);
}

const CasOpClass cas_conv_class = {
  .name = "conv",
  .family = "convolution",
  .data_size = sizeof (CasLinearData),
  .count = count_conv,
  .describe = describe,
  .record = cas_linear_record,
};

const CasOpClass cas_conv_transpose_class = {
  .name = "conv_transpose",
  .family = "convolution",
  .data_size = sizeof (CasLinearData),
  .count = count_transpose,
  .describe = describe,
  .record = cas_linear_record,
};

static CasTensor
append (CasGraph         *g,
        const CasOpClass *klass,
        CasTensor         x,
        CasShape          shape,
        const CasWeight  *weight,
        const CasWeight  *bias,
        CasLinearData     values)
{
  CasParamPiece piece = { .weight = cas_weight_merged (weight), .n_rows = weight->dims[0] };
  CasOp *op = cas_graph_append (g, klass, CAS_F32, shape);

  if (op == NULL)
    return CAS_NO_TENSOR;

  values.n_in = x.shape.c;
  values.n_out = shape.c;
  *(CasLinearData *) op->data = values;
  op->in[CAS_LINEAR_X] = x;
  op->params[CAS_LINEAR_WEIGHT] = cas_param_new (
      values.kind == CAS_LINEAR_CONV ? CAS_PACK_CONV : CAS_PACK_CONV_TRANSPOSE, piece.weight->dtype,
      values.kernel * values.kernel, shape.c, x.shape.c, &piece, 1);
  if (bias != NULL)
    op->params[CAS_LINEAR_BIAS] = cas_param_new_vector (bias, 0, shape.c);

  return op->out[0];
}

CasTensor
cas_op_conv (CasGraph        *g,
             CasTensor        x,
             const CasWeight *weight,
             const CasWeight *bias,
             guint            stride,
             guint            pad,
             CasActivation    act)
{
  guint64 k;
  CasShape shape = x.shape;

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  k = weight->n_dims == 4 ? weight->dims[3] : 0;
  if (!cas_graph_check_weight (g, weight, 4, (guint64[]) { 0, x.shape.c, k, k })
      || (bias != NULL && !cas_graph_check_size (g, bias, weight->dims[0])))
    return CAS_NO_TENSOR;
  if (k > 4 && k == stride && pad == 0)
    return cas_op_linear (g, cas_op_pixel_unshuffle (g, x, k),
                          (CasLinear) { .weight = weight, .bias = bias }, act);
  if (k > CAS_CONV_MAX_KERNEL)
    {
      cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                      _ ("%s: tensor “%s” is a kernel of %u pixels, at most %d are known"),
                      weight->file, weight->name, (guint) k, CAS_CONV_MAX_KERNEL);
      return CAS_NO_TENSOR;
    }

  if (k == 1 && stride == 1 && pad == 0)
    return cas_op_linear (g, x, (CasLinear) { .weight = weight, .bias = bias }, act);

  shape.h = shape.h + 2 * pad < k ? 0 : (shape.h + 2 * pad - k) / stride + 1;
  shape.w = shape.w + 2 * pad < k ? 0 : (shape.w + 2 * pad - k) / stride + 1;
  shape.c = weight->dims[0];
  return append (g, &cas_conv_class, x, shape, weight, bias,
                 (CasLinearData) {
                     .kind = CAS_LINEAR_CONV,
                     .act = act,
                     .kernel = k,
                     .stride = stride,
                     .pad = pad,
                 });
}

CasTensor
cas_op_conv_transpose (CasGraph        *g,
                       CasTensor        x,
                       const CasWeight *weight,
                       const CasWeight *bias,
                       CasActivation    act)
{
  guint64 k;

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  k = weight->n_dims == 4 && weight->dims[3] == 4 ? 4 : 2;
  if (!cas_graph_check_weight (g, weight, 4, (guint64[]) { x.shape.c, 0, k, k })
      || (bias != NULL && !cas_graph_check_size (g, bias, weight->dims[1])))
    return CAS_NO_TENSOR;

  return append (g, &cas_conv_transpose_class, x,
                 CAS_SHAPE (x.shape.n, x.shape.h * 2, x.shape.w * 2, weight->dims[1]), weight, bias,
                 (CasLinearData) {
                     .kind = CAS_LINEAR_CONV_TRANSPOSE,
                     .act = act,
                     .kernel = k,
                     .stride = 2,
                     .pad = k == 4 ? 1 : 0,
                 });
}
