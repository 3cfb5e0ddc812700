/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX operators that compute: convolutions, norms, activations, pools, sums. */

#include "model/onnx_node.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define MAX_STRIDE 16

/* --- squares over pictures: what convolutions and pools have in common ------------------------ */

typedef struct
{
  guint kernel, stride, pad;
} Square;

/* One number for both directions, or for all four sides. */
static gboolean
read_equal (CasOnnxScope *s,
            const char   *name,
            guint         n_wanted,
            gint64        otherwise,
            gint64       *value)
{
  gint64 ints[4];
  guint n = cas_onnx_ints (s, name, ints, n_wanted);

  *value = n > 0 ? ints[0] : otherwise;
  for (guint i = 1; i < n; i++)
    if (ints[i] != ints[0])
      {
        cas_onnx_refuse (s, _("has different numbers in its attribute “%s”, wanted is one for all "
                              "directions"), name);
        return FALSE;
      }
  if (n > 0 && n < n_wanted)
    cas_onnx_refuse (s, _("has too few numbers in its attribute “%s”"), name);
  return !cas_onnx_has_failed (s);
}

/* kernel: the weight's, or 0 where only the attribute says it. */
static gboolean
read_square (CasOnnxScope *s,
             guint         kernel,
             CasShape      shape,
             Square       *square)
{
  gint64 size, stride, pad, dilation;
  const char *auto_pad = cas_onnx_string (s, "auto_pad", "NOTSET");

  if (!read_equal (s, "kernel_shape", 2, kernel, &size)
      || !read_equal (s, "strides", 2, 1, &stride) || !read_equal (s, "pads", 4, 0, &pad)
      || !read_equal (s, "dilations", 2, 1, &dilation))
    return FALSE;

  if (strcmp (auto_pad, "NOTSET") != 0 && strcmp (auto_pad, "VALID") != 0)
    cas_onnx_refuse (s, _("has the padding “%s”, known are NOTSET and VALID"), auto_pad);
  else if (dilation != 1)
    cas_onnx_refuse (s, _("has a dilation, which is not known here"));
  else if (size < 1 || size > CAS_CONV_MAX_KERNEL || (kernel != 0 && size != kernel))
    cas_onnx_refuse (s, _("has a kernel of %" PRId64 " pixels, known are 1 to %d, and it "
                          "has to be the weight's"), size, CAS_CONV_MAX_KERNEL);
  else if (stride < 1 || stride > MAX_STRIDE || pad < 0 || pad >= size)
    cas_onnx_refuse (s, _("has a stride of %" PRId64 " and %" PRId64 " pixels of "
                          "padding, known are 1 to %d and less than the kernel"), stride, pad,
                     MAX_STRIDE);
  else if (shape.h + 2 * pad < size || shape.w + 2 * pad < size)
    cas_onnx_refuse (s, _("has a kernel of %" PRId64 " pixels for a picture of %u×%u"),
                     size, shape.w, shape.h);

  *square = (Square) { .kernel = (guint) size, .stride = (guint) stride, .pad = (guint) pad };
  return !cas_onnx_has_failed (s);
}

static void
append_conv (CasOnnxScope *s)
{
  CasOnnxThing room;
  const CasOnnxThing *x = cas_onnx_input_image (s, 0, &room);
  const CasWeight *weight = cas_onnx_input_weight (s, 1);
  const CasWeight *bias = cas_onnx_input (s, 2) != NULL ? cas_onnx_input_weight (s, 2) : NULL;
  gint64 group = cas_onnx_int (s, "group", 1);
  Square square;

  if (cas_onnx_has_failed (s))
    return;
  if (weight->n_dims != 4 || weight->dims[2] != weight->dims[3])
    {
      g_autofree char *shape = cas_weight_dup_shape (weight);

      cas_onnx_refuse (s, _("has a weight of shape %s, wanted is one with a square kernel"), shape);
      return;
    }
  if (!read_square (s, (guint) MIN (weight->dims[3], G_MAXUINT), x->tensor.shape, &square))
    return;

  if (group == 1)
    cas_onnx_give_image (s, cas_op_conv (s->g, x->tensor, weight, bias, square.stride, square.pad,
                                         CAS_ACT_NONE));
  else if (group == (gint64) x->dims[1] && square.kernel == 3 && square.pad == 1
           && square.stride <= 2)
    cas_onnx_give_image (s, cas_op_depthwise (s->g, x->tensor, weight, bias, square.stride,
                                              CAS_PAD_ZERO));
  else
    cas_onnx_refuse (s, _("is in %" PRId64 " groups with a kernel of %u, stride %u and "
                          "padding %u; known are one group, and as many as channels with 3, "
                          "1 or 2, and 1"), group, square.kernel, square.stride, square.pad);
}

