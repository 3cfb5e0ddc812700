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

/* Another job for the same part, or for none, and for the same model. */
WeirJob           *weir_job_new_like     (WeirJob           *self,
                                          CasJob            *job);

/* Owned by self; never changes. */
CasJob            *weir_job_get_job      (WeirJob           *self);

/* Owned by self; NULL if what it makes is a picture of its own. */
const WeirPlace   *weir_job_get_place    (WeirJob           *self);
/* Owned by self; nullable. */
WeirMask          *weir_job_get_mask     (WeirJob           *self);

WeirJobState       weir_job_get_state    (WeirJob           *self);

/* The folder of the model that it is for; "" is the built-in one, NULL whichever there is. While it
 * is awaited, the status of a job that waits says so. */
void               weir_job_set_model    (WeirJob           *self,
                                          const char        *model);
const char        *weir_job_get_model    (WeirJob           *self);
void               weir_job_await_model  (WeirJob           *self,
                                          gboolean           is_awaited);
gboolean           weir_job_awaits_model (WeirJob           *self);

/* Whether Keep Generating goes on from it; FALSE before it is set. */
void               weir_job_set_repeats  (WeirJob           *self,
                                          gboolean           repeats);
gboolean           weir_job_get_repeats  (WeirJob           *self);

/* What has to be asked for so that no picture is missing: those that are on their way to the disk,
 * and, unless it is over, those that are not made yet. Owned by self; NULL if there are none. */
CasJob            *weir_job_get_rest     (WeirJob           *self,
                                          gboolean           is_over);

/* Why it failed; NULL if it did not. */
const GError      *weir_job_get_error    (WeirJob           *self);

/* The last that was heard of a running job; its phase is that of a job that waits until then. */
const CasProgress *weir_job_get_progress (WeirJob           *self);

/* --- for the queue -------------------------------------------------------------------------- */

void               weir_job_begin        (WeirJob           *self);
void               weir_job_proceed      (WeirJob           *self,
                                          const CasProgress *progress);
void               weir_job_count        (WeirJob           *self);
/* The picture that was counted last is on its way to the disk; returns its number, which the second
 * takes. */
guint              weir_job_begin_saving (WeirJob           *self);
void               weir_job_end_saving   (WeirJob           *self,
                                          guint              picture);
/* error: NULL for one that is done, G_IO_ERROR_CANCELLED for one that was cancelled. */
void               weir_job_end          (WeirJob           *self,
                                          const GError      *error);

G_END_DECLS
