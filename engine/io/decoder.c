/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Starts weir-decode, waits for what it says, and ends it; and looks at what it hands over. */

#define _GNU_SOURCE /* posix_spawn_file_actions_addclosefrom_np(), F_GET_SEALS */

#include "io/decoder.h"

#include "base/place.h"
#include "cascade/error.h"
#include "io/decoder-place.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the helper may know of our environment: where its libraries, loaders and file types are,
 * and the language of their messages. */
static const char *const kept_variables[] = {
  "GDK_PIXBUF_MODULE_FILE", "GDK_PIXBUF_MODULEDIR", "LD_LIBRARY_PATH", "XDG_DATA_DIRS",
  "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES",
};

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

typedef struct
{
  const char *name; /* of the picture */
  const char *argument; /* CAS_ENCODED_ARGUMENT, or NULL to read a picture */
  guint       timeout_ms;
  pid_t       pid;  /* 0: not started, or gone */
  int         socket;
} Run;

/* reason is half a sentence; freed here. */
static gboolean
fail (const Run *run,
      int        code,
      char      *reason,
      GError   **error)
{
  g_set_error (error, CAS_ERROR, code,
               run->argument ? _("%s could not be written: %s.")
                             : _("%s could not be decoded: %s."),
               run->name, reason);
  g_free (reason);
  return FALSE;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* --- starting ------------------------------------------------------------------------------ */

static char **
dup_environment (void)
{
  char **environment = g_environ_setenv (NULL, "HOME", "/nonexistent", TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (kept_variables); i++)
    {
      const char *value = g_getenv (kept_variables[i]);

      if (value)
        environment = g_environ_setenv (environment, kept_variables[i], value, TRUE);
    }
  return environment;
}

/* 0 or an error number. The helper has four descriptors, a clean slate of signals, and a session
 * of its own, so that Ctrl+C reaches it through us. */
static int
spawn (const char *program,
       const char *argument,
       int         picture,
       int         socket,
       pid_t      *pid)
{
  char *const argv[] = { (char *) program, (char *) argument, NULL };
  g_auto (GStrv) environment = dup_environment ();
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;

  sigemptyset (&none);
  sigfillset (&all);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                           | POSIX_SPAWN_SETSID);

  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, picture, STDIN_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, socket, CAS_DECODED_SOCKET);
  posix_spawn_file_actions_addclosefrom_np (&actions, CAS_DECODED_SOCKET + 1);

  const int trouble = posix_spawn (pid, program, &actions, &attributes, argv, environment);

  posix_spawn_file_actions_destroy (&actions);
  posix_spawnattr_destroy (&attributes);
  return trouble;
}

/* Above the descriptors that the helper gets, so that none is overwritten before it is passed. */
static int
dup_above (int fd)
{
  return fcntl (fd, F_DUPFD_CLOEXEC, CAS_DECODED_SOCKET + 1);
}

static gboolean
start (Run        *run,
       const char *program,
       int         picture,
       GError    **error)
{
  int ends[2] = { -1, -1 }, trouble = 0;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    trouble = errno;
  int passed_socket = trouble ? -1 : dup_above (ends[1]);
  int passed_picture = trouble ? -1 : dup_above (picture);

  if (!trouble)
    trouble = passed_socket < 0 || passed_picture < 0
              ? errno : spawn (program, run->argument, passed_picture, passed_socket, &run->pid);
  close_fd (&passed_socket);
  close_fd (&passed_picture);
  close_fd (&ends[1]);
  run->socket = ends[0];
  if (!trouble)
    return TRUE;

  g_autofree char *shown = g_filename_display_name (program);

  run->pid = 0;
  return fail (run, CAS_ERROR_WORKER_DIED,
               g_strdup_printf (_("%s cannot be started: %s"), shown, g_strerror (trouble)), error);
}

/* --- ending -------------------------------------------------------------------------------- */

/* Its status, which is its own if it was about to end; -1 if that is not to be had. What it has
 * started goes with it, as it leads a session. */
static int
kill_and_reap (Run *run)
{
  int status = -1;
  pid_t pid;

  kill (-run->pid, SIGKILL);
  kill (run->pid, SIGKILL);
  do
    pid = waitpid (run->pid, &status, 0);
  while (pid < 0 && errno == EINTR);
  run->pid = 0;
  return pid < 0 ? -1 : status;
}

static void
end (Run *run)
{
  if (run->pid > 0)
    kill_and_reap (run);
  close_fd (&run->socket);
}

static gboolean
fail_too_slow (const Run *run,
               GError   **error)
{
  return fail (run, CAS_ERROR_WORKER_DIED,
               g_strdup_printf (_("weir-decode was stopped after %.0f seconds"),
                                run->timeout_ms / 1000.0), error);
}

