/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real weir-worker with the demo model: the same pictures as in process, and no other ones when
 * it is killed, hangs, or is told to stop. */

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "worker/client.h"

static const char *self_path;

/* --- the same in process -------------------------------------------------------------------- */

static gboolean
on_picture (const CasPicture *picture,
            gpointer          pngs,
            GError          **error)
{
  g_ptr_array_add (pngs, client_make_png (picture->image, picture->metadata));
  return TRUE;
}

static CasSession  *session;
static GPtrArray   *reference; /* the pictures of the job that was asked for last */
static CasJobParams reference_params;

static void
make_reference (const CasJobParams *params)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);

  if (reference && memcmp (params, &reference_params, sizeof *params) == 0)
    return;
  if (!session)
    session = cas_session_new (&(CasSessionParams) { 0 }, &error);
  g_assert_no_error (error);
  g_clear_pointer (&reference, g_ptr_array_unref);
  reference = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  memcpy (&reference_params, params, sizeof *params);
  cas_session_run (session, job, &(CasJobCallbacks) { .picture = on_picture }, reference, NULL,
                   &error);
  g_assert_no_error (error);
}

static void
check_pictures (Client             *client,
                const CasJobParams *params)
{
  make_reference (params);
  g_assert_no_error (client->error);
  g_assert_cmpuint (client->pngs->len, ==, reference->len);
  for (guint i = 0; i < reference->len; i++)
    g_assert_true (g_bytes_equal (client->pngs->pdata[i], reference->pdata[i]));
}

/* --- pictures ------------------------------------------------------------------------------- */

static void
test_same_bytes (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.n_images = 3;
  params.previews = CAS_PREVIEW_EVERY_STEP;
  client_init (&client, &(CasWorkerParams) { 0 });
  g_assert_null (cas_worker_peek_info (client.worker));

  const gint64 start_us = g_get_monotonic_time ();

  client_run (&client, &params);

  const double seconds = (g_get_monotonic_time () - start_us) / 1e6;

  check_pictures (&client, &params);
  /* never more than four a second, but for the progress that goes ahead of what has to arrive */
  g_assert_cmpfloat (client.n_previews, <=, 4 * seconds + 1);
  g_assert_cmpfloat (client.n_progress, <=, 4 * seconds + 1 + params.n_images + client.n_notices);

  g_assert_cmpfloat (client.fraction, ==, 1);
  g_assert_cmpuint (client.n_deaths, ==, 0);
  g_assert_cmpstr (client.states->str, ==, "starting busy ready ");

  const CasWorkerInfo *info = cas_worker_peek_info (client.worker);

  g_assert_cmpstr (info->device, ==, cas_session_get_device_name (session));
  g_assert_cmpstr (info->model, ==, cas_session_get_model_name (session));
  g_assert_cmpuint (info->width, >, 0);
  g_assert_cmpuint (info->steps, >, 0);
  g_assert_cmpfloat (info->cfg, >, 0);
  g_assert_cmpuint (info->memory_bytes, >, 0);
}

/* Pictures that steer cross, and what comes of them. */
static void
test_steered (void)
{
  g_auto (Client) client = { 0 };
  g_autoptr (CasImage) image = cas_image_new (64, 64, NULL), mask = cas_image_new (64, 64, NULL);
  CasJobParams params = client_small;
  CasJobControl control = { .kind = CAS_CONTROL_CANNY, .image = image };

  for (guint i = 0; i < 3 * 64 * 64; i++)
    cas_image_get_pixels (image)[i] = (guint8) (i * i / 97);
  memset (cas_image_get_pixels (mask), 255, 3 * 64 * 32);
  params.init = image;
  params.mask = mask;
  params.controls = &control;
  params.n_controls = 1;
  client_init (&client, &(CasWorkerParams) { 0 });
  client_run (&client, &params);
  check_pictures (&client, &params);
  g_assert_cmpuint (client.n_controls, ==, 2); /* one for the mask */
}

