/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks of ONNX files: each operator, and small networks of them, against double loops over
 * tensors with their channels first, as ONNX means them. */

#include "kernel/fixture.h"

#include <math.h>

#include "kernel/onnx-net.h"
#include "model/onnx_network.h"

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
  for (gint64 i = 0; i < net_value_count (wanted); i++)
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
  float *v = g_new (float, net_value_count (x));

  for (gint64 i = 0; i < net_value_count (x); i++)
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
  g_autofree float *input = dup_input (net->input);
  g_autofree float *found = g_new (float, net_value_count (wanted));

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
                 net_add_conv (net, net->input, rows[i].c, rows[i].k, rows[i].stride, rows[i].pad,
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
        case RELU: y = net_add_relu (net, x); break;
        case SIGMOID: y = net_add_sigmoid (net, x); break;
        case PRELU: y = net_add_prelu (net, x, FALSE); break;
        case PRELU_ONE: y = net_add_prelu (net, x, TRUE); break;
        case BATCH_NORM: y = net_add_batch_norm (net, x); break;
        case MAX_POOL: y = net_add_pool (net, x, FALSE); break;
        case MEAN_POOL: y = net_add_pool (net, x, TRUE); break;
        case GLOBAL_POOL: y = net_add_global_pool (net, x); break;
        case IDENTITY: y = net_add_identity (net, x, "Identity"); break;
        case DROPOUT: y = net_add_identity (net, x, "Dropout"); break;
        case FLATTEN: y = net_add_flatten (net, x); break;
        case SCALE:
          y = net_add_pair (net, x, net_add_weight (net, 1, 2, 0, NULL), TRUE, TRUE);
          break;
        case SCALE_CHANNELS:
          y = net_add_pair (net, x, net_add_weight (net, 1, 2, DIMS (1, 5, 1, 1)), TRUE, FALSE);
          break;
        case SHIFT:
          y = net_add_pair (net, x, net_add_weight (net, 1, 2, DIMS (1)), FALSE, FALSE);
          break;
        case SHIFT_CHANNELS:
          y = net_add_pair (net, x, net_add_weight (net, 1, 2, DIMS (5, 1, 1)), FALSE, TRUE);
          break;
        case PIXEL: y = net_add_pair (net, x, net_add_global_pool (net, x), TRUE, TRUE); break;
        case UPSAMPLE: y = net_add_doubled (net, x, NULL, BY_UPSAMPLE); break;
        case BY_SCALE: y = net_add_doubled (net, x, NULL, BY_SCALES); break;
        case BY_SIZE: y = net_add_doubled (net, x, NULL, BY_SIZES); break;
        case TO_LAST: y = net_add_transpose (net, x, to_last); break;
        default: y = net_add_transpose (net, x, swap);
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
      Value *a = net_add_relu (net, net->input), *b = net_add_sigmoid (net, net->input);

      check_net (fixture, net, what, net_add_concat (net, a, b, axis));
    }

  for (guint axis = 0; axis < 2; axis++)
    {
      g_autoptr (Net) net = net_new (DIMS (1, 3, 4, 6));
      Value *a = net_add_reshape (net, net_add_relu (net, net->input), 9);
      Value *b = net_add_reshape (net, net_add_sigmoid (net, net->input), 9);

      check_net (fixture, net, "concat of rows", net_add_concat (net, a, b, axis));
    }
}

/* What heads of detectors do: boxes of each pixel become rows. */
static void
test_rows (gconstpointer fixture)
{
  static const gint64 to_last[] = { 0, 2, 3, 1 }, to_first[] = { 0, 3, 1, 2 }, swap[] = { 1, 0 };
  g_autoptr (Net) net = net_new (DIMS (1, 8, 3, 5));
  Value *x = net_add_transpose (net, net->input, to_last);

  x = net_add_sigmoid (net, net_add_reshape (net, x, 4));
  check_net (fixture, net, "rows of a head", net_add_transpose (net, x, swap));

  g_autoptr (Net) back = net_new (DIMS (1, 8, 3, 5));
  x = net_add_transpose (back, net_add_transpose (back, back->input, to_last), to_first);
  check_net (fixture, back, "there and back", net_add_conv (back, x, 3, 3, 1, 1, 1));

  /* a tensor that was flattened, and one that never was */
  g_autoptr (Net) mixed = net_new (DIMS (1, 6, 4, 4));
  x = net_add_reshape (mixed, mixed->input, 4);
  check_net (fixture, mixed, "sum of rows",
             net_add_pair (mixed, x,
                           net_add_reshape (mixed, net_add_relu (mixed, mixed->input), 4), FALSE,
                           FALSE));
}

static void
test_gemm (gconstpointer fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Net) net = net_new (DIMS (1, 5, 3, 4));
      Value *x = net_add_gemm (net, net_add_flatten (net, net->input), 7, i == 1);

      x = net_add_prelu (net, net_add_batch_norm (net, x), FALSE);
      check_net (fixture, net, i == 1 ? "weights by output" : "weights by input", x);
    }
}

/* As recognisers are: norm, convolution, slopes, norm, a residual, and a linear at the end. */
static void
test_recogniser (gconstpointer fixture)
{
  g_autoptr (Net) net = net_new (DIMS (1, 3, 14, 14));
  Value *x = net_add_prelu (net, net_add_conv (net, net->input, 8, 3, 1, 1, 1), FALSE), *h, *skip;

  skip = net_add_conv (net, x, 12, 1, 2, 0, 1);
  h = net_add_conv (net, net_add_batch_norm (net, x), 12, 3, 1, 1, 1);
  h = net_add_conv (net, net_add_prelu (net, h, FALSE), 12, 3, 2, 1, 1);
  x = net_add_batch_norm (net, net_add_pair (net, h, skip, FALSE, FALSE));
  x = net_add_gemm (net, net_add_flatten (net, net_add_identity (net, x, "Dropout")), 16, TRUE);
  check_net (fixture, net, "recogniser", net_add_batch_norm (net, x));
}

/* As detectors are: a way down, a way up by the sizes of tensors, heads, rows. */
static void
test_detector (gconstpointer fixture)
{
  static const gint64 to_last[] = { 0, 2, 3, 1 };
  g_autoptr (Net) net = net_new (DIMS (1, 3, 16, 16));
  Value *fine, *coarse, *x;

  fine = net_add_relu (net, net_add_conv (net, net->input, 6, 3, 2, 1, 1));
  coarse = net_add_conv (net, net_add_pool (net, fine, TRUE), 6, 1, 1, 0, 1);
  coarse = net_add_pair (net, net_add_pool (net, fine, FALSE), coarse, FALSE, FALSE);
  coarse = net_add_relu (net, coarse);
  x = net_add_doubled (net, coarse, fine, BY_COMPUTED_SIZES);
  x = net_add_pair (net, fine, x, FALSE, FALSE);
  x = net_add_relu (net, net_add_conv (net, net_add_conv (net, x, 6, 3, 1, 1, 6), 8, 1, 1, 0, 1));
  x = net_add_conv (net, x, 8, 3, 1, 1, 1);
  x = net_add_pair (net, x, net_add_weight (net, 0.5, 2, 0, NULL), TRUE, FALSE);
  x = net_add_transpose (net, x, to_last);
  check_net (fixture, net, "detector", net_add_reshape (net, x, 4));
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
