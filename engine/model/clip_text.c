/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's text tower (spec 10). */

#include "model/clip_text.h"

#include <glib/gi18n-lib.h>

#define LEGACY_EOS    2
#define MIN_POSITIONS 2 /* a text's begin and end */

/* --- config.json ----------------------------------------------------------------------------- */

gboolean
cas_clip_text_config_load (CasClipTextConfig *config,
                           const char        *path,
                           GError           **error)
{
  g_autoptr (CasConfig) json = cas_config_open (path, error);

  if (json == NULL)
    return FALSE;

  CasClipConfig clip = { .act = CAS_ACT_GELU, .eps = 1e-5f };

  cas_clip_config_read (&clip, json);
  *config = (CasClipTextConfig) {
    .n_heads = clip.n_heads,
    .eos_token_id = (guint32) cas_config_get_int (json, "eos_token_id", 0, G_MAXINT32, LEGACY_EOS),
    .act = clip.act,
    .eps = clip.eps,
  };

  return cas_config_check (json, error);
}

/* --- loading --------------------------------------------------------------------------------- */

static void
text_model_init (CasClipText *m,
                 CasWeights  *ws)
{
  cas_weights_push_scope (ws, "text_model");

  m->tokens = cas_weights_get (ws, CAS_DIMS (0, 0), "embeddings.token_embedding.weight");
  m->n_vocabulary = (guint32) m->tokens->dims[0];
  m->c = (guint32) m->tokens->dims[1];
  m->positions = cas_weights_get (ws, CAS_DIMS (0, m->c), "embeddings.position_embedding.weight");
  m->n_positions = (guint32) m->positions->dims[0];
  if (m->n_positions < MIN_POSITIONS)
    cas_weights_fail (ws, _("tensor “%s” has %u positions, wanted at least %d"), m->positions->name,
                      m->n_positions, MIN_POSITIONS);

  cas_clip_tower_init (&m->tower, ws, &(CasClipConfig) {
    .n_heads = m->config.n_heads,
    .act = m->config.act,
    .eps = m->config.eps,
  }, m->c);
  m->final_norm = cas_clip_norm_get (ws, m->c, "final_layer_norm");
  cas_weights_pop_scope (ws);
}

CasClipText *
cas_clip_text_new (CasWeights              *ws,
                   const CasClipTextConfig *config,
                   GError                 **error)
{
  g_autoptr (CasClipText) m = g_new0 (CasClipText, 1);

  m->weights = cas_weights_ref (ws);
  m->config = config != NULL ? *config : CAS_CLIP_TEXT_CONFIG_INIT;
  text_model_init (m, ws);
  m->projection.weight = cas_weights_get (ws, CAS_DIMS (0, m->c), "text_projection.weight");
  m->c_pooled = (guint32) m->projection.weight->dims[0];

  if (!cas_weights_check (ws, error))
    return NULL;
  return g_steal_pointer (&m);
}

void
cas_clip_text_free (CasClipText *m)
{
  if (m == NULL)
    return;

  cas_clip_tower_clear (&m->tower);
  g_clear_pointer (&m->weights, cas_weights_unref);
  g_free (m);
}

void
cas_clip_text_set_extra (CasClipText     *m,
                         const CasWeight *rows,
                         const gint32    *replaced,
                         guint            n_replaced)
{
  m->extra = rows;
  m->replaced = replaced;
  m->n_replaced = n_replaced;
}

gint32
cas_clip_text_find_row (const CasClipText *m,
                        gint32             id)
{
  for (guint i = 0; i < m->n_replaced; i++)
    if (m->replaced[i] == id)
      return (gint32) (m->n_vocabulary + i);

  return id;
}

/* --- the network ----------------------------------------------------------------------------- */

static gboolean
is_legacy_eos (guint32 eos)
{
  return eos == 0 || eos == LEGACY_EOS;
}

gboolean
cas_clip_text_ends_with (const CasClipText *m,
                         gint32             id)
{
  return is_legacy_eos (m->config.eos_token_id) || (gint32) m->config.eos_token_id == id;
}

guint
cas_clip_text_pooled_position (const CasClipText *m,
                               const gint32      *ids,
                               guint              n_ids)
{
  guint32 eos = m->config.eos_token_id;
  gboolean is_legacy = is_legacy_eos (eos);
  guint position = 0;

  for (guint i = 0; i < n_ids; i++)
    if (is_legacy && ids[i] > ids[position])
      position = i;
    else if (!is_legacy && ids[i] == (gint32) eos)
      return i;

  return position;
}

void
cas_clip_text_forward (CasGraph          *g,
                       const CasClipText *m,
                       CasTensor          ids,
                       CasTensor          mask,
                       CasTensor          position,
                       CasTensor         *hidden,
                       CasTensor         *pooled)
{
  CasTensor x = cas_op_embedding (g, ids, m->tokens, m->extra, m->positions);

  x = cas_clip_tower_forward (g, &m->tower, x, mask, TRUE);
  *hidden = x; /* without the final norm, which is the pooled state's alone */

  x = cas_op_select (g, x, position);
  x = cas_clip_tower_norm (g, &m->tower, &m->final_norm, x);
  *pooled = cas_op_linear (g, x, m->projection, CAS_ACT_NONE);
}
