/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs that are broken off after a step, and go on in a new session from the bytes of their
 * checkpoint: the files that come out are those of the undisturbed run, to the byte. */

#include "picture/picture.h"

#include <string.h>

#include <glib/gstdio.h>

#include "session/checkpoint.h"
#include "support/model.h"

/* What a run told, over all sessions that it took. */
typedef struct
{
  GHashTable   *files;       /* PNG files of the pictures, GBytes by index */
  GPtrArray    *checkpoints; /* GBytes */
  GPtrArray    *steps;       /* char *: the progress of steps, in words */
  double        fraction;    /* as last told */
  guint         n_made;      /* pictures, before this run */
  guint         stop_after;  /* checkpoints of a run; 0: never */
  guint         n_checkpoints; /* of this run */
  guint         n_pictures, n_previews; /* of all runs */
  GCancellable *cancellable;
} Record;

static void
record_init (Record *record)
{
  *record = (Record) {
    .files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref),
    .checkpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref),
    .steps = g_ptr_array_new_with_free_func (g_free),
  };
}

static void
record_clear (Record *record)
{
  g_clear_pointer (&record->files, g_hash_table_unref);
  g_clear_pointer (&record->checkpoints, g_ptr_array_unref);
  g_clear_pointer (&record->steps, g_ptr_array_unref);
  g_clear_object (&record->cancellable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

/* --- a run --------------------------------------------------------------------------------- */

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  Record *record = data;

  g_assert_cmpuint (progress->picture, >, record->n_made);
  g_assert_cmpfloat (progress->fraction, >=, record->fraction);
  record->fraction = progress->fraction;
  if ((progress->phase == CAS_PHASE_COMPOSING || progress->phase == CAS_PHASE_DETAILING)
      && progress->step > 0)
    g_ptr_array_add (record->steps,
                     g_strdup_printf ("%u %s %u/%u", progress->picture,
                                      cas_phase_get_id (progress->phase), progress->step,
                                      progress->n_steps));
}

static void
on_preview (const CasPicture *picture,
            gpointer          data)
{
  Record *record = data;

  record->n_previews++;
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Record *record = data;
  g_autofree char *folder = g_dir_make_tmp ("weir-resume-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "picture.png", NULL);
  char *text;
  gsize size;

  cas_image_save_png (picture->image, path, picture->metadata, FALSE, error);
  g_assert_no_error (*error);
  g_file_get_contents (path, &text, &size, error);
  g_assert_no_error (*error);
  g_assert_true (g_hash_table_insert (record->files, GUINT_TO_POINTER (picture->index),
                                      g_bytes_new_take (text, size)));
  record->n_pictures++;
  g_unlink (path);
  g_rmdir (folder);
  return TRUE;
}

static void
on_checkpoint (CasCheckpoint *checkpoint,
               gpointer       data)
{
  Record *record = data;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (record->checkpoints, cas_checkpoint_to_bytes (checkpoint, &error));
  g_assert_no_error (error);
  if (++record->n_checkpoints == record->stop_after)
    g_cancellable_cancel (record->cancellable);
}

static GBytes *
get_last (const Record *record)
{
  return record->checkpoints->pdata[record->checkpoints->len - 1];
}

static const CasJobCallbacks callbacks = {
  .progress = on_progress,
  .preview = on_preview,
  .picture = on_picture,
  .checkpoint = on_checkpoint,
};

/* FALSE if it was broken off. bytes NULL: from the beginning. */
static gboolean
go_on (CasSession         *session,
       const CasJobParams *params,
       GBytes             *bytes,
       Record             *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);
  g_autoptr (CasCheckpoint) checkpoint
    = bytes ? cas_checkpoint_new_from_bytes (bytes, &error) : NULL;
  gboolean is_done;

  g_assert_no_error (error);
  if (checkpoint)
    {
      record->fraction = cas_checkpoint_get_fraction (checkpoint);
      record->n_made = cas_checkpoint_peek_waypoint (checkpoint)->picture;
    }
  record->n_checkpoints = 0;
  g_clear_object (&record->cancellable);
  record->cancellable = g_cancellable_new ();
  is_done = cas_session_run_from (session, job, checkpoint, &callbacks, record, record->cancellable,
                                  &error);
  if (!is_done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_assert_no_error (error);
  return is_done;
}

static gboolean
go_on_anew (const CasJobParams *params,
            GBytes             *bytes,
            Record             *record)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);

  return go_on (session, params, bytes, record);
}

/* --- comparing ----------------------------------------------------------------------------- */

static void
check_same_file (const Record *whole,
                 const Record *other,
                 guint         index)
{
  GBytes *a = g_hash_table_lookup (whole->files, GUINT_TO_POINTER (index));
  GBytes *b = g_hash_table_lookup (other->files, GUINT_TO_POINTER (index));

  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_true (g_bytes_equal (a, b));
}

