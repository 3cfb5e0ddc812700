/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A real pointer draws upon the mask and drags the frame; what is in the mask is looked at. */

#include "support/test-window.h"

#include <math.h>

#include "canvas/canvas-private.h"
#include "canvas/mask-layer.h"
#include "canvas/tools.h"
#include "support/scene.h"

#define WIDTH 400
#define HEIGHT 300

/* The picture, at zoom 1 in the middle of the canvas. */
#define PICTURE_WIDTH 256
#define PICTURE_HEIGHT 192
#define LEFT ((WIDTH - PICTURE_WIDTH) / 2)
#define TOP ((HEIGHT - PICTURE_HEIGHT) / 2)

typedef struct
{
  WeirDocument *document;
  WeirStaging  *staging;
  WeirTools    *tools;
  WeirCanvas   *canvas;
  GtkWidget    *widget; /* the canvas */
  GtkWindow    *window;
  guint8        pixels[PICTURE_WIDTH * PICTURE_HEIGHT];
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (WeirPicture) picture = test_grid (PICTURE_WIDTH, PICTURE_HEIGHT, 7);

  f->document = weir_document_new ();
  f->staging = weir_staging_new (f->document);
  f->tools = weir_tools_new ();
  f->canvas = WEIR_CANVAS (weir_canvas_new ());
  f->widget = GTK_WIDGET (f->canvas);
  g_object_set (f->canvas, "document", f->document, "staging", f->staging, "tools", f->tools, NULL);
  f->window = weir_test_show (f->widget, WIDTH, HEIGHT);
  weir_document_begin (f->document, picture);
  weir_canvas_set_zoom (f->canvas, 1);
  g_object_set (f->tools, "tool", WEIR_TOOL_BRUSH, "brush-size", 20.0, "eraser-size", 10.0,
                "softness", 0.0, NULL);
  weir_test_settle (f->widget);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  gpointer left[] = { f->canvas, f->window, f->staging, f->document, f->tools };

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_object_add_weak_pointer (left[i], &left[i]);
  gtk_window_destroy (f->window);
  g_object_unref (f->staging);
  g_object_unref (f->document);
  g_object_unref (f->tools);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_assert_null (left[i]);
}

static WeirMask *
mask_of (Fixture *f)
{
  return weir_document_get_mask (f->document);
}

static guint
masked (Fixture *f,
        int      x,
        int      y)
{
  weir_mask_read (mask_of (f), f->pixels, PICTURE_WIDTH);
  return f->pixels[y * PICTURE_WIDTH + x];
}

/* Places are pixels of the picture at zoom 1. */
static void
drag (Fixture *f,
      double   from_x,
      double   from_y,
      double   to_x,
      double   to_y)
{
  weir_test_drag (f->widget, LEFT + from_x, TOP + from_y, LEFT + to_x, TOP + to_y);
}

static void
move (Fixture *f,
      double   x,
      double   y)
{
  weir_test_move (f->widget, LEFT + x, TOP + y);
}

static void
click (Fixture *f,
       double   x,
       double   y)
{
  weir_test_click (f->widget, LEFT + x, TOP + y);
}

#define DO(f, ...) weir_test_do ((f)->widget, (const char *[]) { __VA_ARGS__, NULL })

static gboolean
can_undo (Fixture *f)
{
  gboolean result;

  g_object_get (f->document, "can-undo", &result, NULL);
  return result;
}

static void
undo_all (Fixture *f)
{
  while (can_undo (f))
    weir_document_undo (f->document);
  g_assert_true (weir_mask_is_empty (mask_of (f)));
}

/* --- strokes --------------------------------------------------------------------------------- */

static void
paints (Fixture      *f,
        gconstpointer data)
{
  drag (f, 50, 50, 150, 50);
  g_assert_cmpuint (masked (f, 50, 50), ==, 255);
  g_assert_cmpuint (masked (f, 100, 50), ==, 255);
  g_assert_cmpuint (masked (f, 149, 50), ==, 255);
  g_assert_cmpuint (masked (f, 100, 42), ==, 255);
  g_assert_cmpuint (masked (f, 100, 38), ==, 0);
  g_assert_cmpuint (masked (f, 165, 50), ==, 0);
  g_assert_true (gtk_widget_is_focus (f->widget));
  /* one stroke is one step */
  weir_document_undo (f->document);
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  g_assert_false (can_undo (f));
}

