/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made few numbers and pictures again: near to what they were, of the same size, the same
 * bytes for the same seed; and what is neither picture nor latent is refused. */

#include "cli/program.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "cascade/cascade.h"
#include "io/png.h"
#include "io/safetensors.h"

/* A sky over green ground, with a sun. */
static void
write_scene (const char *folder,
             const char *name,
             guint       width,
             guint       height)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);
  g_autoptr (GError) error = NULL;
  guint8 *pixel = cas_image_get_pixels (image);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, pixel += 3)
      {
        const double from_sun = hypot (x - 0.7 * width, y - 0.25 * height) / height;
        const guint8 sky[] = { 90, (guint8) (150 + 60 * y / height), 230 };
        const guint8 ground[] = { 80, 160, 60 }, sun[] = { 255, 220, 90 };

        memcpy (pixel, from_sun < 0.12 ? sun : y < 0.6 * height ? sky : ground, 3);
      }
  cas_image_save_png (image, path, NULL, TRUE, &error);
  g_assert_no_error (error);
}

static CasPng *
read_picture (const char *folder,
              const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  CasPng *png = cas_png_read (path, NULL, &error);

  g_assert_no_error (error);
  return png;
}

/* dB */
static double
find_psnr (const CasPng *a,
           const CasPng *b)
{
  const gsize n = (gsize) a->width * a->height * 3;
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += pow (a->pixels[i] - b->pixels[i], 2);
  return 10 * log10 (255.0 * 255.0 * n / sum);
}

static void
check_run (ProgramResult     *result,
           const char        *folder,
           const char *const *args)
{
  program_run (result, folder, args);
  g_test_message ("%s", result->err);
  g_assert_cmpint (result->exit_code, ==, 0);
}

/* At the size that the demo model was made for, the picture is nearly what it was. */
static void
test_likeness (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  write_scene (folder, "scene.png", 256, 256);
  check_run (&result, folder, (const char *[]) { "encode", "scene.png", NULL });
  check_run (&result, folder, (const char *[]) { "decode", "scene.safetensors", "-o", "back.png",
                                                 NULL });
  g_autoptr (CasPng) scene = read_picture (folder, "scene.png");
  g_autoptr (CasPng) back = read_picture (folder, "back.png");

  g_test_message ("%.1f dB", find_psnr (scene, back));
  g_assert_cmpfloat (find_psnr (scene, back), >, 16);
  program_free_folder (g_steal_pointer (&folder));
}

/* Sides that are no multiple of 8 come back as they were. */
static void
test_there_and_back (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *wanted = g_strdup_printf ("%s/few.safetensors\n", folder);
  gsize size, size_again;

  write_scene (folder, "scene.png", 203, 139);
  check_run (&result, folder, (const char *[]) { "encode", "scene.png", "-o", "few.safetensors",
                                                 NULL });
  g_assert_cmpstr (result.out, ==, wanted);
  /* 208×144 after padding, three quarters of which are 156×108, and 128×96 in whole 32 */
  g_assert_nonnull (strstr (result.err, "203×139 pixels are now 16×3×4 numbers: 440.9 times fewer"));

  check_run (&result, folder, (const char *[]) { "inspect", "few.safetensors", NULL });
  g_assert_nonnull (strstr (result.out, " a latent of a picture of 203×139\n"));

  check_run (&result, folder, (const char *[]) { "decode", "few.safetensors", "-o", "back.png",
                                                 NULL });
  g_autoptr (CasPng) back = read_picture (folder, "back.png");

  g_assert_cmpuint (back->width, ==, 203);
  g_assert_cmpuint (back->height, ==, 139);

  check_run (&result, folder, (const char *[]) { "decode", "few.safetensors", "-o", "again.png",
                                                 "--seed", "0", NULL });
  check_run (&result, folder, (const char *[]) { "decode", "few.safetensors", "-o", "other.png",
                                                 "--seed", "1", NULL });
  g_autofree char *bytes = program_read_file (folder, "back.png", &size);
  g_autofree char *same = program_read_file (folder, "again.png", &size_again);
  g_autoptr (CasPng) other = read_picture (folder, "other.png");

  g_assert_cmpmem (bytes, size, same, size_again);
  g_assert_cmpfloat (find_psnr (back, other), <, 99);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_folder (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *wanted = g_strdup_printf ("%s/a.safetensors\n%s/b.safetensors\n", folder, folder);

  write_scene (folder, "a.png", 64, 64);
  write_scene (folder, "b.png", 128, 72);
  check_run (&result, folder, (const char *[]) { "encode", ".", NULL });
  g_assert_cmpstr (result.out, ==, wanted);
  check_run (&result, folder, (const char *[]) { "decode", ".", "--overwrite", NULL });

  g_autoptr (CasPng) a = read_picture (folder, "a.png");
  g_autoptr (CasPng) b = read_picture (folder, "b.png");
  g_autofree char *files = program_list_folder (folder);

  g_assert_cmpuint (a->width, ==, 64);
  g_assert_cmpuint (b->width, ==, 128);
  g_assert_cmpuint (b->height, ==, 72);
  g_assert_cmpstr (files, ==, "a.png a.safetensors b.png b.safetensors");
  program_free_folder (g_steal_pointer (&folder));
}

/* A picture that cannot be encoded stops no other. */
static void
test_bad_picture_among_good (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *wanted = g_strdup_printf ("%s/large.safetensors\n", folder);

  write_scene (folder, "large.png", 64, 64);
  write_scene (folder, "small.png", 63, 64);
  program_run (&result, folder, (const char *[]) { "encode", "small.png", "large.png", NULL });
  g_assert_cmpint (result.exit_code, ==, 1);
  g_assert_cmpstr (result.out, ==, wanted);
  g_assert_nonnull (strstr (result.err, "small.png: The picture has 63×64 pixels, and the encoder "
                            "needs 64"));
  program_free_folder (g_steal_pointer (&folder));
}

/* A safetensors file with a tensor of these dimensions, all of one value. */
static void
write_latent (const char        *folder,
              const char        *name,
              const char        *tensor_name,
              guint              n_channels,
              float              value,
              const char *const *metadata)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree float *values = g_new (float, (gsize) n_channels * 4);
  g_autoptr (GError) error = NULL;
  const CasSafetensorsTensor tensor = {
    .name = tensor_name, .dtype = CAS_F32, .n_dims = 3, .dims = { n_channels, 2, 2 },
    .data = values,
  };

  for (guint i = 0; i < n_channels * 4; i++)
    values[i] = value;
  cas_safetensors_write (path, &tensor, 1, metadata, &error);
  g_assert_no_error (error);
}