static void
check_same_files (const Record *whole,
                  const Record *pieces)
{
  g_assert_cmpuint (pieces->checkpoints->len, ==, whole->checkpoints->len);
  g_assert_cmpuint (pieces->n_pictures, ==, whole->n_pictures);
  for (guint i = 0; i < whole->n_pictures; i++)
    check_same_file (whole, pieces, i);
}

/* --- jobs ---------------------------------------------------------------------------------- */

static const CasJobParams small = {
  .prompt = "a red house",
  .width = 64,
  .height = 64,
  .steps = 3,
  .decoder_steps = 2,
  .seed = 7,
};

/* 64×64, with edges and many colours. */
static CasImage *
new_image (void)
{
  CasImage *image = cas_image_new (64, 64, NULL);
  guint8 *p = cas_image_get_pixels (image);

  for (guint y = 0; y < 64; y++)
    for (guint x = 0; x < 64; x++, p += 3)
      {
        p[0] = 4 * x;
        p[1] = y < 30 ? 200 : 3 * y;
        p[2] = x > 20 && x < 45 && y > 20 ? 240 : 60;
      }
  return image;
}

static CasImage *
new_mask (void)
{
  CasImage *mask = cas_image_new (64, 64, NULL);

  for (guint y = 20; y < 60; y++)
    memset (cas_image_get_pixels (mask) + y * cas_image_get_stride (mask) + 3 * 10, 255, 3 * 40);
  return mask;
}

static char *
dup_lora (void)
{
  g_autofree char *demo = cas_model_dup_demo ();

  return g_build_filename (demo, "lora", "lucky.safetensors", NULL);
}

/* Two sessions on one model: what is whole is made in the one, its pieces in the other. */
typedef struct
{
  CasSession *whole, *pieces;
} Pair;

static Pair *
pair_new (const char *model)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->whole = picture_open_session (model);
  pair->pieces = picture_open_session (model);
  return pair;
}

static void
pair_free (Pair *pair)
{
  cas_session_free (pair->whole);
  cas_session_free (pair->pieces);
  g_free (pair);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pair, pair_free)

/* Leaves nothing in a session as the job before it had it. */
static void
run_another (CasSession *session)
{
  CasJobParams params = small;
  g_autoptr (GPtrArray) images = NULL;

  params.prompt = "a blue tent in the snow";
  params.seed = 3;
  params.steps = params.decoder_steps = 1;
  images = picture_run (session, &params);
}

/* Broken off after every step, with another job in between: the same files as at once. */
static void
check_in_pieces (Pair               *pair,
                 const CasJobParams *params)
{
  g_auto (Record) whole = { 0 }, pieces = { 0 };
  GBytes *last = NULL;

  record_init (&whole);
  record_init (&pieces);
  g_assert_true (go_on (pair->whole, params, NULL, &whole));
  pieces.stop_after = 1;
  while (!go_on (pair->pieces, params, last, &pieces))
    {
      last = get_last (&pieces);
      run_another (pair->pieces);
    }
  check_same_files (&whole, &pieces);
}

/* --- tests --------------------------------------------------------------------------------- */

/* From each checkpoint of a run to the end: what was made before is not made again, and the rest is
 * the same. */
static void
test_every_step (void)
{
  CasJobParams params = small;
  g_auto (Record) whole = { 0 };

  params.prompt = "a {red|blue|yellow} {house|tent}"; /* texts of their own */
  params.n_images = 2;
  params.previews = CAS_PREVIEW_EVERY_STEP;
  record_init (&whole);
  g_assert_true (go_on_anew (&params, NULL, &whole));
  g_assert_cmpuint (whole.steps->len, ==, 2 * (3 + 2));
  g_assert_cmpuint (whole.n_previews, ==, 2 * (3 + 2));
  g_assert_cmpuint (whole.checkpoints->len, ==, 2 * (3 + 2 + 1));

  params.previews = CAS_PREVIEW_NONE;
  for (guint i = 0; i < whole.checkpoints->len; i++)
    {
      g_auto (Record) rest = { 0 };
      const guint n_made = (i + 1) / 6;                  /* pictures that were */
      const guint n_steps = 5 * n_made + (i + 1) % 6;    /* and steps */

      g_test_message ("from checkpoint %u", i);
      record_init (&rest);
      g_assert_true (go_on_anew (&params, whole.checkpoints->pdata[i], &rest));
      g_assert_cmpuint (rest.n_pictures, ==, 2 - n_made);
      for (guint k = n_made; k < 2; k++)
        check_same_file (&whole, &rest, k);

      /* where it goes on is told with the steps that were done */
      const guint n_told = i % 6 == 5 || i % 6 == 2 || i % 6 == 4 ? 0 : 1;

      g_assert_cmpuint (rest.steps->len, ==, whole.steps->len - n_steps + n_told);
      for (guint k = 0; k < rest.steps->len; k++)
        g_assert_cmpstr (rest.steps->pdata[k], ==, whole.steps->pdata[n_steps - n_told + k]);
      g_assert_cmpuint (rest.checkpoints->len, ==, whole.checkpoints->len - 1 - i);
    }
}

