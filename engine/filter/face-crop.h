/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the networks of faces see of a picture: all of it, small, or one face, upright. Both have
 * whole levels, as their networks were trained with. */

#pragma once

#include "filter/face-boxes.h"
#include "filter/raster.h"

G_BEGIN_DECLS

#define CAS_FACE_CROP_SIDE 112

/* A turn, a scale and a shift: (x, y) → (a x − b y + dx, b x + a y + dy). */
typedef struct
{
  double a, b, dx, dy;
} CasSimilarity;

/* The one that brings the points of from nearest to those of to (least squares). FALSE if all of
 * from are one point. */
gboolean   cas_similarity_fit  (const float      (*from)[2],
                                const float      (*to)[2],
                                guint              n_points,
                                CasSimilarity     *similarity);

/* A square of black with the picture in its upper left, as large as fits; scale says how large. */
CasRaster *cas_face_letterbox  (const CasRaster   *picture,
                                guint              side,
                                float             *scale,
                                GError           **error);

/* The face with its points where recognisers want them, CAS_FACE_CROP_SIDE pixels a side; black
 * where the picture ends. Errors: CAS_ERROR_BAD_IMAGE for points that are all one. */
CasRaster *cas_face_crop       (const CasRaster   *picture,
                                const float      (*points)[2],
                                GError           **error);

G_END_DECLS