/* Neither do files that break off, that are not there, or whose numbers run over on the device. */
static void
test_bad_latents_among_good (void)
{
  static const char *const size[] = { "height", "64", "width", "64", NULL };
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *cut = g_build_filename (folder, "cut.safetensors", NULL);
  g_autofree char *wanted = g_strdup_printf ("%s/good.png\n", folder);
  gsize file_size;

  write_latent (folder, "good.safetensors", "latent", 16, 0.1f, size);
  g_autofree char *bytes = program_read_file (folder, "good.safetensors", &file_size);
  g_assert_true (g_file_set_contents (cut, bytes, (gssize) file_size - 4, NULL));
  write_latent (folder, "over.safetensors", "latent", 16, 3e38f, size);

  program_run (&result, folder, (const char *[]) { "decode", "cut.safetensors", "none.safetensors",
                                                   "over.safetensors", "good.safetensors", NULL });
  g_test_message ("%s", result.err);
  g_assert_cmpstr (result.out, ==, wanted);
  g_assert_nonnull (strstr (result.err, "cut.safetensors"));
  g_assert_nonnull (strstr (result.err, "none.safetensors"));
  g_assert_nonnull (strstr (result.err, "over.safetensors: Stage B"));
  g_assert_cmpint (result.exit_code, !=, 0);
  program_free_folder (g_steal_pointer (&folder));
}

