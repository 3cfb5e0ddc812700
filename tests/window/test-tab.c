/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole window by Tab and Shift+Tab: whatever a person can act on is reached, and one way is
 * the other's reverse, in scripts of both directions. */

#include "support/test-window.h"

#include "library/history-cell.h"
#include "window-private.h"

#define PATIENCE 60 /* seconds */
#define N_STEPS  80 /* more than there are places */

typedef struct
{
  WeirWindow *window;
  GPtrArray  *walk; /* the widgets that had the focus, one after another */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  is_rtl)
{
  gtk_widget_set_default_direction (is_rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  fixture->window = weir_test_open ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1270, 760);
  weir_test_settle (GTK_WIDGET (fixture->window));
  fixture->walk = g_ptr_array_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  is_rtl)
{
  weir_test_close (fixture->window);
  g_ptr_array_unref (fixture->walk);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

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

static void
make_document (Fixture *fixture)
{
  make (fixture, 1);
  weir_staging_keep (fixture->window->staging);
  g_action_group_change_action_state (G_ACTION_GROUP (fixture->window), "tool",
                                      g_variant_new_string ("brush"));
  weir_test_settle (GTK_WIDGET (fixture->window));
}

/* "GtkButton keep staging_bar", from the inside out. */
static char *
dup_name (GtkWidget *widget)
{
  GString *name = g_string_new (G_OBJECT_TYPE_NAME (widget));

  for (GtkWidget *at = widget; at && !GTK_IS_NATIVE (at); at = gtk_widget_get_parent (at))
    {
      const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (at));

      if (id && !g_str_has_prefix (id, "___"))
        g_string_append_printf (name, " %s", id);
    }
  return g_string_free (name, FALSE);
}

/* --- what is to be reached -------------------------------------------------------------------- */

static gboolean
is_thing_to_act_on (GtkWidget *widget)
{
  return GTK_IS_ACTIONABLE (widget) || GTK_IS_EDITABLE (widget) || GTK_IS_TEXT_VIEW (widget)
         || GTK_IS_RANGE (widget) || GTK_IS_EXPANDER (widget) || WEIR_IS_CANVAS (widget);
}

/* Calls func with all that can have the focus and hold nothing that can. Returns whether there was
 * something. */
static gboolean
foreach_place (GtkWidget *widget,
               void     (*func) (Fixture   *fixture,
                                 GtkWidget *widget),
               Fixture   *fixture)
{
  gboolean has_places = FALSE;

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_sensitive (widget)
      || !gtk_widget_get_can_focus (widget))
    return FALSE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    has_places |= foreach_place (child, func, fixture);
  if (has_places || !gtk_widget_get_focusable (widget) || !is_thing_to_act_on (widget))
    return has_places;
  func (fixture, widget);
  return TRUE;
}

static void
assert_reached (Fixture   *fixture,
                GtkWidget *widget)
{
  g_autofree char *name = dup_name (widget);

  if (!g_ptr_array_find (fixture->walk, widget, NULL))
    g_error ("no key reaches “%s”", name);
}

/* --- walking ---------------------------------------------------------------------------------- */

static void
focus_moved (Fixture *fixture)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  if (focus) /* from the last to the first it is nowhere between */
    g_ptr_array_add (fixture->walk, focus);
}

static void
walk (Fixture    *fixture,
      const char *key)
{
  const gulong id = g_signal_connect_swapped (fixture->window, "notify::focus-widget",
                                              G_CALLBACK (focus_moved), fixture);
  const char *words[4 + N_STEPS] = { "key", "--delay", "12" };

  for (guint i = 0; i < N_STEPS; i++)
    words[3 + i] = key;
  g_ptr_array_set_size (fixture->walk, 0);
  weir_test_do (GTK_WIDGET (fixture->window), words);
  g_signal_handler_disconnect (fixture->window, id);
  for (guint i = 0; i < fixture->walk->len; i++)
    if (!gtk_widget_get_mapped (fixture->walk->pdata[i]))
      g_error ("the focus is on what is not shown");
}

/* Each step of the one walk is one of the other, the other way. */
static void
assert_reverse (GPtrArray *forward,
                GPtrArray *backward)
{
  g_autoptr (GHashTable) before = g_hash_table_new (NULL, NULL);

  for (guint i = 1; i < backward->len; i++)
    g_hash_table_insert (before, backward->pdata[i - 1], backward->pdata[i]);
  for (guint i = 1; i < forward->len; i++)
    {
      GtkWidget *back = g_hash_table_lookup (before, forward->pdata[i]);
      g_autofree char *from = dup_name (forward->pdata[i - 1]);
      g_autofree char *to = dup_name (forward->pdata[i]);

      if (back != forward->pdata[i - 1])
        g_error ("Tab goes from “%s” to “%s”, and Shift+Tab does not go back", from, to);
    }
}

