/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A texture for each tile of the mask, as large as it is seen: where the picture is small on the
 * screen, so are its tiles. */

#include "canvas/mask-layer.h"

#include <math.h>
#include <string.h>

#define TILE WEIR_MASK_TILE

/* Tiles are 256 to 32 pixels wide. */
#define MAX_LOG2 3

/* Pixels of the screen from one stripe to the next, of a texture at least, and what part of that a
 * stripe is. */
#define STRIPE_DISTANCE     14
#define MIN_STRIPE_DISTANCE 4
#define STRIPE_PART         0.3

struct _WeirMaskLayer
{
  GObject parent;

  WeirMask     *mask;
  GSignalGroup *signals;
  guint         n_columns, n_rows;
  GdkTexture  **textures; /* as the mask's tiles; NULL: to be made, or nothing is there */
  guint         log2;     /* how much smaller they are than the tiles */
  guint         distance; /* of their stripes, in their pixels */
  WeirMaskColour colour;
  guint8        opacity;
  gboolean      has_stripes;
};

G_DEFINE_FINAL_TYPE (WeirMaskLayer, weir_mask_layer, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Of the tint and of its stripes, which are light enough to be seen without the colour, on light
 * pictures and on dark ones. */
static const struct { guint8 tint[3], stripe[3]; } colours[] = {
  [WEIR_MASK_MAGENTA] = { { 214, 20, 140 }, { 255, 170, 225 } },
  [WEIR_MASK_RED] = { { 212, 28, 28 }, { 255, 184, 176 } },
  [WEIR_MASK_ORANGE] = { { 226, 104, 0 }, { 255, 216, 160 } },
  [WEIR_MASK_GREEN] = { { 24, 140, 60 }, { 184, 245, 198 } },
  [WEIR_MASK_CYAN] = { { 0, 140, 165 }, { 172, 240, 250 } },
  [WEIR_MASK_BLUE] = { { 34, 88, 220 }, { 184, 208, 255 } },
};

/* By how much a stripe is more opaque. */
#define STRIPE_OPACITY 1.36

static void
drop_textures (WeirMaskLayer *self)
{
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    g_clear_object (&self->textures[i]);
}

static void
mask_changed (WeirMask      *mask,
              GdkRectangle  *area,
              WeirMaskLayer *self)
{
  const GdkRectangle all = { 0, 0, (int) weir_mask_get_width (mask),
                             (int) weir_mask_get_height (mask) };
  GdkRectangle part;

  if (!gdk_rectangle_intersect (area, &all, &part))
    return;
  for (int y = part.y / TILE; y <= (part.y + part.height - 1) / TILE; y++)
    for (int x = part.x / TILE; x <= (part.x + part.width - 1) / TILE; x++)
      g_clear_object (&self->textures[(guint) y * self->n_columns + (guint) x]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
weir_mask_layer_dispose (GObject *object)
{
  WeirMaskLayer *self = WEIR_MASK_LAYER (object);

  drop_textures (self);
  g_clear_pointer (&self->textures, g_free);
  self->n_columns = self->n_rows = 0;
  g_clear_object (&self->signals);
  g_clear_object (&self->mask);
  G_OBJECT_CLASS (weir_mask_layer_parent_class)->dispose (object);
}

static void
weir_mask_layer_class_init (WeirMaskLayerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_mask_layer_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_mask_layer_init (WeirMaskLayer *self)
{
  self->opacity = (guint8) (255 * WEIR_TOOLS_DEFAULT_OPACITY);
  self->has_stripes = TRUE;
  self->signals = g_signal_group_new (WEIR_TYPE_MASK);
  g_signal_group_connect (self->signals, "changed", G_CALLBACK (mask_changed), self);
}

WeirMaskLayer *
weir_mask_layer_new (void)
{
  return g_object_new (WEIR_TYPE_MASK_LAYER, NULL);
}

void
weir_mask_layer_set_mask (WeirMaskLayer *self,
                          WeirMask      *mask)
{
  g_return_if_fail (WEIR_IS_MASK_LAYER (self));

  if (!g_set_object (&self->mask, mask))
    return;
  drop_textures (self);
  g_clear_pointer (&self->textures, g_free);
  self->n_columns = mask ? (weir_mask_get_width (mask) - 1) / TILE + 1 : 0;
  self->n_rows = mask ? (weir_mask_get_height (mask) - 1) / TILE + 1 : 0;
  if (mask)
    self->textures = g_new0 (GdkTexture *, self->n_columns * self->n_rows);
  g_signal_group_set_target (self->signals, mask);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_mask_layer_set_look (WeirMaskLayer  *self,
                          WeirMaskColour  colour,
                          double          opacity,
                          gboolean        has_stripes)
{
  const guint8 of_255 = (guint8) round (CLAMP (opacity, 0, 1) * 255);

  g_return_if_fail (WEIR_IS_MASK_LAYER (self));

  if (self->colour == colour && self->opacity == of_255 && self->has_stripes == has_stripes)
    return;
  self->colour = colour;
  self->opacity = of_255;
  self->has_stripes = has_stripes;
  drop_textures (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- textures -------------------------------------------------------------------------------- */

/* The average of what becomes one pixel. */
static guint
reduce (const guint8 *pixels,
        guint         log2)
{
  guint sum = 0;

  for (guint y = 0; y < 1u << log2; y++)
    for (guint x = 0; x < 1u << log2; x++)
      sum += pixels[y * TILE + x];
  return sum >> 2 * log2;
}

/* How a pixel looks that is masked that much: of each of the two colours, premultiplied. */
static void
fill_table (const guint8 colour[3],
            guint        opacity,
            guint8       table[256][4])
{
  for (guint masked = 0; masked < 256; masked++)
    {
      const guint alpha = (masked * opacity + 127) / 255;

      for (guint c = 0; c < 3; c++)
        table[masked][c] = (guint8) ((colour[c] * alpha + 127) / 255);
      table[masked][3] = (guint8) alpha;
    }
}

static GdkTexture *
make_texture (WeirMaskLayer *self,
              guint          column,
              guint          row)
{
  const guint side = TILE >> self->log2;
  const guint8 *tile = weir_mask_get_tile (self->mask, column, row);
  const guint n_striped = MAX ((guint) round (self->distance * STRIPE_PART), 1);
  guint8 plain[256][4], striped[256][4];
  g_autoptr (GBytes) bytes = NULL;
  guint8 *pixels, *pixel;

  if (!tile)
    return NULL;
  fill_table (colours[self->colour].tint, self->opacity, plain);
  if (self->has_stripes)
    fill_table (colours[self->colour].stripe, (guint) (MIN (self->opacity * STRIPE_OPACITY, 255)),
                striped);
  else
    memcpy (striped, plain, sizeof striped);
  pixel = pixels = g_malloc ((gsize) side * side * 4);
  for (guint y = 0; y < side; y++)
    {
      guint phase = (column * side + row * side + y) % self->distance;

      for (guint x = 0; x < side; x++, pixel += 4)
        {
          const guint masked = reduce (tile + (((gsize) y * TILE + x) << self->log2), self->log2);

          memcpy (pixel, phase < n_striped ? striped[masked] : plain[masked], 4);
          if (++phase == self->distance)
            phase = 0;
        }
    }
  bytes = g_bytes_new_take (pixels, (gsize) side * side * 4);
  return gdk_memory_texture_new ((int) side, (int) side, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes,
                                 (gsize) side * 4);
}

/* --- drawing --------------------------------------------------------------------------------- */

/* What textures are to be like at a zoom: the next size that is not smaller than they are seen. */
static void
set_zoom (WeirMaskLayer *self,
          double         zoom)
{
  guint smaller = 0, distance;

  while (smaller < MAX_LOG2 && zoom * (2 << smaller) <= 1)
    smaller++;
  /* the stripes change in steps, not with every zoom */
  distance = (guint) round (STRIPE_DISTANCE / exp2 (round (log2 (zoom * (1 << smaller)))));
  distance = MAX (distance, MIN_STRIPE_DISTANCE);
  if (smaller != self->log2 || distance != self->distance)
    drop_textures (self);
  self->log2 = smaller;
  self->distance = distance;
}

/* Where tiles begin, on whole pixels of the screen, so that no seam is seen between them. */
static double
edge (double place,
      double zoom,
      guint  index)
{
  return round (place + index * TILE * zoom);
}

static void
draw_tile (WeirMaskLayer         *self,
           GtkSnapshot           *snapshot,
           const graphene_rect_t *rect,
           guint                  column,
           guint                  row)
{
  GdkTexture **texture = &self->textures[row * self->n_columns + column];

  if (!*texture)
    *texture = make_texture (self, column, row);
  if (*texture)
    gtk_snapshot_append_texture (snapshot, *texture, rect);
}

void
weir_mask_layer_snapshot (WeirMaskLayer         *self,
                          GtkSnapshot           *snapshot,
                          const graphene_rect_t *place,
                          const graphene_rect_t *seen)
{
  graphene_rect_t drawn;
  double zoom_x, zoom_y;

  g_return_if_fail (WEIR_IS_MASK_LAYER (self));

  if (!self->mask || weir_mask_is_empty (self->mask) ||
      !graphene_rect_intersection (place, seen, &drawn))
    return;
  zoom_x = place->size.width / weir_mask_get_width (self->mask);
  zoom_y = place->size.height / weir_mask_get_height (self->mask);
  set_zoom (self, zoom_x);

  gtk_snapshot_push_clip (snapshot, &drawn);
  for (guint row = 0; row < self->n_rows; row++)
    for (guint column = 0; column < self->n_columns; column++)
      {
        const double left = edge (place->origin.x, zoom_x, column);
        const double top = edge (place->origin.y, zoom_y, row);
        const graphene_rect_t rect =
          GRAPHENE_RECT_INIT ((float) left, (float) top,
                              (float) (edge (place->origin.x, zoom_x, column + 1) - left),
                              (float) (edge (place->origin.y, zoom_y, row + 1) - top));

        if (graphene_rect_intersection (&rect, &drawn, NULL))
          draw_tile (self, snapshot, &rect, column, row);
      }
  gtk_snapshot_pop (snapshot);
}
