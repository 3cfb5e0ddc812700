/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs outlive the program, come from files, and are asked for again: with a worker that follows a
 * script. */

#include "support/test-window.h"

#include <string.h>

#include <cascade/job-line.h>

#include "reference.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */

typedef struct
{
  WeirWindow *window;
  WeirQueue  *queue;
} Fixture;

static void
take_window (Fixture    *fixture,
             WeirWindow *window)
{
  fixture->window = window;
  fixture->queue = weir_application_get_queue (window->app);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  take_window (fixture, weir_test_open ());
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  weir_test_close (fixture->window);
}

/* Quits and starts the program again. */
static void
start_again (Fixture *fixture)
{
  weir_test_close (fixture->window);
  take_window (fixture, weir_test_open_again ());
}

static void
submit (Fixture    *fixture,
        const char *prompt)
{
  g_object_set (fixture->window->params, "prompt", prompt, NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
}

static gboolean
is_idle (gpointer data)
{
  WeirQueue *queue = ((Fixture *) data)->queue;

  return !weir_queue_get_running (queue) && weir_queue_get_n_pending (queue) == 0;
}

static gboolean
has_failed (gpointer data)
{
  CasWorker *worker = weir_application_get_worker (((Fixture *) data)->window->app);

  return cas_worker_get_state (worker) == CAS_WORKER_FAILED;
}

static gboolean
has_two_pending (gpointer data)
{
  return weir_queue_get_n_pending (((Fixture *) data)->queue) == 2;
}

static gboolean
has_pending (gpointer data)
{
  return weir_queue_get_n_pending (((Fixture *) data)->queue) > 0;
}

static gboolean
is_at_second_step (gpointer data)
{
  WeirJob *job = weir_queue_get_running (((Fixture *) data)->queue);

  return job && weir_job_get_progress (job)->step == 2;
}

static gboolean
is_not_running (gpointer data)
{
  return !weir_queue_get_running (((Fixture *) data)->queue);
}

static gboolean
is_paused (Fixture *fixture)
{
  gboolean paused;

  g_object_get (fixture->queue, "is-paused", &paused, NULL);
  return paused;
}

static const CasJobParams *
peek_params (Fixture *fixture,
             guint    position)
{
  g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), position);

  g_assert_nonnull (job);
  return cas_job_get_params (weir_job_get_job (job));
}

static char *
dup_state_path (const char *name)
{
  return g_build_filename (g_get_user_state_dir (), "weir", name, NULL);
}

static gboolean
has_two_lines (gpointer data)
{
  g_autofree char *path = dup_state_path ("queue/jobs.jsonl");
  g_autofree char *text = NULL;
  guint n = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    n += *c == '\n';
  return n == 2;
}

static gboolean
has_line_for_three (gpointer data)
{
  g_autofree char *path = dup_state_path ("queue/jobs.jsonl");
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "\"count\":3");
}

static gboolean
is_empty_folder (gpointer data)
{
  g_autofree char *path = dup_state_path ("queue");
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir && !g_dir_read_name (dir);
}

/* Into the folder of the state, so that it is forgotten with it. */
static char *
write_file (const char *name,
            const char *text)
{
  char *path = dup_state_path (name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static CasImage *
new_image (guint8 shade)
{
  CasImage *image = cas_image_new (32, 16, NULL);

  memset (cas_image_get_pixels (image), shade, cas_image_get_stride (image) * 16);
  return image;
}

static void
add_reference (Fixture  *fixture,
               CasImage *image)
{
  g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);
  g_autoptr (WeirReference) reference = weir_reference_new (picture, "grey");

  g_list_store_append (fixture->window->references, reference);
}

static void
resume (Fixture *fixture)
{
  GtkWidget *popover = GTK_WIDGET (fixture->window->queue_popover);

  g_signal_emit_by_name (weir_test_find (popover, "resume_button"), "clicked");
}

/* NULL if there is none of these words. */
static GtkWidget *
find_label (GtkWidget  *root,
            const char *words)
{
  if (GTK_IS_LABEL (root) && g_str_equal (gtk_label_get_text (GTK_LABEL (root)), words))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, words);

      if (found)
        return found;
    }
  return NULL;
}