/* The socket was closed without an answer. */
static gboolean
fail_died (Run     *run,
           GError **error)
{
  const int status = kill_and_reap (run);

  if (status != -1 && WIFSIGNALED (status) && WTERMSIG (status) == SIGXCPU)
    return fail_too_slow (run, error);
  if (status != -1 && WIFSIGNALED (status))
    return fail (run, CAS_ERROR_WORKER_DIED,
                 g_strdup_printf (_("weir-decode crashed (%s)"), g_strsignal (WTERMSIG (status))),
                 error);
  return fail (run, CAS_ERROR_WORKER_DIED, g_strdup (_("weir-decode ended without an answer")),
               error);
}

/* --- the answer ---------------------------------------------------------------------------- */

/* Waits until there is something to read, the end included. */
static gboolean
wait_for_answer (const Run    *run,
                 GCancellable *cancellable,
                 GError      **error)
{
  const gint64 deadline = g_get_monotonic_time () + (gint64) run->timeout_ms * 1000;
  GPollFD cancelled;
  const gboolean can_cancel = g_cancellable_make_pollfd (cancellable, &cancelled);
  struct pollfd fds[2] = {
    { .fd = run->socket, .events = POLLIN },
    { .fd = can_cancel ? cancelled.fd : -1, .events = POLLIN },
  };
  gint64 left_us;

  while ((left_us = deadline - g_get_monotonic_time ()) > 0)
    if (poll (fds, G_N_ELEMENTS (fds), (int) MIN (left_us / 1000 + 1, G_MAXINT)) > 0)
      break;
  if (can_cancel)
    g_cancellable_release_fd (cancellable);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return fds[0].revents != 0 || fail_too_slow (run, error);
}

/* The descriptor in a message; more than one is none. */
static int
take_descriptor (struct msghdr *message)
{
  int fd = -1;
  guint n_fds = 0;

  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c; c = CMSG_NXTHDR (message, c))
    for (gsize at = 0; c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS
                       && CMSG_LEN (at + sizeof fd) <= c->cmsg_len;
         at += sizeof fd, n_fds++)
      {
        close_fd (&fd);
        memcpy (&fd, CMSG_DATA (c) + at, sizeof fd);
      }
  if (n_fds > 1)
    close_fd (&fd);
  return fd;
}

static gboolean
receive (Run             *run,
         CasDecodedReply *reply,
         int             *memory,
         GError         **error)
{
  union
  {
    struct cmsghdr header;
    char           bytes[CMSG_SPACE (sizeof (int))];
  } control;
  struct iovec data = { reply, sizeof *reply };
  struct msghdr message = {
    .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control,
  };
  ssize_t n;

  do
    n = recvmsg (run->socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return fail_died (run, error);

  *memory = take_descriptor (&message);
  if (n == sizeof *reply && !(message.msg_flags & MSG_TRUNC)
      && reply->magic == CAS_DECODED_MAGIC && reply->version == CAS_DECODED_VERSION)
    return TRUE;

  close_fd (memory);
  return fail (run, CAS_ERROR_PROTOCOL,
               g_strdup (_("weir-decode is not of this version of Weir")), error);
}

static char *
dup_program (const char *program)
{
  if (!program)
    program = g_getenv ("WEIR_DECODE");
  if (program && *program)
    return g_strdup (program);
  return cas_place_dup (WEIR_DECODE_INSTALLED, WEIR_DECODE_UNINSTALLED, NULL);
}

gboolean
cas_decoder_run (const char      *program,
                 const char      *argument,
                 int              picture,
                 const char      *name,
                 guint            timeout_ms,
                 GCancellable    *cancellable,
                 CasDecodedReply *reply,
                 int             *memory,
                 GError         **error)
{
  Run run = { .name = name, .argument = argument, .timeout_ms = timeout_ms, .socket = -1 };
  g_autofree char *found = dup_program (program);

  *memory = -1;

  if (!found)
    return fail (&run, CAS_ERROR_WORKER_DIED,
                 g_strdup_printf (_("%s was not installed with this program"),
                                  WEIR_DECODE_INSTALLED), error);

  const gboolean is_answered = start (&run, found, picture, error)
                               && wait_for_answer (&run, cancellable, error)
                               && receive (&run, reply, memory, error);

  end (&run);
  return is_answered;
}

/* --- what comes with it -------------------------------------------------------------------- */

gboolean
cas_decoder_is_sealed (int      memory,
                       guint64 *size)
{
  const int seals = fcntl (memory, F_GET_SEALS);
  struct stat status;

  if (seals < 0 || (seals & SEALS) != SEALS || fstat (memory, &status) != 0)
    return FALSE;
  *size = (guint64) status.st_size;
  return TRUE;
}

gboolean
cas_decoder_read (int    memory,
                  gsize  at,
                  void  *data,
                  gsize  size)
{
  for (gsize done = 0; done < size;)
    {
      const ssize_t n = pread (memory, (char *) data + done, size - done, (off_t) (at + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

char *
cas_decoder_dup_detail (const CasDecodedReply *reply)
{
  g_autofree char *text = g_strndup (reply->detail, sizeof reply->detail);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *c = valid; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (valid);
  if (g_str_has_suffix (valid, "."))
    valid[strlen (valid) - 1] = '\0';
  return *valid ? g_steal_pointer (&valid) : g_strdup (_("its decoder does not say why"));
}
