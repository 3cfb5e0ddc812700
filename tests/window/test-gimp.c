/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are lent to an editor, which follows a script, and come back. */

#include "support/test-window.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "window-private.h"

#define PATIENCE 30 /* seconds */

typedef struct
{
  WeirWindow *window;
  char       *folder;
} Fixture;

static WeirPicture *
new_picture (guint8   red,
             gboolean is_made)
{
  g_autoptr (CasImage) image = cas_image_new (96, 64, NULL);
  const CasMetadata metadata = {
    .prompt = (char *) "a red house", .width = 96, .height = 64, .seed = 7, .steps = 20, .cfg = 4,
    .shift = 2, .decoder_steps = 10, .decoder_cfg = 1.1,
  };

  for (guint i = 0; i < 96 * 64; i++)
    {
      cas_image_get_pixels (image)[3 * i] = red;
      cas_image_get_pixels (image)[3 * i + 1] = (guint8) i;
    }
  return weir_picture_new (image, is_made ? &metadata : NULL);
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (WeirPicture) picture = new_picture (10, TRUE);

  f->window = weir_test_open ();
  f->folder = g_dir_make_tmp ("weir-export-XXXXXX", NULL);
  weir_document_set_picture (f->window->document, picture);
  weir_test_settle (GTK_WIDGET (f->window));
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);

  weir_test_close (f->window);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
}

static gboolean
exists (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Says which file it has, and does as it is told until it is told nothing more. */
static const char editor[] =
  "echo \"$1\" > \"$0.new\"; mv \"$0.new\" \"$0.opened\"\n"
  "while read -r how file; do case $how in\n"
  "  copy) cp \"$file\" \"$1\";;\n"
  "  move) cp \"$file\" \"$1.new\"; mv \"$1.new\" \"$1\";;\n"
  "  half) head -c 300 \"$file\" > \"$1\";;\n"
  "  quit) exit;;\n"
  "esac; done < \"$0.orders\"\n";

static gboolean
has_gimp (gpointer data)
{
  g_autoptr (GAppInfo) gimp = weir_external_edit_dup_gimp ();

  return gimp != NULL;
}

static char *
dup_desktop_file (void)
{
  return g_build_filename (g_get_user_data_dir (), "applications", "gimp.desktop", NULL);
}

static void
install_editor (const char *script)
{
  g_autofree char *path = dup_desktop_file ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *entry = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Editor\n"
                                            "Exec=/bin/sh %s %%f\n", script);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, entry, -1, NULL));
  weir_test_wait (has_gimp, NULL, PATIENCE, "the editor's desktop file");
}

static void
order (int         orders,
       const char *how,
       const char *file)
{
  g_autofree char *line = g_strdup_printf ("%s %s\n", how, file);

  g_assert_cmpint (write (orders, line, strlen (line)), ==, strlen (line));
}

typedef struct
{
  WeirWindow *window;
  char       *hash;
} Wanted;

static gboolean
shows (gpointer data)
{
  const Wanted *wanted = data;
  WeirPicture *picture = weir_document_get_picture (wanted->window->document);
  g_autofree char *hash = cas_image_dup_hash (weir_picture_get_image (picture));

  return g_str_equal (hash, wanted->hash);
}

static char *
save_picture (Fixture *f,
              guint8   red,
              char   **hash)
{
  g_autoptr (WeirPicture) picture = new_picture (red, FALSE);
  g_autofree char *name = g_strdup_printf ("%u.png", red);
  char *path = g_build_filename (f->folder, name, NULL);

  g_assert_true (weir_picture_save (picture, path, FALSE, NULL));
  *hash = cas_image_dup_hash (weir_picture_get_image (picture));
  return path;
}

static void
check_saves (Fixture    *f,
             int         orders)
{
  static const struct
  {
    guint8      red;
    const char *hows[2];
  } rows[] = {
    { 20, { "copy" } }, { 30, { "move" } },
    { 40, { "half", "copy" } }, { 50, { "copy", "copy" } }, { 60, { "half", "move" } },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      Wanted wanted = { .window = f->window };
      g_autofree char *path = save_picture (f, rows[r].red, &wanted.hash);

      for (guint i = 0; i < 2 && rows[r].hows[i]; i++)
        order (orders, rows[r].hows[i], path);
      weir_test_wait (shows, &wanted, PATIENCE, path);
      g_assert_null (weir_picture_get_metadata (weir_document_get_picture (f->window->document)));
      g_free (wanted.hash);
    }
  /* one step for each */
  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    weir_document_undo (f->window->document);
  g_assert_cmpuint (cas_image_get_pixels (weir_picture_get_image (
                      weir_document_get_picture (f->window->document)))[0], ==, 10);
}

