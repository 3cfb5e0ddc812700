/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's text tower (spec 10): from token ids to one vector a token and one of the whole text. */

#pragma once

#include "model/clip_tower.h"

G_BEGIN_DECLS

/* What the tensors cannot say. */
typedef struct
{
  guint         n_heads;      /* 0: width / 64 */
  guint32       eos_token_id; /* 0 and 2: the text's vector is taken at the highest id */
  CasActivation act;
  float         eps;
} CasClipTextConfig;

#define CAS_CLIP_TEXT_CONFIG_INIT ((CasClipTextConfig) { .act = CAS_ACT_GELU, .eps = 1e-5f })

/* Reads a config.json. */
gboolean     cas_clip_text_config_load      (CasClipTextConfig       *config,
                                             const char              *path,
                                             GError                 **error);

/* To be read by all, written by the functions below alone. */
typedef struct
{
  CasWeights       *weights;
  CasClipTextConfig config;
  guint32           c;
  guint32           c_pooled;
  guint32           n_vocabulary;
  guint32           n_positions; /* tokens of a text at most */
  const CasWeight  *tokens;
  const CasWeight  *positions;
  const CasWeight  *extra;       /* [any, c] rows after the vocabulary's; NULL for none */
  const gint32     *replaced;    /* whose rows the first of these are, not the vocabulary's */
  guint             n_replaced;
  CasClipTower      tower;
  CasClipNorm       final_norm;
  CasLinear         projection;
} CasClipText;

/* config may be NULL. */
CasClipText *cas_clip_text_new              (CasWeights              *ws,
                                             const CasClipTextConfig *config,
                                             GError                 **error);
void         cas_clip_text_free             (CasClipText             *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasClipText, cas_clip_text_free)

/* Rows of tokens beside the vocabulary's, for graphs that are built from then on; borrowed. The
 * first n_replaced stand for these tokens of the vocabulary, the others for ids from n_vocabulary +
 * n_replaced on. NULL and 0 for none. */
void         cas_clip_text_set_extra        (CasClipText             *m,
                                             const CasWeight         *rows,
                                             const gint32            *replaced,
                                             guint                    n_replaced);
/* Which row a token is looked up in. */
gint32       cas_clip_text_find_row         (const CasClipText       *m,
                                             gint32                   id);

/* Whether a text that ends with this token is one whose vector can be found: the older rule takes
 * the token as it is. */
gboolean     cas_clip_text_ends_with       (const CasClipText       *m,
                                            gint32                   id);

/* Which token's state stands for the whole text: the first eos, or by the older rule the first of
 * the highest id. */
guint        cas_clip_text_pooled_position  (const CasClipText       *m,
                                             const gint32            *ids,
                                             guint                    n_ids);

/* ids [n, 1, tokens, 1] i32 of cas_clip_text_find_row(); mask [n, 1, 1, tokens], 1 for text and 0
 * for padding, or none;
 * position [n, 1, 1, 1] i32 of cas_clip_text_pooled_position().
 * hidden [n, 1, tokens, c]: the last layer's states, not normed, padding's too: Stage C looks at
 * all of them. pooled [n, 1, 1, c_pooled]. */
void         cas_clip_text_forward          (CasGraph                *g,
                                             const CasClipText       *m,
                                             CasTensor                ids,
                                             CasTensor                mask,
                                             CasTensor                position,
                                             CasTensor               *hidden,
                                             CasTensor               *pooled);

G_END_DECLS
