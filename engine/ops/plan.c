/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Planning activation memory: a tensor lives from the operation that makes it to the last that
 * reads it; tensors that never live together share memory. The largest are placed first, each at
 * the lowest place that is free for as long as it lives. */

#include "ops/graph-private.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

typedef struct
{
  guint32 id;
  guint32 first, last; /* operations, inclusive */
  guint64 size;
  CasPlacement place;
} Life;

static int
compare_size (gconstpointer a,
              gconstpointer b)
{
  const Life *first = *(const Life *const *) a, *second = *(const Life *const *) b;

  if (first->size != second->size)
    return first->size < second->size ? 1 : -1;
  return first->id < second->id ? -1 : 1;
}

static int
compare_place (gconstpointer a,
               gconstpointer b)
{
  const Life *first = *(const Life *const *) a, *second = *(const Life *const *) b;

  if (first->place.block != second->place.block)
    return first->place.block < second->place.block ? -1 : 1;
  if (first->place.offset != second->place.offset)
    return first->place.offset < second->place.offset ? -1 : 1;
  return 0;
}

static void
touch (CasGraph *g,
       Life     *lives,
       CasTensor x,
       guint32   op)
{
  Life *life;

  if (!cas_tensor_is_set (x))
    return;
  life = &lives[cas_graph_owner (g, x.id) - 1];
  if (life->size == 0)
    {
      life->id = cas_graph_owner (g, x.id);
      life->first = op;
      life->size = cas_align (cas_record_size (cas_graph_record (g, life->id)));
    }
  life->last = op;
}

/* placed: in order of place. The lowest gap among those that live at the same time. */
static void
place (Life      *life,
       GPtrArray *placed,
       guint64    max_block)
{
  CasPlacement at = { 0 };

  for (guint i = 0; i < placed->len; i++)
    {
      const Life *other = placed->pdata[i];

      if (other->last < life->first || other->first > life->last
          || other->place.block < at.block)
        continue;
      if (other->place.block > at.block)
        {
          if (at.offset + life->size <= max_block)
            break;
          at = (CasPlacement) { .block = other->place.block };
        }
      if (other->place.offset >= at.offset + life->size)
        break;
      at.offset = MAX (at.offset, other->place.offset + other->size);
      if (at.offset + life->size > max_block)
        at = (CasPlacement) { .block = at.block + 1 };
    }

  life->place = at;
}

static void
insert_sorted (GPtrArray *placed,
               Life      *life)
{
  guint low = 0, high = placed->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (compare_place (&placed->pdata[middle], &life) <= 0)
        low = middle + 1;
      else
        high = middle;
    }
  g_ptr_array_insert (placed, low, life);
}

gboolean
cas_graph_plan (CasGraph     *g,
                guint64       max_block,
                CasPlacement *placements,
                GArray       *block_sizes,
                GError      **error)
{
  g_autofree Life *lives = g_new0 (Life, g->tensors->len);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GPtrArray) placed = g_ptr_array_new ();

  for (guint i = 0; i < g->ops->len; i++)
    {
      const CasOp *op = g->ops->pdata[i];

      for (guint k = 0; k < CAS_OP_MAX_OUTPUTS; k++)
        touch (g, lives, op->out[k], i);
      for (guint k = 0; k < CAS_OP_MAX_INPUTS; k++)
        touch (g, lives, op->in[k], i);
    }

  for (guint i = 0; i < g->tensors->len; i++)
    if (lives[i].size > 0 && cas_graph_record (g, i + 1)->store == CAS_STORE_ARENA)
      g_ptr_array_add (order, &lives[i]);
  g_ptr_array_sort (order, compare_size);

  for (guint i = 0; i < order->len; i++)
    {
      Life *life = order->pdata[i];

      if (life->size > max_block)
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
                       _ ("%s needs a tensor of %.1f MiB, and this device gives at most %.1f MiB in "
                          "one piece."),
                       g->name, (double) life->size / 0x1p20, (double) max_block / 0x1p20);
          return FALSE;
        }
      place (life, placed, max_block);
      insert_sorted (placed, life);
      placements[life->id - 1] = life->place;
      if (life->place.block >= block_sizes->len)
        g_array_set_size (block_sizes, life->place.block + 1);
      guint64 *size = &g_array_index (block_sizes, guint64, life->place.block);
      *size = MAX (*size, life->place.offset + life->size);
    }

  return TRUE;
}
