/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stroke covers what is near the line that the pointer draws. What a pixel is covered with at
 * most is kept until the stroke ends, and laid over the mask as it was. */

#include <math.h>
#include <string.h>

#include "mask/mask-private.h"

#define MIN_SIZE 1.0

struct _WeirMaskStroke
{
  WeirMaskBrush brush;
  double        x, y, radius; /* where it is */
  guint8      **before;       /* the mask's tiles where the stroke has been */
  guint8      **cover;        /* NULL where it has not */
};

/* A piece of the line: from here to there. */
typedef struct
{
  const WeirMaskStroke *stroke;
  float                 x, y, radius;
  float                 dx, dy, d_radius;
  float                 per_length;  /* 1 / length², 0 for a dot */
  float                 hardness;
} Piece;

/* How much of a pixel is covered whose middle is here. */
static inline guint
cover_pixel (const Piece *piece,
             float        x,
             float        y)
{
  const float px = x - piece->x, py = y - piece->y;
  const float along = (px * piece->dx + py * piece->dy) * piece->per_length;
  const float t = along < 0 ? 0 : along > 1 ? 1 : along;
  const float qx = px - t * piece->dx, qy = py - t * piece->dy;
  const float square = qx * qx + qy * qy;
  const float radius = piece->radius + t * piece->d_radius;
  const float outer = radius + 0.5f;
  const float inner = MIN (radius - 0.5f, radius * piece->hardness);

  if (square >= outer * outer)
    return 0;
  if (inner > 0 && square <= inner * inner)
    return 255;

  const float u = MIN ((outer - sqrtf (square)) / (outer - inner), 1);

  return (guint) (255 * u * u * (3 - 2 * u) + 0.5f);
}

static void
touch_tile (WeirMask *self,
            guint     index)
{
  WeirMaskStroke *stroke = self->stroke;

  if (stroke->cover[index])
    return;
  stroke->cover[index] = weir_mask_tile_new ();
  stroke->before[index] = self->tiles[index];
  self->tiles[index] = stroke->before[index] ? g_memdup2 (stroke->before[index], TILE_BYTES)
                                             : weir_mask_tile_new ();
}

static void
draw_part (WeirMask           *self,
           guint               index,
           const GdkRectangle *part,
           gpointer            user_data)
{
  const Piece *piece = user_data;
  const gboolean subtracts = self->stroke->brush.subtracts;

  touch_tile (self, index);

  const guint8 *before = self->stroke->before[index];
  guint8 *cover = self->stroke->cover[index], *tile = self->tiles[index];

  for (int y = part->y; y < part->y + part->height; y++)
    for (int x = part->x; x < part->x + part->width; x++)
      {
        const gsize i = (gsize) (y % TILE) * TILE + x % TILE;
        const guint drawn = cover_pixel (piece, x + 0.5f, y + 0.5f);

        if (drawn > cover[i])
          {
            cover[i] = (guint8) drawn;
            tile[i] = weir_mask_lay_over (before ? before[i] : 0, drawn, subtracts);
          }
      }
}

static void
draw_piece (WeirMask    *self,
            const Piece *piece)
{
  const float reach = MAX (piece->radius, piece->radius + piece->d_radius) + 1;
  const float left = MIN (piece->x, piece->x + piece->dx) - reach;
  const float right = MAX (piece->x, piece->x + piece->dx) + reach;
  const float top = MIN (piece->y, piece->y + piece->dy) - reach;
  const float bottom = MAX (piece->y, piece->y + piece->dy) + reach;
  const int x = (int) floorf (CLAMP (left, 0, self->width));
  const int y = (int) floorf (CLAMP (top, 0, self->height));
  const GdkRectangle area = { x, y, (int) ceilf (CLAMP (right, 0, self->width)) - x,
                              (int) ceilf (CLAMP (bottom, 0, self->height)) - y };

  if (area.width <= 0 || area.height <= 0)
    return;
  weir_mask_foreach_tile (self, &area, draw_part, (gpointer) piece);
  weir_mask_tell (self, &area);
}

