/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of every kind through weir-decode: the right pixels, or a sentence. */

#include "cascade/error.h"
#include "io/picture-file.h"
#include "io/png.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WIDTH  5 /* of the PNG pictures in data/ */
#define HEIGHT 4

static char *
data_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", name, NULL);
}

static CasPictureFile *
read_data (const char *name)
{
  g_autofree char *path = data_path (name);
  g_autoptr (GError) error = NULL;
  CasPictureFile *picture = cas_picture_file_read (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return picture;
}

/* A sentence that names the file, of one of the two kinds that a file can be blamed for. */
static void
check_sentence (const char   *path,
                const GError *error,
                const char   *words)
{
  g_test_message ("%s", error->message);
  g_assert_true (error->domain == CAS_ERROR || error->domain == G_IO_ERROR);
#ifdef __SANITIZE_ADDRESS__ /* what it finds ends the decoder */
  g_assert_false (g_error_matches (error, CAS_ERROR, CAS_ERROR_WORKER_DIED));
#endif
  g_assert_nonnull (strstr (error->message, path));
  if (words && !strstr (error->message, words))
    g_error ("“%s” lacks “%s”", error->message, words);
}

/* --- colours ------------------------------------------------------------------------------- */

static double
encode_srgb (double linear)
{
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow (linear, 1 / 2.4) - 0.055;
}

typedef void (*Wanted) (guint x, guint y, double *rgb);

static void
wanted_rgb (guint   x,
            guint   y,
            double *rgb)
{
  rgb[0] = x * 50;
  rgb[1] = y * 60;
  rgb[2] = (x + y) * 20;
}

static void
wanted_grey (guint   x,
             guint   y,
             double *rgb)
{
  rgb[0] = rgb[1] = rgb[2] = x * 40 + y * 10;
}

static void
wanted_bits (guint   x,
             guint   y,
             double *rgb)
{
  rgb[0] = rgb[1] = rgb[2] = (x + y) % 2 ? 255 : 0;
}

/* The profile's red is sRGB's green, and the other way round. */
static void
wanted_swapped (guint   x,
                guint   y,
                double *rgb)
{
  rgb[0] = y * 60;
  rgb[1] = x * 50;
  rgb[2] = (x + y) * 20;
}

static void
wanted_linear (guint   x,
               guint   y,
               double *rgb)
{
  wanted_rgb (x, y, rgb);
  for (guint c = 0; c < 3; c++)
    rgb[c] = 255 * encode_srgb (rgb[c] / 255);
}

static void
wanted_linear_grey (guint   x,
                    guint   y,
                    double *rgb)
{
  wanted_grey (x, y, rgb);
  for (guint c = 0; c < 3; c++)
    rgb[c] = 255 * encode_srgb (rgb[c] / 255);
}

static const struct
{
  const char *name;
  Wanted      wanted;
  double      most; /* that a value may differ */
  gboolean    has_alpha;
} kinds[] = {
  { "rgb8.png", wanted_rgb },
  { "rgb8.ppm", wanted_rgb },
  { "rgb16.png", wanted_rgb },
  { "rgba8.png", wanted_rgb, 0, TRUE },
  { "rgba16.png", wanted_rgb, 0, TRUE },
  { "opaque.png", wanted_rgb },
  { "interlaced.png", wanted_rgb },
  { "palette.png", wanted_rgb },
  { "palette-alpha.png", wanted_rgb, 0, TRUE },
  { "grey1.png", wanted_bits },
  { "grey8.png", wanted_grey },
  { "grey16.png", wanted_grey },
  { "grey-alpha8.png", wanted_grey, 0, TRUE },
  { "grey-alpha16.png", wanted_grey, 0, TRUE },
  { "profile-srgb.png", wanted_rgb },
  { "profile-swapped.png", wanted_swapped, 1 },
  { "profile-linear.png", wanted_linear, 1 },
  { "profile-grey.png", wanted_linear_grey, 1 },
};

static void
test_kind (gconstpointer data)
{
  const guint k = GPOINTER_TO_UINT (data);
  g_autoptr (CasPictureFile) picture = read_data (kinds[k].name);
  const guint8 *pixels = cas_image_get_pixels (picture->image);
  const guint8 *alpha = cas_image_get_alpha (picture->image);

  g_assert_cmpstr (picture->format, ==, g_str_has_suffix (kinds[k].name, "png") ? "png" : "pnm");
  g_assert_cmpuint (cas_image_get_width (picture->image), ==, WIDTH);
  g_assert_cmpuint (cas_image_get_height (picture->image), ==, HEIGHT);
  g_assert_cmpint (alpha != NULL, ==, kinds[k].has_alpha);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    {
      double wanted[3];

      kinds[k].wanted (i % WIDTH, i / WIDTH, wanted);
      for (guint c = 0; c < 3; c++)
        g_assert_cmpfloat (fabs (pixels[3 * i + c] - wanted[c]), <=, kinds[k].most + 0.5);
      if (alpha)
        g_assert_cmpuint (alpha[i], ==, (i % WIDTH + i / WIDTH) % 2 ? 255 : 100);
    }
}

/* --- 32 × 16 in four colours --------------------------------------------------------------- */

static const guint8 quadrants[4][3]
  = { { 230, 30, 30 }, { 30, 200, 30 }, { 30, 30, 220 }, { 240, 240, 240 } };

/* By the middle of each quarter, as the borders between them are not sharp in every format. */
static void
check_quadrants (CasImage     *image,
                 const guint8 (*wanted)[3])
{
  g_assert_cmpuint (cas_image_get_width (image), ==, 32);
  g_assert_cmpuint (cas_image_get_height (image), ==, 16);
  for (guint q = 0; q < 4; q++)
    for (guint c = 0; c < 3; c++)
      {
        const guint x = 8 + 16 * (q % 2), y = 4 + 8 * (q / 2);
        const int found = cas_image_get_pixels (image)[3 * (32 * y + x) + c];

        g_assert_cmpint (ABS (found - wanted[q][c]), <=, 6);
      }
}

static const char *const upright[] = {
  "rotated-1.jpg", "rotated-2.jpg", "rotated-3.jpg", "rotated-4.jpg", "rotated-5.jpg",
  "rotated-6.jpg", "rotated-7.jpg", "rotated-8.jpg", "rotated-6.webp", "rotated-1.tif",
  "rotated-2.tif", "rotated-3.tif", "rotated-4.tif", "rotated-5.tif", "rotated-6.tif",
  "rotated-7.tif", "rotated-8.tif", "progressive.jpg",
  "quadrants.webp", "quadrants.tif", "lzw.tif", "quadrants.avif",
  "quadrants.bmp", "short-header.bmp", "packed.bmp", "quadrants.gif", "quadrants.tga",
};

/* WebP and AVIF are read by packages of their own: where one is missing the sentence says so. */
static void
test_upright (gconstpointer data)
{
  g_autofree char *path = data_path (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPictureFile) picture = cas_picture_file_read (path, NULL, NULL, &error);

  if (error && strstr (error->message, "no loader"))
    {
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
      check_sentence (path, error, g_str_has_suffix (data, "avif") ? "“avif”" : "“webp”");
      return;
    }
  g_assert_no_error (error);
  check_quadrants (picture->image, quadrants);
}

/* The file turns its picture by 180° and has EXIF say the same, which is not done twice. */
static void
test_turned (void)
{
  static const guint8 wanted[4][3]
    = { { 240, 240, 240 }, { 30, 30, 220 }, { 30, 200, 30 }, { 230, 30, 30 } };
  g_autofree char *path = data_path ("turned.avif");
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPictureFile) picture = cas_picture_file_read (path, NULL, NULL, &error);

  if (error && strstr (error->message, "no loader"))
    {
      check_sentence (path, error, "“avif”");
      return;
    }
  g_assert_no_error (error);
  check_quadrants (picture->image, wanted);
  g_assert_cmpstr (cas_picture_file_lookup_text (picture, "Exif.Image.Software"), ==, "made up");
}

