/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The safetensors container: names, shapes and number types in a JSON header, numbers behind it.
 * A file is checked whole when it is opened; its numbers are read piecewise with pread and
 * never mapped, so that a file that shrinks gives an error and no signal. */

#pragma once

#include "base/dtype.h"

G_BEGIN_DECLS

#define CAS_SAFETENSORS_MAX_DIMS 8

/* Any thread may use one file at any time: it does not change after it was opened. */
typedef struct _CasSafetensors CasSafetensors;

typedef struct
{
  const char *name; /* UTF-8 without control characters; lives as long as the file */
  CasDtype    dtype;
  guint       n_dims;
  guint64     dims[CAS_SAFETENSORS_MAX_DIMS];
  guint64     offset; /* of the first byte, in the file; not aligned in every file */
  guint64     size;   /* bytes */
} CasSafetensorsEntry;

/* Errors: CAS_ERROR_BAD_MODEL for a file that breaks a rule of the format,
 * CAS_ERROR_OUT_OF_HOST_MEMORY, G_IO_ERROR. */
CasSafetensors            *cas_safetensors_open             (const char                *path,
                                                             GError                   **error);
CasSafetensors            *cas_safetensors_ref              (CasSafetensors            *st);
void                       cas_safetensors_unref            (CasSafetensors            *st);

/* What tells the file from another, or from what it was, without reading it: which one it is on its
 * disk, its size, and when it was written. */
void                       cas_safetensors_identify         (const CasSafetensors      *st,
                                                             GChecksum                 *checksum);

const char                *cas_safetensors_get_path         (const CasSafetensors      *st);

/* The path in UTF-8, as messages show it. */
const char                *cas_safetensors_get_display_name (const CasSafetensors      *st);

guint                      cas_safetensors_get_n_entries    (const CasSafetensors      *st);

/* Entries come in the order in which their data lie in the file. */
const CasSafetensorsEntry *cas_safetensors_get_entry        (const CasSafetensors      *st,
                                                             guint                      i);

/* NULL if there is none of that name. */
const CasSafetensorsEntry *cas_safetensors_lookup           (const CasSafetensors      *st,
                                                             const char                *name);

/* The file's own remarks, sorted by key. Values may be long and hold any character. */
guint                      cas_safetensors_get_n_metadata   (const CasSafetensors      *st);
const char                *cas_safetensors_get_metadata_key (const CasSafetensors      *st,
                                                             guint                      i);
const char                *cas_safetensors_lookup_metadata  (const CasSafetensors      *st,
                                                             const char                *key);

/* Reads size bytes that begin at offset within the entry's own data.
 * Errors: CAS_ERROR_BAD_MODEL if the file became shorter, CAS_ERROR_BAD_PARAMETER if the range
 * leaves the entry, G_IO_ERROR. */
gboolean                   cas_safetensors_read             (const CasSafetensors      *st,
                                                             const CasSafetensorsEntry *entry,
                                                             guint64                    offset,
                                                             void                      *dst,
                                                             gsize                      size,
                                                             GError                   **error);

/* A tensor to be written: numbers in little-endian order, without gaps. */
typedef struct
{
  const char *name;
  CasDtype    dtype;
  guint       n_dims;
  guint64     dims[CAS_SAFETENSORS_MAX_DIMS];
  const void *data;
} CasSafetensorsTensor;

/* Writes tensors in the order given, which should be sorted by name; the data begin at a
 * multiple of 8 bytes. metadata is a list of key, value, key, value, …, NULL, or NULL. What is
 * at the path is replaced, at once and only if all went well.
 * Errors: CAS_ERROR_BAD_PARAMETER for names or shapes that no file may have, G_IO_ERROR. */
gboolean                   cas_safetensors_write            (const char                 *path,
                                                             const CasSafetensorsTensor *tensors,
                                                             guint                       n_tensors,
                                                             const char *const          *metadata,
                                                             GError                    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasSafetensors, cas_safetensors_unref)

G_END_DECLS
