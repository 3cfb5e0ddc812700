/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session in a process of its own, weir-worker: what its driver does to it costs this one
 * nothing. It is started again when it dies, and its job goes on. */

#pragma once

#include <gio/gio.h>

#include <cascade/device.h>
#include <cascade/export.h>
#include <cascade/job.h>
#include <cascade/session.h>

G_BEGIN_DECLS

typedef enum
{
  CAS_WORKER_STOPPED,    /* not started yet, or stopped by cas_worker_stop() */
  CAS_WORKER_STARTING,   /* the process, the device and the model are opened */
  CAS_WORKER_READY,
  CAS_WORKER_BUSY,       /* with a job */
  CAS_WORKER_RESTARTING, /* it died, and is opened again; a job waits for it */
  CAS_WORKER_FAILED,     /* no more until cas_worker_restart(): cas_worker_peek_error() says why */
} CasWorkerState;

typedef struct
{
  const char *device, *model, *kernels, *cache_folder; /* as of CasSessionParams */
  gboolean    validate;
  guint       idle_seconds; /* without a job, after which the device's memory is freed; 0: never */
  const char *program;      /* NULL: $WEIR_WORKER, else the one that came with the library */
  guint       silence_ms;   /* without an answer, after which the process is ended; 0: 10000 */
  guint       still_ms;     /* the same, at work that does not move; 0: 300000 */
  guint       stop_ms;      /* from a cancel that was answered to the end of its work; 0: 10000 */
} CasWorkerParams;

/* What is open; strings are the worker's. */
typedef struct
{
  const char   *device;
  const char   *driver;       /* its name and version */
  CasDeviceKind kind;
  guint64       memory_bytes; /* as of CasDevice */
  const char   *model;
  guint         width, height, steps, decoder_steps; /* what a job gets that says nothing */
  double        cfg, shift, decoder_cfg;
} CasWorkerInfo;

#define CAS_TYPE_WORKER (cas_worker_get_type ())
CAS_EXPORT
G_DECLARE_FINAL_TYPE (CasWorker, cas_worker, CAS, WORKER, GObject)

/* Everything here belongs to the thread of the main context that was the default when the worker
 * was made, and that thread must live on: the process ends with it. Nothing blocks.
 *
 * What hangs is noticed, ended, and a death like others: a process that answers nothing for
 * silence_ms; and one that was asked for something (to open the device and the model, a job, a
 * question) and for still_ms has compiled no kernel and had nothing done by the device, which a
 * step of a job does many times. Not noticed is work that goes round and round. One that cannot be
 * ended, as it waits in a driver, is given up after three times silence_ms: then the state is
 * CAS_WORKER_FAILED, as another one would wait for the same.
 *
 * Property “state”, a CasWorkerState (read only); signal “died” (char *sentence) when the process
 * ended by itself, hung, or said what cannot be: the state then says what comes of it. */
CAS_EXPORT
CasWorker            *cas_worker_new         (const CasWorkerParams *params);

/* Starts a stopped worker. */
CAS_EXPORT
void                  cas_worker_start       (CasWorker             *self);

/* Ends the process; what runs ends with G_IO_ERROR_CANCELLED. Disposing of the worker does the
 * same, but a job that runs holds a reference. */
CAS_EXPORT
void                  cas_worker_stop        (CasWorker             *self);

/* A new process, whatever happened to the last ones. A job starts over where it was. */
CAS_EXPORT
void                  cas_worker_restart     (CasWorker             *self);

CAS_EXPORT
CasWorkerState        cas_worker_get_state   (CasWorker             *self);

/* A word for programs: "stopped", "starting", "ready", … */
CAS_EXPORT
const char           *cas_worker_state_get_id (CasWorkerState        state);

/* NULL before the first CAS_WORKER_READY. */
CAS_EXPORT
const CasWorkerInfo  *cas_worker_peek_info   (CasWorker             *self);

