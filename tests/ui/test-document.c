/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The document: what each change leaves of picture, mask and frame, and that all of it can be taken
 * back in order, to the byte. */

#include "document.h"

#include <string.h>

#define WIDTH  600
#define HEIGHT 300

typedef struct
{
  WeirDocument *document;
  WeirPicture  *first;
  guint         n_pictures, n_masks, n_frames, n_undo, n_redo; /* notifications */
} Fixture;

/* Of pixels that differ by place and by seed. */
static WeirPicture *
new_picture (guint width,
             guint height,
             guint seed)
{
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);
  guint8 *pixels = cas_image_get_pixels (image);
  const gsize stride = cas_image_get_stride (image);

  for (gsize y = 0; y < height; y++)
    for (gsize i = 0; i < stride; i++)
      pixels[y * stride + i] = (guint8) (i * 7 + y * 13 + seed);
  return weir_picture_new (image, NULL);
}

static void
count (GObject    *object,
       GParamSpec *pspec,
       guint      *n)
{
  (*n)++;
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->document = weir_document_new ();
  f->first = new_picture (WIDTH, HEIGHT, 1);
  weir_document_begin (f->document, f->first);
  g_signal_connect (f->document, "notify::picture", G_CALLBACK (count), &f->n_pictures);
  g_signal_connect (f->document, "notify::mask", G_CALLBACK (count), &f->n_masks);
  g_signal_connect (f->document, "notify::frame", G_CALLBACK (count), &f->n_frames);
  g_signal_connect (f->document, "notify::can-undo", G_CALLBACK (count), &f->n_undo);
  g_signal_connect (f->document, "notify::can-redo", G_CALLBACK (count), &f->n_redo);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_object_unref (f->first);
  g_object_add_weak_pointer (G_OBJECT (f->document), (gpointer *) &f->document);
  g_object_unref (f->document);
  g_assert_null (f->document);
}

/* --- what there is --------------------------------------------------------------------------- */

static void
paint (Fixture *f,
       double   x,
       double   y)
{
  const WeirMaskBrush brush = { .size = 50, .softness = 0.5 };

  weir_mask_begin_stroke (weir_document_get_mask (f->document), &brush, x, y, 1);
  weir_mask_extend_stroke (weir_document_get_mask (f->document), x + 40, y, 1);
  weir_mask_end_stroke (weir_document_get_mask (f->document));
}

static void
set_frame (Fixture *f,
           int      x,
           int      y,
           int      width,
           int      height)
{
  weir_document_set_frame (f->document, &(GdkRectangle) { x, y, width, height });
}

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

static gboolean
has (Fixture    *f,
     const char *property)
{
  gboolean is_so;

  g_object_get (f->document, property, &is_so, NULL);
  return is_so;
}

