/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Making, keeping and finding thumbnails. */

#include "library/thumbnail.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "picture.h"

/* The mean of the pixels in a box. */
static void
average (CasImage *image,
         guint     x0,
         guint     x1,
         guint     y0,
         guint     y1,
         guint8   *pixel)
{
  const guint8 *pixels = cas_image_get_pixels (image), *alpha = cas_image_get_alpha (image);
  const gsize stride = cas_image_get_stride (image), width = cas_image_get_width (image);
  const guint64 n = (guint64) (x1 - x0) * (y1 - y0) * 255;
  guint64 sums[3] = { 0 };

  for (guint y = y0; y < y1; y++)
    for (guint x = x0; x < x1; x++)
      {
        const guint opaque = alpha ? alpha[y * width + x] : 255;

        for (guint c = 0; c < 3; c++)
          sums[c] += pixels[y * stride + 3 * x + c] * opaque + 255 * (255 - opaque);
      }
  for (guint c = 0; c < 3; c++)
    pixel[c] = (guint8) ((sums[c] + n / 2) / n);
}

CasImage *
weir_thumbnail_shrink (CasImage *image,
                       guint     size,
                       GError  **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const guint longer = MAX (MAX (width, height), size);
  const guint small_width = MAX (1, (guint) ((guint64) width * size / longer));
  const guint small_height = MAX (1, (guint) ((guint64) height * size / longer));
  CasImage *small = cas_image_new (small_width, small_height, error);

  if (!small)
    return NULL;

  guint8 *pixel = cas_image_get_pixels (small);

  for (guint y = 0; y < small_height; y++)
    for (guint x = 0; x < small_width; x++, pixel += 3)
      average (image,
               (guint) ((guint64) x * width / small_width),
               (guint) ((guint64) (x + 1) * width / small_width),
               (guint) ((guint64) y * height / small_height),
               (guint) ((guint64) (y + 1) * height / small_height), pixel);
  return small;
}

static char *
dup_name (const char *picture)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, picture, -1);

  return g_strdup_printf ("%.32s.png", hash);
}

static char *
dup_path (const char      *folder,
          WeirLibraryItem *item)
{
  g_autofree char *name = dup_name (weir_library_item_get_file (item)->name);

  return g_build_filename (folder, name, NULL);
}

static gint64
get_changed_us (const struct stat *status)
{
  return status->st_mtim.tv_sec * G_USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
}

/* Until it is given its age, a file that is written is taken for one of another picture. */
static void
keep (const char      *folder,
      WeirLibraryItem *item,
      CasImage        *small)
{
  g_autofree char *path = dup_path (folder, item);
  const gint64 changed_us = weir_library_item_get_file (item)->changed_us;
  const struct timespec times[2] = {
    { .tv_nsec = UTIME_OMIT },
    { .tv_sec = changed_us / G_USEC_PER_SEC, .tv_nsec = changed_us % G_USEC_PER_SEC * 1000 },
  };

  g_mkdir_with_parents (folder, 0700);
  if (cas_image_save_plain_png (small, path, TRUE, NULL))
    utimensat (AT_FDCWD, path, times, 0);
}

void
weir_thumbnail_keep (const char      *folder,
                     WeirLibraryItem *item,
                     CasImage        *image)
{
  g_autoptr (CasImage) small = weir_thumbnail_shrink (image, WEIR_THUMBNAIL_SIZE, NULL);

  if (small)
    keep (folder, item, small);
}

static GdkTexture *
load_kept (const char      *folder,
           WeirLibraryItem *item)
{
  g_autofree char *path = dup_path (folder, item);
  struct stat status;

  if (stat (path, &status) < 0
      || get_changed_us (&status) != weir_library_item_get_file (item)->changed_us)
    return NULL;
  return gdk_texture_new_from_filename (path, NULL);
}

GdkTexture *
weir_thumbnail_load (const char       *folder,
                     WeirLibraryItem  *item,
                     GCancellable     *cancellable,
                     GError          **error)
{
  g_autoptr (CasImage) image = NULL;
  g_autoptr (CasImage) small = NULL;
  GdkTexture *texture = load_kept (folder, item);

  if (texture)
    return texture;

  image = cas_image_load (weir_library_item_get_path (item), cancellable, error);
  small = image ? weir_thumbnail_shrink (image, WEIR_THUMBNAIL_SIZE, error) : NULL;
  if (!small)
    return NULL;
  keep (folder, item, small);
  return weir_texture_new (small);
}

static gboolean
is_thumbnail (const char *name)
{
  return strlen (name) == 36 && g_str_has_suffix (name, ".png");
}

void
weir_thumbnail_prune (const char *folder,
                      GHashTable *names)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GHashTableIter iter;
  gpointer key;
  const char *name;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (wanted, dup_name (key));
  while (dir && (name = g_dir_read_name (dir)))
    if (is_thumbnail (name) && !g_hash_table_contains (wanted, name))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_unlink (path);
      }
  cas_image_remove_parts (folder);
}
