/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG pictures: what is written is read back, and no broken file does harm. */

#include "cascade/error.h"
#include "io/png.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <png.h>
#include <string.h>

#define WIDTH  7
#define HEIGHT 5

static CasPngText texts[] = {
  { "parameters", "a dog\nSteps: 20", FALSE },
  { "weir", "{\"schema\":1}", TRUE },
  { "note", "한국 🐶 é", FALSE },
};

static guint8
wanted_byte (guint x,
             guint y,
             guint c)
{
  return (guint8) (x * 37 + y * 11 + c * 83);
}

/* Rows with a gap, which must not be written. */
static GBytes *
encode (guint n_texts)
{
  g_autoptr (GError) error = NULL;
  guint8 pixels[HEIGHT][3 * WIDTH + 4];

  memset (pixels, 0xee, sizeof pixels);
  for (guint y = 0; y < HEIGHT; y++)
    for (guint i = 0; i < 3 * WIDTH; i++)
      pixels[y][i] = wanted_byte (i / 3, y, i % 3);

  GBytes *png = cas_png_encode (pixels[0], WIDTH, HEIGHT, sizeof pixels[0], texts, n_texts, &error);
  g_assert_no_error (error);
  return png;
}

static CasPng *
decode (GBytes             *bytes,
        const CasPngLimits *limits,
        GError            **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return cas_png_decode (data, size, "the picture", limits, error);
}

static void
check_pixels (const CasPng *picture)
{
  g_assert_cmpuint (picture->width, ==, WIDTH);
  g_assert_cmpuint (picture->height, ==, HEIGHT);
  for (guint y = 0; y < HEIGHT; y++)
    for (guint i = 0; i < 3 * WIDTH; i++)
      g_assert_cmpuint (picture->pixels[y * 3 * WIDTH + i], ==, wanted_byte (i / 3, y, i % 3));
}

static void
test_round_trip (void)
{
  g_autoptr (GBytes) bytes = encode (G_N_ELEMENTS (texts));
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPng) picture = decode (bytes, NULL, &error);

  g_assert_no_error (error);
  check_pixels (picture);
  g_assert_cmpuint (picture->n_texts, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpstr (picture->texts[i].key, ==, texts[i].key);
      g_assert_cmpstr (picture->texts[i].text, ==, texts[i].text);
      g_assert_cmpint (picture->texts[i].is_utf8, ==, i > 0);
    }
  g_assert_cmpstr (cas_png_lookup_text (picture, "weir"), ==, "{\"schema\":1}");
  g_assert_null (cas_png_lookup_text (picture, "none"));
}

/* The chunks in their order, and no other: no date, no interlacing. */
static void
test_chunks (void)
{
  static const char *const wanted[] = { "IHDR", "sRGB", "tEXt", "iTXt", "iTXt", "IDAT", "IEND" };
  g_autoptr (GBytes) bytes = encode (G_N_ELEMENTS (texts));
  gsize size, at = 8;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_assert_cmpuint (at + 12, <=, size);
      g_assert_cmpmem (data + at + 4, 4, wanted[i], 4);
      if (i == 0) /* depth, RGB, deflate, filters, not interlaced */
        g_assert_cmpmem (data + at + 16, 5, "\x08\x02\x00\x00\x00", 5);
      if (i == 1) /* perceptual */
        g_assert_cmpuint (data[at + 8], ==, 0);
      at += 12 + png_get_uint_32 (data + at);
    }
  g_assert_cmpuint (at, ==, size);
}

static void
test_same_bytes (void)
{
  g_autoptr (GBytes) first = encode (G_N_ELEMENTS (texts));
  g_autoptr (GBytes) second = encode (G_N_ELEMENTS (texts));

  g_assert_true (g_bytes_equal (first, second));
}

