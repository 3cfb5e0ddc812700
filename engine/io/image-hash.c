/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Knowing a picture again. */

#include "cascade/image.h"

char *
cas_image_dup_hash (CasImage *image)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const guint8 *pixels = cas_image_get_pixels (image), *alpha = cas_image_get_alpha (image);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *size = g_strdup_printf ("%u %u %s\n", width, height, alpha ? "rgb+a" : "rgb");

  g_checksum_update (checksum, (const guchar *) size, -1);
  for (guint y = 0; y < height; y++)
    g_checksum_update (checksum, pixels + y * cas_image_get_stride (image), 3 * (gssize) width);
  for (guint y = 0; alpha && y < height; y++)
    g_checksum_update (checksum, alpha + y * (gsize) width, width);
  return g_strdup (g_checksum_get_string (checksum));
}
