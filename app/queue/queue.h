/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs in the order in which they are done, one at a time. */

#pragma once

#include <cascade/worker.h>

#include "picture.h"
#include "queue/job.h"

G_BEGIN_DECLS

#define WEIR_TYPE_QUEUE (weir_queue_get_type ())
G_DECLARE_FINAL_TYPE (WeirQueue, weir_queue, WEIR, QUEUE, GObject)

/* A GListModel of WeirJob: the one that runs, those that wait in their order, and those that ended,
 * the latest first.
 *
 * Properties: running (WeirJob, read-only, nullable), n-pending (uint, read-only), is-paused
 * (boolean): after the job that runs no other is begun; is-restored (boolean, read-only): it is
 * paused because of weir_queue_restore(). While the worker has failed the jobs wait.
 * Signals: “preview” (WeirJob, WeirPicture) and “picture” (WeirJob, WeirPicture, double seconds)
 * as they come, “notice” (WeirJob, string), “ended” (WeirJob). */
WeirQueue *weir_queue_new            (CasWorker *worker);

/* Owned by the queue; NULL while nothing runs. */
WeirJob   *weir_queue_get_running    (WeirQueue *self);
guint      weir_queue_get_n_pending  (WeirQueue *self);

/* to_front: before all that wait. Begins at once if nothing runs. */
void       weir_queue_submit         (WeirQueue *self,
                                      WeirJob   *job,
                                      gboolean   to_front);

/* Several at once (CasJob), after all that wait. */
void       weir_queue_append         (WeirQueue *self,
                                      GPtrArray *jobs);

/* Jobs that another run of the program left (WeirJob): they wait, paused until a person goes on. */
void       weir_queue_restore        (WeirQueue *self,
                                      GPtrArray *jobs);

/* Puts a job that waits at this place among those that wait. */
void       weir_queue_move           (WeirQueue *self,
                                      WeirJob   *job,
                                      guint      place);

/* Whether the job waits, and its place among those that do, from 0. */
gboolean   weir_queue_find_pending   (WeirQueue *self,
                                      WeirJob   *job,
                                      guint     *place);

/* Answered at once; a job that runs ends a little later. Nothing for one that ended. */
void       weir_queue_cancel         (WeirQueue *self,
                                      WeirJob   *job);
void       weir_queue_cancel_pending (WeirQueue *self);
void       weir_queue_cancel_all     (WeirQueue *self);

/* Submits what a job asked once more, in place of it if it failed. */
void       weir_queue_redo           (WeirQueue *self,
                                      WeirJob   *job);

/* The same for the latest that failed, if it is the latest that ended, once. */
void       weir_queue_redo_failed    (WeirQueue *self);

/* From the next job on this worker makes them. */
void       weir_queue_set_worker     (WeirQueue *self,
                                      CasWorker *worker);

/* The model that the worker has, as of weir_job_set_model(). What is submitted is for it if it is for
 * none, and jobs for another one wait until that is back. */
void       weir_queue_set_model      (WeirQueue  *self,
                                      const char *model);

/* Whether one that waits can be made with the model that there is. */
gboolean   weir_queue_has_next       (WeirQueue *self);

/* Forgets the jobs that ended. */
void       weir_queue_forget         (WeirQueue *self);

/* Goes on if it is paused. */
void       weir_queue_resume         (WeirQueue *self);

/* The jobs that did not end, the running one first; WeirJob. */
GPtrArray *weir_queue_dup_unfinished (WeirQueue *self);

G_END_DECLS
