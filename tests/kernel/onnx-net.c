/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Nodes and what they should come to, by double loops. */

#include "kernel/onnx-net.h"

#include <math.h>
#include <string.h>

#include "support/weights.h"

gint64
net_value_count (const Value *x)
{
  gint64 n = 1;

  for (guint i = 0; i < x->n_dims; i++)
    n *= x->dims[i];
  return n;
}

static void
value_free (Value *x)
{
  g_free (x->v);
  g_free (x);
}

static Value *
new_value (Net          *net,
           guint         n_dims,
           const gint64 *dims)
{
  Value *x = g_new0 (Value, 1);

  x->n_dims = n_dims;
  memcpy (x->dims, dims, n_dims * sizeof *dims);
  x->v = g_new0 (double, net_value_count (x));
  g_snprintf (x->name, sizeof x->name, "v%u", net->n_names++);
  g_ptr_array_add (net->values, x);
  return x;
}

/* Element of a tensor of 4 dimensions. */
#define AT4(x, n, c, i, j) \
  ((x)->v[(((n) * (x)->dims[1] + (c)) * (x)->dims[2] + (i)) * (x)->dims[3] + (j)])

Net *
net_new (guint         n_dims,
         const gint64 *dims)
{
  Net *net = g_new0 (Net, 1);

  net->w = onnx_writer_new ();
  net->values = g_ptr_array_new_with_free_func ((GDestroyNotify) value_free);
  net->input = new_value (net, n_dims, dims);
  for (gint64 i = 0; i < net_value_count (net->input); i++)
    net->input->v[i] = test_number (1, i);
  onnx_add_input (net->w, net->input->name, n_dims, dims);
  return net;
}

void
net_free (Net *net)
{
  g_ptr_array_unref (net->values);
  onnx_writer_free (net->w);
  g_free (net);
}

/* Made-up numbers of the file, in low … high. */
Value *
net_add_weight (Net          *net,
                double        low,
                double        high,
                guint         n_dims,
                const gint64 *dims)
{
  Value *x = new_value (net, n_dims, dims);
  g_autofree float *v = g_new (float, net_value_count (x));

  for (gint64 i = 0; i < net_value_count (x); i++)
    {
      v[i] = (float) (low + (high - low) * (0.5 + 0.5 * test_number (net->n_names, i)));
      x->v[i] = v[i];
    }
  if (net->n_names % 2 == 0)
    onnx_add_floats (net->w, x->name, n_dims, dims, v);
  else
    onnx_add_float_data (net->w, x->name, n_dims, dims, v);
  return x;
}

static Value *
add_node (Net          *net,
          const char   *operator,
          const char   *inputs,
          guint         n_dims,
          const gint64 *dims)
{
  Value *y = new_value (net, n_dims, dims);

  onnx_add_node (net->w, operator, operator, inputs, y->name);
  return y;
}

static char *
names (const Value *a,
       const Value *b,
       const Value *c)
{
  return g_strjoin (",", a->name, b != NULL ? b->name : NULL, c != NULL ? c->name : NULL, NULL);
}

/* --- operators ------------------------------------------------------------------------------- */

Value *
net_add_conv (Net    *net,
              Value  *x,
              gint64  c,
              gint64  k,
              gint64  stride,
              gint64  pad,
              gint64  group)
{
  gint64 c_in = x->dims[1] / group;
  Value *weight = net_add_weight (net, -1, 1, DIMS (c, c_in, k, k));
  Value *bias = net_add_weight (net, -1, 1, DIMS (c));
  gint64 h = (x->dims[2] + 2 * pad - k) / stride + 1, w = (x->dims[3] + 2 * pad - k) / stride + 1;
  g_autofree char *inputs = names (x, weight, bias);
  Value *y = add_node (net, "Conv", inputs, DIMS (x->dims[0], c, h, w));

  onnx_set_ints (net->w, "kernel_shape", (gint64[]) { k, k }, 2);
  onnx_set_ints (net->w, "strides", (gint64[]) { stride, stride }, 2);
  onnx_set_ints (net->w, "pads", (gint64[]) { pad, pad, pad, pad }, 4);
  onnx_set_ints (net->w, "dilations", (gint64[]) { 1, 1 }, 2);
  onnx_set_int (net->w, "group", group);
  for (gint64 n = 0; n < y->dims[0]; n++)
    for (gint64 o = 0; o < c; o++)
      for (gint64 i = 0; i < h; i++)
        for (gint64 j = 0; j < w; j++)
          {
            double sum = bias->v[o];

            for (gint64 q = 0; q < c_in * k * k; q++)
              {
                gint64 p = i * stride - pad + q / k % k, r = j * stride - pad + q % k;

                if (p >= 0 && p < x->dims[2] && r >= 0 && r < x->dims[3])
                  sum += weight->v[o * c_in * k * k + q]
                         * AT4 (x, n, o / (c / group) * c_in + q / k / k, p, r);
              }
            AT4 (y, n, o, i, j) = sum;
          }
  return y;
}

