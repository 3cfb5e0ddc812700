/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks that are found, as a person asks for them: refusals, and pictures that are made again. */

#include "cli/program.h"

#include <string.h>

#include <glib/gstdio.h>

#include "cascade/cascade.h"
#include "support/model.h"

#define SIDE   128
#define SMALL  "--steps", "2", "--decoder-steps", "1", "--seed", "1"
#define N_ARGS 24

/* A folder with a picture whose left half is bright, and one of the other half. */
static char *
new_folder (void)
{
  static const char *const names[] = { "left.png", "right.png" };
  char *folder = program_new_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (CasImage) image = cas_image_new (SIDE, SIDE, NULL);
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      guint8 *p = cas_image_get_pixels (image);

      for (guint y = 0; y < SIDE; y++)
        memset (p + y * cas_image_get_stride (image) + i * 3 * SIDE / 2, 200, 3 * SIDE / 2);
      g_assert_true (cas_image_save_png (image, path, NULL, FALSE, NULL));
    }
  return folder;
}

static char *
new_model (void)
{
  char *model = test_model_link_demo (NULL);

  test_model_add_saliency (model);
  return model;
}

static void
run (const char        *folder,
     const char        *model,
     const char *const *args)
{
  g_auto (ProgramResult) result = { 0 };
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; args[i]; i++)
    g_ptr_array_add (all, (char *) args[i]);
  g_ptr_array_add (all, (char *) "--model");
  g_ptr_array_add (all, (char *) model);
  g_ptr_array_add (all, NULL);
  program_run (&result, folder, (const char *const *) all->pdata);
  g_test_message ("%s%s", result.out, result.err);
  g_assert_cmpint (result.exit_code, ==, 0);
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

