/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resizing by the rules that the networks were trained with (specification, section 18). All keep
 * the channels; errors are those of cas_raster_new(). */

#pragma once

#include "filter/raster.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_RESIZE_NEAREST,     /* source index ⌊dst · in / out⌋ */
  CAS_RESIZE_BILINEAR,    /* between the centres of two pixels, also where it shrinks */
  CAS_RESIZE_ANTIALIASED, /* bilinear over more pixels where it shrinks */
} CasResizeRule;

CasRaster *cas_resize            (const CasRaster *src,
                                  guint            w,
                                  guint            h,
                                  CasResizeRule    rule,
                                  GError         **error);

/* The shorter side becomes side, the other as long as the proportions say, cut off to a pixel; at
 * most 2²⁸ pixels in all. */
CasRaster *cas_resize_shorter    (const CasRaster *src,
                                  guint            side,
                                  CasResizeRule    rule,
                                  GError         **error);

G_END_DECLS