/* All of the document as bytes; free with g_bytes_unref(). */
static GBytes *
dump (Fixture *f)
{
  WeirPicture *picture = weir_document_get_picture (f->document);
  WeirMask *mask = weir_document_get_mask (f->document);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  GdkRectangle frame;

  weir_document_get_frame (f->document, &frame);
  g_byte_array_append (bytes, (const guint8 *) &frame, sizeof frame);
  if (picture)
    {
      CasImage *image = weir_picture_get_image (picture);
      const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
      g_autofree guint8 *masked = g_malloc (width * height);

      g_assert_cmpuint (weir_mask_get_width (mask), ==, width);
      g_assert_cmpuint (weir_mask_get_height (mask), ==, height);
      weir_mask_read (mask, masked, width);
      g_byte_array_append (bytes, cas_image_get_pixels (image),
                           (guint) (cas_image_get_stride (image) * height));
      g_byte_array_append (bytes, masked, width * height);
    }
  else
    g_assert_null (mask);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static void
assert_is (Fixture *f,
           GBytes  *wanted)
{
  g_autoptr (GBytes) found = dump (f);

  g_assert_true (g_bytes_equal (found, wanted));
}

static const guint8 *
get_pixel (Fixture *f,
           guint    x,
           guint    y)
{
  CasImage *image = weir_picture_get_image (weir_document_get_picture (f->document));

  return cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;
}

/* That an area of the picture is an area of another one, of which this is the upper left corner. */
static void
assert_pixels (Fixture            *f,
               const GdkRectangle *area,
               WeirPicture        *other,
               guint               x,
               guint               y)
{
  CasImage *image = weir_picture_get_image (other);

  for (int row = 0; row < area->height; row++)
    g_assert_cmpmem (get_pixel (f, (guint) area->x, (guint) (area->y + row)),
                     3 * (gsize) area->width,
                     cas_image_get_pixels (image) +
                       (y + (guint) row) * cas_image_get_stride (image) + 3 * x,
                     3 * (gsize) area->width);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void
empty (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (WeirDocument) document = weir_document_new ();
  GdkRectangle frame = { 1, 2, 3, 4 };

  g_assert_null (weir_document_get_picture (document));
  g_assert_null (weir_document_get_mask (document));
  weir_document_set_frame (document, &frame);
  weir_document_get_frame (document, &frame);
  g_assert_cmpint (frame.width, ==, 0);
  weir_document_undo (document);
  weir_document_redo (document);
  g_assert_true (weir_document_place (document, f->first, &(GdkRectangle) { 5, 6, 64, 64 }));
  g_assert_true (weir_document_get_picture (document) == f->first);
  weir_document_undo (document);
  g_assert_null (weir_document_get_picture (document));
}

static void
begins (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (WeirMask) mask = weir_mask_new (WIDTH, HEIGHT);
  const GdkRectangle frame = { -64, 0, 128, 128 };

  assert_frame (f, 0, 0, WIDTH, HEIGHT);
  g_assert_true (weir_mask_is_empty (weir_document_get_mask (f->document)));
  paint (f, 100, 100);
  weir_mask_fill (mask);
  weir_document_begin_with (f->document, f->first, mask, &frame);
  g_assert_true (weir_document_get_mask (f->document) == mask);
  assert_frame (f, -64, 0, 128, 128);
  g_assert_false (has (f, "can-undo"));
  paint (f, 100, 100); /* all of it is masked: nothing changes */
  g_assert_false (has (f, "can-undo"));
  weir_mask_clear (mask);
  g_assert_true (has (f, "can-undo"));
}

static void
sizes (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (WeirPicture) same = new_picture (WIDTH, HEIGHT, 2);
  g_autoptr (WeirPicture) other = new_picture (64, 64, 3);
  WeirMask *mask = weir_document_get_mask (f->document);

  paint (f, 100, 100);
  set_frame (f, 64, 64, 128, 128);
  weir_document_set_picture (f->document, same);
  g_assert_true (weir_document_get_mask (f->document) == mask);
  assert_frame (f, 64, 64, 128, 128);
  g_assert_cmpuint (f->n_masks, ==, 0);

  weir_document_set_picture (f->document, other);
  g_assert_true (weir_mask_is_empty (weir_document_get_mask (f->document)));
  assert_frame (f, 0, 0, 64, 64);
  weir_document_undo (f->document);
  g_assert_true (weir_document_get_mask (f->document) == mask);
  g_assert_false (weir_mask_is_empty (mask));
  assert_frame (f, 64, 64, 128, 128);
}

/* Repeated frames between a beginning and an end are one step, and one that comes back is none. */
static void
frames (Fixture      *f,
        gconstpointer data)
{
  set_frame (f, 0, 0, WIDTH, HEIGHT);
  g_assert_false (has (f, "can-undo"));
  weir_document_begin_change (f->document);
  for (int i = 1; i < 5; i++)
    set_frame (f, 0, 0, 64 * i, 64);
  weir_document_end_change (f->document);
  weir_document_begin_change (f->document);
  set_frame (f, 64, 0, 256, 64);
  set_frame (f, 0, 0, 256, 64);
  weir_document_end_change (f->document);
  assert_frame (f, 0, 0, 256, 64);
  weir_document_undo (f->document);
  assert_frame (f, 0, 0, WIDTH, HEIGHT);
  g_assert_false (has (f, "can-undo"));
  weir_document_redo (f->document);
  assert_frame (f, 0, 0, 256, 64);
  g_assert_false (has (f, "can-redo"));

  /* what is undone while a change goes on is what it did so far */
  weir_document_begin_change (f->document);
  set_frame (f, 0, 0, 128, 64);
  weir_document_undo (f->document);
  assert_frame (f, 0, 0, 256, 64);
  set_frame (f, 0, 0, 512, 64);
  weir_document_end_change (f->document);
  weir_document_undo (f->document);
  assert_frame (f, 0, 0, 256, 64);
}

/* A part in the middle: what is around it stays. */
static void
places_inside (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (WeirPicture) part = new_picture (128, 64, 77);
  const GdkRectangle frame = { 64, 128, 128, 64 };
  WeirMask *mask = weir_document_get_mask (f->document);

  paint (f, 100, 150);
  g_assert_true (weir_document_place (f->document, part, &frame));
  g_assert_true (weir_document_get_mask (f->document) == mask);
  assert_frame (f, 0, 0, WIDTH, HEIGHT);
  assert_pixels (f, &frame, part, 0, 0);
  assert_pixels (f, &(GdkRectangle) { 0, 0, WIDTH, 128 }, f->first, 0, 0);
  assert_pixels (f, &(GdkRectangle) { 0, 192, WIDTH, HEIGHT - 192 }, f->first, 0, 192);
  assert_pixels (f, &(GdkRectangle) { 0, 128, 64, 64 }, f->first, 0, 128);
  assert_pixels (f, &(GdkRectangle) { 192, 128, WIDTH - 192, 64 }, f->first, 192, 128);
  weir_document_undo (f->document);
  g_assert_true (weir_document_get_picture (f->document) == f->first);
}

/* Beyond each edge: the picture grows, and mask and frame are still on the same of it. */
static void
places_beyond (Fixture      *f,
               gconstpointer data)
{
  static const struct
  {
    GdkRectangle frame;
    guint        width, height, x, y; /* of what comes, and of the old picture in it */
  } cases[] = {
    { { -64, 64, 128, 128 }, WIDTH + 64, HEIGHT, 64, 0 },
    { { 64, -8, 128, 128 }, WIDTH, HEIGHT + 8, 0, 8 },
    { { WIDTH - 64, 64, 128, 128 }, WIDTH + 64, HEIGHT, 0, 0 },
    { { 64, HEIGHT - 64, 128, 128 }, WIDTH, HEIGHT + 64, 0, 0 },
    { { -64, -64, 1024, 1024 }, 1024, 1024, 64, 64 },
  };

  paint (f, 300, 150);
  set_frame (f, 256, 128, 64, 64);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GdkRectangle *frame = &cases[i].frame;
      const int x = (int) cases[i].x, y = (int) cases[i].y;
      const GdkRectangle rest = { 200 + x, 200 + y, 100, 36 }; /* within no frame but the last */
      g_autoptr (WeirPicture) part = new_picture ((guint) frame->width, (guint) frame->height, 99);
      g_autoptr (GBytes) before = dump (f);
      g_autoptr (GBytes) after = NULL;
      CasImage *image;
      GdkRectangle bounds, bounds_before;

      g_assert_true (weir_mask_get_bounds (weir_document_get_mask (f->document), &bounds_before));
      g_assert_true (weir_document_place (f->document, part, frame));
      image = weir_picture_get_image (weir_document_get_picture (f->document));
      g_assert_cmpuint (cas_image_get_width (image), ==, cases[i].width);
      g_assert_cmpuint (cas_image_get_height (image), ==, cases[i].height);
      assert_pixels (f, &(GdkRectangle) { frame->x + x, frame->y + y, frame->width, frame->height },
                     part, 0, 0);
      if (i + 1 < G_N_ELEMENTS (cases))
        assert_pixels (f, &rest, f->first, 200, 200);
      assert_frame (f, 256 + x, 128 + y, 64, 64);
      g_assert_true (weir_mask_get_bounds (weir_document_get_mask (f->document), &bounds));
      bounds_before.x += x;
      bounds_before.y += y;
      g_assert_true (gdk_rectangle_equal (&bounds, &bounds_before));

      after = dump (f);
      weir_document_undo (f->document);
      assert_is (f, before);
      weir_document_redo (f->document);
      assert_is (f, after);
      weir_document_undo (f->document);
    }
}

/* Where a corner alone is covered, the rest of what the picture grows by repeats its edge. */
static void
repeats_edge (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (WeirPicture) part = new_picture (64, 64, 99);

  g_assert_true (weir_document_place (f->document, part, &(GdkRectangle) { -8, 0, 64, 64 }));
  g_assert_cmpmem (get_pixel (f, 0, 64), 3, get_pixel (f, 8, 64), 3);
  g_assert_cmpmem (get_pixel (f, 7, HEIGHT - 1), 3, get_pixel (f, 8, HEIGHT - 1), 3);
}

/* Everything there is, to the beginning and to the end, with all that is between. */
static void
undoes_all (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (WeirPicture) part = new_picture (256, 256, 9);
  g_autoptr (WeirPicture) small = new_picture (64, 64, 5);
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint n = 0;

  g_ptr_array_add (states, dump (f));
  for (guint i = 0; i < 9; i++)
    {
      switch (i)
        {
        case 0:
          paint (f, 100, 100);
          break;
        case 1:
          set_frame (f, -64, 64, 256, 256);
          break;
        case 2:
          weir_mask_grow (weir_document_get_mask (f->document), 20);
          break;
        case 3:
          g_assert_true (weir_document_place (f->document, part,
                                              &(GdkRectangle) { -64, 64, 256, 256 }));
          break;
        case 4:
          paint (f, 300, 200);
          break;
        case 5:
          weir_document_begin_change (f->document);
          paint (f, 30, 20);
          set_frame (f, 0, 0, 64, 64);
          set_frame (f, 64, 0, 64, 64);
          weir_mask_soften (weir_document_get_mask (f->document), 8);
          g_assert_true (weir_document_place (f->document, small,
                                              &(GdkRectangle) { 64, -32, 64, 64 }));
          paint (f, 130, 120);
          weir_document_end_change (f->document);
          break;
        case 6:
          weir_document_set_picture (f->document, small);
          break;
        case 7:
          paint (f, 5, 5);
          break;
        case 8:
        default:
          weir_document_set_picture (f->document, NULL);
        }
      g_ptr_array_add (states, dump (f));
      n++;
    }
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = n; i > 0; i--)
        {
          g_assert_true (has (f, "can-undo"));
          weir_document_undo (f->document);
          assert_is (f, states->pdata[i - 1]);
        }
      g_assert_false (has (f, "can-undo"));
      g_assert_true (weir_document_get_picture (f->document) == f->first);
      for (guint i = 1; i <= n; i++)
        {
          g_assert_true (has (f, "can-redo"));
          weir_document_redo (f->document);
          assert_is (f, states->pdata[i]);
        }
      g_assert_false (has (f, "can-redo"));
    }
}

