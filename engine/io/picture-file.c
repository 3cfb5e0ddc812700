/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens a picture, has weir-decode decode it, and believes nothing of the answer that it has not
 * checked. */

#include "io/picture-file.h"

#include "cascade/error.h"
#include "io/decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the file ------------------------------------------------------------------------------ */

static gboolean
check_file (int         fd,
            const char *name,
            GError    **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("%s cannot be read: %s."),
                 name, g_strerror (errno));
  else if (S_ISDIR (status.st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, _("%s is a folder, not a picture."),
                 name);
  else if (!S_ISREG (status.st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("%s is not a file."), name);
  else if (status.st_size == 0)
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE, _("%s is empty, and no picture."), name);
  else if (status.st_size > CAS_DECODED_MAX_FILE_BYTES)
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                 _("%s has %" PRIu64 " bytes, and a picture may have %d."), name,
                 (guint64) status.st_size, CAS_DECODED_MAX_FILE_BYTES);
  else
    return TRUE;
  return FALSE;
}

static int
open_file (const char *path,
           const char *name,
           GError    **error)
{
  int fd;

  do
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a pipe must not hang us */
  while (fd < 0 && errno == EINTR);
  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("%s cannot be read: %s."),
                   name, g_strerror (errno));
      return -1;
    }
  if (check_file (fd, name, error))
    return fd;
  close (fd);
  return -1;
}

/* --- what was refused ---------------------------------------------------------------------- */

static char *
dup_format (const CasDecodedReply *reply)
{
  g_autofree char *format = g_strndup (reply->format, sizeof reply->format);

  return g_str_is_ascii (format) ? g_steal_pointer (&format) : g_strdup ("");
}

static void
set_refusal (const CasDecodedReply *reply,
             const char            *name,
             GError               **error)
{
  g_autofree char *detail = cas_decoder_dup_detail (reply);
  g_autofree char *format = dup_format (reply);

  switch ((CasDecodedResult) reply->result)
    {
    case CAS_DECODED_TOO_LARGE:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s is a picture of %u×%u, wanted at most %d a side and %d pixels in all."),
                   name, reply->width, reply->height, CAS_DECODED_MAX_SIDE,
                   CAS_DECODED_MAX_PIXELS);
      break;
    case CAS_DECODED_NO_LOADER:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s is a picture in the format “%s”, and gdk-pixbuf has no loader for "
                     "that on this system."), name, format);
      break;
    case CAS_DECODED_OTHER_FORMAT:
      if (*format)
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                     _("%s is a picture in the format “%s”, and those that can be read are %s."),
                     name, format, CAS_DECODED_FORMATS);
      else
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                     _("%s is no picture of a format that can be read: %s."), name,
                     CAS_DECODED_FORMATS);
      break;
    case CAS_DECODED_DAMAGED:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE, _("%s is a damaged picture: %s."), name,
                   detail);
      break;
    case CAS_DECODED_NO_MEMORY:
      if (reply->width > 0)
        g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                     _("There is no memory to decode %s, a picture of %u×%u."), name,
                     reply->width, reply->height);
      else
        g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                     _("There is no memory to decode %s."), name);
      break;
    case CAS_DECODED_FAILED:
      g_set_error (error, CAS_ERROR, CAS_ERROR_WORKER_DIED, _("%s could not be decoded: %s."),
                   name, detail);
      break;
    case CAS_DECODED_PICTURE:
    case CAS_DECODED_TEXTS_TOO_LONG:
    default:
      g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                   _("%s could not be decoded: weir-decode said nothing that can be understood."),
                   name);
    }
}

/* --- what was decoded ---------------------------------------------------------------------- */

static gboolean
fail_result (const char *name,
             const char *trouble,
             GError    **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
               _("%s could not be decoded: what weir-decode made of it %s."), name, trouble);
  return FALSE;
}

static gboolean
read_result (int         memory,
             gsize       at,
             void       *data,
             gsize       size,
             const char *name,
             GError    **error)
{
  return cas_decoder_read (memory, at, data, size)
         || fail_result (name, _("cannot be read"), error);
}

/* Nobody can change the memory any more, and it is as large as its header says. */
static gboolean
read_header (int               memory,
             CasDecodedHeader *header,
             const char       *name,
             GError          **error)
{
  guint64 size;

  if (!cas_decoder_is_sealed (memory, &size))
    return fail_result (name, _("is not sealed"), error);
  if (!read_result (memory, 0, header, sizeof *header, name, error))
    return FALSE;

  const guint64 n_pixels = (guint64) header->width * header->height;

  if (header->magic != CAS_DECODED_MAGIC || header->version != CAS_DECODED_VERSION
      || header->width < 1 || header->width > CAS_DECODED_MAX_SIDE
      || header->height < 1 || header->height > CAS_DECODED_MAX_SIDE
      || n_pixels > CAS_DECODED_MAX_PIXELS || header->n_texts > CAS_DECODED_MAX_TEXTS
      || header->text_bytes > CAS_DECODED_MAX_TEXT_BYTES
      || size != sizeof *header + (header->has_alpha ? 4 : 3) * n_pixels + header->text_bytes)
    return fail_result (name, _("has sizes that do not fit"), error);
  return TRUE;
}

