/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas draws, to the pixel, and what the pointer and keys do on it. */

#include "support/test-window.h"

#include <math.h>
#include <stdlib.h>

#include "canvas/canvas.h"
#include "canvas/pyramid.h"
#include "support/scene.h"

/* Of the canvas in its window. */
#define WIDTH 200
#define HEIGHT 160

typedef struct
{
  WeirDocument *document;
  WeirStaging  *staging;
  WeirCanvas   *canvas;
  GtkWidget    *widget; /* the canvas */
  GtkWindow    *window;
  guint32       seen[WIDTH * HEIGHT];
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->document = weir_document_new ();
  f->staging = weir_staging_new (f->document);
  f->canvas = WEIR_CANVAS (weir_canvas_new ());
  f->widget = GTK_WIDGET (f->canvas);
  g_object_set (f->canvas, "document", f->document, "staging", f->staging, NULL);
  f->window = weir_test_show (f->widget, WIDTH, HEIGHT);
  g_assert_cmpint (gtk_widget_get_width (f->widget), ==, WIDTH);
  g_assert_cmpint (gtk_widget_get_height (f->widget), ==, HEIGHT);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  gpointer left[] = { f->canvas, f->window, f->staging, f->document };

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_object_add_weak_pointer (left[i], &left[i]);
  gtk_window_destroy (f->window);
  g_object_unref (f->staging);
  g_object_unref (f->document);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_assert_null (left[i]);
}

static void
show_document (Fixture     *f,
               WeirPicture *picture)
{
  weir_document_set_picture (f->document, picture);
  g_object_unref (picture);
}

static void
add_candidate (Fixture     *f,
               WeirPicture *picture)
{
  weir_staging_add (f->staging, picture);
  g_object_unref (picture);
}

/* Draws the canvas into f->seen. */
static void
look (Fixture *f)
{
  GdkPaintable *paintable = gtk_widget_paintable_new (f->widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  weir_test_settle (f->widget);
  gdk_paintable_snapshot (paintable, snapshot, WIDTH, HEIGHT);
  node = gtk_snapshot_free_to_node (snapshot);
  memset (f->seen, 0, sizeof f->seen);
  if (node)
    {
      texture =
        gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (f->window)), node,
                                     &GRAPHENE_RECT_INIT (0, 0, WIDTH, HEIGHT));
      gdk_texture_download (texture, (guchar *) f->seen, WIDTH * sizeof (guint32));
    }
  g_object_unref (paintable);
}

/* The picture as it is there, in place of x, y, of the wanted size; around it nothing. */
typedef guint32 (*Expected) (CasImage *image,
                             int       x,
                             int       y,
                             double    step_x,
                             double    step_y);

static guint32
pixel_at (CasImage *image,
          int       x,
          int       y)
{
  const guint8 *pixel = cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;

  return 0xff000000u | (guint32) pixel[0] << 16 | (guint32) pixel[1] << 8 | pixel[2];
}

/* The pixel below the middle of one of the screen; the left and upper one where that is between
 * two. */
static guint32
nearest (CasImage *image,
         int       x,
         int       y,
         double    step_x,
         double    step_y)
{
  return pixel_at (image, (int) ceil ((x + 0.5) / step_x) - 1, (int) ceil ((y + 0.5) / step_y) - 1);
}

static guint
channel (CasImage *image,
         int       x,
         int       y,
         guint     c)
{
  return (pixel_at (image, MIN (x, (int) cas_image_get_width (image) - 1),
                    MIN (y, (int) cas_image_get_height (image) - 1)) >> (16 - 8 * c)) & 0xff;
}

/* The average of a square of pixels, made of averages of four. */
static guint
average (CasImage *image,
         int       x,
         int       y,
         int       size,
         guint     c)
{
  const int half = size / 2;

  if (size == 1)
    return channel (image, x, y, c);
  return (average (image, x, y, half, c) + average (image, x + half, y, half, c) +
          average (image, x, y + half, half, c) +
          average (image, x + half, y + half, half, c) + 2) / 4;
}

static guint32
reduced (CasImage *image,
         int       x,
         int       y,
         double    step_x,
         double    step_y)
{
  const int size = (int) round (1 / step_x);
  guint32 pixel = 0xff;

  for (guint c = 0; c < 3; c++)
    pixel = pixel << 8 | average (image, x * size, y * size, size, c);
  return pixel;
}

