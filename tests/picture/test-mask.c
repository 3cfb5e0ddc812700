/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks that are found: of a dark scene with a bright ball, the ball is made anew and nothing else,
 * with the ControlNet for holes and without. */

#include "picture/picture.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "support/model.h"

#define SIDE   256
#define RADIUS 80

typedef struct
{
  CasImage *made, *mask;
  char     *hash;      /* of the mask, as the picture's metadata have it */
  double    threshold; /* from there, too */
} Result;

static void
result_clear (Result *self)
{
  g_clear_pointer (&self->made, cas_image_unref);
  g_clear_pointer (&self->mask, cas_image_unref);
  g_clear_pointer (&self->hash, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static gboolean
is_ball (int x,
         int y)
{
  return (x - 110) * (x - 110) + (y - 130) * (y - 130) < RADIUS * RADIUS;
}

/* Night, darker below, and the ball. */
static CasImage *
draw (guint width,
      guint height)
{
  CasImage *image = cas_image_new (width, height, NULL);
  guint8 *p = cas_image_get_pixels (image);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, p += 3)
      {
        p[0] = is_ball (x, y) ? 240 : 20 + y / 16;
        p[1] = is_ball (x, y) ? 230 : 30;
        p[2] = is_ball (x, y) ? 200 : 90 - y / 8;
      }
  return image;
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  const CasMetadata *m = picture->metadata;
  Result *self = data;

  self->made = cas_image_ref (picture->image);
  for (guint i = 0; i < m->n_pictures; i++)
    if (strcmp (m->pictures[i].role, "mask") == 0)
      {
        self->hash = g_strdup (m->pictures[i].sha256);
        self->threshold = m->pictures[i].threshold;
      }
  return TRUE;
}

static void
on_mask (CasImage *mask,
         gpointer  data)
{
  ((Result *) data)->mask = cas_image_ref (mask);
}

static gboolean
run (CasSession   *session,
     CasJobParams  params,
     Result       *result,
     GError      **error)
{
  const CasJobCallbacks callbacks = { .picture = on_picture, .mask = on_mask };
  g_autoptr (CasJob) job = NULL;

  params.prompt = "a big yellow tree on green hills at noon";
  params.seed = 7;
  params.steps = 6;
  params.decoder_steps = 2;
  job = cas_job_new (&params, error);
  return job && cas_session_run (session, job, &callbacks, result, NULL, error);
}

static CasSession *
open_session (const char *left_out,
              char      **folder)
{
  *folder = test_model_link_demo (left_out);
  test_model_add_saliency (*folder);
  return picture_open_session (*folder);
}

/* How much of mask and ball is of both. */
static double
measure_overlap (CasImage *mask)
{
  const guint8 *p = cas_image_get_pixels (mask);
  guint n_both = 0, n_any = 0;

  for (guint y = 0; y < cas_image_get_height (mask); y++)
    for (guint x = 0; x < cas_image_get_width (mask); x++, p += 3)
      {
        g_assert_true (*p == 0 || *p == 255);
        n_both += *p && is_ball (x, y);
        n_any += *p || is_ball (x, y);
      }
  return (double) n_both / n_any;
}

/* Pixels outside are the picture's to the bit; returns how many inside are not. */
static double
check_outside (CasImage *made,
               CasImage *init,
               CasImage *mask)
{
  const gsize n = (gsize) cas_image_get_width (init) * cas_image_get_height (init);
  const guint8 *a = cas_image_get_pixels (made), *b = cas_image_get_pixels (init);
  const guint8 *m = cas_image_get_pixels (mask);
  gsize n_inside = 0, n_changed = 0;

  g_assert_cmpuint (cas_image_get_width (made), ==, cas_image_get_width (init));
  g_assert_cmpuint (cas_image_get_height (made), ==, cas_image_get_height (init));
  for (gsize i = 0; i < 3 * n; i += 3)
    if (m[i] == 0)
      g_assert_cmpmem (a + i, 3, b + i, 3);
    else
      {
        n_inside++;
        n_changed += memcmp (a + i, b + i, 3) != 0;
      }
  return (double) n_changed / n_inside;
}

static void
check_ball (CasSession *session,
            Result     *result)
{
  g_autoptr (CasImage) init = draw (SIDE, SIDE);
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;

  run (session, (CasJobParams) { .init = init, .mask_is_automatic = TRUE }, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result->mask);
  g_test_message ("overlap %.3f", measure_overlap (result->mask));
  g_assert_cmpfloat (measure_overlap (result->mask), >, 0.75);
  g_assert_cmpfloat (check_outside (result->made, init, result->mask), >, 0.9);

  hash = cas_image_dup_hash (result->mask);
  g_assert_cmpstr (result->hash, ==, hash);
  g_assert_cmpfloat (result->threshold, ==, 0.2);
}

static void
test_with_controlnet (void)
{
  char *folder;
  g_autoptr (CasSession) session = open_session (NULL, &folder);
  g_auto (Result) result = { 0 };

  check_ball (session, &result);
  test_model_free (folder);
}

/* The mask that was found makes the same picture when it is given. */
static void
test_without_controlnet (void)
{
  char *folder;
  g_autoptr (CasSession) session = open_session ("controlnet", &folder);
  g_autoptr (CasImage) init = draw (SIDE, SIDE);
  g_auto (Result) found = { 0 }, given = { 0 };
  g_autoptr (GError) error = NULL;

  check_ball (session, &found);
  run (session, (CasJobParams) { .init = init, .mask = found.mask }, &given, &error);
  g_assert_no_error (error);
  g_assert_null (given.mask);
  g_assert_cmpfloat (given.threshold, ==, 0);
  g_assert_cmpmem (cas_image_get_pixels (found.made), 3 * SIDE * SIDE,
                   cas_image_get_pixels (given.made), 3 * SIDE * SIDE);
  test_model_free (folder);
}

/* Sides that are drawn longer are cut back, and another size has its own mask. */
static void
test_sizes (void)
{
  static const struct
  {
    guint wanted, side;
  } rows[] = { { 0, 251 }, { 192, 192 } };
  char *folder;
  g_autoptr (CasSession) session = open_session (NULL, &folder);
  g_autoptr (CasImage) init = draw (251, 251);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const CasJobParams params = {
        .init = init, .mask_is_automatic = TRUE, .width = rows[i].wanted, .height = rows[i].wanted,
      };
      g_auto (Result) result = { 0 };
      g_autoptr (GError) error = NULL;

      run (session, params, &result, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (cas_image_get_width (result.made), ==, rows[i].side);
      g_assert_cmpuint (cas_image_get_width (result.mask), ==, rows[i].side);
      g_assert_cmpuint (cas_image_get_height (result.mask), ==, rows[i].side);
      if (rows[i].wanted == 0)
        g_assert_cmpfloat (check_outside (result.made, init, result.mask), >, 0.9);
    }
  test_model_free (folder);
}

static void
test_refusals (void)
{
  g_autoptr (CasImage) ball = draw (SIDE, SIDE);
  g_autoptr (CasImage) plain = cas_image_new (SIDE, SIDE, NULL);
  const struct
  {
    CasJobParams params;
    CasError     code;
    const char  *sentence;
  } rows[] = {
    { { .init = plain, .mask_is_automatic = TRUE }, CAS_ERROR_BAD_PARAMETER,
      "Nothing in the picture stands out enough for a mask with the threshold 0.2" },
    { { .init = ball, .mask_is_automatic = TRUE, .mask_threshold = 0.01 }, CAS_ERROR_BAD_PARAMETER,
      "with the threshold 0.01 nothing of it would stay" },
    { { .init = ball, .mask_is_automatic = TRUE, .mask_threshold = 1 }, CAS_ERROR_BAD_PARAMETER,
      "The threshold of the mask is 1, and it may be 0.01 to 0.99." },
    { { .init = ball, .mask_is_automatic = TRUE, .mask_threshold = G_MAXDOUBLE },
      CAS_ERROR_BAD_PARAMETER, "0.01 to 0.99" },
    { { .init = ball, .mask_threshold = 0.2 }, CAS_ERROR_BAD_PARAMETER, "not to be found" },
    { { .mask_is_automatic = TRUE }, CAS_ERROR_BAD_PARAMETER, "no picture to begin from" },
    { { .init = ball, .mask_is_automatic = TRUE, .mask = plain }, CAS_ERROR_BAD_PARAMETER,
      "There is a mask" },
    { { .init = ball, .mask_is_automatic = TRUE, .outpaint = { 8, 0, 0, 0 } },
      CAS_ERROR_BAD_PARAMETER, "at once" },
  };
  char *folder;
  g_autoptr (CasSession) session = open_session (NULL, &folder);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Result) result = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (run (session, rows[i].params, &result, &error));
      g_test_message ("%u: %s", i, error->message);
      g_assert_error (error, CAS_ERROR, (int) rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].sentence));
      g_assert_null (result.made);
    }
  test_model_free (folder);
}