static void
erases (Fixture      *f,
        gconstpointer data)
{
  drag (f, 50, 50, 150, 50);
  weir_tools_set_tool (f->tools, WEIR_TOOL_ERASER);
  drag (f, 100, 30, 100, 70);
  g_assert_cmpuint (masked (f, 70, 50), ==, 255);
  g_assert_cmpuint (masked (f, 100, 50), ==, 0);
  g_assert_cmpuint (masked (f, 96, 50), ==, 0);
  g_assert_cmpuint (masked (f, 92, 50), ==, 255);
  weir_document_undo (f->document);
  g_assert_cmpuint (masked (f, 100, 50), ==, 255);
  undo_all (f);
}

static void
subtracts (Fixture      *f,
           gconstpointer data)
{
  weir_mask_fill (mask_of (f));
  DO (f, "keydown", "ctrl");
  drag (f, 50, 50, 150, 50);
  DO (f, "keyup", "ctrl");
  g_assert_cmpuint (masked (f, 100, 50), ==, 0);
  g_assert_cmpuint (masked (f, 100, 70), ==, 255);

  g_object_set (f->tools, "subtracts", TRUE, NULL);
  drag (f, 50, 100, 150, 100);
  g_assert_cmpuint (masked (f, 100, 100), ==, 0);
  g_object_set (f->tools, "subtracts", FALSE, NULL);
  drag (f, 50, 100, 150, 100);
  g_assert_cmpuint (masked (f, 100, 100), ==, 255);
  undo_all (f);
}

static void
escapes (Fixture      *f,
         gconstpointer data)
{
  move (f, 50, 50);
  DO (f, "mousedown", "1", "sleep", "0.05", "mousemove_relative", "60", "0", "sleep", "0.05");
  g_assert_cmpuint (masked (f, 80, 50), ==, 255);
  DO (f, "key", "Escape");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  DO (f, "mousemove_relative", "10", "10", "sleep", "0.05", "mouseup", "1");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  g_assert_false (can_undo (f));

  /* and with nothing begun the mask goes, which can be undone */
  drag (f, 50, 50, 150, 50);
  weir_test_key (f->widget, "Escape");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  weir_document_undo (f->document);
  g_assert_cmpuint (masked (f, 100, 50), ==, 255);
}

/* The stroke waits while the hand is held, by Space or the middle button, and what is below the
 * pointer moves along. */
static void
pans_in_stroke (Fixture      *f,
                gconstpointer data)
{
  static const char *const down[2][2] = { { "keydown", "space" }, { "mousedown", "2" } };
  static const char *const up[2] = { "keyup", "mouseup" };

  for (guint i = 0; i < 2; i++)
    {
      weir_canvas_set_zoom (f->canvas, 4);
      weir_canvas_fit (f->canvas);
      weir_canvas_set_zoom (f->canvas, 4);
      /* 128, 96 of the picture is in the middle */
      weir_test_move (f->widget, 200, 150);
      DO (f, "mousedown", "1", "sleep", "0.05", "mousemove_relative", "40", "0", "sleep", "0.05");
      DO (f, down[i][0], down[i][1], "sleep", "0.05");
      DO (f, "mousemove_relative", "0", "80", "sleep", "0.05");
      DO (f, up[i], down[i][1], "sleep", "0.05");
      g_assert_true (weir_mask_has_stroke (mask_of (f)));
      DO (f, "mousemove_relative", "40", "0", "sleep", "0.05", "mouseup", "1");
      g_assert_false (weir_mask_has_stroke (mask_of (f)));
      g_assert_cmpuint (masked (f, 130, 96), ==, 255);
      g_assert_cmpuint (masked (f, 146, 96), ==, 255);
      g_assert_cmpuint (masked (f, 138, 112), ==, 0);
      undo_all (f);
    }
}

