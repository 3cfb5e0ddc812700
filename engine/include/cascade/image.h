/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture in memory: 8-bit RGB, sRGB by convention, rows from the top. */

#pragma once

#include <gio/gio.h>

#include <cascade/export.h>
#include <cascade/metadata.h>

G_BEGIN_DECLS

typedef struct _CasImage CasImage;

/* width and height: 1 … 65536 pixels. The pixels are black.
 * Errors: CAS_ERROR_BAD_PARAMETER, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
CasImage     *cas_image_new        (guint         width,
                                    guint         height,
                                    GError      **error);

/* Counting references is thread-safe. */
CAS_EXPORT
CasImage     *cas_image_ref        (CasImage     *image);

CAS_EXPORT
void          cas_image_unref      (CasImage     *image);

CAS_EXPORT
guint         cas_image_get_width  (CasImage     *image);

CAS_EXPORT
guint         cas_image_get_height (CasImage     *image);

/* Bytes from one row to the next: 3 · width. */
CAS_EXPORT
gsize         cas_image_get_stride (CasImage     *image);

/* The rows, owned by the image. Write to them only while no one else holds the image. */
CAS_EXPORT
guint8       *cas_image_get_pixels (CasImage     *image);

/* Writes a PNG: not interlaced, without a date, so that the same picture with the same metadata
 * is the same bytes. The file appears whole or not at all. metadata may be NULL. A file that is
 * there already is replaced only if overwrite is set. Any thread.
 * Errors: G_IO_ERROR (EXISTS, NO_SPACE, PERMISSION_DENIED, …), CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
gboolean      cas_image_save_png   (CasImage           *image,
                                    const char         *path,
                                    const CasMetadata  *metadata,
                                    gboolean            overwrite,
                                    GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasImage, cas_image_unref)

G_END_DECLS