static void
test_refused_picture (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.n_images = 2;
  client_init (&client, &(CasWorkerParams) { 0 });
  client.refuses = TRUE;
  client_run (&client, &params);
  g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpstr (client.error->message, ==, "The disk is full.");
  g_assert_cmpuint (client.pngs->len, ==, 1);

  client.refuses = FALSE;
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
  g_assert_cmpuint (client.n_deaths, ==, 0);
}

/* The process dies before it could say that the job is over: the refusal stands. */
static void
test_refused_last_picture (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  client.refuses = client.kills = TRUE;
  client_run (&client, &client_small);
  g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (client.n_deaths, ==, 1);
}

static void
test_refused_job (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.width = 65;
  client_init (&client, &(CasWorkerParams) { 0 });
  client_run (&client, &params);
  g_assert_error (client.error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_assert_nonnull (strstr (client.error->message, "65"));
  g_assert_null (strstr (client.error->message, "GDBus"));
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
}

static void
test_one_at_a_time (void)
{
  g_auto (Client) client = { 0 };
  Client second = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  client_init (&second, &(CasWorkerParams) { 0 });
  g_set_object (&second.worker, client.worker);
  client_start (&client, &client_small);
  client_start (&second, &client_small);
  client_wait (second.is_done);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_PENDING);
  client_wait (client.is_done);
  check_pictures (&client, &client_small);
  client_clear (&second);
}

static void
test_released (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  for (guint i = 0; i < 2; i++)
    {
      client_run (&client, &client_small);
      check_pictures (&client, &client_small);
      cas_worker_release (client.worker);
    }
  g_assert_cmpuint (client.n_deaths, ==, 0);
}

/* --- cancelling ----------------------------------------------------------------------------- */

static void
cancel (Client *client)
{
  g_cancellable_cancel (client->cancellable);
}

static void
test_cancel (void)
{
  static const CasPhase phases[] = { CAS_PHASE_LOADING, CAS_PHASE_COMPOSING, CAS_PHASE_DETAILING };
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.n_images = 1000;
  client_init (&client, &(CasWorkerParams) { 0 });
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      client.act_at = phases[i];
      client.act = cancel;
      client_run (&client, &params);
      g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  /* the next may come before the last has stopped */
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
  g_assert_cmpuint (client.n_deaths, ==, 0);
}

static void
test_cancel_before (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  client_start (&client, &client_small);
  cancel (&client);
  client_wait (client.is_done);
  g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
}

static void
stop_and_cancel (Client *client)
{
  kill (cas_worker_get_pid (client->worker), SIGSTOP);
  cancel (client);
}

/* One that does not answer is ended, which is no death. */
static void
test_cancel_hung (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.n_images = 1000;
  client_init (&client, &(CasWorkerParams) { 0 });
  client.act_at = CAS_PHASE_COMPOSING;
  client.act = stop_and_cancel;
  client_run (&client, &params);
  g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
  g_assert_cmpuint (client.n_deaths, ==, 0);
}

/* --- dying ---------------------------------------------------------------------------------- */

static void
kill_it (Client *client)
{
  kill (cas_worker_get_pid (client->worker), SIGKILL);
}

static void
test_killed (void)
{
  static const CasPhase phases[] = { CAS_PHASE_COMPOSING, CAS_PHASE_DETAILING, CAS_PHASE_SAVING };
  CasJobParams params = client_small;

  params.n_images = 2;
  params.steps = 10;
  params.decoder_steps = 10;
  params.previews = CAS_PREVIEW_EVERY_STEP;
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_auto (Client) client = { 0 };

      client_init (&client, &(CasWorkerParams) { 0 });
      client.act_at = phases[i];
      client.act = kill_it;
      client_run (&client, &params);
      check_pictures (&client, &params);
      g_assert_cmpuint (client.n_deaths, ==, 1);
      g_assert_cmpstr (client.states->str, ==, "starting busy restarting busy ready ");

      g_autofree char *details = cas_worker_dup_details (client.worker);

      g_assert_true (g_str_has_prefix (details, "The engine was ended by signal 9"));
      g_assert_nonnull (strstr (details, "Model “")); /* of its log */
    }
}

