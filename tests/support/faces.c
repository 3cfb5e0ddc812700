/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks for faces, in the forms of those that people have. */

#include "support/faces.h"

#include "io/safetensors.h"
#include "support/onnx.h"
#include "support/weights.h"

#define DIMS(...) G_N_ELEMENTS (((gint64[]) { __VA_ARGS__ })), (gint64[]) { __VA_ARGS__ }

const float face_distances[4] = { 1.0f, 0.5f, 2.0f, 3.0f };
const float face_points[10] = { 0, 0, 2, 0, 1, 1, 0.25, 2, 1.75, 2 };

/* --- ONNX files ------------------------------------------------------------------------------- */

static void
add_pool (OnnxWriter *w,
          const char *x,
          const char *y,
          gint64      k)
{
  onnx_add_node (w, y, "AveragePool", x, y);
  onnx_set_ints (w, "kernel_shape", (gint64[]) { k, k }, 2);
  onnx_set_ints (w, "strides", (gint64[]) { k, k }, 2);
}

/* Two rows a cell of n numbers each: from a 1×1 convolution, to the end of the file. */
static void
add_head (OnnxWriter  *w,
          guint        level,
          gint64       n,
          const float *weight,
          const float *bias)
{
  g_autofree char *base = g_strdup_printf ("%c%u", n == 1 ? 's' : n == 4 ? 'b' : 'p', level);
  g_autofree char *wn = g_strconcat (base, "w", NULL), *bn = g_strconcat (base, "b", NULL);
  g_autofree char *conv = g_strconcat (base, "c", NULL), *last = g_strconcat (base, "t", NULL);
  g_autofree char *rows = g_strconcat (base, "r", NULL), *shape = g_strconcat (base, "n", NULL);
  g_autofree char *in = g_strdup_printf ("x%u,%s,%s", level, wn, bn);
  g_autofree char *to_rows = g_strconcat (last, ",", shape, NULL);

  onnx_add_floats (w, wn, DIMS (2 * n, 3, 1, 1), weight);
  onnx_add_floats (w, bn, DIMS (2 * n), bias);
  onnx_add_ints (w, shape, 1, (gint64[]) { -1, n }, 2);
  onnx_add_node (w, conv, "Conv", in, conv);
  onnx_add_node (w, last, "Transpose", conv, last);
  onnx_set_ints (w, "perm", (gint64[]) { 0, 2, 3, 1 }, 4);
  onnx_add_node (w, rows, "Reshape", to_rows, n == 1 ? rows : base);
  if (n == 1)
    onnx_add_node (w, base, "Sigmoid", rows, base);
  onnx_add_output (w, base);
}

static void
add_level (OnnxWriter *w,
           guint       level)
{
  /* red makes the first guess of the finest cells a face */
  const float score[6] = { level == 0 ? 20.0f : 0.0f, level == 0 ? -20.0f : 0.0f };
  const float score_bias[2] = { -10.0f, -10.0f };
  const float nothing[60] = { 0 };
  float box[8], point[20];

  for (guint i = 0; i < 8; i++)
    box[i] = face_distances[i % 4];
  for (guint i = 0; i < 20; i++)
    point[i] = face_points[i % 10];
  add_head (w, level, 10, nothing, point);
  add_head (w, level, 1, score, score_bias);
  add_head (w, level, 4, nothing, box);
}

/* The outputs in an order of their own. */
GBytes *
face_new_detector (gint64 cell)
{
  g_autoptr (OnnxWriter) w = onnx_writer_new ();

  onnx_add_input (w, "x", DIMS (1, 3, -1, -1));
  add_pool (w, "x", "x0", cell);
  add_pool (w, "x0", "x1", 2);
  add_pool (w, "x1", "x2", 2);
  add_level (w, 2);
  add_level (w, 0);
  add_level (w, 1);
  return onnx_writer_finish (w);
}

GBytes *
face_new_recogniser (const float *weight,
                     gint64       n_out)
{
  g_autoptr (OnnxWriter) w = onnx_writer_new ();

  onnx_add_input (w, "x", DIMS (-1, 3, 112, 112));
  onnx_add_floats (w, "w", DIMS (n_out, 12), weight);
  add_pool (w, "x", "a", 8);
  add_pool (w, "a", "b", 7);
  onnx_add_node (w, "f", "Flatten", "b", "c");
  onnx_add_node (w, "g", "Gemm", "c,w", "y");
  onnx_set_int (w, "transB", 1);
  onnx_add_output (w, "y");
  return onnx_writer_finish (w);
}

/* --- the ControlNet --------------------------------------------------------------------------- */

#define N_IDENTITY    512
#define N_CHANNELS    16
#define N_STAGE_C     192 /* of the demo model's Stage C */
#define N_PROJECTIONS 6

static CasSafetensorsTensor
new_tensor (GPtrArray  *owned,
            const char *name,
            float       scale,
            guint       n_dims,
            guint64     n_out,
            guint64     n_in,
            guint64     side)
{
  const guint64 n = n_out * n_in * side * side;
  float *numbers = test_numbers (owned->len, n);

  for (guint64 i = 0; i < n; i++)
    numbers[i] *= scale;
  g_ptr_array_add (owned, (char *) name);
  g_ptr_array_add (owned, numbers);
  return (CasSafetensorsTensor) {
    name, CAS_F32, n_dims, { n_out, n_in, side, side }, numbers,
  };
}

gboolean
face_write_controlnet (const char *path,
                       GError    **error)
{
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  CasSafetensorsTensor tensors[4 + 2 * N_PROJECTIONS];
  const char *const metadata[] = { "controlnet_blocks", "[0, 1, 3, 5, 7, 9]", NULL };
  guint n = 0;

  tensors[n++] = new_tensor (owned, g_strdup ("backbone.0.bias"), 0.1f, 1, 4 * N_CHANNELS, 1, 1);
  tensors[n++] = new_tensor (owned, g_strdup ("backbone.0.weight"), 1, 4, 4 * N_CHANNELS,
                             N_IDENTITY, 3);
  tensors[n++] = new_tensor (owned, g_strdup ("backbone.2.bias"), 0.1f, 1, N_CHANNELS, 1, 1);
  tensors[n++] = new_tensor (owned, g_strdup ("backbone.2.weight"), 0.1f, 4, N_CHANNELS,
                             4 * N_CHANNELS, 3);
  for (guint i = 0; i < N_PROJECTIONS; i++)
    {
      tensors[n++] = new_tensor (owned, g_strdup_printf ("projections.%u.0.weight", i), 0.4f, 4,
                                 N_CHANNELS, N_CHANNELS, 1);
      tensors[n++] = new_tensor (owned, g_strdup_printf ("projections.%u.2.weight", i), 0.4f, 4,
                                 N_STAGE_C, N_CHANNELS, 1);
    }
  return cas_safetensors_write (path, tensors, n, metadata, error);
}
