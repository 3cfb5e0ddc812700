/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands of the window. */

#include "window-private.h"

#include <glib/gi18n.h>

/* --- jobs ------------------------------------------------------------------------------------ */

/* A key that is held down comes again and again, faster than anybody asks; GTK does not tell. */
static void
submit_once (WeirWindow *self,
             gboolean    to_front)
{
  const gint64 now = g_get_monotonic_time ();
  const gboolean is_held = now - self->asked_at < 100 * 1000;

  self->asked_at = now;
  if (!is_held)
    weir_window_submit (self, to_front);
}

static void
generate_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  submit_once (user_data, FALSE);
}

static void
generate_front_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  submit_once (user_data, TRUE);
}

static void
generate_many_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  WeirWindow *self = user_data;

  g_object_set (self->params, "count", (guint) g_variant_get_int32 (parameter), NULL);
  weir_window_submit (self, FALSE);
}

/* That something is made all the same is not for lack of cancelling. */
static void
tell_next (WeirWindow *self,
           guint       n)
{
  g_autofree char *sentence =
    g_strdup_printf (ngettext ("Cancelled. %u job is next.", "Cancelled. %u jobs are next.", n), n);
  AdwToast *toast = adw_toast_new (sentence);

  adw_toast_set_button_label (toast, _("Cancel _All"));
  adw_toast_set_action_name (toast, "win.cancel-all");
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
cancel_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  WeirQueue *queue = weir_application_get_queue (((WeirWindow *) user_data)->app);
  WeirJob *running = weir_queue_get_running (queue);

  if (!running)
    return;
  weir_queue_cancel (queue, running);
  if (weir_queue_get_n_pending (queue) > 0)
    tell_next (user_data, weir_queue_get_n_pending (queue));
}

static void
cancel_pending_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  weir_queue_cancel_pending (weir_application_get_queue (((WeirWindow *) user_data)->app));
}

static void
cancel_all_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  weir_queue_cancel_all (weir_application_get_queue (((WeirWindow *) user_data)->app));
}

/* What runs is given up for what the window shows now. */
static void
restart_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  WeirQueue *queue = weir_application_get_queue (((WeirWindow *) user_data)->app);
  WeirJob *running = weir_queue_get_running (queue);

  if (weir_window_submit (user_data, TRUE) && running)
    weir_queue_cancel (queue, running);
}

static void
keep_generating_changed (GSimpleAction *action,
                         GVariant      *state,
                         gpointer       user_data)
{
  weir_window_keep_generating (user_data, g_variant_get_boolean (state));
}

static void
run_batch_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_ask_batch (user_data);
}

static void
resume_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  g_object_set (weir_application_get_queue (((WeirWindow *) user_data)->app), "is-paused", FALSE,
                NULL);
}

static void
forget_jobs_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  weir_queue_forget (weir_application_get_queue (((WeirWindow *) user_data)->app));
}

/* --- the document ---------------------------------------------------------------------------- */

static void
new_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  WeirWindow *self = user_data;

  weir_staging_discard_all (self->staging);
  weir_document_set_picture (self->document, NULL);
  weir_work_set_path (self->work, NULL, FALSE);
}

/* A result that is shown lies over what is undone, which is to be seen. It waits on, and undoing a
 * keep shows its results. */
static void
step (WeirWindow *self,
      void      (*go) (WeirDocument *document))
{
  const gboolean shows_result =
    weir_staging_get_selected (self->staging) != GTK_INVALID_LIST_POSITION;

  go (self->document);
  if (shows_result)
    weir_staging_set_selected (self->staging, GTK_INVALID_LIST_POSITION);
}

static void
undo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  step (user_data, weir_document_undo);
}

static void
redo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  step (user_data, weir_document_redo);
}

static void
open_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  weir_window_ask_open (user_data);
}

static void
export_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  weir_window_ask_export (user_data);
}

static void
edit_in_gimp_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  weir_window_edit_in_gimp (user_data);
}

static void
add_reference_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  weir_window_ask_reference (user_data);
}

static void
copy_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  weir_window_copy (user_data);
}

static void
paste_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  weir_window_paste (user_data);
}

/* --- pictures by their paths ----------------------------------------------------------------- */

static void
open_path_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_open_path (user_data, g_variant_get_string (parameter, NULL));
}

static void
compare_path_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  const char *const paths[] = { g_variant_get_string (parameter, NULL), NULL };

  weir_window_compare_paths (user_data, paths);
}

static void
compare_paths_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  const char *paths[3] = { NULL };

  g_variant_get (parameter, "(&s&s)", &paths[0], &paths[1]);
  weir_window_compare_paths (user_data, paths);
}

static void
vary_path_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_vary_path (user_data, g_variant_get_string (parameter, NULL));
}

static void
upscale_path_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  weir_window_upscale_path (user_data, g_variant_get_string (parameter, NULL));
}

static void
use_settings_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  weir_window_use_settings (user_data, g_variant_get_string (parameter, NULL), WEIR_USE_ALL);
}

static void
use_prompt_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  weir_window_use_settings (user_data, g_variant_get_string (parameter, NULL), WEIR_USE_PROMPT);
}

static void
use_seed_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  weir_window_use_settings (user_data, g_variant_get_string (parameter, NULL), WEIR_USE_SEED);
}

static void
restore_path_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  gtk_widget_activate_action_variant (GTK_WIDGET (((WeirWindow *) user_data)->history),
                                      "library.restore", parameter);
}