/* --- shapes ---------------------------------------------------------------------------------- */

static void
lassoes (Fixture      *f,
         gconstpointer data)
{
  weir_tools_set_tool (f->tools, WEIR_TOOL_LASSO);
  move (f, 40, 40);
  DO (f, "mousedown", "1", "sleep", "0.03", "mousemove_relative", "60", "0", "sleep", "0.03",
      "mousemove_relative", "0", "60", "sleep", "0.03", "mousemove_relative", "--", "-60", "0",
      "sleep", "0.03", "mouseup", "1");
  g_assert_cmpuint (masked (f, 70, 70), ==, 255);
  g_assert_cmpuint (masked (f, 41, 41), ==, 255);
  g_assert_cmpuint (masked (f, 110, 70), ==, 0);
  undo_all (f);
}

static void
lassoes_corners (Fixture      *f,
                 gconstpointer data)
{
  static const char *const ends[] = { "Return", "double", "first", "Escape" };

  weir_tools_set_tool (f->tools, WEIR_TOOL_LASSO);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      click (f, 40, 40);
      click (f, 120, 40);
      click (f, 120, 120);
      g_assert_true (weir_mask_is_empty (mask_of (f)));
      if (g_str_equal (ends[i], "double"))
        {
          move (f, 40, 120);
          DO (f, "click", "--repeat", "2", "--delay", "60", "1");
        }
      else if (g_str_equal (ends[i], "first"))
        click (f, 41, 41);
      else
        weir_test_key (f->widget, ends[i]);
      g_test_message ("%s", ends[i]);
      g_assert_cmpuint (masked (f, 110, 60), ==, g_str_equal (ends[i], "Escape") ? 0 : 255);
      g_assert_cmpuint (masked (f, 60, 110), ==, g_str_equal (ends[i], "double") ? 255 : 0);
      undo_all (f);
    }
}

static void
rectangles (Fixture      *f,
            gconstpointer data)
{
  weir_tools_set_tool (f->tools, WEIR_TOOL_RECTANGLE);
  drag (f, 100, 80, 40, 30);
  for (int y = 0; y < PICTURE_HEIGHT; y++)
    for (int x = 0; x < PICTURE_WIDTH; x++)
      {
        const gboolean is_in = x >= 40 && x < 100 && y >= 30 && y < 80;

        if (x == 0 && y == 0)
          masked (f, 0, 0);
        g_assert_cmpuint (f->pixels[y * PICTURE_WIDTH + x], ==, is_in ? 255 : 0);
      }
  DO (f, "keydown", "ctrl");
  drag (f, 60, 40, 80, 60);
  DO (f, "keyup", "ctrl");
  g_assert_cmpuint (masked (f, 70, 50), ==, 0);
  g_assert_cmpuint (masked (f, 50, 50), ==, 255);
  undo_all (f);

  /* a square */
  DO (f, "keydown", "shift");
  drag (f, 20, 20, 60, 40);
  DO (f, "keyup", "shift");
  g_assert_cmpuint (masked (f, 59, 59), ==, 255);
  g_assert_cmpuint (masked (f, 60, 59), ==, 0);
}

/* --- the frame ------------------------------------------------------------------------------- */

static void
assert_frame (Fixture *f,
              int      x,
              int      y,
              int      width,
              int      height)
{
  GdkRectangle frame;

  weir_document_get_frame (f->document, &frame);
  g_assert_cmpint (frame.x, ==, x);
  g_assert_cmpint (frame.y, ==, y);
  g_assert_cmpint (frame.width, ==, width);
  g_assert_cmpint (frame.height, ==, height);
}

