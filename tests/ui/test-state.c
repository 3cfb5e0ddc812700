/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's state from one run to the next: what a person chose is told from what a model has. */

#include <string.h>

#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "reference.h"
#include "state.h"

#define PATIENCE_SECONDS 20

typedef struct
{
  WeirParams   *params;
  WeirDocument *document;
  GListStore   *guides, *references;
  WeirLoraList *loras;
  GListModel   *prompts;
  WeirWork     *work;
  WeirState    *state;
  guint         n_recovered;
  char         *aside;
} Run;

static void
recovered (Run *run)
{
  run->n_recovered++;
}

static void
was_put_aside (Run        *run,
               const char *folder)
{
  run->aside = g_strdup (folder);
}

static void
run_begin (Run        *run,
           const char *folder)
{
  g_autoptr (GSettings) settings = g_settings_new (WEIR_APP_ID);

  *run = (Run) { .params = weir_params_new () };
  run->document = weir_document_new ();
  run->guides = g_list_store_new (WEIR_TYPE_GUIDE);
  run->references = g_list_store_new (WEIR_TYPE_REFERENCE);
  run->loras = weir_lora_list_new (settings);
  run->prompts = G_LIST_MODEL (gtk_string_list_new (NULL));
  run->work = weir_work_new (run->document, run->params, run->guides, run->references, run->loras);
  run->state = weir_state_new (folder, run->work, run->prompts);
  g_signal_connect_swapped (run->state, "recovered", G_CALLBACK (recovered), run);
  g_signal_connect_swapped (run->state, "put-aside", G_CALLBACK (was_put_aside), run);
  weir_state_restore (run->state);
}

static void
run_free (Run *run)
{
  g_object_unref (run->state);
  g_object_unref (run->work);
  g_object_unref (run->params);
  g_object_unref (run->document);
  g_object_unref (run->guides);
  g_object_unref (run->references);
  g_object_unref (run->loras);
  g_object_unref (run->prompts);
  g_free (run->aside);
}

static void
run_end (Run *run)
{
  weir_state_flush (run->state);
  run_free (run);
}

static const WeirDefaults small = {
  .width = 256, .height = 256, .steps = 12, .cfg = 3, .detail_steps = 4, .detail_cfg = 1.5,
};

static void
remove_state (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      remove_state (path);
    }
  g_remove (folder);
}

/* A size and steps that the published model has too are not taken for its own. */
static void
test_defaults (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  guint width, height, steps, detail_steps;
  guint64 seed;
  Run run;

  run_begin (&run, folder);
  weir_params_adopt (run.params, &small);
  g_object_set (run.params, "width", 512u, "height", 320u, "steps", 20u, "seed",
                G_GUINT64_CONSTANT (5000000000), NULL);
  run_end (&run);

  run_begin (&run, folder);
  weir_params_adopt (run.params, &small);
  g_object_get (run.params, "width", &width, "height", &height, "steps", &steps, "detail-steps",
                &detail_steps, "seed", &seed, NULL);
  g_assert_cmpuint (seed, ==, 5000000000);
  g_assert_cmpuint (width, ==, 512);
  g_assert_cmpuint (height, ==, 320);
  g_assert_cmpuint (steps, ==, 20);
  g_assert_cmpuint (detail_steps, ==, 4);
  run_end (&run);
  remove_state (folder);
}

/* Numbers that no model has are left aside, with all of the others. */
static void
test_damaged (void)
{
  static const char *const rows[] = {
    "{\"defaults\":1}", "{\"defaults\":{}}", "[]", "{",
    "{\"defaults\":{\"width\":-1,\"height\":8,\"steps\":1,\"detail-steps\":1,\"cfg\":1,\"detail-cfg\":1}}",
    "{\"defaults\":{\"width\":8,\"height\":8,\"steps\":0,\"detail-steps\":1,\"cfg\":1,\"detail-cfg\":1}}",
    "{\"defaults\":{\"width\":8,\"height\":\"8\",\"steps\":1,\"detail-steps\":1,\"cfg\":1,\"detail-cfg\":1}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
      g_autofree char *json = g_build_filename (folder, "state.json", NULL);
      Run run;

      g_assert_true (g_file_set_contents (json, rows[i], -1, NULL));
      run_begin (&run, folder);
      g_assert_cmpuint (weir_params_get_defaults (run.params)->width, ==, 1024);
      run_end (&run);
      remove_state (folder);
    }
}

static void
wait_for_picture (const Run *run)
{
  const gint64 end_us = g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;

  while (!weir_document_get_picture (run->document) && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, FALSE);
  g_assert_nonnull (weir_document_get_picture (run->document));
}

