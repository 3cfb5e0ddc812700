/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows are copied whole as far as they are in the image, and their ends repeated beyond. */

#include "patch.h"

#include <string.h>

#define N_RGB 3

static guint8 *
get_pixel (CasImage *image,
           guint     x,
           guint     y)
{
  return cas_image_get_pixels (image) + y * cas_image_get_stride (image) + N_RGB * (gsize) x;
}

static void
repeat (guint8       *to,
        const guint8 *pixel,
        int           n)
{
  for (int i = 0; i < n; i++)
    memcpy (to + N_RGB * i, pixel, N_RGB);
}

CasImage *
weir_patch_cut (CasImage           *image,
                const GdkRectangle *area,
                GError            **error)
{
  const int width = (int) cas_image_get_width (image), height = (int) cas_image_get_height (image);
  const int left = CLAMP (-area->x, 0, area->width);
  const int right = CLAMP (area->x + area->width - width, 0, area->width);
  const int n_inside = MAX (area->width - left - right, 0);
  CasImage *part = cas_image_new ((guint) area->width, (guint) area->height, error);

  for (int y = 0; part && y < area->height; y++)
    {
      const guint row = (guint) CLAMP (area->y + y, 0, height - 1);
      guint8 *to = get_pixel (part, 0, (guint) y);

      repeat (to, get_pixel (image, 0, row), left);
      if (n_inside > 0)
        memcpy (to + N_RGB * left, get_pixel (image, (guint) (area->x + left), row),
                N_RGB * (gsize) n_inside);
      repeat (to + N_RGB * (left + n_inside), get_pixel (image, (guint) width - 1, row), right);
    }
  return part;
}

/* Pixels of which a mask has something; NULL: all. */
static void
copy_masked (guint8       *to,
             const guint8 *from,
             const guint8 *mask,
             gsize         n)
{
  if (!mask)
    memcpy (to, from, N_RGB * n);
  for (gsize x = 0; mask && x < n; x++)
    if (mask[x] > 0)
      memcpy (to + N_RGB * x, from + N_RGB * x, N_RGB);
}

CasImage *
weir_patch_put (CasImage           *image,
                CasImage           *part,
                const GdkRectangle *area,
                WeirMask           *mask,
                const guint         outside[4],
                GError            **error)
{
  const int left = (int) outside[0], top = (int) outside[1];
  const GdkRectangle whole = {
    .x = -left,
    .y = -top,
    .width = left + (int) cas_image_get_width (image) + (int) outside[2],
    .height = top + (int) cas_image_get_height (image) + (int) outside[3],
  };
  const int n_rows = MIN (area->height, (int) cas_image_get_height (part));
  const gsize n_columns = MIN ((guint) area->width, cas_image_get_width (part));
  const gsize stride = mask ? weir_mask_get_width (mask) : 0;
  g_autofree guint8 *masked = mask ? g_malloc (stride * weir_mask_get_height (mask)) : NULL;
  CasImage *put = weir_patch_cut (image, &whole, error);

  if (mask)
    weir_mask_read (mask, masked, stride);
  for (int y = 0; put && y < n_rows; y++)
    copy_masked (get_pixel (put, (guint) (area->x + left), (guint) (area->y + top + y)),
                 get_pixel (part, 0, (guint) y), masked ? masked + (gsize) y * stride : NULL,
                 n_columns);
  return put;
}
