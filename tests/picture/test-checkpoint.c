/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checkpoints that are not what they should be: cut off, damaged, forged, or of another job, model
 * or device. Each is refused by a sentence, before anything is made of it. */

#include "picture/picture.h"

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "support/model.h"

/* Where things lie in the bytes. */
enum
{
  VERSION = 12, SUMS = 16, JOB = 32, MODEL = 64, DEVICE = 96, PICTURE = 128, IS_DETAILING = 132,
  N_DONE = 136, N_RANDOM = 140, FRACTION = 144, CACHED = 152, HAS_CACHED = 160, RESERVED = 2660,
  N_C = 2664, N_B = 2672, LATENTS = 2680,
};

/* --- a checkpoint -------------------------------------------------------------------------- */

typedef struct
{
  CasSession *session;
  GBytes     *composing, *detailing; /* of the small job, after its second step and in Stage B */
} Fixture;

static const CasJobParams small = {
  .prompt = "a red house",
  .width = 64,
  .height = 64,
  .steps = 3,
  .decoder_steps = 2,
  .seed = 7,
};

static void
on_checkpoint (CasCheckpoint *checkpoint,
               gpointer       data)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (data, cas_checkpoint_to_bytes (checkpoint, &error));
  g_assert_no_error (error);
}

static GPtrArray *
list_checkpoints (CasSession         *session,
                  const CasJobParams *params)
{
  const CasJobCallbacks callbacks = { .checkpoint = on_checkpoint };
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);

  g_assert_no_error (error);
  cas_session_run (session, job, &callbacks, list, NULL, &error);
  g_assert_no_error (error);
  return list;
}

static void
on_any_progress (const CasProgress *progress,
                 gpointer           data)
{
  *(guint *) data += 1;
}

/* Begins the job there; what is taken ends as cancelled, and what is refused has done no work. */
static void
try (CasSession         *session,
     const CasJobParams *params,
     GBytes             *bytes,
     GError            **error)
{
  const CasJobCallbacks callbacks = { .progress = on_any_progress };
  g_autoptr (GError) problem = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &problem);
  g_autoptr (CasCheckpoint) checkpoint = cas_checkpoint_new_from_bytes (bytes, &problem);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint n_told = 0;

  g_assert_no_error (problem);
  g_cancellable_cancel (cancellable);
  g_assert_false (cas_session_run_from (session, job, checkpoint, &callbacks, &n_told, cancellable,
                                        error));
  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_assert_cmpuint (n_told, ==, 0);
}

static void
assert_refused (CasSession         *session,
                const CasJobParams *params,
                GBytes             *bytes,
                const char         *sentence)
{
  g_autoptr (GError) error = NULL;

  try (session, params, bytes, &error);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT);
  g_assert_nonnull (strstr (error->message, sentence));
}

static void
assert_taken (CasSession         *session,
              const CasJobParams *params,
              GBytes             *bytes)
{
  g_autoptr (GError) error = NULL;

  try (session, params, bytes, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- bytes --------------------------------------------------------------------------------- */

static void
assert_unreadable (const guint8 *data,
                   gsize         size,
                   const char   *sentence)
{
  g_autofree guint8 *copy = g_memdup2 (data, size); /* its end is its end for sanitizers too */
  g_autoptr (GBytes) bytes = g_bytes_new_static (copy, size);
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_checkpoint_new_from_bytes (bytes, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT);
  if (sentence)
    g_assert_nonnull (strstr (error->message, sentence));
}

static void
test_round_trip (gconstpointer data)
{
  const Fixture *f = data;
  GBytes *const all[] = { f->composing, f->detailing };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasCheckpoint) checkpoint = cas_checkpoint_new_from_bytes (all[i], &error);
      g_autoptr (GBytes) again = cas_checkpoint_to_bytes (checkpoint, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (all[i], again));
    }
}

static void
test_cut_off (gconstpointer data)
{
  const Fixture *f = data;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (f->detailing, &size);
  g_autofree guint8 *longer = g_malloc0 (size + 8);

  for (gsize n = 0; n < size; n++)
    assert_unreadable (bytes, n, n < SUMS ? "no checkpoint" : "cut off");

  memcpy (longer, bytes, size);
  for (gsize n = 1; n <= 8; n++)
    assert_unreadable (longer, size + n, "cut off");
}

/* Every bit of it matters. */
static void
test_flipped (gconstpointer data)
{
  const Fixture *f = data;
  gsize size;
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (f->detailing, NULL),
                                        g_bytes_get_size (f->detailing));

  size = g_bytes_get_size (f->detailing);
  for (gsize i = 0; i < size; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        bytes[i] ^= 1u << bit;
        assert_unreadable (bytes, size,
                           i < VERSION ? "no checkpoint" : i < SUMS ? "version" : NULL);
        bytes[i] ^= 1u << bit;
      }
}