/* Steps that take a second or more, which are behind it when it is killed, are not made again. */
static void
test_goes_on (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.steps = 150;
  params.decoder_steps = 100;
  client_init (&client, &(CasWorkerParams) { 0 });
  client.act_at = CAS_PHASE_DETAILING;
  client.act = kill_it;
  client_run (&client, &params);
  check_pictures (&client, &params);
  g_assert_cmpuint (client.n_deaths, ==, 1);
  g_assert_cmpuint (client.least_step, >, params.steps / 2); /* the very last may be lost */
}

/* --- a device that is lost ------------------------------------------------------------------ */

#define LOSSY_STEPS 4 /* of either stage */

static void
lose_at (const char *folder,
         guint       number)
{
  g_autofree char *lose_at = g_build_filename (folder, "lose-at", NULL);
  g_autofree char *checkpoints = g_build_filename (folder, "checkpoints", NULL);
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autofree char *made = NULL;
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;
  gsize n_made;

  params.n_images = 2;
  params.steps = params.decoder_steps = LOSSY_STEPS;
  g_unlink (checkpoints);
  g_assert_true (g_file_set_contents (lose_at, text, -1, NULL));
  client_init (&client, &(CasWorkerParams) { .program = g_getenv ("WEIR_WORKER_LOSSY") });
  client_run (&client, &params);
  check_pictures (&client, &params);
  g_assert_cmpuint (client.n_deaths, ==, 1);

  g_autofree char *details = cas_worker_dup_details (client.worker);

  g_assert_true (g_str_has_prefix (details, "The engine lost the graphics device.\n"));
  /* one for each step and each picture: no step was made twice */
  g_assert_true (g_file_get_contents (checkpoints, &made, &n_made, NULL));
  if (n_made != 2 * (2 * LOSSY_STEPS + 1))
    g_error ("lost at checkpoint %u: %zu steps and pictures were made", number, n_made);
  g_unlink (checkpoints);
}

/* In either stage of either picture the job goes on after its very last step. */
static void
test_lost (void)
{
  static const guint numbers[] = { 1, 3, LOSSY_STEPS, LOSSY_STEPS + 2, 2 * LOSSY_STEPS,
                                   2 * LOSSY_STEPS + 1, 2 * LOSSY_STEPS + 3, 3 * LOSSY_STEPS + 2 };
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);

  g_setenv ("WEIR_LOSSY", folder, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    lose_at (folder, numbers[i]);
  g_rmdir (folder);
}

/* --- one that hangs, and one that dies again ------------------------------------------------ */

static void
halt_it (Client *client)
{
  kill (cas_worker_get_pid (client->worker), SIGSTOP);
}

static void
test_hung (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { .silence_ms = 3000 });
  client.act_at = CAS_PHASE_COMPOSING;
  client.act = halt_it;
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
  g_assert_cmpuint (client.n_deaths, >=, 1); /* more on a computer that is too busy to answer */

  g_autofree char *details = cas_worker_dup_details (client.worker);

  g_assert_true (g_str_has_prefix (details, "The engine did not answer for 3 seconds"));
}

static void
kill_at_state (CasWorker  *worker,
               GParamSpec *spec,
               gpointer    data)
{
  const CasWorkerState wanted = GPOINTER_TO_UINT (data);

  if (cas_worker_get_state (worker) == wanted)
    kill (cas_worker_get_pid (worker), SIGKILL);
}

static void
test_keeps_dying (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  const gulong handler = g_signal_connect (client.worker, "notify::state",
                                           G_CALLBACK (kill_at_state),
                                           GUINT_TO_POINTER (CAS_WORKER_READY));
  cas_worker_start (client.worker);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_FAILED);
  g_assert_cmpuint (client.n_deaths, ==, 3);
  g_assert_error (cas_worker_peek_error (client.worker), CAS_ERROR, CAS_ERROR_WORKER_DIED);
  g_assert_cmpint (cas_worker_get_pid (client.worker), ==, 0);
  client_run (&client, &client_small);
  g_assert_error (client.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);

  g_signal_handler_disconnect (client.worker, handler);
  cas_worker_restart (client.worker);
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
  g_assert_null (cas_worker_peek_error (client.worker));
}

