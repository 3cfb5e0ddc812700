/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tensors of a case as pictures, for what is done on the host. */

#pragma once

#include "filter/raster.h"
#include "golden/case.h"

/* An input [1, c, h, w]. */
CasRaster *golden_get_pixels (GoldenCase       *c,
                              const char       *name,
                              GError          **error);
/* An output of the same form. */
gboolean   golden_put_pixels (GoldenCase       *c,
                              const char       *name,
                              const CasRaster  *pixels,
                              GError          **error);
