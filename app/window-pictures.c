/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that come into the window and go out of it. Files are decoded in a thread, by a process
 * of their own. */

#include "window-private.h"

#include <glib/gi18n.h>

#include <cascade/error.h>

#include "panels/aspect.h"
#include "picture-content.h"
#include "request.h"

WeirPicture *
weir_window_get_shown (WeirWindow *self)
{
  WeirPicture *candidate = weir_staging_get_picture (self->staging);

  return candidate ? candidate : weir_document_get_picture (self->document);
}

/* --- in -------------------------------------------------------------------------------------- */

typedef struct
{
  char    *path;
  gboolean is_silent; /* on how it was made */
  void   (*use) (WeirWindow  *self,
                 WeirPicture *picture,
                 const char  *path);
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->path);
  g_free (loading);
}

static void
load (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  Loading *loading = task_data;
  GError *error = NULL;
  WeirPicture *picture = weir_picture_load (loading->path, cancellable, &error);

  if (!picture)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!weir_picture_get_metadata (picture))
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (CasSettings) settings = cas_settings_read (loading->path, cancellable, &reason);

      loading->is_silent = g_error_matches (reason, CAS_ERROR, CAS_ERROR_NO_SETTINGS);
    }
  g_task_return_pointer (task, picture, g_object_unref);
}

/* The next picture has its proportions. */
static void
show_on_canvas (WeirWindow  *self,
                WeirPicture *picture,
                const char  *path)
{
  const WeirDefaults *defaults = weir_params_get_defaults (self->params);
  CasImage *image = weir_picture_get_image (picture);
  const WeirSize size =
    weir_aspect_get_size ((WeirSize) { defaults->width, defaults->height },
                          cas_image_get_width (image), cas_image_get_height (image));

  weir_staging_discard_all (self->staging);
  weir_document_begin_change (self->document);
  weir_document_set_picture (self->document, picture);
  g_object_set (self->params, "width", size.width, "height", size.height, NULL);
  weir_document_end_change (self->document);
  weir_canvas_fit (self->canvas);
}

/* What the history knows of a picture's pixels, and the window that it is of use to, which may be
 * gone meanwhile. */
typedef struct
{
  GWeakRef     window;
  CasSettings *settings;
} Recalled;

static void
recalled_free (Recalled *recalled)
{
  g_weak_ref_clear (&recalled->window);
  g_clear_pointer (&recalled->settings, cas_settings_free);
  g_free (recalled);
}

static void
toast_gone (gpointer  recalled,
            GClosure *closure)
{
  recalled_free (recalled);
}

static void
recalled_chosen (AdwToast *toast,
                 gpointer  data)
{
  Recalled *recalled = data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&recalled->window);

  if (self)
    weir_window_offer_settings (self, recalled->settings, TRUE);
}

/* An editor may have taken out of a picture what was known of it. */
static void
recalled_opened (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Recalled *recalled = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&recalled->window);
  AdwToast *toast;

  recalled->settings = weir_library_recall_finish (WEIR_LIBRARY (source), result, NULL);
  if (!recalled->settings || !self)
    {
      recalled_free (recalled);
      return;
    }
  toast = adw_toast_new (_("The history knows how this image was made."));
  adw_toast_set_button_label (toast, _("Use _Settings…"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (recalled_chosen), recalled,
                         toast_gone, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
recalled_wanted (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Recalled *recalled = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&recalled->window);

  recalled->settings = weir_library_recall_finish (WEIR_LIBRARY (source), result, NULL);
  if (recalled->settings && self)
    weir_window_offer_settings (self, recalled->settings, TRUE);
  else if (self)
    weir_window_tell (self, _("The history does not know how this image was made."));
  recalled_free (recalled);
}

static void
recall (WeirWindow         *self,
        WeirPicture        *picture,
        GAsyncReadyCallback callback)
{
  Recalled *recalled = g_new0 (Recalled, 1);

  g_weak_ref_init (&recalled->window, self);
  weir_library_recall_async (weir_application_get_library (self->app), NULL,
                             weir_picture_get_image (picture), self->cancellable, callback,
                             recalled);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);
  const Loading *loading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = g_task_propagate_pointer (G_TASK (result), &error);

  if (picture)
    {
      if (weir_library_find (weir_application_get_library (self->app), loading->path))
        weir_picture_set_path (picture, loading->path);
      loading->use (self, picture, loading->path);
      if (loading->is_silent && loading->use == show_on_canvas)
        recall (self, picture, recalled_opened);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    weir_window_use_model (self, loading->path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (self, error->message);
}

static void
load_path (WeirWindow *self,
           const char *path,
           void      (*use) (WeirWindow  *self,
                             WeirPicture *picture,
                             const char  *path))
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, loaded, NULL);
  Loading *loading = g_new0 (Loading, 1);

  loading->path = g_strdup (path);
  loading->use = use;
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load);
}

