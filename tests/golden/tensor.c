/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tensors in host memory, widened from any type that the cases use. */

#include "golden/tensor.h"

#include "base/half.h"

#include <gio/gio.h>
#include <string.h>

void
golden_fail (GError    **error,
             const char *format,
             ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, message);
}

GoldenTensor *
golden_tensor_new (CasDtype       dtype,
                   guint          n_dims,
                   const guint64 *dims,
                   GError       **error)
{
  g_autoptr (GoldenTensor) tensor = g_new0 (GoldenTensor, 1);

  tensor->n_dims = n_dims;
  tensor->n_elements = 1;
  for (guint i = 0; i < n_dims; i++)
    {
      tensor->dims[i] = dims[i];
      if (!g_size_checked_mul (&tensor->n_elements, tensor->n_elements, dims[i]))
        {
          golden_fail (error, "a tensor has more elements than memory can hold");
          return NULL;
        }
    }

  /* one more than needed, so that NULL always means that there is no memory */
  if (dtype == CAS_F32)
    tensor->f32 = g_try_new0 (float, tensor->n_elements + 1);
  else
    tensor->i64 = g_try_new0 (gint64, tensor->n_elements + 1);
  if (!tensor->f32 && !tensor->i64)
    {
      g_autofree char *shape = golden_tensor_dup_shape (tensor);
      golden_fail (error, "no memory for a tensor of %s", shape);
      return NULL;
    }
  return g_steal_pointer (&tensor);
}

void
golden_tensor_free (GoldenTensor *tensor)
{
  g_free (tensor->f32);
  g_free (tensor->i64);
  g_free (tensor);
}

static gboolean
is_float (CasDtype dtype)
{
  return dtype == CAS_F32 || dtype == CAS_F16 || dtype == CAS_BF16 || dtype == CAS_F64;
}

static double
read_float (CasDtype    dtype,
            const char *src)
{
  union { float f32; double f64; guint16 bits; } value;

  memcpy (&value, src, cas_dtype_size (dtype));
  switch ((guint) dtype)
    {
    case CAS_F32:
      return value.f32;
    case CAS_F64:
      return value.f64;
    case CAS_F16:
      return cas_f16_to_f32 (value.bits);
    default:
      return cas_bf16_to_f32 (value.bits);
    }
}

static gboolean
read_integer (CasDtype    dtype,
              const char *src,
              gint64     *result)
{
  union { gint64 i64; gint32 i32; guint8 u8; } value;

  switch ((guint) dtype)
    {
    case CAS_I64:
      memcpy (&value.i64, src, sizeof value.i64);
      *result = value.i64;
      return TRUE;
    case CAS_I32:
      memcpy (&value.i32, src, sizeof value.i32);
      *result = value.i32;
      return TRUE;
    case CAS_U8:
    case CAS_BOOL:
      memcpy (&value.u8, src, sizeof value.u8);
      *result = value.u8;
      return TRUE;
    default:
      return FALSE;
    }
}

GoldenTensor *
golden_tensor_load (const CasSafetensors       *file,
                    const CasSafetensorsEntry  *entry,
                    GError                    **error)
{
  CasDtype kept = is_float (entry->dtype) ? CAS_F32 : CAS_I64;
  g_autoptr (GoldenTensor) tensor = golden_tensor_new (kept, entry->n_dims, entry->dims, error);
  if (!tensor)
    return NULL;

  g_autofree char *bytes = g_try_malloc (entry->size + 1);
  if (!bytes)
    {
      golden_fail (error, "no memory to read “%s”", entry->name);
      return NULL;
    }
  if (!cas_safetensors_read (file, entry, 0, bytes, entry->size, error))
    return NULL;

  for (gsize i = 0; i < tensor->n_elements; i++)
    {
      const char *src = bytes + i * cas_dtype_size (entry->dtype);

      if (tensor->f32)
        tensor->f32[i] = (float) read_float (entry->dtype, src);
      else if (!read_integer (entry->dtype, src, &tensor->i64[i]))
        {
          golden_fail (error, "%s: “%s” has type %s, which no case is known to have",
                       cas_safetensors_get_display_name (file), entry->name,
                       cas_dtype_name (entry->dtype));
          return NULL;
        }
    }
  return g_steal_pointer (&tensor);
}

char *
golden_tensor_dup_shape (const GoldenTensor *tensor)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", tensor->dims[i]);
  g_string_append_c (text, ']');
  return g_strdup (text->str);
}

/* Where number i of [n, c, h, w] lies when c is fastest. */
static gsize
index_nhwc (const GoldenTensor *tensor,
            gsize               i)
{
  gsize n_channels = tensor->dims[1];
  gsize n_pixels = tensor->dims[2] * tensor->dims[3];
  gsize pixel = i % n_pixels;
  gsize channel = i / n_pixels % n_channels;
  gsize picture = i / n_pixels / n_channels;

  return (picture * n_pixels + pixel) * n_channels + channel;
}

void
golden_tensor_to_nhwc (const GoldenTensor *tensor,
                       float              *nhwc)
{
  for (gsize i = 0; i < tensor->n_elements; i++)
    nhwc[index_nhwc (tensor, i)] = tensor->f32[i];
}

void
golden_tensor_from_nhwc (GoldenTensor *tensor,
                         const float  *nhwc)
{
  for (gsize i = 0; i < tensor->n_elements; i++)
    tensor->f32[i] = nhwc[index_nhwc (tensor, i)];
}
