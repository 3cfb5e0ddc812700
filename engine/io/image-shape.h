/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made to fit: padded, cut, and scaled to cover. Each gives a new picture, with alpha
 * where the old one has it. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_BAD_PARAMETER. */

#pragma once

#include "cascade/image.h"

G_BEGIN_DECLS

/* Makes both sides a multiple of so many pixels, by repeating the right and the lower edge. */
CasImage *cas_image_pad   (CasImage  *image,
                           guint      multiple,
                           GError   **error);

/* The part of width × height whose upper left pixel is (x, y); it must lie within the image. */
CasImage *cas_image_crop  (CasImage  *image,
                           guint      x,
                           guint      y,
                           guint      width,
                           guint      height,
                           GError   **error);

/* Scales by one factor for both sides, the smallest with which the picture covers width × height,
 * and leaves out what is beyond, as much on either side: for odd pixels the cut may run through
 * one. Bilinear with antialiasing, on the stored sRGB values. Alpha is scaled by itself, so a
 * picture that has some should be flattened before if its hidden colours are not to shine
 * through. The same size gives the same pixels. */
CasImage *cas_image_cover (CasImage  *image,
                           guint      width,
                           guint      height,
                           GError   **error);

G_END_DECLS