static void
append_pool (CasOnnxScope *s,
             gboolean      is_mean)
{
  CasOnnxThing room;
  const CasOnnxThing *x = cas_onnx_input_image (s, 0, &room);
  Square square;

  if (x == NULL || !read_square (s, 0, x->tensor.shape, &square))
    return;
  if (cas_onnx_int (s, "storage_order", 0) != 0)
    cas_onnx_refuse (s, _("stores its indices, which are not known here"));

  CasPool pool = {
    .is_mean = is_mean,
    .kernel = square.kernel,
    .stride = square.stride,
    .pad = square.pad,
    .rounds_up = cas_onnx_int (s, "ceil_mode", 0) != 0,
    .counts_padding = cas_onnx_int (s, "count_include_pad", 0) != 0,
  };
  cas_onnx_give_image (s, cas_op_pool (s->g, x->tensor, &pool));
}

static void
append_max_pool (CasOnnxScope *s)
{
  append_pool (s, FALSE);
}

static void
append_average_pool (CasOnnxScope *s)
{
  append_pool (s, TRUE);
}

static void
append_global_average_pool (CasOnnxScope *s)
{
  CasOnnxThing room;
  const CasOnnxThing *x = cas_onnx_input_image (s, 0, &room);

  if (x != NULL)
    cas_onnx_give_image (s, cas_op_mean (s->g, x->tensor));
}

/* --- one number at a time --------------------------------------------------------------------- */

static void
append_activation (CasOnnxScope  *s,
                   CasActivation  act)
{
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);

  if (x != NULL)
    cas_onnx_give_like (s, x, cas_op_activation (s->g, x->tensor, act));
}

static void
append_relu (CasOnnxScope *s)
{
  append_activation (s, CAS_ACT_RELU);
}

static void
append_sigmoid (CasOnnxScope *s)
{
  append_activation (s, CAS_ACT_SIGMOID);
}

/* Passes x on: what these do is for training. */
static void
append_identity (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input (s, 0);

  cas_onnx_float (s, "ratio", 0.5f);
  if (x != NULL)
    cas_onnx_give (s, x);
  else
    cas_onnx_refuse (s, _("has no input %u"), 0);
}

/* Where dims have a number for each channel of x: its axis counted from the last. */
static guint
channel_axis (const CasOnnxThing *x)
{
  return x->is_image ? 2 : 0;
}

/* Whether constant has one number for each channel of x, or one for all. */
static gboolean
is_of_channels (const CasOnnxThing  *x,
                const CasOnnxTensor *constant)
{
  guint axis = channel_axis (x);

  if (constant->n_elements == 1)
    return TRUE;
  return constant->n_elements == x->tensor.shape.c && constant->n_dims > axis
         && constant->n_dims <= x->n_dims
         && constant->dims[constant->n_dims - 1 - axis] == constant->n_elements;
}

static void
append_prelu (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);
  const CasWeight *slope = cas_onnx_input_weight (s, 1);
  const CasOnnxTensor *constant;

  if (cas_onnx_has_failed (s))
    return;
  constant = slope->source;
  if (!is_of_channels (x, constant))
    {
      g_autofree char *shape = cas_weight_dup_shape (slope);

      cas_onnx_refuse (s, _("has slopes of shape %s, wanted is one a channel, or one"), shape);
      return;
    }

  slope = cas_onnx_weight_repeated (s, constant, x->tensor.shape.c);
  if (slope != NULL)
    cas_onnx_give_like (s, x, cas_op_prelu (s->g, x->tensor, slope));
}

