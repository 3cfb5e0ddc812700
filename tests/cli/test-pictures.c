/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures on the command line: what is refused and why, and small pictures from start to end. */

#define _GNU_SOURCE /* memmem() */

#include "cli/program.h"

#include <string.h>

#include <glib/gstdio.h>

#include "cascade/cascade.h"
#include "io/metadata.h"
#include "io/png.h"

#define SMALL  "--width", "64", "--height", "64", "--steps", "2", "--decoder-steps", "1", "--seed", "1"
#define N_ARGS 24

/* A folder with pictures of 40×38, 40×28 and 64×64, a mask of the last size, and no picture. */
static char *
new_folder (void)
{
  static const struct
  {
    const char *name;
    guint       width, height;
    guint8      level;
  } pictures[] = {
    { "odd.png", 40, 38, 90 }, { "square.png", 64, 64, 150 }, { "mask.png", 64, 64, 0 },
    { "tiny.png", 40, 28, 90 },
  };
  char *folder = program_new_folder ();
  g_autofree char *text = g_build_filename (folder, "text.png", NULL);

  g_assert_true (g_file_set_contents (text, "no picture", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (CasImage) image = cas_image_new (pictures[i].width, pictures[i].height, NULL);
      g_autofree char *path = g_build_filename (folder, pictures[i].name, NULL);
      const gsize stride = cas_image_get_stride (image);

      memset (cas_image_get_pixels (image), pictures[i].level, stride * pictures[i].height);
      if (pictures[i].level == 0)
        memset (cas_image_get_pixels (image) + 32 * stride, 255, 32 * stride);
      g_assert_true (cas_image_save_png (image, path, NULL, FALSE, NULL));
    }
  return folder;
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *args[N_ARGS];
    int         exit_code;
    const char *sentence;
  } rows[] = {
    { { "generate", "a", "--mask", "mask.png" }, 2, "--mask is of no use without --init" },
    { { "generate", "a", "--strength", "0.5" }, 2, "--strength is of no use without --init" },
    { { "generate", "a", "--outpaint", "1,2,3,4" }, 2, "--outpaint is of no use" },
    { { "generate", "a", "--init", "square.png", "--outpaint", "1,2,3" }, 2, "4 whole numbers" },
    { { "generate", "a", "--init", "square.png", "--outpaint", "1,2,3,99999" }, 2, "16384" },
    { { "generate", "a", "--init", "square.png", "--strength", "0" }, 2, "--strength is “0”" },
    { { "generate", "a", "--init", "square.png", "--strength", "2" }, 2, "--strength is “2”" },
    { { "generate", "a", "--init", "odd.png", "--mask", "mask.png" }, 2,
      "The mask has 64×64 pixels, and the picture 40×38." },
    { { "generate", "a", "--init", "square.png", "--mask", "mask.png", "--outpaint", "8,8,8,8" }, 2,
      "at once" },
    { { "generate", "a", "--init", "square.png", "--outpaint", "8,8,8,8", "--width", "64" }, 2,
      "cannot be 64×" },
    { { "generate", "a", "--init", "text.png" }, 1, "text.png" },
    { { "generate", "a", "--init", "nothing.png" }, 1, "nothing.png" },
    { { "generate", "--image-prompt", "text.png" }, 1, "text.png" },
    { { "generate", "--image-prompt", "square.png:11" }, 2, "The weight of --image-prompt is “11”" },
    { { "generate", "a", "--control", "square.png" }, 2, "canny=FILE" },
    { { "generate", "a", "--control", "edges=square.png" }, 2, "canny=FILE" },
    { { "generate", "a", "--control", "identity=square.png" }, 4, "none was ever published" },
    { { "generate", "a", "--control", "inpainting=square.png" }, 2, "by themselves" },
    { { "generate", "a", "--control", "canny=square.png:1:0.5-0.5" }, 2, "from 0.5 to 0.5" },
    { { "generate", "a", "--control", "canny=square.png:1:0.5" }, 1, "square.png:1" },
    { { "generate", "a", "--control", "canny=square.png:99" }, 2,
      "The strength of --control is “99”, and it may be a number from 0.01 to 10." },
    { { "generate", "a", "--control", "canny=square.png:-1" }, 2,
      "The strength of --control is “-1”" },
    { { "generate", "a", "--control", "canny=square.png:1e-3" }, 2,
      "The strength of --control is “1e-3”" },
    { { "generate", "a", "--control", "canny=square.png:1:0-2" }, 2, "The end of --control is “2”" },
    { { "generate", "a", "--canny", "1,2" }, 2, "without --control canny" },
    { { "generate", "a", "--control", "canny=square.png", "--canny", "9,2" }, 2, "threshold" },
    { { "generate", "a", "--control", "canny=square.png", "--canny", "9,0" }, 2, "from 1 to 2040" },
    { { "generate", "a", "--control-preview", "e.png" }, 2, "--control-preview is of no use" },
    { { "generate", "a", SMALL, "--control", "canny=odd.png", "--control-preview", "square.png",
        "-o", "b.png" }, 6, "square.png" },
    { { "generate", "a", SMALL, "--control", "canny=odd.png", "--control-preview", "nowhere/e.png",
        "-o", "b.png" }, 6, "nowhere" },
    { { "generate", "a", SMALL, "--control", "canny=odd.png", "--control-preview", "b", "-o",
        "b.png" }, 2, "and so would --output" },
    { { "generate", "a", SMALL, "--control", "canny=odd.png", "--control-preview", "e.jpg", "-o",
        "b.png" }, 2, "--control-preview ends in “.jpg”" },
    { { "generate", "a", SMALL, "--control", "canny=odd.png", "--control-preview", ".", "-o",
        "b.png" }, 6, "“.” is a folder." },
    { { "upscale" }, 2, "one picture" },
    { { "upscale", "square.png", "-o", "b.jpg" }, 2, "let it end in “.png”" },
    { { "upscale", "square.png", "-o", "" }, 2, "--output is an empty name." },
    { { "upscale", "square.png", "--overwrite", "-o", "/dev/null" }, 6, "neither a file nor a folder" },
    { { "upscale", "text.png" }, 1, "text.png" },
    { { "upscale", "square.png", "--strength", "3" }, 2, "--strength is “3”" },
    { { "upscale", "tiny.png" }, 2,
      "tiny.png: The picture has 40×28 pixels, and to be drawn at twice its size it must have 29 "
      "to 32768 on each side." },
    { { "generate", "a", "--control", "upscaling=tiny.png" }, 2, "The picture has 40×28 pixels" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = new_folder ();
      g_autofree char *files = NULL;

      program_run (&result, folder, rows[i].args);
      files = program_list_folder (folder);
      g_test_message ("%u: %s", i, result.err);
      g_assert_cmpint (result.exit_code, ==, rows[i].exit_code);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
      g_assert_cmpstr (files, ==, "mask.png odd.png square.png text.png tiny.png");
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Settings that are damaged are another thing than none, which is no matter. */
static void
test_unread_prompt (void)
{
  static const char *const texts[] = { CAS_METADATA_JSON_KEY, "Comment" };
  static const char *const upscale[] = { "upscale", "a.png", "-s", "1", "-o", "b.png", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autofree char *path = g_build_filename (folder, "a.png", NULL);
      g_autofree guint8 *pixels = g_malloc0 (32 * 32 * 3);
      const CasPngText text = { (char *) texts[i], (char *) "{" };
      g_autoptr (GBytes) png = cas_png_encode (pixels, 32, 32, 32 * 3, &text, 1, NULL);

      g_assert_true (g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                          (gssize) g_bytes_get_size (png), NULL));
      program_run (&result, folder, upscale);
      g_test_message ("%s: %s", texts[i], result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      g_assert_cmpint (strstr (result.err, "A prompt that the picture may have is not ") != NULL, ==,
                       i == 0);
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
check_size (const char *folder,
            const char *name,
            guint       width,
            guint       height)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (CasImage) image = cas_image_load (path, NULL, NULL);

  g_assert_nonnull (image);
  g_assert_cmpuint (cas_image_get_width (image), ==, width);
  g_assert_cmpuint (cas_image_get_height (image), ==, height);
}

/* Sizes that the networks cannot draw are padded and cut back. */
static void
test_sizes (void)
{
  static const struct
  {
    const char *args[N_ARGS];
    guint       width, height;
  } rows[] = {
    { { "generate", "a", SMALL, "--init", "odd.png", "-o", "a.png" }, 64, 64 },
    { { "generate", "a", "--steps", "2", "--decoder-steps", "1", "--init", "odd.png", "--outpaint",
        "30,31,5,6", "-o", "a.png" }, 75, 75 },
    { { "generate", "--image-prompt", "odd.png:0.5", "--image-prompt", "square.png", SMALL, "-o",
        "a.png" }, 64, 64 },
    { { "upscale", "odd.png", "-o", "a.png", "-s", "1" }, 80, 76 },
    { { "generate", "a", "--steps", "2", "--decoder-steps", "1", "--control", "upscaling=odd.png",
        "-o", "a.png" }, 80, 76 },
    { { "generate", "a", SMALL, "--control", "upscaling=odd.png", "-o", "a.png" }, 64, 64 },
    { { "generate", "a", "--width", "80", "--height", "80", "--steps", "2", "--decoder-steps", "1",
        "--control", "upscaling=odd.png", "-o", "a.png" }, 80, 80 },
    { { "generate", "a", SMALL, "--control", "canny=odd.png", "--control-preview", "a.png", "-o",
        "b.png" }, 48, 48 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = new_folder ();

      program_run (&result, folder, rows[i].args);
      g_test_message ("%u: %s", i, result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      check_size (folder, "a.png", rows[i].width, rows[i].height);
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
check_source_type (const char *folder,
                   const char *name,
                   const char *type)
{
  gsize size;
  g_autofree char *data = program_read_file (folder, name, &size);
  g_autofree char *wanted = g_strconcat ("/digitalsourcetype/", type, "<", NULL);

  g_assert_nonnull (memmem (data, size, wanted, strlen (wanted)));
}

static void
check_same_bytes (const char *folder,
                  const char *a,
                  const char *b)
{
  gsize size_a, size_b;
  g_autofree char *data_a = program_read_file (folder, a, &size_a);
  g_autofree char *data_b = program_read_file (folder, b, &size_b);

  g_assert_cmpmem (data_a, size_a, data_b, size_b);
}

/* Of 2.png and 3.png, by the hashes that inspect tells and show too. */
static void
check_missing (const char *folder,
               const char *sentence)
{
  static const struct
  {
    const char *name, *options;
  } rows[] = { { "2.png", "--mask" }, { "3.png", "--image-prompt, --control canny" } };
  static const char label[] = "SHA-256 of its pixels  ";

  g_assert_nonnull (strstr (sentence, "2 pictures that it was made with are missing"));
  g_assert_nonnull (strstr (sentence, "with --input FILE"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) inspected = { 0 };
      g_autofree char *part = NULL;
      const char *hash;

      program_run (&inspected, folder, (const char *[]) { "inspect", rows[i].name, NULL });
      hash = strstr (inspected.out, label);
      g_assert_nonnull (hash);
      part = g_strdup_printf ("%s, SHA-256 %.64s", rows[i].options, hash + strlen (label));
      g_test_message ("%s", part);
      g_assert_nonnull (strstr (sentence, part));
    }
}

static void
check_same_hash (const char *folder,
                 const char *name)
{
  g_auto (ProgramResult) inspected = { 0 };
  g_auto (ProgramResult) shown = { 0 };

  program_run (&inspected, folder, (const char *[]) { "inspect", "--json", name, NULL });
  program_run (&shown, folder, (const char *[]) { "show", "--json", name, NULL });

  const char *a = strstr (inspected.out, "\"SHA-256 of its pixels\":\"");
  const char *b = strstr (shown.out, "\"pixels_sha256\":\"");

  g_assert_true (a && b);
  g_assert_cmpmem (strchr (a, ':') + 2, 64, strchr (b, ':') + 2, 64);
}

/* The settings in a picture, and its pictures under other names, make it again to the byte. */
static void
test_from (void)
{
  static const char *const made[] = {
    "generate", "a (house:1.2) {a|b}", SMALL, "--cfg", "3.3", "--init", "square.png", "--mask",
    "mask.png", "--strength", "0.7", "--image-prompt", "odd.png:0.3", "--control",
    "canny=odd.png:0.5:0-0.6", "--canny", "50,150", "-o", "a.png", NULL,
  };
  static const char *const again[] = {
    "generate", "--from", "a.png", "--input", "1.png", "--input", "2.png", "--input", "3.png", "-o",
    "b.png", NULL,
  };
  static const char *const without[] = {
    "generate", "--from", "a.png", "--input", "1.png", "-o", "c.png", NULL,
  };
  static const char *const names[][2] = {
    { "square.png", "1.png" }, { "mask.png", "2.png" }, { "odd.png", "3.png" },
  };
  g_auto (ProgramResult) result = { 0 };
  g_auto (ProgramResult) second = { 0 };
  g_auto (ProgramResult) refused = { 0 };
  g_autofree char *folder = new_folder ();

  program_run (&result, folder, made);
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (folder, names[i][0], NULL);
      g_autofree char *to = g_build_filename (folder, names[i][1], NULL);

      g_assert_cmpint (g_rename (from, to), ==, 0);
    }

  program_run (&second, folder, again);
  g_test_message ("%s", second.err);
  g_assert_cmpint (second.exit_code, ==, 0);
  check_same_bytes (folder, "a.png", "b.png");
  check_same_hash (folder, "a.png");
  check_source_type (folder, "b.png", "compositeWithTrainedAlgorithmicMedia");

  program_run (&refused, folder, without);
  g_assert_cmpint (refused.exit_code, ==, 2);
  check_missing (folder, refused.err);
  program_free_folder (g_steal_pointer (&folder));
}

/* So does what was drawn at twice a picture's size, padded or not, or in a size that was asked. */
static void
test_from_upscaled (void)
{
  static const struct
  {
    const char *name;
    const char *args[N_ARGS];
    const char *size; /* as it is shown */
  } rows[] = {
    { "odd.png", { "upscale", "odd.png", "-p", "a tent", "-s", "1", "-o", "a.png" }, "80×76" },
    { "square.png", { "upscale", "square.png", "-s", "1", "-o", "a.png" }, "128×128" },
    { "odd.png", { "generate", "a", "--width", "80", "--height", "80", "--steps", "2",
                   "--decoder-steps", "1", "--control", "upscaling=odd.png", "-o", "a.png" },
      "80×80" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *again[] = {
        "generate", "--from", "a.png", "--input", rows[i].name, "-o", "b.png", NULL,
      };
      const char *show[] = { "show", "a.png", NULL };
      g_auto (ProgramResult) result = { 0 };
      g_auto (ProgramResult) second = { 0 };
      g_autofree char *folder = new_folder ();

      program_run (&result, folder, rows[i].args);
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      program_run (&result, folder, show);
      g_assert_nonnull (strstr (result.out, rows[i].size));
      program_run (&second, folder, again);
      g_test_message ("%s", second.err);
      g_assert_cmpint (second.exit_code, ==, 0);
      check_same_bytes (folder, "a.png", "b.png");
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Of what is given again, it is said what is of no use. */
static void
test_from_with_others (void)
{
  static const char *const made[] = {
    "generate", "a", SMALL, "--init", "square.png", "-o", "a.png", NULL,
  };
  static const struct
  {
    const char *args[N_ARGS];
    const char *aside; /* the file that is; NULL: none */
  } rows[] = {
    { { "generate", "--from", "a.png", "--input", "square.png", "-o", "b.png" }, NULL },
    { { "generate", "--from", "a.png", "--input", "square.png", "--input", "odd.png", "-o",
        "b.png" }, "odd.png" },
    { { "generate", "--from", "a.png", "--input", "text.png", "--input", "square.png", "-o",
        "b.png" }, "text.png" },
    { { "generate", "--from", "a.png", "--input", "square.png", "--init", "mask.png", "-o",
        "b.png" }, "square.png" },
    { { "generate", "--from", "a.png", "--input", "a.png", "--init", "square.png", "-o", "b.png" },
      "a.png" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = new_folder ();
      g_autofree char *sentence = g_strdup_printf ("“%s” is left aside", rows[i].aside);

      program_run (&result, folder, made);
      g_assert_cmpint (result.exit_code, ==, 0);
      program_run (&result, folder, rows[i].args);
      g_test_message ("%u: %s", i, result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      if (rows[i].aside)
        g_assert_nonnull (strstr (result.err, sentence));
      else
        g_assert_null (strstr (result.err, "left aside"));
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Settings of other programs, in what is no PNG: shown, and a picture made by them. */
static void
test_from_foreign (void)
{
  static const struct
  {
    const char *name, *program;
  } rows[] = {
    { "a1111.jpg", "A1111" }, { "fooocus.webp", "Fooocus v2.5.5" },
  };
  static const char *const made[] = {
    "generate", "a house", "--steps", "2", "--sampler", "ddpm", "--cfg", "3.5", "-s", "7", "--width",
    "64", "--height", "64", "--decoder-steps", "1", "-o", "a.png", NULL,
  };
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = new_folder ();

  program_run (&result, folder, made);
  g_assert_cmpint (result.exit_code, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("WEIR_PICTURES"), rows[i].name, NULL);
      const char *const show[] = { "show", path, NULL };
      const char *const again[] = {
        "generate", "--from", path, "--decoder-steps", "1", "-o", "b.png", "--overwrite", NULL,
      };

      program_run (&result, folder, show);
      g_test_message ("%s%s", result.out, result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      g_assert_nonnull (strstr (result.out, rows[i].program));
      g_assert_nonnull (strstr (result.out, "a house"));
      g_assert_nonnull (strstr (result.out, "64×64"));

      program_run (&result, folder, again);
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      check_same_bytes (folder, "a.png", "b.png");
    }
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/pictures/refusals", test_refusals);
  g_test_add_func ("/cli/pictures/unread-prompt", test_unread_prompt);
  g_test_add_func ("/cli/pictures/sizes", test_sizes);
  g_test_add_func ("/cli/pictures/from", test_from);
  g_test_add_func ("/cli/pictures/from-upscaled", test_from_upscaled);
  g_test_add_func ("/cli/pictures/from-with-others", test_from_with_others);
  g_test_add_func ("/cli/pictures/from-foreign", test_from_foreign);
  return g_test_run ();
}
