/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs from the prompt to the candidates, with a worker that follows a script. */

#include "support/test-window.h"

#include <string.h>

#include <glib/gstdio.h>

#include "support/layout.h"
#include "support/watch.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */

typedef struct
{
  WeirWindow *window;
  WeirQueue  *queue;
  GtkWidget  *prompt;
} Fixture;

static gboolean
is_ready (gpointer data)
{
  WeirApplication *app = ((Fixture *) data)->window->app;

  return cas_worker_get_state (weir_application_get_worker (app)) == CAS_WORKER_READY;
}

/* The engine brings its model's size with it, and what is to be said of the device. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *mark = g_build_filename (g_get_user_cache_dir (), "failed-once", NULL);

  g_unlink (mark); /* what the worker left if a run was broken off */
  fixture->window = weir_test_open ();
  fixture->queue = weir_application_get_queue (fixture->window->app);
  fixture->prompt = weir_test_find (GTK_WIDGET (fixture->window), "prompt_view");
  weir_test_wait (is_ready, fixture, PATIENCE, "the engine");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  weir_test_close (fixture->window);
}

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (((Fixture *) data)->queue);
}

static gboolean
is_at_second_step (gpointer data)
{
  WeirJob *job = weir_queue_get_running (((Fixture *) data)->queue);

  return job && weir_job_get_progress (job)->step == 2;
}

static guint
count_candidates (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->window->staging));
}

static WeirJob *
peek_job (Fixture *fixture,
          guint    position)
{
  g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), position);

  g_assert_nonnull (job);
  return job;
}

/* Types a prompt in place of the one before and asks for it. */
static void
ask (Fixture    *fixture,
     const char *prompt)
{
  if (!weir_test_has_input ())
    {
      g_object_set (fixture->window->params, "prompt", prompt, NULL);
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "generate", NULL);
      return;
    }
  gtk_widget_grab_focus (fixture->prompt);
  weir_test_key (fixture->prompt, "ctrl+a");
  weir_test_type (fixture->prompt, prompt);
  weir_test_key (fixture->prompt, "ctrl+Return");
}

static void
several (Fixture       *fixture,
         gconstpointer  data)
{
  GtkWidget *canvas = GTK_WIDGET (fixture->window->canvas);
  WeirPicture *second;

  g_object_set (fixture->window->params, "count", 3u, NULL);
  ask (fixture, "a grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpuint (count_candidates (fixture), ==, 3);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "candidates");

  gtk_widget_grab_focus (canvas);
  weir_test_key (canvas, "Right");
  second = weir_window_get_shown (fixture->window);
  g_assert_cmpuint (weir_picture_get_metadata (second)->seed, ==,
                    cas_job_get_params (weir_job_get_job (peek_job (fixture, 0)))->seed + 1);
  weir_test_key (canvas, "Delete");
  g_assert_cmpuint (count_candidates (fixture), ==, 2);
  weir_test_key (canvas, "Return");
  g_assert_cmpuint (count_candidates (fixture), ==, 0);
  g_assert_nonnull (weir_document_get_picture (fixture->window->document));
  weir_test_key (canvas, "ctrl+z");
  g_assert_null (weir_document_get_picture (fixture->window->document));
  g_assert_cmpuint (count_candidates (fixture), ==, 2);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (fixture->window->staging_bar)));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "candidates-back");
  /* they do not lie over what is undone besides */
  weir_test_key (canvas, "ctrl+z");
  g_assert_cmpuint (count_candidates (fixture), ==, 2);
  g_assert_cmpuint (weir_staging_get_selected (fixture->window->staging), ==,
                    GTK_INVALID_LIST_POSITION);
  weir_test_key (canvas, "ctrl+shift+z");
  g_assert_cmpuint (count_candidates (fixture), ==, 2);
  weir_test_key (canvas, "ctrl+shift+z");
  g_assert_nonnull (weir_document_get_picture (fixture->window->document));
  g_assert_cmpuint (count_candidates (fixture), ==, 0);
}

