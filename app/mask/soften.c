/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A Gaussian blur of tiles: three boxes one after the other, first down the columns, then along the
 * rows. A box's ends count in part, so that its variance is a third of the Gaussian's (Gwosdek et
 * al., “Theoretical Foundations of Gaussian Convolution by Extended Box Filtering”, 2011). */

#include <math.h>
#include <string.h>

#include "mask/mask-private.h"

#define N_BOXES 3
#define STRIP   16 /* columns that are done at once */

typedef struct
{
  guint   radius;  /* pixels to either side of the middle that count in full */
  float   end;     /* how much the ones beyond count */
  float   scale;
  guint   margin;  /* of all boxes together */
  guint   side;    /* of a tile with its margins */
  guint   n_bytes; /* side in whole strips */
  guint8 *window;  /* side rows of n_bytes */
  float  *columns; /* the window when its columns are blurred, on its side: n_bytes rows of TILE */
  float  *a, *b;   /* side rows of a strip */
} Blur;

static Blur *
blur_new (double deviation)
{
  const double variance = deviation * deviation / N_BOXES;
  const double r = floor ((sqrt (1 + 12 * variance) - 1) / 2);
  const double end = (2 * r + 1) * (3 * variance - r * (r + 1)) /
                     (6 * ((r + 1) * (r + 1) - variance));
  Blur *blur = g_new0 (Blur, 1);

  blur->radius = (guint) r;
  blur->end = (float) end;
  blur->scale = (float) (1 / (2 * r + 1 + 2 * end));
  blur->margin = N_BOXES * (blur->radius + 1);
  blur->side = TILE + 2 * blur->margin;
  blur->n_bytes = (blur->side + STRIP - 1) / STRIP * STRIP;
  blur->window = g_new0 (guint8, blur->side * blur->n_bytes);
  blur->columns = g_new (float, blur->n_bytes * TILE);
  blur->a = g_new (float, blur->side * STRIP);
  blur->b = g_new (float, blur->side * STRIP);
  return blur;
}

static void
blur_free (Blur *blur)
{
  g_free (blur->window);
  g_free (blur->columns);
  g_free (blur->a);
  g_free (blur->b);
  g_free (blur);
}

/* in has radius + 1 rows more on either side than out, which has n_rows. */
static void
run_box (const Blur           *blur,
         const float *restrict in,
         float *restrict       out,
         guint                 n_rows)
{
  const gsize n = 2 * blur->radius + 1;
  float sum[STRIP] = { 0 };

  for (gsize y = 1; y <= n; y++)
    for (guint x = 0; x < STRIP; x++)
      sum[x] += in[y * STRIP + x];
  for (guint y = 0; y < n_rows; y++, in += STRIP, out += STRIP)
    for (guint x = 0; x < STRIP; x++)
      {
        const float before = in[x], after = in[(n + 1) * STRIP + x];

        out[x] = (sum[x] + blur->end * (before + after)) * blur->scale;
        sum[x] += after - in[STRIP + x];
      }
}

/* From blur->a, which has side rows, into blur->b, whose first TILE are left. */
static void
run_boxes (const Blur *blur)
{
  const guint less = 2 * (blur->radius + 1);

  run_box (blur, blur->a, blur->b, blur->side - less);
  run_box (blur, blur->b, blur->a, blur->side - 2 * less);
  run_box (blur, blur->a, blur->b, blur->side - 3 * less);
}

static void
blur_columns (const Blur *blur,
              guint       x0)
{
  for (guint y = 0; y < blur->side; y++)
    for (guint x = 0; x < STRIP; x++)
      blur->a[y * STRIP + x] = blur->window[y * blur->n_bytes + x0 + x];
  run_boxes (blur);
  for (guint x = 0; x < STRIP; x++)
    for (guint y = 0; y < TILE; y++)
      blur->columns[(x0 + x) * TILE + y] = blur->b[y * STRIP + x];
}

static void
blur_rows (const Blur         *blur,
           guint               y0,
           const GdkRectangle *area,
           guint8             *tile)
{
  for (guint x = 0; x < blur->side; x++)
    memcpy (blur->a + x * STRIP, blur->columns + x * TILE + y0, STRIP * sizeof *blur->a);
  run_boxes (blur);
  for (guint y = 0; y < MIN (STRIP, (guint) area->height - y0); y++)
    for (guint x = 0; x < (guint) area->width; x++)
      tile[(y0 + y) * TILE + x] = (guint8) (blur->b[x * STRIP + y] + 0.5f);
}

/* What a tile depends on; the picture's own edges go on. */
static void
read_window (WeirMask           *self,
             const Blur         *blur,
             const GdkRectangle *around)
{
  const GdkRectangle picture = { 0, 0, (int) self->width, (int) self->height };
  GdkRectangle inside;

  gdk_rectangle_intersect (around, &picture, &inside);

  const int left = inside.x - around->x, right = around->width - left - inside.width;
  const int above = inside.y - around->y, last = above + inside.height - 1;

  weir_mask_copy_area (self, &inside, blur->window + above * blur->n_bytes + left, blur->n_bytes);
  for (int y = above; y <= last; y++)
    {
      guint8 *row = blur->window + y * blur->n_bytes, *end = row + left + inside.width;

      memset (row, row[left], left);
      memset (end, end[-1], right);
    }
  for (int y = 0; y < around->height; y++)
    if (y < above || y > last)
      memcpy (blur->window + y * blur->n_bytes,
              blur->window + CLAMP (y, above, last) * blur->n_bytes, blur->side);
}

static guint8 *
dup_blurred (WeirMask   *self,
             const Blur *blur,
             guint       index)
{
  const GdkRectangle area = weir_mask_get_area (self, index);
  const int margin = (int) blur->margin;
  guint8 *tile = weir_mask_tile_new ();

  read_window (self, blur, &(GdkRectangle) { area.x - margin, area.y - margin, (int) blur->side,
                                             (int) blur->side });
  for (guint x = 0; x < blur->n_bytes; x += STRIP)
    blur_columns (blur, x);
  for (guint y = 0; y < (guint) area.height; y += STRIP)
    blur_rows (blur, y, &area, tile);
  return tile;
}

void
weir_mask_soften (WeirMask *self,
                  guint     n_pixels)
{
  guint8 **tiles;
  g_autofree int *flat = NULL;
  Blur *blur;

  g_return_if_fail (WEIR_IS_MASK (self));

  if (n_pixels == 0)
    return;
  blur = blur_new (MIN (n_pixels, WEIR_MASK_MAX_SOFTEN) / 2.0);
  tiles = weir_mask_begin_edit (self);
  flat = weir_mask_find_flat (self);
  for (guint i = 0; i < self->n_columns * self->n_rows; i++)
    if (!weir_mask_is_flat (self, flat, i, blur->margin, MAX (flat[i], 0)))
      tiles[i] = dup_blurred (self, blur, i);
  blur_free (blur);
  weir_mask_end_edit (self, tiles, FALSE);
}
