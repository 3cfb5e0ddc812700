/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linear layers, 1×1 convolutions and stacks of small linears. */

#include "ops/linear.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "ops/elementwise.h"
#include "ops/linear_split.h"
#include "ops/low_rank.h"

static void
count (const CasOp  *op,
       CasGraphCost *cost)
{
  const CasLinearData *data = op->data;
  guint64 rows = op->out[0].shape.n * cas_shape_n_pixels (op->out[0].shape);

  cost->flop_linear += 2 * rows * data->n_out * data->n_in;
}

static void
describe (const CasOp *op,
          GString     *text)
{
  const CasLinearData *data = op->data;

  if (data->kind != CAS_LINEAR_PLAIN)
    g_string_append_printf (text, " %u×%u/%u", data->kernel, data->kernel, data->stride);
  if (op->params[CAS_LINEAR_WEIGHT]->n_norm > 0)
    g_string_append (text, " batch-norm");
  else if (op->params[CAS_LINEAR_WEIGHT]->n_pieces > 1)
    g_string_append_printf (text, " of %u", op->params[CAS_LINEAR_WEIGHT]->n_pieces);
  cas_activation_describe (data->act, text);
  if (cas_tensor_is_set (op->in[CAS_LINEAR_X2]))
    g_string_append (text, " +concat");
  if (op->params[CAS_LINEAR_AFFINE] != NULL)
    g_string_append (text, " +batch-norm");
  if (op->params[CAS_LINEAR_SCALAR] != NULL)
    g_string_append (text, " +scale");
  if (cas_tensor_is_set (op->in[CAS_LINEAR_RESIDUAL]))
    g_string_append (text, " +residual");
  if (cas_tensor_is_set (op->in[CAS_LINEAR_MODULATION]))
    g_string_append (text, " +modulate");
  if (cas_tensor_is_set (op->in[CAS_LINEAR_GRN_SCALE]))
    g_string_append (text, " +grn-apply");
  if (cas_tensor_is_set (op->out[CAS_LINEAR_SUMS]))
    g_string_append (text, " +grn-sums");
  if (cas_tensor_is_set (op->out[CAS_LINEAR_SPLITS]))
    g_string_append_printf (text, " +%u-splits", cas_linear_count_splits (op));
}

const CasOpClass cas_linear_class = {
  .name = "linear",
  .family = "linear",
  .data_size = sizeof (CasLinearData),
  .count = count,
  .describe = describe,
  .record = cas_linear_record,
};

/* [out, in] or the same with a kernel, whose taps are channels here */
static gboolean
check_matrix (CasGraph        *g,
              const CasWeight *weight,
              guint64          n_in)
{
  if (weight->n_dims == 4 && weight->dims[2] > 1 && weight->dims[1] < n_in
      && weight->dims[1] * weight->dims[2] * weight->dims[3] == n_in)
    return TRUE;
  return cas_graph_check_weight (g, weight, weight->n_dims == 4 ? 4 : 2,
                                 (guint64[]) { 0, n_in, 1, 1 });
}

static CasTensor
append_linear (CasGraph     *g,
               CasTensor     x,
               guint32       n_out,
               CasActivation act,
               CasParam     *weight,
               CasParam     *bias)
{
  CasOp *op = cas_graph_append (g, &cas_linear_class, CAS_F32,
                                CAS_SHAPE (x.shape.n, x.shape.h, x.shape.w, n_out));
  CasLinearData *data;

  if (op == NULL)
    {
      g_free (weight);
      g_free (bias);
      return CAS_NO_TENSOR;
    }

  data = op->data;
  data->kind = CAS_LINEAR_PLAIN;
  data->act = act;
  data->n_in = x.shape.c;
  data->n_out = n_out;
  op->in[CAS_LINEAR_X] = x;
  op->params[CAS_LINEAR_WEIGHT] = weight;
  op->params[CAS_LINEAR_BIAS] = bias;

  return op->out[0];
}

/* What is put on the weight is computed beside it, in f32: W x + b + up (down x). So nothing is
 * lost to the weight's own type, and the weight on the device is not touched. */
static CasTensor
append_change (CasGraph         *g,
               CasTensor         x,
               const CasLowRank *change,
               const CasLinear  *linear)
{
  CasTensor narrow = append_linear (g, x, change->rank, CAS_ACT_NONE,
                                    cas_param_new_matrix (&change->down, 0, change->rank), NULL);

  return append_linear (g, narrow, linear->n_rows, CAS_ACT_NONE,
                        cas_param_new_matrix (&change->up, linear->first_row, linear->n_rows),
                        NULL);
}

