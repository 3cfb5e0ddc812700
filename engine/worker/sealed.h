/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixels and bytes that cross to the other process: in memory that is sealed before it is sent, and
 * of which the receiver believes nothing that it has not looked at. A message carries an index into
 * the descriptors that came with it, and the sizes. */

#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "cascade/image.h"

G_BEGIN_DECLS

#define CAS_SEALED_IMAGE_TYPE  "(huub)" /* memory, width, height, whether rows of alpha follow */
#define CAS_SEALED_BYTES_TYPE  "(ht)"   /* memory, size */
#define CAS_SEALED_MAX_PIXELS  (1 << 28)
#define CAS_SEALED_MAX_BYTES   (1 << 30)

/* A floating variant; the memory's descriptor is appended to fds.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_BAD_PARAMETER for too many pixels, G_IO_ERROR. */
GVariant *cas_sealed_from_image (CasImage    *image,
                                 GUnixFDList *fds,
                                 GError     **error);
GVariant *cas_sealed_from_bytes (GBytes      *bytes,
                                 GUnixFDList *fds,
                                 GError     **error);

/* One that says how large the picture is, and brings no memory. */
GVariant *cas_sealed_from_size  (CasImage    *image);

/* variant is of the type above; fds may be NULL. What is returned is a copy.
 * Errors: CAS_ERROR_PROTOCOL, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasImage *cas_sealed_to_image   (GVariant    *variant,
                                 GUnixFDList *fds,
                                 GError     **error);
GBytes   *cas_sealed_to_bytes   (GVariant    *variant,
                                 GUnixFDList *fds,
                                 GError     **error);

/* A picture of that size with nothing on it. Errors: the same. */
CasImage *cas_sealed_to_blank   (GVariant    *variant,
                                 GError     **error);

G_END_DECLS
