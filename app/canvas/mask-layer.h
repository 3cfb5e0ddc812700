/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A mask as it is seen over the picture: a tint, and stripes for those who do not see its colour. */

#pragma once

#include <gtk/gtk.h>

#include "canvas/tools.h"
#include "mask/mask.h"

G_BEGIN_DECLS

#define WEIR_TYPE_MASK_LAYER (weir_mask_layer_get_type ())
G_DECLARE_FINAL_TYPE (WeirMaskLayer, weir_mask_layer, WEIR, MASK_LAYER, GObject)

/* Signal changed (): it is to be drawn anew. */
WeirMaskLayer *weir_mask_layer_new      (void);

/* mask: nullable. */
void           weir_mask_layer_set_mask (WeirMaskLayer         *self,
                                         WeirMask              *mask);

/* opacity: 0 to 1, where all is masked. */
void           weir_mask_layer_set_look (WeirMaskLayer         *self,
                                         WeirMaskColour         colour,
                                         double                 opacity,
                                         gboolean               has_stripes);

/* Draws the mask so that it fills place, of which at least what is within seen; both in pixels of
 * the screen. Only tiles that are seen and changed since they were last drawn are made anew. */
void           weir_mask_layer_snapshot (WeirMaskLayer         *self,
                                         GtkSnapshot           *snapshot,
                                         const graphene_rect_t *place,
                                         const graphene_rect_t *seen);

G_END_DECLS
