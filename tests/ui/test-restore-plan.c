/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a picture's settings is set, and that the rest is said. */

#include "restore-plan.h"

#include <string.h>

#include <glib/gstdio.h>

#include "loras/lora-hash.h"

static CasSettings *
read_text (const char *key,
           const char *text)
{
  g_autoptr (GError) error = NULL;
  CasSettings *settings =
    cas_settings_from_texts (&(CasSettingsText) { key, text }, 1, "test.png", &error);

  g_assert_no_error (error);
  return settings;
}

static const WeirRestoreEntry *
find (WeirRestorePlan *plan,
      const char      *title)
{
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    if (strcmp (weir_restore_plan_get (plan, i)->title, title) == 0)
      return weir_restore_plan_get (plan, i);
  return NULL;
}

static void
choose (WeirRestorePlan *plan,
        const char      *title,
        gboolean         is_chosen)
{
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    if (strcmp (weir_restore_plan_get (plan, i)->title, title) == 0)
      weir_restore_plan_choose (plan, i, is_chosen);
}

#define HASH \
  "0123456789abcdef0123456789abcdef" "0123456789abcdef0123456789abcdef"

static const char foreign[] =
  "a fox in snow\n"
  "Negative prompt: blurry\n"
  "Steps: 25, Sampler: DPM++ 2M, CFG scale: 7.5, Seed: 12345, Size: 515x768, Model: dreamer, "
  "Clip skip: 2";

/* Every setting of another program has its entry, and the chosen ones are set. */
static void
from_another_program (void)
{
  static const struct { const char *title, *part; WeirRestoreState state; } wanted[] = {
    { "Prompt", "a fox in snow", WEIR_RESTORE_READY },
    { "Style", "None", WEIR_RESTORE_READY },
    { "Avoid", "blurry", WEIR_RESTORE_READY },
    { "Size", "515 × 768 → 512 × 768", WEIR_RESTORE_READY },
    { "Seed", "12345", WEIR_RESTORE_READY },
    { "Steps", "25", WEIR_RESTORE_READY },
    { "Guidance", "7.5", WEIR_RESTORE_READY },
    { "Sampler", "DPM++ 2M", WEIR_RESTORE_UNAVAILABLE },
    { "Clip skip", "2", WEIR_RESTORE_UNAVAILABLE },
    { "Model", "dreamer", WEIR_RESTORE_UNAVAILABLE },
  };
  g_autoptr (CasSettings) settings = read_text ("parameters", foreign);
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (WeirRestorePlan) plan = NULL;
  g_autofree char *prompt = NULL, *style = NULL, *negative = NULL;
  guint width, height, steps;
  guint64 seed;
  double cfg;
  gboolean is_random;

  g_object_set (params, "style", "ink", NULL);
  plan = weir_restore_plan_new (settings, params, &(WeirRestoreHere) { .model = "demo" });
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const WeirRestoreEntry *entry = find (plan, wanted[i].title);

      g_test_message ("%s", wanted[i].title);
      g_assert_nonnull (entry);
      g_test_message ("%s", entry->detail);
      g_assert_nonnull (strstr (entry->detail, wanted[i].part));
      g_assert_cmpint (entry->state, ==, wanted[i].state);
      g_assert_cmpint (entry->is_chosen, ==, wanted[i].state == WEIR_RESTORE_READY);
    }
  g_assert_cmpuint (weir_restore_plan_get_n (plan), ==, G_N_ELEMENTS (wanted));

  choose (plan, "Guidance", FALSE);
  choose (plan, "Sampler", TRUE);
  g_assert_false (find (plan, "Sampler")->is_chosen);
  weir_restore_plan_apply (plan, params);
  g_object_get (params, "prompt", &prompt, "style", &style, "negative", &negative, "width", &width,
                "height", &height, "steps", &steps, "cfg", &cfg, "seed", &seed,
                "random-seed", &is_random, NULL);
  g_assert_cmpstr (prompt, ==, "a fox in snow");
  g_assert_cmpstr (style, ==, "");
  g_assert_cmpstr (negative, ==, "blurry");
  g_assert_cmpuint (width, ==, 512);
  g_assert_cmpuint (height, ==, 768);
  g_assert_cmpuint (steps, ==, 25);
  g_assert_cmpuint (seed, ==, 12345);
  g_assert_false (is_random);
  g_assert_cmpfloat (cfg, ==, 4);
}

