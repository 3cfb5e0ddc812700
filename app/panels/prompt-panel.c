/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Binds two prompt views and a list of styles to the parameters. */

#include "panels/prompt-panel.h"

#include <glib/gi18n.h>

#include "panels/prompt-view.h"

struct _WeirPromptPanel
{
  GtkWidget parent;

  WeirParams      *params;
  CasPromptReader *reader;
  GListModel      *history, *styles;
  GBindingGroup   *bindings;
  GSignalGroup    *signals;

  GtkWidget      *box;
  WeirPromptView *prompt_view, *negative_view;
  GtkWidget      *placeholder;
  GtkWidget      *meter_box;
  GtkLevelBar    *meter;
  GtkLabel       *meter_label;
  GtkLabel       *notice;
  GtkExpander    *negative_expander;
  GtkDropDown    *style_list;
};

G_DEFINE_FINAL_TYPE (WeirPromptPanel, weir_prompt_panel, GTK_TYPE_WIDGET)

enum
{
  PROP_PARAMS = 1,
  PROP_HISTORY,
  PROP_STYLES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
show_meter (WeirPromptPanel *self)
{
  g_autofree char *text = NULL;
  g_autofree char *tooltip = NULL;
  guint n_tokens, n_chunks;

  g_object_get (self->prompt_view, "n-tokens", &n_tokens, "n-chunks", &n_chunks, NULL);
  gtk_widget_set_visible (self->meter_box, n_tokens > 0);
  if (n_tokens == 0)
    return;
  /* Translators: parts of words that the prompt has, of those that there is room for */
  text = g_strdup_printf (_("%u / %u tokens"), n_tokens, n_chunks * CAS_PROMPT_CHUNK_TOKENS);
  tooltip = n_chunks > 1
              ? g_strdup_printf (g_dngettext (NULL, "The prompt is read in %u part",
                                              "The prompt is read in %u parts", n_chunks),
                                 n_chunks)
              : NULL;
  gtk_label_set_label (self->meter_label, text);
  gtk_widget_set_tooltip_text (self->meter_box, tooltip);
  gtk_level_bar_set_value (self->meter,
                           (double) n_tokens / (n_chunks * CAS_PROMPT_CHUNK_TOKENS));
}

static void
show_notice (WeirPromptPanel *self)
{
  g_autofree char *notice = NULL;

  g_object_get (self->prompt_view, "notice", &notice, NULL);
  if (!notice)
    g_object_get (self->negative_view, "notice", &notice, NULL);
  gtk_label_set_label (self->notice, notice ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
}

static void
prompt_changed (WeirPromptPanel *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->prompt_view));

  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (buffer) == 0);
}

/* A negative prompt that came from elsewhere is not hidden. */
static void
negative_changed (WeirPromptPanel *self)
{
  g_autofree char *negative = NULL;

  g_object_get (self->params, "negative", &negative, NULL);
  if (*negative != '\0')
    gtk_expander_set_expanded (self->negative_expander, TRUE);
}

static void
style_selected (WeirPromptPanel *self)
{
  WeirStyle *style = gtk_drop_down_get_selected_item (self->style_list);

  if (self->params && style)
    g_object_set (self->params, "style", weir_style_get_id (style), NULL);
}

static void
style_changed (WeirPromptPanel *self)
{
  g_autofree char *id = NULL;

  if (!self->params || !self->styles)
    return;
  g_object_get (self->params, "style", &id, NULL);
  for (guint i = g_list_model_get_n_items (self->styles); i-- > 0;)
    {
      g_autoptr (WeirStyle) style = g_list_model_get_item (self->styles, i);

      if (g_strcmp0 (weir_style_get_id (style), id) == 0)
        {
          gtk_drop_down_set_selected (self->style_list, i);
          return;
        }
    }
  gtk_drop_down_set_selected (self->style_list, 0);
}

static void
set_params (WeirPromptPanel *self,
            WeirParams      *params)
{
  if (!g_set_object (&self->params, params))
    return;
  g_signal_group_set_target (self->signals, params);
  g_binding_group_set_source (self->bindings, params);
  style_changed (self);
}

static void
set_history (WeirPromptPanel *self,
             GListModel      *history)
{
  g_set_object (&self->history, history);
  g_object_set (self->prompt_view, "history", history, NULL);
}

