/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What files become that are dropped on the window or pasted, where that is not a picture for the
 * canvas alone. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "canvas/dropped.h"

/* --- models ---------------------------------------------------------------------------------- */

/* A folder whose files are being read, and whether it was in the list before. */
typedef struct
{
  GWeakRef window;
  gboolean is_new;
} Choosing;

static void
choosing_free (gpointer  data,
               GClosure *closure)
{
  Choosing *choosing = data;

  g_weak_ref_clear (&choosing->window);
  g_free (choosing);
}

/* One that cannot be used takes the place of none. */
static void
model_looked (WeirModel *model,
              Choosing  *choosing)
{
  g_autoptr (WeirWindow) self = g_weak_ref_get (&choosing->window);
  g_autoptr (WeirModel) held = g_object_ref (model);
  const WeirModelState state = weir_model_get_state (model);
  const gboolean is_new = choosing->is_new;
  g_autofree char *sentence = NULL;

  if (state == WEIR_MODEL_LOOKING)
    return;
  g_signal_handlers_disconnect_by_func (model, model_looked, choosing); /* frees choosing */
  if (!self)
    return;
  if (state == WEIR_MODEL_BROKEN)
    {
      sentence = weir_model_dup_summary (model);
      if (is_new)
        weir_model_list_remove (weir_application_get_models (self->app), model);
    }
  else if (state == WEIR_MODEL_INCOMPLETE)
    sentence = g_strdup_printf (_("The model “%s” is not complete. Models in the menu says what is "
                                  "missing."), weir_model_get_name (model));
  else
    {
      weir_model_list_select (weir_application_get_models (self->app), model);
      sentence = g_strdup_printf (_("The next images are made with “%s”."),
                                  weir_model_get_name (model));
    }
  weir_window_tell (self, sentence);
}

void
weir_window_use_model (WeirWindow *self,
                       const char *path)
{
  WeirModelList *models = weir_application_get_models (self->app);
  const guint n_before = g_list_model_get_n_items (G_LIST_MODEL (models));
  WeirModel *model = weir_model_list_add (models, path);
  Choosing *choosing = g_new0 (Choosing, 1);

  g_weak_ref_init (&choosing->window, self);
  choosing->is_new = g_list_model_get_n_items (G_LIST_MODEL (models)) > n_before;
  g_signal_connect_data (model, "changed", G_CALLBACK (model_looked), choosing, choosing_free, 0);
  model_looked (model, choosing);
}

/* --- actions --------------------------------------------------------------------------------- */

static void
guide_path_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  weir_window_guide_path (user_data, g_variant_get_string (parameter, NULL));
}

static void
mask_path_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_load_mask (user_data, g_variant_get_string (parameter, NULL));
}

static void
use_model_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_use_model (user_data, g_variant_get_string (parameter, NULL));
}

static void
add_lora_path_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  const char *path = g_variant_get_string (parameter, NULL);
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *sentence = g_strdup_printf (_("“%s” was added to the LoRAs."), name);

  weir_window_add_lora (user_data, path);
  if (weir_lora_list_find (((WeirWindow *) user_data)->loras, path))
    weir_window_tell (user_data, sentence);
}

/* --- beside the zones ------------------------------------------------------------------------ */

/* What is dropped next to the canvas is asked about; what only crossed the window is not. */
static gboolean
accepts (GtkDropTarget *target,
         GdkDrop       *drop,
         WeirWindow    *self)
{
  GdkContentFormats *offered = gdk_content_formats_ref (gdk_drop_get_formats (drop));
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (offered);

  return !gdk_drop_get_drag (drop) &&
         gdk_content_formats_match (gtk_drop_target_get_formats (target), formats);
}

static gboolean
dropped (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         WeirWindow    *self)
{
  return weir_drop_zones_offer (self->drop_zones, value);
}

/* On the prompt a picture is what is said of it. */
static gboolean
dropped_on_prompt (GtkDropTarget *target,
                   const GValue  *value,
                   double         x,
                   double         y,
                   WeirWindow    *self)
{
  GFile *file = weir_dropped_get_file (value);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  if (path && weir_dropped_get_kind (value) == WEIR_DROPPED_PICTURE)
    weir_window_use_settings (self, path, WEIR_USE_ALL);
  else
    weir_drop_zones_offer (self->drop_zones, value);
  return TRUE;
}

void
weir_window_add_drops (WeirWindow *self)
{
  static const GActionEntry actions[] = {
    { "guide-path", guide_path_activated, "s" },
    { "mask-path", mask_path_activated, "s" },
    { "use-model", use_model_activated, "s" },
    { "add-lora-path", add_lora_path_activated, "s" },
  };
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };
  GtkDropTarget *anywhere = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GtkDropTarget *prompt = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);

  gtk_drop_target_set_gtypes (anywhere, types, G_N_ELEMENTS (types));
  g_signal_connect (anywhere, "accept", G_CALLBACK (accepts), self);
  g_signal_connect (anywhere, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (anywhere));

  /* before the text takes the name of the file */
  gtk_drop_target_set_gtypes (prompt, types, 2);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (prompt), GTK_PHASE_CAPTURE);
  g_signal_connect (prompt, "drop", G_CALLBACK (dropped_on_prompt), self);
  gtk_widget_add_controller (GTK_WIDGET (self->prompt_panel), GTK_EVENT_CONTROLLER (prompt));
}
