/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a graph would cost, and the graph as text. */

#include "ops/graph-private.h"

static void
add_bytes (const CasOp  *op,
           CasGraphCost *cost)
{
  for (guint i = 0; i < CAS_OP_MAX_INPUTS; i++)
    if (cas_tensor_is_set (op->in[i]))
      cost->bytes_moved += cas_shape_n_elements (op->in[i].shape) * 4;
  for (guint i = 0; i < CAS_OP_MAX_OUTPUTS; i++)
    if (cas_tensor_is_set (op->out[i]))
      cost->bytes_moved += cas_shape_n_elements (op->out[i].shape) * 4;
}

void
cas_op_count (const CasOp  *op,
              CasGraphCost *cost)
{
  cost->n_ops++;
  add_bytes (op, cost);
  for (guint i = 0; i < CAS_OP_MAX_PARAMS; i++)
    if (op->params[i] != NULL)
      cost->bytes_moved += cas_param_size (op->params[i]);
  if (op->klass->count != NULL)
    op->klass->count (op, cost);
}

/* A weight that several operations use (repeats) is held once. */
void
cas_graph_count (CasGraph     *g,
                 CasGraphCost *cost)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  *cost = (CasGraphCost) { 0 };
  for (guint i = 0; i < g->ops->len; i++)
    {
      const CasOp *op = g->ops->pdata[i];

      cas_op_count (op, cost);
      for (guint p = 0; p < CAS_OP_MAX_PARAMS; p++)
        if (op->params[p] != NULL && g_hash_table_add (seen, cas_param_dup_key (op->params[p])))
          {
            cost->weight_bytes += cas_param_size (op->params[p]);
            cost->weight_elements += cas_param_n_elements (op->params[p]);
          }
    }
}

static void
print_tensor (GString   *text,
              CasTensor  x)
{
  char shape[48];

  if (!cas_tensor_is_set (x))
    return;
  g_string_append_printf (text, " %%%u%s", x.id, cas_shape_format (x.shape, shape));
  if (x.first_channel > 0)
    g_string_append_printf (text, "@%u", x.first_channel);
}

char *
cas_graph_print (CasGraph *g)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g->ops->len; i++)
    {
      const CasOp *op = g->ops->pdata[i];

      g_string_append_printf (text, "%-28s", op->scope);
      for (guint o = 0; o < CAS_OP_MAX_OUTPUTS; o++)
        print_tensor (text, op->out[o]);
      g_string_append_printf (text, " = %s", op->klass->name);
      if (op->klass->describe != NULL)
        op->klass->describe (op, text);
      for (guint o = 0; o < CAS_OP_MAX_INPUTS; o++)
        print_tensor (text, op->in[o]);
      for (guint p = 0; p < CAS_OP_MAX_PARAMS; p++)
        if (op->params[p] != NULL)
          g_string_append_printf (text, " %s", cas_param_name (op->params[p]));
      g_string_append_c (text, '\n');
    }

  return g_string_free (text, FALSE);
}