/* The smallest window has room for what is shown while there is work, and results wait. */
static void
small_while_busy (Fixture       *fixture,
                  gconstpointer  data)
{
  g_object_set (fixture->window->params, "count", 2u, NULL);
  ask (fixture, "a grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_staging_keep (fixture->window->staging);
  ask (fixture, "a grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the second job's end");
  ask (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  weir_staging_set_selected (fixture->window->staging, 0);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 600);
  weir_test_settle (GTK_WIDGET (fixture->window));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 480, 480);
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "narrow-busy");
  weir_test_assert_fits (GTK_WINDOW (fixture->window), 480, 480);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "cancel-all", NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
}

/* Who types takes back what was typed. */
static void
undo_in_prompt (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *prompt = NULL;

  ask (fixture, "a grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  gtk_widget_grab_focus (GTK_WIDGET (fixture->window->canvas));
  weir_test_key (GTK_WIDGET (fixture->window->canvas), "Return");
  gtk_widget_grab_focus (fixture->prompt);
  weir_test_type (fixture->prompt, "x");
  weir_test_key (fixture->prompt, "ctrl+z");
  g_object_get (fixture->window->params, "prompt", &prompt, NULL);
  g_assert_null (strchr (prompt, 'x'));
  g_assert_nonnull (weir_document_get_picture (fixture->window->document));
}

/* Pictures of the size that models are made for: what is done with their pixels is not done in the main loop. */
static void
large (Fixture       *fixture,
       gconstpointer  data)
{
  WeirTestWatch *watch = weir_test_watch_new (GTK_WIDGET (fixture->window));

  g_object_set (fixture->window->params, "width", 1024u, "height", 1024u, "count", 2u, NULL);
  ask (fixture, "a large grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_watch_report (watch);
  g_assert_cmpuint (count_candidates (fixture), ==, 2);
  g_assert_cmpuint (
    cas_image_get_width (weir_picture_get_image (weir_window_get_shown (fixture->window))), ==, 1024);
}

/* Submitted while busy: waits, keeps what it was submitted with, and can be put first. */
static void
queue (Fixture       *fixture,
       gconstpointer  data)
{
  ask (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the first job's second step");
  ask (fixture, "one");
  ask (fixture, "two");
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 2);
  g_assert_cmpstr (cas_job_get_params (weir_job_get_job (peek_job (fixture, 1)))->prompt, ==, "one");
  weir_queue_move (fixture->queue, peek_job (fixture, 2), 0);
  g_assert_cmpstr (cas_job_get_params (weir_job_get_job (peek_job (fixture, 1)))->prompt, ==, "two");

  gtk_menu_button_popup (fixture->window->queue_button);
  weir_test_screenshot (GTK_WIDGET (fixture->window->queue_popover), "queue");
  gtk_menu_button_popdown (fixture->window->queue_button);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "busy");

  weir_test_key (GTK_WIDGET (fixture->window), "ctrl+alt+Return");
  weir_test_wait (is_idle, fixture, PATIENCE, "all jobs' end");
  g_assert_cmpint (weir_job_get_state (peek_job (fixture, 2)), ==, WEIR_JOB_CANCELLED);
  g_assert_cmpint (weir_job_get_state (peek_job (fixture, 0)), ==, WEIR_JOB_DONE);
  g_assert_cmpuint (count_candidates (fixture), ==, 2);
}

static void
pause_and_clear (Fixture       *fixture,
                 gconstpointer  data)
{
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  ask (fixture, "one");
  ask (fixture, "two");
  g_assert_null (weir_queue_get_running (fixture->queue));
  weir_test_key (GTK_WIDGET (fixture->window), "ctrl+shift+x");
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 0);
  weir_queue_redo (fixture->queue, peek_job (fixture, 0));
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);
  g_object_set (fixture->queue, "is-paused", FALSE, NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpuint (count_candidates (fixture), ==, 1);
}

/* Closing asks while there is work, and what is asked for holds. */
static void
closing (Fixture       *fixture,
         gconstpointer  data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GtkWindow) question = NULL;

  ask (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  gtk_window_close (GTK_WINDOW (fixture->window));
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GtkWindow) found = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (found))
        question = g_steal_pointer (&found);
    }
  g_assert_nonnull (question);
  weir_test_screenshot (GTK_WIDGET (question), "closing");
  weir_test_key (GTK_WIDGET (fixture->window), "Escape");
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 1);
  g_assert_nonnull (weir_queue_get_running (fixture->queue));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "cancel-all", NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
}

