/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of an unfinished part of a picture is seen over the rest. */

#pragma once

#include <gdk/gdk.h>

#include "mask/mask.h"

G_BEGIN_DECLS

/* The image, which is scaled to the mask's size or, if that is large, to less: as opaque as the mask
 * has anything of each pixel. NULL if there is no memory for it. */
GdkTexture *weir_masked_preview_new (CasImage *image,
                                     WeirMask *mask);

G_END_DECLS
