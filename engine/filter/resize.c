/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resizing one axis at a time: each new pixel is a weighted sum of a run of old ones. */

#include "filter/resize.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "cascade/error.h"

/* What the pixels of one axis are made of. */
typedef struct
{
  guint  n_taps;  /* room for each pixel; weights of 0 fill it up */
  guint *first;
  float *weights; /* [n_out, n_taps] */
} Axis;

static void
axis_clear (Axis *axis)
{
  g_free (axis->first);
  g_free (axis->weights);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Axis, axis_clear)

static gboolean
axis_allocate (Axis    *axis,
               guint    n_out,
               guint    n_taps,
               GError **error)
{
  axis->n_taps = n_taps;
  axis->first = g_try_new0 (guint, n_out);
  axis->weights = n_out <= G_MAXSIZE / n_taps ? g_try_new0 (float, (gsize) n_out * n_taps) : NULL;
  if (axis->first != NULL && axis->weights != NULL)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for making a side of %u pixels."), n_out);
  return FALSE;
}

static gboolean
axis_init_nearest (Axis    *axis,
                   guint    n_in,
                   guint    n_out,
                   GError **error)
{
  if (!axis_allocate (axis, n_out, 1, error))
    return FALSE;

  for (guint i = 0; i < n_out; i++)
    {
      axis->first[i] = (guint) ((guint64) i * n_in / n_out);
      axis->weights[i] = 1.0f;
    }

  return TRUE;
}

static gboolean
axis_init_bilinear (Axis    *axis,
                    guint    n_in,
                    guint    n_out,
                    GError **error)
{
  float scale = (float) n_in / (float) n_out;

  if (!axis_allocate (axis, n_out, 2, error))
    return FALSE;

  for (guint i = 0; i < n_out; i++)
    {
      float source = MAX (scale * ((float) i + 0.5f) - 0.5f, 0.0f);
      guint first = MIN ((guint) source, n_in - 1);
      float fraction = source - (float) first;

      if (first == n_in - 1) /* there is no second pixel: the two weights are its own */
        {
          axis->first[i] = n_in > 1 ? n_in - 2 : 0;
          axis->weights[2 * i] = n_in > 1 ? 0.0f : 1.0f;
          axis->weights[2 * i + 1] = n_in > 1 ? 1.0f : 0.0f;
          continue;
        }
      axis->first[i] = first;
      axis->weights[2 * i] = 1.0f - fraction;
      axis->weights[2 * i + 1] = fraction;
    }

  return TRUE;
}

static double
triangle (double x)
{
  return MAX (1.0 - fabs (x), 0.0);
}

static double
cubic (double x)
{
  const double a = -0.5;

  x = fabs (x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0)
    return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

/* radius: of the kernel, in pixels of the larger side */
static gboolean
axis_init_antialias (Axis    *axis,
                     guint    n_in,
                     guint    n_out,
                     double (*kernel) (double x),
                     double   radius,
                     GError **error)
{
  double scale = (double) n_in / n_out;
  double stretch = MAX (scale, 1.0);
  double support = radius * stretch;

  if (!axis_allocate (axis, n_out, (guint) ceil (support) * 2 + 1, error))
    return FALSE;

  for (guint i = 0; i < n_out; i++)
    {
      float *weights = axis->weights + (gsize) i * axis->n_taps;
      double centre = scale * (i + 0.5);
      guint first = (guint) MAX (centre - support + 0.5, 0.0);
      guint end = (guint) MIN (centre + support + 0.5, (double) n_in);
      double sum = 0.0;

      for (guint j = first; j < end; j++)
        sum += kernel ((j - centre + 0.5) / stretch);
      for (guint j = first; j < end; j++)
        weights[j - first] = (float) (kernel ((j - centre + 0.5) / stretch) / sum);
      axis->first[i] = first;
    }

  return TRUE;
}

static gboolean
axis_init (Axis         *axis,
           guint         n_in,
           guint         n_out,
           CasResizeRule rule,
           GError      **error)
{
  switch (rule)
    {
    case CAS_RESIZE_BILINEAR:
      return axis_init_bilinear (axis, n_in, n_out, error);
    case CAS_RESIZE_BILINEAR_ANTIALIAS:
      return axis_init_antialias (axis, n_in, n_out, triangle, 1.0, error);
    case CAS_RESIZE_BICUBIC_ANTIALIAS:
      return axis_init_antialias (axis, n_in, n_out, cubic, 2.0, error);
    case CAS_RESIZE_NEAREST:
    default:
      return axis_init_nearest (axis, n_in, n_out, error);
    }
}

/* One new number of a run of n_in old ones that lie step apart. */
static float
mix (const Axis  *axis,
     guint        i,
     guint        n_in,
     const float *from,
     gsize        step)
{
  const float *weights = axis->weights + (gsize) i * axis->n_taps;
  guint first = axis->first[i];
  guint n = MIN (axis->n_taps, n_in - first);
  float sum = weights[0] * from[first * step];

  for (guint t = 1; t < n; t++)
    sum += weights[t] * from[(first + t) * step];

  return sum;
}

static CasRaster *
resize_width (const CasRaster *src,
              guint            w,
              CasResizeRule    rule,
              GError         **error)
{
  CasRaster *dst = cas_raster_new (w, src->h, src->c, error);
  g_auto (Axis) axis = { 0 };

  if (dst == NULL || !axis_init (&axis, src->w, w, rule, error))
    {
      cas_raster_free (dst);
      return NULL;
    }

  for (guint y = 0; y < src->h; y++)
    for (guint x = 0; x < w; x++)
      for (guint k = 0; k < src->c; k++)
        dst->v[((gsize) y * w + x) * src->c + k]
          = mix (&axis, x, src->w, src->v + (gsize) y * src->w * src->c + k, src->c);

  return dst;
}

static CasRaster *
resize_height (const CasRaster *src,
               guint            h,
               CasResizeRule    rule,
               GError         **error)
{
  CasRaster *dst = cas_raster_new (src->w, h, src->c, error);
  gsize row = (gsize) src->w * src->c;
  g_auto (Axis) axis = { 0 };

  if (dst == NULL || !axis_init (&axis, src->h, h, rule, error))
    {
      cas_raster_free (dst);
      return NULL;
    }

  for (guint y = 0; y < h; y++)
    for (gsize i = 0; i < row; i++)
      dst->v[y * row + i] = mix (&axis, y, src->h, src->v + i, row);

  return dst;
}

CasRaster *
cas_resize (const CasRaster *src,
            guint            w,
            guint            h,
            CasResizeRule    rule,
            GError         **error)
{
  g_autoptr (CasRaster) wide = resize_width (src, w, rule, error);

  return wide != NULL ? resize_height (wide, h, rule, error) : NULL;
}

CasRaster *
cas_resize_shorter (const CasRaster *src,
                    guint            side,
                    CasResizeRule    rule,
                    GError         **error)
{
  guint shorter = MIN (src->w, src->h), longer = MAX (src->w, src->h);
  guint64 other = (guint64) side * longer / shorter;

  if (other > G_MAXINT)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A picture of %u×%u pixels is too narrow to be made %u pixels wide."), src->w,
                   src->h, side);
      return NULL;
    }

  return src->w < src->h ? cas_resize (src, side, (guint) other, rule, error)
                         : cas_resize (src, (guint) other, side, rule, error);
}