static void
add_reference (WeirWindow  *self,
               WeirPicture *picture,
               const char  *path)
{
  g_autofree char *name = g_filename_display_basename (path);

  weir_window_add_reference (self, picture, name);
}

static void
vary (WeirWindow  *self,
      WeirPicture *picture,
      const char  *path)
{
  g_autofree char *name = g_filename_display_basename (path);

  weir_window_vary (self, picture, name);
}

static void
guide (WeirWindow  *self,
       WeirPicture *picture,
       const char  *path)
{
  g_autofree char *name = g_filename_display_basename (path);

  weir_window_guide (self, picture, name);
}

static void
double_picture (WeirWindow  *self,
                WeirPicture *picture,
                const char  *path)
{
  GSettings *settings = weir_application_get_settings (self->app);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job =
    weir_request_make_doubled (picture, g_settings_get_boolean (settings, "live-preview"), &error);
  g_autoptr (WeirJob) item = job ? weir_job_new (job) : NULL;

  if (item)
    weir_queue_submit (weir_application_get_queue (self->app), item, FALSE);
  else
    weir_window_tell (self, error->message);
}

void
weir_window_upscale_path (WeirWindow *self,
                          const char *path)
{
  load_path (self, path, double_picture);
}

void
weir_window_open_path (WeirWindow *self,
                       const char *path)
{
  if (weir_window_is_project (path))
    weir_window_open_project (self, path);
  else
    load_path (self, path, show_on_canvas);
}

void
weir_window_add_reference_path (WeirWindow *self,
                                const char *path)
{
  load_path (self, path, add_reference);
}

void
weir_window_vary_path (WeirWindow *self,
                       const char *path)
{
  load_path (self, path, vary);
}

void
weir_window_guide_path (WeirWindow *self,
                        const char *path)
{
  load_path (self, path, guide);
}

/* --- settings -------------------------------------------------------------------------------- */

typedef struct
{
  char   *path;
  WeirUse use;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  g_free (reading);
}

static void
read_settings (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  const Reading *reading = task_data;
  GError *error = NULL;
  CasSettings *settings = cas_settings_read (reading->path, cancellable, &error);

  if (settings)
    g_task_return_pointer (task, settings, (GDestroyNotify) cas_settings_free);
  else
    g_task_return_error (task, error);
}

static void
apply_settings (WeirWindow        *self,
                const CasSettings *settings,
                WeirUse            use)
{
  const CasMetadata *m = &settings->metadata;
  GObject *params = G_OBJECT (self->params);

  if (use & WEIR_USE_PROMPT && settings->fields & CAS_SETTING_PROMPT)
    g_object_set (params, "prompt", m->prompt, "style", "", NULL);
  if (use & WEIR_USE_PROMPT && settings->fields & CAS_SETTING_NEGATIVE)
    g_object_set (params, "negative", m->negative_prompt, NULL);
  if (use & WEIR_USE_SEED && settings->fields & CAS_SETTING_SEED)
    g_object_set (params, "seed", m->seed, "random-seed", FALSE, NULL);
}

