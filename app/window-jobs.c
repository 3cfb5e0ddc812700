/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the button to the candidates: jobs are submitted, shown while they run, and their pictures
 * staged. */

#include "window-private.h"

#include <math.h>

#include <glib/gi18n.h>

#include <cascade/error.h>

#include "request-area.h"

/* How long it is said at the start that jobs wait. */
#define RESTORED_SECONDS 15

static WeirRequest
get_request (WeirWindow *self)
{
  GSettings *settings = weir_application_get_settings (self->app);

  return (WeirRequest) {
    .params = self->params,
    .styles = weir_application_get_styles (self->app),
    .document = self->document,
    .references = G_LIST_MODEL (self->references),
    .loras = G_LIST_MODEL (self->loras),
    .guides = G_LIST_MODEL (self->guides),
    .has_previews = g_settings_get_boolean (settings, "live-preview"),
  };
}

void
weir_window_update_verb (WeirWindow *self)
{
  const WeirRequest request = get_request (self);
  const char *verb = weir_verb_get_label (weir_request_get_verb (&request));
  const gboolean keeps_on = weir_window_keeps_generating (self);
  /* Translators: the verb button while it goes on by itself: “Generate Continuously” */
  g_autofree char *label = g_strdup_printf (keeps_on ? _("%s Continuously") : "%s", verb);

  adw_split_button_set_label (self->generate_button, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->generate_button),
                               keeps_on ? _("Makes image after image until it is cancelled or "
                                            "Keep Generating is switched off") : NULL);
  if (self->size_check)
    weir_size_check_ask (self->size_check);
}

/* What a frame or a mask says has another size than the panel. */
static CasJob *
make_job_to_check (gpointer data)
{
  const WeirRequest request = get_request (data);
  g_autoptr (WeirJob) job =
    weir_request_has_area (request.document) ? NULL : weir_request_make_job (&request, NULL);

  return job ? cas_job_ref (weir_job_get_job (job)) : NULL;
}

/* Whatever changes of them may need another amount of memory. */
static void
parts_changed (GListModel    *parts,
               guint          position,
               guint          removed,
               guint          added,
               WeirSizeCheck *check)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) part = g_list_model_get_item (parts, i);

      g_signal_handlers_disconnect_by_func (part, weir_size_check_ask, check);
      g_signal_connect_object (part, "notify", G_CALLBACK (weir_size_check_ask), check,
                               G_CONNECT_SWAPPED);
    }
  weir_size_check_ask (check);
}

static void
watch_parts (WeirWindow *self,
             GListModel *parts)
{
  g_signal_connect_object (parts, "items-changed", G_CALLBACK (parts_changed), self->size_check, 0);
  parts_changed (parts, 0, 0, g_list_model_get_n_items (parts), self->size_check);
}

static void
watch_size (WeirWindow *self)
{
  static const char *const signals[] = { "notify::width", "notify::height", "notify::count" };

  self->size_check = weir_size_check_new (self->image_panel, make_job_to_check, self);
  weir_size_check_set_worker (self->size_check, weir_application_get_worker (self->app));
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->params, signals[i], G_CALLBACK (weir_size_check_ask),
                             self->size_check, G_CONNECT_SWAPPED);
  watch_parts (self, G_LIST_MODEL (self->guides));
  watch_parts (self, G_LIST_MODEL (self->loras));
}

void
weir_window_update_page (WeirWindow *self)
{
  const char *page = "empty";
  gboolean has_candidates;

  g_object_get (self->staging, "has-candidates", &has_candidates, NULL);
  if (self->has_trouble)
    page = "trouble";
  else if (weir_document_get_picture (self->document) || has_candidates || self->has_preview)
    page = "canvas";
  gtk_stack_set_visible_child_name (self->content_stack, page);
  gtk_widget_set_visible (GTK_WIDGET (self->zoom_bar), g_str_equal (page, "canvas"));
}

