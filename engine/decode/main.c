/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-decode: reads a picture from its standard input and hands it, upright and in sRGB, to the
 * process that started it; or writes one that it is given. base/decoded.h says how. */

#include "decode/confine.h"
#include "decode/encode.h"
#include "decode/load.h"
#include "decode/result.h"
#include "decode/texts.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const DecodeSubject unknown = { 0 };

static gboolean
is_started_by_weir (void)
{
  int type;
  socklen_t size = sizeof type;

  return getsockopt (CAS_DECODED_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) == 0
         && type == SOCK_SEQPACKET;
}

/* All of the standard input. */
static guint8 *
read_input (gsize *size)
{
  const off_t end = lseek (STDIN_FILENO, 0, SEEK_END);
  guint8 *data;

  if (end <= 0 || end > CAS_DECODED_MAX_FILE_BYTES)
    decode_refuse (CAS_DECODED_FAILED, &unknown, g_strerror (end < 0 ? errno : EFBIG));
  data = g_try_malloc ((gsize) end);
  if (!data)
    decode_refuse (CAS_DECODED_NO_MEMORY, &unknown, NULL);

  *size = 0;
  while (*size < (gsize) end)
    {
      const ssize_t n = pread (STDIN_FILENO, data + *size, (gsize) end - *size, (off_t) *size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        decode_refuse (CAS_DECODED_FAILED, &unknown, g_strerror (errno));
      if (n == 0)
        break; /* it became shorter: what is missing is missing */
      *size += (gsize) n;
    }
  return data;
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  const gboolean encodes = argc == 2 && strcmp (argv[1], CAS_ENCODED_ARGUMENT) == 0;

  if (argc > 1 + encodes || !is_started_by_weir ())
    {
      fputs (_("weir-decode is a part of Weir, which starts it for each picture that it reads or "
               "writes.\n"),
             stderr);
      return EXIT_FAILURE;
    }
  if (!decode_confine ())
    decode_refuse (CAS_DECODED_FAILED, &unknown, g_strerror (errno));

  gsize size;
  g_autofree guint8 *data = read_input (&size);

  if (encodes)
    decode_encode (data, size);

  const DecodePixels pixels = decode_load (data, size);
  DecodeTexts texts;

  decode_texts_read (&texts, pixels.subject.format, data, size);
  decode_finish (&pixels, &texts);
}
