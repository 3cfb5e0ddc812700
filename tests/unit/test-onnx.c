/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX files that are not as they should be: each is a sentence that names what is wrong, and
 * however a file is damaged nothing crashes. No device is needed. */

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "cascade/error.h"
#include "model/onnx_network.h"
#include "support/onnx.h"
#include "support/weights.h"

#define DIMS(...) G_N_ELEMENTS (((gint64[]) { __VA_ARGS__ })), (gint64[]) { __VA_ARGS__ }

static void
add_floats (OnnxWriter   *w,
            const char   *name,
            guint         n_dims,
            const gint64 *dims)
{
  gint64 n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= dims[i];

  g_autofree float *v = test_numbers (1, n);
  onnx_add_floats (w, name, n_dims, dims, v);
}

/* With “x” [1, 3, 8, 8], the output “y”, and some tensors to take. */
static OnnxWriter *
new_writer (void)
{
  OnnxWriter *w = onnx_writer_new ();

  onnx_add_input (w, "x", DIMS (-1, 3, -1, -1));
  onnx_add_output (w, "y");
  add_floats (w, "w", DIMS (4, 3, 3, 3));
  add_floats (w, "b", DIMS (4));
  add_floats (w, "oblong", DIMS (4, 3, 3, 1));
  add_floats (w, "three", DIMS (3));
  add_floats (w, "scales", 1, (gint64[]) { 4 });
  onnx_add_ints (w, "ints", 1, (gint64[]) { 1, -1 }, 2);
  onnx_add_ints (w, "odd", 1, (gint64[]) { 5, -1 }, 2);
  return w;
}

/* Reads, builds and forgets. */
static gboolean
build (GBytes  *bytes,
       GError **error)
{
  CasOnnx *onnx = cas_onnx_new (bytes, "face.onnx", error);
  g_autoptr (CasOnnxNetwork) m = onnx != NULL ? cas_onnx_network_new (onnx, error) : NULL;

  if (m == NULL)
    return FALSE;

  g_autoptr (CasGraph) g = cas_graph_new ("face");
  g_autofree CasOnnxOutput *outputs = g_new0 (CasOnnxOutput, cas_onnx_network_get_n_outputs (m));
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 8, 8, 3));

  cas_onnx_network_forward (g, m, x, outputs);
  if (cas_graph_get_error (g) == NULL)
    {
      CasGraphCost cost;

      cas_graph_count (g, &cost);
      return TRUE;
    }
  g_propagate_error (error, g_error_copy (cas_graph_get_error (g)));
  return FALSE;
}

static void
expect (OnnxWriter *w, /* taken */
        const char *words)
{
  g_autoptr (GBytes) bytes = onnx_writer_finish (w);
  g_autoptr (GError) error = NULL;

  if (build (bytes, &error))
    g_error ("a file is taken that should not be, as “%s”", words);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_true (g_str_has_prefix (error->message, "face.onnx"));
  g_assert_true (g_str_has_suffix (error->message, "."));
  if (strstr (error->message, words) == NULL)
    {
      g_test_message ("“%s” does not say “%s”", error->message, words);
      g_test_fail ();
    }
  onnx_writer_free (w);
}

/* --- what a node may not be ------------------------------------------------------------------- */

/* One node "odd one" of an operator, with one attribute: ints, a string or a number. */
typedef struct
{
  const char *operator;
  const char *inputs;
  const char *attribute;
  gint64      ints[4];
  guint       n_ints;
  const char *text;
  gint64      number;
  const char *words;
} Refusal;

