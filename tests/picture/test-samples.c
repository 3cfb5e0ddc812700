/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo's pictures as the reference made them: the same prompts and seeds give the same
 * pictures. Argument: the folder with model/ and samples/; samples/list.tsv has lines of file, seed
 * and prompt, and everything else is the model's own default. */

#include "io/png.h"
#include "picture/picture.h"

#include <math.h>

#define MIN_PSNR 35.0 /* dB */

/* A line of the list. */
typedef struct
{
  CasSession *session; /* borrowed */
  char       *path;    /* of the reference's picture */
  guint64     seed;
  char       *prompt;
} Sample;

static void
sample_free (Sample *sample)
{
  g_free (sample->path);
  g_free (sample->prompt);
  g_free (sample);
}

/* Peak signal-to-noise ratio of n bytes in dB; infinite if they are the same. */
static double
psnr (const guint8 *a,
      const guint8 *b,
      gsize         n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
  return 10 * log10 (255.0 * 255.0 * (double) n / sum);
}

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPng) wanted = cas_png_read (sample->path, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (GPtrArray) images = picture_run (sample->session, &(CasJobParams) {
      .prompt = sample->prompt,
      .seed = sample->seed,
      .has_seed = TRUE,
    });
  g_assert_cmpuint (images->len, ==, 1);

  CasImage *image = images->pdata[0];
  g_assert_cmpuint (cas_image_get_width (image), ==, wanted->width);
  g_assert_cmpuint (cas_image_get_height (image), ==, wanted->height);

  double found = psnr (cas_image_get_pixels (image), wanted->pixels,
                       (gsize) 3 * wanted->width * wanted->height);
  g_test_message ("seed %" G_GUINT64_FORMAT ", “%s”: PSNR %.1f dB", sample->seed, sample->prompt,
                  found);
  if (!(found >= MIN_PSNR))
    g_test_fail_printf ("%s: PSNR %.1f dB, wanted %.1f", sample->path, found, MIN_PSNR);
}

static GPtrArray *
load_samples (const char *folder,
              CasSession *session)
{
  g_autofree char *path = g_build_filename (folder, "samples", "list.tsv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *samples = g_ptr_array_new_with_free_func ((GDestroyNotify) sample_free);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (char **line = lines; *line; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, "\t", -1);
      g_assert_cmpuint (g_strv_length (fields), ==, 3);

      Sample *sample = g_new0 (Sample, 1);
      sample->session = session;
      sample->path = g_build_filename (folder, "samples", fields[0], NULL);
      sample->prompt = g_strdup (fields[2]);
      g_ascii_string_to_unsigned (fields[1], 10, 0, G_MAXINT64, &sample->seed, &error);
      g_assert_no_error (error);
      g_ptr_array_add (samples, sample);
    }
  return samples;
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  g_autofree char *model = g_build_filename (argv[1], "model", NULL);
  g_autoptr (CasSession) session = picture_open_session (model);
  g_autoptr (GPtrArray) samples = load_samples (argv[1], session);

  for (guint i = 0; i < samples->len; i++)
    {
      const Sample *sample = samples->pdata[i];
      g_autofree char *name = g_path_get_basename (sample->path);
      g_autofree char *test_path = g_strconcat ("/picture/samples/", name, NULL);

      g_test_add_data_func (test_path, sample, test_sample);
    }
  return g_test_run ();
}
