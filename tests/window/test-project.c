/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Projects in the window: saved, opened, damaged; and what is there after a run that was killed. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif

#include "support/test-window.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cascade/image.h>

#include "reference.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */
#define SIDE     256

static const char *program;

static WeirPicture *
new_picture (guint8 seed)
{
  g_autoptr (CasImage) image = cas_image_new (SIDE, SIDE, NULL);

  for (guint i = 0; i < 3 * SIDE * SIDE; i++)
    cas_image_get_pixels (image)[i] = (guint8) (i * seed >> 4);
  return weir_picture_new (image, NULL);
}

static char *
dup_path (const char *name)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-projects-XXXXXX", NULL);

  return g_build_filename (folder, name, NULL);
}

static void
begin_stroke (WeirWindow *window)
{
  const WeirMaskBrush brush = { .size = 60, .softness = 0.6 };
  WeirMask *mask = weir_document_get_mask (window->document);

  weir_mask_begin_stroke (mask, &brush, 40, 60, 1);
  weir_mask_extend_stroke (mask, 200, 90, 1);
}

/* What the canvas holds, as one text. */
static char *
hash_document (WeirWindow *window)
{
  WeirPicture *picture = weir_document_get_picture (window->document);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *mask = g_malloc (SIDE * SIDE);
  GdkRectangle frame;

  g_assert_nonnull (picture);
  weir_mask_read (weir_document_get_mask (window->document), mask, SIDE);
  weir_document_get_frame (window->document, &frame);
  g_checksum_update (sum, cas_image_get_pixels (weir_picture_get_image (picture)), 3 * SIDE * SIDE);
  g_checksum_update (sum, mask, SIDE * SIDE);
  g_checksum_update (sum, (const guint8 *) &frame, sizeof frame);
  return g_strdup (g_checksum_get_string (sum));
}

static gboolean
is_saved (gpointer window)
{
  WeirWork *work = ((WeirWindow *) window)->work;

  return weir_work_get_path (work) && !weir_work_get_is_unsaved (work);
}

static gboolean
has_picture (gpointer window)
{
  return weir_document_get_picture (((WeirWindow *) window)->document) != NULL;
}

static gboolean
is_ready (gpointer window)
{
  return cas_worker_get_state (weir_application_get_worker (((WeirWindow *) window)->app)) ==
         CAS_WORKER_READY;
}

/* The model's own numbers come first. */
static void
fill (WeirWindow *window)
{
  g_autoptr (WeirPicture) picture = new_picture (3), other = new_picture (5);
  g_autoptr (WeirReference) reference = weir_reference_new (other, "other.png");
  g_autoptr (WeirGuide) guide = weir_work_new_guide (window->work, CAS_CONTROL_CANNY);

  weir_test_wait (is_ready, window, PATIENCE, "the worker");
  g_object_set (window->params, "prompt", "a red fox", "steps", 7u, NULL);
  weir_document_set_picture (window->document, picture);
  begin_stroke (window);
  weir_mask_end_stroke (weir_document_get_mask (window->document));
  weir_document_set_frame (window->document, &(GdkRectangle) { 0, 0, SIDE + 64, SIDE });
  weir_guide_set_picture (guide, other, "other.png");
  g_object_set (guide, "strength", 0.5, NULL);
  g_list_store_append (window->guides, guide);
  g_list_store_append (window->references, reference);
}

static void
check (WeirWindow *window)
{
  g_autoptr (WeirGuide) guide = g_list_model_get_item (G_LIST_MODEL (window->guides), 0);
  g_autofree char *prompt = NULL;
  double strength;
  guint steps;

  g_object_get (window->params, "prompt", &prompt, "steps", &steps, NULL);
  g_assert_cmpstr (prompt, ==, "a red fox");
  g_assert_cmpuint (steps, ==, 7);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (window->guides)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (window->references)), ==, 1);
  g_object_get (guide, "strength", &strength, NULL);
  g_assert_cmpfloat (strength, ==, 0.5);
  g_assert_nonnull (weir_guide_get_picture (guide));
}

/* Saved, taken away, opened: the same to the byte, and the title says so. */
static void
round_trip (void)
{
  WeirWindow *window = weir_test_open ();
  g_autofree char *path = dup_path ("Fox in Snow.weir");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *before = NULL, *after = NULL, *back = NULL;

  fill (window);
  before = hash_document (window);
  weir_window_save_as (window, path);
  weir_test_wait (is_saved, window, PATIENCE, "the project being saved");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Fox in Snow – Weir");
  g_object_set (window->params, "steps", 8u, NULL);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "• Fox in Snow – Weir");
  weir_test_settle (GTK_WIDGET (window));
  weir_test_screenshot (GTK_WIDGET (window), "project-unsaved");
  g_object_set (window->params, "steps", 7u, NULL);
  weir_test_key (GTK_WIDGET (window), "ctrl+s");
  weir_test_wait (is_saved, window, PATIENCE, "the project being saved again");

  g_action_group_activate_action (G_ACTION_GROUP (window), "begin-anew", NULL);
  g_assert_false (has_picture (window));
  g_assert_null (weir_work_get_path (window->work));
  g_object_set (window->params, "prompt", "", "steps", 20u, NULL);
  weir_window_open (window, file);
  weir_test_wait (has_picture, window, PATIENCE, "the project being opened");
  after = hash_document (window);
  g_assert_cmpstr (before, ==, after);
  check (window);
  g_assert_true (is_saved (window));

  g_action_group_activate_action (G_ACTION_GROUP (window), "undo", NULL);
  g_assert_false (has_picture (window));
  g_action_group_activate_action (G_ACTION_GROUP (window), "redo", NULL);
  back = hash_document (window);
  g_assert_cmpstr (before, ==, back);
  weir_test_close (window);
}

