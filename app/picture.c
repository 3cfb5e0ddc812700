/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An image, its texture and its metadata. */

#include "picture.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/error.h>

struct _WeirPicture
{
  GObject parent;

  CasImage   *image;
  GdkTexture *texture;
  CasMetadata metadata;
  gboolean    has_metadata;
  char       *path; /* atomic */
};

G_DEFINE_FINAL_TYPE (WeirPicture, weir_picture, G_TYPE_OBJECT)

static void
weir_picture_finalize (GObject *object)
{
  WeirPicture *self = WEIR_PICTURE (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->image, cas_image_unref);
  cas_metadata_clear (&self->metadata);
  g_free (self->path);
  G_OBJECT_CLASS (weir_picture_parent_class)->finalize (object);
}

static void
weir_picture_class_init (WeirPictureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = weir_picture_finalize;
}

static void
weir_picture_init (WeirPicture *self)
{
}

WeirPicture *
weir_picture_new (CasImage          *image,
                  const CasMetadata *metadata)
{
  WeirPicture *self = g_object_new (WEIR_TYPE_PICTURE, NULL);

  self->image = cas_image_ref (image);
  if (metadata)
    {
      g_autofree char *json = cas_metadata_to_json (metadata);

      self->has_metadata = cas_metadata_parse_json (json, &self->metadata, NULL);
    }
  return self;
}

WeirPicture *
weir_picture_load (const char   *path,
                   GCancellable *cancellable,
                   GError      **error)
{
  g_autoptr (CasImage) image = cas_image_load (path, cancellable, error);
  g_autoptr (CasSettings) settings = image ? cas_settings_read (path, cancellable, NULL) : NULL;
  const gboolean is_ours = settings && settings->form == CAS_SETTINGS_WEIR;

  if (!image)
    return NULL;
  /* what is transparent is white, as on paper */
  cas_image_flatten (image, 255, 255, 255);
  return weir_picture_new (image, is_ours ? &settings->metadata : NULL);
}

CasImage *
weir_picture_get_image (WeirPicture *self)
{
  g_return_val_if_fail (WEIR_IS_PICTURE (self), NULL);

  return self->image;
}

GdkTexture *
weir_picture_get_texture (WeirPicture *self)
{
  g_return_val_if_fail (WEIR_IS_PICTURE (self), NULL);

  if (!self->texture)
    self->texture = weir_texture_new (self->image);
  return self->texture;
}

const CasMetadata *
weir_picture_get_metadata (WeirPicture *self)
{
  g_return_val_if_fail (WEIR_IS_PICTURE (self), NULL);

  return self->has_metadata ? &self->metadata : NULL;
}

void
weir_picture_set_path (WeirPicture *self,
                       const char  *path)
{
  char *copy;

  g_return_if_fail (WEIR_IS_PICTURE (self));

  copy = g_strdup (path);
  if (!g_atomic_pointer_compare_and_exchange (&self->path, NULL, copy))
    g_free (copy);
}

const char *
weir_picture_get_path (WeirPicture *self)
{
  g_return_val_if_fail (WEIR_IS_PICTURE (self), NULL);

  return g_atomic_pointer_get (&self->path);
}

gboolean
weir_picture_save (WeirPicture *self,
                   const char  *path,
                   gboolean     overwrite,
                   GError     **error)
{
  g_return_val_if_fail (WEIR_IS_PICTURE (self), FALSE);

  if (!self->has_metadata)
    return cas_image_save_plain_png (self->image, path, overwrite, error);
  return cas_image_save_png (self->image, path, &self->metadata, overwrite, error);
}

/* --- textures -------------------------------------------------------------------------------- */

GdkTexture *
weir_texture_new (CasImage *image)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const gsize stride = cas_image_get_stride (image);
  g_autoptr (GBytes) pixels = g_bytes_new_with_free_func (cas_image_get_pixels (image),
                                                          stride * height,
                                                          (GDestroyNotify) cas_image_unref,
                                                          cas_image_ref (image));

  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, pixels, stride);
}

/* What a texture shows, into an image of its size. */
static gboolean
download (GdkTexture *texture,
          CasImage   *image,
          GError    **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const gsize stride = 4 * (gsize) width;
  g_autofree guint8 *argb = g_try_malloc_n (height, stride);

  if (!argb)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                           _("There is not enough memory for the image."));
      return FALSE;
    }
  /* cairo's ARGB32: native-endian, the colours multiplied by alpha */
  gdk_texture_download (texture, argb, stride);
  for (guint y = 0; y < height; y++)
    {
      guint8 *row = cas_image_get_pixels (image) + y * cas_image_get_stride (image);

      for (guint x = 0; x < width; x++)
        {
          guint32 pixel;

          memcpy (&pixel, argb + y * stride + 4 * (gsize) x, sizeof pixel);

          const guint white = 255 - (pixel >> 24);

          row[3 * x] = (guint8) MIN ((pixel >> 16 & 255) + white, 255);
          row[3 * x + 1] = (guint8) MIN ((pixel >> 8 & 255) + white, 255);
          row[3 * x + 2] = (guint8) MIN ((pixel & 255) + white, 255);
        }
    }
  return TRUE;
}

WeirPicture *
weir_picture_new_for_texture (GdkTexture *texture,
                              GError    **error)
{
  g_autoptr (CasImage) image = cas_image_new ((guint) gdk_texture_get_width (texture),
                                              (guint) gdk_texture_get_height (texture), error);

  return image && download (texture, image, error) ? weir_picture_new (image, NULL) : NULL;
}

static void
read_texture (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  GError *error = NULL;
  WeirPicture *picture = weir_picture_new_for_texture (source, &error);

  if (picture)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
weir_picture_read_texture_async (GdkTexture          *texture,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (texture, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_picture_read_texture_async);
  g_task_run_in_thread (task, read_texture);
}

WeirPicture *
weir_picture_read_texture_finish (GAsyncResult *result,
                                  GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
