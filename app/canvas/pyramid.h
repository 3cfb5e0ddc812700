/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An image ready to be drawn at any zoom: with smaller copies of itself, each half the size of the
 * one before, of which only what is seen goes to the renderer. */

#pragma once

#include <gtk/gtk.h>

#include <cascade/image.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PYRAMID (weir_pyramid_get_type ())
G_DECLARE_FINAL_TYPE (WeirPyramid, weir_pyramid, WEIR, PYRAMID, GObject)

/* The image must not change any more. The smaller copies of a large one are made in a thread, and
 * without them it is drawn rougher.
 * Property, read-only: ready, boolean: they are made. */
WeirPyramid *weir_pyramid_new           (CasImage              *image);

gboolean     weir_pyramid_is_ready      (WeirPyramid           *self);

/* In pixels of the image. */
guint        weir_pyramid_get_width     (WeirPyramid           *self);
guint        weir_pyramid_get_height    (WeirPyramid           *self);

/* Draws the image so that it fills place, of which at least what is within seen; both in pixels of
 * the screen, whole numbers. Above twice its size its pixels are seen as squares, unless it is to
 * be smooth. Transparent parts show a checkerboard. */
void         weir_pyramid_snapshot      (WeirPyramid           *self,
                                         GtkSnapshot           *snapshot,
                                         const graphene_rect_t *place,
                                         const graphene_rect_t *seen,
                                         gboolean               is_smooth);

G_END_DECLS
