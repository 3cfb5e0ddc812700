/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a model reads a prompt: for whoever shows one while it is typed. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

#define CAS_PROMPT_CHUNK_TOKENS 75 /* of a chunk, without its ends */

/* A run of a prompt that has one weight. */
typedef struct
{
  guint32 begin, end; /* bytes of the prompt as it was typed */
  double  weight;
} CasPromptSpan;

/* Plain data; everything in it belongs to it. */
typedef struct
{
  guint      n_tokens; /* of a picture's prompt: where there are wildcards, with the first of them */
  guint      n_chunks; /* that they fill, at least 1 */
  GArray    *spans;    /* CasPromptSpan, in order: what has another weight than 1 */
  GPtrArray *notices;  /* char *: sentences, what is not supported */
} CasPromptReading;

typedef struct _CasPromptReader CasPromptReader;

/* Reads the tokenizer of a model's folder; NULL: the demo model's. Any
 * thread. Errors: CAS_ERROR_MISSING_MODEL, CAS_ERROR_BAD_MODEL, G_IO_ERROR,
 * CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
CasPromptReader  *cas_prompt_reader_new   (const char       *model,
                                           GError          **error);

CAS_EXPORT
void              cas_prompt_reader_free  (CasPromptReader  *reader);

/* As a job would read it. Any number of threads at once.
 * Errors: CAS_ERROR_BAD_PARAMETER if the text is not UTF-8 or longer than 64 KiB. */
CAS_EXPORT
CasPromptReading *cas_prompt_reader_read  (CasPromptReader  *reader,
                                           const char       *prompt,
                                           GError          **error);

CAS_EXPORT
void              cas_prompt_reading_free (CasPromptReading *reading);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPromptReader, cas_prompt_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPromptReading, cas_prompt_reading_free)

G_END_DECLS
