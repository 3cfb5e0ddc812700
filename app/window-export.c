/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that leave the window as files: exported, or lent to GIMP. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "dialogs/export-dialog.h"
#include "export.h"
#include "external-edit.h"

/* One export, from the question to the end. */
typedef struct
{
  GWeakRef         window;
  WeirApplication *app;
  WeirPicture     *picture;
} Exporting;

static void ask_where (Exporting *exporting);

static void
exporting_free (Exporting *exporting)
{
  g_object_unref (exporting->app);
  g_object_unref (exporting->picture);
  g_weak_ref_clear (&exporting->window);
  g_free (exporting);
}

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Exporting *exporting = user_data;
  g_autofree char *answer = weir_dialogs_ask_finish (result, NULL);

  if (g_strcmp0 (answer, "elsewhere") == 0)
    ask_where (exporting);
  else
    exporting_free (exporting);
}

/* The picture is where it was; only its copy is not where it should be. */
static void
tell_failure (Exporting    *exporting,
              WeirWindow   *window,
              const GError *error)
{
  weir_dialogs_ask_async (GTK_WINDOW (window), &(WeirQuestion) {
    .heading = _("The Image Was Not Exported"),
    .body = error->message,
    .answers = (WeirAnswer[]) {
      { "close", _("_Close"), WEIR_ANSWER_PLAIN },
      { "elsewhere", _("Save _Elsewhere…"), WEIR_ANSWER_SUGGESTED },
    },
    .n_answers = 2,
  }, window->cancellable, answered, exporting);
}

static void
exported (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Exporting *exporting = user_data;
  g_autoptr (WeirWindow) window = g_weak_ref_get (&exporting->window);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = weir_export_finish (result, &error);

  weir_application_end_writing (exporting->app);
  if (window && !g_cancellable_is_cancelled (window->cancellable))
    {
      g_autofree char *name = path ? g_filename_display_basename (path) : NULL;
      g_autofree char *sentence = name ? g_strdup_printf (_("Saved as “%s”"), name) : NULL;

      if (!path)
        {
          tell_failure (exporting, window, error);
          return;
        }
      weir_window_tell (window, sentence);
    }
  else if (!path)
    g_warning ("%s", error->message);
  exporting_free (exporting);
}

static void
place_chosen (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Exporting *exporting = user_data;
  g_autoptr (WeirWindow) window = g_weak_ref_get (&exporting->window);
  g_autoptr (GFile) file = weir_dialogs_choose_finish (result, NULL);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  if (path)
    {
      const WeirExportOptions options
        = weir_export_get_options (weir_application_get_settings (exporting->app));

      weir_application_begin_writing (exporting->app);
      weir_export_async (exporting->picture, path, &options, exported, exporting);
      return;
    }
  if (window && file)
    weir_window_tell (window, _("An image can only be saved on this computer."));
  exporting_free (exporting);
}

static void
ask_where (Exporting *exporting)
{
  static const char *const png[] = { "*.png", NULL };
  static const char *const jpeg[] = { "*.jpg", "*.jpeg", NULL };
  static const char *const webp[] = { "*.webp", NULL };
  const struct
  {
    const char        *filter_name;
    const char *const *patterns;
  } filters[CAS_N_IMAGE_FORMATS] = {
    [CAS_IMAGE_PNG] = { _("PNG images"), png },
    [CAS_IMAGE_JPEG] = { _("JPEG images"), jpeg },
    [CAS_IMAGE_WEBP] = { _("WebP images"), webp },
  };
  const CasImageFormat format
    = weir_export_get_options (weir_application_get_settings (exporting->app)).format;
  g_autofree char *name = g_strconcat (_("image"), cas_image_format_get_ending (format), NULL);
  g_autoptr (WeirWindow) window = g_weak_ref_get (&exporting->window);

  if (!window)
    {
      exporting_free (exporting);
      return;
    }
  weir_dialogs_choose_async (GTK_WINDOW (window), &(WeirFileQuestion) {
    .choice = WEIR_CHOOSE_NEW_FILE,
    .title = _("Export the Image"),
    .accept_label = _("_Export"),
    .name = name,
    .filter_name = filters[format].filter_name,
    .patterns = filters[format].patterns,
  }, window->cancellable, place_chosen, exporting);
}

/* What is shown when the dialog opens is exported, whatever is made meanwhile. */
static void
accepted (GtkWindow   *dialog,
          WeirPicture *picture)
{
  WeirWindow *self = WEIR_WINDOW (gtk_window_get_transient_for (dialog));
  Exporting *exporting = g_new0 (Exporting, 1);

  g_weak_ref_init (&exporting->window, self);
  exporting->app = g_object_ref (self->app);
  exporting->picture = g_object_ref (picture);
  ask_where (exporting);
}

void
weir_window_ask_export (WeirWindow *self)
{
  WeirPicture *picture = weir_window_get_shown (self);
  GtkWindow *dialog;

  if (!picture)
    {
      weir_window_tell (self, _("There is no image to export."));
      return;
    }
  dialog = weir_export_dialog_new (GTK_WINDOW (self), weir_application_get_settings (self->app),
                                   weir_picture_get_metadata (picture) != NULL);
  g_signal_connect_data (dialog, "accepted", G_CALLBACK (accepted), g_object_ref (picture),
                         (GClosureNotify) G_CALLBACK (g_object_unref), 0);
  gtk_window_present (dialog);
}

/* --- GIMP ------------------------------------------------------------------------------------ */

/* Each save is one step that can be undone, of the picture that it is of: it takes the place of no
 * other, but waits as a result. */
static void
edited (WeirWindow  *self,
        WeirPicture *picture,
        GPtrArray   *former)
{
  WeirPicture *current = weir_document_get_picture (self->document);

  if (current && g_ptr_array_find (former, current, NULL))
    {
      weir_staging_make_room (self->staging);
      weir_document_set_picture (self->document, picture);
    }
  else if (!weir_staging_add_version (self->staging, picture, former) && current)
    {
      weir_window_tell (self, _("The image came back from GIMP, but another one is open. It is "
                                "among the results."));
      return;
    }
  weir_window_tell (self, _("The image came back from GIMP"));
}

void
weir_window_add_external_edit (WeirWindow *self)
{
  self->external_edit = weir_external_edit_new (NULL);
  g_signal_connect_object (self->external_edit, "changed", G_CALLBACK (edited), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->external_edit, "failed", G_CALLBACK (weir_window_tell), self,
                           G_CONNECT_SWAPPED);
}

void
weir_window_edit_in_gimp (WeirWindow *self)
{
  WeirPicture *picture = weir_window_get_shown (self);
  g_autoptr (GAppInfo) gimp = NULL;
  g_autoptr (GdkAppLaunchContext) context = NULL;

  if (!picture)
    {
      weir_window_tell (self, _("There is no image to edit."));
      return;
    }
  gimp = weir_external_edit_dup_gimp ();
  if (!gimp)
    {
      weir_window_tell (self, _("GIMP is not installed on this computer."));
      return;
    }
  context = gdk_display_get_app_launch_context (gtk_widget_get_display (GTK_WIDGET (self)));
  weir_external_edit_start (self->external_edit, picture, gimp, G_APP_LAUNCH_CONTEXT (context));
}
