/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Building a graph: tensors, operations, views, states, the sticky error. */

#include "ops/graph-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "cascade/error.h"

#define MAX_ELEMENTS (G_GUINT64_CONSTANT (1) << 40) /* of a tensor; no device is as large */

static void
tensor_record_clear (CasTensorRecord *record)
{
  g_clear_pointer (&record->name, g_free);
  g_clear_pointer (&record->state, cas_state_unref);
}

CasOp *
cas_op_new (const CasOpClass *klass,
            const char       *scope)
{
  CasOp *op = g_new0 (CasOp, 1);

  op->klass = klass;
  op->scope = scope;
  op->data = klass->data_size > 0 ? g_malloc0 (klass->data_size) : NULL;

  return op;
}

void
cas_op_free (CasOp *op)
{
  for (guint i = 0; i < CAS_OP_MAX_PARAMS; i++)
    g_free (op->params[i]);
  g_free (op->data);
  g_free (op);
}

CasGraph *
cas_graph_new (const char *name)
{
  CasGraph *g = g_new0 (CasGraph, 1);

  g->name = g_strdup (name);
  g->strings = g_string_chunk_new (1024);
  g->scopes = g_ptr_array_new ();
  g->tensors = g_array_new (FALSE, TRUE, sizeof (CasTensorRecord));
  g_array_set_clear_func (g->tensors, (GDestroyNotify) tensor_record_clear);
  g->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_op_free);

  return g;
}

void
cas_graph_free (CasGraph *g)
{
  if (g == NULL)
    return;

  g_clear_pointer (&g->program, cas_program_free);
  g_clear_pointer (&g->ops, g_ptr_array_unref);
  g_clear_pointer (&g->tensors, g_array_unref);
  g_clear_pointer (&g->scopes, g_ptr_array_unref);
  g_clear_pointer (&g->strings, g_string_chunk_free);
  g_clear_error (&g->error);
  g_free (g->name);
  g_free (g);
}

const GError *
cas_graph_get_error (CasGraph *g)
{
  return g->error;
}

gboolean
cas_graph_has_failed (CasGraph *g)
{
  return g->error != NULL;
}

static const char *
current_scope (CasGraph *g)
{
  return g->scopes->len == 0 ? "" : g->scopes->pdata[g->scopes->len - 1];
}

void
cas_graph_fail (CasGraph   *g,
                int         code,
                const char *format,
                ...)
{
  va_list args;

  if (g->error != NULL)
    return;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (&g->error, CAS_ERROR, code, "%s%s", sentence,
               g_str_has_suffix (sentence, ".") ? "" : ".");
}

void
cas_graph_push_scope (CasGraph   *g,
                      const char *format,
                      ...)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  const char *parent = current_scope (g);
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);

  path = *parent == '\0' ? g_strdup (name) : g_strconcat (parent, ".", name, NULL);
  g_ptr_array_add (g->scopes, g_string_chunk_insert_const (g->strings, path));
}

void
cas_graph_pop_scope (CasGraph *g)
{
  g_return_if_fail (g->scopes->len > 0);

  g_ptr_array_set_size (g->scopes, g->scopes->len - 1);
}

/* --- tensors --- */

CasTensorRecord *
cas_graph_record (CasGraph *g,
                  guint32   id)
{
  return &g_array_index (g->tensors, CasTensorRecord, id - 1);
}

guint32
cas_graph_owner (CasGraph *g,
                 guint32   id)
{
  while (cas_graph_record (g, id)->alias_of != 0)
    id = cas_graph_record (g, id)->alias_of;

  return id;
}

guint64
cas_record_size (const CasTensorRecord *record)
{
  return cas_shape_n_elements (record->shape) * cas_dtype_size (record->dtype);
}

static CasTensor
add_tensor (CasGraph *g,
            CasStore  store,
            CasDtype  dtype,
            CasShape  shape)
{
  CasTensorRecord record = { .dtype = dtype, .shape = shape, .store = store };

  g_array_append_val (g->tensors, record);
  return (CasTensor) { .id = g->tensors->len, .dtype = dtype, .shape = shape };
}

