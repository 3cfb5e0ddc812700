/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks that are kept as pictures: white is masked. Read, scaled and written in threads. */

#include "window-private.h"

#include <glib/gi18n.h>

static WeirMask *
get_mask (WeirWindow *self)
{
  return weir_document_get_mask (self->document);
}

typedef struct
{
  char     *path;
  WeirMask *mask; /* of the thread's own, of the document's size */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->mask);
  g_free (work->path);
  g_free (work);
}

/* The mask becomes the work's. */
static Work *
work_new (const char *path,
          WeirMask   *mask)
{
  Work *work = g_new0 (Work, 1);

  work->path = g_strdup (path);
  work->mask = mask;
  return work;
}

/* --- loading --------------------------------------------------------------------------------- */

static void
read_mask (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  const Work *work = task_data;
  GError *error = NULL;
  g_autoptr (WeirPicture) picture = weir_picture_load (work->path, cancellable, &error);

  if (picture &&
      weir_mask_take_image (work->mask, weir_picture_get_image (picture), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
take_mask (WeirWindow *self,
           WeirMask   *read)
{
  const guint width = weir_mask_get_width (read), height = weir_mask_get_height (read);
  WeirMask *mask = get_mask (self);
  g_autofree guint8 *pixels = NULL;

  if (!mask || weir_mask_get_width (mask) != width || weir_mask_get_height (mask) != height)
    {
      weir_window_tell (self, _("The image is another one now, so its mask was not loaded."));
      return;
    }
  pixels = g_try_malloc_n (width, height);
  if (!pixels)
    {
      weir_window_tell (self, _("There is not enough memory to load the mask."));
      return;
    }
  weir_mask_read (read, pixels, width);
  weir_mask_write (mask, pixels, width);
}

static void
mask_read (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  const Work *work = g_task_get_task_data (G_TASK (result));
  WeirWindow *self = WEIR_WINDOW (source);
  g_autoptr (GError) error = NULL;
  const gboolean is_read = g_task_propagate_boolean (G_TASK (result), &error);

  /* a window that was closed meanwhile has no document any more */
  if (!self->document)
    return;
  if (is_read)
    take_mask (self, work->mask);
  else
    weir_window_tell (self, error->message);
}

void
weir_window_load_mask (WeirWindow *self,
                       const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, mask_read, NULL);
  WeirMask *mask = get_mask (self);

  if (!mask)
    return;
  g_task_set_task_data (task,
                        work_new (path, weir_mask_new (weir_mask_get_width (mask),
                                                       weir_mask_get_height (mask))),
                        work_free);
  g_task_run_in_thread (task, read_mask);
}

void
weir_window_ask_load_mask (WeirWindow *self)
{
  const WeirFileQuestion question = weir_window_picture_question (_("Load a Mask"));

  weir_window_ask_file (self, &question, weir_window_load_mask);
}

/* --- saving ---------------------------------------------------------------------------------- */

static void
write_mask (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  const Work *work = task_data;
  GError *error = NULL;
  g_autoptr (CasImage) image = weir_mask_to_image (work->mask, &error);

  /* the person was asked whether an old file is to be replaced */
  if (image && cas_image_save_png (image, work->path, NULL, TRUE, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
mask_written (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  const Work *work = g_task_get_task_data (G_TASK (result));
  WeirWindow *self = WEIR_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_filename_display_basename (work->path);
  g_autofree char *sentence = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    sentence = g_strdup_printf (_("Saved as “%s”"), name);
  weir_application_end_writing (self->app);
  if (self->document)
    weir_window_tell (self, sentence ? sentence : error->message);
}

void
weir_window_save_mask (WeirWindow *self,
                       const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, mask_written, NULL);
  WeirMask *mask = get_mask (self);
  GdkRectangle all = { 0 };

  if (!mask)
    return;
  all.width = (int) weir_mask_get_width (mask);
  all.height = (int) weir_mask_get_height (mask);
  g_task_set_task_data (task, work_new (path, weir_mask_crop (mask, &all)), work_free);
  weir_application_begin_writing (self->app);
  g_task_run_in_thread (task, write_mask);
}

void
weir_window_ask_save_mask (WeirWindow *self)
{
  static const char *const png[] = { "*.png", NULL };

  weir_window_ask_file (self, &(WeirFileQuestion) {
    .choice = WEIR_CHOOSE_NEW_FILE,
    .title = _("Save the Mask"),
    .name = _("mask.png"),
    .filter_name = _("PNG images"),
    .patterns = png,
  }, weir_window_save_mask);
}
