/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inputs, attributes and outputs of a node, checked as they are asked for. */

#include "model/onnx_node.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ELEMENTS (G_GUINT64_CONSTANT (1) << 28) /* of a tensor: 1 GiB */

guint64
cas_onnx_count (const guint64 *dims,
                guint          n_dims)
{
  guint64 n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= dims[i];
  return n;
}

/* --- inputs ----------------------------------------------------------------------------------- */

const CasOnnxThing *
cas_onnx_input (CasOnnxScope *s,
                guint         i)
{
  const char *name = i < s->node->inputs->len ? s->node->inputs->pdata[i] : "";
  const CasOnnxThing *thing;

  if (*name == '\0' || cas_onnx_has_failed (s))
    return NULL;

  thing = g_hash_table_lookup (s->things, name);
  if (thing == NULL)
    cas_onnx_refuse (s, _("takes “%s”, which nothing before it gives"), name);
  return thing;
}

static const CasOnnxThing *
input_of_kind (CasOnnxScope     *s,
               guint             i,
               CasOnnxThingKind  kind)
{
  const CasOnnxThing *thing = cas_onnx_input (s, i);

  if (cas_onnx_has_failed (s))
    return NULL;
  if (thing == NULL)
    cas_onnx_refuse (s, _("has no input %u"), i);
  else if (thing->kind != kind)
    cas_onnx_refuse (s, _("has an input “%s” that is %s, wanted is %s"),
                     (const char *) s->node->inputs->pdata[i],
                     thing->kind == CAS_ONNX_IS_TENSOR ? _("computed") : _("constant"),
                     kind == CAS_ONNX_IS_TENSOR     ? _("one that is computed")
                     : kind == CAS_ONNX_IS_CONSTANT ? _("a tensor of the file")
                                                    : _("a few whole numbers"));
  return cas_onnx_has_failed (s) ? NULL : thing;
}

const CasOnnxThing *
cas_onnx_input_tensor (CasOnnxScope *s,
                       guint         i)
{
  return input_of_kind (s, i, CAS_ONNX_IS_TENSOR);
}

const CasOnnxThing *
cas_onnx_input_few (CasOnnxScope *s,
                    guint         i)
{
  return input_of_kind (s, i, CAS_ONNX_IS_FEW);
}

const CasWeight *
cas_onnx_input_weight (CasOnnxScope *s,
                       guint         i)
{
  const CasOnnxThing *thing = input_of_kind (s, i, CAS_ONNX_IS_CONSTANT);

  if (thing == NULL)
    return NULL;
  if (thing->constant->dtype == CAS_I64 || thing->constant->n_elements == 0)
    {
      cas_onnx_refuse (s, _("has an input “%s” without floats in it"),
                       (const char *) s->node->inputs->pdata[i]);
      return NULL;
    }
  return cas_onnx_weight (s, thing->constant);
}

/* Input i with its channels last; image is room for it where it is not so already. */
const CasOnnxThing *
cas_onnx_input_image (CasOnnxScope *s,
                      guint         i,
                      CasOnnxThing *image)
{
  const CasOnnxThing *thing = cas_onnx_input_tensor (s, i);
  CasTensor x;

  if (thing == NULL || thing->is_image)
    return thing;
  if (thing->n_dims != 4)
    {
      cas_onnx_refuse (s, _("has an input “%s” of %u dimensions, wanted 4"),
                       (const char *) s->node->inputs->pdata[i], thing->n_dims);
      return NULL;
    }

  *image = *thing;
  image->is_image = TRUE;
  x = cas_tensor_reshape (s->g, thing->tensor, CAS_SHAPE (thing->dims[0], 1, thing->dims[1],
                                                          thing->dims[2] * thing->dims[3]));
  image->tensor = cas_tensor_reshape (s->g, cas_op_transpose (s->g, x),
                                      CAS_SHAPE (thing->dims[0], thing->dims[2], thing->dims[3],
                                                 thing->dims[1]));
  return image;
}

static CasShape
dense_shape (guint          n_dims,
             const guint64 *dims)
{
  return n_dims == 0 ? CAS_SHAPE (1, 1, 1, 1)
                     : CAS_SHAPE (1, 1, (guint32) cas_onnx_count (dims, n_dims - 1),
                                  (guint32) dims[n_dims - 1]);
}

CasTensor
cas_onnx_to_dense (CasOnnxScope       *s,
                   const CasOnnxThing *thing)
{
  CasTensor x = thing->tensor;

  if (thing->is_image && x.shape.c > 1 && (guint64) x.shape.h * x.shape.w > 1)
    x = cas_op_transpose (s->g, x);
  return cas_tensor_reshape (s->g, x, dense_shape (thing->n_dims, thing->dims));
}

/* --- attributes ------------------------------------------------------------------------------- */

