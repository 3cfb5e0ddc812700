/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who works on the canvas goes on by keys after a click on what lies beside it. */

#include "support/test-window.h"

#include "window-private.h"

#define PATIENCE 60 /* seconds */

typedef struct
{
  WeirWindow *window;
  GtkWidget  *canvas;
} Fixture;

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (weir_application_get_queue (((Fixture *) data)->window->app));
}

static void
make (Fixture *fixture,
      guint    n)
{
  g_object_set (fixture->window->params, "prompt", "a grey thing", "count", n, NULL);
  g_assert_true (weir_window_submit (fixture->window, FALSE));
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_test_settle (GTK_WIDGET (fixture->window));
}

/* A document, and three results that wait. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->window = weir_test_open ();
  fixture->canvas = GTK_WIDGET (fixture->window->canvas);
  make (fixture, 1);
  weir_staging_keep (fixture->window->staging);
  make (fixture, 3);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  weir_test_close (fixture->window);
}

static void
click (Fixture    *fixture,
       const char *id)
{
  GtkWidget *button = weir_test_find (GTK_WIDGET (fixture->window), id);

  g_assert_true (gtk_widget_get_mapped (button));
  weir_test_click (button, gtk_widget_get_width (button) / 2, gtk_widget_get_height (button) / 2);
}

static void
assert_on_canvas (Fixture    *fixture,
                  const char *after)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  if (focus != fixture->canvas)
    g_error ("after “%s” the focus is on %s", after,
             focus ? gtk_buildable_get_buildable_id (GTK_BUILDABLE (focus)) : "nothing");
}

static char *
dup_tool (Fixture *fixture)
{
  g_autoptr (GVariant) state =
    g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), "tool");

  return g_variant_dup_string (state, NULL);
}

/* Results are flipped by button and by key, and tools taken by key, all in turn. */
static void
clicks (Fixture       *fixture,
        gconstpointer  data)
{
  static const char *const buttons[] = { "next", "previous", "compare", "compare", "zoom_in",
                                         "zoom_out", "zoom_fit" };
  WeirStaging *staging = fixture->window->staging;
  GListModel *results = G_LIST_MODEL (staging);
  const guint n = g_list_model_get_n_items (results);
  guint selected;

  weir_staging_set_selected (staging, 0);
  weir_test_settle (fixture->canvas);
  gtk_widget_grab_focus (fixture->canvas);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      click (fixture, buttons[i]);
      assert_on_canvas (fixture, buttons[i]);
    }
  selected = weir_staging_get_selected (staging);
  weir_test_key (fixture->canvas, "Right");
  g_assert_cmpuint (weir_staging_get_selected (staging), ==, (selected + 1) % n);
  click (fixture, "discard");
  assert_on_canvas (fixture, "discard");
  weir_test_key (fixture->canvas, "Delete");
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, n - 2);
  click (fixture, "keep");
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 0);
  assert_on_canvas (fixture, "keep");
}

/* From the prompt: the button leaves the keys there, and what is kept takes them to the canvas. */
static void
decided (Fixture       *fixture,
         gconstpointer  data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  g_autofree char *tool = NULL;

  gtk_widget_grab_focus (weir_test_find (window, "prompt_view"));
  click (fixture, "generate_button");
  weir_test_wait (is_idle, fixture, PATIENCE, "the job's end");
  weir_test_settle (window);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == weir_test_find (window, "prompt_view"));
  weir_staging_set_selected (fixture->window->staging, 0);
  weir_test_settle (window);
  click (fixture, "keep");
  assert_on_canvas (fixture, "keep");
  weir_test_key (window, "e");
  tool = dup_tool (fixture);
  g_assert_cmpstr (tool, ==, "eraser");
}

static void
tools (Fixture       *fixture,
       gconstpointer  data)
{
  static const char *const buttons[] = { "brush", "add", "subtract", "eraser" };

  weir_staging_discard_all (fixture->window->staging);
  weir_test_settle (fixture->canvas);
  gtk_widget_grab_focus (fixture->canvas);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      g_autofree char *tool = NULL;

      click (fixture, buttons[i]);
      assert_on_canvas (fixture, buttons[i]);
      weir_test_key (fixture->canvas, i % 2 ? "l" : "b");
      tool = dup_tool (fixture);
      g_assert_cmpstr (tool, ==, i % 2 ? "lasso" : "brush");
    }
}