static gboolean
read_image (CasPictureFile         *picture,
            int                     memory,
            const CasDecodedHeader *header,
            const char             *name,
            GError                **error)
{
  const gsize n_pixels = (gsize) header->width * header->height;
  CasImage *image = cas_image_new (header->width, header->height, error);

  picture->image = image;
  return image
         && read_result (memory, sizeof *header, cas_image_get_pixels (image), 3 * n_pixels, name,
                         error)
         && (!header->has_alpha
             || (cas_image_add_alpha (image, error)
                 && read_result (memory, sizeof *header + 3 * n_pixels,
                                 cas_image_get_alpha (image), n_pixels, name, error)));
}

/* Takes a text from a block that ends with a NUL. */
static char *
take_text (const char **at,
           const char  *end)
{
  if (*at == end)
    return NULL;

  const char *text = *at;
  const gsize length = strlen (text);

  *at += length + 1;
  return g_utf8_validate (text, (gssize) length, NULL) ? g_strdup (text) : NULL;
}

static gboolean
read_texts (CasPictureFile         *picture,
            int                     memory,
            const CasDecodedHeader *header,
            const char             *name,
            GError                **error)
{
  const gsize size = header->text_bytes;
  const gsize start = sizeof *header
                      + (header->has_alpha ? 4 : 3) * (gsize) header->width * header->height;
  g_autofree char *block = g_try_malloc (size + 1);
  const char *at = block;

  if (!block)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for the %zu bytes of text in %s."), size, name);
      return FALSE;
    }
  if (!read_result (memory, start, block, size, name, error))
    return FALSE;
  block[size] = '\0';
  if (size > 0 && block[size - 1] != '\0')
    return fail_result (name, _("has texts that do not fit"), error);

  picture->texts = g_new0 (CasPictureFileText, header->n_texts);
  for (guint i = 0; i < header->n_texts; i++)
    {
      CasPictureFileText *text = &picture->texts[picture->n_texts++];

      text->key = take_text (&at, block + size);
      text->text = text->key ? take_text (&at, block + size) : NULL;
      if (!text->text)
        return fail_result (name, _("has texts that do not fit"), error);
    }
  return at == block + size || fail_result (name, _("has texts that do not fit"), error);
}

static CasPictureFile *
take_picture (const CasDecodedReply *reply,
              int                    memory,
              const char            *name,
              GError               **error)
{
  g_autoptr (CasPictureFile) picture = g_new0 (CasPictureFile, 1);
  CasDecodedHeader header;

  picture->format = g_strndup (reply->format, sizeof reply->format);
  if (!read_header (memory, &header, name, error)
      || !read_image (picture, memory, &header, name, error)
      || !read_texts (picture, memory, &header, name, error))
    return NULL;

  picture->trouble = header.trouble;
  picture->lacks_profile = header.profile == CAS_DECODED_PROFILE_LEFT_OUT;
  if (picture->lacks_profile)
    g_info ("%s has a colour profile that cannot be used. Its colours are taken as sRGB.", name);
  return g_steal_pointer (&picture);
}

/* --- all of it ----------------------------------------------------------------------------- */

static CasPictureFile *
decode (int                          fd,
        const char                  *name,
        const CasPictureFileParams  *params,
        GCancellable                *cancellable,
        GError                     **error)
{
  const guint timeout_ms = params && params->timeout_ms ? params->timeout_ms
                                                        : CAS_DECODED_SECONDS * 1000;
  CasPictureFile *picture = NULL;
  CasDecodedReply reply;
  int memory;

  if (!cas_decoder_run (params ? params->program : NULL, NULL, fd, name, timeout_ms, cancellable,
                        &reply, &memory, error))
    return NULL;

  if (reply.result == CAS_DECODED_PICTURE && memory >= 0)
    picture = take_picture (&reply, memory, name, error);
  else
    set_refusal (&reply, name, error);
  if (memory >= 0)
    close (memory);
  return picture;
}

CasPictureFile *
cas_picture_file_read (const char                  *path,
                       const CasPictureFileParams  *params,
                       GCancellable                *cancellable,
                       GError                     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  const int fd = open_file (path, name, error);

  if (fd < 0)
    return NULL;

  CasPictureFile *picture = decode (fd, name, params, cancellable, error);

  close (fd);
  return picture;
}

void
cas_picture_file_free (CasPictureFile *picture)
{
  if (!picture)
    return;

  cas_image_unref (picture->image);
  for (guint i = 0; i < picture->n_texts; i++)
    {
      g_free (picture->texts[i].key);
      g_free (picture->texts[i].text);
    }
  g_free (picture->texts);
  g_free (picture->format);
  g_free (picture);
}

const char *
cas_picture_file_lookup_text (const CasPictureFile *picture,
                              const char           *key)
{
  for (guint i = 0; i < picture->n_texts; i++)
    if (g_str_equal (picture->texts[i].key, key))
      return picture->texts[i].text;
  return NULL;
}

CasImage *
cas_image_load (const char   *path,
                GCancellable *cancellable,
                GError      **error)
{
  g_autoptr (CasPictureFile) picture = cas_picture_file_read (path, NULL, cancellable, error);

  return picture ? cas_image_ref (picture->image) : NULL;
}
