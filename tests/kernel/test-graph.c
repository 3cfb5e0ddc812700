/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Building, printing and counting a graph, and its sticky error: all without a device. */

#include <string.h>

#include "cascade/error.h"
#include "ops/ops.h"
#include "support/weights.h"

static CasWeight *
new_weight (const char *name,
            CasDtype    dtype,
            guint64     a,
            guint64     b)
{
  return test_weight_new (name, dtype, 1, 2, (guint64[]) { a, b });
}

/* --- printing and counting --- */

static void
test_print (void)
{
  static const char wanted[]
      = "                             %2[2, 1, 4, 12] = linear gelu %1[2, 1, 4, 8] w b\n"
        "down.0                       %3[2, 1, 4, 6] = linear %2[2, 1, 4, 8]@4 u\n"
        "down.0.norm                  %4[2, 1, 4, 6] = layer_norm %3[2, 1, 4, 6]\n"
        "down                         %5[2, 1, 4, 6] = add %3[2, 1, 4, 6] %4[2, 1, 4, 6]\n"
        "                             %6[2, 1, 4, 6] = copy %5[2, 1, 4, 6]\n";
  g_autoptr (CasWeight) w = new_weight ("w", CAS_F32, 12, 8);
  g_autoptr (CasWeight) b = test_weight_new ("b", CAS_F32, 1, 1, (guint64[]) { 12 });
  g_autoptr (CasWeight) u = new_weight ("u", CAS_BF16, 6, 8);
  g_autoptr (CasGraph) g = cas_graph_new ("test");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (2, 1, 4, 8));
  g_autofree char *text = NULL;
  CasTensor y;

  x = cas_op_linear (g, x, (CasLinear) { .weight = w, .bias = b }, CAS_ACT_GELU);
  cas_graph_push_scope (g, "down");
  cas_graph_push_scope (g, "%d", 0);
  x = cas_op_linear (g, cas_tensor_channels (g, x, 4, 8), (CasLinear) { .weight = u },
                     CAS_ACT_NONE);
  cas_graph_push_scope (g, "norm");
  y = cas_op_layer_norm (g, x, NULL, NULL, 1e-6f);
  cas_graph_pop_scope (g);
  cas_graph_pop_scope (g);
  x = cas_op_add (g, x, y);
  cas_graph_pop_scope (g);
  cas_graph_output (g, "y", x);

  text = cas_graph_print (g);
  g_assert_cmpstr (text, ==, wanted);
}

/* Of what is looked up, only what is found is read. */
static void
test_count_lookups (void)
{
  g_autoptr (CasWeight) table = new_weight ("table", CAS_BF16, 1000, 16);
  g_autoptr (CasWeight) positions = new_weight ("positions", CAS_BF16, 5, 16);
  g_autoptr (CasGraph) g = cas_graph_new ("test");
  CasTensor ids = cas_graph_input (g, "ids", CAS_I32, CAS_SHAPE (2, 1, 3, 1));
  CasTensor index = cas_graph_input (g, "index", CAS_I32, CAS_SHAPE (2, 1, 1, 1));
  CasGraphCost cost;

  cas_op_select (g, cas_op_embedding (g, ids, table, NULL, positions), index);
  cas_graph_count (g, &cost);
  /* ids, rows of the table, all positions (f32), sums; indices, pixels read and written */
  g_assert_cmpuint (cost.bytes_moved, ==, 6 * 4 + 6 * 16 * 2 + 5 * 16 * 4 + 6 * 16 * 4
                                          + 2 * 4 + 2 * 16 * 4 + 2 * 16 * 4);
  g_assert_cmpuint (cost.weight_bytes, ==, 1000 * 16 * 2 + 5 * 16 * 4);
}

