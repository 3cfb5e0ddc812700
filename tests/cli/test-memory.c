/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a job needs of the device is known before it begins, whatever steers it; and what works
 * beside jobs and the jobs make room for each other. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cascade/cascade.h"
#include "cli/short-memory.h"
#include "model/controlnet.h"
#include "support/model.h"

#define PLENTY (G_GUINT64_CONSTANT (1) << 34)

/* --- ControlNets that are looked into ------------------------------------------------------- */

static guint n_controlnets_read;

CasControlNet *__real_cas_controlnet_new (CasWeights                *ws,
                                          const CasControlNetParams *params,
                                          GError                   **error);
CasControlNet *__wrap_cas_controlnet_new (CasWeights                *ws,
                                          const CasControlNetParams *params,
                                          GError                   **error);

CasControlNet *
__wrap_cas_controlnet_new (CasWeights                *ws,
                           const CasControlNetParams *params,
                           GError                   **error)
{
  n_controlnets_read++;
  return __real_cas_controlnet_new (ws, params, error);
}

/* --- jobs ----------------------------------------------------------------------------------- */

static CasImage *
new_picture (guint width,
             guint height)
{
  CasImage *image = cas_image_new (width, height, NULL);
  guint8 *pixel = cas_image_get_pixels (image);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, pixel += 3)
      {
        pixel[0] = (guint8) (x * 255 / width);
        pixel[1] = (guint8) (y * 255 / height);
        pixel[2] = (x / 8 + y / 8) % 2 ? 200 : 50;
      }
  return image;
}

/* White in the middle. */
static CasImage *
new_mask (guint width,
          guint height)
{
  CasImage *image = cas_image_new (width, height, NULL);
  guint8 *pixel = cas_image_get_pixels (image);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, pixel += 3)
      memset (pixel, x > width / 4 && x < width / 2 ? 255 : 0, 3);
  return image;
}

/* Which pictures steer a job. */
typedef struct
{
  const char *name;
  guint       n_image_prompts;
  gboolean    has_canny, has_super_resolution, is_small;
  gboolean    has_init, has_mask, is_mask_found;
  double      strength;
} Steering;

typedef struct
{
  CasJobParams  params;
  CasImage     *picture, *mask;
  CasJobImage   prompts[4];
  CasJobControl controls[2];
} Steered;

