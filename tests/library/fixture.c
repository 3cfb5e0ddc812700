/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders, pictures and waiting. */

#include "library/fixture.h"

#include <glib/gstdio.h>

void
fixture_set_up (Fixture      *f,
                gconstpointer data)
{
  g_autofree char *template = g_test_build_filename (G_TEST_BUILT, "library-XXXXXX", NULL);

  /* beside the home folder of the tests, so that there is a trash for both */
  f->root = g_strdup (g_mkdtemp (template));
  g_assert_nonnull (f->root);
  f->pictures = g_build_filename (f->root, "Pictures", "Weir", NULL);
  f->index = g_build_filename (f->root, "data", "index.sqlite", NULL);
  f->thumbnails = g_build_filename (f->root, "thumbnails", NULL);
  f->library = NULL;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
fixture_tear_down (Fixture      *f,
                   gconstpointer data)
{
  if (f->library)
    fixture_close (f);
  remove_tree (f->root);
  g_free (f->root);
  g_free (f->pictures);
  g_free (f->index);
  g_free (f->thumbnails);
}

static gboolean
be_late (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
fixture_wait (gboolean  (*is_so) (gpointer data),
              gpointer    data,
              const char *what)
{
  gboolean is_late = FALSE;
  const guint late_id = g_timeout_add_seconds (30, be_late, &is_late);

  while (!is_so (data) && !is_late)
    g_main_context_iteration (NULL, TRUE);
  if (is_late)
    g_error ("after 30 seconds it is not so that %s", what);
  g_source_remove (late_id);
}

/* Of all pictures the pixels too. */
static gboolean
has_read (gpointer library)
{
  if (weir_library_get_is_reading (library))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (library); i++)
    {
      g_autoptr (WeirLibraryItem) item = g_list_model_get_item (library, i);

      if (!weir_library_item_get_file (item)->hash)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_null (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
fixture_open (Fixture *f)
{
  g_assert_null (f->library);
  f->library = weir_library_new (f->pictures, f->index, f->thumbnails);
  fixture_wait (has_read, f->library, "the library has read its folder");
}

void
fixture_close (Fixture *f)
{
  gpointer left = f->library;

  g_object_add_weak_pointer (G_OBJECT (left), &left);
  g_clear_object (&f->library);
  fixture_wait (is_null, &left, "the library is freed");
}

void
fixture_read (Fixture *f)
{
  weir_library_refresh (f->library);
  fixture_wait (has_read, f->library, "the library has read its folder again");
}

CasImage *
fixture_image (guint64 seed,
               guint   side)
{
  CasImage *image = cas_image_new (side, side, NULL);
  guint8 *pixels;
  guint64 state = seed * 0x9e3779b97f4a7c15u + 1;

  g_assert_nonnull (image);
  pixels = cas_image_get_pixels (image);
  for (guint i = 0; i < 3 * side * side; i++)
    {
      state = state * 6364136223846793005u + 1442695040888963407u;
      pixels[i] = (guint8) (state >> 56);
    }
  return image;
}

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

WeirLibraryItem *
fixture_save (Fixture    *f,
              const char *prompt,
              guint64     seed)
{
  g_autoptr (CasImage) image = fixture_image (seed, 16);
  const CasMetadata metadata = {
    .prompt = (char *) prompt, .negative_prompt = (char *) "rain", .seed = seed,
    .width = 16, .height = 16, .steps = 20, .cfg = 4, .decoder_steps = 10,
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  WeirLibraryItem *item;

  weir_library_save_async (f->library, image, &metadata, take_result, &result);
  fixture_wait (is_there, &result, "the picture is saved");
  item = weir_library_save_finish (f->library, result, &error);
  g_assert_no_error (error);
  g_object_unref (item); /* the library has it */
  return item;
}

guint
fixture_count (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->library));
}

WeirLibraryItem *
fixture_peek (Fixture *f,
              guint    position)
{
  g_autoptr (WeirLibraryItem) item = g_list_model_get_item (G_LIST_MODEL (f->library), position);

  g_assert_nonnull (item);
  return item;
}

char *
fixture_path (Fixture    *f,
              const char *name)
{
  return g_build_filename (f->pictures, name, NULL);
}
