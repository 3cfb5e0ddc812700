/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finished pictures that cannot be saved: they are held and it is said, until they are. */

#include "support/test-window.h"

#include <string.h>

#include <glib/gstdio.h>

#include "support/layout.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */

typedef struct
{
  WeirWindow       *window;
  WeirQueue        *queue;
  WeirPictureSaver *saver;
  char             *folder; /* of the pictures */
} Fixture;

static void
take_window (Fixture    *fixture,
             WeirWindow *window)
{
  fixture->window = window;
  fixture->queue = weir_application_get_queue (window->app);
  fixture->saver = weir_application_get_saver (window->app);
}

/* A file stands where the folder would have to. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  take_window (fixture, weir_test_open ());
  fixture->folder =
    g_settings_get_string (weir_application_get_settings (fixture->window->app), "save-folder");
  g_assert_true (g_file_set_contents (fixture->folder, "in the way", -1, NULL));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  weir_test_close (fixture->window);
  g_remove (fixture->folder);
  g_free (fixture->folder);
}

static gboolean
has_two_unsaved (gpointer data)
{
  return weir_picture_saver_get_n_unsaved (((Fixture *) data)->saver) == 2;
}

static gboolean
has_none_unsaved (gpointer data)
{
  return weir_picture_saver_get_n_unsaved (((Fixture *) data)->saver) == 0;
}

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (((Fixture *) data)->queue);
}

/* Two pictures that could not be saved. */
static void
make_two (Fixture *fixture)
{
  g_object_set (fixture->window->params, "prompt", "a grey thing", "count", 2u, NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
  weir_test_wait (has_two_unsaved, fixture, PATIENCE, "two pictures that are not saved");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
}

static GtkWidget *
find (Fixture    *fixture,
      const char *id)
{
  return weir_test_find (GTK_WIDGET (fixture->window->unsaved_banner), id);
}

static void
press (Fixture    *fixture,
       const char *id)
{
  GtkWidget *button = find (fixture, id);

  weir_test_click (button, gtk_widget_get_width (button) / 2, gtk_widget_get_height (button) / 2);
}

static guint
count_pictures (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)))
    n += g_str_has_suffix (name, ".png");
  return n;
}

/* NULL if there is none. */
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

/* It stays, says how many and why, and what is pressed is done. */
static void
try_again (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *sentence =
    g_strdup_printf ("2 images are not saved: The folder “%s” cannot be made: ", fixture->folder);
  const char *label;

  make_two (fixture);
  g_assert_true (weir_banner_is_shown (fixture->window->unsaved_banner));
  label = gtk_label_get_label (GTK_LABEL (find (fixture, "label")));
  g_assert_true (g_str_has_prefix (label, sentence));
  g_assert_false (gtk_widget_get_visible (find (fixture, "close_button")));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "unsaved");

  press (fixture, "second_button");
  g_assert_true (has_two_unsaved (fixture));
  g_assert_true (weir_banner_is_shown (fixture->window->unsaved_banner));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "unsaved-again");

  g_remove (fixture->folder);
  press (fixture, "second_button");
  weir_test_wait (has_none_unsaved, fixture, PATIENCE, "the pictures on the disk");
  g_assert_false (weir_banner_is_shown (fixture->window->unsaved_banner));
  g_assert_cmpuint (count_pictures (fixture->folder), ==, 2);
  g_assert_false (weir_window_asks_to_stay (fixture->window));
}

static void
other_folder (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *other = g_strconcat (fixture->folder, "-elsewhere", NULL);

  make_two (fixture);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (find (fixture, "first_button"))),
                   ==, "win.save-elsewhere");
  g_settings_set_string (weir_application_get_settings (fixture->window->app), "save-folder", other);
  weir_test_wait (has_none_unsaved, fixture, PATIENCE, "the pictures in the other folder");
  g_assert_false (weir_banner_is_shown (fixture->window->unsaved_banner));
  g_assert_cmpuint (count_pictures (other), ==, 2);
}

/* What could be saved says that the others can be too. */
static void
by_itself (Fixture       *fixture,
           gconstpointer  data)
{
  make_two (fixture);
  g_remove (fixture->folder);
  g_object_set (fixture->window->params, "count", 1u, NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
  weir_test_wait (has_none_unsaved, fixture, PATIENCE, "all pictures on the disk");
  g_assert_cmpuint (count_pictures (fixture->folder), ==, 3);
}

/* What else is to be said stands beside it. */
static void
two_troubles (Fixture       *fixture,
              gconstpointer  data)
{
  make_two (fixture);
  g_object_set (fixture->window->params, "prompt", "no-memory", NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_true (weir_banner_is_shown (fixture->window->banner));
  g_assert_true (weir_banner_is_shown (fixture->window->unsaved_banner));
  /* in place of what did not come */
  g_assert_cmpuint (weir_staging_get_selected (fixture->window->staging), ==, 1);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "unsaved-and-memory");
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 600);
  weir_test_settle (GTK_WIDGET (fixture->window));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 480, 480);
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "unsaved-and-memory-narrow");
}

static void
close_window (Fixture *fixture)
{
  gtk_window_close (GTK_WINDOW (fixture->window));
  weir_test_wait (has_question, NULL, PATIENCE, "the question");
  weir_test_settle (GTK_WIDGET (fixture->window));
}

/* NULL if there is none with this label. */
static GtkWidget *
find_button (GtkWidget  *root,
             const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found)
        return found;
    }
  return NULL;
}

static gboolean
has_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static gboolean
has_pending (gpointer data)
{
  return weir_queue_get_n_pending (((Fixture *) data)->queue) == 1;
}

/* Nobody is asked twice, and what is not saved can be made again. */
static void
closing (Fixture       *fixture,
         gconstpointer  data)
{
  WeirApplication *app = fixture->window->app;
  gpointer left = fixture->window;

  make_two (fixture);
  close_window (fixture);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (find_question ())), ==,
                   "2 Images Are Not Saved");
  weir_test_screenshot (GTK_WIDGET (find_question ()), "unsaved-closing");
  weir_test_key (GTK_WIDGET (fixture->window), "Escape");
  g_assert_null (find_question ());
  g_assert_true (has_two_unsaved (fixture));
  g_assert_true (weir_banner_is_shown (fixture->window->unsaved_banner));

  close_window (fixture);
  weir_application_begin_writing (app); /* which lets the test see what comes of it */
  g_object_add_weak_pointer (G_OBJECT (fixture->window), &left);
  g_signal_emit_by_name (find_button (GTK_WIDGET (find_question ()), "_Quit Anyway"), "clicked");
  weir_test_wait (has_gone, &left, PATIENCE, "the window's end");

  g_application_activate (G_APPLICATION (app));
  take_window (fixture,
               WEIR_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (app))));
  weir_application_end_writing (app);
  weir_test_wait (has_pending, fixture, PATIENCE, "the job that is kept");
  weir_queue_cancel_all (fixture->queue);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "try-again", try_again },
    { "other-folder", other_folder },
    { "by-itself", by_itself },
    { "two-troubles", two_troubles },
    { "closing", closing },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/saving/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
