/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks of ONNX files: each operator, and small networks of them, against double loops over
 * tensors with their channels first, as ONNX means them. */

#include "kernel/fixture.h"

#include <math.h>
#include <string.h>

#include "model/onnx_network.h"
#include "support/onnx.h"

/* A tensor as ONNX has it: the last of dims fastest. */
typedef struct
{
  char    name[16];
  guint   n_dims;
  gint64  dims[4];
  double *v;
} Value;

/* A network while it is written, and what it should give. */
typedef struct
{
  OnnxWriter *w;
  GPtrArray  *values; /* all, to be freed */
  Value      *input;
  guint       n_names;
} Net;

static gint64
count (const Value *x)
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
  x->v = g_new0 (double, count (x));
  g_snprintf (x->name, sizeof x->name, "v%u", net->n_names++);
  g_ptr_array_add (net->values, x);
  return x;
}

#define DIMS(...) G_N_ELEMENTS (((gint64[]) { __VA_ARGS__ })), (gint64[]) { __VA_ARGS__ }

/* Element of a tensor of 4 dimensions. */
#define AT4(x, n, c, i, j) \
  ((x)->v[(((n) * (x)->dims[1] + (c)) * (x)->dims[2] + (i)) * (x)->dims[3] + (j)])

static Net *
net_new (guint         n_dims,
         const gint64 *dims)
{
  Net *net = g_new0 (Net, 1);

  net->w = onnx_writer_new ();
  net->values = g_ptr_array_new_with_free_func ((GDestroyNotify) value_free);
  net->input = new_value (net, n_dims, dims);
  for (gint64 i = 0; i < count (net->input); i++)
    net->input->v[i] = test_number (1, i);
  onnx_add_input (net->w, net->input->name, n_dims, dims);
  return net;
}

static void
net_free (Net *net)
{
  g_ptr_array_unref (net->values);
  onnx_writer_free (net->w);
  g_free (net);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Net, net_free)