/* It is said at the start that jobs wait, and they go on when that is wanted. */
static void
told (Fixture       *fixture,
      gconstpointer  data)
{
  static const char *const click[] = { "click", "1", NULL };
  GtkWidget *toasts, *toast;

  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  submit (fixture, "one");
  submit (fixture, "two");
  start_again (fixture);
  weir_test_wait (has_two_pending, fixture, PATIENCE, "the jobs of the last run");
  weir_test_settle (GTK_WIDGET (fixture->window));
  toasts = GTK_WIDGET (fixture->window->toasts);
  toast = find_label (toasts, "2 jobs wait in the queue");
  while (!find_label (toast, "Resume"))
    toast = gtk_widget_get_parent (toast);
  g_assert_true (toast != toasts);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "queue-waits");
  weir_test_move (find_label (toast, "Resume"), 5, 5);
  weir_test_do (toasts, click); /* after which there is no button */
  weir_test_wait (is_idle, fixture, PATIENCE, "the jobs' end");
  g_assert_false (is_paused (fixture));
}

static void
note_told (WeirQueueStore *store,
           const char     *sentence,
           GString        *sentences)
{
  g_string_append_printf (sentences, "%s\n", sentence);
}

static gboolean
is_said (gpointer data)
{
  return ((GString *) data)->len > 0;
}

/* What cannot be kept is told, once. */
static void
not_kept (Fixture       *fixture,
          gconstpointer  data)
{
  WeirQueueStore *store = weir_application_get_queue_store (fixture->window->app);
  g_autoptr (GString) sentences = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;
  const gulong id = g_signal_connect (store, "told", G_CALLBACK (note_told), sentences);

  weir_test_settle (GTK_WIDGET (fixture->window));
  path = write_file ("queue", "in the folder's place");
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  submit (fixture, "one");
  weir_test_wait (is_said, sentences, PATIENCE, "the sentence");
  submit (fixture, "two");
  weir_queue_store_close (store);
  weir_test_settle (GTK_WIDGET (fixture->window));
  shown = g_strdup_printf ("The jobs that wait cannot be kept for the next start: The folder “%s” "
                           "could not be made: Not a directory.\n", path);
  g_assert_cmpstr (sentences->str, ==, shown);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "queue-not-kept");
  g_signal_handler_disconnect (store, id);
}

/* What waited waits again, with its pictures and in its order, until a person goes on. */
static void
quit (Fixture       *fixture,
      gconstpointer  data)
{
  g_autoptr (CasImage) image = new_image (77);
  g_autofree char *hash = cas_image_dup_hash (image);
  g_autofree char *found = NULL;
  guint64 seed;

  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  submit (fixture, "one, \"quoted\"");
  add_reference (fixture, image);
  submit (fixture, "two");
  seed = peek_params (fixture, 0)->seed;

  start_again (fixture);
  weir_test_wait (has_two_pending, fixture, PATIENCE, "the jobs of the last run");
  g_assert_true (is_paused (fixture));
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "one, \"quoted\"");
  g_assert_cmpuint (peek_params (fixture, 0)->seed, ==, seed);
  g_assert_cmpuint (peek_params (fixture, 1)->n_image_prompts, ==, 1);
  found = cas_image_dup_hash (peek_params (fixture, 1)->image_prompts[0].image);
  g_assert_cmpstr (found, ==, hash);

  gtk_menu_button_popup (fixture->window->queue_button);
  weir_test_screenshot (GTK_WIDGET (fixture->window->queue_popover), "queue-restored");
  weir_test_screenshot (GTK_WIDGET (fixture->window), "queue-restored-window");
  resume (fixture);
  g_assert_false (is_paused (fixture));
  gtk_menu_button_popdown (fixture->window->queue_button);
  weir_test_wait (is_idle, fixture, PATIENCE, "the jobs' end");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->window->staging)), ==, 2);
  weir_test_wait (is_empty_folder, fixture, PATIENCE, "the folder without jobs");
}

/* A job that runs is on the disk while it does, and is not lost by quitting. */
static void
quit_busy (Fixture       *fixture,
           gconstpointer  data)
{
  submit (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  submit (fixture, "one");
  weir_test_wait (has_two_lines, fixture, PATIENCE, "two jobs in the file");

  start_again (fixture);
  weir_test_wait (has_two_pending, fixture, PATIENCE, "the jobs of the last run");
  g_assert_null (weir_queue_get_running (fixture->queue));
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "waits");
  g_assert_cmpstr (peek_params (fixture, 1)->prompt, ==, "one");
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "cancel-all", NULL);
  weir_test_wait (is_empty_folder, fixture, PATIENCE, "the folder without jobs");
  g_object_set (fixture->queue, "is-paused", FALSE, NULL);
}

