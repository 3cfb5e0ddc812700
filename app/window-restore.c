/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of a picture that become the window's: what the parameters do not hold. */

#include "window-private.h"

#include "dialogs/restore-dialog.h"
#include "reference.h"

/* Settings that are set at once, when the pictures among them are read. */
typedef struct
{
  GObject         *dialog; /* holds the plan */
  WeirRestorePlan *plan;
  GPtrArray       *pictures;  /* WeirPicture or NULL, for each entry */
  GPtrArray       *sentences; /* about those that could not be read */
} Using;

static void
clear_picture (gpointer picture)
{
  g_clear_object (&picture);
}

static void
using_free (gpointer data)
{
  Using *using = data;

  g_ptr_array_unref (using->pictures);
  g_ptr_array_unref (using->sentences);
  g_object_unref (using->dialog);
  g_free (using);
}

/* The dialog is closed: nobody changes the plan any more. */
static void
load (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  Using *using = data;

  for (guint i = 0; i < weir_restore_plan_get_n (using->plan); i++)
    {
      const WeirRestorePicture *use = weir_restore_plan_get_picture (using->plan, i);
      g_autoptr (GError) error = NULL;
      WeirPicture *picture = use ? weir_picture_load (use->path, cancellable, &error) : NULL;

      g_ptr_array_add (using->pictures, picture);
      if (error)
        g_ptr_array_add (using->sentences, g_strdup (error->message));
    }
  g_task_return_boolean (task, TRUE);
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

/* All of it is one step. */
static void
use_settings (WeirWindow  *self,
              const Using *using)
{
  weir_document_begin_change (self->document);
  weir_restore_plan_apply (using->plan, self->params);
  for (guint i = 0; i < using->pictures->len; i++)
    {
      const WeirRestorePicture *use = weir_restore_plan_get_picture (using->plan, i);
      g_autofree char *name = use ? g_filename_display_basename (use->path) : NULL;

      if (using->pictures->pdata[i])
        steer (self, use, using->pictures->pdata[i], name);
    }
  weir_document_end_change (self->document);
  for (guint i = 0; i < using->sentences->len; i++)
    weir_window_tell (self, using->sentences->pdata[i]);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);

  if (!g_task_had_error (G_TASK (result)) && self->document)
    use_settings (self, g_task_get_task_data (G_TASK (result)));
}

static gboolean
has_pictures (const WeirRestorePlan *plan)
{
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    if (weir_restore_plan_get_picture (plan, i))
      return TRUE;
  return FALSE;
}

static void
used (WeirWindow      *self,
      WeirRestorePlan *plan,
      GObject         *dialog)
{
  g_autoptr (GTask) task = NULL;
  Using *using = g_new0 (Using, 1);

  using->dialog = g_object_ref (dialog);
  using->plan = plan;
  using->pictures = g_ptr_array_new_with_free_func (clear_picture);
  using->sentences = g_ptr_array_new_with_free_func (g_free);
  if (!has_pictures (plan))
    {
      use_settings (self, using);
      using_free (using);
      return;
    }
  task = g_task_new (self, self->cancellable, loaded, NULL);
  g_task_set_source_tag (task, used);
  g_task_set_task_data (task, using, using_free);
  g_task_run_in_thread (task, load);
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
  GtkWindow *dialog = weir_restore_dialog_new (GTK_WINDOW (self), plan);

  g_signal_connect_object (dialog, "used", G_CALLBACK (used), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}
