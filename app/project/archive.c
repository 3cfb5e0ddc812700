/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Zip files through libarchive: by their list of contents at the end, and where that is damaged from
 * the first entry on. */

#include "project/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cascade/error.h>
#include <glib/gi18n.h>

#define MAX_ENTRIES 256
#define BLOCK_BYTES (1 << 16)

/* All of it unpacked, in bytes: pictures do not shrink again, text does. */
#define MAX_RATIO   64
#define FREE_BYTES  (16 << 20)

typedef struct archive       Archive;
typedef struct archive_entry ArchiveEntry;

static void
free_reader (Archive *archive)
{
  archive_read_free (archive);
}

static void
free_writer (Archive *archive)
{
  archive_write_free (archive);
}

/* --- in -------------------------------------------------------------------------------------- */

typedef struct
{
  WeirArchivePart *parts;
  guint            n_parts;
  guint64          bytes_left; /* to unpack */
  gboolean         is_over;    /* something is larger than it may be: nothing more is read */
  GCancellable    *cancellable;
} Reading;

static gboolean
fail_memory (GError **error)
{
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                       _("There is not enough memory for the project."));
  return FALSE;
}

static WeirArchivePart *
find_part (const Reading *reading,
           const char    *name)
{
  for (guint i = 0; name && i < reading->n_parts; i++)
    if (g_str_equal (reading->parts[i].name, name))
      return &reading->parts[i];
  return NULL;
}

/* Reads an entry to its end; keeps it in bytes if that is not NULL. Whether it is whole. */
static gboolean
read_entry (Reading   *reading,
            Archive   *archive,
            gsize      max_size,
            char     **bytes,
            gsize     *size,
            GError   **error)
{
  g_autofree char *block = g_malloc (BLOCK_BYTES);
  gsize capacity = 0;
  la_ssize_t n;

  *size = 0;
  while ((n = archive_read_data (archive, block, BLOCK_BYTES)) > 0)
    {
      reading->is_over = (guint64) n > reading->bytes_left || (gsize) n > max_size - *size;
      if (reading->is_over || g_cancellable_set_error_if_cancelled (reading->cancellable, error))
        return FALSE;
      reading->bytes_left -= (guint64) n;
      if (bytes && *size + (gsize) n > capacity)
        {
          char *larger;

          capacity = MAX (2 * capacity, *size + (gsize) n);
          larger = g_try_realloc (*bytes, capacity);
          if (!larger)
            return fail_memory (error);
          *bytes = larger;
        }
      if (bytes)
        memcpy (*bytes + *size, block, (gsize) n);
      *size += (gsize) n;
    }
  return n == 0;
}

/* FALSE: an error is set. */
static gboolean
read_part (Reading         *reading,
           Archive         *archive,
           ArchiveEntry    *entry,
           WeirArchivePart *part,
           GError         **error)
{
  const gboolean is_file = archive_entry_filetype (entry) == AE_IFREG;
  g_autofree char *bytes = NULL;
  g_autoptr (GError) trouble = NULL;
  gsize size;

  part->is_damaged = !is_file || archive_entry_is_encrypted (entry) ||
                     !read_entry (reading, archive, part->max_size, &bytes, &size, &trouble) ||
                     size == 0;
  if (trouble)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  if (!part->is_damaged)
    part->bytes = g_bytes_new_take (g_steal_pointer (&bytes), size);
  return TRUE;
}

/* FALSE: an error is set, or the archive broke off. */
static gboolean
read_entries (Reading  *reading,
              Archive  *archive,
              GError  **error)
{
  ArchiveEntry *entry;
  int status = ARCHIVE_OK;

  for (guint i = 0; i < MAX_ENTRIES && !reading->is_over; i++)
    {
      WeirArchivePart *part;
      gsize size;

      status = archive_read_next_header (archive, &entry);
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
        break;
      part = find_part (reading, archive_entry_pathname (entry));
      if (part && !part->bytes)
        {
          if (!read_part (reading, archive, entry, part, error))
            return FALSE;
        }
      /* libarchive would unpack all of it to skip it, however large */
      else if (!read_entry (reading, archive, G_MAXSSIZE, NULL, &size, error) && *error)
        return FALSE;
    }
  return status == ARCHIVE_EOF;
}

/* FALSE as of read_entries(). */
static gboolean
read_once (Reading   *reading,
           int        fd,
           gboolean   from_the_first,
           GError   **error)
{
  Archive *archive = archive_read_new ();
  gboolean is_good = archive != NULL || fail_memory (error);

  if (is_good)
    {
      if (from_the_first)
        archive_read_support_format_zip_streamable (archive);
      else
        archive_read_support_format_zip_seekable (archive);
      is_good = lseek (fd, 0, SEEK_SET) == 0 &&
                archive_read_open_fd (archive, fd, BLOCK_BYTES) == ARCHIVE_OK &&
                read_entries (reading, archive, error);
    }
  g_clear_pointer (&archive, free_reader);
  return is_good;
}

