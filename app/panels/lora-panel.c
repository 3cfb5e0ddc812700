/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row for each file: a check, its name, its words, and a weight where it is on. */

#include "panels/lora-panel.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#define MANY 8 /* files, from which on they can be searched */

#define MAX_WORDS    8
#define WORD_CHARS   14
#define MAX_TOLD     20 /* of the words that have no button */
#define TOLD_CHARS   60 /* of each */

struct _WeirLoraPanel
{
  GtkWidget parent;

  WeirLoraList *loras;
  GPtrArray    *rows; /* in their order; the group's */

  AdwPreferencesGroup *group;
  GtkWidget           *search;
};

G_DEFINE_FINAL_TYPE (WeirLoraPanel, weir_lora_panel, GTK_TYPE_WIDGET)

enum
{
  PROP_LORAS = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- a row ---------------------------------------------------------------------------------- */

static GtkWidget *
make_check (WeirLora *lora)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (check, _("Make images with it"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  weir_lora_get_name (lora), -1);
  g_object_bind_property (lora, "is-on", check, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return check;
}

static GtkWidget *
make_scale (WeirLora *lora)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, -WEIR_LORA_MAX_WEIGHT,
                                               WEIR_LORA_MAX_WEIGHT, 0.05);
  g_autofree char *label =
    g_strdup_printf (_("Weight of %s"), weir_lora_get_name (lora));

  gtk_widget_set_size_request (scale, 130, -1);
  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  gtk_scale_set_digits (GTK_SCALE (scale), 2);
  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_RIGHT);
  gtk_scale_add_mark (GTK_SCALE (scale), 0, GTK_POS_BOTTOM, NULL);
  gtk_scale_add_mark (GTK_SCALE (scale), 1, GTK_POS_BOTTOM, NULL);
  gtk_widget_set_tooltip_text (scale, _("How much it counts; 1 is as it was trained"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_bind_property (lora, "weight", gtk_range_get_adjustment (GTK_RANGE (scale)), "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (lora, "is-on", scale, "visible", G_BINDING_SYNC_CREATE);
  return scale;
}

/* A file's author decides how long its words are. */
static char *
dup_short (const char *word)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (word, -1) <= TOLD_CHARS)
    return g_strdup (word);
  start = g_utf8_substring (word, 0, TOLD_CHARS);
  return g_strconcat (start, "…", NULL);
}

static GtkWidget *
make_word (const char *word)
{
  GtkWidget *button = gtk_button_new_with_label (word);
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));
  g_autofree char *shown = dup_short (word);
  /* Translators: a word of a prompt */
  g_autofree char *tooltip = g_strdup_printf (_("Put “%s” into the prompt"), shown);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WORD_CHARS);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "word");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.insert-word");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", word);
  return button;
}

/* What is said of the words that no button is made for. */
static GtkWidget *
make_rest (const char *const *words)
{
  const guint n = g_strv_length ((GStrv) words);
  g_autofree char *text =
    /* Translators: words of a prompt, after some of them */
    g_strdup_printf (g_dngettext (NULL, "and %u more", "and %u more", n), n);
  g_autoptr (GString) told = g_string_new (NULL);
  GtkWidget *label = gtk_label_new (text);

  for (guint i = 0; i < MIN (n, MAX_TOLD); i++)
    {
      g_autofree char *shown = dup_short (words[i]);

      g_string_append_printf (told, "%s%s", i > 0 ? ", " : "", shown);
    }
  if (n > MAX_TOLD)
    g_string_append (told, ", …");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (label, 6); /* as the words have */
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_tooltip_text (label, told->str);
  return label;
}

/* What holds a word takes no focus of its own. */
static void
append_word (GtkFlowBox *box,
             GtkWidget  *child)
{
  gtk_flow_box_append (box, child);
  gtk_widget_set_focusable (gtk_widget_get_parent (child), FALSE);
}

/* The words that the file answers to, each a button that puts it into the prompt. */
static void
fill_words (GtkFlowBox *box,
            WeirLora   *lora)
{
  const char *const *words = weir_lora_get_triggers (lora);
  GtkWidget *child;
  guint i;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))))
    gtk_flow_box_remove (box, child);
  for (i = 0; i < MAX_WORDS && words[i]; i++)
    append_word (box, make_word (words[i]));
  if (words[i])
    append_word (box, make_rest (words + i));
  gtk_widget_set_visible (GTK_WIDGET (box), i > 0);
}

static GtkWidget *
make_words (void)
{
  GtkWidget *words = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (words), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (words), 2);
  gtk_accessible_update_property (GTK_ACCESSIBLE (words), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Words for the prompt"), -1);
  return words;
}

