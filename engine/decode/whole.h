/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a file is there to its end. Some decoders show what came of a picture that breaks off,
 * and call it the picture. */

#pragma once

#include <glib.h>

/* format is "png" and the like. Formats whose decoders notice by themselves are whole. */
gboolean      decode_is_whole       (const char   *format,
                                     const guint8 *data,
                                     gsize         size);

/* What is in the first chunk of this type of a PNG; NULL if there is none, or not all of it. */
const guint8 *decode_find_png_chunk (const guint8 *data,
                                     gsize         size,
                                     const char   *type,
                                     gsize        *chunk_size);
