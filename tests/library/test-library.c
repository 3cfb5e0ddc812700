/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the library saves, finds, stars and trashes. */

#include "library/fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "library/packed-settings.h"
#include "library/search.h"
#include "library/stars.h"
#include "library/thumbnail.h"

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* --- saving -------------------------------------------------------------------------------- */

static void
check_item (WeirLibraryItem *item,
            const char      *prompt,
            guint64          seed)
{
  g_autoptr (CasImage) image = fixture_image (seed, 16);
  g_autofree char *hash = cas_image_dup_hash (image);
  g_auto (CasMetadata) metadata = { 0 };
  const WeirLibraryFile *file = weir_library_item_get_file (item);
  guint64 got;

  g_assert_cmpstr (weir_library_item_get_prompt (item), ==, prompt);
  g_assert_true (weir_library_item_get_seed (item, &got));
  g_assert_cmpuint (got, ==, seed);
  g_assert_cmpstr (file->hash, ==, hash);
  g_assert_cmpuint (file->width, ==, 16);
  g_assert_true (weir_settings_unpack (file->settings, file->fields, &metadata));
  g_assert_cmpstr (metadata.negative_prompt, ==, "rain");
  g_assert_cmpuint (metadata.steps, ==, 20);
}

/* Newest first; and the same when it is opened again, with the index and without. */
static void
save (Fixture      *f,
      gconstpointer data)
{
  static const char *const prompts[] = { "a red fox", "a blue house", "ein Fuß" };

  fixture_open (f);
  g_assert_cmpuint (fixture_count (f), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      WeirLibraryItem *item = fixture_save (f, prompts[i], i + 1);

      g_assert_true (fixture_peek (f, 0) == item);
      g_assert_true (weir_library_find (f->library, weir_library_item_get_path (item)) == item);
    }

  for (guint round = 0; round < 3; round++)
    {
      g_assert_cmpuint (fixture_count (f), ==, 3);
      for (guint i = 0; i < 3; i++)
        check_item (fixture_peek (f, i), prompts[2 - i], 3 - i);
      fixture_close (f);
      if (round == 1)
        g_assert_cmpint (g_remove (f->index), ==, 0);
      fixture_open (f);
    }
}

/* Nothing is replaced. */
static void
numbers (Fixture      *f,
         gconstpointer data)
{
  static const struct
  {
    const char *pattern, *wanted;
  } cases[] = {
    { "{prompt}-{seed}", "a-fox-7.png" },
    { "{prompt}-{seed}", "a-fox-7-2.png" },
    { "{prompt}-{seed}", "a-fox-7-3.png" },
    { "../{seed}/x", "-.-7-x.png" },
    { ".{seed}", "-7.png" },
  };

  fixture_open (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirLibraryItem *item;

      g_object_set (f->library, "file-name", cases[i].pattern, NULL);
      item = fixture_save (f, "a fox", 7);
      g_assert_cmpstr (weir_library_item_get_file (item)->name, ==, cases[i].wanted);
    }
  g_object_set (f->library, "file-name", "{nonsense}", NULL);
  g_assert_true (g_str_has_suffix (weir_library_item_get_file (fixture_save (f, "a fox", 7))->name,
                                   "-a-fox-7.png"));
  g_assert_cmpuint (fixture_count (f), ==, G_N_ELEMENTS (cases) + 1);
}

/* A folder that cannot be: the sentence names it, and the picture is still the caller's. */
static void
refused (Fixture      *f,
         gconstpointer data)
{
  g_autoptr (CasImage) image = fixture_image (1, 16);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *elsewhere = g_build_filename (f->root, "elsewhere.png", NULL);
  g_autofree char *parent = g_path_get_dirname (f->pictures);

  g_assert_true (g_file_set_contents (parent, "no folder", -1, NULL));
  fixture_open (f);
  weir_library_save_async (f->library, image, NULL, take_result, &result);
  g_assert_true (weir_library_get_is_saving (f->library));
  fixture_wait (is_there, &result, "saving has ended");
  g_assert_null (weir_library_save_finish (f->library, result, &error));
  g_assert_false (weir_library_get_is_saving (f->library));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_assert_nonnull (strstr (error->message, f->pictures));
  g_assert_cmpuint (fixture_count (f), ==, 0);
  g_assert_true (cas_image_save_png (image, elsewhere, NULL, FALSE, NULL));
}

/* --- finding ------------------------------------------------------------------------------- */