/* The pictures that are there are not made again. */
static void
quit_between (Fixture       *fixture,
              gconstpointer  data)
{
  guint64 seed;

  g_object_set (fixture->window->params, "count", 4, NULL);
  submit (fixture, "lingers");
  seed = peek_params (fixture, 0)->seed;
  weir_test_wait (has_line_for_three, fixture, PATIENCE, "what is left, in the file");

  start_again (fixture);
  weir_test_wait (has_pending, fixture, PATIENCE, "the job of the last run");
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);
  g_assert_cmpuint (peek_params (fixture, 0)->n_images, ==, 3);
  g_assert_cmpuint (peek_params (fixture, 0)->seed, ==, seed + 1);
}

/* A file that is being written keeps the program up without a window: nothing is made then, and a
 * window that is asked for has what was not done. */
static void
close_while_writing (Fixture       *fixture,
                     gconstpointer  data)
{
  WeirApplication *app = fixture->window->app;

  submit (fixture, "waits");
  submit (fixture, "one");
  weir_test_wait (has_two_lines, fixture, PATIENCE, "two jobs in the file");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  weir_application_begin_writing (app);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  weir_test_wait (is_not_running, fixture, PATIENCE, "the job's end");
  g_assert_true (is_paused (fixture));
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);

  g_application_activate (G_APPLICATION (app));
  take_window (fixture,
               WEIR_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (app))));
  weir_application_end_writing (app);
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_wait (has_two_pending, fixture, PATIENCE, "the jobs of the last window");
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "waits");
  g_assert_cmpstr (peek_params (fixture, 1)->prompt, ==, "one");
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "cancel-pending", NULL);
  resume (fixture);
  g_object_set (fixture->window->params, "count", 1, NULL);
  submit (fixture, "two");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->window->staging)), ==, 1);
}

/* What can be read comes back, and all of the rest is kept for who wants to look at it. */
static void
damaged (Fixture       *fixture,
         gconstpointer  data)
{
  g_autofree char *path = NULL;
  g_autofree char *state = dup_state_path (NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  weir_test_close (fixture->window);
  path = write_file ("queue/jobs.jsonl", "{\"prompt\":\"one\",\"seed\":5}\n{\"prompt\":");
  take_window (fixture, weir_test_open_again ());
  weir_test_wait (has_pending, fixture, PATIENCE, "the job that can be read");
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "one");
  weir_test_screenshot (GTK_WIDGET (fixture->window), "queue-damaged");

  dir = g_dir_open (state, 0, NULL);
  while ((name = g_dir_read_name (dir)))
    n += g_str_has_prefix (name, "queue-damaged-");
  g_assert_cmpuint (n, ==, 1);
}

static void
batch (Fixture       *fixture,
       gconstpointer  data)
{
  g_autoptr (CasImage) image = new_image (55);
  g_autofree char *picture = dup_state_path ("grey.png");
  g_autofree char *path =
    write_file ("batch.jsonl", "{\"prompt\":\"one\",\"steps\":3,\"width\":512}\n\n"
                               "{\"image-prompt\":\"grey.png:0.5\"}\n");

  g_assert_true (cas_image_save_plain_png (image, picture, TRUE, NULL));
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  weir_window_run_batch (fixture->window, path);
  weir_test_wait (has_two_pending, fixture, PATIENCE, "the jobs of the file");
  g_assert_cmpuint (peek_params (fixture, 0)->steps, ==, 3);
  g_assert_cmpfloat (peek_params (fixture, 1)->image_prompts[0].weight, ==, 0.5);
}

static GtkWindow *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) found = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (found))
        return found;
    }
  return NULL;
}

static gboolean
has_question (gpointer data)
{
  return find_question () != NULL;
}

