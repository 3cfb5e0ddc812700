/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Project files: what is saved comes back to the byte, and of what is damaged all that is whole. */

#include "project/project.h"

#include <string.h>

#include <glib/gstdio.h>

#include "project/archive.h"

#define WIDTH  300
#define HEIGHT 200

typedef struct
{
  char        *folder, *path;
  WeirProject *project;
} Fixture;

static WeirPicture *
new_picture (guint width,
             guint height)
{
  const CasMetadata metadata = {
    .prompt = (char *) "a “fox” in snow", .width = width, .height = height, .seed = 7,
    .sampler = (char *) "ddpm", .steps = 20, .cfg = 4, .shift = 2, .decoder_steps = 10,
    .decoder_cfg = 1.1,
  };
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);

  for (guint i = 0; i < 3 * width * height; i++)
    cas_image_get_pixels (image)[i] = (guint8) (i * i >> 5);
  return weir_picture_new (image, &metadata);
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  const WeirMaskBrush brush = { .size = 80, .softness = 0.7 };

  f->folder = g_dir_make_tmp ("weir-project-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "Füchse.weir", NULL);
  f->project = g_new0 (WeirProject, 1);
  f->project->picture = new_picture (WIDTH, HEIGHT);
  f->project->mask = weir_mask_new (WIDTH, HEIGHT);
  weir_mask_begin_stroke (f->project->mask, &brush, 20, 30, 1);
  weir_mask_extend_stroke (f->project->mask, 280, 150, 1);
  weir_mask_end_stroke (f->project->mask);
  f->project->has_frame = TRUE;
  f->project->frame = (GdkRectangle) { -64, 0, 384, 256 };
  f->project->others[0] = new_picture (20, 10);
  f->project->others[WEIR_PROJECT_MAX_OTHERS - 1] = new_picture (7, 30);
  f->project->params = json_from_string ("{\"prompt\": \"a “fox”\", \"steps\": 20}", NULL);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_remove (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  weir_project_free (f->project);
  g_free (f->path);
  g_free (f->folder);
}

static void
assert_same_mask (WeirMask *a,
                  WeirMask *b)
{
  g_autofree guint8 *pixels = g_malloc (WIDTH * HEIGHT), *others = g_malloc (WIDTH * HEIGHT);

  weir_mask_read (a, pixels, WIDTH);
  weir_mask_read (b, others, WIDTH);
  g_assert_cmpmem (pixels, WIDTH * HEIGHT, others, WIDTH * HEIGHT);
}

static void
assert_same_picture (WeirPicture *a,
                     WeirPicture *b)
{
  g_autofree char *hash = cas_image_dup_hash (weir_picture_get_image (a));
  g_autofree char *other_hash = cas_image_dup_hash (weir_picture_get_image (b));
  g_autofree char *json = cas_metadata_to_json (weir_picture_get_metadata (a));
  g_autofree char *other_json = cas_metadata_to_json (weir_picture_get_metadata (b));

  g_assert_cmpstr (hash, ==, other_hash);
  g_assert_cmpstr (json, ==, other_json);
}

static void
assert_same (const WeirProject *a,
             const WeirProject *b)
{
  assert_same_picture (a->picture, b->picture);
  assert_same_mask (a->mask, b->mask);
  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS; i++)
    {
      g_assert_cmpint (a->others[i] != NULL, ==, b->others[i] != NULL);
      if (a->others[i])
        assert_same_picture (a->others[i], b->others[i]);
    }
  g_assert_true (b->has_frame);
  g_assert_true (gdk_rectangle_equal (&a->frame, &b->frame));
  g_assert_true (json_node_equal (a->params, b->params));
}

static GBytes *
read_file (const char *path)
{
  char *contents;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  return g_bytes_new_take (contents, size);
}

/* --- there and back -------------------------------------------------------------------------- */

