/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder of jobs holds what it was told last, and not a picture more. */

#include <string.h>

#include <glib/gstdio.h>

#include <cascade/image.h>

#include "queue/job-folder.h"

#define MODEL "/a folder/\"quoted\""

static CasImage *
new_image (guint8 shade)
{
  CasImage *image = cas_image_new (32, 16, NULL);

  memset (cas_image_get_pixels (image), shade, cas_image_get_stride (image) * 16);
  return image;
}

static CasJob *
new_job (const char *prompt,
         CasImage   *first,
         CasImage   *second)
{
  const CasJobImage images[] = { { first, 1 }, { second, 2 } };
  GError *error = NULL;
  CasJob *job = cas_job_new (&(CasJobParams) {
    .prompt = prompt, .seed = 1, .image_prompts = images, .n_image_prompts = second ? 2 : first ? 1 : 0,
  }, &error);

  g_assert_no_error (error);
  return job;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

static WeirJob *
new_item (CasJob *job)
{
  WeirJob *item = weir_job_new (job);

  weir_job_set_model (item, MODEL);
  return item;
}

static const CasJobParams *
peek_params (GPtrArray *jobs,
             guint      i)
{
  return cas_job_get_params (weir_job_get_job (jobs->pdata[i]));
}

static void
write_jobs (WeirJobFolder *folder,
            CasJob        *first,
            CasJob        *second)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  if (first)
    g_ptr_array_add (jobs, new_item (first));
  if (second)
    g_ptr_array_add (jobs, new_item (second));
  g_assert_true (weir_job_folder_write (folder, jobs, &error));
  g_assert_no_error (error);
}

static void
assert_prompts (const char *path,
                guint       n,
                const char *last)
{
  char *sentence;
  g_autoptr (GPtrArray) jobs = weir_job_folder_read (path, CAS_PREVIEW_LIVE, &sentence);

  g_assert_null (sentence);
  g_assert_cmpuint (jobs->len, ==, n);
  if (n == 0)
    return;
  g_assert_cmpstr (peek_params (jobs, n - 1)->prompt, ==, last);
  g_assert_cmpint (peek_params (jobs, n - 1)->previews, ==, CAS_PREVIEW_LIVE);
  g_assert_cmpstr (weir_job_get_model (jobs->pdata[n - 1]), ==, MODEL);
}