static void
let_pass (guint ms)
{
  const gint64 end_us = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end_us)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static WeirPicture *
new_picture (guint  width,
             guint  height,
             guint8 seed)
{
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);

  for (guint i = 0; i < 3 * width * height; i++)
    cas_image_get_pixels (image)[i] = (guint8) (i * seed >> 3);
  return weir_picture_new (image, NULL);
}

/* The names of pictures and masks. */
static GHashTable *
list_files (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "document", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    g_hash_table_add (files, g_strdup (name));
  return files;
}

static guint
count_common (GHashTable *one,
              GHashTable *other)
{
  GHashTableIter iter;
  gpointer name;
  guint n = 0;

  g_hash_table_iter_init (&iter, one);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    n += g_hash_table_contains (other, name);
  return n;
}

/* The picture comes back, and its file is not written again for that, nor for a stroke. */
static void
test_picture (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  const WeirMaskBrush brush = { .size = 8 };
  g_autoptr (WeirPicture) picture = new_picture (32, 16, 3);
  g_autoptr (GHashTable) first = NULL, second = NULL, third = NULL, last = NULL;
  Run run;

  run_begin (&run, folder);
  weir_document_set_picture (run.document, picture);
  run_end (&run);
  first = list_files (folder);
  g_assert_cmpuint (g_hash_table_size (first), ==, 1);

  run_begin (&run, folder);
  wait_for_picture (&run);
  g_object_set (run.params, "prompt", "other", NULL);
  run_end (&run);
  second = list_files (folder);
  g_assert_cmpuint (count_common (first, second), ==, 1);

  run_begin (&run, folder);
  wait_for_picture (&run);
  weir_mask_begin_stroke (weir_document_get_mask (run.document), &brush, 4, 4, 1);
  run_end (&run);
  third = list_files (folder);
  g_assert_cmpuint (g_hash_table_size (third), ==, 2);
  g_assert_cmpuint (count_common (first, third), ==, 1);

  run_begin (&run, folder);
  wait_for_picture (&run);
  g_assert_false (weir_mask_is_empty (weir_document_get_mask (run.document)));
  weir_document_set_picture (run.document, NULL);
  run_end (&run);
  last = list_files (folder);
  g_assert_cmpuint (g_hash_table_size (last), ==, 0);
  remove_state (folder);
}

static WeirLora *
find_lora (const Run *run)
{
  return weir_lora_list_find_like (run->loras, "/elsewhere/state.safetensors");
}

/* Everything that steers the next picture is there again, to the byte. */
static void
fill (Run *run)
{
  const WeirMaskBrush brush = { .size = 9, .softness = 0.8 };
  g_autoptr (WeirPicture) picture = new_picture (32, 16, 5), other = new_picture (8, 8, 7);
  g_autoptr (WeirGuide) guide = weir_work_new_guide (run->work, CAS_CONTROL_CANNY);
  g_autoptr (WeirGuide) bare = weir_work_new_guide (run->work, CAS_CONTROL_IDENTITY);
  g_autoptr (WeirReference) reference = weir_reference_new (other, "other.png");

  weir_document_set_picture (run->document, picture);
  weir_mask_begin_stroke (weir_document_get_mask (run->document), &brush, 6, 6, 1);
  weir_mask_extend_stroke (weir_document_get_mask (run->document), 20, 9, 1);
  weir_mask_end_stroke (weir_document_get_mask (run->document));
  weir_document_set_frame (run->document, &(GdkRectangle) { -8, 0, 48, 16 });
  g_object_set (guide, "is-on", FALSE, "strength", 0.5, "start", 0.25, "end", 0.75, "low", 50u,
                "high", 60u, NULL);
  weir_guide_set_picture (guide, picture, "From the canvas");
  g_list_store_append (run->guides, guide);
  g_list_store_append (run->guides, bare);
  g_object_set (reference, "weight", 1.5, NULL);
  g_list_store_append (run->references, reference);
  g_object_set (find_lora (run), "is-on", TRUE, "weight", -0.5, NULL);
  weir_work_set_path (run->work, "/somewhere/fox.weir", TRUE);
}

static char *
hash_mask (const Run *run)
{
  guint8 pixels[32 * 16];

  weir_mask_read (weir_document_get_mask (run->document), pixels, 32);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, pixels, sizeof pixels);
}

