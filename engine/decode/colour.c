/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colours to sRGB, by lcms2. */

#include "decode/colour.h"

#include <lcms2.h>
#include <stdlib.h>

#define N_PROBES_A_SIDE 17

/* gdk-pixbuf gives a grey picture as R = G = B, and its profile knows one channel. A CMYK picture
 * is RGB already, without its profile. */
static cmsUInt32Number
pixel_format (cmsHPROFILE profile,
              guint       n_channels)
{
  switch (cmsGetColorSpace (profile))
    {
    case cmsSigRgbData:
      return COLORSPACE_SH (PT_RGB) | CHANNELS_SH (3) | BYTES_SH (1) | EXTRA_SH (n_channels - 3);
    case cmsSigGrayData:
      return COLORSPACE_SH (PT_GRAY) | CHANNELS_SH (1) | BYTES_SH (1) | EXTRA_SH (n_channels - 1);
    default:
      return 0;
    }
}

static cmsHTRANSFORM
create_transform (cmsHPROFILE profile,
                  guint       n_channels)
{
  const cmsUInt32Number format = pixel_format (profile, n_channels);

  if (format == 0)
    return NULL;

  cmsHPROFILE srgb = cmsCreate_sRGBProfile ();
  cmsHTRANSFORM transform = cmsCreateTransform (profile, format, srgb, TYPE_RGB_8,
                                                INTENT_PERCEPTUAL, 0);

  cmsCloseProfile (srgb);
  return transform;
}

/* Most profiles are sRGB by another maker. Their pixels stay what they are, to the bit. */
static gboolean
moves_colours (cmsHTRANSFORM transform,
               guint         n_channels,
               gboolean      is_grey)
{
  const guint n = N_PROBES_A_SIDE;

  for (guint i = 0; i < n * n * n; i++)
    {
      const guint steps[3] = { i % n, is_grey ? i % n : i / n % n, is_grey ? i % n : i / n / n };
      guint8 in[4] = { 0, 0, 0, 255 }, out[3];

      for (guint c = 0; c < 3; c++)
        in[c] = (guint8) (steps[c] * 255 / (n - 1));
      cmsDoTransform (transform, in, out, 1);
      for (guint c = 0; c < 3; c++)
        if (abs (in[c] - out[c]) > 1)
          return TRUE;
    }
  return FALSE;
}

void
decode_colour_init (DecodeColour *colour,
                    const char   *profile,
                    guint         n_channels)
{
  *colour = (DecodeColour) { .n_channels = n_channels };
  if (!profile)
    return;

  gsize size;
  g_autofree guchar *icc = g_base64_decode (profile, &size);
  cmsHPROFILE opened = cmsOpenProfileFromMem (icc, (cmsUInt32Number) size);
  cmsHTRANSFORM transform = opened ? create_transform (opened, n_channels) : NULL;

  colour->profile = transform ? CAS_DECODED_PROFILE_APPLIED : CAS_DECODED_PROFILE_LEFT_OUT;
  if (transform && moves_colours (transform, n_channels,
                                  cmsGetColorSpace (opened) == cmsSigGrayData))
    colour->transform = transform;
  else if (transform)
    cmsDeleteTransform (transform);
  if (opened)
    cmsCloseProfile (opened);
}

void
decode_colour_convert (const DecodeColour *colour,
                       const guint8       *src,
                       guint8             *dst,
                       guint               n)
{
  if (colour->transform)
    {
      cmsDoTransform (colour->transform, src, dst, n);
      return;
    }
  for (guint i = 0; i < n; i++, src += colour->n_channels, dst += 3)
    for (guint c = 0; c < 3; c++)
      dst[c] = src[c];
}
