/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes protocol buffers from the inside out: each message is made, then its size is known. */

#include "support/onnx.h"

#include <string.h>

struct _OnnxWriter
{
  gint64      opset;
  GByteArray *graph;
  GByteArray *node; /* the last one, whose attributes are not all there yet; or NULL */
};

/* --- fields ----------------------------------------------------------------------------------- */

static void
put_varint (GByteArray *to,
            guint64     value)
{
  do
    {
      guint8 byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);

      g_byte_array_append (to, &byte, 1);
      value >>= 7;
    }
  while (value > 0);
}

static void
put_int (GByteArray *to,
         guint       field,
         gint64      value)
{
  put_varint (to, field << 3);
  put_varint (to, (guint64) value);
}

static void
put_bytes (GByteArray *to,
           guint       field,
           const void *data,
           gsize       size)
{
  put_varint (to, field << 3 | 2);
  put_varint (to, size);
  g_byte_array_append (to, data, size);
}

static void
put_text (GByteArray *to,
          guint       field,
          const char *text)
{
  put_bytes (to, field, text, strlen (text));
}

static void
put_message (GByteArray *to,
             guint       field,
             GByteArray *message) /* taken */
{
  put_bytes (to, field, message->data, message->len);
  g_byte_array_unref (message);
}

/* --- the model -------------------------------------------------------------------------------- */

OnnxWriter *
onnx_writer_new (void)
{
  OnnxWriter *w = g_new0 (OnnxWriter, 1);

  w->opset = 11;
  w->graph = g_byte_array_new ();
  return w;
}

void
onnx_writer_free (OnnxWriter *w)
{
  g_clear_pointer (&w->node, g_byte_array_unref);
  g_clear_pointer (&w->graph, g_byte_array_unref);
  g_free (w);
}

static void
end_node (OnnxWriter *w)
{
  if (w->node != NULL)
    put_message (w->graph, 1, g_steal_pointer (&w->node));
}

GBytes *
onnx_writer_finish (OnnxWriter *w)
{
  GByteArray *model = g_byte_array_new (), *opset = g_byte_array_new ();

  end_node (w);
  put_int (model, 1, 6); /* version of the format */
  put_text (model, 2, "made up");
  put_int (opset, 2, w->opset);
  put_message (model, 8, opset);
  put_bytes (model, 7, w->graph->data, w->graph->len);
  return g_byte_array_free_to_bytes (model);
}

void
onnx_set_opset (OnnxWriter *w,
                gint64      version)
{
  w->opset = version;
}

void
onnx_add_raw (OnnxWriter *w,
              guint       field,
              const void *data,
              gsize       size)
{
  end_node (w);
  put_bytes (w->graph, field, data, size);
}

static GByteArray *
new_shape (guint         n_dims,
           const gint64 *dims)
{
  GByteArray *shape = g_byte_array_new ();

  for (guint i = 0; i < n_dims; i++)
    {
      GByteArray *dim = g_byte_array_new ();

      if (dims[i] >= 0)
        put_int (dim, 1, dims[i]);
      else
        put_text (dim, 2, "side");
      put_message (shape, 1, dim);
    }
  return shape;
}

void
onnx_add_input (OnnxWriter   *w,
                const char   *name,
                guint         n_dims,
                const gint64 *dims)
{
  GByteArray *value = g_byte_array_new (), *type = g_byte_array_new ();
  GByteArray *tensor = g_byte_array_new ();

  put_int (tensor, 1, 1); /* float */
  put_message (tensor, 2, new_shape (n_dims, dims));
  put_message (type, 1, tensor);
  put_text (value, 1, name);
  put_message (value, 2, type);
  end_node (w);
  put_message (w->graph, 11, value);
}

void
onnx_add_output (OnnxWriter *w,
                 const char *name)
{
  GByteArray *value = g_byte_array_new ();

  put_text (value, 1, name);
  end_node (w);
  put_message (w->graph, 12, value);
}

