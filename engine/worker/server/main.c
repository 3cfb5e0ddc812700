/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-worker: the engine in a process of its own, for the window that started it. */

#include "worker/server/server.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static gboolean
is_started_by_weir (void)
{
  int domain, type;
  socklen_t domain_size = sizeof domain, type_size = sizeof type;

  return getsockopt (CAS_WORKER_SOCKET, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) == 0
         && getsockopt (CAS_WORKER_SOCKET, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0
         && domain == AF_UNIX && type == SOCK_STREAM;
}

/* To the window, which keeps the last lines for the case that they are the last. */
static GLogWriterOutput
write_message (GLogLevelFlags   level,
               const GLogField *fields,
               gsize            n_fields,
               gpointer         data)
{
  const char *domain = "", *message = "";

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
    else if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)
      || (level & G_LOG_LEVEL_INFO && g_str_equal (domain, G_LOG_DOMAIN)))
    fprintf (stderr, "%s\n", message);
  return G_LOG_WRITER_HANDLED;
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_set_prgname ("weir-worker");
  if (argc > 1 || !is_started_by_weir ())
    {
      fputs (_("weir-worker is a part of Weir, which starts it to make pictures.\n"), stderr);
      return EXIT_FAILURE;
    }
  fcntl (CAS_WORKER_SOCKET, F_SETFD, FD_CLOEXEC);
  server_settle ();
  g_log_set_writer_func (write_message, NULL, NULL);

  g_autoptr (GError) error = NULL;
  ServerConnection *connection = server_connection_new (CAS_WORKER_SOCKET, &error);

  if (!connection)
    {
      fprintf (stderr, "%s\n", error->message);
      return EXIT_FAILURE;
    }
  server_runner_run (connection);
}
