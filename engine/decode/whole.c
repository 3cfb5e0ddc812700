/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Walks over a file's chunks or markers to see whether its last is there. */

#include "decode/whole.h"

#include <string.h>

static guint32
read_be32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_BE (value);
}

static guint
read_le16 (const guint8 *data)
{
  return data[0] | (guint) data[1] << 8;
}

static guint32
read_le32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

const guint8 *
decode_find_png_chunk (const guint8 *data,
                       gsize         size,
                       const char   *type,
                       gsize        *chunk_size)
{
  const guint frame = 12; /* length, type and checksum */

  for (gsize at = 8; at <= size && size - at >= frame;)
    {
      const gsize length = read_be32 (data + at);

      if (length > size - at - frame)
        return NULL;
      if (memcmp (data + at + 4, type, 4) == 0)
        {
          *chunk_size = length;
          return data + at + 8;
        }
      at += length + frame;
    }
  return NULL;
}

/* To its last chunk. */
static gboolean
is_whole_png (const guint8 *data,
              gsize         size)
{
  gsize last_size;

  return decode_find_png_chunk (data, size, "IEND", &last_size) != NULL;
}

/* Markers without a length: stuffing, TEM, restarts and the start of the image. */
static gboolean
stands_alone (guint8 marker)
{
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/* To the end-of-image marker that is not within a segment, as a thumbnail's is. */
static gboolean
is_whole_jpeg (const guint8 *data,
               gsize         size)
{
  const guint8 end_of_image = 0xd9, fill = 0xff;
  gsize at = 0;

  while (at + 2 <= size)
    {
      const guint8 *found = memchr (data + at, 0xff, size - at - 1);

      if (!found)
        return FALSE;
      at = (gsize) (found - data);
      if (data[at + 1] == end_of_image)
        return TRUE;
      if (data[at + 1] == fill)
        at += 1;
      else if (stands_alone (data[at + 1]))
        at += 2;
      else if (size - at >= 4)
        at += 2 + MAX (2, (gsize) data[at + 2] << 8 | data[at + 3]);
      else
        return FALSE;
    }
  return FALSE;
}

/* By the length of its container. */
static gboolean
is_whole_webp (const guint8 *data,
               gsize         size)
{
  return size >= 12 && read_le32 (data + 4) <= size - 8;
}

/* Whether rows of uncompressed pixels are there. */
static gboolean
has_bmp_rows (const guint8 *data,
              gsize         size,
              guint64       width,
              guint64       height,
              guint         bits)
{
  const gsize start = read_le32 (data + 10);
  const guint64 row_bytes = (width * MIN (bits, 32) + 31) / 32 * 4;

  return height == 0 || (size >= start && row_bytes <= (size - start) / height);
}

/* By the size of its rows, or of all that is compressed. The oldest headers are short. */
static gboolean
is_whole_bmp (const guint8 *data,
              gsize         size)
{
  if (size < 26)
    return FALSE;

  const guint32 header_size = read_le32 (data + 14);

  if (header_size < 40)
    return header_size != 12
           || has_bmp_rows (data, size, read_le16 (data + 18), read_le16 (data + 20),
                            read_le16 (data + 24));
  if (size < 38)
    return FALSE;

  const guint32 compression = read_le32 (data + 30);
  const guint64 width = ABS ((gint64) (gint32) read_le32 (data + 18));
  const guint64 height = ABS ((gint64) (gint32) read_le32 (data + 22));

  if (compression == 1 || compression == 2)
    return (guint64) read_le32 (data + 10) + read_le32 (data + 34) <= size;
  return has_bmp_rows (data, size, width, height, read_le16 (data + 28));
}

/* To the end of the box with the pixels. */
static gboolean
is_whole_heif (const guint8 *data,
               gsize         size)
{
  const guint frame = 8; /* length and type */

  for (gsize at = 0; size - at >= frame;)
    {
      guint64 length = read_be32 (data + at);

      if (length == 0) /* to the end of the file */
        return TRUE;
      if (length == 1 && size - at >= 2 * frame)
        length = (guint64) read_be32 (data + at + 8) << 32 | read_be32 (data + at + 12);
      if (length < frame || length > size - at)
        return FALSE;
      if (memcmp (data + at + 4, "mdat", 4) == 0)
        return TRUE;
      at += length;
    }
  return TRUE;
}

gboolean
decode_is_whole (const char   *format,
                 const guint8 *data,
                 gsize         size)
{
  if (g_str_equal (format, "png"))
    return is_whole_png (data, size);
  if (g_str_equal (format, "jpeg"))
    return is_whole_jpeg (data, size);
  if (g_str_equal (format, "webp"))
    return is_whole_webp (data, size);
  if (g_str_equal (format, "bmp"))
    return is_whole_bmp (data, size);
  if (g_str_equal (format, "avif") || g_str_equal (format, "heif"))
    return is_whole_heif (data, size);
  return TRUE;
}
