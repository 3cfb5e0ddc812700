/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG pictures of 8-bit RGB and the texts in them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char    *key;      /* 1 to 79 characters of ASCII */
  char    *text;     /* UTF-8 */
  gboolean is_utf8;  /* an iTXt chunk even if the text is ASCII; other texts decide themselves */
} CasPngText;

/* What a picture may have at most; zeros are the defaults. */
typedef struct
{
  guint   max_width;  /* 16384 */
  guint   max_height; /* 16384 */
  guint64 max_pixels; /* 2^28 */
} CasPngLimits;

typedef struct
{
  guint8     *pixels; /* R, G, B, row by row without gaps; nullable */
  guint       width;
  guint       height;
  CasPngText *texts;  /* in the order of the file; 32 at most, of 8 MiB at most */
  guint       n_texts;
} CasPng;

/* Encodes rows of R, G, B that are stride bytes apart: not interlaced, marked as sRGB, no date,
 * the same bytes for the same input.
 * Errors: CAS_ERROR_BAD_IMAGE, CAS_ERROR_BAD_PARAMETER for a text that PNG cannot hold,
 * CAS_ERROR_OUT_OF_HOST_MEMORY. */
GBytes *cas_png_encode (const guint8       *pixels,
                        guint               width,
                        guint               height,
                        gsize               stride,
                        const CasPngText   *texts,
                        guint               n_texts,
                        GError            **error);

/* What cas_png_encode() makes of a picture is no larger, whatever it shows. text_bytes: of all
 * texts and their keys together. */
guint64 cas_png_max_bytes (guint   width,
                           guint   height,
                           guint64 text_bytes);

/* Decodes any PNG to RGB: grey and palette become RGB, 16 bits become 8, transparency is left
 * out and the colours beneath it stay as they are stored; nothing is done for gamma or profiles.
 * name is what messages call the picture; limits may be NULL.
 * Errors: CAS_ERROR_BAD_IMAGE, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasPng *cas_png_decode (const guint8       *data,
                        gsize               size,
                        const char         *name,
                        const CasPngLimits *limits,
                        GError            **error);

/* The same from a file of at most 1 GiB. Errors: G_IO_ERROR too. */
CasPng *cas_png_read   (const char         *path,
                        const CasPngLimits *limits,
                        GError            **error);

/* The size and the texts of a file of any length: pixels is NULL. Whether they could be decoded is
 * not known; there are as many texts as there may be in a picture. Errors: G_IO_ERROR too. */
CasPng *cas_png_read_texts (const char *path,
                            GError    **error);

void    cas_png_free   (CasPng             *png);

/* NULL if the picture has no text of this key. */
const char *cas_png_lookup_text (const CasPng *png,
                                 const char   *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPng, cas_png_free)

G_END_DECLS