static void
steered_clear (Steered *self)
{
  g_clear_pointer (&self->picture, cas_image_unref);
  g_clear_pointer (&self->mask, cas_image_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Steered, steered_clear)

static void
steered_init (Steered        *self,
              const Steering *steering,
              guint           width,
              guint           height)
{
  *self = (Steered) {
    .params = {
      .prompt = "a red house",
      .width = width,
      .height = height,
      .steps = 2,
      .decoder_steps = 2,
      .seed = 1,
      .strength = steering->strength,
      .image_prompts = self->prompts,
      .n_image_prompts = steering->n_image_prompts,
      .controls = self->controls,
      .n_controls = steering->has_canny + steering->has_super_resolution,
    },
    .picture = new_picture (width, height),
    .mask = new_mask (width, height),
  };
  for (guint i = 0; i < steering->n_image_prompts; i++)
    self->prompts[i] = (CasJobImage) { self->picture, 1 };
  if (steering->has_canny)
    self->controls[0] = (CasJobControl) { .kind = CAS_CONTROL_CANNY, .image = self->picture };
  if (steering->has_super_resolution)
    self->controls[steering->has_canny] = (CasJobControl) {
      .kind = CAS_CONTROL_SUPER_RESOLUTION,
      .image = self->picture,
      .is_small = steering->is_small,
    };
  if (steering->has_init)
    self->params.init = self->picture;
  if (steering->has_mask)
    self->params.mask = self->mask;
  self->params.mask_is_automatic = steering->is_mask_found;
}

static CasSession *
open_session (const char *model)
{
  g_autoptr (GError) error = NULL;
  CasSession *session = cas_session_new (&(CasSessionParams) { .model = model }, &error);

  g_assert_no_error (error);
  return session;
}

static gboolean
resolve (CasSession         *session,
         const CasJobParams *params,
         GError            **error)
{
  g_autoptr (CasJob) job = cas_job_new (params, error);
  CasJobParams resolved;

  return job && cas_session_resolve (session, job, &resolved, error);
}

/* What is told of a job. */
typedef struct
{
  CasImage *image; /* the last */
  guint     n_progress;
  CasCodec *codec; /* is asked for something when a picture is done; or NULL */
} Told;

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  ((Told *) data)->n_progress++;
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Told *told = data;
  g_autoptr (GError) problem = NULL;

  g_clear_pointer (&told->image, cas_image_unref);
  told->image = cas_image_ref (picture->image);
  if (told->codec)
    {
      g_assert_null (cas_codec_encode (told->codec, picture->image, NULL, &problem));
      g_assert_error (problem, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
    }
  return TRUE;
}

static gboolean
run (CasSession         *session,
     const CasJobParams *params,
     Told               *told,
     GError            **error)
{
  g_autoptr (CasJob) job = cas_job_new (params, error);

  return job && cas_session_run (session, job, &(CasJobCallbacks) {
      .progress = on_progress,
      .picture = on_picture,
    }, told, NULL, error);
}

static CasImage *
draw (CasSession         *session,
      const CasJobParams *params)
{
  Told told = { 0 };
  g_autoptr (GError) error = NULL;

  run (session, params, &told, &error);
  g_assert_no_error (error);
  return told.image;
}

static void
check_same_image (CasImage *a,
                  CasImage *b)
{
  const gsize size = cas_image_get_stride (a) * cas_image_get_height (a);

  g_assert_cmpuint (cas_image_get_width (a), ==, cas_image_get_width (b));
  g_assert_cmpuint (cas_image_get_height (a), ==, cas_image_get_height (b));
  g_assert_cmpmem (cas_image_get_pixels (a), size, cas_image_get_pixels (b), size);
}

/* --- what fits ------------------------------------------------------------------------------ */

/* Whether a job fits in heaps of a size; another one is asked for first, so that what was found
 * before is not known any more. */
static gboolean
fits (CasSession         *session,
      guint64             heap,
      const CasJobParams *params,
      gboolean            forget)
{
  short_memory_set_heap (PLENTY);
  if (forget)
    g_assert_true (resolve (session, &(CasJobParams) { .width = 80, .height = 80 }, NULL));
  short_memory_set_heap (heap);
  return resolve (session, params, NULL);
}

/* The smallest heap in which it fits, to 4 KiB. */
static guint64
find_least_heap (CasSession         *session,
                 const CasJobParams *params)
{
  guint64 heap = 0;

  for (guint64 step = PLENTY / 2; step >= 4096; step /= 2) /* the largest that is too small */
    if (!fits (session, heap + step, params, TRUE))
      heap += step;
  return heap + 4096;
}

/* What fitted without a LoRA is looked at again with one. */
static void
test_lora (void)
{
  g_autoptr (CasSession) session = open_session (NULL);
  g_autofree char *path = g_build_filename (g_getenv ("WEIR_DEMO_MODEL"), "lora",
                                            "lucky.safetensors", NULL);
  const CasJobLora lora = { path, 1.0 };
  const CasJobParams plain = { .width = 64, .height = 64 };
  CasJobParams with_lora = plain;
  guint64 heap;

  with_lora.loras = &lora;
  with_lora.n_loras = 1;
  heap = find_least_heap (session, &plain);
  g_test_message ("%" G_GUINT64_FORMAT " bytes", heap);

  g_assert_true (fits (session, heap, &plain, TRUE));
  g_assert_false (fits (session, heap, &with_lora, FALSE));
  g_assert_true (fits (session, heap, &plain, FALSE));
}

/* A device with no more room than was planned is enough, and one with less is refused. */
static void
test_guided (void)
{
  static const Steering rows[] = {
    { "words alone" },
    { "image prompts", .n_image_prompts = 4 },
    { "a picture to begin from", .has_init = TRUE, .strength = 0.9 },
    { "edges", .has_canny = TRUE },
    { "super resolution", .has_super_resolution = TRUE },
    { "a hole", .has_init = TRUE, .has_mask = TRUE },
    { "all", .n_image_prompts = 4, .has_canny = TRUE, .has_super_resolution = TRUE,
      .is_small = TRUE, .has_init = TRUE, .has_mask = TRUE, .strength = 0.9 },
  };
  guint64 plain = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasSession) session = open_session (NULL);
      g_auto (Steered) job = { 0 };
      g_autoptr (CasImage) easy = NULL, hard = NULL;
      guint64 heap;

      steered_init (&job, &rows[i], 136, 72);
      heap = find_least_heap (session, &job.params);
      plain = i == 0 ? heap : plain;
      g_test_message ("%s: %" G_GUINT64_FORMAT " bytes", rows[i].name, heap);
      g_assert_cmpuint (heap, >=, plain);
      if (job.params.n_controls > 0 || rows[i].has_mask)
        g_assert_cmpuint (heap, >, plain);

      /* a tenth is left free, so that it is not there now is no matter */
      g_assert_true (fits (session, heap, &job.params, TRUE));
      short_memory_set_heap (heap / 10 * 9 + 16);
      hard = draw (session, &job.params);
      short_memory_set_heap (PLENTY);
      easy = draw (session, &job.params);
      check_same_image (easy, hard);
    }
}