static void
test_count (void)
{
  g_autoptr (CasWeight) w = new_weight ("w", CAS_BF16, 16, 12);
  g_autoptr (CasWeight) conv = test_weight_new ("c", CAS_F32, 1, 4, (guint64[]) { 5, 16, 3, 3 });
  g_autoptr (CasWeight) up = test_weight_new ("t", CAS_F32, 1, 4, (guint64[]) { 16, 5, 2, 2 });
  g_autoptr (CasGraph) g = cas_graph_new ("test");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (2, 6, 8, 12));
  CasTensor y, z;
  CasGraphCost cost;

  y = cas_op_linear (g, x, (CasLinear) { .weight = w }, CAS_ACT_NONE);
  z = cas_op_linear (g, x, (CasLinear) { .weight = w }, CAS_ACT_NONE);
  y = cas_op_attention (g, &(CasAttention) { .q = y, .k = z, .v = z, .n_heads = 2 });
  z = cas_op_conv (g, y, conv, NULL, 2, 1, CAS_ACT_NONE);
  cas_op_conv_transpose (g, y, up, NULL, CAS_ACT_NONE);
  cas_graph_count (g, &cost);

  g_assert_cmpuint (z.shape.h, ==, 3);
  g_assert_cmpuint (z.shape.w, ==, 4);
  g_assert_cmpuint (cost.n_ops, ==, 5);
  g_assert_cmpuint (cost.flop_linear, ==, 2 * (2 * 96 * 16 * 12));
  g_assert_cmpuint (cost.flop_attention, ==, 2 * 2 * (2 * 48 * 48 * 16));
  g_assert_cmpuint (cost.flop_convolution, ==,
                    2 * (2 * 3 * 4) * 5 * 16 * 9 + 2 * (2 * 6 * 8) * 5 * 16 * 4);
  /* used twice, held once; rows are padded to 8 columns */
  g_assert_cmpuint (cost.weight_elements, ==, 16 * 12 + 5 * 16 * 9 + 16 * 5 * 4);
  g_assert_cmpuint (cost.weight_bytes, ==, 2 * 16 * 16 + 4 * (5 * 16 * 9 + 5 * 16 * 4));
}

/* --- errors --- */

/* What compile says, although there is no device. */
static void
assert_compile_fails (CasGraph   *g,
                      int         code,
                      const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cas_graph_compile (g, &(CasCompileParams) { 0 }, &error));
  g_assert_error (error, CAS_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_pad_too_wide (void)
{
  g_autoptr (CasGraph) g = cas_graph_new ("test");

  cas_op_pad_reflect (g, cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 5, 4, 3)), 4);
  assert_compile_fails (g, CAS_ERROR_BAD_PARAMETER,
                        "4 × 5 pixels are too few to be mirrored over an edge of 4");
}

static void
test_kernel_too_wide (void)
{
  g_autoptr (CasWeight) w = test_weight_new ("c", CAS_F32, 1, 4, (guint64[]) { 5, 3, 10, 10 });
  g_autoptr (CasGraph) g = cas_graph_new ("test");

  cas_op_conv (g, cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 16, 16, 3)), w, NULL, 1, 0,
               CAS_ACT_NONE);
  assert_compile_fails (g, CAS_ERROR_BAD_MODEL,
                        "tensor “c” is a kernel of 10 pixels, at most 9 are known");
}

static void
test_sticky (void)
{
  g_autoptr (CasWeight) narrow = new_weight ("down_blocks.0.weight", CAS_F32, 16, 7);
  g_autoptr (CasWeight) other = new_weight ("never seen", CAS_F32, 1, 1);
  g_autoptr (CasGraph) g = cas_graph_new ("test");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 4, 8));
  CasGraphCost cost;
  CasTensor y;

  g_assert_null (cas_graph_get_error (g));
  y = cas_op_linear (g, x, (CasLinear) { .weight = narrow }, CAS_ACT_NONE);
  g_assert_false (cas_tensor_is_set (y));
  g_assert_nonnull (cas_graph_get_error (g));

  /* straight on, as model code does */
  y = cas_op_linear (g, y, (CasLinear) { .weight = other }, CAS_ACT_NONE);
  y = cas_op_layer_norm (g, y, other, NULL, 1e-6f);
  y = cas_op_grn (g, y, other, other);
  y = cas_op_conv (g, y, other, NULL, 1, 1, CAS_ACT_NONE);
  y = cas_op_conv_transpose (g, y, other, NULL, CAS_ACT_NONE);
  y = cas_op_depthwise (g, y, other, NULL, 1, CAS_PAD_ZERO);
  y = cas_op_batch_norm (g, y, (CasBatchNorm) { .mean = other, .var = other }, 1e-5f);
  y = cas_op_activation (g, cas_op_scale (g, y, 2.0f), CAS_ACT_SILU);
  y = cas_op_add (g, y, cas_op_modulate (g, y, y));
  y = cas_op_scale_by (g, y, other, 0.0f, 0, -1);
  y = cas_op_attention (g, &(CasAttention) { .q = y, .k = y, .v = y, .n_heads = 1 });
  y = cas_op_concat (g, y, cas_op_concat_batch (g, y, cas_op_concat_tokens (g, &y, 1)));
  y = cas_op_bilinear (g, cas_op_nearest (g, y, 2, 2), 3, 3);
  y = cas_op_pixel_shuffle (g, cas_op_pixel_unshuffle (g, y, 2), 2);
  y = cas_op_select (g, cas_op_embedding (g, y, other, NULL, other), y);
  y = cas_tensor_batch (g, cas_tensor_reshape (g, cas_tensor_channels (g, y, 0, 1), y.shape), 0, 1);
  cas_graph_output (g, "y", cas_op_count_not_finite (g, y));
  cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER, "another error");

  cas_graph_count (g, &cost);
  g_assert_cmpuint (cost.n_ops, ==, 0);
  assert_compile_fails (g, CAS_ERROR_BAD_MODEL,
                        "made up: tensor “down_blocks.0.weight” has shape [16, 7], wanted […, 8]");
}

