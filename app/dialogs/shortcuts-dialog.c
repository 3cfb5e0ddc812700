/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One group of rows for each group of commands. */

#include "dialogs/shortcuts-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "commands.h"

struct _WeirShortcutsDialog
{
  AdwWindow parent;

  GtkEditable         *search_entry;
  GtkStack            *stack;
  AdwPreferencesPage  *page;
  AdwPreferencesGroup *groups[WEIR_N_COMMAND_GROUPS];
  GPtrArray           *rows; /* AdwActionRow, in the order of the table */
};

G_DEFINE_FINAL_TYPE (WeirShortcutsDialog, weir_shortcuts_dialog, ADW_TYPE_WINDOW)

/* --- keys ----------------------------------------------------------------------------------- */

static void
append_cap (GtkWidget  *box,
            const char *text)
{
  GtkWidget *cap = gtk_label_new (text);

  gtk_widget_add_css_class (cap, "cap");
  gtk_box_append (GTK_BOX (box), cap);
}

/* GTK's words for a modifier alone end in the “+” that would join it to a key. */
static void
append_modifier (GtkWidget       *box,
                 GdkModifierType  modifier)
{
  g_autofree char *label = gtk_accelerator_get_label (0, modifier);

  if (g_str_has_suffix (label, "+"))
    label[strlen (label) - 1] = '\0';
  append_cap (box, label);
}

static GtkWidget *
make_accel (const char *accel)
{
  static const GdkModifierType modifiers[] = {
    GDK_CONTROL_MASK, GDK_ALT_MASK, GDK_SHIFT_MASK, GDK_SUPER_MASK,
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GdkModifierType held;
  guint key;

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  if (!gtk_accelerator_parse (accel, &key, &held))
    return box;
  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if (held & modifiers[i])
      append_modifier (box, modifiers[i]);

  g_autofree char *label = gtk_accelerator_get_label (key, 0);

  append_cap (box, label);
  /* keys are read from left to right in every script */
  gtk_widget_set_direction (box, GTK_TEXT_DIR_LTR);
  return box;
}

/* --- search --------------------------------------------------------------------------------- */

/* By the command's words and by the keys' names. */
static gboolean
is_like (const WeirCommand *command,
         const char        *search)
{
  g_autofree char *title = g_utf8_casefold (_(command->title), -1);
  g_autofree char *wanted = g_utf8_casefold (search, -1);
  g_autofree char *keys = NULL;
  g_autofree char *folded = NULL;
  GdkModifierType held;
  guint key;

  if (strstr (title, wanted))
    return TRUE;
  if (!gtk_accelerator_parse (command->accels[0], &key, &held))
    return FALSE;
  keys = gtk_accelerator_get_label (key, held);
  folded = g_utf8_casefold (keys, -1);
  return strstr (folded, wanted) != NULL;
}

static void
search_changed (WeirShortcutsDialog *self)
{
  guint n;
  const WeirCommand *commands = weir_commands_get (&n);
  const char *search = gtk_editable_get_text (self->search_entry);
  gboolean has_rows[WEIR_N_COMMAND_GROUPS] = { FALSE };
  gboolean has_any = FALSE;

  for (guint i = 0; i < n; i++)
    {
      const gboolean is_shown = is_like (&commands[i], search);

      gtk_widget_set_visible (self->rows->pdata[i], is_shown);
      has_rows[commands[i].group] |= is_shown;
      has_any |= is_shown;
    }
  for (guint i = 0; i < WEIR_N_COMMAND_GROUPS; i++)
    gtk_widget_set_visible (GTK_WIDGET (self->groups[i]), has_rows[i]);
  gtk_stack_set_visible_child_name (self->stack, has_any ? "keys" : "none");
}

/* --- the dialog ----------------------------------------------------------------------------- */

static void
add_rows (WeirShortcutsDialog *self)
{
  guint n;
  const WeirCommand *commands = weir_commands_get (&n);

  for (guint i = 0; i < WEIR_N_COMMAND_GROUPS; i++)
    {
      self->groups[i] = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      adw_preferences_group_set_title (self->groups[i], weir_commands_get_group_name (i));
      adw_preferences_page_add (self->page, self->groups[i]);
    }
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(commands[i].title));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_accel (commands[i].accels[0]));
      adw_preferences_group_add (self->groups[commands[i].group], row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
weir_shortcuts_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_SHORTCUTS_DIALOG (object)->rows);
  G_OBJECT_CLASS (weir_shortcuts_dialog_parent_class)->finalize (object);
}

static void
weir_shortcuts_dialog_class_init (WeirShortcutsDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = weir_shortcuts_dialog_finalize;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/shortcuts-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirShortcutsDialog, search_entry);
  gtk_widget_class_bind_template_child (widget_class, WeirShortcutsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirShortcutsDialog, page);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
}

static void
weir_shortcuts_dialog_init (WeirShortcutsDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  add_rows (self);
}

GtkWindow *
weir_shortcuts_dialog_new (GtkWindow *parent)
{
  return g_object_new (WEIR_TYPE_SHORTCUTS_DIALOG, "transient-for", parent, NULL);
}
