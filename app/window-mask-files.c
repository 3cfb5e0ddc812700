/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks that are kept as pictures: white is masked. Read, scaled and written in threads. */

#include "window-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/error.h>

#include "export.h"

static WeirMask *
get_mask (WeirWindow *self)
{
  return weir_document_get_mask (self->document);
}

typedef struct
{
  char       *path;    /* NULL: the texture is read */
  GdkTexture *texture; /* nullable */
  WeirMask   *mask;    /* of the thread's own, of the document's size */
  gboolean    overwrite;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->mask);
  g_clear_object (&work->texture);
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

/* What a picture hides says more than what it shows. */
static void
whiten (CasImage *image)
{
  const gsize n = (gsize) cas_image_get_width (image) * cas_image_get_height (image);
  const guint8 *alpha = cas_image_get_alpha (image);
  gsize i = 0;

  while (alpha && i < n && alpha[i] == 255)
    i++;
  if (alpha && i < n)
    memset (cas_image_get_pixels (image), 255, cas_image_get_stride (image) *
                                                 cas_image_get_height (image));
}

static CasImage *
read_texture (GdkTexture  *texture,
              GError     **error)
{
  const guint width = (guint) gdk_texture_get_width (texture);
  const guint height = (guint) gdk_texture_get_height (texture);
  g_autoptr (CasImage) image = cas_image_new (width, height, error);
  g_autofree guint32 *argb = g_try_new (guint32, (gsize) width * height);
  guint8 *pixel, *alpha;

  if (!image || !cas_image_add_alpha (image, error))
    return NULL;
  if (!argb)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                           _("There is not enough memory to load the mask."));
      return NULL;
    }
  gdk_texture_download (texture, (guchar *) argb, 4 * (gsize) width);
  pixel = cas_image_get_pixels (image);
  alpha = cas_image_get_alpha (image);
  for (gsize i = 0; i < (gsize) width * height; i++, pixel += 3)
    {
      pixel[0] = (guint8) (argb[i] >> 16);
      pixel[1] = (guint8) (argb[i] >> 8);
      pixel[2] = (guint8) argb[i];
      alpha[i] = (guint8) (argb[i] >> 24);
    }
  return g_steal_pointer (&image);
}

static void
read_mask (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  const Work *work = task_data;
  GError *error = NULL;
  g_autoptr (CasImage) image = work->texture ? read_texture (work->texture, &error)
                                             : cas_image_load (work->path, cancellable, &error);

  if (image)
    whiten (image);
  if (image && weir_mask_take_image (work->mask, image, &error))
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
  /* what was just asked for is not hidden */
  g_object_set (self->tools, "shows-mask", TRUE, NULL);
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

static void
load (WeirWindow *self,
      const char *path,
      GdkTexture *texture)
{
  g_autoptr (GTask) task = NULL;
  WeirMask *mask = get_mask (self);
  Work *work;

  if (!mask)
    {
      weir_window_tell (self, _("There is no image on the canvas that this could be the mask of."));
      return;
    }
  work = work_new (path, weir_mask_new (weir_mask_get_width (mask), weir_mask_get_height (mask)));
  g_set_object (&work->texture, texture);
  task = g_task_new (self, self->cancellable, mask_read, NULL);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, read_mask);
}

void
weir_window_load_mask (WeirWindow *self,
                       const char *path)
{
  load (self, path, NULL);
}

void
weir_window_load_mask_texture (WeirWindow *self,
                               GdkTexture *texture)
{
  load (self, NULL, texture);
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

  if (image && cas_image_save_png (image, work->path, NULL, work->overwrite, &error))
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

/* A mask is a PNG, whatever else its name says. */
static char *
dup_png_path (const char *path)
{
  CasImageFormat format = CAS_IMAGE_PNG;
  g_autofree char *written = weir_export_dup_path (path, &format);

  if (format == CAS_IMAGE_PNG)
    return g_steal_pointer (&written);
  return g_strconcat (written, cas_image_format_get_ending (CAS_IMAGE_PNG), NULL);
}

void
weir_window_save_mask (WeirWindow *self,
                       const char *path)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *written = dup_png_path (path);
  WeirMask *mask = get_mask (self);
  GdkRectangle all = { 0 };
  Work *work;

  if (!mask)
    return;
  all.width = (int) weir_mask_get_width (mask);
  all.height = (int) weir_mask_get_height (mask);
  work = work_new (written, weir_mask_crop (mask, &all));
  /* the person was asked whether an old file of this name is to be replaced, and of no other */
  work->overwrite = g_str_equal (written, path);
  task = g_task_new (self, NULL, mask_written, NULL);
  g_task_set_task_data (task, work, work_free);
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