/* A job at whose first step it always dies is not tried a third time, and the next job is. */
static void
test_deadly_job (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  const gulong handler = g_signal_connect (client.worker, "notify::state",
                                           G_CALLBACK (kill_at_state),
                                           GUINT_TO_POINTER (CAS_WORKER_BUSY));
  client_run (&client, &client_small);
  g_signal_handler_disconnect (client.worker, handler);
  g_assert_error (client.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);
  g_assert_cmpuint (client.n_deaths, ==, 2);
  client_run (&client, &client_small);
  check_pictures (&client, &client_small);
}

/* --- what cannot be opened ------------------------------------------------------------------ */

static void
on_devices (GObject      *worker,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (GPtrArray) devices = cas_worker_list_devices_finish (CAS_WORKER (worker), result,
                                                                  &error);
  g_autoptr (GPtrArray) own = cas_device_list (&other_error);

  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, ==, own->len);
  for (guint i = 0; i < own->len; i++)
    {
      const CasDevice *a = devices->pdata[i], *b = own->pdata[i];

      g_assert_cmpstr (a->name, ==, b->name);
      g_assert_cmpstr (a->driver, ==, b->driver);
      g_assert_cmpint (a->kind, ==, b->kind);
      g_assert_cmpuint (a->memory_bytes, ==, b->memory_bytes);
      g_assert_cmpuint (a->vulkan_minor, ==, b->vulkan_minor);
      g_assert_cmpint (a->is_default, ==, b->is_default);
      g_assert_cmpstr (a->unusable, ==, b->unusable);
      g_assert_cmpuint (a->kernels->len, ==, b->kernels->len);
      g_assert_cmpstr (((CasDeviceKernels *) a->kernels->pdata[0])->name, ==,
                       ((CasDeviceKernels *) b->kernels->pdata[0])->name);
    }
  *(gboolean *) data = TRUE;
}

static void
test_no_model (void)
{
  g_auto (Client) client = { 0 };
  gboolean is_listed = FALSE;

  client_init (&client, &(CasWorkerParams) { .model = "/nowhere/\xff" });
  client_run (&client, &client_small);
  g_assert_error (client.error, CAS_ERROR, CAS_ERROR_MISSING_MODEL);
  g_assert_cmpint (cas_worker_get_state (client.worker), ==, CAS_WORKER_FAILED);
  g_assert_error (cas_worker_peek_error (client.worker), CAS_ERROR, CAS_ERROR_MISSING_MODEL);
  g_assert_cmpuint (client.n_deaths, ==, 0);

  cas_worker_list_devices_async (client.worker, NULL, on_devices, &is_listed);
  client_wait (is_listed);
}

static void
test_no_program (void)
{
  g_auto (Client) client = { 0 };

  client_init (&client, &(CasWorkerParams) { .program = "/nowhere/weir-worker" });
  client_run (&client, &client_small);
  g_assert_error (client.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);
  g_assert_nonnull (strstr (client.error->message, "/nowhere/weir-worker"));
  g_assert_cmpint (cas_worker_get_state (client.worker), ==, CAS_WORKER_FAILED);
}

typedef struct
{
  gboolean     is_done;
  CasJobParams params;
  CasSizeAdvice advice;
  GError      *error;
} Answer;

static void
on_resolved (GObject      *worker,
             GAsyncResult *result,
             gpointer      data)
{
  Answer *answer = data;

  cas_worker_resolve_finish (CAS_WORKER (worker), result, &answer->params, &answer->advice,
                             &answer->error);
  answer->is_done = TRUE;
}