static void
check (const Run  *run,
       const char *mask)
{
  g_autoptr (WeirGuide) guide = g_list_model_get_item (G_LIST_MODEL (run->guides), 0);
  g_autoptr (WeirReference) reference = g_list_model_get_item (G_LIST_MODEL (run->references), 0);
  g_autofree char *found = hash_mask (run);
  WeirPicture *picture = weir_document_get_picture (run->document);
  g_autoptr (WeirPicture) wanted = new_picture (32, 16, 5);
  GdkRectangle frame;
  double strength, start, end, weight;
  guint low, high;
  gboolean is_on;

  g_assert_cmpmem (cas_image_get_pixels (weir_picture_get_image (picture)), 32 * 16 * 3,
                   cas_image_get_pixels (weir_picture_get_image (wanted)), 32 * 16 * 3);
  g_assert_cmpstr (found, ==, mask);
  weir_document_get_frame (run->document, &frame);
  g_assert_cmpint (frame.x, ==, -8);
  g_assert_cmpint (frame.width, ==, 48);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run->guides)), ==, 2);
  g_assert_cmpint (weir_guide_get_kind (guide), ==, CAS_CONTROL_CANNY);
  g_assert_true (weir_guide_get_picture (guide) == picture);
  g_assert_cmpstr (weir_guide_get_name (guide), ==, "From the canvas");
  g_object_get (guide, "is-on", &is_on, "strength", &strength, "start", &start, "end", &end, "low",
                &low, "high", &high, NULL);
  g_assert_false (is_on);
  g_assert_cmpfloat (strength, ==, 0.5);
  g_assert_cmpfloat (start, ==, 0.25);
  g_assert_cmpfloat (end, ==, 0.75);
  g_assert_cmpuint (low, ==, 50);
  g_assert_cmpuint (high, ==, 60);
  g_assert_cmpstr (weir_reference_get_name (reference), ==, "other.png");
  g_assert_cmpfloat (weir_reference_get_weight (reference), ==, 1.5);
  g_object_get (find_lora (run), "is-on", &is_on, "weight", &weight, NULL);
  g_assert_true (is_on);
  g_assert_cmpfloat (weight, ==, -0.5);
  g_assert_cmpstr (weir_work_get_path (run->work), ==, "/somewhere/fox.weir");
  g_assert_true (weir_work_get_is_unsaved (run->work));
}

static void
test_steering (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  g_autofree char *loras = g_build_filename (g_get_user_data_dir (), "weir", "loras", NULL);
  g_autofree char *lora = g_build_filename (loras, "state.safetensors", NULL);
  g_autofree char *mask = NULL;
  g_autoptr (GHashTable) files = NULL;
  Run run;

  g_assert_cmpint (g_mkdir_with_parents (loras, 0700), ==, 0);
  g_assert_true (g_file_set_contents (lora, "x", 1, NULL));
  run_begin (&run, folder);
  fill (&run);
  mask = hash_mask (&run);
  run_end (&run);
  files = list_files (folder);
  g_assert_cmpuint (g_hash_table_size (files), ==, 3); /* a picture that two have is there once */

  for (guint i = 0; i < 2; i++)
    {
      run_begin (&run, folder);
      wait_for_picture (&run);
      check (&run, mask);
      run_end (&run);
    }
  g_remove (lora);
  remove_state (folder);
}

/* --- runs that break off --------------------------------------------------------------------- */

