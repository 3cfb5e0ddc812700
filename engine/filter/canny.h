/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Edges after Canny, to the bit as OpenCV finds them, and the canny ControlNet's input
 * (specification, section 8). */

#pragma once

#include "filter/raster.h"

G_BEGIN_DECLS

/* The published thresholds, on |gx| + |gy| of 8-bit levels. */
#define CAS_CANNY_LOW  100
#define CAS_CANNY_HIGH 200

/* The side of the square that the published filter looks for edges in. */
#define CAS_CANNY_SIDE 224

/* rgb: [h, w, 3]; edges: [h, w], 0 or 255. Weak edges (above low) count where they touch strong
 * ones (above high). Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean   cas_canny        (const guint8    *rgb,
                             guint            w,
                             guint            h,
                             guint            low,
                             guint            high,
                             guint8          *edges,
                             GError         **error);

/* Edges of a picture of three channels, one channel of its size: found in a square of side × side
 * (0: in the picture as it is) and enlarged again, which makes them soft. */
CasRaster *cas_canny_filter (const CasRaster *picture,
                             guint            side,
                             guint            low,
                             guint            high,
                             GError         **error);

G_END_DECLS