typedef struct
{
  CasGraph  *g;
  CasTensor  x; /* [2, 4, 6, 8] */
  CasWeight *matrix;  /* "matrix" [16, 8] */
  CasWeight *vector;  /* "vector" [8] */
  CasWeight *kernel;  /* "kernel" [8, 1, 3, 3] */
} Misfit;

static void
linear_bias (Misfit *m)
{
  cas_op_linear (m->g, m->x, (CasLinear) { .weight = m->matrix, .bias = m->vector }, CAS_ACT_NONE);
}

static void
linear_dims (Misfit *m)
{
  cas_op_linear (m->g, m->x, (CasLinear) { .weight = m->vector }, CAS_ACT_NONE);
}

static void
stack_reach (Misfit *m)
{
  cas_op_linear_stack (m->g, m->x, &(CasLinearPiece) { .weight = m->matrix, .first_channel = 1 }, 1,
                       16);
}

static void
conv_channels (Misfit *m)
{
  cas_op_conv (m->g, m->x, m->kernel, NULL, 1, 1, CAS_ACT_NONE);
}

static void
conv_dims (Misfit *m)
{
  cas_op_conv (m->g, m->x, m->matrix, NULL, 1, 1, CAS_ACT_NONE);
}

static void
transpose_kernel (Misfit *m)
{
  cas_op_conv_transpose (m->g, m->x, m->kernel, NULL, CAS_ACT_NONE);
}

static void
depthwise_channels (Misfit *m)
{
  cas_op_depthwise (m->g, cas_tensor_channels (m->g, m->x, 0, 4), m->kernel, NULL, 1, CAS_PAD_ZERO);
}

static void
norm_weight (Misfit *m)
{
  cas_op_layer_norm (m->g, m->x, m->matrix, NULL, 1e-6f);
}

static void
grn_beta (Misfit *m)
{
  cas_op_grn (m->g, m->x, m->vector, m->matrix);
}

static void
batch_norm_var (Misfit *m)
{
  cas_op_batch_norm (m->g, m->x, (CasBatchNorm) { .mean = m->vector, .var = m->matrix }, 1e-5f);
}

static void
add_shapes (Misfit *m)
{
  cas_op_add (m->g, m->x, cas_tensor_channels (m->g, m->x, 0, 4));
}

static void
modulate_shapes (Misfit *m)
{
  cas_op_modulate (m->g, m->x, m->x);
}

static void
scale_index (Misfit *m)
{
  cas_op_scale_by (m->g, m->x, m->vector, 0.0f, 8, -1);
}

static void
attention_heads (Misfit *m)
{
  cas_op_attention (m->g, &(CasAttention) { .q = m->x, .k = m->x, .v = m->x, .n_heads = 2 });
}

static void
attention_keys (Misfit *m)
{
  CasTensor k = cas_tensor_batch (m->g, m->x, 0, 1);

  cas_op_attention (m->g, &(CasAttention) { .q = m->x, .k = k, .v = k, .n_heads = 1 });
}

static void
concat_shapes (Misfit *m)
{
  cas_op_concat (m->g, m->x, cas_tensor_batch (m->g, m->x, 0, 1));
}

static void
concat_batch_shapes (Misfit *m)
{
  cas_op_concat_batch (m->g, m->x, cas_tensor_channels (m->g, m->x, 0, 4));
}

static void
unshuffle_size (Misfit *m)
{
  cas_op_pixel_unshuffle (m->g, m->x, 4);
}

static void
shuffle_channels (Misfit *m)
{
  cas_op_pixel_shuffle (m->g, m->x, 3);
}

static void
resize_to_nothing (Misfit *m)
{
  cas_op_bilinear (m->g, m->x, 0, 4);
}

static void
view_channels (Misfit *m)
{
  cas_tensor_channels (m->g, m->x, 5, 4);
}

static void
view_reshape (Misfit *m)
{
  cas_tensor_reshape (m->g, m->x, CAS_SHAPE (1, 4, 6, 8));
}

