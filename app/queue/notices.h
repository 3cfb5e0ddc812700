/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of the engine's sentences were said already, so that none is said with every job. */

#pragma once

#include "queue/job.h"

G_BEGIN_DECLS

typedef struct _WeirNotices WeirNotices;

WeirNotices *weir_notices_new       (void);
void         weir_notices_free      (WeirNotices *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirNotices, weir_notices_free)

/* Whether this is to be said of the job, which counts as said then: a sentence once until
 * weir_notices_end_batch(), and what is said of a LoRA file with one job alone for each model. */
gboolean     weir_notices_is_new    (WeirNotices *self,
                                     WeirJob     *job,
                                     const char  *sentence);

/* The queue came to its end. */
void         weir_notices_end_batch (WeirNotices *self);

G_END_DECLS
