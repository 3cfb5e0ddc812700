/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Operations that look at one number at a time. */

#include "ops/elementwise.h"

#include "ops/dispatch.h"
#include "ops/fusible.h"
#include "shaders/elementwise.h"

/* pixels that one workgroup walks over on a software driver */
#define SOFTWARE_PIXELS 16

void
cas_elementwise_record (CasRecorder                   *r,
                        CasElementwise                 what,
                        CasTensor                      x,
                        CasTensor                      b,
                        guint64                        v,
                        CasTensor                      y,
                        const CasElementwiseConstants *constants)
{
  static const CasElementwiseConstants none = { 0 };
  const CasElementwiseConstants *k = constants != NULL ? constants : &none;
  gboolean has_b = cas_tensor_is_set (b);
  guint32 is_wide = cas_dispatch_is_wide (r, x) && cas_dispatch_is_wide (r, y)
                    && (!has_b || cas_dispatch_is_wide (r, b));
  guint32 rows = cas_recorder_get_info (r)->kind == CAS_GPU_CPU ? SOFTWARE_PIXELS : 1;
  guint32 n_rows = cas_shape_n_pixels (x.shape);
  guint32 b_stride = has_b ? cas_recorder_stride (r, b) : 0;
  gboolean b_is_pixel = has_b && cas_shape_n_pixels (b.shape) == 1;
  CasElementwiseParams params = {
    .x = cas_recorder_address (r, x),
    .b = cas_recorder_address (r, b),
    .v = v,
    .y = cas_recorder_address (r, y),
    .n_rows = n_rows,
    .n_channels = x.shape.c,
    .x_stride = cas_recorder_stride (r, x),
    .y_stride = cas_recorder_stride (r, y),
    .b_stride = b_is_pixel ? 0 : b_stride,
    .b_layer = !has_b || b.shape.n == 1 ? 0 : b_stride * (guint32) cas_shape_n_pixels (b.shape),
    .act = k->act,
    .offset = k->offset,
    .i = k->i,
    .j = k->j,
  };

  cas_dispatch (r, &cas_shader_elementwise, (guint32[]) { what, is_wide, rows }, 3, &params,
                (n_rows + rows - 1) / rows, x.shape.n);
}

/* --- activation --- */

void
cas_activation_describe (CasActivation act,
                         GString      *text)
{
  static const char *const words[] = {
    "", " gelu", " silu", " quick-gelu", " leaky-relu", " sigmoid", " relu",
  };

  g_string_append (text, words[act]);
}

static void
describe_activation (const CasOp *op,
                     GString     *text)
{
  cas_activation_describe (((const CasElementwiseConstants *) op->data)->act, text);
}

static void
record_activation (const CasOp *op,
                   CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_ACTIVATION, op->in[0], CAS_NO_TENSOR, 0, op->out[0],
                          op->data);
}

const CasOpClass cas_activation_class = {
  .name = "activation",
  .family = "elementwise",
  .data_size = sizeof (CasElementwiseConstants),
  .describe = describe_activation,
  .record = record_activation,
};

CasTensor
cas_op_activation (CasGraph     *g,
                   CasTensor     x,
                   CasActivation act)
{
  CasOp *op = cas_graph_append (g, &cas_activation_class, CAS_F32, x.shape);

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  ((CasElementwiseConstants *) op->data)->act = act;
  return op->out[0];
}

/* --- constant scale --- */

static void
record_scale (const CasOp *op,
              CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_SCALE, op->in[0], CAS_NO_TENSOR, 0, op->out[0],
                          op->data);
}

static const CasOpClass scale_class = {
  .name = "scale",
  .family = "elementwise",
  .data_size = sizeof (CasElementwiseConstants),
  .record = record_scale,
};

CasTensor
cas_op_scale (CasGraph *g,
              CasTensor x,
              float     scale)
{
  CasOp *op = cas_graph_append (g, &scale_class, CAS_F32, x.shape);

  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  ((CasElementwiseConstants *) op->data)->offset = scale;
  return op->out[0];
}

/* --- constants of channels --- */

/* as the kernel reads them: scales, then shifts */
typedef struct
{
  float v[2 * CAS_AFFINE_MAX_CHANNELS];
} Affine;

static void
record_affine (const CasOp *op,
               CasRecorder *r)
{
  const Affine *data = op->data;

  cas_elementwise_record (r, CAS_ELEMENTWISE_AFFINE, op->in[0], CAS_NO_TENSOR,
                          cas_recorder_block (r, data, sizeof *data), op->out[0], NULL);
}

static const CasOpClass affine = {
  .name = "affine",
  .family = "elementwise",
  .data_size = sizeof (Affine),
  .record = record_affine,
};

CasTensor
cas_op_affine (CasGraph    *g,
               CasTensor    x,
               const float *scale,
               const float *shift)
{
  CasOp *op;
  Affine *data;

  g_return_val_if_fail (x.shape.c <= CAS_AFFINE_MAX_CHANNELS, CAS_NO_TENSOR);

  op = cas_graph_append (g, &affine, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  data = op->data;
  for (guint32 c = 0; c < x.shape.c; c++)
    {
      data->v[c] = scale[c];
      data->v[x.shape.c + c] = shift[c];
    }
  op->in[0] = x;
  return op->out[0];
}

/* --- two tensors --- */

static gboolean
is_same_shape (CasShape a,
               CasShape b)
{
  return a.n == b.n && a.h == b.h && a.w == b.w && a.c == b.c;
}

static void
record_add (const CasOp *op,
            CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_ADD, op->in[0], op->in[1], 0, op->out[0], NULL);
}

