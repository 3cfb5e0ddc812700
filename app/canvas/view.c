/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Zoom, pan and their bounds. */

#include "canvas/view.h"

#include <math.h>

/* How much of what lies behind the page can be seen beside it. */
#define MARGIN 24.0

static const double stops[] = {
  0.1, 0.125, 1.0 / 6, 0.25, 1.0 / 3, 0.5, 2.0 / 3, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 20,
};

/* Zooms that differ by less are the same. */
#define SAME 1.001

static double
fitting_zoom (const WeirView *view)
{
  const double width = MAX (view->width - view->left - view->right - 2 * MARGIN, 1);
  const double height = MAX (view->height - view->top - 2 * MARGIN, 1);

  if (view->page_width <= 0 || view->page_height <= 0)
    return 1;
  return MIN (MIN (width / view->page_width, height / view->page_height), WEIR_VIEW_MAX_ZOOM);
}

/* begin, end: of what is not covered. */
static double
bounded_place (double place,
               double page,
               double begin,
               double end)
{
  if (page + 2 * MARGIN <= end - begin)
    return (begin + end - page) / 2;
  return CLAMP (place, end - page - MARGIN, begin + MARGIN);
}

static void
keep_bounds (WeirView *view)
{
  view->x = bounded_place (view->x, view->page_width * view->zoom, view->left,
                           view->width - view->right);
  view->y = bounded_place (view->y, view->page_height * view->zoom, view->top, view->height);
}

void
weir_view_get_middle (const WeirView *view,
                      double         *x,
                      double         *y)
{
  *x = (view->left + view->width - view->right) / 2;
  *y = (view->top + view->height) / 2;
}

void
weir_view_fit (WeirView *view)
{
  double x, y;

  view->is_free = FALSE;
  view->zoom = fitting_zoom (view);
  weir_view_get_middle (view, &x, &y);
  view->x = x - view->page_width * view->zoom / 2;
  view->y = y - view->page_height * view->zoom / 2;
}

void
weir_view_set_covered (WeirView *view,
                       double    left,
                       double    right,
                       double    top)
{
  view->left = left;
  view->right = right;
  view->top = top;
  if (view->is_free)
    keep_bounds (view);
  else
    weir_view_fit (view);
}

void
weir_view_set_size (WeirView *view,
                    double    width,
                    double    height)
{
  view->x += (width - view->width) / 2;
  view->y += (height - view->height) / 2;
  view->width = width;
  view->height = height;
  if (view->is_free)
    keep_bounds (view);
  else
    weir_view_fit (view);
}

void
weir_view_set_page (WeirView *view,
                    double    width,
                    double    height)
{
  /* what was done to nothing says nothing of what comes */
  if (view->page_width <= 0)
    view->is_free = FALSE;
  view->x += (view->page_width - width) * view->zoom / 2;
  view->y += (view->page_height - height) * view->zoom / 2;
  view->page_width = width;
  view->page_height = height;
  if (view->is_free)
    keep_bounds (view);
  else
    weir_view_fit (view);
}

void
weir_view_zoom_at (WeirView *view,
                   double    zoom,
                   double    x,
                   double    y)
{
  const double least = MIN (WEIR_VIEW_MIN_ZOOM, fitting_zoom (view));
  const double bounded = CLAMP (zoom, least, WEIR_VIEW_MAX_ZOOM);
  const double change = bounded / view->zoom;

  view->is_free = TRUE;
  view->x = x - (x - view->x) * change;
  view->y = y - (y - view->y) * change;
  view->zoom = bounded;
  keep_bounds (view);
}

void
weir_view_pan (WeirView *view,
               double    dx,
               double    dy)
{
  view->is_free = TRUE;
  view->x += dx;
  view->y += dy;
  keep_bounds (view);
}

double
weir_view_get_larger_zoom (const WeirView *view)
{
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    if (stops[i] > view->zoom * SAME)
      return stops[i];
  return WEIR_VIEW_MAX_ZOOM;
}

double
weir_view_get_smaller_zoom (const WeirView *view)
{
  for (guint i = G_N_ELEMENTS (stops); i > 0; i--)
    if (stops[i - 1] * SAME < view->zoom)
      return stops[i - 1];
  return view->zoom;
}