/* What is shown becomes smaller when the frame is let go outside of it. */
static void
frames (Fixture      *f,
        gconstpointer data)
{
  weir_tools_set_tool (f->tools, WEIR_TOOL_FRAME);
  drag (f, PICTURE_WIDTH, 90, PICTURE_WIDTH + 60, 90);
  assert_frame (f, 0, 0, 320, 192);
  weir_document_undo (f->document);
  assert_frame (f, 0, 0, 256, 192);
  weir_canvas_set_zoom (f->canvas, 1);

  DO (f, "keydown", "alt");
  drag (f, 90, PICTURE_HEIGHT, 90, PICTURE_HEIGHT + 25);
  DO (f, "keyup", "alt");
  assert_frame (f, 0, 0, 256, 216);
  weir_document_undo (f->document);
  weir_canvas_set_zoom (f->canvas, 1);

  /* the ratio of 4 : 3 is kept */
  DO (f, "keydown", "shift");
  drag (f, 0, 0, -62, -4);
  DO (f, "keyup", "shift");
  assert_frame (f, -64, -64, 320, 256);
  weir_document_undo (f->document);
  weir_canvas_set_zoom (f->canvas, 1);

  move (f, PICTURE_WIDTH, 90);
  DO (f, "mousedown", "1", "sleep", "0.05", "mousemove_relative", "64", "0", "sleep", "0.05");
  DO (f, "key", "Escape");
  DO (f, "mouseup", "1");
  assert_frame (f, 0, 0, 256, 192);
  g_assert_false (can_undo (f));
}

static void
frames_by_keys (Fixture      *f,
                gconstpointer data)
{
  static const struct { const char *key; int x, y, width, height; } steps[] = {
    { "Right", 64, 0, 256, 192 },
    { "Up", 64, -64, 256, 192 },
    { "ctrl+Left", 56, -64, 256, 192 },
    { "shift+Right", 56, -64, 320, 192 },
    { "ctrl+shift+Down", 56, -64, 320, 200 },
    { "shift+Left", 56, -64, 256, 200 },
  };

  weir_tools_set_tool (f->tools, WEIR_TOOL_FRAME);
  gtk_widget_grab_focus (f->widget);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      weir_test_key (f->widget, steps[i].key);
      g_test_message ("%s", steps[i].key);
      assert_frame (f, steps[i].x, steps[i].y, steps[i].width, steps[i].height);
    }
  undo_all (f);
  assert_frame (f, 0, 0, 256, 192);
}

/* --- the rest -------------------------------------------------------------------------------- */

static void
wheel (Fixture      *f,
       gconstpointer data)
{
  move (f, 50, 50);
  DO (f, "keydown", "alt", "click", "4", "keyup", "alt");
  g_assert_cmpfloat (weir_tools_get_size (f->tools), ==, 22);
  DO (f, "keydown", "alt", "click", "5", "keyup", "alt");
  g_assert_cmpfloat (weir_tools_get_size (f->tools), ==, 20);
  g_assert_cmpfloat (weir_canvas_get_zoom (f->canvas), ==, 1);
}

/* A candidate is not drawn upon. */
static void
yields (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (WeirPicture) picture = test_grid (PICTURE_WIDTH, PICTURE_HEIGHT, 9);
  gboolean can_edit;

  weir_staging_add (f->staging, picture);
  g_object_get (f->canvas, "can-edit", &can_edit, NULL);
  g_assert_false (can_edit);
  drag (f, 50, 50, 150, 50);
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  weir_staging_discard_all (f->staging);
  drag (f, 50, 50, 150, 50);
  g_assert_cmpuint (masked (f, 100, 50), ==, 255);
}

static guint32
seen (Fixture *f,
      int      x,
      int      y)
{
  g_autofree guint32 *pixels = g_new0 (guint32, WIDTH * HEIGHT);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (f->widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  weir_test_settle (f->widget);
  gdk_paintable_snapshot (paintable, snapshot, WIDTH, HEIGHT);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (f->window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, WIDTH, HEIGHT));
  gdk_texture_download (texture, (guchar *) pixels, WIDTH * sizeof (guint32));
  return pixels[(TOP + y) * WIDTH + LEFT + x];
}