/* Made-up numbers of the file, in low … high. */
static Value *
add_weight (Net          *net,
            double        low,
            double        high,
            guint         n_dims,
            const gint64 *dims)
{
  Value *x = new_value (net, n_dims, dims);
  g_autofree float *v = g_new (float, count (x));

  for (gint64 i = 0; i < count (x); i++)
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
add_node (Net         *net,
          const char  *operator,
          const char  *inputs,
          guint        n_dims,
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

static Value *
add_conv (Net   *net,
          Value *x,
          gint64 c,
          gint64 k,
          gint64 stride,
          gint64 pad,
          gint64 group)
{
  gint64 c_in = x->dims[1] / group;
  Value *weight = add_weight (net, -1, 1, DIMS (c, c_in, k, k));
  Value *bias = add_weight (net, -1, 1, DIMS (c));
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

static Value *
add_batch_norm (Net   *net,
                Value *x)
{
  gint64 c = x->dims[1];
  Value *scale = add_weight (net, 0.5, 2, DIMS (c)), *bias = add_weight (net, -1, 1, DIMS (c));
  Value *mean = add_weight (net, -1, 1, DIMS (c)), *var = add_weight (net, 0.5, 2, DIMS (c));
  g_autofree char *inputs
      = g_strjoin (",", x->name, scale->name, bias->name, mean->name, var->name, NULL);
  Value *y = add_node (net, "BatchNormalization", inputs, x->n_dims, x->dims);

  onnx_set_float (net->w, "epsilon", 0.001f);
  onnx_set_float (net->w, "momentum", 0.9f);
  for (gint64 i = 0; i < count (x); i++)
    {
      gint64 k = channel_of (x, i);

      y->v[i] = (x->v[i] - mean->v[k]) / sqrt (var->v[k] + 0.001f) * scale->v[k] + bias->v[k];
    }
  return y;
}

static Value *
add_prelu (Net     *net,
           Value   *x,
           gboolean is_one)
{
  Value *slope = is_one             ? add_weight (net, -1, 1, DIMS (1))
                 : x->n_dims == 4 ? add_weight (net, -1, 1, DIMS (x->dims[1], 1, 1))
                                    : add_weight (net, -1, 1, DIMS (x->dims[1]));
  g_autofree char *inputs = names (x, slope, NULL);
  Value *y = add_node (net, "PRelu", inputs, x->n_dims, x->dims);

  for (gint64 i = 0; i < count (x); i++)
    y->v[i] = x->v[i] < 0 ? x->v[i] * slope->v[is_one ? 0 : channel_of (x, i)] : x->v[i];
  return y;
}

static Value *
add_relu (Net   *net,
          Value *x)
{
  Value *y = add_node (net, "Relu", x->name, x->n_dims, x->dims);

  for (gint64 i = 0; i < count (x); i++)
    y->v[i] = MAX (x->v[i], 0.0);
  return y;
}

static Value *
add_sigmoid (Net   *net,
             Value *x)
{
  Value *y = add_node (net, "Sigmoid", x->name, x->n_dims, x->dims);

  for (gint64 i = 0; i < count (x); i++)
    y->v[i] = 1.0 / (1.0 + exp (-x->v[i]));
  return y;
}

/* b: of x's shape, one pixel of it, or made up as the dims of a constant. */
static Value *
add_pair (Net   *net,
          Value *x,
          Value *b,
          gboolean is_product,
          gboolean is_first)
{
  g_autofree char *inputs = is_first ? names (b, x, NULL) : names (x, b, NULL);
  Value *y = add_node (net, is_product ? "Mul" : "Add", inputs, x->n_dims, x->dims);
  gint64 n = count (b), n_channels = x->dims[0] * x->dims[1];

  for (gint64 i = 0; i < count (x); i++)
    {
      double other = b->v[n == 1             ? 0
                          : n == count (x)   ? i
                          : n == n_channels ? i / (count (x) / n_channels)
                                             : channel_of (x, i)];

      y->v[i] = is_product ? x->v[i] * other : x->v[i] + other;
    }
  return y;
}

/* Squares of 2 by 2 that do not touch; the sides of x are even. */
static Value *
add_pool (Net   *net,
          Value *x,
          gboolean is_mean)
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

static Value *
add_global_pool (Net   *net,
                 Value *x)
{
  Value *y = add_node (net, "GlobalAveragePool", x->name, DIMS (x->dims[0], x->dims[1], 1, 1));
  gint64 n_pixels = x->dims[2] * x->dims[3];

  for (gint64 i = 0; i < count (x); i++)
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

typedef enum
{
  BY_SCALES,
  BY_SIZES,
  BY_COMPUTED_SIZES, /* those of another tensor, as exporters write it for sides that are given */
  BY_UPSAMPLE,
} Doubling;

static Value *
add_doubled (Net      *net,
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

static Value *
add_concat (Net   *net,
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

static Value *
add_flatten (Net   *net,
             Value *x)
{
  Value *y = add_node (net, "Flatten", x->name, DIMS (x->dims[0], count (x) / x->dims[0]));

  memcpy (y->v, x->v, count (x) * sizeof *x->v);
  return y;
}

/* Rows of c numbers; the number of rows is left to the reader. */
static Value *
add_reshape (Net   *net,
             Value *x,
             gint64 c)
{
  g_autofree char *shape = g_strdup_printf ("shape%u", net->n_names);
  g_autofree char *inputs = g_strjoin (",", x->name, shape, NULL);
  Value *y;

  onnx_add_node (net->w, shape, "Constant", "", shape);
  onnx_set_value (net->w, (gint64[]) { -1, c }, 2);
  y = add_node (net, "Reshape", inputs, DIMS (count (x) / c, c));
  memcpy (y->v, x->v, count (x) * sizeof *x->v);
  return y;
}

static Value *
add_transpose (Net          *net,
               Value        *x,
               const gint64 *order)
{
  gint64 dims[4], at[4];
  Value *y;

  for (guint i = 0; i < x->n_dims; i++)
    dims[i] = x->dims[order[i]];
  y = add_node (net, "Transpose", x->name, x->n_dims, dims);
  onnx_set_ints (net->w, "perm", order, x->n_dims);
  for (gint64 i = 0; i < count (x); i++)
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

static Value *
add_gemm (Net     *net,
          Value   *x,
          gint64   n_out,
          gboolean is_transposed)
{
  gint64 n_in = x->dims[1];
  Value *weight = is_transposed ? add_weight (net, -1, 1, DIMS (n_out, n_in))
                                : add_weight (net, -1, 1, DIMS (n_in, n_out));
  Value *bias = add_weight (net, -1, 1, DIMS (n_out));
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

static Value *
add_identity (Net        *net,
              Value      *x,
              const char *operator)
{
  Value *y = add_node (net, operator, x->name, x->n_dims, x->dims);

  memcpy (y->v, x->v, count (x) * sizeof *x->v);
  return y;
}

/* --- running --------------------------------------------------------------------------------- */

static void
compare (const char          *what,
         const char          *kernels,
         const CasOnnxOutput *output,
         const float         *found,
         const Value         *wanted)
{
  double error = 0.0, size = 0.0;

  g_assert_cmpuint (output->n_dims, ==, wanted->n_dims);
  for (guint i = 0; i < wanted->n_dims; i++)
    g_assert_cmpuint (output->dims[i], ==, wanted->dims[i]);
  for (gint64 i = 0; i < count (wanted); i++)
    {
      error += (found[i] - wanted->v[i]) * (found[i] - wanted->v[i]);
      size += wanted->v[i] * wanted->v[i];
    }
  if (!(sqrt (error) <= 2e-6 * sqrt (size)))
    {
      g_test_message ("%s, %s kernels: relative error %g", what, kernels, sqrt (error / size));
      g_test_fail ();
    }
}

/* The picture, channels last. */
static float *
dup_input (const Value *x)
{
  gint64 n_pixels = x->dims[2] * x->dims[3];
  float *v = g_new (float, count (x));

  for (gint64 i = 0; i < count (x); i++)
    {
      gint64 n = i / (x->dims[1] * n_pixels), c = i / n_pixels % x->dims[1];

      v[(n * n_pixels + i % n_pixels) * x->dims[1] + c] = (float) x->v[i];
    }
  return v;
}

static void
run_net (Fixture    *f,
         Net        *net,
         GBytes     *bytes,
         const char *what,
         const char *kernels,
         Value      *wanted)
{
  g_autoptr (GError) error = NULL;
  CasOnnx *onnx = cas_onnx_new (bytes, what, &error);

  g_assert_no_error (error);
  g_autoptr (CasOnnxNetwork) m = cas_onnx_network_new (onnx, &error);
  g_assert_no_error (error);
  g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
  g_autoptr (CasGraph) g = cas_graph_new (what);
  const gint64 *dims = net->input->dims;
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (dims[0], dims[2], dims[3], dims[1]));
  CasOnnxOutput output;
  g_autofree float *input = dup_input (net->input), *found = g_new (float, count (wanted));

  g_assert_cmpuint (cas_onnx_network_get_n_outputs (m), ==, 1);
  cas_onnx_network_forward (g, m, x, &output);
  cas_graph_output (g, "y", output.tensor);
  cas_graph_compile (g, &(CasCompileParams) { .gpu = fixture_get_gpu (f), .params = params,
                                              .kernels = kernels }, &error);
  g_assert_no_error (error);
  cas_graph_write (g, "x", input);
  cas_graph_run (g, NULL, &error);
  g_assert_no_error (error);
  cas_graph_read (g, "y", found);
  compare (what, kernels, &output, found, wanted);
}

static void
check_net (gconstpointer  fixture,
           Net           *net,
           const char    *what,
           Value         *wanted)
{
  static const char *const kernels[] = { "register", "tile" };

  onnx_add_output (net->w, wanted->name);
  g_autoptr (GBytes) bytes = onnx_writer_finish (net->w);

  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    run_net ((Fixture *) fixture, net, bytes, what, kernels[i], wanted);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void
test_convolutions (gconstpointer fixture)
{
  static const struct { gint64 c_in, c, k, stride, pad, group; } rows[] = {
    { 3, 8, 3, 2, 1, 1 },  { 5, 7, 3, 1, 1, 1 },  { 4, 6, 1, 1, 0, 1 },  { 4, 6, 1, 2, 0, 1 },
    { 3, 5, 7, 2, 3, 1 },  { 2, 3, 9, 1, 4, 1 },  { 3, 4, 2, 2, 0, 1 },  { 3, 4, 5, 1, 0, 1 },
    { 6, 6, 3, 1, 1, 6 },  { 6, 6, 3, 2, 1, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Net) net = net_new (DIMS (1, rows[i].c_in, 12, 10));
      g_autofree char *what = g_strdup_printf ("convolution %u", i);

      check_net (fixture, net, what,
                 add_conv (net, net->input, rows[i].c, rows[i].k, rows[i].stride, rows[i].pad,
                           rows[i].group));
    }
}

static void
test_single (gconstpointer fixture)
{
  enum
  {
    RELU, SIGMOID, PRELU, PRELU_ONE, BATCH_NORM, MAX_POOL, MEAN_POOL, GLOBAL_POOL, IDENTITY,
    DROPOUT, FLATTEN, SCALE, SCALE_CHANNELS, SHIFT, SHIFT_CHANNELS, PIXEL, UPSAMPLE, BY_SCALE,
    BY_SIZE, TO_LAST, SWAP, N_SINGLE
  };

  for (guint i = 0; i < N_SINGLE; i++)
    {
      g_autoptr (Net) net = net_new (DIMS (2, 5, 6, 8));
      g_autofree char *what = g_strdup_printf ("operator %u", i);
      Value *x = net->input, *y = NULL;
      static const gint64 to_last[] = { 0, 2, 3, 1 }, swap[] = { 0, 1, 3, 2 };

      switch (i)
        {
        case RELU: y = add_relu (net, x); break;
        case SIGMOID: y = add_sigmoid (net, x); break;
        case PRELU: y = add_prelu (net, x, FALSE); break;
        case PRELU_ONE: y = add_prelu (net, x, TRUE); break;
        case BATCH_NORM: y = add_batch_norm (net, x); break;
        case MAX_POOL: y = add_pool (net, x, FALSE); break;
        case MEAN_POOL: y = add_pool (net, x, TRUE); break;
        case GLOBAL_POOL: y = add_global_pool (net, x); break;
        case IDENTITY: y = add_identity (net, x, "Identity"); break;
        case DROPOUT: y = add_identity (net, x, "Dropout"); break;
        case FLATTEN: y = add_flatten (net, x); break;
        case SCALE: y = add_pair (net, x, add_weight (net, 1, 2, 0, NULL), TRUE, TRUE); break;
        case SCALE_CHANNELS:
          y = add_pair (net, x, add_weight (net, 1, 2, DIMS (1, 5, 1, 1)), TRUE, FALSE);
          break;
        case SHIFT: y = add_pair (net, x, add_weight (net, 1, 2, DIMS (1)), FALSE, FALSE); break;
        case SHIFT_CHANNELS:
          y = add_pair (net, x, add_weight (net, 1, 2, DIMS (5, 1, 1)), FALSE, TRUE);
          break;
        case PIXEL: y = add_pair (net, x, add_global_pool (net, x), TRUE, TRUE); break;
        case UPSAMPLE: y = add_doubled (net, x, NULL, BY_UPSAMPLE); break;
        case BY_SCALE: y = add_doubled (net, x, NULL, BY_SCALES); break;
        case BY_SIZE: y = add_doubled (net, x, NULL, BY_SIZES); break;
        case TO_LAST: y = add_transpose (net, x, to_last); break;
        default: y = add_transpose (net, x, swap);
        }
      if (i == UPSAMPLE)
        onnx_set_opset (net->w, 9);
      check_net (fixture, net, what, y);
    }
}

/* Of tensors whose channels are last here, and of such as are in their own order. */
static void
test_concat (gconstpointer fixture)
{
  for (guint axis = 0; axis < 4; axis++)
    {
      g_autoptr (Net) net = net_new (DIMS (1, 3, 4, 6));
      g_autofree char *what = g_strdup_printf ("concat along %u", axis);
      Value *a = add_relu (net, net->input), *b = add_sigmoid (net, net->input);

      check_net (fixture, net, what, add_concat (net, a, b, axis));
    }

  for (guint axis = 0; axis < 2; axis++)
    {
      g_autoptr (Net) net = net_new (DIMS (1, 3, 4, 6));
      Value *a = add_reshape (net, add_relu (net, net->input), 9);
      Value *b = add_reshape (net, add_sigmoid (net, net->input), 9);

      check_net (fixture, net, "concat of rows", add_concat (net, a, b, axis));
    }
}

/* What heads of detectors do: boxes of each pixel become rows. */
static void
test_rows (gconstpointer fixture)
{
  static const gint64 to_last[] = { 0, 2, 3, 1 }, to_first[] = { 0, 3, 1, 2 }, swap[] = { 1, 0 };
  g_autoptr (Net) net = net_new (DIMS (1, 8, 3, 5));
  Value *x = add_transpose (net, net->input, to_last);

  x = add_sigmoid (net, add_reshape (net, x, 4));
  check_net (fixture, net, "rows of a head", add_transpose (net, x, swap));

  g_autoptr (Net) back = net_new (DIMS (1, 8, 3, 5));
  x = add_transpose (back, add_transpose (back, back->input, to_last), to_first);
  check_net (fixture, back, "there and back", add_conv (back, x, 3, 3, 1, 1, 1));

  /* a tensor that was flattened, and one that never was */
  g_autoptr (Net) mixed = net_new (DIMS (1, 6, 4, 4));
  x = add_reshape (mixed, mixed->input, 4);
  check_net (fixture, mixed, "sum of rows",
             add_pair (mixed, x, add_reshape (mixed, add_relu (mixed, mixed->input), 4), FALSE,
                       FALSE));
}

static void
test_gemm (gconstpointer fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Net) net = net_new (DIMS (1, 5, 3, 4));
      Value *x = add_gemm (net, add_flatten (net, net->input), 7, i == 1);

      x = add_prelu (net, add_batch_norm (net, x), FALSE);
      check_net (fixture, net, i == 1 ? "weights by output" : "weights by input", x);
    }
}

/* As recognisers are: norm, convolution, slopes, norm, a residual, and a linear at the end. */
static void
test_recogniser (gconstpointer fixture)
{
  g_autoptr (Net) net = net_new (DIMS (1, 3, 14, 14));
  Value *x = add_prelu (net, add_conv (net, net->input, 8, 3, 1, 1, 1), FALSE), *h, *skip;

  skip = add_conv (net, x, 12, 1, 2, 0, 1);
  h = add_conv (net, add_batch_norm (net, x), 12, 3, 1, 1, 1);
  h = add_conv (net, add_prelu (net, h, FALSE), 12, 3, 2, 1, 1);
  x = add_batch_norm (net, add_pair (net, h, skip, FALSE, FALSE));
  x = add_gemm (net, add_flatten (net, add_identity (net, x, "Dropout")), 16, TRUE);
  check_net (fixture, net, "recogniser", add_batch_norm (net, x));
}

/* As detectors are: a way down, a way up by the sizes of tensors, heads, rows. */
static void
test_detector (gconstpointer fixture)
{
  static const gint64 to_last[] = { 0, 2, 3, 1 };
  g_autoptr (Net) net = net_new (DIMS (1, 3, 16, 16));
  Value *fine, *coarse, *x;

  fine = add_relu (net, add_conv (net, net->input, 6, 3, 2, 1, 1));
  coarse = add_conv (net, add_pool (net, fine, TRUE), 6, 1, 1, 0, 1);
  coarse = add_relu (net, add_pair (net, add_pool (net, fine, FALSE), coarse, FALSE, FALSE));
  x = add_pair (net, fine, add_doubled (net, coarse, fine, BY_COMPUTED_SIZES), FALSE, FALSE);
  x = add_relu (net, add_conv (net, add_conv (net, x, 6, 3, 1, 1, 6), 8, 1, 1, 0, 1));
  x = add_pair (net, add_conv (net, x, 8, 3, 1, 1, 1), add_weight (net, 0.5, 2, 0, NULL), TRUE,
                FALSE);
  check_net (fixture, net, "detector", add_reshape (net, add_transpose (net, x, to_last), 4));
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/onnx/convolutions", test_convolutions);
  fixture_add (f, "/onnx/single-operators", test_single);
  fixture_add (f, "/onnx/concat", test_concat);
  fixture_add (f, "/onnx/rows", test_rows);
  fixture_add (f, "/onnx/gemm", test_gemm);
  fixture_add (f, "/onnx/recogniser", test_recogniser);
  fixture_add (f, "/onnx/detector", test_detector);

  return fixture_run (f);
}