static void
use_settings (WeirWindow        *self,
              const CasSettings *settings,
              gboolean           is_recalled,
              WeirUse            use)
{
  if (use == WEIR_USE_ALL)
    weir_window_offer_settings (self, settings, is_recalled);
  else
    apply_settings (self, settings, use);
}

static void
recalled (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) read = user_data; /* which found none */
  WeirWindow *self = g_task_get_source_object (read);
  const Reading *reading = g_task_get_task_data (read);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings =
    weir_library_recall_finish (WEIR_LIBRARY (source), result, &error);
  g_autofree char *name = g_filename_display_basename (reading->path);
  g_autofree char *sentence =
    g_strdup_printf (_("“%s” does not say how it was made, and the history does not know it."),
                     name);

  if (settings)
    use_settings (self, settings, TRUE, reading->use);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (self, error ? error->message : sentence);
}

static void
settings_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);
  const Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings = g_task_propagate_pointer (G_TASK (result), &error);

  if (settings)
    use_settings (self, settings, FALSE, reading->use);
  else if (g_error_matches (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS))
    weir_library_recall_async (weir_application_get_library (self->app), reading->path, NULL,
                               self->cancellable, recalled, g_object_ref (result));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (self, error->message);
}

void
weir_window_use_settings (WeirWindow *self,
                          const char *path,
                          WeirUse     use)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, settings_read, NULL);
  Reading *reading = g_new0 (Reading, 1);

  reading->path = g_strdup (path);
  reading->use = use;
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_settings);
}

/* --- out ------------------------------------------------------------------------------------- */

void
weir_window_copy (WeirWindow *self)
{
  WeirPicture *picture = weir_window_get_shown (self);
  g_autoptr (GdkContentProvider) content = picture ? weir_picture_content_new (picture) : NULL;

  if (content)
    gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), content);
}

static void
texture_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (WeirWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value =
    gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value)
    weir_drop_zones_offer (self->drop_zones, value);
  else
    weir_window_tell (self, error->message);
}

void
weir_window_paste (WeirWindow *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  const GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (gdk_content_formats_contain_gtype (formats, types[i]))
      {
        gdk_clipboard_read_value_async (clipboard, types[i], G_PRIORITY_DEFAULT, self->cancellable,
                                        texture_read, g_object_ref (self));
        return;
      }
  weir_window_tell (self, _("There is no image on the clipboard."));
}

/* What is to be done with a picture that comes without a file. */
typedef struct
{
  WeirWindow *window;
  char       *action;
} Taking;

static void
taking_free (Taking *taking)
{
  g_object_unref (taking->window);
  g_free (taking->action);
  g_free (taking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taking, taking_free)

static void
taken (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr (Taking) taking = user_data;
  WeirWindow *self = taking->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = weir_picture_read_texture_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!picture)
    weir_window_tell (self, error->message);
  else if (g_str_equal (taking->action, "win.vary-path"))
    weir_window_vary (self, picture, _("Pasted Image"));
  else if (g_str_equal (taking->action, "win.guide-path"))
    weir_window_guide (self, picture, _("Pasted Image"));
  else if (g_str_equal (taking->action, "win.use-settings"))
    recall (self, picture, recalled_wanted);
  else
    {
      show_on_canvas (self, picture, NULL);
      recall (self, picture, recalled_opened);
    }
}

void
weir_window_take_texture (WeirWindow *self,
                          const char *action,
                          GdkTexture *texture)
{
  Taking *taking;

  if (g_str_equal (action, "win.mask-path"))
    {
      weir_window_load_mask_texture (self, texture);
      return;
    }
  taking = g_new0 (Taking, 1);
  taking->window = g_object_ref (self);
  taking->action = g_strdup (action);
  weir_picture_read_texture_async (texture, self->cancellable, taken, taking);
}
