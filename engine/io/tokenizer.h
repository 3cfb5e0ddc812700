/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The CLIP tokenizer (spec 10): text to token ids by byte-pair encoding. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Encoding does not change the tokenizer, so any number of threads may encode at once. */
typedef struct _CasTokenizer CasTokenizer;

#define CAS_TOKENIZER_MAX_TEXT_BYTES 65536

/* Reads vocab.json and merges.txt. Errors: CAS_ERROR_BAD_MODEL naming file and line,
 * CAS_ERROR_OUT_OF_HOST_MEMORY, G_IO_ERROR. */
CasTokenizer *cas_tokenizer_new           (const char   *vocab_path,
                                           const char   *merges_path,
                                           GError      **error);
void          cas_tokenizer_free          (CasTokenizer *t);

/* A token such as “[fernando]” that is found anywhere in the text, whatever its case.
 * Errors: CAS_ERROR_BAD_MODEL if it is empty, not UTF-8 or there already. */
gboolean      cas_tokenizer_add           (CasTokenizer *t,
                                           const char   *token,
                                           gint32        id,
                                           GError      **error);

/* The highest id plus one: what the table of embeddings must at least have. */
gint32        cas_tokenizer_get_n_ids     (const CasTokenizer *t);
gint32        cas_tokenizer_get_bos       (const CasTokenizer *t);
gint32        cas_tokenizer_get_eos       (const CasTokenizer *t);

/* The ids (gint32) of the whole text, without begin and end.
 * Errors: CAS_ERROR_BAD_PARAMETER if the text is not UTF-8 or longer than 64 KiB. */
GArray       *cas_tokenizer_encode        (const CasTokenizer *t,
                                           const char         *text,
                                           GError            **error);

/* Fills ids and mask, of length items each: begin, the first length − 2 tokens, end, and more
 * ends as padding. The mask is 1 for all but the padding. n_dropped, if given, is the number of
 * tokens that found no place and cut_at, if given, the byte of the text where the first of them
 * begins (in characters that Unicode normalisation joins, where the smallest piece begins that
 * holds it), or the text's length. */
gboolean      cas_tokenizer_encode_padded (const CasTokenizer *t,
                                           const char         *text,
                                           guint               length,
                                           gint32             *ids,
                                           guint8             *mask,
                                           guint              *n_dropped,
                                           gsize              *cut_at,
                                           GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasTokenizer, cas_tokenizer_free)

G_END_DECLS
