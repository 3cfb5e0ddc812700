/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Safetensors files: opened, looked up and read. */

#include "io/safetensors.h"

#include "cascade/error.h"
#include "io/safetensors-header.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_HEADER_BYTES   G_GUINT64_CONSTANT (100000000)
#define LARGE_HEADER_BYTES G_GUINT64_CONSTANT (16777216)

struct _CasSafetensors
{
  gatomicrefcount      ref_count;
  char                *path;
  char                *display_name;
  int                  fd;
  guint64              file_size;
  gint64               marks[4]; /* as cas_safetensors_identify() hands them on */
  CasSafetensorsHeader header;
};

static gboolean
read_at (const CasSafetensors *st,
         guint64               offset,
         void                 *dst,
         gsize                 size,
         GError              **error)
{
  guint8 *out = dst;

  while (size > 0)
    {
      ssize_t n_read = pread (st->fd, out, MIN (size, 1 << 30), (off_t) offset);

      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        {
          int saved_errno = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                       _("%s cannot be read at byte %" PRIu64 ": %s."),
                       st->display_name, offset, g_strerror (saved_errno));
          return FALSE;
        }
      if (n_read == 0)
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                       _("%s became shorter while it was in use: it had %" PRIu64
                         " bytes and now ends at %" PRIu64 "."),
                       st->display_name, st->file_size, offset);
          return FALSE;
        }
      out += n_read;
      offset += (guint64) n_read;
      size -= (gsize) n_read;
    }
  return TRUE;
}

static gboolean
open_file (CasSafetensors *st,
           GError        **error)
{
  struct stat status;

  /* not blocking, lest a named pipe hangs us */
  do
    st->fd = open (st->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  while (st->fd < 0 && errno == EINTR);
  if (st->fd < 0 || fstat (st->fd, &status) < 0)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                   _("%s cannot be opened: %s."), st->display_name, g_strerror (saved_errno));
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("%s is not a file."), st->display_name);
      return FALSE;
    }
  st->file_size = (guint64) status.st_size;
  st->marks[0] = (gint64) status.st_ino;
  st->marks[1] = status.st_size;
  st->marks[2] = status.st_mtim.tv_sec;
  st->marks[3] = status.st_mtim.tv_nsec;
  return TRUE;
}

/* What people take for a safetensors file, by its first eight bytes. */
static const struct
{
  const char *bytes;
  gsize       offset, size;
  const char *name;
} others[] = {
  { "\x89PNG", 0, 4, N_("a PNG picture") },
  { "\xff\xd8\xff", 0, 3, N_("a JPEG picture") },
  { "GIF8", 0, 4, N_("a GIF picture") },
  { "RIFF", 0, 4, N_("a WebP picture") },
  { "II*\0", 0, 4, N_("a TIFF picture") },
  { "MM\0*", 0, 4, N_("a TIFF picture") },
  { "ftyp", 4, 4, N_("an AVIF or HEIF picture") },
  { "PK\3\4", 0, 4, N_("a file of PyTorch or a zip archive") },
  { "\x80\2", 0, 2, N_("an old file of PyTorch") },
  { "GGUF", 0, 4, N_("a GGUF file") },
  { "<", 0, 1, N_("a web page or other text, as a failed download leaves it") },
};

static gboolean
fail_other (const CasSafetensors *st,
            const char           *start,
            GError              **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (memcmp (start + others[i].offset, others[i].bytes, others[i].size) == 0)
      {
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                     _("%s: this is no safetensors file, but by its beginning %s."),
                     st->display_name, _(others[i].name));
        return FALSE;
      }
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
               _("%s: this is no safetensors file: it does not begin with the length of a header."),
               st->display_name);
  return FALSE;
}

/* The length of the header, which stands in the first eight bytes. */
static gboolean
read_length (CasSafetensors *st,
             guint64        *length,
             GError        **error)
{
  guint64 little_endian;

  if (st->file_size < 8)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: this is no safetensors file, or a truncated download: it has %" PRIu64
                     " bytes, wanted 10 or more."),
                   st->display_name, st->file_size);
      return FALSE;
    }
  if (!read_at (st, 0, &little_endian, sizeof little_endian, error))
    return FALSE;

  *length = GUINT64_FROM_LE (little_endian);
  if (*length < 2 || *length > MAX_HEADER_BYTES)
    return fail_other (st, (const char *) &little_endian, error);
  if (*length > st->file_size - 8)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: this is no safetensors file, or a truncated download: it has %" PRIu64
                     " bytes, wanted %" PRIu64 " for the header alone."),
                   st->display_name, st->file_size, *length + 8);
      return FALSE;
    }
  if (*length > LARGE_HEADER_BYTES)
    g_info ("%s has an unusually large header of %" PRIu64 " bytes", st->display_name, *length);
  return TRUE;
}

