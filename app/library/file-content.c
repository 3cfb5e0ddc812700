/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes are read when somebody asks for them. */

#include "library/file-content.h"

#define WEIR_TYPE_FILE_CONTENT (weir_file_content_get_type ())
G_DECLARE_FINAL_TYPE (WeirFileContent, weir_file_content, WEIR, FILE_CONTENT, GdkContentProvider)

struct _WeirFileContent
{
  GdkContentProvider parent;

  GFile *file;
};

G_DEFINE_FINAL_TYPE (WeirFileContent, weir_file_content, GDK_TYPE_CONTENT_PROVIDER)

static GdkContentFormats *
ref_formats (GdkContentProvider *provider)
{
  static const char *types[] = { "image/png" };

  return gdk_content_formats_new (types, G_N_ELEMENTS (types));
}

static void
has_written (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error) < 0)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
has_opened (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GFileInputStream) in = g_file_read_finish (G_FILE (source), result, &error);

  if (!in)
    {
      g_task_return_error (task, error);
      return;
    }
  g_output_stream_splice_async (g_task_get_task_data (task), G_INPUT_STREAM (in),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE, g_task_get_priority (task),
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

  g_task_set_priority (task, priority);
  g_task_set_task_data (task, g_object_ref (stream), g_object_unref);
  g_file_read_async (((WeirFileContent *) provider)->file, priority, cancellable, has_opened, task);
}

static gboolean
write_finish (GdkContentProvider  *provider,
              GAsyncResult        *result,
              GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
weir_file_content_finalize (GObject *object)
{
  g_clear_object (&((WeirFileContent *) object)->file);
  G_OBJECT_CLASS (weir_file_content_parent_class)->finalize (object);
}

static void
weir_file_content_class_init (WeirFileContentClass *class)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = weir_file_content_finalize;
  provider_class->ref_formats = ref_formats;
  provider_class->write_mime_type_async = write_async;
  provider_class->write_mime_type_finish = write_finish;
}

static void
weir_file_content_init (WeirFileContent *self)
{
}

GdkContentProvider *
weir_file_content_new (const char *path)
{
  WeirFileContent *bytes = g_object_new (WEIR_TYPE_FILE_CONTENT, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_auto (GValue) list = G_VALUE_INIT;
  GdkContentProvider *providers[] = {
    NULL,
    gdk_content_provider_new_typed (G_TYPE_FILE, file),
    GDK_CONTENT_PROVIDER (bytes),
  };

  bytes->file = g_object_ref (file);
  g_value_init (&list, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&list, gdk_file_list_new_from_array (&file, 1));
  providers[0] = gdk_content_provider_new_for_value (&list);
  return gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
}
