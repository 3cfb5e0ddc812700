/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the queue's own files share. */

#pragma once

#include "queue/queue.h"

G_BEGIN_DECLS

struct _WeirQueue
{
  GObject parent;

  CasWorker    *worker;
  char         *model;   /* that the worker has; nullable */
  GListStore   *jobs;    /* the running one, those that wait, those that ended */
  WeirJob      *running; /* nullable */
  WeirJob      *failed;  /* nullable: the latest that ended, and it failed */
  GCancellable *cancellable; /* of the running one */
  guint         n_pending;
  gboolean      is_paused;
  gboolean      is_restored; /* paused because jobs of another run are back */
  gboolean      is_held;     /* the worker failed, and is not ready again */
  GSignalGroup *worker_signals;
};

/* Where those that wait begin. */
guint weir_queue_get_first_pending (WeirQueue *self);

/* A job that waited or ran becomes the latest of those that ended. */
void  weir_queue_put_away          (WeirQueue    *self,
                                    WeirJob      *job,
                                    const GError *error);

G_END_DECLS
