/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which pictures can be asked for, and how large their latents are (specification, section 17). */

#pragma once

#include "cascade/error.h"

G_BEGIN_DECLS

#define CAS_IMAGE_MIN_SIDE  64
#define CAS_IMAGE_MAX_SIDE  65536
#define CAS_IMAGE_SIDE_STEP 8

/* Fails with CAS_ERROR_BAD_PARAMETER, naming the nearest two sides that work, unless width and
 * height are multiples of CAS_IMAGE_SIDE_STEP within the limits. */
gboolean cas_image_size_check    (gint64   width,
                                  gint64   height,
                                  GError **error);

/* Rows or columns of Stage C's latent for an image of so many: ⌈side / 42.67⌉. */
guint32  cas_latent_side_stage_c (guint32  side);

/* The same of Stage B's latent: ⌈side / 4⌉. */
guint32  cas_latent_side_stage_b (guint32  side);

G_END_DECLS
