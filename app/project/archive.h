/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A zip file of few parts that are known by name; read with limits, whoever made it. Nothing of it
 * is written to disk under a name that it gives. Any thread. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  gsize       max_size;   /* when it is read: a larger one counts as damaged */
  gboolean    is_text;    /* when it is written: packed, not only stored */
  GBytes     *bytes;      /* NULL: it is not there */
  gboolean    is_damaged; /* it is there, but empty or not whole; then bytes is NULL */
} WeirArchivePart;

/* Fills in bytes and is_damaged of parts that have none. Of several with the same name the
 * first that is whole counts.
 * FALSE only if there is nothing that could be read at all.
 * Errors: G_IO_ERROR (INVALID_DATA where none of the parts is there), CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean weir_archive_read       (const char            *path,
                                  WeirArchivePart       *parts,
                                  guint                  n_parts,
                                  GCancellable          *cancellable,
                                  GError               **error);

/* A zip file of those that have bytes, without dates: the same bytes for the same parts.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
GBytes  *weir_archive_pack       (const WeirArchivePart *parts,
                                  guint                  n_parts,
                                  GError               **error);

/* Lets go of the parts' bytes. */
void     weir_archive_clear      (WeirArchivePart       *parts,
                                  guint                  n_parts);

G_END_DECLS
