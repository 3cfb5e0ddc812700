/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the queue's list is: at the job that is made, still while a person acts in it, and with the row
 * that is moved. */

#include "support/test-window.h"

#include <math.h>

#include "queue/queue-row.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */
#define N_JOBS 14   /* more than are seen at once */

typedef struct
{
  WeirWindow    *window;
  WeirQueue     *queue;
  GtkWidget     *popover;
  GtkWidget     *list;
  GtkAdjustment *at;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *scroller;

  fixture->window = weir_test_open ();
  fixture->queue = weir_application_get_queue (fixture->window->app);
  fixture->popover = GTK_WIDGET (fixture->window->queue_popover);
  fixture->list = weir_test_find (fixture->popover, "list");
  scroller = weir_test_find (fixture->popover, "scroller");
  fixture->at = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_object_set (fixture->queue, "is-paused", TRUE, NULL);
  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("number %u", i);

      g_object_set (fixture->window->params, "prompt", prompt, NULL);
      g_assert_true (weir_window_submit (fixture->window, FALSE));
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  weir_test_close (fixture->window);
}

static void
open_popover (Fixture *fixture)
{
  gtk_menu_button_popup (fixture->window->queue_button);
  weir_test_settle (fixture->popover);
}

static void
scroll_to (Fixture *fixture,
           double   value)
{
  gtk_adjustment_set_value (fixture->at, value);
  weir_test_settle (fixture->popover);
}

static gboolean
is_row_of (GtkWidget *row,
           WeirJob   *job)
{
  g_autofree char *title = NULL;

  g_object_get (job, "title", &title, NULL);
  return g_strcmp0 (gtk_label_get_label (GTK_LABEL (weir_test_find (row, "title"))), title) == 0;
}

/* Of the job at this position. */
static GtkWidget *
find_row (Fixture *fixture,
          guint    position)
{
  g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), position);

  for (GtkWidget *item = gtk_widget_get_first_child (fixture->list); item;
       item = gtk_widget_get_next_sibling (item))
    if (gtk_widget_get_child_visible (item) && gtk_widget_get_first_child (item) &&
        is_row_of (gtk_widget_get_first_child (item), job))
      return gtk_widget_get_first_child (item);
  g_error ("no row shows the job at %u", position);
}

/* Within what is seen of the list. */
static double
get_y (Fixture   *fixture,
       GtkWidget *row)
{
  graphene_point_t point = GRAPHENE_POINT_INIT (0, 0);

  g_assert_true (gtk_widget_compute_point (row, fixture->popover, &point, &point));
  return point.y;
}

static WeirJob *
peek_job (Fixture *fixture,
          guint    position)
{
  g_autoptr (WeirJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), position);

  return job;
}

static gboolean
is_running (gpointer data)
{
  WeirJob *job = weir_queue_get_running (((Fixture *) data)->queue);

  return job && weir_job_get_progress (job)->step == 2;
}

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (((Fixture *) data)->queue);
}

/* A job that waits until it is cancelled, before all that ended. */
static void
begin (Fixture *fixture)
{
  g_object_set (fixture->window->params, "prompt", "waits", NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
  weir_test_wait (is_running, fixture, PATIENCE, "the job's second step");
  weir_test_settle (fixture->popover);
}

static void
end (Fixture *fixture)
{
  weir_queue_cancel_all (fixture->queue);
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_test_settle (fixture->popover);
}

/* However it was left. */
static void
opens_at_work (Fixture       *fixture,
               gconstpointer  data)
{
  open_popover (fixture);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->at), ==, 0);
  scroll_to (fixture, 200);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->at), ==, 200);
  gtk_menu_button_popdown (fixture->window->queue_button);
  weir_test_settle (GTK_WIDGET (fixture->window));
  open_popover (fixture);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->at), ==, 0);
}

/* Nobody acts in the list: what is made comes into sight, and what was made last. */
static void
follows (Fixture       *fixture,
         gconstpointer  data)
{
  weir_queue_cancel_pending (fixture->queue);
  weir_queue_resume (fixture->queue);
  open_popover (fixture);
  begin (fixture);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->at), ==, 0);
  weir_test_screenshot (fixture->popover, "popover-follows");
  end (fixture);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->at), ==, 0);
}

/* What is below the pointer stays there, whatever comes above it. */
static void
stands_still (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *row;
  double y;

  weir_queue_cancel_pending (fixture->queue);
  weir_queue_resume (fixture->queue);
  open_popover (fixture);
  scroll_to (fixture, 100);
  row = find_row (fixture, 4);
  y = get_y (fixture, row);
  weir_test_move (row, 20, 20);
  begin (fixture);
  g_assert_true (row == find_row (fixture, 5));
  g_assert_cmpfloat (fabs (get_y (fixture, row) - y), <, 1);
  end (fixture);
}

/* The row that is moved by its button or by keys keeps the focus, and the place below the pointer as
 * far as there is something to scroll. */
static void
moves (Fixture       *fixture,
       gconstpointer  data)
{
  WeirJob *job = peek_job (fixture, 5);
  GtkWidget *row, *button;
  double y;

  open_popover (fixture);
  scroll_to (fixture, 130);
  row = find_row (fixture, 5);
  button = weir_test_find (row, "front_button");
  gtk_widget_grab_focus (button);
  y = get_y (fixture, row);
  for (guint place = 4; place >= 3; place--)
    {
      weir_test_key (fixture->popover, "alt+Up");
      g_assert_true (peek_job (fixture, place) == job);
      g_assert_true (row == find_row (fixture, place));
      g_assert_true (gtk_root_get_focus (gtk_widget_get_root (button)) == button);
      g_assert_cmpfloat (fabs (get_y (fixture, row) - y), <, 1);
    }
  weir_test_key (fixture->popover, "alt+Down");
  g_assert_true (peek_job (fixture, 4) == job);
  g_assert_cmpfloat (fabs (get_y (fixture, row) - y), <, 1);

  weir_test_click (button, gtk_widget_get_width (button) / 2, gtk_widget_get_height (button) / 2);
  g_assert_true (peek_job (fixture, 0) == job);
  g_assert_true (row == find_row (fixture, 0));
  g_assert_true (gtk_root_get_focus (gtk_widget_get_root (button)) == button);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->at), ==, 0);
  weir_test_screenshot (fixture->popover, "popover-moved");
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "opens-at-work", opens_at_work },
    { "follows", follows },
    { "stands-still", stands_still },
    { "moves", moves },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/popover/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
