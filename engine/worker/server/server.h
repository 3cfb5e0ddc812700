/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-worker from within. Two threads: the connection's answers at once and never works; the main
 * one takes tasks and owns the session. */

#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "cascade/checkpoint.h"
#include "cascade/session.h"
#include "worker/place.h"
#include "worker/weir-worker-bus.h"

G_BEGIN_DECLS

/* Steps back behind the desktop and what it runs, and ends with the process that started it. Before
 * there is a second thread. */
void server_settle (void);

/* --- what the window is told ---------------------------------------------------------------- */

typedef struct _ServerOutbox ServerOutbox;

/* context: the connection's. */
ServerOutbox *server_outbox_new      (CasBusWindow      *window,
                                      GMainContext      *context);

/* All that follow belong to a job, and to the main thread. */
void          server_outbox_begin    (ServerOutbox      *self,
                                      guint              job,
                                      GCancellable      *cancellable);

/* At most four a second, and none before the last one was answered: the newest takes the place of
 * one that waits. */
void          server_outbox_progress (ServerOutbox      *self,
                                      const CasProgress *progress);
void          server_outbox_preview  (ServerOutbox      *self,
                                      const CasPicture  *picture);

/* None before the last one was answered: the newest takes the place of one that waits. */
void          server_outbox_checkpoint (ServerOutbox    *self,
                                        CasCheckpoint   *checkpoint);

/* At once, after the progress that waits. */
void          server_outbox_control  (ServerOutbox      *self,
                                      CasControlKind     kind,
                                      CasImage          *image,
                                      guint              index,
                                      guint              n);
void          server_outbox_mask     (ServerOutbox      *self,
                                      CasImage          *mask);
void          server_outbox_notice   (ServerOutbox      *self,
                                      const char        *sentence);

/* Returns when the window has it. The errors are the window's. */
gboolean      server_outbox_picture  (ServerOutbox      *self,
                                      const CasPicture  *picture,
                                      GError           **error);

/* Returns when the window has the last checkpoint, or does not take it: before this process ends. */
void          server_outbox_hand_over (ServerOutbox     *self);

/* The job is over: the progress that waits goes, a preview does not. */
void          server_outbox_end      (ServerOutbox      *self);

/* --- tasks ---------------------------------------------------------------------------------- */

typedef enum
{
  SERVER_OPEN,
  SERVER_RUN,
  SERVER_RESOLVE,
  SERVER_FIND_SUBJECT,
  SERVER_RELEASE,
  SERVER_LIST_DEVICES,
} ServerTaskKind;

typedef struct
{
  ServerTaskKind         kind;
  GDBusMethodInvocation *invocation; /* to be answered */
  GVariant              *params;     /* of a question about a picture: that; nullable, as what follows */
  GVariant              *checkpoint;
  GUnixFDList           *fds;
  guint                  id, n_pictures_made;
  double                 threshold;
  GCancellable          *cancellable; /* by the id */
} ServerTask;

void server_task_free (ServerTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerTask, server_task_free)

/* --- the connection ------------------------------------------------------------------------- */

typedef struct _ServerConnection ServerConnection;

/* On a socket, in a thread of its own. The process ends with the connection. */
ServerConnection *server_connection_new         (int               socket,
                                                 GError          **error);

CasBusWorker     *server_connection_peek_bus    (ServerConnection *self);
ServerOutbox     *server_connection_peek_outbox (ServerConnection *self);

/* For CasSessionParams: pings are answered with it. */
int              *server_connection_peek_pulse  (ServerConnection *self);

/* Waits for the next one. */
ServerTask       *server_connection_pop         (ServerConnection *self);

/* A task that could be cancelled is over, before it is answered. After a job the next may come. */
void              server_connection_end         (ServerConnection *self,
                                                 const ServerTask *task);

/* --- the work ------------------------------------------------------------------------------- */

/* Does tasks for as long as the process lives. */
void server_runner_run (ServerConnection *connection) G_GNUC_NORETURN;

G_END_DECLS
