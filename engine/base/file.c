/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole files: read with a limit, written beside their place and then moved there. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* renameat2 */
#endif

#include "base/file.h"

#include "cascade/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A longer name has no place for the part's prefix and suffix in the 255 bytes of most systems. */
#define MAX_NAME_BYTES 200

#define HASH_PIECE_BYTES (1 << 20)

struct _CasFileWriter
{
  char    *path;
  char    *shown; /* the path, for messages */
  char    *folder;
  char    *part;  /* NULL once it is gone */
  int      fd;
  int      lock_fd; /* holds the part's lock until it is in its place */
  guint64  size_wanted;
  gboolean overwrite;
};

static gboolean
fail_read (const char *path,
           int         error_number,
           GError    **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
               _("%s cannot be read: %s."), shown, g_strerror (error_number));
  return FALSE;
}

static gboolean
read_fd (int         fd,
         const char *path,
         char       *data,
         gsize       size,
         GError    **error)
{
  for (gsize n = 0; n < size;)
    {
      ssize_t n_read = read (fd, data + n, MIN (size - n, 1 << 30));

      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        return fail_read (path, errno, error);
      if (n_read == 0)
        {
          g_autofree char *shown = g_filename_display_name (path);
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                       _("%s became shorter while it was read: %zu bytes, wanted %zu."),
                       shown, n, size);
          return FALSE;
        }
      n += (gsize) n_read;
    }
  return TRUE;
}

/* A file's descriptor and its size, or −1. */
static int
open_file (const char *path,
           guint64    *size,
           GError    **error)
{
  struct stat status;
  int fd;

  do
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* lest a named pipe hangs us */
  while (fd < 0 && errno == EINTR);
  if (fd < 0 || fstat (fd, &status) < 0)
    fail_read (path, errno, error);
  else if (S_ISREG (status.st_mode))
    {
      *size = (guint64) status.st_size;
      return fd;
    }
  else
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("%s is not a file."), shown);
    }
  if (fd >= 0)
    close (fd);
  return -1;
}

static char *
read_open_file (int         fd,
                const char *path,
                guint64     size,
                gsize       max_size,
                GError    **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  if (size > max_size)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("%s has %" PRIu64 " bytes, wanted at most %zu."), shown, size, max_size);
      return NULL;
    }

  g_autofree char *data = g_try_malloc ((gsize) size + 1);
  if (data == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for the %zu bytes of %s."), (gsize) size, shown);
      return NULL;
    }
  if (!read_fd (fd, path, data, (gsize) size, error))
    return NULL;
  data[size] = '\0';
  return g_steal_pointer (&data);
}

char *
cas_file_read (const char *path,
               gsize       max_size,
               gsize      *size,
               GError    **error)
{
  g_return_val_if_fail (max_size < G_MAXSIZE, NULL);

  guint64 n_bytes;
  int fd = open_file (path, &n_bytes, error);

  if (fd < 0)
    return NULL;

  char *data = read_open_file (fd, path, n_bytes, max_size, error);

  close (fd);
  if (data != NULL)
    *size = (gsize) n_bytes;
  return data;
}

static gboolean
fail_exists (CasFileWriter *writer,
             GError       **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” exists already."), writer->shown);
  return FALSE;
}

static gboolean
fail_write (CasFileWriter *writer,
            int            error_number,
            GError       **error)
{
  if (error_number == ENOSPC || error_number == EDQUOT)
    {
      g_autofree char *folder = g_filename_display_name (writer->folder);
      g_autofree char *name = g_filename_display_basename (writer->path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   _("There is no room in the folder %s for %s, which needs %" PRIu64 " bytes."),
                   folder, name, writer->size_wanted);
    }
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
                 _("%s cannot be written (%" PRIu64 " bytes): %s."),
                 writer->shown, writer->size_wanted, g_strerror (error_number));
  return FALSE;
}

/* The lock tells cas_file_remove_parts() that someone is at work; it ends with the process. Where
 * file systems have none, parts are never taken for left ones either. */
static gboolean
lock_part (int fd)
{
  struct stat status;

  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    return errno != EWOULDBLOCK;
  return fstat (fd, &status) < 0 || status.st_nlink > 0;
}

static gboolean
open_part (CasFileWriter *writer,
           const char    *name,
           GError       **error)
{
  for (;;)
    {
      g_autofree char *part = g_build_filename (writer->folder, name, NULL);

      writer->fd = g_mkstemp_full (part, O_WRONLY | O_CLOEXEC, 0666);
      if (writer->fd < 0)
        return fail_write (writer, errno, error);
      if (lock_part (writer->fd))
        {
          writer->part = g_steal_pointer (&part);
          return TRUE;
        }
      /* taken for a left one before it was locked */
      close (writer->fd);
      unlink (part);
    }
}

CasFileWriter *
cas_file_writer_new (const char *path,
                     guint64     size_wanted,
                     gboolean    overwrite,
                     GError    **error)
{
  g_autoptr (CasFileWriter) writer = g_new0 (CasFileWriter, 1);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *part_name = strlen (name) > MAX_NAME_BYTES
                                 ? g_strdup (".XXXXXX.part")
                                 : g_strdup_printf (".%s.XXXXXX.part", name);
  struct stat status;

  writer->fd = writer->lock_fd = -1;
  writer->path = g_strdup (path);
  writer->shown = g_filename_display_name (path);
  writer->folder = g_path_get_dirname (path);
  writer->size_wanted = size_wanted;
  writer->overwrite = overwrite;

  /* commit decides; this only spares the work */
  if (!overwrite && lstat (path, &status) == 0)
    {
      fail_exists (writer, error);
      return NULL;
    }

  if (!open_part (writer, part_name, error))
    return NULL;
  return g_steal_pointer (&writer);
}