static void
test_cmyk (void)
{
  static const guint8 wanted[4][3]
    = { { 0, 255, 255 }, { 128, 128, 128 }, { 0, 255, 255 }, { 128, 128, 128 } };
  g_autoptr (CasPictureFile) picture = read_data ("cmyk.jpg");

  check_quadrants (picture->image, wanted);
}

static void
test_profiles (void)
{
  static const guint8 swapped[4][3]
    = { { 30, 230, 30 }, { 200, 30, 30 }, { 30, 30, 220 }, { 240, 240, 240 } };
  g_autoptr (CasPictureFile) right = read_data ("profile-swapped.jpg");
  g_autoptr (CasPictureFile) other_kind = read_data ("profile-lab.jpg");
  g_autoptr (CasPictureFile) damaged = read_data ("profile-damaged.jpg");
  g_autoptr (CasPictureFile) none = read_data ("rotated-1.jpg");

  check_quadrants (right->image, swapped);
  check_quadrants (other_kind->image, quadrants);
  check_quadrants (damaged->image, quadrants);
  g_assert_false (right->lacks_profile);
  g_assert_true (other_kind->lacks_profile);
  g_assert_true (damaged->lacks_profile);
  g_assert_false (none->lacks_profile);
}

/* --- texts --------------------------------------------------------------------------------- */