/* Which channel element i is of. */
static gint64
channel_of (const Value *x,
            gint64       i)
{
  gint64 inside = x->n_dims == 4 ? x->dims[2] * x->dims[3] : 1;

  return i / inside % x->dims[1];
}

Value *
net_add_batch_norm (Net   *net,
                    Value *x)
{
  gint64 c = x->dims[1];
  Value *scale = net_add_weight (net, 0.5, 2, DIMS (c));
  Value *bias = net_add_weight (net, -1, 1, DIMS (c));
  Value *mean = net_add_weight (net, -1, 1, DIMS (c));
  Value *var = net_add_weight (net, 0.5, 2, DIMS (c));
  g_autofree char *inputs
      = g_strjoin (",", x->name, scale->name, bias->name, mean->name, var->name, NULL);
  Value *y = add_node (net, "BatchNormalization", inputs, x->n_dims, x->dims);

  onnx_set_float (net->w, "epsilon", 0.001f);
  onnx_set_float (net->w, "momentum", 0.9f);
  for (gint64 i = 0; i < net_value_count (x); i++)
    {
      gint64 k = channel_of (x, i);

      y->v[i] = (x->v[i] - mean->v[k]) / sqrt (var->v[k] + 0.001f) * scale->v[k] + bias->v[k];
    }
  return y;
}

Value *
net_add_prelu (Net      *net,
               Value    *x,
               gboolean  is_one)
{
  Value *slope = is_one             ? net_add_weight (net, -1, 1, DIMS (1))
                 : x->n_dims == 4 ? net_add_weight (net, -1, 1, DIMS (x->dims[1], 1, 1))
                                    : net_add_weight (net, -1, 1, DIMS (x->dims[1]));
  g_autofree char *inputs = names (x, slope, NULL);
  Value *y = add_node (net, "PRelu", inputs, x->n_dims, x->dims);

  for (gint64 i = 0; i < net_value_count (x); i++)
    y->v[i] = x->v[i] < 0 ? x->v[i] * slope->v[is_one ? 0 : channel_of (x, i)] : x->v[i];
  return y;
}

Value *
net_add_relu (Net   *net,
              Value *x)
{
  Value *y = add_node (net, "Relu", x->name, x->n_dims, x->dims);

  for (gint64 i = 0; i < net_value_count (x); i++)
    y->v[i] = MAX (x->v[i], 0.0);
  return y;
}

Value *
net_add_sigmoid (Net   *net,
                 Value *x)
{
  Value *y = add_node (net, "Sigmoid", x->name, x->n_dims, x->dims);

  for (gint64 i = 0; i < net_value_count (x); i++)
    y->v[i] = 1.0 / (1.0 + exp (-x->v[i]));
  return y;
}

/* b: of x's shape, one pixel of it, or made up as the dims of a constant. */
Value *
net_add_pair (Net      *net,
              Value    *x,
              Value    *b,
              gboolean  is_product,
              gboolean  is_first)
{
  g_autofree char *inputs = is_first ? names (b, x, NULL) : names (x, b, NULL);
  Value *y = add_node (net, is_product ? "Mul" : "Add", inputs, x->n_dims, x->dims);
  gint64 n = net_value_count (b), n_channels = x->dims[0] * x->dims[1];

  for (gint64 i = 0; i < net_value_count (x); i++)
    {
      double other = b->v[n == 1             ? 0
                          : n == net_value_count (x)   ? i
                          : n == n_channels ? i / (net_value_count (x) / n_channels)
                                             : channel_of (x, i)];

      y->v[i] = is_product ? x->v[i] * other : x->v[i] + other;
    }
  return y;
}