/* --- forged: the sums are right ------------------------------------------------------------ */

static GBytes *
forge (GBytes     *bytes,
       gsize       offset,
       const void *value,
       gsize       value_size)
{
  const gsize size = g_bytes_get_size (bytes);
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
  guint64 sums[2] = { 0 };

  g_assert_cmpuint (offset + value_size, <=, size);
  memcpy (copy + offset, value, value_size);
  for (gsize i = JOB; i < size; i += 4)
    {
      sums[0] += (guint32) copy[i] | (guint32) copy[i + 1] << 8 | (guint32) copy[i + 2] << 16
                 | (guint32) copy[i + 3] << 24;
      sums[1] += sums[0];
    }
  sums[0] = GUINT64_TO_LE (sums[0]);
  sums[1] = GUINT64_TO_LE (sums[1]);
  memcpy (copy + SUMS, sums, sizeof sums);
  return g_bytes_new_take (copy, size);
}

static GBytes *
forge_word (GBytes *bytes,
            gsize   offset,
            guint32 value)
{
  value = GUINT32_TO_LE (value);
  return forge (bytes, offset, &value, sizeof value);
}

static void
test_numbers_that_cannot_be (gconstpointer data)
{
  static const struct
  {
    gsize   offset;
    guint32 value;
  } words[] = {
    { PICTURE, CAS_JOB_MAX_IMAGES + 1 }, { PICTURE, G_MAXUINT32 }, { IS_DETAILING, 2 },
    { N_DONE, CAS_JOB_MAX_STEPS + 1 }, { N_DONE, G_MAXUINT32 }, { N_RANDOM, 625 },
    { N_RANDOM, G_MAXUINT32 }, { HAS_CACHED, 2 }, { RESERVED, 1 },
    { FRACTION + 4, 0x7ff80000 }, { FRACTION + 4, 0x7ff00000 }, { FRACTION + 4, 0xbff00000 },
    { FRACTION + 4, 0x40000000 }, { CACHED + 4, 0x7ff80000 }, { LATENTS, 0x7fc00000 },
    { LATENTS + 4, 0xff800000 },
    { N_C, 0 }, { N_C, 1 }, { N_C, G_MAXUINT32 }, { N_C + 4, 1 }, { N_C + 4, 0x40000000 },
    { N_B, 0 }, { N_B + 4, G_MAXUINT32 },
  };
  const Fixture *f = data;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (GBytes) bytes = forge_word (f->detailing, words[i].offset, words[i].value);

      g_test_message ("%" G_GSIZE_FORMAT ": %x", words[i].offset, words[i].value);
      assert_unreadable (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
    }
}

/* What might be of some job, but is not of this. */
static void
test_places_that_cannot_be (gconstpointer data)
{
  static const struct
  {
    gboolean is_detailing;
    gsize    offset;
    guint32  value;
  } words[] = {
    { FALSE, PICTURE, 2 },      { FALSE, PICTURE, CAS_JOB_MAX_IMAGES }, { FALSE, N_DONE, 0 },
    { FALSE, N_DONE, 4 },       { FALSE, N_DONE, CAS_JOB_MAX_STEPS },   { FALSE, IS_DETAILING, 1 },
    { TRUE, N_DONE, 0 },        { TRUE, N_DONE, 3 },                    { TRUE, IS_DETAILING, 0 },
  };
  const Fixture *f = data;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (GBytes) bytes = forge_word (words[i].is_detailing ? f->detailing : f->composing,
                                             words[i].offset, words[i].value);

      g_test_message ("%u", i);
      assert_refused (f->session, &small, bytes, "cannot be of this job");
    }
}

static void
test_identities (gconstpointer data)
{
  static const struct
  {
    gsize       offset;
    const char *sentence;
  } parts[] = {
    { JOB, "another job" }, { MODEL, "another model" }, { DEVICE, "another device" },
  };
  const Fixture *f = data;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    for (guint k = 0; k < 32; k++)
      {
        const gsize offset = parts[i].offset + k;
        const guint8 byte = ~((const guint8 *) g_bytes_get_data (f->composing, NULL))[offset];
        g_autoptr (GBytes) bytes = forge (f->composing, offset, &byte, 1);

        assert_refused (f->session, &small, bytes, parts[i].sentence);
      }
}

/* Numbers that no step makes come to a picture or to a sentence. */
static void
test_wild_latent (gconstpointer data)
{
  const Fixture *f = data;
  const float huge = 3e38f;
  g_autoptr (GBytes) bytes = forge (f->composing, LATENTS, &huge, sizeof huge);
  g_autoptr (CasCheckpoint) checkpoint = cas_checkpoint_new_from_bytes (bytes, NULL);
  g_autoptr (CasJob) job = cas_job_new (&small, NULL);
  g_autoptr (GError) error = NULL;

  if (!cas_session_run_from (f->session, job, checkpoint, NULL, NULL, NULL, &error))
    g_assert_error (error, CAS_ERROR, CAS_ERROR_NOT_FINITE);
}

