/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a picture is to be made anew: how much of each pixel, 0 to 255. Painted, drawn, filtered;
 * every change can be taken back. */

#pragma once

#include <gdk/gdk.h>
#include <graphene.h>

#include <cascade/image.h>

#include "mask/delta.h"

G_BEGIN_DECLS

/* Pixels of a tile's sides. */
#define WEIR_MASK_TILE 256

/* The most pixels that weir_mask_grow(), weir_mask_shrink() and weir_mask_soften() take. */
#define WEIR_MASK_MAX_GROW   256
#define WEIR_MASK_MAX_SOFTEN 256

#define WEIR_TYPE_MASK (weir_mask_get_type ())
G_DECLARE_FINAL_TYPE (WeirMask, weir_mask, WEIR, MASK, GObject)

/* Lengths and places are pixels of the picture, whole ones at the corners of its pixels. What lies
 * outside of it is left out. Main thread, or any other while no one else has the mask.
 *
 * Property, read-only, notified: empty, boolean: no pixel is masked.
 * Signals:
 *   changed (GdkRectangle *area)    pixels in it are others than before
 *   edited (WeirMaskDelta *delta)   an operation has ended and changed something; that is what
 *                                   undoes it. Neither of a stroke that goes on, nor of
 *                                   weir_mask_apply() */
WeirMask     *weir_mask_new           (guint             width,
                                       guint             height);

/* A new mask of the size of area, and as self is there; what area has beyond self is not masked. */
WeirMask     *weir_mask_crop          (WeirMask           *self,
                                       const GdkRectangle *area);

guint         weir_mask_get_width     (WeirMask         *self);
guint         weir_mask_get_height    (WeirMask         *self);

/* WEIR_MASK_TILE rows of as many pixels, until the next change; NULL where none is masked. What a
 * tile has outside of the picture is 0. */
const guint8 *weir_mask_get_tile      (WeirMask         *self,
                                       guint             column,
                                       guint             row);

gboolean      weir_mask_is_empty      (WeirMask         *self);

/* Of the whole picture, 0 to 100. */
double        weir_mask_get_percent   (WeirMask         *self);

/* The smallest area that has all that is masked. FALSE if nothing is; then bounds is left alone. */
gboolean      weir_mask_get_bounds    (WeirMask         *self,
                                       GdkRectangle     *bounds);

/* --- in and out ----------------------------------------------------------------------------- */

/* All pixels, rows that are stride bytes apart. */
void          weir_mask_read          (WeirMask         *self,
                                       guint8           *pixels,
                                       gsize             stride);

void          weir_mask_write         (WeirMask         *self,
                                       const guint8     *pixels,
                                       gsize             stride);

/* White is masked, black and what is transparent is not. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasImage     *weir_mask_to_image      (WeirMask         *self,
                                       GError          **error);

/* The same backwards; an image of another size is scaled to the mask's.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean      weir_mask_take_image    (WeirMask         *self,
                                       CasImage         *image,
                                       GError          **error);

/* --- strokes -------------------------------------------------------------------------------- */

typedef struct
{
  double   size;               /* across */
  double   softness;           /* 0: a hard edge; 1: soft from the middle on */
  gboolean subtracts;          /* takes away */
  gboolean follows_pressure;   /* the size at full pressure is size, less at less */
} WeirMaskBrush;

/* pressure: 0 to 1. A stroke that goes on is ended first. */
void          weir_mask_begin_stroke  (WeirMask            *self,
                                       const WeirMaskBrush *brush,
                                       double               x,
                                       double               y,
                                       double               pressure);

/* Draws on to there, in a straight line, of even thickness however long it is. What a stroke has
 * covered it does not cover twice. Does nothing if there is none. */
void          weir_mask_extend_stroke (WeirMask            *self,
                                       double               x,
                                       double               y,
                                       double               pressure);

/* Do nothing if there is none. */
void          weir_mask_end_stroke    (WeirMask            *self);
void          weir_mask_cancel_stroke (WeirMask            *self);

gboolean      weir_mask_has_stroke    (WeirMask            *self);

/* --- operations: each of them one step to undo; a stroke that goes on is ended first --------- */

/* What the line encloses, from its last point back to its first; also where it encloses it twice. */
void          weir_mask_fill_outline   (WeirMask               *self,
                                        const graphene_point_t *points,
                                        guint                   n_points,
                                        gboolean                subtracts);

void          weir_mask_fill_rectangle (WeirMask               *self,
                                        const graphene_rect_t  *rectangle,
                                        gboolean                subtracts);

void          weir_mask_invert         (WeirMask               *self);
void          weir_mask_fill           (WeirMask               *self);
void          weir_mask_clear          (WeirMask               *self);

/* Moves the edge out, or in, by that many pixels in every direction; a soft edge stays as soft as
 * it is. The picture's own edge does not move in. */
void          weir_mask_grow           (WeirMask               *self,
                                        guint                   n_pixels);
void          weir_mask_shrink         (WeirMask               *self,
                                        guint                   n_pixels);

/* Makes edges soft, about n_pixels to either side: a Gaussian blur whose standard deviation is half
 * of that. Beyond the picture's edge its last pixels go on. */
void          weir_mask_soften         (WeirMask               *self,
                                        guint                   n_pixels);

/* --- undo ------------------------------------------------------------------------------------ */

/* Takes back what a delta was made of, or does it again: of the mask's latest change that is there,
 * or the next one that is not. A stroke that goes on is cancelled. */
void          weir_mask_apply          (WeirMask               *self,
                                        WeirMaskDelta          *delta);

G_END_DECLS