static const CasOnnxAttribute *
find_attribute (CasOnnxScope *s,
                const char   *name,
                CasOnnxKind   kind)
{
  const CasOnnxAttribute *attribute = cas_onnx_node_lookup (s->node, name);

  if (attribute != NULL && attribute->kind != kind)
    {
      cas_onnx_refuse (s, _("has an attribute “%s” of another type than it should have"), name);
      return NULL;
    }
  return attribute;
}

gint64
cas_onnx_int (CasOnnxScope *s,
              const char   *name,
              gint64        otherwise)
{
  const CasOnnxAttribute *attribute = find_attribute (s, name, CAS_ONNX_INT);

  return attribute != NULL ? attribute->i : otherwise;
}

float
cas_onnx_float (CasOnnxScope *s,
                const char   *name,
                float         otherwise)
{
  const CasOnnxAttribute *attribute = find_attribute (s, name, CAS_ONNX_FLOAT);

  return attribute != NULL ? attribute->f : otherwise;
}

const char *
cas_onnx_string (CasOnnxScope *s,
                 const char   *name,
                 const char   *otherwise)
{
  const CasOnnxAttribute *attribute = find_attribute (s, name, CAS_ONNX_STRING);

  return attribute != NULL ? attribute->s : otherwise;
}

guint
cas_onnx_ints (CasOnnxScope *s,
               const char   *name,
               gint64       *ints,
               guint         max)
{
  const CasOnnxAttribute *attribute = find_attribute (s, name, CAS_ONNX_INTS);

  if (attribute == NULL || attribute->ints->len == 0)
    return 0;
  if (attribute->ints->len > max)
    {
      cas_onnx_refuse (s, _("has %u numbers in its attribute “%s”, at most %u are known"),
                       attribute->ints->len, name, max);
      return 0;
    }

  memcpy (ints, attribute->ints->data, attribute->ints->len * sizeof *ints);
  return attribute->ints->len;
}

/* --- what the node gives ---------------------------------------------------------------------- */

CasOnnxThing *
cas_onnx_thing_new_constant (const CasOnnxTensor *tensor)
{
  CasOnnxThing *thing = g_new0 (CasOnnxThing, 1);

  thing->kind = CAS_ONNX_IS_CONSTANT;
  thing->constant = tensor;
  thing->n_dims = tensor->n_dims;
  memcpy (thing->dims, tensor->dims, sizeof thing->dims);
  if (tensor->dtype == CAS_I64 && tensor->n_dims <= 1 && tensor->n_elements <= CAS_ONNX_MAX_FEW)
    {
      thing->kind = CAS_ONNX_IS_FEW;
      thing->n_few = tensor->n_elements;
      for (guint i = 0; i < thing->n_few; i++)
        thing->few[i] = cas_onnx_tensor_get_int (tensor, i);
    }
  return thing;
}

gboolean
cas_onnx_check_size (CasOnnxScope  *s,
                     guint          n_dims,
                     const guint64 *dims)
{
  guint64 n = 1;

  for (guint i = 0; i < n_dims; i++)
    if (dims[i] == 0 || !g_uint64_checked_mul (&n, n, dims[i]) || n > MAX_ELEMENTS)
      {
        cas_onnx_refuse (s, _("gives a tensor of an impossible size"));
        return FALSE;
      }

  return TRUE;
}

void
cas_onnx_give_image (CasOnnxScope *s,
                     CasTensor     x)
{
  CasOnnxThing thing = {
    .tensor = x,
    .is_image = TRUE,
    .n_dims = 4,
    .dims = { x.shape.n, x.shape.c, x.shape.h, x.shape.w },
  };

  if (!cas_onnx_has_failed (s) && cas_onnx_check_size (s, thing.n_dims, thing.dims))
    cas_onnx_give (s, &thing);
}

void
cas_onnx_give_dense (CasOnnxScope  *s,
                     CasTensor      x,
                     guint          n_dims,
                     const guint64 *dims)
{
  CasOnnxThing thing = { .n_dims = n_dims };

  if (cas_onnx_has_failed (s) || !cas_onnx_check_size (s, n_dims, dims))
    return;
  memcpy (thing.dims, dims, n_dims * sizeof *dims);
  thing.tensor = cas_tensor_reshape (s->g, x, dense_shape (n_dims, dims));
  cas_onnx_give (s, &thing);
}

void
cas_onnx_give_like (CasOnnxScope       *s,
                    const CasOnnxThing *thing,
                    CasTensor           x)
{
  CasOnnxThing copy = *thing;

  copy.tensor = x;
  cas_onnx_give (s, &copy);
}

void
cas_onnx_give_few (CasOnnxScope *s,
                   guint         n_dims,
                   const gint64 *few,
                   guint         n)
{
  CasOnnxThing thing = { .kind = CAS_ONNX_IS_FEW, .n_dims = n_dims, .dims = { n }, .n_few = n };

  if (n > CAS_ONNX_MAX_FEW)
    {
      cas_onnx_refuse (s, _("gives more whole numbers than %d"), CAS_ONNX_MAX_FEW);
      return;
    }
  memcpy (thing.few, few, n * sizeof *few);
  cas_onnx_give (s, &thing);
}
