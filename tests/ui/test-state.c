/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's state from one run to the next: what a person chose is told from what a model has. */

#include <string.h>

#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "state.h"

#define PATIENCE_SECONDS 20

typedef struct
{
  WeirParams   *params;
  WeirDocument *document;
  GListModel   *prompts;
  WeirState    *state;
} Run;

static void
run_begin (Run        *run,
           const char *folder)
{
  run->params = weir_params_new ();
  run->document = weir_document_new ();
  run->prompts = G_LIST_MODEL (gtk_string_list_new (NULL));
  run->state = weir_state_new (folder, run->params, run->prompts, run->document);
  weir_state_restore (run->state);
}

static void
run_end (Run *run)
{
  weir_state_flush (run->state);
  g_object_unref (run->state);
  g_object_unref (run->params);
  g_object_unref (run->document);
  g_object_unref (run->prompts);
}

static const WeirDefaults small = {
  .width = 256, .height = 256, .steps = 12, .cfg = 3, .detail_steps = 4, .detail_cfg = 1.5,
};

static void
remove_state (const char *folder)
{
  g_autofree char *json = g_build_filename (folder, "state.json", NULL);
  g_autofree char *picture = g_build_filename (folder, "document.png", NULL);

  g_unlink (json);
  g_unlink (picture);
  g_rmdir (folder);
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

/* The picture comes back, and its file is not written again for that. */
static void
test_picture (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-state-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "document.png", NULL);
  g_autoptr (CasImage) image = cas_image_new (32, 16, NULL);
  g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);
  GStatBuf before, after;
  Run run;

  run_begin (&run, folder);
  weir_document_set_picture (run.document, picture);
  run_end (&run);
  g_assert_cmpint (g_stat (path, &before), ==, 0);

  run_begin (&run, folder);
  wait_for_picture (&run);
  g_object_set (run.params, "prompt", "other", NULL);
  run_end (&run);
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);

  run_begin (&run, folder);
  wait_for_picture (&run);
  weir_document_set_picture (run.document, NULL);
  run_end (&run);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
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
  return g_test_run ();
}
