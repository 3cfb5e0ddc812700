/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX files: the model's, the graph's and the nodes' messages. Fields that say nothing of what is
 * computed (remarks, who wrote the file, sizes that follow from others) are passed over. */

#include "io/onnx.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/file.h"
#include "cascade/error.h"
#include "io/onnx-tensor.h"

/* What a message's field does; FALSE with an error. */
typedef gboolean (*ReadField) (CasOnnx                *self,
                               const CasProtobufField *field,
                               gpointer                data,
                               GError                **error);

static gboolean
read_message (CasOnnx     *self,
              CasProtobuf  message,
              ReadField    read_field,
              gpointer     data,
              GError     **error)
{
  CasProtobufField field;
  CasProtobufStatus status;

  while ((status = cas_protobuf_next (&message, &field)) == CAS_PROTOBUF_FIELD)
    if (!read_field (self, &field, data, error))
      return FALSE;

  return status == CAS_PROTOBUF_END || cas_onnx_fail_broken (self, error);
}

/* The message in a field. */
static gboolean
read_inner (CasOnnx                *self,
            const CasProtobufField *field,
            ReadField               read_field,
            gpointer                data,
            GError                **error)
{
  if (field->type != CAS_PROTOBUF_BYTES)
    return cas_onnx_fail_broken (self, error);

  return read_message (self, field->bytes, read_field, data, error);
}

static gboolean
check_number (CasOnnx     *self,
              guint        n,
              guint        limit,
              const char  *what,
              GError     **error)
{
  return n < limit
         || cas_onnx_fail (self, error, _("it has more than %u %s"), limit, what);
}

/* --- attributes of a node --- */

static void
attribute_clear (CasOnnxAttribute *attribute)
{
  if (attribute->tensor != NULL)
    cas_onnx_tensor_clear (attribute->tensor);
  g_clear_pointer (&attribute->tensor, g_free);
  g_clear_pointer (&attribute->ints, g_array_unref);
  g_clear_pointer (&attribute->floats, g_array_unref);
}

static gboolean
read_floats (CasOnnx                *self,
             const CasProtobufField *field,
             GArray                 *floats,
             GError                **error)
{
  CasProtobuf bytes = field->bytes;

  if (field->type == CAS_PROTOBUF_FIXED32)
    {
      float f = cas_protobuf_to_float (field->value);

      g_array_append_val (floats, f);
    }
  else if (field->type != CAS_PROTOBUF_BYTES || bytes.size % 4 != 0)
    return cas_onnx_fail_broken (self, error);

  if (floats->len + bytes.size / 4 > CAS_ONNX_MAX_INTS)
    return cas_onnx_fail (self, error, _("more than %d numbers are in one attribute"),
                          CAS_ONNX_MAX_INTS);
  for (gsize i = 0; i < bytes.size; i += 4)
    {
      guint32 bits;

      memcpy (&bits, bytes.data + i, sizeof bits);
      float f = cas_protobuf_to_float (GUINT32_FROM_LE (bits));
      g_array_append_val (floats, f);
    }
  return TRUE;
}

static gboolean
read_attribute_tensor (CasOnnx                *self,
                       const CasProtobufField *field,
                       CasOnnxAttribute       *attribute,
                       GError                **error)
{
  if (field->type != CAS_PROTOBUF_BYTES || attribute->tensor != NULL)
    return cas_onnx_fail_broken (self, error);

  attribute->tensor = g_new0 (CasOnnxTensor, 1);
  return cas_onnx_read_tensor (self, field->bytes, attribute->tensor, error);
}

/* A number that is 0 or a row without numbers may have no field but that of its type. */
static CasOnnxKind
kind_of_type (guint64 type)
{
  switch (type) /* AttributeProto.AttributeType */
    {
    case 1:
      return CAS_ONNX_FLOAT;
    case 2:
      return CAS_ONNX_INT;
    case 3:
      return CAS_ONNX_STRING;
    case 6:
      return CAS_ONNX_FLOATS;
    case 7:
      return CAS_ONNX_INTS;
    default:
      return CAS_ONNX_NOTHING;
    }
}

