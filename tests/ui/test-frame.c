/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The frame: what is under the pointer, what a drag makes of it, how far it reaches out. */

#include "canvas/frame.h"

#define WIDTH  1024
#define HEIGHT 768

#define LEFT   WEIR_FRAME_LEFT
#define RIGHT  WEIR_FRAME_RIGHT
#define TOP    WEIR_FRAME_TOP
#define BOTTOM WEIR_FRAME_BOTTOM
#define INSIDE WEIR_FRAME_INSIDE

static const GdkRectangle whole = { 0, 0, WIDTH, HEIGHT };

static void
test_hit (void)
{
  static const struct { double x, y; guint handle; } points[] = {
    { 0, 0, LEFT | TOP }, { 1030, 760, RIGHT | BOTTOM }, { -7, 400, LEFT }, { 500, 775, BOTTOM },
    { 500, 400, INSIDE }, { 9, 9, INSIDE }, { -9, 400, 0 }, { 1033, 768, 0 }, { 1020, -8, RIGHT | TOP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    g_assert_cmpuint (weir_frame_hit (&whole, points[i].x, points[i].y, 8), ==, points[i].handle);
}

static const struct
{
  guint        handle;
  double       dx, dy;
  guint        snap;
  gboolean     keeps_ratio;
  GdkRectangle after;
} drags[] = {
  { RIGHT, 100, 50, 64, FALSE, { 0, 0, 1152, 768 } },
  { RIGHT, 90, 50, 64, FALSE, { 0, 0, 1088, 768 } },
  { RIGHT, 100, 50, 8, FALSE, { 0, 0, 1128, 768 } },
  { LEFT, -200, 0, 64, FALSE, { -192, 0, 1216, 768 } },
  { LEFT | TOP, -64, 64, 64, FALSE, { -64, 64, 1088, 704 } },
  { BOTTOM, 9, -5000, 64, FALSE, { 0, 0, 1024, 64 } },
  { LEFT, 5000, 0, 64, FALSE, { 960, 0, 64, 768 } },
  { RIGHT, 1e9, 0, 64, FALSE, { 0, 0, 4096, 768 } },
  { RIGHT, 256, 0, 64, TRUE, { 0, 0, 1280, 960 } },
  { BOTTOM, 0, -384, 64, TRUE, { 0, 0, 512, 384 } },
  { LEFT | TOP, -256, 0, 64, TRUE, { -256, -192, 1280, 960 } },
  { INSIDE, 70, -30, 64, FALSE, { 64, 0, 1024, 768 } },
  { INSIDE, 70, -30, 8, FALSE, { 72, -32, 1024, 768 } },
  { INSIDE, 5000, -5000, 64, FALSE, { 960, -704, 1024, 768 } },
  { INSIDE, -1e300, 1e300, 8, FALSE, { -1016, 760, 1024, 768 } },
  { 0, 100, 100, 64, FALSE, { 0, 0, 1024, 768 } },
};

static void
test_drag (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (drags); i++)
    {
      const GdkRectangle r = weir_frame_drag (&whole, drags[i].handle, drags[i].dx, drags[i].dy,
                                              drags[i].snap, drags[i].keeps_ratio, WIDTH, HEIGHT);
      const GdkRectangle after = drags[i].after;

      g_test_message ("drag %u: %d, %d, %d × %d", i, r.x, r.y, r.width, r.height);
      g_assert_true (gdk_rectangle_equal (&r, &after));
    }
}

/* A frame beside the picture that is made smaller does not leave it. */
static void
test_touch (void)
{
  const GdkRectangle beside = { -512, 0, 576, 768 };
  const GdkRectangle r = weir_frame_drag (&beside, RIGHT, -300, 0, 64, FALSE, WIDTH, HEIGHT);

  g_assert_cmpint (r.width, ==, 256);
  g_assert_cmpint (r.x + r.width, ==, 64);
}

static void
test_measure (void)
{
  guint outside[4];

  g_assert_false (weir_frame_measure (&whole, WIDTH, HEIGHT, outside));
  g_assert_false (weir_frame_measure (&(GdkRectangle) { 64, 64, 512, 512 }, WIDTH, HEIGHT, outside));
  g_assert_true (weir_frame_measure (&(GdkRectangle) { -64, 8, 1152, 768 }, WIDTH, HEIGHT, outside));
  g_assert_cmpuint (outside[0], ==, 64);
  g_assert_cmpuint (outside[1], ==, 0);
  g_assert_cmpuint (outside[2], ==, 64);
  g_assert_cmpuint (outside[3], ==, 8);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/hit", test_hit);
  g_test_add_func ("/frame/drag", test_drag);
  g_test_add_func ("/frame/touch", test_touch);
  g_test_add_func ("/frame/measure", test_measure);
  return g_test_run ();
}