/* The editor with the picture that is shown in it: its file, and what tells it what to do. */
static int
lend (Fixture  *f,
      char    **path)
{
  g_autofree char *script = g_build_filename (f->folder, "editor", NULL);
  g_autofree char *opened = g_strconcat (script, ".opened", NULL);
  g_autofree char *orders_path = g_strconcat (script, ".orders", NULL);
  int orders;

  g_assert_true (g_file_set_contents (script, editor, -1, NULL));
  g_assert_cmpint (mkfifo (orders_path, 0600), ==, 0);
  orders = open (orders_path, O_RDWR | O_CLOEXEC);
  install_editor (script);
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "edit-in-gimp", NULL);
  weir_test_wait (exists, opened, PATIENCE, "the editor");
  g_assert_true (g_file_get_contents (opened, path, NULL, NULL));
  g_strchomp (*path);
  return orders;
}

static void
test_editor (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *beside = NULL;
  int orders;

  g_assert_false (has_gimp (NULL));
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "edit-in-gimp", NULL); /* a sentence */
  weir_test_screenshot (GTK_WIDGET (f->window), "no-gimp");

  orders = lend (f, &path);
  g_assert_true (g_str_has_prefix (path, g_get_user_cache_dir ()));

  check_saves (f, orders);
  weir_test_screenshot (GTK_WIDGET (f->window), "from-gimp");
  order (orders, "quit", "");
  close (orders);

  /* what was lent goes with the window, and what the editor saved beside it does not */
  folder = g_path_get_dirname (path);
  beside = g_build_filename (folder, "image.xcf", NULL);
  g_assert_true (g_file_set_contents (beside, "x", -1, NULL));
  weir_test_close (f->window);
  g_assert_false (exists (path));
  g_assert_true (exists (beside));
  g_unlink (beside);
  g_rmdir (folder);
  f->window = weir_test_open ();
}

static gboolean
has_two (gpointer staging)
{
  return g_list_model_get_n_items (staging) == 2;
}

static gboolean
has_one (gpointer staging)
{
  return g_list_model_get_n_items (staging) == 1;
}

static guint8
red_of (WeirPicture *picture)
{
  return cas_image_get_pixels (weir_picture_get_image (picture))[0];
}

/* What comes back is put in the place of what it was, and of nothing else; results stay. */
static void
test_another (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (WeirPicture) result = new_picture (200, TRUE);
  g_autoptr (WeirPicture) other = new_picture (100, TRUE);
  WeirDocument *document = f->window->document;
  Wanted wanted = { .window = f->window };
  g_autofree char *path = NULL;
  g_autofree char *first = save_picture (f, 20, &wanted.hash);
  g_autofree char *hash = NULL;
  g_autofree char *second = save_picture (f, 30, &hash);
  const int orders = lend (f, &path);

  weir_staging_add (f->window->staging, result);
  order (orders, "copy", first);
  weir_test_wait (shows, &wanted, PATIENCE, first);
  g_assert_true (has_one (f->window->staging));
  g_assert_null (weir_staging_get_picture (f->window->staging));

  weir_document_begin (document, other);
  order (orders, "copy", second);
  weir_test_wait (has_two, f->window->staging, PATIENCE, "another result");
  g_assert_true (weir_document_get_picture (document) == other);
  weir_test_screenshot (GTK_WIDGET (f->window), "from-gimp-another");
  weir_staging_set_selected (f->window->staging, 1);
  g_assert_cmpuint (red_of (weir_staging_get_picture (f->window->staging)), ==, 30);
  order (orders, "quit", "");
  close (orders);
  g_free (wanted.hash);
}

/* What is lent while it waits comes back beside it. */
static void
test_candidate (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (WeirPicture) result = new_picture (200, TRUE);
  g_autofree char *path = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *saved = save_picture (f, 20, &hash);
  int orders;

  weir_staging_add (f->window->staging, result);
  orders = lend (f, &path);
  order (orders, "copy", saved);
  weir_test_wait (has_two, f->window->staging, PATIENCE, "another result");
  g_assert_cmpuint (red_of (weir_document_get_picture (f->window->document)), ==, 10);
  order (orders, "quit", "");
  close (orders);
}

