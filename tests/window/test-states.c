/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window looks like and does before any picture is made. */

#include "support/test-window.h"

static void
empty (void)
{
  WeirWindow *window = weir_test_open ();

  g_assert_true (gtk_widget_get_mapped (weir_test_find (GTK_WIDGET (window), "empty_page")));
  weir_test_screenshot (GTK_WIDGET (window), "empty");
  weir_test_close (window);
}

/* The panel goes when F9 is pressed and is back with the next. */
static void
panels (void)
{
  WeirWindow *window = weir_test_open ();
  GtkWidget *panel = weir_test_find (GTK_WIDGET (window), "settings_box");

  g_assert_true (gtk_widget_get_mapped (panel));
  weir_test_key (GTK_WIDGET (window), "F9");
  g_assert_false (gtk_widget_get_mapped (panel));
  weir_test_key (GTK_WIDGET (window), "F9");
  g_assert_true (gtk_widget_get_mapped (panel));
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/states/empty", empty);
  g_test_add_func ("/window/states/panels", panels);
  return g_test_run ();
}