static void
set_styles (WeirPromptPanel *self,
            GListModel      *styles)
{
  g_set_object (&self->styles, styles);
  g_signal_handlers_block_by_func (self->style_list, style_selected, self);
  gtk_drop_down_set_model (self->style_list, styles);
  g_signal_handlers_unblock_by_func (self->style_list, style_selected, self);
  style_changed (self);
}

static void
weir_prompt_panel_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  WeirPromptPanel *self = WEIR_PROMPT_PANEL (object);

  switch (id)
    {
    case PROP_PARAMS:
      set_params (self, g_value_get_object (value));
      break;
    case PROP_HISTORY:
      set_history (self, g_value_get_object (value));
      break;
    case PROP_STYLES:
      set_styles (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_prompt_panel_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  WeirPromptPanel *self = WEIR_PROMPT_PANEL (object);

  switch (id)
    {
    case PROP_PARAMS:
      g_value_set_object (value, self->params);
      break;
    case PROP_HISTORY:
      g_value_set_object (value, self->history);
      break;
    case PROP_STYLES:
      g_value_set_object (value, self->styles);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_prompt_panel_dispose (GObject *object)
{
  WeirPromptPanel *self = WEIR_PROMPT_PANEL (object);

  g_clear_object (&self->bindings);
  g_clear_object (&self->signals);
  g_clear_object (&self->params);
  g_clear_object (&self->history);
  g_clear_object (&self->styles);
  if (self->box)
    weir_prompt_panel_set_reader (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_prompt_panel_parent_class)->dispose (object);
}

static void
weir_prompt_panel_class_init (WeirPromptPanelClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_prompt_panel_set_property;
  object_class->get_property = weir_prompt_panel_get_property;
  object_class->dispose = weir_prompt_panel_dispose;

  properties[PROP_PARAMS] = g_param_spec_object ("params", NULL, NULL, WEIR_TYPE_PARAMS, flags);
  properties[PROP_HISTORY] =
    g_param_spec_object ("history", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_STYLES] = g_param_spec_object ("styles", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (WEIR_TYPE_PROMPT_VIEW);
  g_type_ensure (WEIR_TYPE_STYLE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/prompt-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, box);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, prompt_view);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, negative_view);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, placeholder);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, meter_box);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, meter);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, meter_label);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, negative_expander);
  gtk_widget_class_bind_template_child (widget_class, WeirPromptPanel, style_list);
}

static void
weir_prompt_panel_init (WeirPromptPanel *self)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->bindings = g_binding_group_new ();
  self->signals = g_signal_group_new (WEIR_TYPE_PARAMS);
  g_binding_group_bind (self->bindings, "prompt", self->prompt_view, "text", both);
  g_binding_group_bind (self->bindings, "negative", self->negative_view, "text", both);
  g_signal_group_connect_swapped (self->signals, "notify::style", G_CALLBACK (style_changed), self);
  g_signal_group_connect_swapped (self->signals, "notify::negative", G_CALLBACK (negative_changed),
                                  self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->prompt_view)), "changed",
                            G_CALLBACK (prompt_changed), self);
  g_signal_connect_swapped (self->prompt_view, "notify::n-tokens", G_CALLBACK (show_meter), self);
  g_signal_connect_swapped (self->prompt_view, "notify::notice", G_CALLBACK (show_notice), self);
  g_signal_connect_swapped (self->negative_view, "notify::notice", G_CALLBACK (show_notice), self);
  g_signal_connect_swapped (self->style_list, "notify::selected", G_CALLBACK (style_selected), self);
}

GtkWidget *
weir_prompt_panel_new (void)
{
  return g_object_new (WEIR_TYPE_PROMPT_PANEL, NULL);
}

void
weir_prompt_panel_set_reader (WeirPromptPanel *self,
                              CasPromptReader *reader)
{
  g_return_if_fail (WEIR_IS_PROMPT_PANEL (self));

  weir_prompt_view_set_reader (self->prompt_view, reader);
  weir_prompt_view_set_reader (self->negative_view, reader);
  g_clear_pointer (&self->reader, cas_prompt_reader_free);
  self->reader = reader;
}

void
weir_prompt_panel_edit (WeirPromptPanel *self)
{
  g_return_if_fail (WEIR_IS_PROMPT_PANEL (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->prompt_view));
  g_signal_emit_by_name (self->prompt_view, "select-all", TRUE);
}
