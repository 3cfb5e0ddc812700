/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engine says in passing: not again and again, and never over what is to be pressed. */

#include "support/test-window.h"

#include <string.h>

#include "window-private.h"

#define PATIENCE 60 /* seconds */

typedef struct
{
  WeirWindow *window;
  WeirQueue  *queue;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->window = weir_test_open ();
  fixture->queue = weir_application_get_queue (fixture->window->app);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
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

static void
submit (Fixture    *fixture,
        const char *prompt)
{
  g_object_set (fixture->window->params, "prompt", prompt, NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
}

/* NULL if none is shown. */
static GtkWidget *
find_toast (Fixture *fixture)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->window->toasts)); child;
       child = gtk_widget_get_next_sibling (child))
    if (strcmp (gtk_widget_get_css_name (child), "toast") == 0)
      return child;
  return NULL;
}

static gboolean
has_no_toast (gpointer data)
{
  return !find_toast (data);
}

static void
assert_apart (GtkWidget *toast,
              GtkWidget *widget)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (toast));
  graphene_rect_t a, b;

  g_assert_true (gtk_widget_get_mapped (widget));
  g_assert_true (gtk_widget_compute_bounds (toast, window, &a));
  g_assert_true (gtk_widget_compute_bounds (widget, window, &b));
  if (graphene_rect_intersection (&a, &b, NULL))
    g_error ("what is said covers “%s”: it ends at %g, and that begins at %g",
             gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), a.origin.y + a.size.height,
             b.origin.y);
}

static void
once (Fixture       *fixture,
      gconstpointer  data)
{
  submit (fixture, "notices");
  submit (fixture, "notices too");
  weir_test_wait (is_idle, fixture, PATIENCE, "the first job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_wait (is_idle, fixture, PATIENCE, "the second job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_nonnull (find_toast (fixture));
  /* behind which no other one waits */
  weir_test_wait (has_no_toast, fixture, PATIENCE, "the sentence's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
  g_assert_null (find_toast (fixture));
}

static void
check_places (Fixture    *fixture,
              const char *screenshot)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);

  weir_test_settle (window);
  weir_test_screenshot (window, screenshot);
  assert_apart (find_toast (fixture), weir_test_find (window, "cancel"));
  assert_apart (find_toast (fixture), weir_test_find (window, "keep"));
}

/* While one picture is made and others wait to be kept, in each size. */
static void
places (Fixture       *fixture,
        gconstpointer  data)
{
  g_object_set (fixture->window->params, "count", 2u, NULL);
  submit (fixture, "a grey thing");
  weir_test_wait (is_idle, fixture, PATIENCE, "the first job's end");
  submit (fixture, "notices and waits");
  weir_test_wait (is_at_second_step, fixture, PATIENCE, "the job's second step");
  weir_staging_set_selected (fixture->window->staging, 0);
  check_places (fixture, "toast");
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 144 * 1024, NULL);
  check_places (fixture, "toast-large-text");
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 600);
  weir_test_settle (GTK_WIDGET (fixture->window));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 480, 480);
  check_places (fixture, "toast-narrow");
  weir_queue_cancel_all (fixture->queue);
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "once", once },
    { "places", places },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/notices/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