static GtkLabel *
find_label (GtkWidget  *root,
            const char *part)
{
  if (GTK_IS_LABEL (root) && gtk_widget_get_mapped (root)
      && strstr (gtk_label_get_text (GTK_LABEL (root)), part))
    return GTK_LABEL (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkLabel *found = find_label (child, part);

      if (found)
        return found;
    }
  return NULL;
}

typedef struct
{
  WeirWindow *window;
  const char *part;
} Sentence;

static gboolean
is_said (gpointer data)
{
  const Sentence *sentence = data;

  return find_label (GTK_WIDGET (sentence->window), sentence->part) != NULL;
}

/* One sentence, and what was there stays. */
static void
hostile (void)
{
  static const char *const contents[] = { "", "PK\003\004", "\211PNG\r\n\032\n", "{\"version\": 1}" };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      WeirWindow *window = weir_test_open ();
      g_autofree char *path = dup_path ("hostile.weir");
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autofree char *before = NULL, *after = NULL;

      g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
      fill (window);
      before = hash_document (window);
      weir_window_open (window, file);
      weir_test_wait (is_said, &(Sentence) { window, "is not a project of Weir" }, PATIENCE,
                      "a sentence about the file");
      after = hash_document (window);
      g_assert_cmpstr (before, ==, after);
      check (window);
      weir_test_close (window);
    }
}

/* What can be read is opened, the rest is said, and the damaged file is not written over. */
static void
damaged (void)
{
  WeirWindow *window = weir_test_open ();
  g_autofree char *path = dup_path ("damaged.weir");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *bytes = NULL;
  char *found;
  gsize size;

  fill (window);
  weir_window_save_as (window, path);
  weir_test_wait (is_saved, window, PATIENCE, "the project being saved");
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  found = memmem (bytes, size, "mask.png", 8);
  g_assert_nonnull (found);
  found = memmem (found, size - (gsize) (found - bytes), "\211PNG", 4);
  g_assert_nonnull (found);
  found[1] = 'x';
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  g_action_group_activate_action (G_ACTION_GROUP (window), "begin-anew", NULL);
  weir_window_open (window, file);
  weir_test_wait (is_said, &(Sentence) { window, "This could not be read: the mask" }, PATIENCE,
                  "a sentence about the mask");
  g_assert_true (has_picture (window));
  g_assert_null (weir_work_get_path (window->work));
  weir_test_settle (GTK_WIDGET (window));
  weir_test_screenshot (GTK_WIDGET (window), "project-damaged");
  weir_test_close (window);
}

static gboolean
has_file (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* --- a run that is killed in a stroke --------------------------------------------------------- */

/* The child's part: paints, says when, and goes on for ever. */
static void
paint (void)
{
  const char *sign = g_getenv ("WEIR_TEST_SIGN");
  gint64 begin_us;
  WeirWindow *window;
  g_autoptr (WeirPicture) picture = new_picture (3);

  if (!sign)
    return;
  window = weir_test_open ();
  weir_document_set_picture (window->document, picture);
  begin_stroke (window);
  begin_us = g_get_monotonic_time ();
  while (g_get_monotonic_time () - begin_us < G_TIME_SPAN_SECOND)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  /* what comes within the last second may be lost */
  weir_mask_extend_stroke (weir_document_get_mask (window->document), 200, 250, 1);
  g_assert_true (g_file_set_contents (sign, "painting", -1, NULL));
  while (TRUE)
    pause ();
}

static void
killed (void)
{
  g_autofree char *sign = dup_path ("sign");
  g_autofree guint8 *mask = g_malloc (SIDE * SIDE);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  WeirWindow *window;

  g_subprocess_launcher_setenv (launcher, "WEIR_TEST_SIGN", sign, TRUE);
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  child = g_subprocess_launcher_spawn (launcher, &error, program, "-p", "/window/project/paint",
                                       NULL);
  g_assert_no_error (error);
  weir_test_wait (has_file, sign, PATIENCE, "the other program's stroke");
  g_subprocess_send_signal (child, SIGKILL);
  g_subprocess_wait (child, NULL, NULL);

  window = weir_test_open_again ();
  weir_test_wait (has_picture, window, PATIENCE, "what there was");
  weir_mask_read (weir_document_get_mask (window->document), mask, SIDE);
  g_assert_cmpuint (mask[60 * SIDE + 40], ==, 255);
  g_assert_cmpuint (mask[90 * SIDE + 195], ==, 255);
  g_assert_cmpuint (mask[5 * SIDE + 5], ==, 0);
  weir_test_wait (is_said, &(Sentence) { window, "Weir ended unexpectedly" }, PATIENCE,
                  "the offer to begin anew");
  weir_test_settle (GTK_WIDGET (window));
  weir_test_screenshot (GTK_WIDGET (window), "project-recovered");
  g_action_group_activate_action (G_ACTION_GROUP (window), "begin-anew", NULL);
  g_assert_false (has_picture (window));
  weir_test_close (window);

  window = weir_test_open_again ();
  g_assert_false (has_picture (window));
  g_assert_null (find_label (GTK_WIDGET (window), "Weir ended unexpectedly"));
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  program = argv[0];
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/project/round-trip", round_trip);
  g_test_add_func ("/window/project/hostile", hostile);
  g_test_add_func ("/window/project/damaged", damaged);
  g_test_add_func ("/window/project/paint", paint);
  g_test_add_func ("/window/project/killed", killed);
  return g_test_run ();
}
