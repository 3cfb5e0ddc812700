/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names, rows of numbers and tensors of ONNX files. */

#include "io/onnx-tensor.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "cascade/error.h"

/* Numbers of fields: TensorProto of onnx.proto. */
enum
{
  DIMS = 1,
  DATA_TYPE = 2,
  FLOAT_DATA = 4,
  INT64_DATA = 7,
  NAME = 8,
  RAW_DATA = 9,
  EXTERNAL_DATA = 13,
  DATA_LOCATION = 14,
};

/* What numbers lie in one message, before it is known what they are. */
typedef struct
{
  guint64     type;
  GArray     *dims; /* gint64 */
  GArray     *ints; /* gint64 */
  gboolean    has_ints;
  CasProtobuf raw;
  gboolean    has_raw;
  CasProtobuf floats;
  gboolean    has_floats;
} Parts;

static void
parts_clear (Parts *parts)
{
  g_clear_pointer (&parts->dims, g_array_unref);
  g_clear_pointer (&parts->ints, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

gboolean
cas_onnx_fail (const CasOnnx *self,
               GError       **error,
               const char    *format,
               ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *why = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, _("%s cannot be used as an ONNX file: %s."),
               self->file, why);
  return FALSE;
}

gboolean
cas_onnx_fail_broken (const CasOnnx *self,
                      GError       **error)
{
  return cas_onnx_fail (self, error, _("it is damaged, cut off or of another format"));
}

gboolean
cas_onnx_read_name (CasOnnx                *self,
                    const CasProtobufField *field,
                    const char            **name,
                    GError                **error)
{
  const char *text = (const char *) field->bytes.data;
  gsize size = field->bytes.size;

  if (field->type != CAS_PROTOBUF_BYTES)
    return cas_onnx_fail_broken (self, error);
  if (size > CAS_ONNX_MAX_NAME_BYTES)
    return cas_onnx_fail (self, error, _("it has a name of more than %d bytes"),
                          CAS_ONNX_MAX_NAME_BYTES);
  if (!g_utf8_validate_len (text, size, NULL))
    return cas_onnx_fail (self, error, _("it has a name that is not UTF-8"));
  for (const char *c = text; c < text + size; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return cas_onnx_fail (self, error, _("it has a name with control characters"));

  *name = g_string_chunk_insert_len (self->names, text, size);
  return TRUE;
}

gboolean
cas_onnx_read_ints (const CasOnnx          *self,
                    const CasProtobufField *field,
                    GArray                 *ints,
                    GError                **error)
{
  CasProtobuf bytes = field->bytes;

  if (field->type == CAS_PROTOBUF_VARINT)
    g_array_append_val (ints, field->value);
  else if (field->type != CAS_PROTOBUF_BYTES)
    return cas_onnx_fail_broken (self, error);

  while (bytes.size > 0 && ints->len <= CAS_ONNX_MAX_INTS)
    {
      guint64 value;

      if (!cas_protobuf_next_varint (&bytes, &value))
        return cas_onnx_fail_broken (self, error);
      g_array_append_val (ints, value);
    }

  if (ints->len > CAS_ONNX_MAX_INTS)
    return cas_onnx_fail (self, error, _("more than %d whole numbers are in one place"),
                          CAS_ONNX_MAX_INTS);
  return TRUE;
}

/* --- numbers --- */

/* One row of them, as every program writes them. */
static gboolean
set_floats (const CasOnnx          *self,
            const CasProtobufField *field,
            Parts                  *parts,
            GError                **error)
{
  if (parts->has_floats || field->type != CAS_PROTOBUF_BYTES)
    return cas_onnx_fail (self, error, _("floats of a tensor do not lie in one row"));

  parts->floats = field->bytes;
  parts->has_floats = TRUE;
  return TRUE;
}

static gboolean
add_field (CasOnnx                *self,
           const CasProtobufField *field,
           Parts                  *parts,
           CasOnnxTensor          *tensor,
           GError                **error)
{
  gboolean fits = TRUE;

  switch (field->number)
    {
    case DIMS:
      return cas_onnx_read_ints (self, field, parts->dims, error);
    case DATA_TYPE:
      parts->type = field->value;
      fits = field->type == CAS_PROTOBUF_VARINT;
      break;
    case FLOAT_DATA:
      return set_floats (self, field, parts, error);
    case INT64_DATA:
      parts->has_ints = TRUE;
      return cas_onnx_read_ints (self, field, parts->ints, error);
    case NAME:
      return cas_onnx_read_name (self, field, &tensor->name, error);
    case RAW_DATA:
      parts->raw = field->bytes;
      parts->has_raw = TRUE;
      fits = field->type == CAS_PROTOBUF_BYTES;
      break;
    case EXTERNAL_DATA:
      return cas_onnx_fail (self, error,
                            _("numbers of it are in another file, which is not opened"));
    case DATA_LOCATION:
      if (field->value != 0)
        return cas_onnx_fail (self, error,
                              _("numbers of it are in another file, which is not opened"));
      fits = field->type == CAS_PROTOBUF_VARINT;
      break;
    default:
      break; /* remarks, and numbers of types that are refused anyway */
    }

  return fits || cas_onnx_fail_broken (self, error);
}

static gboolean
set_dims (const CasOnnx *self,
          const GArray  *dims,
          CasOnnxTensor *tensor,
          GError       **error)
{
  if (dims->len > CAS_ONNX_MAX_DIMS)
    return cas_onnx_fail (self, error, _("tensor “%s” has %u dimensions, at most %d are known"),
                          tensor->name, dims->len, CAS_ONNX_MAX_DIMS);

  tensor->n_dims = dims->len;
  tensor->n_elements = 1;
  for (guint i = 0; i < dims->len; i++)
    {
      gint64 dim = g_array_index (dims, gint64, i);

      if (dim < 0 || (guint64) dim > CAS_ONNX_MAX_SIZE
          || !g_uint64_checked_mul (&tensor->n_elements, tensor->n_elements, dim)
          || tensor->n_elements > CAS_ONNX_MAX_SIZE)
        return cas_onnx_fail (self, error, _("tensor “%s” has an impossible size"), tensor->name);
      tensor->dims[i] = dim;
    }

  return TRUE;
}

static gboolean
set_type (const CasOnnx *self,
          guint64        type,
          CasOnnxTensor *tensor,
          GError       **error)
{
  switch (type) /* TensorProto.DataType */
    {
    case 1:
      tensor->dtype = CAS_F32;
      return TRUE;
    case 7:
      tensor->dtype = CAS_I64;
      return TRUE;
    case 10:
      tensor->dtype = CAS_F16;
      return TRUE;
    case 16:
      tensor->dtype = CAS_BF16;
      return TRUE;
    default:
      return cas_onnx_fail (self, error,
                            _("tensor “%s” has numbers of type %" PRIu64
                              ", known are 1 (float), 7 (int64), 10 (float16) and 16 (bfloat16)"),
                            tensor->name, type);
    }
}

/* Numbers of 4 or 8 bytes in the order of this machine become those of the file. */
static gpointer
dup_ints (const GArray *ints)
{
  guint64 *data = g_new (guint64, MAX (ints->len, 1));

  for (guint i = 0; i < ints->len; i++)
    data[i] = GUINT64_TO_LE (g_array_index (ints, guint64, i));
  return data;
}

static gboolean
set_numbers (const CasOnnx *self,
             Parts         *parts,
             CasOnnxTensor *tensor,
             GError       **error)
{
  guint64 found = 0, wanted = tensor->n_elements * cas_dtype_size (tensor->dtype);

  if (parts->has_raw)
    {
      found = parts->raw.size;
      tensor->data = parts->raw.data;
    }
  else if (parts->has_ints && tensor->dtype == CAS_I64)
    {
      found = parts->ints->len * sizeof (gint64);
      tensor->data = tensor->owned = dup_ints (parts->ints);
    }
  else if (parts->has_floats && tensor->dtype == CAS_F32)
    {
      found = parts->floats.size;
      tensor->data = parts->floats.data;
    }

  if (found != wanted)
    return cas_onnx_fail (self, error,
                          _("tensor “%s” has %" PRIu64 " bytes of numbers, its shape "
                            "wants %" PRIu64), tensor->name, found, wanted);
  if (tensor->dtype == CAS_I64 && tensor->n_elements > CAS_ONNX_MAX_INTS)
    return cas_onnx_fail (self, error, _("more than %d whole numbers are in one place"),
                          CAS_ONNX_MAX_INTS);
  return TRUE;
}

gboolean
cas_onnx_read_tensor (CasOnnx       *self,
                      CasProtobuf    message,
                      CasOnnxTensor *tensor,
                      GError       **error)
{
  g_auto (Parts) parts = {
    .dims = g_array_new (FALSE, FALSE, sizeof (gint64)),
    .ints = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
  CasProtobufField field;
  CasProtobufStatus status;

  tensor->name = "";
  while ((status = cas_protobuf_next (&message, &field)) == CAS_PROTOBUF_FIELD)
    if (!add_field (self, &field, &parts, tensor, error))
      return FALSE;
  if (status == CAS_PROTOBUF_BROKEN)
    return cas_onnx_fail_broken (self, error);

  return set_dims (self, parts.dims, tensor, error)
         && set_type (self, parts.type, tensor, error)
         && set_numbers (self, &parts, tensor, error);
}

void
cas_onnx_tensor_clear (CasOnnxTensor *tensor)
{
  g_clear_pointer (&tensor->owned, g_free);
}

gint64
cas_onnx_tensor_get_int (const CasOnnxTensor *tensor,
                         guint64              i)
{
  guint64 value;

  g_return_val_if_fail (tensor->dtype == CAS_I64 && i < tensor->n_elements, 0);

  memcpy (&value, tensor->data + 8 * i, sizeof value);
  return (gint64) GUINT64_FROM_LE (value);
}
