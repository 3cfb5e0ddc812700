/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each tile's pixels before and after, combined by exclusive or, in runs. */

#include "mask/delta.h"

#include <string.h>

#include "mask/mask-private.h"

/* A byte below 128 is followed by as many bytes as it says, and one more. Any other has the upper
 * bits of a length, the next byte the lower ones; one more than that times comes the byte after. */
#define MAX_LITERALS 128
#define MIN_RUN      4
#define MAX_RUN      (1 << 15)
#define IS_RUN       128

typedef struct
{
  guint   index;
  guint   size;
  guint8 *packed;
} Tile;

struct _WeirMaskDelta
{
  GArray *tiles; /* of Tile */
  gsize   size;
};

G_DEFINE_BOXED_TYPE (WeirMaskDelta, weir_mask_delta, weir_mask_delta_ref, weir_mask_delta_unref)

static void
tile_clear (gpointer tile)
{
  g_free (((Tile *) tile)->packed);
}

static void
delta_clear (gpointer delta)
{
  g_array_unref (((WeirMaskDelta *) delta)->tiles);
}

WeirMaskDelta *
weir_mask_delta_new (void)
{
  WeirMaskDelta *self = g_rc_box_new0 (WeirMaskDelta);

  self->tiles = g_array_new (FALSE, FALSE, sizeof (Tile));
  g_array_set_clear_func (self->tiles, tile_clear);
  self->size = sizeof *self;
  return self;
}

WeirMaskDelta *
weir_mask_delta_ref (WeirMaskDelta *self)
{
  return g_rc_box_acquire (self);
}

void
weir_mask_delta_unref (WeirMaskDelta *self)
{
  g_rc_box_release_full (self, delta_clear);
}

gsize
weir_mask_delta_get_size (WeirMaskDelta *self)
{
  return self->size;
}

guint
weir_mask_delta_get_n_tiles (WeirMaskDelta *self)
{
  return self->tiles->len;
}

guint
weir_mask_delta_get_index (WeirMaskDelta *self,
                           guint          i)
{
  return g_array_index (self->tiles, Tile, i).index;
}

/* --- packing --------------------------------------------------------------------------------- */

static gsize
measure_run (const guint8 *bytes,
             gsize         size)
{
  gsize n = 1;

  while (n < size && bytes[n] == bytes[0])
    n++;
  return n;
}

static guint8 *
put_literals (guint8       *out,
              const guint8 *bytes,
              gsize         size)
{
  for (gsize n; size > 0; bytes += n, size -= n, out += n)
    {
      n = MIN (size, MAX_LITERALS);
      *out++ = (guint8) (n - 1);
      memcpy (out, bytes, n);
    }
  return out;
}

/* out: place for TILE_BYTES and a byte for each MAX_LITERALS of them. Returns its end. */
static guint8 *
pack (const guint8 *bytes,
      guint8       *out)
{
  gsize begin = 0; /* of what is no run */

  for (gsize i = 0, n; i < TILE_BYTES; i += n)
    {
      n = measure_run (bytes + i, MIN (TILE_BYTES - i, MAX_RUN));
      if (n < MIN_RUN)
        continue;
      out = put_literals (out, bytes + begin, i - begin);
      *out++ = (guint8) (IS_RUN | (n - 1) >> 8);
      *out++ = (guint8) (n - 1);
      *out++ = bytes[i];
      begin = i + n;
    }
  return put_literals (out, bytes + begin, TILE_BYTES - begin);
}

void
weir_mask_delta_apply_tile (WeirMaskDelta *self,
                            guint          i,
                            guint8        *tile)
{
  const Tile *difference = &g_array_index (self->tiles, Tile, i);
  const guint8 *in = difference->packed, *end = in + difference->size;

  while (in < end)
    {
      const guint8 first = *in++;

      if (first & IS_RUN)
        {
          const guint n = ((first & ~IS_RUN) << 8 | in[0]) + 1;

          for (guint k = 0; in[1] && k < n; k++)
            tile[k] ^= in[1];
          tile += n;
          in += 2;
        }
      else
        for (guint k = 0; k <= first; k++)
          *tile++ ^= *in++;
    }
}

/* --- differences ----------------------------------------------------------------------------- */

static void
combine (const guint8 *restrict a,
         const guint8 *restrict b,
         guint8 *restrict       difference)
{
  for (gsize i = 0; i < TILE_BYTES; i++)
    difference[i] = a[i] ^ b[i];
}

gboolean
weir_mask_delta_add (WeirMaskDelta *self,
                     guint          index,
                     const guint8  *before,
                     const guint8  *after)
{
  g_autofree guint8 *difference = NULL;
  g_autofree guint8 *packed = NULL;
  Tile tile = { .index = index };

  if (before == after || (before && after && memcmp (before, after, TILE_BYTES) == 0))
    return FALSE;
  if (before && after)
    {
      difference = g_malloc (TILE_BYTES);
      combine (before, after, difference);
    }
  packed = g_malloc (TILE_BYTES + TILE_BYTES / MAX_LITERALS);
  tile.size = (guint) (pack (difference ? difference : before ? before : after, packed) - packed);
  tile.packed = g_memdup2 (packed, tile.size);
  g_array_append_val (self->tiles, tile);
  self->size += sizeof tile + tile.size;
  return TRUE;
}
