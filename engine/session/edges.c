/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Edges of a picture for a person to look at. */

#include "cascade/control.h"

#include "filter/canny.h"
#include "io/image-shape.h"
#include "session/guides.h"

CasImage *
cas_control_find_edges (CasImage  *image,
                        guint      width,
                        guint      height,
                        guint      low,
                        guint      high,
                        GError   **error)
{
  g_return_val_if_fail (image != NULL, NULL);

  g_autoptr (CasImage) covering =
    cas_image_cover (image, cas_guides_seen_side (width), cas_guides_seen_side (height), error);
  g_autoptr (CasRaster) seen = covering ? cas_raster_from_image (covering, error) : NULL;
  g_autoptr (CasRaster) edges =
    seen ? cas_canny_filter (seen, CAS_CANNY_SIDE, low ? low : CAS_CANNY_LOW,
                             high ? high : CAS_CANNY_HIGH, error)
         : NULL;

  return edges ? cas_raster_to_image (edges, error) : NULL;
}
