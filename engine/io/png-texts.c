/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The texts of a PNG file without its pixels, which are stepped over. What is left of the file is a
 * picture for libpng as far as its first data, and that is how far libpng reads. */

#include "io/png-private.h"

#include "cascade/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <png.h>
#include <string.h>
#include <unistd.h>

/* Of length and type, and of the checksum that follows the data. */
#define HEAD_BYTES  8
#define CHECK_BYTES 4

/* More chunks than this are no picture. */
#define MAX_CHUNKS (1 << 20)

static const guint8 no_data[HEAD_BYTES] = { 0, 0, 0, 0, 'I', 'D', 'A', 'T' };

typedef struct
{
  int         fd;
  const char *name;
  guint8     *kept;
  gsize       n_kept;
} Skeleton;

static gboolean
read_at (Skeleton *s,
         guint64   at,
         guint8   *data,
         gsize     size,
         GError  **error)
{
  for (gsize n = 0; n < size;)
    {
      const ssize_t n_read = pread (s->fd, data + n, size - n, (off_t) (at + n));

      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        {
          const int error_number = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
                       _("%s cannot be read: %s."), s->name, g_strerror (error_number));
          return FALSE;
        }
      if (n_read == 0)
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                       _("%s is a damaged PNG picture: %s."), s->name, _("it ends too early"));
          return FALSE;
        }
      n += (gsize) n_read;
    }
  return TRUE;
}

/* Room for more at the end of what is kept; NULL with an error. */
static guint8 *
grow (Skeleton *s,
      gsize     size,
      GError  **error)
{
  guint8 *kept = g_try_realloc (s->kept, s->n_kept + size);

  if (kept == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for the %zu bytes of %s."), s->n_kept + size, s->name);
      return NULL;
    }
  s->kept = kept;
  s->n_kept += size;
  return kept + s->n_kept - size;
}

static gboolean
keep (Skeleton *s,
      guint64   at,
      gsize     size,
      GError  **error)
{
  guint8 *data = grow (s, size, error);

  return data != NULL && read_at (s, at, data, size, error);
}

/* What libpng asks for before it takes a text. */
static gboolean
is_needed (const guint8 *type)
{
  static const char *const types[] = { "IHDR", "PLTE", "tEXt", "zTXt", "iTXt" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (memcmp (type, types[i], 4) == 0)
      return TRUE;
  return FALSE;
}

/* Chunk after chunk, until the last. */
static gboolean
gather (Skeleton *s,
        GError  **error)
{
  guint64 at = CAS_PNG_SIGNATURE_BYTES;
  guint8 head[HEAD_BYTES], last, *end;
  guint n_needed = 0;

  if (!keep (s, 0, CAS_PNG_SIGNATURE_BYTES, error))
    return FALSE;
  for (guint i = 0; i < MAX_CHUNKS; i++)
    {
      if (!read_at (s, at, head, sizeof head, error))
        return FALSE;

      const guint32 length = png_get_uint_32 (head);
      const gsize whole = HEAD_BYTES + (gsize) length + CHECK_BYTES;

      if (!cas_png_check_text (head, s->name, error))
        return FALSE;
      if (is_needed (head + 4) && length <= CAS_PNG_MAX_TEXT_BYTES
          && n_needed++ < CAS_PNG_MAX_CHUNKS)
        {
          if (!keep (s, at, whole, error))
            return FALSE;
        }
      else if (!read_at (s, at + whole - 1, &last, 1, error))
        return FALSE;
      if (memcmp (head + 4, "IEND", 4) == 0)
        break;
      at += whole;
    }
  end = grow (s, sizeof no_data, error);
  if (end == NULL)
    return FALSE;
  memcpy (end, no_data, sizeof no_data);
  return TRUE;
}

CasPng *
cas_png_read_texts (const char *path,
                    GError    **error)
{
  g_autofree char *name = g_filename_display_name (path);
  Skeleton s = { .fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), .name = name };
  CasPng *picture = NULL;

  if (s.fd < 0)
    {
      const int error_number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
                   _("%s cannot be read: %s."), name, g_strerror (error_number));
      return NULL;
    }
  if (gather (&s, error))
    picture = cas_png_decode_texts (s.kept, s.n_kept, name, error);
  close (s.fd);
  g_free (s.kept);
  return picture;
}
