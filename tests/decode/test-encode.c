/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures written as JPEG and WebP: the pixels, what is said of them, and what an encoder that lies
 * costs. */

#define _GNU_SOURCE /* memmem() */

#include "cascade/error.h"
#include "io/picture-encode.h"
#include "io/picture-file.h"
#include "unit/metadata-example.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static const struct
{
  CasImageFormat format;
  const char    *id, *name;
} others[] = {
  { CAS_IMAGE_JPEG, "jpeg", "a.jpg" }, { CAS_IMAGE_WEBP, "webp", "a.webp" },
};

/* Of others: WebP is written by a package of its own. */
static guint n_others = G_N_ELEMENTS (others);

typedef struct
{
  char     *folder;
  CasImage *image;
} Fixture;

/* A sky over hills, with an edge and some grain. */
static CasImage *
new_scene (guint width,
           guint height)
{
  CasImage *image = cas_image_new (width, height, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const gboolean is_hill = y > height / 2 + 0.15 * height * sin (6.3 * x / width);
        guint8 *pixel = cas_image_get_pixels (image) + 3 * (y * width + x);

        pixel[0] = (guint8) ((is_hill ? 60 : 120 + 100 * y / height)
                             + g_rand_int_range (rand, 0, 4));
        pixel[1] = (guint8) ((is_hill ? 140 - 60 * y / height : 170)
                             + g_rand_int_range (rand, 0, 4));
        pixel[2] = (guint8) ((is_hill ? 50 : 230 - 40 * x / width)
                             + g_rand_int_range (rand, 0, 4));
      }
  return image;
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("weir-encode-XXXXXX", &error);
  g_assert_no_error (error);
  f->image = new_scene (96, 61);
}

/* There are no folders in it. */
static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  cas_image_unref (f->image);
}