static void
assert_button (GtkWidget  *root,
               const char *id,
               const char *label)
{
  GtkWidget *button = weir_test_find (root, id);

  g_assert_cmpint (gtk_widget_get_visible (button), ==, label != NULL);
  if (label)
    g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, label);
}

/* first, second: the buttons' labels; NULL: there is none. */
static void
assert_banner (Fixture    *fixture,
               const char *sentence,
               const char *first,
               const char *second)
{
  GtkWidget *banner = GTK_WIDGET (fixture->window->banner);

  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_true (weir_banner_is_shown (fixture->window->banner));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (weir_test_find (banner, "label"))), ==, sentence);
  assert_button (banner, "first_button", first);
  assert_button (banner, "second_button", second);
  g_assert_true (gtk_widget_get_visible (weir_test_find (banner, "details_button")));
}

static void
press (GtkWidget  *root,
       const char *id)
{
  GtkWidget *button = weir_test_find (root, id);

  if (weir_test_has_input ())
    weir_test_click (button, gtk_widget_get_width (button) / 2, gtk_widget_get_height (button) / 2);
  else
    g_signal_emit_by_name (button, "clicked");
}

static void
out_of_memory (Fixture       *fixture,
               gconstpointer  data)
{
  ask (fixture, "no-memory-once");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpint (weir_job_get_state (peek_job (fixture, 0)), ==, WEIR_JOB_FAILED);
  assert_banner (fixture, "The GPU ran out of memory. Closing other programs may help.", "_Lower Size",
                 "_Try Again");
  weir_test_screenshot (GTK_WIDGET (fixture->window), "error-out-of-memory");

  press (GTK_WIDGET (fixture->window->banner), "second_button");
  g_assert_false (weir_banner_is_shown (fixture->window->banner));
  weir_test_wait (is_idle, fixture, PATIENCE, "the second job's end");
  g_assert_cmpint (weir_job_get_state (peek_job (fixture, 0)), ==, WEIR_JOB_DONE);
  g_assert_cmpuint (count_candidates (fixture), ==, 1);
}

/* The process dies in the middle: the job goes on in the next one, so there is nothing to press. */
static void
dies_once (Fixture       *fixture,
           gconstpointer  data)
{
  ask (fixture, "dies-once");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpint (weir_job_get_state (peek_job (fixture, 0)), ==, WEIR_JOB_DONE);
  g_assert_cmpuint (count_candidates (fixture), ==, 1);
  assert_banner (fixture, "The engine stopped and was restarted. Your work is safe.", NULL, NULL);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "error-restarted");
}

static gboolean
has_page (gpointer data)
{
  return gtk_widget_get_mapped (GTK_WIDGET (((Fixture *) data)->window->trouble_page));
}

static gboolean
has_no_page (gpointer data)
{
  return !has_page (data);
}

/* The job is given up after its second try; asked for once more, the third death of the process is
 * its last, until a person starts it again. */
static void
dies_always (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *page = GTK_WIDGET (fixture->window->trouble_page);

  ask (fixture, "dies");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpint (weir_job_get_state (peek_job (fixture, 0)), ==, WEIR_JOB_FAILED);
  assert_banner (fixture, "The engine stopped before the image was done. Your work is safe.",
                 "_Try Again", NULL);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "error-died");

  press (GTK_WIDGET (fixture->window->banner), "first_button");
  weir_test_wait (has_page, fixture, PATIENCE, "the page");
  weir_test_settle (page);
  g_assert_false (weir_banner_is_shown (fixture->window->banner));
  g_assert_cmpstr (
    adw_status_page_get_title (ADW_STATUS_PAGE (weir_test_find (page, "page"))), ==,
    "The Engine Does Not Run");
  assert_button (page, "first_button", "_Use Processor (Slow)");
  assert_button (page, "second_button", "_Try Again");
  weir_test_screenshot (GTK_WIDGET (fixture->window), "error-stopping");

  press (page, "second_button");
  weir_test_wait (has_no_page, fixture, PATIENCE, "the engine");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
}

static gboolean
is_warned (gpointer data)
{
  g_autofree char *warning = NULL;

  g_object_get (((Fixture *) data)->window->image_panel, "warning", &warning, NULL);
  return warning != NULL;
}

static gboolean
is_not_warned (gpointer data)
{
  return !is_warned (data);
}

static gboolean
is_not_offered (gpointer button)
{
  return !gtk_widget_get_visible (button);
}

