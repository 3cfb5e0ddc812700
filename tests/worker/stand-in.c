/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker that misbehaves. It is started in place of weir-worker, and the name that it is started
 * by says how. */

#define _GNU_SOURCE /* memfd_create() */

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cascade/error.h"
#include "worker/place.h"

static const char *mode;
static int is_asked; /* what the subject of a picture is */

static gboolean
is_mode (const char *name)
{
  return g_str_equal (mode, name);
}

/* --- what it does to the connection --------------------------------------------------------- */

static void G_GNUC_NORETURN
wait_for_end (void)
{
  for (;;)
    pause ();
}

static void
send_bytes (const void *bytes,
            gsize       size)
{
  for (gsize done = 0; done < size;)
    {
      const ssize_t n = write (CAS_WORKER_SOCKET, (const char *) bytes + done, size - done);

      if (n <= 0)
        return;
      done += (gsize) n;
    }
}

static void
send_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint32 words[4096];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = g_rand_int (rand);
  send_bytes (words, sizeof words);
}

/* The first bytes of a message with a body of 2³² − 1 bytes, or the most there may be. */
static void
send_huge (guint32 size)
{
  guint8 header[16] = { 'l', 1, 0, 1 };

  size = GUINT32_TO_LE (size);
  memcpy (header + 4, &size, sizeof size);
  header[8] = 1;
  send_bytes (header, sizeof header);
}

static void
shout (void)
{
  g_autofree char *line = g_strnfill (1 << 20, '!');

  for (guint i = 0; i < 20; i++)
    fputs (line, stderr);
  exit (5);
}

/* --- what it says of a job ------------------------------------------------------------------ */

typedef enum { SEALED, UNSEALED, SHORT, NONE } Memory;

/* To a job of one picture. Six bytes of memory come with it. */
static const struct
{
  const char *mode, *method, *body;
  Memory      memory;
} lies[] = {
  { "negative-handle", "Picture",
    "(@u 1, (handle -1, @u 2, @u 1, false), @u 0, @t 1, 1.0, '{}')", SEALED },
  { "handle-beyond", "Picture",
    "(@u 1, (handle 1, @u 2, @u 1, false), @u 0, @t 1, 1.0, '{}')", SEALED },
  { "no-memory", "Picture",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 0, @t 1, 1.0, '{}')", NONE },
  { "unsealed", "Picture",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 0, @t 1, 1.0, '{}')", UNSEALED },
  { "wrong-size", "Picture",
    "(@u 1, (handle 0, @u 3, @u 1, false), @u 0, @t 1, 1.0, '{}')", SEALED },
  { "huge-size", "Picture",
    "(@u 1, (handle 0, @u 4294967295, @u 4294967295, true), @u 0, @t 1, 1.0, '{}')", SEALED },
  { "no-metadata", "Picture",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 0, @t 1, 1.0, 'none')", SEALED },
  { "wrong-index", "Picture",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 7, @t 1, 1.0, '{\"schema\":1}')", SEALED },
  { "endless", "Picture",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 0, @t 1, inf, '{\"schema\":1}')", SEALED },
  { "preview-index", "Preview",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 1, @t 1, @u 0, @u 0)", SEALED },
  { "preview-phase", "Preview",
    "(@u 1, (handle 0, @u 2, @u 1, false), @u 0, @t 1, @u 99, @u 0)", SEALED },
  { "preview-memory", "Preview",
    "(@u 1, (handle 5, @u 2, @u 1, false), @u 0, @t 1, @u 3, @u 0)", SEALED },
  { "control-kind", "Control",
    "(@u 1, 'horoscope', (handle 0, @u 2, @u 1, false), @u 0, @u 1)", SEALED },
  { "checkpoint-size", "Checkpoint", "(@u 1, (handle 0, @t 7))", SEALED },
  { "checkpoint-huge", "Checkpoint", "(@u 1, (handle 0, @t 18446744073709551615))", SEALED },
  { "checkpoint-handle", "Checkpoint", "(@u 1, (handle -1, @t 6))", SEALED },
  { "mask-memory", "Mask", "(@u 1, (handle 0, @u 2, @u 2, false))", SEALED },
  { "progress-phase", "Progress",
    "(@u 1, (@u 99, @u 0, @u 0, @u 1, @u 1, 0.5, 1.0))", NONE },
  { "progress-nan", "Progress",
    "(@u 1, (@u 0, @u 0, @u 0, @u 1, @u 1, nan, 1.0))", NONE },
  { "progress-steps", "Progress",
    "(@u 1, (@u 3, @u 9, @u 2, @u 1, @u 1, 0.5, 1.0))", NONE },
};

