/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of a job that runs in the worker share. */

#pragma once

#include "worker/running-job.h"

G_BEGIN_DECLS

struct _CasRunningJob
{
  guint                      n_refs; /* one for each answer that is waited for */
  const CasRunningJobEvents *events; /* NULL: freed */
  gpointer                   data;

  guint                      id;
  guint                      stop_ms;
  CasJob                    *job;
  CasJobCallbacks            callbacks;
  gpointer                   user_data;
  GTask                     *task;         /* NULL: the result was given */
  GSource                   *cancel_source, *timer;
  GVariant                  *params;       /* NULL: not packed yet */
  GUnixFDList               *fds;
  CasBusWorker              *bus;          /* where it runs; NULL: nowhere */
  gboolean                   is_cancelled;
  GError                    *refusal;      /* the picture callback's */
  guint                      n_pictures;   /* that came */
  GBytes                    *checkpoint;   /* the last that came; nullable */
  guint64                    n_finished;   /* steps and pictures that came */
  guint64                    died_at;      /* n_finished at its last death */
  gboolean                   has_died;
};

CasRunningJob *cas_running_job_hold             (CasRunningJob *self);
void           cas_running_job_drop             (CasRunningJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasRunningJob, cas_running_job_drop)

/* Whether nothing more is waited for but the job's end. */
gboolean       cas_running_job_has_all_pictures (CasRunningJob *self);

G_END_DECLS