/* The demo model has no saliency network. */
static void
test_refusals (void)
{
  static const struct
  {
    const char *args[N_ARGS];
    int         exit_code;
    const char *sentence;
  } rows[] = {
    { { "generate", "a", "--mask", "auto" }, 2, "--mask is of no use without --init" },
    { { "generate", "a", "--init", "left.png", "--mask", "auto:0" }, 2,
      "--mask auto is “0”, and it may be a number from 0.01 to 0.99." },
    { { "generate", "a", "--init", "left.png", "--mask", "auto:1" }, 2, "--mask auto is “1”" },
    { { "generate", "a", "--init", "left.png", "--mask", "auto:nan" }, 2, "--mask auto is “nan”" },
    { { "generate", "a", "--init", "left.png", "--mask", "auto:" }, 2, "--mask auto is “”" },
    { { "generate", "a", "--init", "left.png", "--mask", "auto:0.2:0.3" }, 2, "“0.2:0.3”" },
    { { "generate", "a", "--init", "left.png", "--mask", "automatic" }, 1, "automatic" },
    { { "generate", "a", "--init", "left.png", "--mask", "auto", "--outpaint", "8,8,8,8" }, 2,
      "A mask and outpainting cannot be had at once." },
    { { "generate", "a", "--init", "left.png", "--mask", "auto" }, 4,
      "The model has no saliency network, which finds masks" },
    { { "generate", "a", "--init", "left.png", "--mask", "auto" }, 4,
      "saliency_model.safetensors" },
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
      g_assert_cmpstr (files, ==, "left.png right.png");
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* The level of a pixel in the middle of either half. */
static void
check_halves (const char *folder,
              const char *name,
              guint8      left,
              guint8      right)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (CasImage) image = cas_image_load (path, NULL, NULL);
  const guint8 *row;

  g_assert_nonnull (image);
  g_assert_cmpuint (cas_image_get_width (image), ==, SIDE);
  g_assert_cmpuint (cas_image_get_height (image), ==, SIDE);
  row = cas_image_get_pixels (image) + SIDE / 2 * cas_image_get_stride (image);
  g_assert_cmpuint (row[3 * SIDE / 4], ==, left);
  g_assert_cmpuint (row[3 * SIDE * 3 / 4], ==, right);
}

/* What was found can be looked at, and be given. */
static void
test_preview (void)
{
  static const char *const found[] = {
    "generate", "a", SMALL, "--init", "left.png", "--mask", "auto", "--control-preview", "p.png",
    "-o", "a.png", NULL,
  };
  static const char *const given[] = {
    "generate", "a", SMALL, "--init", "left.png", "--mask", "p-mask.png", "-o", "b.png", NULL,
  };
  g_autofree char *folder = new_folder ();
  g_autofree char *files = NULL;
  char *model = new_model ();

  run (folder, model, found);
  run (folder, model, given);
  files = program_list_folder (folder);
  g_assert_cmpstr (files, ==, "a.png b.png left.png p-mask.png p.png right.png");
  check_halves (folder, "p-mask.png", 255, 0);
  program_free_folder (g_steal_pointer (&folder));
  test_model_free (model);
}

static void
check_shown (const char *folder,
             const char *sentence)
{
  static const char *const show[] = { "show", "a.png", NULL };
  g_auto (ProgramResult) result = { 0 };

  program_run (&result, folder, show);
  g_test_message ("%s", result.out);
  g_assert_nonnull (strstr (result.out, sentence));
  g_assert_nonnull (strstr (result.out, "saliency_model.safetensors"));
}

/* The picture needs no mask to be made again, and not that of a picture that takes its place. */
static void
test_from (void)
{
  static const char *const made[] = {
    "generate", "a", SMALL, "--init", "left.png", "--mask", "auto:0.3", "-o", "a.png", NULL,
  };
  static const char *const again[] = {
    "generate", "--from", "a.png", "--input", "left.png", "-o", "b.png", NULL,
  };
  static const char *const other[] = {
    "generate", "--from", "a.png", "--init", "right.png", "--control-preview", "p", "-o", "c.png",
    NULL,
  };
  g_autofree char *folder = new_folder ();
  char *model = new_model ();

  run (folder, model, made);
  check_shown (folder, "mask:1 auto:0.3");
  run (folder, model, again);
  check_same_bytes (folder, "a.png", "b.png");
  run (folder, model, other);
  check_halves (folder, "p-mask.png", 0, 255);
  program_free_folder (g_steal_pointer (&folder));
  test_model_free (model);
}

/* a.png with settings by which its mask was another. */
static void
change_mask_hash (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *changed = g_build_filename (folder, "changed.png", NULL);
  g_autoptr (CasImage) image = cas_image_load (path, NULL, NULL);
  g_autoptr (CasSettings) settings = cas_settings_read (path, NULL, NULL);
  CasMetadata *m = &settings->metadata;

  for (guint i = 0; i < m->n_pictures; i++)
    if (m->pictures[i].threshold > 0)
      m->pictures[i].sha256[0] = m->pictures[i].sha256[0] == '0' ? '1' : '0';
  g_assert_true (cas_image_save_png (image, changed, m, FALSE, NULL));
}

/* The mask itself is taken where it is given; one that is found is held against the picture's. */
static void
test_from_mask (void)
{
  static const char *const made[] = {
    "generate", "a", SMALL, "--init", "left.png", "--mask", "auto:0.3", "--control-preview", "p",
    "-o", "a.png", NULL,
  };
  static const struct
  {
    const char *args[N_ARGS];
    gboolean    is_other;
  } rows[] = {
    { { "generate", "--from", "a.png", "--input", "left.png", "-o", "b.png" }, FALSE },
    { { "generate", "--from", "a.png", "--input", "left.png", "--input", "p-mask.png", "-o",
        "b.png" }, FALSE },
    { { "generate", "--from", "changed.png", "--input", "left.png", "-o", "b.png" }, TRUE },
    { { "generate", "--from", "changed.png", "--init", "left.png", "-o", "b.png" }, FALSE },
  };
  g_autofree char *folder = new_folder ();
  char *model = new_model ();

  run (folder, model, made);
  change_mask_hash (folder);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      const char *args[N_ARGS + 4] = { NULL };
      guint n = 0;

      for (; rows[i].args[n]; n++)
        args[n] = rows[i].args[n];
      args[n++] = "--overwrite";
      args[n++] = "--model";
      args[n++] = model;
      program_run (&result, folder, args);
      g_test_message ("%u: %s", i, result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      g_assert_null (strstr (result.err, "left aside"));
      g_assert_cmpint (strstr (result.err, "The mask that was found is another") != NULL, ==,
                       rows[i].is_other);
    }
  program_free_folder (g_steal_pointer (&folder));
  test_model_free (model);
}

/* Where the mask would go is looked at before it is looked for. */
static void
test_preview_there (void)
{
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "p-mask.png", NULL);
  g_autofree char *files = NULL;
  g_auto (ProgramResult) result = { 0 };
  char *model = new_model ();

  g_assert_true (g_file_set_contents (path, "somebody's", -1, NULL));
  program_run (&result, folder, (const char *[]) {
      "generate", "a", SMALL, "--init", "left.png", "--mask", "auto", "--control-preview", "p.png",
      "-o", "a.png", "--model", model, NULL });
  files = program_list_folder (folder);
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 6);
  g_assert_nonnull (strstr (result.err, "p-mask.png"));
  g_assert_cmpstr (files, ==, "left.png p-mask.png right.png");
  program_free_folder (g_steal_pointer (&folder));
  test_model_free (model);
}