/* --- other jobs, models, devices ----------------------------------------------------------- */

static CasImage *
new_image (guint8 colour)
{
  CasImage *image = cas_image_new (64, 64, NULL);

  memset (cas_image_get_pixels (image), colour, 64 * cas_image_get_stride (image));
  return image;
}

/* Everything is asked for, so that each part of it can be another. */
typedef struct
{
  CasJobParams  params;
  CasJobImage   prompt;
  CasJobControl control;
  CasJobLora    lora;
  CasImage     *image, *other;
  char         *lora_path, *file;
} Everything;

static void
everything_init (Everything *self)
{
  g_autofree char *demo = cas_model_dup_demo ();

  *self = (Everything) {
    .image = new_image (200),
    .other = new_image (90),
    .lora_path = g_build_filename (demo, "lora", "lucky.safetensors", NULL),
    .file = g_build_filename (demo, "model.json", NULL),
  };
  self->prompt = (CasJobImage) { self->image, 0.5 };
  self->control = (CasJobControl) {
    .kind = CAS_CONTROL_CANNY, .image = self->image, .strength = 0.5, .start = 0.1, .end = 0.9,
  };
  self->lora = (CasJobLora) { self->lora_path, 0.5 };
  self->params = small;
  self->params.has_cfg = self->params.has_decoder_cfg = self->params.has_seed = TRUE;
  self->params.init = self->params.mask = self->image;
  self->params.strength = 0.9;
  self->params.image_prompts = &self->prompt;
  self->params.n_image_prompts = 1;
  self->params.controls = &self->control;
  self->params.n_controls = 1;
  self->params.loras = &self->lora;
  self->params.n_loras = 1;
}

static void
everything_clear (Everything *self)
{
  g_clear_pointer (&self->image, cas_image_unref);
  g_clear_pointer (&self->other, cas_image_unref);
  g_free (self->lora_path);
  g_free (self->file);
}

static void
change (Everything *e,
        guint       what)
{
  CasJobParams *p = &e->params;

  switch (what)
    {
    case 0: p->prompt = "a red house "; break;
    case 1: p->negative = "a red house"; break;
    case 2: p->restores_mean = TRUE; break;
    case 3: p->width = 72; break;
    case 4: p->height = 72; break;
    case 5: p->n_images = 2; break;
    case 6: p->steps++; break;
    case 7: p->decoder_steps++; break;
    case 8: p->cfg = 1e-9; break;
    case 9: p->decoder_cfg = 1e-9; break;
    case 10: p->shift = 1.5; break;
    case 11: p->sampler = CAS_SAMPLER_LCM; break;
    case 12: p->seed += G_GUINT64_CONSTANT (1) << 32; break;
    case 13: e->prompt.image = e->other; break;
    case 14: e->prompt.weight = 0.6; break;
    case 15: p->n_image_prompts = 0; break;
    case 16: e->control.image = e->other; break;
    case 17: e->control.kind = CAS_CONTROL_SUPER_RESOLUTION; break;
    case 18: e->control.strength = 0.6; break;
    case 19: e->control.start = 0.2; break;
    case 20: e->control.end = 0.8; break;
    case 21: e->control.canny_low = 99; break;
    case 22: e->control.canny_high = 201; break;
    case 23: e->control.is_small = TRUE; break;
    case 24: p->n_controls = 0; break;
    case 25: p->init = e->other; break;
    case 26: p->mask = e->other; break;
    case 27: p->mask = NULL; break;
    case 28: p->strength = 0.8; break;
    case 29: e->lora.weight = 0.6; break;
    case 30: p->n_loras = 0; break;
    case 31: p->face_detector = e->file; break;
    case 32: p->face_recogniser = e->file; break;
    case 33:
      p->mask = NULL;
      p->outpaint[3] = 8;
      p->width = p->height = 0;
      break;
    default: g_assert_not_reached ();
    }
}
#define N_CHANGES 34

static void
test_other_jobs (gconstpointer data)
{
  const Fixture *f = data;
  Everything whole;
  g_autoptr (GPtrArray) checkpoints = NULL;

  everything_init (&whole);
  checkpoints = list_checkpoints (f->session, &whole.params);
  assert_taken (f->session, &whole.params, checkpoints->pdata[0]);
  whole.params.previews = CAS_PREVIEW_EVERY_STEP; /* is no other job */
  assert_taken (f->session, &whole.params, checkpoints->pdata[0]);
  for (guint i = 0; i < N_CHANGES; i++)
    {
      Everything other;

      everything_init (&other);
      change (&other, i);
      g_test_message ("change %u", i);
      assert_refused (f->session, &other.params, checkpoints->pdata[0], "another job");
      everything_clear (&other);
    }
  everything_clear (&whole);
}

