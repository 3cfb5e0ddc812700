/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text encoder at work: from prompts to what the other networks look at. */

#pragma once

#include "io/tokenizer.h"
#include "model/clip_text.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasReader CasReader;

CasReader *cas_reader_new           (const CasClipText      *text,
                                     const CasTokenizer     *tokenizer,
                                     guint                   n_texts);
void       cas_reader_free          (CasReader              *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasReader, cas_reader_free)

gboolean   cas_reader_compile       (CasReader              *reader,
                                     const CasCompileParams *params,
                                     GError                **error);

/* hidden [n_texts, n_positions, c] and pooled [n_texts, c_pooled] of the text encoder. texts are
 * the prompt and, where there are two, the negative one. notice is told of a text that was cut; it
 * may be NULL.
 * Errors: CAS_ERROR_BAD_PARAMETER for text that is not UTF-8; those of cas_graph_run(). */
gboolean   cas_reader_run           (CasReader              *reader,
                                     const char *const      *texts,
                                     float                  *hidden,
                                     float                  *pooled,
                                     void                  (*notice) (const char *sentence,
                                                                      gpointer    data),
                                     gpointer                data,
                                     const CasRun           *run,
                                     GError                **error);

/* Estimated seconds of a run. */
double     cas_reader_get_seconds   (CasReader              *reader);

G_END_DECLS
