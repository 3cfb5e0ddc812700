/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole case at work: the models of all stages, and what they have made so far. */

#pragma once

#include "golden/case.h"

#include "model/effnet.h"
#include "pipeline/parts.h"
#include "pipeline/viewer.h"

typedef struct
{
  CasTokenizer  *tokenizer;
  CasClipText   *text;
  CasStageC     *stage_c;
  CasStageB     *stage_b;
  CasStageA     *stage_a;
  CasPreviewer  *previewer;
  CasClipVision *vision;     /* these or NULL */
  CasEffnet     *effnet;
  CasControlNet *controlnet;
} GoldenModels;

/* What looks at pictures is loaded if the case has any. */
gboolean golden_models_load  (GoldenModels *models,
                              GoldenCase   *c,
                              GError      **error);
void     golden_models_clear (GoldenModels *models);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GoldenModels, golden_models_clear)

typedef struct
{
  GoldenCase         *c;
  const GoldenModels *models;
  CasParts           *parts;
  CasDetailer        *detailer; /* of a latent that is not of Stage C's size; else the part's */
  CasCompileParams    compile;
  CasRun              run;
  float              *hidden;   /* of the prompt, then of the negative one */
  float              *pooled;
  float              *images;   /* embeddings for both; NULL: none */
  CasRaster          *encoded;  /* what the encoder made of the case's picture; NULL: nothing */
  double              strength; /* how much of that is made anew */
  float              *start;    /* Stage C's; NULL: the case has the noise */
  float              *c_latent; /* what Stage C made */
  float              *b_latent;
} GoldenWork;

/* What a case does with its “image”. */
typedef enum
{
  GOLDEN_IMAGE_NONE,
  GOLDEN_IMAGE_LOOK,        /* it is a prompt: image variation */
  GOLDEN_IMAGE_BEGIN,       /* Stage C begins from it: image to image */
  GOLDEN_IMAGE_RECONSTRUCT, /* Stage B alone makes it again */
} GoldenImageUse;

/* The noises that the case has tell. */
GoldenImageUse golden_case_get_image_use (GoldenCase *c);

/* What the case's pictures become before the first step: those above, and a ControlNet's. */
gboolean       golden_work_see           (GoldenWork *work,
                                          GError    **error);
