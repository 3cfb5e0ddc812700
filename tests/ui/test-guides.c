/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Guides: their settings, their edges while thresholds move, and the panel. */

#include "support/test-window.h"

#include <string.h>

#include <cascade/error.h>

#include "guide.h"
#include "panels/guidance-panel.h"
#include "support/scene.h"

static void
settings (void)
{
  g_autoptr (WeirGuide) guide = weir_guide_new (CAS_CONTROL_SUPER_RESOLUTION);
  g_autoptr (WeirPicture) picture = test_scene (256, 192, 1);
  CasJobControl control;
  g_autoptr (GError) error = NULL;
  double start, end;

  /* one without a picture is not left out in silence */
  g_assert_true (weir_guide_get_is_used (guide));
  g_assert_false (weir_guide_fill (guide, &control, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_assert_nonnull (strstr (error->message, "“Small Image” has no image"));
  weir_guide_set_picture (guide, picture, "a.png");
  g_object_set (guide, "strength", 0.5, "start", 0.25, "low", 300u, NULL);
  g_assert_true (weir_guide_fill (guide, &control, NULL));
  g_assert_cmpint (control.kind, ==, CAS_CONTROL_SUPER_RESOLUTION);
  g_assert_true (control.image == weir_picture_get_image (picture));
  g_assert_cmpfloat (control.strength, ==, 0.5);
  g_assert_cmpfloat (control.start, ==, 0.25);
  g_assert_cmpfloat (control.end, ==, 1);
  /* the one threshold pushes the other */
  g_assert_cmpuint (control.canny_low, ==, 300);
  g_assert_cmpuint (control.canny_high, ==, 300);

  /* the end pushes the start, and what does nothing is left out */
  g_object_set (guide, "end", 0.1, NULL);
  g_object_get (guide, "start", &start, "end", &end, NULL);
  g_assert_cmpfloat (start, ==, end);
  g_object_set (guide, "is-on", FALSE, NULL);
  g_assert_false (weir_guide_get_is_used (guide));
  g_object_set (guide, "is-on", TRUE, "can-be-used", FALSE, NULL);
  g_assert_false (weir_guide_get_is_used (guide));
  g_object_set (guide, "can-be-used", TRUE, "strength", 0.0, NULL);
  g_assert_false (weir_guide_get_is_used (guide));
}

static guint
count_white (WeirGuide *guide)
{
  WeirPicture *shown = weir_guide_get_shown (guide);
  CasImage *image = shown ? weir_picture_get_image (shown) : NULL;
  guint n = 0;

  for (guint y = 0; image && y < cas_image_get_height (image); y++)
    for (guint x = 0; x < cas_image_get_width (image); x++)
      n += cas_image_get_pixels (image)[y * cas_image_get_stride (image) + 3 * x] > 127;
  return n;
}

static gboolean
has_edges (gpointer guide)
{
  return count_white (guide) > 0;
}

/* What is shown belongs to the last settings, however fast they came. */
static void
edges (void)
{
  g_autoptr (WeirGuide) guide = weir_guide_new (CAS_CONTROL_CANNY);
  g_autoptr (WeirPicture) picture = test_scene (256, 192, 1);

  g_object_set (guide, "width", 256u, "height", 192u, NULL);
  weir_guide_set_picture (guide, picture, "a.png");
  weir_test_wait (has_edges, guide, 20, "edges");
  for (guint high = 200; high <= WEIR_GUIDE_MAX_THRESHOLD; high += 10)
    g_object_set (guide, "high", high, "low", high, NULL);
  g_object_set (guide, "low", WEIR_GUIDE_MAX_THRESHOLD, "high", WEIR_GUIDE_MAX_THRESHOLD, NULL);
  weir_guide_set_picture (guide, NULL, NULL);
  g_object_set (guide, "high", 200u, "low", 100u, NULL);
  weir_guide_set_picture (guide, picture, "a.png");
  weir_test_wait (has_edges, guide, 20, "edges again");
}

static void
panel (void)
{
  g_autoptr (GListStore) guides = g_list_store_new (WEIR_TYPE_GUIDE);
  g_autoptr (WeirGuide) canny = weir_guide_new (CAS_CONTROL_CANNY);
  g_autoptr (WeirGuide) small = weir_guide_new (CAS_CONTROL_SUPER_RESOLUTION);
  g_autoptr (WeirPicture) picture = test_scene (256, 192, 1);
  GtkWidget *guidance = weir_guidance_panel_new ();
  GtkWindow *window;
  GtkWidget *button;

  g_object_set (canny, "width", 256u, "height", 192u, NULL);
  weir_guide_set_picture (canny, picture, "a picture with a long name.png");
  g_list_store_append (guides, canny);
  g_list_store_append (guides, small);
  g_object_set (guidance, "guides", guides, NULL);
  weir_guidance_panel_set_kinds (WEIR_GUIDANCE_PANEL (guidance), 1 << CAS_CONTROL_CANNY);
  gtk_widget_set_valign (guidance, GTK_ALIGN_START);
  window = weir_test_show (guidance, 420, 640);
  weir_test_wait (has_edges, canny, 20, "edges");
  weir_test_screenshot (GTK_WIDGET (window), "guides");
  g_object_set (canny, "can-be-used", FALSE, NULL);
  g_assert_false (gtk_widget_is_sensitive (weir_test_find (guidance, "check")));
  g_assert_true (gtk_widget_is_sensitive (weir_test_find (guidance, "remove_button")));
  weir_test_screenshot (GTK_WIDGET (window), "guides-other-model");
  g_object_set (canny, "can-be-used", TRUE, NULL);

  button = weir_test_find (guidance, "menu_button");
  weir_test_click (button, 10, 10);
  weir_test_screenshot (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))),
                        "guide-edges");
  weir_test_key (guidance, "Escape");

  button = weir_test_find (guidance, "add_button");
  weir_test_click (button, 10, 10);
  weir_test_screenshot (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))),
                        "guide-kinds");
  weir_test_key (guidance, "Escape");

  g_signal_emit_by_name (weir_test_find (guidance, "remove_button"), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (guides)), ==, 1);
  gtk_window_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/guides/settings", settings);
  g_test_add_func ("/ui/guides/edges", edges);
  g_test_add_func ("/ui/guides/panel", panel);
  return g_test_run ();
}
