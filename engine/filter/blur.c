/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gaussian blur, along rows and then along columns. */

#include "filter/blur.h"

#include <math.h>

/* What lies n places from the first of n_pixels, mirrored as often as it takes. */
static gsize
mirror (gint64 n,
        guint  n_pixels)
{
  gint64 period = 2 * ((gint64) n_pixels - 1);

  if (period == 0)
    return 0;
  n = ABS (n) % period;
  return (gsize) MIN (n, period - n);
}

static double *
make_kernel (guint n_taps)
{
  double *kernel = g_new (double, n_taps);
  double half = (n_taps - 1) * 0.5;
  double sigma = 0.3 * (half - 1.0) + 0.8;
  double sum = 0.0;

  for (guint i = 0; i < n_taps; i++)
    {
      double x = (i - half) / sigma;

      kernel[i] = exp (-0.5 * x * x);
      sum += kernel[i];
    }
  for (guint i = 0; i < n_taps; i++)
    kernel[i] /= sum;

  return kernel;
}

/* One run of n numbers that lie step apart. */
static void
blur_run (const float  *from,
          float        *to,
          guint         n,
          gsize         step,
          const double *kernel,
          guint         n_taps)
{
  gint64 half = n_taps / 2;

  for (guint i = 0; i < n; i++)
    {
      double sum = 0.0;

      for (guint t = 0; t < n_taps; t++)
        sum += kernel[t] * from[mirror (i + (gint64) t - half, n) * step];
      to[i * step] = (float) sum;
    }
}

CasRaster *
cas_blur_gaussian (const CasRaster *src,
                   guint            n_taps,
                   GError         **error)
{
  g_return_val_if_fail (n_taps % 2 == 1, NULL);

  g_autoptr (CasRaster) rows = cas_raster_new (src->w, src->h, src->c, error);
  g_autoptr (CasRaster) all = rows != NULL ? cas_raster_new (src->w, src->h, src->c, error) : NULL;
  g_autofree double *kernel = make_kernel (n_taps);
  gsize row = (gsize) src->w * src->c;

  if (all == NULL)
    return NULL;

  for (guint y = 0; y < src->h; y++)
    for (guint k = 0; k < src->c; k++)
      blur_run (src->v + y * row + k, rows->v + y * row + k, src->w, src->c, kernel, n_taps);
  for (gsize i = 0; i < row; i++)
    blur_run (rows->v + i, all->v + i, src->h, row, kernel, n_taps);

  return g_steal_pointer (&all);
}
