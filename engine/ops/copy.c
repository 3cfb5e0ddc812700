/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Copies: concatenation, a weight as a tensor, and what leaves the graph for the host or for a
 * state. */

#include "ops/graph-private.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "shaders/copy.h"
#include "ops/dispatch.h"
#include "ops/fusible.h"

typedef struct
{
  guint64 src, dst;
  guint32 src_stride, dst_stride; /* from pixel to pixel */
  guint32 n_rows, n_channels;
  guint64 src_layer, dst_layer; /* elements from picture to picture */
  guint32 n_layers;
} Copy;

/* pixels of a workgroup on a software driver */
#define SOFTWARE_PIXELS 32

static void
record_copy (CasRecorder *r,
             const Copy  *copy)
{
  guint32 rows = cas_recorder_get_info (r)->kind == CAS_GPU_CPU ? SOFTWARE_PIXELS : 1;
  CasCopyParams params = {
    .x = copy->src,
    .y = copy->dst,
    .x_layer = copy->src_layer,
    .y_layer = copy->dst_layer,
    .n_rows = copy->n_rows,
    .n_channels = copy->n_channels,
    .x_stride = copy->src_stride,
    .y_stride = copy->dst_stride,
  };

  cas_dispatch (r, &cas_shader_copy, (guint32[]) { rows }, 1, &params,
                (copy->n_rows + rows - 1) / rows, copy->n_layers);
}

static Copy
describe_copy (CasRecorder *r,
               CasTensor    x)
{
  guint32 stride = cas_recorder_stride (r, x);

  return (Copy) {
    .src = cas_recorder_address (r, x),
    .src_stride = stride,
    .n_rows = cas_shape_n_pixels (x.shape),
    .n_channels = x.shape.c,
    .src_layer = stride * cas_shape_n_pixels (x.shape),
    .n_layers = x.shape.n,
  };
}

static void
copy_to (CasRecorder *r,
         CasTensor    x,
         CasTensor    y,
         guint64      first_element)
{
  Copy copy = describe_copy (r, x);

  copy.dst = cas_recorder_address (r, y) + 4 * first_element;
  copy.dst_stride = y.shape.c;
  copy.dst_layer = y.shape.c * cas_shape_n_pixels (y.shape);
  record_copy (r, &copy);
}

/* --- along channels --- */

static void
record_concat (const CasOp *op,
               CasRecorder *r)
{
  copy_to (r, op->in[0], op->out[0], 0);
  copy_to (r, op->in[1], op->out[0], op->in[0].shape.c);
}

const CasOpClass cas_concat_class = {
  .name = "concat",
  .family = "copy",
  .record = record_concat,
};

