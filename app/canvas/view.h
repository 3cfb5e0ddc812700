/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the page lies on the canvas: arithmetic of zoom and pan, without a widget. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_VIEW_MIN_ZOOM 0.1
#define WEIR_VIEW_MAX_ZOOM 20.0

/* Lengths are pixels of the screen, but for the page's, which are pixels of the picture: at zoom 1
 * one of them is one of the screen. A page that is smaller than the view in a direction lies in the
 * middle of it; the edges of a larger one go no further in than a margin. Starts as all 0: an empty
 * page that fits. What lies over the view's edges and covers them is no room for the page where it is in
 * the middle or at a bound, so that none of it is hidden. */
typedef struct
{
  double   width, height;
  double   left, right, top; /* how much is covered there */
  double   page_width, page_height;
  double   zoom;
  double   x, y;      /* of the page's upper left corner in the view */
  gboolean is_free;   /* else the page fits the view, and is made to when either's size changes */
} WeirView;

/* The point of the page in the middle stays there. */
void   weir_view_set_size (WeirView *view,
                           double    width,
                           double    height);
void   weir_view_set_page (WeirView *view,
                           double    width,
                           double    height);

/* How much of the view is covered by what lies over its edges. */
void   weir_view_set_covered (WeirView *view,
                              double    left,
                              double    right,
                              double    top);

/* The middle of what is not covered. */
void   weir_view_get_middle (const WeirView *view,
                             double         *x,
                             double         *y);

/* The whole page, as large as it can be with a margin around it. */
void   weir_view_fit      (WeirView *view);

/* What of the page is at this place of the view stays there, as far as the bounds let it. zoom: is
 * brought within WEIR_VIEW_MIN_ZOOM (less where only that shows the whole page) and
 * WEIR_VIEW_MAX_ZOOM. */
void   weir_view_zoom_at  (WeirView *view,
                           double    zoom,
                           double    x,
                           double    y);

void   weir_view_pan      (WeirView *view,
                           double    dx,
                           double    dy);

/* The next round zoom that is larger, or smaller. */
double weir_view_get_larger_zoom  (const WeirView *view);
double weir_view_get_smaller_zoom (const WeirView *view);

G_END_DECLS
