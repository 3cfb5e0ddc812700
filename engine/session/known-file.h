/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file as it was when a job named it: hashed once, and not again while it stays the same. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All zero: no file. */
typedef struct
{
  char  *path;
  char  *sha256; /* NULL until it is hashed */
  gint64 device, inode, size, modified_s, modified_ns;
} CasKnownFile;

/* What is wrong with the file is said by who reads it. */
void     cas_known_file_init      (CasKnownFile       *file,
                                   const char         *path);
void     cas_known_file_clear     (CasKnownFile       *file);

gboolean cas_known_file_is_same   (const CasKnownFile *a,
                                   const CasKnownFile *b);

/* The other's hash, if it is the same file. */
void     cas_known_file_take_hash (CasKnownFile       *file,
                                   const CasKnownFile *other);

/* Hashes it, unless it is. Errors: G_IO_ERROR. */
gboolean cas_known_file_hash      (CasKnownFile       *file,
                                   GError            **error);

G_END_DECLS