/* Undo in a stroke takes back the stroke alone; what else changes then ends it first. */
static void
strokes (Fixture      *f,
         gconstpointer data)
{
  const WeirMaskBrush brush = { .size = 50 };
  g_autoptr (WeirPicture) part = new_picture (64, 64, 9);
  WeirMask *mask = weir_document_get_mask (f->document);

  set_frame (f, 0, 0, 64, 64);
  weir_mask_begin_stroke (mask, &brush, 10, 10, 1);
  weir_document_undo (f->document);
  g_assert_true (weir_mask_is_empty (mask));
  assert_frame (f, 0, 0, 64, 64);
  weir_mask_begin_stroke (mask, &brush, 10, 10, 1);
  g_assert_true (weir_document_place (f->document, part, &(GdkRectangle) { 0, 0, 64, 64 }));
  g_assert_false (weir_mask_has_stroke (mask));
  weir_document_undo (f->document);
  g_assert_false (weir_mask_is_empty (mask));
  weir_document_undo (f->document);
  g_assert_true (weir_mask_is_empty (mask));
}

static void
notifies (Fixture      *f,
          gconstpointer data)
{
  g_autoptr (WeirPicture) part = new_picture (64, 64, 9);

  paint (f, 100, 100);
  paint (f, 200, 100);
  g_assert_cmpuint (f->n_undo, ==, 1);
  g_assert_cmpuint (f->n_pictures + f->n_masks + f->n_frames + f->n_redo, ==, 0);
  set_frame (f, 0, 0, 64, 64);
  g_assert_cmpuint (f->n_frames, ==, 1);
  g_assert_cmpuint (f->n_pictures + f->n_masks, ==, 0);
  g_assert_true (weir_document_place (f->document, part, &(GdkRectangle) { 0, -8, 64, 64 }));
  g_assert_cmpuint (f->n_frames, ==, 2);
  g_assert_cmpuint (f->n_pictures, ==, 1);
  g_assert_cmpuint (f->n_masks, ==, 1);
  weir_document_undo (f->document);
  g_assert_cmpuint (f->n_pictures, ==, 2);
  g_assert_cmpuint (f->n_redo, ==, 1);
}