CasTensor
cas_op_concat (CasGraph *g,
               CasTensor a,
               CasTensor b)
{
  CasShape shape = a.shape;
  CasOp *op;

  if (!cas_graph_has_failed (g)
      && (a.shape.n != b.shape.n || a.shape.h != b.shape.h || a.shape.w != b.shape.w))
    cas_graph_fail_shapes (g, "concat", a, b);
  shape.c += b.shape.c;
  op = cas_graph_append (g, &cas_concat_class, a.dtype, shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = a;
  op->in[1] = b;
  return op->out[0];
}

/* --- along tokens --- */

static void
record_concat_tokens (const CasOp *op,
                      CasRecorder *r)
{
  guint64 first = 0;

  for (guint i = 0; i < CAS_OP_MAX_INPUTS && cas_tensor_is_set (op->in[i]); i++)
    {
      copy_to (r, op->in[i], op->out[0], first);
      first += op->out[0].shape.c * cas_shape_n_pixels (op->in[i].shape);
    }
}

static const CasOpClass concat_tokens = {
  .name = "concat_tokens",
  .family = "copy",
  .record = record_concat_tokens,
};

CasTensor
cas_op_concat_tokens (CasGraph        *g,
                      const CasTensor *x,
                      guint            n_tensors)
{
  guint64 n_tokens = 0;
  CasOp *op;

  g_return_val_if_fail (n_tensors > 0 && n_tensors <= CAS_OP_MAX_INPUTS, CAS_NO_TENSOR);

  for (guint i = 0; i < n_tensors && !cas_graph_has_failed (g); i++)
    {
      if (x[i].shape.n != x[0].shape.n || x[i].shape.c != x[0].shape.c)
        cas_graph_fail_shapes (g, "concat_tokens", x[0], x[i]);
      n_tokens += cas_shape_n_pixels (x[i].shape);
    }
  op = cas_graph_append (g, &concat_tokens, x[0].dtype,
                         CAS_SHAPE (x[0].shape.n, 1, MIN (n_tokens, G_MAXUINT32), x[0].shape.c));
  if (op == NULL)
    return CAS_NO_TENSOR;
  for (guint i = 0; i < n_tensors; i++)
    op->in[i] = x[i];
  return op->out[0];
}

/* --- along pictures --- */

static void
record_concat_batch (const CasOp *op,
                     CasRecorder *r)
{
  copy_to (r, op->in[0], op->out[0], 0);
  copy_to (r, op->in[1], op->out[0], cas_shape_n_elements (op->in[0].shape));
}

static const CasOpClass concat_batch = {
  .name = "concat_batch",
  .family = "copy",
  .record = record_concat_batch,
};

CasTensor
cas_op_concat_batch (CasGraph *g,
                     CasTensor a,
                     CasTensor b)
{
  CasShape shape = a.shape;
  CasOp *op;

  if (!cas_graph_has_failed (g)
      && (a.shape.h != b.shape.h || a.shape.w != b.shape.w || a.shape.c != b.shape.c))
    cas_graph_fail_shapes (g, "concat_batch", a, b);
  shape.n += b.shape.n;
  op = cas_graph_append (g, &concat_batch, a.dtype, shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = a;
  op->in[1] = b;
  return op->out[0];
}

/* --- out of a file --- */

static void
record_weight (const CasOp *op,
               CasRecorder *r)
{
  Copy copy = describe_copy (r, op->out[0]);

  copy.dst = copy.src;
  copy.dst_stride = copy.src_stride;
  copy.dst_layer = copy.src_layer;
  copy.src = cas_recorder_param (r, op->params[0]);
  record_copy (r, &copy);
}

static const CasOpClass weight_class = {
  .name = "weight",
  .family = "copy",
  .record = record_weight,
};

CasTensor
cas_op_weight (CasGraph        *g,
               const CasWeight *weight,
               CasShape         shape)
{
  const guint64 n = cas_shape_n_elements (shape);
  CasOp *op;

  if (cas_graph_has_failed (g) || !cas_graph_check_size (g, weight, n))
    return CAS_NO_TENSOR;
  op = cas_graph_append (g, &weight_class, CAS_F32, shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->params[0] = cas_param_new_vector (weight, 0, n);
  return op->out[0];
}

/* --- out of the graph --- */

static void
record_out (const CasOp *op,
            CasRecorder *r)
{
  copy_to (r, op->in[0], op->out[0], 0);
}

const CasOpClass cas_copy_class = {
  .name = "copy",
  .family = "copy",
  .record = record_out,
};

static CasTensorRecord *
append_out (CasGraph *g,
            CasTensor x,
            CasStore  store)
{
  CasOp *op = cas_graph_append (g, &cas_copy_class, x.dtype, x.shape);
  CasTensorRecord *record;

  if (op == NULL)
    return NULL;
  op->in[0] = x;
  record = cas_graph_record (g, op->out[0].id);
  record->store = store;
  return record;
}

void
cas_graph_output (CasGraph   *g,
                  const char *name,
                  CasTensor   x)
{
  CasTensorRecord *record = append_out (g, x, CAS_STORE_OUTPUT);

  if (record != NULL)
    record->name = g_strdup (name);
}

static gboolean
is_stored (CasGraph *g,
           CasState *state)
{
  for (guint i = 0; i < g->ops->len; i++)
    {
      const CasOp *op = g->ops->pdata[i];

      if (op->klass == &cas_copy_class && cas_graph_record (g, op->out[0].id)->state == state)
        return TRUE;
    }

  return FALSE;
}

void
cas_graph_store (CasGraph *g,
                 CasTensor x,
                 CasState *state)
{
  CasTensorRecord *record;
  char found[48], wanted[48];

  if (!cas_graph_has_failed (g)
      && (cas_shape_n_elements (x.shape) != cas_shape_n_elements (state->shape)
          || x.dtype != state->dtype))
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER,
                    _ ("state “%s” has shape %s and cannot hold a tensor of shape %s"), state->name,
                    cas_shape_format (state->shape, wanted), cas_shape_format (x.shape, found));
  if (!cas_graph_has_failed (g) && is_stored (g, state))
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER, _ ("state “%s” is stored twice in one graph"),
                    state->name);
  record = append_out (g, x, CAS_STORE_STATE);
  if (record != NULL)
    record->state = cas_state_ref (state);
}