static void
test_nodes (void)
{
  static const Refusal rows[] = {
    { "LSTM", "x", .words = "node 0 “odd one” is the operator “LSTM”, which is not known here" },
    { "If", "x", .words = "“If”" },
    { "Relu", "x,x", .words = "2 inputs and 1 outputs, wanted 1 to 1" },
    { "Relu", "z", .words = "node 0 “odd one” (Relu) takes “z”, which nothing before it gives" },
    { "Relu", "y", .words = "takes “y”" },
    { "Relu", "w", .words = "an input “w” that is constant" },
    { "Add", ",x", .words = "has no two inputs" },
    { "Conv", ",w", .words = "has no input 0" },
    { "Relu", "x", "slope", .number = 1, .words = "the attribute “slope”, which is not known" },
    { "Conv", "x,w", "group", .text = "one", .words = "attribute “group” of another type" },
    { "Conv", "x,w", "group", .number = 3, .words = "3 groups" },
    { "Conv", "x,w", "strides", { 1, 2 }, 2, .words = "different numbers" },
    { "Conv", "x,w", "strides", { 0, 0 }, 2, .words = "a stride of 0" },
    { "Conv", "x,w", "strides", { G_MAXINT64, G_MAXINT64 }, 2, .words = "a stride of 9223" },
    { "Conv", "x,w", "strides", { 1 }, 1, .words = "too few numbers" },
    { "Conv", "x,w", "pads", { 0, 0, 1, 1 }, 4, .words = "different numbers" },
    { "Conv", "x,w", "pads", { 3, 3, 3, 3 }, 4, .words = "3 pixels of padding" },
    { "Conv", "x,w", "pads", { -1, -1, -1, -1 }, 4, .words = "-1 pixels of padding" },
    { "Conv", "x,w", "dilations", { 2, 2 }, 2, .words = "a dilation" },
    { "Conv", "x,w", "kernel_shape", { 5, 5 }, 2, .words = "a kernel of 5 pixels" },
    { "Conv", "x,w", "auto_pad", .text = "SAME_UPPER", .words = "“SAME_UPPER”" },
    { "Conv", "x,oblong", .words = "shape [4, 3, 3, 1]" },
    { "Conv", "x,w,w", .words = "“w”" },
    { "Conv", "x,ints", .words = "an input “ints”" },
    { "MaxPool", "x", .words = "a kernel of 0 pixels" },
    { "MaxPool", "x", "kernel_shape", { 9, 9 }, 2, .words = "a kernel of 9 pixels for a picture" },
    { "AveragePool", "x", "kernel_shape", { 2, 2, 2 }, 3, .words = "3 numbers in its attribute" },
    { "BatchNormalization", "x,three,three,three,b", .words = "“b”" },
    { "PRelu", "x,b", .words = "slopes of shape [4]" },
    { "Add", "x,w", .words = "constant input" },
    { "Mul", "w,w", .words = "has no two inputs" },
    { "Gemm", "x,w", .words = "a weight of shape [4, 3, 3, 3]" },
    { "Gemm", "x,w", "transA", .number = 1, .words = "is turned" },
    { "Upsample", "x,scales", .words = "twice the size" },
    { "Upsample", "x,scales", "mode", .text = "linear", .words = "twice the size" },
    { "Resize", "x,,scales", "nearest_mode", .text = "ceil", .words = "“ceil”" },
    { "Resize", "x,,,ints", "nearest_mode", .text = "floor", .words = "“half_pixel” and “floor”" },
    { "Resize", "x,,,ints", .words = "twice the size" },
    { "Flatten", "x", "axis", .number = 5, .words = "an axis" },
    { "Reshape", "x,odd", .words = "a shape that its input does not fit" },
    { "Reshape", "x,w", .words = "a few whole numbers" },
    { "Reshape", "x,ints", "allowzero", .number = 1, .words = "sides of 0" },
    { "Transpose", "x", "perm", { 3, 2, 1, 0 }, 4, .words = "the order of axes" },
    { "Transpose", "x", "perm", { 0, 1 }, 2, .words = "the order of axes" },
    { "Concat", "x,x", "axis", .number = 4, .words = "an axis" },
    { "Concat", "x,x", .words = "an axis" },
    { "Concat", "x,w", "axis", .number = 1, .words = "“w”" },
    { "Concat", "ints,x", "axis", .number = 0, .words = "“x”" },
    { "Gather", "ints,odd", .words = "an axis" },
    { "Slice", "x,ints,ints", .words = "“x”" },
    { "Slice", "ints,ints,ints", .words = "a part of a row" },
    { "Unsqueeze", "ints", .words = "a row of one number" },
    { "Squeeze", "ints", .words = "the one number" },
    { "Cast", "ints", "to", .number = 1, .words = "of type 1" },
    { "Constant", "", .words = "has no value" },
    { "Shape", "x", .words = "no node gives the output “y”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Refusal *row = &rows[i];
      OnnxWriter *w = new_writer ();

      onnx_add_node (w, "odd one", row->operator, row->inputs, "y");
      if (row->attribute != NULL && row->n_ints > 0)
        onnx_set_ints (w, row->attribute, row->ints, row->n_ints);
      else if (row->attribute != NULL && row->text != NULL)
        onnx_set_string (w, row->attribute, row->text);
      else if (row->attribute != NULL)
        onnx_set_int (w, row->attribute, row->number);
      expect (w, row->words);
    }
}

static void
test_graphs (void)
{
  OnnxWriter *w = new_writer ();

  expect (w, "no node gives the output “y”");

  w = new_writer ();
  onnx_add_node (w, "a", "Relu", "x", "y");
  onnx_add_node (w, "b", "Relu", "x", "y");
  expect (w, "“y” is there twice");

  w = new_writer ();
  onnx_add_node (w, "a", "Relu", "x", "y");
  add_floats (w, "w", DIMS (1));
  expect (w, "“w” is there twice");

  w = new_writer ();
  onnx_add_node (w, "a", "MaxPool", "x", "y,indices");
  onnx_set_ints (w, "kernel_shape", (gint64[]) { 2, 2 }, 2);
  expect (w, "more than one output");

  w = new_writer ();
  onnx_add_node (w, "a", "Relu", "x", "y");
  onnx_set_domain (w, "com.example");
  expect (w, "“com.example.Relu”");

  w = new_writer ();
  onnx_add_node (w, "a", "Relu", "x", "y");
  onnx_add_input (w, "z", DIMS (1));
  expect (w, "2 inputs");

  w = onnx_writer_new ();
  onnx_add_input (w, "x", DIMS (1, 3, 112, 112));
  onnx_add_output (w, "y");
  onnx_add_node (w, "a", "Relu", "x", "y");
  expect (w, "the input “x” is [1, 3, 112, 112]");

  w = new_writer ();
  onnx_set_opset (w, 6);
  expect (w, "version 6");

  w = new_writer ();
  for (guint i = 0; i <= CAS_ONNX_MAX_NODES; i++)
    onnx_add_node (w, "a", "Relu", "x", "y");
  expect (w, "more than 1000 nodes");

  /* twice the size, again and again */
  w = new_writer ();
  for (guint i = 0; i < 40; i++)
    {
      static const float scales[] = { 1, 1, 2, 2 };
      g_autofree char *in = i > 0 ? g_strdup_printf ("d%u,two", i - 1) : g_strdup ("x,two");
      g_autofree char *out = g_strdup_printf ("d%u", i);

      if (i == 0)
        onnx_add_floats (w, "two", DIMS (4), scales);
      onnx_add_node (w, "a", "Upsample", in, out);
    }
  expect (w, "an impossible size");
}

/* --- what a tensor may not be ----------------------------------------------------------------- */

static void
test_tensors (void)
{
  static const struct { guint8 bytes[40]; guint size; const char *words; } rows[] = {
    /* data_type 1, external_data */
    { { 0x10, 1, 0x42, 1, 't', 0x6a, 2, 0x0a, 0 }, 9, "in another file" },
    /* data_type 1, data_location 1 */
    { { 0x10, 1, 0x42, 1, 't', 0x70, 1 }, 7, "in another file" },
    /* data_type 8: text */
    { { 0x42, 1, 't', 0x10, 8 }, 5, "tensor “t” has numbers of type 8" },
    /* dims 3, data_type 1, raw_data of 4 bytes */
    { { 8, 3, 0x10, 1, 0x42, 1, 't', 0x4a, 4, 0, 0, 0, 0 }, 13, "4 bytes of numbers" },
    /* dims −1 */
    { { 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0x10, 1, 0x42, 1, 't' }, 16,
      "an impossible size" },
    /* dims 2³², 2³² */
    { { 8, 128, 128, 128, 128, 16, 8, 128, 128, 128, 128, 16, 0x10, 1, 0x42, 1, 't' }, 17,
      "an impossible size" },
    /* seven dims */
    { { 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 8, 1, 0x10, 1, 0x42, 1, 't' }, 19, "7 dimensions" },
    /* float_data in two rows */
    { { 0x10, 1, 0x22, 0, 0x22, 0 }, 6, "in one row" },
    /* a name that is not UTF-8, and one with a line in it */
    { { 0x42, 1, 255 }, 3, "not UTF-8" },
    { { 0x42, 1, '\n' }, 3, "control characters" },
    /* a name as a number; a group; a field 0; more than the message has */
    { { 0x40, 1 }, 2, "damaged" },
    { { 0x0b, 0x0c }, 2, "damaged" },
    { { 0, 0 }, 2, "damaged" },
    { { 0x42, 9, 't' }, 3, "damaged" },
    { { 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1 }, 12, "damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      OnnxWriter *w = new_writer ();

      onnx_add_raw (w, 5, rows[i].bytes, rows[i].size);
      expect (w, rows[i].words);
    }

  OnnxWriter *sparse = new_writer ();
  onnx_add_raw (sparse, 15, "", 0);
  expect (sparse, "sparse");

  OnnxWriter *many = new_writer ();
  g_autofree gint64 *ints = g_new0 (gint64, CAS_ONNX_MAX_INTS + 1);
  onnx_add_ints (many, "many", 1, ints, CAS_ONNX_MAX_INTS + 1);
  expect (many, "more than 1024 whole numbers");
}

/* --- damage ----------------------------------------------------------------------------------- */

static GBytes *
new_small_model (void)
{
  g_autoptr (OnnxWriter) w = onnx_writer_new ();

  onnx_add_input (w, "x", DIMS (1, 3, -1, -1));
  onnx_add_output (w, "y");
  add_floats (w, "w", DIMS (2, 3, 3, 3));
  add_floats (w, "s", DIMS (2, 1, 1));
  add_floats (w, "g", DIMS (32, 3));
  onnx_add_ints (w, "r", 1, (gint64[]) { 1, -1 }, 2);
  onnx_add_node (w, "c", "Conv", "x,w", "a");
  onnx_set_ints (w, "strides", (gint64[]) { 2, 2 }, 2);
  onnx_set_ints (w, "pads", (gint64[]) { 1, 1, 1, 1 }, 4);
  onnx_add_node (w, "p", "PRelu", "a,s", "b");
  onnx_add_node (w, "t", "Transpose", "b", "t");
  onnx_set_ints (w, "perm", (gint64[]) { 0, 2, 3, 1 }, 4);
  onnx_add_node (w, "h", "Shape", "b", "shape");
  onnx_add_node (w, "f", "Reshape", "t,r", "f");
  onnx_add_node (w, "m", "Gemm", "f,g", "y");
  onnx_set_float (w, "alpha", 1.0f);
  return onnx_writer_finish (w);
}

static void
check_damaged (const guint8 *data,
               gsize         size)
{
  /* of its own size, so that a read beyond it is seen */
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;

  if (!build (bytes, &error))
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_cut_off (void)
{
  g_autoptr (GBytes) bytes = new_small_model ();
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_assert_true (build (bytes, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GBytes) less = g_bytes_new (data, i);
      g_autoptr (GError) why = NULL;

      g_assert_false (build (less, &why));
      g_assert_error (why, CAS_ERROR, CAS_ERROR_BAD_MODEL);
    }
}

static void
test_flipped (void)
{
  static const guint8 instead[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
  g_autoptr (GBytes) bytes = new_small_model ();
  gsize size;
  g_autofree guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&bytes), &size);

  for (gsize i = 0; i < size; i++)
    {
      guint8 was = data[i];

      for (guint bit = 0; bit < 8; bit++)
        {
          data[i] = was ^ (1 << bit);
          check_damaged (data, size);
        }
      for (guint k = 0; k < G_N_ELEMENTS (instead); k++)
        {
          data[i] = instead[k];
          check_damaged (data, size);
        }
      data[i] = was;
    }
}

/* Several bytes at once, and pieces that lie in the place of others. */
static void
test_mixed (void)
{
  g_autoptr (GBytes) bytes = new_small_model ();
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);

      for (int n = g_rand_int_range (random, 1, 6); n > 0; n--)
        {
          gsize to = (gsize) g_rand_int_range (random, 0, (gint32) size);
          gsize from = (gsize) g_rand_int_range (random, 0, (gint32) size);
          gsize length = (gsize) g_rand_int_range (random, 1, 12);

          if (g_rand_boolean (random))
            copy[to] = (guint8) g_rand_int (random);
          else
            memmove (copy + to, copy + from, MIN (length, size - MAX (from, to)));
        }
      check_damaged (copy, size);
    }
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("weir-onnx-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_null (cas_onnx_open (path, &error)); /* empty */
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_remove (path);
  g_assert_null (cas_onnx_network_open (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_CTYPE, ""); /* messages are not ASCII */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx/nodes", test_nodes);
  g_test_add_func ("/onnx/graphs", test_graphs);
  g_test_add_func ("/onnx/tensors", test_tensors);
  g_test_add_func ("/onnx/cut-off", test_cut_off);
  g_test_add_func ("/onnx/flipped", test_flipped);
  g_test_add_func ("/onnx/mixed", test_mixed);
  g_test_add_func ("/onnx/files", test_files);

  return g_test_run ();
}
