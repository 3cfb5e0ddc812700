/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole files: read with a limit, written so that a reader finds the old file or the new one
 * and never a half. */

#pragma once

#include <glib.h>

#include <cascade/file.h>

G_BEGIN_DECLS

/* Reads a whole file of at most max_size bytes; a NUL that size does not count follows them.
 * Free with g_free. Errors: G_IO_ERROR (INVALID_DATA if the file is larger),
 * CAS_ERROR_OUT_OF_HOST_MEMORY. */
char    *cas_file_read      (const char    *path,
                             gsize          max_size,
                             gsize         *size,
                             GError       **error);

/* SHA-256 of a whole file, read piece by piece, in hexadecimal digits; free with g_free.
 * Errors: G_IO_ERROR. */
char    *cas_file_dup_hash  (const char    *path,
                             GError       **error);

/* A file that is being written beside its place, as a hidden “.NAME.XXXXXX.part” that is locked.
 * One thread at a time. */
typedef struct _CasFileWriter CasFileWriter;

/* size_wanted is the size that the file will have, for messages. Without overwrite, a file that
 * exists is G_IO_ERROR_EXISTS, here already. */
CasFileWriter *cas_file_writer_new    (const char    *path,
                                       guint64        size_wanted,
                                       gboolean       overwrite,
                                       GError       **error);
gboolean       cas_file_writer_append (CasFileWriter *writer,
                                       const void    *data,
                                       gsize          size,
                                       GError       **error);

/* Puts the file in its place, safe against a power cut. Without overwrite, a file that appeared
 * there meanwhile is left alone: G_IO_ERROR_EXISTS. */
gboolean       cas_file_writer_commit (CasFileWriter *writer,
                                       GError       **error);

/* Removes what was not committed. */
void           cas_file_writer_free   (CasFileWriter *writer);

/* Removes the parts of files whose names end in suffix that programs which were killed left in a
 * folder; those that are being written stay. */
void     cas_file_remove_parts (const char    *folder,
                                const char    *suffix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasFileWriter, cas_file_writer_free)

G_END_DECLS
