/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The panels by themselves. */

#include "support/test-window.h"

#include "panels/aspect.h"
#include "panels/image-panel.h"

static void
proportions (void)
{
  static const struct { WeirSize native; guint across, down; WeirSize wanted; } cases[] = {
    { { 1024, 1024 }, 1, 1, { 1024, 1024 } },
    { { 1024, 1024 }, 16, 9, { 1344, 768 } },
    { { 1024, 1024 }, 9, 16, { 768, 1344 } },
    { { 256, 256 }, 1, 1, { 256, 256 } },
    { { 256, 256 }, 4, 3, { 304, 224 } },
    { { 64, 64 }, 2, 1, { 96, 48 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const WeirSize size =
        weir_aspect_get_size (cases[i].native, cases[i].across, cases[i].down);

      g_test_message ("%u:%u", cases[i].across, cases[i].down);
      g_assert_cmpuint (size.width, ==, cases[i].wanted.width);
      g_assert_cmpuint (size.height, ==, cases[i].wanted.height);
    }
}

/* What a person set stays; what the model before had becomes what this one has. */
static void
adopting (void)
{
  g_autoptr (WeirParams) params = weir_params_new ();
  guint width, height, steps;
  double cfg;

  g_object_set (params, "steps", 33u, "width", 1344u, "height", 768u, NULL);
  weir_params_adopt (params, &(WeirDefaults) { 256, 256, 12, 8, 3, 1.5 });
  g_object_get (params, "width", &width, "height", &height, "steps", &steps, "cfg", &cfg, NULL);
  g_assert_cmpuint (steps, ==, 33);
  g_assert_cmpfloat (cfg, ==, 3);
  g_assert_cmpuint (width, ==, 336);
  g_assert_cmpuint (height, ==, 192);
}

typedef struct
{
  GtkWindow      *window;
  WeirParams     *params;
  WeirImagePanel *panel;
} ImageFixture;

static void
image_set_up (ImageFixture  *fixture,
              gconstpointer  data)
{
  fixture->params = weir_params_new ();
  fixture->panel = WEIR_IMAGE_PANEL (weir_image_panel_new ());
  g_object_set (fixture->panel, "params", fixture->params, "has-image", TRUE, NULL);
  fixture->window = weir_test_show (GTK_WIDGET (fixture->panel), 340, 800);
}

static void
image_tear_down (ImageFixture  *fixture,
                 gconstpointer  data)
{
  gtk_window_destroy (fixture->window);
  g_clear_object (&fixture->params);
}

static void
image_size (ImageFixture  *fixture,
            gconstpointer  data)
{
  GtkWidget *swap = weir_test_find (GTK_WIDGET (fixture->panel), "swap_button");
  GtkWidget *chips = weir_test_find (GTK_WIDGET (fixture->panel), "chips");
  GtkWidget *wide = gtk_widget_get_last_child (chips);
  guint width, height;

  weir_test_click (wide, 5, 5);
  g_object_get (fixture->params, "width", &width, "height", &height, NULL);
  g_assert_cmpuint (width, ==, 1344);
  g_assert_cmpuint (height, ==, 768);

  weir_test_click (swap, 5, 5);
  g_object_get (fixture->params, "width", &width, "height", &height, NULL);
  g_assert_cmpuint (width, ==, 768);
  g_assert_cmpuint (height, ==, 1344);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (wide)));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "image-panel");
}

static void
image_seed (ImageFixture  *fixture,
            gconstpointer  data)
{
  GtkWidget *entry = weir_test_find (GTK_WIDGET (fixture->panel), "seed_entry");
  GtkWidget *toggle = weir_test_find (GTK_WIDGET (fixture->panel), "seed_toggle");
  gboolean is_random;
  guint64 seed;

  g_assert_false (gtk_widget_get_sensitive (entry));
  weir_test_click (toggle, 5, 5);
  g_object_get (fixture->params, "random-seed", &is_random, NULL);
  g_assert_false (is_random);

  gtk_widget_grab_focus (entry);
  weir_test_key (entry, "ctrl+a");
  weir_test_type (entry, "12345");
  g_object_get (fixture->params, "seed", &seed, NULL);
  g_assert_cmpuint (seed, ==, 12345);

  weir_test_type (entry, "x");
  g_object_get (fixture->params, "seed", &seed, NULL);
  g_assert_cmpuint (seed, ==, 12345);
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
}

static void
image_names (ImageFixture  *fixture,
             gconstpointer  data)
{
  GtkWidget *warning = weir_test_find (GTK_WIDGET (fixture->panel), "warning_label");

  g_object_set (fixture->panel, "warning", "Needs about 9.1 GB, 7.4 GB free.", NULL);
  adw_expander_row_set_expanded (
    ADW_EXPANDER_ROW (weir_test_find (GTK_WIDGET (fixture->panel), "more_row")), TRUE);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "image-panel-more");
  g_assert_true (gtk_widget_get_mapped (warning));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (fixture->panel), GTK_ACCESSIBLE_ROLE_GROUP);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/panels/proportions", proportions);
  g_test_add_func ("/ui/panels/adopting", adopting);
  g_test_add ("/ui/panels/image/size", ImageFixture, NULL, image_set_up, image_size,
              image_tear_down);
  g_test_add ("/ui/panels/image/seed", ImageFixture, NULL, image_set_up, image_seed,
              image_tear_down);
  g_test_add ("/ui/panels/image/names", ImageFixture, NULL, image_set_up, image_names,
              image_tear_down);
  return g_test_run ();
}
