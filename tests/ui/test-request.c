/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the document, its mask and its frame make of a request: the verb, and the job's pictures,
 * sizes and place. */

#include "request.h"

#include <cascade/error.h>

#define WIDTH  203
#define HEIGHT 141

typedef struct
{
  WeirParams   *params;
  WeirDocument *document;
  GListModel   *none;
  CasImage     *image;
  WeirRequest   request;
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (WeirPicture) picture = NULL;
  gsize n;

  f->params = weir_params_new ();
  f->document = weir_document_new ();
  f->none = G_LIST_MODEL (g_list_store_new (G_TYPE_OBJECT));
  f->image = cas_image_new (WIDTH, HEIGHT, NULL);
  n = cas_image_get_stride (f->image) * HEIGHT;
  for (gsize i = 0; i < n; i++)
    cas_image_get_pixels (f->image)[i] = (guint8) (i * 31 % 251);
  picture = weir_picture_new (f->image, NULL);
  weir_document_begin (f->document, picture);
  f->request = (WeirRequest) {
    .params = f->params, .document = f->document, .styles = f->none, .references = f->none,
    .loras = f->none, .guides = f->none,
  };
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_object_unref (f->params);
  g_object_unref (f->document);
  g_object_unref (f->none);
  cas_image_unref (f->image);
}

static void
mask_area (Fixture *f,
           int      x,
           int      y,
           int      width,
           int      height)
{
  weir_mask_fill_rectangle (weir_document_get_mask (f->document),
                            &GRAPHENE_RECT_INIT (x, y, width, height), FALSE);
}

/* That an image is a part of the document's, the edges repeated beyond it. */
static void
assert_part (Fixture  *f,
             CasImage *image,
             int       x0,
             int       y0,
             guint     width,
             guint     height)
{
  g_assert_cmpuint (cas_image_get_width (image), ==, width);
  g_assert_cmpuint (cas_image_get_height (image), ==, height);
  for (int y = 0; y < (int) height; y++)
    for (int x = 0; x < (int) width; x++)
      g_assert_cmpmem (cas_image_get_pixels (image) + (gsize) y * 3 * width + 3 * x, 3,
                       cas_image_get_pixels (f->image) +
                         3 * ((gsize) CLAMP (y0 + y, 0, HEIGHT - 1) * WIDTH +
                              (gsize) CLAMP (x0 + x, 0, WIDTH - 1)), 3);
}