/* Every pixel: the image at x, y in width × height of them, and nothing around it. */
static void
assert_image (Fixture  *f,
              CasImage *image,
              int       x,
              int       y,
              int       width,
              int       height,
              Expected  expected)
{
  const double step_x = (double) width / cas_image_get_width (image);
  const double step_y = (double) height / cas_image_get_height (image);

  look (f);
  for (int row = 0; row < HEIGHT; row++)
    for (int column = 0; column < WIDTH; column++)
      {
        const gboolean is_in = column >= x && column < x + width && row >= y && row < y + height;
        const guint32 wanted = is_in ? expected (image, column - x, row - y, step_x, step_y) : 0;
        const guint32 found = f->seen[row * WIDTH + column];

        if (found != wanted)
          g_error ("at %d, %d there is %08x, not %08x", column, row, found, wanted);
      }
}

static void
draws (Fixture      *f,
       gconstpointer data)
{
  CasImage *image;

  look (f);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpuint (f->seen[i], ==, 0);

  show_document (f, test_grid (64, 48, 7));
  image = weir_picture_get_image (weir_document_get_picture (f->document));
  /* 112 / 48 */
  g_assert_cmpfloat_with_epsilon (weir_canvas_get_zoom (f->canvas), 7.0 / 3, 1e-9);
  assert_image (f, image, 25, 24, 149, 112, nearest);
  weir_canvas_set_zoom (f->canvas, 1);
  assert_image (f, image, 68, 56, 64, 48, nearest);
  weir_canvas_set_zoom (f->canvas, 4);
  assert_image (f, image, 100 - 128, 80 - 96, 256, 192, nearest);
  weir_canvas_set_zoom (f->canvas, 20);
  assert_image (f, image, 100 - 640, 80 - 480, 1280, 960, nearest);
  weir_canvas_set_zoom (f->canvas, 0.5);
  assert_image (f, image, 84, 68, 32, 24, reduced);
  weir_canvas_set_zoom (f->canvas, 0.25);
  assert_image (f, image, 92, 74, 16, 12, reduced);
}

/* Between its own size and twice that the picture is interpolated. */
static void
draws_smoothly (Fixture      *f,
                gconstpointer data)
{
  static const double zooms[] = { 1.5, 2, 0.75 };

  show_document (f, test_grid (64, 48, 7));
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      const int width = (int) round (64 * zooms[i]), height = (int) round (48 * zooms[i]);
      const int x = (WIDTH - width) / 2, y = (HEIGHT - height) / 2;

      weir_canvas_set_zoom (f->canvas, zooms[i]);
      look (f);
      for (int row = 2; row < height - 2; row++)
        for (int column = 2; column < width - 2; column++)
          {
            const guint32 found = f->seen[(y + row) * WIDTH + x + column];
            const double red = (column + 0.5) / zooms[i] - 0.5;
            const double green = (row + 0.5) / zooms[i] - 0.5;

            g_assert_cmpfloat (fabs ((found >> 16 & 0xff) - red), <=, 1);
            g_assert_cmpfloat (fabs ((found >> 8 & 0xff) - green), <=, 1);
            g_assert_cmpuint (found & 0xff, ==, 7);
          }
    }
}

/* A large picture is cut where it is not seen, and its copies are made in a thread. */
static gboolean
is_drawn_reduced (gpointer data)
{
  Fixture *f = data;

  look (f);
  /* a black and white pattern of single pixels is grey from afar */
  return f->seen[80 * WIDTH + 100] == 0xff808080u;
}

static void
draws_large (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (CasImage) image = cas_image_new (3072, 2560, NULL);
  guint8 *pixels = cas_image_get_pixels (image);

  for (guint y = 0; y < 2560; y++)
    for (guint x = 0; x < 3072; x++)
      memset (pixels + 3 * (y * 3072 + x), (x + y) % 2 ? 0xff : 0, 3);
  show_document (f, weir_picture_new (image, NULL));
  weir_test_wait (is_drawn_reduced, f, 10, "the smaller copies");
  weir_canvas_set_zoom (f->canvas, 1);
  assert_image (f, image, 100 - 1536, 80 - 1280, 3072, 2560, nearest);
  for (guint i = 0; i < 20; i++)
    weir_test_key (f->widget, "Right");
  assert_image (f, image, 100 - 1536 - 20 * 64, 80 - 1280, 3072, 2560, nearest);
}

