/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two prompts of a picture as the text encoder takes them: drawn, taken apart, and cut into
 * chunks of as many tokens as it has positions for. */

#pragma once

#include "cascade/job.h"
#include "io/prompt.h"
#include "model/clip_text.h"

G_BEGIN_DECLS

#define CAS_TEXT_MAX_CHUNKS 16

/* A prompt. To be read by all. */
typedef struct
{
  GArray    *tokens;      /* CasPromptToken, without begin and end */
  guint      n_chunks;    /* its own, at least 1 */
  gboolean   is_weighted;
  GPtrArray *notices;     /* sentences for a person */
} CasText;

/* prompt: the wildcards drawn. Tokens beyond the last chunk are left out, with a notice.
 * Errors: those of cas_tokenizer_encode(). */
CasText *cas_text_new        (const char         *prompt,
                              gboolean            is_negative,
                              const CasTokenizer *tokenizer,
                              guint               n_positions,
                              GError            **error);
void     cas_text_free       (CasText            *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasText, cas_text_free)

/* Fills ids and mask (n_positions each) of a chunk: begin, tokens, end, and more ends as padding,
 * which the mask leaves out. A chunk beyond the text's own is an empty one. weights, if given, are
 * 1 where there is no token. */
void     cas_text_fill_chunk (const CasText      *text,
                              guint               chunk,
                              const CasTokenizer *tokenizer,
                              guint               n_positions,
                              gint32             *ids,
                              float              *mask,
                              float              *weights);

/* --- a picture's --------------------------------------------------------------------------- */

/* The prompt and the negative one. */
typedef struct
{
  CasText *sides[2]; /* by CasPromptSide */
  guint    n_chunks; /* of the longer one */
} CasTexts;

/* Of picture number index of the job. */
gboolean cas_texts_init      (CasTexts           *texts,
                              const CasJobParams *job,
                              guint               index,
                              const CasTokenizer *tokenizer,
                              guint               n_positions,
                              GError            **error);
void     cas_texts_clear     (CasTexts           *texts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasTexts, cas_texts_clear)

/* Whether the job's pictures have texts of their own. */
gboolean cas_texts_differ    (const CasJobParams *job);

/* The chunks of that picture of the job that has the most. */
gboolean cas_texts_count     (const CasJobParams *job,
                              const CasTokenizer *tokenizer,
                              guint               n_positions,
                              guint              *n_chunks,
                              GError            **error);

G_END_DECLS
