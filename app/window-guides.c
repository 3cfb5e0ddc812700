/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Guides in the window: which kinds the model has, and where their pictures come from. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "guide.h"

/* --- kinds ---------------------------------------------------------------------------------- */

/* While nothing is known of the model all guides count, and the engine says what it lacks. */
static void
model_changed (WeirWindow *self)
{
  WeirModel *model = weir_model_list_get_selected (weir_application_get_models (self->app));
  const gboolean is_known = model && weir_model_get_info (model);
  const guint kinds = is_known ? weir_model_get_control_kinds (model) : 0;

  g_signal_group_set_target (self->model_signals, model);
  weir_guidance_panel_set_kinds (self->guidance_panel, kinds);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->guides)); i++)
    {
      g_autoptr (WeirGuide) guide = g_list_model_get_item (G_LIST_MODEL (self->guides), i);

      g_object_set (guide, "can-be-used", !is_known || kinds >> weir_guide_get_kind (guide) & 1,
                    NULL);
    }
}

gboolean
weir_window_may_add_guide (WeirWindow *self)
{
  g_autofree char *sentence = NULL;

  if (g_list_model_get_n_items (G_LIST_MODEL (self->guides)) < CAS_JOB_MAX_CONTROLS)
    return TRUE;
  sentence = g_strdup_printf (g_dngettext (NULL, "There can be %d guide at most.",
                                           "There can be %d guides at most.", CAS_JOB_MAX_CONTROLS),
                              CAS_JOB_MAX_CONTROLS);
  weir_window_tell (self, sentence);
  return FALSE;
}

static void
add_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  WeirWindow *self = user_data;
  g_autoptr (WeirGuide) guide = NULL;
  CasControlKind kind;

  if (!cas_control_kind_from_name (g_variant_get_string (parameter, NULL), &kind))
    return;
  if (!weir_window_may_add_guide (self))
    return;
  guide = weir_work_new_guide (self->work, kind);
  /* what is on the canvas is what most are for */
  weir_guide_set_picture (guide, weir_window_get_shown (self),
                          weir_window_get_shown (self) ? _("From the canvas") : NULL);
  g_list_store_append (self->guides, guide);
}

void
weir_window_guide (WeirWindow  *self,
                   WeirPicture *picture,
                   const char  *name)
{
  g_autoptr (WeirGuide) guide = NULL;

  if (!weir_window_may_add_guide (self))
    return;
  guide = weir_work_new_guide (self->work, CAS_CONTROL_CANNY);
  weir_guide_set_picture (guide, picture, name);
  g_list_store_append (self->guides, guide);
  g_object_set (self->panes, "show-start", TRUE, NULL);
  weir_guidance_panel_reveal (self->guidance_panel, guide);
}

/* --- pictures ------------------------------------------------------------------------------- */

typedef struct
{
  WeirGuide *guide;
  char      *path;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_object_unref (loading->guide);
  g_free (loading->path);
  g_free (loading);
}

static void
load (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  const Loading *loading = data;
  GError *error = NULL;
  WeirPicture *picture = weir_picture_load (loading->path, cancellable, &error);

  if (picture)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  const Loading *loading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *name = g_filename_display_basename (loading->path);

  if (picture)
    weir_guide_set_picture (loading->guide, picture, name);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (WEIR_WINDOW (source), error->message);
}

static void
load_path (WeirWindow *self,
           WeirGuide  *guide,
           const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, loaded, NULL);
  Loading *loading = g_new0 (Loading, 1);

  loading->guide = g_object_ref (guide);
  loading->path = g_strdup (path);
  g_task_set_source_tag (task, load_path);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load);
}

static void
load_file (WeirWindow *self,
           WeirGuide  *guide,
           GFile      *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (path)
    load_path (self, guide, path);
  else
    weir_window_tell (self, _("Only files on this computer can be opened."));
}

static void
dropped (WeirGuidancePanel *panel,
         WeirGuide         *guide,
         GFile             *file,
         WeirWindow        *self)
{
  load_file (self, guide, file);
}

/* Of a question that is asked, which the window may not outlive. */
typedef struct
{
  GWeakRef   window;
  WeirGuide *guide;
} Asking;

static Asking *
asking_new (WeirWindow *self,
            WeirGuide  *guide)
{
  Asking *asking = g_new0 (Asking, 1);

  g_weak_ref_init (&asking->window, self);
  asking->guide = g_object_ref (guide);
  return asking;
}

/* The window, if it is still there. */
static WeirWindow *
asking_end (Asking     *asking,
            WeirGuide **guide)
{
  WeirWindow *self = g_weak_ref_get (&asking->window);

  *guide = asking->guide;
  g_weak_ref_clear (&asking->window);
  g_free (asking);
  return self;
}

static void
chosen (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (WeirGuide) guide = NULL;
  g_autoptr (WeirWindow) self = asking_end (user_data, &guide);
  g_autoptr (GFile) file = weir_dialogs_choose_finish (result, NULL);

  if (self && file)
    load_file (self, guide, file);
}

static void
texture_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (WeirGuide) guide = NULL;
  g_autoptr (WeirWindow) self = asking_end (user_data, &guide);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = weir_picture_read_texture_finish (result, &error);

  if (self && picture)
    weir_guide_set_picture (guide, picture, _("Pasted Image"));
  else if (self && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (self, error->message);
}

static void
pasted (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (WeirGuide) guide = NULL;
  g_autoptr (WeirWindow) self = asking_end (user_data, &guide);
  g_autoptr (GdkTexture) texture =
    gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  if (self && texture)
    weir_picture_read_texture_async (texture, self->cancellable, texture_read,
                                     asking_new (self, guide));
  else if (self)
    weir_window_tell (self, _("There is no image on the clipboard."));
}

static void
take_shown (WeirWindow *self,
            WeirGuide  *guide)
{
  WeirPicture *shown = weir_window_get_shown (self);

  if (shown)
    weir_guide_set_picture (guide, shown, _("From the canvas"));
  else
    weir_window_tell (self, _("There is no image on the canvas."));
}

static void
wanted (WeirGuidancePanel *panel,
        WeirGuide         *guide,
        int                from,
        WeirWindow        *self)
{
  const WeirFileQuestion question = weir_window_picture_question (_("Choose an Image"));

  switch ((WeirGuideSource) from)
    {
    case WEIR_GUIDE_FROM_FILE:
      weir_dialogs_choose_async (GTK_WINDOW (self), &question, self->cancellable, chosen,
                                 asking_new (self, guide));
      break;
    case WEIR_GUIDE_FROM_CANVAS:
      take_shown (self, guide);
      break;
    case WEIR_GUIDE_FROM_CLIPBOARD:
      gdk_clipboard_read_texture_async (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                                        self->cancellable, pasted, asking_new (self, guide));
      break;
    }
}

void
weir_window_add_guides (WeirWindow *self)
{
  static const GActionEntry actions[] = {
    { "add-guide", add_activated, "s" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  self->model_signals = g_signal_group_new (WEIR_TYPE_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "changed", G_CALLBACK (model_changed), self);
  g_object_set (self->guidance_panel, "guides", self->guides, NULL);
  g_signal_connect_object (self->guides, "items-changed", G_CALLBACK (model_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self->guidance_panel, "dropped", G_CALLBACK (dropped), self);
  g_signal_connect (self->guidance_panel, "wanted", G_CALLBACK (wanted), self);
  g_signal_connect_object (weir_application_get_models (self->app), "notify::selected",
                           G_CALLBACK (model_changed), self, G_CONNECT_SWAPPED);
  model_changed (self);
}