static void
test_place (void)
{
  static const struct
  {
    guint    n_pictures;
    CasPart  part;
    guint    step;
  } places[] = {
    { 0, CAS_PART_STAGE_C, 1 }, { 0, CAS_PART_STAGE_C, 2 }, { 0, CAS_PART_STAGE_C, 3 },
    { 0, CAS_PART_STAGE_B, 1 }, { 0, CAS_PART_STAGE_B, 2 }, { 1, CAS_PART_STAGE_C, 0 },
  };
  g_auto (Record) whole = { 0 };
  double fraction = 0;

  record_init (&whole);
  g_assert_true (go_on_anew (&small, NULL, &whole));
  g_assert_cmpuint (whole.checkpoints->len, ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (CasCheckpoint) checkpoint
        = cas_checkpoint_new_from_bytes (whole.checkpoints->pdata[i], NULL);
      const CasWaypoint *here = cas_checkpoint_peek_waypoint (checkpoint);

      g_assert_cmpuint (here->picture, ==, places[i].n_pictures);
      g_assert_cmpint (here->part, ==, places[i].part);
      g_assert_cmpuint (here->n_done, ==, places[i].step);
      g_assert_cmpfloat (cas_checkpoint_get_fraction (checkpoint), >, fraction);
      fraction = cas_checkpoint_get_fraction (checkpoint);
    }
  g_assert_cmpfloat (fraction, ==, 1);
}

/* A step is a session, with every sampler. */
static void
test_samplers (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  for (CasSampler sampler = 0; sampler < CAS_N_SAMPLERS; sampler++)
    {
      CasJobParams params = small;

      params.sampler = sampler;
      params.n_images = 2;
      check_in_pieces (pair, &params);
    }
}

static void
test_image_to_image (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  g_autoptr (CasImage) image = new_image ();
  CasJobParams params = small;

  params.init = image;
  params.strength = 0.7;
  params.steps = 5; /* of which three are made */
  params.n_images = 2;
  check_in_pieces (pair, &params);
}

static void
test_variation (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  g_autoptr (CasImage) image = new_image ();
  const CasJobImage prompt = { image, 0.8 };
  CasJobParams params = small;

  params.image_prompts = &prompt;
  params.n_image_prompts = 1;
  check_in_pieces (pair, &params);
}

/* By the ControlNet for holes, with and without something of the picture in them. */
static void
test_inpainting (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  g_autoptr (CasImage) image = new_image ();
  g_autoptr (CasImage) mask = new_mask ();
  CasJobParams params = small;

  params.init = image;
  params.mask = mask;
  check_in_pieces (pair, &params);
  params.strength = 0.7;
  check_in_pieces (pair, &params);
}

/* Without it, what is kept goes into the latent at every step, under noise of its own. */
static void
test_holes_in_latent (void)
{
  g_autoptr (CasImage) image = new_image ();
  g_autoptr (CasImage) mask = new_mask ();
  char *model = test_model_link_demo ("controlnet");
  g_autoptr (Pair) pair = pair_new (model);

  for (CasSampler sampler = 0; sampler < CAS_N_SAMPLERS; sampler++)
    {
      CasJobParams params = small;

      params.sampler = sampler;
      params.init = image;
      params.mask = mask;
      params.n_images = sampler == CAS_SAMPLER_DDPM ? 2 : 1;
      check_in_pieces (pair, &params);
    }

  CasJobParams out = small;

  out.width = out.height = 0;
  out.init = image;
  out.outpaint[2] = 32;
  check_in_pieces (pair, &out);
  g_clear_pointer (&pair, pair_free);
  test_model_free (model);
}

/* A mask that is found is found again. */
static void
test_found_mask (void)
{
  g_autoptr (CasImage) image = cas_image_new (192, 192, NULL);
  char *model = test_model_link_demo ("controlnet");
  g_autoptr (Pair) pair = NULL;
  CasJobParams params = small;

  memset (cas_image_get_pixels (image), 30, 192 * cas_image_get_stride (image));
  for (guint y = 40; y < 150; y++)
    memset (cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * 40, 240, 3 * 110);
  test_model_add_saliency (model);
  pair = pair_new (model);
  params.init = image;
  params.mask_is_automatic = TRUE;
  params.width = params.height = 192;
  check_in_pieces (pair, &params);
  g_clear_pointer (&pair, pair_free);
  test_model_free (model);
}

