/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made to fit. A picture is one plane of R, G, B and perhaps one of alpha, and each
 * function does the same to both. */

#include "io/image-shape.h"

#include "cascade/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  guint8 *data;
  guint   width, height;
  guint   n_channels;
} Plane;

static Plane
plane_of (CasImage *image,
          gboolean  is_alpha)
{
  return (Plane) {
    .data = is_alpha ? cas_image_get_alpha (image) : cas_image_get_pixels (image),
    .width = cas_image_get_width (image),
    .height = cas_image_get_height (image),
    .n_channels = is_alpha ? 1 : 3,
  };
}

static guint8 *
row_of (const Plane *plane,
        guint        y)
{
  return plane->data + (gsize) y * plane->width * plane->n_channels;
}

/* An image of that size, with alpha if the other has some. */
static CasImage *
new_like (CasImage *image,
          guint     width,
          guint     height,
          GError  **error)
{
  g_autoptr (CasImage) made = cas_image_new (width, height, error);

  if (!made || (cas_image_get_alpha (image) && !cas_image_add_alpha (made, error)))
    return NULL;
  return g_steal_pointer (&made);
}

/* --- padding and cutting ------------------------------------------------------------------- */

/* Copies what lies at (x, y) of src, and repeats its last column and row beyond it. */
static void
copy_plane (Plane src,
            Plane dst,
            guint x,
            guint y)
{
  const gsize pixel = src.n_channels;
  const guint n_copied = MIN (dst.width, src.width - x);

  for (guint v = 0; v < dst.height; v++)
    {
      const guint8 *from = row_of (&src, MIN (y + v, src.height - 1)) + x * pixel;
      guint8 *to = row_of (&dst, v);

      memcpy (to, from, n_copied * pixel);
      for (guint u = n_copied; u < dst.width; u++)
        memcpy (to + u * pixel, from + (n_copied - 1) * pixel, pixel);
    }
}

static CasImage *
copy_part (CasImage *image,
           guint     x,
           guint     y,
           guint     width,
           guint     height,
           GError  **error)
{
  CasImage *made = new_like (image, width, height, error);

  if (!made)
    return NULL;
  copy_plane (plane_of (image, FALSE), plane_of (made, FALSE), x, y);
  if (cas_image_get_alpha (image))
    copy_plane (plane_of (image, TRUE), plane_of (made, TRUE), x, y);
  return made;
}

static guint
round_up (guint n,
          guint multiple)
{
  return (n + multiple - 1) / multiple * multiple;
}

CasImage *
cas_image_pad (CasImage *image,
               guint     multiple,
               GError  **error)
{
  g_return_val_if_fail (multiple > 0, NULL);

  return copy_part (image, 0, 0, round_up (cas_image_get_width (image), multiple),
                    round_up (cas_image_get_height (image), multiple), error);
}

CasImage *
cas_image_crop (CasImage *image,
                guint     x,
                guint     y,
                guint     width,
                guint     height,
                GError  **error)
{
  const guint image_width = cas_image_get_width (image);
  const guint image_height = cas_image_get_height (image);

  if (width < 1 || height < 1 || x >= image_width || width > image_width - x
      || y >= image_height || height > image_height - y)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A part of %u×%u pixels at %u, %u was asked for of a picture of %u×%u."),
                   width, height, x, y, image_width, image_height);
      return NULL;
    }
  return copy_part (image, x, y, width, height, error);
}

/* --- scaling ------------------------------------------------------------------------------- */

/* For each pixel of a side, which pixels of the picture it is made of, and how much of each. */
typedef struct
{
  guint  n_taps; /* at most, of a pixel */
  guint *first;  /* [n] */
  float *weight; /* [n, n_taps], zero where there are fewer */
} Taps;