static char *
path_of (const Fixture *f,
         const char    *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
save (const Fixture            *f,
      const char               *path,
      const CasImageSaveParams *params)
{
  g_autoptr (GError) error = NULL;

  cas_image_save (f->image, path, params, NULL, &error);
  g_assert_no_error (error);
}

static CasPictureFile *
read_back (const char *path)
{
  g_autoptr (GError) error = NULL;
  CasPictureFile *picture = cas_picture_file_read (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return picture;
}

/* --- pixels -------------------------------------------------------------------------------- */

static double
measure_psnr (CasImage *a,
              CasImage *b)
{
  const gsize n = cas_image_get_stride (a) * cas_image_get_height (a);
  const guint8 *x = cas_image_get_pixels (a), *y = cas_image_get_pixels (b);
  double sum = 0;

  g_assert_cmpuint (cas_image_get_width (a), ==, cas_image_get_width (b));
  g_assert_cmpuint (cas_image_get_height (a), ==, cas_image_get_height (b));
  for (gsize i = 0; i < n; i++)
    sum += (x[i] - y[i]) * (x[i] - y[i]);
  return sum > 0 ? 10 * log10 (255.0 * 255 * n / sum) : INFINITY;
}

static void
test_pixels (Fixture      *f,
             gconstpointer data)
{
  static const struct
  {
    guint  quality;
    double least[2]; /* of PSNR, in dB, of JPEG and WebP */
  } rows[] = { { 0, { 35, 35 } }, { 100, { 37, 36 } }, { 20, { 28, 29 } } };

  for (guint k = 0; k < n_others; k++)
    for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
      {
        g_autofree char *path = path_of (f, others[k].name);

        save (f, path, &(CasImageSaveParams) {
          .format = others[k].format, .quality = rows[r].quality, .overwrite = TRUE,
        });
        g_autoptr (CasPictureFile) picture = read_back (path);
        const double psnr = measure_psnr (f->image, picture->image);

        g_test_message ("%s of quality %u: %.1f dB", others[k].id, rows[r].quality, psnr);
        g_assert_cmpstr (picture->format, ==, others[k].id);
        g_assert_false (picture->lacks_profile);
        g_assert_cmpfloat (psnr, >=, rows[r].least[k]);
      }
}

/* The smallest, and one with a side as long as WebP can have it. */
static void
test_sizes (Fixture      *f,
            gconstpointer data)
{
  static const guint sizes[][2] = { { 1, 1 }, { 16383, 1 }, { 2, 333 } };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint k = 0; k < n_others; k++)
      {
        g_autofree char *path = path_of (f, others[k].name);

        cas_image_unref (f->image);
        f->image = new_scene (sizes[s][0], sizes[s][1]);
        save (f, path, &(CasImageSaveParams) {
          .format = others[k].format, .metadata = &metadata_example, .overwrite = TRUE,
        });
        g_autoptr (CasPictureFile) picture = read_back (path);

        g_assert_cmpuint (cas_image_get_width (picture->image), ==, sizes[s][0]);
        g_assert_cmpuint (cas_image_get_height (picture->image), ==, sizes[s][1]);
        g_assert_nonnull (cas_picture_file_lookup_text (picture, "Exif.Photo.UserComment"));
      }
}

static gboolean
holds (const char *path,
       const char *bytes)
{
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  return memmem (data, size, bytes, strlen (bytes)) != NULL;
}

static void
test_profile (Fixture      *f,
              gconstpointer data)
{
  static const char *const marks[] = { "ICC_PROFILE", "ICCP" };

  for (guint k = 0; k < n_others; k++)
    {
      g_autofree char *path = path_of (f, others[k].name);

      save (f, path, &(CasImageSaveParams) { .format = others[k].format, .is_plain = TRUE });
      g_assert_true (holds (path, marks[k]));
      g_assert_true (holds (path, "acsp"));
    }
}

/* --- what is said -------------------------------------------------------------------------- */

static void
test_settings (Fixture      *f,
               gconstpointer data)
{
  const CasMetadata steered = metadata_example_steered ();
  const CasMetadata *const rows[] = { &metadata_example, &steered };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    for (guint k = 0; k < n_others; k++)
      {
        g_autofree char *path = path_of (f, others[k].name);
        g_autofree char *wanted = cas_metadata_to_json (rows[r]);
        g_autoptr (GError) error = NULL;

        save (f, path, &(CasImageSaveParams) {
          .format = others[k].format, .metadata = rows[r], .overwrite = TRUE,
        });
        g_autoptr (CasSettings) settings = cas_settings_read (path, NULL, &error);

        g_assert_no_error (error);
        g_assert_cmpint (settings->form, ==, CAS_SETTINGS_WEIR);
        g_autofree char *found = cas_metadata_to_json (&settings->metadata);
        g_assert_cmpstr (found, ==, wanted);
      }
}

/* For other programs, where they look for it. */
static void
test_comment (Fixture      *f,
              gconstpointer data)
{
  CasMetadata metadata = metadata_example;
  g_autofree char *wanted = NULL;

  metadata.prompt = (char *) "한국 🐶 & <b>";
  wanted = cas_metadata_to_infotext (&metadata);
  for (guint k = 0; k < n_others; k++)
    {
      g_autofree char *path = path_of (f, others[k].name);

      save (f, path, &(CasImageSaveParams) { .format = others[k].format, .metadata = &metadata });
      g_autoptr (CasPictureFile) picture = read_back (path);

      g_assert_cmpint (picture->trouble, ==, CAS_DECODED_NO_TROUBLE);
      g_assert_cmpstr (cas_picture_file_lookup_text (picture, "Exif.Photo.UserComment"), ==, wanted);
    }
}

/* A picture of a model says so, also without its settings; any other says nothing. */
static void
test_source (Fixture      *f,
             gconstpointer data)
{
  for (guint k = 0; k < n_others; k++)
    for (guint is_plain = 0; is_plain < 2; is_plain++)
      {
        g_autofree char *path = path_of (f, others[k].name);
        g_autoptr (GError) error = NULL;

        save (f, path, &(CasImageSaveParams) {
          .format = others[k].format, .is_plain = is_plain, .overwrite = TRUE,
        });
        g_autoptr (CasPictureFile) picture = read_back (path);
        const char *xmp = cas_picture_file_lookup_text (picture, "Xmp");

        g_assert_cmpuint (picture->n_texts, ==, is_plain ? 0 : 1);
        g_assert_true (is_plain || strstr (xmp, "digitalsourcetype/trainedAlgorithmicMedia"));
        g_assert_null (cas_settings_read (path, NULL, &error));
        g_assert_error (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS);
      }
}

static void
test_same_bytes (Fixture      *f,
                 gconstpointer data)
{
  for (guint k = 0; k < n_others; k++)
    {
      char *contents[2];
      gsize sizes[2];

      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *path = path_of (f, others[k].name);

          save (f, path, &(CasImageSaveParams) {
            .format = others[k].format, .metadata = &metadata_example, .overwrite = TRUE,
          });
          g_assert_true (g_file_get_contents (path, &contents[i], &sizes[i], NULL));
        }
      g_assert_cmpmem (contents[0], sizes[0], contents[1], sizes[1]);
      g_free (contents[0]);
      g_free (contents[1]);
    }
}