/* One of them for a part of the steps, so that some steps lie on either side. */
static void
test_controls (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  g_autoptr (CasImage) image = new_image ();
  const CasJobControl controls[] = {
    { .kind = CAS_CONTROL_CANNY, .image = image, .start = 0.2, .end = 0.6 },
    { .kind = CAS_CONTROL_SUPER_RESOLUTION, .image = image, .strength = 0.4 },
  };
  CasJobParams params = small;

  params.steps = 5;
  params.controls = controls;
  params.n_controls = G_N_ELEMENTS (controls);
  check_in_pieces (pair, &params);
}

static void
test_lora (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  g_autofree char *path = dup_lora ();
  const CasJobLora lora = { path, 1.0 };
  CasJobParams params = small;

  params.prompt = "a [lucky] house";
  params.loras = &lora;
  params.n_loras = 1;
  check_in_pieces (pair, &params);
}

/* Steps are prepared in tables of a length: going on right before, at and after a table's end. */
static void
test_many_steps (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  static const guint places[] = { 30, 31, 32 };
  CasJobParams params = small;
  g_auto (Record) whole = { 0 };

  params.steps = 35;
  params.decoder_steps = 1;
  record_init (&whole);
  g_assert_true (go_on (pair->whole, &params, NULL, &whole));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_auto (Record) rest = { 0 };

      record_init (&rest);
      run_another (pair->pieces);
      g_assert_true (go_on (pair->pieces, &params, whole.checkpoints->pdata[places[i]], &rest));
      check_same_file (&whole, &rest, 0);
    }
}

/* What a session still has of another job does not get into one that goes on in it: the first of
 * its pictures does without Stage C here, the second does not. */
static void
test_after_another_job (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  CasJobParams params = small;
  g_auto (Record) whole = { 0 }, rest = { 0 };

  params.n_images = 2;
  record_init (&whole);
  g_assert_true (go_on (pair->whole, &params, NULL, &whole));
  record_init (&rest);
  run_another (pair->pieces);
  g_assert_true (go_on (pair->pieces, &params, whole.checkpoints->pdata[4], &rest));
  check_same_file (&whole, &rest, 0);
  check_same_file (&whole, &rest, 1);
}

/* Everything that steers at once, and a session for every step. */
static void
test_all_at_once (gconstpointer data)
{
  Pair *pair = (Pair *) data;
  g_autofree char *path = dup_lora ();
  g_autoptr (CasImage) image = new_image ();
  g_autoptr (CasImage) mask = new_mask ();
  const CasJobLora lora = { path, 0.5 };
  const CasJobImage prompt = { image, 0.5 };
  const CasJobControl control = { .kind = CAS_CONTROL_CANNY, .image = image, .end = 0.5 };
  CasJobParams params = small;
  g_auto (Record) whole = { 0 }, pieces = { 0 };
  GBytes *last = NULL;

  params.prompt = "a [lucky] {red|blue} house";
  params.negative = "snow";
  params.init = image;
  params.mask = mask;
  params.strength = 0.8;
  params.loras = &lora;
  params.n_loras = 1;
  params.image_prompts = &prompt;
  params.n_image_prompts = 1;
  params.controls = &control;
  params.n_controls = 1;
  record_init (&whole);
  record_init (&pieces);
  g_assert_true (go_on (pair->whole, &params, NULL, &whole));
  pieces.stop_after = 1;
  while (!go_on_anew (&params, last, &pieces))
    last = get_last (&pieces);
  check_same_files (&whole, &pieces);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char   *path;
    GTestDataFunc func;
  } tests[] = {
    { "/picture/resume/samplers", test_samplers },
    { "/picture/resume/image-to-image", test_image_to_image },
    { "/picture/resume/variation", test_variation },
    { "/picture/resume/inpainting", test_inpainting },
    { "/picture/resume/controls", test_controls },
    { "/picture/resume/lora", test_lora },
    { "/picture/resume/many-steps", test_many_steps },
    { "/picture/resume/after-another-job", test_after_another_job },
    { "/picture/resume/all-at-once", test_all_at_once },
  };
  Pair *pair;
  int status;

  g_test_init (&argc, &argv, NULL);
  pair = pair_new (NULL);
  g_test_add_func ("/picture/resume/every-step", test_every_step);
  g_test_add_func ("/picture/resume/place", test_place);
  g_test_add_func ("/picture/resume/holes-in-latent", test_holes_in_latent);
  g_test_add_func ("/picture/resume/found-mask", test_found_mask);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, pair, tests[i].func);
  status = g_test_run ();
  pair_free (pair);
  return status;
}
