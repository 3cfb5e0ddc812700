/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts what is said of a picture into its finished JPEG or WebP file: a user comment as EXIF, and an
 * XMP packet. */

#pragma once

#include "decode/reply.h"

G_BEGIN_DECLS

/* The file in three pieces, of which the body is the encoder's own. */
typedef struct
{
  GByteArray   *head;
  const guint8 *body;
  gsize         body_size;
  GByteArray   *tail;
} DecodeFile;

/* data is an encoder's file of the subject's format. comment and xmp are UTF-8, or NULL. The answer is
 * CAS_DECODED_PICTURE, CAS_DECODED_TEXTS_TOO_LONG for what the format has room for, or
 * CAS_DECODED_FAILED. The pieces are never freed. */
CasDecodedResult decode_embed (DecodeFile          *file,
                               const DecodeSubject *subject,
                               const guint8        *data,
                               gsize                size,
                               const char          *comment,
                               const char          *xmp);

G_END_DECLS
