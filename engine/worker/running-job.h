/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job on its way through weir-worker, as the window's side sees it: made ready, submitted,
 * delivered, cancelled, and submitted again to the next process when one died. */

#pragma once

#include <gio/gio.h>

#include "cascade/session.h"
#include "worker/weir-worker-bus.h"

G_BEGIN_DECLS

typedef struct _CasRunningJob CasRunningJob;

typedef struct
{
  /* It may be submitted. */
  void (*packed)  (CasRunningJob *job,
                   gpointer       data);
  /* The process is done with it, or never had it: give the result, and free it. Takes error, which
   * is NULL when all its pictures are there. */
  void (*over)    (CasRunningJob *job,
                   GError        *error,
                   gpointer       data);
  /* The process has to be ended. It is its own fault, or it did not stop when it was cancelled. */
  void (*give_up) (CasRunningJob *job,
                   const char    *sentence,
                   gboolean       is_fault,
                   gpointer       data);
} CasRunningJobEvents;

/* stop_ms: as of CasWorkerParams. Takes task, whose cancellable is the job's. events has to live as
 * long. */
CasRunningJob *cas_running_job_new       (guint                       id,
                                          guint                       stop_ms,
                                          CasJob                     *job,
                                          const CasJobCallbacks      *callbacks,
                                          gpointer                    user_data,
                                          GTask                      *task,
                                          const CasRunningJobEvents  *events,
                                          gpointer                    data);

/* No event comes any more. A result must have been given. */
void           cas_running_job_free      (CasRunningJob              *self);

/* Gives the result, if none was given yet. Takes error. What the window does about it may be
 * anything. */
void           cas_running_job_return    (CasRunningJob              *self,
                                          GError                     *error);

gboolean       cas_running_job_has_result (CasRunningJob             *self);
gboolean       cas_running_job_is_packed  (CasRunningJob             *self);

/* To a process that is free, what is not made yet. */
void           cas_running_job_submit    (CasRunningJob              *self,
                                          CasBusWorker               *bus);

/* The process it was submitted to is gone, by itself if is_death. FALSE if there is no use in
 * another one, with an error unless all its pictures are there. */
gboolean       cas_running_job_survives  (CasRunningJob              *self,
                                          gboolean                    is_death,
                                          const char                 *sentence,
                                          GError                    **error);

/* Makes what the process tells of jobs come to *current, which may be NULL. */
CasBusWindow  *cas_running_job_new_window (CasRunningJob            **current);

G_END_DECLS