gboolean
cas_file_writer_append (CasFileWriter *writer,
                        const void    *data,
                        gsize          size,
                        GError       **error)
{
  g_return_val_if_fail (writer->fd >= 0, FALSE);

  const guint8 *in = data;

  while (size > 0)
    {
      ssize_t n_written = write (writer->fd, in, MIN (size, 1 << 30));

      if (n_written < 0 && errno == EINTR)
        continue;
      if (n_written < 0)
        return fail_write (writer, errno, error);
      in += n_written;
      size -= (gsize) n_written;
    }
  return TRUE;
}

static int
flush (int fd)
{
  int result;

  do
    result = fsync (fd);
  while (result < 0 && errno == EINTR);
  return result;
}

/* Whether what is there is still the empty file that was made. */
static gboolean
is_still (const char        *path,
          const struct stat *made)
{
  struct stat now;

  return lstat (path, &now) == 0 && now.st_dev == made->st_dev && now.st_ino == made->st_ino
         && now.st_size == 0;
}

/* An empty file takes the place, which one program alone can do, and is replaced; errno tells. Who
 * is killed in between leaves it there. */
static gboolean
replace_own (CasFileWriter *writer)
{
  int fd = open (writer->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  struct stat made;
  gboolean is_known;
  int problem;

  if (fd < 0)
    return FALSE;
  is_known = fstat (fd, &made) == 0;
  close (fd);
  if (rename (writer->part, writer->path) == 0)
    return TRUE;

  problem = errno;
  if (is_known && is_still (writer->path, &made))
    unlink (writer->path);
  errno = problem;
  return FALSE;
}

/* Moves the part to its place unless something is there. */
static gboolean
move_without_replacing (CasFileWriter *writer,
                        GError       **error)
{
  if (renameat2 (AT_FDCWD, writer->part, AT_FDCWD, writer->path, RENAME_NOREPLACE) == 0)
    return TRUE;

  /* not every file system knows that; a second name never replaces either */
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
    {
      if (link (writer->part, writer->path) == 0)
        {
          unlink (writer->part);
          return TRUE;
        }
      if ((errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) && replace_own (writer))
        return TRUE;
    }
  return errno == EEXIST ? fail_exists (writer, error) : fail_write (writer, errno, error);
}

/* The folder's entry is to survive a power cut too. A folder that cannot be opened for reading
 * or a file system that does not know the call is no reason to call the file lost. */
static gboolean
flush_folder (CasFileWriter *writer,
              GError       **error)
{
  int fd = open (writer->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = TRUE;

  if (fd < 0)
    return TRUE;
  if (flush (fd) < 0 && errno != EINVAL && errno != EOPNOTSUPP)
    done = fail_write (writer, errno, error);
  close (fd);
  return done;
}

gboolean
cas_file_writer_commit (CasFileWriter *writer,
                        GError       **error)
{
  g_return_val_if_fail (writer->fd >= 0, FALSE);

  if (flush (writer->fd) < 0)
    return fail_write (writer, errno, error);

  writer->lock_fd = fcntl (writer->fd, F_DUPFD_CLOEXEC, 0);

  int result = close (writer->fd);
  writer->fd = -1;
  if (result < 0 && errno != EINTR)
    return fail_write (writer, errno, error);

  if (!writer->overwrite)
    {
      if (!move_without_replacing (writer, error))
        return FALSE;
    }
  else if (rename (writer->part, writer->path) < 0)
    return fail_write (writer, errno, error);

  g_clear_pointer (&writer->part, g_free);
  return flush_folder (writer, error);
}

void
cas_file_writer_free (CasFileWriter *writer)
{
  if (writer == NULL)
    return;

  if (writer->fd >= 0)
    close (writer->fd);
  if (writer->part != NULL)
    unlink (writer->part);
  if (writer->lock_fd >= 0)
    close (writer->lock_fd);
  g_free (writer->part);
  g_free (writer->folder);
  g_free (writer->shown);
  g_free (writer->path);
  g_free (writer);
}

gboolean
cas_file_write_new (const char *path,
                    const void *data,
                    gsize       size,
                    gboolean    overwrite,
                    GError    **error)
{
  g_autoptr (CasFileWriter) writer = cas_file_writer_new (path, size, overwrite, error);

  return writer != NULL
         && cas_file_writer_append (writer, data, size, error)
         && cas_file_writer_commit (writer, error);
}

char *
cas_file_dup_hash (const char *path,
                   GError    **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *piece = g_malloc (HASH_PIECE_BYTES);
  guint64 n_bytes;
  int fd = open_file (path, &n_bytes, error);
  ssize_t n;

  if (fd < 0)
    return NULL;

  do
    {
      n = read (fd, piece, HASH_PIECE_BYTES);
      g_checksum_update (checksum, piece, MAX (n, 0));
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  if (n < 0)
    fail_read (path, errno, error);

  close (fd);
  return n < 0 ? NULL : g_strdup (g_checksum_get_string (checksum));
}