/* What is missing is said, and then which file might be it. */
static void
test_unreadable (void)
{
  static const struct
  {
    const char *mask;
    int         exit_code;
    const char *sentence;
  } rows[] = {
    { "auto", 4, "Convert the published saliency_model.pt to saliency_model.safetensors and put it "
                 "there, or give a mask. One file cannot be read: " },
    { "right.png", 0, "The hole is filled without a ControlNet for it: the model has none that can "
                      "be read. " },
  };
  g_autofree char *folder = new_folder ();
  char *model = test_model_link_demo ("controlnet");
  g_autofree char *path = g_build_filename (model, "damaged.safetensors", NULL);

  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, (const char *[]) {
          "generate", "a", SMALL, "--init", "left.png", "--mask", rows[i].mask, "-o", "a.png",
          "--model", model, NULL });
      g_test_message ("%u: %s", i, result.err);
      g_assert_cmpint (result.exit_code, ==, rows[i].exit_code);
      g_assert_nonnull (strstr (result.err, rows[i].sentence));
      g_assert_nonnull (strstr (result.err, "damaged.safetensors"));
    }
  program_free_folder (g_steal_pointer (&folder));
  test_model_free (model);
}

/* A file that is called like the word. */
static void
test_file_named_auto (void)
{
  static const char *const made[] = {
    "generate", "a", SMALL, "--init", "left.png", "--mask", "./auto", "-o", "a.png", NULL,
  };
  static const char *const again[] = {
    "generate", "--from", "a.png", "--input", "left.png", "--input", "auto", "-o", "b.png", NULL,
  };
  g_autofree char *folder = new_folder ();
  g_autofree char *from = g_build_filename (folder, "right.png", NULL);
  g_autofree char *to = g_build_filename (folder, "auto", NULL);
  g_autofree char *demo = cas_model_dup_demo ();

  g_assert_cmpint (g_rename (from, to), ==, 0);
  run (folder, demo, made);
  run (folder, demo, again);
  check_same_bytes (folder, "a.png", "b.png");
  program_free_folder (g_steal_pointer (&folder));
}

/* A picture that is there is known again, though its mask is not known before it is found. */
static void
test_batch (void)
{
  static const char jobs[]
    = "{\"prompt\":\"a\",\"seed\":1,\"steps\":1,\"decoder-steps\":1,\"init\":\"left.png\","
      "\"mask\":\"auto:0.3\",\"output\":\"a.png\"}\n";
  static const char *const summaries[] = { "1 made, 0 there before", "0 made, 1 there before" };
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "jobs", NULL);
  char *model = new_model ();

  g_assert_true (g_file_set_contents (path, jobs, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (summaries); i++)
    {
      const char *const args[] = { "batch", "jobs", "--model", model, NULL };
      g_auto (ProgramResult) result = { 0 };

      program_run (&result, folder, args);
      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 0);
      g_assert_nonnull (strstr (result.err, summaries[i]));
    }
  program_free_folder (g_steal_pointer (&folder));
  test_model_free (model);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/mask/refusals", test_refusals);
  g_test_add_func ("/cli/mask/preview", test_preview);
  g_test_add_func ("/cli/mask/from", test_from);
  g_test_add_func ("/cli/mask/from-mask", test_from_mask);
  g_test_add_func ("/cli/mask/preview-there", test_preview_there);
  g_test_add_func ("/cli/mask/unreadable", test_unreadable);
  g_test_add_func ("/cli/mask/file-named-auto", test_file_named_auto);
  g_test_add_func ("/cli/mask/batch", test_batch);
  return g_test_run ();
}
