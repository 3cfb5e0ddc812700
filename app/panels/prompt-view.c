/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A text view that knows what a prompt is. */

#include "panels/prompt-view.h"

#include "panels/prompt-weight.h"

#define WEIGHT_STEP 0.1

struct _WeirPromptView
{
  GtkTextView parent;

  CasPromptReader *reader;
  GListModel      *history;
  guint            place; /* in the history, from 1; 0 is what was being typed */
  char            *draft; /* that, while the history is shown */
  guint            n_tokens, n_chunks;
  char            *notice;
  gboolean         is_setting;

  GtkTextTag *heavier, *heaviest, *lighter, *lightest;
};

G_DEFINE_FINAL_TYPE (WeirPromptView, weir_prompt_view, GTK_TYPE_TEXT_VIEW)

enum
{
  PROP_TEXT = 1,
  PROP_HISTORY,
  PROP_N_TOKENS,
  PROP_N_CHUNKS,
  PROP_NOTICE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkTextBuffer *
get_buffer (WeirPromptView *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
}

static char *
dup_text (WeirPromptView *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  return gtk_text_buffer_get_text (get_buffer (self), &start, &end, FALSE);
}

/* What a person does here is one step for the text's own undo. What comes from without has its step
 * there, and the text's old ones would bring back what that has changed. */
static void
set_text (WeirPromptView *self,
          const char     *text,
          gboolean        is_from_without)
{
  GtkTextBuffer *buffer = get_buffer (self);
  g_autofree char *old = dup_text (self);
  GtkTextIter start, end;

  if (g_strcmp0 (old, text ? text : "") == 0)
    return;
  self->is_setting = TRUE;
  if (is_from_without)
    gtk_text_buffer_begin_irreversible_action (buffer);
  else
    gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text ? text : "", -1);
  if (is_from_without)
    gtk_text_buffer_end_irreversible_action (buffer);
  else
    gtk_text_buffer_end_user_action (buffer);
  self->is_setting = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

/* --- what the prompt says -------------------------------------------------------------------- */

static GtkTextTag *
choose_tag (WeirPromptView *self,
            double          weight)
{
  if (weight > 1)
    return weight >= 1.3 ? self->heaviest : self->heavier;
  return weight <= 0.7 ? self->lightest : self->lighter;
}

static void
tint (WeirPromptView         *self,
      const char             *text,
      const CasPromptReading *reading)
{
  GtkTextBuffer *buffer = get_buffer (self);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_all_tags (buffer, &start, &end);
  for (guint i = 0; reading && i < reading->spans->len; i++)
    {
      const CasPromptSpan *span = &g_array_index (reading->spans, CasPromptSpan, i);

      gtk_text_buffer_get_iter_at_offset (
        buffer, &start, (int) g_utf8_pointer_to_offset (text, text + span->begin));
      gtk_text_buffer_get_iter_at_offset (
        buffer, &end, (int) g_utf8_pointer_to_offset (text, text + span->end));
      gtk_text_buffer_apply_tag (buffer, choose_tag (self, span->weight), &start, &end);
    }
}

static void
read_again (WeirPromptView *self)
{
  g_autofree char *text = dup_text (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPromptReading) reading =
    self->reader ? cas_prompt_reader_read (self->reader, text, &error) : NULL;

  tint (self, text, reading);
  self->n_tokens = reading ? reading->n_tokens : 0;
  self->n_chunks = reading ? reading->n_chunks : 0;
  g_free (self->notice);
  if (error)
    self->notice = g_strdup (error->message);
  else if (reading && reading->notices->len > 0)
    self->notice = g_strdup (g_ptr_array_index (reading->notices, 0));
  else
    self->notice = NULL;
  for (guint i = PROP_N_TOKENS; i <= PROP_NOTICE; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static void
buffer_changed (WeirPromptView *self)
{
  read_again (self);
  if (self->is_setting)
    return;
  self->place = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void
nudge (WeirPromptView *self,
       double          delta)
{
  GtkTextBuffer *buffer = get_buffer (self);
  g_autofree char *text = dup_text (self);
  g_autofree char *changed = NULL;
  GtkTextIter start, end;
  guint begin, stop;

  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  begin = (guint) gtk_text_iter_get_offset (&start);
  stop = (guint) gtk_text_iter_get_offset (&end);
  changed = weir_prompt_nudge (text, &begin, &stop, delta);
  if (!changed)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  set_text (self, changed, FALSE);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) begin);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) stop);
  gtk_text_buffer_select_range (buffer, &start, &end);
}