static void
test_texts (void)
{
  static const struct { const char *name, *key, *wanted; } cases[] = {
    { "settings-be.jpg", "Exif.Photo.UserComment",
      "a red house — 붉은 집 🏠\nSteps: 20, Seed: 1" },
    { "settings-le.jpg", "Exif.Photo.UserComment",
      "a red house — 붉은 집 🏠\nSteps: 20, Seed: 1" },
    { "settings-ascii.jpg", "Exif.Photo.UserComment", "a red house" },
    { "texts.jpg", "Exif.Photo.UserComment", "a red house — 붉은 집\nSteps: 20" },
    { "texts.jpg", "Exif.Image.Software", "made up" },
    { "texts.jpg", "Exif.Image.Model", NULL },
    { "rotated-6.webp", "Exif.Photo.UserComment", "a red house — 붉은 집\nSteps: 20" },
    { "progressive.jpg", "Exif.Photo.UserComment", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasPictureFile) picture = read_data (cases[i].name);

      g_assert_cmpstr (cas_picture_file_lookup_text (picture, cases[i].key), ==, cases[i].wanted);
    }

  g_autoptr (CasPictureFile) picture = read_data ("texts.jpg");
  const char *xmp = cas_picture_file_lookup_text (picture, "Xmp");

  g_assert_nonnull (xmp);
  g_assert_nonnull (strstr (xmp, "a made-up picture"));
}

/* --- alpha --------------------------------------------------------------------------------- */

static void
test_flatten (void)
{
  g_autoptr (CasPictureFile) picture = read_data ("rgba8.png");
  guint8 *pixels = cas_image_get_pixels (picture->image);

  cas_image_flatten (picture->image, 255, 255, 0);
  g_assert_null (cas_image_get_alpha (picture->image));
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    {
      const guint8 below[3] = { 255, 255, 0 };
      const double alpha = (i % WIDTH + i / WIDTH) % 2 ? 1 : 100 / 255.0;
      double wanted[3];

      wanted_rgb (i % WIDTH, i / WIDTH, wanted);
      for (guint c = 0; c < 3; c++)
        g_assert_cmpfloat (fabs (pixels[3 * i + c]
                                 - (alpha * wanted[c] + (1 - alpha) * below[c])), <=, 0.501);
    }
}

/* --- sizes --------------------------------------------------------------------------------- */

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("weir-decode-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "picture", NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

/* Rows that differ, of pixels that differ. */
static void
write_png (const Fixture *f,
           guint          width,
           guint          height)
{
  g_autofree guint8 *pixels = g_malloc (3 * (gsize) width * height);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < 3 * (gsize) width * height; i++)
    pixels[i] = (guint8) (i * 7 + i / 251);
  g_autoptr (GBytes) png = cas_png_encode (pixels, width, height, 3 * (gsize) width, NULL, 0,
                                           &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (f->path, g_bytes_get_data (png, NULL),
                                      (gssize) g_bytes_get_size (png), NULL));
}

