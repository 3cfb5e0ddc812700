/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sessions and jobs through the public API, in this process, so that memory can be made short. */

#include <math.h>
#include <string.h>

#include "cascade/cascade.h"
#include "cli/short-memory.h"

/* --- a small job --------------------------------------------------------------------------- */

typedef struct
{
  GPtrArray    *images;
  GCancellable *cancellable;
  CasPhase      cancel_at;
  guint         n_previews[CAS_N_PHASES];
  guint         n_progress[CAS_N_PHASES];
  guint         n_notices;
} Told;

static void
told_clear (Told *told)
{
  g_clear_pointer (&told->images, g_ptr_array_unref);
  g_clear_object (&told->cancellable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static void
told_init (Told *told)
{
  *told = (Told) {
    .images = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_image_unref),
    .cancel_at = CAS_N_PHASES,
  };
}

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  Told *told = data;

  g_assert_cmpint (progress->phase, <, CAS_N_PHASES);
  g_assert_cmpuint (progress->picture, >=, 1);
  g_assert_cmpuint (progress->picture, <=, progress->n_pictures);
  g_assert_cmpuint (progress->step, <=, progress->n_steps);
  told->n_progress[progress->phase]++;
  if (progress->phase == told->cancel_at)
    g_cancellable_cancel (told->cancellable);
}

static void
on_preview (const CasPicture *picture,
            gpointer          data)
{
  Told *told = data;
  guint width = cas_image_get_width (picture->image);

  g_assert_null (picture->metadata);
  if (picture->phase == CAS_PHASE_DETAILING)
    g_assert_cmpuint (width, ==, 64);
  else
    g_assert_cmpuint (width, ==, 16); /* eight times Stage C's latent */
  told->n_previews[picture->phase]++;
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Told *told = data;

  g_assert_nonnull (picture->metadata);
  g_assert_cmpuint (picture->metadata->seed, ==, picture->seed);
  g_assert_cmpuint (picture->index, ==, told->images->len);
  g_ptr_array_add (told->images, cas_image_ref (picture->image));
  return TRUE;
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  Told *told = data;

  told->n_notices++;
}

static const CasJobCallbacks callbacks = {
  .progress = on_progress,
  .preview = on_preview,
  .picture = on_picture,
  .notice = on_notice,
};

static const CasJobParams small = {
  .prompt = "a red house",
  .width = 64,
  .height = 64,
  .steps = 2,
  .decoder_steps = 2,
  .seed = 1,
};

static CasSession *
open_session (void)
{
  g_autoptr (GError) error = NULL;
  CasSession *session = cas_session_new (&(CasSessionParams) { 0 }, &error);

  g_assert_no_error (error);
  return session;
}

static void
run (CasSession         *session,
     const CasJobParams *params,
     Told               *told)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);

  g_assert_no_error (error);
  cas_session_run (session, job, &callbacks, told, told->cancellable, &error);
  g_assert_no_error (error);
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

/* --- tests --------------------------------------------------------------------------------- */

/* A session serves any jobs one after another, of any size, and each gives what it gives alone. */
static void
test_jobs (void)
{
  g_autoptr (CasSession) session = open_session ();
  g_auto (Told) first = { 0 }, other = { 0 }, again = { 0 };
  CasJobParams wide = small;

  told_init (&first);
  told_init (&other);
  told_init (&again);
  run (session, &small, &first);
  wide.width = 96;
  wide.n_images = 2;
  run (session, &wide, &other);
  run (session, &small, &again);

  g_assert_cmpuint (first.images->len, ==, 1);
  g_assert_cmpuint (other.images->len, ==, 2);
  check_same_image (first.images->pdata[0], again.images->pdata[0]);
  g_assert_cmpuint (first.n_progress[CAS_PHASE_COMPOSING], ==, 3); /* before, and after each */
  g_assert_cmpuint (first.n_progress[CAS_PHASE_SAVING], ==, 1);
}