static gboolean
is_ready (gpointer pyramid)
{
  return weir_pyramid_is_ready (pyramid);
}

static guint32
first_drawn (Fixture     *f,
             WeirPyramid *pyramid,
             int          zoom_log2)
{
  const graphene_rect_t place =
    GRAPHENE_RECT_INIT (0, 0, weir_pyramid_get_width (pyramid) >> zoom_log2,
                        weir_pyramid_get_height (pyramid) >> zoom_log2);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  weir_pyramid_snapshot (pyramid, snapshot, &place, &place, FALSE);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (f->window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, WIDTH, HEIGHT));
  gdk_texture_download (texture, (guchar *) f->seen, WIDTH * sizeof (guint32));
  return f->seen[0];
}

/* Until its copies are there a large picture is drawn from single pixels of it, one for two by two of
 * what is seen: each is near its place, but where what a pixel says begins anew. */
static void
draws_roughly (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (WeirPicture) picture = test_grid (3072, 2560, 9);
  CasImage *image = weir_picture_get_image (picture);
  g_autoptr (WeirPyramid) pyramid = weir_pyramid_new (image);

  g_assert_false (weir_pyramid_is_ready (pyramid));
  first_drawn (f, pyramid, 4);
  for (int y = 0; y < 160; y++)
    for (int x = 0; x < 192; x++)
      {
        const guint32 pixel = f->seen[y * WIDTH + x];

        g_assert_cmphex (pixel & 0xff0000ff, ==, 0xff000009u);
        if (x % 16 >= 2 && x % 16 < 14)
          g_assert_cmpint (abs ((int) (pixel >> 16 & 0xff) - x % 16 * 16), <=, 32);
        if (y % 16 >= 2 && y % 16 < 14)
          g_assert_cmpint (abs ((int) (pixel >> 8 & 0xff) - y % 16 * 16), <=, 32);
      }
  g_assert_cmphex (first_drawn (f, pyramid, 0), ==, 0xff000009u);
  weir_test_wait (is_ready, pyramid, 10, "the smaller copies");
  g_assert_cmphex (first_drawn (f, pyramid, 4), ==, reduced (image, 0, 0, 1 / 16.0, 1 / 16.0));
}

/* However thin it is, it is seen in its whole length. */
static void
draws_thin (Fixture      *f,
            gconstpointer data)
{
  static const struct { guint width, height; } sizes[] = {
    { 16384, 1 }, { 1, 16384 }, { 16384, 7 }, { 5000, 3 }, { 3, 1100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (CasImage) image = cas_image_new (sizes[i].width, sizes[i].height, NULL);
      const gboolean is_wide = sizes[i].width > sizes[i].height;
      int n_seen = 0;

      memset (cas_image_get_pixels (image), 255,
              cas_image_get_stride (image) * cas_image_get_height (image));
      show_document (f, weir_picture_new (image, NULL));
      weir_canvas_fit (f->canvas);
      look (f);
      for (int p = 0; p < WIDTH * HEIGHT; p++)
        n_seen += f->seen[p] == 0xffffffffu;
      g_test_message ("%u × %u: %d", sizes[i].width, sizes[i].height, n_seen);
      g_assert_cmpint (n_seen, >=, (is_wide ? WIDTH : HEIGHT) * 6 / 10);
    }
}

static void
draws_alpha (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (CasImage) image = cas_image_new (64, 48, NULL);
  guint8 *alpha;

  g_assert_true (cas_image_add_alpha (image, NULL));
  alpha = cas_image_get_alpha (image);
  memset (cas_image_get_pixels (image), 200, 64 * 48 * 3);
  memset (alpha, 0, 64 * 24);
  show_document (f, weir_picture_new (image, NULL));
  weir_canvas_set_zoom (f->canvas, 1);
  look (f);
  for (int y = 0; y < 48; y++)
    for (int x = 0; x < 64; x++)
      {
        const guint32 check = (x / 8 + y / 8) % 2 ? 0xff666666u : 0xff999999u;

        g_assert_cmphex (f->seen[(56 + y) * WIDTH + 68 + x], ==, y < 24 ? check : 0xffc8c8c8u);
      }
  g_assert_cmphex (f->seen[55 * WIDTH + 68], ==, 0);
}

/* What is over the document, and what is when that is gone. */
static void
layers (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (WeirPicture) growing = test_grid (64, 48, 99);
  CasImage *document, *first, *second;

  show_document (f, test_grid (64, 48, 1));
  document = weir_picture_get_image (weir_document_get_picture (f->document));
  weir_canvas_set_zoom (f->canvas, 1);
  weir_canvas_set_preview (f->canvas, weir_picture_get_image (growing), 64, 48);
  assert_image (f, weir_picture_get_image (growing), 68, 56, 64, 48, nearest);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Unfinished image 64 by 48");

  add_candidate (f, test_grid (64, 48, 2));
  first = weir_picture_get_image (weir_staging_get_picture (f->staging));
  assert_image (f, first, 68, 56, 64, 48, nearest);
  add_candidate (f, test_grid (40, 30, 3));
  weir_staging_next (f->staging);
  second = weir_picture_get_image (weir_staging_get_picture (f->staging));
  assert_image (f, second, 80, 65, 40, 30, nearest);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Image 40 by 30, 2 of 2 results");

  weir_canvas_set_preview (f->canvas, NULL, 0, 0);
  weir_staging_discard_all (f->staging);
  assert_image (f, document, 68, 56, 64, 48, nearest);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Image 64 by 48");
  weir_document_set_picture (f->document, NULL);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "No image");
}