/* Without a pointer they are reached one after another. */
static void
tab (Fixture       *fixture,
     gconstpointer  data)
{
  static const char *const buttons[] = { "previous", "next", "compare", "discard", "keep" };

  weir_staging_set_selected (fixture->window->staging, 1);
  weir_test_settle (fixture->canvas);
  gtk_widget_grab_focus (weir_test_find (GTK_WIDGET (fixture->window), buttons[0]));
  for (guint i = 1; i < G_N_ELEMENTS (buttons); i++)
    {
      weir_test_key (fixture->canvas, "Tab");
      g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) ==
                     weir_test_find (GTK_WIDGET (fixture->window), buttons[i]));
    }
}

/* What opens over the window gives the focus back when it closes. The second half of the split
 * button has no id. */
static GtkWidget *
find_menu_button (Fixture    *fixture,
                  const char *part,
                  const char *id)
{
  GtkWidget *found =
    weir_test_find (weir_test_find (GTK_WIDGET (fixture->window), part), id ? id : part);

  for (GtkWidget *child = id ? NULL : gtk_widget_get_first_child (found); child;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      return child;
  return found;
}

static const struct { const char *part, *id; } menu_buttons[] = {
  { "queue_button", "queue_button" },
  { "menu_button", "menu_button" },
  { "generate_button", NULL },
  { "tool_options", "menu_button" },
};

static void
show_tools (Fixture *fixture)
{
  weir_staging_discard_all (fixture->window->staging);
  weir_test_settle (fixture->canvas);
  gtk_widget_grab_focus (fixture->canvas);
  weir_test_key (fixture->canvas, "b");
}

/* Opened by a click, to the canvas. */
static void
popovers_by_pointer (Fixture       *fixture,
                     gconstpointer  data)
{
  show_tools (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (menu_buttons); i++)
    {
      GtkWidget *button = find_menu_button (fixture, menu_buttons[i].part, menu_buttons[i].id);
      GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
      g_autofree char *tool = NULL;

      weir_test_click (button, gtk_widget_get_width (button) / 2,
                       gtk_widget_get_height (button) / 2);
      g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (popover)));
      weir_test_key (fixture->canvas, "Escape");
      g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (popover)));
      assert_on_canvas (fixture, menu_buttons[i].part);
      weir_test_key (fixture->canvas, i % 2 ? "b" : "l");
      tool = dup_tool (fixture);
      g_assert_cmpstr (tool, ==, i % 2 ? "brush" : "lasso");
    }
}

/* Opened by a key, to the button. */
static void
popovers_by_key (Fixture       *fixture,
                 gconstpointer  data)
{
  show_tools (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (menu_buttons); i++)
    {
      GtkWidget *button = find_menu_button (fixture, menu_buttons[i].part, menu_buttons[i].id);
      GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
      GtkWidget *toggle = gtk_widget_get_first_child (button);

      g_assert_true (gtk_widget_grab_focus (toggle));
      weir_test_key (fixture->canvas, "space");
      g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (popover)));
      weir_test_key (fixture->canvas, "Escape");
      g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (popover)));
      g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) == toggle);
    }
}

static gboolean
is_open (gpointer data)
{
  return gtk_widget_get_mapped (GTK_WIDGET (((Fixture *) data)->window->queue_popover));
}

static gboolean
is_closed (gpointer data)
{
  return !is_open (data);
}

/* The results, too, go on by keys. */
static void
popover_and_results (Fixture       *fixture,
                     gconstpointer  data)
{
  WeirStaging *staging = fixture->window->staging;
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (staging));

  weir_staging_set_selected (staging, 0);
  weir_test_settle (fixture->canvas);
  gtk_widget_grab_focus (fixture->canvas);
  click (fixture, "queue_button");
  weir_test_wait (is_open, fixture, PATIENCE, "the queue");
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_key (fixture->canvas, "Escape");
  weir_test_wait (is_closed, fixture, PATIENCE, "the queue to close");
  weir_test_settle (GTK_WIDGET (fixture->window));
  weir_test_key (fixture->canvas, "Right");
  g_assert_cmpuint (weir_staging_get_selected (staging), ==, 1);
  weir_test_key (fixture->canvas, "Delete");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (staging)), ==, n - 1);
  weir_test_key (fixture->canvas, "Return");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (staging)), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "clicks", clicks },
    { "decided", decided },
    { "tools", tools },
    { "tab", tab },
    { "popovers-by-pointer", popovers_by_pointer },
    { "popovers-by-key", popovers_by_key },
    { "popover-and-results", popover_and_results },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/focus/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