static void
test_resolve (void)
{
  g_auto (Client) client = { 0 };
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) { .prompt = "a fox", .cfg = 2.5 }, NULL);
  g_autoptr (CasJob) large = cas_job_new (&(CasJobParams) { .width = 4, .height = 64 }, NULL);
  Answer answer = { 0 }, large_answer = { 0 };

  client_init (&client, &(CasWorkerParams) { 0 });
  cas_worker_start (client.worker);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_READY);
  cas_worker_resolve_async (client.worker, job, NULL, on_resolved, &answer);
  cas_worker_resolve_async (client.worker, large, NULL, on_resolved, &large_answer);
  client_wait (answer.is_done && large_answer.is_done);

  const CasWorkerInfo *info = cas_worker_peek_info (client.worker);

  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.params.width, ==, info->width);
  g_assert_cmpuint (answer.params.decoder_steps, ==, info->decoder_steps);
  g_assert_cmpfloat (answer.params.cfg, ==, 2.5);
  g_assert_cmpstr (answer.params.prompt, ==, "a fox");
  g_assert_error (large_answer.error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_clear_error (&large_answer.error);
}

/* What the session says in process, and no pixel crosses for it: those of a picture that is to be
 * doubled, or too large to be. */
static void
test_resolve_pictures (void)
{
  g_auto (Client) client = { 0 };
  g_autoptr (CasImage) small = cas_image_new (200, 104, NULL), huge = cas_image_new (8192, 8192, NULL);
  CasImage *const images[] = { small, huge };

  client_init (&client, &(CasWorkerParams) { 0 });
  cas_worker_start (client.worker);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_READY);
  make_reference (&client_small);
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      const CasJobControl control = {
        .kind = CAS_CONTROL_SUPER_RESOLUTION, .image = images[i], .is_small = TRUE,
      };
      g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
        .controls = &control, .n_controls = 1, .init = images[i], .has_seed = TRUE,
      }, NULL);
      g_autoptr (GError) error = NULL;
      CasJobParams params;
      CasSizeAdvice advice;
      Answer answer = { 0 };
      const gboolean fits = cas_session_advise (session, job, &params, &advice, &error);

      cas_worker_resolve_async (client.worker, job, NULL, on_resolved, &answer);
      client_wait (answer.is_done);
      g_assert_cmpint (fits, ==, images[i] == small);
      g_assert_cmpint (answer.error == NULL, ==, fits);
      g_assert_cmpmem (&advice, sizeof advice, &answer.advice, sizeof advice);
      if (fits)
        {
          g_assert_true (answer.params.is_doubled);
          g_assert_true (answer.params.init == small);
          g_assert_cmpuint (answer.params.width, ==, params.width);
          g_assert_cmpuint (answer.params.height, ==, params.height);
          g_assert_cmpfloat (answer.params.strength, ==, params.strength);
        }
      else
        g_assert_cmpint (answer.error->code, ==, error->code);
      g_clear_error (&answer.error);
    }
}

/* The sizes that work instead come in numbers: those of the sentence. */
static void
test_resolve_too_large (void)
{
  g_auto (Client) client = { 0 };
  g_autoptr (CasJob) job
    = cas_job_new (&(CasJobParams) { .width = 65536, .height = 65536 }, NULL);
  Answer answer = { 0 };
  g_autofree char *named = NULL;

  client_init (&client, &(CasWorkerParams) { 0 });
  cas_worker_start (client.worker);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_READY);
  cas_worker_resolve_async (client.worker, job, NULL, on_resolved, &answer);
  client_wait (answer.is_done);
  g_assert_error (answer.error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_assert_cmpuint (answer.advice.n_sizes, ==, 2);
  named = g_strdup_printf ("%u×%u and %u×%u", answer.advice.sizes[0][0], answer.advice.sizes[0][1],
                           answer.advice.sizes[1][0], answer.advice.sizes[1][1]);
  g_assert_nonnull (strstr (answer.error->message, named));
  g_assert_cmpuint (answer.advice.needed_bytes, >=, answer.advice.available_bytes);
  g_clear_error (&answer.error);
}

/* --- what is left behind -------------------------------------------------------------------- */

static void
test_manners (void)
{
  g_auto (Client) client = { 0 };
  g_autofree char *path = NULL, *score = NULL;

  client_init (&client, &(CasWorkerParams) { 0 });
  cas_worker_start (client.worker);
  client_wait (cas_worker_get_state (client.worker) == CAS_WORKER_READY);

  const GPid pid = cas_worker_get_pid (client.worker);

  g_assert_cmpint (getpriority (PRIO_PROCESS, (id_t) pid), ==,
                   MIN (getpriority (PRIO_PROCESS, 0) + 5, 19));
  path = g_strdup_printf ("/proc/%d/oom_score_adj", pid);
  g_assert_true (g_file_get_contents (path, &score, NULL, NULL));
  g_assert_cmpint (atoi (score), ==, 500);
}

