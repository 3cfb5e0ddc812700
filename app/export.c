/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file name's ending, and cas_image_save() in a thread. */

#include "export.h"

static const char *const ids[CAS_N_IMAGE_FORMATS] = {
  [CAS_IMAGE_PNG] = "png", [CAS_IMAGE_JPEG] = "jpeg", [CAS_IMAGE_WEBP] = "webp",
};

WeirExportOptions
weir_export_get_options (GSettings *settings)
{
  g_autofree char *id = g_settings_get_string (settings, "export-format");
  WeirExportOptions options = {
    .quality = (guint) g_settings_get_int (settings, "export-quality"),
    .has_settings = g_settings_get_boolean (settings, "export-settings"),
  };

  for (guint i = 0; i < CAS_N_IMAGE_FORMATS; i++)
    if (g_str_equal (ids[i], id))
      options.format = i;
  return options;
}

void
weir_export_set_options (GSettings               *settings,
                         const WeirExportOptions *options)
{
  g_settings_set_string (settings, "export-format", ids[options->format]);
  g_settings_set_int (settings, "export-quality", (int) options->quality);
  g_settings_set_boolean (settings, "export-settings", options->has_settings);
}

char *
weir_export_dup_path (const char     *path,
                      CasImageFormat *format)
{
  g_autofree char *name = g_path_get_basename (path);

  if (cas_image_format_from_name (name, format))
    return g_strdup (path);
  return g_strconcat (path, cas_image_format_get_ending (*format), NULL);
}

typedef struct
{
  WeirPicture       *picture;
  char              *path;
  WeirExportOptions  options;
  gboolean           overwrite;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_object_unref (export->picture);
  g_free (export->path);
  g_free (export);
}

/* A picture of which nothing is known says nothing, not even that a model made it. */
static void
write_file (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  const Export *export = task_data;
  const CasMetadata *metadata = weir_picture_get_metadata (export->picture);
  GError *error = NULL;

  if (cas_image_save (weir_picture_get_image (export->picture), export->path, &(CasImageSaveParams) {
        .format = export->options.format,
        .quality = export->options.quality,
        .metadata = metadata,
        .is_plain = !metadata || !export->options.has_settings,
        .overwrite = export->overwrite,
      }, cancellable, &error))
    g_task_return_pointer (task, g_strdup (export->path), g_free);
  else
    g_task_return_error (task, error);
}

void
weir_export_async (WeirPicture             *picture,
                   const char              *path,
                   const WeirExportOptions *options,
                   GAsyncReadyCallback      ready,
                   gpointer                 user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, ready, user_data);
  Export *export = g_new0 (Export, 1);

  export->picture = g_object_ref (picture);
  export->options = *options;
  export->path = weir_export_dup_path (path, &export->options.format);
  export->overwrite = g_str_equal (export->path, path);
  g_task_set_source_tag (task, weir_export_async);
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, write_file);
}

char *
weir_export_finish (GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, weir_export_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
