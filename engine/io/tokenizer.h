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

/* A word that stands for n ids one after another, first_id and on. Nothing that could go on with
 * it may follow: “embedding:cat” is not in “embedding:catalogue”. */
gboolean      cas_tokenizer_add_word      (CasTokenizer *t,
                                           const char   *word,
                                           gint32        first_id,
                                           guint         n_ids,
                                           GError      **error);

/* Added tokens so far; those after the first n_kept are forgotten by the second. */
guint         cas_tokenizer_get_n_added   (const CasTokenizer *t);
void          cas_tokenizer_drop_added    (CasTokenizer *t,
                                           guint         n_kept);

/* Whether these n_bytes of UTF-8, whole, are an added token, whatever their case. */
gboolean      cas_tokenizer_is_added      (const CasTokenizer *t,
                                           const char         *text,
                                           gsize               n_bytes);

/* The vocabulary, added tokens aside: “dog</w>” ends a word. */
void          cas_tokenizer_foreach       (const CasTokenizer *t,
                                           void              (*func) (const char *token,
                                                                      gint32      id,
                                                                      gpointer    data),
                                           gpointer            data);

/* The highest id plus one: what the table of embeddings must at least have, for the
 * vocabulary alone when nothing was added yet. */
gint32        cas_tokenizer_get_n_ids     (const CasTokenizer *t);
gint32        cas_tokenizer_get_bos       (const CasTokenizer *t);
gint32        cas_tokenizer_get_eos       (const CasTokenizer *t);

/* The ids (gint32) of the whole text, without begin and end.
 * Errors: CAS_ERROR_BAD_PARAMETER if the text is not UTF-8 or longer than 64 KiB. */
GArray       *cas_tokenizer_encode        (const CasTokenizer *t,
                                           const char         *text,
                                           GError            **error);

/* The same, and in starts (gsize) where in the text each begins; in characters that Unicode
 * normalisation joins, where the smallest piece begins that holds it. */
GArray       *cas_tokenizer_encode_at     (const CasTokenizer *t,
                                           const char         *text,
                                           GArray            **starts,
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
