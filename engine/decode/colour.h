/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colours to sRGB, by the profile that came with the picture. */

#pragma once

#include "base/decoded.h"

G_BEGIN_DECLS

typedef struct
{
  CasDecodedProfile profile;
  guint             n_channels; /* 3, or 4 with alpha */
  gpointer          transform;  /* NULL if the colours are sRGB as they are */
} DecodeColour;

/* profile is the ICC profile in base64, or NULL. One that cannot be used leaves the colours as
 * they are, and says so in colour->profile. */
void decode_colour_init    (DecodeColour       *colour,
                            const char         *profile,
                            guint               n_channels);

/* Turns n pixels of n_channels bytes into R, G, B. */
void decode_colour_convert (const DecodeColour *colour,
                            const guint8       *src,
                            guint8             *dst,
                            guint               n);

G_END_DECLS