/* --- when something went wrong --------------------------------------------------------------- */

/* The engine once more, and after it what failed last. */
static void
try_again_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  WeirWindow *self = user_data;
  WeirQueue *queue = weir_application_get_queue (self->app);
  CasWorker *worker = weir_application_get_worker (self->app);

  if (cas_worker_get_state (worker) == CAS_WORKER_FAILED)
    cas_worker_restart (worker);
  weir_queue_redo_failed (queue);
}

static void
use_cpu_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  WeirWindow *self = user_data;

  /* which makes another worker, if this one does not use it yet */
  g_settings_set_string (weir_application_get_settings (self->app), "device", "cpu");
  try_again_activated (NULL, NULL, self);
}

/* Another model makes another worker; if it is the demo model that failed, its own once more. */
static void
use_demo_model_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  WeirWindow *self = user_data;

  g_settings_set_string (weir_application_get_settings (self->app), "model", "");
  if (cas_worker_get_state (weir_application_get_worker (self->app)) == CAS_WORKER_FAILED)
    cas_worker_restart (weir_application_get_worker (self->app));
}

/* A first picture, by what is written already or else by words that the demo model knows. */
static void
try_demo_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  WeirWindow *self = user_data;
  g_autofree char *prompt = NULL;

  use_demo_model_activated (NULL, NULL, self);
  g_object_get (self->params, "prompt", &prompt, NULL);
  if (*prompt == '\0')
    g_object_set (self->params, "prompt", "a red house on green hills at sunset", NULL);
  weir_window_submit (self, FALSE);
}

static void
lower_size_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  WeirWindow *self = user_data;
  guint width, height;

  g_object_get (self->params, "width", &width, "height", &height, NULL);
  g_object_set (self->params, "width", MAX (width / 2 / 8 * 8, 64), "height",
                MAX (height / 2 / 8 * 8, 64), NULL);
}

/* --- the view -------------------------------------------------------------------------------- */

static void
zoom_in_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  weir_canvas_zoom_in (((WeirWindow *) user_data)->canvas);
}

static void
zoom_out_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  weir_canvas_zoom_out (((WeirWindow *) user_data)->canvas);
}

static void
zoom_fit_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  weir_canvas_fit (((WeirWindow *) user_data)->canvas);
}

static void
zoom_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  weir_canvas_set_zoom (((WeirWindow *) user_data)->canvas, g_variant_get_double (parameter));
}

static void
focus_prompt_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  WeirWindow *self = user_data;

  g_object_set (self->panes, "show-start", TRUE, NULL);
  weir_prompt_panel_edit (self->prompt_panel);
}

static void
fullscreen_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  if (gtk_window_is_fullscreen (user_data))
    gtk_window_unfullscreen (user_data);
  else
    gtk_window_fullscreen (user_data);
}

/* Lets an action be used only while a property of the document is true. */
static void
enable_by (WeirWindow *self,
           const char *action,
           const char *property)
{
  g_object_bind_property (self->document, property,
                          g_action_map_lookup_action (G_ACTION_MAP (self), action), "enabled",
                          G_BINDING_SYNC_CREATE);
}

void
weir_window_add_actions (WeirWindow *self)
{
  static const GActionEntry entries[] = {
    { "generate", generate_activated },
    { "generate-front", generate_front_activated },
    { "generate-many", generate_many_activated, "i" },
    { "restart", restart_activated },
    { "cancel", cancel_activated },
    { "cancel-pending", cancel_pending_activated },
    { "cancel-all", cancel_all_activated },
    { "keep-generating", NULL, NULL, "false", keep_generating_changed },
    { "run-batch", run_batch_activated },
    { "resume", resume_activated },
    { "forget-jobs", forget_jobs_activated },
    { "new", new_activated },
    { "undo", undo_activated },
    { "redo", redo_activated },
    { "open", open_activated },
    { "export", export_activated },
    { "edit-in-gimp", edit_in_gimp_activated },
    { "add-reference", add_reference_activated },
    { "restore-path", restore_path_activated, "s" },
    { "try-again", try_again_activated },
    { "use-cpu", use_cpu_activated },
    { "use-demo-model", use_demo_model_activated },
    { "try-demo", try_demo_activated },
    { "lower-size", lower_size_activated },
    { "copy", copy_activated },
    { "paste", paste_activated },
    { "open-path", open_path_activated, "s" },
    { "vary-path", vary_path_activated, "s" },
    { "upscale-path", upscale_path_activated, "s" },
    { "compare-path", compare_path_activated, "s" },
    { "compare-paths", compare_paths_activated, "(ss)" },
    { "use-settings", use_settings_activated, "s" },
    { "use-prompt", use_prompt_activated, "s" },
    { "use-seed", use_seed_activated, "s" },
    { "zoom-in", zoom_in_activated },
    { "zoom-out", zoom_out_activated },
    { "zoom-fit", zoom_fit_activated },
    { "zoom", zoom_activated, "d" },
    { "focus-prompt", focus_prompt_activated },
    { "fullscreen", fullscreen_activated },
  };
  g_autoptr (GPropertyAction) show_start =
    g_property_action_new ("show-start", self->panes, "show-start");
  g_autoptr (GPropertyAction) show_end =
    g_property_action_new ("show-end", self->panes, "show-end");
  g_autoptr (GPropertyAction) find = g_property_action_new ("find", self->history, "finding");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_start));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_end));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (find));
  enable_by (self, "undo", "can-undo");
  enable_by (self, "redo", "can-redo");
}