static void
view_batch (Misfit *m)
{
  cas_tensor_batch (m->g, m->x, 1, 2);
}

static void
view_of_view (Misfit *m)
{
  cas_tensor_reshape (m->g, cas_tensor_channels (m->g, m->x, 0, 4), CAS_SHAPE (2, 1, 24, 4));
}

static void
state_shape (Misfit *m)
{
  g_autoptr (CasState) state = cas_state_new ("table", CAS_F32, CAS_SHAPE (1, 1, 1, 3));

  cas_graph_store (m->g, m->x, state);
}

static void
test_misfits (void)
{
  static const struct
  {
    void      (*build) (Misfit *m);
    const char *words;
  } rows[] = {
    { linear_bias, "made up: tensor “vector” has shape [8], wanted 16 numbers" },
    { linear_dims, "made up: tensor “vector” has shape [8], wanted […, 8]" },
    { stack_reach, "made up: tensor “matrix” reaches beyond" },
    { conv_channels, "made up: tensor “kernel” has shape [8, 1, 3, 3], wanted […, 8, 3, 3]" },
    { conv_dims, "made up: tensor “matrix” has shape [16, 8]" },
    { transpose_kernel, "made up: tensor “kernel” has shape [8, 1, 3, 3], wanted [8, …, 2, 2]" },
    { depthwise_channels, "made up: tensor “kernel” has shape [8, 1, 3, 3], wanted [4, 1, 3, 3]" },
    { norm_weight, "made up: tensor “matrix” has shape [16, 8], wanted 8 numbers" },
    { grn_beta, "made up: tensor “matrix” has shape [16, 8], wanted 8 numbers" },
    { batch_norm_var, "made up: tensor “matrix” has shape [16, 8], wanted 8 numbers" },
    { add_shapes, "add: shapes [2, 4, 6, 8] and [2, 4, 6, 4]" },
    { modulate_shapes, "modulate: shapes [2, 4, 6, 8] and [2, 4, 6, 8]" },
    { scale_index, "made up: tensor “vector” has shape [8], wanted 9 numbers" },
    { attention_heads, "8 channels cannot be split into 2 heads" },
    { attention_keys, "shape [1, 4, 6, 8] do not go with queries of shape [2, 4, 6, 8]" },
    { concat_shapes, "concat: shapes [2, 4, 6, 8] and [1, 4, 6, 8]" },
    { concat_batch_shapes, "concat_batch: shapes [2, 4, 6, 8] and [2, 4, 6, 4]" },
    { unshuffle_size, "6 × 4 pixels cannot be split into squares of 4" },
    { shuffle_channels, "8 channels cannot be laid out in squares of 3" },
    { resize_to_nothing, "resize gives a tensor of shape [2, 0, 4, 8]" },
    { view_channels, "channels 5 to 9 were wanted of a tensor of 8" },
    { view_reshape, "shape [2, 4, 6, 8] cannot be seen as [1, 4, 6, 8]" },
    { view_batch, "pictures 1 to 3 were wanted of a batch of 2" },
    { view_of_view, "shape [2, 4, 6, 4] cannot be seen as" },
    { state_shape, "state “table” has shape [1, 1, 1, 3]" },
  };
  g_autoptr (CasWeight) matrix = new_weight ("matrix", CAS_F32, 16, 8);
  g_autoptr (CasWeight) vector = test_weight_new ("vector", CAS_F32, 1, 1, (guint64[]) { 8 });
  g_autoptr (CasWeight) kernel
      = test_weight_new ("kernel", CAS_F32, 1, 4, (guint64[]) { 8, 1, 3, 3 });

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasGraph) g = cas_graph_new ("test");
      Misfit m = { .g = g, .matrix = matrix, .vector = vector, .kernel = kernel };
      const GError *error;

      m.x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (2, 4, 6, 8));
      rows[i].build (&m);
      error = cas_graph_get_error (g);
      if (error == NULL || strstr (error->message, rows[i].words) == NULL)
        {
          g_test_message ("row %u: “%s”, wanted “%s”", i, error != NULL ? error->message : "no error",
                          rows[i].words);
          g_test_fail ();
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph/print", test_print);
  g_test_add_func ("/graph/count", test_count);
  g_test_add_func ("/graph/count/lookups", test_count_lookups);
  g_test_add_func ("/graph/sticky-error", test_sticky);
  g_test_add_func ("/graph/pad-too-wide", test_pad_too_wide);
  g_test_add_func ("/graph/kernel-too-wide", test_kernel_too_wide);
  g_test_add_func ("/graph/misfits", test_misfits);

  return g_test_run ();
}
