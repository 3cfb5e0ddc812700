/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The connection's thread: answers what can be answered at once, and puts the rest in a queue. */

#include "worker/server/server.h"

#include <gio/gunixconnection.h>
#include <glib/gi18n-lib.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <unistd.h>

#include "cascade/error.h"
#include "worker/bus-error.h"

#define MAX_TASKS 64 /* nobody who means well has more of them waiting */

struct _ServerConnection
{
  GMainContext    *context;
  GDBusConnection *connection;
  CasBusWorker    *bus;
  CasBusWindow    *window;
  ServerOutbox    *outbox;
  GAsyncQueue     *tasks;

  GMutex           mutex;
  GHashTable      *cancellables; /* by their ids: of all that waits or runs and can be cancelled */
  gboolean         has_job;      /* among them */

  int              is_working, pulse; /* the main thread's; atomic */
};

void
server_task_free (ServerTask *task)
{
  g_clear_pointer (&task->params, g_variant_unref);
  g_clear_pointer (&task->checkpoint, g_variant_unref);
  g_clear_object (&task->fds);
  g_clear_object (&task->cancellable);
  g_free (task);
}

/* --- calls ---------------------------------------------------------------------------------- */

static gboolean
refuse (GDBusMethodInvocation *invocation,
        const char            *sentence)
{
  cas_bus_return_error (invocation,
                        g_error_new_literal (CAS_ERROR, CAS_ERROR_PROTOCOL, sentence));
  return TRUE;
}

static gboolean
is_full (ServerConnection *self)
{
  return g_async_queue_length (self->tasks) >= MAX_TASKS;
}

static gboolean
push (ServerConnection      *self,
      GDBusMethodInvocation *invocation,
      const ServerTask      *task)
{
  if (is_full (self))
    return refuse (invocation, _("More was asked than can wait."));

  ServerTask *copy = g_memdup2 (task, sizeof *task);

  copy->invocation = invocation;
  if (copy->params)
    g_variant_ref (copy->params);
  if (copy->checkpoint)
    g_variant_ref (copy->checkpoint);
  if (copy->fds)
    g_object_ref (copy->fds);
  g_async_queue_push (self->tasks, copy);
  return TRUE;
}

static gboolean
on_open (CasBusWorker          *bus,
         GDBusMethodInvocation *invocation,
         GVariant              *params,
         ServerConnection      *self)
{
  return push (self, invocation, &(ServerTask) { .kind = SERVER_OPEN, .params = params });
}

/* NULL if it cannot be taken: another has the id, or is a job as well. */
static GCancellable *
begin (ServerConnection *self,
       guint             id,
       gboolean          is_job)
{
  GCancellable *cancellable = NULL;

  g_mutex_lock (&self->mutex);
  if (!(is_job && self->has_job) && !is_full (self)
      && !g_hash_table_contains (self->cancellables, GUINT_TO_POINTER (id)))
    {
      cancellable = g_cancellable_new ();
      g_hash_table_insert (self->cancellables, GUINT_TO_POINTER (id), g_object_ref (cancellable));
      self->has_job |= is_job;
    }
  g_mutex_unlock (&self->mutex);
  return cancellable;
}

static gboolean
on_run (CasBusWorker          *bus,
        GDBusMethodInvocation *invocation,
        GUnixFDList           *fds,
        guint                  job,
        GVariant              *params,
        guint                  n_pictures_made,
        GVariant              *checkpoint,
        ServerConnection      *self)
{
  GCancellable *cancellable = begin (self, job, TRUE);

  if (!cancellable)
    return refuse (invocation, _("A job came while another one was not over."));
  return push (self, invocation, &(ServerTask) {
      .kind = SERVER_RUN, .params = params, .fds = fds, .id = job,
      .n_pictures_made = n_pictures_made, .checkpoint = checkpoint, .cancellable = cancellable,
    });
}

static gboolean
on_find_subject (CasBusWorker          *bus,
                 GDBusMethodInvocation *invocation,
                 GUnixFDList           *fds,
                 guint                  question,
                 GVariant              *image,
                 double                 threshold,
                 ServerConnection      *self)
{
  GCancellable *cancellable = begin (self, question, FALSE);

  if (!cancellable)
    return refuse (invocation, _("A question came with the number of one that was not over."));
  return push (self, invocation, &(ServerTask) {
      .kind = SERVER_FIND_SUBJECT, .params = image, .fds = fds, .id = question,
      .threshold = threshold, .cancellable = cancellable,
    });
}

static gboolean
on_cancel (CasBusWorker          *bus,
           GDBusMethodInvocation *invocation,
           guint                  id,
           ServerConnection      *self)
{
  g_mutex_lock (&self->mutex);
  GCancellable *found = g_hash_table_lookup (self->cancellables, GUINT_TO_POINTER (id));
  g_autoptr (GCancellable) cancellable = found ? g_object_ref (found) : NULL;
  g_mutex_unlock (&self->mutex);

  g_cancellable_cancel (cancellable);
  cas_bus_worker_complete_cancel (bus, invocation);
  return TRUE;
}