/* Of a picture of our own that used everything nothing goes without a word. */
static void
from_us (void)
{
  CasMetadataLora lora = { (char *) "lucky", (char *) HASH, 0.5 };
  CasMetadataPicture pictures[] = {
    { .role = (char *) "init", .sha256 = (char *) HASH, .weight = 0.6 },
    { .role = (char *) "mask", .sha256 = (char *) HASH, .weight = 1, .threshold = 0.2 },
  };
  const CasMetadata metadata = {
    .prompt = (char *) "a {red|blue} house", .drawn_prompt = (char *) "a red house",
    .negative_prompt = (char *) "", .width = 256, .height = 256, .seed = G_MAXINT64,
    .sampler = (char *) "lcm", .steps = 20, .cfg = 4, .shift = 2, .decoder_steps = 10,
    .decoder_cfg = 1.1, .model = (char *) "demo", .loras = &lora, .n_loras = 1,
    .pictures = pictures, .n_pictures = 2, .outpaint = { 64, 0, 0, 8 }, .restores_mean = TRUE,
  };
  static const struct { const char *title; WeirRestoreState state; } wanted[] = {
    { "Prompt", WEIR_RESTORE_READY },
    { "Avoid", WEIR_RESTORE_READY },
    { "Size", WEIR_RESTORE_READY },
    { "Seed", WEIR_RESTORE_READY },
    { "Steps", WEIR_RESTORE_READY },
    { "Guidance", WEIR_RESTORE_READY },
    { "Detail Steps", WEIR_RESTORE_READY },
    { "Detail Guidance", WEIR_RESTORE_READY },
    { "Sampler", WEIR_RESTORE_UNAVAILABLE },
    { "Weights", WEIR_RESTORE_UNAVAILABLE },
    { "Expanded Image", WEIR_RESTORE_UNAVAILABLE },
    { "LoRA", WEIR_RESTORE_MISSING },
    { "Image to Begin From", WEIR_RESTORE_MISSING },
    { "Strength", WEIR_RESTORE_READY },
    { "Mask", WEIR_RESTORE_UNAVAILABLE },
  };
  g_autofree char *json = cas_metadata_to_json (&metadata);
  g_autoptr (CasSettings) settings = read_text ("weir", json);
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (WeirRestorePlan) plan =
    weir_restore_plan_new (settings, params, &(WeirRestoreHere) { .model = "demo", .shift = 2 });
  g_autofree char *prompt = NULL;
  double strength;
  guint64 seed;

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const WeirRestoreEntry *entry = find (plan, wanted[i].title);

      g_test_message ("%s", wanted[i].title);
      g_assert_nonnull (entry);
      g_assert_cmpint (entry->state, ==, wanted[i].state);
    }
  g_assert_cmpuint (weir_restore_plan_get_n (plan), ==, G_N_ELEMENTS (wanted));

  weir_restore_plan_apply (plan, params);
  g_object_get (params, "prompt", &prompt, "seed", &seed, "strength", &strength, NULL);
  g_assert_cmpfloat (strength, ==, 0.6);
  g_assert_cmpstr (prompt, ==, "a {red|blue} house");
  g_assert_cmpuint (seed, ==, G_MAXINT64);
}

/* A number that no job may have is said and left alone. */
static void
out_of_range (void)
{
  g_autoptr (CasSettings) settings =
    read_text ("parameters", "x\nSteps: 5000, CFG scale: 400, Seed: 1, Size: 16x100000");
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (WeirRestorePlan) plan = weir_restore_plan_new (settings, params, &(WeirRestoreHere) { 0 });
  guint steps, width;
  double cfg;

  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    g_test_message ("%s: %s", weir_restore_plan_get (plan, i)->title,
                    weir_restore_plan_get (plan, i)->detail);
  g_assert_cmpint (find (plan, "Guidance")->state, ==, WEIR_RESTORE_UNAVAILABLE);
  weir_restore_plan_apply (plan, params);
  g_object_get (params, "steps", &steps, "cfg", &cfg, "width", &width, NULL);
  g_assert_cmpuint (steps, ==, 20);
  g_assert_cmpfloat (cfg, ==, 4);
  g_assert_true (width == 64 || width == 1024);
}

static char *
dup_known (gpointer    known,
           const char *sha256)
{
  return g_str_equal (known, sha256) ? g_strdup ("/history/guide.png") : NULL;
}

static const WeirRestorePicture *
find_picture (WeirRestorePlan *plan,
              const char      *title)
{
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    if (strcmp (weir_restore_plan_get (plan, i)->title, title) == 0)
      return weir_restore_plan_get_picture (plan, i);
  return NULL;
}

