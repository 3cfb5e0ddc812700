/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRA files in the window: for which model they are, and how they come in. */

#include "window-private.h"

#include <string.h>

#include <cascade/model.h>

static void
model_changed (WeirWindow *self)
{
  g_autofree char *path =
    g_settings_get_string (weir_application_get_settings (self->app), "model");
  g_autofree char *demo = *path ? NULL : cas_model_dup_demo ();

  if (*path || demo)
    weir_lora_list_set_model (self->loras, *path ? path : demo);
}

static void
add_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  weir_window_ask_lora (user_data);
}

/* At the end, where it is not in the prompt yet. */
static void
insert_word_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  WeirWindow *self = user_data;
  const char *word = g_variant_get_string (parameter, NULL);
  g_autofree char *prompt = NULL;
  g_autofree char *longer = NULL;

  g_object_get (self->params, "prompt", &prompt, NULL);
  if (strstr (prompt, word))
    return;
  g_strchomp (prompt);
  longer = *prompt ? g_strdup_printf ("%s, %s", prompt, word) : g_strdup (word);
  g_object_set (self->params, "prompt", longer, NULL);
}

void
weir_window_add_lora (WeirWindow *self,
                      const char *path)
{
  g_autoptr (GError) error = NULL;
  WeirLora *lora = weir_lora_list_add (self->loras, path, &error);

  if (lora)
    g_object_set (lora, "is-on", TRUE, NULL);
  else
    weir_window_tell (self, error->message);
}

void
weir_window_add_loras (WeirWindow *self)
{
  static const GActionEntry actions[] = {
    { "add-lora", add_activated },
    { "insert-word", insert_word_activated, "s" },
  };
  GSettings *settings = weir_application_get_settings (self->app);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  self->loras = weir_lora_list_new (settings);
  g_object_set (self->lora_panel, "loras", self->loras, NULL);
  g_signal_connect_object (settings, "changed::model", G_CALLBACK (model_changed), self,
                           G_CONNECT_SWAPPED);
  model_changed (self);
}