static GUnixFDList *
new_memory (Memory memory)
{
  GUnixFDList *fds = g_unix_fd_list_new ();
  const int fd = memfd_create ("lie", MFD_ALLOW_SEALING | MFD_CLOEXEC);

  const gssize size = memory == SHORT ? 5 : 6;

  if (write (fd, "abcdef", (gsize) size) != size)
    exit (1);
  if (memory != UNSEALED)
    fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  g_unix_fd_list_append (fds, fd, NULL);
  close (fd);
  return fds;
}

static void
lie (GDBusConnection *connection)
{
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      if (!is_mode (lies[i].mode))
        continue;

      g_autoptr (GDBusMessage) call = g_dbus_message_new_method_call (NULL, CAS_WORKER_PATH,
                                                                      "weir.Window", lies[i].method);

      g_dbus_message_set_body (call, g_variant_new_parsed (lies[i].body));
      if (lies[i].memory != NONE)
        {
          g_autoptr (GUnixFDList) fds = new_memory (lies[i].memory);

          g_dbus_message_set_unix_fd_list (call, fds);
        }
      g_dbus_connection_send_message (connection, call, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                      NULL);
    }
}

/* --- what it answers ------------------------------------------------------------------------ */

static void
answer (GDBusConnection *connection,
        GDBusMessage    *call,
        GVariant        *body)
{
  g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_reply (call);

  if (body)
    g_dbus_message_set_body (reply, body);
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

static void
answer_error (GDBusConnection *connection,
              GDBusMessage    *call,
              const char      *name)
{
  g_autoptr (GDBusMessage) reply
    = g_dbus_message_new_method_error_literal (call, name, "Because.");

  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

/* By a code of the engine's own. */
static void
answer_code (GDBusConnection *connection,
             GDBusMessage    *call,
             int              code)
{
  g_autofree char *name
    = g_strdup_printf ("org.gtk.GDBus.UnmappedGError.Quark._cas_2derror_2dquark.Code%d", code);

  answer_error (connection, call, name);
}

static void
answer_open (GDBusConnection *connection,
             GDBusMessage    *call)
{
  if (is_mode ("open-type"))
    answer (connection, call, g_variant_new ("(s)", "open"));
  else if (is_mode ("open-nothing"))
    answer (connection, call, NULL);
  else if (is_mode ("open-error"))
    answer_error (connection, call, "org.freedesktop.DBus.Error.UnknownMethod");
  else if (is_mode ("open-domain"))
    answer_error (connection, call, "org.gtk.GDBus.UnmappedGError.Quark._no_2dsuch.Code7");
  else if (is_mode ("open-code"))
    answer_code (connection, call, 12345);
  else if (is_mode ("open-died"))
    answer_code (connection, call, CAS_ERROR_WORKER_DIED);
  else if (!is_mode ("open-hangs"))
    answer (connection, call, g_variant_new ("(ssuts(uuuddud))", "", "", 4000000000u, G_MAXUINT64,
                                             "", 0, 0, 0, -1.0, 0.0, 0, 0.0));
}

static void
answer_run (GDBusConnection *connection,
            GDBusMessage    *call)
{
  if (is_mode ("run-nothing"))
    answer (connection, call, NULL);
  else if (is_mode ("run-type"))
    answer (connection, call, g_variant_new ("(i)", 1));
  else if (is_mode ("run-error"))
    answer_error (connection, call, "it.does.not.Like");
  else if (is_mode ("run-died"))
    answer_code (connection, call, CAS_ERROR_WORKER_DIED);
  else
    lie (connection);
}

/* To a picture of six pixels. */
static const struct
{
  const char *mode, *body;
  Memory      memory;
} subjects[] = {
  { "subject-type", "('here',)", NONE },
  { "subject-pair", "((handle 0, @t 6), @u 1)", SEALED },
  { "subject-no-memory", "((handle 0, @t 6),)", NONE },
  { "subject-handle", "((handle 3, @t 6),)", SEALED },
  { "subject-negative", "((handle -1, @t 6),)", SEALED },
  { "subject-unsealed", "((handle 0, @t 6),)", UNSEALED },
  { "subject-short", "((handle 0, @t 6),)", SHORT },
  { "subject-small", "((handle 0, @t 5),)", SHORT },
  { "subject-large", "((handle 0, @t 7),)", SEALED },
  { "subject-huge", "((handle 0, @t 18446744073709551615),)", SEALED },
};

static void
answer_subject (GDBusConnection *connection,
                GDBusMessage    *call)
{
  g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_reply (call);

  if (is_mode ("subject-nothing"))
    answer (connection, call, NULL);
  else if (is_mode ("subject-error"))
    answer_error (connection, call, "it.does.not.Like");
  else if (is_mode ("subject-died"))
    answer_code (connection, call, CAS_ERROR_WORKER_DIED);
  else if (is_mode ("subject-exits"))
    _exit (3);
  else if (is_mode ("subject-noise"))
    send_noise ();
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (is_mode (subjects[i].mode))
      {
        g_autoptr (GUnixFDList) fds = new_memory (subjects[i].memory);

        g_dbus_message_set_body (reply, g_variant_new_parsed (subjects[i].body));
        if (subjects[i].memory != NONE)
          g_dbus_message_set_unix_fd_list (reply, fds);
        g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                        NULL);
      }
  g_atomic_int_set (&is_asked, TRUE);
}

/* In a thread of GLib's. */
static GDBusMessage *
on_message (GDBusConnection *connection,
            GDBusMessage    *message,
            gboolean         is_incoming,
            gpointer         data)
{
  const char *member = g_dbus_message_get_member (message);

  if (!is_incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;
  if (g_str_equal (member, "Open"))
    answer_open (connection, message);
  else if (g_str_equal (member, "Run"))
    answer_run (connection, message);
  else if (g_str_equal (member, "FindSubject"))
    answer_subject (connection, message);
  else if (!g_str_equal (member, "Ping"))
    answer (connection, message, NULL);
  else if (is_mode ("ping-error"))
    answer_error (connection, message, "no.Ping");
  else if (is_mode ("ping-nothing"))
    answer (connection, message, NULL);
  else
    answer (connection, message,
            g_variant_new ("(bu)", is_mode ("open-hangs") || is_mode ("run-hangs")
                                     || g_atomic_int_get (&is_asked), 7));
  g_object_unref (message);
  return NULL;
}

int
main (int    argc,
      char **argv)
{
  mode = strrchr (argv[0], '/') + 1;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (is_mode ("exits"))
    return 7;
  if (is_mode ("shouts"))
    shout ();
  if (is_mode ("closes"))
    close (CAS_WORKER_SOCKET);
  if (is_mode ("noise"))
    send_noise ();
  if (is_mode ("closes") || is_mode ("noise") || is_mode ("mute"))
    wait_for_end ();

  g_autoptr (GSocket) end = g_socket_new_from_fd (CAS_WORKER_SOCKET, NULL);
  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (end);
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_sync (
    G_IO_STREAM (stream), NULL,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
      | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
    NULL, NULL, NULL);

  if (is_mode ("later-noise"))
    send_noise ();
  if (is_mode ("huge"))
    send_huge (G_MAXUINT32);
  if (is_mode ("large"))
    send_huge (127 << 20);
  if (is_mode ("later-closes"))
    close (CAS_WORKER_SOCKET);
  g_dbus_connection_add_filter (connection, on_message, NULL, NULL);
  g_dbus_connection_start_message_processing (connection);
  wait_for_end ();
}
