/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What those who read PNG share. */

#pragma once

#include "io/png.h"

G_BEGIN_DECLS

#define CAS_PNG_SIGNATURE_BYTES 8

/* Texts and what else libpng keeps for itself. */
#define CAS_PNG_MAX_CHUNKS     32
#define CAS_PNG_MAX_TEXT_BYTES (8 << 20)

/* head: length and type of a chunk. FALSE for a text that is too long. */
gboolean cas_png_check_text   (const guint8 *head,
                               const char   *name,
                               GError      **error);

/* As cas_png_decode(), but ends where the pixels begin, and the picture has none. */
CasPng  *cas_png_decode_texts (const guint8 *data,
                               gsize         size,
                               const char   *name,
                               GError      **error);

G_END_DECLS
