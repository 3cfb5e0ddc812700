/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Threads make the bytes; a file that another program was given lives on for a day. */

#include "picture-content.h"

#include <string.h>

#include <glib/gstdio.h>

#define PNG  "image/png"
#define URIS "text/uri-list"

/* After which a file that was made for another program may go. */
#define LIFE_SECONDS (24 * 60 * 60)

struct _WeirPictureContent
{
  GdkContentProvider parent;

  WeirPicture *picture;
};

G_DEFINE_FINAL_TYPE (WeirPictureContent, weir_picture_content, GDK_TYPE_CONTENT_PROVIDER)

/* --- files ----------------------------------------------------------------------------------- */

static gboolean
has_file (WeirPicture *picture)
{
  const char *path = weir_picture_get_path (picture);

  return path && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static void
remove_old (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (g_lstat (path, &status) == 0 && now - status.st_mtime > LIFE_SECONDS)
        g_unlink (path);
    }
}

/* Of the same name for the same pixels, so that one picture is one file. */
static char *
make_file (WeirPicture *picture,
           GError     **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "weir", "shared", NULL);
  g_autofree char *hash = cas_image_dup_hash (weir_picture_get_image (picture));
  g_autofree char *name = g_strdup_printf ("weir-%.12s.png", hash);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_mkdir_with_parents (folder, 0700);
  remove_old (folder);
  if (!weir_picture_save (picture, path, TRUE, error))
    return NULL;
  return g_steal_pointer (&path);
}

static GBytes *
make_uris (WeirPicture *picture,
           GError     **error)
{
  g_autofree char *path = has_file (picture) ? g_strdup (weir_picture_get_path (picture))
                                             : make_file (picture, error);
  g_autofree char *uri = path ? g_filename_to_uri (path, NULL, error) : NULL;
  char *line = uri ? g_strconcat (uri, "\r\n", NULL) : NULL;

  return line ? g_bytes_new_take (line, strlen (line)) : NULL;
}

/* --- writing --------------------------------------------------------------------------------- */

typedef struct
{
  const char    *type; /* of a table of strings that last */
  WeirPicture   *picture;
  GOutputStream *stream;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_object_unref (writing->picture);
  g_object_unref (writing->stream);
  g_free (writing);
}

static void
encode (GTask        *task,
        gpointer      source,
        gpointer      task_data,
        GCancellable *cancellable)
{
  const Writing *writing = task_data;
  GError *error = NULL;
  GBytes *bytes = g_str_equal (writing->type, PNG)
                    ? cas_image_to_png (weir_picture_get_image (writing->picture),
                                        weir_picture_get_metadata (writing->picture), &error)
                    : make_uris (writing->picture, &error);

  if (bytes)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
has_written (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
has_encoded (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  const Writing *writing = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), &error);

  if (!bytes)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, bytes, (GDestroyNotify) g_bytes_unref);
  g_output_stream_write_all_async (writing->stream, g_bytes_get_data (bytes, NULL),
                                   g_bytes_get_size (bytes), g_task_get_priority (task),
                                   g_task_get_cancellable (task), has_written, g_object_ref (task));
}

static void
write_async (GdkContentProvider  *provider,
             const char          *type,
             GOutputStream       *stream,
             int                  priority,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  g_autoptr (GTask) encoding = g_task_new (provider, cancellable, has_encoded, task);
  Writing *writing = g_new0 (Writing, 1);

  g_task_set_priority (task, priority);
  writing->type = g_intern_string (type);
  writing->picture = g_object_ref (WEIR_PICTURE_CONTENT (provider)->picture);
  writing->stream = g_object_ref (stream);
  g_task_set_task_data (encoding, writing, writing_free);
  g_task_run_in_thread (encoding, encode);
}

static gboolean
write_finish (GdkContentProvider  *provider,
              GAsyncResult        *result,
              GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- within the program ---------------------------------------------------------------------- */

static GdkContentFormats *
ref_formats (GdkContentProvider *provider)
{
  GdkContentFormatsBuilder *builder = gdk_content_formats_builder_new ();

  if (has_file (WEIR_PICTURE_CONTENT (provider)->picture))
    gdk_content_formats_builder_add_gtype (builder, GDK_TYPE_FILE_LIST);
  gdk_content_formats_builder_add_gtype (builder, GDK_TYPE_TEXTURE);
  gdk_content_formats_builder_add_mime_type (builder, URIS);
  gdk_content_formats_builder_add_mime_type (builder, PNG);
  return gdk_content_formats_builder_free_to_formats (builder);
}

static gboolean
get_value (GdkContentProvider  *provider,
           GValue              *value,
           GError             **error)
{
  WeirPicture *picture = WEIR_PICTURE_CONTENT (provider)->picture;

  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    {
      g_value_set_object (value, weir_picture_get_texture (picture));
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) && has_file (picture))
    {
      g_autoptr (GFile) file = g_file_new_for_path (weir_picture_get_path (picture));

      g_value_take_boxed (value, gdk_file_list_new_from_array (&file, 1));
      return TRUE;
    }
  return GDK_CONTENT_PROVIDER_CLASS (weir_picture_content_parent_class)
    ->get_value (provider, value, error);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_picture_content_finalize (GObject *object)
{
  g_clear_object (&WEIR_PICTURE_CONTENT (object)->picture);
  G_OBJECT_CLASS (weir_picture_content_parent_class)->finalize (object);
}

static void
weir_picture_content_class_init (WeirPictureContentClass *class)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = weir_picture_content_finalize;
  provider_class->ref_formats = ref_formats;
  provider_class->get_value = get_value;
  provider_class->write_mime_type_async = write_async;
  provider_class->write_mime_type_finish = write_finish;
}

static void
weir_picture_content_init (WeirPictureContent *self)
{
}

GdkContentProvider *
weir_picture_content_new (WeirPicture *picture)
{
  WeirPictureContent *self = g_object_new (WEIR_TYPE_PICTURE_CONTENT, NULL);

  self->picture = g_object_ref (picture);
  return GDK_CONTENT_PROVIDER (self);
}