static void
tints (Fixture      *f,
       gconstpointer data)
{
  const graphene_rect_t rectangle = GRAPHENE_RECT_INIT (40, 40, 60, 60);
  guint n_tinted = 0;

  weir_tools_set_tool (f->tools, WEIR_TOOL_HAND);
  weir_mask_fill_rectangle (mask_of (f), &rectangle, FALSE);
  g_assert_cmphex (seen (f, 39, 70), ==, 0xff274607u);
  g_assert_cmphex (seen (f, 100, 70), ==, 0xff644607u);
  for (int x = 40; x < 100; x += 3)
    n_tinted += seen (f, x, 70) != (0xff004607u | (guint) x << 16);
  g_assert_cmpuint (n_tinted, ==, 20);
  g_object_set (f->tools, "shows-mask", FALSE, NULL);
  g_assert_cmphex (seen (f, 70, 70), ==, 0xff464607u);
  /* what is drawn is to be seen */
  weir_tools_set_tool (f->tools, WEIR_TOOL_BRUSH);
  drag (f, 150, 150, 160, 150);
  g_assert_true (weir_tools_get_shows_mask (f->tools));
  weir_mask_clear (mask_of (f));
  weir_tools_set_tool (f->tools, WEIR_TOOL_HAND);
  g_assert_cmphex (seen (f, 70, 70), ==, 0xff464607u);
}

/* Each colour is another one, stripes are seen or not, and more opaque is further from the picture. */
static void
looks_as_set (Fixture      *f,
              gconstpointer data)
{
  const graphene_rect_t rectangle = GRAPHENE_RECT_INIT (40, 40, 60, 60);
  guint32 before = 0;

  weir_tools_set_tool (f->tools, WEIR_TOOL_HAND);
  weir_mask_fill_rectangle (mask_of (f), &rectangle, FALSE);
  g_object_set (f->tools, "mask-stripes", FALSE, NULL);
  for (int colour = WEIR_MASK_MAGENTA; colour <= WEIR_MASK_BLUE; colour++)
    {
      g_object_set (f->tools, "mask-colour", colour, NULL);
      g_assert_cmphex (seen (f, 50, 50), !=, before);
      before = seen (f, 50, 50);
      /* of one colour but for what the picture itself changes */
      for (int x = 51; x < 65; x++)
        g_assert_cmphex (seen (f, x, 50) & 0xff00u, ==, before & 0xff00u);
    }
  g_object_set (f->tools, "mask-colour", WEIR_MASK_BLUE, "mask-opacity", 0.9, NULL);
  g_assert_cmpuint (seen (f, 50, 50) & 0xff, >, before & 0xff);
  g_object_set (f->tools, "mask-opacity", 0.1, NULL);
  g_assert_cmpuint (seen (f, 50, 50) & 0xff, <, before & 0xff);
}

static void
snaps_as_set (Fixture      *f,
              gconstpointer data)
{
  GdkRectangle frame;

  g_object_set (f->tools, "tool", WEIR_TOOL_FRAME, "frame-snap", 16u, NULL);
  gtk_widget_grab_focus (f->widget);
  weir_test_key (f->widget, "shift+Right");
  weir_document_get_frame (f->document, &frame);
  g_assert_cmpint (frame.width, ==, PICTURE_WIDTH + 16);
  weir_test_key (f->widget, "ctrl+shift+Right");
  weir_document_get_frame (f->document, &frame);
  g_assert_cmpint (frame.width, ==, PICTURE_WIDTH + 24);
}