static void
jobs (Fixture      *f,
      gconstpointer data)
{
  const GdkRectangle whole = { 0, 0, WIDTH, HEIGHT };
  static const struct
  {
    const char  *what;
    GdkRectangle frame, mask; /* of no size: the whole; none */
    double       strength;
    WeirVerb     verb;
    double       wanted_strength;  /* 0: there is no picture to begin from */
    gboolean     has_place, has_mask;
    guint        outpaint[4];
    guint        width, height;    /* of what is made, where it is named */
    GdkRectangle init;             /* its place in the document */
  } cases[] = {
    { .what = "a picture of its own", .strength = 1, .verb = WEIR_VERB_GENERATE, .width = 1024,
      .height = 1024 },
    { .what = "the picture in part", .strength = 0.5, .verb = WEIR_VERB_REFINE,
      .wanted_strength = 0.5, .width = 1024, .height = 1024, .init = { 0, 0, WIDTH, HEIGHT } },
    { .what = "a mask", .mask = { 10, 10, 20, 20 }, .strength = 1, .verb = WEIR_VERB_FILL,
      .wanted_strength = 1, .has_place = TRUE, .has_mask = TRUE, .init = { 0, 0, WIDTH, HEIGHT } },
    { .what = "a mask in part", .mask = { 10, 10, 20, 20 }, .strength = 0.3,
      .verb = WEIR_VERB_REFINE_AREA, .wanted_strength = 0.3, .has_place = TRUE, .has_mask = TRUE,
      .init = { 0, 0, WIDTH, HEIGHT } },
    { .what = "a mask in a frame", .frame = { 8, 0, 64, 64 }, .mask = { 10, 10, 20, 20 },
      .strength = 1, .verb = WEIR_VERB_FILL, .wanted_strength = 1, .has_place = TRUE,
      .has_mask = TRUE, .init = { 8, 0, 64, 64 } },
    { .what = "a frame", .frame = { 64, 0, 128, 64 }, .strength = 1, .verb = WEIR_VERB_GENERATE,
      .has_place = TRUE, .width = 128, .height = 64 },
    { .what = "a frame in part", .frame = { 64, 0, 128, 64 }, .strength = 0.5,
      .verb = WEIR_VERB_REFINE, .wanted_strength = 0.5, .has_place = TRUE, .width = 128,
      .height = 64, .init = { 64, 0, 128, 64 } },
    { .what = "an odd frame in part", .frame = { 64, 0, 139, 64 }, .strength = 0.5,
      .verb = WEIR_VERB_REFINE, .wanted_strength = 0.5, .has_place = TRUE, .width = 144,
      .height = 64, .init = { 64, 0, 144, 64 } },
    { .what = "beyond the picture", .frame = { -64, -8, 128, 256 }, .strength = 0.5,
      .verb = WEIR_VERB_EXPAND, .wanted_strength = 1, .has_place = TRUE,
      .outpaint = { 64, 8, 0, 107 }, .init = { 0, 0, 64, HEIGHT } },
    { .what = "beyond the picture and a mask", .frame = { -64, -8, 128, 256 },
      .mask = { 10, 10, 20, 20 }, .strength = 1, .verb = WEIR_VERB_FILL_AND_EXPAND,
      .wanted_strength = 1, .has_place = TRUE, .has_mask = TRUE, .init = { -64, -8, 128, 256 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GdkRectangle *frame = cases[i].frame.width ? &cases[i].frame : &whole;
      const GdkRectangle *mask = &cases[i].mask;
      g_autoptr (WeirJob) job = NULL;
      g_autoptr (GError) error = NULL;
      const CasJobParams *asked;

      g_test_message ("%s", cases[i].what);
      weir_document_set_frame (f->document, frame);
      weir_mask_clear (weir_document_get_mask (f->document));
      if (mask->width > 0)
        mask_area (f, mask->x, mask->y, mask->width, mask->height);
      g_object_set (f->params, "strength", cases[i].strength, NULL);
      g_assert_cmpint (weir_request_get_verb (&f->request), ==, cases[i].verb);

      job = weir_request_make_job (&f->request, &error);
      g_assert_no_error (error);
      asked = cas_job_get_params (weir_job_get_job (job));
      g_assert_cmpfloat (asked->strength, ==, cases[i].wanted_strength);
      g_assert_cmpmem (asked->outpaint, sizeof asked->outpaint, cases[i].outpaint,
                       sizeof cases[i].outpaint);
      g_assert_cmpuint (asked->width, ==, cases[i].width);
      g_assert_cmpuint (asked->height, ==, cases[i].height);
      g_assert_true ((asked->init != NULL) == (cases[i].init.width > 0));
      if (asked->init)
        assert_part (f, asked->init, cases[i].init.x, cases[i].init.y,
                     (guint) cases[i].init.width, (guint) cases[i].init.height);
      g_assert_true ((asked->mask != NULL) == cases[i].has_mask);
      g_assert_true ((weir_job_get_place (job) != NULL) == cases[i].has_place);
      if (cases[i].has_place)
        g_assert_true (gdk_rectangle_equal (&weir_job_get_place (job)->area, frame));
    }
}

static guint
get_mask_pixel (CasImage *mask,
                guint     x,
                guint     y)
{
  return cas_image_get_pixels (mask)[y * cas_image_get_stride (mask) + 3 * x];
}

/* What is beyond the picture is made, whether it is masked or not. */
static void
masks_outside (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (WeirJob) job = NULL;
  CasImage *mask;

  weir_document_set_frame (f->document, &(GdkRectangle) { -64, 64, 128, 128 });
  mask_area (f, 10, 70, 20, 20);
  job = weir_request_make_job (&f->request, NULL);
  mask = cas_job_get_params (weir_job_get_job (job))->mask;
  g_assert_cmpuint (get_mask_pixel (mask, 63, 0), ==, 255);
  g_assert_cmpuint (get_mask_pixel (mask, 64, 0), ==, 0);
  g_assert_cmpuint (get_mask_pixel (mask, 64 + 10, 6), ==, 255);
  g_assert_cmpuint (get_mask_pixel (mask, 100, HEIGHT - 64 - 1), ==, 0);
  g_assert_cmpuint (get_mask_pixel (mask, 100, HEIGHT - 64), ==, 255);
}

/* A mask elsewhere is said, and not taken for none. */
static void
nothing_masked (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  weir_document_set_frame (f->document, &(GdkRectangle) { 0, 0, 64, 64 });
  mask_area (f, 100, 100, 20, 20);
  g_assert_null (weir_request_make_job (&f->request, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/request/jobs", Fixture, NULL, setup, jobs, teardown);
  g_test_add ("/ui/request/masks-outside", Fixture, NULL, setup, masks_outside, teardown);
  g_test_add ("/ui/request/nothing-masked", Fixture, NULL, setup, nothing_masked, teardown);
  return g_test_run ();
}
