/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A decoder that misbehaves. It is started in place of weir-decode, and the “picture” that it is
 * given says how; of one that it is to write, the comment. */

#define _GNU_SOURCE /* memfd_create() */

#include "base/decoded.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define WIDTH  4
#define HEIGHT 2
#define TEXTS  "key\0text"
#define SEALS  (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

extern char **environ;

static void
send_bytes (const void *data,
            size_t      size,
            const int  *fds,
            size_t      n_fds)
{
  union
  {
    struct cmsghdr header;
    char           bytes[CMSG_SPACE (8 * sizeof (int))];
  } control = { 0 };
  struct iovec iov = { (void *) data, size };
  struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (n_fds * sizeof *fds);
      memcpy (CMSG_DATA (&control.header), fds, n_fds * sizeof *fds);
      message.msg_control = &control;
      message.msg_controllen = control.header.cmsg_len;
    }
  sendmsg (CAS_DECODED_SOCKET, &message, MSG_NOSIGNAL);
}

static CasDecodedReply
reply_of (CasDecodedResult result,
          const char      *detail)
{
  CasDecodedReply reply = {
    .magic = CAS_DECODED_MAGIC, .version = CAS_DECODED_VERSION, .result = result,
    .format = "made up",
  };

  g_strlcpy (reply.detail, detail, sizeof reply.detail);
  return reply;
}

/* A right picture, of which the caller spoils one thing. */
typedef struct
{
  CasDecodedHeader header;
  guint8           pixels[3 * WIDTH * HEIGHT];
  char             texts[sizeof TEXTS];
} Picture;

static Picture
picture (void)
{
  return (Picture) {
    .header = {
      .magic = CAS_DECODED_MAGIC, .version = CAS_DECODED_VERSION, .width = WIDTH,
      .height = HEIGHT, .n_texts = 1, .text_bytes = sizeof TEXTS,
    },
    .texts = TEXTS,
  };
}

static int
memory_of (const Picture *p,
           int            seals)
{
  const int fd = memfd_create ("stand-in", MFD_ALLOW_SEALING);

  if (write (fd, p, offsetof (Picture, texts) + sizeof p->texts) < 0
      || fcntl (fd, F_ADD_SEALS, seals) != 0)
    abort ();
  return fd;
}

static void
send_picture (const Picture *p,
              int            seals)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_PICTURE, "");
  const int fd = memory_of (p, seals);

  send_bytes (&reply, sizeof reply, &fd, 1);
}

/* --- what it does -------------------------------------------------------------------------- */

static void
do_right (void)
{
  const Picture p = picture ();

  send_picture (&p, SEALS);
}

static void
do_unsealed (void)
{
  const Picture p = picture ();

  send_picture (&p, 0);
}

static void
do_half_sealed (void)
{
  const Picture p = picture ();

  send_picture (&p, F_SEAL_SHRINK | F_SEAL_GROW);
}

static void
do_wide (void)
{
  Picture p = picture ();

  p.header.width = WIDTH + 1;
  send_picture (&p, SEALS);
}

/* 3 · width · height is 0 in 32 bits. */
static void
do_overflow (void)
{
  Picture p = picture ();

  p.header.width = p.header.height = 65536;
  send_picture (&p, SEALS);
}

static void
do_no_width (void)
{
  Picture p = picture ();

  p.header.width = 0;
  send_picture (&p, SEALS);
}

static void
do_alpha (void)
{
  Picture p = picture ();

  p.header.has_alpha = 1;
  send_picture (&p, SEALS);
}

static void
do_many_texts (void)
{
  Picture p = picture ();

  p.header.n_texts = 2;
  send_picture (&p, SEALS);
}

static void
do_few_texts (void)
{
  Picture p = picture ();

  p.header.n_texts = 0;
  send_picture (&p, SEALS);
}

static void
do_open_text (void)
{
  Picture p = picture ();

  p.texts[sizeof p.texts - 1] = 'x';
  send_picture (&p, SEALS);
}

static void
do_latin_text (void)
{
  Picture p = picture ();

  p.texts[4] = (char) 0xe9;
  send_picture (&p, SEALS);
}

static void
do_no_memory_passed (void)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_PICTURE, "");

  send_bytes (&reply, sizeof reply, NULL, 0);
}

static void
do_file (void)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_PICTURE, "");
  const int fd = open ("/dev/zero", O_RDONLY);

  send_bytes (&reply, sizeof reply, &fd, 1);
}

static void
do_many_descriptors (void)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_PICTURE, "");
  const Picture p = picture ();
  const int fd = memory_of (&p, SEALS);
  const int fds[8] = { fd, 0, 1, 2, 3, 0, 1, 2 };

  send_bytes (&reply, sizeof reply, fds, 8);
}

