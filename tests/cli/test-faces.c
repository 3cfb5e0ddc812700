/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Faces from start to end, by made-up networks: a picture follows whose faces are where, says which
 * files read them, and is made again from it. */

#include "cli/program.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/file.h"
#include "cascade/cascade.h"
#include "support/faces.h"
#include "support/model.h"
#include "support/weights.h"

#define SMALL "--model", "model", "--width", "192", "--height", "192", "--steps", "3", \
              "--decoder-steps", "1", "--seed", "1"
#define FILES "--face-detector", "detector.onnx", "--face-recogniser", "recogniser.onnx"
#define N_ARGS 32

/* As the detector sees it. */
#define SIDE 320
#define CELL 8

/* --- files --------------------------------------------------------------------------------- */

/* The demo model's folder as "model", whose only ControlNet is one for faces. */
static void
write_model (const char *folder)
{
  g_autofree char *linked = test_model_link_demo ("controlnet");
  g_autofree char *model = g_build_filename (folder, "model", NULL);
  g_autofree char *controlnet = g_build_filename (model, "identity.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rename (linked, model), ==, 0);
  face_write_controlnet (controlnet, &error);
  g_assert_no_error (error);
}

static void
write_bytes (const char *folder,
             const char *name,
             GBytes     *bytes) /* taken */
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  g_bytes_unref (bytes);
}

typedef struct
{
  guint  x, y;
  guint8 beside; /* the face's other half: whose it is */
} Face;

static void
paint (CasImage *image,
       guint     x0,
       guint     y0,
       guint8    red,
       guint8    rest)
{
  for (guint y = y0; y < y0 + CELL; y++)
    for (guint x = x0; x < x0 + CELL; x++)
      {
        guint8 *p = cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;

        p[0] = red;
        p[1] = p[2] = rest;
      }
}

static void
write_picture (const char *folder,
               const char *name,
               const Face *faces,
               guint       n_faces)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (CasImage) image = cas_image_new (SIDE, SIDE, NULL);

  memset (cas_image_get_pixels (image), 80, SIDE * cas_image_get_stride (image));
  for (guint i = 0; i < n_faces; i++)
    {
      paint (image, CELL * faces[i].x, CELL * faces[i].y, 255, 0);
      paint (image, CELL * faces[i].x, CELL * (faces[i].y + 1), faces[i].beside, faces[i].beside);
    }
  g_assert_true (cas_image_save_png (image, path, NULL, FALSE, NULL));
}

/* A folder with the model, the networks, and pictures of none, one and two. */
static char *
new_folder (void)
{
  static const Face faces[] = { { 8, 10, 255 }, { 30, 28, 0 } };
  static const Face other = { 8, 10, 0 };
  g_autofree float *weight = test_numbers (7, 12 * 512);
  char *folder = program_new_folder ();

  write_model (folder);
  write_bytes (folder, "detector.onnx", face_new_detector (8));
  write_bytes (folder, "recogniser.onnx", face_new_recogniser (weight, 512));
  write_picture (folder, "none.png", NULL, 0);
  write_picture (folder, "one.png", faces, 1);
  write_picture (folder, "two.png", faces, 2);
  write_picture (folder, "other.png", &other, 1);
  return folder;
}

static char *
dup_hash (const char *folder,
          const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return cas_file_dup_hash (path, NULL);
}

/* Into the folder "given". */
static void
move_away (const char *folder,
           const char *name)
{
  g_autofree char *given = g_build_filename (folder, "given", NULL);
  g_autofree char *from = g_build_filename (folder, name, NULL);
  g_autofree char *to = g_build_filename (given, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (given, 0700), ==, 0);
  g_assert_cmpint (g_rename (from, to), ==, 0);
}

static gboolean
is_same_file (const char *folder,
              const char *a,
              const char *b)
{
  gsize size_a, size_b;
  g_autofree char *data_a = program_read_file (folder, a, &size_a);
  g_autofree char *data_b = program_read_file (folder, b, &size_b);

  return size_a == size_b && memcmp (data_a, data_b, size_a) == 0;
}

/* How many of the pictures' values differ, in a thousand. */
static guint
count_different (const char *folder,
                 const char *a,
                 const char *b)
{
  g_autofree char *path_a = g_build_filename (folder, a, NULL);
  g_autofree char *path_b = g_build_filename (folder, b, NULL);
  g_autoptr (CasImage) image_a = cas_image_load (path_a, NULL, NULL);
  g_autoptr (CasImage) image_b = cas_image_load (path_b, NULL, NULL);
  const gsize n = cas_image_get_stride (image_a) * (gsize) cas_image_get_height (image_a);
  gsize n_different = 0;

  for (gsize i = 0; i < n; i++)
    n_different += cas_image_get_pixels (image_a)[i] != cas_image_get_pixels (image_b)[i];
  return (guint) (1000 * n_different / n);
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

static void
check_refused (const char        *folder,
               const char *const *args,
               int                exit_code,
               const char        *sentence)
{
  g_auto (ProgramResult) result = { 0 };

  program_run (&result, folder, args);
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, exit_code);
  g_assert_nonnull (strstr (result.err, sentence));
}