static void
test_refuses (void)
{
  static const struct { guint width, height; gsize stride; const char *key, *text; gint code; }
  cases[] = {
    { 0, 1, 30, "a", "b", CAS_ERROR_BAD_IMAGE },
    { 1, 0, 30, "a", "b", CAS_ERROR_BAD_IMAGE },
    { 1000001, 1, 3000003, "a", "b", CAS_ERROR_BAD_IMAGE },
    { 10, 1, 29, "a", "b", CAS_ERROR_BAD_IMAGE },
    { 10, 1, 30, "", "b", CAS_ERROR_BAD_PARAMETER },
    { 10, 1, 30, "é", "b", CAS_ERROR_BAD_PARAMETER },
    { 10, 1, 30, "a\n", "b", CAS_ERROR_BAD_PARAMETER },
    { 10, 1, 30, " a", "b", CAS_ERROR_BAD_PARAMETER },
    { 10, 1, 30, "a", "\xff", CAS_ERROR_BAD_PARAMETER },
  };
  static const guint8 pixels[30];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasPngText text = { (char *) cases[i].key, (char *) cases[i].text, FALSE };
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_png_encode (pixels, cases[i].width, cases[i].height, cases[i].stride,
                                     &text, 1, &error));
      g_assert_error (error, CAS_ERROR, cases[i].code);
    }
}

static void
check_refused (const guint8 *data,
               gsize         size)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_png_decode (data, size, "the picture", NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
  g_assert_true (g_str_has_prefix (error->message, "the picture is "));
}

static void
test_truncated (void)
{
  g_autoptr (GBytes) bytes = encode (G_N_ELEMENTS (texts));
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize n = 0; n < size; n++)
    {
      g_autofree guint8 *cut = g_memdup2 (data, n); /* so that a tool sees a read beyond it */

      check_refused (cut, n);
    }
}

/* Every byte is covered by a check sum, or names a length. */
static void
test_flipped (void)
{
  g_autoptr (GBytes) bytes = encode (G_N_ELEMENTS (texts));
  gsize size;
  g_autofree guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&bytes), &size);

  for (gsize i = 0; i < 8 * size; i++)
    {
      data[i / 8] ^= (guint8) (1 << i % 8);
      check_refused (data, size);
      data[i / 8] ^= (guint8) (1 << i % 8);
    }
}

/* Other programs' pictures, by libpng itself. */
static void
append_to_array (png_structp png,
                 png_bytep   data,
                 size_t      size)
{
  g_byte_array_append (png_get_io_ptr (png), data, (guint) size);
}

static GByteArray *
encode_foreign (int          depth,
                int          color_type,
                int          interlacing,
                guint        n_texts,
                gsize        n_text_bytes)
{
  static const png_color palette[4] = { { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 }, { 9, 8, 7 } };
  static const png_byte alpha[4] = { 255, 0, 128, 7 };
  static const guint8 rows[4][64] = { { 0x1b, 0x40, 0x80, 0xc0 }, { 0xe4, 1, 2, 3, 4, 5, 6, 7 } };
  GByteArray *out = g_byte_array_new ();
  g_autofree char *long_text = g_strnfill (n_text_bytes, 'x');
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);

  if (setjmp (png_jmpbuf (png)))
    g_assert_not_reached ();
  png_set_write_fn (png, out, append_to_array, NULL);
  png_set_IHDR (png, info, 4, 4, depth, color_type, interlacing, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  if (color_type == PNG_COLOR_TYPE_PALETTE)
    {
      png_set_PLTE (png, info, palette, 4);
      png_set_tRNS (png, info, alpha, 4, NULL);
    }
  for (guint i = 0; i < n_texts; i++)
    {
      png_text text = { .compression = PNG_TEXT_COMPRESSION_NONE, .key = (char *) "k",
                        .text = long_text, .text_length = n_text_bytes };
      png_set_text (png, info, &text, 1);
    }
  png_write_info (png, info);
  int n_passes = png_set_interlace_handling (png);
  for (int pass = 0; pass < n_passes; pass++)
    for (guint y = 0; y < 4; y++)
      png_write_row (png, rows[y]);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return out;
}