static void
add_cut_saliency (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "saliency_model.safetensors", NULL);

  test_model_add_saliency (folder);
  g_assert_cmpint (truncate (path, 400000), ==, 0);
}

/* A model without one, and models whose file is cut off or of another shape. */
static void
test_models (void)
{
  g_autoptr (CasImage) ball = draw (SIDE, SIDE);
  const CasJobParams params = { .init = ball, .mask_is_automatic = TRUE };

  static const struct
  {
    void      (*add) (const char *folder);
    CasError    code;
    const char *sentence;
  } rows[] = {
    { NULL, CAS_ERROR_MISSING_MODEL, "or give a mask" },
    { add_cut_saliency, CAS_ERROR_MISSING_MODEL, "One file cannot be read: " },
    { test_model_add_broken_saliency, CAS_ERROR_BAD_MODEL, "segmentator.6.weight" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      char *folder = test_model_link_demo (NULL);
      g_autoptr (CasSession) session = NULL;
      g_auto (Result) result = { 0 };
      g_autoptr (GError) error = NULL;

      if (rows[i].add)
        rows[i].add (folder);
      session = picture_open_session (folder);
      g_assert_false (run (session, params, &result, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, CAS_ERROR, (int) rows[i].code);
      g_assert_nonnull (strstr (error->message, "saliency_model.safetensors"));
      g_assert_nonnull (strstr (error->message, rows[i].sentence));
      test_model_free (folder);
    }
}

/* --- for a person -------------------------------------------------------------------------- */

/* What a job of the picture's size finds, with a byte a pixel. */
static void
test_subject (void)
{
  static const struct
  {
    guint  width, height;
    double threshold;
  } rows[] = { { SIDE, SIDE, 0 }, { 251, 243, 0 }, { SIDE, 300, 0.9 } };
  char *folder;
  g_autoptr (CasSession) session = open_session (NULL, &folder);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const gsize n = (gsize) rows[i].width * rows[i].height;
      g_autoptr (CasImage) image = draw (rows[i].width, rows[i].height);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) mask
        = cas_session_find_subject (session, image, rows[i].threshold, NULL, &error);
      g_auto (Result) result = { 0 };
      const guint8 *bytes, *pixels;

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (mask), ==, n);
      run (session, (CasJobParams) { .init = image, .mask_is_automatic = TRUE,
                                     .mask_threshold = rows[i].threshold }, &result, &error);
      g_assert_no_error (error);
      bytes = g_bytes_get_data (mask, NULL);
      pixels = cas_image_get_pixels (result.mask);
      for (gsize k = 0; k < n; k++)
        g_assert_cmpuint (bytes[k], ==, pixels[3 * k]);
    }
  test_model_free (folder);
}