static void
do_garbage (void)
{
  char garbage[sizeof (CasDecodedReply)];

  memset (garbage, 0xa5, sizeof garbage);
  send_bytes (garbage, sizeof garbage, NULL, 0);
}

static void
do_short (void)
{
  send_bytes ("WEIR", 4, NULL, 0);
}

static void
do_long (void)
{
  const struct { CasDecodedReply reply; char more[100]; } reply = {
    reply_of (CAS_DECODED_PICTURE, ""), ""
  };

  send_bytes (&reply, sizeof reply, NULL, 0);
}

static void
do_unknown_result (void)
{
  CasDecodedReply reply = reply_of (CAS_DECODED_DAMAGED, "");

  reply.result = 77;
  send_bytes (&reply, sizeof reply, NULL, 0);
}

static void
do_no_memory (void)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_NO_MEMORY, "");

  send_bytes (&reply, sizeof reply, NULL, 0);
}

static void
do_no_memory_for_size (void)
{
  CasDecodedReply reply = reply_of (CAS_DECODED_NO_MEMORY, "");

  reply.width = 640;
  reply.height = 480;
  send_bytes (&reply, sizeof reply, NULL, 0);
}

/* No NUL in either text, bytes that are no UTF-8, and control characters. */
static void
do_wild_words (void)
{
  CasDecodedReply reply = reply_of (CAS_DECODED_DAMAGED, "");

  memset (reply.format, 0xff, sizeof reply.format);
  memset (reply.detail, '\n', sizeof reply.detail);
  reply.detail[1] = (char) 0xff;
  memset (reply.detail + 2, 'x', sizeof reply.detail - 2);
  send_bytes (&reply, sizeof reply, NULL, 0);
}

/* Not by the sanitizer's handler, which would exit. */
static void
do_segfault (void)
{
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
}

static void
do_abort (void)
{
  abort ();
}

static void
do_fail (void)
{
  exit (7);
}

static void
do_nothing (void)
{
}

static void
do_hang (void)
{
  for (;;)
    pause ();
}

static void
lock_picture (void)
{
  const int fd = open ("/proc/self/fd/0", O_RDONLY);

  if (fd < 0 || flock (fd, LOCK_EX) != 0)
    abort ();
}

/* Holds a lock on the picture, from which is seen that it is alive. */
static void
do_lock_and_hang (void)
{
  lock_picture ();
  do_hang ();
}

/* Leaves a process behind that holds a lock on the picture. */
static void
do_leave_another (void)
{
  lock_picture ();
  if (fork () == 0)
    do_hang ();
  do_right ();
}

static void
do_close_and_hang (void)
{
  close (CAS_DECODED_SOCKET);
  do_hang ();
}

/* Says which descriptors it has, but for the one that it looks with. */
static void
do_descriptors (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  gboolean is_open[100] = { FALSE };
  GString *list = g_string_new ("has");

  for (const struct dirent *entry; (entry = readdir (folder)) != NULL;)
    if (g_ascii_isdigit (entry->d_name[0]) && atoi (entry->d_name) != dirfd (folder))
      is_open[MIN (atoi (entry->d_name), 99)] = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (is_open); i++)
    if (is_open[i])
      g_string_append_printf (list, " %u", i);

  const CasDecodedReply reply = reply_of (CAS_DECODED_DAMAGED, list->str);

  send_bytes (&reply, sizeof reply, NULL, 0);
}

static void
do_environment (void)
{
  GString *list = g_string_new ("knows");

  for (char **variable = environ; *variable; variable++)
    g_string_append_printf (list, " %.*s", (int) strcspn (*variable, "="), *variable);

  const CasDecodedReply reply = reply_of (CAS_DECODED_DAMAGED, list->str);

  send_bytes (&reply, sizeof reply, NULL, 0);
}

/* Whether signals that the parent blocks or ignores are as they should be here. */
static void
do_signals (void)
{
  sigset_t blocked;
  struct sigaction action;

  sigprocmask (SIG_SETMASK, NULL, &blocked);
  sigaction (SIGUSR2, NULL, &action);

  const CasDecodedReply reply
    = reply_of (CAS_DECODED_DAMAGED, sigismember (&blocked, SIGUSR1) ? "SIGUSR1 is blocked"
                                     : action.sa_handler == SIG_IGN ? "SIGUSR2 is ignored"
                                                                    : "no signal is changed");

  send_bytes (&reply, sizeof reply, NULL, 0);
}

/* --- what it does when it is to write ------------------------------------------------------ */

#define JPEG "\xff\xd8\xff\xe0\0\4ab\xff\xdb\xff\xd9"
#define WEBP "RIFF\x08\0\0\0WEBPVP8 "

