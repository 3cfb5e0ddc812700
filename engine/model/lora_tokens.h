/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a LoRA file says of tokens, and the rows that come of it (spec 9). */

#pragma once

#include "io/tokenizer.h"
#include "model/clip_text.h"
#include "model/lora.h"

G_BEGIN_DECLS

/* Fills rows, indices and tokens of a file that has any: “embeddings.*” with the names and rules
 * in its remarks, or “clip_g”, whose token is “embedding:NAME”. For cas_lora_open(). */
gboolean      cas_lora_read_tokens     (CasLora            *lora,
                                        CasSafetensors     *file,
                                        GError            **error);

/* Rows of the text encoder's table that are not the vocabulary's. */
typedef struct _CasLoraRows CasLoraRows;

CasLoraRows  *cas_lora_rows_new        (const CasClipText  *text,
                                        const CasTokenizer *tokenizer);
void          cas_lora_rows_free       (CasLoraRows        *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLoraRows, cas_lora_rows_free)

/* Adds a file's rows at a weight, which is that of what it learned: at 0 a new token is what it
 * started from. names: NAME=RULE of tokens that the file does not name, taken from the first on;
 * the rest is left in it. n_nameless counts the rows that still have no name, which are left out.
 * Errors: CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_PARAMETER, CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean      cas_lora_rows_add        (CasLoraRows        *rows,
                                        const CasLora      *lora,
                                        double              weight,
                                        const char *const **names,
                                        guint              *n_nameless,
                                        GError            **error);

/* How many there are. */
guint         cas_lora_rows_get_n      (CasLoraRows        *rows);

/* Makes the rows the text encoder's and their tokens the tokenizer's, in place of any before; both
 * borrow until they are taken off. Errors: CAS_ERROR_BAD_MODEL for a token that is there twice. */
gboolean      cas_lora_rows_put_on     (CasLoraRows        *rows,
                                        CasClipText        *text,
                                        CasTokenizer       *tokenizer,
                                        GError            **error);
void          cas_lora_rows_take_off   (CasClipText        *text,
                                        CasTokenizer       *tokenizer);

G_END_DECLS