static void
search (void)
{
  static const struct
  {
    const char *text, *query;
    gboolean    is_found;
  } cases[] = {
    { "a red fox in snow", "", TRUE },
    { "a red fox in snow", "fox", TRUE },
    { "a red fox in snow", "snow RED", TRUE },
    { "a red fox in snow", "sno", TRUE },
    { "a red fox in snow", "now", FALSE },
    { "a red fox in snow", "red wolf", FALSE },
    { "Café, (crème:1.2)", "cafe creme", TRUE },
    { "STRASSE", "straße", TRUE },
    { "fox,red", "red", TRUE },
    { "빨간 여우", "여우", TRUE },
    { "빨간 여우", "우", FALSE },
    { "雪中的红狐狸", "狐狸", TRUE },
    { "100% \"_\"", "100% _ '", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = weir_search_fold (cases[i].text);
      g_auto (GStrv) words = weir_search_split (cases[i].query);

      g_test_message ("“%s” in “%s”", cases[i].query, cases[i].text);
      g_assert_cmpint (weir_search_matches (folded, (const char *const *) words), ==,
                       cases[i].is_found);
    }
}

static gboolean
is_empty (gpointer library)
{
  return g_list_model_get_n_items (library) == 0;
}

static gboolean
is_one (gpointer library)
{
  return g_list_model_get_n_items (library) == 1;
}

/* Files come and go without the library being told. */
static void
behind_its_back (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (CasImage) image = fixture_image (9, 16);
  g_autofree char *path = fixture_path (f, "other.png");

  fixture_open (f);
  fixture_save (f, "a fox", 1); /* there is a folder to watch now */
  g_assert_cmpint (g_remove (weir_library_item_get_path (fixture_peek (f, 0))), ==, 0);
  fixture_wait (is_empty, f->library, "the removed picture is gone");
  g_assert_true (cas_image_save_png (image, path, NULL, FALSE, NULL));
  fixture_wait (is_one, f->library, "the new picture is there");
  g_assert_null (weir_library_item_get_prompt (fixture_peek (f, 0)));
}

static void
check_recalled (Fixture    *f,
                const char *path,
                CasImage   *image,
                const char *prompt)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings = NULL;

  weir_library_recall_async (f->library, path, image, NULL, take_result, &result);
  fixture_wait (is_there, &result, "it is recalled");
  settings = weir_library_recall_finish (f->library, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (settings ? settings->metadata.prompt : NULL, ==, prompt);
  if (settings)
    g_assert_true ((settings->fields & CAS_SETTING_SEED) != 0);
}

/* An editor took the settings out of a picture: they are known by its pixels, also of a copy that
 * is somewhere else, and when the file is gone. */
static void
stripped (Fixture      *f,
          gconstpointer data)
{
  g_autoptr (CasImage) image = fixture_image (1, 16);
  g_autoptr (CasImage) other = fixture_image (2, 16);
  g_autofree char *path = NULL;
  g_autofree char *copy = g_build_filename (f->root, "copy.png", NULL);

  fixture_open (f);
  path = g_strdup (weir_library_item_get_path (fixture_save (f, "a fox", 1)));
  g_assert_true (cas_image_save_png (image, path, NULL, TRUE, NULL));
  fixture_read (f);
  check_item (fixture_peek (f, 0), "a fox", 1);
  fixture_close (f);
  fixture_open (f);
  check_item (fixture_peek (f, 0), "a fox", 1);

  g_assert_cmpint (g_remove (path), ==, 0);
  fixture_read (f);
  g_assert_cmpuint (fixture_count (f), ==, 0);
  check_recalled (f, NULL, image, "a fox");
  check_recalled (f, NULL, other, NULL);
  g_assert_true (cas_image_save_png (image, copy, NULL, FALSE, NULL));
  check_recalled (f, copy, NULL, "a fox");
}

static gboolean
has_ended (gpointer library)
{
  return !weir_library_get_is_reading (library);
}

static gboolean
has_hash (gpointer item)
{
  return weir_library_item_get_file (item)->hash != NULL;
}

/* What the pixels say comes when all there is is listed. */
static void
pixels_later (Fixture      *f,
              gconstpointer data)
{
  fixture_open (f);
  fixture_save (f, "a fox", 1);
  fixture_close (f);
  g_assert_cmpint (g_remove (f->index), ==, 0);

  f->library = weir_library_new (f->pictures, f->index, f->thumbnails);
  fixture_wait (has_ended, f->library, "the folder is read");
  g_assert_cmpstr (weir_library_item_get_prompt (fixture_peek (f, 0)), ==, "a fox");
  g_assert_null (weir_library_item_get_file (fixture_peek (f, 0))->hash);
  fixture_wait (has_hash, fixture_peek (f, 0), "the pixels are read");
  check_item (fixture_peek (f, 0), "a fox", 1);
}

/* --- stars --------------------------------------------------------------------------------- */

static void
star (Fixture         *f,
      WeirLibraryItem *item,
      gboolean         starred)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  weir_library_star_async (f->library, item, starred, take_result, &result);
  g_assert_cmpint (weir_library_item_get_starred (item), ==, starred);
  fixture_wait (is_there, &result, "the star is kept");
  g_assert_true (weir_library_star_finish (f->library, result, &error));
  g_assert_no_error (error);
}