const CasOpClass cas_add_class = {
  .name = "add",
  .family = "elementwise",
  .record = record_add,
};

static CasTensor
append_pair (CasGraph         *g,
             const CasOpClass *klass,
             CasTensor         a,
             CasTensor         b)
{
  CasOp *op;
  gboolean fits = b.shape.c == a.shape.c && (b.shape.n == 1 || b.shape.n == a.shape.n)
                  && (cas_shape_n_pixels (b.shape) == 1
                      || (b.shape.h == a.shape.h && b.shape.w == a.shape.w));

  if (!cas_graph_has_failed (g) && !fits)
    cas_graph_fail_shapes (g, klass->name, a, b);
  op = cas_graph_append (g, klass, CAS_F32, a.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = a;
  op->in[1] = b;
  return op->out[0];
}

CasTensor
cas_op_add (CasGraph *g,
            CasTensor a,
            CasTensor b)
{
  return append_pair (g, &cas_add_class, a, b);
}

static void
record_multiply (const CasOp *op,
                 CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_MULTIPLY, op->in[0], op->in[1], 0, op->out[0], NULL);
}

static const CasOpClass multiply = {
  .name = "multiply",
  .family = "elementwise",
  .record = record_multiply,
};

CasTensor
cas_op_multiply (CasGraph *g,
                 CasTensor a,
                 CasTensor b)
{
  return append_pair (g, &multiply, a, b);
}

static void
record_modulate (const CasOp *op,
                 CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_MODULATE, op->in[0], op->in[1], 0, op->out[0], NULL);
}

const CasOpClass cas_modulate_class = {
  .name = "modulate",
  .family = "elementwise",
  .record = record_modulate,
};

CasTensor
cas_op_modulate (CasGraph *g,
                 CasTensor x,
                 CasTensor ab)
{
  CasOp *op;
  CasShape wanted = CAS_SHAPE (ab.shape.n == 1 ? 1 : x.shape.n, 1, 1, 2 * x.shape.c);

  if (!cas_graph_has_failed (g) && !is_same_shape (ab.shape, wanted))
    cas_graph_fail_shapes (g, "modulate", x, ab);
  op = cas_graph_append (g, &cas_modulate_class, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  op->in[1] = ab;
  return op->out[0];
}

/* --- numbers of the model --- */

static void
record_scale_by (const CasOp *op,
                 CasRecorder *r)
{
  const CasScaleByData *data = op->data;
  CasElementwiseConstants constants = {
    .offset = data->offset,
    .i = data->scale,
    .j = data->shift,
  };

  cas_elementwise_record (r, CAS_ELEMENTWISE_SCALE_BY, op->in[0], CAS_NO_TENSOR,
                          cas_recorder_param (r, op->params[0]), op->out[0], &constants);
}

const CasOpClass cas_scale_by_class = {
  .name = "scale_by",
  .family = "elementwise",
  .data_size = sizeof (CasScaleByData),
  .record = record_scale_by,
};

CasTensor
cas_op_scale_by (CasGraph        *g,
                 CasTensor        x,
                 const CasWeight *v,
                 float            offset,
                 int              i,
                 int              j)
{
  CasOp *op;
  guint64 n = cas_weight_n_elements (v);

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  if (n <= (guint64) MAX (i, j) && !cas_graph_check_size (g, v, MAX (i, j) + 1))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &cas_scale_by_class, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  op->params[0] = cas_param_new_vector (v, 0, n);
  *(CasScaleByData *) op->data = (CasScaleByData) { .offset = offset, .scale = i, .shift = j };
  return op->out[0];
}

static void
record_batch_norm (const CasOp *op,
                   CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_AFFINE, op->in[0], CAS_NO_TENSOR,
                          cas_recorder_param (r, op->params[0]), op->out[0], NULL);
}

const CasOpClass cas_batch_norm_class = {
  .name = "batch_norm",
  .family = "norm",
  .record = record_batch_norm,
};

CasTensor
cas_op_batch_norm (CasGraph    *g,
                   CasTensor    x,
                   CasBatchNorm norm,
                   float        eps)
{
  const CasWeight *weights[] = { norm.weight, norm.bias, norm.mean, norm.var };
  CasParamPiece pieces[4] = { 0 };
  CasOp *op;

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  for (guint i = 0; i < 4; i++)
    if (weights[i] != NULL)
      {
        if (!cas_graph_check_size (g, weights[i], x.shape.c))
          return CAS_NO_TENSOR;
        pieces[i] = (CasParamPiece) { .weight = weights[i], .n_rows = x.shape.c };
      }
  op = cas_graph_append (g, &cas_batch_norm_class, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  op->params[0] = cas_param_new (CAS_PACK_BATCH_NORM, CAS_F32, 1, 2, x.shape.c, pieces, 4);
  op->params[0]->eps = eps;
  return op->out[0];
}

static void
record_prelu (const CasOp *op,
              CasRecorder *r)
{
  cas_elementwise_record (r, CAS_ELEMENTWISE_PRELU, op->in[0], CAS_NO_TENSOR,
                          cas_recorder_param (r, op->params[0]), op->out[0], NULL);
}

static const CasOpClass prelu = {
  .name = "prelu",
  .family = "elementwise",
  .record = record_prelu,
};

CasTensor
cas_op_prelu (CasGraph        *g,
              CasTensor        x,
              const CasWeight *slope)
{
  CasOp *op;

  if (cas_graph_has_failed (g) || !cas_graph_check_size (g, slope, x.shape.c))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &prelu, CAS_F32, x.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = x;
  op->params[0] = cas_param_new_vector (slope, 0, x.shape.c);
  return op->out[0];
}
