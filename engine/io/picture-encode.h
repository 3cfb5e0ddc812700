/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures in formats that are encoded by weir-decode. */

#pragma once

#include "cascade/image.h"

G_BEGIN_DECLS

typedef struct
{
  CasImageFormat format;  /* JPEG or WebP */
  guint          quality; /* 1 … 100 */
  const char    *comment; /* EXIF's, UTF-8, nullable */
  const char    *xmp;     /* a packet, UTF-8, nullable */
  const char    *program;    /* NULL: $WEIR_DECODE, or the one built or installed with us */
  guint          timeout_ms; /* 0: 120 seconds */
} CasPictureEncodeParams;

/* The whole file. name is what messages call it. Errors: those of cas_image_save(). */
GBytes *cas_picture_encode (CasImage                      *image,
                            const char                    *name,
                            const CasPictureEncodeParams  *params,
                            GCancellable                  *cancellable,
                            GError                       **error);

G_END_DECLS
