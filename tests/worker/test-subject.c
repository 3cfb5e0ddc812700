/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real weir-worker is asked what a picture is of: it says what a session in process does, and
 * nothing of it is waited for in vain. */

#include <signal.h>
#include <string.h>

#include "support/model.h"
#include "worker/client.h"

#define WIDTH  251
#define HEIGHT 200

typedef struct
{
  GBytes  *mask;
  GError  *error;
  gboolean is_done;
} Answer;

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->mask, g_bytes_unref);
  g_clear_error (&self->error);
  self->is_done = FALSE;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
on_found (GObject      *worker,
          GAsyncResult *result,
          gpointer      data)
{
  Answer *answer = data;

  answer->mask = cas_worker_find_subject_finish (CAS_WORKER (worker), result, &answer->error);
  answer->is_done = TRUE;
}

/* Something bright in the dark. */
static CasImage *
draw (void)
{
  CasImage *image = cas_image_new (WIDTH, HEIGHT, NULL);
  guint8 *p = cas_image_get_pixels (image);

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++, p += 3)
      memset (p, (x - 150) * (x - 150) + (y - 90) * (y - 90) < 60 * 60 ? 240 : 20, 3);
  return image;
}

typedef struct
{
  char     *folder; /* of a model that has the network */
  CasImage *image;
  Client    client;
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->folder = test_model_link_demo (NULL);
  test_model_add_saliency (f->folder);
  f->image = draw ();
  client_init (&f->client, &(CasWorkerParams) { .model = f->folder });
  cas_worker_start (f->client.worker);
  client_wait (cas_worker_get_state (f->client.worker) == CAS_WORKER_READY);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  client_clear (&f->client);
  cas_image_unref (f->image);
  test_model_free (f->folder);
}

static void
ask (Fixture      *f,
     GCancellable *cancellable,
     Answer       *answer)
{
  answer_clear (answer);
  cas_worker_find_subject_async (f->client.worker, f->image, 0, cancellable, on_found, answer);
}

static void
check_answer (Answer *answer)
{
  client_wait (answer->is_done);
  g_assert_no_error (answer->error);
  g_assert_cmpuint (g_bytes_get_size (answer->mask), ==, WIDTH * HEIGHT);
}

static void
hold (Fixture *f)
{
  kill (cas_worker_get_pid (f->client.worker), SIGSTOP);
}

static void
test_same (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSession) session
    = cas_session_new (&(CasSessionParams) { .model = f->folder }, &error);
  g_autoptr (GBytes) mask = cas_session_find_subject (session, f->image, 0, NULL, &error);
  g_auto (Answer) answer = { 0 };
  const guint8 *bytes = mask ? g_bytes_get_data (mask, NULL) : NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (bytes[90 * WIDTH + 150], ==, 255);
  g_assert_cmpuint (bytes[0], ==, 0);
  for (guint i = 0; i < 2; i++) /* the second in a process that gave its memory up */
    {
      ask (f, NULL, &answer);
      check_answer (&answer);
      g_assert_true (g_bytes_equal (answer.mask, mask));
      cas_worker_release (f->client.worker);
    }
}

/* After the job that runs, whose pictures are the same with it and without. */
static void
test_beside_job (Fixture      *f,
                 gconstpointer data)
{
  g_auto (Answer) first = { 0 }, second = { 0 };

  client_start (&f->client, &client_small);
  ask (f, NULL, &first);
  ask (f, NULL, &second);
  client_wait (f->client.is_done);
  g_assert_no_error (f->client.error);
  check_answer (&first);
  check_answer (&second);
  g_assert_true (g_bytes_equal (first.mask, second.mask));
}

static void
test_refused (Fixture      *f,
              gconstpointer data)
{
  static const struct
  {
    double      threshold;
    const char *sentence;
  } rows[] = { { 7, "0.01 to 0.99" }, { 0.01, "Everything in the picture stands out" } };
  g_auto (Client) demo = { 0 };
  g_auto (Answer) answer = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      answer_clear (&answer);
      cas_worker_find_subject_async (f->client.worker, f->image, rows[i].threshold, NULL, on_found,
                                     &answer);
      client_wait (answer.is_done);
      g_assert_error (answer.error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_nonnull (strstr (answer.error->message, rows[i].sentence));
    }
  client_init (&demo, &(CasWorkerParams) { 0 });
  answer_clear (&answer);
  cas_worker_find_subject_async (demo.worker, f->image, 0, NULL, on_found, &answer);
  client_wait (answer.is_done);
  g_assert_error (answer.error, CAS_ERROR, CAS_ERROR_WORKER_DIED); /* it was not started */

  answer_clear (&answer);
  cas_worker_start (demo.worker);
  client_wait (cas_worker_get_state (demo.worker) == CAS_WORKER_READY);
  cas_worker_find_subject_async (demo.worker, f->image, 0, NULL, on_found, &answer);
  client_wait (answer.is_done);
  g_assert_error (answer.error, CAS_ERROR, CAS_ERROR_MISSING_MODEL);
  g_assert_nonnull (strstr (answer.error->message, "The model has no saliency network"));
}

/* The answer is there though the process cannot give one, and the next question is answered. */
static void
test_cancelled (Fixture      *f,
                gconstpointer data)
{
  const GPid pid = cas_worker_get_pid (f->client.worker);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 }, next = { 0 };

  hold (f);
  ask (f, cancellable, &answer);
  ask (f, NULL, &next);
  for (guint i = 0; i < 100; i++) /* so that it is under way */
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_cancellable_cancel (cancellable);
  client_wait (answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kill (pid, SIGCONT);
  check_answer (&next);
  ask (f, cancellable, &answer); /* before it begins */
  client_wait (answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (cas_worker_get_pid (f->client.worker), ==, pid);
  g_assert_cmpuint (f->client.n_deaths, ==, 0);
}

static void
test_killed (Fixture      *f,
             gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  hold (f);
  ask (f, NULL, &answer);
  kill (cas_worker_get_pid (f->client.worker), SIGKILL);
  client_wait (answer.is_done);
  g_assert_error (answer.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);
  client_wait (f->client.n_deaths == 1 && cas_worker_get_state (f->client.worker) == CAS_WORKER_READY);
  ask (f, NULL, &answer);
  check_answer (&answer);
}

static void
test_stopped (Fixture      *f,
              gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  hold (f);
  ask (f, NULL, &answer);
  cas_worker_stop (f->client.worker);
  client_wait (answer.is_done);
  g_assert_error (answer.error, CAS_ERROR, CAS_ERROR_WORKER_DIED);
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
    { "/worker/subject/same", test_same },
    { "/worker/subject/beside-job", test_beside_job },
    { "/worker/subject/refused", test_refused },
    { "/worker/subject/cancelled", test_cancelled },
    { "/worker/subject/killed", test_killed },
    { "/worker/subject/stopped", test_stopped },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