/* Squares of 2 by 2 that do not touch; the sides of x are even. */
Value *
net_add_pool (Net      *net,
              Value    *x,
              gboolean  is_mean)
{
  Value *y = add_node (net, is_mean ? "AveragePool" : "MaxPool", x->name,
                       DIMS (x->dims[0], x->dims[1], x->dims[2] / 2, x->dims[3] / 2));

  onnx_set_ints (net->w, "kernel_shape", (gint64[]) { 2, 2 }, 2);
  onnx_set_ints (net->w, "strides", (gint64[]) { 2, 2 }, 2);
  onnx_set_int (net->w, "ceil_mode", 1);
  for (gint64 n = 0; n < y->dims[0]; n++)
    for (gint64 c = 0; c < y->dims[1]; c++)
      for (gint64 i = 0; i < y->dims[2]; i++)
        for (gint64 j = 0; j < y->dims[3]; j++)
          {
            double a = AT4 (x, n, c, 2 * i, 2 * j), b = AT4 (x, n, c, 2 * i, 2 * j + 1);
            double d = AT4 (x, n, c, 2 * i + 1, 2 * j), e = AT4 (x, n, c, 2 * i + 1, 2 * j + 1);

            AT4 (y, n, c, i, j) = is_mean ? (a + b + d + e) / 4 : fmax (fmax (a, b), fmax (d, e));
          }
  return y;
}

Value *
net_add_global_pool (Net   *net,
                     Value *x)
{
  Value *y = add_node (net, "GlobalAveragePool", x->name, DIMS (x->dims[0], x->dims[1], 1, 1));
  gint64 n_pixels = x->dims[2] * x->dims[3];

  for (gint64 i = 0; i < net_value_count (x); i++)
    y->v[i / n_pixels] += x->v[i] / (double) n_pixels;
  return y;
}

static Value *
set_doubled (Value *y,
             Value *x)
{
  for (gint64 n = 0; n < y->dims[0]; n++)
    for (gint64 c = 0; c < y->dims[1]; c++)
      for (gint64 i = 0; i < y->dims[2]; i++)
        for (gint64 j = 0; j < y->dims[3]; j++)
          AT4 (y, n, c, i, j) = AT4 (x, n, c, i / 2, j / 2);
  return y;
}

static void
set_rules (Net        *net,
           const char *place,
           const char *nearest)
{
  onnx_set_string (net->w, "mode", "nearest");
  onnx_set_string (net->w, "coordinate_transformation_mode", place);
  onnx_set_string (net->w, "nearest_mode", nearest);
}

Value *
net_add_doubled (Net      *net,
                 Value    *x,
                 Value    *like,
                 Doubling  how)
{
  static const float scales[] = { 1, 1, 2, 2 };
  guint k = net->n_names;
  g_autofree char *sizes = g_strdup_printf ("sizes%u", k);
  const gint64 dims[] = { x->dims[0], x->dims[1], 2 * x->dims[2], 2 * x->dims[3] };

  if (how == BY_SIZES)
    onnx_add_ints (net->w, sizes, 1, dims, 4);
  else if (how == BY_COMPUTED_SIZES)
    {
      onnx_add_ints (net->w, "two", 1, (gint64[]) { 2 }, 1);
      onnx_add_ints (net->w, "three", 0, (gint64[]) { 3 }, 1);
      onnx_add_ints (net->w, "zero", 1, (gint64[]) { 0 }, 1);
      onnx_add_node (net->w, "s", "Shape", x->name, "shape");
      onnx_add_node (net->w, "f", "Slice", "shape,zero,two", "first");
      onnx_add_node (net->w, "l", "Shape", like->name, "wanted");
      onnx_add_node (net->w, "h", "Gather", "wanted,two", "height");
      onnx_add_node (net->w, "g", "Gather", "wanted,three", "one");
      onnx_add_node (net->w, "u", "Unsqueeze", "one", "width");
      onnx_set_ints (net->w, "axes", (gint64[]) { 0 }, 1);
      onnx_add_node (net->w, "c", "Cast", "height", "rows");
      onnx_set_int (net->w, "to", 7);
      onnx_add_node (net->w, "n", "Concat", "first,rows,width", sizes);
      onnx_set_int (net->w, "axis", 0);
    }
  else
    onnx_add_floats (net->w, sizes, DIMS (4), scales);

  g_autofree char *inputs = how == BY_UPSAMPLE ? g_strjoin (",", x->name, sizes, NULL)
                            : how == BY_SCALES ? g_strjoin (",", x->name, "", sizes, NULL)
                                               : g_strjoin (",", x->name, "", "", sizes, NULL);
  Value *y = add_node (net, how == BY_UPSAMPLE ? "Upsample" : "Resize", inputs, 4, dims);

  if (how == BY_UPSAMPLE)
    onnx_set_string (net->w, "mode", "nearest");
  else if (how == BY_SIZES)
    set_rules (net, "half_pixel", "round_prefer_ceil");
  else
    set_rules (net, "asymmetric", "floor");
  return set_doubled (y, x);
}