static gboolean
late (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
describes (Fixture      *f,
           gconstpointer data)
{
  const graphene_rect_t half = GRAPHENE_RECT_INIT (0, 0, PICTURE_WIDTH, PICTURE_HEIGHT / 2);
  gboolean is_late = FALSE;

  weir_mask_fill_rectangle (mask_of (f), &half, FALSE);
  g_timeout_add (500, late, &is_late);
  while (!is_late)
    g_main_context_iteration (NULL, TRUE);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Image 256 by 192, mask covers 50 percent");
}

/* Nothing is said while it goes on changing, however long that is. */
static void
describes_at_rest (Fixture      *f,
                   gconstpointer data)
{
  gboolean is_late = FALSE;

  g_timeout_add (500, late, &is_late);
  for (guint i = 0; !is_late; i++)
    {
      const graphene_rect_t some = GRAPHENE_RECT_INIT (i % 50, 0, 100, 100);

      weir_mask_clear (mask_of (f));
      weir_mask_fill_rectangle (mask_of (f), &some, FALSE);
      g_main_context_iteration (NULL, FALSE);
    }
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Image 256 by 192");
}

static void
hand (Fixture      *f,
      gconstpointer data)
{
  const guint32 colour = 0xff000007u;

  weir_tools_set_tool (f->tools, WEIR_TOOL_HAND);
  weir_canvas_set_zoom (f->canvas, 4);
  /* four pixels of the screen for each of the picture's: 128, 96 is in the middle */
  g_assert_cmphex (seen (f, 200 - LEFT, 150 - TOP), ==, colour | 128u << 16 | 96u << 8);
  weir_test_drag (f->widget, 200, 150, 160, 130);
  g_assert_cmphex (seen (f, 200 - LEFT, 150 - TOP), ==, colour | 138u << 16 | 101u << 8);
  g_assert_true (weir_mask_is_empty (mask_of (f)));
}

/* GTK makes no events of a pen for tests: what it makes of them is asked for itself, and given to the
 * tool that draws. */
static void
finds_pressure (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GObject) pen =
    g_object_new (GDK_TYPE_DEVICE_TOOL, "tool-type", GDK_DEVICE_TOOL_TYPE_PEN, "axes",
                  GDK_AXIS_FLAG_X | GDK_AXIS_FLAG_Y | GDK_AXIS_FLAG_PRESSURE, NULL);
  g_autoptr (GObject) mouse =
    g_object_new (GDK_TYPE_DEVICE_TOOL, "tool-type", GDK_DEVICE_TOOL_TYPE_MOUSE, "axes",
                  GDK_AXIS_FLAG_X | GDK_AXIS_FLAG_Y, NULL);

  g_assert_cmpfloat (weir_editing_find_pressure (NULL, 0), ==, 1);
  g_assert_cmpfloat (weir_editing_find_pressure (GDK_DEVICE_TOOL (mouse), 0), ==, 1);
  g_assert_cmpfloat (weir_editing_find_pressure (GDK_DEVICE_TOOL (pen), 0), ==, 0);
  g_assert_cmpfloat (weir_editing_find_pressure (GDK_DEVICE_TOOL (pen), 0.4), ==, 0.4);
  g_assert_cmpfloat (weir_editing_find_pressure (GDK_DEVICE_TOOL (pen), 7), ==, 1);
  g_assert_cmpfloat (weir_editing_find_pressure (GDK_DEVICE_TOOL (pen), (double) NAN), ==, 1);
}

/* A stroke of the tool's that is pressed harder and harder, from left to right. */
static void
draw_pressed (Fixture *f)
{
  const WeirToolPoint from = { .x = 40, .y = 96, .pressure = 0.25 };
  const WeirToolPoint to = { .x = 200, .y = 96, .pressure = 1 };

  weir_tool_brush.begin (f->canvas->editing, &from);
  weir_tool_brush.move (f->canvas->editing, &to);
  weir_tool_brush.end (f->canvas->editing);
}