static void
test_pictures (void)
{
  g_autofree char *parent = g_dir_make_tmp ("weir-jobs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (parent, "queue", NULL);
  g_autoptr (WeirJobFolder) folder = weir_job_folder_new (path);
  g_autoptr (CasImage) a = new_image (1);
  g_autoptr (CasImage) same = new_image (1);
  g_autoptr (CasImage) b = new_image (2);
  g_autoptr (CasJob) first = new_job ("first", a, b);
  g_autoptr (CasJob) second = new_job ("second", same, NULL);

  assert_prompts (path, 0, NULL);
  write_jobs (folder, first, second);
  g_assert_cmpuint (count_files (path), ==, 3);
  assert_prompts (path, 2, "second");
  write_jobs (folder, second, NULL);
  g_assert_cmpuint (count_files (path), ==, 2);
  assert_prompts (path, 1, "second");
  write_jobs (folder, second, first);
  g_assert_cmpuint (count_files (path), ==, 3);
  assert_prompts (path, 2, "first");
  write_jobs (folder, NULL, NULL);
  g_assert_cmpuint (count_files (path), ==, 0);
  assert_prompts (path, 0, NULL);
  g_rmdir (path);
  g_rmdir (parent);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name; name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/* A picture that is gone costs its own job alone, and what is left is put aside. */
static void
test_damaged (void)
{
  static const char *const hostile[] = { "\xff\xfe", "{", "[]\n{\"prompt\":1}", "{\"prompt\":\"a\"," };
  g_autofree char *parent = g_dir_make_tmp ("weir-jobs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (parent, "queue", NULL);
  g_autofree char *lines = g_build_filename (path, "jobs.jsonl", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *sentence = NULL;
      g_autoptr (GPtrArray) jobs = NULL;

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      g_assert_true (g_file_set_contents (lines, hostile[i], -1, NULL));
      jobs = weir_job_folder_read (path, CAS_PREVIEW_NONE, &sentence);
      g_assert_cmpuint (jobs->len, ==, 0);
      g_assert_nonnull (strstr (sentence, "queue-damaged-"));
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }

  g_autofree char *sentence = NULL;
  g_autoptr (GPtrArray) jobs = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (lines, "{\"prompt\":\"a\",\"init\":\"gone.png\"}\n"
                                             "{\"prompt\":\"b\"}\n", -1, NULL));
  jobs = weir_job_folder_read (path, CAS_PREVIEW_NONE, &sentence);
  g_assert_cmpuint (jobs->len, ==, 1);
  g_assert_nonnull (sentence);
  g_assert_cmpuint (count_files (parent), ==, G_N_ELEMENTS (hostile) + 1);
  remove_folder (parent);
}

/* What cannot be said in a line is told, and the others are kept. */
static void
test_unsaid (void)
{
  g_autofree char *path = g_dir_make_tmp ("weir-jobs-XXXXXX", NULL);
  g_autoptr (WeirJobFolder) folder = weir_job_folder_new (path);
  g_autoptr (CasImage) image = new_image (1);
  g_autoptr (CasJob) faint =
    cas_job_new (&(CasJobParams) { .init = image, .strength = 0.001 }, NULL);
  g_autoptr (CasJob) other = new_job ("other", NULL, NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (jobs, new_item (faint));
  g_ptr_array_add (jobs, new_item (other));
  g_assert_false (weir_job_folder_write (folder, jobs, &error));
  g_assert_nonnull (error);
  assert_prompts (path, 1, "other");
  remove_folder (path);
}

/* Where a job belongs comes back with what of it is masked; a place that is not one is left out. */
static void
test_place (void)
{
  static const char *const hostile[] = { "[1]", "[1,2,0,4,5,6]", "[1,2,3,4,5,6,\"gone.png\"]",
                                         "\"here\"", "[1,2,99999999999,4,5,6]" };
  g_autofree char *path = g_dir_make_tmp ("weir-jobs-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (path, "jobs.jsonl", NULL);
  g_autoptr (WeirJobFolder) folder = weir_job_folder_new (path);
  g_autoptr (CasJob) job = new_job ("part", NULL, NULL);
  g_autoptr (WeirMask) mask = weir_mask_new (40, 30);
  const WeirPlace place = { .sheet = 7, .area = { -20, 4, 40, 30 }, .x = 8, .y = -4,
                            .width = 100, .height = 90 };
  g_autoptr (WeirJob) item = weir_job_new_for_place (job, &place, mask);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  guint8 pixels[40 * 30], found[40 * 30];
  GdkRectangle frame;

  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8) i;
  weir_mask_write (mask, pixels, 40);
  g_ptr_array_add (jobs, item);
  for (guint i = 0; i < 2; i++) /* and again from there */
    {
      g_autofree char *sentence = NULL;
      g_autoptr (GPtrArray) back = NULL;
      const WeirPlace *there;

      g_assert_true (weir_job_folder_write (folder, jobs, NULL));
      g_assert_cmpuint (count_files (path), ==, 2);
      back = weir_job_folder_read (path, CAS_PREVIEW_NONE, &sentence);
      g_assert_null (sentence);
      g_assert_cmpuint (back->len, ==, 1);
      there = weir_job_get_place (back->pdata[0]);
      g_assert_nonnull (there);
      weir_place_get_frame (there, &frame);
      g_assert_true (gdk_rectangle_equal (&frame, &(GdkRectangle) { -12, 0, 40, 30 }));
      g_assert_cmpuint (there->sheet, ==, 0);
      g_assert_cmpuint (there->width, ==, 100);
      g_assert_cmpuint (there->height, ==, 90);
      weir_mask_read (weir_job_get_mask (back->pdata[0]), found, 40);
      g_assert_cmpmem (found, sizeof found, pixels, sizeof pixels);
      g_clear_object (&item);
      item = g_object_ref (back->pdata[0]);
      jobs->pdata[0] = item;
    }
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"place\":%s,\"prompt\":\"a\"}\n", hostile[i]);
      g_autofree char *sentence = NULL;
      g_autoptr (GPtrArray) back = NULL;

      g_assert_true (g_file_set_contents (file, line, -1, NULL));
      back = weir_job_folder_read (path, CAS_PREVIEW_NONE, &sentence);
      g_assert_cmpuint (back->len, ==, 1);
      g_assert_null (weir_job_get_place (back->pdata[0]));
    }
  remove_folder (path);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-folder/pictures", test_pictures);
  g_test_add_func ("/job-folder/damaged", test_damaged);
  g_test_add_func ("/job-folder/unsaid", test_unsaid);
  g_test_add_func ("/job-folder/place", test_place);
  return g_test_run ();
}