/* They were decided upon, and keys are the canvas' again. */
static void
leave_results (WeirWindow *self)
{
  gboolean has_candidates;

  g_object_get (self->staging, "has-candidates", &has_candidates, NULL);
  if (!has_candidates && weir_document_get_picture (self->document))
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

/* What passes by covers neither the line of progress nor the results. */
static void
raise_toasts (WeirWindow *self)
{
  gboolean has_candidates;

  g_object_get (self->staging, "has-candidates", &has_candidates, NULL);
  if (has_candidates)
    gtk_widget_add_css_class (GTK_WIDGET (self->toasts), "raised");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->toasts), "raised");
}

/* Else a job that waits for a person would look like one that is lost. */
static void
tell_paused (WeirWindow *self)
{
  WeirQueue *queue = weir_application_get_queue (self->app);
  gboolean is_paused;
  AdwToast *toast;

  g_object_get (queue, "is-paused", &is_paused, NULL);
  if (!is_paused || self->paused_toast)
    return;
  toast = adw_toast_new (_("The queue is paused."));
  adw_toast_set_button_label (toast, _("_Resume"));
  adw_toast_set_action_name (toast, "win.resume");
  g_set_weak_pointer (&self->paused_toast, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static WeirJob *
make_with_new_seed (WeirJob *job,
                    GError **error)
{
  CasJobParams params = *cas_job_get_params (weir_job_get_job (job));
  g_autoptr (CasJob) again = NULL;

  params.has_seed = FALSE;
  params.seed = 0;
  again = cas_job_new (&params, error);
  return again ? weir_job_new_like (job, again) : NULL;
}

static void
enqueue (WeirWindow *self,
         WeirJob    *job,
         gboolean    to_front)
{
  weir_job_set_repeats (job, TRUE);
  weir_queue_submit (weir_application_get_queue (self->app), job, to_front);
}

gboolean
weir_window_submit (WeirWindow *self,
                    gboolean    to_front)
{
  const WeirRequest request = get_request (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirJob) job = weir_request_make_job (&request, &error);
  g_autofree char *prompt = NULL;

  if (!job)
    {
      weir_window_tell (self, error->message);
      return FALSE;
    }
  g_object_get (self->params, "prompt", &prompt, NULL);
  weir_application_remember (self->app, prompt);
  /* so that the seed that was drawn can be used again */
  weir_params_draw_seed (self->params, cas_job_get_params (weir_job_get_job (job))->seed);
  /* so that what grows is seen while older candidates wait */
  weir_staging_make_room (self->staging);
  enqueue (self, job, to_front);
  tell_paused (self);
  return TRUE;
}

gboolean
weir_window_submit_again (WeirWindow *self)
{
  const WeirRequest request = get_request (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirJob) job = weir_request_make_job (&request, &error);
  g_autoptr (WeirJob) again = job ? make_with_new_seed (job, &error) : NULL;

  if (!again)
    {
      weir_window_tell (self, error->message);
      return FALSE;
    }
  weir_params_draw_seed (self->params, cas_job_get_params (weir_job_get_job (again))->seed);
  enqueue (self, again, FALSE);
  return TRUE;
}

/* --- what the queue says --------------------------------------------------------------------- */

void
weir_window_update_title (WeirWindow *self)
{
  WeirQueue *queue = weir_application_get_queue (self->app);
  WeirJob *running = weir_queue_get_running (queue);
  const CasWorkerInfo *info = cas_worker_peek_info (weir_application_get_worker (self->app));
  g_autofree char *name = self->work ? weir_work_dup_name (self->work) : NULL;
  const gboolean is_marked = name && weir_work_get_is_unsaved (self->work);
  g_autofree char *marked = is_marked ? g_strconcat ("• ", name, NULL) : g_strdup (name);
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;

  if (running)
    title = g_strdup_printf (_("%.0f %% – Weir"),
                             floor (weir_job_get_progress (running)->fraction * 100));
  else if (marked)
    /* Translators: a window's title: the document and the program */
    title = g_strdup_printf (_("%s – Weir"), marked);
  if (info)
    subtitle = g_strdup_printf ("%s · %s", info->model, info->device);
  gtk_window_set_title (GTK_WINDOW (self), title ? title : _("Weir"));
  adw_window_title_set_title (self->title, marked ? marked : _("Weir"));
  adw_window_title_set_subtitle (self->title, subtitle ? subtitle : "");
}

/* Below the first words, what will make the images. */
static void
show_device (WeirWindow *self)
{
  CasWorker *worker = weir_application_get_worker (self->app);
  const CasWorkerInfo *info = cas_worker_peek_info (worker);
  g_autofree char *memory = info ? g_format_size_full (info->memory_bytes, G_FORMAT_SIZE_IEC_UNITS)
                                 : NULL;
  const CasWorkerState state = cas_worker_get_state (worker);
  g_autofree char *line = NULL;

  if (info && (state == CAS_WORKER_READY || state == CAS_WORKER_BUSY))
    /* Translators: a device and its memory: “NVIDIA RTX 3060 · 12.0 GiB · ready” */
    line = g_strdup_printf (_("%s · %s · ready"), info->device, memory);
  gtk_label_set_label (self->device_line, line ? line : _("Looking at the graphics card…"));
}

static void
progress_changed (WeirWindow *self)
{
  WeirJob *running = weir_queue_get_running (weir_application_get_queue (self->app));

  if (running && weir_job_get_state (running) == WEIR_JOB_RUNNING)
    weir_progress_line_set (self->progress_line, weir_job_get_progress (running));
  else
    weir_progress_line_clear (self->progress_line);
  weir_window_update_title (self);
}

static void
set_preview (WeirWindow  *self,
             WeirPicture *picture,
             WeirJob     *job)
{
  const CasJobParams *params = job ? cas_job_get_params (weir_job_get_job (job)) : NULL;
  const WeirPlace *place = job ? weir_job_get_place (job) : NULL;
  CasImage *image = picture ? weir_picture_get_image (picture) : NULL;
  GdkRectangle frame;

  self->has_preview = image != NULL;
  if (image && place && weir_document_find_place (self->document, place, &frame))
    weir_canvas_set_preview_at (self->canvas, image, &frame, weir_job_get_mask (job));
  else if (place)
    weir_canvas_set_preview (self->canvas, image, (guint) place->area.width,
                             (guint) place->area.height);
  else
    weir_canvas_set_preview (self->canvas, image, params ? params->width : 0,
                             params ? params->height : 0);
  weir_window_update_page (self);
}

static void
preview_came (WeirQueue   *queue,
              WeirJob     *job,
              WeirPicture *preview,
              WeirWindow  *self)
{
  set_preview (self, preview, job);
}

static void
picture_came (WeirQueue   *queue,
              WeirJob     *job,
              WeirPicture *picture,
              double       seconds,
              WeirWindow  *self)
{
  const WeirPlace *place = weir_job_get_place (job);
  GdkRectangle frame;

  if (place && place->sheet == 0 && !weir_document_find_place (self->document, place, &frame))
    {
      weir_window_tell (self, _("The image that this result is a part of is no longer on the "
                                "canvas, so it is shown by itself."));
      weir_staging_add (self->staging, picture);
    }
  else
    weir_staging_add_at (self->staging, picture, place, weir_job_get_mask (job));
  set_preview (self, NULL, NULL);
}

static void
notice_came (WeirQueue  *queue,
             WeirJob    *job,
             const char *sentence,
             WeirWindow *self)
{
  if (weir_notices_is_new (self->notices, job, sentence))
    weir_window_tell (self, sentence);
}

/* Without a session bus there is nobody to tell and to ask, and GLib would complain. */
static gboolean
has_desktop (WeirWindow *self)
{
  return g_application_get_dbus_connection (G_APPLICATION (self->app)) != NULL;
}

static void
notify_away (WeirWindow *self,
             WeirJob    *job)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *status = NULL;

  if (!has_desktop (self) || gtk_window_is_active (GTK_WINDOW (self)) ||
      weir_job_get_state (job) == WEIR_JOB_CANCELLED)
    return;
  g_object_get (job, "title", &title, "status", &status, NULL);
  notification = g_notification_new (title);
  g_notification_set_body (notification, status);
  g_application_send_notification (G_APPLICATION (self->app), "job", notification);
}

static void
job_ended (WeirQueue  *queue,
           WeirJob    *job,
           WeirWindow *self)
{
  CasWorker *worker = weir_application_get_worker (self->app);
  const GError *error = weir_job_get_error (job);
  g_autofree char *details = error ? cas_worker_dup_details (worker) : NULL;
  g_autofree char *status = NULL;

  g_object_get (job, "status", &status, NULL);
  if (!weir_queue_get_running (queue)) /* else it waited, and another one runs */
    weir_progress_line_end (self->progress_line, status);
  set_preview (self, NULL, NULL);
  if (weir_job_get_state (job) != WEIR_JOB_DONE && !weir_queue_get_running (queue))
    weir_staging_show_again (self->staging);
  /* a worker that failed is told of by itself */
  if (error && cas_worker_get_state (worker) != CAS_WORKER_FAILED)
    weir_window_tell_trouble (self, weir_trouble_new_for_job (error, details));
  notify_away (self, job);
  weir_window_repeat (self, job);
}

/* Nothing of the last run begins by itself. */
static void
restored_changed (WeirWindow *self)
{
  WeirQueue *queue = weir_application_get_queue (self->app);
  const guint n = weir_queue_get_n_pending (queue);
  g_autofree char *sentence = NULL;
  gboolean is_restored;
  AdwToast *toast;

  g_object_get (queue, "is-restored", &is_restored, NULL);
  if (!is_restored)
    return;
  sentence = g_strdup_printf (ngettext ("%u job waits in the queue", "%u jobs wait in the queue", n),
                              n);
  toast = adw_toast_new (sentence);
  adw_toast_set_button_label (toast, _("_Resume"));
  adw_toast_set_action_name (toast, "win.resume");
  adw_toast_set_timeout (toast, RESTORED_SECONDS);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The computer is kept awake while there is work. */
static void
inhibit (WeirWindow *self)
{
  GtkApplication *app = GTK_APPLICATION (self->app);
  const gboolean is_busy =
    weir_queue_get_running (weir_application_get_queue (self->app)) != NULL;

  if (!has_desktop (self))
    return;
  if (is_busy && !self->inhibit_cookie)
    self->inhibit_cookie = gtk_application_inhibit (app, GTK_WINDOW (self),
                                                    GTK_APPLICATION_INHIBIT_SUSPEND,
                                                    _("An image is being made"));
  else if (!is_busy && self->inhibit_cookie)
    {
      gtk_application_uninhibit (app, self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

static void
queue_changed (WeirWindow *self)
{
  WeirQueue *queue = weir_application_get_queue (self->app);
  WeirJob *running = weir_queue_get_running (queue);
  const guint n = weir_queue_get_n_pending (queue) + (running ? 1 : 0);
  g_autofree char *label = n > 0 ? g_strdup_printf ("%u", n) : NULL;

  gtk_menu_button_set_label (self->queue_button, label ? label : _("Queue"));
  g_simple_action_set_enabled (
    G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "cancel")), running != NULL);
  g_signal_group_set_target (self->job_signals, running);
  progress_changed (self);
  if (n == 0 && !weir_window_keeps_generating (self))
    weir_notices_end_batch (self->notices);
  inhibit (self);
}

/* --- what the worker says -------------------------------------------------------------------- */

void
weir_window_tell_trouble (WeirWindow  *self,
                          WeirTrouble *trouble)
{
  if (!trouble)
    return;
  switch (trouble->place)
    {
    case WEIR_TROUBLE_IN_PAGE:
      self->has_trouble = TRUE;
      weir_banner_dismiss (self->banner);
      weir_trouble_page_tell (self->trouble_page, trouble);
      weir_window_update_page (self);
      break;
    case WEIR_TROUBLE_IN_BANNER:
      weir_banner_tell (self->banner, trouble);
      break;
    case WEIR_TROUBLE_IN_TOAST:
    default:
      weir_window_tell (self, trouble->title);
      weir_trouble_free (trouble);
    }
}

static void
adopt_model (WeirWindow          *self,
             const CasWorkerInfo *info)
{
  weir_params_adopt (self->params, &(WeirDefaults) {
    .width = info->width,
    .height = info->height,
    .steps = info->steps,
    .cfg = info->cfg,
    .detail_steps = info->decoder_steps,
    .detail_cfg = info->decoder_cfg,
  });
}

/* Once, until another device has been taken. */
static void
tell_device (WeirWindow          *self,
             const CasWorkerInfo *info)
{
  GSettings *settings = weir_application_get_settings (self->app);
  g_autofree char *known = g_settings_get_string (settings, "known-device");

  /* what stands there is graver, and this can be told at the next start */
  if (g_str_equal (known, info->device) || weir_banner_is_shown (self->banner))
    return;
  g_settings_set_string (settings, "known-device", info->device);
  if (info->kind == CAS_DEVICE_CPU)
    weir_window_tell_trouble (self, weir_trouble_new_for_processor (info->device));
}

static void
tell_failure (WeirWindow *self,
              CasWorker  *worker)
{
  const GError *error = cas_worker_peek_error (worker);
  g_autofree char *details = cas_worker_dup_details (worker);

  if (g_error_matches (error, CAS_ERROR, CAS_ERROR_WORKER_DIED))
    weir_window_tell_trouble (self, weir_trouble_new_for_stop (error, details));
  else
    weir_window_tell_trouble (self, weir_trouble_new_for_error (error, details));
}

static void
worker_changed (WeirWindow *self)
{
  CasWorker *worker = weir_application_get_worker (self->app);
  const CasWorkerInfo *info = cas_worker_peek_info (worker);
  const CasWorkerState state = cas_worker_get_state (worker);

  if (state == CAS_WORKER_FAILED)
    tell_failure (self, worker);
  else if (state == CAS_WORKER_READY || state == CAS_WORKER_BUSY)
    {
      self->has_trouble = FALSE;
      weir_window_update_page (self);
    }
  if (info && state == CAS_WORKER_READY)
    {
      adopt_model (self, info);
      tell_device (self, info);
    }
  weir_window_update_title (self);
  show_device (self);
}

static void
worker_died (CasWorker  *worker,
             const char *sentence,
             WeirWindow *self)
{
  g_autofree char *details = cas_worker_dup_details (worker);

  if (cas_worker_get_state (worker) != CAS_WORKER_FAILED)
    weir_window_tell_trouble (self, weir_trouble_new_for_restart (sentence, details));
}

/* Another model or device has another worker. */
static void
worker_replaced (WeirWindow *self)
{
  g_signal_group_set_target (self->worker_signals, weir_application_get_worker (self->app));
  weir_size_check_set_worker (self->size_check, weir_application_get_worker (self->app));
  weir_window_load_reader (self);
  worker_changed (self);
}

void
weir_window_watch_jobs (WeirWindow *self)
{
  WeirQueue *queue = weir_application_get_queue (self->app);

  self->notices = weir_notices_new ();
  g_signal_connect_object (self->staging, "notify::has-candidates", G_CALLBACK (leave_results),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->staging, "notify::has-candidates", G_CALLBACK (raise_toasts), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "preview", G_CALLBACK (preview_came), self, 0);
  g_signal_connect_object (queue, "picture", G_CALLBACK (picture_came), self, 0);
  g_signal_connect_object (queue, "notice", G_CALLBACK (notice_came), self, 0);
  g_signal_connect_object (queue, "ended", G_CALLBACK (job_ended), self, 0);
  g_signal_connect_object (self->app, "told", G_CALLBACK (weir_window_tell), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::running", G_CALLBACK (queue_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::n-pending", G_CALLBACK (queue_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::is-restored", G_CALLBACK (restored_changed), self,
                           G_CONNECT_SWAPPED);
  self->job_signals = g_signal_group_new (WEIR_TYPE_JOB);
  g_signal_group_connect_swapped (self->job_signals, "notify::fraction",
                                  G_CALLBACK (progress_changed), self);
  self->worker_signals = g_signal_group_new (CAS_TYPE_WORKER);
  g_signal_group_connect_swapped (self->worker_signals, "notify::state",
                                  G_CALLBACK (worker_changed), self);
  g_signal_group_connect (self->worker_signals, "died", G_CALLBACK (worker_died), self);
  g_signal_group_set_target (self->worker_signals, weir_application_get_worker (self->app));
  g_signal_connect_object (self->app, "notify::worker", G_CALLBACK (worker_replaced), self,
                           G_CONNECT_SWAPPED);
  weir_window_watch_saving (self);
  watch_size (self);
  worker_changed (self);
  queue_changed (self);
}
