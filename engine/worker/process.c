/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The process, its connection, its standard error, and whether it still answers. */

#include "worker/process.h"

#include <errno.h>
#include <gio/gunixconnection.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cascade/error.h"
#include "worker/line-tail.h"
#include "worker/place.h"

#define DEFAULT_SILENCE_MS 10000
#define DEFAULT_STILL_MS   300000
#define N_TICKS            10   /* of which the silence consists: a second each */
#define N_TICKS_TO_CLOSE   2    /* for one whose connection is closed to end by itself */
#define N_TICKS_TO_GO      30   /* for one that was ended: much memory takes its time */
#define READ_BYTES         4096

struct _CasWorkerProcess
{
  guint                         n_refs; /* one for each answer that is waited for */
  const CasWorkerProcessEvents *events; /* NULL: nobody wants to know any more */
  gpointer                      data;

  GSubprocess                  *subprocess;
  GCancellable                 *cancellable;
  GDBusConnection              *connection;
  CasBusWindow                 *window;
  CasBusWorker                 *bus;
  CasLineTail                  *tail;
  GSource                      *timer;
  guint                         silence_ms, still_ms;
  guint                         n_silent; /* ticks */
  guint                         n_still;  /* the same, at work without its pulse */
  guint                         n_ending; /* the same, since it was ended */
  guint                         pulse;
  gboolean                      is_asked, is_exited, is_heard_out;
  char                         *why; /* we ended it; nullable */
};

static CasWorkerProcess *
hold (CasWorkerProcess *self)
{
  self->n_refs++;
  return self;
}

static void
drop (CasWorkerProcess *self)
{
  if (--self->n_refs > 0)
    return;

  g_clear_object (&self->subprocess);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->connection);
  g_clear_object (&self->window);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->tail, cas_line_tail_free);
  g_free (self->why);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasWorkerProcess, drop)

/* --- its end -------------------------------------------------------------------------------- */

static void
disconnect (CasWorkerProcess *self)
{
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      g_dbus_interface_skeleton_unexport_from_connection (
        G_DBUS_INTERFACE_SKELETON (self->window), self->connection);
      g_dbus_connection_close (self->connection, NULL, NULL, NULL);
      g_clear_object (&self->connection);
    }
  g_cancellable_cancel (self->cancellable);
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static char *
dup_sentence (CasWorkerProcess *self)
{
  if (self->why)
    return g_strdup (self->why);
  if (g_subprocess_get_if_signaled (self->subprocess))
    return g_strdup_printf (_("The engine was ended by signal %d (%s)."),
                            g_subprocess_get_term_sig (self->subprocess),
                            g_strsignal (g_subprocess_get_term_sig (self->subprocess)));
  if (g_subprocess_get_exit_status (self->subprocess) == CAS_WORKER_EXIT_LOST)
    return g_strdup (_("The engine lost the graphics device."));
  return g_strdup_printf (_("The engine ended with exit code %d."),
                          g_subprocess_get_exit_status (self->subprocess));
}

static void
tell_end (CasWorkerProcess *self)
{
  const CasWorkerProcessEvents *events = g_steal_pointer (&self->events);

  if (!events)
    return;

  g_autoptr (CasWorkerProcess) held = hold (self);
  g_autofree char *sentence = dup_sentence (self);
  g_autofree char *tail = cas_line_tail_dup (self->tail);

  disconnect (self);
  events->ended (self, sentence, tail, self->data);
}

static void
tell_stuck (CasWorkerProcess *self)
{
  const CasWorkerProcessEvents *events = g_steal_pointer (&self->events);
  g_autoptr (CasWorkerProcess) held = hold (self);
  g_autofree char *sentence
    = g_strdup_printf (_("%s But it hangs in the system, which cannot end it: most likely its "
                         "graphics driver does not answer any more, and starting the computer "
                         "again helps."), self->why);
  g_autofree char *tail = cas_line_tail_dup (self->tail);

  disconnect (self);
  events->stuck (self, sentence, tail, self->data);
}

