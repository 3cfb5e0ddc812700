/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network that Stage C and Stage B share: how it is found in the tensors, and its run. */

#include "model/unet.h"

#include <glib/gi18n-lib.h>

/* --- loading ------------------------------------------------------------------------------- */

/* The width of a level is that of its first block, which is always a ResBlock. */
static guint32
level_width (CasWeights *ws,
             const char *list,
             guint       level)
{
  return (guint32) cas_weights_get (ws, CAS_DIMS (0, 1, 3, 3), "%s.%u.0.depthwise.weight", list,
                                    level)->dims[0];
}

static CasBlockKind
block_kind (CasWeights *ws)
{
  if (cas_weights_peek (ws, "depthwise.weight") != NULL)
    return CAS_BLOCK_RES;
  if (cas_weights_peek (ws, "mapper.weight") != NULL)
    return CAS_BLOCK_TIMESTEP;
  if (cas_weights_peek (ws, "kv_mapper.1.weight") != NULL)
    return CAS_BLOCK_ATTN;

  return CAS_BLOCK_FEED_FORWARD;
}

static void
timestep_init (CasUNet    *unet,
               CasBlock   *block,
               CasWeights *ws,
               guint32     c)
{
  cas_timestep_block_init (&block->timestep, ws, c);
  block->place = unet->c_modulation;
  unet->c_modulation += 2 * c;

  if (unet->n_conditions == 0)
    unet->n_conditions = block->timestep.n_conditions;
  else if (unet->n_conditions != block->timestep.n_conditions)
    cas_weights_fail (ws, _("“%s” has %u timestep mappers, but the blocks before it %u"),
                      block->name, block->timestep.n_conditions, unet->n_conditions);
}

static void
block_init (CasUNet    *unet,
            CasBlock   *block,
            CasWeights *ws,
            guint32     c,
            guint32     c_skip)
{
  block->kind = block_kind (ws);
  switch (block->kind)
    {
    case CAS_BLOCK_RES:
      cas_res_block_init (&block->res, ws, c, c_skip);
      break;
    case CAS_BLOCK_TIMESTEP:
      timestep_init (unet, block, ws, c);
      break;
    case CAS_BLOCK_ATTN:
      cas_attn_block_init (&block->attn, ws, c, unet->c_cond);
      block->place = unet->n_attn++;
      break;
    case CAS_BLOCK_FEED_FORWARD:
      cas_feed_forward_block_init (&block->feed_forward, ws, c);
      break;
    }

  const CasWeight *unused = cas_weights_find_unused (ws, "%s", "");
  if (unused != NULL)
    cas_weights_fail (ws, _("tensor “%s” belongs to no kind of block that is known"),
                      unused->name);
}

/* ResBlocks of a level as executed. */
static guint
count_res (const CasLevel *level)
{
  guint n = 0;

  for (guint i = 0; i < level->n_blocks; i++)
    n += level->blocks[i].kind == CAS_BLOCK_RES;

  return n * (level->n_repeats + 1);
}

/* c_skip is what the first block gets beside its own channels. */
static void
level_init (CasUNet    *unet,
            CasLevel   *level,
            CasWeights *ws,
            const char *direction, /* "down" or "up" */
            guint       index,
            guint32     c_skip)
{
  g_autofree char *list = g_strdup_printf ("%s_blocks", direction);
  g_autofree char *mappers = g_strdup_printf ("%s_repeat_mappers.%u", direction, index);

  level->c = level_width (ws, list, index);
  level->n_blocks = cas_weights_count (ws, CAS_UNET_MAX_BLOCKS, "%s.%u", list, index);
  level->blocks = g_new0 (CasBlock, level->n_blocks);
  for (guint i = 0; i < level->n_blocks; i++)
    {
      level->blocks[i].name = g_strdup_printf ("%s.%u.%u", list, index, i);
      cas_weights_push_scope (ws, "%s", level->blocks[i].name);
      block_init (unet, &level->blocks[i], ws, level->c, i == 0 ? c_skip : 0);
      cas_weights_pop_scope (ws);
    }

  level->n_repeats = cas_weights_count (ws, CAS_UNET_MAX_BLOCKS, "%s", mappers);
  level->repeat_mappers = g_new0 (CasLinear, level->n_repeats);
  for (guint i = 0; i < level->n_repeats; i++)
    level->repeat_mappers[i] = cas_weights_conv1x1 (ws, level->c, level->c, "%s.%u", mappers, i);

  unet->n_res += count_res (level);
}

