/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fusing: what only feeds a neighbour is computed by the neighbour. Model code stays a list of
 * plain operations; this is the one place that knows which of them share a kernel. */

#include "ops/elementwise.h"
#include "ops/fusible.h"
#include "ops/graph-private.h"
#include "ops/linear.h"
#include "ops/norm.h"

typedef struct
{
  CasGraph  *g;
  CasOp    **producers; /* by tensor id */
  guint     *n_uses;    /* by tensor id: inputs and aliases */
  GPtrArray *ops;       /* the new list; NULL where an operation moved away */
  GPtrArray *stores;    /* what comes after it, … */
  gint       n_old;     /* … first those that keep what a state held before */
} Fuser;

static void
count_uses (Fuser *f)
{
  for (guint i = 0; i < f->g->ops->len; i++)
    {
      CasOp *op = f->g->ops->pdata[i];

      for (guint k = 0; k < CAS_OP_MAX_INPUTS; k++)
        if (cas_tensor_is_set (op->in[k]))
          f->n_uses[op->in[k].id]++;
      for (guint k = 0; k < CAS_OP_MAX_OUTPUTS; k++)
        if (cas_tensor_is_set (op->out[k]))
          f->producers[op->out[k].id] = op;
    }
  for (guint i = 0; i < f->g->tensors->len; i++)
    f->n_uses[cas_graph_record (f->g, i + 1)->alias_of]++;
}

/* x whole: not a view of some of its channels */
static gboolean
is_whole (Fuser    *f,
          CasTensor x)
{
  return x.first_channel == 0 && x.shape.c == cas_graph_record (f->g, x.id)->shape.c;
}

/* The operation that makes x for one reader alone, or NULL. */
static CasOp *
sole_producer (Fuser    *f,
               CasTensor x)
{
  if (!cas_tensor_is_set (x) || f->n_uses[x.id] != 1 || !is_whole (f, x)
      || cas_graph_record (f->g, x.id)->store != CAS_STORE_ARENA)
    return NULL;
  return f->producers[x.id];
}

/* The linear that makes x for one reader alone and whose epilogue is free from there on. */
static CasOp *
open_linear (Fuser    *f,
             CasTensor x)
{
  CasOp *op = sole_producer (f, x);

  if (op == NULL || !cas_op_is_linear (op) || cas_tensor_is_set (op->in[CAS_LINEAR_MODULATION])
      || cas_tensor_is_set (op->out[CAS_LINEAR_SUMS]))
    return NULL;
  return op;
}

static gboolean
has_residual (const CasOp *linear)
{
  return cas_tensor_is_set (linear->in[CAS_LINEAR_RESIDUAL]);
}

/* The depthwise convolution that makes x for one reader alone and that adds nothing yet. */
static CasOp *
open_depthwise (Fuser    *f,
                CasTensor x)
{
  CasOp *op = sole_producer (f, x);

  if (op == NULL || op->klass != &cas_depthwise_class
      || cas_tensor_is_set (op->in[CAS_DEPTHWISE_RESIDUAL]))
    return NULL;
  return op;
}

/* The producer takes the place and the output of op, which goes away. */
static void
absorb (Fuser *f,
        CasOp *producer,
        CasOp *op)
{
  guint index;

  if (g_ptr_array_find (f->ops, producer, &index))
    f->ops->pdata[index] = NULL;
  producer->out[0] = op->out[0];
  f->producers[op->out[0].id] = producer;
  g_ptr_array_add (f->ops, producer);
  cas_op_free (op);
}

/* The linear or depthwise convolution that makes x for one reader alone and does nothing yet to
 * its sums. act: where its activation is kept. */
static CasOp *
bare_sum (Fuser          *f,
          CasTensor       x,
          CasActivation **act)
{
  CasOp *op = open_depthwise (f, x);

  if (op != NULL && op->params[CAS_DEPTHWISE_SCALAR] == NULL)
    *act = &((CasDepthwiseData *) op->data)->act;
  else if ((op = open_linear (f, x)) != NULL && !has_residual (op)
           && op->params[CAS_LINEAR_AFFINE] == NULL && op->params[CAS_LINEAR_SCALAR] == NULL)
    *act = &((CasLinearData *) op->data)->act;
  else
    return NULL;

  return **act == CAS_ACT_NONE ? op : NULL;
}

