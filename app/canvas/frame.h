/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The part of the page that will be made, which may reach beyond the picture: arithmetic of moving
 * and sizing it, without a widget. */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Pixels: what sides and places are multiples of, as a rule, unless another is set, and at the finest, and how short and long
 * a side may be. */
#define WEIR_FRAME_SNAP      64
#define WEIR_FRAME_FINE_SNAP 8
#define WEIR_FRAME_MIN       64
#define WEIR_FRAME_MAX       4096

/* Edges that a handle moves; a corner has two of them, and what lies within moves as a whole. */
typedef enum
{
  WEIR_FRAME_NONE   = 0,
  WEIR_FRAME_LEFT   = 1 << 0,
  WEIR_FRAME_RIGHT  = 1 << 1,
  WEIR_FRAME_TOP    = 1 << 2,
  WEIR_FRAME_BOTTOM = 1 << 3,
  WEIR_FRAME_INSIDE = 1 << 4,
} WeirFrameHandle;

/* Which handle is at a point, which is as near as reach; all in pixels of the picture. */
WeirFrameHandle weir_frame_hit     (const GdkRectangle *frame,
                                    double              x,
                                    double              y,
                                    double              reach);

/* What the frame that was there when a drag began becomes when a handle is dragged by so much. A side
 * that is dragged becomes a multiple of snap and the edge across stays; where the whole frame is
 * moved its place does. With keeps_ratio the other side follows, to the same side of the frame. Some
 * of the picture, whose size is width × height, stays within it. */
GdkRectangle    weir_frame_drag    (const GdkRectangle *frame,
                                    WeirFrameHandle     handle,
                                    double              dx,
                                    double              dy,
                                    guint               snap,
                                    gboolean            keeps_ratio,
                                    guint               width,
                                    guint               height);

/* How many pixels the picture grows by: left, top, right, bottom, as CasJobParams has them. Whether
 * it grows at all. */
gboolean        weir_frame_measure (const GdkRectangle *frame,
                                    guint               width,
                                    guint               height,
                                    guint               outside[4]);

G_END_DECLS