/* The second entry of a list: the first is a norm without tensors. */
static void
change_init (CasLevelChange *change,
             CasWeights     *ws,
             const char     *list, /* "down_downscalers" */
             guint           index,
             guint32         c_in,
             guint32         c_out,
             gboolean        resizes)
{
  change->is_up = *list == 'u';
  cas_weights_push_scope (ws, "%s.%u.1", list, index);

  if (cas_weights_peek (ws, change->is_up ? "blocks.1.weight" : "blocks.0.weight") != NULL)
    {
      change->kind = CAS_LEVEL_CHANGE_MAP;
      cas_up_down_block_init (&change->map, ws, c_in, c_out, change->is_up, resizes);
    }
  else
    {
      const CasWeight *weight;

      change->kind = CAS_LEVEL_CHANGE_STRIDED;
      weight = cas_weights_get (ws, change->is_up ? CAS_DIMS (c_in, c_out, 2, 2)
                                                  : CAS_DIMS (c_out, c_in, 2, 2), "weight");
      change->strided.weight = weight;
      change->strided.bias = cas_weights_get (ws, CAS_DIMS (c_out), "bias");
    }

  cas_weights_pop_scope (ws);
}

void
cas_unet_init (CasUNet    *unet,
               CasWeights *ws,
               guint32     c_cond,
               gboolean    resizes)
{
  guint n = cas_weights_count (ws, CAS_UNET_MAX_LEVELS, "down_blocks");
  guint n_up = cas_weights_count (ws, CAS_UNET_MAX_LEVELS, "up_blocks");

  *unet = (CasUNet) { .weights = cas_weights_ref (ws), .c_cond = c_cond };
  if (n == 0 || n_up != n)
    {
      cas_weights_fail (ws, _("there are %u levels of “down_blocks” and %u of “up_blocks”, wanted "
                              "as many of both and one at least"), n, n_up);
      return;
    }

  unet->n_levels = n;
  for (guint i = 0; i < n; i++)
    {
      level_init (unet, &unet->down[i], ws, "down", i, 0);
      if (i > 0)
        change_init (&unet->down[i].change, ws, "down_downscalers", i, unet->down[i - 1].c,
                     unet->down[i].c, resizes);
    }

  for (guint i = 0; i < n; i++)
    {
      guint32 c = unet->down[n - 1 - i].c;

      level_init (unet, &unet->up[i], ws, "up", i, i > 0 ? c : 0);
      if (unet->up[i].c != c)
        cas_weights_fail (ws, _("“up_blocks.%u” is %u wide, but “down_blocks.%u”, which it "
                                "follows, %u"), i, unet->up[i].c, n - 1 - i, c);
      if (i < n - 1)
        change_init (&unet->up[i].change, ws, "up_upscalers", i, c, unet->down[n - 2 - i].c,
                     resizes);
    }

  if (unet->n_conditions == 0)
    cas_weights_fail (ws, _("no block takes the timestep, so nothing says how much noise there "
                            "is"));
}

static void
level_clear (CasLevel *level)
{
  for (guint i = 0; i < level->n_blocks; i++)
    g_free (level->blocks[i].name);
  g_free (level->blocks);
  g_free (level->repeat_mappers);
}

void
cas_unet_clear (CasUNet *unet)
{
  for (guint i = 0; i < unet->n_levels; i++)
    {
      level_clear (&unet->down[i]);
      level_clear (&unet->up[i]);
    }
  g_clear_pointer (&unet->weights, cas_weights_unref);
}

/* --- what is done once -------------------------------------------------------------------------- */

typedef void (*BlockFunc) (const CasBlock *block,
                           gpointer        data);

/* Every block once, whatever the repeats. */
static void
foreach_block (const CasUNet *unet,
               BlockFunc      func,
               gpointer       data)
{
  for (guint i = 0; i < unet->n_levels; i++)
    for (guint j = 0; j < unet->down[i].n_blocks; j++)
      func (&unet->down[i].blocks[j], data);

  for (guint i = 0; i < unet->n_levels; i++)
    for (guint j = 0; j < unet->up[i].n_blocks; j++)
      func (&unet->up[i].blocks[j], data);
}

typedef struct
{
  guint   index;
  guint32 width;
} AttnWidth;

static void
find_attn_width (const CasBlock *block,
                 gpointer        data)
{
  AttnWidth *wanted = data;

  if (block->kind == CAS_BLOCK_ATTN && block->place == wanted->index)
    wanted->width = block->attn.c;
}

guint32
cas_unet_attn_width (const CasUNet *unet,
                     guint          index)
{
  AttnWidth wanted = { .index = index };

  foreach_block (unet, find_attn_width, &wanted);
  return wanted.width;
}

guint32
cas_unet_res_width (const CasUNet *unet,
                    guint          index)
{
  for (guint i = 0; i < 2 * unet->n_levels; i++)
    {
      const CasLevel *level = i < unet->n_levels ? &unet->down[i] : &unet->up[i - unet->n_levels];
      guint n = count_res (level);

      if (index < n)
        return level->c;
      index -= n;
    }

  g_return_val_if_reached (0);
}

static void
add_pieces (const CasBlock *block,
            gpointer        data)
{
  if (block->kind == CAS_BLOCK_TIMESTEP)
    cas_timestep_block_add_pieces (&block->timestep, block->place, data);
}

CasTensor
cas_unet_modulation (CasGraph      *g,
                     const CasUNet *unet,
                     CasTensor      t)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (CasLinearPiece));

  foreach_block (unet, add_pieces, pieces);
  cas_graph_push_scope (g, "mappers");
  t = cas_op_linear_stack (g, t, (const CasLinearPiece *) pieces->data, pieces->len,
                           unet->c_modulation);
  cas_graph_pop_scope (g);
  return t;
}