/* A preview is smaller than the result and lies where that will be. */
static void
preview (Fixture      *f,
         gconstpointer data)
{
  g_autoptr (CasImage) image = cas_image_new (8, 6, NULL);

  memset (cas_image_get_pixels (image), 0x55, 8 * 6 * 3);
  weir_canvas_set_preview (f->canvas, image, 64, 48);
  weir_canvas_set_zoom (f->canvas, 1);
  assert_image (f, image, 68, 56, 64, 48, nearest);
}

/* That the canvas shows a part over the document, whose upper left corner is at 68, 56. */
static void
assert_part (Fixture            *f,
             const GdkRectangle *frame,
             CasImage           *part)
{
  CasImage *document = weir_picture_get_image (weir_document_get_picture (f->document));

  look (f);
  for (int y = MIN (frame->y, 0); y < 48; y++)
    for (int x = MIN (frame->x, 0); x < 64; x++)
      {
        const gboolean is_part = x >= frame->x && x < frame->x + frame->width &&
                                 y >= frame->y && y < frame->y + frame->height;
        const gboolean is_document = x >= 0 && y >= 0;

        g_assert_cmphex (f->seen[(56 + y) * WIDTH + 68 + x], ==,
                         is_part ? pixel_at (part, x - frame->x, y - frame->y)
                                 : is_document ? pixel_at (document, x, y) : 0);
      }
}

/* A part lies at its place, with the document around it, and may reach beyond that. */
static void
parts (Fixture      *f,
       gconstpointer data)
{
  const GdkRectangle frame = { -8, 4, 24, 16 };
  g_autoptr (WeirPicture) growing = test_grid (24, 16, 7);
  g_autoptr (WeirPicture) made = test_grid (24, 16, 9);
  WeirPlace place;

  show_document (f, test_grid (64, 48, 1));
  weir_canvas_set_zoom (f->canvas, 1);
  weir_canvas_set_preview_at (f->canvas, weir_picture_get_image (growing), &frame, NULL);
  assert_part (f, &frame, weir_picture_get_image (growing));
  place = weir_document_get_place (f->document, &frame);
  weir_staging_add_at (f->staging, made, &place, NULL);
  weir_canvas_set_preview (f->canvas, NULL, 0, 0);
  assert_part (f, &frame, weir_picture_get_image (made));

  /* left of the handle, which is in the middle, there is the document alone */
  g_object_set (f->canvas, "compare", TRUE, NULL);
  look (f);
  g_assert_cmphex (f->seen[(56 + 4) * WIDTH + 68 + 4], ==,
                   pixel_at (weir_picture_get_image (weir_document_get_picture (f->document)), 4,
                             4));
}