static gboolean
read_attribute_field (CasOnnx                *self,
                      const CasProtobufField *field,
                      gpointer                data,
                      GError                **error)
{
  CasOnnxAttribute *attribute = data;

  switch (field->number) /* AttributeProto */
    {
    case 1:
      return cas_onnx_read_name (self, field, &attribute->name, error);
    case 2:
      attribute->kind = CAS_ONNX_FLOAT;
      attribute->f = cas_protobuf_to_float (field->value);
      return field->type == CAS_PROTOBUF_FIXED32 || cas_onnx_fail_broken (self, error);
    case 3:
      attribute->kind = CAS_ONNX_INT;
      attribute->i = (gint64) field->value;
      return field->type == CAS_PROTOBUF_VARINT || cas_onnx_fail_broken (self, error);
    case 4:
      attribute->kind = CAS_ONNX_STRING;
      return cas_onnx_read_name (self, field, &attribute->s, error);
    case 5:
      attribute->kind = CAS_ONNX_TENSOR;
      return read_attribute_tensor (self, field, attribute, error);
    case 7:
      attribute->kind = CAS_ONNX_FLOATS;
      return read_floats (self, field, attribute->floats, error);
    case 8:
      attribute->kind = CAS_ONNX_INTS;
      return cas_onnx_read_ints (self, field, attribute->ints, error);
    case 20:
      if (attribute->kind == CAS_ONNX_NOTHING)
        attribute->kind = kind_of_type (field->value);
      return TRUE;
    default:
      return TRUE;
    }
}

static gboolean
read_attribute (CasOnnx                *self,
                const CasProtobufField *field,
                GArray                 *attributes,
                GError                **error)
{
  CasOnnxAttribute empty = { .name = "", .s = "" };

  if (!check_number (self, attributes->len, CAS_ONNX_MAX_TIES, _("attributes of one node"), error))
    return FALSE;

  empty.ints = g_array_new (FALSE, FALSE, sizeof (gint64));
  empty.floats = g_array_new (FALSE, FALSE, sizeof (float));
  g_array_append_val (attributes, empty);
  return read_inner (self, field, read_attribute_field,
                     &g_array_index (attributes, CasOnnxAttribute, attributes->len - 1), error);
}

const CasOnnxAttribute *
cas_onnx_node_lookup (const CasOnnxNode *node,
                      const char        *name)
{
  for (guint i = 0; i < node->attributes->len; i++)
    {
      const CasOnnxAttribute *attribute = &g_array_index (node->attributes, CasOnnxAttribute, i);

      if (strcmp (attribute->name, name) == 0)
        return attribute;
    }

  return NULL;
}

/* --- nodes --- */

static void
node_clear (CasOnnxNode *node)
{
  g_clear_pointer (&node->inputs, g_ptr_array_unref);
  g_clear_pointer (&node->outputs, g_ptr_array_unref);
  g_clear_pointer (&node->attributes, g_array_unref);
}

static gboolean
read_tie (CasOnnx                *self,
          const CasProtobufField *field,
          GPtrArray              *names,
          GError                **error)
{
  const char *name;

  if (!check_number (self, names->len, CAS_ONNX_MAX_TIES, _("inputs or outputs of one node"), error)
      || !cas_onnx_read_name (self, field, &name, error))
    return FALSE;

  g_ptr_array_add (names, (gpointer) name);
  return TRUE;
}

static gboolean
read_node_field (CasOnnx                *self,
                 const CasProtobufField *field,
                 gpointer                data,
                 GError                **error)
{
  CasOnnxNode *node = data;

  switch (field->number) /* NodeProto */
    {
    case 1:
      return read_tie (self, field, node->inputs, error);
    case 2:
      return read_tie (self, field, node->outputs, error);
    case 3:
      return cas_onnx_read_name (self, field, &node->name, error);
    case 4:
      return cas_onnx_read_name (self, field, &node->operator, error);
    case 5:
      return read_attribute (self, field, node->attributes, error);
    case 7:
      return cas_onnx_read_name (self, field, &node->domain, error);
    default:
      return TRUE;
    }
}

