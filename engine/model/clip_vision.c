/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's vision tower (spec 11). */

#include "model/clip_vision.h"

#include <glib/gi18n-lib.h>

#define N_RGB 3

/* The published one has 16 patches to a side; more than this is no picture of a person's. */
#define MAX_GRID  256
#define MAX_PATCH 64

gboolean
cas_clip_vision_config_load (CasClipConfig *config,
                             const char    *path,
                             GError       **error)
{
  g_autoptr (CasConfig) json = cas_config_open (path, error);

  if (json == NULL)
    return FALSE;

  *config = CAS_CLIP_VISION_CONFIG_INIT;
  cas_clip_config_read (config, json);
  return cas_config_check (json, error);
}

/* --- loading --------------------------------------------------------------------------------- */

/* Patches to a side of the picture: all positions but the class token's are theirs. */
static guint32
find_grid (CasWeights      *ws,
           const CasWeight *positions)
{
  guint32 grid = 1;

  while (grid < MAX_GRID && (guint64) grid * grid + 1 < positions->dims[0])
    grid++;
  if ((guint64) grid * grid + 1 != positions->dims[0])
    cas_weights_fail (ws, _("tensor “%s” has %u positions, wanted one and a square number"),
                      positions->name, (guint) positions->dims[0]);
  return grid;
}

static void
embeddings_init (CasClipVision *m,
                 CasWeights    *ws)
{
  cas_weights_push_scope (ws, "embeddings");

  const CasWeight *peeked = cas_weights_peek (ws, "patch_embedding.weight");
  const guint64 patch = peeked != NULL && peeked->n_dims == 4 ? peeked->dims[3] : 0;

  m->patches = cas_weights_get (ws, CAS_DIMS (0, N_RGB, patch, patch), "patch_embedding.weight");
  m->c = (guint32) m->patches->dims[0];
  m->patch = (guint32) m->patches->dims[3];
  if (m->patch > MAX_PATCH)
    cas_weights_fail (ws, _("tensor “%s” makes tokens of %u × %u pixels, at most %d are known"),
                      m->patches->name, m->patch, m->patch, MAX_PATCH);
  m->class_token = cas_weights_get (ws, CAS_DIMS (m->c), "class_embedding");
  m->positions = cas_weights_get (ws, CAS_DIMS (0, m->c), "position_embedding.weight");
  m->size = find_grid (ws, m->positions) * m->patch;

  cas_weights_pop_scope (ws);
}

CasClipVision *
cas_clip_vision_new (CasWeights          *ws,
                     const CasClipConfig *config,
                     GError             **error)
{
  const CasClipConfig usual = CAS_CLIP_VISION_CONFIG_INIT;
  g_autoptr (CasClipVision) m = g_new0 (CasClipVision, 1);

  m->weights = cas_weights_ref (ws);

  cas_weights_push_scope (ws, "vision_model");
  embeddings_init (m, ws);
  m->norm_before = cas_clip_norm_get (ws, m->c, "pre_layrnorm"); /* as it is written there */
  cas_clip_tower_init (&m->tower, ws, config != NULL ? config : &usual, m->c);
  m->norm_after = cas_clip_norm_get (ws, m->c, "post_layernorm");
  cas_weights_pop_scope (ws);

  m->projection.weight = cas_weights_get (ws, CAS_DIMS (0, m->c), "visual_projection.weight");
  m->c_embedding = (guint32) m->projection.weight->dims[0];

  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_clip_vision_free (CasClipVision *m)
{
  if (m == NULL)
    return;

  cas_clip_tower_clear (&m->tower);
  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

/* --- the network ----------------------------------------------------------------------------- */

/* The class token and the patches, each at its position. */
static CasTensor
embed (CasGraph            *g,
       const CasClipVision *m,
       CasTensor            pixels)
{
  const CasTensor tokens[] = {
    cas_op_weight (g, m->class_token, CAS_SHAPE (1, 1, 1, m->c)),
    cas_op_conv (g, pixels, m->patches, NULL, m->patch, 0, CAS_ACT_NONE),
  };
  CasTensor x = cas_op_concat_tokens (g, tokens, G_N_ELEMENTS (tokens));

  return cas_op_add (g, x, cas_op_weight (g, m->positions,
                                          CAS_SHAPE (1, 1, (guint32) m->positions->dims[0], m->c)));
}

/* One token of one picture. */
static CasTensor
take_first (CasGraph *g,
            CasTensor x)
{
  x = cas_tensor_reshape (g, x, CAS_SHAPE (x.shape.w, 1, 1, x.shape.c));
  return cas_tensor_batch (g, x, 0, 1);
}

CasTensor
cas_clip_vision_forward (CasGraph            *g,
                         const CasClipVision *m,
                         CasTensor            pixels)
{
  CasTensor x = embed (g, m, pixels);

  x = cas_clip_tower_norm (g, &m->tower, &m->norm_before, x);
  x = cas_clip_tower_forward (g, &m->tower, x, CAS_NO_TENSOR, FALSE);

  x = cas_clip_tower_norm (g, &m->tower, &m->norm_after, take_first (g, x));
  return cas_op_linear (g, x, m->projection, CAS_ACT_NONE);
}