/* The index goes, the file gets another name, the last line was cut off: the star stays. */
static void
stars (Fixture      *f,
       gconstpointer data)
{
  g_autofree char *renamed = fixture_path (f, "100 % né\n.png");
  g_autofree char *file = fixture_path (f, ".weir-stars");
  g_autofree char *text = NULL;
  g_autofree char *cut = NULL;

  fixture_open (f);
  star (f, fixture_save (f, "a fox", 1), TRUE);
  fixture_save (f, "a house", 2);
  for (guint round = 0; round < 4; round++)
    {
      g_assert_false (weir_library_item_get_starred (fixture_peek (f, 0)));
      g_assert_true (weir_library_item_get_starred (fixture_peek (f, 1)));
      if (round == 2)
        g_assert_cmpint (g_rename (weir_library_item_get_path (fixture_peek (f, 1)), renamed), ==,
                         0);
      fixture_close (f);
      g_assert_cmpint (g_remove (f->index), ==, 0);
      fixture_open (f);
    }
  g_assert_cmpstr (weir_library_item_get_path (fixture_peek (f, 1)), ==, renamed);

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  cut = g_strconcat (text, "- ? a-fo", NULL);
  g_assert_true (g_file_set_contents (file, cut, -1, NULL));
  star (f, fixture_peek (f, 0), TRUE);
  star (f, fixture_peek (f, 1), FALSE);
  fixture_close (f);
  fixture_open (f);
  g_assert_true (weir_library_item_get_starred (fixture_peek (f, 0)));
  g_assert_false (weir_library_item_get_starred (fixture_peek (f, 1)));
}

/* A name that had two pictures, whose hashes are both in the file: the last one counts, and taking
 * the star off comes to an end. */
static void
star_twice (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (WeirStars) stars = weir_stars_new (f->root);
  g_autofree char *file = g_build_filename (f->root, ".weir-stars", NULL);

  g_assert_true (g_file_set_contents (file, "+ aaaa fox.png\n+ bbbb fox.png\n", -1, NULL));
  weir_stars_read (stars);
  g_assert_true (weir_stars_has (stars, "fox.png", "bbbb"));
  g_assert_true (weir_stars_has (stars, "renamed.png", "bbbb"));
  g_assert_false (weir_stars_has (stars, "renamed.png", "aaaa"));
  weir_stars_set (stars, "fox.png", "aaaa", FALSE);
  g_assert_false (weir_stars_has (stars, "fox.png", "aaaa"));
  weir_stars_set (stars, "renamed.png", "aaaa", FALSE);
  g_assert_false (weir_stars_has (stars, "renamed.png", "bbbb"));
}

/* A star that cannot be kept does not show. */
static void
star_refused (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *file = fixture_path (f, ".weir-stars");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  WeirLibraryItem *item;

  fixture_open (f);
  item = fixture_save (f, "a fox", 1);
  g_assert_cmpint (g_mkdir (file, 0755), ==, 0);
  weir_library_star_async (f->library, item, TRUE, take_result, &result);
  fixture_wait (is_there, &result, "the star is refused");
  g_assert_false (weir_library_star_finish (f->library, result, &error));
  g_assert_nonnull (strstr (error->message, f->pictures));
  g_assert_false (weir_library_item_get_starred (item));
}

/* --- the trash ----------------------------------------------------------------------------- */

