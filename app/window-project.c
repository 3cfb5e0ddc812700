/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window holds as a file, and what came back of the last run. */

#include "window-private.h"

#include <string.h>

#include <glib/gi18n.h>

gboolean
weir_window_is_project (const char *path)
{
  const gsize length = strlen (path), n = strlen (WEIR_PROJECT_ENDING);

  return length > n && g_ascii_strcasecmp (path + length - n, WEIR_PROJECT_ENDING) == 0;
}

/* --- opening --------------------------------------------------------------------------------- */

/* A file that is being opened or saved; the window may be gone meanwhile. */
typedef struct
{
  GWeakRef window;
  char    *path;
  guint    serial; /* of what is saved */
} Handling;

static Handling *
handling_new (WeirWindow *self,
              const char *path)
{
  Handling *handling = g_new0 (Handling, 1);

  g_weak_ref_init (&handling->window, self);
  handling->path = g_strdup (path);
  handling->serial = weir_work_get_serial (self->work);
  return handling;
}

static void
handling_free (Handling *handling)
{
  g_weak_ref_clear (&handling->window);
  g_free (handling->path);
  g_free (handling);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Handling, handling_free)

static void
complain (WeirWindow *self,
          const char *sentence)
{
  WeirTrouble *trouble = g_new0 (WeirTrouble, 1);

  trouble->place = WEIR_TROUBLE_IN_BANNER;
  trouble->title = g_strdup (sentence);
  weir_window_tell_trouble (self, trouble);
}

/* One that is damaged is no place to save in: what could not be read would be lost. */
static void
show_project (WeirWindow  *self,
              WeirProject *project,
              const char  *path)
{
  g_autofree char *missing = NULL;

  weir_staging_discard_all (self->staging);
  weir_document_begin_change (self->document);
  if (project->params)
    missing = weir_work_take_settings (self->work, project->params, FALSE);
  weir_work_take_pictures (self->work, project, FALSE);
  weir_document_end_change (self->document);
  weir_work_set_path (self->work, project->complaint ? NULL : path, FALSE);
  if (project->complaint)
    complain (self, project->complaint);
  if (missing)
    weir_window_tell (self, missing);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (Handling) opening = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&opening->window);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirProject) project = weir_project_load_finish (result, &error);

  if (!self || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (project)
    show_project (self, project, opening->path);
  else
    weir_window_tell (self, error->message);
}

void
weir_window_open_project (WeirWindow *self,
                          const char *path)
{
  weir_project_load_async (path, self->cancellable, loaded, handling_new (self, path));
}

/* --- saving ---------------------------------------------------------------------------------- */

static void
elsewhere_answered (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (WeirWindow) self = user_data;
  g_autofree char *answer = weir_dialogs_ask_finish (result, NULL);

  if (g_strcmp0 (answer, "elsewhere") == 0)
    weir_window_ask_save (self);
}

static void
offer_elsewhere (WeirWindow   *self,
                 const char   *path,
                 const GError *error)
{
  const WeirAnswer answers[] = {
    { "close", _("_Close"), WEIR_ANSWER_PLAIN },
    { "elsewhere", _("Save _Elsewhere…"), WEIR_ANSWER_SUGGESTED },
  };
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *heading = g_strdup_printf (_("“%s” Was Not Saved"), name);

  weir_dialogs_ask_async (GTK_WINDOW (self), &(WeirQuestion) {
    .heading = heading,
    .body = error->message,
    .answers = answers,
    .n_answers = G_N_ELEMENTS (answers),
  }, self->cancellable, elsewhere_answered, g_object_ref (self));
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr (Handling) saving = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&saving->window);
  g_autoptr (GApplication) app = g_object_ref (g_application_get_default ());
  g_autoptr (GError) error = NULL;
  const gboolean is_good = weir_project_save_finish (result, &error);

  weir_application_end_writing (WEIR_APPLICATION (app));
  if (!self || !self->document)
    return;
  if (is_good)
    weir_work_set_path (self->work, saving->path,
                        weir_work_get_serial (self->work) != saving->serial);
  else
    offer_elsewhere (self, saving->path, error);
}

