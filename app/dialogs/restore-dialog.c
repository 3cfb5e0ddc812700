/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A group of rows for each state of a plan's entries. */

#include "dialogs/restore-dialog.h"

#include <glib/gi18n.h>

#define CHECK_WIDTH 26 /* pixels */

struct _WeirRestoreDialog
{
  AdwWindow parent;

  WeirRestorePlan *plan;

  GtkLabel            *source_label;
  AdwPreferencesGroup *ready_group, *unavailable_group, *missing_group;
  GtkWidget           *use_button;
};

G_DEFINE_FINAL_TYPE (WeirRestoreDialog, weir_restore_dialog, ADW_TYPE_WINDOW)

enum
{
  USED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* There must be something to use. */
static void
selection_changed (WeirRestoreDialog *self)
{
  gboolean has_any = FALSE;

  for (guint i = 0; i < weir_restore_plan_get_n (self->plan); i++)
    has_any |= weir_restore_plan_get (self->plan, i)->is_chosen;
  gtk_widget_set_sensitive (self->use_button, has_any);
  gtk_widget_set_tooltip_text (self->use_button,
                               has_any ? _("Set What Is Chosen") : _("Nothing is chosen"));
}

static void
check_toggled (GtkCheckButton    *check,
               WeirRestoreDialog *self)
{
  const guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "index"));

  weir_restore_plan_choose (self->plan, index, gtk_check_button_get_active (check));
  selection_changed (self);
}

static GtkWidget *
make_mark (WeirRestoreDialog      *self,
           const WeirRestoreEntry *entry,
           guint                   index)
{
  GtkWidget *check;

  if (entry->state != WEIR_RESTORE_READY)
    {
      GtkWidget *image = gtk_image_new_from_icon_name (entry->state == WEIR_RESTORE_MISSING
                                                       ? "dialog-warning-symbolic"
                                                       : "action-unavailable-symbolic");

      /* so that texts stand below those beside a check box */
      gtk_widget_set_size_request (image, CHECK_WIDTH, -1);
      return image;
    }
  check = gtk_check_button_new ();
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), entry->is_chosen);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  entry->title, -1);
  g_object_set_data (G_OBJECT (check), "index", GUINT_TO_POINTER (index));
  g_signal_connect (check, "toggled", G_CALLBACK (check_toggled), self);
  return check;
}

static void
add_row (WeirRestoreDialog *self,
         guint              index)
{
  AdwPreferencesGroup *const groups[] = {
    [WEIR_RESTORE_READY] = self->ready_group,
    [WEIR_RESTORE_UNAVAILABLE] = self->unavailable_group,
    [WEIR_RESTORE_MISSING] = self->missing_group,
  };
  const WeirRestoreEntry *entry = weir_restore_plan_get (self->plan, index);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *mark = make_mark (self, entry, index);

  /* texts of a picture are no markup */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), entry->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), entry->detail);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), mark);
  if (entry->state == WEIR_RESTORE_READY)
    adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), mark);
  adw_preferences_group_add (groups[entry->state], row);
  gtk_widget_set_visible (GTK_WIDGET (groups[entry->state]), TRUE);
}

static void
use_clicked (WeirRestoreDialog *self)
{
  g_signal_emit (self, signals[USED], 0, self->plan);
  gtk_window_close (GTK_WINDOW (self));
}

static void
weir_restore_dialog_finalize (GObject *object)
{
  WeirRestoreDialog *self = WEIR_RESTORE_DIALOG (object);

  g_clear_pointer (&self->plan, weir_restore_plan_free);
  G_OBJECT_CLASS (weir_restore_dialog_parent_class)->finalize (object);
}

static void
weir_restore_dialog_class_init (WeirRestoreDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = weir_restore_dialog_finalize;

  signals[USED] = g_signal_new ("used", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/restore-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirRestoreDialog, source_label);
  gtk_widget_class_bind_template_child (widget_class, WeirRestoreDialog, ready_group);
  gtk_widget_class_bind_template_child (widget_class, WeirRestoreDialog, unavailable_group);
  gtk_widget_class_bind_template_child (widget_class, WeirRestoreDialog, missing_group);
  gtk_widget_class_bind_template_child (widget_class, WeirRestoreDialog, use_button);
  gtk_widget_class_bind_template_callback (widget_class, use_clicked);
}

static void
weir_restore_dialog_init (WeirRestoreDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
weir_restore_dialog_new (GtkWindow       *parent,
                         WeirRestorePlan *plan)
{
  WeirRestoreDialog *self = g_object_new (WEIR_TYPE_RESTORE_DIALOG, "transient-for", parent, NULL);

  self->plan = plan;
  gtk_label_set_label (self->source_label, weir_restore_plan_get_source (plan));
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    add_row (self, i);
  selection_changed (self);
  return GTK_WINDOW (self);
}
