/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window puts its parts together; what they do is theirs. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "commands.h"
#include "reference.h"

G_DEFINE_FINAL_TYPE (WeirWindow, weir_window, ADW_TYPE_APPLICATION_WINDOW)

static void
weir_window_dispose (GObject *object)
{
  WeirWindow *self = WEIR_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->panes) /* which live on a little, as actions hold them */
    {
      g_settings_unbind (self->panes, "want-start");
      g_settings_unbind (self->panes, "want-end");
      self->panes = NULL;
    }
  if (self->state)
    weir_state_flush (self->state);
  weir_window_forget_focus (self);
  g_clear_weak_pointer (&self->paused_toast);
  weir_window_drop_subject (self);
  g_clear_object (&self->state);
  if (self->size_check)
    g_object_run_dispose (G_OBJECT (self->size_check)); /* a question may hold it */
  g_clear_object (&self->size_check);
  if (self->external_edit)
    g_object_run_dispose (G_OBJECT (self->external_edit)); /* whose files go now */
  g_clear_object (&self->external_edit);
  g_clear_object (&self->work);
  g_clear_object (&self->worker_signals);
  g_clear_object (&self->job_signals);
  g_clear_object (&self->mask_signals);
  g_clear_object (&self->subject_signals);
  if (self->inhibit_cookie)
    gtk_application_uninhibit (GTK_APPLICATION (self->app), self->inhibit_cookie);
  self->inhibit_cookie = 0;
  g_clear_object (&self->compared);
  g_clear_object (&self->document);
  g_clear_object (&self->staging);
  if (self->tools) /* as the panes */
    weir_tools_unbind (self->tools);
  g_clear_object (&self->tools);
  g_clear_object (&self->params);
  g_clear_object (&self->references);
  g_clear_object (&self->loras);
  g_clear_object (&self->guides);
  g_clear_object (&self->model_signals);
  g_clear_pointer (&self->notices, weir_notices_free);
  G_OBJECT_CLASS (weir_window_parent_class)->dispose (object);
}

static void
weir_window_finalize (GObject *object)
{
  g_clear_object (&WEIR_WINDOW (object)->cancellable);
  G_OBJECT_CLASS (weir_window_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, title);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, panes);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, prompt_panel);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, image_panel);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, reference_panel);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, guidance_panel);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, lora_panel);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, generate_button);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, drop_zones);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, device_line);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, canvas);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, tool_column);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, tool_options);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, staging_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, progress_line);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, drag_handle);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, zoom_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, history);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, unsaved_banner);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, queue_button);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, queue_popover);
}

static gboolean
weir_window_close_request (GtkWindow *window)
{
  if (weir_window_asks_to_stay (WEIR_WINDOW (window)))
    return GDK_EVENT_STOP;
  return GTK_WINDOW_CLASS (weir_window_parent_class)->close_request (window);
}

static void
weir_window_class_init (WeirWindowClass *class)
{
  const GType types[] = {
    WEIR_TYPE_BANNER, WEIR_TYPE_CANVAS, WEIR_TYPE_DRAG_HANDLE, WEIR_TYPE_DROP_ZONES,
    WEIR_TYPE_GUIDANCE_PANEL,
    WEIR_TYPE_HISTORY_PANEL, WEIR_TYPE_IMAGE_PANEL, WEIR_TYPE_LORA_PANEL, WEIR_TYPE_PANES, WEIR_TYPE_PROGRESS_LINE, WEIR_TYPE_PROMPT_PANEL,
    WEIR_TYPE_QUEUE_POPOVER, WEIR_TYPE_REFERENCE_PANEL, WEIR_TYPE_STAGING_BAR,
    WEIR_TYPE_TOOL_COLUMN, WEIR_TYPE_TOOL_OPTIONS, WEIR_TYPE_TROUBLE_PAGE, WEIR_TYPE_ZOOM_BAR,
  };

  G_OBJECT_CLASS (class)->dispose = weir_window_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_window_finalize;
  GTK_WINDOW_CLASS (class)->close_request = weir_window_close_request;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_type_ensure (types[i]);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/io/github/weir/Weir/window.ui");
  bind_children (GTK_WIDGET_CLASS (class));
}

static void
picture_changed (WeirWindow *self)
{
  g_object_set (self->image_panel, "has-image",
                weir_document_get_picture (self->document) != NULL, NULL);
  g_object_set (self->drop_zones, "has-document",
                weir_document_get_picture (self->document) != NULL, NULL);
  weir_window_update_verb (self);
  weir_window_update_page (self);
}

/* What is shown is what can be dragged out. */
static void
shown_changed (WeirWindow *self)
{
  g_object_set (self->drag_handle, "picture", weir_window_get_shown (self), NULL);
}

