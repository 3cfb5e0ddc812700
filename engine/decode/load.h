/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file's pixels as gdk-pixbuf gives them, within our limits. */

#pragma once

#include "decode/reply.h"

G_BEGIN_DECLS

/* Everything is owned by the pixbuf behind it, which lives as long as the process. */
typedef struct
{
  DecodeSubject subject; /* as stored, before any rotation */
  const guint8 *pixels;
  gsize         stride;
  guint         n_channels;  /* 3, or 4 with alpha */
  guint         orientation; /* of EXIF: 1 … 8, 0 if the decoder does not say */
  const char   *profile;     /* ICC in base64, nullable */
} DecodePixels;

/* Refuses and ends the process if that is not possible. */
DecodePixels decode_load (const guint8 *data,
                          gsize         size);

G_END_DECLS