static gboolean
read_node (CasOnnx                *self,
           const CasProtobufField *field,
           GError                **error)
{
  CasOnnxNode node = { .name = "", .operator = "", .domain = "" };

  if (!check_number (self, self->nodes->len, CAS_ONNX_MAX_NODES, _("nodes"), error))
    return FALSE;

  node.inputs = g_ptr_array_new ();
  node.outputs = g_ptr_array_new ();
  node.attributes = g_array_new (FALSE, FALSE, sizeof (CasOnnxAttribute));
  g_array_set_clear_func (node.attributes, (GDestroyNotify) attribute_clear);
  g_array_append_val (self->nodes, node);
  return read_inner (self, field, read_node_field,
                     &g_array_index (self->nodes, CasOnnxNode, self->nodes->len - 1), error);
}

/* --- inputs and outputs --- */

static gboolean
read_dim_field (CasOnnx                *self,
                const CasProtobufField *field,
                gpointer                data,
                GError                **error)
{
  gint64 *dim = data;

  if (field->number != 1) /* TensorShapeProto.Dimension: else a name or a remark */
    return TRUE;
  if (field->type != CAS_PROTOBUF_VARINT)
    return cas_onnx_fail_broken (self, error);

  /* some programs write 0 or −1 for what is given */
  *dim = (gint64) field->value > 0 ? (gint64) field->value : -1;
  return TRUE;
}

static gboolean
read_shape_field (CasOnnx                *self,
                  const CasProtobufField *field,
                  gpointer                data,
                  GError                **error)
{
  CasOnnxValue *value = data;

  if (field->number != 1) /* TensorShapeProto */
    return TRUE;
  if (value->n_dims == CAS_ONNX_MAX_DIMS)
    return cas_onnx_fail (self, error, _("“%s” has more than %d dimensions"), value->name,
                          CAS_ONNX_MAX_DIMS);

  value->dims[value->n_dims] = -1;
  return read_inner (self, field, read_dim_field, &value->dims[value->n_dims++], error);
}

static gboolean
read_tensor_type_field (CasOnnx                *self,
                        const CasProtobufField *field,
                        gpointer                data,
                        GError                **error)
{
  return field->number != 2 /* TypeProto.Tensor */
         || read_inner (self, field, read_shape_field, data, error);
}

static gboolean
read_type_field (CasOnnx                *self,
                 const CasProtobufField *field,
                 gpointer                data,
                 GError                **error)
{
  return field->number != 1 /* TypeProto */
         || read_inner (self, field, read_tensor_type_field, data, error);
}

static gboolean
read_value_field (CasOnnx                *self,
                  const CasProtobufField *field,
                  gpointer                data,
                  GError                **error)
{
  CasOnnxValue *value = data;

  switch (field->number) /* ValueInfoProto */
    {
    case 1:
      return cas_onnx_read_name (self, field, &value->name, error);
    case 2:
      return read_inner (self, field, read_type_field, value, error);
    default:
      return TRUE;
    }
}

static gboolean
read_value (CasOnnx                *self,
            const CasProtobufField *field,
            GArray                 *values,
            guint                   limit,
            GError                **error)
{
  CasOnnxValue value = { .name = "" };

  if (!check_number (self, values->len, limit, _("inputs or outputs"), error))
    return FALSE;

  g_array_append_val (values, value);
  return read_inner (self, field, read_value_field,
                     &g_array_index (values, CasOnnxValue, values->len - 1), error);
}

/* --- the graph and the model --- */

static gboolean
read_initializer (CasOnnx                *self,
                  const CasProtobufField *field,
                  GError                **error)
{
  CasOnnxTensor tensor = { 0 };

  if (field->type != CAS_PROTOBUF_BYTES)
    return cas_onnx_fail_broken (self, error);
  if (!check_number (self, self->tensors->len, CAS_ONNX_MAX_TENSORS, _("tensors"), error))
    return FALSE;

  g_array_append_val (self->tensors, tensor);
  return cas_onnx_read_tensor (self, field->bytes, &g_array_index (self->tensors, CasOnnxTensor,
                                                                   self->tensors->len - 1), error);
}

