/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps of faces. */

#include "filter/face-map.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cascade/error.h"

/* The cells first … end − 1 of n that pixels from … to lie in. */
static void
find_cells (float  from,
            float  to,
            guint  n,
            guint *first,
            guint *end)
{
  /* rint: halves to even, as in training */
  double a = rint (MAX (from, 0.0f) / CAS_FACE_MAP_CELL);
  double b = rint (MAX (to, 0.0f) / CAS_FACE_MAP_CELL);

  *first = (guint) MIN (a, n - 1.0);
  *end = (guint) CLAMP (b, *first + 1.0, n);
}

static void
draw_face (CasRaster     *map,
           const CasFace *face)
{
  guint x0, x1, y0, y1;

  find_cells (face->left, face->right, map->w, &x0, &x1);
  find_cells (face->top, face->bottom, map->h, &y0, &y1);
  for (guint y = y0; y < y1; y++)
    for (guint x = x0; x < x1; x++)
      memcpy (map->v + ((gsize) y * map->w + x) * map->c, face->identity, map->c * sizeof (float));
}

guint
cas_face_map_side (guint side)
{
  return side / CAS_FACE_MAP_CELL;
}

CasRaster *
cas_face_map (guint          w,
              guint          h,
              guint          n_channels,
              const CasFace *faces,
              guint          n_faces,
              gboolean       fills_map,
              GError       **error)
{
  if (w < CAS_FACE_MAP_CELL || h < CAS_FACE_MAP_CELL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A picture of %u×%u pixels is too small for faces, each side must have %d."),
                   w, h, CAS_FACE_MAP_CELL);
      return NULL;
    }

  CasRaster *map
    = cas_raster_new (cas_face_map_side (w), cas_face_map_side (h), n_channels, error);

  if (map == NULL)
    return NULL;
  for (guint i = 0; i < n_faces; i++)
    if (fills_map && n_faces == 1)
      draw_face (map, &(CasFace) { 0, 0, w, h, faces[i].identity });
    else
      draw_face (map, &faces[i]);
  return map;
}