void
cas_worker_process_end (CasWorkerProcess *self,
                        const char       *sentence)
{
  if (!self->why && !self->is_exited)
    self->why = g_strdup (sentence);
  g_subprocess_force_exit (self->subprocess);
}

static void
on_exited (GObject      *subprocess,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CasWorkerProcess) self = data;

  g_subprocess_wait_finish (self->subprocess, result, NULL);
  self->is_exited = TRUE;
  if (self->is_heard_out)
    tell_end (self);
}

/* --- what it says on standard error --------------------------------------------------------- */

static void listen_on (CasWorkerProcess *self);

static void
on_heard (GObject      *stream,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CasWorkerProcess) self = data;
  g_autoptr (GBytes) bytes
    = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, NULL);
  gsize size = 0;
  const char *text = bytes ? g_bytes_get_data (bytes, &size) : NULL;

  if (size > 0)
    {
      cas_line_tail_add (self->tail, text, size);
      listen_on (self);
      return;
    }
  self->is_heard_out = TRUE;
  if (self->is_exited)
    tell_end (self);
}

static void
listen_on (CasWorkerProcess *self)
{
  g_input_stream_read_bytes_async (g_subprocess_get_stderr_pipe (self->subprocess), READ_BYTES,
                                   G_PRIORITY_DEFAULT, self->cancellable, on_heard, hold (self));
}

/* --- whether it answers --------------------------------------------------------------------- */

static void
on_answer (GObject      *bus,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CasWorkerProcess) self = data;
  gboolean is_working;
  guint pulse;

  self->is_asked = FALSE;
  if (!cas_bus_worker_call_ping_finish (CAS_BUS_WORKER (bus), &is_working, &pulse, result, NULL))
    return;
  self->n_silent = 0;
  if (!is_working || pulse != self->pulse)
    self->n_still = 0;
  self->pulse = pulse;
}

/* It is silent, or its work stands still. */
static void
end_if_hung (CasWorkerProcess *self)
{
  const guint tick_ms = MAX (self->silence_ms / N_TICKS, 1);
  g_autofree char *sentence = NULL;

  if (self->n_silent++ == N_TICKS)
    sentence = g_strdup_printf (_("The engine did not answer for %.3g seconds, and was ended."),
                                self->silence_ms / 1000.0);
  else if (self->n_still++ == self->still_ms / tick_ms)
    sentence = g_strdup_printf (_("Nothing moved in the engine's work for %.3g seconds, and it was "
                                  "ended."), self->still_ms / 1000.0);
  if (sentence)
    cas_worker_process_end (self, sentence);
}

/* Counts ticks and not time: when it is this process that stood still, there is one tick. */
static gboolean
on_tick (gpointer data)
{
  CasWorkerProcess *self = data;

  if (self->is_exited)
    {
      tell_end (self); /* who else has its standard error does not matter */
      return G_SOURCE_CONTINUE;
    }
  if (self->why && self->n_ending++ == N_TICKS_TO_GO)
    {
      tell_stuck (self);
      return G_SOURCE_CONTINUE;
    }
  end_if_hung (self);
  if (self->bus && !self->is_asked)
    {
      self->is_asked = TRUE;
      cas_bus_worker_call_ping (self->bus, self->cancellable, on_answer, hold (self));
    }
  return G_SOURCE_CONTINUE;
}

static void
on_closed (GDBusConnection  *connection,
           gboolean          remote_peer_vanished,
           GError           *error,
           CasWorkerProcess *self)
{
  self->n_silent = MAX (self->n_silent, N_TICKS - N_TICKS_TO_CLOSE);
}

/* --- its beginning -------------------------------------------------------------------------- */

static gboolean
take_connection (CasWorkerProcess *self,
                 GDBusConnection  *connection,
                 GError          **error)
{
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->window), connection,
                                         CAS_WORKER_PATH, error))
    {
      g_object_unref (connection);
      return FALSE;
    }
  self->connection = connection;
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  self->bus = cas_bus_worker_proxy_new_sync (connection,
                                             G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES
                                               | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                             NULL, CAS_WORKER_PATH, NULL, error);
  if (!self->bus)
    return FALSE;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->bus), G_MAXINT);
  g_dbus_connection_start_message_processing (connection);
  return TRUE;
}

