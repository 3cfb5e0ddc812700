/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job of the queue: what was asked when it was submitted, and how far it is. */

#pragma once

#include <gio/gio.h>

#include <cascade/job.h>
#include <cascade/session.h>

#include "document.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_JOB_PENDING,
  WEIR_JOB_RUNNING,
  WEIR_JOB_DONE,
  WEIR_JOB_FAILED,
  WEIR_JOB_CANCELLED,
} WeirJobState;

GType weir_job_state_get_type (void);

#define WEIR_TYPE_JOB (weir_job_get_type ())
G_DECLARE_FINAL_TYPE (WeirJob, weir_job, WEIR, JOB, GObject)

/* Properties, read-only, with notification on change:
 *   title       string: the prompt's beginning, on one line
 *   state       WeirJobState
 *   status      string, for a person: what it does or how it ended
 *   fraction    double, 0 to 1
 *   n-pictures  uint: those that are finished */
WeirJob           *weir_job_new          (CasJob            *job);

/* One that makes a part of the document: where, and what of it (NULL: all). */
WeirJob           *weir_job_new_for_place (CasJob           *job,
                                           const WeirPlace  *place,
                                           WeirMask         *mask);

/* Another job for the same part, or for none. */
WeirJob           *weir_job_new_like     (WeirJob           *self,
                                          CasJob            *job);

/* Owned by self; never changes. */
CasJob            *weir_job_get_job      (WeirJob           *self);

/* Owned by self; NULL if what it makes is a picture of its own. */
const WeirPlace   *weir_job_get_place    (WeirJob           *self);
/* Owned by self; nullable. */
WeirMask          *weir_job_get_mask     (WeirJob           *self);

WeirJobState       weir_job_get_state    (WeirJob           *self);

/* Why it failed; NULL if it did not. */
const GError      *weir_job_get_error    (WeirJob           *self);

/* The last that was heard of a running job; its phase is that of a job that waits until then. */
const CasProgress *weir_job_get_progress (WeirJob           *self);

/* --- for the queue -------------------------------------------------------------------------- */

void               weir_job_begin        (WeirJob           *self);
void               weir_job_proceed      (WeirJob           *self,
                                          const CasProgress *progress);
void               weir_job_count        (WeirJob           *self);
/* error: NULL for one that is done, G_IO_ERROR_CANCELLED for one that was cancelled. */
void               weir_job_end          (WeirJob           *self,
                                          const GError      *error);

G_END_DECLS
