/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Growing: each pixel takes the most that is masked within a disc around it, so that the outline of
 * every value moves by the disc's radius exactly. The maximum over a row of the disc is that over two
 * runs whose length is a power of 2 and that overlap. */

#include <math.h>
#include <string.h>

#include "mask/mask-private.h"

#define N_RUNS    10                              /* the longest: 512 */
#define MAX_SIDE  (TILE + 2 * WEIR_MASK_MAX_GROW) /* of what a tile's pixels depend on */
#define BLOCK     64                              /* what is done at once */
#define ROW_BYTES (MAX_SIDE + 512 + BLOCK)

typedef struct
{
  guint   n;          /* radius */
  guint   side;       /* TILE + 2 n */
  guint   n_runs;
  guint   width[WEIR_MASK_MAX_GROW + 1]; /* of half the disc, by rows from its middle */
  guint8 *window;     /* side rows */
  guint8 *runs;       /* N_RUNS rows of ROW_BYTES: the maxima of a row's runs, from each pixel on */
} Disc;

static Disc *
disc_new (guint n)
{
  Disc *disc = g_new0 (Disc, 1);

  disc->n = n;
  disc->side = TILE + 2 * n;
  disc->n_runs = g_bit_storage (2 * n + 1);
  for (guint y = 0; y <= n; y++)
    disc->width[y] = (guint) sqrt ((double) (n * n - y * y));
  disc->window = g_malloc (disc->side * disc->side);
  disc->runs = g_malloc0 (N_RUNS * ROW_BYTES);
  return disc;
}

static void
disc_free (Disc *disc)
{
  g_free (disc->window);
  g_free (disc->runs);
  g_free (disc);
}

/* n: a multiple of BLOCK. */
static void
find_maxima (const guint8 *restrict a,
             const guint8 *restrict b,
             guint8 *restrict       maxima,
             guint                  n)
{
  for (guint i = 0; i < n; i += BLOCK)
    for (guint k = 0; k < BLOCK; k++)
      maxima[i + k] = MAX (a[i + k], b[i + k]);
}

static void
take_maxima (const guint8 *restrict a,
             const guint8 *restrict b,
             guint8 *restrict       maxima)
{
  for (guint i = 0; i < TILE; i++)
    {
      const guint8 most = MAX (a[i], b[i]);

      maxima[i] = MAX (maxima[i], most);
    }
}

/* FALSE if there is nothing in the row. */
static gboolean
measure_runs (Disc         *disc,
              const guint8 *row)
{
  const guint n_bytes = (disc->side + BLOCK - 1) / BLOCK * BLOCK;

  if (row[0] == 0 && memcmp (row, row + 1, disc->side - 1) == 0)
    return FALSE;
  memcpy (disc->runs, row, disc->side);
  for (guint k = 1; k < disc->n_runs; k++)
    {
      guint8 *shorter = disc->runs + (k - 1) * ROW_BYTES;

      find_maxima (shorter, shorter + (1u << (k - 1)), shorter + ROW_BYTES, n_bytes);
    }
  return TRUE;
}

static void
grow_tile (Disc   *disc,
           guint8 *tile)
{
  for (guint from = 0; from < disc->side; from++)
    {
      const guint first = from > 2 * disc->n ? from - 2 * disc->n : 0;

      if (!measure_runs (disc, disc->window + from * disc->side))
        continue;
      for (guint y = first; y <= MIN (from, TILE - 1); y++)
        {
          const guint middle = y + disc->n;
          const guint width = disc->width[MAX (from, middle) - MIN (from, middle)];
          const guint k = g_bit_storage (2 * width + 1) - 1;
          const guint8 *run = disc->runs + k * ROW_BYTES + disc->n - width;

          take_maxima (run, run + 2 * width + 1 - (1u << k), tile + y * TILE);
        }
    }
}

/* Within the picture. */
static void
invert (WeirMask           *self,
        const GdkRectangle *area,
        guint8             *pixels,
        gsize               stride)
{
  const GdkRectangle picture = { 0, 0, (int) self->width, (int) self->height };
  GdkRectangle inside;

  gdk_rectangle_intersect (area, &picture, &inside);
  for (int y = inside.y; y < inside.y + inside.height; y++)
    {
      guint8 *row = pixels + (gsize) (y - area->y) * stride + (inside.x - area->x);

      for (int x = 0; x < inside.width; x++)
        row[x] = 255 - row[x];
    }
}

static guint8 *
dup_grown (WeirMask *self,
           Disc     *disc,
           guint     index,
           gboolean  inwards)
{
  const GdkRectangle area = weir_mask_get_area (self, index);
  const GdkRectangle around = { area.x - (int) disc->n, area.y - (int) disc->n, (int) disc->side,
                                (int) disc->side };
  const GdkRectangle whole = { area.x, area.y, TILE, TILE };
  guint8 *tile = weir_mask_tile_new ();

  weir_mask_copy_area (self, &around, disc->window, disc->side);
  if (inwards)
    invert (self, &around, disc->window, disc->side);
  grow_tile (disc, tile);
  if (inwards)
    invert (self, &whole, tile, TILE);
  for (int y = 0; y < TILE; y++)
    if (y < area.height)
      memset (tile + y * TILE + area.width, 0, TILE - area.width);
    else
      memset (tile + y * TILE, 0, TILE);
  return tile;
}

/* To shrink is to grow what is not masked. */
static void
grow (WeirMask *self,
      guint     n_pixels,
      gboolean  inwards)
{
  guint8 **tiles = weir_mask_begin_edit (self);
  g_autofree int *flat = weir_mask_find_flat (self);
  const guint n = MIN (n_pixels, WEIR_MASK_MAX_GROW);
  const int least = inwards ? 255 : 0, most = 255 - least;
  Disc *disc = disc_new (n);

  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    if (flat[i] != most && !weir_mask_is_flat (self, flat, i, n, least))
      tiles[i] = dup_grown (self, disc, i, inwards);
  disc_free (disc);
  weir_mask_end_edit (self, tiles, FALSE);
}

void
weir_mask_grow (WeirMask *self,
                guint     n_pixels)
{
  g_return_if_fail (WEIR_IS_MASK (self));

  grow (self, n_pixels, FALSE);
}

void
weir_mask_shrink (WeirMask *self,
                  guint     n_pixels)
{
  g_return_if_fail (WEIR_IS_MASK (self));

  grow (self, n_pixels, TRUE);
}
