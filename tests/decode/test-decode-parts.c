/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of weir-decode by themselves. */

#include "decode/colour.h"
#include "decode/texts.h"
#include "decode/whole.h"

#include <string.h>

#define BYTES(...) (const guint8[]) { __VA_ARGS__ }, sizeof (guint8[]) { __VA_ARGS__ }
#define PNG_START  0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'
#define IEND       0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82

/* Of one column and n_rows (and 2²⁴ · more_rows) that begin at start, with 8 bits a pixel. */
#define BMP(compression, n_rows, more_rows, start, ...)                                         \
  BYTES ('B', 'M', 0, 0, 0, 0, 0, 0, 0, 0, start, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, n_rows, 0,  \
         0, more_rows, 1, 0, 8, 0, compression, 0, 0, 0, 9, 9, 9, 9, __VA_ARGS__, 8, 8, 8, 8)

/* The same, of compressed pixels, n bytes of them. */
#define BMP_PACKED(n, ...)                                                                      \
  BYTES ('B', 'M', 0, 0, 0, 0, 0, 0, 0, 0, 38, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, \
         0, 8, 0, 1, 0, 0, 0, n, 0, 0, 0, __VA_ARGS__)

/* With the short header of OS/2, of one column and 24 bits a pixel. */
#define BMP_SHORT(header_size, n_rows, ...)                                                     \
  BYTES ('B', 'M', 0, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, header_size, 0, 0, 0, 1, 0, n_rows, 0,  \
         1, 0, 24, 0, __VA_ARGS__)

#define FTYP 0, 0, 0, 12, 'f', 't', 'y', 'p', 'a', 'v', 'i', 'f'

static void
test_whole (void)
{
  const struct
  {
    const char   *format;
    gboolean      wanted;
    const guint8 *data;
    gsize         size;
  } cases[] = {
    { "png", TRUE, BYTES (PNG_START, IEND) },
    { "png", TRUE, BYTES (PNG_START, 0, 0, 0, 1, 'I', 'D', 'A', 'T', 7, 0, 0, 0, 0, IEND) },
    { "png", TRUE, BYTES (PNG_START, IEND, 1, 2, 3) },
    { "png", FALSE, BYTES (PNG_START) },
    { "png", FALSE, BYTES (PNG_START, 0, 0, 0, 9, 'I', 'D', 'A', 'T', 7, 0, 0, 0, 0) },
    { "png", FALSE, BYTES (PNG_START, 0xff, 0xff, 0xff, 0xff, 'I', 'D', 'A', 'T', IEND) },
    { "png", FALSE, BYTES (PNG_START, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60) },
    { "jpeg", TRUE, BYTES (0xff, 0xd8, 0xff, 0xd9) },
    { "jpeg", TRUE, BYTES (0xff, 0xd8, 0xff, 0xfe, 0, 4, 0xff, 0xd9, 0xff, 0xd9) },
    { "jpeg", FALSE, BYTES (0xff, 0xd8, 0xff, 0xfe, 0, 4, 0xff, 0xd9) },
    { "jpeg", FALSE, BYTES (0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 0xff, 0, 0xff, 0xd0, 2, 0xff) },
    { "jpeg", TRUE, BYTES (0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 0xff, 0, 0xff, 0xd0, 2, 0xff, 0xd9) },
    { "jpeg", TRUE, BYTES (0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 0xff, 0xff, 0xff, 0xd9) },
    { "jpeg", FALSE, BYTES (0xff, 0xd8, 0xff, 0xfe, 0, 0, 0xff) },
    { "jpeg", FALSE, BYTES (0xff, 0xd8, 0xff, 0xfe, 0xff) },
    { "webp", TRUE, BYTES ('R', 'I', 'F', 'F', 4, 0, 0, 0, 'W', 'E', 'B', 'P') },
    { "webp", FALSE, BYTES ('R', 'I', 'F', 'F', 5, 0, 0, 0, 'W', 'E', 'B', 'P') },
    { "webp", FALSE, BYTES ('R', 'I', 'F', 'F', 0xff, 0xff, 0xff, 0xff, 'W', 'E', 'B', 'P') },
    { "bmp", TRUE, BMP (0, 2, 0, 38, 1, 2, 3, 4) },
    { "bmp", FALSE, BMP (0, 2, 0, 38, 1, 2, 3) },
    { "bmp", TRUE, BMP_PACKED (5, 1, 2, 3, 4, 5) },
    { "bmp", FALSE, BMP_PACKED (5, 1, 2, 3, 4) },
    { "bmp", TRUE, BMP_SHORT (12, 2, 1, 2, 3, 0, 4, 5, 6, 0) },
    { "bmp", TRUE, BMP_SHORT (12, 1, 1, 2, 3, 0) },
    { "bmp", FALSE, BMP_SHORT (12, 1, 1, 2, 3) },
    { "bmp", TRUE, BMP_SHORT (16, 2, 1) },
    { "bmp", FALSE, BMP (0, 2, 0, 99, 1, 2, 3, 4) },
    { "bmp", FALSE, BMP (0, 2, 0x80, 38, 1, 2, 3, 4) },
    { "bmp", FALSE, BYTES ('B', 'M') },
    { "gif", TRUE, BYTES ('G') },
    { "avif", TRUE, BYTES (FTYP, 0, 0, 0, 9, 'm', 'd', 'a', 't', 7) },
    { "avif", TRUE, BYTES (FTYP, 0, 0, 0, 9, 'm', 'd', 'a', 't', 7, 0xff, 1, 2, 3, 4, 5, 6, 7) },
    { "heif", TRUE, BYTES (FTYP, 0, 0, 0, 0, 'm', 'd', 'a', 't', 7) },
    { "heif", TRUE, BYTES (FTYP, 0, 0, 0, 1, 'm', 'd', 'a', 't', 0, 0, 0, 0, 0, 0, 0, 17, 7) },
    { "heif", FALSE, BYTES (FTYP, 0, 0, 0, 1, 'm', 'd', 'a', 't', 0, 0, 0, 0, 0, 0, 0, 18, 7) },
    { "heif", FALSE, BYTES (FTYP, 0, 0, 0, 1, 'm', 'd', 'a', 't', 0xff, 0, 0, 0, 0, 0, 0, 0) },
    { "heif", FALSE, BYTES (FTYP, 0, 0, 0, 1, 'm', 'd', 'a', 't') },
    { "heif", FALSE, BYTES (FTYP, 0, 0, 0, 10, 'm', 'd', 'a', 't', 7) },
    { "heif", FALSE, BYTES (FTYP, 0, 0, 0, 7, 'f', 'r', 'e', 'e') },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* of its own size, so that a step too far is seen by the sanitizer */
      g_autofree guint8 *data = g_memdup2 (cases[i].data, cases[i].size);

      g_test_message ("case %u", i);
      g_assert_cmpint (decode_is_whole (cases[i].format, data, cases[i].size), ==,
                       cases[i].wanted);
    }
}