static void
remove_clicked (GtkWidget     *button,
                WeirLoraPanel *self)
{
  weir_lora_list_remove (self->loras, g_object_get_data (G_OBJECT (button), "lora"));
}

/* For a file that is in the list because a person added it. */
static GtkWidget *
make_remove_button (WeirLoraPanel *self,
                    WeirLora      *lora)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  /* Translators: a LoRA file's name */
  g_autofree char *label = g_strdup_printf (_("Remove %s from the list"), weir_lora_get_name (lora));

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Remove from the List"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "lora", g_object_ref (lora), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked), self);
  return button;
}

/* A file that does not fit is dim, and says why; it can still be removed. */
static void
show_state (GtkWidget *row,
            GParamSpec *pspec,
            WeirLora  *lora)
{
  const char *reason = weir_lora_get_reason (lora);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), reason ? reason : "");
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (row), "check"), reason == NULL);
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (row), "box"), reason == NULL);
  if (reason)
    gtk_widget_add_css_class (row, "unusable");
  else
    gtk_widget_remove_css_class (row, "unusable");
  fill_words (g_object_get_data (G_OBJECT (row), "words"), lora);
}

static void
lora_changed (WeirLora   *lora,
              GParamSpec *pspec,
              GtkWidget  *row)
{
  show_state (row, pspec, lora);
}

static GtkWidget *
make_row (WeirLoraPanel *self,
          WeirLora      *lora)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *words = make_words ();
  GtkWidget *check = make_check (lora);
  GtkWidget *scale = make_scale (lora);
  g_autofree char *path = g_filename_display_name (weir_lora_get_path (lora));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), weir_lora_get_name (lora));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 4);
  gtk_widget_set_tooltip_text (row, path);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), scale);
  gtk_box_append (GTK_BOX (box), words);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  if (weir_lora_list_is_added (self->loras, lora))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_remove_button (self, lora));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_object_set_data (G_OBJECT (row), "check", check);
  g_object_set_data (G_OBJECT (row), "box", box);
  g_object_set_data (G_OBJECT (row), "words", words);
  g_object_set_data_full (G_OBJECT (row), "lora", g_object_ref (lora), g_object_unref);
  g_signal_connect_object (lora, "notify::is-known", G_CALLBACK (lora_changed), row, 0);
  show_state (row, NULL, lora);
  return row;
}

/* --- the panel ------------------------------------------------------------------------------ */

/* What is on stays in sight. */
static void
search_changed (WeirLoraPanel *self)
{
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = self->rows->pdata[i];
      WeirLora *lora = g_object_get_data (G_OBJECT (row), "lora");
      g_autofree char *name = g_utf8_casefold (weir_lora_get_name (lora), -1);

      gtk_widget_set_visible (row, weir_lora_get_is_used (lora) || strstr (name, wanted) != NULL);
    }
}

static void
items_changed (WeirLoraPanel *self,
               guint          position,
               guint          removed,
               guint          added,
               GListModel    *loras)
{
  const guint n = g_list_model_get_n_items (loras);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (loras, i);
      GtkWidget *row = make_row (self, lora);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (self->search, n > MANY);
  search_changed (self);
}

static void
weir_lora_panel_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  WeirLoraPanel *self = WEIR_LORA_PANEL (object);

  if (id != PROP_LORAS)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->loras)
    g_signal_handlers_disconnect_by_func (self->loras, items_changed, self);
  g_set_object (&self->loras, g_value_get_object (value));
  if (!self->loras)
    return;
  g_signal_connect_object (self->loras, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  items_changed (self, 0, 0, 0, G_LIST_MODEL (self->loras));
}

static void
weir_lora_panel_dispose (GObject *object)
{
  WeirLoraPanel *self = WEIR_LORA_PANEL (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->loras)
    g_signal_handlers_disconnect_by_func (self->loras, items_changed, self);
  g_clear_object (&self->loras);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_lora_panel_parent_class)->dispose (object);
}

static void
weir_lora_panel_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_LORA_PANEL (object)->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_lora_panel_parent_class)->finalize (object);
}

static void
weir_lora_panel_class_init (WeirLoraPanelClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_lora_panel_set_property;
  object_class->dispose = weir_lora_panel_dispose;
  object_class->finalize = weir_lora_panel_finalize;
  properties[PROP_LORAS] = g_param_spec_object ("loras", NULL, NULL, WEIR_TYPE_LORA_LIST,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/lora-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirLoraPanel, group);
  gtk_widget_class_bind_template_child (widget_class, WeirLoraPanel, search);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
}

static void
weir_lora_panel_init (WeirLoraPanel *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_lora_panel_new (void)
{
  return g_object_new (WEIR_TYPE_LORA_PANEL, NULL);
}
