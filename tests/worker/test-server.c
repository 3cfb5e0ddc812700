/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-worker under a window that misbehaves: it answers with errors or ends, but never crashes and
 * never stays. */

#define _GNU_SOURCE /* memfd_create() */

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cascade/error.h"
#include "worker/place.h"

typedef struct
{
  GSubprocess     *process;
  int              socket;     /* ours; −1 once it is the connection's */
  GDBusConnection *connection; /* nullable */
} Window;

static void
window_init (Window *window)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  g_subprocess_launcher_take_fd (launcher, ends[1], CAS_WORKER_SOCKET);
  window->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("WEIR_WORKER"), NULL);
  g_assert_no_error (error);
  window->socket = ends[0];
  window->connection = NULL;
}

static void
window_connect (Window *window)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GSocket) socket = g_socket_new_from_fd (window->socket, &error);
  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);

  window->connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), guid,
                                                   G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER,
                                                   NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
send_bytes (Window     *window,
            const void *bytes,
            gsize       size)
{
  g_assert_cmpint (send (window->socket, bytes, size, MSG_NOSIGNAL), <=, (gssize) size);
}

/* The other end of the socket goes, and with it the worker, by its own will. */
static void
window_leave (Window *window)
{
  g_autoptr (GError) error = NULL;

  shutdown (window->socket, SHUT_RDWR);
  if (window->connection)
    g_dbus_connection_close_sync (window->connection, NULL, NULL);
  else
    close (window->socket);
  g_clear_object (&window->connection);
  g_subprocess_wait (window->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (window->process));
  g_clear_object (&window->process);
}

/* --- bytes ---------------------------------------------------------------------------------- */

static void
send_noise (Window *window)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  guint32 words[1024];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = g_rand_int (rand);
  send_bytes (window, words, sizeof words);
}

static void
send_huge (Window *window)
{
  static const guint8 header[16] = { 'l', 1, 0, 1, 0xff, 0xff, 0xff, 0xff, 1 };

  send_bytes (window, header, sizeof header);
}

static void
send_large (Window *window)
{
  static const guint8 header[16] = { 'l', 1, 0, 1, 0, 0, 0xf0, 7, 1 };

  send_bytes (window, header, sizeof header);
}

static void
send_nothing (Window *window)
{
}

static void
test_bytes (void)
{
  static void (*const senders[]) (Window *window) = {
    send_nothing, send_noise, send_huge, send_large,
  };

  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    for (guint is_later = 0; is_later < 2; is_later++)
      {
        Window window;

        window_init (&window);
        if (is_later)
          window_connect (&window);
        senders[i] (&window);
        window_leave (&window);
      }
}

/* --- calls ---------------------------------------------------------------------------------- */

static GVariant *
call (Window      *window,
      const char  *method,
      const char  *params,
      GUnixFDList *fds,
      GError     **error)
{
  GVariant *body = params ? g_variant_new_parsed (params) : NULL;

  return g_dbus_connection_call_with_unix_fd_list_sync (
    window->connection, NULL, CAS_WORKER_PATH, "weir.Worker", method, body, NULL,
    G_DBUS_CALL_FLAGS_NONE, 60000, fds, NULL, NULL, error);
}

static void
check_alive (Window *window)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call (window, "Ping", NULL, NULL, &error);

  g_assert_no_error (error);
}

static void
test_wrong_calls (void)
{
  static const struct
  {
    const char *method, *params;
    int         code;
  } cases[] = {
    { "Explode", NULL, G_DBUS_ERROR_UNKNOWN_METHOD },
    { "Ping", "('now',)", G_DBUS_ERROR_INVALID_ARGS },
    { "Run", "('now',)", G_DBUS_ERROR_INVALID_ARGS },
    { "Open", NULL, G_DBUS_ERROR_INVALID_ARGS },
    { "FindSubject", "(@u 1,)", G_DBUS_ERROR_INVALID_ARGS },
  };
  Window window;

  window_init (&window);
  window_connect (&window);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = call (&window, cases[i].method, cases[i].params, NULL, &error);

      g_assert_error (error, G_DBUS_ERROR, cases[i].code);
      check_alive (&window);
    }
  window_leave (&window);
}

