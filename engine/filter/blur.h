/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gaussian blur. */

#pragma once

#include "filter/raster.h"

G_BEGIN_DECLS

/* n_taps: odd; the kernel is as wide as the usual rule says, σ = 0.3 ((n_taps − 1)/2 − 1) + 0.8.
 * Pixels beyond an edge are those before it, mirrored about the edge's own pixel.
 * Errors: those of cas_raster_new(). */
CasRaster *cas_blur_gaussian (const CasRaster *src,
                              guint            n_taps,
                              GError         **error);

G_END_DECLS
