/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks, which are one channel of 1 where something is to be invented and 0 where the picture stays
 * (specification, section 8), and the inpainting ControlNet's input. */

#pragma once

#include "filter/raster.h"

G_BEGIN_DECLS

/* The shorter side of the picture that the saliency network is shown, and the published threshold
 * of what it gives. */
#define CAS_SALIENCY_SIDE      240
#define CAS_SALIENCY_THRESHOLD 0.2

/* Taps of the blur that makes an automatic mask round. */
#define CAS_MASK_BLUR 141

/* Errors of all: those of cas_raster_new(). */

/* 1 where map, of one channel, is above the threshold. */
CasRaster *cas_mask_above       (const CasRaster *map,
                                 float            threshold,
                                 GError         **error);

/* What is 1 becomes 0, and the other way round. */
void       cas_mask_invert      (CasRaster       *mask);

/* A mask of w × h pixels of a small and rough one, with its corners off. blurred: what it was cut
 * from; may be NULL. */
CasRaster *cas_mask_round       (const CasRaster *rough,
                                 guint            w,
                                 guint            h,
                                 CasRaster      **blurred,
                                 GError         **error);

/* 1 in a frame of these widths within w × h pixels. Errors: CAS_ERROR_BAD_PARAMETER where nothing
 * would be left inside. */
CasRaster *cas_mask_frame       (guint            w,
                                 guint            h,
                                 guint            left,
                                 guint            top,
                                 guint            right,
                                 guint            bottom,
                                 GError         **error);

/* Four channels: the picture's three, white where the mask is above one half, then the mask, 0 or
 * 1. Errors: CAS_ERROR_BAD_IMAGE where sizes differ. */
CasRaster *cas_mask_fill_holes  (const CasRaster *picture,
                                 const CasRaster *mask,
                                 GError         **error);

G_END_DECLS
