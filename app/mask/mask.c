/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tiles, and how an operation changes them. */

#include "mask/mask-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (WeirMask, weir_mask, G_TYPE_OBJECT)

enum
{
  PROP_EMPTY = 1,
  N_PROPS
};

enum
{
  CHANGED,
  EDITED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- tiles ----------------------------------------------------------------------------------- */

guint8 *
weir_mask_tile_new (void)
{
  return g_malloc0 (TILE_BYTES);
}

static guint
count_tiles (WeirMask *self)
{
  return self->n_columns * self->n_rows;
}

GdkRectangle
weir_mask_get_area (WeirMask *self,
                    guint     index)
{
  const guint x = index % self->n_columns * TILE, y = index / self->n_columns * TILE;

  return (GdkRectangle) { (int) x, (int) y, (int) MIN (TILE, self->width - x),
                          (int) MIN (TILE, self->height - y) };
}

void
weir_mask_foreach_tile (WeirMask           *self,
                        const GdkRectangle *area,
                        WeirMaskTileFunc    func,
                        gpointer            user_data)
{
  const GdkRectangle picture = { 0, 0, (int) self->width, (int) self->height };
  GdkRectangle inside;

  if (!gdk_rectangle_intersect (area, &picture, &inside))
    return;

  const guint x_end = (guint) (inside.x + inside.width - 1) / TILE;
  const guint y_end = (guint) (inside.y + inside.height - 1) / TILE;

  for (guint row = (guint) inside.y / TILE; row <= y_end; row++)
    for (guint column = (guint) inside.x / TILE; column <= x_end; column++)
      {
        const guint index = row * self->n_columns + column;
        const GdkRectangle tile = weir_mask_get_area (self, index);
        GdkRectangle part;

        gdk_rectangle_intersect (&inside, &tile, &part);
        func (self, index, &part, user_data);
      }
}

/* Where an area's pixels go, or come from. */
typedef struct
{
  GdkRectangle area;
  guint8      *pixels;
  gsize        stride;
} Rows;

static guint8 *
find_row (const Rows         *rows,
          const GdkRectangle *part,
          int                 y)
{
  return rows->pixels + (gsize) (part->y - rows->area.y + y) * rows->stride +
         (part->x - rows->area.x);
}

static void
read_part (WeirMask           *self,
           guint               index,
           const GdkRectangle *part,
           gpointer            user_data)
{
  const guint8 *tile = self->tiles[index];
  const gsize begin = (gsize) (part->y % TILE) * TILE + part->x % TILE;

  for (int y = 0; y < part->height; y++)
    if (tile)
      memcpy (find_row (user_data, part, y), tile + begin + (gsize) y * TILE, part->width);
    else
      memset (find_row (user_data, part, y), 0, part->width);
}

void
weir_mask_copy_area (WeirMask           *self,
                     const GdkRectangle *area,
                     guint8             *pixels,
                     gsize               stride)
{
  const Rows rows = { *area, pixels, stride };

  for (int y = 0; y < area->height; y++)
    memset (pixels + (gsize) y * stride, 0, area->width);
  weir_mask_foreach_tile (self, area, read_part, (gpointer) &rows);
}

void
weir_mask_read (WeirMask *self,
                guint8   *pixels,
                gsize     stride)
{
  const GdkRectangle all = { 0, 0, (int) self->width, (int) self->height };

  g_return_if_fail (WEIR_IS_MASK (self));

  weir_mask_copy_area (self, &all, pixels, stride);
}

static gboolean
is_flat_tile (WeirMask     *self,
              guint         index,
              const guint8 *tile,
              guint8        value)
{
  const GdkRectangle area = weir_mask_get_area (self, index);

  for (int y = 0; y < area.height; y++)
    {
      const guint8 *row = tile + (gsize) y * TILE;

      if (row[0] != value || memcmp (row, row + 1, area.width - 1) != 0)
        return FALSE;
    }
  return TRUE;
}

int *
weir_mask_find_flat (WeirMask *self)
{
  int *flat = g_new0 (int, count_tiles (self));

  for (guint i = 0; i < count_tiles (self); i++)
    {
      const guint8 *tile = self->tiles[i];

      if (tile && !is_flat_tile (self, i, tile, 0))
        flat[i] = is_flat_tile (self, i, tile, 255) ? 255 : -1;
    }
  return flat;
}

gboolean
weir_mask_is_flat (WeirMask  *self,
                   const int *flat,
                   guint      index,
                   guint      reach,
                   int        value)
{
  const guint away = (reach + TILE - 1) / TILE;
  const guint column = index % self->n_columns, row = index / self->n_columns;

  for (guint y = row > away ? row - away : 0; y <= MIN (row + away, self->n_rows - 1); y++)
    for (guint x = column > away ? column - away : 0; x <= MIN (column + away, self->n_columns - 1);
         x++)
      if (flat[y * self->n_columns + x] != value)
        return FALSE;
  return TRUE;
}

/* --- operations ------------------------------------------------------------------------------ */

void
weir_mask_tell (WeirMask           *self,
                const GdkRectangle *area)
{
  gboolean is_empty = TRUE;

  for (guint i = 0; i < count_tiles (self) && is_empty; i++)
    is_empty = !self->tiles[i];
  if (area->width > 0)
    g_signal_emit (self, signals[CHANGED], 0, area);
  if (is_empty != self->is_empty)
    {
      self->is_empty = is_empty;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
    }
}

guint8 **
weir_mask_begin_edit (WeirMask *self)
{
  weir_mask_end_stroke (self);
  return g_memdup2 (self->tiles, count_tiles (self) * sizeof *self->tiles);
}

/* Frees tiles; area: what changed. */
static WeirMaskDelta *
take_tiles (WeirMask     *self,
            guint8      **tiles,
            GdkRectangle *area)
{
  g_autoptr (WeirMaskDelta) delta = weir_mask_delta_new ();

  *area = (GdkRectangle) { 0 };
  for (guint i = 0; i < count_tiles (self); i++)
    {
      const GdkRectangle tile_area = weir_mask_get_area (self, i);

      if (tiles[i] == self->tiles[i])
        continue;
      if (tiles[i] && is_flat_tile (self, i, tiles[i], 0))
        g_clear_pointer (&tiles[i], g_free);
      if (weir_mask_delta_add (delta, i, self->tiles[i], tiles[i]))
        {
          gdk_rectangle_union (area->width > 0 ? area : &tile_area, &tile_area, area);
          g_free (self->tiles[i]);
          self->tiles[i] = tiles[i];
        }
      else
        g_free (tiles[i]);
    }
  g_free (tiles);
  return weir_mask_delta_get_n_tiles (delta) > 0 ? g_steal_pointer (&delta) : NULL;
}

void
weir_mask_end_edit (WeirMask  *self,
                    guint8   **tiles,
                    gboolean   is_told)
{
  GdkRectangle area;
  g_autoptr (WeirMaskDelta) delta = take_tiles (self, tiles, &area);

  weir_mask_tell (self, is_told ? &(GdkRectangle) { 0 } : &area);
  if (delta)
    g_signal_emit (self, signals[EDITED], 0, delta);
}

void
weir_mask_apply (WeirMask      *self,
                 WeirMaskDelta *delta)
{
  GdkRectangle area = { 0 };

  g_return_if_fail (WEIR_IS_MASK (self));
  g_return_if_fail (delta != NULL);

  weir_mask_cancel_stroke (self);
  for (guint i = 0; i < weir_mask_delta_get_n_tiles (delta); i++)
    {
      const guint index = weir_mask_delta_get_index (delta, i);
      const GdkRectangle tile_area = weir_mask_get_area (self, index);

      g_return_if_fail (index < count_tiles (self));

      if (!self->tiles[index])
        self->tiles[index] = weir_mask_tile_new ();
      weir_mask_delta_apply_tile (delta, i, self->tiles[index]);
      if (is_flat_tile (self, index, self->tiles[index], 0))
        g_clear_pointer (&self->tiles[index], g_free);
      gdk_rectangle_union (area.width > 0 ? &area : &tile_area, &tile_area, &area);
    }
  weir_mask_tell (self, &area);
}

void
weir_mask_write (WeirMask     *self,
                 const guint8 *pixels,
                 gsize         stride)
{
  guint8 **tiles;

  g_return_if_fail (WEIR_IS_MASK (self));

  tiles = weir_mask_begin_edit (self);
  for (guint i = 0; i < count_tiles (self); i++)
    {
      const GdkRectangle area = weir_mask_get_area (self, i);

      tiles[i] = weir_mask_tile_new ();
      for (int y = 0; y < area.height; y++)
        memcpy (tiles[i] + (gsize) y * TILE, pixels + (gsize) (area.y + y) * stride + area.x,
                area.width);
    }
  weir_mask_end_edit (self, tiles, FALSE);
}

/* --- questions ------------------------------------------------------------------------------- */

guint
weir_mask_get_width (WeirMask *self)
{
  g_return_val_if_fail (WEIR_IS_MASK (self), 0);

  return self->width;
}

guint
weir_mask_get_height (WeirMask *self)
{
  g_return_val_if_fail (WEIR_IS_MASK (self), 0);

  return self->height;
}

const guint8 *
weir_mask_get_tile (WeirMask *self,
                    guint     column,
                    guint     row)
{
  g_return_val_if_fail (WEIR_IS_MASK (self), NULL);
  g_return_val_if_fail (column < self->n_columns && row < self->n_rows, NULL);

  return self->tiles[row * self->n_columns + column];
}

gboolean
weir_mask_is_empty (WeirMask *self)
{
  g_return_val_if_fail (WEIR_IS_MASK (self), TRUE);

  return self->is_empty;
}

double
weir_mask_get_percent (WeirMask *self)
{
  guint64 sum = 0;

  g_return_val_if_fail (WEIR_IS_MASK (self), 0);

  for (guint i = 0; i < count_tiles (self); i++)
    for (guint y = 0; self->tiles[i] && y < TILE; y++)
      {
        const guint8 *row = self->tiles[i] + (gsize) y * TILE;
        guint in_row = 0;

        for (guint x = 0; x < TILE; x++)
          in_row += row[x];
        sum += in_row;
      }
  return 100.0 * (double) sum / (255.0 * self->width * self->height);
}

static gboolean
has_any (const guint8 *row)
{
  static const guint8 zeros[TILE];

  return memcmp (row, zeros, TILE) != 0;
}

static gboolean
find_tile_bounds (const guint8 *tile,
                  GdkRectangle *bounds)
{
  int left = TILE, right = -1, top = TILE, bottom = -1;

  for (int y = 0; y < TILE; y++)
    {
      const guint8 *row = tile + (gsize) y * TILE;

      if (!has_any (row))
        continue;
      top = MIN (top, y);
      bottom = y;
      for (int x = 0; x < left; x++)
        if (row[x])
          left = x;
      for (int x = TILE - 1; x > right; x--)
        if (row[x])
          right = x;
    }
  *bounds = (GdkRectangle) { left, top, right - left + 1, bottom - top + 1 };
  return right >= 0;
}

gboolean
weir_mask_get_bounds (WeirMask     *self,
                      GdkRectangle *bounds)
{
  gboolean is_found = FALSE;

  g_return_val_if_fail (WEIR_IS_MASK (self), FALSE);

  for (guint i = 0; i < count_tiles (self); i++)
    {
      const GdkRectangle area = weir_mask_get_area (self, i);
      GdkRectangle inner;

      if (!self->tiles[i] || !find_tile_bounds (self->tiles[i], &inner))
        continue;
      inner.x += area.x;
      inner.y += area.y;
      gdk_rectangle_union (is_found ? bounds : &inner, &inner, bounds);
      is_found = TRUE;
    }
  return is_found;
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_mask_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  if (id == PROP_EMPTY)
    g_value_set_boolean (value, WEIR_MASK (object)->is_empty);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_mask_finalize (GObject *object)
{
  WeirMask *self = WEIR_MASK (object);

  if (self->stroke)
    weir_mask_stroke_free (self, g_steal_pointer (&self->stroke));
  for (guint i = 0; i < count_tiles (self); i++)
    g_free (self->tiles[i]);
  g_free (self->tiles);
  G_OBJECT_CLASS (weir_mask_parent_class)->finalize (object);
}

static void
weir_mask_class_init (WeirMaskClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_mask_get_property;
  object_class->finalize = weir_mask_finalize;

  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, TRUE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_MASK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1,
                                   GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[EDITED] = g_signal_new ("edited", WEIR_TYPE_MASK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, WEIR_TYPE_MASK_DELTA);
}

static void
weir_mask_init (WeirMask *self)
{
  self->is_empty = TRUE;
}

WeirMask *
weir_mask_new (guint width,
               guint height)
{
  WeirMask *self;

  g_return_val_if_fail (width > 0 && width <= G_MAXUINT16 + 1, NULL);
  g_return_val_if_fail (height > 0 && height <= G_MAXUINT16 + 1, NULL);

  self = g_object_new (WEIR_TYPE_MASK, NULL);
  self->width = width;
  self->height = height;
  self->n_columns = (width + TILE - 1) / TILE;
  self->n_rows = (height + TILE - 1) / TILE;
  self->tiles = g_new0 (guint8 *, count_tiles (self));
  return self;
}

WeirMask *
weir_mask_crop (WeirMask           *self,
                const GdkRectangle *area)
{
  WeirMask *crop;
  guint8 **tiles;

  g_return_val_if_fail (WEIR_IS_MASK (self), NULL);

  crop = weir_mask_new (area->width, area->height);
  tiles = weir_mask_begin_edit (crop);
  for (guint i = 0; i < count_tiles (crop); i++)
    {
      GdkRectangle from = weir_mask_get_area (crop, i);

      from.x += area->x;
      from.y += area->y;
      tiles[i] = weir_mask_tile_new ();
      weir_mask_copy_area (self, &from, tiles[i], TILE);
    }
  weir_mask_end_edit (crop, tiles, FALSE);
  return crop;
}