static void
on_connection (GObject      *object,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (CasWorkerProcess) self = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_finish (result, &error);

  if (!self->events)
    g_clear_object (&connection);
  else if (connection && take_connection (self, connection, &error))
    self->events->connected (self, self->data);
  else if (!self->is_exited)
    {
      /* it had a reason, which its exit code tells, or is none of ours */
      self->n_silent = MAX (self->n_silent, N_TICKS - N_TICKS_TO_CLOSE);
      g_info ("No connection to weir-worker: %s", error->message);
    }
}

/* The authentication's answer is waited for by a thread of GLib's; a process that never gives it is
 * ended for its silence. */
static gboolean
connect_bus (CasWorkerProcess *self,
             int               socket,
             GError          **error)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GSocket) end = g_socket_new_from_fd (socket, error);

  if (!end)
    {
      close (socket);
      return FALSE;
    }

  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (end);

  g_dbus_connection_new (G_IO_STREAM (stream), guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                           | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, self->cancellable, on_connection, hold (self));
  return TRUE;
}

/* The launcher goes at once, and the other end of the socket with it, else nobody would learn that
 * the process closed its own. */
static gboolean
spawn (CasWorkerProcess *self,
       const char       *program,
       int               socket,
       GError          **error)
{
  const char *const argv[] = { program, NULL };
  g_autoptr (GError) trouble = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  g_subprocess_launcher_take_fd (launcher, socket, CAS_WORKER_SOCKET);
  self->subprocess = g_subprocess_launcher_spawnv (launcher, argv, &trouble);
  if (self->subprocess)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_WORKER_DIED, _("The engine cannot be started: %s."),
               trouble->message);
  return FALSE;
}

static void
start_timer (CasWorkerProcess *self)
{
  self->timer = g_timeout_source_new (MAX (self->silence_ms / N_TICKS, 1));
  g_source_set_callback (self->timer, on_tick, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

CasWorkerProcess *
cas_worker_process_new (const char                   *program,
                        guint                         silence_ms,
                        guint                         still_ms,
                        CasBusWindow                 *window,
                        const CasWorkerProcessEvents *events,
                        gpointer                      data,
                        GError                      **error)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_WORKER_DIED, _("The engine cannot be started: %s."),
                   g_strerror (errno));
      return NULL;
    }

  CasWorkerProcess *self = g_new0 (CasWorkerProcess, 1);

  self->n_refs = 1;
  self->events = events;
  self->data = data;
  self->silence_ms = silence_ms > 0 ? silence_ms : DEFAULT_SILENCE_MS;
  self->still_ms = still_ms > 0 ? still_ms : DEFAULT_STILL_MS;
  self->cancellable = g_cancellable_new ();
  self->window = g_object_ref (window);
  self->tail = cas_line_tail_new ();
  if (!spawn (self, program, ends[1], error))
    {
      close (ends[0]);
      drop (self);
      return NULL;
    }
  g_subprocess_wait_async (self->subprocess, NULL, on_exited, hold (self));
  listen_on (self);
  if (!connect_bus (self, ends[0], error))
    {
      cas_worker_process_free (self);
      return NULL;
    }
  start_timer (self);
  return self;
}

void
cas_worker_process_free (CasWorkerProcess *self)
{
  if (!self)
    return;

  self->events = NULL;
  g_subprocess_force_exit (self->subprocess);
  disconnect (self);
  drop (self);
}

CasBusWorker *
cas_worker_process_peek_bus (CasWorkerProcess *self)
{
  return self->bus;
}

GPid
cas_worker_process_get_pid (CasWorkerProcess *self)
{
  const char *id = g_subprocess_get_identifier (self->subprocess);

  return id ? (GPid) atoi (id) : 0;
}
