/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that leave the window: exported, and lent to an editor that follows a script. */

#include "support/test-window.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dialogs/export-dialog.h"
#include "export.h"
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

/* --- export ---------------------------------------------------------------------------------- */

static GtkWindow *
find_window (GType type)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (all, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

static gboolean
is_there (gpointer type)
{
  return find_window (GPOINTER_TO_SIZE (type)) != NULL;
}

static GtkWindow *
wait_for_window (GType       type,
                 const char *what)
{
  weir_test_wait (is_there, GSIZE_TO_POINTER (type), PATIENCE, what);
  weir_test_settle (GTK_WIDGET (find_window (type)));
  return find_window (type);
}

static gboolean
exists (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Chooses a format in the dialog and a place in the next. */
static void
export_as (Fixture    *f,
           guint       format,
           gboolean    has_settings,
           const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  GtkWidget *dialog;
  GtkWindow *chooser;

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "export", NULL);
  dialog = GTK_WIDGET (wait_for_window (WEIR_TYPE_EXPORT_DIALOG, "the export dialog"));
  g_object_set (weir_test_find (dialog, "format_row"), "selected", format, NULL);
  g_object_set (weir_test_find (dialog, "settings_switch"), "active", has_settings, NULL);
  g_signal_emit_by_name (weir_test_find (dialog, "export_button"), "clicked");

  chooser = wait_for_window (GTK_TYPE_FILE_CHOOSER_DIALOG, "the file dialog");
  weir_test_key (GTK_WIDGET (chooser), "ctrl+a");
  weir_test_type (GTK_WIDGET (chooser), path);
  weir_test_screenshot (GTK_WIDGET (chooser), "export-where");
  weir_test_key (GTK_WIDGET (chooser), "Return");
}

static void
test_export (Fixture      *f,
             gconstpointer data)
{
  static const struct
  {
    CasImageFormat format;
    gboolean       has_settings;
    const char    *name, *written, *begin;
  } rows[] = {
    { CAS_IMAGE_JPEG, TRUE, "a.jpg", "a.jpg", "\xff\xd8" },
    { CAS_IMAGE_PNG, FALSE, "b", "b.png", "\x89P" },
    { CAS_IMAGE_JPEG, FALSE, "c.png", "c.png", "\x89P" },
    { CAS_IMAGE_PNG, FALSE, "d.jpg", "d.jpg", "\xff\xd8" },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_autofree char *path = g_build_filename (f->folder, rows[r].written, NULL);
      g_autofree char *bytes = NULL;
      g_autoptr (CasSettings) settings = NULL;

      export_as (f, rows[r].format, rows[r].has_settings, rows[r].name);
      weir_test_wait (exists, path, PATIENCE, rows[r].written);
      g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
      g_assert_cmpmem (bytes, 2, rows[r].begin, 2);
      settings = cas_settings_read (path, NULL, NULL);
      g_assert_cmpint (settings != NULL, ==, rows[r].has_settings);
      g_assert_true (!settings || g_str_equal (settings->metadata.prompt, "a red house"));
    }
}

/* What is remembered, and what it looks like. */
static void
test_dialog (Fixture      *f,
             gconstpointer data)
{
  GSettings *settings = weir_application_get_settings (f->window->app);
  GtkWidget *dialog;

  weir_export_set_options (settings, &(WeirExportOptions) { CAS_IMAGE_WEBP, 75, TRUE });
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "export", NULL);
  dialog = GTK_WIDGET (wait_for_window (WEIR_TYPE_EXPORT_DIALOG, "the export dialog"));
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (weir_test_find (dialog, "format_row"))),
                    ==, CAS_IMAGE_WEBP);
  weir_test_screenshot (dialog, "export-webp");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  weir_test_screenshot (dialog, "export-webp-dark");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_object_set (weir_test_find (dialog, "format_row"), "selected", CAS_IMAGE_PNG, NULL);
  g_assert_false (gtk_widget_get_visible (weir_test_find (dialog, "quality_row")));
  weir_test_screenshot (dialog, "export-png");
  gtk_window_close (GTK_WINDOW (dialog));
  g_assert_cmpint (weir_export_get_options (settings).format, ==, CAS_IMAGE_WEBP);
}