static void
taps_clear (Taps *taps)
{
  g_clear_pointer (&taps->first, g_free);
  g_clear_pointer (&taps->weight, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taps, taps_clear)

/* A triangle that is one source pixel wide to either side, or one of the result where that is
 * wider. scale: source pixels to one of the result; start: where the first one begins. */
static gboolean
taps_init (Taps  *taps,
           guint  n,
           guint  n_src,
           double start,
           double scale)
{
  const double reach = MAX (scale, 1);

  taps->n_taps = (guint) ceil (2 * reach) + 1;
  taps->first = g_try_new (guint, n);
  taps->weight = g_try_malloc0_n (n, taps->n_taps * sizeof (float));
  if (!taps->first || !taps->weight)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      const double centre = start + (i + 0.5) * scale;
      const guint first = (guint) MAX (floor (centre - reach + 0.5), 0);
      const guint end = MIN ((guint) floor (centre + reach + 0.5), n_src);
      float *weight = taps->weight + (gsize) i * taps->n_taps;
      double sum = 0;

      for (guint k = first; k < end; k++)
        sum += MAX (1 - fabs (k + 0.5 - centre) / reach, 0);
      for (guint k = first; k < end; k++)
        weight[k - first] = (float) (MAX (1 - fabs (k + 0.5 - centre) / reach, 0) / sum);
      taps->first[i] = first;
    }
  return TRUE;
}

/* One row of the source, as wide as the result. */
static void
scale_row (const guint8 *src,
           float        *dst,
           guint         width,
           guint         src_width,
           guint         n_channels,
           const Taps   *taps)
{
  for (guint x = 0; x < width; x++)
    for (guint c = 0; c < n_channels; c++)
      {
        const guint n_taps = MIN (taps->n_taps, src_width - taps->first[x]);
        float sum = 0;

        for (guint k = 0; k < n_taps; k++)
          sum += taps->weight[(gsize) x * taps->n_taps + k]
                 * src[(gsize) (taps->first[x] + k) * n_channels + c];
        dst[(gsize) x * n_channels + c] = sum;
      }
}

/* rows: room for as many rows of the result as one of its pixels is made of, used round and
 * round. */
static void
scale_plane (Plane       src,
             Plane       dst,
             const Taps *across,
             const Taps *down,
             float      *rows)
{
  const gsize n_values = (gsize) dst.width * dst.n_channels;
  guint n_ready = down->first[0]; /* source rows before this one are in rows, or needed no more */

  for (guint y = 0; y < dst.height; y++)
    {
      const guint first = down->first[y], n_taps = MIN (down->n_taps, src.height - first);
      const float *weight = down->weight + (gsize) y * down->n_taps;
      guint8 *out = row_of (&dst, y);

      for (n_ready = MAX (n_ready, first); n_ready < first + n_taps; n_ready++)
        scale_row (row_of (&src, n_ready), rows + n_ready % down->n_taps * n_values, dst.width,
                   src.width, src.n_channels, across);
      for (gsize i = 0; i < n_values; i++)
        {
          float sum = 0;

          for (guint k = 0; k < n_taps; k++)
            sum += weight[k] * rows[(first + k) % down->n_taps * n_values + i];
          out[i] = (guint8) CLAMP (lrintf (sum), 0, 255);
        }
    }
}

CasImage *
cas_image_cover (CasImage *image,
                 guint     width,
                 guint     height,
                 GError  **error)
{
  const guint src_width = cas_image_get_width (image), src_height = cas_image_get_height (image);
  g_autoptr (CasImage) made = new_like (image, width, height, error);

  if (!made)
    return NULL;

  const double scale = MIN ((double) src_width / width, (double) src_height / height);
  g_auto (Taps) across = { 0 }, down = { 0 };
  g_autofree float *rows = NULL;

  if (taps_init (&across, width, src_width, (src_width - scale * width) / 2, scale)
      && taps_init (&down, height, src_height, (src_height - scale * height) / 2, scale))
    rows = g_try_malloc_n (down.n_taps, 3 * width * sizeof (float));
  if (!rows)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory to scale a picture to %u×%u pixels."), width, height);
      return NULL;
    }

  scale_plane (plane_of (image, FALSE), plane_of (made, FALSE), &across, &down, rows);
  if (cas_image_get_alpha (image))
    scale_plane (plane_of (image, TRUE), plane_of (made, TRUE), &across, &down, rows);
  return g_steal_pointer (&made);
}