/* What is ready is not made ready again. */
static void
test_warm (void)
{
  g_autoptr (CasSession) session = open_session ();
  g_auto (Told) first = { 0 }, second = { 0 };

  told_init (&first);
  told_init (&second);
  run (session, &small, &first);
  run (session, &small, &second);
  g_assert_cmpuint (first.n_progress[CAS_PHASE_COMPILING] + first.n_progress[CAS_PHASE_LOADING], >, 0);
  g_assert_cmpuint (second.n_progress[CAS_PHASE_COMPILING], ==, 0);
  g_assert_cmpuint (second.n_progress[CAS_PHASE_LOADING], ==, 0);
}

static void
test_previews (void)
{
  g_autoptr (CasSession) session = open_session ();
  g_auto (Told) without = { 0 }, every = { 0 }, live = { 0 };
  CasJobParams params = small;

  told_init (&without);
  told_init (&every);
  told_init (&live);
  run (session, &params, &without);
  params.previews = CAS_PREVIEW_EVERY_STEP;
  run (session, &params, &every);
  params.previews = CAS_PREVIEW_LIVE;
  run (session, &params, &live);

  g_assert_cmpuint (without.n_previews[CAS_PHASE_COMPOSING], ==, 0);
  g_assert_cmpuint (every.n_previews[CAS_PHASE_COMPOSING], ==, 2);
  g_assert_cmpuint (every.n_previews[CAS_PHASE_DETAILING], ==, 2);
  g_assert_cmpuint (live.n_previews[CAS_PHASE_COMPOSING], <=, 1);
  /* looking changes nothing */
  check_same_image (without.images->pdata[0], every.images->pdata[0]);
  check_same_image (without.images->pdata[0], live.images->pdata[0]);
}

