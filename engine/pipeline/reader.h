/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text encoder at work: from prompts to what the other networks look at. */

#pragma once

#include "pipeline/run.h"
#include "pipeline/text.h"

G_BEGIN_DECLS

typedef struct _CasReader CasReader;

CasReader *cas_reader_new           (const CasClipText      *text,
                                     const CasTokenizer     *tokenizer);
void       cas_reader_free          (CasReader              *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasReader, cas_reader_free)

gboolean   cas_reader_compile       (CasReader              *reader,
                                     const CasCompileParams *params,
                                     GError                **error);

/* Reads both texts: hidden [2, n_chunks · n_positions, c], weighted; pooled [2, c_pooled] of the
 * first chunks, which weights do not change. restores_mean: a weighted chunk keeps the mean of its
 * numbers.
 * Errors: CAS_ERROR_NOT_FINITE; those of cas_graph_run(). */
gboolean   cas_reader_run           (CasReader              *reader,
                                     const CasTexts         *texts,
                                     gboolean                restores_mean,
                                     float                  *hidden,
                                     float                  *pooled,
                                     const CasRun           *run,
                                     GError                **error);

/* Estimated seconds of one chunk of both. */
double     cas_reader_get_seconds   (CasReader              *reader);

G_END_DECLS
