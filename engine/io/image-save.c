/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes pictures to disk: PNG by ourselves, other formats by weir-decode. */

#include "cascade/image.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/file.h"
#include "cascade/error.h"
#include "io/metadata.h"
#include "io/picture-encode.h"
#include "io/png.h"

#define DEFAULT_QUALITY 90

static const struct
{
  const char    *ending;
  CasImageFormat format;
} endings[] = { /* of each format the one of new names first */
  { ".png", CAS_IMAGE_PNG },
  { ".jpg", CAS_IMAGE_JPEG },
  { ".webp", CAS_IMAGE_WEBP },
  { ".jpeg", CAS_IMAGE_JPEG },
};

gboolean
cas_image_format_from_name (const char     *name,
                            CasImageFormat *format)
{
  const gsize length = strlen (name);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      const gsize n = strlen (endings[i].ending);

      if (length > n && g_ascii_strcasecmp (name + length - n, endings[i].ending) == 0)
        {
          *format = endings[i].format;
          return TRUE;
        }
    }
  return FALSE;
}

const char *
cas_image_format_get_ending (CasImageFormat format)
{
  g_return_val_if_fail (format < CAS_N_IMAGE_FORMATS, NULL);

  return endings[format].ending;
}

static gboolean
write_file (GBytes     *file,
            const char *path,
            gboolean    overwrite,
            GError    **error)
{
  return cas_file_write_new (path, g_bytes_get_data (file, NULL), g_bytes_get_size (file), overwrite,
                             error);
}

/* n_texts: XMP is the first of them, and all that can be said without metadata. */
static GBytes *
encode_png (CasImage           *image,
            const CasMetadata  *metadata,
            guint               n_texts,
            GError            **error)
{
  g_autofree char *infotext = metadata ? cas_metadata_to_infotext (metadata) : NULL;
  g_autofree char *json = metadata ? cas_metadata_to_json (metadata) : NULL;
  g_autofree char *xmp = cas_metadata_to_xmp (metadata, NULL);
  const CasPngText texts[] = {
    { .key = (char *) CAS_METADATA_XMP_KEY, .text = xmp, .is_utf8 = TRUE },
    { .key = (char *) CAS_METADATA_INFOTEXT_KEY, .text = infotext },
    { .key = (char *) CAS_METADATA_JSON_KEY, .text = json, .is_utf8 = TRUE },
  };

  return cas_png_encode (cas_image_get_pixels (image), cas_image_get_width (image),
                         cas_image_get_height (image), cas_image_get_stride (image), texts,
                         metadata ? G_N_ELEMENTS (texts) : n_texts, error);
}

GBytes *
cas_image_to_png (CasImage          *image,
                  const CasMetadata *metadata,
                  GError           **error)
{
  return encode_png (image, metadata, 0, error);
}

gboolean
cas_image_save_png (CasImage          *image,
                    const char        *path,
                    const CasMetadata *metadata,
                    gboolean           overwrite,
                    GError           **error)
{
  g_autoptr (GBytes) png = encode_png (image, metadata, 1, error);

  return png && write_file (png, path, overwrite, error);
}

gboolean
cas_image_save_plain_png (CasImage   *image,
                          const char *path,
                          gboolean    overwrite,
                          GError    **error)
{
  g_autoptr (GBytes) png = cas_image_to_png (image, NULL, error);

  return png && write_file (png, path, overwrite, error);
}

static gboolean
save_other (CasImage                  *image,
            const char                *path,
            const CasImageSaveParams  *params,
            GCancellable              *cancellable,
            GError                   **error)
{
  const CasMetadata *metadata = params->is_plain ? NULL : params->metadata;
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *infotext = metadata ? cas_metadata_to_infotext (metadata) : NULL;
  g_autofree char *json = metadata ? cas_metadata_to_json (metadata) : NULL;
  g_autofree char *xmp = params->is_plain ? NULL : cas_metadata_to_xmp (metadata, json);
  g_autoptr (GBytes) file = cas_picture_encode (image, name, &(CasPictureEncodeParams) {
    .format = params->format,
    .quality = params->quality ? params->quality : DEFAULT_QUALITY,
    .comment = infotext,
    .xmp = xmp,
  }, cancellable, error);

  return file && write_file (file, path, params->overwrite, error);
}

gboolean
cas_image_save (CasImage                  *image,
                const char                *path,
                const CasImageSaveParams  *params,
                GCancellable              *cancellable,
                GError                   **error)
{
  static const CasImageSaveParams defaults = { 0 };

  if (!params)
    params = &defaults;
  if (params->quality > 100)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A quality of %u was asked for, and it may be 1 to 100."), params->quality);
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  if (params->format != CAS_IMAGE_PNG)
    return save_other (image, path, params, cancellable, error);
  if (params->is_plain)
    return cas_image_save_plain_png (image, path, params->overwrite, error);
  return cas_image_save_png (image, path, params->metadata, params->overwrite, error);
}

void
cas_image_remove_parts (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    cas_file_remove_parts (folder, endings[i].ending);
}