static void
test_round_trip (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirProject) project = NULL;
  g_autoptr (GBytes) once = NULL, twice = NULL;

  g_assert_true (weir_project_save (f->project, f->path, NULL, &error));
  once = read_file (f->path);
  project = weir_project_load (f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (project->complaint, ==, NULL);
  assert_same (f->project, project);
  g_assert_true (weir_project_save (project, f->path, NULL, &error));
  twice = read_file (f->path);
  g_assert_true (g_bytes_equal (once, twice));
}

static void
test_nothing (Fixture      *f,
              gconstpointer data)
{
  const WeirProject empty = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirProject) project = NULL;

  g_assert_true (weir_project_save (&empty, f->path, NULL, &error));
  project = weir_project_load (f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (project->picture);
  g_assert_null (project->mask);
  g_assert_null (project->params);
  g_assert_false (project->has_frame);
  g_assert_cmpstr (project->complaint, ==, NULL);
}

static void
keep_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
test_threads (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (GAsyncResult) saved = NULL, loaded = NULL;
  g_autoptr (WeirProject) project = NULL;
  g_autoptr (WeirMask) mask =
    weir_mask_crop (f->project->mask, &(GdkRectangle) { 0, 0, WIDTH, HEIGHT });
  g_autoptr (GError) error = NULL;

  weir_project_save_async (f->project, f->path, NULL, keep_result, &saved);
  weir_mask_invert (f->project->mask);
  json_object_set_int_member (json_node_get_object (f->project->params), "steps", 1);
  g_assert_true (weir_project_save_finish (await (&saved), &error));
  g_assert_no_error (error);

  weir_project_load_async (f->path, NULL, keep_result, &loaded);
  project = weir_project_load_finish (await (&loaded), &error);
  g_assert_no_error (error);
  assert_same_mask (project->mask, mask);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (project->params), "steps"), ==,
                   20);
}

