/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs as lines: what is written is read again, and what no one wrote is refused by a sentence. */

#include <string.h>

#include <glib/gstdio.h>

#include "cascade/cascade.h"
#include "worker/job-variant.h"

static char *folder;

static char *
keep (CasImage *image,
      gpointer  data,
      GError  **error)
{
  g_autofree char *hash = cas_image_dup_hash (image);
  char *name = g_strconcat (hash, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS) || cas_image_save_png (image, path, NULL, FALSE, error))
    return name;
  g_free (name);
  return NULL;
}

/* A picture that no other number gives. */
static CasImage *
new_image (guint8 shade)
{
  CasImage *image = cas_image_new (16, 8, NULL);

  memset (cas_image_get_pixels (image), shade, cas_image_get_stride (image) * 8);
  return image;
}

static void
assert_same_image (CasImage *a,
                   CasImage *b)
{
  g_autofree char *hash_a = a ? cas_image_dup_hash (a) : NULL;
  g_autofree char *hash_b = b ? cas_image_dup_hash (b) : NULL;

  g_assert_cmpstr (hash_a, ==, hash_b);
}

/* By what crosses to the worker, which is every field, and by the pictures' pixels. */
static void
assert_same (CasJob *a,
             CasJob *b)
{
  const CasJobParams *p = cas_job_get_params (a), *q = cas_job_get_params (b);
  g_autoptr (GUnixFDList) fds_a = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) fds_b = g_unix_fd_list_new ();
  g_autoptr (GVariant) variant_a = g_variant_ref_sink (cas_job_to_variant (p, fds_a, NULL));
  g_autoptr (GVariant) variant_b = g_variant_ref_sink (cas_job_to_variant (q, fds_b, NULL));
  g_autofree char *text_a = g_variant_print (variant_a, TRUE);
  g_autofree char *text_b = g_variant_print (variant_b, TRUE);

  g_assert_cmpstr (text_a, ==, text_b);
  assert_same_image (p->init, q->init);
  assert_same_image (p->mask, q->mask);
  for (guint i = 0; i < p->n_image_prompts; i++)
    assert_same_image (p->image_prompts[i].image, q->image_prompts[i].image);
  for (guint i = 0; i < p->n_controls; i++)
    assert_same_image (p->controls[i].image, q->controls[i].image);
}

static void
assert_round (const CasJobParams *params)
{
  g_autoptr (GHashTable) pictures =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) cas_image_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);
  g_autofree char *text = NULL;
  g_autoptr (CasJobLine) line = NULL;
  g_autoptr (CasJob) again = NULL;

  g_assert_no_error (error);
  text = cas_job_line_write (job, keep, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s", text);
  g_assert_null (strchr (text, '\n'));
  line = cas_job_line_parse (text, &error);
  g_assert_no_error (error);
  again = cas_job_line_make_job (line, &(CasJobPlace) {
    .folder = folder, .pictures = pictures, .previews = params->previews,
  }, NULL, &error);
  g_assert_no_error (error);
  assert_same (job, again);
}

