/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that leave the window as files. */

#include "support/test-window.h"

#include <glib/gstdio.h>
#include <string.h>

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

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/export/paths", test_paths);
  g_test_add ("/window/export/dialog", Fixture, NULL, set_up, test_dialog, tear_down);
  g_test_add ("/window/export/files", Fixture, NULL, set_up, test_export, tear_down);
  g_test_add ("/window/export/failure", Fixture, NULL, set_up, test_failure, tear_down);
  return g_test_run ();
}
