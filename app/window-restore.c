/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of a picture that become the window's: what the parameters do not hold. */

#include "window-private.h"

#include "dialogs/restore-dialog.h"
#include "reference.h"

/* A picture that is to steer the next one, while its file is read. */
typedef struct
{
  WeirRestorePicture use;
  char              *path;
} Steering;

static void
steering_free (gpointer data)
{
  Steering *steering = data;

  g_free (steering->path);
  g_free (steering);
}

static void
load (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  GError *error = NULL;
  WeirPicture *picture = weir_picture_load (((Steering *) data)->path, cancellable, &error);

  if (picture)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
steer (WeirWindow               *self,
       const WeirRestorePicture *use,
       WeirPicture              *picture,
       const char               *name)
{
  if (use->is_reference && weir_window_may_add_reference (self))
    {
      g_autoptr (WeirReference) reference = weir_reference_new (picture, name);

      g_object_set (reference, "weight", CLAMP (use->weight, 0, 2), NULL);
      g_list_store_append (self->references, reference);
    }
  else if (!use->is_reference && weir_window_may_add_guide (self))
    {
      g_autoptr (WeirGuide) guide = weir_work_new_guide (self->work, use->kind);

      g_object_set (guide, "strength", CLAMP (use->weight, 0, WEIR_GUIDE_MAX_STRENGTH), "start",
                    CLAMP (use->start, 0, 1), "end", use->end > 0 ? MIN (use->end, 1) : 1.0, NULL);
      if (use->high > 0)
        g_object_set (guide, "low", CLAMP (use->low, 1, WEIR_GUIDE_MAX_THRESHOLD), "high",
                      MIN (use->high, WEIR_GUIDE_MAX_THRESHOLD), NULL);
      weir_guide_set_picture (guide, picture, name);
      g_list_store_append (self->guides, guide);
    }
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  const Steering *steering = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *name = g_filename_display_basename (steering->path);

  if (picture)
    steer (WEIR_WINDOW (source), &steering->use, picture, name);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (WEIR_WINDOW (source), error->message);
}

static void
used (WeirWindow      *self,
      WeirRestorePlan *plan)
{
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    {
      const WeirRestorePicture *use = weir_restore_plan_get_picture (plan, i);
      g_autoptr (GTask) task = use ? g_task_new (self, self->cancellable, loaded, NULL) : NULL;
      Steering *steering;

      if (!use)
        continue;
      steering = g_new0 (Steering, 1);
      steering->use = *use;
      steering->path = g_strdup (use->path);
      g_task_set_source_tag (task, used);
      g_task_set_task_data (task, steering, steering_free);
      g_task_run_in_thread (task, load);
    }
}

static char *
dup_picture (gpointer    library,
             const char *sha256)
{
  WeirLibraryItem *item = weir_library_find_pixels (library, sha256);

  return item ? g_strdup (weir_library_item_get_path (item)) : NULL;
}

void
weir_window_offer_settings (WeirWindow        *self,
                            const CasSettings *settings,
                            gboolean           is_recalled)
{
  const CasWorkerInfo *info = cas_worker_peek_info (weir_application_get_worker (self->app));
  WeirModel *model = weir_model_list_get_selected (weir_application_get_models (self->app));
  WeirRestorePlan *plan =
    weir_restore_plan_new (settings, self->params, &(WeirRestoreHere) {
      .model = info ? info->model : NULL,
      .shift = info ? info->shift : 0,
      .is_recalled = is_recalled,
      .loras = self->loras,
      .control_kinds = model ? weir_model_get_control_kinds (model) : 0,
      .dup_picture = dup_picture,
      .data = weir_application_get_library (self->app),
    });
  GtkWindow *dialog = weir_restore_dialog_new (GTK_WINDOW (self), plan, self->params);

  g_signal_connect_object (dialog, "used", G_CALLBACK (used), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}