/* Every wrong line is named, and none of the right ones is queued. */
static void
batch_wrong (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *path = write_file ("batch.jsonl",
                                      "{\"prompt\":\"right\"}\n"
                                      "{\"prompt\":\"a\",\"stepz\":1}\n"
                                      "{\"prompt\":\"a\",\"init\":\"nowhere.png\"}\n"
                                      "{\"prompt\":\"a\",\"model\":\"/nowhere\"}\n"
                                      "{\"prompt\":\"a\",\"output\":\"a.png\"}\n");
  static const char *const sentences[] = {
    "Line 2: A job has no “stepz”.", "Line 3: ", "nowhere.png", "Line 4: “model” is another model",
    "Line 5: “output” is of no use in the window",
  };
  GtkWindow *question;
  const char *body;

  weir_window_run_batch (fixture->window, path);
  weir_test_wait (has_question, fixture, PATIENCE, "the sentences");
  question = find_question ();
  body = adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (question));
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    g_assert_nonnull (strstr (body, sentences[i]));
  g_assert_null (strstr (body, "Line 1"));
  weir_test_screenshot (GTK_WIDGET (question), "batch-wrong");
  g_assert_true (is_idle (fixture));
  gtk_window_close (question);
}

static gboolean
has_one_candidate (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) data)->window->staging)) == 1;
}

static gboolean
has_three (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) data)->window->staging)) >= 3;
}

/* Image after image with other seeds, until one is cancelled. */
static void
keep_generating (Fixture       *fixture,
                 gconstpointer  data)
{
  GActionGroup *actions = G_ACTION_GROUP (fixture->window);
  guint64 seed;

  g_action_group_activate_action (actions, "keep-generating", NULL);
  g_assert_true (weir_window_keeps_generating (fixture->window));
  g_assert_cmpstr (adw_split_button_get_label (fixture->window->generate_button), ==,
                   "_Generate Continuously");
  weir_test_screenshot (GTK_WIDGET (fixture->window), "keep-generating");
  submit (fixture, "one");
  seed = peek_params (fixture, 0)->seed;
  weir_test_wait (has_three, fixture, PATIENCE, "three images");
  g_assert_cmpuint (peek_params (fixture, 0)->seed, !=, seed);
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "one");
  g_object_set (fixture->window->params, "prompt", "waits", NULL);
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "what the window shows since");
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "waits");

  g_action_group_activate_action (actions, "cancel-all", NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the last job's end");
  g_assert_false (weir_window_keeps_generating (fixture->window));
  g_assert_cmpstr (adw_split_button_get_label (fixture->window->generate_button), ==,
                   "_Generate");
}

/* Failing and pausing end it too. */
static void
keep_generating_ends (Fixture       *fixture,
                      gconstpointer  data)
{
  weir_window_keep_generating (fixture->window, TRUE);
  submit (fixture, "no-memory");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_false (weir_window_keeps_generating (fixture->window));

  weir_window_keep_generating (fixture->window, TRUE);
  submit (fixture, "one");
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_assert_false (weir_window_keeps_generating (fixture->window));
}

/* What was not asked for by the button is not gone on from, and may come between. */
static void
keep_generating_other (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
    .prompt = "other",
    .width = 512,
    .height = 512,
    .steps = 3,
    .cfg = 4,
    .decoder_steps = 3,
    .decoder_cfg = 1.5,
  }, NULL);
  g_autoptr (WeirJob) first = weir_job_new (job);
  g_autoptr (WeirJob) second = weir_job_new (job);

  weir_window_keep_generating (fixture->window, TRUE);
  weir_queue_submit (fixture->queue, first, FALSE);
  weir_test_wait (is_idle, fixture, PATIENCE, "the other job's end");
  g_assert_no_error (weir_job_get_error (first));
  g_assert_true (weir_window_keeps_generating (fixture->window));

  submit (fixture, "one");
  weir_queue_submit (fixture->queue, second, FALSE);
  g_object_set (fixture->window->params, "prompt", "waits", NULL);
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the window's job after the other");
  g_assert_cmpint (weir_job_get_state (second), ==, WEIR_JOB_DONE);
  weir_queue_cancel_all (fixture->queue);
  weir_test_wait (is_idle, fixture, PATIENCE, "the last job's end");
}

/* However often it is pressed. */
static void
try_again (Fixture       *fixture,
           gconstpointer  data)
{
  submit (fixture, "no-memory");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  for (guint i = 0; i < 2; i++)
    g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "try-again", NULL);
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 1);
}

