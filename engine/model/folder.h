/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model as it lies on the disk: a folder in the published layout, with the networks in its
 * root, text_encoder/, image_encoder/, controlnet/ and tokenizer/ in folders of their own, and perhaps
 * a model.json of ours.
 * Which file is which is found by the tensors, never by the file's name. */

#pragma once

#include "model/detect.h"

G_BEGIN_DECLS

/* What a person gets who says nothing else. */
typedef struct
{
  guint  width, height; /* of the picture */
  guint  steps;
  double cfg;
  double shift;
  guint  decoder_steps;
  double decoder_cfg;
} CasModelDefaults;

typedef struct _CasFolder CasFolder;

/* Looks into every safetensors file there, headers only. Files that cannot be read are passed
 * over until a part is missing. Errors: CAS_ERROR_MISSING_MODEL if path is no folder,
 * CAS_ERROR_BAD_MODEL for a model.json that says what cannot be, G_IO_ERROR. */
CasFolder              *cas_folder_open               (const char   *path,
                                                       GError      **error);
void                    cas_folder_free               (CasFolder    *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasFolder, cas_folder_free)

/* For people: absolute, UTF-8. */
const char             *cas_folder_get_display_path   (CasFolder    *folder);
/* Of model.json; else the folder's own name, and NULL for the license. */
const char             *cas_folder_get_name           (CasFolder    *folder);
const char             *cas_folder_get_license        (CasFolder    *folder);
const CasModelDefaults *cas_folder_get_defaults       (CasFolder    *folder);

/* The tensors of a part, one of CAS_MODEL_CLIP_TEXT, CAS_MODEL_STAGE_C, CAS_MODEL_STAGE_B,
 * CAS_MODEL_STAGE_A, CAS_MODEL_PREVIEWER, CAS_MODEL_EFFNET and CAS_MODEL_CLIP_VISION; a new
 * reference. Of several files that hold the part, it is the first by
 * name, or the one in bf16 of those that differ from it in nothing but number types.
 * Errors: CAS_ERROR_MISSING_MODEL naming the part and where it was looked for; if a file there
 * could not be read, why. */
CasWeights             *cas_folder_load               (CasFolder    *folder,
                                                       CasModelKind  kind,
                                                       GError      **error);
gboolean                cas_folder_has                (CasFolder    *folder,
                                                       CasModelKind  kind);

/* The tensors of all files of a kind of which a model may have several, CAS_MODEL_CONTROLNET or
 * CAS_MODEL_SALIENCY, in the order of their names; CasWeights, owned by the folder. */
void                    cas_folder_foreach            (CasFolder    *folder,
                                                       CasModelKind  kind,
                                                       void        (*func) (CasWeights *ws,
                                                                            gpointer    data),
                                                       gpointer      data);

/* Why the first of the files that may be one of these and cannot be read cannot; NULL: all can. */
const GError           *cas_folder_get_unreadable     (CasFolder    *folder);

/* A file beside the tensors ("tokenizer", "vocab.json"): its path, or CAS_ERROR_MISSING_MODEL. */
char                   *cas_folder_dup_file           (CasFolder    *folder,
                                                       const char   *subfolder,
                                                       const char   *name,
                                                       GError      **error);

G_END_DECLS
