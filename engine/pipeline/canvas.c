/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inpainting and outpainting are one thing: a canvas, and a mask of what is made anew. */

#include "pipeline/canvas.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

#define N_RGB 3

/* Pixels of this mask or more are made anew, for the networks. */
#define HALF 128

void
cas_canvas_free (CasCanvas *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->picture, cas_image_unref);
  g_free (self->mask);
  g_free (self);
}

/* Colours and mask of the pixel (x, y) of the canvas, where left and top were added: beyond the
 * picture they are those of its nearest pixel, but that what was added is made anew. */
static void
copy_row (CasCanvas   *self,
          CasImage    *picture,
          CasImage    *mask,
          const guint  margins[4],
          guint        y)
{
  const guint width = cas_image_get_width (self->picture);
  const guint w = cas_image_get_width (picture), h = cas_image_get_height (picture);
  const guint row = CLAMP ((gint64) y - margins[1], 0, (gint64) h - 1);
  const guint8 *from = cas_image_get_pixels (picture) + row * cas_image_get_stride (picture);
  const guint8 *grey
    = mask ? cas_image_get_pixels (mask) + row * cas_image_get_stride (mask) : NULL;
  guint8 *to = cas_image_get_pixels (self->picture) + y * cas_image_get_stride (self->picture);
  guint8 *anew = self->mask + (gsize) y * width;
  const gboolean is_added_row = y < margins[1] || (margins[3] > 0 && y >= margins[1] + h);

  for (guint x = 0; x < width; x++)
    {
      const guint column = CLAMP ((gint64) x - margins[0], 0, (gint64) w - 1);
      const gboolean is_added
        = is_added_row || x < margins[0] || (margins[2] > 0 && x >= margins[0] + w);

      memcpy (to + N_RGB * x, from + N_RGB * column, N_RGB);
      if (grey && !is_added)
        anew[x] = (grey[N_RGB * column] + grey[N_RGB * column + 1] + grey[N_RGB * column + 2]) / 3;
      else
        anew[x] = is_added ? 255 : 0;
    }
}

CasCanvas *
cas_canvas_new (CasImage    *picture,
                CasImage    *mask,
                const guint  margins[4],
                guint        width,
                guint        height,
                GError     **error)
{
  g_autoptr (CasCanvas) self = g_new0 (CasCanvas, 1);

  self->width = MIN (margins[0] + cas_image_get_width (picture) + margins[2], width);
  self->height = MIN (margins[1] + cas_image_get_height (picture) + margins[3], height);
  self->picture = cas_image_new (width, height, error);
  self->mask = self->picture ? g_try_malloc ((gsize) width * height) : NULL;
  if (!self->mask)
    {
      if (self->picture)
        g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                     _("There is no memory for a picture of %u×%u pixels."), width, height);
      return NULL;
    }

  for (guint y = 0; y < height; y++)
    copy_row (self, picture, mask, margins, y);
  return g_steal_pointer (&self);
}

void
cas_canvas_set_mask (CasCanvas       *self,
                     const CasRaster *mask)
{
  const gsize width = cas_image_get_width (self->picture);
  const gsize height = cas_image_get_height (self->picture);

  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      {
        const gsize nearest = y * mask->h / height * mask->w + x * mask->w / width;

        self->mask[y * width + x] = mask->v[nearest] > 0.5f ? 255 : 0;
      }
}

CasImage *
cas_canvas_mask_to_image (const CasCanvas *self,
                          GError         **error)
{
  const gsize width = cas_image_get_width (self->picture);
  CasImage *image = cas_image_new (self->width, self->height, error);

  if (!image)
    return NULL;
  for (gsize y = 0; y < self->height; y++)
    for (gsize x = 0; x < self->width; x++)
      memset (cas_image_get_pixels (image) + y * cas_image_get_stride (image) + N_RGB * x,
              self->mask[y * width + x], N_RGB);
  return image;
}

CasRaster *
cas_canvas_reduce_mask (const CasCanvas *self,
                        guint            w,
                        guint            h,
                        GError         **error)
{
  const guint width = cas_image_get_width (self->picture);
  const guint height = cas_image_get_height (self->picture);
  CasRaster *cells = cas_raster_new (w, h, 1, error);

  if (!cells)
    return NULL;
  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      if (self->mask[y * width + x] >= HALF)
        cells->v[y * h / height * w + x * w / width] = 1;
  return cells;
}

CasImage *
cas_canvas_finish (const CasCanvas *self,
                   CasImage        *made,
                   GError         **error)
{
  const gsize width = cas_image_get_width (self->picture);
  const guint8 *old = cas_image_get_pixels (self->picture);
  const guint8 *new = cas_image_get_pixels (made);
  const gsize stride = cas_image_get_stride (made);
  CasImage *image = cas_image_new (self->width, self->height, error);

  if (!image)
    return NULL;
  for (gsize y = 0; y < self->height; y++)
    for (gsize x = 0; x < self->width; x++)
      {
        const guint alpha = self->mask[y * width + x];
        guint8 *to = cas_image_get_pixels (image) + y * cas_image_get_stride (image) + N_RGB * x;

        for (guint c = 0; c < N_RGB; c++)
          {
            const gsize k = y * stride + N_RGB * x + c;

            to[c] = (alpha * new[k] + (255 - alpha) * old[k] + 127) / 255;
          }
      }
  return image;
}
