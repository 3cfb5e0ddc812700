/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hands pixels to weir-decode in sealed memory, and believes nothing of the file that comes back
 * that it has not checked. */

#define _GNU_SOURCE /* memfd_create(), F_ADD_SEALS */

#include "io/picture-encode.h"

#include "base/decoded.h"
#include "cascade/error.h"
#include "io/decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

static const struct
{
  const char *id;      /* gdk-pixbuf's */
  const char *name;    /* a person's */
  const char *package; /* that has the saver */
  guint       max_side;
} formats[CAS_N_IMAGE_FORMATS] = {
  [CAS_IMAGE_PNG] = { "png", "PNG", "libgdk-pixbuf-2.0-0", CAS_DECODED_MAX_SIDE },
  [CAS_IMAGE_JPEG] = { "jpeg", "JPEG", "libgdk-pixbuf-2.0-0", CAS_DECODED_MAX_SIDE },
  [CAS_IMAGE_WEBP] = { "webp", "WebP", "webp-pixbuf-loader", 16383 },
};

/* --- what is asked ------------------------------------------------------------------------- */

static gboolean
check_size (CasImage       *image,
            const char     *name,
            CasImageFormat  format,
            GError        **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);

  if (MAX (width, height) <= formats[format].max_side
      && (guint64) width * height <= CAS_DECODED_MAX_PIXELS)
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("%s cannot be written: a %s picture may have %u pixels a side and %d in all, and "
                 "this one has %u×%u. PNG has no such limit."), name, formats[format].name,
               formats[format].max_side, CAS_DECODED_MAX_PIXELS, width, height);
  return FALSE;
}

static gboolean
fail_texts (const char     *name,
            CasImageFormat  format,
            GError        **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("%s cannot be written: a %s picture has no room for settings as long as these. "
                 "Leave them out, or choose PNG."), name, formats[format].name);
  return FALSE;
}

static gboolean
append (int         memory,
        const void *data,
        gsize       size)
{
  for (gsize done = 0; done < size;)
    {
      const ssize_t n = write (memory, (const char *) data + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

/* A descriptor of memory that nobody can change any more, or -1. */
static int
make_request (CasImage                      *image,
              const char                    *name,
              const CasPictureEncodeParams  *params,
              GError                       **error)
{
  const gsize comment_size = params->comment ? strlen (params->comment) : 0;
  const gsize xmp_size = params->xmp ? strlen (params->xmp) : 0;
  CasEncodedRequest header = {
    .magic = CAS_DECODED_MAGIC, .version = CAS_DECODED_VERSION, .quality = params->quality,
    .width = cas_image_get_width (image), .height = cas_image_get_height (image),
    .comment_bytes = (guint32) comment_size, .xmp_bytes = (guint32) xmp_size,
  };

  if (comment_size + xmp_size > CAS_ENCODED_MAX_TEXT_BYTES)
    {
      fail_texts (name, params->format, error);
      return -1;
    }
  g_strlcpy (header.format, formats[params->format].id, sizeof header.format);

  const int memory = memfd_create ("weir-encode", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (memory >= 0 && append (memory, &header, sizeof header)
      && append (memory, cas_image_get_pixels (image),
                 cas_image_get_stride (image) * header.height)
      && append (memory, params->comment, comment_size)
      && append (memory, params->xmp, xmp_size) && fcntl (memory, F_ADD_SEALS, SEALS) == 0)
    return memory;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory to write %s: %s."), name, g_strerror (errno));
  if (memory >= 0)
    close (memory);
  return -1;
}

/* --- what was refused ---------------------------------------------------------------------- */

static void
set_refusal (const CasDecodedReply *reply,
             const char            *name,
             CasImageFormat         format,
             GError               **error)
{
  g_autofree char *detail = cas_decoder_dup_detail (reply);

  switch ((CasDecodedResult) reply->result)
    {
    case CAS_DECODED_NO_LOADER:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s cannot be written: nothing on this system writes %s. It comes with the "
                     "package “%s”."), name, formats[format].name, formats[format].package);
      break;
    case CAS_DECODED_TEXTS_TOO_LONG:
      fail_texts (name, format, error);
      break;
    case CAS_DECODED_NO_MEMORY:
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory to write %s: %s."), name, g_strerror (ENOMEM));
      break;
    case CAS_DECODED_FAILED:
      g_set_error (error, CAS_ERROR, CAS_ERROR_WORKER_DIED, _("%s could not be written: %s."), name,
                   detail);
      break;
    case CAS_DECODED_PICTURE:
    case CAS_DECODED_TOO_LARGE:
    case CAS_DECODED_DAMAGED:
    case CAS_DECODED_OTHER_FORMAT:
    default:
      g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                   _("%s could not be written: weir-decode said nothing that can be understood."),
                   name);
    }
}

/* --- what was written ---------------------------------------------------------------------- */

/* Whether it begins and ends as its format says. */
static gboolean
is_whole (CasImageFormat  format,
          const guint8   *data,
          gsize           size)
{
  guint32 riff_size;

  if (size < 12)
    return FALSE;
  if (format == CAS_IMAGE_JPEG)
    return memcmp (data, "\xff\xd8\xff", 3) == 0 && memcmp (data + size - 2, "\xff\xd9", 2) == 0;
  memcpy (&riff_size, data + 4, sizeof riff_size);
  return memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0
         && (guint64) GUINT32_FROM_LE (riff_size) + 8 == size;
}

static gboolean
fail_result (const char *name,
             const char *trouble,
             GError    **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
               _("%s could not be written: what weir-decode made of it %s."), name, trouble);
  return FALSE;
}

static GBytes *
take_file (int             memory,
           const char     *name,
           CasImageFormat  format,
           GError        **error)
{
  g_autofree guint8 *data = NULL;
  guint64 size;

  if (!cas_decoder_is_sealed (memory, &size))
    fail_result (name, _("is not sealed"), error);
  else if (size == 0 || size > CAS_DECODED_MAX_FILE_BYTES)
    fail_result (name, _("has sizes that do not fit"), error);
  else if (!(data = g_try_malloc (size)))
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _("There is no memory to write %s: %s."), name, g_strerror (ENOMEM));
  else if (!cas_decoder_read (memory, 0, data, size))
    fail_result (name, _("cannot be read"), error);
  else if (!is_whole (format, data, size))
    fail_result (name, _("is no picture of this format"), error);
  else
    return g_bytes_new_take (g_steal_pointer (&data), size);
  return NULL;
}

GBytes *
cas_picture_encode (CasImage                      *image,
                    const char                    *name,
                    const CasPictureEncodeParams  *params,
                    GCancellable                  *cancellable,
                    GError                       **error)
{
  const guint timeout_ms = params->timeout_ms ? params->timeout_ms : CAS_ENCODED_SECONDS * 1000;
  GBytes *file = NULL;
  CasDecodedReply reply;
  int memory;

  if (!check_size (image, name, params->format, error))
    return NULL;

  const int request = make_request (image, name, params, error);

  if (request < 0)
    return NULL;

  const gboolean is_answered = cas_decoder_run (params->program, CAS_ENCODED_ARGUMENT, request, name,
                                                timeout_ms, cancellable, &reply, &memory, error);

  close (request);
  if (!is_answered)
    return NULL;
  if (reply.result == CAS_DECODED_PICTURE && memory >= 0)
    file = take_file (memory, name, params->format, error);
  else
    set_refusal (&reply, name, params->format, error);
  if (memory >= 0)
    close (memory);
  return file;
}
