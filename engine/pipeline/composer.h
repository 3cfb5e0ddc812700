/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage C at work: from texts to the semantic latent. */

#pragma once

#include "model/stage_c.h"
#include "pipeline/controller.h"
#include "pipeline/denoiser.h"

G_BEGIN_DECLS

typedef struct _CasComposer CasComposer;

typedef struct
{
  const CasStageC *stage_c;
  guint32          n, h, w;    /* pictures, and the size of the latent */
  guint32          n_tokens;   /* of a text */
  guint32          n_images;   /* embeddings of images to a picture, at least 1 */
  CasController   *controller; /* borrowed; NULL: no ControlNets. See cas_controller_prepare() */
  gboolean         is_unguided, whole_batch, keeps_prediction; /* as of CasDenoiserParams */
} CasComposerParams;

CasComposer *cas_composer_new           (const CasComposerParams *params);
void         cas_composer_free          (CasComposer             *composer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasComposer, cas_composer_free)

gboolean     cas_composer_compile       (CasComposer             *composer,
                                         const CasCompileParams  *params,
                                         GError                 **error);

/* What the pictures shall show: first all pictures' own, then, if guided, all pictures' negatives.
 * text [.., n_tokens, c_text], pooled [.., c_pooled], images [.., n_images, c_image] or NULL for
 * none (zeros). Holds until the next call. */
gboolean     cas_composer_condition     (CasComposer             *composer,
                                         const float             *text,
                                         const float             *pooled,
                                         const float             *images,
                                         const CasRun            *run,
                                         GError                 **error);

/* Whether cas_composer_condition() was called. */
gboolean     cas_composer_is_conditioned (CasComposer            *composer);

CasDenoiser *cas_composer_peek_denoiser (CasComposer             *composer);

G_END_DECLS
