/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Canny: gradients of the strongest channel, thinned across the edge, weak ones joined to strong. */

#include "filter/canny.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "cascade/error.h"
#include "filter/resize.h"

#define N_RGB 3

/* tan 22.5° in 15 bits of fraction */
#define TAN_22_5 13573

enum
{
  NONE = 0,
  WEAK = 1,
  STRONG = 255,
};

/* Of each pixel, with a frame of zeros about the magnitudes. */
typedef struct
{
  guint    w, h;
  gint16  *gx, *gy;
  guint16 *magnitude; /* [h + 2, w + 2] */
  gsize   *stack;     /* strong pixels whose neighbours are still to be looked at */
} Canny;

static void
canny_clear (Canny *canny)
{
  g_free (canny->gx);
  g_free (canny->gy);
  g_free (canny->magnitude);
  g_free (canny->stack);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Canny, canny_clear)

static gboolean
canny_init (Canny   *canny,
            guint    w,
            guint    h,
            GError **error)
{
  gsize n = 0, n_framed = 0;

  if (g_size_checked_mul (&n, w, h) && g_size_checked_mul (&n_framed, (gsize) w + 2, (gsize) h + 2))
    {
      canny->w = w;
      canny->h = h;
      canny->gx = g_try_new (gint16, n);
      canny->gy = g_try_new (gint16, n);
      canny->magnitude = g_try_new0 (guint16, n_framed);
      canny->stack = g_try_new (gsize, n);
    }
  if (canny->gx != NULL && canny->gy != NULL && canny->magnitude != NULL && canny->stack != NULL)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for finding edges in %u×%u pixels."), w, h);
  return FALSE;
}

static guint16 *
magnitude_at (const Canny *canny,
              guint        x,
              guint        y)
{
  return canny->magnitude + ((gsize) y + 1) * ((gsize) canny->w + 2) + x + 1;
}

/* Sobel over 3×3 pixels of one channel; what lies outside is as its nearest pixel. */
static void
find_gradient (const Canny  *canny,
               const guint8 *channel,
               guint         x,
               guint         y,
               int          *gx,
               int          *gy)
{
  gsize row = (gsize) canny->w * N_RGB;
  const guint8 *middle = channel + y * row;
  const guint8 *above = y > 0 ? middle - row : middle;
  const guint8 *below = y + 1 < canny->h ? middle + row : middle;
  gsize at = (gsize) x * N_RGB;
  gsize left = x > 0 ? at - N_RGB : at;
  gsize right = x + 1 < canny->w ? at + N_RGB : at;

  *gx = (above[right] - above[left]) + 2 * (middle[right] - middle[left])
        + (below[right] - below[left]);
  *gy = (below[left] - above[left]) + 2 * (below[at] - above[at]) + (below[right] - above[right]);
}

static void
find_gradients (Canny        *canny,
                const guint8 *rgb)
{
  for (guint y = 0; y < canny->h; y++)
    for (guint x = 0; x < canny->w; x++)
      {
        gsize i = (gsize) y * canny->w + x;
        int strongest = -1;

        for (guint k = 0; k < N_RGB; k++)
          {
            int gx, gy;

            find_gradient (canny, rgb + k, x, y, &gx, &gy);
            if (abs (gx) + abs (gy) <= strongest)
              continue;
            strongest = abs (gx) + abs (gy);
            canny->gx[i] = (gint16) gx;
            canny->gy[i] = (gint16) gy;
          }
        *magnitude_at (canny, x, y) = (guint16) strongest;
      }
}

/* Whether no neighbour across the edge is stronger. Of two equal ones in a row or column the second
 * is it; on a diagonal neither is. */
static gboolean
is_ridge (const Canny *canny,
          guint        x,
          guint        y)
{
  const guint16 *m = magnitude_at (canny, x, y);
  gssize row = (gssize) canny->w + 2;
  int gx = canny->gx[(gsize) y * canny->w + x], gy = canny->gy[(gsize) y * canny->w + x];
  gint64 across = (gint64) abs (gx) * TAN_22_5, down = (gint64) abs (gy) << 15;

  if (down < across)
    return m[0] > m[-1] && m[0] >= m[1];
  if (down > across + ((gint64) abs (gx) << 16))
    return m[0] > m[-row] && m[0] >= m[row];

  gssize slope = (gx < 0) != (gy < 0) ? -1 : 1;
  return m[0] > m[-row - slope] && m[0] > m[row + slope];
}

