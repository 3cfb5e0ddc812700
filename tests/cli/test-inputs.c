/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that go in and cannot be read: whatever is wrong with one, and whatever command it goes into,
 * the exit code says whether it was a model's. */

#include "cli/program.h"

#include <string.h>

#include <glib/gstdio.h>

#include "cascade/image.h"

#define MAX_ARGS 10

static char *
new_folder (void)
{
  static const char words[] = "Some words, as people write them.\n";
  char *folder = program_new_folder ();
  g_autofree char *picture = g_build_filename (folder, "good.png", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);
  g_autofree char *text = g_build_filename (folder, "text", NULL);
  g_autofree char *inner = g_build_filename (folder, "folder", NULL);
  g_autoptr (CasImage) image = cas_image_new (64, 64, NULL);

  memset (cas_image_get_pixels (image), 128, 64 * 64 * 3);
  g_assert_true (cas_image_save_png (image, picture, NULL, FALSE, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_true (g_file_set_contents (text, words, -1, NULL));
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  return folder;
}

/* args with the name in place of “@”. */
static void
run_with_name (ProgramResult     *result,
               const char        *folder,
               const char *const *args,
               const char        *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) filled = NULL;

  for (; *args; args++)
    {
      g_auto (GStrv) parts = g_strsplit (*args, "@", -1);
      g_autofree char *argument = g_strjoinv (name, parts);

      g_strv_builder_add (builder, argument);
    }
  filled = g_strv_builder_end (builder);
  program_run (result, folder, (const char *const *) filled);
}

static void
test_exit_codes (void)
{
  static const char *const names[] = { "nothing", "empty", "text", "folder" };
  static const struct
  {
    const char *args[MAX_ARGS];
    int         exit_code;
  } rows[] = {
    { { "generate", "a", "--init", "@" }, 1 },
    { { "generate", "a", "--init", "good.png", "--mask", "@" }, 1 },
    { { "generate", "--image-prompt", "@" }, 1 },
    { { "generate", "a", "--control", "canny=@" }, 1 },
    { { "generate", "--from", "@" }, 1 },
    { { "upscale", "@" }, 1 },
    { { "encode", "@", "-o", "x.safetensors" }, 1 },
    { { "decode", "@", "-o", "x.png" }, 1 },
    { { "show", "@" }, 1 },
    { { "generate", "a", "-o", "x.png", "--lora", "@" }, 4 },
    { { "generate", "a", "-o", "x.png", "--model", "@" }, 4 },
    { { "inspect", "@" }, 4 },
  };
  g_autofree char *folder = new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint j = 0; j < G_N_ELEMENTS (names); j++)
      {
        g_auto (ProgramResult) result = { 0 };

        run_with_name (&result, folder, rows[i].args, names[j]);
        g_test_message ("%s %s: %s", rows[i].args[0], rows[i].args[1], result.err);
        g_assert_cmpint (result.exit_code, ==, rows[i].exit_code);
        g_assert_nonnull (strstr (result.err, names[j]));
        g_assert_cmpstr (result.out, ==, "");
      }
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_empty_names (void)
{
  static const struct
  {
    const char *args[MAX_ARGS];
    const char *sentence;
  } rows[] = {
    { { "generate", "a", "--init", "" }, "--init is an empty name." },
    { { "generate", "a", "--init", "good.png", "--mask", "" }, "--mask is an empty name." },
    { { "generate", "a", "--image-prompt", "" }, "--image-prompt is an empty name." },
    { { "generate", "a", "--image-prompt", ":2" }, "--image-prompt is an empty name." },
    { { "generate", "a", "--control", "canny=" }, "--control is an empty name." },
    { { "generate", "a", "--control", "canny=:1:0-1" }, "--control is an empty name." },
    { { "generate", "--from", "" }, "--from is an empty name." },
    { { "generate", "--from", "good.png", "--input", "" }, "--input is an empty name." },
    { { "generate", "a", "--face-detector", "" }, "--face-detector is an empty name." },
    { { "upscale", "" }, "A file's name is empty." },
    { { "batch", "" }, "A file's name is empty." },
    { { "encode", "good.png", "" }, "A file's name is empty." },
    { { "decode", "" }, "A file's name is empty." },
    { { "show", "" }, "A file's name is empty." },
    { { "inspect", "--", "" }, "A file's name is empty." },
  };
  g_autofree char *folder = new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, rows[i].args);
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 2);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
    }
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_batch_files (void)
{
  static const struct
  {
    const char *name;
    int         exit_code;
    const char *sentence;
  } rows[] = {
    { "nothing", 1, "nothing cannot be read" },
    { "text", 1, "Line 1: This is no JSON" },
    { "folder", 1, "folder is not a file" },
    { "empty", 0, "There are no jobs in “empty”." },
  };
  g_autofree char *folder = new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, (const char *[]) { "batch", rows[i].name, NULL });
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, rows[i].exit_code);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
      g_assert_null (strstr (result.err, "<data>"));
    }
  program_free_folder (g_steal_pointer (&folder));
}