/* Its bytes bound what can be undone; the last step stays. */
static void
forgets (Fixture      *f,
         gconstpointer data)
{
  const guint side = 4096, n_fit = WEIR_DOCUMENT_UNDO_BYTES / (3 * side * side);
  guint n = 0;

  for (guint i = 0; i < n_fit + 4; i++)
    {
      /* no pixel is touched, so this takes no memory */
      g_autoptr (CasImage) image = cas_image_new (side, side, NULL);
      g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);

      weir_document_set_picture (f->document, picture);
    }
  for (; has (f, "can-undo"); n++)
    weir_document_undo (f->document);
  g_assert_cmpuint (n, ==, n_fit);
}

/* A place is where it was in what the picture showed, through all that the picture becomes. */
static void
finds_places (Fixture      *f,
              gconstpointer data)
{
  const GdkRectangle frame = { 64, 32, 128, 64 };
  const WeirPlace place = weir_document_get_place (f->document, &frame);
  g_autoptr (WeirPicture) part = new_picture (64, 64, 9);
  g_autoptr (WeirPicture) same = new_picture (WIDTH + 8, HEIGHT + 16, 9);
  GdkRectangle found;

  g_assert_true (weir_document_place (f->document, part, &(GdkRectangle) { -8, -16, 64, 64 }));
  g_assert_true (weir_document_find_place (f->document, &place, &found));
  g_assert_true (gdk_rectangle_equal (&found, &(GdkRectangle) { 72, 48, 128, 64 }));
  weir_document_set_picture (f->document, same);
  g_assert_true (weir_document_find_place (f->document, &place, &found));
  g_assert_true (gdk_rectangle_equal (&found, &(GdkRectangle) { 72, 48, 128, 64 }));
  weir_document_set_picture (f->document, part);
  g_assert_false (weir_document_find_place (f->document, &place, &found));
  for (guint i = 0; i < 3; i++)
    weir_document_undo (f->document);
  g_assert_true (weir_document_find_place (f->document, &place, &found));
  g_assert_true (gdk_rectangle_equal (&found, &frame));
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
    { "/ui/document/empty", empty },
    { "/ui/document/begins", begins },
    { "/ui/document/sizes", sizes },
    { "/ui/document/frames", frames },
    { "/ui/document/places-inside", places_inside },
    { "/ui/document/places-beyond", places_beyond },
    { "/ui/document/repeats-edge", repeats_edge },
    { "/ui/document/undoes-all", undoes_all },
    { "/ui/document/strokes", strokes },
    { "/ui/document/notifies", notifies },
    { "/ui/document/forgets", forgets },
    { "/ui/document/finds-places", finds_places },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
