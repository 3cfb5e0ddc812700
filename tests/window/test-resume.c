/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job for a part of the document that goes on in another run: its result lies where it belongs,
 * after the program was closed or killed. */

#include "support/test-window.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "support/scene.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */
#define WIDTH    256
#define HEIGHT   192

static const char *program;

static WeirQueue *
get_queue (WeirWindow *window)
{
  return weir_application_get_queue (window->app);
}

static gboolean
has_picture (gpointer window)
{
  return weir_document_get_picture (((WeirWindow *) window)->document) != NULL;
}

static gboolean
has_pending (gpointer window)
{
  return weir_queue_get_n_pending (get_queue (window)) > 0;
}

static gboolean
is_idle (gpointer window)
{
  return !weir_queue_get_running (get_queue (window)) && !has_pending (window);
}

static char *
dup_state_path (const char *name)
{
  return g_build_filename (g_get_user_state_dir (), "weir", name, NULL);
}

static gboolean
has_text (const char *name,
          const char *word)
{
  g_autofree char *path = dup_state_path (name);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, word);
}

static gboolean
has_file (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A document with something masked, or with a frame beyond it, and a job for that which waits. */
static void
submit_part (WeirWindow *window,
             gboolean    is_expand)
{
  const WeirMaskBrush brush = { .size = 60, .softness = 0.6 };
  g_autoptr (WeirPicture) picture = test_scene (WIDTH, HEIGHT, 3);
  WeirMask *mask;

  weir_document_begin (window->document, picture);
  mask = weir_document_get_mask (window->document);
  if (is_expand)
    weir_document_set_frame (window->document, &(GdkRectangle) { -64, 0, WIDTH + 64, HEIGHT });
  else
    {
      weir_mask_begin_stroke (mask, &brush, 100, 90, 1);
      weir_mask_extend_stroke (mask, 150, 90, 1);
      weir_mask_end_stroke (mask);
    }
  g_object_set (get_queue (window), "is-paused", TRUE, NULL);
  g_object_set (window->params, "prompt", "one", NULL);
  g_assert_true (weir_window_submit (window, FALSE));
}

static void
resume (WeirWindow *window)
{
  g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (get_queue (window)), 0);

  g_action_group_activate_action (G_ACTION_GROUP (window), "resume", NULL);
  weir_test_wait (is_idle, window, PATIENCE, "the job's end");
  weir_test_settle (GTK_WIDGET (window));
  g_assert_no_error (weir_job_get_error (job));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (window->staging)), ==, 1);
}

static gboolean
is_pixel_same (WeirPicture *a,
               WeirPicture *b,
               guint        x,
               guint        y,
               guint        shift)
{
  CasImage *first = weir_picture_get_image (a), *second = weir_picture_get_image (b);

  return memcmp (cas_image_get_pixels (first) + y * cas_image_get_stride (first) + 3 * x,
                 cas_image_get_pixels (second) + y * cas_image_get_stride (second) +
                   3 * (x + shift), 3) == 0;
}

/* What is kept is another picture in the mask alone. */
static void
keep_fill (WeirWindow *window,
           const char *name)
{
  g_autoptr (WeirPicture) before =
    g_object_ref (weir_document_get_picture (window->document));
  GdkRectangle frame;

  g_assert_true (weir_staging_get_frame (window->staging, &frame));
  g_assert_true (gdk_rectangle_equal (&frame, &(GdkRectangle) { 0, 0, WIDTH, HEIGHT }));
  weir_test_screenshot (GTK_WIDGET (window), name);
  weir_staging_keep (window->staging);
  g_assert_true (weir_document_get_picture (window->document) != before);
  g_assert_true (is_pixel_same (before, weir_document_get_picture (window->document), 5, 5, 0));
  g_assert_true (is_pixel_same (before, weir_document_get_picture (window->document), 200, 180,
                                0));
  g_assert_false (is_pixel_same (before, weir_document_get_picture (window->document), 120, 90,
                                 0));
}

static void
fill (void)
{
  WeirWindow *window = weir_test_open ();

  submit_part (window, FALSE);
  weir_test_close (window);
  window = weir_test_open_again ();
  weir_test_wait (has_picture, window, PATIENCE, "the document");
  weir_test_wait (has_pending, window, PATIENCE, "the job");
  resume (window);
  keep_fill (window, "resume-fill");
  weir_test_close (window);
}

