/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's vision tower (spec 11): from a picture to the one vector that Stage C takes for it. */

#pragma once

#include "model/clip_tower.h"

G_BEGIN_DECLS

#define CAS_CLIP_VISION_CONFIG_INIT ((CasClipConfig) { .act = CAS_ACT_QUICK_GELU, .eps = 1e-5f })

/* Reads a config.json. */
gboolean       cas_clip_vision_config_load (CasClipConfig       *config,
                                            const char          *path,
                                            GError             **error);

/* To be read by all, written by cas_clip_vision_new() alone. */
typedef struct
{
  CasWeights      *weights;
  guint32          c;
  guint32          c_embedding; /* 768 of the published one */
  guint32          patch;       /* pixels to a side of what becomes a token */
  guint32          size;        /* pixels to a side of the picture: 224 */
  const CasWeight *class_token;
  const CasWeight *patches;
  const CasWeight *positions;
  CasClipNorm      norm_before;
  CasClipTower     tower;
  CasClipNorm      norm_after;
  CasLinear        projection;
} CasClipVision;

/* config may be NULL. */
CasClipVision *cas_clip_vision_new         (CasWeights          *ws,
                                            const CasClipConfig *config,
                                            GError             **error);
void           cas_clip_vision_free        (CasClipVision       *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasClipVision, cas_clip_vision_free)

/* pixels [1, size, size, 3] of cas_clip_image_prepare(): one picture;
 * its embedding [1, 1, 1, c_embedding]. */
CasTensor      cas_clip_vision_forward     (CasGraph            *g,
                                            const CasClipVision *m,
                                            CasTensor            pixels);

G_END_DECLS