static void
send_file (const void *data,
           size_t      size,
           int         seals)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_PICTURE, "");
  const int fd = memfd_create ("stand-in", MFD_ALLOW_SEALING);

  if (write (fd, data, size) < 0 || fcntl (fd, F_ADD_SEALS, seals) != 0)
    abort ();
  send_bytes (&reply, sizeof reply, &fd, 1);
}

static void
do_jpeg (void)
{
  send_file (JPEG, sizeof JPEG - 1, SEALS);
}

static void
do_unsealed_jpeg (void)
{
  send_file (JPEG, sizeof JPEG - 1, F_SEAL_SHRINK);
}

static void
do_cut_jpeg (void)
{
  send_file (JPEG, sizeof JPEG - 2, SEALS);
}

static void
do_empty (void)
{
  send_file ("", 0, SEALS);
}

/* Of a size that is not the one that it says. */
static void
do_cut_webp (void)
{
  send_file (WEBP, sizeof WEBP - 2, SEALS);
}

static void
do_huge (void)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_PICTURE, "");
  const int fd = memfd_create ("stand-in", MFD_ALLOW_SEALING);

  if (ftruncate (fd, (off_t) CAS_DECODED_MAX_FILE_BYTES + 1) != 0
      || fcntl (fd, F_ADD_SEALS, SEALS) != 0)
    abort ();
  send_bytes (&reply, sizeof reply, &fd, 1);
}

static void
do_no_saver (void)
{
  const CasDecodedReply reply = reply_of (CAS_DECODED_NO_LOADER, "");

  send_bytes (&reply, sizeof reply, NULL, 0);
}

/* Whether what it is given can be changed. */
static void
do_try_to_change (void)
{
  const CasDecodedReply reply
    = reply_of (CAS_DECODED_FAILED, pwrite (STDIN_FILENO, "x", 1, 0) < 0 ? "nothing can be changed"
                                                                          : "it was changed");

  send_bytes (&reply, sizeof reply, NULL, 0);
}

static const struct
{
  const char *name;
  void      (*run) (void);
} behaviours[] = {
  { "right", do_right },
  { "unsealed", do_unsealed },
  { "half-sealed", do_half_sealed },
  { "wide", do_wide },
  { "overflow", do_overflow },
  { "no-width", do_no_width },
  { "alpha", do_alpha },
  { "many-texts", do_many_texts },
  { "few-texts", do_few_texts },
  { "open-text", do_open_text },
  { "latin-text", do_latin_text },
  { "no-memory-passed", do_no_memory_passed },
  { "file", do_file },
  { "many-descriptors", do_many_descriptors },
  { "garbage", do_garbage },
  { "short", do_short },
  { "long", do_long },
  { "unknown-result", do_unknown_result },
  { "no-memory", do_no_memory },
  { "no-memory-for-size", do_no_memory_for_size },
  { "wild-words", do_wild_words },
  { "segfault", do_segfault },
  { "abort", do_abort },
  { "fail", do_fail },
  { "nothing", do_nothing },
  { "hang", do_hang },
  { "lock-and-hang", do_lock_and_hang },
  { "close-and-hang", do_close_and_hang },
  { "leave-another", do_leave_another },
  { "descriptors", do_descriptors },
  { "environment", do_environment },
  { "signals", do_signals },
  { "jpeg", do_jpeg },
  { "unsealed-jpeg", do_unsealed_jpeg },
  { "cut-jpeg", do_cut_jpeg },
  { "empty", do_empty },
  { "cut-webp", do_cut_webp },
  { "huge", do_huge },
  { "no-saver", do_no_saver },
  { "try-to-change", do_try_to_change },
};

/* The name of the behaviour that is wanted. */
static gboolean
read_wanted (gboolean  encodes,
             char     *wanted,
             size_t    size)
{
  CasEncodedRequest request;

  memset (wanted, 0, size);
  if (!encodes)
    return read (STDIN_FILENO, wanted, size - 1) >= 0;
  return pread (STDIN_FILENO, &request, sizeof request, 0) == sizeof request
         && request.comment_bytes < size
         && pread (STDIN_FILENO, wanted, request.comment_bytes,
                   (off_t) (sizeof request + 3 * (size_t) request.width * request.height)) >= 0;
}

int
main (int    argc,
      char **argv)
{
  char wanted[64];

  if (!read_wanted (argc == 2 && strcmp (argv[1], CAS_ENCODED_ARGUMENT) == 0, wanted, sizeof wanted))
    return EXIT_FAILURE;
  for (guint i = 0; i < G_N_ELEMENTS (behaviours); i++)
    if (strcmp (behaviours[i].name, wanted) == 0)
      {
        behaviours[i].run ();
        return EXIT_SUCCESS;
      }
  return EXIT_FAILURE;
}
