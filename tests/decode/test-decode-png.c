/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG's own EXIF, which turns its picture. */

#include "cascade/image.h"
#include "io/png.h"

#include <glib/gstdio.h>
#include <string.h>

#define WIDTH  5
#define HEIGHT 3

/* Where the shown pixel (x, y) is stored, for each of EXIF's orientations. */
typedef struct
{
  guint x, y;
} Pixel;

static Pixel
find_stored (guint orientation,
             guint x,
             guint y)
{
  const guint last_x = WIDTH - 1, last_y = HEIGHT - 1;
  const Pixel stored[9] = {
    { x, y }, { x, y }, { last_x - x, y }, { last_x - x, last_y - y }, { x, last_y - y },
    { y, x }, { y, last_y - x }, { last_x - y, last_y - x }, { last_x - y, x },
  };

  return stored[orientation];
}

static guint32
checksum (const guint8 *data,
          gsize         size)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < size; i++)
    {
      crc ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
  return ~crc;
}

static void
put_number (GByteArray *out,
            guint32     number)
{
  const guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (out, (const guint8 *) &big, sizeof big);
}

/* A chunk of EXIF: one list of one tag. */
static GByteArray *
new_exif_chunk (guint16  orientation,
                gboolean is_big)
{
  const guint8 little[] = {
    'e', 'X', 'I', 'f', 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0,
    (guint8) orientation, orientation >> 8, 0, 0, 0, 0, 0, 0,
  };
  const guint8 big[] = {
    'e', 'X', 'I', 'f', 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1,
    orientation >> 8, (guint8) orientation, 0, 0, 0, 0, 0, 0,
  };
  const guint8 *chunk = is_big ? big : little;
  GByteArray *out = g_byte_array_new ();

  put_number (out, sizeof big - 4);
  g_byte_array_append (out, chunk, sizeof big);
  put_number (out, checksum (chunk, sizeof big));
  return out;
}

/* The stored pixels, and the chunk before them or after. */
static GByteArray *
new_png (const guint8     *pixels,
         const GByteArray *chunk,
         gboolean          is_last)
{
  enum { HEAD = 8 + 25, TAIL = 12 };
  g_autoptr (GBytes) plain = cas_png_encode (pixels, WIDTH, HEIGHT, 3 * WIDTH, NULL, 0, NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (plain, &size);
  const gsize at = is_last ? size - TAIL : HEAD;
  GByteArray *png = g_byte_array_new ();

  g_byte_array_append (png, data, at);
  g_byte_array_append (png, chunk->data, chunk->len);
  g_byte_array_append (png, data + at, size - at);
  return png;
}

static CasImage *
load (const GByteArray *png)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-png-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  const int fd = g_mkstemp (path);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, (const char *) png->data, png->len, NULL));
  CasImage *image = cas_image_load (path, NULL, &error);
  g_unlink (path);
  g_assert_no_error (error);
  return image;
}

static void
fill (guint8 *pixels)
{
  for (guint i = 0; i < 3 * WIDTH * HEIGHT; i++)
    pixels[i] = (guint8) (i * 5);
}

static void
test_upright (void)
{
  guint8 pixels[3 * WIDTH * HEIGHT];

  fill (pixels);
  for (guint orientation = 1; orientation <= 8; orientation++)
    for (guint way = 0; way < 4; way++)
      {
        g_autoptr (GByteArray) chunk = new_exif_chunk (orientation, way & 1);
        g_autoptr (GByteArray) png = new_png (pixels, chunk, way & 2);
        g_autoptr (CasImage) image = load (png);
        const guint width = orientation < 5 ? WIDTH : HEIGHT;

        g_test_message ("%u, %u", orientation, way);
        g_assert_cmpuint (cas_image_get_width (image), ==, width);
        g_assert_cmpuint (cas_image_get_height (image), ==, WIDTH * HEIGHT / width);
        for (guint i = 0; i < WIDTH * HEIGHT; i++)
          {
            const Pixel stored = find_stored (orientation, i % width, i / width);

            g_assert_cmpmem (cas_image_get_pixels (image) + 3 * i, 3,
                             pixels + 3 * (stored.y * WIDTH + stored.x), 3);
          }
      }
}

/* What is no orientation, or no EXIF, leaves the picture as it is stored. */
static void
test_damaged (void)
{
  guint8 pixels[3 * WIDTH * HEIGHT];
  g_autoptr (GByteArray) right = new_exif_chunk (6, TRUE);
  const guint first = 8, n = right->len - 12; /* what is in the chunk */

  fill (pixels);
  for (guint i = 0; i <= n; i++)
    {
      g_autoptr (GByteArray) chunk = i < n ? g_byte_array_new () : new_exif_chunk (9, TRUE);

      if (i < n)
        {
          put_number (chunk, i);
          g_byte_array_append (chunk, right->data + 4, 4 + i);
          put_number (chunk, checksum (right->data + 4, 4 + i));
        }
      g_autoptr (GByteArray) png = new_png (pixels, chunk, FALSE);
      g_autoptr (CasImage) image = load (png);

      g_test_message ("%u of %u bytes", i, n);
      if (i < n && i >= first + 2 + 12) /* the tag is there */
        continue;
      g_assert_cmpuint (cas_image_get_width (image), ==, WIDTH);
      g_assert_cmpmem (cas_image_get_pixels (image), sizeof pixels, pixels, sizeof pixels);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode-png/upright", test_upright);
  g_test_add_func ("/decode-png/damaged", test_damaged);
  return g_test_run ();
}