const char *
cas_shape_format (CasShape shape,
                  char     text[48])
{
  g_snprintf (text, 48, "[%u, %u, %u, %u]", shape.n, shape.h, shape.w, shape.c);
  return text;
}

CasTensor
cas_graph_input (CasGraph   *g,
                 const char *name,
                 CasDtype    dtype,
                 CasShape    shape)
{
  CasTensor x = add_tensor (g, CAS_STORE_INPUT, dtype, shape);

  cas_graph_record (g, x.id)->name = g_strdup (name);
  return x;
}

CasTensor
cas_graph_load (CasGraph *g,
                CasState *state)
{
  CasTensor x = add_tensor (g, CAS_STORE_STATE, state->dtype, state->shape);

  cas_graph_record (g, x.id)->state = cas_state_ref (state);
  return x;
}

CasShape
cas_graph_get_shape (CasGraph   *g,
                     const char *name)
{
  for (guint i = 0; i < g->tensors->len; i++)
    {
      CasTensorRecord *record = cas_graph_record (g, i + 1);

      if (record->name != NULL && strcmp (record->name, name) == 0)
        return record->shape;
    }

  g_return_val_if_reached (((CasShape) { 0 }));
}

/* --- states --- */

CasState *
cas_state_new (const char *name,
               CasDtype    dtype,
               CasShape    shape)
{
  CasState *state = g_new0 (CasState, 1);

  g_atomic_ref_count_init (&state->ref_count);
  state->name = g_strdup (name);
  state->dtype = dtype;
  state->shape = shape;

  return state;
}

CasState *
cas_state_ref (CasState *state)
{
  g_atomic_ref_count_inc (&state->ref_count);
  return state;
}

void
cas_state_unref (CasState *state)
{
  if (state == NULL || !g_atomic_ref_count_dec (&state->ref_count))
    return;

  g_clear_pointer (&state->buffer, cas_buffer_free);
  g_free (state->name);
  g_free (state);
}

CasShape
cas_state_get_shape (CasState *state)
{
  return state->shape;
}

/* --- views --- */

static gboolean
is_whole (CasGraph *g,
          CasTensor x)
{
  return x.first_channel == 0 && x.shape.c == cas_graph_record (g, x.id)->shape.c;
}

static CasTensor
add_alias (CasGraph *g,
           CasTensor x,
           CasShape  shape,
           guint64   offset)
{
  CasTensor y = add_tensor (g, cas_graph_record (g, x.id)->store, x.dtype, shape);
  CasTensorRecord *record = cas_graph_record (g, y.id);

  record->alias_of = x.id;
  record->alias_offset = offset;
  return y;
}

CasTensor
cas_tensor_channels (CasGraph *g,
                     CasTensor x,
                     guint32   first,
                     guint32   n_channels)
{
  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  if (first > x.shape.c || n_channels == 0 || n_channels > x.shape.c - first)
    {
      cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                      _ ("%s: channels %u to %u were wanted of a tensor of %u channels"),
                      current_scope (g), first, first + n_channels, x.shape.c);
      return CAS_NO_TENSOR;
    }

  x.first_channel += first;
  x.shape.c = n_channels;
  return x;
}

CasTensor
cas_tensor_reshape (CasGraph *g,
                    CasTensor x,
                    CasShape  shape)
{
  char from[48], to[48];

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  if (!is_whole (g, x) || cas_shape_n_elements (x.shape) != cas_shape_n_elements (shape))
    {
      cas_graph_fail (g, CAS_ERROR_BAD_MODEL, _ ("%s: a tensor of shape %s cannot be seen as %s"),
                      current_scope (g), cas_shape_format (x.shape, from),
                      cas_shape_format (shape, to));
      return CAS_NO_TENSOR;
    }

  return add_alias (g, x, shape, 0);
}

