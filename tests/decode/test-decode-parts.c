/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of weir-decode by themselves. */

#include "decode/colour.h"
#include "decode/whole.h"

#include <string.h>

#define BYTES(...) (const guint8[]) { __VA_ARGS__ }, sizeof (guint8[]) { __VA_ARGS__ }
#define PNG_START  0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'
#define IEND       0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82

/* Of one column and n_rows (and 2²⁴ · more_rows) that begin at start, with 8 bits a pixel. */
#define BMP(compression, n_rows, more_rows, start, ...)                                         \
  BYTES ('B', 'M', 0, 0, 0, 0, 0, 0, 0, 0, start, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, n_rows, 0,  \
         0, more_rows, 1, 0, 8, 0, compression, 0, 0, 0, 9, 9, 9, 9, __VA_ARGS__, 8, 8, 8, 8)

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
    { "bmp", TRUE, BMP (1, 2, 0, 38, 1) },
    { "bmp", FALSE, BMP (0, 2, 0, 99, 1, 2, 3, 4) },
    { "bmp", FALSE, BMP (0, 2, 0x80, 38, 1, 2, 3, 4) },
    { "bmp", FALSE, BYTES ('B', 'M') },
    { "gif", TRUE, BYTES ('G') },
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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode-parts/whole", test_whole);
  g_test_add_func ("/decode-parts/no-profile", test_no_profile);
  return g_test_run ();
}