static int
open_file (const char  *path,
           guint64     *size,
           GError     **error)
{
  const int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* lest a named pipe hangs us */
  g_autofree char *shown = g_filename_display_name (path);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0)
    {
      const int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), _("%s cannot be read: %s."),
                   shown, g_strerror (number));
    }
  else if (!S_ISREG (status.st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("%s is not a file."), shown);
  else
    {
      *size = (guint64) status.st_size;
      return fd;
    }
  if (fd >= 0)
    close (fd);
  return -1;
}

gboolean
weir_archive_read (const char       *path,
                   WeirArchivePart  *parts,
                   guint             n_parts,
                   GCancellable     *cancellable,
                   GError          **error)
{
  Reading reading = { .parts = parts, .n_parts = n_parts, .cancellable = cancellable };
  g_autoptr (GError) trouble = NULL;
  gboolean has_any = FALSE;
  guint64 size;
  const int fd = open_file (path, &size, error);

  if (fd < 0)
    return FALSE;

  reading.bytes_left = FREE_BYTES + MAX_RATIO * MIN (size, G_MAXUINT32);
  if (!read_once (&reading, fd, FALSE, &trouble) && !trouble && !reading.is_over)
    read_once (&reading, fd, TRUE, &trouble);
  close (fd);
  for (guint i = 0; i < n_parts; i++)
    has_any |= parts[i].bytes != NULL;
  if (!trouble && !has_any)
    {
      g_autofree char *shown = g_filename_display_basename (path);

      trouble = g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _("“%s” is not a project of Weir, or is too damaged to be read."),
                             shown);
    }
  if (!trouble)
    return TRUE;
  weir_archive_clear (parts, n_parts);
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
}

/* --- out ------------------------------------------------------------------------------------- */

typedef struct
{
  char *bytes;
  gsize size, capacity;
} Packing;

static la_ssize_t
append (Archive    *archive,
        void       *user_data,
        const void *bytes,
        size_t      size)
{
  Packing *packing = user_data;

  if (size > packing->capacity - packing->size)
    {
      archive_set_error (archive, ENOMEM, "out of memory");
      return -1;
    }
  memcpy (packing->bytes + packing->size, bytes, size);
  packing->size += size;
  return (la_ssize_t) size;
}

static gboolean
append_part (Archive               *archive,
             const WeirArchivePart *part)
{
  const gsize size = g_bytes_get_size (part->bytes);
  ArchiveEntry *entry = archive_entry_new ();
  gboolean is_good = entry != NULL;

  if (is_good)
    {
      archive_entry_set_pathname (entry, part->name);
      archive_entry_set_filetype (entry, AE_IFREG);
      archive_entry_set_perm (entry, 0644);
      archive_entry_set_size (entry, (la_int64_t) size);
      if (part->is_text)
        archive_write_zip_set_compression_deflate (archive);
      else
        archive_write_zip_set_compression_store (archive);
      is_good = archive_write_header (archive, entry) == ARCHIVE_OK &&
                archive_write_data (archive, g_bytes_get_data (part->bytes, NULL), size) ==
                  (la_ssize_t) size;
    }
  archive_entry_free (entry);
  return is_good;
}

static gboolean
append_parts (Packing               *packing,
              const WeirArchivePart *parts,
              guint                  n_parts)
{
  Archive *archive = archive_write_new ();
  gboolean is_good = archive && archive_write_set_format_zip (archive) == ARCHIVE_OK &&
                     archive_write_set_bytes_in_last_block (archive, 1) == ARCHIVE_OK &&
                     archive_write_open (archive, packing, NULL, append, NULL) == ARCHIVE_OK;

  for (guint i = 0; i < n_parts && is_good; i++)
    if (parts[i].bytes)
      is_good = append_part (archive, &parts[i]);
  is_good = is_good && archive_write_close (archive) == ARCHIVE_OK;
  g_clear_pointer (&archive, free_writer);
  return is_good;
}

GBytes *
weir_archive_pack (const WeirArchivePart *parts,
                   guint                  n_parts,
                   GError               **error)
{
  Packing packing = { .capacity = 1024 };

  for (guint i = 0; i < n_parts; i++)
    if (parts[i].bytes)
      packing.capacity += 1024 + g_bytes_get_size (parts[i].bytes) / 1000 * 1001 + 1000;
  packing.bytes = g_try_malloc (packing.capacity);
  if (packing.bytes && append_parts (&packing, parts, n_parts))
    return g_bytes_new_take (packing.bytes, packing.size);
  g_free (packing.bytes);
  fail_memory (error);
  return NULL;
}

void
weir_archive_clear (WeirArchivePart *parts,
                    guint            n_parts)
{
  for (guint i = 0; i < n_parts; i++)
    g_clear_pointer (&parts[i].bytes, g_bytes_unref);
}
