/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Zoom, pan and their bounds. */

#include "canvas/view.h"

#include <math.h>

#define NEAR 1e-9

static WeirView
view_of (double width,
         double height,
         double page_width,
         double page_height)
{
  WeirView view = { 0 };

  weir_view_set_size (&view, width, height);
  weir_view_set_page (&view, page_width, page_height);
  return view;
}

static void
fits (void)
{
  static const struct { double width, height, page_width, page_height, zoom, x, y; } cases[] = {
    { 848, 648, 800, 600, 1, 24, 24 },
    { 848, 648, 1600, 600, 0.5, 24, 174 },
    { 848, 648, 400, 600, 1, 224, 24 },
    { 848, 648, 20, 10, 20, 224, 224 },      /* the most there is */
    { 848, 648, 40000, 100, 0.02, 24, 323 }, /* less than otherwise the least */
    { 10, 10, 100, 100, 0.01, 4.5, 4.5 },    /* no room for a margin */
    { 848, 648, 0, 0, 1, 424, 324 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const WeirView view = view_of (cases[i].width, cases[i].height,
                                     cases[i].page_width, cases[i].page_height);

      g_test_message ("%g × %g in %g × %g", cases[i].page_width, cases[i].page_height,
                      cases[i].width, cases[i].height);
      g_assert_cmpfloat_with_epsilon (view.zoom, cases[i].zoom, NEAR);
      g_assert_cmpfloat_with_epsilon (view.x, cases[i].x, NEAR);
      g_assert_cmpfloat_with_epsilon (view.y, cases[i].y, NEAR);
    }
}

/* What is covered at the edges is no room for the page, whether it fits, is smaller or larger. */
static void
leaves_what_is_covered (void)
{
  WeirView view = view_of (848, 648, 800, 600);
  double x, y;

  weir_view_set_covered (&view, 400, 0, 48);
  g_assert_cmpfloat_with_epsilon (view.zoom, 0.5, NEAR);
  g_assert_cmpfloat_with_epsilon (view.x, 424, NEAR);
  g_assert_cmpfloat_with_epsilon (view.y, 48 + (600 - 300) / 2.0, NEAR);
  weir_view_set_covered (&view, 0, 400, 48);
  g_assert_cmpfloat_with_epsilon (view.x, 24, NEAR);
  weir_view_get_middle (&view, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, 224, NEAR);
  g_assert_cmpfloat_with_epsilon (y, 348, NEAR);

  weir_view_zoom_at (&view, 0.25, x, y);
  g_assert_cmpfloat_with_epsilon (view.x, 224 - 100, NEAR);
  weir_view_zoom_at (&view, 2, x, y);
  weir_view_pan (&view, 1e6, 1e6);
  g_assert_cmpfloat_with_epsilon (view.x, 24, NEAR);
  g_assert_cmpfloat_with_epsilon (view.y, 72, NEAR);
  weir_view_pan (&view, -1e6, -1e6);
  g_assert_cmpfloat_with_epsilon (view.x + 1600, 448 - 24, NEAR);
  g_assert_cmpfloat_with_epsilon (view.y + 1200, 648 - 24, NEAR);
}

/* Until someone zooms or pans, a page that fits goes on to fit. */
static void
goes_on_to_fit (void)
{
  WeirView view = view_of (848, 648, 800, 600);

  weir_view_set_size (&view, 448, 648);
  g_assert_cmpfloat_with_epsilon (view.zoom, 0.5, NEAR);
  weir_view_set_page (&view, 400, 100);
  g_assert_cmpfloat_with_epsilon (view.zoom, 1, NEAR);
  weir_view_zoom_at (&view, 4, 0, 0);
  weir_view_set_size (&view, 848, 648);
  g_assert_cmpfloat_with_epsilon (view.zoom, 4, NEAR);
  weir_view_fit (&view);
  weir_view_set_size (&view, 448, 648);
  g_assert_cmpfloat_with_epsilon (view.zoom, 1, NEAR);

  /* what was done to an empty page is forgotten */
  weir_view_set_page (&view, 0, 0);
  weir_view_pan (&view, 10, 10);
  weir_view_zoom_at (&view, 3, 0, 0);
  weir_view_set_page (&view, 800, 600);
  g_assert_cmpfloat_with_epsilon (view.zoom, 0.5, NEAR);
}

/* The point of the page below the pointer does not move while bounds do not force it to. */
static void
keeps_the_point (void)
{
  static const struct { double x, y; } places[] = { { 424, 324 }, { 300, 200 }, { 500, 400 } };
  static const double zooms[] = { 2, 3.7, 20, 5, 2 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      WeirView view = view_of (848, 648, 1600, 1200);
      const double page_x = (places[i].x - view.x) / view.zoom;
      const double page_y = (places[i].y - view.y) / view.zoom;

      for (guint j = 0; j < G_N_ELEMENTS (zooms); j++)
        {
          weir_view_zoom_at (&view, zooms[j], places[i].x, places[i].y);
          g_assert_cmpfloat_with_epsilon (view.zoom, zooms[j], NEAR);
          g_assert_cmpfloat_with_epsilon ((places[i].x - view.x) / view.zoom, page_x, 1e-6);
          g_assert_cmpfloat_with_epsilon ((places[i].y - view.y) / view.zoom, page_y, 1e-6);
        }
    }
}

static void
keeps_the_middle (void)
{
  WeirView view = view_of (800, 600, 1000, 1000);

  weir_view_zoom_at (&view, 2, 400, 300);
  weir_view_set_size (&view, 1000, 700);
  g_assert_cmpfloat_with_epsilon ((500 - view.x) / view.zoom, 500, NEAR);
  g_assert_cmpfloat_with_epsilon ((350 - view.y) / view.zoom, 500, NEAR);
  weir_view_set_page (&view, 2000, 1000);
  g_assert_cmpfloat_with_epsilon ((500 - view.x) / view.zoom, 1000, NEAR);
  g_assert_cmpfloat_with_epsilon ((350 - view.y) / view.zoom, 500, NEAR);
}

static void
bounds (void)
{
  WeirView view = view_of (800, 600, 1000, 100);

  weir_view_zoom_at (&view, 1000, 400, 300);
  g_assert_cmpfloat_with_epsilon (view.zoom, WEIR_VIEW_MAX_ZOOM, NEAR);
  weir_view_zoom_at (&view, 0, 400, 300);
  g_assert_cmpfloat_with_epsilon (view.zoom, WEIR_VIEW_MIN_ZOOM, NEAR);
  g_assert_cmpfloat_with_epsilon (view.x, 350, NEAR);
  g_assert_cmpfloat_with_epsilon (view.y, 295, NEAR);

  /* the page is wider than the view and not as high */
  weir_view_zoom_at (&view, 1, 400, 300);
  weir_view_pan (&view, 5000, 5000);
  g_assert_cmpfloat_with_epsilon (view.x, 24, NEAR);
  g_assert_cmpfloat_with_epsilon (view.y, 250, NEAR);
  weir_view_pan (&view, -5000, -5000);
  g_assert_cmpfloat_with_epsilon (view.x, 800 - 1000 - 24, NEAR);
  g_assert_cmpfloat_with_epsilon (view.y, 250, NEAR);
}

static void
stops (void)
{
  WeirView view = view_of (800, 600, 1000, 1000);
  guint n = 0;

  view.zoom = 0.62;
  g_assert_cmpfloat_with_epsilon (weir_view_get_larger_zoom (&view), 2.0 / 3, NEAR);
  g_assert_cmpfloat_with_epsilon (weir_view_get_smaller_zoom (&view), 0.5, NEAR);
  view.zoom = 1;
  g_assert_cmpfloat_with_epsilon (weir_view_get_larger_zoom (&view), 1.5, NEAR);
  g_assert_cmpfloat_with_epsilon (weir_view_get_smaller_zoom (&view), 2.0 / 3, NEAR);
  view.zoom = 20;
  g_assert_cmpfloat_with_epsilon (weir_view_get_larger_zoom (&view), 20, NEAR);
  view.zoom = 0.02;
  g_assert_cmpfloat_with_epsilon (weir_view_get_smaller_zoom (&view), 0.02, NEAR);
  for (view.zoom = 0.1; view.zoom < 20; n++)
    view.zoom = weir_view_get_larger_zoom (&view);
  for (; view.zoom > 0.1; n--)
    view.zoom = weir_view_get_smaller_zoom (&view);
  g_assert_cmpuint (n, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/view/fits", fits);
  g_test_add_func ("/ui/view/covered", leaves_what_is_covered);
  g_test_add_func ("/ui/view/goes-on-to-fit", goes_on_to_fit);
  g_test_add_func ("/ui/view/keeps-the-point", keeps_the_point);
  g_test_add_func ("/ui/view/keeps-the-middle", keeps_the_middle);
  g_test_add_func ("/ui/view/bounds", bounds);
  g_test_add_func ("/ui/view/stops", stops);
  return g_test_run ();
}
