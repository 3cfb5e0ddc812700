/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo prompts through the public API beside the pictures that the reference makes of them:
 * they are the same pictures. Usage: test-samples DEMO, a folder with model/ and samples/. */

#include <math.h>
#include <string.h>

#include "cascade/cascade.h"
#include "io/png.h"

#define MIN_PSNR 35.0

typedef struct
{
  const char *sample; /* path */
  double      psnr;
} Comparison;

static double
measure_psnr (CasImage     *image,
              const CasPng *wanted)
{
  const guint8 *pixels = cas_image_get_pixels (image);
  const gsize n = (gsize) 3 * wanted->width * wanted->height;
  double sum = 0;

  g_assert_cmpuint (cas_image_get_width (image), ==, wanted->width);
  g_assert_cmpuint (cas_image_get_height (image), ==, wanted->height);
  for (gsize i = 0; i < n; i++)
    {
      double difference = (double) pixels[i] - wanted->pixels[i];

      sum += difference * difference;
    }
  return sum > 0 ? 10 * log10 (255.0 * 255.0 * n / sum) : INFINITY;
}

static gboolean
compare (const CasPicture *picture,
         gpointer          data,
         GError          **error)
{
  Comparison *comparison = data;
  g_autoptr (CasPng) wanted = cas_png_read (comparison->sample, NULL, error);

  if (!wanted)
    return FALSE;
  comparison->psnr = measure_psnr (picture->image, wanted);
  return TRUE;
}

/* row: file, seed, prompt */
static void
check_sample (CasSession *session,
              const char *folder,
              char      **row)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, row[0], NULL);
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
      .prompt = row[2],
      .seed = g_ascii_strtoull (row[1], NULL, 10),
      .has_seed = TRUE,
    }, &error);
  Comparison comparison = { .sample = path };

  g_assert_no_error (error);
  cas_session_run (session, job, &(CasJobCallbacks) { .picture = compare }, &comparison, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %.1f dB, wanted %.0f", row[0], comparison.psnr, MIN_PSNR);
  g_assert_cmpfloat (comparison.psnr, >=, MIN_PSNR);
}

static void
test_samples (gconstpointer demo)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = g_build_filename (demo, "model", NULL);
  g_autofree char *folder = g_build_filename (demo, "samples", NULL);
  g_autofree char *list = g_build_filename (folder, "list.tsv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (CasSession) session = cas_session_new (&(CasSessionParams) { .model = model }, &error);

  g_assert_no_error (error);
  g_file_get_contents (list, &text, NULL, &error);
  g_assert_no_error (error);

  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) row = g_strsplit (lines[i], "\t", 3);

      g_assert_cmpuint (g_strv_length (row), ==, 3);
      check_sample (session, folder, row);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/cli/samples", argv[1], test_samples);
  return g_test_run ();
}