/* What the tool says of the three files differs in their names, and in the pixels. */
static void
test_show (Fixture      *f,
           gconstpointer data)
{
  static const struct
  {
    CasImageFormat format;
    const char    *name;
  } rows[] = { { CAS_IMAGE_PNG, "a.png" }, { CAS_IMAGE_JPEG, "a.jpg" }, { CAS_IMAGE_WEBP, "a.webp" } };
  g_autofree char *wanted = NULL;

  for (guint r = 0; r < 1 + n_others; r++)
    {
      g_autofree char *path = path_of (f, rows[r].name);
      const char *const argv[] = { g_getenv ("WEIR_CLI"), "show", rows[r].name, NULL };
      g_autofree char *said = NULL, *trouble = NULL;
      g_autoptr (GError) error = NULL;
      int status;

      save (f, path, &(CasImageSaveParams) {
        .format = rows[r].format, .metadata = &metadata_example,
      });
      g_spawn_sync (f->folder, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, &trouble,
                    &status, &error);
      g_assert_no_error (error);
      g_test_message ("%s%s", said, trouble);
      g_assert_cmpint (status, ==, 0);

      g_auto (GStrv) parts = g_strsplit (said, rows[r].name, -1);
      g_autofree char *text = g_strjoinv ("FILE", parts);

      *strstr (text, "SHA-256 of its pixels") = '\0';
      if (!wanted)
        wanted = g_steal_pointer (&text);
      else
        g_assert_cmpstr (text, ==, wanted);
    }
}

/* --- what cannot be ------------------------------------------------------------------------ */

