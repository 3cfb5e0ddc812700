/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row for each model, and the question for another folder. */

#include "models/models-dialog.h"

#include <glib/gi18n.h>

#include "dialogs/dialogs.h"
#include "models/model-row.h"

struct _WeirModelsDialog
{
  AdwWindow parent;

  WeirModelList *models;

  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (WeirModelsDialog, weir_models_dialog, ADW_TYPE_WINDOW)

/* The built-in model's row is first and stays, so the group is always its. */
static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  WeirModelsDialog *self = user_data;
  GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (self->list));

  return weir_model_row_new (self->models, item,
                             first ? weir_model_row_get_check (WEIR_MODEL_ROW (first)) : NULL);
}

/* --- another folder ------------------------------------------------------------------------- */

/* Selects a model that was just opened, once it is known to be whole. */
static void
model_known (WeirModel     *model,
             WeirModelList *models)
{
  if (weir_model_get_state (model) == WEIR_MODEL_LOOKING)
    return;
  g_signal_handlers_disconnect_by_func (model, model_known, models);
  if (weir_model_get_state (model) == WEIR_MODEL_READY)
    weir_model_list_select (models, model);
}

static void
folder_chosen (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (WeirModelList) models = user_data;
  g_autoptr (GFile) folder = weir_dialogs_choose_finish (result, NULL);
  g_autofree char *path = folder ? g_file_get_path (folder) : NULL;

  if (path)
    g_signal_connect_object (weir_model_list_add (models, path), "changed",
                             G_CALLBACK (model_known), models, 0);
}

void
weir_models_dialog_open_folder (GtkWindow     *parent,
                                WeirModelList *models)
{
  weir_dialogs_choose_async (parent,
                             &(WeirFileQuestion) {
                               .choice = WEIR_CHOOSE_FOLDER,
                               .title = _("Open Model Folder"),
                               .accept_label = _("_Open"),
                             },
                             NULL, folder_chosen, g_object_ref (models));
}

static void
open_clicked (WeirModelsDialog *self)
{
  weir_models_dialog_open_folder (GTK_WINDOW (self), self->models);
}

/* --- the dialog ----------------------------------------------------------------------------- */

static void
weir_models_dialog_dispose (GObject *object)
{
  WeirModelsDialog *self = WEIR_MODELS_DIALOG (object);

  g_clear_object (&self->models);
  G_OBJECT_CLASS (weir_models_dialog_parent_class)->dispose (object);
}

static void
weir_models_dialog_class_init (WeirModelsDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_models_dialog_dispose;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/models-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirModelsDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked);
}

static void
weir_models_dialog_init (WeirModelsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
weir_models_dialog_new (GtkWindow     *parent,
                        WeirModelList *models)
{
  WeirModelsDialog *self = g_object_new (WEIR_TYPE_MODELS_DIALOG, "transient-for", parent, NULL);

  self->models = g_object_ref (models);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (models), make_row, self, NULL);
  return GTK_WINDOW (self);
}
