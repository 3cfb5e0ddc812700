/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that jobs name. */

#include "session/known-file.h"

#include <glib/gstdio.h>

#include "base/file.h"

void
cas_known_file_init (CasKnownFile *file,
                     const char   *path)
{
  GStatBuf status;

  *file = (CasKnownFile) { .path = g_canonicalize_filename (path, NULL) };
  if (g_stat (file->path, &status) != 0)
    return;
  file->device = (gint64) status.st_dev;
  file->inode = (gint64) status.st_ino;
  file->size = status.st_size;
  file->modified_s = status.st_mtim.tv_sec;
  file->modified_ns = status.st_mtim.tv_nsec;
}

void
cas_known_file_clear (CasKnownFile *file)
{
  g_free (file->path);
  g_free (file->sha256);
  *file = (CasKnownFile) { 0 };
}

gboolean
cas_known_file_is_same (const CasKnownFile *a,
                        const CasKnownFile *b)
{
  return g_strcmp0 (a->path, b->path) == 0 && a->device == b->device && a->inode == b->inode
         && a->size == b->size && a->modified_s == b->modified_s
         && a->modified_ns == b->modified_ns;
}

void
cas_known_file_take_hash (CasKnownFile       *file,
                          const CasKnownFile *other)
{
  if (!file->sha256 && cas_known_file_is_same (file, other))
    file->sha256 = g_strdup (other->sha256);
}

gboolean
cas_known_file_hash (CasKnownFile *file,
                     GError      **error)
{
  if (!file->sha256)
    file->sha256 = cas_file_dup_hash (file->path, error);
  return file->sha256 != NULL;
}