CasSafetensors *
cas_safetensors_open (const char *path,
                      GError    **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (CasSafetensors) st = g_new0 (CasSafetensors, 1);
  guint64 length;

  g_atomic_ref_count_init (&st->ref_count);
  st->fd = -1;
  st->path = g_strdup (path);
  st->display_name = g_filename_display_name (path);
  if (!open_file (st, error) || !read_length (st, &length, error))
    return NULL;

  char *text = g_try_malloc (length);
  if (text == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory for its header of %" PRIu64 " bytes."),
                   st->display_name, length);
      return NULL;
    }
  if (!read_at (st, 8, text, length, error))
    {
      g_free (text);
      return NULL;
    }
  if (!cas_safetensors_header_parse (&st->header, text, length, length + 8, st->file_size,
                                     st->display_name, error))
    return NULL;
  return g_steal_pointer (&st);
}

CasSafetensors *
cas_safetensors_ref (CasSafetensors *st)
{
  g_atomic_ref_count_inc (&st->ref_count);
  return st;
}

void
cas_safetensors_unref (CasSafetensors *st)
{
  if (!g_atomic_ref_count_dec (&st->ref_count))
    return;

  cas_safetensors_header_clear (&st->header);
  if (st->fd >= 0)
    close (st->fd);
  g_free (st->path);
  g_free (st->display_name);
  g_free (st);
}

void
cas_safetensors_identify (const CasSafetensors *st,
                          GChecksum            *checksum)
{
  g_checksum_update (checksum, (const guchar *) st->marks, sizeof st->marks);
}

const char *
cas_safetensors_get_path (const CasSafetensors *st)
{
  return st->path;
}

const char *
cas_safetensors_get_display_name (const CasSafetensors *st)
{
  return st->display_name;
}

guint
cas_safetensors_get_n_entries (const CasSafetensors *st)
{
  return st->header.n_entries;
}

const CasSafetensorsEntry *
cas_safetensors_get_entry (const CasSafetensors *st,
                           guint                 i)
{
  g_return_val_if_fail (i < st->header.n_entries, NULL);

  return &st->header.entries[i];
}

const CasSafetensorsEntry *
cas_safetensors_lookup (const CasSafetensors *st,
                        const char           *name)
{
  guint low = 0, high = st->header.n_entries;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = strcmp (name, st->header.by_name[middle]->name);

      if (order == 0)
        return st->header.by_name[middle];
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

guint
cas_safetensors_get_n_metadata (const CasSafetensors *st)
{
  return st->header.n_remarks;
}

const char *
cas_safetensors_get_metadata_key (const CasSafetensors *st,
                                  guint                 i)
{
  g_return_val_if_fail (i < st->header.n_remarks, NULL);

  return st->header.remarks[i].key;
}

const char *
cas_safetensors_lookup_metadata (const CasSafetensors *st,
                                 const char           *key)
{
  for (guint i = 0; i < st->header.n_remarks; i++)
    if (strcmp (st->header.remarks[i].key, key) == 0)
      return st->header.remarks[i].value;
  return NULL;
}

gboolean
cas_safetensors_read (const CasSafetensors      *st,
                      const CasSafetensorsEntry *entry,
                      guint64                    offset,
                      void                      *dst,
                      gsize                      size,
                      GError                   **error)
{
  if (offset > entry->size || size > entry->size - offset)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("%s: %zu bytes from byte %" PRIu64 " of tensor “%s” were asked for, "
                     "which has %" PRIu64 "."),
                   st->display_name, size, offset, entry->name, entry->size);
      return FALSE;
    }

  g_autoptr (GError) local_error = NULL;
  if (!read_at (st, entry->offset + offset, dst, size, &local_error))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  _("Tensor “%s”: "), entry->name);
      return FALSE;
    }
  return TRUE;
}