/* Marks what may be an edge; the number of strong pixels, which are on the stack. */
static gsize
mark (Canny  *canny,
      guint   low,
      guint   high,
      guint8 *edges)
{
  gsize n_strong = 0;

  for (guint y = 0; y < canny->h; y++)
    for (guint x = 0; x < canny->w; x++)
      {
        gsize i = (gsize) y * canny->w + x;
        guint m = *magnitude_at (canny, x, y);

        edges[i] = NONE;
        if (m <= low || !is_ridge (canny, x, y))
          continue;
        edges[i] = WEAK;
        if (m > high)
          {
            edges[i] = STRONG;
            canny->stack[n_strong++] = i;
          }
      }

  return n_strong;
}

/* Weak pixels that touch a strong one, also by a corner, are strong. */
static void
join (Canny  *canny,
      gsize   n_strong,
      guint8 *edges)
{
  while (n_strong > 0)
    {
      gsize i = canny->stack[--n_strong];
      guint x = (guint) (i % canny->w), y = (guint) (i / canny->w);

      for (guint ny = y > 0 ? y - 1 : 0; ny <= MIN (y + 1, canny->h - 1); ny++)
        for (guint nx = x > 0 ? x - 1 : 0; nx <= MIN (x + 1, canny->w - 1); nx++)
          {
            gsize neighbour = (gsize) ny * canny->w + nx;

            if (edges[neighbour] != WEAK)
              continue;
            edges[neighbour] = STRONG;
            canny->stack[n_strong++] = neighbour;
          }
    }

  for (gsize i = 0; i < (gsize) canny->w * canny->h; i++)
    if (edges[i] == WEAK)
      edges[i] = NONE;
}

gboolean
cas_canny (const guint8 *rgb,
           guint         w,
           guint         h,
           guint         low,
           guint         high,
           guint8       *edges,
           GError      **error)
{
  g_auto (Canny) canny = { 0 };

  if (!canny_init (&canny, w, h, error))
    return FALSE;

  find_gradients (&canny, rgb);
  join (&canny, mark (&canny, MIN (low, high), MAX (low, high), edges), edges);
  return TRUE;
}

/* The edges of picture, of its size, as 0 or 1. */
static CasRaster *
find_edges (const CasRaster *picture,
            guint            low,
            guint            high,
            GError         **error)
{
  gsize n = (gsize) picture->w * picture->h;
  g_autoptr (CasRaster) edges = cas_raster_new (picture->w, picture->h, 1, error);
  g_autofree guint8 *rgb = g_try_malloc_n (n, N_RGB);
  g_autofree guint8 *found = g_try_malloc (n);

  if (edges == NULL)
    return NULL;
  if (rgb == NULL || found == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for finding edges in %u×%u pixels."), picture->w,
                   picture->h);
      return NULL;
    }

  for (gsize i = 0; i < n * N_RGB; i++)
    rgb[i] = cas_raster_level (picture->v[i]);
  if (!cas_canny (rgb, picture->w, picture->h, low, high, found, error))
    return NULL;

  for (gsize i = 0; i < n; i++)
    edges->v[i] = found[i] / 255.0f;
  return g_steal_pointer (&edges);
}

CasRaster *
cas_canny_filter (const CasRaster *picture,
                  guint            side,
                  guint            low,
                  guint            high,
                  GError         **error)
{
  g_return_val_if_fail (picture->c == N_RGB, NULL);

  if (side == 0)
    return find_edges (picture, low, high, error);

  g_autoptr (CasRaster) small = cas_resize (picture, side, side, CAS_RESIZE_BILINEAR, error);
  g_autoptr (CasRaster) edges = small != NULL ? find_edges (small, low, high, error) : NULL;

  return edges != NULL ? cas_resize (edges, picture->w, picture->h, CAS_RESIZE_BILINEAR, error)
                       : NULL;
}
