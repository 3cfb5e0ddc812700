/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A published network at work as in a picture of 1024×1024, with random weights: through the same
 * code that makes pictures. */

#pragma once

#include "bench/published.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasSubject CasSubject;

/* is_short: one block a level and a smaller picture, for processors. */
CasSubject *cas_subject_new              (CasPublished            which,
                                          gboolean                is_short,
                                          GError                **error);
void        cas_subject_free             (CasSubject             *subject);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasSubject, cas_subject_free)

/* Bytes of the whole file's weights, here as bf16. */
guint64     cas_subject_get_weight_bytes (CasSubject             *subject);
/* Pixels to a side of what it works on; the text encoder's are tokens. */
guint32     cas_subject_get_side         (CasSubject             *subject);

/* Frees what an earlier call made. */
gboolean    cas_subject_compile          (CasSubject             *subject,
                                          const CasCompileParams *params,
                                          GError                **error);

/* n steps of Stage C or B, n pictures or pairs of texts of another; on_step after each. The first
 * may do more than the others. */
gboolean    cas_subject_run              (CasSubject             *subject,
                                          guint                   n,
                                          const CasRun           *run,
                                          void                  (*on_step) (guint    n_done,
                                                                            gpointer data),
                                          gpointer                data,
                                          GError                **error);

G_END_DECLS
