/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that are written whole or not at all. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

/* Writes beside the place, and then moves there, safe against a power cut. A file that is there
 * already is replaced only if overwrite is set. Any thread.
 * Errors: G_IO_ERROR (EXISTS, NO_SPACE, PERMISSION_DENIED, …). */
CAS_EXPORT
gboolean cas_file_write_new (const char    *path,
                             const void    *data,
                             gsize          size,
                             gboolean       overwrite,
                             GError       **error);

G_END_DECLS
