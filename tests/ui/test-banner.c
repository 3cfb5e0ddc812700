/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a banner uses the width there is. */

#include "support/test-window.h"

#include <cascade/error.h>

#include "panels/banner.h"
#include "support/layout.h"

static WeirTrouble *
make_memory (void)
{
  g_autoptr (GError) error = g_error_new_literal (CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
                                                  "It asked for 9.1 GB.");

  return weir_trouble_new_for_error (error, NULL);
}

static WeirTrouble *
make_unsaved (void)
{
  return weir_trouble_new_for_unsaved (3, "Nothing can be saved in the folder “/media/paintings/Pictures/"
                                          "Weir”. No space left on device");
}

static WeirTrouble *
make_processor (void)
{
  return weir_trouble_new_for_processor ("llvmpipe");
}

static graphene_rect_t
get_place (GtkWindow  *window,
           const char *id)
{
  GtkWidget *widget = weir_test_find (GTK_WIDGET (window), id);
  graphene_rect_t place;

  g_assert_true (gtk_widget_compute_bounds (widget, GTK_WIDGET (window), &place));
  return place;
}

/* One row where there is room for it, and else the buttons below, all within the window. */
static void
widths (void)
{
  static const struct
  {
    const char    *name;
    WeirTrouble * (*make) (void);
    int            width, dpi;
    gboolean       is_row;
  } rows[] = {
    { "processor-wide", make_processor, 1200, 96, TRUE },
    { "memory-wide", make_memory, 1200, 96, TRUE },
    { "unsaved-wide", make_unsaved, 1200, 96, TRUE },
    { "unsaved-wide-large", make_unsaved, 1200, 144, TRUE },
    { "memory-wide-large", make_memory, 1200, 144, TRUE },
    { "processor-narrow", make_processor, 480, 96, FALSE },
    { "memory-narrow", make_memory, 480, 96, FALSE },
    { "unsaved-narrow", make_unsaved, 480, 96, FALSE },
    { "processor-narrow-large", make_processor, 480, 144, FALSE },
    { "memory-narrow-large", make_memory, 480, 144, FALSE },
    { "unsaved-narrow-large", make_unsaved, 480, 144, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *screenshot = g_strconcat ("banner-", rows[i].name, NULL);
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *banner = weir_banner_new ();
      GtkWindow *window;
      graphene_rect_t label, button;

      gtk_box_append (GTK_BOX (box), banner);
      weir_banner_tell (WEIR_BANNER (banner), rows[i].make ());
      window = weir_test_show (box, rows[i].width, 240);
      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", rows[i].dpi * 1024, NULL);
      weir_test_settle (GTK_WIDGET (window));
      weir_test_screenshot (GTK_WIDGET (window), screenshot);
      weir_test_assert_texts (banner);
      g_test_message ("%s", rows[i].name);
      weir_test_assert_fits (window, rows[i].width, 240);
      label = get_place (window, "label");
      button = get_place (window, "first_button");
      g_assert_cmpint (button.origin.y < label.origin.y + label.size.height, ==, rows[i].is_row);
      if (rows[i].is_row)
        g_assert_cmpint (gtk_widget_get_height (banner), <, rows[i].dpi * 7 / 10);
      gtk_window_destroy (window);
    }
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/banner/widths", widths);
  return g_test_run ();
}
