/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window looks like and does before any picture is made. */

#include "support/layout.h"
#include "support/test-window.h"

static void
empty (void)
{
  WeirWindow *window = weir_test_open ();

  g_assert_true (gtk_widget_get_mapped (weir_test_find (GTK_WIDGET (window), "empty_page")));
  weir_test_screenshot (GTK_WIDGET (window), "empty");
  weir_test_close (window);
}

/* A panel goes when its key is pressed and is back with the next; the next window begins with what
 * was wanted in the last one, but for what there was no room for. */
static void
panels (void)
{
  static const struct { const char *key, *name; } panels[] = {
    { "F9", "settings_box" }, { "shift+F9", "history_box" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (panels); i++)
    for (guint round = 0; round < 2; round++)
      {
        WeirWindow *window = round == 0 ? weir_test_open () : weir_test_open_again ();
        GtkWidget *panel = weir_test_find (GTK_WIDGET (window), panels[i].name);

        g_assert_cmpint (gtk_widget_get_mapped (panel), ==, round == 0);
        weir_test_key (GTK_WIDGET (window), panels[i].key);
        g_assert_cmpint (gtk_widget_get_mapped (panel), ==, round == 1);
        gtk_window_set_default_size (GTK_WINDOW (window), 600, 600);
        weir_test_settle (GTK_WIDGET (window));
        g_assert_false (gtk_widget_get_mapped (panel));
        gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
        weir_test_settle (GTK_WIDGET (window));
        g_assert_cmpint (gtk_widget_get_mapped (panel), ==, round == 1);
        weir_test_close (window);
      }
}

/* As a person would make it smaller: on the way some buttons go. */
static void
make_small (WeirWindow *window)
{
  gtk_window_set_default_size (GTK_WINDOW (window), 700, 600);
  weir_test_settle (GTK_WIDGET (window));
  gtk_window_set_default_size (GTK_WINDOW (window), 480, 480);
  weir_test_settle (GTK_WIDGET (window));
  weir_test_assert_fits (GTK_WINDOW (window), 480, 480);
}

/* The smallest window: the settings lie over the canvas when they are asked for. */
static void
narrow (void)
{
  WeirWindow *window = weir_test_open ();
  GtkWidget *panel = weir_test_find (GTK_WIDGET (window), "settings_box");

  make_small (window);
  g_assert_false (gtk_widget_get_mapped (panel));
  weir_test_screenshot (GTK_WIDGET (window), "narrow");
  weir_test_key (GTK_WIDGET (window), "F9");
  g_assert_true (gtk_widget_get_mapped (panel));
  weir_test_screenshot (GTK_WIDGET (window), "narrow-settings");
  weir_test_close (window);
}

/* Half as large again: nothing is cut off, and the window still becomes small. */
static void
large_text (void)
{
  WeirWindow *window = weir_test_open ();

  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 144 * 1024, NULL);
  weir_test_settle (GTK_WIDGET (window));
  weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "settings_box"));
  weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "generate_button"));
  weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "history"));
  weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "content_stack"));
  weir_test_screenshot (GTK_WIDGET (window), "large-text");
  make_small (window);
  weir_test_screenshot (GTK_WIDGET (window), "large-text-narrow");
  weir_test_key (GTK_WIDGET (window), "F9");
  weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "settings_box"));
  weir_test_screenshot (GTK_WIDGET (window), "large-text-narrow-settings");
  weir_test_close (window);
}

/* What is laid out from where a line begins, in the header and the columns. */
static const char *const placed[] = {
  "start_button", "new_button", "undo_button", "menu_button", "prompt_view", "generate_button",
  "history_box",
};

static void
measure_places (GtkTextDirection direction,
                graphene_rect_t  places[G_N_ELEMENTS (placed)])
{
  WeirWindow *window;

  gtk_widget_set_default_direction (direction);
  window = weir_test_open ();
  weir_test_settle (GTK_WIDGET (window));
  for (guint i = 0; i < G_N_ELEMENTS (placed); i++)
    g_assert_true (gtk_widget_compute_bounds (weir_test_find (GTK_WIDGET (window), placed[i]),
                                              GTK_WIDGET (window), &places[i]));
  if (direction == GTK_TEXT_DIR_RTL)
    {
      weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "settings_box"));
      weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "history"));
      weir_test_screenshot (GTK_WIDGET (window), "right-to-left");
    }
  weir_test_close (window);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* Everything is where a mirror shows it. A column is as wide as what stands in it, which differs by a
 * few pixels. */
static void
right_to_left (void)
{
  graphene_rect_t there[G_N_ELEMENTS (placed)], here[G_N_ELEMENTS (placed)];
  WeirWindow *window = weir_test_open ();
  const int width = gtk_widget_get_width (GTK_WIDGET (window));

  weir_test_close (window);
  measure_places (GTK_TEXT_DIR_LTR, here);
  measure_places (GTK_TEXT_DIR_RTL, there);
  for (guint i = 0; i < G_N_ELEMENTS (placed); i++)
    {
      const float mirrored = width - here[i].origin.x - here[i].size.width;

      g_test_message ("%s: %g, mirrored %g", placed[i], there[i].origin.x, mirrored);
      g_assert_cmpfloat_with_epsilon (there[i].origin.x, mirrored, 8);
    }
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/states/empty", empty);
  g_test_add_func ("/window/states/panels", panels);
  g_test_add_func ("/window/states/narrow", narrow);
  g_test_add_func ("/window/states/large-text", large_text);
  g_test_add_func ("/window/states/right-to-left", right_to_left);
  return g_test_run ();
}