/* In the window, or in what is open over it. */
static void
walk_both_ways (Fixture   *fixture,
                GtkWidget *within)
{
  g_autoptr (GPtrArray) forward = NULL;

  walk (fixture, "Tab");
  foreach_place (within, assert_reached, fixture);
  forward = g_steal_pointer (&fixture->walk);
  fixture->walk = g_ptr_array_new ();
  walk (fixture, "shift+Tab");
  foreach_place (within, assert_reached, fixture);
  assert_reverse (forward, fixture->walk);
}

static guint
count_cells (Fixture *fixture)
{
  g_autoptr (GHashTable) cells = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < fixture->walk->len; i++)
    if (WEIR_IS_HISTORY_CELL (fixture->walk->pdata[i]))
      g_hash_table_add (cells, fixture->walk->pdata[i]);
  return g_hash_table_size (cells);
}

static void
empty (Fixture       *fixture,
       gconstpointer  is_rtl)
{
  walk_both_ways (fixture, GTK_WIDGET (fixture->window));
}

/* With all that can be unfolded unfolded. */
static void
unfolded (Fixture       *fixture,
          gconstpointer  is_rtl)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);

  gtk_expander_set_expanded (GTK_EXPANDER (weir_test_find (window, "negative_expander")), TRUE);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (weir_test_find (window, "more_row")), TRUE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (weir_test_find (window, "find_button")), TRUE);
  weir_test_settle (window);
  walk_both_ways (fixture, window);
}

static void
document (Fixture       *fixture,
          gconstpointer  is_rtl)
{
  make_document (fixture);
  walk_both_ways (fixture, GTK_WIDGET (fixture->window));
}

/* The pictures of the history are one place, from which arrows go on. */
static void
candidates (Fixture       *fixture,
            gconstpointer  is_rtl)
{
  make_document (fixture);
  make (fixture, 3);
  walk_both_ways (fixture, GTK_WIDGET (fixture->window));
  g_assert_cmpuint (count_cells (fixture), ==, 1);
}

static void
queue (Fixture       *fixture,
       gconstpointer  is_rtl)
{
  GtkWidget *popover = GTK_WIDGET (fixture->window->queue_popover);

  make_document (fixture);
  make (fixture, 1);
  g_object_set (weir_application_get_queue (fixture->window->app), "is-paused", TRUE, NULL);
  for (guint i = 0; i < 3; i++)
    g_assert_true (weir_window_submit (fixture->window, FALSE));
  gtk_menu_button_popup (fixture->window->queue_button);
  weir_test_settle (popover);
  /* a list of GTK 4.18 is left by another row than it was entered by */
  walk (fixture, "Tab");
  foreach_place (popover, assert_reached, fixture);
  walk (fixture, "shift+Tab");
  foreach_place (popover, assert_reached, fixture);
  gtk_menu_button_popdown (fixture->window->queue_button);
}

/* What lies below the zones is not reached through them. */
static void
zones (Fixture       *fixture,
       gconstpointer  is_rtl)
{
  GtkWidget *zones_widget = GTK_WIDGET (fixture->window->drop_zones);
  g_auto (GValue) texture = G_VALUE_INIT;

  make_document (fixture);
  g_value_init (&texture, GDK_TYPE_TEXTURE);
  g_value_set_object (&texture, weir_picture_get_texture (
                                  weir_document_get_picture (fixture->window->document)));
  g_assert_true (weir_drop_zones_offer (fixture->window->drop_zones, &texture));
  weir_test_settle (zones_widget);
  weir_test_settle (zones_widget);
  walk (fixture, "Tab");
  foreach_place (weir_test_find (zones_widget, "veil"), assert_reached, fixture);
  g_assert_false (g_ptr_array_find (fixture->walk, fixture->window->canvas, NULL));
  walk (fixture, "shift+Tab");
  foreach_place (weir_test_find (zones_widget, "veil"), assert_reached, fixture);
  g_assert_false (g_ptr_array_find (fixture->walk, fixture->window->canvas, NULL));
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "empty", empty },
    { "unfolded", unfolded },
    { "document", document },
    { "candidates", candidates },
    { "queue", queue },
    { "zones", zones },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/window/tab/", tests[i / 2].name, i % 2 ? "-rtl" : "",
                                           NULL);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i % 2), set_up, tests[i / 2].test, tear_down);
    }
  return g_test_run ();
}