/* --- pictures ------------------------------------------------------------------------------ */

/* No two of them are alike, and each is the same again. */
static void
test_follows (void)
{
  static const struct
  {
    const char *name;
    const char *args[N_ARGS];
  } rows[] = {
    { "free.png", { "generate", "a tent", SMALL, "-o", "free.png" } },
    { "a.png", { "generate", "a tent", SMALL, FILES, "--control", "identity=one.png", "-o",
                 "a.png" } },
    { "b.png", { "generate", "a tent", SMALL, FILES, "--control", "identity=two.png", "-o",
                 "b.png" } },
    { "c.png", { "generate", "a tent", SMALL, FILES, "--control", "identity=other.png", "-o",
                 "c.png" } },
    { "d.png", { "generate", "a tent", SMALL, FILES, "--control", "identity=one.png:0.5", "-o",
                 "d.png" } },
  };
  static const char *const again[] = {
    "generate", "a tent", SMALL, FILES, "--control", "identity=one.png", "-o", "again.png", NULL,
  };
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      check_run (&result, folder, rows[i].args);
      for (guint k = 0; k < i; k++)
        {
          const guint n = count_different (folder, rows[i].name, rows[k].name);

          g_test_message ("%s and %s differ in %u ‰", rows[i].name, rows[k].name, n);
          g_assert_cmpuint (n, >, 50);
        }
    }
  check_run (&result, folder, again);
  g_assert_true (is_same_file (folder, "a.png", "again.png"));
  program_free_folder (g_steal_pointer (&folder));
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
    { { "generate", "a", SMALL, FILES, "--control", "identity=none.png" }, 1,
      "No face was found in the picture." },
    { { "generate", "a", SMALL, FILES, "--control", "identity=one.png", "--control",
        "identity=none.png" }, 1, "No face was found in number 2 of the 2 pictures for faces." },
    { { "generate", "a", SMALL, "--control", "identity=one.png" }, 2, "Faces need two ONNX files" },
    { { "generate", "a", SMALL, "--control", "identity=one.png", "--face-detector",
        "detector.onnx" }, 2, "Faces need two ONNX files" },
    { { "generate", "a", SMALL, FILES }, 2, "--face-detector is of no use without --control" },
    { { "generate", "a", SMALL, "--control", "identity=one.png", "--face-detector",
        "recogniser.onnx", "--face-recogniser", "recogniser.onnx" }, 4,
      "recogniser.onnx: a detector of faces has nine outputs" },
    { { "generate", "a", SMALL, "--control", "identity=one.png", "--face-detector", "detector.onnx",
        "--face-recogniser", "detector.onnx" }, 4,
      "detector.onnx: a recogniser of faces has one output" },
    { { "generate", "a", SMALL, "--control", "identity=one.png", "--face-detector", "one.png",
        "--face-recogniser", "recogniser.onnx" }, 4, "one.png" },
    { { "generate", "a", SMALL, "--control", "identity=one.png", "--face-detector", "missing.onnx",
        "--face-recogniser", "recogniser.onnx" }, 4, "missing.onnx cannot be read" },
    { { "generate", "a", SMALL, "--control", "identity=one.png", "--face-detector", "detector.onnx",
        "--face-recogniser", "model" }, 4, "model is not a file" },
  };
  g_autofree char *folder = new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    check_refused (folder, rows[i].args, rows[i].exit_code, rows[i].sentence);
  program_free_folder (g_steal_pointer (&folder));
}

/* --- again --------------------------------------------------------------------------------- */

/* Both files are in the settings, by name and hash, and shown. */
static void
check_shown (const char *folder,
             const char *detector,
             const char *recogniser)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *wanted
    = g_strdup_printf ("{\"role\":\"face_detector\",\"file\":\"detector.onnx\",\"sha256\":\"%s\"},"
                       "{\"role\":\"face_recogniser\",\"file\":\"recogniser.onnx\","
                       "\"sha256\":\"%s\"}]", detector, recogniser);
  g_autofree char *line = g_strdup_printf ("detector.onnx %.12s…", detector);

  check_run (&result, folder, (const char *[]) { "show", "--json", "a.png", NULL });
  g_assert_nonnull (strstr (result.out, wanted));
  check_run (&result, folder, (const char *[]) { "show", "a.png", NULL });
  g_assert_nonnull (strstr (result.out, line));
  g_assert_nonnull (strstr (result.out, "identity:1:0-1"));
}

/* a.png once more as b.png, with files for it. */
static char **
dup_again (const char *const *files)
{
  static const char *const common[] = {
    "generate", "--from", "a.png", "--model", "model", "--overwrite", "-o", "b.png",
  };
  g_autoptr (GStrvBuilder) args = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    g_strv_builder_add (args, common[i]);
  for (guint i = 0; files[i]; i++)
    g_strv_builder_add (args, files[i]);
  return g_strv_builder_end (args);
}

#define DETECTOR   "given/detector.onnx"
#define RECOGNISER "given/recogniser.onnx"