/* In whatever phase a job is cancelled, it ends so, and the next one is as if nothing had been. */
static void
test_cancel (void)
{
  static const CasPhase phases[] = {
    CAS_PHASE_READING, CAS_PHASE_COMPOSING, CAS_PHASE_DETAILING, CAS_PHASE_DECODING,
  };
  g_autoptr (CasSession) session = open_session ();
  g_autoptr (CasJob) job = cas_job_new (&small, NULL);
  g_auto (Told) whole = { 0 }, after = { 0 };

  told_init (&whole);
  told_init (&after);
  run (session, &small, &whole);
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (Told) told = { 0 };

      told_init (&told);
      told.cancellable = g_cancellable_new ();
      told.cancel_at = phases[i];
      g_assert_false (cas_session_run (session, job, &callbacks, &told, told.cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (told.images->len, ==, 0);
    }
  run (session, &small, &after);
  check_same_image (whole.images->pdata[0], after.images->pdata[0]);
}

static gboolean
refuse_picture (const CasPicture *picture,
                gpointer          data,
                GError          **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  return FALSE;
}

static void
test_refused_picture (void)
{
  g_autoptr (CasSession) session = open_session ();
  g_autoptr (CasJob) job = cas_job_new (&small, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (cas_session_run (session, job, &(CasJobCallbacks) { .picture = refuse_picture },
                                   NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* With room for little more than the largest part, parts take turns and the picture is the same. */
static void
test_short_memory (void)
{
  g_auto (Told) plenty = { 0 }, scarce = { 0 };
  CasJobParams params = small;
  guint64 all;

  params.n_images = 2;
  told_init (&plenty);
  told_init (&scarce);
  short_memory.weights_peak = 0;
  {
    g_autoptr (CasSession) session = open_session ();

    run (session, &params, &plenty);
  }

  all = short_memory.weights_peak;
  short_memory.n_refused = 0;
  short_memory.weights_budget = all * 2 / 3;
  {
    g_autoptr (CasSession) session = open_session ();

    run (session, &params, &scarce);
  }
  short_memory.weights_budget = G_MAXUINT64;
  g_assert_cmpuint (short_memory.n_refused, >, 0);
  for (guint i = 0; i < 2; i++)
    check_same_image (plenty.images->pdata[i], scarce.images->pdata[i]);
}

/* A look at the unfinished picture never takes the place of what is drawing it. */
static void
test_preview_in_short_memory (void)
{
  g_auto (Told) plenty = { 0 };
  CasJobParams params = small;
  guint64 all;

  params.previews = CAS_PREVIEW_EVERY_STEP;
  told_init (&plenty);
  short_memory.weights_peak = 0;
  {
    g_autoptr (CasSession) session = open_session ();

    run (session, &params, &plenty);
  }

  all = short_memory.weights_peak;
  short_memory.n_refused = 0;
  for (guint sixths = 4; sixths < 6; sixths++)
    {
      g_autoptr (CasSession) session = open_session ();
      g_auto (Told) scarce = { 0 };

      told_init (&scarce);
      short_memory.weights_budget = all * sixths / 6;
      run (session, &params, &scarce);
      short_memory.weights_budget = G_MAXUINT64;
      check_same_image (plenty.images->pdata[0], scarce.images->pdata[0]);
    }
  g_assert_cmpuint (short_memory.n_refused, >, 0);
}

static void
test_no_memory (void)
{
  g_autoptr (CasSession) session = open_session ();
  g_autoptr (CasJob) job = cas_job_new (&small, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Told) told = { 0 };

  told_init (&told);
  short_memory.weights_budget = 1000;
  g_assert_false (cas_session_run (session, job, &callbacks, &told, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  short_memory.weights_budget = G_MAXUINT64;

  run (session, &small, &told);
  g_assert_cmpuint (told.images->len, ==, 1);
}

static gboolean
can_be_resolved (CasSession *session,
                 guint       width,
                 guint       height,
                 GError    **error)
{
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) { .width = width, .height = height }, NULL);
  CasJobParams params;

  return cas_session_resolve (session, job, &params, error);
}

/* All that a picture needs is put on the device, and nothing is drawn. */
static void
check_prepared (CasSession *session,
                guint       width,
                guint       height)
{
  const CasJobParams params = { .width = width, .height = height };
  g_autoptr (CasJob) job = cas_job_new (&params, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Told) told = { 0 };

  told_init (&told);
  told.cancellable = g_cancellable_new ();
  told.cancel_at = CAS_PHASE_READING;
  g_assert_false (cas_session_run (session, job, &callbacks, &told, told.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The numbers of the refusal's last part: two sizes, or two sides. */
static void
read_named (const char *message,
            guint       numbers[4])
{
  g_autoptr (GRegex) sizes = g_regex_new ("work are (\\d+)×(\\d+) and (\\d+)×(\\d+)\\.$", 0, 0,
                                          NULL);
  g_autoptr (GRegex) sides = g_regex_new ("work are (\\d+) and (\\d+)\\.$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  gboolean is_found = g_regex_match (sizes, message, 0, &match);

  if (!is_found)
    {
      g_clear_pointer (&match, g_match_info_unref);
      is_found = g_regex_match (sides, message, 0, &match);
    }
  g_assert_true (is_found);
  for (gint i = 1; i < g_match_info_get_match_count (match); i++)
    {
      g_autofree char *number = g_match_info_fetch (match, i);

      numbers[i - 1] = g_ascii_strtoull (number, NULL, 10);
    }
}

/* What does not fit is refused, and what is named instead works, while a little more does not. */
static void
test_sizes (void)
{
  const guint64 mib = 1 << 20;
  const struct
  {
    guint64 max_allocation, max_heap;
  } devices[] = {
    { 96 * mib, G_MAXUINT64 }, { G_MAXUINT64, 256 * mib }, { 64 * mib, 256 * mib },
  };
  static const struct
  {
    guint    width, height;
    CasError code;
  } sizes[] = {
    { 65536, 65536, CAS_ERROR_OUT_OF_DEVICE_MEMORY },
    { 32768, 8192, CAS_ERROR_OUT_OF_DEVICE_MEMORY },
    { 3000, 40000, CAS_ERROR_OUT_OF_DEVICE_MEMORY },
    { 4000, 3000, CAS_ERROR_OUT_OF_DEVICE_MEMORY },
    { 100, 256, CAS_ERROR_BAD_PARAMETER },
    { 1000000, 512, CAS_ERROR_BAD_PARAMETER },
    { 256, 65537, CAS_ERROR_BAD_PARAMETER },
    { G_MAXUINT, G_MAXUINT, CAS_ERROR_OUT_OF_DEVICE_MEMORY },
    { 63, 9, CAS_ERROR_BAD_PARAMETER },
  };

  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    {
      short_memory.max_allocation = devices[d].max_allocation;
      short_memory.max_heap = devices[d].max_heap;

      g_autoptr (CasSession) session = open_session ();

      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autoptr (GError) error = NULL;
          guint named[4] = { 0 };

          g_assert_false (can_be_resolved (session, sizes[i].width, sizes[i].height, &error));
          g_test_message ("%s", error->message);
          g_assert_error (error, CAS_ERROR, (gint) sizes[i].code);
          read_named (error->message, named);
          if (named[2] != 0)
            {
              g_assert_true (can_be_resolved (session, named[2], named[3], NULL));
              g_assert_false (can_be_resolved (session, named[0] + 8, named[1] + 8, NULL));
              check_prepared (session, named[0], named[1]);
              check_prepared (session, named[2], named[3]);
            }
        }
    }
  short_memory.max_allocation = short_memory.max_heap = G_MAXUINT64;
}

/* A size is refused before any work: nothing was read, compiled or taken of the device. */
static void
test_refused_size (void)
{
  g_autoptr (CasSession) session = open_session ();
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) { .width = 65536, .height = 65536 }, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Told) told = { 0 };

  told_init (&told);
  short_memory.weights_budget = 0;
  short_memory.n_refused = 0;
  g_assert_false (cas_session_run (session, job, &callbacks, &told, NULL, &error));
  short_memory.weights_budget = G_MAXUINT64;
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_assert_nonnull (strstr (error->message, "65536×65536"));
  g_assert_cmpuint (short_memory.n_refused, ==, 0);
  for (CasPhase phase = 0; phase < CAS_N_PHASES; phase++)
    g_assert_cmpuint (told.n_progress[phase], ==, 0);
}

static void
test_bad_jobs (void)
{
  g_autofree char *long_prompt = g_strnfill (CAS_JOB_MAX_PROMPT + 1, 'a');
  const CasJobParams params[] = {
    { .prompt = long_prompt },
    { .prompt = "\xff" },
    { .negative = long_prompt },
    { .n_images = CAS_JOB_MAX_IMAGES + 1 },
    { .steps = CAS_JOB_MAX_STEPS + 1 },
    { .decoder_steps = G_MAXUINT },
    { .cfg = -1 },
    { .cfg = NAN },
    { .decoder_cfg = INFINITY },
    { .shift = 0.001 },
    { .seed = (guint64) G_MAXINT64 + 1 },
    { .seed = G_MAXINT64, .n_images = 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasJob) job = cas_job_new (&params[i], &error);

      g_test_message ("%u: %s", i, error ? error->message : "taken");
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_null (job);
    }
}

static void
test_job_defaults (void)
{
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) { 0 }, NULL);
  g_autoptr (CasJob) zero = cas_job_new (&(CasJobParams) { .has_seed = TRUE }, NULL);
  const CasJobParams *params = cas_job_get_params (job);

  g_assert_cmpstr (params->prompt, ==, "");
  g_assert_cmpuint (params->n_images, ==, 1);
  g_assert_cmpuint (params->seed, <=, G_MAXUINT32);
  g_assert_cmpuint (cas_job_get_params (zero)->seed, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/bad-jobs", test_bad_jobs);
  g_test_add_func ("/session/job-defaults", test_job_defaults);
  g_test_add_func ("/session/jobs", test_jobs);
  g_test_add_func ("/session/warm", test_warm);
  g_test_add_func ("/session/previews", test_previews);
  g_test_add_func ("/session/cancel", test_cancel);
  g_test_add_func ("/session/refused-picture", test_refused_picture);
  g_test_add_func ("/session/short-memory", test_short_memory);
  g_test_add_func ("/session/preview-in-short-memory", test_preview_in_short_memory);
  g_test_add_func ("/session/no-memory", test_no_memory);
  g_test_add_func ("/session/sizes", test_sizes);
  g_test_add_func ("/session/refused-size", test_refused_size);
  return g_test_run ();
}