CasTensor
cas_tensor_batch (CasGraph *g,
                  CasTensor x,
                  guint32   first,
                  guint32   n)
{
  CasShape shape = x.shape;

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  if (!is_whole (g, x) || n == 0 || first > x.shape.n || n > x.shape.n - first)
    {
      cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                      _ ("%s: pictures %u to %u were wanted of a batch of %u"), current_scope (g),
                      first, first + n, x.shape.n);
      return CAS_NO_TENSOR;
    }

  shape.n = n;
  return add_alias (g, x, shape,
                    cas_shape_n_elements (x.shape) / x.shape.n * first * cas_dtype_size (x.dtype));
}

/* --- operations --- */

CasOp *
cas_graph_append (CasGraph         *g,
                  const CasOpClass *klass,
                  CasDtype          dtype,
                  CasShape          shape)
{
  const guint64 n_elements = cas_shape_n_elements (shape);
  CasOp *op;

  if (cas_graph_has_failed (g))
    return NULL;
  if (n_elements == 0 || n_elements > MAX_ELEMENTS)
    {
      char text[48];

      cas_graph_fail (g, n_elements == 0 ? CAS_ERROR_BAD_PARAMETER : CAS_ERROR_OUT_OF_DEVICE_MEMORY,
                      _ ("%s: %s gives a tensor of shape %s"), current_scope (g),
                      klass->name, cas_shape_format (shape, text));
      return NULL;
    }

  op = cas_op_new (klass, current_scope (g));
  op->out[0] = add_tensor (g, CAS_STORE_ARENA, dtype, shape);
  g_ptr_array_add (g->ops, op);

  return op;
}

CasTensor
cas_graph_add_output (CasGraph *g,
                      CasOp    *op,
                      guint     slot,
                      CasDtype  dtype,
                      CasShape  shape)
{
  op->out[slot] = add_tensor (g, CAS_STORE_ARENA, dtype, shape);
  return op->out[slot];
}

gboolean
cas_graph_check_weight (CasGraph        *g,
                        const CasWeight *weight,
                        guint            n_dims,
                        const guint64   *wanted)
{
  gboolean fits = weight->n_dims == n_dims;
  g_autofree char *found = NULL;
  g_autoptr (GString) want = NULL;

  for (guint i = 0; fits && i < n_dims; i++)
    fits = wanted[i] == 0 ? weight->dims[i] > 0 : weight->dims[i] == wanted[i];
  if (fits)
    return TRUE;

  found = cas_weight_dup_shape (weight);
  want = g_string_new ("[");
  for (guint i = 0; i < n_dims; i++)
    if (wanted[i] == 0)
      g_string_append_printf (want, "%s…", i == 0 ? "" : ", ");
    else
      g_string_append_printf (want, "%s%" G_GUINT64_FORMAT, i == 0 ? "" : ", ", wanted[i]);
  cas_graph_fail (g, CAS_ERROR_BAD_MODEL, _ ("%s: tensor “%s” has shape %s, wanted %s]"),
                  weight->file, weight->name, found, want->str);
  return FALSE;
}

gboolean
cas_graph_check_size (CasGraph        *g,
                      const CasWeight *weight,
                      guint64          n)
{
  g_autofree char *found = NULL;

  if (cas_weight_n_elements (weight) == n)
    return TRUE;

  found = cas_weight_dup_shape (weight);
  cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                  _ ("%s: tensor “%s” has shape %s, wanted %" PRIu64 " numbers"),
                  weight->file, weight->name, found, n);
  return FALSE;
}

void
cas_graph_fail_shapes (CasGraph   *g,
                       const char *what,
                       CasTensor   a,
                       CasTensor   b)
{
  char first[48], second[48];

  cas_graph_fail (g, CAS_ERROR_BAD_MODEL, _ ("%s: shapes %s and %s do not go together"), what,
                  cas_shape_format (a.shape, first), cas_shape_format (b.shape, second));
}

guint32
cas_graph_get_stride (CasGraph *g,
                      CasTensor x)
{
  return cas_graph_record (g, x.id)->shape.c;
}