/* The files are elsewhere by then: what is in a picture is no place. */
static void
test_from (void)
{
  static const char *const made[] = {
    "generate", "a tent", SMALL, FILES, "--control", "identity=two.png", "-o", "a.png", NULL,
  };
  static const char *const ways[][N_ARGS] = {
    { "--input", "two.png", "--face-detector", DETECTOR, "--face-recogniser", RECOGNISER },
    { "--input", "two.png", "--face-detector", RECOGNISER, "--face-recogniser", DETECTOR },
    { "--input", RECOGNISER, "--input", "two.png", "--input", DETECTOR },
    { "--input", "two.png", "--input", DETECTOR, "--face-recogniser", RECOGNISER },
  };
  static const char *const lacking[][N_ARGS] = {
    { FILES },
    { "--input", "two.png", "--face-detector", "detector.onnx" },
    { "--input", "two.png", "--face-detector", "detector.onnx", "--face-recogniser",
      "detector.onnx" },
    { "--input", "two.png", "--face-detector", "detector.onnx", "--input", "wrong.onnx" },
  };
  g_autofree float *weight = test_numbers (8, 12 * 512);
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = new_folder ();
  g_autofree char *detector = dup_hash (folder, "detector.onnx");
  g_autofree char *recogniser = dup_hash (folder, "recogniser.onnx");
  g_autofree char *missing
    = g_strdup_printf ("“recogniser.onnx” that the picture was made with is not among those that "
                       "--face-detector, --face-recogniser, --input name: it has the SHA-256 %s.",
                       recogniser);

  write_bytes (folder, "wrong.onnx", face_new_recogniser (weight, 512));
  check_run (&result, folder, made);
  check_shown (folder, detector, recogniser);

  for (guint i = 0; i < G_N_ELEMENTS (lacking); i++)
    {
      g_auto (GStrv) args = dup_again (lacking[i]);

      check_refused (folder, (const char *const *) args, 2,
                     i == 0 ? "made with is missing (--control identity, SHA-256 " : missing);
    }

  move_away (folder, "detector.onnx");
  move_away (folder, "recogniser.onnx");
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_auto (GStrv) args = dup_again (ways[i]);

      check_run (&result, folder, (const char *const *) args);
      g_assert_true (is_same_file (folder, "a.png", "b.png"));
      g_assert_null (strstr (result.err, "left aside"));
    }
  program_free_folder (g_steal_pointer (&folder));
}

/* What a stranger wrote into a picture is neither opened nor sent to the terminal as it is. */
static void
test_from_stranger (void)
{
  CasMetadataPart part = {
    (char *) "face_detector", (char *) "/etc/pass\x1b[2Jwd",
    (char *) "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  };
  const CasMetadata m = {
    .prompt = (char *) "a", .width = 64, .height = 64, .sampler = (char *) "ddpm", .steps = 2,
    .cfg = 4, .shift = 2, .decoder_steps = 1, .decoder_cfg = 1.1, .parts = &part, .n_parts = 1,
  };
  static const char *const args[] = {
    "generate", "--from", "a.png", "--face-detector", "a.png", "-o", "b.png", NULL,
  };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (CasImage) image = cas_image_new (64, 64, NULL);

  g_assert_true (cas_image_save_png (image, path, &m, FALSE, NULL));
  check_refused (folder, args, 2,
                 "The file “/etc/pass\\x1b[2Jwd” that the picture was made with is not");
  program_free_folder (g_steal_pointer (&folder));
}

/* A picture that is there is known by the files, too. */
static void
test_batch (void)
{
  static const char job[] = "{\"prompt\": \"a tent\", \"control\": \"identity=one.png\", "
                            "\"width\": 192, \"height\": 192, \"steps\": 2, "
                            "\"decoder-steps\": 1, \"face-detector\": \"detector.onnx\", "
                            "\"face-recogniser\": \"%s\", \"seed\": 1, \"output\": \"a.png\"}\n";
  static const struct
  {
    const char *recogniser;
    int         exit_code;
    const char *sentence;
  } rows[] = {
    { "recogniser.onnx", 0, "1 made" },
    { "recogniser.onnx", 0, "1 there" },
    { "other.onnx", 1, "exists" },
  };
  g_autofree float *weight = test_numbers (8, 12 * 512);
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "jobs.jsonl", NULL);

  write_bytes (folder, "other.onnx", face_new_recogniser (weight, 512));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *line = g_strdup_printf (job, rows[i].recogniser);

      g_assert_true (g_file_set_contents (path, line, -1, NULL));
      program_run (&result, folder,
                   (const char *[]) { "batch", "jobs.jsonl", "--model", "model", NULL });
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, rows[i].exit_code);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
    }
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/faces/follows", test_follows);
  g_test_add_func ("/cli/faces/refusals", test_refusals);
  g_test_add_func ("/cli/faces/from", test_from);
  g_test_add_func ("/cli/faces/from-stranger", test_from_stranger);
  g_test_add_func ("/cli/faces/batch", test_batch);
  return g_test_run ();
}
