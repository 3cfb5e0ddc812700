/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resizing one axis at a time: each new number is one of the old, or lies between two. */

#include "filter/resize.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cascade/error.h"
#include "io/resample.h"

#define MAX_PIXELS (G_GUINT64_CONSTANT (1) << 28) /* that a picture may have */

/* Where a new pixel lies among the old ones of an axis. */
typedef struct
{
  gsize first, second;
  float fraction; /* of the second */
} Place;

static Place
find_place (guint         i,
            guint         n_in,
            guint         n_out,
            CasResizeRule rule)
{
  if (rule == CAS_RESIZE_NEAREST)
    {
      gsize at = (gsize) ((guint64) i * n_in / n_out);

      return (Place) { at, at, 0.0f };
    }

  /* in floats, as the networks were given it */
  float scale = (float) n_in / (float) n_out;
  float source = MAX (scale * ((float) i + 0.5f) - 0.5f, 0.0f);
  gsize first = MIN ((gsize) source, n_in - 1);

  return (Place) { first, MIN (first + 1, n_in - 1), source - (float) first };
}

static float
mix (float first,
     float second,
     Place place)
{
  return (1.0f - place.fraction) * first + place.fraction * second;
}

static CasRaster *
resize_width (const CasRaster *src,
              guint            w,
              CasResizeRule    rule,
              GError         **error)
{
  CasRaster *dst = cas_raster_new (w, src->h, src->c, error);

  if (dst == NULL)
    return NULL;

  for (guint x = 0; x < w; x++)
    {
      Place place = find_place (x, src->w, w, rule);

      for (guint y = 0; y < src->h; y++)
        {
          const float *from = src->v + (gsize) y * src->w * src->c;
          float *to = dst->v + ((gsize) y * w + x) * src->c;

          for (guint k = 0; k < src->c; k++)
            to[k] = mix (from[place.first * src->c + k], from[place.second * src->c + k], place);
        }
    }

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

  if (dst == NULL)
    return NULL;

  for (guint y = 0; y < h; y++)
    {
      Place place = find_place (y, src->h, h, rule);

      for (gsize i = 0; i < row; i++)
        dst->v[y * row + i] = mix (src->v[place.first * row + i], src->v[place.second * row + i],
                                   place);
    }

  return dst;
}

static CasRaster *
resize_antialiased (const CasRaster *src,
                    guint            w,
                    guint            h,
                    GError         **error)
{
  const CasPixels pixels = {
    .floats = src->v,
    .width = src->w,
    .height = src->h,
    .n_channels = src->c,
    .stride = (gsize) src->w * src->c,
  };
  g_autoptr (CasRaster) dst = cas_raster_new (w, h, src->c, error);
  g_autofree float *numbers = NULL;

  if (dst != NULL)
    numbers = cas_resample (&pixels, &(CasResample) {
        .filter = CAS_RESAMPLE_BILINEAR,
        .width = w,
        .height = h,
        .n_columns = w,
        .n_rows = h,
      }, error);
  if (numbers == NULL)
    return NULL;

  memcpy (dst->v, numbers, (gsize) w * h * src->c * sizeof *numbers);
  return g_steal_pointer (&dst);
}

CasRaster *
cas_resize (const CasRaster *src,
            guint            w,
            guint            h,
            CasResizeRule    rule,
            GError         **error)
{
  if (rule == CAS_RESIZE_ANTIALIASED)
    return resize_antialiased (src, w, h, error);

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

  if (other > MAX_PIXELS / MAX (side, 1))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A picture of %u×%u pixels is too narrow to be made %u pixels wide."), src->w,
                   src->h, side);
      return NULL;
    }

  return src->w < src->h ? cas_resize (src, side, (guint) other, rule, error)
                         : cas_resize (src, (guint) other, side, rule, error);
}