static void
break_off (Run        *run,
           const char *folder,
           const char *word)
{
  g_autofree char *marker = g_build_filename (folder, "running", NULL);

  run_end (run);
  g_assert_false (g_file_test (marker, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (marker, word, -1, NULL));
}

/* It is said once that a run broke off; one that breaks off in showing what there was does not do so
 * again. */
static void
test_crashes (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  g_autofree char *marker = g_build_filename (folder, "running", NULL);
  g_autofree char *word = NULL, *later = NULL, *kept = NULL;
  g_autoptr (WeirPicture) picture = new_picture (32, 16, 3);
  Run run;

  run_begin (&run, folder);
  weir_document_set_picture (run.document, picture);
  g_assert_true (g_file_get_contents (marker, &word, NULL, NULL));
  g_assert_cmpstr (word, ==, "running\n");
  break_off (&run, folder, word);

  run_begin (&run, folder);
  g_assert_true (g_file_get_contents (marker, &later, NULL, NULL));
  g_assert_cmpstr (later, ==, "restoring\n");
  wait_for_picture (&run);
  g_assert_cmpuint (run.n_recovered, ==, 1);
  run_end (&run);

  run_begin (&run, folder);
  wait_for_picture (&run);
  g_assert_cmpuint (run.n_recovered, ==, 0);
  g_assert_null (run.aside);
  break_off (&run, folder, later);

  run_begin (&run, folder);
  g_assert_nonnull (run.aside);
  kept = g_build_filename (run.aside, "state.json", NULL);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  let_pass (100);
  g_assert_null (weir_document_get_picture (run.document));
  g_assert_cmpuint (run.n_recovered, ==, 0);
  run_end (&run);
  remove_state (folder);
}

/* A picture that cannot be read is not thrown away. */
static void
test_unreadable (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  g_autofree char *files = g_build_filename (folder, "document", NULL);
  g_autofree char *aside = g_build_filename (folder, "aside", "document", NULL);
  g_autoptr (WeirPicture) picture = new_picture (32, 16, 3);
  g_autoptr (GHashTable) names = NULL;
  GHashTableIter iter;
  gpointer name;
  Run run;

  run_begin (&run, folder);
  weir_document_set_picture (run.document, picture);
  run_end (&run);
  names = list_files (folder);
  g_hash_table_iter_init (&iter, names);
  g_assert_true (g_hash_table_iter_next (&iter, &name, NULL));

  g_autofree char *path = g_build_filename (files, name, NULL);
  g_autofree char *kept = g_build_filename (aside, name, NULL);

  g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
  run_begin (&run, folder);
  for (guint i = 0; i < 200 && !run.aside; i++)
    let_pass (50);
  g_assert_nonnull (run.aside);
  g_object_set (run.params, "prompt", "other", NULL);
  run_end (&run);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  remove_state (folder);
}

/* Within a second of a change in a stroke that goes on, without an end of the run. */
static void
test_stroke (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  const WeirMaskBrush brush = { .size = 8 };
  g_autoptr (WeirPicture) picture = new_picture (64, 64, 3);
  guint8 pixels[64 * 64];
  Run first, second;

  run_begin (&first, folder);
  weir_document_set_picture (first.document, picture);
  weir_mask_begin_stroke (weir_document_get_mask (first.document), &brush, 8, 8, 1);
  weir_mask_extend_stroke (weir_document_get_mask (first.document), 50, 8, 1);
  let_pass (1000);

  run_begin (&second, folder);
  g_assert_true (weir_mask_has_stroke (weir_document_get_mask (first.document)));
  wait_for_picture (&second);
  g_assert_cmpuint (second.n_recovered, ==, 1);
  weir_mask_read (weir_document_get_mask (second.document), pixels, 64);
  g_assert_cmpuint (pixels[8 * 64 + 8], ==, 255);
  g_assert_cmpuint (pixels[8 * 64 + 48], ==, 255);
  g_assert_cmpuint (pixels[30 * 64 + 8], ==, 0);
  run_end (&second);
  run_end (&first);
  remove_state (folder);
}

/* What a stroke on the largest usual picture costs; told, not judged. */
static void
test_cost (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  const WeirMaskBrush brush = { .size = 200, .softness = 0.5 };
  g_autoptr (WeirPicture) picture = new_picture (4096, 4096, 3);
  gint64 begin_us;
  Run run;

  run_begin (&run, folder);
  weir_document_set_picture (run.document, picture);
  begin_us = g_get_monotonic_time ();
  weir_state_flush (run.state);
  let_pass (0);
  g_test_message ("the first time: %.0f ms", (double) (g_get_monotonic_time () - begin_us) / 1000);
  for (guint i = 0; i < 3; i++)
    {
      weir_mask_begin_stroke (weir_document_get_mask (run.document), &brush, 100, 400 * (i + 1), 1);
      weir_mask_extend_stroke (weir_document_get_mask (run.document), 4000, 3000, 1);
      begin_us = g_get_monotonic_time ();
      weir_project_free (weir_work_capture (run.work, TRUE));
      g_test_message ("a copy of the mask: %.1f ms",
                      (double) (g_get_monotonic_time () - begin_us) / 1000);
      begin_us = g_get_monotonic_time ();
      weir_state_flush (run.state);
      g_test_message ("a stroke: %.0f ms", (double) (g_get_monotonic_time () - begin_us) / 1000);
    }
  run_end (&run);
  remove_state (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/defaults", test_defaults);
  g_test_add_func ("/state/damaged", test_damaged);
  g_test_add_func ("/state/picture", test_picture);
  g_test_add_func ("/state/steering", test_steering);
  g_test_add_func ("/state/crashes", test_crashes);
  g_test_add_func ("/state/stroke", test_stroke);
  g_test_add_func ("/state/unreadable", test_unreadable);
  if (g_test_perf ())
    g_test_add_func ("/state/cost", test_cost);
  return g_test_run ();
}
