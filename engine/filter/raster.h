/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture, a mask or a map in floats: rows from the top, the channels of a pixel side by side, as
 * graphs have them. Colours are 0 … 1. */

#pragma once

#include "cascade/image.h"

G_BEGIN_DECLS

typedef struct
{
  guint w, h, c;
  float v[]; /* [h, w, c] */
} CasRaster;

/* All zero. Errors: CAS_ERROR_BAD_PARAMETER for a side of 0, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasRaster *cas_raster_new        (guint            w,
                                  guint            h,
                                  guint            c,
                                  GError         **error);
void       cas_raster_free       (CasRaster       *pixels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasRaster, cas_raster_free)

/* Three channels of level / 255. */
CasRaster *cas_raster_from_image (CasImage        *image,
                                  GError         **error);
/* Levels are cut off, not rounded, as the published code does. One channel becomes grey, of four
 * the last is left out. */
CasImage  *cas_raster_to_image   (const CasRaster *pixels,
                                  GError         **error);

/* x · 255, cut off to a level. */
guint8     cas_raster_level      (float            x);

G_END_DECLS