static void
save_to (WeirWindow *self,
         const char *path)
{
  g_autoptr (WeirProject) project = weir_work_capture (self->work, TRUE);

  weir_application_begin_writing (self->app);
  weir_project_save_async (project, path, NULL, saved, handling_new (self, path));
}

/* The person was asked whether the file that they named is to be replaced, but not one that they did
 * not name. */
void
weir_window_save_as (WeirWindow *self,
                     const char *path)
{
  g_autofree char *whole = g_strconcat (path, WEIR_PROJECT_ENDING, NULL);

  if (weir_window_is_project (path))
    save_to (self, path);
  else if (!g_file_test (whole, G_FILE_TEST_EXISTS))
    save_to (self, whole);
  else
    {
      g_autofree char *name = g_filename_display_basename (whole);
      g_autofree char *sentence = g_strdup_printf (_("“%s” is there already."), name);

      weir_window_tell (self, sentence);
    }
}

static void
save_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  WeirWindow *self = user_data;

  if (weir_work_get_path (self->work))
    save_to (self, weir_work_get_path (self->work));
  else
    weir_window_ask_save (self);
}

static void
save_as_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  weir_window_ask_save (user_data);
}

/* --- anew ------------------------------------------------------------------------------------ */

static void
begin_anew_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  WeirWindow *self = user_data;

  weir_staging_discard_all (self->staging);
  weir_work_clear (self->work);
}

static void
pasted (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  GWeakRef *window = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (window);
  g_autoptr (GdkTexture) texture =
    gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  g_weak_ref_clear (window);
  g_free (window);
  if (!self)
    return;
  if (!texture)
    {
      weir_window_tell (self, _("There is no image on the clipboard."));
      return;
    }
  weir_window_take_texture (self, "win.open-path", texture);
  weir_work_set_path (self->work, NULL, FALSE);
}

static void
new_from_clipboard_activated (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  GWeakRef *window = g_new0 (GWeakRef, 1);

  g_weak_ref_init (window, user_data);
  gdk_clipboard_read_texture_async (gtk_widget_get_clipboard (user_data),
                                    ((WeirWindow *) user_data)->cancellable, pasted, window);
}

/* --- the last run ---------------------------------------------------------------------------- */

static void
recovered (WeirWindow *self)
{
  AdwToast *toast = adw_toast_new (_("Weir ended unexpectedly. This is what there was."));

  adw_toast_set_button_label (toast, _("_Begin Anew"));
  adw_toast_set_action_name (toast, "win.begin-anew");
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
was_put_aside (WeirWindow *self,
               const char *folder)
{
  g_autofree char *shown = g_filename_display_name (folder);
  g_autofree char *sentence =
    g_strdup_printf (_("Not everything that there was could be shown. It now lies in “%s”."), shown);

  complain (self, sentence);
}

void
weir_window_add_project (WeirWindow *self)
{
  static const GActionEntry actions[] = {
    { "save", save_activated },
    { "save-as", save_as_activated },
    { "begin-anew", begin_anew_activated },
    { "new-from-clipboard", new_from_clipboard_activated },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  self->work = weir_work_new (self->document, self->params, self->guides, self->references,
                              self->loras);
  g_signal_connect_object (self->work, "notify", G_CALLBACK (weir_window_update_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::focus-widget", G_CALLBACK (weir_work_end_edit),
                           self->work, G_CONNECT_SWAPPED);
  self->state = weir_state_new (NULL, self->work, weir_application_get_prompts (self->app));
  g_signal_connect_object (self->state, "recovered", G_CALLBACK (recovered), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "put-aside", G_CALLBACK (was_put_aside), self,
                           G_CONNECT_SWAPPED);
  weir_state_restore (self->state);
}
