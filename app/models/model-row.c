/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fills its rows anew whenever the model was looked at. */

#include "models/model-row.h"

#include <glib/gi18n.h>
#include <string.h>

struct _WeirModelRow
{
  AdwExpanderRow parent;

  WeirModelList  *models;
  WeirModel      *model;
  GtkCheckButton *check;
  GPtrArray      *parts; /* rows */
};

G_DEFINE_FINAL_TYPE (WeirModelRow, weir_model_row, ADW_TYPE_EXPANDER_ROW)

/* icon_name, subtitle and size are nullable. */
static AdwActionRow *
add_part (WeirModelRow *self,
          const char   *icon_name,
          const char   *title,
          const char   *subtitle,
          const char   *size)
{
  AdwActionRow *part = ADW_ACTION_ROW (adw_action_row_new ());

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (part), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (part), title);
  adw_action_row_set_subtitle (part, subtitle ? subtitle : "");
  if (icon_name)
    {
      GtkWidget *image = gtk_image_new_from_icon_name (icon_name);

      gtk_widget_add_css_class (image, "warning");
      adw_action_row_add_prefix (part, image);
    }
  if (size)
    {
      GtkWidget *label = gtk_label_new (size);

      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "dimmed");
      gtk_widget_add_css_class (label, "numeric");
      adw_action_row_add_suffix (part, label);
    }
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (part));
  g_ptr_array_add (self->parts, part);
  return part;
}

/* The engine's names stand within sentences. */
static char *
dup_title (const char *name)
{
  char first[6];
  const int n = g_unichar_to_utf8 (g_unichar_toupper (g_utf8_get_char (name)), first);

  return g_strdup_printf ("%.*s%s", n, first, *name ? g_utf8_next_char (name) : "");
}

/* Where a part lies within the model's folder. */
static char *
dup_place (const CasModelInfo *part,
           const CasModelInfo *model)
{
  const char *path = part->path;

  if (g_str_has_prefix (path, model->path) && path[strlen (model->path)] == G_DIR_SEPARATOR)
    path += strlen (model->path) + 1;
  return g_filename_display_name (path);
}

static void
add_missing (WeirModelRow *self,
             GPtrArray    *missing,
             const char   *place)
{
  for (guint i = 0; i < missing->len; i++)
    {
      /* Translators: a part of a model, or a sentence about one */
      g_autofree char *title = g_strdup_printf (_("Missing: %s"), (char *) missing->pdata[i]);

      add_part (self, "dialog-warning-symbolic", title, place, NULL);
    }
}

static void
add_parts (WeirModelRow       *self,
           const CasModelInfo *info)
{
  add_missing (self, info->missing, NULL);
  for (guint i = 0; i < info->parts->len; i++)
    {
      const CasModelInfo *part = info->parts->pdata[i];
      g_autofree char *title = dup_title (part->kind);
      g_autofree char *place = dup_place (part, info);
      g_autofree char *size = g_format_size (part->size_bytes);

      add_part (self, NULL, title, place, size);
      add_missing (self, part->missing, place);
    }
}

static void
forget_clicked (WeirModelRow *self)
{
  weir_model_list_remove (self->models, self->model);
}

static void
add_folder (WeirModelRow *self)
{
  g_autofree char *path = g_filename_display_name (weir_model_get_path (self->model));
  AdwActionRow *part = add_part (self, NULL, _("Folder"), path, NULL);
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Forget"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Take the folder off this list; its files stay"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (forget_clicked), self);
  adw_action_row_add_suffix (part, button);
}

static void
model_changed (WeirModelRow *self)
{
  const CasModelInfo *info = weir_model_get_info (self->model);
  const WeirModelState state = weir_model_get_state (self->model);
  const gboolean is_usable = state == WEIR_MODEL_READY || state == WEIR_MODEL_LOOKING;
  g_autofree char *summary = weir_model_dup_summary (self->model);

  for (guint i = 0; i < self->parts->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), self->parts->pdata[i]);
  g_ptr_array_set_size (self->parts, 0);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), summary);
  if (info)
    add_parts (self, info);
  if (*weir_model_get_path (self->model))
    add_folder (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->check), is_usable);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->check),
                               is_usable ? _("Use This Model") : _("This model is not complete"));
}

static void
check_toggled (WeirModelRow *self)
{
  if (gtk_check_button_get_active (self->check))
    weir_model_list_select (self->models, self->model);
}

static void
selection_changed (WeirModelRow *self)
{
  if (self->model == weir_model_list_get_selected (self->models))
    gtk_check_button_set_active (self->check, TRUE);
}

static void
weir_model_row_dispose (GObject *object)
{
  WeirModelRow *self = WEIR_MODEL_ROW (object);

  g_clear_object (&self->models);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (weir_model_row_parent_class)->dispose (object);
}

static void
weir_model_row_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_MODEL_ROW (object)->parts);
  G_OBJECT_CLASS (weir_model_row_parent_class)->finalize (object);
}

static void
weir_model_row_class_init (WeirModelRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_model_row_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_model_row_finalize;
}

static void
weir_model_row_init (WeirModelRow *self)
{
  self->parts = g_ptr_array_new ();
  self->check = GTK_CHECK_BUTTON (gtk_check_button_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->check), GTK_ALIGN_CENTER);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->check));
}

GtkWidget *
weir_model_row_new (WeirModelList  *models,
                    WeirModel      *model,
                    GtkCheckButton *group)
{
  WeirModelRow *self = g_object_new (WEIR_TYPE_MODEL_ROW, NULL);

  self->models = g_object_ref (models);
  self->model = g_object_ref (model);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), weir_model_get_name (model));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  weir_model_get_name (model), -1);
  gtk_check_button_set_group (self->check, group);
  selection_changed (self);
  model_changed (self);
  g_signal_connect_swapped (self->check, "toggled", G_CALLBACK (check_toggled), self);
  g_signal_connect_object (model, "changed", G_CALLBACK (model_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (models, "notify::selected", G_CALLBACK (selection_changed), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

GtkCheckButton *
weir_model_row_get_check (WeirModelRow *self)
{
  g_return_val_if_fail (WEIR_IS_MODEL_ROW (self), NULL);

  return self->check;
}
