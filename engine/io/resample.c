/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Antialiased resizing: first along rows, then along columns. On 8 bits the passes take and give
 * whole levels of 0 … 255, by weights of whole 2⁻ⁿ as integer code has them. */

#include "io/resample.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

/* --- kernels --------------------------------------------------------------------------------- */

static double
bilinear (double x)
{
  return MAX (1 - fabs (x), 0);
}

static double
bicubic (double x)
{
  const double a = -0.5;

  x = fabs (x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static const struct
{
  double (*weigh) (double x);
  double radius;
} kernels[] = {
  [CAS_RESAMPLE_BILINEAR] = { bilinear, 1 },
  [CAS_RESAMPLE_BICUBIC] = { bicubic, 2 },
};

/* What one number of the result is made of: n numbers from first on. */
typedef struct
{
  guint   first;
  guint   n;
  double *weights;
} Taps;

/* Of a run of results along one axis. */
typedef struct
{
  guint   n;
  Taps   *taps;
  double *weights; /* of all of them */
} Axis;

static void
axis_free (Axis *axis)
{
  g_free (axis->taps);
  g_free (axis->weights);
  g_free (axis);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Axis, axis_free)

static void
find_taps (Taps   *taps,
           guint   at,
           guint   n_in,
           guint   n_out,
           double  (*weigh) (double x),
           double  radius)
{
  const double scale = (double) n_in / n_out;
  const double widening = MAX (scale, 1);
  const double centre = (at + 0.5) * scale;
  const double support = radius * widening;
  double sum = 0;

  taps->first = (guint) MAX (centre - support + 0.5, 0);
  taps->n = (guint) MIN (centre + support + 0.5, n_in) - taps->first;
  for (guint i = 0; i < taps->n; i++)
    {
      taps->weights[i] = weigh ((i + taps->first - centre + 0.5) / widening);
      sum += taps->weights[i];
    }
  for (guint i = 0; i < taps->n; i++)
    taps->weights[i] /= sum;
}

/* Weights of 8-bit pictures fit 16 bits: the most digits that the axis's largest leaves. */
static double
find_weight_unit (CasResampleFilter filter,
                  guint             n_in,
                  guint             n_out,
                  double           *scratch)
{
  double largest = 0;
  guint n_bits = 0;

  for (guint i = 0; i < n_out; i++)
    {
      Taps taps = { .weights = scratch };

      find_taps (&taps, i, n_in, n_out, kernels[filter].weigh, kernels[filter].radius);
      for (guint k = 0; k < taps.n; k++)
        largest = MAX (largest, scratch[k]);
    }
  while (n_bits < 22 && floor (0.5 + largest * (2 << n_bits)) < 1 << 15)
    n_bits++;
  return 1.0 / (1 << n_bits);
}

/* Results first … first + n − 1 of the n_out that n_in numbers become; NULL if memory is short. */
static Axis *
axis_new (const CasResample *params,
          guint              n_in,
          guint              n_out,
          guint              first,
          guint              n)
{
  const CasResampleFilter filter = params->filter;
  const double radius = kernels[filter].radius;
  const gsize most = (gsize) ceil (2 * radius * MAX ((double) n_in / n_out, 1)) + 2;
  g_autoptr (Axis) axis = g_new0 (Axis, 1);

  axis->n = n;
  axis->taps = g_try_new (Taps, n);
  axis->weights = most <= G_MAXSIZE / sizeof (double) / MAX (n, 1)
                    ? g_try_new (double, most * n)
                    : NULL;
  if (!axis->taps || !axis->weights)
    return NULL;

  const double unit = params->is_8_bit ? find_weight_unit (filter, n_in, n_out, axis->weights) : 0;

  for (guint i = 0; i < n; i++)
    {
      Taps *taps = &axis->taps[i];

      taps->weights = axis->weights + i * most;
      find_taps (taps, first + i, n_in, n_out, kernels[filter].weigh, radius);
      for (guint k = 0; params->is_8_bit && k < taps->n; k++)
        taps->weights[k] = round (taps->weights[k] / unit) * unit;
    }
  return g_steal_pointer (&axis);
}

/* --- passes ---------------------------------------------------------------------------------- */

static float
finish (double   value,
        gboolean is_8_bit)
{
  return (float) (is_8_bit ? CLAMP (floor (value + 0.5), 0, 255) : value);
}

/* Row y as numbers, or as levels. */
static void
read_row (const CasPixels *pixels,
          guint            y,
          gboolean         is_8_bit,
          float           *row)
{
  const float largest = is_8_bit ? 255 : 1;
  const gsize n = (gsize) pixels->width * pixels->n_channels;
  const gsize first = y * pixels->stride;

  for (gsize i = 0; i < n; i++)
    if (pixels->bytes)
      row[i] = (float) pixels->bytes[first + i] / (255 / largest);
    else
      row[i] = pixels->floats[first + i] * largest;
}

static void
resample_row (const Axis  *columns,
              const float *row,
              guint        n_channels,
              gboolean     is_8_bit,
              float       *dst)
{
  for (guint x = 0; x < columns->n; x++)
    {
      const Taps *taps = &columns->taps[x];

      for (guint c = 0; c < n_channels; c++)
        {
          const float *src = row + (gsize) taps->first * n_channels + c;
          double sum = 0;

          for (guint i = 0; i < taps->n; i++)
            sum += taps->weights[i] * src[(gsize) i * n_channels];
          dst[(gsize) x * n_channels + c] = finish (sum, is_8_bit);
        }
    }
}

/* rows: n_row numbers each, the first of them is row first_row of the picture. */
static void
resample_column (const Taps  *taps,
                 const float *rows,
                 guint        first_row,
                 gsize        n_row,
                 gboolean     is_8_bit,
                 float       *dst)
{
  const float *src = rows + (taps->first - first_row) * n_row;

  for (gsize i = 0; i < n_row; i++)
    {
      double sum = 0;

      for (guint k = 0; k < taps->n; k++)
        sum += taps->weights[k] * src[k * n_row + i];
      dst[i] = finish (sum, is_8_bit);
    }
}

/* Room for n_rows rows; NULL if there is none. */
static float *
new_rows (gsize n_rows,
          gsize n_row)
{
  return n_row <= G_MAXSIZE / sizeof (float) / MAX (n_rows, 1) ? g_try_new (float, n_rows * n_row)
                                                               : NULL;
}

float *
cas_resample (const CasPixels   *pixels,
              const CasResample *params,
              GError           **error)
{
  const gsize n_row = (gsize) params->n_columns * pixels->n_channels;
  g_autoptr (Axis) columns = axis_new (params, pixels->width, params->width, params->x,
                                       params->n_columns);
  g_autoptr (Axis) rows = axis_new (params, pixels->height, params->height, params->y,
                                    params->n_rows);
  const Taps *last = rows ? &rows->taps[rows->n - 1] : NULL;
  const guint first_row = rows ? rows->taps[0].first : 0;
  const guint n_between = last ? last->first + last->n - first_row : 0;
  g_autofree float *row = new_rows (1, (gsize) pixels->width * pixels->n_channels);
  g_autofree float *between = new_rows (n_between, n_row);
  g_autofree float *result = new_rows (params->n_rows, n_row);

  if (!columns || !rows || !row || !between || !result)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory to make a picture of %u × %u pixels %u × %u."),
                   pixels->width, pixels->height, params->width, params->height);
      return NULL;
    }

  for (guint y = 0; y < n_between; y++)
    {
      read_row (pixels, first_row + y, params->is_8_bit, row);
      resample_row (columns, row, pixels->n_channels, params->is_8_bit, between + y * n_row);
    }
  for (guint y = 0; y < params->n_rows; y++)
    resample_column (&rows->taps[y], between, first_row, n_row, params->is_8_bit,
                     result + y * n_row);
  for (gsize i = 0; params->is_8_bit && i < params->n_rows * n_row; i++)
    result[i] /= 255;
  return g_steal_pointer (&result);
}
