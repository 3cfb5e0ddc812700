/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a safetensors file is, by the names of its tensors (spec 14), whatever its own name. */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_MODEL_UNKNOWN,
  CAS_MODEL_STAGE_C,
  CAS_MODEL_STAGE_B,
  CAS_MODEL_DIFFUSION, /* of the family, but neither Stage C nor Stage B */
  CAS_MODEL_STAGE_A,
  CAS_MODEL_EFFNET,
  CAS_MODEL_PREVIEWER,
  CAS_MODEL_CONTROLNET,
  CAS_MODEL_SALIENCY,
  CAS_MODEL_LORA,       /* the original form: numbered, without module names */
  CAS_MODEL_LORA_NAMED, /* the other forms */
  CAS_MODEL_EMBEDDING,  /* rows of new tokens alone */
  CAS_MODEL_CLIP_TEXT,
  CAS_MODEL_CLIP_VISION,
  CAS_N_MODEL_KINDS
} CasModelKind;

/* "Stage C", for a person. */
const char  *cas_model_kind_get_name (CasModelKind  kind);

/* What the tensors are whose names ws was made for. */
CasModelKind cas_detect              (CasWeights   *ws);

/* A checkpoint holds several networks, each under a prefix. */
typedef struct
{
  CasModelKind kind;
  const char  *prefix; /* "" or "model.diffusion_model.": for cas_weights_new() */
} CasModelPart;

/* All networks in a file, the main one first, at most n; returns how many there are. */
guint        cas_detect_parts        (CasWeights   *ws,
                                      CasModelPart *parts,
                                      guint         n);

G_END_DECLS