/* What is no profile leaves colours alone, with alpha or without. */
static void
test_no_profile (void)
{
  static const char *const profiles[] = { NULL, "", "AAAA", "not base64 at all" };
  const guint8 src[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    for (guint n_channels = 3; n_channels <= 4; n_channels++)
      {
        DecodeColour colour;
        guint8 dst[6];

        decode_colour_init (&colour, profiles[i], n_channels);
        decode_colour_convert (&colour, src, dst, 2);
        g_assert_cmpmem (dst, 3, src, 3);
        g_assert_cmpmem (dst + 3, 3, src + n_channels, 3);
        g_assert_cmpint (colour.profile, ==,
                         profiles[i] ? CAS_DECODED_PROFILE_LEFT_OUT : CAS_DECODED_NO_PROFILE);
      }
}

/* --- texts --------------------------------------------------------------------------------- */

/* A TIFF file of one pixel with a description and a maker of so many bytes, their NULs included. */
static GByteArray *
new_tiff (guint description_size,
          guint maker_size)
{
  const guint n_tags = 10, start = 8 + 2 + 12 * n_tags + 4, pixel_size = 4;
  const guint32 tags[][4] = { /* what, type, how many, value or place */
    { 256, 4, 1, 1 }, { 257, 4, 1, 1 }, { 258, 3, 1, 8 }, { 259, 3, 1, 1 }, { 262, 3, 1, 1 },
    { 270, 2, description_size, start + pixel_size },
    { 271, 2, maker_size, start + pixel_size + description_size }, { 273, 4, 1, start },
    { 278, 4, 1, 1 }, { 279, 4, 1, 1 },
  };
  const guint8 head[] = { 'I', 'I', '*', 0, 8, 0, 0, 0, n_tags, 0 };
  GByteArray *tiff = g_byte_array_new ();

  G_STATIC_ASSERT (G_N_ELEMENTS (tags) == 10);
  g_byte_array_append (tiff, head, sizeof head);
  for (guint i = 0; i < n_tags; i++)
    {
      const guint16 kind[] = { GUINT16_TO_LE ((guint16) tags[i][0]),
                               GUINT16_TO_LE ((guint16) tags[i][1]) };
      const guint32 place[] = { GUINT32_TO_LE (tags[i][2]), GUINT32_TO_LE (tags[i][3]) };

      g_byte_array_append (tiff, (const guint8 *) kind, sizeof kind);
      g_byte_array_append (tiff, (const guint8 *) place, sizeof place);
    }
  g_byte_array_set_size (tiff, start + pixel_size + description_size + maker_size);
  memset (tiff->data + start - 4, 0, 4 + pixel_size);
  memset (tiff->data + start + pixel_size, 'x', description_size + maker_size);
  tiff->data[start + pixel_size + description_size - 1] = '\0';
  tiff->data[tiff->len - 1] = '\0';
  return tiff;
}

/* What does not fit any more is left out, also where not even its key does. */
static void
test_text_limit (void)
{
  const guint description_key = sizeof "Exif.Image.ImageDescription";
  const guint maker_key = sizeof "Exif.Image.Make", maker_size = 8;
  const struct { guint n_left, n_texts; } cases[] = {
    { maker_key + maker_size, 2 }, { maker_key + maker_size - 1, 1 }, { maker_key - 1, 1 },
    { 1, 1 }, { 0, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const guint description_size
        = CAS_DECODED_MAX_TEXT_BYTES - description_key - cases[i].n_left;
      g_autoptr (GByteArray) tiff = new_tiff (description_size, maker_size);
      DecodeTexts texts;

      g_test_message ("%u bytes left", cases[i].n_left);
      decode_texts_read (&texts, "tiff", tiff->data, tiff->len);
      g_assert_cmpuint (texts.n_texts, ==, cases[i].n_texts);
      g_assert_cmpuint (texts.texts->len, <=, CAS_DECODED_MAX_TEXT_BYTES);
      g_byte_array_unref (texts.texts);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode-parts/whole", test_whole);
  g_test_add_func ("/decode-parts/no-profile", test_no_profile);
  g_test_add_func ("/decode-parts/text-limit", test_text_limit);
  return g_test_run ();
}