static gboolean
on_resolve (CasBusWorker          *bus,
            GDBusMethodInvocation *invocation,
            GVariant              *params,
            ServerConnection      *self)
{
  return push (self, invocation, &(ServerTask) { .kind = SERVER_RESOLVE, .params = params });
}

static gboolean
on_release (CasBusWorker          *bus,
            GDBusMethodInvocation *invocation,
            ServerConnection      *self)
{
  return push (self, invocation, &(ServerTask) { .kind = SERVER_RELEASE });
}

static gboolean
on_list_devices (CasBusWorker          *bus,
                 GDBusMethodInvocation *invocation,
                 ServerConnection      *self)
{
  return push (self, invocation, &(ServerTask) { .kind = SERVER_LIST_DEVICES });
}

static gboolean
on_ping (CasBusWorker          *bus,
         GDBusMethodInvocation *invocation,
         ServerConnection      *self)
{
  cas_bus_worker_complete_ping (bus, invocation, g_atomic_int_get (&self->is_working),
                                (guint) g_atomic_int_get (&self->pulse));
  return TRUE;
}

/* --- the thread ----------------------------------------------------------------------------- */

/* Nothing is lost with this process but time. */
static void
on_closed (void)
{
  _exit (EXIT_SUCCESS);
}

static gboolean
on_hang_up (int          socket,
            GIOCondition condition,
            gpointer     data)
{
  _exit (EXIT_SUCCESS);
}

/* Also when what came could not be read, after which GLib looks at the socket no more. */
static void
watch_hang_up (ServerConnection *self,
               int               socket)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (socket, G_IO_HUP | G_IO_ERR);

  g_source_set_callback (source, G_SOURCE_FUNC (on_hang_up), NULL, NULL);
  g_source_attach (source, self->context);
}

static gboolean
connect_bus (ServerConnection *self,
             int               socket,
             GError          **error)
{
  g_autoptr (GSocket) end = g_socket_new_from_fd (socket, error);

  if (!end)
    return FALSE;

  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (end);

  self->connection
    = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL,
                                  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                    | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                  NULL, NULL, error);
  if (!self->connection)
    return FALSE;
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), NULL);

  self->window = cas_bus_window_proxy_new_sync (self->connection,
                                                G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES
                                                  | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                                NULL, CAS_WORKER_PATH, NULL, error);
  if (!self->window)
    return FALSE;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->window), G_MAXINT);
  self->outbox = server_outbox_new (self->window, self->context);
  return TRUE;
}

static gboolean
export_bus (ServerConnection *self,
            GError          **error)
{
  static const struct
  {
    const char *signal;
    GCallback   handler;
  } handlers[] = {
    { "handle-open", G_CALLBACK (on_open) },
    { "handle-run", G_CALLBACK (on_run) },
    { "handle-cancel", G_CALLBACK (on_cancel) },
    { "handle-resolve", G_CALLBACK (on_resolve) },
    { "handle-find-subject", G_CALLBACK (on_find_subject) },
    { "handle-release", G_CALLBACK (on_release) },
    { "handle-list-devices", G_CALLBACK (on_list_devices) },
    { "handle-ping", G_CALLBACK (on_ping) },
  };

  self->bus = cas_bus_worker_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (self->bus, handlers[i].signal, handlers[i].handler, self);
  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->bus), self->connection,
                                           CAS_WORKER_PATH, error);
}

static gpointer
serve (gpointer data)
{
  ServerConnection *self = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (self->context, FALSE);

  g_main_context_push_thread_default (self->context);
  g_dbus_connection_start_message_processing (self->connection);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

ServerConnection *
server_connection_new (int      socket,
                       GError **error)
{
  ServerConnection *self = g_new0 (ServerConnection, 1); /* for as long as the process lives */

  g_mutex_init (&self->mutex);
  self->context = g_main_context_new ();
  self->tasks = g_async_queue_new_full ((GDestroyNotify) server_task_free);
  self->cancellables = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  /* what is made here calls back in the thread that is to come */
  g_main_context_push_thread_default (self->context);
  const gboolean is_connected = connect_bus (self, socket, error) && export_bus (self, error);
  g_main_context_pop_thread_default (self->context);
  if (!is_connected)
    return NULL;

  watch_hang_up (self, socket);
  g_thread_unref (g_thread_new ("connection", serve, self));
  return self;
}

CasBusWorker *
server_connection_peek_bus (ServerConnection *self)
{
  return self->bus;
}

ServerOutbox *
server_connection_peek_outbox (ServerConnection *self)
{
  return self->outbox;
}

int *
server_connection_peek_pulse (ServerConnection *self)
{
  return &self->pulse;
}

ServerTask *
server_connection_pop (ServerConnection *self)
{
  ServerTask *task;

  g_atomic_int_set (&self->is_working, FALSE);
  task = g_async_queue_pop (self->tasks);
  g_atomic_int_inc (&self->pulse);
  g_atomic_int_set (&self->is_working, TRUE);
  return task;
}

void
server_connection_end (ServerConnection *self,
                       const ServerTask *task)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->cancellables, GUINT_TO_POINTER (task->id));
  self->has_job &= task->kind != SERVER_RUN;
  g_mutex_unlock (&self->mutex);
}