static void
test_cancel (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (weir_project_save (f->project, f->path, NULL, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_null (weir_project_load (f->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (g_remove (f->path), ==, 0);
  g_assert_false (weir_project_save (f->project, f->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
test_no_file (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (f->folder, "nowhere", "fox.weir", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_project_load (f->path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (weir_project_load (f->folder, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (weir_project_save (f->project, nowhere, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- parts that are no good ------------------------------------------------------------------ */

enum
{
  HAS_PICTURE = 1 << 0,
  HAS_MASK    = 1 << 1,
  HAS_FRAME   = 1 << 2,
  HAS_PARAMS  = 1 << 3,
  HAS_OTHER   = 1 << 4,
  HAS_ALL     = HAS_PICTURE | HAS_MASK | HAS_FRAME | HAS_PARAMS | HAS_OTHER,
};

static const struct { const char *name, *content; guint lost; } bad_parts[] = {
  { "picture.png", "", HAS_PICTURE },
  { "picture.png", "\211PNG\r\n\032\n", HAS_PICTURE },
  { "mask.png", "no picture", HAS_MASK },
  { "pictures/1.png", "no picture", HAS_OTHER },
  { "pictures/1.png", "", HAS_OTHER },
  { "parameters.json", "", HAS_PARAMS },
  { "parameters.json", "{", HAS_PARAMS },
  { "parameters.json", "[1]", HAS_PARAMS },
  { "parameters.json", "null", HAS_PARAMS },
  { "parameters.json", "{\"prompt\": \"\377\"}", HAS_PARAMS },
  { "parameters.json", "{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", HAS_PARAMS },
  { "project.json", "", HAS_FRAME },
  { "project.json", "{}", HAS_FRAME },
  { "project.json", "{\"version\": 0}", HAS_FRAME },
  { "project.json", "{\"version\": \"1\"}", HAS_FRAME },
  { "project.json", "{\"version\": 1.5}", HAS_FRAME },
  { "project.json", "{\"version\": 1, \"frame\": {}}", HAS_FRAME },
  { "project.json", "{\"version\": 1, \"frame\": [0, 0, 64]}", HAS_FRAME },
  { "project.json", "{\"version\": 1, \"frame\": [0, 0, 0, 64]}", HAS_FRAME },
  { "project.json", "{\"version\": 1, \"frame\": [0, 0, 64.5, 64]}", HAS_FRAME },
  { "project.json", "{\"version\": 1, \"frame\": [0, 0, 64, 99999999999999999999]}", HAS_FRAME },
  { "project.json", "{\"version\": 1, \"frame\": [0, -2147483649, 64, 64]}", HAS_FRAME },
  { "project.json", "{\"version\": 2, \"frame\": [-64, 0, 384, 256], \"x\": 1}", 0 },
};

/* A zip with the project's parts, of which one is another. */
static GBytes *
pack_with (const WeirProject *project,
           const char        *path,
           const char        *name,
           GBytes            *content)
{
  WeirArchivePart parts[] = {
    { .name = "project.json", .max_size = 1 << 20 },
    { .name = "parameters.json", .max_size = 1 << 20 },
    { .name = "mask.png", .max_size = 1 << 20 },
    { .name = "picture.png", .max_size = 1 << 20 },
    { .name = "pictures/1.png", .max_size = 1 << 20 },
  };
  GBytes *zip;

  g_assert_true (weir_project_save (project, path, NULL, NULL));
  g_assert_true (weir_archive_read (path, parts, G_N_ELEMENTS (parts), NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].name, name))
      {
        g_bytes_unref (parts[i].bytes);
        parts[i].bytes = g_bytes_ref (content);
      }
  zip = weir_archive_pack (parts, G_N_ELEMENTS (parts), NULL);
  weir_archive_clear (parts, G_N_ELEMENTS (parts));
  return zip;
}

static void
check_loads (Fixture    *f,
             GBytes     *zip,
             guint       has,
             gboolean    complains)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirProject) project = NULL;

  g_assert_true (g_file_set_contents (f->path, g_bytes_get_data (zip, NULL),
                                      (gssize) g_bytes_get_size (zip), NULL));
  project = weir_project_load (f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint ((project->picture ? HAS_PICTURE : 0) | (project->mask ? HAS_MASK : 0) |
                    (project->has_frame ? HAS_FRAME : 0) | (project->params ? HAS_PARAMS : 0) |
                    (project->others[0] ? HAS_OTHER : 0),
                    ==, has);
  g_assert_cmpint (project->complaint != NULL, ==, complains);
  if (complains)
    g_assert_nonnull (strstr (project->complaint, "“Füchse.weir”"));
}

static void
test_bad_parts (Fixture      *f,
                gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_parts); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_static (bad_parts[i].content,
                                                       strlen (bad_parts[i].content));
      g_autoptr (GBytes) zip = pack_with (f->project, f->path, bad_parts[i].name, content);

      g_test_message ("%u: %s", i, bad_parts[i].name);
      check_loads (f, zip, HAS_ALL & ~bad_parts[i].lost, TRUE);
    }
}

static void
test_sizes (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (WeirPicture) other = new_picture (WIDTH, HEIGHT + 1);
  g_autoptr (GBytes) png = cas_image_to_png (weir_picture_get_image (other), NULL, NULL);
  g_autoptr (GBytes) zip = pack_with (f->project, f->path, "mask.png", png);

  check_loads (f, zip, HAS_ALL & ~HAS_MASK, TRUE);
}

/* The words for a person. */
static void
test_complaint (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) zip = pack_with (f->project, f->path, "picture.png", rubbish);
  g_autoptr (WeirProject) project = NULL;

  g_assert_true (g_file_set_contents (f->path, g_bytes_get_data (zip, NULL),
                                      (gssize) g_bytes_get_size (zip), NULL));
  project = weir_project_load (f->path, NULL, NULL);
  g_assert_cmpstr (project->complaint, ==,
                   "“Füchse.weir” is damaged. This could not be read: the image.");
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *path; void (*test) (Fixture *f, gconstpointer data); } tests[] = {
    { "/project/round-trip", test_round_trip },
    { "/project/nothing", test_nothing },
    { "/project/threads", test_threads },
    { "/project/cancel", test_cancel },
    { "/project/no-file", test_no_file },
    { "/project/bad-parts", test_bad_parts },
    { "/project/sizes", test_sizes },
    { "/project/complaint", test_complaint },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