/* Of a part that grows is seen what its mask lets through, however rough it still is. */
static void
masked_part (Fixture      *f,
             gconstpointer data)
{
  const GdkRectangle frame = { 16, 8, 24, 16 };
  g_autoptr (CasImage) growing = cas_image_new (12, 8, NULL);
  g_autoptr (WeirMask) mask = weir_mask_new (24, 16);
  g_autofree guint8 *pixels = g_malloc0 (24 * 16);
  CasImage *document;

  for (guint i = 0; i < 16; i++)
    memset (pixels + 24 * i + 8, i == 15 ? 128 : 255, 8);
  weir_mask_write (mask, pixels, 24);
  memset (cas_image_get_pixels (growing), 0xff, 12 * 8 * 3);
  show_document (f, test_grid (64, 48, 1));
  document = weir_picture_get_image (weir_document_get_picture (f->document));
  weir_canvas_set_zoom (f->canvas, 1);
  weir_canvas_set_preview_at (f->canvas, growing, &frame, mask);
  look (f);
  for (int y = 0; y < 48; y++)
    for (int x = 0; x < 64; x++)
      {
        const guint32 seen = f->seen[(56 + y) * WIDTH + 68 + x];
        const gboolean is_part = x >= 24 && x < 32 && y >= 8 && y < 24;

        if (is_part && y == 23) /* half of each */
          g_assert_cmphex (seen & 0xff, >, pixel_at (document, x, y) & 0xff);
        else
          g_assert_cmphex (seen, ==, is_part ? 0xffffffffu : pixel_at (document, x, y));
      }
}

static void
compares (Fixture      *f,
          gconstpointer data)
{
  show_document (f, test_grid (64, 48, 1));
  weir_canvas_set_zoom (f->canvas, 1);
  add_candidate (f, test_grid (64, 48, 2));
  g_object_set (f->canvas, "compare", TRUE, NULL);
  look (f);
  g_assert_cmphex (f->seen[60 * WIDTH + 70], ==, 0xff020401u);
  g_assert_cmphex (f->seen[60 * WIDTH + 130], ==, 0xff3e0402u);
  g_assert_cmphex (f->seen[60 * WIDTH + 100], ==, 0xffffffffu);

  /* the handle is dragged, and what is left of it follows */
  weir_test_drag (f->widget, 100, 80, 120, 80);
  look (f);
  g_assert_cmphex (f->seen[60 * WIDTH + 110], ==, 0xff2a0401u);
  g_assert_cmphex (f->seen[60 * WIDTH + 130], ==, 0xff3e0402u);
  /* ten hundredths of 64 pixels more */
  weir_test_key (f->widget, "shift+Right");
  look (f);
  g_assert_cmphex (f->seen[60 * WIDTH + 123], ==, 0xff370401u);
  weir_test_key (f->widget, "Home");
  look (f);
  g_assert_cmphex (f->seen[60 * WIDTH + 72], ==, 0xff040402u);

  /* nothing left to compare */
  weir_test_key (f->widget, "Delete");
  look (f);
  g_assert_cmphex (f->seen[60 * WIDTH + 130], ==, 0xff3e0401u);
  g_assert_true (gtk_widget_is_focus (f->widget));
}

/* --- input ---------------------------------------------------------------------------------- */

static void
focus (Fixture *f)
{
  weir_test_click (f->widget, 100, 80);
  g_assert_true (gtk_widget_is_focus (f->widget));
}

static void
keys (Fixture      *f,
      gconstpointer data)
{
  CasImage *image;

  show_document (f, test_grid (64, 48, 1));
  image = weir_picture_get_image (weir_document_get_picture (f->document));
  focus (f);
  weir_canvas_set_zoom (f->canvas, 20);
  weir_test_key (f->widget, "Right");
  weir_test_key (f->widget, "Down");
  weir_test_key (f->widget, "Down");
  assert_image (f, image, 100 - 640 - 64, 80 - 480 - 128, 1280, 960, nearest);
  weir_test_key (f->widget, "Left");
  weir_test_key (f->widget, "Up");
  assert_image (f, image, 100 - 640, 80 - 480 - 64, 1280, 960, nearest);
  weir_canvas_fit (f->canvas);
  assert_image (f, image, 25, 24, 149, 112, nearest);
}

