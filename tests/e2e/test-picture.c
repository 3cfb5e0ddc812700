/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture from a typed prompt, by real keys, with the real worker and the demo model. */

#include "support/test-window.h"

#include <string.h>

#include "support/watch.h"

#include "canvas/staging.h"
#include "window-private.h"

#define PATIENCE 120 /* seconds, for a machine that compiles the kernels first */

static gboolean
has_candidates (gpointer data)
{
  gboolean has;

  g_object_get (((WeirWindow *) data)->staging, "has-candidates", &has, NULL);
  return has;
}

static gboolean
has_preview (gpointer data)
{
  return ((WeirWindow *) data)->has_preview;
}

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (weir_application_get_queue (((WeirWindow *) data)->app));
}

static void
typed (void)
{
  WeirWindow *window = weir_test_open ();
  GtkWidget *view = weir_test_find (GTK_WIDGET (window), "prompt_view");
  WeirTestWatch *watch;

  g_object_set (window->params, "random-seed", FALSE, "seed", G_GUINT64_CONSTANT (1), NULL);
  gtk_widget_grab_focus (view);
  weir_test_type (view, "a red house on green hills at sunset");
  watch = weir_test_watch_new (GTK_WIDGET (window));
  weir_test_key (view, "ctrl+Return");
  g_assert_nonnull (weir_queue_get_running (weir_application_get_queue (window->app)));

  weir_test_wait (has_preview, window, PATIENCE, "a preview");
  weir_test_screenshot (GTK_WIDGET (window), "generating");
  weir_test_watch_skip (watch);
  weir_test_wait (has_candidates, window, PATIENCE, "the picture");
  weir_test_wait (is_idle, window, PATIENCE, "the job's end");
  weir_test_settle (GTK_WIDGET (window));
  weir_test_watch_report (watch);
  weir_test_screenshot (GTK_WIDGET (window), "candidate");

  gtk_widget_grab_focus (GTK_WIDGET (window->canvas));
  weir_test_key (GTK_WIDGET (window), "Return");
  g_assert_nonnull (weir_document_get_picture (window->document));
  g_assert_false (has_candidates (window));
  weir_test_screenshot (GTK_WIDGET (window), "kept");
  weir_test_key (GTK_WIDGET (window), "ctrl+z");
  g_assert_null (weir_document_get_picture (window->document));
  weir_test_close (window);
}

static void
assert_prompt (WeirWindow *window,
               const char *wanted)
{
  g_autofree char *prompt = NULL;

  g_object_get (window->params, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, wanted);
}

static gboolean
has_picture (gpointer data)
{
  return weir_document_get_picture (((WeirWindow *) data)->document) != NULL;
}

/* What was kept and typed is there at the next start. */
static void
closed (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) image = cas_image_new (64, 48, NULL);
  g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);
  CasImage *found;

  cas_image_get_pixels (image)[0] = 200;
  weir_document_set_picture (window->document, picture);
  gtk_widget_grab_focus (weir_test_find (GTK_WIDGET (window), "prompt_view"));
  weir_test_type (GTK_WIDGET (window), "a boat");
  weir_test_close (window);

  window = weir_test_open_again ();
  assert_prompt (window, "a boat");
  weir_test_wait (has_picture, window, PATIENCE, "the picture of the last start");
  found = weir_picture_get_image (weir_document_get_picture (window->document));
  g_assert_cmpuint (cas_image_get_width (found), ==, 64);
  g_assert_cmpuint (cas_image_get_pixels (found)[0], ==, 200);
  weir_test_close (window);
}

/* A picture of the history at twice its size. */
static void
doubled (void)
{
  WeirWindow *window = weir_test_open ();
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "small.png", NULL);
  g_autoptr (CasImage) image = cas_image_new (64, 72, NULL);
  g_autoptr (GError) error = NULL;
  CasImage *found;

  g_mkdir_with_parents (g_get_user_state_dir (), 0700);
  cas_image_save_png (image, path, NULL, TRUE, &error);
  g_assert_no_error (error);
  g_action_group_activate_action (G_ACTION_GROUP (window), "upscale-path",
                                  g_variant_new_string (path));
  weir_test_wait (has_candidates, window, PATIENCE, "the larger picture");
  found = weir_picture_get_image (weir_window_get_shown (window));
  g_assert_cmpuint (cas_image_get_width (found), ==, 128);
  g_assert_cmpuint (cas_image_get_height (found), ==, 144);
  weir_test_wait (is_idle, window, PATIENCE, "the job's end");
  weir_test_close (window);
}

static gboolean
is_written (gpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "weir", "state.json", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, data);
}

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The program is killed while a prompt is in it: the next start has it, and says nothing of it. */
static void
killed (void)
{
  const char *prompt = "a boat that was not saved by anyone";
  g_autoptr (GError) error = NULL;
  WeirWindow *window = weir_test_open ();
  g_autoptr (GSubprocess) program = NULL;
  guint tick_id;

  weir_test_close (window); /* which leaves nothing: the folders are clean */
  program = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, g_getenv ("WEIR_PROGRAM"), "--prompt", prompt, NULL);
  g_assert_no_error (error);
  tick_id = g_timeout_add (20, tick, NULL);
  weir_test_wait (is_written, (gpointer) prompt, PATIENCE, "the program to write its state");
  g_source_remove (tick_id);
  g_subprocess_force_exit (program);
  g_assert_true (g_subprocess_wait (program, NULL, &error));

  window = weir_test_open_again ();
  assert_prompt (window, prompt);
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/e2e/picture/typed", typed);
  g_test_add_func ("/e2e/picture/doubled", doubled);
  g_test_add_func ("/e2e/picture/closed", closed);
  g_test_add_func ("/e2e/picture/killed", killed);
  return g_test_run ();
}
