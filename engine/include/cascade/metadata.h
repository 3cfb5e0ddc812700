/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture was made with: enough to make it again. It is stored in the picture. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

/* A file of the model. */
typedef struct
{
  char *role;   /* "stage_c" and the like */
  char *file;   /* its path in the model's folder: "text_encoder/model.safetensors" */
  char *sha256; /* nullable */
} CasMetadataPart;

/* A LoRA or embedding file. */
typedef struct
{
  char  *name;   /* the file's, without folder and ending */
  char  *sha256; /* of the file; nullable */
  double weight;
} CasMetadataLora;

/* Plain data that owns its strings, which are UTF-8 and nullable. There is no date and no place
 * among the pictures of a job, so that the same picture has the same bytes however it was asked
 * for. */
typedef struct
{
  char            *prompt; /* as it was typed */
  char            *negative_prompt;
  char            *drawn_prompt; /* where there were wildcards: with those that were drawn */
  char            *drawn_negative_prompt;
  gboolean         restores_mean; /* as of CasJobParams */
  guint            width;
  guint            height;
  guint64          seed; /* of this picture, up to 2⁶³ − 1 */
  char            *sampler; /* "ddpm" */
  guint            steps;
  double           cfg;
  double           shift;
  guint            decoder_steps;
  double           decoder_cfg;
  char            *model;
  CasMetadataPart *parts;
  guint            n_parts;
  CasMetadataLora *loras;
  guint            n_loras;
  char           **lora_tokens; /* NAME=RULE of what no file names, NULL at the end; nullable */
  char            *kernels; /* the kernel path; NULL in pictures that do not say */
  char            *version; /* of the program; when written, NULL is this one */
} CasMetadata;

/* Frees what is in it and leaves it empty. */
CAS_EXPORT
void     cas_metadata_clear       (CasMetadata       *m);

/* The text that galleries read, in the form of A1111; free with g_free(). */
CAS_EXPORT
char    *cas_metadata_to_infotext (const CasMetadata *m);

/* Our own JSON, one line, schema 1; free with g_free(). */
CAS_EXPORT
char    *cas_metadata_to_json     (const CasMetadata *m);

/* Reads the JSON, whoever wrote it. Members that are not known are left aside. On failure m is
 * empty. Errors: CAS_ERROR_BAD_IMAGE. */
CAS_EXPORT
gboolean cas_metadata_parse_json  (const char        *json,
                                   CasMetadata       *m,
                                   GError           **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasMetadata, cas_metadata_clear)

G_END_DECLS