static void
candidate_keys (Fixture      *f,
                gconstpointer data)
{
  CasImage *image;

  for (guint i = 0; i < 4; i++)
    add_candidate (f, test_grid (64, 48, i));
  focus (f);
  weir_test_key (f->widget, "Right");
  weir_test_key (f->widget, "Right");
  g_assert_cmpuint (weir_staging_get_selected (f->staging), ==, 2);
  weir_test_key (f->widget, "Left");
  g_assert_cmpuint (weir_staging_get_selected (f->staging), ==, 1);
  weir_test_key (f->widget, "Delete");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->staging)), ==, 3);
  weir_test_key (f->widget, "Escape");
  g_assert_cmpuint (weir_staging_get_selected (f->staging), ==, GTK_INVALID_LIST_POSITION);
  weir_test_key (f->widget, "Return");
  g_assert_null (weir_document_get_picture (f->document));
  weir_test_key (f->widget, "Left");
  weir_test_key (f->widget, "Return");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->staging)), ==, 0);
  look (f);
  image = weir_picture_get_image (weir_document_get_picture (f->document));
  g_assert_cmphex (pixel_at (image, 0, 0), ==, 0xff000003u);
}

/* Single keys are the canvas' only while it has the focus. */
static void
local_keys (Fixture      *f,
            gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *entry = gtk_entry_new ();

  g_object_ref (f->widget);
  gtk_window_set_child (f->window, NULL);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), f->widget);
  gtk_widget_set_vexpand (f->widget, TRUE);
  g_object_unref (f->widget);
  gtk_window_set_child (f->window, box);
  add_candidate (f, test_grid (64, 48, 1));
  gtk_widget_grab_focus (entry);
  weir_test_type (entry, "a\\b ");
  weir_test_key (entry, "Left");
  weir_test_key (entry, "Delete");
  weir_test_key (entry, "Return");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "a\\b");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->staging)), ==, 1);
  weir_test_key (entry, "Tab");
  g_assert_true (gtk_widget_is_focus (f->widget));
  weir_test_key (entry, "Delete");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->staging)), ==, 0);
}

/* While it is held, what was before is seen. */
static void
held_keys (Fixture      *f,
           gconstpointer data)
{
  CasImage *document, *over;

  show_document (f, test_grid (64, 48, 1));
  document = weir_picture_get_image (weir_document_get_picture (f->document));
  add_candidate (f, test_grid (64, 48, 2));
  over = weir_picture_get_image (weir_staging_get_picture (f->staging));
  weir_canvas_set_zoom (f->canvas, 1);
  focus (f);
  assert_image (f, over, 68, 56, 64, 48, nearest);
  weir_test_do (f->widget, (const char *[]) { "keydown", "backslash", NULL });
  assert_image (f, document, 68, 56, 64, 48, nearest);
  weir_test_do (f->widget, (const char *[]) { "keyup", "backslash", NULL });
  assert_image (f, over, 68, 56, 64, 48, nearest);

  weir_canvas_set_zoom (f->canvas, 4);
  weir_test_drag (f->widget, 100, 80, 110, 85);
  assert_image (f, over, 100 - 128, 80 - 96, 256, 192, nearest);
  weir_test_do (f->widget, (const char *[]) { "keydown", "space", NULL });
  weir_test_drag (f->widget, 100, 80, 110, 85);
  weir_test_do (f->widget, (const char *[]) { "keyup", "space", NULL });
  assert_image (f, over, 110 - 128, 85 - 96, 256, 192, nearest);
}