static void
append_batch_norm (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);
  CasBatchNorm norm = {
    .weight = cas_onnx_input_weight (s, 1),
    .bias = cas_onnx_input_weight (s, 2),
    .mean = cas_onnx_input_weight (s, 3),
    .var = cas_onnx_input_weight (s, 4),
  };
  float eps = cas_onnx_float (s, "epsilon", 1e-5f);
  gint64 is_training = cas_onnx_int (s, "training_mode", 0);
  gint64 is_spatial = cas_onnx_int (s, "spatial", 1);

  cas_onnx_float (s, "momentum", 0.9f);
  if (cas_onnx_has_failed (s))
    return;
  if (!x->is_image && x->n_dims != 2)
    cas_onnx_refuse (s, _("has an input of %u dimensions that is no picture, wanted 2"), x->n_dims);
  else if (is_training != 0 || is_spatial != 1 || !(eps >= 0.0f))
    cas_onnx_refuse (s, _("is one for training, or one for each pixel: not known here"));
  else
    cas_onnx_give_like (s, x, cas_op_batch_norm (s->g, x->tensor, norm, eps));
}

/* --- two tensors ------------------------------------------------------------------------------ */

static CasTensor
combine (CasOnnxScope *s,
         CasTensor     a,
         CasTensor     b,
         gboolean      is_product)
{
  return is_product ? cas_op_multiply (s->g, a, b) : cas_op_add (s->g, a, b);
}

static void
combine_with_constant (CasOnnxScope        *s,
                       const CasOnnxThing  *x,
                       const CasOnnxTensor *constant,
                       gboolean             is_product)
{
  guint32 c = x->tensor.shape.c;
  const CasWeight *weight;
  float number;

  if (constant->dtype == CAS_I64 || constant->n_elements == 0 || constant->n_dims > x->n_dims
      || !is_of_channels (x, constant))
    {
      cas_onnx_refuse (s, _("has a constant input that is neither one float nor one a channel"));
      return;
    }
  if (constant->n_elements == 1 && is_product)
    {
      if (cas_onnx_read_floats (s, constant, &number))
        cas_onnx_give_like (s, x, cas_op_scale (s->g, x->tensor, number));
      return;
    }

  weight = cas_onnx_weight_repeated (s, constant, c);
  if (weight != NULL)
    cas_onnx_give_like (s, x, combine (s, x->tensor,
                                       cas_op_weight (s->g, weight, CAS_SHAPE (1, 1, 1, c)),
                                       is_product));
}

static gboolean
has_equal_dims (const CasOnnxThing *a,
                const CasOnnxThing *b)
{
  return a->n_dims == b->n_dims && memcmp (a->dims, b->dims, a->n_dims * sizeof *a->dims) == 0;
}

static gboolean
is_pixel_of (const CasOnnxThing *a,
             const CasOnnxThing *b)
{
  return a->is_image && b->is_image && a->dims[0] == b->dims[0] && a->dims[1] == b->dims[1]
         && a->dims[2] == 1 && a->dims[3] == 1;
}

static void
append_pair (CasOnnxScope *s,
             gboolean      is_product)
{
  const CasOnnxThing *a = cas_onnx_input (s, 0), *b = cas_onnx_input (s, 1);

  if (a != NULL && b != NULL && (a->kind != CAS_ONNX_IS_TENSOR || is_pixel_of (a, b)))
    {
      const CasOnnxThing *larger = b;

      b = a;
      a = larger;
    }

  if (cas_onnx_has_failed (s))
    return;
  if (a == NULL || b == NULL || a->kind != CAS_ONNX_IS_TENSOR || b->kind == CAS_ONNX_IS_FEW)
    cas_onnx_refuse (s, _("has no two inputs of which one is computed and the other is that too, "
                          "or floats of the file"));
  else if (b->kind == CAS_ONNX_IS_CONSTANT)
    combine_with_constant (s, a, b->constant, is_product);
  else if (is_pixel_of (b, a) || (has_equal_dims (a, b) && a->is_image == b->is_image))
    cas_onnx_give_like (s, a, combine (s, a->tensor, b->tensor, is_product));
  else if (has_equal_dims (a, b))
    cas_onnx_give_dense (s, combine (s, cas_onnx_to_dense (s, a), cas_onnx_to_dense (s, b),
                                     is_product), a->n_dims, a->dims);
  else
    cas_onnx_refuse (s, _("has inputs of different shapes, of which none is one pixel"));
}

