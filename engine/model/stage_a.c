/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage A (spec 5). */

#include "model/stage_a.h"

#include <glib/gi18n-lib.h>

#define NORM_EPS      1e-6f
#define TAIL_EPS      1e-5f /* of the encoder's batch norm */
#define MAX_ENTRIES   256
#define MAX_LEVELS    8
#define N_RGB         3
#define PATCH         2 /* picture pixels to a side of the finest level's */

/* --- a block --------------------------------------------------------------------------------- */

void
cas_stage_a_block_init (CasStageABlock *block,
                        CasWeights     *ws,
                        guint32         c)
{
  block->c = c;
  block->gammas = cas_weights_get (ws, CAS_DIMS (6), "gammas");
  block->depthwise = cas_weights_conv (ws, CAS_DIMS (c, 1, 3, 3), "depthwise.1");
  block->expand = cas_weights_linear (ws, 0, c, "channelwise.0");
  block->contract = cas_weights_linear (ws, c, (guint32) block->expand.weight->dims[0],
                                        "channelwise.2");
}

/* Norm, then x (1 + γi) + γj. */
static CasTensor
modulated_norm (CasGraph        *g,
                CasTensor        x,
                const CasWeight *gammas,
                int              i,
                int              j)
{
  x = cas_op_layer_norm (g, x, NULL, NULL, NORM_EPS);
  return cas_op_scale_by (g, x, gammas, 1.0f, i, j);
}

CasTensor
cas_stage_a_block (CasGraph             *g,
                   const CasStageABlock *block,
                   CasTensor             x)
{
  CasTensor h = modulated_norm (g, x, block->gammas, 0, 1);

  h = cas_op_depthwise (g, h, block->depthwise.weight, block->depthwise.bias, 1,
                        CAS_PAD_REPLICATE);
  x = cas_op_add (g, x, cas_op_scale_by (g, h, block->gammas, 0.0f, 2, -1));

  h = modulated_norm (g, x, block->gammas, 3, 4);
  h = cas_op_linear (g, h, block->expand, CAS_ACT_GELU);
  h = cas_op_linear (g, h, block->contract, CAS_ACT_NONE);
  return cas_op_add (g, x, cas_op_scale_by (g, h, block->gammas, 0.0f, 5, -1));
}

/* --- the decoder ----------------------------------------------------------------------------- */

/* up_blocks.number, on c channels; returns the channels it gives. */
static guint32
up_entry_init (CasStageAEntry *entry,
            CasWeights     *ws,
            guint32         c,
            guint           number)
{
  entry->is_resample = cas_weights_peek (ws, "up_blocks.%u.gammas", number) == NULL;
  if (entry->is_resample)
    {
      entry->resample = cas_weights_conv_transpose (ws, CAS_DIMS (c, 0, 4, 4), "up_blocks.%u",
                                                    number);
      return (guint32) entry->resample.weight->dims[1];
    }

  cas_weights_push_scope (ws, "up_blocks.%u", number);
  cas_stage_a_block_init (&entry->block, ws, c);
  cas_weights_pop_scope (ws);
  return c;
}

CasStageA *
cas_stage_a_new (CasWeights *ws,
                 float       scale,
                 GError    **error)
{
  g_autoptr (CasStageA) m = g_new0 (CasStageA, 1);
  guint n = cas_weights_count (ws, MAX_ENTRIES, "up_blocks");
  guint n_upsamples = 0;

  m->weights = cas_weights_ref (ws);
  m->scale = scale;
  m->in = cas_weights_conv1x1 (ws, 0, 0, "up_blocks.0.0");
  m->c_latent = (guint32) m->in.weight->dims[1];

  guint32 c = (guint32) m->in.weight->dims[0];
  m->n_entries = n > 0 ? n - 1 : 0;
  m->entries = g_new0 (CasStageAEntry, m->n_entries);
  for (guint i = 0; i < m->n_entries; i++)
    {
      c = up_entry_init (&m->entries[i], ws, c, i + 1);
      n_upsamples += m->entries[i].is_resample;
    }
  m->out = cas_weights_conv1x1 (ws, N_RGB * PATCH * PATCH, c, "out_block.0");

  if (n_upsamples > MAX_LEVELS)
    cas_weights_fail (ws, _("“up_blocks” has %u transposed convolutions, at most %d are known"),
                      n_upsamples, MAX_LEVELS);
  if (!cas_weights_check (ws, error))
    return NULL;
  m->factor = PATCH << n_upsamples;
  return g_steal_pointer (&m);
}