static void
follows_pressure (Fixture      *f,
                  gconstpointer data)
{
  g_object_set (f->tools, "brush-size", 40.0, "uses-pressure", TRUE, NULL);
  draw_pressed (f);
  g_assert_cmpuint (masked (f, 40, 96 + 3), ==, 255);
  g_assert_cmpuint (masked (f, 40, 96 + 7), ==, 0);
  g_assert_cmpuint (masked (f, 200, 96 + 18), ==, 255);
  weir_document_undo (f->document);

  g_object_set (f->tools, "uses-pressure", FALSE, NULL);
  draw_pressed (f);
  g_assert_cmpuint (masked (f, 40, 96 + 18), ==, 255);
  weir_document_undo (f->document);

  /* a soft edge is as wide as the stroke lets it be */
  g_object_set (f->tools, "uses-pressure", TRUE, "softness", 1.0, NULL);
  draw_pressed (f);
  g_assert_cmpuint (masked (f, 40, 96), >, 200);
  g_assert_cmpuint (masked (f, 40, 96 + 2), <, 230);
  g_assert_cmpuint (masked (f, 200, 96 + 2), >, 230);
  weir_document_undo (f->document);

  /* a mouse draws with the size that is set */
  drag (f, 40, 96, 200, 96);
  g_object_set (f->tools, "softness", 0.0, NULL);
  drag (f, 40, 96, 200, 96);
  g_assert_cmpuint (masked (f, 40, 96 + 18), ==, 255);
}

/* Not asserted: what a piece of a stroke costs on a large picture, and the textures it makes anew. */
static void
measures (Fixture      *f,
          gconstpointer data)
{
  static const double zooms[] = { 0.18, 0.5, 1 };
  const WeirMaskBrush brush = { .size = 256, .softness = 0.3 };
  const graphene_rect_t seen_part = GRAPHENE_RECT_INIT (0, 0, 1200, 760);
  g_autoptr (WeirMask) mask = weir_mask_new (4096, 4096);
  g_autoptr (WeirMaskLayer) layer = weir_mask_layer_new ();

  weir_mask_layer_set_mask (layer, mask);
  weir_mask_fill (mask);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      const float side = (float) (4096 * zooms[i]);
      const graphene_rect_t place = GRAPHENE_RECT_INIT (600 - side / 2, 380 - side / 2, side, side);
      gint64 painting = 0, drawing = 0, first = 0;

      weir_mask_begin_stroke (mask, &brush, 2348, 2048, 1);
      for (guint n = 0; n < 50; n++)
        {
          GtkSnapshot *snapshot = gtk_snapshot_new ();
          const gint64 begin = g_get_monotonic_time ();
          gint64 painted;

          weir_mask_extend_stroke (mask, 2048 + 300 * cos (n / 10.0), 2048 + 200 * sin (n / 10.0),
                                   1);
          painted = g_get_monotonic_time ();
          weir_mask_layer_snapshot (layer, snapshot, &place, &seen_part);
          if (n == 0)
            first = g_get_monotonic_time () - painted;
          else
            drawing += g_get_monotonic_time () - painted;
          painting += painted - begin;
          gsk_render_node_unref (gtk_snapshot_free_to_node (snapshot));
        }
      weir_mask_end_stroke (mask);
      g_test_message ("4096×4096, zoom %.2f: %.2f ms to paint a segment of 256 pixels' width, "
                      "%.2f ms for its textures, %.1f ms for all of them",
                      zooms[i], (double) painting / 50e3, (double) drawing / 49e3,
                      (double) first / 1e3);
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ui/tools/paints", paints },
    { "/ui/tools/erases", erases },
    { "/ui/tools/subtracts", subtracts },
    { "/ui/tools/escapes", escapes },
    { "/ui/tools/pans-in-stroke", pans_in_stroke },
    { "/ui/tools/lassoes", lassoes },
    { "/ui/tools/lassoes-corners", lassoes_corners },
    { "/ui/tools/rectangles", rectangles },
    { "/ui/tools/frames", frames },
    { "/ui/tools/frames-by-keys", frames_by_keys },
    { "/ui/tools/wheel", wheel },
    { "/ui/tools/yields", yields },
    { "/ui/tools/tints", tints },
    { "/ui/tools/describes", describes },
    { "/ui/tools/describes-at-rest", describes_at_rest },
    { "/ui/tools/hand", hand },
    { "/ui/tools/looks-as-set", looks_as_set },
    { "/ui/tools/snaps-as-set", snaps_as_set },
    { "/ui/tools/finds-pressure", finds_pressure },
    { "/ui/tools/follows-pressure", follows_pressure },
    { "/ui/tools/measures", measures },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