static void
test_wrong_params (void)
{
  static const struct
  {
    const char *method, *params;
    int         code;
  } cases[] = {
    { "Open", "({'model': <b'/nowhere'>},)", CAS_ERROR_MISSING_MODEL },
    { "Open", "({'device': <'none of this name'>},)", CAS_ERROR_NO_DEVICE },
    { "Open", "({'kernels': <'none of this name'>},)", CAS_ERROR_BAD_PARAMETER },
    { "Run", "(@u 1, {'width': <'wide'>}, @u 0, @a(ht) [])", CAS_ERROR_PROTOCOL },
    { "Run", "(@u 1, {'magic': <true>}, @u 0, @a(ht) [])", CAS_ERROR_PROTOCOL },
    { "Run", "(@u 1, {'steps': <@u 4000000000>}, @u 0, @a(ht) [])", CAS_ERROR_BAD_PARAMETER },
    { "Run", "(@u 1, {'init': <(handle 0, @u 2, @u 1, false)>}, @u 0, @a(ht) [])",
      CAS_ERROR_PROTOCOL },
    { "Run", "(@u 1, {'init': <(handle -5, @u 2, @u 1, false)>}, @u 0, @a(ht) [])",
      CAS_ERROR_PROTOCOL },
    { "Run", "(@u 1, {'init': <(handle 0, @u 60000, @u 60000, true)>}, @u 0, @a(ht) [])",
      CAS_ERROR_PROTOCOL },
    { "Resolve", "({'init': <(handle 0, @u 2, @u 1, false)>},)", CAS_ERROR_PROTOCOL },
    { "Resolve", "({'cfg': <nan>},)", CAS_ERROR_BAD_PARAMETER },
    { "FindSubject", "(@u 1, (handle 0, @u 2, @u 1, false), 0.2)", CAS_ERROR_PROTOCOL },
    { "FindSubject", "(@u 1, (handle 9, @u 2, @u 1, false), 0.2)", CAS_ERROR_PROTOCOL },
    { "FindSubject", "(@u 1, (handle -1, @u 2, @u 1, true), 0.2)", CAS_ERROR_PROTOCOL },
    { "FindSubject", "(@u 1, (handle 0, @u 60000, @u 60000, false), 0.2)", CAS_ERROR_PROTOCOL },
    { "FindSubject", "(@u 1, (handle 0, @u 0, @u 1, false), 0.2)", CAS_ERROR_PROTOCOL },
    { "FindSubject", "(@u 1, (handle 1, @u 2, @u 1, false), 0.2)",
      CAS_ERROR_BAD_PARAMETER }, /* of the last Open */
  };
  Window window;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  const int unsealed = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  const int sealed = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  g_assert_cmpint (write (sealed, "abcdef", 6), ==, 6);
  g_assert_cmpint (fcntl (sealed, F_ADD_SEALS,
                          F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL), ==, 0);
  g_assert_cmpint (write (unsealed, "abcdef", 6), ==, 6);
  g_unix_fd_list_append (fds, unsealed, NULL);
  g_unix_fd_list_append (fds, sealed, NULL);
  close (unsealed);
  close (sealed);
  window_init (&window);
  window_connect (&window);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = call (&window, cases[i].method, cases[i].params, fds, &error);

      if (!g_error_matches (error, CAS_ERROR, cases[i].code))
        g_error ("%s %s: %s", cases[i].method, cases[i].params, error ? error->message : "no error");
      g_assert_true (g_str_has_suffix (error->message, "."));
      check_alive (&window);
    }
  window_leave (&window);
}

/* Before a model is open; and more at once than anyone would ask. */
static void
test_flood (void)
{
  g_autoptr (GError) error = NULL;
  Window window;

  window_init (&window);
  window_connect (&window);
  for (guint i = 0; i < 2000; i++)
    {
      g_dbus_connection_call (window.connection, NULL, CAS_WORKER_PATH, "weir.Worker", "Resolve",
                              g_variant_new_parsed ("(@a{sv} {},)"), NULL, G_DBUS_CALL_FLAGS_NONE,
                              -1, NULL, NULL, NULL);
      g_dbus_connection_call (window.connection, NULL, CAS_WORKER_PATH, "weir.Worker", "Run",
                              g_variant_new_parsed ("(@u 1, @a{sv} {}, @u 0, @a(ht) [])"), NULL,
                              G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
    }
  check_alive (&window);
  g_autoptr (GVariant) answer = call (&window, "Cancel", "(@u 77,)", NULL, &error);

  g_assert_no_error (error);
  window_leave (&window);
}

static void
test_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, g_getenv ("WEIR_WORKER"), NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_true (g_str_has_prefix (said, "weir-worker is a part of Weir"));
}

int
main (int    argc,
      char **argv)
{
  cas_error_quark (); /* GLib has to know it to read it */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/bytes", test_bytes);
  g_test_add_func ("/server/wrong-calls", test_wrong_calls);
  g_test_add_func ("/server/wrong-params", test_wrong_params);
  g_test_add_func ("/server/flood", test_flood);
  g_test_add_func ("/server/alone", test_alone);
  return g_test_run ();
}