static void
test_wide (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_png (f, 20000, 3);
  g_autoptr (CasImage) image = cas_image_load (f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cas_image_get_width (image), ==, 20000);
  g_assert_cmpuint (cas_image_get_height (image), ==, 3);
  for (gsize i = 0; i < 3 * 20000 * 3; i++)
    g_assert_cmpuint (cas_image_get_pixels (image)[i], ==, (guint8) (i * 7 + i / 251));
}

static void
test_too_wide (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_png (f, 70000, 1);
  g_assert_null (cas_image_load (f->path, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
  check_sentence (f->path, error, "70000×1, wanted at most 65535");
}

static void
test_bombs (void)
{
  static const struct { const char *name, *words; } cases[] = {
    { "huge.png", "60000×60000" },
    { "huge.jpg", "60000×60000" },
    { "huge.gif", "60000×60000" },
    { "huge.tif", "too large" },
    { "zero.png", "damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = data_path (cases[i].name);
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_image_load (path, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
      check_sentence (path, error, cases[i].words);
    }
}

/* --- damage -------------------------------------------------------------------------------- */

static const char *const samples[] = {
  "noise.png", "noise.jpg", "noise-progressive.jpg", "noise.webp", "noise.avif", "noise.tif",
  "rgba16.png", "interlaced.png", "palette.png", "rotated-5.jpg", "lzw.tif", "quadrants.bmp",
  "short-header.bmp", "packed.bmp", "rgb8.ppm", "quadrants.gif", "quadrants.tga",
};

static gboolean
is_same (CasImage *a,
         CasImage *b)
{
  return cas_image_get_width (a) == cas_image_get_width (b)
         && cas_image_get_height (a) == cas_image_get_height (b)
         && memcmp (cas_image_get_pixels (a), cas_image_get_pixels (b),
                    cas_image_get_height (a) * cas_image_get_stride (a)) == 0;
}

static void
test_truncated (Fixture      *f,
                gconstpointer data)
{
  g_autofree char *path = data_path (data), *bytes = NULL;
  g_autoptr (CasPictureFile) whole = cas_picture_file_read (path, NULL, NULL, NULL);
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize n = size - 1; n > 0; n -= MIN (n, size > 4096 ? 1024 : size / 8 + 1))
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (f->path, bytes, (gssize) n, NULL));
      g_autoptr (CasPictureFile) cut = cas_picture_file_read (f->path, NULL, NULL, &error);
      if (error)
        check_sentence (f->path, error, NULL);
      else if (!is_same (cut->image, whole->image))
        g_error ("%s cut to %zu of %zu bytes gives another picture", (char *) data, n, size);
    }
}

/* Bytes that are wrong here and there: some picture, or a sentence. */
static void
test_damaged (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *path = data_path (data), *bytes = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *damaged = g_memdup2 (bytes, size);
      g_autoptr (GError) error = NULL;

      for (guint k = 0; k < 1 + i % 4; k++)
        damaged[g_rand_int_range (rand, 0, (gint32) (i < 6 ? MIN (size, 64) : size))]
          = (char) g_rand_int (rand);
      g_assert_true (g_file_set_contents (f->path, damaged, (gssize) size, NULL));
      g_autoptr (CasPictureFile) picture = cas_picture_file_read (f->path, NULL, NULL, &error);
      if (!picture)
        check_sentence (f->path, error, NULL);
    }
}

/* --- no pictures --------------------------------------------------------------------------- */

static void
check_refused (const char *path,
               GQuark      domain,
               int         code,
               const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_image_load (path, NULL, &error));
  g_assert_error (error, domain, code);
  check_sentence (path, error, words);
}

static void
test_no_picture (Fixture      *f,
                 gconstpointer data)
{
  check_refused (f->path, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "cannot be read");
  check_refused (f->folder, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, "is a folder");

  g_assert_true (g_file_set_contents (f->path, "", 0, NULL));
  check_refused (f->path, CAS_ERROR, CAS_ERROR_BAD_IMAGE, "is empty");

  g_assert_true (g_file_set_contents (f->path, "Dear diary, …", -1, NULL));
  check_refused (f->path, CAS_ERROR, CAS_ERROR_BAD_IMAGE, "no picture of a format");

  g_assert_true (g_file_set_contents (f->path, "\xff\x0a and more", -1, NULL));
  check_refused (f->path, CAS_ERROR, CAS_ERROR_BAD_IMAGE, "“jxl”, and those that can");

  g_unlink (f->path);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  check_refused (f->path, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "is not a file");
}

