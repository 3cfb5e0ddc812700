/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Three rows, remembered in the settings. */

#include "dialogs/export-dialog.h"

#include "export.h"
#include "panels/spin-row.h"

struct _WeirExportDialog
{
  AdwWindow parent;

  GSettings *settings;

  AdwComboRow  *format_row;
  WeirSpinRow  *quality_row;
  AdwActionRow *settings_row;
  GtkSwitch    *settings_switch;
};

G_DEFINE_FINAL_TYPE (WeirExportDialog, weir_export_dialog, ADW_TYPE_WINDOW)

enum
{
  ACCEPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A PNG is what it is. */
static void
format_changed (WeirExportDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->quality_row),
                          adw_combo_row_get_selected (self->format_row) != CAS_IMAGE_PNG);
}

static void
export_clicked (WeirExportDialog *self)
{
  double quality;

  g_object_get (self->quality_row, "value", &quality, NULL);
  weir_export_set_options (self->settings, &(WeirExportOptions) {
    .format = adw_combo_row_get_selected (self->format_row),
    .quality = (guint) quality,
    .has_settings = gtk_switch_get_active (self->settings_switch),
  });
  g_object_ref (self);
  gtk_window_close (GTK_WINDOW (self));
  g_signal_emit (self, signals[ACCEPTED], 0);
  g_object_unref (self);
}

static void
weir_export_dialog_finalize (GObject *object)
{
  g_clear_object (&WEIR_EXPORT_DIALOG (object)->settings);
  G_OBJECT_CLASS (weir_export_dialog_parent_class)->finalize (object);
}

static void
weir_export_dialog_class_init (WeirExportDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = weir_export_dialog_finalize;
  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (WEIR_TYPE_SPIN_ROW);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, quality_row);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, settings_row);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, settings_switch);
  gtk_widget_class_bind_template_callback (widget_class, format_changed);
  gtk_widget_class_bind_template_callback (widget_class, export_clicked);
}

static void
weir_export_dialog_init (WeirExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
weir_export_dialog_new (GtkWindow *parent,
                        GSettings *settings,
                        gboolean   has_settings)
{
  WeirExportDialog *self = g_object_new (WEIR_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  const WeirExportOptions options = weir_export_get_options (settings);

  self->settings = g_object_ref (settings);
  adw_combo_row_set_selected (self->format_row, options.format);
  g_object_set (self->quality_row, "value", (double) options.quality, NULL);
  gtk_switch_set_active (self->settings_switch, options.has_settings);
  gtk_widget_set_visible (GTK_WIDGET (self->settings_row), has_settings);
  format_changed (self);
  return GTK_WINDOW (self);
}