static void
append_add (CasOnnxScope *s)
{
  append_pair (s, FALSE);
}

static void
append_multiply (CasOnnxScope *s)
{
  append_pair (s, TRUE);
}

static void
append_gemm (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);
  const CasWeight *weight = cas_onnx_input_weight (s, 1), *bias = NULL;
  gboolean is_transposed = cas_onnx_int (s, "transB", 0) != 0;
  guint64 n_in, n_out;

  if (cas_onnx_float (s, "alpha", 1.0f) != 1.0f || cas_onnx_float (s, "beta", 1.0f) != 1.0f
      || cas_onnx_int (s, "transA", 0) != 0)
    cas_onnx_refuse (s, _("has factors, or a first input that is turned: not known here"));
  if (cas_onnx_input (s, 2) != NULL)
    bias = cas_onnx_input_weight (s, 2);
  if (cas_onnx_has_failed (s))
    return;

  n_in = weight->dims[is_transposed ? 1 : 0];
  n_out = weight->dims[is_transposed ? 0 : 1];
  if (x->n_dims != 2 || weight->n_dims != 2 || x->dims[1] != n_in
      || (bias != NULL && cas_weight_n_elements (bias) != 1
          && (cas_weight_n_elements (bias) != n_out || bias->dims[bias->n_dims - 1] != n_out)))
    {
      g_autofree char *shape = cas_weight_dup_shape (weight);

      cas_onnx_refuse (s, _("has a weight of shape %s, which does not fit its input or its bias"),
                       shape);
      return;
    }

  if (!is_transposed)
    weight = cas_onnx_weight_transposed (s, weight->source);
  if (bias != NULL)
    bias = cas_onnx_weight_repeated (s, bias->source, n_out);
  if (!cas_onnx_has_failed (s))
    cas_onnx_give_dense (s, cas_op_linear (s->g, x->tensor,
                                           (CasLinear) { .weight = weight, .bias = bias },
                                           CAS_ACT_NONE),
                         2, (guint64[]) { x->dims[0], n_out });
}

/* --- enlarging -------------------------------------------------------------------------------- */

/* The rules under which each pixel becomes a square of four. */
static gboolean
is_doubling_rule (const char *place,
                  const char *nearest)
{
  static const struct { const char *place, *nearest; } rules[] = {
    { "asymmetric", "floor" },
    { "asymmetric", "round_prefer_floor" },
    { "half_pixel", "round_prefer_floor" },
    { "half_pixel", "round_prefer_ceil" },
    { "pytorch_half_pixel", "round_prefer_floor" },
    { "pytorch_half_pixel", "round_prefer_ceil" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].place, place) == 0 && strcmp (rules[i].nearest, nearest) == 0)
      return TRUE;

  return FALSE;
}

/* From four scales, all of a tensor of the file. */
static gboolean
is_doubling_scales (CasOnnxScope *s,
                    guint         i)
{
  const CasWeight *weight = cas_onnx_input_weight (s, i);
  float scales[CAS_ONNX_MAX_FEW];

  return weight != NULL && cas_weight_n_elements (weight) == 4
         && cas_onnx_read_floats (s, weight->source, scales) && scales[0] == 1.0f
         && scales[1] == 1.0f && scales[2] == 2.0f && scales[3] == 2.0f;
}

static gboolean
is_doubling_sizes (CasOnnxScope       *s,
                   guint               i,
                   const CasOnnxThing *x)
{
  const CasOnnxThing *sizes = cas_onnx_input_few (s, i);

  return sizes != NULL && sizes->n_few == 4 && sizes->few[0] == (gint64) x->dims[0]
         && sizes->few[1] == (gint64) x->dims[1] && sizes->few[2] == 2 * (gint64) x->dims[2]
         && sizes->few[3] == 2 * (gint64) x->dims[3];
}