#define OTHER_HASH \
  "fedcba9876543210fedcba9876543210" "fedcba9876543210fedcba9876543210"

/* LoRA files by their names, pictures by their pixels, and what is not here is said. */
static void
steering (void)
{
  static const struct { const char *title; WeirRestoreState state; } wanted[] = {
    { "Guidance: Edges", WEIR_RESTORE_READY },
    { "Guidance: Face", WEIR_RESTORE_MISSING },            /* the model has none */
    { "Guidance: Super Resolution", WEIR_RESTORE_MISSING }, /* the picture is not here */
    { "Image to Vary", WEIR_RESTORE_READY },
  };
  CasMetadataLora loras[] = { { (char *) "plan", NULL, 0.5 }, { (char *) "gone", NULL, 1 } };
  CasMetadataPicture pictures[] = {
    { .role = (char *) "canny", .sha256 = (char *) HASH, .weight = 0.6, .start = 0.1, .end = 0.9,
      .low = 70, .high = 90 },
    { .role = (char *) "identity", .sha256 = (char *) HASH, .weight = 1, .end = 1 },
    { .role = (char *) "super_resolution", .sha256 = (char *) OTHER_HASH, .weight = 1, .end = 1 },
    { .role = (char *) "prompt", .sha256 = (char *) HASH, .weight = 1.5 },
  };
  const CasMetadata metadata = {
    .prompt = (char *) "a house", .width = 256, .height = 256, .sampler = (char *) "ddpm",
    .steps = 20, .cfg = 4, .shift = 2, .decoder_steps = 10, .decoder_cfg = 1.1, .loras = loras,
    .n_loras = 2, .pictures = pictures, .n_pictures = G_N_ELEMENTS (pictures),
  };
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "weir", "loras", NULL);
  g_autofree char *path = g_build_filename (folder, "plan.safetensors", NULL);
  g_autoptr (GSettings) gsettings = g_settings_new (WEIR_APP_ID);
  g_autofree char *json = cas_metadata_to_json (&metadata);
  g_autoptr (CasSettings) settings = read_text ("weir", json);
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (WeirLoraList) list = NULL;
  g_autoptr (WeirRestorePlan) plan = NULL;
  const WeirRestorePicture *edges;
  WeirLora *lora;
  gboolean is_on;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  list = weir_lora_list_new (gsettings);
  lora = weir_lora_list_find (list, path);
  plan = weir_restore_plan_new (settings, params, &(WeirRestoreHere) {
    .loras = list,
    .control_kinds = 1 << CAS_CONTROL_CANNY | 1 << CAS_CONTROL_SUPER_RESOLUTION,
    .dup_picture = dup_known,
    .data = (gpointer) HASH,
  });
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const WeirRestoreEntry *entry = find (plan, wanted[i].title);

      g_test_message ("%s", wanted[i].title);
      g_assert_nonnull (entry);
      g_assert_cmpint (entry->state, ==, wanted[i].state);
      g_assert_cmpint (find_picture (plan, wanted[i].title) != NULL, ==,
                       wanted[i].state == WEIR_RESTORE_READY);
    }
  g_assert_cmpstr (find (plan, "LoRA")->detail, ==, "“plan”, weight 0.5");
  edges = find_picture (plan, "Guidance: Edges");
  g_assert_cmpstr (edges->path, ==, "/history/guide.png");
  g_assert_cmpfloat (edges->weight, ==, 0.6);
  g_assert_cmpuint (edges->low, ==, 70);
  g_assert_true (find_picture (plan, "Image to Vary")->is_reference);
  choose (plan, "Guidance: Edges", FALSE);
  g_assert_null (find_picture (plan, "Guidance: Edges"));

  weir_restore_plan_apply (plan, params);
  g_object_get (lora, "is-on", &is_on, NULL);
  g_assert_true (is_on);
  g_assert_cmpfloat (weir_lora_get_weight (lora), ==, 0.5);
  g_remove (path);
}

/* A picture to begin from that the history has comes back, with what was added around it; one that
 * was doubled is told. */
