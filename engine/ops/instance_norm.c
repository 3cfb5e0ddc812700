/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Instance norm: each channel of each picture over its pixels,
 * y = (x − mean) / √(var + eps) · weight + bias, biased variance, sums in f32. */

#include "ops/op.h"

#include "ops/dispatch.h"
#include "shaders/instance_norm.h"

enum
{
  WEIGHT,
  BIAS,
};

typedef struct
{
  float eps;
} Data;

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const Data *data = op->data;
  CasTensor x = op->in[0], y = op->out[0];
  CasInstanceNormParams params = {
    .x = cas_recorder_address (r, x),
    .y = cas_recorder_address (r, y),
    .weight = cas_recorder_param (r, op->params[WEIGHT]),
    .bias = cas_recorder_param (r, op->params[BIAS]),
    .n_rows = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .eps = data->eps,
  };

  cas_dispatch (r, &cas_shader_instance_norm, NULL, 0, &params, x.shape.c, x.shape.n);
}

static const CasOpClass instance_norm = {
  .name = "instance_norm",
  .family = "norm",
  .data_size = sizeof (Data),
  .record = record,
};

CasTensor
cas_op_instance_norm (CasGraph        *g,
                      CasTensor        x,
                      const CasWeight *weight,
                      const CasWeight *bias,
                      float            eps)
{
  CasOp *op;

  if (cas_graph_has_failed (g) || !cas_graph_check_size (g, weight, x.shape.c)
      || !cas_graph_check_size (g, bias, x.shape.c))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &instance_norm, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;

  ((Data *) op->data)->eps = eps;
  op->in[0] = x;
  op->params[WEIGHT] = cas_param_new_vector (weight, 0, x.shape.c);
  op->params[BIAS] = cas_param_new_vector (bias, 0, x.shape.c);

  return op->out[0];
}