/* A mask that is to be found is what of the picture it is, and how it is found. */
static void
test_other_mask (gconstpointer data)
{
  char *folder = test_model_link_demo ("controlnet");
  g_autoptr (CasImage) image = cas_image_new (192, 192, NULL);
  g_autoptr (CasSession) session = NULL;
  g_autoptr (GPtrArray) checkpoints = NULL;
  CasJobParams params = small;

  for (guint y = 40; y < 150; y++)
    memset (cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * 40, 240, 3 * 110);
  test_model_add_saliency (folder);
  session = picture_open_session (folder);
  params.init = image;
  params.mask_is_automatic = TRUE;
  params.width = params.height = 192;
  checkpoints = list_checkpoints (session, &params);
  params.mask_threshold = 0.2; /* what none is taken for */
  assert_taken (session, &params, checkpoints->pdata[0]);
  params.mask_threshold = 0.3;
  assert_refused (session, &params, checkpoints->pdata[0], "another job");
  params.mask_threshold = 0;
  params.mask_is_automatic = FALSE;
  assert_refused (session, &params, checkpoints->pdata[0], "another job");
  g_clear_pointer (&session, cas_session_free);
  test_model_free (folder);
}

/* The same numbers in another file may be others. */
static void
test_other_model (gconstpointer data)
{
  const Fixture *f = data;
  char *folder = test_model_link_demo ("controlnet");
  g_autofree char *demo = cas_model_dup_demo ();
  g_autofree char *from = g_build_filename (demo, "stage_a.safetensors", NULL);
  g_autofree char *to = g_build_filename (folder, "stage_a.safetensors", NULL);
  g_autofree char *numbers = NULL;
  gsize size;
  g_autoptr (CasSession) same = picture_open_session (folder);
  g_autoptr (CasSession) other = NULL;

  assert_taken (same, &small, f->composing); /* links to the same files */

  g_assert_true (g_file_get_contents (from, &numbers, &size, NULL));
  g_assert_cmpint (g_unlink (to), ==, 0);
  g_assert_true (g_file_set_contents (to, numbers, (gssize) size, NULL));
  other = picture_open_session (folder);
  assert_refused (other, &small, f->composing, "another model");
  g_clear_pointer (&other, cas_session_free);
  g_clear_pointer (&same, cas_session_free);
  test_model_free (folder);
}

static void
test_other_kernels (gconstpointer data)
{
  const Fixture *f = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSession) session
    = cas_session_new (&(CasSessionParams) { .kernels = "tile" }, &error);

  g_assert_no_error (error);
  assert_refused (session, &small, f->composing, "other kernels");
}

/* A job of which nothing is left ends at once, well. */
static void
test_all_made (gconstpointer data)
{
  const Fixture *f = data;
  g_autoptr (GPtrArray) list = list_checkpoints (f->session, &small);
  g_autoptr (CasCheckpoint) last
    = cas_checkpoint_new_from_bytes (list->pdata[list->len - 1], NULL);
  const CasJobCallbacks callbacks = { .progress = on_any_progress };
  g_autoptr (CasJob) job = cas_job_new (&small, NULL);
  g_autoptr (GError) error = NULL;
  guint n_told = 0;

  g_assert_true (cas_session_run_from (f->session, job, last, &callbacks, &n_told, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_told, ==, 0);
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
    { "/picture/checkpoint/round-trip", test_round_trip },
    { "/picture/checkpoint/cut-off", test_cut_off },
    { "/picture/checkpoint/flipped", test_flipped },
    { "/picture/checkpoint/numbers-that-cannot-be", test_numbers_that_cannot_be },
    { "/picture/checkpoint/places-that-cannot-be", test_places_that_cannot_be },
    { "/picture/checkpoint/identities", test_identities },
    { "/picture/checkpoint/wild-latent", test_wild_latent },
    { "/picture/checkpoint/other-jobs", test_other_jobs },
    { "/picture/checkpoint/other-mask", test_other_mask },
    { "/picture/checkpoint/other-model", test_other_model },
    { "/picture/checkpoint/other-kernels", test_other_kernels },
    { "/picture/checkpoint/all-made", test_all_made },
  };
  Fixture f = { 0 };
  g_autoptr (GPtrArray) list = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  f.session = picture_open_session (NULL);
  list = list_checkpoints (f.session, &small);
  f.composing = list->pdata[1];
  f.detailing = list->pdata[3];
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &f, tests[i].func);
  status = g_test_run ();
  cas_session_free (f.session);
  return status;
}