void
cas_stage_a_free (CasStageA *m)
{
  if (m == NULL)
    return;

  g_free (m->entries);
  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

CasTensor
cas_stage_a_decode (CasGraph        *g,
                    const CasStageA *m,
                    CasTensor        latent)
{
  CasTensor x = cas_op_scale (g, latent, m->scale);

  x = cas_op_linear (g, x, m->in, CAS_ACT_NONE);
  for (guint i = 0; i < m->n_entries; i++)
    {
      const CasStageAEntry *entry = &m->entries[i];

      cas_graph_push_scope (g, "up_blocks.%u", i + 1);
      if (entry->is_resample)
        x = cas_op_conv_transpose (g, x, entry->resample.weight, entry->resample.bias,
                                   CAS_ACT_NONE);
      else
        x = cas_stage_a_block (g, &entry->block, x);
      cas_graph_pop_scope (g);
    }

  x = cas_op_linear (g, x, m->out, CAS_ACT_NONE);
  return cas_op_pixel_shuffle (g, x, PATCH);
}

/* --- the encoder ----------------------------------------------------------------------------- */

/* down_blocks.number, on c channels; returns the channels it gives. */
static guint32
down_entry_init (CasStageAEntry *entry,
                 CasWeights     *ws,
                 guint32         c,
                 guint           number)
{
  entry->is_resample = cas_weights_peek (ws, "down_blocks.%u.gammas", number) == NULL;
  if (entry->is_resample)
    {
      entry->resample = cas_weights_conv (ws, CAS_DIMS (0, c, 4, 4), "down_blocks.%u", number);
      return (guint32) entry->resample.weight->dims[0];
    }

  cas_weights_push_scope (ws, "down_blocks.%u", number);
  cas_stage_a_block_init (&entry->block, ws, c);
  cas_weights_pop_scope (ws);
  return c;
}

/* The last of down_blocks, number, on c channels. */
static void
tail_init (CasStageAEncoder *m,
           CasWeights       *ws,
           guint32           c,
           guint             number)
{
  m->out.weight = cas_weights_get (ws, CAS_DIMS (0, c, 1, 1), "down_blocks.%u.0.weight", number);
  m->c_latent = (guint32) m->out.weight->dims[0];

  const CasDims dims = CAS_DIMS (m->c_latent);
  m->norm = (CasBatchNorm) {
    .weight = cas_weights_get (ws, dims, "down_blocks.%u.1.weight", number),
    .bias = cas_weights_get (ws, dims, "down_blocks.%u.1.bias", number),
    .mean = cas_weights_get (ws, dims, "down_blocks.%u.1.running_mean", number),
    .var = cas_weights_get (ws, dims, "down_blocks.%u.1.running_var", number),
  };
}

/* Under either of its names. */
static const CasWeight *
find_codebook (CasWeights *ws,
               guint32     c)
{
  const gboolean is_renamed = cas_weights_peek (ws, "vquantizer.codebook.weight") == NULL
                              && cas_weights_peek (ws, "vquantizer.embedding.weight") != NULL;

  return cas_weights_get (ws, CAS_DIMS (0, c), "vquantizer.%s.weight",
                          is_renamed ? "embedding" : "codebook");
}

CasStageAEncoder *
cas_stage_a_encoder_new (CasWeights *ws,
                         float       scale,
                         GError    **error)
{
  g_autoptr (CasStageAEncoder) m = g_new0 (CasStageAEncoder, 1);
  const guint n = cas_weights_count (ws, MAX_ENTRIES, "down_blocks");
  guint n_downsamples = 0;

  m->weights = cas_weights_ref (ws);
  m->scale = scale;
  m->in = cas_weights_conv1x1 (ws, 0, N_RGB * PATCH * PATCH, "in_block.1");

  guint32 c = (guint32) m->in.weight->dims[0];
  m->n_entries = n > 0 ? n - 1 : 0;
  m->entries = g_new0 (CasStageAEntry, m->n_entries);
  for (guint i = 0; i < m->n_entries; i++)
    {
      c = down_entry_init (&m->entries[i], ws, c, i);
      n_downsamples += m->entries[i].is_resample;
    }
  tail_init (m, ws, c, m->n_entries);
  m->codebook = find_codebook (ws, m->c_latent);

  if (n_downsamples > MAX_LEVELS)
    cas_weights_fail (ws, _("“down_blocks” has %u convolutions, at most %d are known"),
                      n_downsamples, MAX_LEVELS);
  if (!cas_weights_check (ws, error))
    return NULL;
  m->factor = PATCH << n_downsamples;
  return g_steal_pointer (&m);
}

void
cas_stage_a_encoder_free (CasStageAEncoder *m)
{
  if (m == NULL)
    return;

  g_free (m->entries);
  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

CasTensor
cas_stage_a_encode (CasGraph               *g,
                    const CasStageAEncoder *m,
                    CasTensor               image)
{
  CasTensor x = cas_op_pixel_unshuffle (g, image, PATCH);

  x = cas_op_linear (g, x, m->in, CAS_ACT_NONE);
  for (guint i = 0; i < m->n_entries; i++)
    {
      const CasStageAEntry *entry = &m->entries[i];

      cas_graph_push_scope (g, "down_blocks.%u", i);
      if (entry->is_resample)
        x = cas_op_conv (g, x, entry->resample.weight, entry->resample.bias, 2, 1, CAS_ACT_NONE);
      else
        x = cas_stage_a_block (g, &entry->block, x);
      cas_graph_pop_scope (g);
    }

  x = cas_op_linear (g, x, m->out, CAS_ACT_NONE);
  x = cas_op_batch_norm (g, x, m->norm, TAIL_EPS);
  return cas_op_scale (g, x, 1 / m->scale);
}

CasTensor
cas_stage_a_quantize (CasGraph               *g,
                      const CasStageAEncoder *m,
                      CasTensor               latent,
                      CasTensor              *indices)
{
  CasTensor x = cas_op_scale (g, latent, m->scale);

  x = cas_op_nearest_code (g, x, m->codebook, indices);
  return cas_op_scale (g, x, 1 / m->scale);
}