static void
test_foreign (void)
{
  static const struct { int depth, color_type, interlacing; guint8 first[6]; } cases[] = {
    { 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, { 0x1b, 0x40, 0x80, 0xc0, 0, 0 } },
    { 8, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE, { 0x1b, 0x40, 0x80, 0, 0, 0 } },
    { 16, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, { 0x1b, 0x80, 0, 0, 0, 0 } },
    { 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, { 0x1b, 0x1b, 0x1b, 0x40, 0x40, 0x40 } },
    { 2, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, { 0, 0, 0, 85, 85, 85 } },
    { 8, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_INTERLACE_ADAM7, { 0x1b, 0x1b, 0x1b, 0x80, 0x80, 0x80 } },
    { 2, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, { 255, 0, 0, 0, 255, 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) file = encode_foreign (cases[i].depth, cases[i].color_type,
                                                    cases[i].interlacing, 0, 0);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasPng) picture = cas_png_decode (file->data, file->len, "p", NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (picture->width, ==, 4);
      g_assert_cmpmem (picture->pixels, 6, cases[i].first, 6);
    }
}

static void
test_latin1 (void)
{
  /* é in Latin-1, by way of the writer: the chunk is patched with its check sum */
  g_autoptr (GByteArray) file = encode_foreign (8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, 1, 1);
  static const guint8 plain[] = { 'k', 0, 'x' };
  guint at = 0;

  while (at + 3 < file->len && memcmp (file->data + at, plain, 3) != 0)
    at++;
  g_assert_cmpuint (at + 7, <, file->len);
  file->data[at + 2] = 0xe9;
  guint32 crc = 0xffffffff;
  for (guint i = at - 4; i < at + 3; i++)
    {
      crc ^= file->data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
  png_save_uint_32 (file->data + at + 3, ~crc);

  g_autoptr (GError) error = NULL;
  g_autoptr (CasPng) picture = cas_png_decode (file->data, file->len, "p", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cas_png_lookup_text (picture, "k"), ==, "é");
}

static void
test_size_limits (void)
{
  static const struct { CasPngLimits limits; gboolean is_good; } cases[] = {
    { { WIDTH, HEIGHT, WIDTH * HEIGHT }, TRUE },
    { { WIDTH - 1, HEIGHT, 0 }, FALSE },
    { { WIDTH, HEIGHT - 1, 0 }, FALSE },
    { { 0, 0, WIDTH * HEIGHT - 1 }, FALSE },
  };
  g_autoptr (GBytes) bytes = encode (0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasPng) picture = decode (bytes, &cases[i].limits, &error);

      if (cases[i].is_good)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
      g_assert_nonnull (strstr (error->message, "7×5"));
    }
}

static void
test_default_limits (void)
{
  static const guint8 row[3 * 16385];

  for (guint width = 16384; width <= 16385; width++)
    {
      g_autoptr (GBytes) bytes = cas_png_encode (row, width, 1, sizeof row, NULL, 0, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasPng) picture = decode (bytes, NULL, &error);

      g_assert_cmpint (picture != NULL, ==, width == 16384);
      if (picture == NULL)
        g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
    }
}

static void
test_text_limits (void)
{
  g_autoptr (GByteArray) many = encode_foreign (8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, 100, 5);
  g_autoptr (GByteArray) large = encode_foreign (8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                                                 1, 8388608);
  g_autoptr (GError) many_error = NULL;
  g_autoptr (GError) large_error = NULL;
  g_autoptr (CasPng) picture = cas_png_decode (many->data, many->len, "p", NULL, &many_error);

  g_assert_no_error (many_error);
  g_assert_cmpuint (picture->n_texts, <=, 32);
  g_assert_cmpuint (picture->n_texts, >=, 16);

  g_assert_null (cas_png_decode (large->data, large->len, "p", NULL, &large_error));
  g_assert_error (large_error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
}

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) missing = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = encode (0);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  int fd = g_file_open_tmp ("weir-png-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, (const char *) data, (gssize) size, NULL));
  g_autoptr (CasPng) picture = cas_png_read (path, NULL, &error);
  g_assert_no_error (error);
  check_pixels (picture);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (cas_png_read (path, NULL, &missing));
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Where data begins in a file of one piece of data. */
static gsize
find_data (const guint8 *data,
           gsize         size)
{
  for (gsize i = 8; i + 4 < size; i++)
    if (memcmp (data + i, "IDAT", 4) == 0)
      return i + 4;
  g_assert_not_reached ();
}

/* Only the texts are read: pixels may be damaged; but the file must be whole. */
static void
test_read_texts (void)
{
  static const CasPngText note = { "note", "a red fox", FALSE };
  static const guint8 pixels[3 * 16] = { 0 };
  g_autoptr (GBytes) bytes = cas_png_encode (pixels, 4, 4, 12, &note, 1, NULL);
  gsize size;
  const guint8 *encoded = g_bytes_get_data (bytes, &size);
  g_autofree char *data = g_memdup2 (encoded, size);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_close (g_file_open_tmp ("weir-png-XXXXXX", &path, NULL), NULL));
  data[find_data (encoded, size) + 4] ^= 0x55;
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  g_assert_null (cas_png_read (path, NULL, NULL));
  g_autoptr (CasPng) picture = cas_png_read_texts (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cas_png_lookup_text (picture, "note"), ==, "a red fox");
  g_assert_cmpuint (picture->width, ==, 4);
  g_assert_null (picture->pixels);

  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GError) cut = NULL;

      g_assert_true (g_file_set_contents (path, data, (gssize) n, NULL));
      g_assert_null (cas_png_read_texts (path, &cut));
      g_assert_error (cut, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (cas_png_read_texts (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Noise does not compress, so it comes near to the most that a picture can be. */
static void
test_max_bytes (void)
{
  static const struct { guint width, height; } sizes[] = {
    { 1, 1 }, { 64, 64 }, { 3000, 2 }, { 2, 3000 }, { 700, 500 },
  };
  g_autofree char *text = g_strnfill (100000, 'x');
  const CasPngText note = { "note", text, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const gsize stride = 3 * sizes[i].width;
      g_autofree guint8 *pixels = g_malloc (stride * sizes[i].height);
      g_autoptr (GRand) random = g_rand_new_with_seed (i);
      g_autoptr (GBytes) png = NULL;

      for (gsize k = 0; k < stride * sizes[i].height; k++)
        pixels[k] = (guint8) g_rand_int (random);
      png = cas_png_encode (pixels, sizes[i].width, sizes[i].height, stride, &note, 1, NULL);
      g_test_message ("%u×%u: %zu bytes", sizes[i].width, sizes[i].height, g_bytes_get_size (png));
      g_assert_cmpuint (g_bytes_get_size (png), <=,
                        cas_png_max_bytes (sizes[i].width, sizes[i].height, 100004));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/png/round-trip", test_round_trip);
  g_test_add_func ("/png/chunks", test_chunks);
  g_test_add_func ("/png/same-bytes", test_same_bytes);
  g_test_add_func ("/png/refuses", test_refuses);
  g_test_add_func ("/png/truncated", test_truncated);
  g_test_add_func ("/png/flipped", test_flipped);
  g_test_add_func ("/png/foreign", test_foreign);
  g_test_add_func ("/png/latin1", test_latin1);
  g_test_add_func ("/png/size-limits", test_size_limits);
  g_test_add_func ("/png/default-limits", test_default_limits);
  g_test_add_func ("/png/text-limits", test_text_limits);
  g_test_add_func ("/png/read", test_read);
  g_test_add_func ("/png/read-texts", test_read_texts);
  g_test_add_func ("/png/max-bytes", test_max_bytes);
  return g_test_run ();
}