/* It is said that what was asked for waits, and only for what is being made is one asked to stay. */
static void
paused (Fixture       *fixture,
        gconstpointer  data)
{
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  submit (fixture, "one");
  g_assert_nonnull (fixture->window->paused_toast);
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "queue-paused");
  g_assert_false (weir_window_asks_to_stay (fixture->window));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window),
                                  adw_toast_get_action_name (fixture->window->paused_toast) + 4,
                                  NULL);
  g_assert_false (is_paused (fixture));
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
}

/* A job is made with the model that it was asked for with, also after the next start. */
static void
other_model (Fixture       *fixture,
             gconstpointer  data)
{
  GSettings *settings = weir_application_get_settings (fixture->window->app);
  g_autoptr (WeirJob) job = NULL;
  g_autofree char *status = NULL;

  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  submit (fixture, "one");
  g_settings_set_string (settings, "model", "/nowhere/other");
  submit (fixture, "two");
  start_again (fixture);
  weir_test_wait (has_two_pending, fixture, PATIENCE, "the jobs of the last run");
  job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), 0);
  g_object_get (job, "status", &status, NULL);
  g_assert_cmpstr (status, ==, "Waits for the built-in model");
  g_clear_pointer (&status, g_free);
  g_clear_object (&job);

  g_settings_reset (weir_application_get_settings (fixture->window->app), "model");
  weir_test_settle (GTK_WIDGET (fixture->window));
  job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), 1);
  g_object_get (job, "status", &status, NULL);
  g_assert_cmpstr (status, ==, "Waits for the model “other”");
  gtk_menu_button_popup (fixture->window->queue_button);
  weir_test_screenshot (GTK_WIDGET (fixture->window->queue_popover), "queue-other-model");
  gtk_menu_button_popdown (fixture->window->queue_button);
  weir_queue_resume (fixture->queue);
  weir_test_wait (has_one_candidate, fixture, PATIENCE, "the first job's picture");
  weir_test_wait (is_not_running, fixture, PATIENCE, "the first job's end");
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);
  g_assert_false (weir_queue_has_next (fixture->queue));
  weir_queue_cancel_pending (fixture->queue);
}

/* Jobs are not run against an engine that is gone, and go on when it is back. */
static void
failed_worker (Fixture       *fixture,
               gconstpointer  data)
{
  /* the third death is the last, and a job has two */
  submit (fixture, "dies");
  submit (fixture, "dies");
  submit (fixture, "one");
  weir_test_wait (has_failed, fixture, PATIENCE, "the engine's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 1);
  submit (fixture, "two");
  g_assert_cmpuint (weir_queue_get_n_pending (fixture->queue), ==, 2);

  cas_worker_restart (weir_application_get_worker (fixture->window->app));
  weir_test_wait (is_idle, fixture, PATIENCE, "the other jobs' end");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->window->staging)), ==, 2);
}

/* What runs is given up only for what is taken. */
static void
restart (Fixture       *fixture,
         gconstpointer  data)
{
  g_autoptr (CasImage) image = new_image (1);
  GActionGroup *actions = G_ACTION_GROUP (fixture->window);

  submit (fixture, "waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  for (guint i = 0; i <= CAS_JOB_MAX_IMAGE_PROMPTS; i++)
    add_reference (fixture, image);
  g_action_group_activate_action (actions, "restart", NULL);
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpstr (peek_params (fixture, 0)->prompt, ==, "waits");
  g_assert_nonnull (weir_queue_get_running (fixture->queue));

  g_list_store_remove_all (fixture->window->references);
  g_object_set (fixture->window->params, "prompt", "one", NULL);
  g_action_group_activate_action (actions, "restart", NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the other job's end");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->window->staging)), ==, 1);
  /* and with nothing to give up, it only begins */
  g_action_group_activate_action (actions, "restart", NULL);
  weir_test_wait (is_idle, fixture, PATIENCE, "the third job's end");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->window->staging)), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "quit", quit },
    { "quit-busy", quit_busy },
    { "told", told },
    { "not-kept", not_kept },
    { "quit-between", quit_between },
    { "close-while-writing", close_while_writing },
    { "damaged", damaged },
    { "batch", batch },
    { "batch-wrong", batch_wrong },
    { "keep-generating", keep_generating },
    { "keep-generating-ends", keep_generating_ends },
    { "keep-generating-other", keep_generating_other },
    { "try-again", try_again },
    { "paused", paused },
    { "other-model", other_model },
    { "failed-worker", failed_worker },
    { "restart", restart },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/queue/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