/* --- what does not -------------------------------------------------------------------------- */

/* The two sizes that a refusal names. */
static void
read_named (const char *message,
            guint       numbers[4])
{
  g_autoptr (GRegex) sizes = g_regex_new ("work are (\\d+)×(\\d+) and (\\d+)×(\\d+)\\.$", 0, 0,
                                          NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_true (g_regex_match (sizes, message, 0, &match));
  for (gint i = 0; i < 4; i++)
    {
      g_autofree char *number = g_match_info_fetch (match, i + 1);

      numbers[i] = g_ascii_strtoull (number, NULL, 10);
    }
}

/* Nothing is read, made or told; two sizes that work are named, and a little more does not. */
static void
check_refused (CasSession   *session,
               CasJobParams  params)
{
  Told told = { 0 };
  g_autoptr (GError) error = NULL;
  guint named[4];

  short_memory.weights_budget = 0;
  short_memory.n_refused = 0;
  g_assert_false (run (session, &params, &told, &error));
  short_memory.weights_budget = G_MAXUINT64;
  g_test_message ("%s", error->message);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_assert_cmpuint (short_memory.n_refused, ==, 0);
  g_assert_cmpuint (told.n_progress, ==, 0);

  read_named (error->message, named);
  for (guint i = 0; i < 2; i++)
    {
      params.width = named[2 * i];
      params.height = named[2 * i + 1];
      g_assert_true (resolve (session, &params, NULL));
    }
  params.width = named[0] + 8;
  params.height = named[1] + 8;
  g_assert_false (resolve (session, &params, NULL));
}

/* In a heap that is a little too small, and that words alone would fit in. */
static void
test_refused_controls (void)
{
  static const Steering plain = { 0 };
  static const Steering rows[] = {
    { "edges", .has_canny = TRUE },
    { "super resolution", .has_super_resolution = TRUE, .is_small = TRUE },
    { "a hole", .has_init = TRUE, .has_mask = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasSession) session = open_session (NULL);
      g_auto (Steered) words = { 0 }, job = { 0 };

      steered_init (&words, &plain, 256, 256);
      steered_init (&job, &rows[i], 256, 256);
      short_memory_set_heap (find_least_heap (session, &job.params) - 8192);
      g_assert_true (resolve (session, &words.params, NULL));
      check_refused (session, job.params);
    }
}

/* Nobody asked for the sides of what is drawn at twice a picture's size: it is said how large that
 * picture may be, and one that is so fits. */
static void
test_refused_doubled (void)
{
  static const Steering steering = { .has_super_resolution = TRUE, .is_small = TRUE };
  g_autoptr (CasSession) session = open_session (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Steered) job = { 0 }, smaller = { 0 };
  const char *named;
  guint width, height;

  steered_init (&job, &steering, 254, 126);
  job.params.width = job.params.height = 0;
  g_assert_false (fits (session, find_least_heap (session, &job.params) - 8192, &job.params, TRUE));
  g_assert_false (resolve (session, &job.params, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_assert_true (g_str_has_prefix (error->message, "The picture has 254×126 pixels, and at "));
  named = strstr (error->message, " works has ");
  g_assert_nonnull (named);
  g_assert_cmpint (sscanf (named, " works has %u×%u.", &width, &height), ==, 2);
  g_assert_cmpuint (width, <, 254);
  g_assert_cmpuint (width, >, 127);

  steered_init (&smaller, &steering, width, height);
  smaller.params.width = smaller.params.height = 0;
  g_assert_true (resolve (session, &smaller.params, NULL));
}

/* Networks that come before the first step and go. */
static void
test_refused_encoders (void)
{
  static const struct
  {
    Steering    steering;
    const char *hungry;
    guint64     limit;
    gboolean    has_sizes; /* the network works on pictures of the job's size */
  } rows[] = {
    { { .has_init = TRUE, .strength = 0.9 }, "encoder", 24 << 20, TRUE },
    { { .has_super_resolution = TRUE }, "encoder", 8 << 20, TRUE },
    { { .n_image_prompts = 1 }, "image encoder", 0, FALSE },
    { { .has_init = TRUE, .is_mask_found = TRUE }, "saliency network", 0, FALSE },
  };
  char *model = test_model_link_demo (NULL);

  test_model_add_saliency (model);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasSession) session = open_session (model);
      g_autofree char *wanted = g_strdup_printf ("No room for %s.", rows[i].hungry);
      g_autoptr (GError) error = NULL;
      g_auto (Steered) job = { 0 };

      steered_init (&job, &rows[i].steering, 2048, 2048);
      g_assert_true (resolve (session, &job.params, NULL));
      short_memory.hungry = rows[i].hungry;
      short_memory.hungry_limit = rows[i].limit;
      if (rows[i].has_sizes)
        check_refused (session, job.params);
      else
        {
          g_assert_false (resolve (session, &job.params, &error));
          g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
          g_assert_cmpstr (error->message, ==, wanted);
        }
      short_memory_reset ();
    }
  test_model_free (model);
}

/* --- beside jobs ---------------------------------------------------------------------------- */

/* Jobs and a codec, where there is room for one of them. */
static void
test_codec (void)
{
  static const Steering plain = { 0 };
  g_autoptr (CasSession) session = open_session (NULL);
  g_autoptr (CasCodec) codec = cas_codec_new (session);
  g_autoptr (CasImage) wanted = NULL, wanted_back = NULL;
  g_autoptr (CasLatent) latent = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Steered) job = { 0 };

  steered_init (&job, &plain, 64, 64);
  short_memory.weights_peak = 0;
  wanted = draw (session, &job.params);
  short_memory.weights_budget = short_memory.weights_peak;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (CasImage) back = NULL, again = NULL, last = NULL;

      short_memory.n_refused = 0;
      g_clear_pointer (&latent, cas_latent_free);
      latent = cas_codec_encode (codec, wanted, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (short_memory.n_refused, >, 0);

      short_memory.n_refused = 0;
      again = draw (session, &job.params);
      g_assert_cmpuint (short_memory.n_refused, >, 0);
      check_same_image (again, wanted);

      short_memory.n_refused = 0;
      back = cas_codec_decode (codec, latent, 0, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (short_memory.n_refused, >, 0);
      if (wanted_back)
        check_same_image (back, wanted_back);
      else
        wanted_back = g_steal_pointer (&back);

      short_memory.n_refused = 0;
      last = draw (session, &job.params);
      g_assert_cmpuint (short_memory.n_refused, >, 0);
      check_same_image (last, wanted);
    }
  short_memory_reset ();
}

/* Pictures that steer a job are made ready in the codec's room, too. */
static void
test_codec_and_guide (void)
{
  static const Steering variation = { .n_image_prompts = 1 };
  g_autoptr (CasSession) session = open_session (NULL);
  g_autoptr (CasCodec) codec = cas_codec_new (session);
  g_autoptr (CasLatent) latent = NULL;
  g_autoptr (CasImage) back = NULL, easy = NULL, hard = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Steered) job = { 0 };

  steered_init (&job, &variation, 64, 64);
  short_memory.weights_peak = 0;
  easy = draw (session, &job.params);
  latent = cas_codec_encode (codec, easy, NULL, &error);
  back = latent ? cas_codec_decode (codec, latent, 0, NULL, &error) : NULL;
  g_assert_no_error (error);

  short_memory.n_refused = 0;
  short_memory.weights_budget = cas_gpu_get_bytes_held (short_memory.gpu, CAS_MEMORY_WEIGHTS);
  hard = draw (session, &job.params);
  short_memory_reset ();
  g_assert_cmpuint (short_memory.n_refused, >, 0);
  check_same_image (easy, hard);
}

