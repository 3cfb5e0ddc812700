/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What weir-decode answers: one message, and perhaps a descriptor with it. */

#define _GNU_SOURCE /* F_ADD_SEALS */

#include "decode/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

static CasDecodedReply
compose (CasDecodedResult     result,
         const DecodeSubject *subject,
         const char          *detail)
{
  CasDecodedReply reply = {
    .magic = CAS_DECODED_MAGIC,
    .version = CAS_DECODED_VERSION,
    .result = result,
    .width = subject->width,
    .height = subject->height,
  };

  g_strlcpy (reply.format, subject->format ? subject->format : "", sizeof reply.format);
  g_strlcpy (reply.detail, detail ? detail : "", sizeof reply.detail);
  return reply;
}

/* Ends without what exit() does: nothing here needs it, and what a damaged picture has done to
 * the libraries does not matter any more. */
static void G_GNUC_NORETURN
send_and_end (CasDecodedReply *reply,
              int              memory)
{
  union
  {
    struct cmsghdr header;
    char           bytes[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  struct iovec data = { reply, sizeof *reply };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
  ssize_t n;

  if (memory >= 0)
    {
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof memory);
      memcpy (CMSG_DATA (&control.header), &memory, sizeof memory);
      message.msg_control = &control;
      message.msg_controllen = CMSG_LEN (sizeof memory);
    }
  do
    n = sendmsg (CAS_DECODED_SOCKET, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  _exit (n == sizeof *reply ? EXIT_SUCCESS : EXIT_FAILURE);
}

void
decode_refuse (CasDecodedResult     result,
               const DecodeSubject *subject,
               const char          *detail)
{
  CasDecodedReply reply = compose (result, subject, detail);

  send_and_end (&reply, -1);
}

void
decode_hand_over (const DecodeSubject *subject,
                  int                  memory)
{
  if (fcntl (memory, F_ADD_SEALS, SEALS) != 0)
    decode_refuse (CAS_DECODED_FAILED, subject, g_strerror (errno));

  CasDecodedReply reply = compose (CAS_DECODED_PICTURE, subject, NULL);

  send_and_end (&reply, memory);
}