/* A batch norm right after the sums is folded into the weights. */
static gboolean
fold_batch_norm (Fuser *f,
                 CasOp *op)
{
  enum { WEIGHT, BIAS }; /* of either class */
  CasActivation *act;
  CasOp *sum = op->klass == &cas_batch_norm_class ? bare_sum (f, op->in[0], &act) : NULL;

  G_STATIC_ASSERT (WEIGHT == (guint) CAS_LINEAR_WEIGHT && WEIGHT == (guint) CAS_DEPTHWISE_WEIGHT);
  G_STATIC_ASSERT (BIAS == (guint) CAS_LINEAR_BIAS && BIAS == (guint) CAS_DEPTHWISE_BIAS);

  if (sum == NULL || sum->params[WEIGHT]->n_norm > 0)
    return FALSE;

  g_autofree CasParam *weight = sum->params[WEIGHT];
  g_autofree CasParam *bias = sum->params[BIAS];

  sum->params[WEIGHT] = cas_param_new_normed (weight, op->params[0]);
  sum->params[BIAS] = bias != NULL ? cas_param_new_normed (bias, op->params[0])
                                   : cas_param_new_shift (op->params[0]);
  absorb (f, sum, op);
  return TRUE;
}

static gboolean
fuse_activation (Fuser *f,
                 CasOp *op)
{
  CasActivation *act;
  CasOp *sum = op->klass == &cas_activation_class ? bare_sum (f, op->in[0], &act) : NULL;

  if (sum == NULL)
    return FALSE;

  *act = ((const CasElementwiseConstants *) op->data)->act;
  absorb (f, sum, op);
  return TRUE;
}

/* One after an activation is part of the epilogue. */
static gboolean
fuse_batch_norm (Fuser *f,
                 CasOp *op)
{
  CasOp *linear = open_linear (f, op->in[0]);

  if (op->klass != &cas_batch_norm_class || linear == NULL || has_residual (linear)
      || linear->params[CAS_LINEAR_AFFINE] != NULL || linear->params[CAS_LINEAR_SCALAR] != NULL)
    return FALSE;

  linear->params[CAS_LINEAR_AFFINE] = g_steal_pointer (&op->params[0]);
  absorb (f, linear, op);
  return TRUE;
}

static gboolean
fuse_scaled_norm (Fuser *f,
                  CasOp *op)
{
  const CasScaleByData *data = op->data;
  CasOp *producer = sole_producer (f, op->in[0]);
  CasLayerNormData *norm;

  if (producer == NULL || producer->klass != &cas_layer_norm_class
      || producer->params[CAS_NORM_SCALARS] != NULL)
    return FALSE;

  norm = producer->data;
  norm->offset = data->offset;
  norm->scale = data->scale;
  norm->shift = data->shift;
  producer->params[CAS_NORM_SCALARS] = g_steal_pointer (&op->params[0]);
  absorb (f, producer, op);
  return TRUE;
}

/* One number that a linear or a depthwise convolution multiplies its output by. */
static gboolean
fuse_scalar (Fuser *f,
             CasOp *op)
{
  const CasScaleByData *data = op->data;
  CasOp *linear = open_linear (f, op->in[0]), *depthwise = open_depthwise (f, op->in[0]);

  if (data->offset != 0.0f || data->shift >= 0)
    return FALSE;

  if (linear != NULL && !has_residual (linear) && linear->params[CAS_LINEAR_SCALAR] == NULL)
    {
      ((CasLinearData *) linear->data)->scalar = data->scale;
      linear->params[CAS_LINEAR_SCALAR] = g_steal_pointer (&op->params[0]);
      absorb (f, linear, op);
      return TRUE;
    }
  if (depthwise != NULL && depthwise->params[CAS_DEPTHWISE_SCALAR] == NULL)
    {
      ((CasDepthwiseData *) depthwise->data)->scalar = data->scale;
      depthwise->params[CAS_DEPTHWISE_SCALAR] = g_steal_pointer (&op->params[0]);
      absorb (f, depthwise, op);
      return TRUE;
    }

  return FALSE;
}

static gboolean
fuse_scale_by (Fuser *f,
               CasOp *op)
{
  return op->klass == &cas_scale_by_class && (fuse_scaled_norm (f, op) || fuse_scalar (f, op));
}

