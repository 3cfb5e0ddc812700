/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which pictures can be asked for, and how large their latents are (specification, section 17). */

#pragma once

#include "cascade/error.h"

G_BEGIN_DECLS

#define CAS_IMAGE_MIN_SIDE  64
#define CAS_IMAGE_MAX_SIDE  65536
#define CAS_IMAGE_SIDE_STEP 8

/* The nearest side that there can be. */
guint    cas_image_side_round    (gint64   side);

/* Fails with CAS_ERROR_BAD_PARAMETER, naming the nearest two sides that work, unless width and
 * height are multiples of CAS_IMAGE_SIDE_STEP from CAS_IMAGE_MIN_SIDE up to the limits, which are
 * a step above that or more. */
gboolean cas_image_size_check    (gint64   width,
                                  gint64   height,
                                  guint    max_width,
                                  guint    max_height,
                                  GError **error);

/* Rows or columns of Stage C's latent for an image of so many: ⌈side / 42.67⌉. */
guint32  cas_latent_side_stage_c (guint32  side);

/* The same of Stage B's latent: ⌈side / 4⌉. */
guint32  cas_latent_side_stage_b (guint32  side);

/* What a side of a picture is resized to before it is encoded for reconstruction: three quarters of
 * it, rounded down to a multiple of 32. */
guint32  cas_encoded_side        (guint32  side);

G_END_DECLS