/* The parts show the same models. */
static void
connect_parts (WeirWindow *self)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  g_object_set (self->prompt_panel, "params", self->params, NULL);
  g_object_set (self->image_panel, "params", self->params, NULL);
  g_object_set (self->reference_panel, "references", self->references, NULL);
  g_object_set (self->canvas, "document", self->document, "staging", self->staging, NULL);
  g_object_set (self->staging_bar, "staging", self->staging, NULL);
  g_object_bind_property (self->canvas, "compare", self->staging_bar, "compare", both);
  g_signal_connect_object (self->canvas, "notify::compare",
                           G_CALLBACK (weir_window_compare_changed), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->canvas, "zoom", self->zoom_bar, "zoom", G_BINDING_SYNC_CREATE);
  g_signal_connect_swapped (self->drop_zones, "refused", G_CALLBACK (weir_window_tell), self);
  g_signal_connect_swapped (self->drop_zones, "texture", G_CALLBACK (weir_window_take_texture),
                            self);

  g_signal_connect_swapped (self->history, "trashed", G_CALLBACK (weir_window_tell_trashed), self);
  g_signal_connect_swapped (self->history, "failed", G_CALLBACK (weir_window_tell), self);

  g_signal_connect_object (self->document, "notify::picture", G_CALLBACK (picture_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::frame", G_CALLBACK (weir_window_update_verb),
                           self, G_CONNECT_SWAPPED);
  self->mask_signals = g_signal_group_new (WEIR_TYPE_MASK);
  g_signal_group_connect_swapped (self->mask_signals, "notify::empty",
                                  G_CALLBACK (weir_window_update_verb), self);
  g_object_bind_property (self->document, "mask", self->mask_signals, "target",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->staging, "refused", G_CALLBACK (weir_window_tell), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::picture", G_CALLBACK (shown_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->staging, "notify::picture", G_CALLBACK (shown_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->staging, "notify::has-candidates",
                           G_CALLBACK (weir_window_update_page), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->references, "items-changed", G_CALLBACK (weir_window_update_verb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->params, "notify::strength", G_CALLBACK (weir_window_update_verb),
                           self, G_CONNECT_SWAPPED);
}

/* The split button has no name for its second half. A click on the first leaves the keys where they
 * are: it is soon followed by others, and Space is not to make the same again. */
static void
set_up_button (AdwSplitButton *button)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button)); child;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _("More Ways to Generate"), -1);
    else
      gtk_widget_set_focus_on_click (child, FALSE);
  adw_split_button_set_dropdown_tooltip (button, _("More Ways to Generate"));
}

static void
weir_window_init (WeirWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->document = weir_document_new ();
  self->staging = weir_staging_new (self->document);
  self->params = weir_params_new ();
  self->references = g_list_store_new (WEIR_TYPE_REFERENCE);
  self->guides = g_list_store_new (WEIR_TYPE_GUIDE);
  gtk_widget_init_template (GTK_WIDGET (self));
  set_up_button (self->generate_button);
  weir_window_watch_focus (self);
  connect_parts (self);
  weir_window_add_actions (self);
  weir_commands_add_to (GTK_WIDGET (self));
}

/* --- the tokenizer, which takes a moment to read ----------------------------------------------- */

static void
open_reader (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  CasPromptReader *reader = cas_prompt_reader_new (task_data, &error);

  if (reader)
    g_task_return_pointer (task, reader, (GDestroyNotify) cas_prompt_reader_free);
  else
    g_task_return_error (task, error);
}

/* Without it the tokens are not counted; what is wrong with the model is the worker's to say. That of a
 * model that is not used any more may come late. */
static void
reader_opened (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);
  g_autoptr (CasPromptReader) reader = g_task_propagate_pointer (G_TASK (result), NULL);

  if (G_TASK (result) != self->reading)
    return;
  self->reading = NULL;
  if (reader)
    weir_prompt_panel_set_reader (self->prompt_panel, g_steal_pointer (&reader));
}

void
weir_window_load_reader (WeirWindow *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, reader_opened, NULL);
  char *model = g_settings_get_string (weir_application_get_settings (self->app), "model");

  if (*model == '\0')
    g_clear_pointer (&model, g_free);
  g_task_set_task_data (task, model, g_free);
  self->reading = task;
  g_task_run_in_thread (task, open_reader);
}

/* --- the window ------------------------------------------------------------------------------ */

WeirWindow *
weir_window_new (WeirApplication *app)
{
  WeirWindow *self = g_object_new (WEIR_TYPE_WINDOW, "application", app, NULL);
  GSettings *settings = weir_application_get_settings (app);

  self->app = app;
  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "show-start", self->panes, "want-start", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "show-end", self->panes, "want-end", G_SETTINGS_BIND_DEFAULT);
  g_object_set (self->prompt_panel, "styles", weir_application_get_styles (app), "history",
                weir_application_get_prompts (app), NULL);
  g_object_bind_property (app, "library", self->history, "library", G_BINDING_SYNC_CREATE);
  weir_window_add_tools (self);
  weir_window_add_subject (self);
  weir_window_add_guides (self);
  weir_window_add_loras (self);
  weir_window_add_drops (self);
  g_object_bind_property (app, "library", self->drop_zones, "library", G_BINDING_SYNC_CREATE);
  weir_queue_popover_set_queue (self->queue_popover, weir_application_get_queue (app));
  weir_window_watch_jobs (self);
  weir_window_add_external_edit (self);
  picture_changed (self);
  weir_window_load_reader (self);
  weir_window_add_project (self);
  return self;
}

void
weir_window_open (WeirWindow *self,
                  GFile      *file)
{
  g_autofree char *path = g_file_get_path (file);

  g_return_if_fail (WEIR_IS_WINDOW (self));

  if (path)
    weir_window_open_path (self, path);
  else
    weir_window_tell (self, _("Only files on this computer can be opened."));
}

WeirParams *
weir_window_get_params (WeirWindow *self)
{
  g_return_val_if_fail (WEIR_IS_WINDOW (self), NULL);

  return self->params;
}

void
weir_window_tell_trashed (WeirWindow *self,
                          const char *path)
{
  AdwToast *toast = adw_toast_new (_("Moved to the trash"));

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "win.restore-path");
  adw_toast_set_action_target_value (toast, g_variant_new_string (path));
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
weir_window_tell (WeirWindow *self,
                  const char *sentence)
{
  AdwToast *toast;
  g_autofree char *markup = NULL;

  g_return_if_fail (WEIR_IS_WINDOW (self));

  /* A toast's title is markup. */
  markup = g_markup_escape_text (sentence, -1);
  toast = adw_toast_new (markup);
  /* an older one may stay long, and come back */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
