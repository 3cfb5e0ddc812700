/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding where in a network numbers stop being finite. */

#include "ops/watch.h"

#include <string.h>

#include "ops/graph-private.h"

#define PREFIX "not finite: "

/* What a person knows the operation by: its block, else its weight, else what it does. */
static const char *
place_of (const CasOp *op)
{
  if (*op->scope != '\0')
    return op->scope;
  return op->params[0] != NULL ? cas_param_name (op->params[0]) : op->klass->name;
}

static gboolean
is_last_of_scope (GPtrArray *ops,
                  guint      i)
{
  const CasOp *op = ops->pdata[i];
  const CasOp *next = i + 1 < ops->len ? ops->pdata[i + 1] : NULL;

  return next == NULL || *op->scope == '\0' || !g_str_equal (op->scope, next->scope);
}

void
cas_graph_watch (CasGraph *g)
{
  g_autoptr (GPtrArray) ops = NULL;

  if (cas_graph_has_failed (g))
    return;

  ops = g_steal_pointer (&g->ops); /* without a free function while they move */
  /* each count right behind what it counts, so that no tensor lives longer than it would */
  g->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_op_free);
  g_ptr_array_set_free_func (ops, NULL);
  for (guint i = 0; i < ops->len; i++)
    {
      CasOp *op = ops->pdata[i];

      g_ptr_array_add (g->ops, op);
      if (op->out[0].dtype != CAS_F32 || !cas_tensor_is_set (op->out[0])
          || !is_last_of_scope (ops, i))
        continue;

      g_autofree char *name = g_strdup_printf (PREFIX "%u %s", i, place_of (op));

      cas_graph_output (g, name, cas_op_count_not_finite (g, op->out[0]));
    }
}

char *
cas_graph_find_not_finite (CasGraph *g)
{
  for (guint i = 0; i < g->tensors->len; i++)
    {
      const CasTensorRecord *record = cas_graph_record (g, i + 1);
      gint32 count;

      if (record->store != CAS_STORE_OUTPUT || record->name == NULL
          || !g_str_has_prefix (record->name, PREFIX))
        continue;
      cas_graph_read (g, record->name, &count);
      if (count > 0)
        return g_strdup (strchr (record->name + strlen (PREFIX), ' ') + 1);
    }
  return NULL;
}
