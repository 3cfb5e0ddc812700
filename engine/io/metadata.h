/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture was made with, as text inside the picture: the line that galleries read, and
 * our own JSON from which the same picture can be made again. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The keys of the two texts in a PNG. */
#define CAS_METADATA_INFOTEXT_KEY "parameters"
#define CAS_METADATA_JSON_KEY     "weir"

/* A file of the model. */
typedef struct
{
  char *role;   /* “stage_c” and the like */
  char *file;   /* its name without folders */
  char *sha256; /* nullable */
} CasMetadataPart;

/* Strings are UTF-8 and nullable. There is no date and no place among the pictures of a job, so
 * that the same picture has the same bytes however it was asked for. */
typedef struct
{
  char            *prompt;
  char            *negative_prompt;
  guint            width;
  guint            height;
  guint64          seed; /* of this picture, up to 2^63 − 1 */
  char            *sampler; /* “ddpm” */
  guint            steps;
  double           cfg;
  double           shift;
  guint            decoder_steps;
  double           decoder_cfg;
  char            *model;
  CasMetadataPart *parts;
  guint            n_parts;
  char            *kernels; /* the kernel path that ran */
  char            *version; /* of the program; when written, NULL is this one */
} CasMetadata;

/* Frees what is in it; for those that cas_metadata_parse_json filled. */
void     cas_metadata_clear       (CasMetadata       *m);

/* The text “parameters” in the form of A1111; free with g_free. */
char    *cas_metadata_to_infotext (const CasMetadata *m);

/* One line, schema 1, its members always in the same order; free with g_free. */
char    *cas_metadata_to_json     (const CasMetadata *m);

/* Reads what cas_metadata_to_json wrote, and what a stranger may have made of it. Members that
 * are not known are left aside, so that later versions may add some. On failure m is empty.
 * Errors: CAS_ERROR_BAD_IMAGE. */
gboolean cas_metadata_parse_json  (const char        *json,
                                   CasMetadata       *m,
                                   GError           **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasMetadata, cas_metadata_clear)

G_END_DECLS
