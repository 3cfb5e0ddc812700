/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixels into a JPEG or WebP file in memory that is handed over. */

#define _GNU_SOURCE /* memfd_create() */

#include "decode/encode.h"

#include "decode/embed.h"
#include "decode/reply.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <lcms2.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct
{
  CasEncodedRequest header;
  DecodeSubject     subject;
  const guint8     *pixels;
  char             *comment; /* nullable, as the next */
  char             *xmp;
} Request;

/* --- what is asked ------------------------------------------------------------------------- */

static char *
take_text (const guint8 **at,
           guint32        size)
{
  char *text = size > 0 ? g_strndup ((const char *) *at, size) : NULL;

  *at += size;
  return text;
}

static void
read_request (Request      *request,
              const guint8 *data,
              gsize         size)
{
  CasEncodedRequest *header = &request->header;

  if (size < sizeof *header)
    decode_refuse (CAS_DECODED_FAILED, &request->subject, g_strerror (EINVAL));
  memcpy (header, data, sizeof *header);

  const guint64 n_pixels = (guint64) header->width * header->height;

  header->format[sizeof header->format - 1] = '\0';
  if (header->magic != CAS_DECODED_MAGIC || header->version != CAS_DECODED_VERSION
      || header->width < 1 || header->width > CAS_DECODED_MAX_SIDE
      || header->height < 1 || header->height > CAS_DECODED_MAX_SIDE
      || n_pixels > CAS_DECODED_MAX_PIXELS || header->comment_bytes > CAS_ENCODED_MAX_TEXT_BYTES
      || header->xmp_bytes > CAS_ENCODED_MAX_TEXT_BYTES
      || size != sizeof *header + 3 * n_pixels + header->comment_bytes + header->xmp_bytes)
    decode_refuse (CAS_DECODED_FAILED, &request->subject, g_strerror (EINVAL));

  const guint8 *texts = data + sizeof *header + 3 * n_pixels;

  request->subject = (DecodeSubject) { header->width, header->height, header->format };
  request->pixels = data + sizeof *header;
  request->comment = take_text (&texts, header->comment_bytes);
  request->xmp = take_text (&texts, header->xmp_bytes);
}

/* --- the file ------------------------------------------------------------------------------ */

/* Memory that grows as far as there is some. */
typedef struct
{
  guint8 *data;
  gsize   size, room;
} Output;

static gboolean
take_bytes (const char *data,
            gsize       size,
            GError    **error,
            gpointer    user_data)
{
  Output *output = user_data;

  if (size > output->room - output->size)
    {
      const gsize room = MAX (2 * output->room, output->size + size);
      guint8 *grown = room <= 2 * (gsize) CAS_DECODED_MAX_FILE_BYTES
                        ? g_try_realloc (output->data, room) : NULL;

      if (!grown)
        {
          g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY, "");
          return FALSE;
        }
      output->data = grown;
      output->room = room;
    }
  memcpy (output->data + output->size, data, size);
  output->size += size;
  return TRUE;
}

/* In base64, as gdk-pixbuf wants it. Without the date on which it was made, that a picture is the
 * same bytes tomorrow. */
static char *
dup_srgb_profile (void)
{
  enum { DATE = 24, DATE_SIZE = 12 };
  cmsHPROFILE profile = cmsCreate_sRGBProfile ();
  cmsUInt32Number size = 0;

  if (!profile || !cmsSaveProfileToMem (profile, NULL, &size))
    return NULL;

  g_autofree guchar *icc = g_malloc (size);

  if (!cmsSaveProfileToMem (profile, icc, &size) || size < DATE + DATE_SIZE)
    return NULL;
  memcpy (icc + DATE, "\x07\xd0\0\x01\0\x01\0\0\0\0\0\0", DATE_SIZE); /* 2000-01-01 */
  return g_base64_encode (icc, size);
}

static GdkPixbufFormat *
find_saver (const char *name)
{
  g_autoptr (GSList) formats = gdk_pixbuf_get_formats ();

  for (GSList *l = formats; l; l = l->next)
    {
      g_autofree char *found = gdk_pixbuf_format_get_name (l->data);

      if (g_str_equal (found, name) && gdk_pixbuf_format_is_writable (l->data))
        return l->data;
    }
  return NULL;
}

static void G_GNUC_NORETURN
refuse (const Request *request,
        const GError  *error)
{
  if (g_error_matches (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY))
    decode_refuse (CAS_DECODED_NO_MEMORY, &request->subject, NULL);
  if (g_error_matches (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
    decode_refuse (CAS_DECODED_NO_LOADER, &request->subject, NULL);
  decode_refuse (CAS_DECODED_FAILED, &request->subject, error->message);
}

static void
encode (const Request *request,
        Output        *output)
{
  const CasEncodedRequest *header = &request->header;
  g_autofree char *quality = g_strdup_printf ("%u", header->quality);
  g_autofree char *profile = dup_srgb_profile ();
  char *keys[] = { (char *) "quality", (char *) "icc-profile", NULL };
  char *values[] = { quality, profile, NULL };
  g_autoptr (GError) error = NULL;

  if (!find_saver (header->format))
    decode_refuse (CAS_DECODED_NO_LOADER, &request->subject, NULL);
  if (!profile)
    decode_refuse (CAS_DECODED_NO_MEMORY, &request->subject, NULL);

  GdkPixbuf *pixbuf
    = gdk_pixbuf_new_from_data (request->pixels, GDK_COLORSPACE_RGB, FALSE, 8, (int) header->width,
                                (int) header->height, (int) (3 * header->width), NULL, NULL);

  if (!gdk_pixbuf_save_to_callbackv (pixbuf, take_bytes, output, header->format, keys, values,
                                     &error))
    refuse (request, error);
}

/* --- handing over -------------------------------------------------------------------------- */

static void
write_all (int            memory,
           const void    *data,
           gsize          size,
           const Request *request)
{
  for (gsize done = 0; done < size;)
    {
      const ssize_t n = write (memory, (const char *) data + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        decode_refuse (CAS_DECODED_NO_MEMORY, &request->subject, NULL);
      done += (gsize) n;
    }
}

void
decode_encode (const guint8 *data,
               gsize         size)
{
  Request request = { 0 };
  Output output = { 0 };
  DecodeFile file;

  read_request (&request, data, size);
  encode (&request, &output);

  const CasDecodedResult result = decode_embed (&file, &request.subject, output.data, output.size,
                                                request.comment, request.xmp);

  if (result != CAS_DECODED_PICTURE)
    decode_refuse (result, &request.subject, NULL);

  const int memory = memfd_create ("weir-decode", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (memory < 0)
    decode_refuse (CAS_DECODED_FAILED, &request.subject, g_strerror (errno));
  write_all (memory, file.head->data, file.head->len, &request);
  write_all (memory, file.body, file.body_size, &request);
  write_all (memory, file.tail->data, file.tail->len, &request);
  decode_hand_over (&request.subject, memory);
}
