/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo of what a person does in the window by its keys and its pointer: fields, sliders,
 * switches and strokes, in one line. */

#include "support/test-window.h"

#include <adwaita.h>

#include "support/scene.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */
#define WIDTH    512
#define HEIGHT   384

static gboolean
is_ready (gpointer window)
{
  return cas_worker_get_state (weir_application_get_worker (((WeirWindow *) window)->app)) ==
         CAS_WORKER_READY;
}

static WeirWindow *
open_window (void)
{
  g_autoptr (WeirPicture) picture = test_scene (WIDTH, HEIGHT, 3);
  WeirWindow *window = weir_test_open ();

  weir_test_wait (is_ready, window, PATIENCE, "the engine");
  weir_document_begin (window->document, picture);
  weir_test_settle (GTK_WIDGET (window));
  return window;
}

/* Settings as JSON, and a hash of the canvas. */
static char *
dump (WeirWindow *window)
{
  g_autoptr (WeirProject) project = weir_work_capture (window->work, FALSE);
  g_autofree char *params = json_to_string (project->params, TRUE);
  WeirPicture *picture = weir_document_get_picture (window->document);
  WeirMask *mask = weir_document_get_mask (window->document);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *pixels = g_malloc0 (WIDTH * HEIGHT);
  g_autofree char *hash = picture ? cas_image_dup_hash (weir_picture_get_image (picture)) : NULL;
  GdkRectangle frame;

  weir_mask_read (mask, pixels, WIDTH);
  weir_document_get_frame (window->document, &frame);
  g_checksum_update (sum, pixels, WIDTH * HEIGHT);
  g_checksum_update (sum, (const guint8 *) &frame, sizeof frame);
  return g_strdup_printf ("%s\n%s\n%s", params, hash, g_checksum_get_string (sum));
}

static GtkWidget *
find (WeirWindow *window,
      const char *id)
{
  return weir_test_find (GTK_WIDGET (window), id);
}

static void
press (WeirWindow *window,
       const char *key)
{
  weir_test_key (GTK_WIDGET (window), key);
  weir_test_settle (GTK_WIDGET (window));
}

static void
focus_canvas (WeirWindow *window)
{
  gtk_widget_grab_focus (find (window, "canvas"));
  weir_test_settle (GTK_WIDGET (window));
}

static char *
dup_prompt (WeirWindow *window)
{
  char *prompt;

  g_object_get (window->params, "prompt", &prompt, NULL);
  return prompt;
}

/* By Ctrl+Z on the canvas. */
static guint
undo_all (WeirWindow *window)
{
  guint n = 0;

  focus_canvas (window);
  while (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "undo") && n < 50)
    {
      press (window, "ctrl+z");
      n++;
    }
  return n;
}

static guint
redo_all (WeirWindow *window)
{
  guint n = 0;

  while (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "redo") && n < 50)
    {
      press (window, "ctrl+shift+z");
      n++;
    }
  return n;
}

/* In the field Ctrl+Z is the field's, and once it is left the whole edit goes. */
static void
text (void)
{
  WeirWindow *window = open_window ();
  g_autofree char *written = NULL;
  g_autofree char *shorter = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *redone = NULL;

  gtk_widget_grab_focus (find (window, "prompt_view"));
  weir_test_type (GTK_WIDGET (window), "a fox in snow");
  written = dup_prompt (window);
  g_assert_cmpstr (written, ==, "a fox in snow");
  press (window, "ctrl+z");
  shorter = dup_prompt (window);
  g_assert_cmpstr (shorter, !=, written);
  press (window, "ctrl+shift+z");

  focus_canvas (window);
  press (window, "ctrl+z");
  undone = dup_prompt (window);
  g_assert_cmpstr (undone, ==, "");
  /* nor does the field bring back what was undone without it */
  gtk_widget_grab_focus (find (window, "prompt_view"));
  press (window, "ctrl+z");
  g_clear_pointer (&undone, g_free);
  undone = dup_prompt (window);
  g_assert_cmpstr (undone, ==, "");
  focus_canvas (window);
  press (window, "ctrl+y");
  redone = dup_prompt (window);
  g_assert_cmpstr (redone, ==, "a fox in snow");
  weir_test_close (window);
}

/* Somewhere in the panel that scrolls, it is brought into view. */
static void
show (WeirWindow *window,
      GtkWidget  *widget)
{
  gtk_widget_grab_focus (widget);
  weir_test_settle (GTK_WIDGET (window));
}

static GtkWidget *
find_below (GtkWidget *root,
            GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_below (child, type);

      if (found)
        return found;
    }
  return NULL;
}

static void
drag_strength (WeirWindow *window)
{
  GtkWidget *scale = find_below (find (window, "strength_row"), GTK_TYPE_SCALE);
  const int width = gtk_widget_get_width (scale), height = gtk_widget_get_height (scale);
  double strength;

  show (window, scale);
  weir_test_drag (scale, width - 14, height / 2.0, width * 0.4, height / 2.0);
  weir_test_settle (GTK_WIDGET (window));
  g_object_get (window->params, "strength", &strength, NULL);
  g_assert_cmpfloat (strength, <, 0.8);
}

