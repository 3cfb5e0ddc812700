/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What covers the whole picture or an outline in it: filling, inverting, other pictures as masks. */

#include "mask/mask-private.h"

/* --- all of it ------------------------------------------------------------------------------- */

static guint8 *
new_inverse (WeirMask     *self,
             guint         index,
             const guint8 *tile)
{
  const GdkRectangle area = weir_mask_get_area (self, index);
  guint8 *inverse = weir_mask_tile_new ();

  for (int y = 0; y < area.height; y++)
    for (int x = 0; x < area.width; x++)
      inverse[y * TILE + x] = 255 - (tile ? tile[y * TILE + x] : 0);
  return inverse;
}

void
weir_mask_invert (WeirMask *self)
{
  guint8 **tiles;

  g_return_if_fail (WEIR_IS_MASK (self));

  tiles = weir_mask_begin_edit (self);
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    tiles[i] = new_inverse (self, i, tiles[i]);
  weir_mask_end_edit (self, tiles, FALSE);
}

void
weir_mask_fill (WeirMask *self)
{
  guint8 **tiles;

  g_return_if_fail (WEIR_IS_MASK (self));

  tiles = weir_mask_begin_edit (self);
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    tiles[i] = new_inverse (self, i, NULL);
  weir_mask_end_edit (self, tiles, FALSE);
}

void
weir_mask_clear (WeirMask *self)
{
  guint8 **tiles;

  g_return_if_fail (WEIR_IS_MASK (self));

  tiles = weir_mask_begin_edit (self);
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    tiles[i] = NULL;
  weir_mask_end_edit (self, tiles, FALSE);
}

/* --- outlines -------------------------------------------------------------------------------- */

/* A surface for a row of tiles at a time: 32767 pixels are the most that cairo draws on. */
#define MAX_BAND (64 * TILE)

typedef struct
{
  const graphene_point_t *points;
  guint                   n_points;
  gboolean                subtracts;
  guint8                **tiles;
  GdkRectangle            band;
  cairo_surface_t        *surface;
} Outline;

static void
lay_part (WeirMask           *self,
          guint               index,
          const GdkRectangle *part,
          gpointer            user_data)
{
  const Outline *outline = user_data;
  const guint8 *drawn = cairo_image_surface_get_data (outline->surface);
  const gsize stride = cairo_image_surface_get_stride (outline->surface);
  guint8 *tile = outline->tiles[index] ? g_memdup2 (outline->tiles[index], TILE_BYTES)
                                       : weir_mask_tile_new ();

  outline->tiles[index] = tile;
  drawn += (gsize) (part->y - outline->band.y) * stride + (part->x - outline->band.x);
  tile += (gsize) (part->y % TILE) * TILE + part->x % TILE;
  for (int y = 0; y < part->height; y++, drawn += stride, tile += TILE)
    for (int x = 0; x < part->width; x++)
      tile[x] = weir_mask_lay_over (tile[x], drawn[x], outline->subtracts);
}

static void
draw_band (WeirMask *self,
           Outline  *outline)
{
  cairo_t *cr;

  outline->surface = cairo_image_surface_create (CAIRO_FORMAT_A8, outline->band.width,
                                                 outline->band.height);
  cr = cairo_create (outline->surface);
  cairo_translate (cr, -outline->band.x, -outline->band.y);
  for (guint i = 0; i < outline->n_points; i++)
    cairo_line_to (cr, outline->points[i].x, outline->points[i].y);
  cairo_fill (cr);
  cairo_surface_flush (outline->surface);
  if (cairo_status (cr) == CAIRO_STATUS_SUCCESS)
    weir_mask_foreach_tile (self, &outline->band, lay_part, outline);
  cairo_destroy (cr);
  cairo_surface_destroy (outline->surface);
}

static GdkRectangle
find_bounds (WeirMask      *self,
             const Outline *outline)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (outline->points[0].x, outline->points[0].y, 0, 0);
  const graphene_rect_t picture = GRAPHENE_RECT_INIT (0, 0, self->width, self->height);

  for (guint i = 1; i < outline->n_points; i++)
    graphene_rect_expand (&bounds, &outline->points[i], &bounds);
  if (!graphene_rect_intersection (&bounds, &picture, &bounds))
    return (GdkRectangle) { 0 };
  graphene_rect_round_extents (&bounds, &bounds);
  return (GdkRectangle) { (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                          (int) bounds.size.height };
}

void
weir_mask_fill_outline (WeirMask               *self,
                        const graphene_point_t *points,
                        guint                   n_points,
                        gboolean                subtracts)
{
  Outline outline = { .points = points, .n_points = n_points, .subtracts = subtracts };
  GdkRectangle bounds;

  g_return_if_fail (WEIR_IS_MASK (self));

  if (n_points < 3)
    return;
  bounds = find_bounds (self, &outline);
  outline.tiles = weir_mask_begin_edit (self);
  for (int y = bounds.y; y < bounds.y + bounds.height; y += outline.band.height)
    for (int x = bounds.x; x < bounds.x + bounds.width; x += outline.band.width)
      {
        /* no tile is met twice */
        outline.band = (GdkRectangle) {
          x, y, MIN (bounds.x + bounds.width - x, MAX_BAND - x % TILE),
          MIN (bounds.y + bounds.height - y, TILE - y % TILE),
        };
        draw_band (self, &outline);
      }
  weir_mask_end_edit (self, outline.tiles, FALSE);
}

void
weir_mask_fill_rectangle (WeirMask              *self,
                          const graphene_rect_t *rectangle,
                          gboolean               subtracts)
{
  graphene_rect_t r;

  graphene_rect_normalize_r (rectangle, &r);

  const float right = r.origin.x + r.size.width, bottom = r.origin.y + r.size.height;
  const graphene_point_t corners[] = {
    { r.origin.x, r.origin.y }, { right, r.origin.y }, { right, bottom }, { r.origin.x, bottom },
  };

  weir_mask_fill_outline (self, corners, G_N_ELEMENTS (corners), subtracts);
}
