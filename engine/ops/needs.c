/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What graphs would hold on a device, found without making any of it: the same buffers in the same
 * order as compile.c and params.c make them. */

#include "ops/program.h"

#include "gpu/memory-plan.h"

/* Of weights. */
typedef struct
{
  guint64 held; /* in all of them, … */
  guint64 left; /* … in the last */
} Blocks;

/* What one CasParams would hold. */
typedef struct
{
  GHashTable *weights;   /* set of keys */
  Blocks      blocks[2]; /* of weights that stay, of temporary ones */
} Holding;

struct _CasNeeds
{
  CasGpu        *gpu;
  CasMemoryPlan *plan;
  GHashTable    *states;   /* set of CasState */
  GHashTable    *holdings; /* CasParams, perhaps NULL, to Holding */
};

static void
holding_free (gpointer data)
{
  Holding *holding = data;

  g_hash_table_unref (holding->weights);
  g_free (holding);
}

CasNeeds *
cas_needs_new (CasGpu *gpu)
{
  CasNeeds *self = g_new0 (CasNeeds, 1);

  self->gpu = gpu;
  self->plan = cas_memory_plan_new (gpu);
  self->states = g_hash_table_new (NULL, NULL);
  self->holdings = g_hash_table_new_full (NULL, NULL, NULL, holding_free);
  return self;
}

void
cas_needs_free (CasNeeds *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->holdings);
  g_hash_table_unref (self->states);
  cas_memory_plan_free (self->plan);
  g_free (self);
}

static gboolean
add (CasNeeds       *self,
     CasGraph       *g,
     guint64         size,
     CasMemoryPlace  place,
     GError        **error)
{
  return size == 0 || cas_memory_plan_add (self->plan, size, place, g->name, error);
}

static gboolean
add_arena (CasNeeds *self,
           CasGraph *g,
           GError  **error)
{
  g_autofree CasPlacement *placements = g_new0 (CasPlacement, g->tensors->len + 1);
  g_autoptr (GArray) sizes = g_array_new (FALSE, TRUE, sizeof (guint64));

  if (!cas_graph_plan (g, cas_gpu_get_info (self->gpu)->max_allocation_bytes, placements, sizes,
                       error))
    return FALSE;

  for (guint i = 0; i < sizes->len; i++)
    if (!add (self, g, g_array_index (sizes, guint64, i), CAS_MEMORY_DEVICE, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_states (CasNeeds *self,
            CasGraph *g,
            GError  **error)
{
  for (guint32 id = 1; id <= g->tensors->len; id++)
    {
      const CasTensorRecord *record = cas_graph_record (g, id);

      if (record->store == CAS_STORE_STATE && record->alias_of == 0
          && g_hash_table_add (self->states, record->state)
          && !add (self, g, cas_align (cas_record_size (record)), CAS_MEMORY_DEVICE, error))
        return FALSE;
    }
  return TRUE;
}

static Holding *
find_holding (CasNeeds        *self,
              const CasParams *params)
{
  Holding *holding = g_hash_table_lookup (self->holdings, params);

  if (holding == NULL)
    {
      holding = g_new0 (Holding, 1);
      holding->weights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->holdings, (gpointer) params, holding);
    }
  return holding;
}

static gboolean
add_weight (CasNeeds       *self,
            Holding        *holding,
            CasGraph       *g,
            const CasParam *param,
            GError        **error)
{
  const guint64 size = cas_align (cas_param_size (param));
  Blocks *blocks = &holding->blocks[cas_param_is_temporary (param)];
  guint64 block;

  if (!g_hash_table_add (holding->weights, cas_param_dup_key (param)))
    return TRUE;

  if (size > blocks->left)
    {
      block = cas_params_block_size (self->gpu, blocks->held, size);
      if (!add (self, g, block, CAS_MEMORY_DEVICE, error))
        return FALSE;
      blocks->held += block;
      blocks->left = block;
    }
  blocks->left -= size;
  return TRUE;
}

static gboolean
add_weights (CasNeeds        *self,
             const CasParams *params,
             CasGraph        *g,
             GError         **error)
{
  Holding *holding = find_holding (self, params);

  for (guint i = 0; i < g->ops->len; i++)
    {
      const CasOp *op = g->ops->pdata[i];

      for (guint k = 0; k < CAS_OP_MAX_PARAMS; k++)
        if (op->params[k] != NULL && !add_weight (self, holding, g, op->params[k], error))
          return FALSE;
    }
  return TRUE;
}

gboolean
cas_needs_add (CasNeeds        *self,
               const CasParams *params,
               CasGraph        *g,
               GError         **error)
{
  return add_arena (self, g, error)
         && add (self, g, cas_graph_host_size (g, CAS_STORE_INPUT), CAS_MEMORY_UPLOAD, error)
         && add (self, g, cas_graph_host_size (g, CAS_STORE_OUTPUT), CAS_MEMORY_READBACK, error)
         && add_states (self, g, error)
         && add (self, g, cas_graph_blocks_size (g), CAS_MEMORY_UPLOAD, error)
         && add_weights (self, params, g, error);
}