static void
expand (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (WeirPicture) before = NULL;
  WeirPicture *after;
  GdkRectangle frame;

  submit_part (window, TRUE);
  weir_test_close (window);
  window = weir_test_open_again ();
  weir_test_wait (has_picture, window, PATIENCE, "the document");
  weir_test_wait (has_pending, window, PATIENCE, "the job");
  resume (window);
  g_assert_true (weir_staging_get_frame (window->staging, &frame));
  g_assert_true (gdk_rectangle_equal (&frame, &(GdkRectangle) { -64, 0, WIDTH + 64, HEIGHT }));
  weir_test_screenshot (GTK_WIDGET (window), "resume-expand");
  before = g_object_ref (weir_document_get_picture (window->document));
  weir_staging_keep (window->staging);
  after = weir_document_get_picture (window->document);
  g_assert_cmpuint (cas_image_get_width (weir_picture_get_image (after)), ==, WIDTH + 64);
  g_assert_true (is_pixel_same (before, after, 5, 5, 64));
  g_assert_true (is_pixel_same (before, after, 250, 180, 64));
  weir_test_close (window);
}

static gboolean
is_label (GtkWidget  *root,
          const char *word)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), word))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    if (is_label (child, word))
      return TRUE;
  return FALSE;
}

static gboolean
is_told (gpointer window)
{
  return is_label (GTK_WIDGET (((WeirWindow *) window)->toasts), "shown by itself");
}

/* The document is another one by now. */
static void
elsewhere (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (WeirPicture) other = test_scene (320, 320, 1);
  GdkRectangle frame;

  submit_part (window, FALSE);
  weir_test_close (window);
  window = weir_test_open_again ();
  weir_test_wait (has_picture, window, PATIENCE, "the document");
  weir_test_wait (has_pending, window, PATIENCE, "the job");
  weir_document_set_picture (window->document, other);
  resume (window);
  g_assert_false (weir_staging_get_frame (window->staging, &frame));
  weir_test_wait (is_told, window, PATIENCE, "the notice");
  weir_test_settle (GTK_WIDGET (window));
  weir_test_screenshot (GTK_WIDGET (window), "resume-elsewhere");
  weir_staging_keep (window->staging);
  g_assert_true (weir_document_get_picture (window->document) != other);
  weir_test_close (window);
}

/* --- a run that is killed --------------------------------------------------------------------- */

static gboolean
is_written (gpointer data)
{
  return has_text ("queue/jobs.jsonl", "\"place\":[0,0,256,192,256,192,") &&
         has_text ("state.json", "mask");
}

/* The child's part: says when all is on the disk, and waits for its end. */
static void
wait_for_end (void)
{
  const char *sign = g_getenv ("WEIR_TEST_SIGN");

  if (!sign)
    return;
  submit_part (weir_test_open (), FALSE);
  weir_test_wait (is_written, NULL, PATIENCE, "the files");
  g_assert_true (g_file_set_contents (sign, "written", -1, NULL));
  while (TRUE)
    pause ();
}

static void
killed (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-resume-XXXXXX", NULL);
  g_autofree char *sign = g_build_filename (folder, "sign", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  WeirWindow *window;

  g_subprocess_launcher_setenv (launcher, "WEIR_TEST_SIGN", sign, TRUE);
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  child = g_subprocess_launcher_spawn (launcher, &error, program, "-p",
                                       "/window/resume/wait-for-end", NULL);
  g_assert_no_error (error);
  weir_test_wait (has_file, sign, PATIENCE, "the other program's files");
  g_subprocess_send_signal (child, SIGKILL);
  g_subprocess_wait (child, NULL, NULL);

  window = weir_test_open_again ();
  weir_test_wait (has_picture, window, PATIENCE, "the document");
  weir_test_wait (has_pending, window, PATIENCE, "the job");
  resume (window);
  keep_fill (window, "resume-killed");
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  program = argv[0];
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/resume/fill", fill);
  g_test_add_func ("/window/resume/expand", expand);
  g_test_add_func ("/window/resume/elsewhere", elsewhere);
  g_test_add_func ("/window/resume/wait-for-end", wait_for_end);
  g_test_add_func ("/window/resume/killed", killed);
  return g_test_run ();
}