static void
test_numbers (void)
{
  const CasJobParams rows[] = {
    { .prompt = "a \"red\" house\nby night \\ 빨간", .negative = "day\x01", .restores_mean = TRUE,
      .width = 1024, .height = 768, .n_images = 4, .steps = 20, .cfg = 4.1, .has_cfg = TRUE,
      .shift = 1.7, .decoder_steps = 10, .decoder_cfg = 1.1, .has_decoder_cfg = TRUE,
      .sampler = CAS_SAMPLER_LCM, .seed = G_MAXINT64 - 4, .has_seed = TRUE },
    { .prompt = "", .has_cfg = TRUE, .has_decoder_cfg = TRUE, .has_seed = TRUE },
    { .prompt = "--help", .cfg = 1.0 / 3, .has_cfg = TRUE, .seed = 7 },
    { .prompt = "a", .previews = CAS_PREVIEW_LIVE, .shift = 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_round (&rows[i]);
}

static void
test_pictures (void)
{
  g_autoptr (CasImage) a = new_image (10);
  g_autoptr (CasImage) b = new_image (200);
  const CasJobImage prompts[] = { { a, 1.5 }, { b, -0.25 }, { a, 0 } };
  const CasJobControl controls[] = {
    { .kind = CAS_CONTROL_CANNY, .image = a, .strength = 0.3, .start = 1e-7, .end = 0.7,
      .canny_low = 20, .canny_high = 40 },
    { .kind = CAS_CONTROL_SUPER_RESOLUTION, .image = b, .is_small = TRUE },
    { .kind = CAS_CONTROL_SUPER_RESOLUTION, .image = b, .end = 1.0 / 3 },
    { .kind = CAS_CONTROL_CANNY, .image = b },
    { .kind = CAS_CONTROL_IDENTITY, .image = a },
  };
  const CasJobParams rows[] = {
    { .prompt = "p", .seed = 1, .init = a, .strength = 0.35, .mask = b },
    { .prompt = "p", .seed = 1, .init = a, .mask_is_automatic = TRUE },
    { .prompt = "p", .seed = 1, .init = a, .mask_is_automatic = TRUE, .mask_threshold = 0.3 },
    { .prompt = "p", .seed = 1, .init = b, .outpaint = { 8, 0, 16, 24 } },
    { .prompt = "", .seed = 1, .image_prompts = prompts, .n_image_prompts = 3 },
    { .prompt = "", .seed = 1, .controls = controls, .n_controls = 5,
      .face_detector = "/faces/det.onnx", .face_recogniser = "/faces/rec.onnx" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_round (&rows[i]);
}

static void
test_loras (void)
{
  const CasJobLora loras[] = { { "/loras/a:1.safetensors", 0.8 }, { "/loras/b", -2 } };
  const char *const tokens[] = { "[fernando]=^dog</w>", "[x]=\"", NULL };

  assert_round (&(CasJobParams) {
    .prompt = "p", .seed = 1, .loras = loras, .n_loras = 2, .lora_tokens = tokens,
  });
}

/* What cannot be said is not said wrongly. */
static void
test_unsaid (void)
{
  g_autoptr (CasImage) a = new_image (10);
  const CasJobControl faint = { .kind = CAS_CONTROL_CANNY, .image = a, .strength = 0.001 };
  const CasJobControl sharp = { .kind = CAS_CONTROL_CANNY, .image = a, .canny_high = 5000 };
  const CasJobLora lora = { "/loras/\xff", 1 };
  const CasJobParams rows[] = {
    { .init = a, .strength = 0.001 },
    { .controls = &faint, .n_controls = 1 },
    { .controls = &sharp, .n_controls = 1 },
    { .loras = &lora, .n_loras = 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasJob) job = cas_job_new (&rows[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_job_line_write (job, keep, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
    }
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *text, *sentence;
  } rows[] = {
    { "", "This is no JSON object." },
    { "null", "This is no JSON object." },
    { "{", "This is no JSON: " },
    { "{\"prompt\":\"\xff\"}", "This is no text in UTF-8." },
    { "{\"prompt\":null}", "“prompt” is no text." },
    { "{\"prompt\":[\"a\"]}", "“prompt” is no text." },
    { "{\"steps\":1}", "The prompt is missing: say what the picture should show." },
    { "{\"prompt\":\"a\",\"\":1}", "A job has no “”." },
    { "{\"prompt\":\"a\",\"from\":\"a.png\"}", "A job has no “from”." },
    { "{\"prompt\":\"a\",\"decoder_steps\":1}", "A job has no “decoder_steps”." },
    { "{\"prompt\":\"a\",\"steps\":{}}",
      "“steps” is neither a text, a number, true nor false." },
    { "{\"prompt\":\"a\",\"lora\":[[1]]}",
      "“lora” is neither a text, a number, true nor false." },
    { "{\"prompt\":\"a\",\"steps\":true}", "“steps” is neither a text nor a number." },
    { "{\"prompt\":\"a\",\"overwrite\":1}", "“overwrite” is neither true nor false." },
    { "{\"prompt\":[[[[[[[[", "This is no JSON for a job: brackets nest deeper than 4." },
    { "/**/{}", "This is no JSON for a job: there is a “/” outside of the texts." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasJobLine) line = cas_job_line_parse (rows[i].text, &error);

      g_test_message ("row %u", i);
      g_assert_null (line);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_true (g_str_has_prefix (error->message, rows[i].sentence));
    }
}

static void
test_huge (void)
{
  g_autofree char *commas = g_strnfill (100000, ',');
  g_autofree char *values = g_strconcat ("{\"lora\":[", commas, "]}", NULL);
  g_autofree char *words = g_strnfill (CAS_JOB_MAX_PROMPT + 1, 'a');
  g_autofree char *text = g_strconcat ("{\"prompt\":\"", words, "\"}", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJobLine) line = cas_job_line_parse (values, &error);

  g_assert_null (line);
  g_assert_nonnull (strstr (error->message, "more than 1000 values"));
  g_clear_error (&error);
  line = cas_job_line_parse (text, &error);
  g_assert_no_error (error);
  g_assert_null (cas_job_line_make_job (line, &(CasJobPlace) { 0 }, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
}

/* What is right by its form, and wrong by what it says. */
static void
test_values (void)
{
  static const struct
  {
    const char *member, *sentence;
  } rows[] = {
    { "\"steps\":0", "--steps is “0”" },
    { "\"steps\":1.5", "--steps is “1.5”" },
    { "\"steps\":\"\"", "--steps is “”" },
    { "\"seed\":-1", "--seed is “-1”" },
    { "\"cfg\":\"nan\"", "--cfg is “nan”" },
    { "\"sampler\":\"x\"", "--sampler is “x”" },
    { "\"init\":\"\"", "--init is an empty name." },
    { "\"init\":\"nowhere.png\"", "nowhere.png" },
    { "\"strength\":0.5", "--strength is of no use without --init FILE." },
    { "\"canny\":\"1,2\"", "--canny is of no use without --control canny=FILE." },
    { "\"control\":\"x\"", "--control is “x”" },
    { "\"lora-token\":\"x=y\"", "--lora-token is of no use without --lora FILE." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"prompt\":\"a\",%s}", rows[i].member);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasJobLine) line = cas_job_line_parse (text, &error);

      g_assert_no_error (error);
      g_assert_null (cas_job_line_make_job (line, &(CasJobPlace) { .folder = folder }, NULL, &error));
      g_test_message ("%s: %s", rows[i].member, error->message);
      g_assert_nonnull (strstr (error->message, rows[i].sentence));
    }
}

/* Thresholds are for all pictures or for each; another number of them is a mistake. */
static void
test_thresholds (void)
{
  g_autoptr (CasImage) a = new_image (1);
  g_autofree char *name = keep (a, NULL, NULL);
  static const struct
  {
    const char *canny;
    guint       first, second; /* 0: refused */
  } rows[] = {
    { "\"10,20\"", 20, 20 }, { "[\"10,20\",\"30,40\"]", 20, 40 }, { "[\"1,2\",\"1,3\",\"1,4\"]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text =
        g_strdup_printf ("{\"control\":[\"canny=%s\",\"canny=%s\"],\"canny\":%s}", name, name,
                         rows[i].canny);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasJobLine) line = cas_job_line_parse (text, &error);
      g_autoptr (CasJob) job =
        cas_job_line_make_job (line, &(CasJobPlace) { .folder = folder }, NULL, &error);

      g_assert_true (rows[i].first ? job != NULL
                                   : g_error_matches (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER));
      if (!job)
        continue;
      g_assert_cmpuint (cas_job_get_params (job)->controls[0].canny_high, ==, rows[i].first);
      g_assert_cmpuint (cas_job_get_params (job)->controls[1].canny_high, ==, rows[i].second);
    }
}

static void
test_file (void)
{
  g_autofree char *path = g_build_filename (folder, "jobs", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "nowhere", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  const CasJobLine *first, *second, *third;

  g_assert_true (g_file_set_contents (path, "{\"prompt\":\"a\",\"model\":\"m\"}\r\n\n"
                                            "{\"prompt\":\"a\",\"model\":\"m\"}\nx\n", -1, NULL));
  lines = cas_job_lines_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 3);
  first = lines->pdata[0];
  second = lines->pdata[1];
  third = lines->pdata[2];

  g_autoptr (CasJob) a = cas_job_line_make_job (first, &(CasJobPlace) { 0 }, NULL, NULL);
  g_autoptr (CasJob) b = cas_job_line_make_job (second, &(CasJobPlace) { 0 }, NULL, NULL);

  g_assert_cmpstr (first->model, ==, "m");
  g_assert_cmpuint (cas_job_get_params (a)->seed, !=, cas_job_get_params (b)->seed);
  g_assert_cmpuint (third->number, ==, 4);
  g_assert_true (g_str_has_prefix (third->error->message, "Line 4: This is no JSON"));

  g_assert_null (cas_job_lines_read (nowhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "\xff", -1, NULL));
  g_assert_null (cas_job_lines_read (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("weir-job-line-XXXXXX", NULL);
  g_test_add_func ("/job-line/numbers", test_numbers);
  g_test_add_func ("/job-line/pictures", test_pictures);
  g_test_add_func ("/job-line/loras", test_loras);
  g_test_add_func ("/job-line/unsaid", test_unsaid);
  g_test_add_func ("/job-line/hostile", test_hostile);
  g_test_add_func ("/job-line/huge", test_huge);
  g_test_add_func ("/job-line/values", test_values);
  g_test_add_func ("/job-line/thresholds", test_thresholds);
  g_test_add_func ("/job-line/file", test_file);
  result = g_test_run ();
  remove_folder ();
  return result;
}
