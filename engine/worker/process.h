/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One life of weir-worker as the window's side sees it: started, connected, listened to, watched
 * for silence and for work that stands still, ended. */

#pragma once

#include <gio/gio.h>

#include "worker/weir-worker-bus.h"

G_BEGIN_DECLS

typedef struct _CasWorkerProcess CasWorkerProcess;

/* Called in the main context that was the thread's default at the start. */
typedef struct
{
  /* Calls may be made. */
  void (*connected) (CasWorkerProcess *process,
                     gpointer          data);
  /* It is gone, and nothing more is called: a sentence says how, and tail what it said last. */
  void (*ended)     (CasWorkerProcess *process,
                     const char       *sentence,
                     const char       *tail,
                     gpointer          data);
  /* The same of one that was ended and does not go: it waits in the kernel for what may never come.
   * It is left alone. */
  void (*stuck)     (CasWorkerProcess *process,
                     const char       *sentence,
                     const char       *tail,
                     gpointer          data);
} CasWorkerProcessEvents;

/* silence_ms, still_ms: as of CasWorkerParams. window: exported to the process alone. events has to
 * live as long.
 * Errors: CAS_ERROR_WORKER_DIED if it cannot be started. */
CasWorkerProcess *cas_worker_process_new      (const char                   *program,
                                               guint                         silence_ms,
                                               guint                         still_ms,
                                               CasBusWindow                 *window,
                                               const CasWorkerProcessEvents *events,
                                               gpointer                      data,
                                               GError                      **error);

/* Ends it, and tells nothing. */
void              cas_worker_process_free     (CasWorkerProcess             *self);

/* Ends it, which is told in time; sentence: why. */
void              cas_worker_process_end      (CasWorkerProcess             *self,
                                               const char                   *sentence);

/* NULL while it is not connected. */
CasBusWorker     *cas_worker_process_peek_bus (CasWorkerProcess             *self);

/* 0: it is gone. */
GPid              cas_worker_process_get_pid  (CasWorkerProcess             *self);

G_END_DECLS