Value *
net_add_concat (Net   *net,
                Value *a,
                Value *b,
                guint  axis)
{
  g_autofree char *inputs = names (a, b, NULL);
  gint64 dims[4], outer = 1, rest_a = 1, rest_b = 1;
  Value *y;

  memcpy (dims, a->dims, sizeof dims);
  dims[axis] += b->dims[axis];
  y = add_node (net, "Concat", inputs, a->n_dims, dims);
  onnx_set_int (net->w, "axis", axis == 0 ? 0 : (gint64) axis - a->n_dims);
  for (guint i = 0; i < a->n_dims; i++)
    {
      outer *= i < axis ? a->dims[i] : 1;
      rest_a *= i < axis ? 1 : a->dims[i];
      rest_b *= i < axis ? 1 : b->dims[i];
    }
  for (gint64 i = 0; i < outer; i++)
    {
      memcpy (y->v + i * (rest_a + rest_b), a->v + i * rest_a, rest_a * sizeof *y->v);
      memcpy (y->v + i * (rest_a + rest_b) + rest_a, b->v + i * rest_b, rest_b * sizeof *y->v);
    }
  return y;
}

Value *
net_add_flatten (Net   *net,
                 Value *x)
{
  Value *y = add_node (net, "Flatten", x->name,
                       DIMS (x->dims[0], net_value_count (x) / x->dims[0]));

  memcpy (y->v, x->v, net_value_count (x) * sizeof *x->v);
  return y;
}

/* Rows of c numbers; the number of rows is left to the reader. */
Value *
net_add_reshape (Net    *net,
                 Value  *x,
                 gint64  c)
{
  g_autofree char *shape = g_strdup_printf ("shape%u", net->n_names);
  g_autofree char *inputs = g_strjoin (",", x->name, shape, NULL);
  Value *y;

  onnx_add_node (net->w, shape, "Constant", "", shape);
  onnx_set_value (net->w, (gint64[]) { -1, c }, 2);
  y = add_node (net, "Reshape", inputs, DIMS (net_value_count (x) / c, c));
  memcpy (y->v, x->v, net_value_count (x) * sizeof *x->v);
  return y;
}

Value *
net_add_transpose (Net          *net,
                   Value        *x,
                   const gint64 *order)
{
  gint64 dims[4], at[4];
  Value *y;

  for (guint i = 0; i < x->n_dims; i++)
    dims[i] = x->dims[order[i]];
  y = add_node (net, "Transpose", x->name, x->n_dims, dims);
  onnx_set_ints (net->w, "perm", order, x->n_dims);
  for (gint64 i = 0; i < net_value_count (x); i++)
    {
      gint64 rest = i, to = 0;

      for (guint k = x->n_dims; k-- > 0; rest /= x->dims[k])
        at[k] = rest % x->dims[k];
      for (guint k = 0; k < x->n_dims; k++)
        to = to * dims[k] + at[order[k]];
      y->v[to] = x->v[i];
    }
  return y;
}

Value *
net_add_gemm (Net      *net,
              Value    *x,
              gint64    n_out,
              gboolean  is_transposed)
{
  gint64 n_in = x->dims[1];
  Value *weight = is_transposed ? net_add_weight (net, -1, 1, DIMS (n_out, n_in))
                                : net_add_weight (net, -1, 1, DIMS (n_in, n_out));
  Value *bias = net_add_weight (net, -1, 1, DIMS (n_out));
  g_autofree char *inputs = names (x, weight, bias);
  Value *y = add_node (net, "Gemm", inputs, DIMS (x->dims[0], n_out));

  if (is_transposed)
    onnx_set_int (net->w, "transB", 1);
  onnx_set_float (net->w, "alpha", 1.0f);
  for (gint64 row = 0; row < x->dims[0]; row++)
    for (gint64 o = 0; o < n_out; o++)
      {
        double sum = bias->v[o];

        for (gint64 i = 0; i < n_in; i++)
          sum += x->v[row * n_in + i] * weight->v[is_transposed ? o * n_in + i : i * n_out + o];
        y->v[row * n_out + o] = sum;
      }
  return y;
}

Value *
net_add_identity (Net        *net,
                  Value      *x,
                  const char *operator)
{
  Value *y = add_node (net, operator, x->name, x->n_dims, x->dims);

  memcpy (y->v, x->v, net_value_count (x) * sizeof *x->v);
  return y;
}
