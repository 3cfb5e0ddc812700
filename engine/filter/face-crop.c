/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures for the networks of faces. */

#include "filter/face-crop.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cascade/error.h"
#include "filter/resize.h"

/* Where the points of a face are in what ArcFace is trained with. */
static const float places[CAS_FACE_N_POINTS][2] = {
  { 38.2946f, 51.6963f }, { 73.5318f, 51.5014f }, { 56.0252f, 71.7366f },
  { 41.5493f, 92.3655f }, { 70.7299f, 92.2041f },
};

gboolean
cas_similarity_fit (const float  (*from)[2],
                    const float  (*to)[2],
                    guint          n_points,
                    CasSimilarity *similarity)
{
  double x = 0.0, y = 0.0, u = 0.0, v = 0.0, size = 0.0, a = 0.0, b = 0.0;

  for (guint i = 0; i < n_points; i++)
    {
      x += (double) from[i][0] / n_points;
      y += (double) from[i][1] / n_points;
      u += (double) to[i][0] / n_points;
      v += (double) to[i][1] / n_points;
    }
  for (guint i = 0; i < n_points; i++)
    {
      double px = from[i][0] - x, py = from[i][1] - y;
      double qx = to[i][0] - u, qy = to[i][1] - v;

      size += px * px + py * py;
      a += px * qx + py * qy;
      b += px * qy - py * qx;
    }

  if (!(size > 0.0) || !(a * a + b * b > 0.0))
    return FALSE;
  a /= size;
  b /= size;
  *similarity = (CasSimilarity) { a, b, u - (a * x - b * y), v - (b * x + a * y) };
  return TRUE;
}

/* The picture in whole levels, cut off as the published code does. */
static CasRaster *
dup_levels (const CasRaster *picture,
            GError         **error)
{
  CasRaster *levels = cas_raster_new (picture->w, picture->h, picture->c, error);

  for (gsize i = 0; levels != NULL && i < (gsize) picture->w * picture->h * picture->c; i++)
    levels->v[i] = cas_raster_level (picture->v[i]) / 255.0f;
  return levels;
}

static float
round_to_level (float x)
{
  return rintf (x * 255.0f) / 255.0f;
}

CasRaster *
cas_face_letterbox (const CasRaster *picture,
                    guint            side,
                    float           *scale,
                    GError         **error)
{
  double ratio = (double) picture->h / picture->w;
  guint w = ratio > 1.0 ? MAX ((guint) (side / ratio), 1) : side;
  guint h = ratio > 1.0 ? side : MAX ((guint) (side * ratio), 1);
  g_autoptr (CasRaster) levels = dup_levels (picture, error);
  g_autoptr (CasRaster) small
      = levels != NULL ? cas_resize (levels, w, h, CAS_RESIZE_BILINEAR, error) : NULL;
  CasRaster *box = small != NULL ? cas_raster_new (side, side, picture->c, error) : NULL;

  if (box == NULL)
    return NULL;

  gsize row = (gsize) w * picture->c;
  for (guint y = 0; y < h; y++)
    for (gsize i = 0; i < row; i++)
      box->v[(gsize) y * side * picture->c + i] = round_to_level (small->v[y * row + i]);
  *scale = (float) h / (float) picture->h;
  return box;
}

/* A channel of a pixel, 0 beyond the picture. */
static float
level_at (const CasRaster *picture,
          double           x,
          double           y,
          guint            c)
{
  if (!(x >= 0.0 && y >= 0.0 && x < picture->w && y < picture->h))
    return 0.0f;

  return cas_raster_level (picture->v[((gsize) y * picture->w + (gsize) x) * picture->c + c])
         / 255.0f;
}

static float
bilinear_at (const CasRaster *picture,
             double           x,
             double           y,
             guint            c)
{
  double x0 = floor (x), y0 = floor (y);
  float fx = (float) (x - x0), fy = (float) (y - y0);

  return (1.0f - fy) * ((1.0f - fx) * level_at (picture, x0, y0, c)
                        + fx * level_at (picture, x0 + 1.0, y0, c))
         + fy * ((1.0f - fx) * level_at (picture, x0, y0 + 1.0, c)
                 + fx * level_at (picture, x0 + 1.0, y0 + 1.0, c));
}

CasRaster *
cas_face_crop (const CasRaster *picture,
               const float    (*points)[2],
               GError         **error)
{
  const guint side = CAS_FACE_CROP_SIDE;
  CasSimilarity s;

  if (!cas_similarity_fit (points, places, CAS_FACE_N_POINTS, &s))
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                           _("A face was found whose eyes, nose and mouth are one point."));
      return NULL;
    }

  CasRaster *crop = cas_raster_new (side, side, picture->c, error);
  double size = s.a * s.a + s.b * s.b;
  for (gsize i = 0; crop != NULL && i < (gsize) side * side; i++)
    {
      double x = (double) (i % side) - s.dx, y = (double) (i / side) - s.dy;
      double from_x = (s.a * x + s.b * y) / size, from_y = (s.a * y - s.b * x) / size;

      for (guint c = 0; c < picture->c; c++)
        crop->v[i * picture->c + c] = round_to_level (bilinear_at (picture, from_x, from_y, c));
    }
  return crop;
}