static void
stroke (WeirWindow *window)
{
  GtkWidget *canvas = find (window, "canvas");
  const int width = gtk_widget_get_width (canvas), height = gtk_widget_get_height (canvas);

  focus_canvas (window);
  press (window, "b");
  weir_test_drag (canvas, width * 0.4, height * 0.5, width * 0.6, height * 0.5);
  weir_test_settle (GTK_WIDGET (window));
  g_assert_false (weir_mask_is_empty (weir_document_get_mask (window->document)));
}

static void
click (WeirWindow *window,
       GtkWidget  *widget)
{
  show (window, widget);
  weir_test_click (widget, gtk_widget_get_width (widget) / 2.0,
                   gtk_widget_get_height (widget) / 2.0);
  weir_test_settle (GTK_WIDGET (window));
}

/* A prompt, a stroke, a slider, the dice, the seed, the frame, a chip: seven steps. */
static void
change_everything (WeirWindow *window)
{
  gtk_widget_grab_focus (find (window, "prompt_view"));
  weir_test_type (GTK_WIDGET (window), "a red fox");
  stroke (window);
  drag_strength (window);
  click (window, find (window, "seed_toggle"));
  gtk_widget_grab_focus (find (window, "seed_entry"));
  press (window, "ctrl+a");
  weir_test_type (GTK_WIDGET (window), "4711");
  focus_canvas (window);
  press (window, "f");
  press (window, "shift+Right");
  click (window, gtk_widget_get_last_child (find (window, "chips")));
}

static void
all_the_way (void)
{
  WeirWindow *window = open_window ();
  g_autofree char *first = dump (window);
  g_autofree char *last = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *redone = NULL;
  guint n;

  change_everything (window);
  last = dump (window);
  weir_test_screenshot (GTK_WIDGET (window), "undo-changed");
  n = undo_all (window);
  undone = dump (window);
  g_assert_cmpstr (undone, ==, first);
  weir_test_screenshot (GTK_WIDGET (window), "undo-undone");
  g_assert_cmpuint (n, ==, 7);
  g_assert_cmpuint (redo_all (window), ==, 7);
  redone = dump (window);
  g_assert_cmpstr (redone, ==, last);
  weir_test_close (window);
}

static gboolean
is_saved (gpointer window)
{
  WeirWork *work = ((WeirWindow *) window)->work;

  return weir_work_get_path (work) && !weir_work_get_is_unsaved (work);
}

/* A project is one step, and saved again it is what it was. */
static void
project (void)
{
  WeirWindow *window = open_window ();
  g_autofree char *folder = g_dir_make_tmp ("weir-undo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "fox.weir", NULL);
  g_autofree char *before = NULL;
  g_autofree char *saved = NULL;
  g_autofree char *opened = NULL;
  g_autofree char *undone = NULL;

  change_everything (window);
  saved = dump (window);
  weir_window_save_as (window, path);
  weir_test_wait (is_saved, window, PATIENCE, "the file");
  undo_all (window);
  before = dump (window);
  weir_work_set_path (window->work, NULL, TRUE);
  weir_window_open_project (window, path);
  weir_test_wait (is_saved, window, PATIENCE, "what was saved");
  opened = dump (window);
  g_assert_cmpstr (opened, ==, saved);
  focus_canvas (window);
  press (window, "ctrl+z");
  undone = dump (window);
  g_assert_cmpstr (undone, ==, before);
  weir_test_close (window);
}

static gboolean
has_ended (gpointer window)
{
  WeirQueue *queue = weir_application_get_queue (((WeirWindow *) window)->app);

  return !weir_queue_get_running (queue) && weir_queue_get_n_pending (queue) == 0;
}

/* A seed that is drawn for a job is no step, and no job is touched by undo. */
static void
jobs (void)
{
  WeirWindow *window = open_window ();
  guint64 first, second;

  for (guint i = 0; i < 2; i++)
    {
      g_object_get (window->params, "seed", i == 0 ? &first : &second, NULL);
      g_assert_true (weir_window_submit (window, FALSE));
      g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "undo"));
    }
  g_assert_cmpuint (first, !=, second);
  gtk_widget_grab_focus (find (window, "prompt_view"));
  weir_test_type (GTK_WIDGET (window), "hare");
  g_assert_true (weir_window_submit (window, FALSE));
  g_assert_cmpuint (undo_all (window), ==, 1);
  weir_test_wait (has_ended, window, PATIENCE, "the jobs");
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/undo/text", text);
  g_test_add_func ("/window/undo/all-the-way", all_the_way);
  g_test_add_func ("/window/undo/project", project);
  g_test_add_func ("/window/undo/jobs", jobs);
  return g_test_run ();
}