/* From where the stroke is; in pieces, so that one across the picture does not look at all of it. */
static void
draw_line (WeirMask *self,
           double    x,
           double    y,
           double    radius)
{
  WeirMaskStroke *stroke = self->stroke;
  const double length = hypot (x - stroke->x, y - stroke->y);
  const guint n = 1 + (guint) (length / MAX (2 * MAX (radius, stroke->radius), 16));
  const double dx = (x - stroke->x) / n, dy = (y - stroke->y) / n;

  for (guint i = 0; i < n; i++)
    draw_piece (self, &(Piece) {
      .x = (float) (stroke->x + i * dx),
      .y = (float) (stroke->y + i * dy),
      .dx = (float) dx,
      .dy = (float) dy,
      .radius = (float) (stroke->radius + i * (radius - stroke->radius) / n),
      .d_radius = (float) ((radius - stroke->radius) / n),
      .per_length = length > 0 ? (float) (1 / (dx * dx + dy * dy)) : 0,
      .hardness = (float) (1 - stroke->brush.softness),
    });
  stroke->x = x;
  stroke->y = y;
  stroke->radius = radius;
}

static double
find_radius (const WeirMaskBrush *brush,
             double               pressure)
{
  const double size = brush->follows_pressure ? brush->size * CLAMP (pressure, 0, 1) : brush->size;

  return MAX (size, MIN_SIZE) / 2;
}

/* --- from begin to end ----------------------------------------------------------------------- */

/* Frees what remains of it; the tiles that the mask had before are the mask's again. The ones that
 * it has now are left in their place. */
static void
release (WeirMask       *self,
         WeirMaskStroke *stroke,
         guint8        **drawn)
{
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    if (stroke->cover[i])
      {
        g_free (stroke->cover[i]);
        drawn[i] = self->tiles[i];
        self->tiles[i] = stroke->before[i];
      }
  g_free (stroke->cover);
  g_free (stroke->before);
  g_free (stroke);
}

void
weir_mask_stroke_free (WeirMask       *self,
                       WeirMaskStroke *stroke)
{
  const guint n = self->n_columns * self->n_rows;
  g_autofree guint8 **drawn = g_new0 (guint8 *, n);

  release (self, stroke, drawn);
  for (guint i = 0; i < n; i++)
    g_free (drawn[i]);
}

/* What lies far outside is brought near, so that no distance is too large for what counts in
 * floats; it is not seen. */
static double
clamp_place (double place,
             guint  length)
{
  return CLAMP (place, -1e5, 1e5 + length);
}

void
weir_mask_begin_stroke (WeirMask            *self,
                        const WeirMaskBrush *brush,
                        double               x,
                        double               y,
                        double               pressure)
{
  WeirMaskStroke *stroke;

  g_return_if_fail (WEIR_IS_MASK (self));

  weir_mask_end_stroke (self);
  stroke = self->stroke = g_new0 (WeirMaskStroke, 1);
  stroke->brush = *brush;
  stroke->brush.softness = CLAMP (brush->softness, 0, 1);
  stroke->before = g_new0 (guint8 *, self->n_columns * self->n_rows);
  stroke->cover = g_new0 (guint8 *, self->n_columns * self->n_rows);
  stroke->x = clamp_place (x, self->width);
  stroke->y = clamp_place (y, self->height);
  stroke->radius = find_radius (brush, pressure);
  draw_line (self, stroke->x, stroke->y, stroke->radius);
}

void
weir_mask_extend_stroke (WeirMask *self,
                         double    x,
                         double    y,
                         double    pressure)
{
  g_return_if_fail (WEIR_IS_MASK (self));

  if (self->stroke)
    draw_line (self, clamp_place (x, self->width), clamp_place (y, self->height),
               find_radius (&self->stroke->brush, pressure));
}

void
weir_mask_end_stroke (WeirMask *self)
{
  guint8 **drawn;

  g_return_if_fail (WEIR_IS_MASK (self));

  if (!self->stroke)
    return;
  drawn = g_memdup2 (self->tiles, self->n_columns * self->n_rows * sizeof *drawn);
  release (self, g_steal_pointer (&self->stroke), drawn);
  weir_mask_end_edit (self, drawn, TRUE);
}

void
weir_mask_cancel_stroke (WeirMask *self)
{
  GdkRectangle area = { 0 };

  g_return_if_fail (WEIR_IS_MASK (self));

  if (!self->stroke)
    return;
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    {
      const GdkRectangle tile_area = weir_mask_get_area (self, i);

      if (self->stroke->cover[i])
        gdk_rectangle_union (area.width > 0 ? &area : &tile_area, &tile_area, &area);
    }
  weir_mask_stroke_free (self, g_steal_pointer (&self->stroke));
  weir_mask_tell (self, &area);
}

gboolean
weir_mask_has_stroke (WeirMask *self)
{
  g_return_val_if_fail (WEIR_IS_MASK (self), FALSE);

  return self->stroke != NULL;
}