static gboolean
fuse_add (Fuser *f,
          CasOp *op)
{
  if (op->klass != &cas_add_class
      || cas_shape_n_elements (op->in[1].shape) != cas_shape_n_elements (op->out[0].shape))
    return FALSE; /* or what is added repeats */

  for (guint i = 0; i < 2; i++)
    {
      CasOp *linear = open_linear (f, op->in[i]), *depthwise = open_depthwise (f, op->in[i]);
      CasTensor other = op->in[1 - i];

      if (linear != NULL && !has_residual (linear))
        {
          linear->in[CAS_LINEAR_RESIDUAL] = other;
          absorb (f, linear, op);
          return TRUE;
        }
      if (depthwise != NULL)
        {
          depthwise->in[CAS_DEPTHWISE_RESIDUAL] = other;
          absorb (f, depthwise, op);
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
fuse_modulate (Fuser *f,
               CasOp *op)
{
  CasOp *linear = open_linear (f, op->in[0]);

  if (op->klass != &cas_modulate_class || linear == NULL)
    return FALSE;

  linear->in[CAS_LINEAR_MODULATION] = op->in[1];
  absorb (f, linear, op);
  return TRUE;
}

/* linear → response norm → linear: the first adds up squares, the second scales what it reads. */
static gboolean
fuse_grn (Fuser *f,
          CasOp *second)
{
  CasTensor x = second->in[CAS_LINEAR_X];
  CasOp *grn = sole_producer (f, x);
  CasOp *first, *scale;
  guint index;
  guint32 n_tiles;

  if (second->klass != &cas_linear_class || cas_tensor_is_set (second->in[CAS_LINEAR_X2])
      || grn == NULL || grn->klass != &cas_grn_class)
    return FALSE;
  first = sole_producer (f, grn->in[0]);
  if (first == NULL || first->klass != &cas_linear_class || !g_ptr_array_find (f->ops, grn, &index))
    return FALSE;

  n_tiles = (cas_shape_n_pixels (x.shape) + CAS_LINEAR_MIN_SUM_ROWS - 1)
            / CAS_LINEAR_MIN_SUM_ROWS;
  cas_graph_add_output (f->g, first, CAS_LINEAR_SUMS, CAS_F32,
                        CAS_SHAPE (x.shape.n, 1, n_tiles, x.shape.c));

  scale = cas_op_new (&cas_grn_scale_class, grn->scope);
  ((CasGrnScaleData *) scale->data)->n_rows = cas_shape_n_pixels (x.shape);
  scale->in[0] = first->out[CAS_LINEAR_SUMS];
  scale->params[CAS_GRN_GAMMA] = g_steal_pointer (&grn->params[CAS_GRN_GAMMA]);
  cas_graph_add_output (f->g, scale, 0, CAS_F32, CAS_SHAPE (x.shape.n, 1, 1, x.shape.c));
  cas_graph_add_output (f->g, scale, 1, CAS_F32, CAS_SHAPE (x.shape.n, 1, 1, x.shape.c));

  second->in[CAS_LINEAR_X] = grn->in[0];
  second->in[CAS_LINEAR_GRN_SCALE] = scale->out[0];
  second->params[CAS_LINEAR_GRN_BETA] = g_steal_pointer (&grn->params[CAS_GRN_BETA]);

  f->ops->pdata[index] = scale;
  cas_op_free (grn);
  return TRUE;
}

/* A concatenation that one linear reads: it reads both sources. Kernels would scale both for a
 * response norm, which is of one, so that a linear has either a scale or a second source. */
static gboolean
fuse_concat (Fuser *f,
             CasOp *linear)
{
  CasOp *concat = sole_producer (f, linear->in[CAS_LINEAR_X]);
  guint index;

  if (linear->klass != &cas_linear_class || cas_tensor_is_set (linear->in[CAS_LINEAR_GRN_SCALE])
      || concat == NULL || concat->klass != &cas_concat_class || concat->in[0].shape.c % 8 != 0
      || !g_ptr_array_find (f->ops, concat, &index))
    return FALSE;

  linear->in[CAS_LINEAR_X] = concat->in[0];
  linear->in[CAS_LINEAR_X2] = concat->in[1];
  f->ops->pdata[index] = NULL;
  cas_op_free (concat);
  return TRUE;
}

static gboolean
is_state_loaded (CasGraph *g,
                 CasState *state,
                 guint32   except)
{
  for (guint32 id = 1; id <= g->tensors->len; id++)
    if (id != except && cas_graph_record (g, id)->state == state)
      return TRUE;

  return FALSE;
}

/* What goes to the host or to a state is written there in the first place. */
static gboolean
place_output (Fuser *f,
              CasOp *op)
{
  CasTensor x = op->in[0];
  CasTensorRecord *from, *to;

  if (op->klass != &cas_copy_class || !is_whole (f, x))
    return FALSE;
  from = cas_graph_record (f->g, x.id);
  to = cas_graph_record (f->g, op->out[0].id);
  if (from->store != CAS_STORE_ARENA || from->alias_of != 0 || f->producers[x.id] == NULL
      || (to->state != NULL && is_state_loaded (f->g, to->state, op->out[0].id)))
    return FALSE;

  from->alias_of = op->out[0].id;
  from->store = to->store;
  cas_op_free (op);
  return TRUE;
}

static gboolean
is_state_stored (Fuser    *f,
                 CasState *state)
{
  for (guint32 id = 1; id <= f->g->tensors->len; id++)
    if (cas_graph_record (f->g, id)->state == state && f->producers[id] != NULL)
      return TRUE;

  return FALSE;
}

/* What goes from one state to another is set aside before any store, which may be to the first. */
static void
keep_old (Fuser *f,
          CasOp *store)
{
  const CasTensor old = store->in[0];
  const CasTensorRecord *owner = cas_graph_record (f->g, cas_graph_owner (f->g, old.id));
  CasOp *keep;

  if (owner->store != CAS_STORE_STATE || !is_state_stored (f, owner->state))
    return;

  keep = cas_op_new (&cas_copy_class, store->scope);
  keep->in[0] = old;
  store->in[0] = cas_graph_add_output (f->g, keep, 0, old.dtype, old.shape);
  g_ptr_array_insert (f->stores, f->n_old++, keep);
}

/* A state that is loaded keeps its old value until all else is done. */
static gboolean
defer_store (Fuser *f,
             CasOp *op)
{
  CasState *state;

  if (op->klass != &cas_copy_class)
    return FALSE;
  state = cas_graph_record (f->g, op->out[0].id)->state;
  if (state == NULL || !is_state_loaded (f->g, state, op->out[0].id))
    return FALSE;

  keep_old (f, op);
  g_ptr_array_add (f->stores, op);
  return TRUE;
}

static void
move_ops (GPtrArray *from,
          GPtrArray *to)
{
  for (guint i = 0; i < from->len; i++)
    if (from->pdata[i] != NULL)
      g_ptr_array_add (to, from->pdata[i]);
  g_ptr_array_set_free_func (from, NULL);
  g_ptr_array_unref (from);
}

void
cas_graph_fuse (CasGraph *g)
{
  guint32 n = g->tensors->len + 1;
  /* response norms add three tensors each, stores one */
  gsize n_ids = n + 3 * (gsize) g->ops->len;
  Fuser f = {
    .g = g,
    .producers = g_new0 (CasOp *, n_ids),
    .n_uses = g_new0 (guint, n_ids),
    .ops = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_op_free),
    .stores = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_op_free),
  };

  count_uses (&f);
  for (guint i = 0; i < g->ops->len; i++)
    {
      CasOp *op = g->ops->pdata[i];

      if (fold_batch_norm (&f, op) || fuse_batch_norm (&f, op) || fuse_activation (&f, op)
          || fuse_scale_by (&f, op) || fuse_add (&f, op) || fuse_modulate (&f, op)
          || place_output (&f, op) || defer_store (&f, op))
        continue;
      if (!fuse_grn (&f, op))
        fuse_concat (&f, op);
      g_ptr_array_add (f.ops, op);
    }

  g_ptr_array_set_free_func (g->ops, NULL);
  g_ptr_array_unref (g->ops);
  g->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_op_free);
  move_ops (f.ops, g->ops);
  move_ops (f.stores, g->ops);
  g_free (f.producers);
  g_free (f.n_uses);
}