/* A size that does not fit is told before it is asked for, with one that does. */
static void
too_large (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  GtkWidget *button = weir_test_find (window, "offer_button");
  guint width, height;

  g_object_set (fixture->window->params, "width", 4096u, "height", 2048u, NULL);
  weir_test_wait (is_warned, fixture, PATIENCE, "the warning");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (weir_test_find (window, "warning_label"))), ==,
                   "Needs at least 9.1\u00a0GB; this device has 7.4\u00a0GB free.");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Use 1024 × 512");
  g_assert_true (gtk_widget_get_mapped (button));
  weir_test_screenshot (window, "too-large");

  g_signal_emit_by_name (button, "clicked");
  g_object_get (fixture->window->params, "width", &width, "height", &height, NULL);
  g_assert_cmpuint (width, ==, 1024);
  g_assert_cmpuint (height, ==, 512);
  weir_test_wait (is_not_warned, fixture, PATIENCE, "the warning's end");

  /* two that are almost as large as what does not fit: something clearly smaller is offered */
  g_object_set (fixture->window->params, "width", 2560u, "height", 2560u, NULL);
  weir_test_wait (is_warned, fixture, PATIENCE, "the second warning");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (weir_test_find (window, "warning_label"))), ==,
                   "This size needs more memory than there is.");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Use 1920 × 1920");

  /* none at all */
  g_object_set (fixture->window->params, "width", 3072u, "height", 3072u, NULL);
  weir_test_wait (is_not_offered, button, PATIENCE, "no offer");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (weir_test_find (window, "warning_label"))), ==,
                   "This size needs more memory than there is. Closing other programs may help.");
}

/* While a job runs nothing is asked that would have to wait for it. */
static void
too_large_while_busy (Fixture       *fixture,
                      gconstpointer  data)
{
  ask (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  g_object_set (fixture->window->params, "width", 4096u, "height", 2048u, NULL);
  ask (fixture, "another");
  weir_queue_cancel_pending (fixture->queue);
  g_assert_false (is_warned (fixture));
  weir_queue_cancel_all (fixture->queue);
  weir_test_wait (is_warned, fixture, PATIENCE, "the warning");
}

/* The engine is well, so that what it has made stays in sight. */
static void
missing_part (Fixture       *fixture,
              gconstpointer  data)
{
  WeirBanner *banner = fixture->window->banner;

  ask (fixture, "a grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the first job's end");
  ask (fixture, "no-part");
  weir_test_wait (is_idle, fixture, PATIENCE, "the second job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpint (cas_worker_get_state (weir_application_get_worker (fixture->window->app)), ==,
                   CAS_WORKER_READY);
  g_assert_true (weir_banner_is_shown (banner));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (weir_test_find (GTK_WIDGET (banner), "label"))),
                   ==, "The model has no part that sees images.");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->window->content_stack), ==, "canvas");
  g_assert_cmpuint (count_candidates (fixture), ==, 1);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "error-missing-part");
}

/* What a screen reader says at a job's end. */
static const char *
get_told (Fixture *fixture)
{
  GtkWidget *line = GTK_WIDGET (fixture->window->progress_line);

  return gtk_label_get_label (GTK_LABEL (weir_test_find (line, "status")));
}

static void
told_failure (Fixture       *fixture,
              gconstpointer  data)
{
  ask (fixture, "no-memory");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpstr (get_told (fixture), ==, "The device has no memory left for Stage C.");
}

static void
told_cancelling (Fixture       *fixture,
                 gconstpointer  data)
{
  ask (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  g_assert_nonnull (strstr (get_told (fixture), "percent"));
  weir_test_key (GTK_WIDGET (fixture->window), "ctrl+alt+Return");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpstr (get_told (fixture), ==, "Cancelled");
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "several", several },
    { "small-while-busy", small_while_busy },
    { "undo-in-prompt", undo_in_prompt },
    { "large", large },
    { "queue", queue },
    { "pause-and-clear", pause_and_clear },
    { "closing", closing },
    { "too-large", too_large },
    { "too-large-while-busy", too_large_while_busy },
    { "out-of-memory", out_of_memory },
    { "dies-once", dies_once },
    { "dies-always", dies_always },
    { "missing-part", missing_part },
    { "told-failure", told_failure },
    { "told-cancelling", told_cancelling },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/jobs/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