/* The window goes as soon as something is saved: it is in the file and nowhere else. */
static void
test_saved_last (Fixture      *f,
                 gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *saved = save_picture (f, 20, &hash);
  const int orders = lend (f, &path);
  gsize size;

  g_assert_true (g_file_get_contents (saved, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  weir_test_close (f->window);
  g_assert_true (exists (path));
  folder = g_path_get_dirname (path);
  g_unlink (path);
  g_rmdir (folder);
  order (orders, "quit", "");
  close (orders);
  f->window = weir_test_open ();
}

static void
count_failure (WeirExternalEdit *edit,
               const char       *sentence,
               guint            *n)
{
  (*n)++;
}

static gboolean
is_cleared (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static gboolean
has_none (gpointer edit)
{
  return weir_external_edit_get_n_lent (edit) == 0;
}

/* A loan keeps no picture, and one whose file someone removed is over without a word. */
static void
test_removed (Fixture      *f,
              gconstpointer data)
{
  WeirPicture *picture = new_picture (70, FALSE);
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  guint n_failures = 0;
  int orders;

  g_object_add_weak_pointer (G_OBJECT (picture), (gpointer *) &picture);
  g_signal_connect (f->window->external_edit, "failed", G_CALLBACK (count_failure), &n_failures);
  weir_document_begin (f->window->document, picture);
  g_object_unref (picture);
  orders = lend (f, &path);
  {
    g_autoptr (WeirPicture) other = new_picture (80, FALSE);

    weir_document_begin (f->window->document, other);
  }
  weir_test_wait (is_cleared, &picture, PATIENCE, "the lent picture is freed");
  g_assert_cmpuint (weir_external_edit_get_n_lent (f->window->external_edit), ==, 1);
  g_unlink (path);
  weir_test_wait (has_none, f->window->external_edit, PATIENCE, "the end of the loan");
  g_assert_cmpuint (n_failures, ==, 0);
  folder = g_path_get_dirname (path);
  g_rmdir (folder);
  order (orders, "quit", "");
  close (orders);
}

static gboolean
is_gone (gpointer path)
{
  return !exists (path);
}

/* What a killed program left goes when it and all that is beside it are old; files of a person stay. */
static void
test_left (void)
{
  static const struct
  {
    const char *folder;
    const char *file;
    gboolean    is_old;  /* the file */
    gboolean    is_kept;
  } rows[] = {
    { "edited", "image.png", FALSE, TRUE },
    { "saved", "image.xcf", TRUE, TRUE },
    { "new", "image.xcf", FALSE, TRUE },
    { "old", "image.png", TRUE, FALSE },
  };
  const struct timespec times[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
  g_autofree char *folder = g_dir_make_tmp ("weir-left-XXXXXX", NULL);
  g_autoptr (WeirExternalEdit) edit = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *inner = g_build_filename (folder, rows[i].folder, NULL);
      g_autofree char *file = g_build_filename (inner, rows[i].file, NULL);

      g_mkdir (inner, 0700);
      g_assert_true (g_file_set_contents (file, "x", -1, NULL));
      if (rows[i].is_old)
        g_assert_cmpint (utimensat (AT_FDCWD, file, times, 0), ==, 0);
      g_assert_cmpint (utimensat (AT_FDCWD, inner, times, 0), ==, 0);
    }
  edit = weir_external_edit_new (folder);
  for (guint i = G_N_ELEMENTS (rows); i-- > 0;)
    {
      g_autofree char *inner = g_build_filename (folder, rows[i].folder, NULL);
      g_autofree char *file = g_build_filename (inner, rows[i].file, NULL);

      g_test_message ("%s", rows[i].folder);
      if (!rows[i].is_kept)
        weir_test_wait (is_gone, inner, PATIENCE, "the old folder to go");
      g_assert_true (exists (file) == rows[i].is_kept);
      g_unlink (file);
      g_rmdir (inner);
    }
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *desktop_file = NULL;
  int result;

  weir_test_init (&argc, &argv);
  desktop_file = dup_desktop_file ();
  g_unlink (desktop_file); /* of a run that was stopped */
  g_test_add_func ("/window/gimp/left", test_left);
  g_test_add ("/window/gimp/editor", Fixture, NULL, set_up, test_editor, tear_down);
  g_test_add ("/window/gimp/another", Fixture, NULL, set_up, test_another, tear_down);
  g_test_add ("/window/gimp/candidate", Fixture, NULL, set_up, test_candidate, tear_down);
  g_test_add ("/window/gimp/saved-last", Fixture, NULL, set_up, test_saved_last, tear_down);
  g_test_add ("/window/gimp/removed", Fixture, NULL, set_up, test_removed, tear_down);
  result = g_test_run ();
  g_unlink (desktop_file);
  return result;
}