static GByteArray *
new_tensor (const char   *name,
            guint         n_dims,
            const gint64 *dims,
            gint64        type)
{
  GByteArray *tensor = g_byte_array_new ();

  for (guint i = 0; i < n_dims; i++)
    put_int (tensor, 1, dims[i]);
  put_int (tensor, 2, type);
  put_text (tensor, 8, name);
  return tensor;
}

static gsize
count (guint         n_dims,
       const gint64 *dims)
{
  gsize n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= (gsize) dims[i];
  return n;
}

void
onnx_add_floats (OnnxWriter   *w,
                 const char   *name,
                 guint         n_dims,
                 const gint64 *dims,
                 const float  *values)
{
  GByteArray *tensor = new_tensor (name, n_dims, dims, 1);

  put_bytes (tensor, 9, values, count (n_dims, dims) * sizeof *values);
  end_node (w);
  put_message (w->graph, 5, tensor);
}

void
onnx_add_float_data (OnnxWriter   *w,
                     const char   *name,
                     guint         n_dims,
                     const gint64 *dims,
                     const float  *values)
{
  GByteArray *tensor = new_tensor (name, n_dims, dims, 1);

  put_bytes (tensor, 4, values, count (n_dims, dims) * sizeof *values);
  end_node (w);
  put_message (w->graph, 5, tensor);
}

void
onnx_add_ints (OnnxWriter   *w,
               const char   *name,
               guint         n_dims,
               const gint64 *values,
               guint         n)
{
  const gint64 dims[] = { n };
  GByteArray *tensor = new_tensor (name, n_dims, dims, 7);

  for (guint i = 0; i < n; i++)
    put_int (tensor, 7, values[i]);
  end_node (w);
  put_message (w->graph, 5, tensor);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void
put_names (GByteArray *to,
           guint       field,
           const char *names)
{
  g_auto (GStrv) all = g_strsplit (names, ",", -1);

  for (guint i = 0; all[i] != NULL; i++)
    put_text (to, field, all[i]);
}

void
onnx_add_node (OnnxWriter *w,
               const char *name,
               const char *operator,
               const char *inputs,
               const char *outputs)
{
  end_node (w);
  w->node = g_byte_array_new ();
  put_names (w->node, 1, inputs);
  put_names (w->node, 2, outputs);
  put_text (w->node, 3, name);
  put_text (w->node, 4, operator);
}

void
onnx_set_domain (OnnxWriter *w,
                 const char *domain)
{
  put_text (w->node, 7, domain);
}

static GByteArray *
new_attribute (const char *name,
               gint64      type)
{
  GByteArray *attribute = g_byte_array_new ();

  put_text (attribute, 1, name);
  put_int (attribute, 20, type);
  return attribute;
}

void
onnx_set_int (OnnxWriter *w,
              const char *name,
              gint64      value)
{
  GByteArray *attribute = new_attribute (name, 2);

  put_int (attribute, 3, value);
  put_message (w->node, 5, attribute);
}

void
onnx_set_ints (OnnxWriter   *w,
               const char   *name,
               const gint64 *values,
               guint         n)
{
  GByteArray *attribute = new_attribute (name, 7);

  for (guint i = 0; i < n; i++)
    put_int (attribute, 8, values[i]);
  put_message (w->node, 5, attribute);
}

void
onnx_set_float (OnnxWriter *w,
                const char *name,
                float       value)
{
  GByteArray *attribute = new_attribute (name, 1);

  put_varint (attribute, 2 << 3 | 5);
  g_byte_array_append (attribute, (const guint8 *) &value, sizeof value);
  put_message (w->node, 5, attribute);
}

void
onnx_set_string (OnnxWriter *w,
                 const char *name,
                 const char *value)
{
  GByteArray *attribute = new_attribute (name, 3);

  put_text (attribute, 4, value);
  put_message (w->node, 5, attribute);
}

void
onnx_set_value (OnnxWriter   *w,
                const gint64 *values,
                guint         n)
{
  const gint64 dims[] = { n };
  GByteArray *attribute = new_attribute ("value", 4);
  GByteArray *tensor = new_tensor ("", 1, dims, 7);

  put_bytes (tensor, 9, values, n * sizeof *values);
  put_message (attribute, 5, tensor);
  put_message (w->node, 5, attribute);
}