static gboolean
read_graph_field (CasOnnx                *self,
                  const CasProtobufField *field,
                  gpointer                data,
                  GError                **error)
{
  switch (field->number) /* GraphProto */
    {
    case 1:
      return read_node (self, field, error);
    case 5:
      return read_initializer (self, field, error);
    case 11: /* old files have their tensors here too */
      return read_value (self, field, self->inputs, CAS_ONNX_MAX_TENSORS + CAS_ONNX_MAX_VALUES,
                         error);
    case 12:
      return read_value (self, field, self->outputs, CAS_ONNX_MAX_VALUES, error);
    case 14:
    case 15:
      return cas_onnx_fail (self, error, _("it has sparse or quantised tensors, which are not "
                                           "known here"));
    default:
      return TRUE;
    }
}

typedef struct
{
  const char *domain;
  gint64      version;
} Opset;

static gboolean
read_opset_field (CasOnnx                *self,
                  const CasProtobufField *field,
                  gpointer                data,
                  GError                **error)
{
  Opset *opset = data;

  if (field->number == 1) /* OperatorSetIdProto */
    return cas_onnx_read_name (self, field, &opset->domain, error);
  if (field->number != 2)
    return TRUE;

  opset->version = (gint64) field->value;
  return field->type == CAS_PROTOBUF_VARINT || cas_onnx_fail_broken (self, error);
}

static gboolean
read_opset (CasOnnx                *self,
            const CasProtobufField *field,
            GError                **error)
{
  Opset opset = { .domain = "" };

  if (!read_inner (self, field, read_opset_field, &opset, error))
    return FALSE;

  if (*opset.domain == '\0' || strcmp (opset.domain, "ai.onnx") == 0)
    self->opset = opset.version;
  return TRUE;
}

static gboolean
read_model_field (CasOnnx                *self,
                  const CasProtobufField *field,
                  gpointer                data,
                  GError                **error)
{
  gboolean *has_graph = data;

  switch (field->number) /* ModelProto */
    {
    case 7:
      if (*has_graph)
        return cas_onnx_fail_broken (self, error);
      *has_graph = TRUE;
      return read_inner (self, field, read_graph_field, NULL, error);
    case 8:
      return read_opset (self, field, error);
    case 25:
      return cas_onnx_fail (self, error, _("it has functions of its own, which are not known "
                                           "here"));
    default:
      return TRUE;
    }
}

CasOnnx *
cas_onnx_new (GBytes     *bytes,
              const char *file,
              GError    **error)
{
  g_autoptr (CasOnnx) self = g_new0 (CasOnnx, 1);
  CasProtobuf message = { 0 };
  gboolean has_graph = FALSE;

  self->file = g_strdup (file);
  self->nodes = g_array_new (FALSE, FALSE, sizeof (CasOnnxNode));
  g_array_set_clear_func (self->nodes, (GDestroyNotify) node_clear);
  self->tensors = g_array_new (FALSE, FALSE, sizeof (CasOnnxTensor));
  g_array_set_clear_func (self->tensors, (GDestroyNotify) cas_onnx_tensor_clear);
  self->inputs = g_array_new (FALSE, FALSE, sizeof (CasOnnxValue));
  self->outputs = g_array_new (FALSE, FALSE, sizeof (CasOnnxValue));
  self->bytes = g_bytes_ref (bytes);
  self->names = g_string_chunk_new (1024);

  message.data = g_bytes_get_data (bytes, &message.size);
  if (!read_message (self, message, read_model_field, &has_graph, error))
    return NULL;
  if (!has_graph)
    {
      cas_onnx_fail (self, error, _("it has no network in it"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

CasOnnx *
cas_onnx_open (const char *path,
               GError    **error)
{
  gsize size;
  char *data = cas_file_read (path, CAS_ONNX_MAX_SIZE, &size, error);

  if (data == NULL)
    return NULL;

  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
  g_autofree char *file = g_filename_display_name (path);
  return cas_onnx_new (bytes, file, error);
}

void
cas_onnx_free (CasOnnx *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->nodes, g_array_unref);
  g_clear_pointer (&self->tensors, g_array_unref);
  g_clear_pointer (&self->inputs, g_array_unref);
  g_clear_pointer (&self->outputs, g_array_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->names, g_string_chunk_free);
  g_free (self->file);
  g_free (self);
}
