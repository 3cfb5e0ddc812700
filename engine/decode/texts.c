/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file says about its picture, by gexiv2. */

#include "decode/texts.h"

#include "base/decoded.h"

#include <gexiv2/gexiv2.h>
#include <string.h>

/* Where programs that make pictures keep their settings, under the names that exiv2 has for
 * them. */
static const char *const tags[] = {
  "Exif.Image.ImageDescription",
  "Exif.Image.Make",
  "Exif.Image.Model",
  "Exif.Image.Software",
};

static const char *const formats[] = { "jpeg", "webp", "tiff", "avif", NULL };

static void
append (DecodeTexts *texts,
        const char  *key,
        const char  *value)
{
  const gsize key_size = strlen (key) + 1, size = strlen (value) + 1;

  if (texts->n_texts == CAS_DECODED_MAX_TEXTS
      || texts->texts->len + key_size + size > CAS_DECODED_MAX_TEXT_BYTES
      || !g_utf8_validate (value, -1, NULL))
    return;

  g_byte_array_append (texts->texts, (const guint8 *) key, (guint) key_size);
  g_byte_array_append (texts->texts, (const guint8 *) value, (guint) size);
  texts->n_texts++;
}

/* Which end of its 16-bit units comes first: the file's byte order, which not every program keeps
 * to. Settings are mostly ASCII, whose upper bytes are zero. */
static const char *
guess_utf16 (const guint8 *data,
             gsize         size)
{
  gsize n_zeros[2] = { 0, 0 };

  for (gsize i = 0; i < size; i++)
    n_zeros[i % 2] += data[i] == 0;
  return n_zeros[0] >= n_zeros[1] ? "UTF-16BE" : "UTF-16LE";
}

/* A comment begins with 8 bytes that name its characters. By hand, as exiv2 knows nothing of
 * characters beyond U+FFFF. */
static char *
dup_comment (const guint8 *data,
             gsize         size)
{
  const gsize code_size = 8;

  if (size <= code_size)
    return NULL;

  const guint8 *text = data + code_size;
  const gsize length = size - code_size;

  if (memcmp (data, "UNICODE\0", code_size) == 0)
    return g_convert ((const char *) text, (gssize) (length & ~(gsize) 1), "UTF-8",
                      guess_utf16 (text, length), NULL, NULL, NULL);
  return g_strndup ((const char *) text, length);
}

static void
append_comment (DecodeTexts    *texts,
                GExiv2Metadata *metadata)
{
  const char *tag = "Exif.Photo.UserComment";
  g_autoptr (GBytes) bytes = gexiv2_metadata_try_get_tag_raw (metadata, tag, NULL);

  if (!bytes)
    return;

  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree char *comment = dup_comment (data, size);

  if (comment && *comment)
    append (texts, tag, comment);
}

void
decode_texts_read (DecodeTexts  *texts,
                   const char   *format,
                   const guint8 *data,
                   gsize         size)
{
  *texts = (DecodeTexts) { .texts = g_byte_array_new () };
  if (!g_strv_contains (formats, format))
    return;

  if (!gexiv2_initialize ()) /* else AVIF has no texts */
    return;

  g_autoptr (GExiv2Metadata) metadata = gexiv2_metadata_new ();

  if (!gexiv2_metadata_open_buf (metadata, data, (glong) size, NULL))
    return;

  const GExiv2Orientation orientation = gexiv2_metadata_try_get_orientation (metadata, NULL);

  if (orientation >= GEXIV2_ORIENTATION_NORMAL && orientation <= GEXIV2_ORIENTATION_ROT_270)
    texts->orientation = orientation;
  append_comment (texts, metadata);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      g_autofree char *value
        = gexiv2_metadata_try_get_tag_interpreted_string (metadata, tags[i], NULL);

      if (value && *value)
        append (texts, tags[i], value);
    }

  if (!gexiv2_metadata_has_xmp (metadata))
    return;

  g_autofree char *xmp = gexiv2_metadata_try_get_xmp_packet (metadata, NULL);

  if (xmp && *xmp)
    append (texts, "Xmp", xmp);
}