static void
begin_from (void)
{
  CasMetadataPicture pictures[] = {
    { .role = (char *) "init", .sha256 = (char *) HASH, .weight = 0.25 },
    { .role = (char *) "super_resolution", .sha256 = (char *) HASH, .weight = 1, .end = 1,
      .is_small = TRUE },
  };
  const CasMetadata metadata = {
    .prompt = (char *) "a house", .width = 256, .height = 256, .sampler = (char *) "ddpm",
    .steps = 20, .cfg = 4, .shift = 2, .decoder_steps = 10, .decoder_cfg = 1.1,
    .pictures = pictures, .n_pictures = G_N_ELEMENTS (pictures), .outpaint = { 64, 0, 0, 8 },
  };
  g_autofree char *json = cas_metadata_to_json (&metadata);
  g_autoptr (CasSettings) settings = read_text ("weir", json);
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (WeirRestorePlan) plan = weir_restore_plan_new (settings, params, &(WeirRestoreHere) {
    .control_kinds = 1 << CAS_CONTROL_SUPER_RESOLUTION, .dup_picture = dup_known,
    .data = (gpointer) HASH });
  guint outside[4];

  g_assert_true (find_picture (plan, "Image to Begin From")->is_init);
  g_assert_cmpint (find (plan, "Expanded Image")->state, ==, WEIR_RESTORE_READY);
  g_assert_cmpint (find (plan, "Guidance: Super Resolution")->state, ==, WEIR_RESTORE_UNAVAILABLE);
  g_assert_true (weir_restore_plan_get_outside (plan, outside));
  g_assert_cmpuint (outside[0], ==, 64);
  g_assert_cmpuint (outside[3], ==, 8);
  choose (plan, "Expanded Image", FALSE);
  g_assert_false (weir_restore_plan_get_outside (plan, outside));
}

/* What a file holds counts, and not what it is called. */
static void
lora_hashes (void)
{
  static const struct { const char *name, *hash, *detail; WeirRestoreState state; } cases[] = {
    { "one", HASH, "“one”, weight 0.5", WEIR_RESTORE_READY },
    { "old", HASH, "“old”, weight 0.5; the file is called “one” here", WEIR_RESTORE_READY },
    { "two", HASH, "“two”, weight 0.5; the file is called “one” here", WEIR_RESTORE_READY },
    { "two", OTHER_HASH, "“two”, weight 0.5: another file has that name here → none is used",
      WEIR_RESTORE_MISSING },
    { "two", NULL, "“two”, weight 0.5", WEIR_RESTORE_READY },
    { "gone", OTHER_HASH, "“gone”, weight 0.5 → none is used", WEIR_RESTORE_MISSING },
  };
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "weir", "loras", NULL);
  g_autofree char *one = g_build_filename (folder, "one.safetensors", NULL);
  g_autofree char *two = g_build_filename (folder, "two.safetensors", NULL);
  g_autoptr (GHashTable) hashes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GSettings) gsettings = g_settings_new (WEIR_APP_ID);
  g_autoptr (WeirLoraList) list = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (one, "x", 1, NULL));
  g_assert_true (g_file_set_contents (two, "abc", 3, NULL));
  list = weir_lora_list_new (gsettings);
  g_hash_table_insert (hashes, one, g_strdup (HASH));
  g_hash_table_insert (hashes, two, weir_lora_dup_hash (two, NULL));
  g_assert_cmpstr (g_hash_table_lookup (hashes, two), ==, "ba7816bf8f01cfea414140de5dae2223b00361a3"
                                                          "96177a9cb410ff61f20015ad");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasMetadataLora lora = { (char *) cases[i].name, (char *) cases[i].hash, 0.5 };
      const CasMetadata metadata = {
        .prompt = (char *) "a house", .width = 256, .height = 256, .sampler = (char *) "ddpm",
        .steps = 20, .cfg = 4, .shift = 2, .decoder_steps = 10, .decoder_cfg = 1.1,
        .loras = &lora, .n_loras = 1,
      };
      g_autofree char *json = cas_metadata_to_json (&metadata);
      g_autoptr (CasSettings) settings = read_text ("weir", json);
      g_autoptr (WeirParams) params = weir_params_new ();
      g_autoptr (WeirRestorePlan) plan =
        weir_restore_plan_new (settings, params, &(WeirRestoreHere) { .loras = list,
                                                                      .hashes = hashes });

      g_assert_cmpstr (find (plan, "LoRA")->detail, ==, cases[i].detail);
      g_assert_cmpint (find (plan, "LoRA")->state, ==, cases[i].state);
    }
  g_remove (one);
  g_remove (two);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/restore-plan/from-another-program", from_another_program);
  g_test_add_func ("/ui/restore-plan/from-us", from_us);
  g_test_add_func ("/ui/restore-plan/out-of-range", out_of_range);
  g_test_add_func ("/ui/restore-plan/steering", steering);
  g_test_add_func ("/ui/restore-plan/begin-from", begin_from);
  g_test_add_func ("/ui/restore-plan/lora-hashes", lora_hashes);
  return g_test_run ();
}