/* A codec that is asked while a job runs finds no room, and takes none from the job. */
static void
test_codec_within_job (void)
{
  static const Steering plain = { 0 };
  g_autoptr (CasSession) session = open_session (NULL);
  g_autoptr (CasCodec) codec = cas_codec_new (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) wanted = NULL;
  g_auto (Steered) job = { 0 };
  Told told = { .codec = codec };

  steered_init (&job, &plain, 64, 64);
  job.params.n_images = 2;
  short_memory.weights_peak = 0;
  wanted = draw (session, &job.params);
  short_memory.weights_budget = short_memory.weights_peak;
  run (session, &job.params, &told, &error);
  short_memory_reset ();
  g_assert_no_error (error);
  check_same_image (told.image, wanted);
  g_clear_pointer (&told.image, cas_image_unref);
}

/* --- what the model has not ----------------------------------------------------------------- */

/* A ControlNet that is not there is looked for once. */
static void
test_absent_controlnet (void)
{
  static const Steering hole = { .has_init = TRUE, .has_mask = TRUE, .strength = 0.9 };
  char *folder = test_model_link_demo ("controlnet");
  g_autofree char *canny = g_build_filename (g_getenv ("WEIR_DEMO_MODEL"), "controlnet",
                                             "canny.safetensors", NULL);
  g_autofree char *link = g_build_filename (folder, "canny.safetensors", NULL);

  g_assert_cmpint (symlink (canny, link), ==, 0);

  g_autoptr (CasSession) session = open_session (folder);
  g_auto (Steered) job = { 0 };

  steered_init (&job, &hole, 64, 64);
  n_controlnets_read = 0;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (CasImage) image = draw (session, &job.params);

      g_assert_cmpuint (n_controlnets_read, ==, 1); /* the one that is for something else */
    }
  test_model_free (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/lora", test_lora);
  g_test_add_func ("/memory/guided", test_guided);
  g_test_add_func ("/memory/refused-controls", test_refused_controls);
  g_test_add_func ("/memory/refused-doubled", test_refused_doubled);
  g_test_add_func ("/memory/refused-encoders", test_refused_encoders);
  g_test_add_func ("/memory/codec", test_codec);
  g_test_add_func ("/memory/codec-and-guide", test_codec_and_guide);
  g_test_add_func ("/memory/codec-within-job", test_codec_within_job);
  g_test_add_func ("/memory/absent-controlnet", test_absent_controlnet);
  return g_test_run ();
}