static void
wheel (Fixture      *f,
       gconstpointer data)
{
  CasImage *image;
  guint32 below;

  show_document (f, test_grid (64, 48, 1));
  image = weir_picture_get_image (weir_document_get_picture (f->document));
  weir_canvas_set_zoom (f->canvas, 20);
  weir_test_move (f->widget, 100, 80);
  weir_test_do (f->widget, (const char *[]) { "click", "5", NULL });
  assert_image (f, image, 100 - 640, 80 - 480 - 64, 1280, 960, nearest);
  weir_test_do (f->widget, (const char *[]) { "keydown", "shift", "click", "4", "keyup", "shift",
                                              NULL });
  assert_image (f, image, 100 - 640 + 64, 80 - 480 - 64, 1280, 960, nearest);
  weir_test_do (f->widget, (const char *[]) { "mousedown", "2", "mousemove_relative", "30", "20",
                                              "sleep", "0.1", "mouseup", "2", NULL });
  assert_image (f, image, 100 - 640 + 94, 80 - 480 - 44, 1280, 960, nearest);

  /* what is below the pointer stays there */
  weir_canvas_set_zoom (f->canvas, 8);
  look (f);
  below = f->seen[50 * WIDTH + 60];
  weir_test_move (f->widget, 60, 50);
  for (guint i = 0; i < 4; i++)
    weir_test_do (f->widget, (const char *[]) { "keydown", "ctrl", "click", "4", "keyup", "ctrl",
                                                NULL });
  look (f);
  g_assert_cmphex (f->seen[50 * WIDTH + 60], ==, below);
  g_assert_cmpfloat_with_epsilon (weir_canvas_get_zoom (f->canvas), 8 * pow (1.19, 4), 1e-6);
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *n)
{
  (*n)++;
}

/* Also of a zoom that follows from the window's size. */
static void
notifies_zoom (Fixture      *f,
               gconstpointer data)
{
  guint n = 0;

  show_document (f, test_grid (64, 48, 1));
  weir_test_settle (f->widget);
  g_signal_connect (f->canvas, "notify::zoom", G_CALLBACK (count_notify), &n);
  weir_canvas_zoom_in (f->canvas);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpfloat_with_epsilon (weir_canvas_get_zoom (f->canvas), 3, 1e-9);
  weir_canvas_zoom_out (f->canvas);
  g_assert_cmpfloat_with_epsilon (weir_canvas_get_zoom (f->canvas), 2, 1e-9);
  weir_canvas_fit (f->canvas);
  n = 0;
  gtk_window_set_default_size (f->window, 400, 320);
  weir_test_settle (f->widget);
  weir_test_settle (f->widget);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpfloat_with_epsilon (weir_canvas_get_zoom (f->canvas), 5.5, 1e-9);
}

static void
accessible (Fixture      *f,
            gconstpointer data)
{
  GtkWidget *handle = gtk_widget_get_last_child (f->widget);

  gtk_test_accessible_assert_role (f->canvas, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_LABEL, "Canvas");
  gtk_test_accessible_assert_role (handle, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_test_accessible_assert_property (handle, GTK_ACCESSIBLE_PROPERTY_LABEL, "Before and After");
  gtk_test_accessible_assert_property (handle, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "50 percent before");
  show_document (f, test_grid (64, 48, 1));
  add_candidate (f, test_grid (64, 48, 2));
  gtk_widget_grab_focus (f->widget);
  weir_test_key (f->widget, "Tab");
  g_assert_false (gtk_widget_is_focus (handle));
  g_object_set (f->canvas, "compare", TRUE, NULL);
  gtk_widget_grab_focus (f->widget);
  weir_test_key (f->widget, "Tab");
  g_assert_true (gtk_widget_is_focus (handle));
  weir_test_key (f->widget, "Escape");
  g_assert_true (gtk_widget_is_focus (f->widget));
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
    { "/ui/canvas/draws", draws },
    { "/ui/canvas/draws-smoothly", draws_smoothly },
    { "/ui/canvas/draws-large", draws_large },
    { "/ui/canvas/draws-roughly", draws_roughly },
    { "/ui/canvas/draws-thin", draws_thin },
    { "/ui/canvas/draws-alpha", draws_alpha },
    { "/ui/canvas/layers", layers },
    { "/ui/canvas/preview", preview },
    { "/ui/canvas/parts", parts },
    { "/ui/canvas/masked-part", masked_part },
    { "/ui/canvas/compares", compares },
    { "/ui/canvas/keys", keys },
    { "/ui/canvas/candidate-keys", candidate_keys },
    { "/ui/canvas/local-keys", local_keys },
    { "/ui/canvas/held-keys", held_keys },
    { "/ui/canvas/wheel", wheel },
    { "/ui/canvas/notifies-zoom", notifies_zoom },
    { "/ui/canvas/accessible", accessible },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