static void
test_stopped (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.n_images = 1000;
  client_init (&client, &(CasWorkerParams) { 0 });
  client_start (&client, &params);
  client_wait (client.n_progress > 0);

  const GPid pid = cas_worker_get_pid (client.worker);

  cas_worker_stop (client.worker);
  client_wait (client.is_done);
  g_assert_error (client.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (cas_worker_get_state (client.worker), ==, CAS_WORKER_STOPPED);
  client_wait_for_end (pid);
}

static void
test_disposed (void)
{
  g_auto (Client) client = { 0 };
  CasJobParams params = client_small;

  params.n_images = 1000;
  client_init (&client, &(CasWorkerParams) { 0 });
  client_start (&client, &params);
  client_wait (client.n_progress > 0);

  const GPid pid = cas_worker_get_pid (client.worker);

  g_object_run_dispose (G_OBJECT (client.worker));
  client_wait (client.is_done);
  client_wait_for_end (pid);
}

/* In a process of its own: says which its worker is, and works until it is killed. */
static int
be_window (void)
{
  Client client;
  CasJobParams params = client_small;

  params.n_images = 10000;
  client_init (&client, &(CasWorkerParams) { 0 });
  client_start (&client, &params);
  client_wait (client.n_progress > 0);
  printf ("%d\n", (int) cas_worker_get_pid (client.worker));
  fflush (stdout);
  client_wait (client.is_done);
  return EXIT_FAILURE;
}

static void
test_window_killed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) window = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                                     self_path, "--window", NULL);

  g_assert_no_error (error);
  g_autoptr (GDataInputStream) output
    = g_data_input_stream_new (g_subprocess_get_stdout_pipe (window));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);

  g_assert_no_error (error);
  const GPid pid = (GPid) atoi (line);

  g_assert_cmpint (kill (pid, 0), ==, 0);
  g_subprocess_force_exit (window);
  client_wait_for_end (pid);
}

int
main (int    argc,
      char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--window") == 0)
    return be_window ();

  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/same-bytes", test_same_bytes);
  g_test_add_func ("/worker/steered", test_steered);
  g_test_add_func ("/worker/refused-picture", test_refused_picture);
  g_test_add_func ("/worker/refused-last-picture", test_refused_last_picture);
  g_test_add_func ("/worker/refused-job", test_refused_job);
  g_test_add_func ("/worker/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/worker/released", test_released);
  g_test_add_func ("/worker/cancel", test_cancel);
  g_test_add_func ("/worker/cancel-before", test_cancel_before);
  g_test_add_func ("/worker/cancel-hung", test_cancel_hung);
  g_test_add_func ("/worker/killed", test_killed);
  g_test_add_func ("/worker/goes-on", test_goes_on);
  g_test_add_func ("/worker/lost", test_lost);
  g_test_add_func ("/worker/hung", test_hung);
  g_test_add_func ("/worker/keeps-dying", test_keeps_dying);
  g_test_add_func ("/worker/deadly-job", test_deadly_job);
  g_test_add_func ("/worker/no-model", test_no_model);
  g_test_add_func ("/worker/no-program", test_no_program);
  g_test_add_func ("/worker/resolve", test_resolve);
  g_test_add_func ("/worker/resolve-pictures", test_resolve_pictures);
  g_test_add_func ("/worker/resolve-too-large", test_resolve_too_large);
  g_test_add_func ("/worker/manners", test_manners);
  g_test_add_func ("/worker/stopped", test_stopped);
  g_test_add_func ("/worker/disposed", test_disposed);
  g_test_add_func ("/worker/window-killed", test_window_killed);

  const int result = g_test_run ();

  g_clear_pointer (&reference, g_ptr_array_unref);
  cas_session_free (session);
  return result;
}