static gboolean
is_doubling_attribute (CasOnnxScope *s)
{
  const CasOnnxAttribute *scales = cas_onnx_node_lookup (s->node, "scales");
  static const float wanted[] = { 1.0f, 1.0f, 2.0f, 2.0f };

  return scales != NULL && scales->kind == CAS_ONNX_FLOATS && scales->floats->len == 4
         && memcmp (scales->floats->data, wanted, sizeof wanted) == 0;
}

static void
append_double (CasOnnxScope       *s,
               const CasOnnxThing *x,
               gboolean            is_doubling)
{
  const char *mode = cas_onnx_string (s, "mode", "nearest");

  if (cas_onnx_has_failed (s))
    return;
  if (strcmp (mode, "nearest") != 0 || !is_doubling)
    cas_onnx_refuse (s, _("enlarges otherwise than to twice the size with mode “nearest”"));
  else
    cas_onnx_give_image (s, cas_op_nearest (s->g, x->tensor, 2 * x->tensor.shape.h,
                                            2 * x->tensor.shape.w));
}

static void
append_upsample (CasOnnxScope *s)
{
  CasOnnxThing room;
  const CasOnnxThing *x = cas_onnx_input_image (s, 0, &room);

  if (x != NULL)
    append_double (s, x, s->node->inputs->len > 1 ? is_doubling_scales (s, 1)
                                                  : is_doubling_attribute (s));
}

static void
append_resize (CasOnnxScope *s)
{
  CasOnnxThing room;
  const CasOnnxThing *x = cas_onnx_input_image (s, 0, &room);
  gboolean is_old = s->node->inputs->len == 2; /* data and scales, before version 11 */
  const CasOnnxThing *scales = cas_onnx_input (s, is_old ? 1 : 2);
  gboolean has_scales = scales != NULL && (scales->n_dims == 0 || scales->dims[0] > 0);
  const char *place = cas_onnx_string (s, "coordinate_transformation_mode",
                                       is_old ? "asymmetric" : "half_pixel");
  const char *nearest = cas_onnx_string (s, "nearest_mode", "round_prefer_floor");

  cas_onnx_float (s, "cubic_coeff_a", 0.0f); /* of other modes */
  cas_onnx_float (s, "extrapolation_value", 0.0f);
  cas_onnx_int (s, "exclude_outside", 0);
  if (x == NULL || cas_onnx_has_failed (s))
    return;
  if (!is_doubling_rule (place, nearest))
    cas_onnx_refuse (s, _("places pixels by the rules “%s” and “%s”, which are not known "
                          "together"), place, nearest);
  else
    append_double (s, x, has_scales ? is_doubling_scales (s, is_old ? 1 : 2)
                                    : is_doubling_sizes (s, 3, x));
}

#define SQUARE " kernel_shape strides pads dilations auto_pad "

const CasOnnxOperator cas_onnx_layers[] = {
  { "Add", append_add, 2, 2, "" },
  { "AveragePool", append_average_pool, 1, 1, SQUARE "ceil_mode count_include_pad " },
  { "BatchNormalization", append_batch_norm, 5, 5, " epsilon momentum spatial training_mode " },
  { "Conv", append_conv, 2, 3, SQUARE "group " },
  { "Dropout", append_identity, 1, 2, " ratio seed " },
  { "Gemm", append_gemm, 2, 3, " alpha beta transA transB " },
  { "GlobalAveragePool", append_global_average_pool, 1, 1, "" },
  { "Identity", append_identity, 1, 1, "" },
  { "MaxPool", append_max_pool, 1, 1, SQUARE "ceil_mode storage_order " },
  { "Mul", append_multiply, 2, 2, "" },
  { "PRelu", append_prelu, 2, 2, "" },
  { "Relu", append_relu, 1, 1, "" },
  { "Resize", append_resize, 2, 4, " mode coordinate_transformation_mode nearest_mode "
                                   "cubic_coeff_a extrapolation_value exclude_outside " },
  { "Sigmoid", append_sigmoid, 1, 1, "" },
  { "Upsample", append_upsample, 1, 2, " mode scales " },
  { NULL },
};