static void
test_subject_refusals (void)
{
  g_autoptr (CasImage) ball = draw (SIDE, SIDE);
  g_autoptr (CasImage) plain = cas_image_new (SIDE, SIDE, NULL);
  g_autoptr (CasImage) tiny = draw (SIDE, 63);
  const struct
  {
    CasImage   *image;
    double      threshold;
    const char *sentence;
  } rows[] = {
    { plain, 0, "Nothing in the picture stands out enough for a mask with the threshold 0.2" },
    { ball, 0.01, "with the threshold 0.01 nothing of it would stay" },
    { ball, 1, "The threshold of a mask is 1, and it may be 0.01 to 0.99." },
    { ball, -1, "0.01 to 0.99" },
    { ball, NAN, "0.01 to 0.99" },
    { tiny, 0, "The picture has 256×63 pixels" },
  };
  char *folder;
  g_autoptr (CasSession) session = open_session (NULL, &folder);
  g_autoptr (CasSession) demo = picture_open_session (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_null (cas_session_find_subject (session, rows[i].image, rows[i].threshold, NULL,
                                               &error));
      g_test_message ("%u: %s", i, error->message);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_nonnull (strstr (error->message, rows[i].sentence));
      g_clear_error (&error);
    }
  g_assert_null (cas_session_find_subject (demo, ball, 0, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL);
  g_assert_nonnull (strstr (error->message, "The model has no saliency network"));
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (cas_session_find_subject (session, ball, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_model_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/mask/with-controlnet", test_with_controlnet);
  g_test_add_func ("/picture/mask/without-controlnet", test_without_controlnet);
  g_test_add_func ("/picture/mask/sizes", test_sizes);
  g_test_add_func ("/picture/mask/refusals", test_refusals);
  g_test_add_func ("/picture/mask/models", test_models);
  g_test_add_func ("/picture/mask/subject", test_subject);
  g_test_add_func ("/picture/mask/subject-refusals", test_subject_refusals);
  return g_test_run ();
}