/* Other formats than PNG, in a folder, under names in capitals; what is transparent is white. */
static void
test_formats (void)
{
  const guint side = 64, head_size = 18;
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *plain = g_build_filename (folder, "PLAIN.PPM", NULL);
  g_autofree char *clear = g_build_filename (folder, "clear.tga", NULL);
  g_autofree char *wanted = g_strdup_printf ("%s/PLAIN.safetensors\n%s/clear.safetensors\n", folder,
                                             folder);
  g_autoptr (GString) ppm = g_string_new ("P6 64 64 255\n");
  g_autofree guint8 *tga = g_malloc0 (head_size + 4 * side * side);
  gsize size, size_again;

  for (guint i = 0; i < 3 * side * side; i++)
    g_string_append_c (ppm, (char) 0xff);
  g_assert_true (g_file_set_contents (plain, ppm->str, (gssize) ppm->len, NULL));
  tga[2] = 2; /* not compressed */
  tga[12] = tga[14] = (guint8) side;
  tga[16] = 32; /* bits, of which are of alpha: */
  tga[17] = 8;
  g_assert_true (g_file_set_contents (clear, (char *) tga, head_size + 4 * side * side, NULL));

  check_run (&result, folder, (const char *[]) { "encode", ".", NULL });
  g_assert_cmpstr (result.out, ==, wanted);
  g_assert_nonnull (strstr (result.err, "clear.tga: what is transparent was laid on white"));

  g_autofree char *of_white = program_read_file (folder, "PLAIN.safetensors", &size);
  g_autofree char *of_clear = program_read_file (folder, "clear.safetensors", &size_again);

  g_assert_cmpmem (of_white, size, of_clear, size_again);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_json (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *latent = g_strdup_printf ("{\"event\":\"latent\",\"path\":\"%s/a.safetensors\","
                                             "\"width\":70,\"height\":64,\"columns\":1,\"rows\":1,"
                                             "\"channels\":16}\n", folder);
  g_autofree char *picture = g_strdup_printf ("{\"event\":\"picture\",\"path\":\"%s/a.png\","
                                              "\"index\":1,\"seed\":3,\"width\":70,\"height\":64,",
                                              folder);

  write_scene (folder, "a.png", 70, 64);
  check_run (&result, folder, (const char *[]) { "encode", "--json", "a.png", NULL });
  g_assert_true (g_str_has_prefix (result.out, "{\"event\":\"notice\""));
  g_assert_true (g_str_has_suffix (result.out, latent));
  check_run (&result, folder, (const char *[]) { "decode", "--json", "--overwrite", "-s", "3",
                                                 "a.safetensors", NULL });
  g_assert_true (g_str_has_prefix (result.out, picture));

  program_result_clear (&result);
  program_run (&result, folder, (const char *[]) { "decode", "--json", "none.safetensors", NULL });
  g_assert_true (g_str_has_prefix (result.out, "{\"event\":\"error\""));
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_refusals (void)
{
  static const char *const size[] = { "height", "64", "width", "64", NULL };
  static const char *const long_size[] = { "height", "64", "width", "3000", NULL };
  static const char *const large_size[] = { "height", "60000", "width", "60000", NULL };
  static const char *const huge[] = { "height", "64", "width", "99999999999", NULL };
  static const struct
  {
    const char *args[6];
    int         exit_code;
    const char *sentence; /* a part of it */
  } cases[] = {
    { { "encode" }, 2, "Which file?" },
    { { "decode", "--seed", "-1", "a.safetensors" }, 2, "--seed is “-1”, and it may be a whole" },
    { { "decode", "--seed", "0x10", "a.safetensors" }, 2, "--seed is “0x10”" },
    { { "encode", "missing.png" }, 1, "missing.png" },
    { { "encode", "text.png" }, 1, "text.png" },
    { { "encode", "scene.png", "-o", "name.safetensors" }, 6, "exists" },
    { { "encode", "scene.png", "-o", "scene.png" }, 2, "let it end in “.safetensors”" },
    { { "encode", "scene.png", "-o", "" }, 2, "--output is an empty name." },
    { { "encode", "scene.png", "-o", "-" }, 6, "no file can be written to standard output" },
    { { "encode", "scene.png", "--overwrite", "-o", "pipe" }, 6, "neither a file nor a folder" },
    { { "encode", "scene.png", "-o", "out/" }, 6, "The folder “out/” does not exist." },
    { { "decode", "name.safetensors", "-o", "x.jpg" }, 2, "let it end in “.png”" },
    { { "encode", "scene.png", "-o", "no/where" }, 6, "no" },
    { { "encode", "empty" }, 1, "no file in “empty” that ends with “.png”, “.jpg”" },
    { { "encode", "scene.png", "./scene.png" }, 2, "Two of the files given would become" },
    { { "decode", "scene.png", "-o", "x.png" }, 1, "scene.png" },
    { { "decode", "name.safetensors" }, 1, "this is no latent of a picture" },
    { { "decode", "bare.safetensors" }, 1, "this is no latent of a picture" },
    { { "decode", "huge.safetensors" }, 1, "this is no latent of a picture" },
    { { "decode", "long.safetensors" }, 1,
      "long.safetensors: The latent has 2×2 numbers a channel, and that of a picture of 3000×64 "
      "pixels has 70×1" },
    { { "decode", "large.safetensors" }, 1,
      "large.safetensors: The latent is of a picture of 60000×60000 pixels, wanted at most "
      "268435456" },
    { { "decode", "thin.safetensors" }, 1,
      "thin.safetensors: The latent has 4 channels, and this model's have 16" },
    { { "decode", "nan.safetensors" }, 1, "numbers that are not finite" },
  };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *text = g_build_filename (folder, "text.png", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);

  write_scene (folder, "scene.png", 64, 64);
  g_file_set_contents (text, "no picture", -1, NULL);
  g_mkdir_with_parents (empty, 0700);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  write_latent (folder, "name.safetensors", "other", 16, 0, size);
  write_latent (folder, "bare.safetensors", "latent", 16, 0, NULL);
  write_latent (folder, "huge.safetensors", "latent", 16, 0, huge);
  write_latent (folder, "long.safetensors", "latent", 16, 0, long_size);
  write_latent (folder, "large.safetensors", "latent", 16, 0, large_size);
  write_latent (folder, "thin.safetensors", "latent", 4, 0, size);
  write_latent (folder, "nan.safetensors", "latent", 16, NAN, size);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, cases[i].args);
      g_test_message ("%s", result.err);
      g_assert_nonnull (strstr (result.err, cases[i].sentence));
      g_assert_cmpint (result.exit_code, ==, cases[i].exit_code);
      g_assert_cmpstr (result.out, ==, "");
    }
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reconstruct/likeness", test_likeness);
  g_test_add_func ("/reconstruct/there-and-back", test_there_and_back);
  g_test_add_func ("/reconstruct/folder", test_folder);
  g_test_add_func ("/reconstruct/bad-picture-among-good", test_bad_picture_among_good);
  g_test_add_func ("/reconstruct/bad-latents-among-good", test_bad_latents_among_good);
  g_test_add_func ("/reconstruct/formats", test_formats);
  g_test_add_func ("/reconstruct/json", test_json);
  g_test_add_func ("/reconstruct/refusals", test_refusals);

  return g_test_run ();
}
