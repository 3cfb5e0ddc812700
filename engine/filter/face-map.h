/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The face identity ControlNet's input: where whose face is (specification, section 8). */

#pragma once

#include "filter/raster.h"

G_BEGIN_DECLS

/* Pixels of a picture to a side of a cell of the map. */
#define CAS_FACE_MAP_CELL 32

typedef struct
{
  float        left, top, right, bottom; /* in pixels */
  const float *identity;                 /* as many numbers as the map has channels */
} CasFace;

/* Cells to a side of the map for a picture of so many pixels. */
guint      cas_face_map_side (guint          side);

/* For a picture of w × h pixels: zeros, and in each face's cells, one at least, its identity; a
 * later face lies over an earlier one. fills_map: a face that is alone fills the whole map.
 * Errors: CAS_ERROR_BAD_PARAMETER for a picture smaller than a cell; those of cas_raster_new(). */
CasRaster *cas_face_map      (guint          w,
                              guint          h,
                              guint          n_channels,
                              const CasFace *faces,
                              guint          n_faces,
                              gboolean       fills_map,
                              GError       **error);

G_END_DECLS