static void
trash (Fixture      *f,
       gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GAsyncResult) trashed = NULL;
  g_autoptr (GAsyncResult) restored = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open (f);
  fixture_save (f, "a fox", 1);
  star (f, fixture_peek (f, 0), TRUE);
  path = g_strdup (weir_library_item_get_path (fixture_peek (f, 0)));
  weir_library_trash_async (f->library, fixture_peek (f, 0), take_result, &trashed);
  fixture_wait (is_there, &trashed, "it is in the trash");
  weir_library_trash_finish (f->library, trashed, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_count (f), ==, 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  weir_library_restore_async (f->library, path, take_result, &restored);
  fixture_wait (is_there, &restored, "it is back");
  weir_library_restore_finish (f->library, restored, &error);
  g_assert_no_error (error);
  fixture_wait (is_one, f->library, "it is listed again");
  fixture_read (f); /* its pixels too */
  check_item (fixture_peek (f, 0), "a fox", 1);
  g_assert_true (weir_library_item_get_starred (fixture_peek (f, 0)));

  weir_library_restore_async (f->library, path, take_result, &again);
  fixture_wait (is_there, &again, "that is answered");
  g_assert_false (weir_library_restore_finish (f->library, again, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- thumbnails ---------------------------------------------------------------------------- */

static void
shrink (void)
{
  static const struct
  {
    guint width, height, wanted_width, wanted_height;
  } cases[] = {
    { 16, 16, 16, 16 }, { 256, 100, 256, 100 }, { 1024, 512, 256, 128 }, { 3000, 1, 256, 1 },
    { 257, 513, 128, 256 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasImage) image = cas_image_new (cases[i].width, cases[i].height, NULL);
      g_autoptr (CasImage) small = NULL;

      memset (cas_image_get_pixels (image), 77, cas_image_get_stride (image) * cases[i].height);
      small = weir_thumbnail_shrink (image, 256, NULL);
      g_assert_cmpuint (cas_image_get_width (small), ==, cases[i].wanted_width);
      g_assert_cmpuint (cas_image_get_height (small), ==, cases[i].wanted_height);
      g_assert_cmpuint (cas_image_get_pixels (small)[0], ==, 77);
    }
}

static GdkTexture *
load_thumbnail (Fixture         *f,
                WeirLibraryItem *item,
                GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  weir_library_load_thumbnail_async (f->library, item, NULL, take_result, &result);
  fixture_wait (is_there, &result, "there is a thumbnail");
  return weir_library_load_thumbnail_finish (f->library, result, error);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

/* Kept on disk with the picture's age, made again when the picture changed, gone with it. */
static void
thumbnails (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (CasImage) larger = fixture_image (5, 600);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) small = NULL;
  g_autoptr (GdkTexture) changed = NULL;
  g_autoptr (GdkTexture) none = NULL;

  fixture_open (f);
  path = g_strdup (weir_library_item_get_path (fixture_save (f, "a fox", 1)));
  g_assert_null (weir_library_peek_thumbnail (f->library, fixture_peek (f, 0)));
  small = load_thumbnail (f, fixture_peek (f, 0), &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (small), ==, 16);
  g_assert_true (weir_library_peek_thumbnail (f->library, fixture_peek (f, 0)) == small);
  g_assert_cmpuint (count_files (f->thumbnails), ==, 1);

  g_assert_true (cas_image_save_png (larger, path, NULL, TRUE, NULL));
  fixture_read (f);
  g_assert_null (weir_library_peek_thumbnail (f->library, fixture_peek (f, 0)));
  changed = load_thumbnail (f, fixture_peek (f, 0), &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (changed), ==, 256);
  g_assert_cmpuint (count_files (f->thumbnails), ==, 1);

  g_assert_true (g_file_set_contents (path, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01", 24,
                                      NULL));
  fixture_read (f);
  none = load_thumbnail (f, fixture_peek (f, 0), &error);
  g_assert_null (none);
  g_assert_nonnull (error);
  g_assert_cmpint (g_remove (path), ==, 0);
  fixture_read (f);
  g_assert_cmpuint (count_files (f->thumbnails), ==, 0);
}

/* A file is removed and another picture saved under its name: it has a thumbnail of its own. */
static void
thumbnail_of_another (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) first = NULL;
  g_autoptr (WeirLibraryItem) gone = NULL;

  fixture_open (f);
  g_object_set (f->library, "file-name", "same", NULL);
  gone = g_object_ref (fixture_save (f, "a fox", 1));
  first = load_thumbnail (f, gone, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_remove (weir_library_item_get_path (gone)), ==, 0);
  fixture_read (f);
  g_assert_cmpuint (fixture_count (f), ==, 0);
  fixture_save (f, "a house", 2);
  g_assert_cmpstr (weir_library_item_get_path (fixture_peek (f, 0)), ==,
                   weir_library_item_get_path (gone));
  g_assert_null (weir_library_peek_thumbnail (f->library, fixture_peek (f, 0)));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*run) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/library/save", save },
    { "/library/numbers", numbers },
    { "/library/refused", refused },
    { "/library/behind-its-back", behind_its_back },
    { "/library/stripped", stripped },
    { "/library/pixels-later", pixels_later },
    { "/library/stars", stars },
    { "/library/star-twice", star_twice },
    { "/library/star-refused", star_refused },
    { "/library/trash", trash },
    { "/library/thumbnails", thumbnails },
    { "/library/thumbnail-of-another", thumbnail_of_another },
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/library/search", search);
  g_test_add_func ("/library/shrink", shrink);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, fixture_set_up, tests[i].run, fixture_tear_down);
  return g_test_run ();
}
