/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures known again by the hash of their pixels. */

#include "cascade/image.h"

static CasImage *
new_image (guint    w,
           guint    h,
           gboolean has_alpha)
{
  g_autoptr (GError) error = NULL;
  CasImage *image = cas_image_new (w, h, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 3 * w * h; i++)
    cas_image_get_pixels (image)[i] = (guint8) (i + 1);
  if (has_alpha)
    {
      cas_image_add_alpha (image, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < w * h; i++)
        cas_image_get_alpha (image)[i] = (guint8) (i + 4);
    }
  return image;
}

/* Hashes are in pictures already, so that what they are must not change: SHA-256 of "1 1 rgb" and a
 * line's end, or of "1 1 rgb+a", and the bytes 1, 2, 3 and 4. */
static void
test_known (void)
{
  static const char *const wanted[] = {
    "60965b7343bb0764ff804e803b4e7d4f5c48c43fee38e1715c40a6d97d4945a4",
    "743f4367a4074d575336e0b5cdc9d227a74d0606f4c1ae22d502708f4cb41cd3",
  };

  for (guint has_alpha = 0; has_alpha < 2; has_alpha++)
    {
      g_autoptr (CasImage) image = new_image (1, 1, has_alpha);
      g_autofree char *hash = cas_image_dup_hash (image);

      g_assert_cmpstr (hash, ==, wanted[has_alpha]);
    }
}

static void
test_same (void)
{
  for (guint has_alpha = 0; has_alpha < 2; has_alpha++)
    {
      g_autoptr (CasImage) image = new_image (5, 3, has_alpha);
      g_autoptr (CasImage) other = new_image (5, 3, has_alpha);
      g_autofree char *hash = cas_image_dup_hash (image);
      g_autofree char *same = cas_image_dup_hash (other);

      g_assert_cmpstr (hash, ==, same);
    }
}

/* Any bit of bytes makes another hash. */
static void
check_bits (CasImage *image,
            guint8   *bytes,
            guint     n_bytes)
{
  g_autofree char *hash = cas_image_dup_hash (image);

  for (guint i = 0; i < 8 * n_bytes; i++)
    {
      bytes[i / 8] ^= (guint8) (1 << i % 8);
      g_autofree char *other = cas_image_dup_hash (image);
      bytes[i / 8] ^= (guint8) (1 << i % 8);
      g_assert_cmpstr (hash, !=, other);
    }
}

static void
test_pixels (void)
{
  g_autoptr (CasImage) image = new_image (5, 3, FALSE);

  check_bits (image, cas_image_get_pixels (image), 3 * 5 * 3);
}

static void
test_alpha (void)
{
  g_autoptr (CasImage) image = new_image (5, 3, TRUE);
  g_autoptr (CasImage) opaque = new_image (5, 3, FALSE);
  g_autofree char *hash = cas_image_dup_hash (image);
  g_autofree char *opaque_hash = cas_image_dup_hash (opaque);

  check_bits (image, cas_image_get_alpha (image), 5 * 3);
  g_assert_cmpstr (hash, !=, opaque_hash);
}

/* The same bytes in another shape are another picture. */
static void
test_size (void)
{
  static const guint sizes[][2] = { { 1, 12 }, { 2, 6 }, { 3, 4 }, { 4, 3 }, { 6, 2 }, { 12, 1 } };
  g_autoptr (GHashTable) hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (CasImage) image = new_image (sizes[i][0], sizes[i][1], FALSE);

      g_assert_true (g_hash_table_add (hashes, cas_image_dup_hash (image)));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-hash/known", test_known);
  g_test_add_func ("/image-hash/same", test_same);
  g_test_add_func ("/image-hash/pixels", test_pixels);
  g_test_add_func ("/image-hash/alpha", test_alpha);
  g_test_add_func ("/image-hash/size", test_size);
  return g_test_run ();
}
