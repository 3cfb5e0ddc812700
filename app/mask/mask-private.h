/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the mask's own files share. */

#pragma once

#include "mask/mask.h"

G_BEGIN_DECLS

#define TILE       WEIR_MASK_TILE
#define TILE_BYTES (TILE * TILE)

typedef struct _WeirMaskStroke WeirMaskStroke;

struct _WeirMask
{
  GObject parent;

  guint    width, height;
  guint    n_columns, n_rows;
  guint8 **tiles; /* row by row; one that has nothing is NULL, but during a stroke */
  gboolean is_empty;

  WeirMaskStroke *stroke; /* nullable */
};

/* Zeros. */
guint8      *weir_mask_tile_new    (void);

/* The pixels of a tile that are in the picture. */
GdkRectangle weir_mask_get_area    (WeirMask           *self,
                                    guint               index);

/* Calls a function for each tile that has pixels in an area, with those of them that are there. */
typedef void (*WeirMaskTileFunc)   (WeirMask           *self,
                                    guint               index,
                                    const GdkRectangle *part,
                                    gpointer            user_data);

void         weir_mask_foreach_tile (WeirMask           *self,
                                     const GdkRectangle *area,
                                     WeirMaskTileFunc    func,
                                     gpointer            user_data);

/* Copies an area, which may reach beyond the picture: there everything is 0. */
void         weir_mask_copy_area   (WeirMask           *self,
                                    const GdkRectangle *area,
                                    guint8             *pixels,
                                    gsize               stride);

/* 0 or 255 for each tile that has nothing else in the picture, −1 for the others; free with
 * g_free(). */
int         *weir_mask_find_flat   (WeirMask           *self);

/* Whether all tiles that have pixels at most reach away from a tile are of this one value. */
gboolean     weir_mask_is_flat     (WeirMask           *self,
                                    const int          *flat,
                                    guint               index,
                                    guint               reach,
                                    int                 value);

/* An operation: a copy of the list of tiles, in which new tiles take the place of those that
 * change; it does not free these. weir_mask_end_edit() makes it the mask's, frees the list, and
 * tells of it, but of the pixels only where that is not done yet. */
guint8     **weir_mask_begin_edit  (WeirMask           *self);
void         weir_mask_end_edit    (WeirMask           *self,
                                    guint8            **tiles,
                                    gboolean            is_told);

/* Emits what there is to emit after pixels in an area changed. */
void         weir_mask_tell        (WeirMask           *self,
                                    const GdkRectangle *area);

/* Of a mask that goes away. */
void         weir_mask_stroke_free (WeirMask           *self,
                                    WeirMaskStroke     *stroke);

/* How much of a pixel is masked where something was drawn over it. */
static inline guint8
weir_mask_lay_over (guint    pixel,
                    guint    drawn,
                    gboolean subtracts)
{
  const guint rest = (subtracts ? pixel : 255 - pixel) * (255 - drawn);
  const guint rounded = (rest + 127) / 255;

  return (guint8) (subtracts ? rounded : 255 - rounded);
}

G_END_DECLS
