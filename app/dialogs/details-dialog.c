/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A text view and a button that copies it. */

#include "dialogs/details-dialog.h"

#include <glib/gi18n.h>

struct _WeirDetailsDialog
{
  AdwWindow parent;

  AdwToastOverlay *toasts;
  GtkTextView     *text_view;
};

G_DEFINE_FINAL_TYPE (WeirDetailsDialog, weir_details_dialog, ADW_TYPE_WINDOW)

static void
copy_clicked (WeirDetailsDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text_view);
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied to the clipboard")));
}

static void
weir_details_dialog_class_init (WeirDetailsDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/details-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirDetailsDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirDetailsDialog, text_view);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
}

static void
weir_details_dialog_init (WeirDetailsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
weir_details_dialog_new (GtkWindow  *parent,
                         const char *text)
{
  WeirDetailsDialog *self = g_object_new (WEIR_TYPE_DETAILS_DIALOG, "transient-for", parent, NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text_view), valid, -1);
  return GTK_WINDOW (self);
}