/* A sentence, and another try. */
static void
test_failure (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "a.jpg", NULL);
  GtkWindow *question;

  g_assert_true (g_file_set_contents (path, "somebody's", -1, NULL));
  export_as (f, CAS_IMAGE_JPEG, TRUE, "a"); /* becomes a.jpg, of which nobody was asked */
  question = wait_for_window (ADW_TYPE_MESSAGE_DIALOG, "the sentence");
  weir_test_screenshot (GTK_WIDGET (question), "export-failed");
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (question)), "a.jpg"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "elsewhere");
  gtk_window_destroy (question);
  gtk_dialog_response (GTK_DIALOG (wait_for_window (GTK_TYPE_FILE_CHOOSER_DIALOG, "the file dialog")),
                       GTK_RESPONSE_CANCEL);
  weir_test_settle (GTK_WIDGET (f->window));
}

/* What is typed is what is written; only where it says no format the chosen one's is added. */
static void
test_paths (void)
{
  static const struct
  {
    const char    *path;
    CasImageFormat chosen;
    const char    *wanted;
    CasImageFormat format;
  } rows[] = {
    { "/x/out", CAS_IMAGE_PNG, "/x/out.png", CAS_IMAGE_PNG },
    { "/x/out", CAS_IMAGE_JPEG, "/x/out.jpg", CAS_IMAGE_JPEG },
    { "/x/out", CAS_IMAGE_WEBP, "/x/out.webp", CAS_IMAGE_WEBP },
    { "/x/out.jpg", CAS_IMAGE_JPEG, "/x/out.jpg", CAS_IMAGE_JPEG },
    { "/x/out.jpg", CAS_IMAGE_PNG, "/x/out.jpg", CAS_IMAGE_JPEG },
    { "/x/out.jpeg", CAS_IMAGE_JPEG, "/x/out.jpeg", CAS_IMAGE_JPEG },
    { "/x/out.jpeg", CAS_IMAGE_WEBP, "/x/out.jpeg", CAS_IMAGE_JPEG },
    { "/x/out.JPG", CAS_IMAGE_PNG, "/x/out.JPG", CAS_IMAGE_JPEG },
    { "/x/out.png", CAS_IMAGE_JPEG, "/x/out.png", CAS_IMAGE_PNG },
    { "/x/out.WebP", CAS_IMAGE_PNG, "/x/out.WebP", CAS_IMAGE_WEBP },
    { "/x/out.tar", CAS_IMAGE_JPEG, "/x/out.tar.jpg", CAS_IMAGE_JPEG },
    { "/x/.jpg", CAS_IMAGE_JPEG, "/x/.jpg.jpg", CAS_IMAGE_JPEG },
    { "/x/.jpg", CAS_IMAGE_PNG, "/x/.jpg.png", CAS_IMAGE_PNG },
    { "/x/a.b", CAS_IMAGE_PNG, "/x/a.b.png", CAS_IMAGE_PNG },
    { "/x.png/a", CAS_IMAGE_JPEG, "/x.png/a.jpg", CAS_IMAGE_JPEG },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      CasImageFormat format = rows[r].chosen;
      g_autofree char *path = weir_export_dup_path (rows[r].path, &format);

      g_assert_cmpstr (path, ==, rows[r].wanted);
      g_assert_cmpint (format, ==, rows[r].format);
    }
}

/* --- an editor ------------------------------------------------------------------------------- */

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

static void
test_editor (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *script = g_build_filename (f->folder, "editor", NULL);
  g_autofree char *opened = g_strconcat (script, ".opened", NULL);
  g_autofree char *orders_path = g_strconcat (script, ".orders", NULL);
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *beside = NULL;
  int orders;

  g_assert_false (has_gimp (NULL));
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "edit-in-gimp", NULL); /* a sentence */
  weir_test_screenshot (GTK_WIDGET (f->window), "no-gimp");

  g_assert_true (g_file_set_contents (script, editor, -1, NULL));
  g_assert_cmpint (mkfifo (orders_path, 0600), ==, 0);
  orders = open (orders_path, O_RDWR | O_CLOEXEC);
  install_editor (script);
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "edit-in-gimp", NULL);
  weir_test_wait (exists, opened, PATIENCE, "the editor");
  g_assert_true (g_file_get_contents (opened, &path, NULL, NULL));
  g_strchomp (path);
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
  g_test_add_func ("/window/export/paths", test_paths);
  g_test_add_func ("/window/export/left", test_left);
  g_test_add ("/window/export/dialog", Fixture, NULL, set_up, test_dialog, tear_down);
  g_test_add ("/window/export/files", Fixture, NULL, set_up, test_export, tear_down);
  g_test_add ("/window/export/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/window/export/editor", Fixture, NULL, set_up, test_editor, tear_down);
  result = g_test_run ();
  g_unlink (desktop_file);
  return result;
}