typedef struct
{
  CasGraph  *g;
  CasTensor  cond;
  CasTensor *kv;
} Condition;

static void
condition_block (const CasBlock *block,
                 gpointer        data)
{
  Condition *condition = data;

  if (block->kind != CAS_BLOCK_ATTN)
    return;

  cas_graph_push_scope (condition->g, "%s", block->name);
  condition->kv[block->place] = cas_attn_block_condition (condition->g, &block->attn,
                                                          condition->cond);
  cas_graph_pop_scope (condition->g);
}

void
cas_unet_condition (CasGraph      *g,
                    const CasUNet *unet,
                    CasTensor      cond,
                    CasTensor     *kv)
{
  cond = cas_op_activation (g, cond, CAS_ACT_SILU);
  foreach_block (unet, condition_block, &(Condition) { g, cond, kv });
}

/* --- forward ------------------------------------------------------------------------------------- */

typedef struct
{
  CasGraph        *g;
  CasTensor        modulation;
  const CasTensor *kv;
  const CasTensor *control; /* of the next ResBlock; NULL for none */
} Run;

static CasTensor
resized_to (CasGraph *g,
            CasTensor x,
            CasTensor like)
{
  if (x.shape.h == like.shape.h && x.shape.w == like.shape.w)
    return x;

  return cas_op_bilinear (g, x, like.shape.h, like.shape.w);
}

static CasTensor
run_res_block (Run               *run,
               const CasResBlock *block,
               CasTensor          x,
               CasTensor          skip)
{
  if (block->c_skip > 0)
    x = resized_to (run->g, x, skip); /* odd sizes: what was halved does not double to the same */

  if (run->control != NULL)
    {
      CasTensor projection = *run->control++;

      if (cas_tensor_is_set (projection))
        x = cas_op_add (run->g, x, resized_to (run->g, projection, x));
    }

  return cas_res_block (run->g, block, x, skip);
}

static CasTensor
run_block (Run            *run,
           const CasBlock *block,
           CasTensor       x,
           CasTensor       skip)
{
  cas_graph_push_scope (run->g, "%s", block->name);
  switch (block->kind)
    {
    case CAS_BLOCK_RES:
      x = run_res_block (run, &block->res, x, skip);
      break;
    case CAS_BLOCK_TIMESTEP:
      x = cas_op_modulate (run->g, x, cas_tensor_channels (run->g, run->modulation, block->place,
                                                           2 * block->timestep.c));
      break;
    case CAS_BLOCK_ATTN:
      x = cas_attn_block (run->g, &block->attn, x, run->kv[block->place]);
      break;
    case CAS_BLOCK_FEED_FORWARD:
      x = cas_feed_forward_block (run->g, &block->feed_forward, x);
      break;
    }
  cas_graph_pop_scope (run->g);

  return x;
}

/* The blocks, as often as they repeat; the skip comes back in every time. */
static CasTensor
run_level (Run            *run,
           const CasLevel *level,
           CasTensor       x,
           CasTensor       skip)
{
  for (guint i = 0; i <= level->n_repeats; i++)
    {
      if (i > 0)
        x = cas_op_linear (run->g, x, level->repeat_mappers[i - 1], CAS_ACT_NONE);
      for (guint j = 0; j < level->n_blocks; j++)
        x = run_block (run, &level->blocks[j], x, skip);
    }

  return x;
}

static CasTensor
change_level (CasGraph             *g,
              const CasLevelChange *change,
              CasTensor             x)
{
  if (change->kind == CAS_LEVEL_CHANGE_NONE)
    return x;

  x = cas_op_layer_norm (g, x, NULL, NULL, CAS_NORM_EPS);
  if (change->kind == CAS_LEVEL_CHANGE_MAP)
    return cas_up_down_block (g, &change->map, x);
  if (change->is_up)
    return cas_op_conv_transpose (g, x, change->strided.weight, change->strided.bias,
                                  CAS_ACT_NONE);

  return cas_op_conv (g, x, change->strided.weight, change->strided.bias, 2, 0, CAS_ACT_NONE);
}

CasTensor
cas_unet_forward (CasGraph        *g,
                  const CasUNet   *unet,
                  CasTensor        x,
                  CasTensor        modulation,
                  const CasTensor *kv,
                  const CasTensor *control)
{
  CasTensor skips[CAS_UNET_MAX_LEVELS];
  guint n = unet->n_levels;
  Run run = { g, modulation, kv, control };

  for (guint i = 0; i < n; i++)
    {
      x = change_level (g, &unet->down[i].change, x);
      x = run_level (&run, &unet->down[i], x, CAS_NO_TENSOR);
      skips[i] = x;
    }

  for (guint i = 0; i < n; i++)
    {
      x = run_level (&run, &unet->up[i], x, i > 0 ? skips[n - 1 - i] : CAS_NO_TENSOR);
      x = change_level (g, &unet->up[i].change, x);
    }

  return x;
}
