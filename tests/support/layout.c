/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels are asked for what they draw, and where. */

#include "support/layout.h"

static void
assert_text (GtkLabel  *label,
             GtkWidget *root)
{
  PangoLayout *layout = gtk_label_get_layout (label);
  graphene_rect_t bounds;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (label), root, &bounds));
  if (pango_layout_is_ellipsized (layout))
    g_error ("“%s” is shortened", gtk_label_get_text (label));
  if (width > gtk_widget_get_width (GTK_WIDGET (label))
      || height > gtk_widget_get_height (GTK_WIDGET (label)))
    g_error ("“%s” takes %d × %d and has %d × %d", gtk_label_get_text (label), width, height,
             gtk_widget_get_width (GTK_WIDGET (label)), gtk_widget_get_height (GTK_WIDGET (label)));
  if (bounds.origin.x < 0 || bounds.origin.x + bounds.size.width > gtk_widget_get_width (root))
    g_error ("“%s” goes from %g to %g of %d", gtk_label_get_text (label), bounds.origin.x,
             bounds.origin.x + bounds.size.width, gtk_widget_get_width (root));
}

static void
assert_below (GtkWidget *widget,
              GtkWidget *root)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return;
  if (GTK_IS_LABEL (widget))
    assert_text (GTK_LABEL (widget), root);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    assert_below (child, root);
}

void
weir_test_assert_texts (GtkWidget *root)
{
  g_assert_true (gtk_widget_get_mapped (root));
  assert_below (root, root);
}

void
weir_test_assert_fits (GtkWindow *window,
                       int        width,
                       int        height)
{
  int least_width, least_height;

  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL,
                      NULL);
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_VERTICAL, width, &least_height, NULL,
                      NULL, NULL);
  g_test_message ("the window takes at least %d × %d", least_width, least_height);
  g_assert_cmpint (least_width, <=, width);
  g_assert_cmpint (least_height, <=, height);
}