CasTensor
cas_op_linear (CasGraph     *g,
               CasTensor     x,
               CasLinear     linear,
               CasActivation act)
{
  const CasLowRank *change = linear.weight->low_rank;
  guint64 n_rows;

  if (cas_graph_has_failed (g) || !check_matrix (g, linear.weight, x.shape.c))
    return CAS_NO_TENSOR;
  n_rows = linear.weight->dims[0];
  if (linear.bias != NULL && !cas_graph_check_size (g, linear.bias, n_rows))
    return CAS_NO_TENSOR;
  if (linear.n_rows == 0)
    linear.n_rows = n_rows - MIN (n_rows, linear.first_row);
  g_return_val_if_fail (linear.first_row + (guint64) linear.n_rows <= n_rows, CAS_NO_TENSOR);

  CasTensor y = append_linear (
      g, x, linear.n_rows, change == NULL ? act : CAS_ACT_NONE,
      cas_param_new_matrix (linear.weight, linear.first_row, linear.n_rows),
      linear.bias == NULL
          ? NULL
          : cas_param_new_vector (linear.bias, linear.first_row, linear.n_rows));

  if (change == NULL)
    return y;
  y = cas_op_add (g, y, append_change (g, x, change, &linear));
  return act == CAS_ACT_NONE ? y : cas_op_activation (g, y, act);
}

static guint32
sum_ranks (const CasLinearPiece *pieces,
           guint                 n_pieces)
{
  guint32 sum = 0;

  for (guint i = 0; i < n_pieces; i++)
    sum += pieces[i].weight->low_rank != NULL ? pieces[i].weight->low_rank->rank : 0;
  return sum;
}

/* The changes of all pieces, as two stacks: all their inner channels side by side. */
static CasTensor
append_stack_change (CasGraph             *g,
                     CasTensor             x,
                     const CasLinearPiece *pieces,
                     guint                 n_pieces,
                     guint32               n_rows)
{
  g_autofree CasLinearPiece *down = g_new0 (CasLinearPiece, n_pieces);
  g_autofree CasLinearPiece *up = g_new0 (CasLinearPiece, n_pieces);
  guint32 n_inner = 0;
  guint n = 0;

  for (guint i = 0; i < n_pieces; i++)
    {
      const CasLowRank *change = pieces[i].weight->low_rank;

      if (change == NULL)
        continue;
      down[n] = (CasLinearPiece) { &change->down, NULL, n_inner, pieces[i].first_channel };
      up[n++] = (CasLinearPiece) { &change->up, NULL, pieces[i].first_row, n_inner };
      n_inner += change->rank;
    }

  x = cas_op_linear_stack (g, x, down, n, n_inner);
  return cas_op_linear_stack (g, x, up, n, n_rows);
}

CasTensor
cas_op_linear_stack (CasGraph             *g,
                     CasTensor             x,
                     const CasLinearPiece *pieces,
                     guint                 n_pieces,
                     guint32               n_rows)
{
  g_autofree CasParamPiece *weights = g_new0 (CasParamPiece, n_pieces);
  g_autofree CasParamPiece *biases = g_new0 (CasParamPiece, n_pieces);
  const guint32 n_inner = sum_ranks (pieces, n_pieces);
  /* the changes of many pieces would be two matrices of mostly zeros: their sums are less */
  const gboolean is_merged = n_inner > x.shape.c;
  CasDtype dtype = CAS_F32;
  guint n_biases = 0;

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;

  for (guint i = 0; i < n_pieces; i++)
    {
      const CasLinearPiece *piece = &pieces[i];
      const CasWeight *weight = is_merged ? cas_weight_merged (piece->weight) : piece->weight;
      guint64 n = weight->dims[0];

      if (!cas_graph_check_weight (g, piece->weight, 2, (guint64[]) { 0, 0 })
          || (piece->bias != NULL && !cas_graph_check_size (g, piece->bias, n)))
        return CAS_NO_TENSOR;
      if (piece->first_row + n > n_rows
          || piece->first_channel + piece->weight->dims[1] > x.shape.c)
        {
          cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                          _ ("%s: tensor “%s” reaches beyond the %u × %u numbers that were wanted"),
                          piece->weight->file, piece->weight->name, n_rows, x.shape.c);
          return CAS_NO_TENSOR;
        }
      if (i == 0)
        dtype = weight->dtype;
      else if (weight->dtype != dtype)
        dtype = CAS_F32;
      weights[i] = (CasParamPiece) { weight, 0, n, piece->first_row, piece->first_channel };
      if (piece->bias != NULL)
        biases[n_biases++] = (CasParamPiece) { piece->bias, 0, n, 0, piece->first_row };
    }

  CasTensor y = append_linear (
      g, x, n_rows, CAS_ACT_NONE,
      cas_param_new (CAS_PACK_MATRIX, dtype, 1, n_rows, x.shape.c, weights, n_pieces),
      n_biases == 0
          ? NULL
          : cas_param_new (CAS_PACK_VECTOR, CAS_F32, 1, 1, n_rows, biases, n_biases));

  if (n_inner == 0 || is_merged)
    return y;
  return cas_op_add (g, y, append_stack_change (g, x, pieces, n_pieces, n_rows));
}
