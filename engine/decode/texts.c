/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file says about its picture, by gexiv2. */

#include "decode/texts.h"

#include "decode/whole.h"

#include <gexiv2/gexiv2.h>
#include <string.h>

/* Where programs that make pictures keep their settings, under the names that exiv2 has for
 * them. */
static const char *const tags[] = {
  "Exif.Image.ImageDescription",
  "Exif.Image.Make",
  "Exif.Image.Model",
  "Exif.Image.Software",
  "Xmp.exif.UserComment",
  "Xmp.dc.description",
  CAS_DECODED_XMP_SETTINGS,
};

/* The second is the same where it does not belong, beside the picture's size: Pillow puts it there
 * for programs that leave it to it, and without its prefix. */
static const char *const comments[] = { "Exif.Photo.UserComment", "Exif.Image.0x9286" };

static const char *const formats[] = { "jpeg", "webp", "tiff", "avif", NULL };

static void
note (DecodeTexts       *texts,
      CasDecodedTrouble  trouble)
{
  if (texts->trouble == CAS_DECODED_NO_TROUBLE)
    texts->trouble = trouble;
}

static void
append (DecodeTexts *texts,
        const char  *key,
        const char  *value)
{
  const gsize key_size = strlen (key) + 1, size = strlen (value) + 1;

  if (!g_utf8_validate (value, -1, NULL))
    {
      note (texts, CAS_DECODED_TEXT_DAMAGED);
      return;
    }
  if (texts->n_texts == CAS_DECODED_MAX_TEXTS
      || texts->texts->len + key_size + size > CAS_DECODED_MAX_TEXT_BYTES)
    {
      note (texts, CAS_DECODED_TEXT_TOO_LONG);
      return;
    }
  g_byte_array_append (texts->texts, (const guint8 *) key, (guint) key_size);
  g_byte_array_append (texts->texts, (const guint8 *) value, (guint) size);
  texts->n_texts++;
}

/* --- user comments ------------------------------------------------------------------------- */

/* Which end of its 16-bit units comes first: by a mark if there is one; else it should be the file's
 * byte order, to which not every program keeps. Settings are mostly ASCII, whose upper bytes are
 * zero. */
static const char *
guess_utf16 (const guint8 *data,
             gsize         size)
{
  gsize n_zeros[2] = { 0, 0 };

  if (size >= 2 && data[0] == 0xfe && data[1] == 0xff)
    return "UTF-16BE";
  if (size >= 2 && data[0] == 0xff && data[1] == 0xfe)
    return "UTF-16LE";
  for (gsize i = 0; i < size; i++)
    n_zeros[i % 2] += data[i] == 0;
  return n_zeros[0] >= n_zeros[1] ? "UTF-16BE" : "UTF-16LE";
}

/* By hand, as exiv2 knows nothing of characters beyond U+FFFF. NULL if it is not whole. */
static char *
dup_utf16 (const guint8 *data,
           gsize         size)
{
  const char *mark = "\xef\xbb\xbf";
  char *text = g_convert ((const char *) data, (gssize) (size & ~(gsize) 1), "UTF-8",
                          guess_utf16 (data, size), NULL, NULL, NULL);

  if (text && g_str_has_prefix (text, mark))
    memmove (text, text + strlen (mark), strlen (text + strlen (mark)) + 1);
  return text;
}

/* A comment begins with 8 bytes that name its characters, or it is all text. UTF-8 is ASCII too. */
static char *
dup_comment (DecodeTexts  *texts,
             const guint8 *data,
             gsize         size)
{
  enum { CODE_SIZE = 8 };
  static const struct
  {
    const char *code;
    gboolean    is_utf16, is_jis;
  } codes[] = {
    { "ASCII\0\0\0", FALSE, FALSE },
    { "UNICODE\0", TRUE, FALSE },
    { "JIS\0\0\0\0\0", FALSE, TRUE },
    { "\0\0\0\0\0\0\0\0", FALSE, FALSE },
  };
  guint i = 0;

  while (i < G_N_ELEMENTS (codes)
         && (size < CODE_SIZE || memcmp (data, codes[i].code, CODE_SIZE) != 0))
    i++;
  if (i < G_N_ELEMENTS (codes))
    {
      data += CODE_SIZE;
      size -= CODE_SIZE;
    }

  const gboolean is_known = i < G_N_ELEMENTS (codes);

  if (is_known && codes[i].is_jis)
    {
      note (texts, CAS_DECODED_TEXT_JIS);
      return NULL;
    }

  g_autofree char *text = is_known && codes[i].is_utf16 ? dup_utf16 (data, size)
                                                        : g_strndup ((const char *) data, size);

  if (text && g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);
  note (texts, CAS_DECODED_TEXT_DAMAGED);
  return NULL;
}

static void
append_comment (DecodeTexts    *texts,
                GExiv2Metadata *metadata,
                const char     *tag)
{
  g_autoptr (GBytes) bytes = gexiv2_metadata_try_get_tag_raw (metadata, tag, NULL);

  if (!bytes)
    return;

  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree char *comment = dup_comment (texts, data, size);

  if (comment && *comment)
    append (texts, tag, comment);
}

/* --- all of them --------------------------------------------------------------------------- */

/* Without the language that exiv2 puts before it: lang="x-default" … */
static const char *
skip_language (const char *value)
{
  const char *end = g_str_has_prefix (value, "lang=\"") ? strstr (value, "\" ") : NULL;

  return end ? end + 2 : value;
}

static void
append_tag (DecodeTexts    *texts,
            GExiv2Metadata *metadata,
            const char     *tag)
{
  g_autofree char *value = gexiv2_metadata_try_get_tag_interpreted_string (metadata, tag, NULL);
  const char *text = value ? skip_language (value) : "";

  if (*text)
    append (texts, tag, text);
}

static void
append_all (DecodeTexts    *texts,
            GExiv2Metadata *metadata)
{
  for (guint i = 0; i < G_N_ELEMENTS (comments); i++)
    append_comment (texts, metadata, comments[i]);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    append_tag (texts, metadata, tags[i]);

  if (!gexiv2_metadata_has_xmp (metadata))
    return;

  g_autofree char *xmp = gexiv2_metadata_try_get_xmp_packet (metadata, NULL);

  if (xmp && *xmp)
    append (texts, "Xmp", xmp);
}

void
decode_texts_read (DecodeTexts  *texts,
                   const char   *format,
                   const guint8 *data,
                   gsize         size)
{
  const gboolean is_png = g_str_equal (format, "png");

  *texts = (DecodeTexts) { .texts = g_byte_array_new () };
  if (is_png)
    data = decode_find_png_chunk (data, size, "eXIf", &size);
  else if (!g_strv_contains (formats, format))
    return;
  if (!data || !gexiv2_initialize ()) /* else AVIF has no texts */
    return;
  gexiv2_metadata_try_register_xmp_namespace (CAS_DECODED_XMP_SPACE, "weir", NULL);

  g_autoptr (GExiv2Metadata) metadata = gexiv2_metadata_new ();

  if (!gexiv2_metadata_open_buf (metadata, data, (glong) size, NULL))
    return;

  const GExiv2Orientation orientation = gexiv2_metadata_try_get_orientation (metadata, NULL);

  if (orientation >= GEXIV2_ORIENTATION_NORMAL && orientation <= GEXIV2_ORIENTATION_ROT_270)
    texts->orientation = orientation;
  if (!is_png)
    append_all (texts, metadata);
}
