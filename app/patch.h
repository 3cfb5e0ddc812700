/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts of images: cut out, and put back where they were or beyond. */

#pragma once

#include <gdk/gdk.h>

#include <cascade/image.h>

#include "mask/mask.h"

G_BEGIN_DECLS

/* A new image of the size of area. Beyond the image it is as the nearest pixel is.
 * Errors: those of cas_image_new(). */
CasImage *weir_patch_cut (CasImage           *image,
                          const GdkRectangle *area,
                          GError            **error);

/* A new image with the part at its place, as much of it as area has, and as a mask of area's size
 * has anything of (NULL: all); where area reaches beyond the image, it is larger than that by
 * outside, which are pixels at left, top, right and bottom. What area and image leave of the larger
 * one is as the nearest pixel of the image is. Errors: those of cas_image_new(). */
CasImage *weir_patch_put (CasImage           *image,
                          CasImage           *part,
                          const GdkRectangle *area,
                          WeirMask           *mask,
                          const guint         outside[4],
                          GError            **error);

G_END_DECLS