/* Formats that gdk-pixbuf has loaders for, and that are not read. */
static void
test_other_formats (Fixture      *f,
                    gconstpointer data)
{
  static const struct { const char *text, *words; } cases[] = {
    { "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>", "“svg”" },
    { "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>",
      "can be read: PNG" },
    { "/* XPM */\nstatic char *a[] = { \"1 1 1 1\", \"x c #123456\", \"x\" };\n", "“xpm”" },
    { "#define a_width 8\n#define a_height 1\nstatic char a_bits[] = { 0x55 };\n",
      "can be read: PNG" },
  };
  static const char icon[22 + 40 + 4 + 4] = {
    [2] = 1, [4] = 1, [6] = 1, [7] = 1, [10] = 1, [12] = 24, [14] = 48, [18] = 22,
    [22] = 40, [26] = 1, [30] = 2, [34] = 1, [36] = 24,
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (g_file_set_contents (f->path, cases[i].text, -1, NULL));
      check_refused (f->path, CAS_ERROR, CAS_ERROR_BAD_IMAGE, cases[i].words);
    }
  g_assert_true (g_file_set_contents (f->path, icon, sizeof icon, NULL));
  check_refused (f->path, CAS_ERROR, CAS_ERROR_BAD_IMAGE, "“ico”");
}

static void
test_too_long (Fixture      *f,
               gconstpointer data)
{
  g_assert_true (g_file_set_contents (f->path, "x", 1, NULL));
  g_assert_cmpint (truncate (f->path, G_GINT64_CONSTANT (2) << 30), ==, 0);
  check_refused (f->path, CAS_ERROR, CAS_ERROR_BAD_IMAGE, "a picture may have");
}

/* Root may read what no one may, so it becomes nobody for this. */
static void
test_unreadable (Fixture      *f,
                 gconstpointer data)
{
  if (g_test_subprocess ())
    {
      const uid_t user = geteuid ();

      if (user == 0 && seteuid (65534) != 0)
        g_error ("cannot become another user");
      check_refused ("/proc/1/mem", G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "cannot be read");
      if (seteuid (user) != 0)
        g_error ("cannot become the user again");
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_cancelled (void)
{
  g_autofree char *path = data_path ("rgb8.png");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (cas_image_load (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/decode/kind/%s", kinds[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_kind);
    }
  for (guint i = 0; i < G_N_ELEMENTS (upright); i++)
    {
      g_autofree char *path = g_strdup_printf ("/decode/upright/%s", upright[i]);

      g_test_add_data_func (path, upright[i], test_upright);
    }
  g_test_add_func ("/decode/turned", test_turned);
  g_test_add_func ("/decode/cmyk", test_cmyk);
  g_test_add_func ("/decode/profiles", test_profiles);
  g_test_add_func ("/decode/texts", test_texts);
  g_test_add_func ("/decode/flatten", test_flatten);
  g_test_add ("/decode/wide", Fixture, NULL, set_up, test_wide, tear_down);
  g_test_add ("/decode/too-wide", Fixture, NULL, set_up, test_too_wide, tear_down);
  g_test_add_func ("/decode/bombs", test_bombs);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *cut = g_strdup_printf ("/decode/truncated/%s", samples[i]);
      g_autofree char *damaged = g_strdup_printf ("/decode/damaged/%s", samples[i]);

      g_test_add (cut, Fixture, samples[i], set_up, test_truncated, tear_down);
      g_test_add (damaged, Fixture, samples[i], set_up, test_damaged, tear_down);
    }
  g_test_add ("/decode/no-picture", Fixture, NULL, set_up, test_no_picture, tear_down);
  g_test_add ("/decode/other-formats", Fixture, NULL, set_up, test_other_formats, tear_down);
  g_test_add ("/decode/too-long", Fixture, NULL, set_up, test_too_long, tear_down);
  g_test_add ("/decode/unreadable", Fixture, NULL, set_up, test_unreadable, tear_down);
  g_test_add_func ("/decode/cancelled", test_cancelled);
  return g_test_run ();
}