static void
check_refused (const Fixture            *f,
               const char               *name,
               const CasImageSaveParams *params,
               GQuark                    domain,
               int                       code,
               const char               *words)
{
  g_autofree char *path = path_of (f, name);
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (cas_image_save (f->image, path, params, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, words));
  dir = g_dir_open (f->folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
}

/* JPEG has room for 64 KiB, WebP for more. */
static void
test_long_texts (Fixture      *f,
                 gconstpointer data)
{
  g_autofree char *prompt = g_strnfill (60000, 'a');
  CasMetadata metadata = metadata_example;
  CasImageSaveParams params = { .format = CAS_IMAGE_JPEG, .metadata = &metadata };
  g_autofree char *path = path_of (f, "a.webp");

  metadata.prompt = prompt;
  check_refused (f, "a.jpg", &params, CAS_ERROR, CAS_ERROR_BAD_PARAMETER, "Leave them out");
  if (n_others < G_N_ELEMENTS (others))
    return;
  params.format = CAS_IMAGE_WEBP;
  save (f, path, &params);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings = cas_settings_read (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (settings->metadata.prompt, ==, prompt);
}

static void
test_endless_texts (Fixture      *f,
                    gconstpointer data)
{
  g_autofree char *prompt = g_strnfill (3 << 20, 'a');
  CasMetadata metadata = metadata_example;

  metadata.prompt = prompt;
  check_refused (f, "a.webp", &(CasImageSaveParams) {
    .format = CAS_IMAGE_WEBP, .metadata = &metadata,
  }, CAS_ERROR, CAS_ERROR_BAD_PARAMETER, "Leave them out");
}

static void
test_too_large (Fixture      *f,
                gconstpointer data)
{
  cas_image_unref (f->image);
  f->image = new_scene (16384, 1);
  check_refused (f, "a.webp", &(CasImageSaveParams) { .format = CAS_IMAGE_WEBP }, CAS_ERROR,
                 CAS_ERROR_BAD_PARAMETER, "16384×1");
}

static void
test_bad_quality (Fixture      *f,
                  gconstpointer data)
{
  check_refused (f, "a.jpg", &(CasImageSaveParams) { .format = CAS_IMAGE_JPEG, .quality = 101 },
                 CAS_ERROR, CAS_ERROR_BAD_PARAMETER, "101");
}

/* Where the loaders of other packages are not. */
static void
test_no_saver (Fixture      *f,
               gconstpointer data)
{
  g_setenv ("GDK_PIXBUF_MODULE_FILE", "/dev/null", TRUE);
  check_refused (f, "a.webp", &(CasImageSaveParams) { .format = CAS_IMAGE_WEBP }, CAS_ERROR,
                 CAS_ERROR_BAD_IMAGE, "“webp-pixbuf-loader”");
  g_unsetenv ("GDK_PIXBUF_MODULE_FILE");
}

static void
test_exists (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *path = path_of (f, "a.jpg"), *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_assert_false (cas_image_save (f->image, path, &(CasImageSaveParams) {
    .format = CAS_IMAGE_JPEG,
  }, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, "old");
}

static void
test_cancelled (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = path_of (f, "a.jpg");
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (cas_image_save (f->image, path, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    int         format; /* -1: none */
  } rows[] = {
    { "a.png", CAS_IMAGE_PNG }, { "a.JPG", CAS_IMAGE_JPEG }, { "b.a.jpeg", CAS_IMAGE_JPEG },
    { "a.webp", CAS_IMAGE_WEBP }, { "a", -1 }, { "a.gif", -1 }, { ".png", -1 }, { "", -1 },
    { "png", -1 },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      CasImageFormat format;
      const gboolean is_found = cas_image_format_from_name (rows[r].name, &format);

      g_test_message ("“%s”", rows[r].name);
      g_assert_cmpint (is_found ? (int) format : -1, ==, rows[r].format);
    }
  g_assert_cmpstr (cas_image_format_get_ending (CAS_IMAGE_WEBP), ==, ".webp");
}

/* --- an encoder that lies ------------------------------------------------------------------ */

static GBytes *
encode_as (const Fixture   *f,
           const char      *behaviour,
           CasImageFormat   format,
           guint            timeout_ms,
           GError         **error)
{
  return cas_picture_encode (f->image, "NAME", &(CasPictureEncodeParams) {
    .format = format, .quality = 90, .comment = behaviour, .program = g_getenv ("WEIR_STAND_IN"),
    .timeout_ms = timeout_ms,
  }, NULL, error);
}

static void
test_faults (Fixture      *f,
             gconstpointer data)
{
  static const struct
  {
    const char    *behaviour;
    int            code;
    const char    *words;
    CasImageFormat format;
    guint          timeout_ms;
  } cases[] = {
    { "segfault", CAS_ERROR_WORKER_DIED, "weir-decode crashed", CAS_IMAGE_JPEG },
    { "fail", CAS_ERROR_WORKER_DIED, "without an answer", CAS_IMAGE_JPEG },
    { "nothing", CAS_ERROR_WORKER_DIED, "without an answer", CAS_IMAGE_JPEG },
    { "hang", CAS_ERROR_WORKER_DIED, "stopped after", CAS_IMAGE_JPEG, 200 },
    { "garbage", CAS_ERROR_PROTOCOL, "not of this version", CAS_IMAGE_JPEG },
    { "short", CAS_ERROR_PROTOCOL, "not of this version", CAS_IMAGE_JPEG },
    { "long", CAS_ERROR_PROTOCOL, "not of this version", CAS_IMAGE_JPEG },
    { "unknown-result", CAS_ERROR_PROTOCOL, "nothing that can be understood", CAS_IMAGE_JPEG },
    { "wild-words", CAS_ERROR_PROTOCOL, "nothing that can be understood", CAS_IMAGE_JPEG },
    { "no-memory-passed", CAS_ERROR_PROTOCOL, "nothing that can be understood", CAS_IMAGE_JPEG },
    { "many-descriptors", CAS_ERROR_PROTOCOL, "nothing that can be understood", CAS_IMAGE_JPEG },
    { "file", CAS_ERROR_PROTOCOL, "is not sealed", CAS_IMAGE_JPEG },
    { "unsealed-jpeg", CAS_ERROR_PROTOCOL, "is not sealed", CAS_IMAGE_JPEG },
    { "empty", CAS_ERROR_PROTOCOL, "sizes", CAS_IMAGE_JPEG },
    { "huge", CAS_ERROR_PROTOCOL, "sizes", CAS_IMAGE_JPEG },
    { "cut-jpeg", CAS_ERROR_PROTOCOL, "no picture of this format", CAS_IMAGE_JPEG },
    { "right", CAS_ERROR_PROTOCOL, "no picture of this format", CAS_IMAGE_JPEG },
    { "jpeg", CAS_ERROR_PROTOCOL, "no picture of this format", CAS_IMAGE_WEBP },
    { "cut-webp", CAS_ERROR_PROTOCOL, "no picture of this format", CAS_IMAGE_WEBP },
    { "no-memory", CAS_ERROR_OUT_OF_HOST_MEMORY, "no memory", CAS_IMAGE_JPEG },
    { "no-saver", CAS_ERROR_BAD_IMAGE, "“webp-pixbuf-loader”", CAS_IMAGE_WEBP },
    { "try-to-change", CAS_ERROR_WORKER_DIED, "nothing can be changed", CAS_IMAGE_JPEG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) file = encode_as (f, cases[i].behaviour, cases[i].format,
                                           cases[i].timeout_ms, &error);

      g_test_message ("%s: %s", cases[i].behaviour, error ? error->message : "a file");
      g_assert_null (file);
      g_assert_error (error, CAS_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, "NAME"));
      g_assert_nonnull (strstr (error->message, cases[i].words));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_right (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = encode_as (f, "jpeg", CAS_IMAGE_JPEG, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (file), ==, 12);
}

static void
find_savers (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-encode-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.webp", NULL);
  g_autoptr (CasImage) image = cas_image_new (1, 1, NULL);
  g_autoptr (GError) error = NULL;

  if (!cas_image_save (image, path, &(CasImageSaveParams) { .format = CAS_IMAGE_WEBP }, NULL, &error)
      && strstr (error->message, "webp-pixbuf-loader"))
    n_others--;
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "pixels", test_pixels }, { "sizes", test_sizes }, { "profile", test_profile },
    { "settings", test_settings }, { "comment", test_comment }, { "source", test_source },
    { "same-bytes", test_same_bytes }, { "show", test_show }, { "long-texts", test_long_texts },
    { "endless-texts", test_endless_texts }, { "too-large", test_too_large },
    { "bad-quality", test_bad_quality }, { "no-saver", test_no_saver }, { "exists", test_exists },
    { "cancelled", test_cancelled }, { "faults", test_faults }, { "right", test_right },
  };

  g_test_init (&argc, &argv, NULL);
  find_savers ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/encode/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  g_test_add_func ("/encode/names", test_names);
  return g_test_run ();
}
