/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Antialiased resizing against its definition, summed over the whole picture at once; and the
 * square that CLIP is given. */

#include "io/resample.h"

#include <math.h>

#include "model/clip_image.h"
#include "support/weights.h"

/* --- the definition -------------------------------------------------------------------------- */

static double
weigh (CasResampleFilter filter,
       double            x)
{
  x = fabs (x);
  if (filter == CAS_RESAMPLE_BILINEAR)
    return x < 1 ? 1 - x : 0;
  if (x < 1)
    return 1.5 * x * x * x - 2.5 * x * x + 1;
  return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

/* Weights of n_in numbers in number at of n_out. */
static double *
weigh_axis (CasResampleFilter filter,
            guint             n_in,
            guint             n_out,
            guint             at)
{
  const double scale = (double) n_in / n_out;
  double *weights = g_new (double, n_in);
  double sum = 0;

  for (guint i = 0; i < n_in; i++)
    {
      weights[i] = weigh (filter, (i + 0.5 - (at + 0.5) * scale) / MAX (scale, 1));
      sum += weights[i];
    }
  for (guint i = 0; i < n_in; i++)
    weights[i] /= sum;
  return weights;
}

static double
find_number (const CasPixels   *pixels,
             const CasResample *params,
             guint              x,
             guint              y,
             guint              c)
{
  g_autofree double *columns = weigh_axis (params->filter, pixels->width, params->width, x);
  g_autofree double *rows = weigh_axis (params->filter, pixels->height, params->height, y);
  double sum = 0;

  for (guint i = 0; i < pixels->height; i++)
    for (guint j = 0; j < pixels->width; j++)
      {
        const gsize at = i * pixels->stride + (gsize) j * pixels->n_channels + c;

        sum += rows[i] * columns[j] * (pixels->bytes ? pixels->bytes[at] / 255.0
                                                     : pixels->floats[at]);
      }
  return sum;
}

static const struct
{
  guint       width, height, n_channels, gap;
  CasResample params;
} cases[] = {
  { 1, 1, 1, 0, { CAS_RESAMPLE_BILINEAR, FALSE, 1, 1, 0, 0, 1, 1 } },
  { 1, 1, 3, 0, { CAS_RESAMPLE_BICUBIC, FALSE, 5, 3, 0, 0, 5, 3 } },
  { 7, 5, 3, 4, { CAS_RESAMPLE_BILINEAR, FALSE, 3, 9, 0, 0, 3, 9 } },
  { 13, 11, 3, 0, { CAS_RESAMPLE_BICUBIC, FALSE, 5, 4, 0, 0, 5, 4 } },
  { 13, 11, 1, 1, { CAS_RESAMPLE_BICUBIC, FALSE, 17, 29, 3, 7, 11, 5 } },
  { 31, 2, 4, 0, { CAS_RESAMPLE_BICUBIC, FALSE, 2, 31, 1, 30, 1, 1 } },
  { 23, 29, 3, 2, { CAS_RESAMPLE_BILINEAR, FALSE, 8, 7, 2, 1, 4, 6 } },
};

static void
check_case (guint    i,
            gboolean is_bytes)
{
  const CasResample *params = &cases[i].params;
  const gsize stride = (gsize) cases[i].width * cases[i].n_channels + cases[i].gap;
  const gsize n = stride * cases[i].height;
  g_autofree float *floats = test_numbers (i, n);
  g_autofree guint8 *bytes = g_new (guint8, n);
  const CasPixels pixels = {
    .bytes = is_bytes ? bytes : NULL,
    .floats = is_bytes ? NULL : floats,
    .width = cases[i].width,
    .height = cases[i].height,
    .n_channels = cases[i].n_channels,
    .stride = stride,
  };

  for (gsize k = 0; k < n; k++)
    bytes[k] = (guint8) (255 * fabsf (floats[k]));

  g_autofree float *found = cas_resample (&pixels, params, NULL);
  const float *number = found;

  g_assert_nonnull (found);
  for (guint y = 0; y < params->n_rows; y++)
    for (guint x = 0; x < params->n_columns; x++)
      for (guint c = 0; c < pixels.n_channels; c++, number++)
        {
          const double wanted = find_number (&pixels, params, params->x + x, params->y + y, c);

          if (fabs (*number - wanted) > 1e-6)
            g_error ("case %u, %s: channel %u of %u, %u is %.8g, wanted %.8g", i,
                     is_bytes ? "bytes" : "floats", c, x, y, *number, wanted);
        }
}

static void
test_definition (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      check_case (i, FALSE);
      check_case (i, TRUE);
    }
}

/* --- 8 bits ---------------------------------------------------------------------------------- */

/* A picture that keeps its size keeps its levels, and what overshoots is cut off. */
static void
test_levels (void)
{
  guint8 levels[3 * 256];
  const CasPixels pixels = {
    .bytes = levels, .width = 256, .height = 1, .n_channels = 3, .stride = 768,
  };
  CasResample params = { CAS_RESAMPLE_BICUBIC, TRUE, 256, 1, 0, 0, 256, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    levels[i] = (guint8) (i / 3);

  g_autofree float *same = cas_resample (&pixels, &params, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    g_assert_cmpfloat (same[i], ==, (float) levels[i] / 255);

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    levels[i] = i < G_N_ELEMENTS (levels) / 2 ? 0 : 255;
  params.width = params.n_columns = 700;

  g_autofree float *step = cas_resample (&pixels, &params, NULL);
  for (guint i = 0; i < 3 * 700; i++)
    {
      g_assert_cmpfloat (step[i], >=, 0);
      g_assert_cmpfloat (step[i], <=, 1);
      g_assert_cmpfloat (fabs (step[i] * 255 - rint (step[i] * 255)), <, 1e-4);
    }
}

/* --- CLIP ------------------------------------------------------------------------------------ */

/* Columns of a picture that gets brighter to the right are cut off alike on both sides, and a
 * picture of one grey stays so, however long it is. */
static void
test_clip_image (void)
{
  static const struct
  {
    guint width, height;
  } sizes[] = { { 1, 1 }, { 224, 224 }, { 448, 224 }, { 300, 900 }, { 4096, 1 }, { 1, 4096 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const gsize n = (gsize) sizes[i].width * sizes[i].height * 3;
      g_autofree float *floats = g_new (float, n);
      const CasPixels pixels = {
        .floats = floats,
        .width = sizes[i].width,
        .height = sizes[i].height,
        .n_channels = 3,
        .stride = (gsize) sizes[i].width * 3,
      };

      for (gsize k = 0; k < n; k++)
        floats[k] = (float) ((k / 3 % sizes[i].width + 0.5) / sizes[i].width);

      g_autofree float *square = cas_clip_image_prepare (&pixels, 224, CAS_CLIP_IMAGE_REAL, NULL);
      const float *row = square + (gsize) 100 * 224 * 3;
      const double left = row[0] * 0.26862954 + 0.48145466;
      const double right = row[223 * 3] * 0.26862954 + 0.48145466;

      g_test_message ("%u × %u: %g to %g", sizes[i].width, sizes[i].height, left, right);
      g_assert_cmpfloat (fabs (left + right - 1), <, 1e-5);
      g_assert_cmpfloat (left, <=, 0.5 + 1e-6);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resample/definition", test_definition);
  g_test_add_func ("/resample/levels", test_levels);
  g_test_add_func ("/resample/clip-image", test_clip_image);

  return g_test_run ();
}