/* Of CAS_WORKER_FAILED: those of cas_session_new(), CAS_ERROR_WORKER_DIED. Else NULL. */
CAS_EXPORT
const GError         *cas_worker_peek_error  (CasWorker             *self);

/* How the last process that died ended, and its last 50 lines on standard error; NULL if none died.
 * Free with g_free(). */
CAS_EXPORT
char                 *cas_worker_dup_details (CasWorker             *self);

/* 0: there is no process. */
CAS_EXPORT
GPid                  cas_worker_get_pid     (CasWorker             *self);

/* --- jobs ----------------------------------------------------------------------------------- */

/* Makes the job's pictures, as cas_session_run() does. The callbacks, but for profile and
 * checkpoint, are called with user_data in the worker's main context, at most four progresses and
 * four previews a second; none of them once cancellable said so, or after the result. When the
 * process dies, the job goes on in another one after its last finished step: each picture comes
 * once, with the bytes it would have had; notices, and what is shown before the first step, come
 * again.
 *
 * One job at a time: G_IO_ERROR_PENDING while another has no result yet. A worker that is stopped
 * is started; while it starts the job waits. Cancelling gives the result within 3 seconds, and the
 * next job may be given then.
 * Errors: those of cas_session_new() and cas_session_run(); CAS_ERROR_WORKER_DIED if the process
 * died three times within a minute or before it was ready, or twice at the same step, or cannot be
 * ended; CAS_ERROR_PROTOCOL. */
CAS_EXPORT
void                  cas_worker_run_async   (CasWorker             *self,
                                              CasJob                *job,
                                              const CasJobCallbacks *callbacks,
                                              gpointer               user_data,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    ready,
                                              gpointer               ready_data);

CAS_EXPORT
gboolean              cas_worker_run_finish  (CasWorker             *self,
                                              GAsyncResult          *result,
                                              GError               **error);

/* --- questions ------------------------------------------------------------------------------ */

/* They are answered after the job that runs, and only while a process is there, else
 * CAS_ERROR_WORKER_DIED. */

/* As cas_session_advise(). Of the job's pictures the sizes alone go to the process. */
CAS_EXPORT
void                  cas_worker_resolve_async  (CasWorker           *self,
                                                 CasJob              *job,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  ready,
                                                 gpointer             ready_data);

/* The texts and pictures of params stay the job's. advice may be NULL. */
CAS_EXPORT
gboolean              cas_worker_resolve_finish (CasWorker           *self,
                                                 GAsyncResult        *result,
                                                 CasJobParams        *params,
                                                 CasSizeAdvice       *advice,
                                                 GError             **error);

/* As cas_session_find_subject(). image must not change until the answer. Cancelling gives the answer at
 * once, and the process looks no longer.
 * Errors: the same, those of cas_session_new(), CAS_ERROR_WORKER_DIED, CAS_ERROR_PROTOCOL. */
CAS_EXPORT
void                  cas_worker_find_subject_async  (CasWorker           *self,
                                                      CasImage            *image,
                                                      double               threshold,
                                                      GCancellable        *cancellable,
                                                      GAsyncReadyCallback  ready,
                                                      gpointer             ready_data);

CAS_EXPORT
GBytes               *cas_worker_find_subject_finish (CasWorker           *self,
                                                      GAsyncResult        *result,
                                                      GError             **error);

/* As cas_device_list(), also when no device could be opened. */
CAS_EXPORT
void                  cas_worker_list_devices_async  (CasWorker           *self,
                                                      GCancellable        *cancellable,
                                                      GAsyncReadyCallback  ready,
                                                      gpointer             ready_data);

CAS_EXPORT
GPtrArray            *cas_worker_list_devices_finish (CasWorker           *self,
                                                      GAsyncResult        *result,
                                                      GError             **error);

/* Frees the device's memory until the next job, if none runs. */
CAS_EXPORT
void                  cas_worker_release     (CasWorker             *self);

G_END_DECLS