/* Before any picture is made. */
static void
test_batch_output (void)
{
  static const char jobs[] = "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n";
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "jobs", NULL);
  g_auto (ProgramResult) result = { 0 };

  g_assert_true (g_file_set_contents (path, jobs, -1, NULL));
  program_run (&result, folder, (const char *[]) { "batch", "jobs", "-o", "bb", NULL });
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 2);
  g_assert_nonnull (strstr (result.err, "--output is “bb”, one file for 2 jobs."));
  program_free_folder (g_steal_pointer (&folder));
}

#define TINY "{\"prompt\":\"a\",\"init\":\"tiny.png\",\"width\":64,\"height\":64,\"steps\":1," \
             "\"decoder-steps\":1,\"overwrite\":true,\"output\":\"x.png\"}\n"
#define SIZE "--width", "64", "--height", "64", "--steps", "1", "--decoder-steps", "1"

/* What is done nevertheless, but hardly what was wanted. */
static void
test_notices (void)
{
  static const struct
  {
    const char *args[MAX_ARGS + 6];
    const char *sentence;
  } rows[] = {
    { { "generate", SIZE, "-o", "x.png", "--overwrite", "a", "--init", "tiny.png" },
      "The picture of --init has only 1×1 pixels" },
    { { "generate", SIZE, "-o", "x.png", "--overwrite", "a", "--image-prompt", "tiny.png" },
      "The picture of --image-prompt has only 1×1 pixels" },
    { { "generate", SIZE, "-o", "x.png", "--overwrite", "" },
      "The prompt is empty" },
    { { "generate", SIZE, "-o", "x.png", "--overwrite", "# a comment" },
      "The prompt is empty" },
    { { "batch", "jobs" }, "Line 1: The picture of --init has only 1×1 pixels" },
    { { "upscale", "small.png" }, "“small.png” has only 32×32 pixels" },
  };
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "tiny.png", NULL);
  g_autofree char *small_path = g_build_filename (folder, "small.png", NULL);
  g_autofree char *jobs = g_build_filename (folder, "jobs", NULL);
  g_autoptr (CasImage) tiny = cas_image_new (1, 1, NULL), small = cas_image_new (32, 32, NULL);

  g_assert_true (cas_image_save_png (tiny, path, NULL, FALSE, NULL));
  g_assert_true (cas_image_save_png (small, small_path, NULL, FALSE, NULL));
  g_assert_true (g_file_set_contents (jobs, TINY, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, rows[i].args);
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
    }
  program_free_folder (g_steal_pointer (&folder));
}

/* Names and texts of strangers would move the cursor, or worse. */
static void
test_control_characters (void)
{
  static const struct
  {
    const char *args[MAX_ARGS];
    const char *sentence;
  } rows[] = {
    { { "show", "\x1b[31mred" }, "\\x1b[31mred cannot be read" },
    { { "encode", "good.png", "-o", "\x1b[31m/x" }, "The folder “" },
    { { "inspect", "text\x1b" }, "text\\x1b cannot be" },
    { { "batch", "jobs" }, "A job has no “\\x1b[31m”." },
  };
  g_autofree char *folder = new_folder ();
  g_autofree char *jobs = g_build_filename (folder, "jobs", NULL);

  g_assert_true (g_file_set_contents (jobs, "{\"prompt\":\"a\",\"\\u001b[31m\":1}\n", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, rows[i].args);
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, !=, 0);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
      g_assert_null (strchr (result.err, '\x1b'));
    }
  program_free_folder (g_steal_pointer (&folder));
}

/* The texts of a picture are anybody's. */
static void
test_texts (void)
{
  static const CasMetadata metadata = { .prompt = (char *) "a \x1b[31mfox", .seed = 1 };
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "painted.png", NULL);
  g_autoptr (CasImage) image = cas_image_new (64, 64, NULL);
  g_auto (ProgramResult) result = { 0 };

  g_assert_true (cas_image_save_png (image, path, &metadata, FALSE, NULL));
  program_run (&result, folder, (const char *[]) { "inspect", "painted.png", NULL });
  g_test_message ("%s", result.out);
  g_assert_cmpint (result.exit_code, ==, 0);
  g_assert_nonnull (strstr (result.out, "\n  parameters             a \\x1b[31mfox\n"
                                        "                         Steps: "));
  g_assert_null (strchr (result.out, '\x1b'));
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/inputs/exit-codes", test_exit_codes);
  g_test_add_func ("/cli/inputs/empty-names", test_empty_names);
  g_test_add_func ("/cli/inputs/batch-files", test_batch_files);
  g_test_add_func ("/cli/inputs/batch-output", test_batch_output);
  g_test_add_func ("/cli/inputs/notices", test_notices);
  g_test_add_func ("/cli/inputs/control-characters", test_control_characters);
  g_test_add_func ("/cli/inputs/texts", test_texts);
  return g_test_run ();
}
