/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The syntax of prompts: weights, escapes, comments and wildcards. Nothing here fails: what is not
 * understood is read as it stands, and what is understood but not supported is told. */

#pragma once

#include "io/tokenizer.h"

G_BEGIN_DECLS

#define CAS_PROMPT_MAX_WEIGHT 100.0f /* and its negative */

/* --- wildcards ----------------------------------------------------------------------------- */

/* Each prompt of a picture has choices of its own. */
typedef enum
{
  CAS_PROMPT_POSITIVE,
  CAS_PROMPT_NEGATIVE,
} CasPromptSide;

/* The text with one of “{a|b}” for each of them, nested ones too, drawn by the seed as far as
 * pictures depend on it (its lower 32 bits). It is a prompt again, escapes and comments included.
 * NULL if there is nothing to draw. */
char *cas_prompt_draw (const char   *text,
                       guint64       seed,
                       CasPromptSide side);

/* --- weights ------------------------------------------------------------------------------- */

/* A run of the text that has one weight. */
typedef struct
{
  guint32 begin, end; /* bytes of the text */
  float   weight;
} CasPromptPiece;

typedef struct
{
  GString   *text;    /* without the syntax */
  GArray    *origins; /* guint32 a byte of it: where it stands in the prompt */
  GArray    *pieces;  /* CasPromptPiece: all of the text, in order */
  GPtrArray *notices; /* sentences for a person: what is not supported */
} CasPrompt;

/* Whether a word in square brackets, with them, is a token. */
typedef gboolean (*CasPromptTokenFunc) (const char *word,
                                        gsize       n_bytes,
                                        gpointer    data);

/* Reads A1111's syntax: (x) is weighted 1.1, [x] 1/1.1, (x:1.3) as it says, all of them nested; a
 * backslash before ( ) [ ] { } | # and itself takes the meaning away; a line that begins with # is
 * a comment. Brackets without their partner are text. is_token may be NULL. */
CasPrompt *cas_prompt_parse (const char         *text,
                             CasPromptTokenFunc  is_token,
                             gpointer            data);
void       cas_prompt_free  (CasPrompt          *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPrompt, cas_prompt_free)

/* --- tokens -------------------------------------------------------------------------------- */

typedef struct
{
  gint32  id;
  float   weight;
  guint32 start; /* where it begins in the prompt */
} CasPromptToken;

/* The prompt's tokens (CasPromptToken), without begin and end; pieces are words of their own.
 * Errors: those of cas_tokenizer_encode(). */
GArray *cas_prompt_encode      (const CasPrompt    *prompt,
                                const CasTokenizer *tokenizer,
                                GError            **error);

/* The beginning of a text on one line, for a sentence. */
char   *cas_prompt_dup_excerpt (const char         *text,
                                gsize               n_bytes);

G_END_DECLS
