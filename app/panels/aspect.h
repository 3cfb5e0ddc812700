/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes that a model makes well: about its own number of pixels, in a proportion that a person
 * chose. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint width, height;
} WeirSize;

/* The size nearest to across : down with about as many pixels as native has. Sides are multiples of
 * a sixteenth of native's longer one, at least 8 pixels. Neither may be 0. */
WeirSize weir_aspect_get_size (WeirSize native,
                               guint    across,
                               guint    down);

G_END_DECLS
