/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows that are bound to the settings. */

#include "dialogs/preferences-dialog.h"

#include <glib/gi18n.h>

#include <cascade/device.h>

#include "dialogs/dialogs.h"
#include "library/library.h"

struct _WeirPreferencesDialog
{
  AdwPreferencesWindow parent;

  GSettings      *settings;
  WeirNameExample example;
  GPtrArray      *device_names; /* for the settings, in the order of the row; "" is the best */

  AdwActionRow *folder_row;
  GtkWidget    *default_folder_button, *default_name_button;
  AdwEntryRow  *name_row;
  AdwActionRow *example_row;
  GtkSwitch    *preview_switch;
  AdwComboRow  *device_row;
  GtkSwitch    *idle_switch;
  AdwComboRow   *colour_row;
  GtkAdjustment *opacity;
  GtkSwitch     *stripes_switch;
  AdwComboRow   *snap_row;
  GtkSwitch     *pressure_switch;
};

G_DEFINE_FINAL_TYPE (WeirPreferencesDialog, weir_preferences_dialog, ADW_TYPE_PREFERENCES_WINDOW)

/* --- the library's folder ------------------------------------------------------------------- */

static char *
dup_folder (WeirPreferencesDialog *self)
{
  g_autofree char *folder = g_settings_get_string (self->settings, "save-folder");

  return *folder ? g_steal_pointer (&folder) : weir_library_dup_default_folder ();
}

static void
folder_changed (WeirPreferencesDialog *self)
{
  g_autofree char *folder = dup_folder (self);
  g_autofree char *shown = g_filename_display_name (folder);
  g_autofree char *set = g_settings_get_string (self->settings, "save-folder");

  adw_action_row_set_subtitle (self->folder_row, shown);
  gtk_widget_set_visible (self->default_folder_button, *set != '\0');
}

static void
folder_chosen (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GSettings) settings = user_data;
  g_autoptr (GFile) folder = weir_dialogs_choose_finish (result, NULL);
  g_autofree char *path = folder ? g_file_get_path (folder) : NULL;

  if (path && g_utf8_validate (path, -1, NULL))
    g_settings_set_string (settings, "save-folder", path);
}

static void
choose_folder_clicked (WeirPreferencesDialog *self)
{
  g_autofree char *folder = dup_folder (self);

  weir_dialogs_choose_async (GTK_WINDOW (self),
                             &(WeirFileQuestion) {
                               .choice = WEIR_CHOOSE_FOLDER,
                               .title = _("Library Folder"),
                               .accept_label = _("_Choose"),
                               .folder = g_file_test (folder, G_FILE_TEST_IS_DIR) ? folder : NULL,
                             },
                             NULL, folder_chosen, g_object_ref (self->settings));
}

static void
default_folder_clicked (WeirPreferencesDialog *self)
{
  g_settings_reset (self->settings, "save-folder");
}

/* --- file names ----------------------------------------------------------------------------- */

/* Shows what comes of the pattern; TRUE if it is one. */
static gboolean
name_edited (WeirPreferencesDialog *self)
{
  const char *pattern = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  g_autoptr (GVariant) value = g_settings_get_default_value (self->settings, "file-name");
  const char *usual = g_variant_get_string (value, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = self->example (pattern, &error);
  g_autofree char *file = name ? g_strconcat (name, ".png", NULL) : NULL;

  adw_action_row_set_subtitle (self->example_row, file ? file : error->message);
  if (name)
    gtk_widget_remove_css_class (GTK_WIDGET (self->name_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->name_row), "error");
  gtk_widget_set_visible (self->default_name_button, g_strcmp0 (pattern, usual) != 0);
  return name != NULL;
}

static void
name_applied (WeirPreferencesDialog *self)
{
  if (name_edited (self))
    g_settings_set_string (self->settings, "file-name",
                           gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
}

static void
name_changed (WeirPreferencesDialog *self)
{
  g_autofree char *pattern = g_settings_get_string (self->settings, "file-name");

  if (g_strcmp0 (pattern, gtk_editable_get_text (GTK_EDITABLE (self->name_row))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->name_row), pattern);
  name_edited (self);
}

static void
default_name_clicked (WeirPreferencesDialog *self)
{
  g_settings_reset (self->settings, "file-name");
  name_changed (self);
}

/* --- devices -------------------------------------------------------------------------------- */

static void
device_selected (WeirPreferencesDialog *self)
{
  const guint selected = adw_combo_row_get_selected (self->device_row);

  if (selected < self->device_names->len)
    g_settings_set_string (self->settings, "device", self->device_names->pdata[selected]);
}

static void
add_device (WeirPreferencesDialog *self,
            GtkStringList         *list,
            const char            *name,
            const char            *shown)
{
  gtk_string_list_append (list, shown);
  g_ptr_array_add (self->device_names, g_strdup (name));
}

/* Those that can be used, and the one that is set even if it is not here. The processor has a name
 * that outlives its driver's next version. */
static void
list_devices (WeirPreferencesDialog *self,
              GPtrArray             *devices,
              GtkStringList         *list)
{
  g_autofree char *set = g_settings_get_string (self->settings, "device");

  add_device (self, list, "", _("Automatic"));
  for (guint i = 0; devices && i < devices->len; i++)
    {
      const CasDevice *device = devices->pdata[i];

      if (!device->unusable)
        add_device (self, list, device->kind == CAS_DEVICE_CPU ? "cpu" : device->name,
                    device->name);
    }
  if (!devices)
    add_device (self, list, "cpu", _("The processor (slow)"));
  if (!g_ptr_array_find_with_equal_func (self->device_names, set, g_str_equal, NULL))
    {
      /* Translators: a device that was chosen once and is not there now */
      g_autofree char *shown = g_strdup_printf (devices ? _("%s (not found)") : "%s", set);

      add_device (self, list, set, shown);
    }
}

static void
device_changed (WeirPreferencesDialog *self)
{
  g_autofree char *set = g_settings_get_string (self->settings, "device");
  guint selected;

  if (g_ptr_array_find_with_equal_func (self->device_names, set, g_str_equal, &selected))
    adw_combo_row_set_selected (self->device_row, selected);
}

void
weir_preferences_dialog_set_devices (WeirPreferencesDialog *self,
                                     GPtrArray             *devices,
                                     const char            *reason)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  g_return_if_fail (WEIR_IS_PREFERENCES_DIALOG (self));

  g_signal_handlers_block_by_func (self->device_row, device_selected, self);
  g_clear_pointer (&self->device_names, g_ptr_array_unref);
  self->device_names = g_ptr_array_new_with_free_func (g_free);
  list_devices (self, devices, list);
  adw_combo_row_set_model (self->device_row, G_LIST_MODEL (list));
  device_changed (self);
  g_signal_handlers_unblock_by_func (self->device_row, device_selected, self);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->device_row),
                               reason ? reason : _("What makes the images"));
}

