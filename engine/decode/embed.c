/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EXIF and XMP by hand. exiv2 writes user comments in the byte order of the file that it finds, and
 * none with characters beyond U+FFFF; those who read settings expect UTF-16, big end first. */

#include "decode/embed.h"

#include <string.h>

/* --- bytes --------------------------------------------------------------------------------- */

static void
put_big (GByteArray *out,
         guint       n_bytes,
         guint32     value)
{
  for (guint i = n_bytes; i-- > 0;)
    {
      const guint8 byte = (guint8) (value >> 8 * i);

      g_byte_array_append (out, &byte, 1);
    }
}

static void
put_little (GByteArray *out,
            guint       n_bytes,
            guint32     value)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      const guint8 byte = (guint8) (value >> 8 * i);

      g_byte_array_append (out, &byte, 1);
    }
}

static void
put_text (GByteArray *out,
          const void *text,
          gsize       size)
{
  g_byte_array_append (out, text, (guint) size);
}

/* --- EXIF ---------------------------------------------------------------------------------- */

enum { SHORT = 3, LONG = 4, UNDEFINED = 7 };

static void
put_tag (GByteArray *out,
         guint       number,
         guint       type,
         guint32     n,
         guint32     value)
{
  put_big (out, 2, number);
  put_big (out, 2, type);
  put_big (out, 4, n);
  put_big (out, 4, value);
}

/* TIFF's structure: a list with a pointer to EXIF's own list, that list, and the comment, which is
 * its one value of more than 4 bytes. */
static GByteArray *
new_exif (const char *comment)
{
  enum { LIST = 8, EXIF_LIST = LIST + 2 + 12 + 4, VALUES = EXIF_LIST + 2 + 3 * 12 + 4 };
  GByteArray *out = g_byte_array_new ();
  glong n_units;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (comment, -1, NULL, &n_units, NULL);

  if (!units)
    n_units = 0;
  put_text (out, "MM\0*", 4);
  put_big (out, 4, LIST);
  put_big (out, 2, 1);
  put_tag (out, 0x8769, LONG, 1, EXIF_LIST);
  put_big (out, 4, 0);

  put_big (out, 2, 3);
  put_tag (out, 0x9000, UNDEFINED, 4, 0x30323332); /* the version: “0232” */
  put_tag (out, 0x9286, UNDEFINED, 8 + 2 * (guint32) n_units, VALUES);
  put_tag (out, 0xa001, SHORT, 1, 1 << 16); /* sRGB */
  put_big (out, 4, 0);

  put_text (out, "UNICODE\0", 8);
  for (glong i = 0; i < n_units; i++)
    put_big (out, 2, units[i]);
  return out;
}

/* --- JPEG ---------------------------------------------------------------------------------- */

#define APP1           0xffe1
#define MAX_SEGMENT    65535 /* with its own size, without its marker */
#define EXIF_SIGNATURE "Exif\0" /* and the NUL at its end */
#define XMP_SIGNATURE  "http://ns.adobe.com/xap/1.0/"

static gboolean
put_segment (GByteArray *out,
             const char *signature,
             gsize       signature_size,
             const void *data,
             gsize       size)
{
  const gsize length = 2 + signature_size + size;

  if (length > MAX_SEGMENT)
    return FALSE;
  put_big (out, 2, APP1);
  put_big (out, 2, (guint32) length);
  put_text (out, signature, signature_size);
  put_text (out, data, size);
  return TRUE;
}

/* After JFIF's segment, which has to be the first. */
static CasDecodedResult
embed_in_jpeg (DecodeFile   *file,
               const guint8 *data,
               gsize         size,
               GByteArray   *exif,
               const char   *xmp)
{
  gsize at = 2;

  if (size < 6 || data[0] != 0xff || data[1] != 0xd8)
    return CAS_DECODED_FAILED;
  if (data[2] == 0xff && data[3] == 0xe0)
    at += 2 + (gsize) (data[4] << 8 | data[5]);
  if (at > size)
    return CAS_DECODED_FAILED;

  put_text (file->head, data, at);
  file->body = data + at;
  file->body_size = size - at;
  if ((exif && !put_segment (file->head, EXIF_SIGNATURE, sizeof EXIF_SIGNATURE, exif->data,
                             exif->len))
      || (xmp && !put_segment (file->head, XMP_SIGNATURE, sizeof XMP_SIGNATURE, xmp,
                               strlen (xmp))))
    return CAS_DECODED_TEXTS_TOO_LONG;
  return CAS_DECODED_PICTURE;
}

/* --- WebP ---------------------------------------------------------------------------------- */

#define CHUNK    8 /* a name and a size */
#define HEADER   (CHUNK + 4) /* RIFF, size, WEBP */
#define VP8X     (CHUNK + 10)
#define HAS_EXIF 8
#define HAS_XMP  4

static void
put_chunk (GByteArray *out,
           const char *name,
           const void *data,
           gsize       size)
{
  put_text (out, name, 4);
  put_little (out, 4, (guint32) size);
  put_text (out, data, size);
  if (size % 2)
    put_little (out, 1, 0);
}

/* What says which chunks there are: the first one, if the encoder has made more than one. */
static void
put_list (GByteArray          *out,
          const DecodeSubject *subject,
          const guint8        *found, /* nullable */
          guint8               flags)
{
  if (found)
    put_text (out, found, VP8X);
  else
    {
      put_text (out, "VP8X", 4);
      put_little (out, 4, VP8X - CHUNK);
      put_little (out, 4, 0);
      put_little (out, 3, subject->width - 1);
      put_little (out, 3, subject->height - 1);
    }
  out->data[HEADER + CHUNK] |= flags;
}

static CasDecodedResult
embed_in_webp (DecodeFile          *file,
               const DecodeSubject *subject,
               const guint8        *data,
               gsize                size,
               GByteArray          *exif,
               const char          *xmp)
{
  if (size < HEADER + VP8X || memcmp (data, "RIFF", 4) != 0 || memcmp (data + 8, "WEBP", 4) != 0)
    return CAS_DECODED_FAILED;

  const guint8 *list = memcmp (data + HEADER, "VP8X", 4) == 0 ? data + HEADER : NULL;

  file->body = data + HEADER + (list ? VP8X : 0);
  file->body_size = size - HEADER - (list ? VP8X : 0);
  if (exif)
    put_chunk (file->tail, "EXIF", exif->data, exif->len);
  if (xmp)
    put_chunk (file->tail, "XMP ", xmp, strlen (xmp));

  put_text (file->head, "RIFF", 4);
  put_little (file->head, 4,
              (guint32) (HEADER - CHUNK + VP8X + file->body_size + file->tail->len));
  put_text (file->head, "WEBP", 4);
  put_list (file->head, subject, list, (exif ? HAS_EXIF : 0) | (xmp ? HAS_XMP : 0));
  return CAS_DECODED_PICTURE;
}

CasDecodedResult
decode_embed (DecodeFile          *file,
              const DecodeSubject *subject,
              const guint8        *data,
              gsize                size,
              const char          *comment,
              const char          *xmp)
{
  *file = (DecodeFile) {
    .head = g_byte_array_new (), .tail = g_byte_array_new (), .body = data, .body_size = size,
  };
  if (!comment && !xmp)
    return CAS_DECODED_PICTURE;

  GByteArray *exif = comment ? new_exif (comment) : NULL;

  return g_str_equal (subject->format, "jpeg")
           ? embed_in_jpeg (file, data, size, exif, xmp)
           : embed_in_webp (file, subject, data, size, exif, xmp);
}
