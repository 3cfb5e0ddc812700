/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of the history beside the document, or beside each other, until the canvas compares no
 * more. */

#include "window-private.h"

#include <glib/gi18n.h>

/* weir_picture_load() of each path; NULL if one cannot be loaded. */
static void
load (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  const char *const *paths = task_data;
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; paths[i]; i++)
    {
      GError *error = NULL;
      WeirPicture *picture = weir_picture_load (paths[i], cancellable, &error);

      if (!picture)
        {
          g_task_return_error (task, error);
          return;
        }
      g_ptr_array_add (pictures, picture);
    }
  g_task_return_pointer (task, g_steal_pointer (&pictures), (GDestroyNotify) g_ptr_array_unref);
}

/* before: what is seen on the left; NULL for the document. */
static void
compare (WeirWindow  *self,
         WeirPicture *before,
         WeirPicture *after)
{
  if (!before && !weir_document_get_picture (self->document))
    {
      weir_window_tell (self, _("There is no image on the canvas to compare with."));
      return;
    }
  g_object_set (self->canvas, "compare", FALSE, NULL);
  g_set_object (&self->compared, after);
  g_object_set (self->canvas, "before", before, NULL);
  weir_staging_add (self->staging, after);
  weir_staging_set_selected (self->staging,
                             g_list_model_get_n_items (G_LIST_MODEL (self->staging)) - 1);
  g_object_set (self->canvas, "compare", TRUE, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);
  WeirLibrary *library = weir_application_get_library (self->app);
  const char *const *paths = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pictures = g_task_propagate_pointer (G_TASK (result), &error);

  for (guint i = 0; pictures && i < pictures->len; i++)
    if (weir_library_find (library, paths[i]))
      weir_picture_set_path (pictures->pdata[i], paths[i]);
  if (pictures)
    compare (self, pictures->len > 1 ? pictures->pdata[0] : NULL,
             pictures->pdata[pictures->len - 1]);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (self, error->message);
}

void
weir_window_compare_paths (WeirWindow        *self,
                           const char *const *paths)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, loaded, NULL);

  g_task_set_task_data (task, g_strdupv ((char **) paths), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, load);
}

void
weir_window_compare_changed (WeirWindow *self)
{
  g_autoptr (WeirPicture) picture = NULL;
  gboolean is_comparing;

  g_object_get (self->canvas, "compare", &is_comparing, NULL);
  if (is_comparing || !self->staging)
    return;
  g_object_set (self->canvas, "before", NULL, NULL);
  picture = g_steal_pointer (&self->compared);
  if (picture)
    weir_staging_remove (self->staging, picture);
}