/* --- the canvas ----------------------------------------------------------------------------- */

/* In the order of the rows. */
static const char *const colour_names[] = { "magenta", "red", "orange", "green", "cyan", "blue" };
static const guint snaps[] = { 64, 32, 16, 8 };

static gboolean
colour_to_row (GValue   *selected,
               GVariant *colour,
               gpointer  user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (colour_names); i++)
    if (g_str_equal (colour_names[i], g_variant_get_string (colour, NULL)))
      g_value_set_uint (selected, i);
  return TRUE;
}

static GVariant *
row_to_colour (const GValue       *selected,
               const GVariantType *type,
               gpointer            user_data)
{
  const guint i = g_value_get_uint (selected);

  return i < G_N_ELEMENTS (colour_names) ? g_variant_new_string (colour_names[i]) : NULL;
}

/* The next one that is there. */
static gboolean
snap_to_row (GValue   *selected,
             GVariant *snap,
             gpointer  user_data)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (snaps) && snaps[i] > g_variant_get_uint32 (snap))
    i++;
  g_value_set_uint (selected, i);
  return TRUE;
}

static GVariant *
row_to_snap (const GValue       *selected,
             const GVariantType *type,
             gpointer            user_data)
{
  const guint i = g_value_get_uint (selected);

  return i < G_N_ELEMENTS (snaps) ? g_variant_new_uint32 (snaps[i]) : NULL;
}

static void
bind_canvas (WeirPreferencesDialog *self)
{
  g_settings_bind_with_mapping (self->settings, "mask-colour", self->colour_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, colour_to_row, row_to_colour, NULL, NULL);
  g_settings_bind (self->settings, "mask-opacity", self->opacity, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "mask-stripes", self->stripes_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (self->settings, "frame-snap", self->snap_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, snap_to_row, row_to_snap, NULL, NULL);
  g_settings_bind (self->settings, "uses-pressure", self->pressure_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
}

/* --- the dialog ----------------------------------------------------------------------------- */

static void
weir_preferences_dialog_finalize (GObject *object)
{
  WeirPreferencesDialog *self = WEIR_PREFERENCES_DIALOG (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->device_names, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_preferences_dialog_parent_class)->finalize (object);
}

static void
weir_preferences_dialog_class_init (WeirPreferencesDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = weir_preferences_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, default_folder_button);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, default_name_button);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, example_row);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, preview_switch);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, device_row);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, idle_switch);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, colour_row);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, opacity);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, stripes_switch);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, snap_row);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferencesDialog, pressure_switch);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, default_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, name_applied);
  gtk_widget_class_bind_template_callback (widget_class, default_name_clicked);
  gtk_widget_class_bind_template_callback (widget_class, device_selected);
}

static void
weir_preferences_dialog_init (WeirPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
weir_preferences_dialog_new (GtkWindow       *parent,
                             GSettings       *settings,
                             WeirNameExample  example)
{
  WeirPreferencesDialog *self =
    g_object_new (WEIR_TYPE_PREFERENCES_DIALOG, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  self->example = example;
  folder_changed (self);
  name_changed (self);
  weir_preferences_dialog_set_devices (self, NULL, NULL);
  g_signal_connect_swapped (self->name_row, "changed", G_CALLBACK (name_edited), self);
  g_signal_connect_object (settings, "changed::save-folder", G_CALLBACK (folder_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::device", G_CALLBACK (device_changed), self,
                           G_CONNECT_SWAPPED);
  g_settings_bind (settings, "live-preview", self->preview_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "free-when-idle", self->idle_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  bind_canvas (self);
  return GTK_WINDOW (self);
}