/* Shows the prompt before (1) or after (−1) the one that is shown; before the first is what was
 * being typed. */
static void
recall (WeirPromptView *self,
        int             step)
{
  const guint n = self->history ? g_list_model_get_n_items (self->history) : 0;
  g_autoptr (GtkStringObject) item = NULL;
  guint place;

  if ((step < 0 && self->place == 0) || (step > 0 && self->place == n))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  if (self->place == 0)
    {
      g_free (self->draft);
      self->draft = dup_text (self);
    }
  place = step > 0 ? self->place + 1 : self->place - 1;
  item = place > 0 ? g_list_model_get_item (self->history, place - 1) : NULL;
  set_text (self, item ? gtk_string_object_get_string (item) : self->draft, FALSE);
  self->place = place;
}

static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        state,
             gpointer               user_data)
{
  WeirPromptView *self = user_data;
  const GdkModifierType held = state & gtk_accelerator_get_default_mod_mask ();
  const gboolean is_up = keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up;

  if (!is_up && keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  if (held == GDK_CONTROL_MASK)
    nudge (self, is_up ? WEIGHT_STEP : -WEIGHT_STEP);
  else if (held == GDK_ALT_MASK)
    recall (self, is_up ? 1 : -1);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

/* --- the widget ------------------------------------------------------------------------------ */

static void
weir_prompt_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  WeirPromptView *self = WEIR_PROMPT_VIEW (object);

  switch (id)
    {
    case PROP_TEXT:
      set_text (self, g_value_get_string (value), TRUE);
      break;
    case PROP_HISTORY:
      g_set_object (&self->history, g_value_get_object (value));
      self->place = 0;
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_prompt_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  WeirPromptView *self = WEIR_PROMPT_VIEW (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_take_string (value, dup_text (self));
      break;
    case PROP_HISTORY:
      g_value_set_object (value, self->history);
      break;
    case PROP_N_TOKENS:
      g_value_set_uint (value, self->n_tokens);
      break;
    case PROP_N_CHUNKS:
      g_value_set_uint (value, self->n_chunks);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_prompt_view_finalize (GObject *object)
{
  WeirPromptView *self = WEIR_PROMPT_VIEW (object);

  g_clear_object (&self->history);
  g_clear_pointer (&self->draft, g_free);
  g_clear_pointer (&self->notice, g_free);
  G_OBJECT_CLASS (weir_prompt_view_parent_class)->finalize (object);
}

static void
weir_prompt_view_class_init (WeirPromptViewClass *class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_prompt_view_set_property;
  object_class->get_property = weir_prompt_view_get_property;
  object_class->finalize = weir_prompt_view_finalize;

  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, "", flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_HISTORY] =
    g_param_spec_object ("history", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_N_TOKENS] =
    g_param_spec_uint ("n-tokens", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_N_CHUNKS] =
    g_param_spec_uint ("n-chunks", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

/* Tints of the accent, strongest for what weighs most, and grey for what weighs less, so that both
 * are seen on light and on dark. */
static GtkTextTag *
add_tag (WeirPromptView *self,
         const char     *name,
         const char     *background,
         int             pango_weight)
{
  return gtk_text_buffer_create_tag (get_buffer (self), name, "background", background, "weight",
                                     pango_weight, NULL);
}

static void
weir_prompt_view_init (WeirPromptView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->heavier = add_tag (self, "heavier", "rgba(53,132,228,0.25)", PANGO_WEIGHT_NORMAL);
  self->heaviest = add_tag (self, "heaviest", "rgba(53,132,228,0.45)", PANGO_WEIGHT_BOLD);
  self->lighter = add_tag (self, "lighter", "rgba(128,128,128,0.25)", PANGO_WEIGHT_NORMAL);
  self->lightest = add_tag (self, "lightest", "rgba(128,128,128,0.45)", PANGO_WEIGHT_LIGHT);
  g_signal_connect_swapped (get_buffer (self), "changed", G_CALLBACK (buffer_changed), self);

  /* before the view's own keys, which move by paragraphs */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
weir_prompt_view_new (void)
{
  return g_object_new (WEIR_TYPE_PROMPT_VIEW, NULL);
}

void
weir_prompt_view_set_reader (WeirPromptView  *self,
                             CasPromptReader *reader)
{
  g_return_if_fail (WEIR_IS_PROMPT_VIEW (self));

  self->reader = reader;
  read_again (self);
}
