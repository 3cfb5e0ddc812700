/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that come into the window from the history, the clipboard and other programs. */

#include "support/test-window.h"

#include <cascade/image.h>

#include "canvas/canvas.h"
#include "canvas/drop-zones.h"
#include "canvas/staging.h"

static CasImage *
paint (guint8 red)
{
  CasImage *image = cas_image_new (64, 64, NULL);
  guint8 *pixels = cas_image_get_pixels (image);

  for (guint i = 0; i < 64 * 64; i++)
    {
      pixels[3 * i] = red;
      pixels[3 * i + 1] = (guint8) i;
      pixels[3 * i + 2] = 90;
    }
  return image;
}

static char *
put (const char *name,
     CasImage   *image,
     const char *prompt)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-pictures-XXXXXX", NULL);
  char *path = g_build_filename (folder, name, NULL);
  const CasMetadata metadata = {
    .prompt = (char *) prompt, .seed = 7, .width = 64, .height = 64, .steps = 20, .cfg = 4,
    .decoder_steps = 10,
  };

  g_assert_true (cas_image_save_png (image, path, prompt ? &metadata : NULL, FALSE, NULL));
  return path;
}

static gboolean
turn (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_until (gboolean  (*is_so) (WeirWindow *window),
            WeirWindow *window,
            const char *what)
{
  gboolean is_late = FALSE;
  const guint id = g_timeout_add_seconds (30, turn, &is_late);

  while (!is_so (window) && !is_late)
    g_main_context_iteration (NULL, TRUE);
  if (is_late)
    g_error ("after 30 seconds it is not so that %s", what);
  g_source_remove (id);
  weir_test_settle (GTK_WIDGET (window));
}

static gboolean
has_document (WeirWindow *window)
{
  g_autoptr (WeirDocument) document = NULL;

  g_object_get (weir_test_find (GTK_WIDGET (window), "canvas"), "document", &document, NULL);
  return weir_document_get_picture (document) != NULL;
}

static gboolean
is_comparing (WeirWindow *window)
{
  gboolean compares;

  g_object_get (weir_test_find (GTK_WIDGET (window), "canvas"), "compare", &compares, NULL);
  return compares;
}

/* NULL if there is none. */
static GtkWidget *
find_named (GtkWidget  *root,
            const char *name)
{
  if (g_str_equal (gtk_widget_get_name (root), name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_named (child, name);

      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_zone (WeirWindow *window,
           const char *name)
{
  GtkWidget *zone = find_named (weir_test_find (GTK_WIDGET (window), "drop_zones"), name);

  g_assert_nonnull (zone);
  return zone;
}

static gboolean
has_zones (WeirWindow *window)
{
  return gtk_widget_get_mapped (find_zone (window, "open"));
}

static gboolean
has_settings_zone (WeirWindow *window)
{
  return gtk_widget_get_mapped (find_zone (window, "settings"));
}

static guint
count_candidates (WeirWindow *window)
{
  g_autoptr (WeirStaging) staging = NULL;

  g_object_get (weir_test_find (GTK_WIDGET (window), "canvas"), "staging", &staging, NULL);
  return g_list_model_get_n_items (G_LIST_MODEL (staging));
}

static void
open_path (WeirWindow *window,
           const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  weir_window_open (window, file);
  wait_until (has_document, window, "the picture is open");
}

/* Another picture beside the document, until Escape. */
static void
compare (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) one = paint (10);
  g_autoptr (CasImage) two = paint (200);
  g_autofree char *first = put ("one.png", one, NULL);
  g_autofree char *second = put ("two.png", two, NULL);

  open_path (window, first);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.compare-path", "s", second);
  wait_until (is_comparing, window, "both are seen");
  g_assert_cmpuint (count_candidates (window), ==, 1);
  weir_test_screenshot (GTK_WIDGET (window), "compare-history");
  weir_test_key (GTK_WIDGET (window), "Escape");
  g_assert_false (is_comparing (window));
  g_assert_cmpuint (count_candidates (window), ==, 0);
  weir_test_close (window);
}

/* In the prompt the keys are the text's, elsewhere the picture's. */
static void
paste (void)
{
  WeirWindow *window = weir_test_open ();
  GtkWidget *canvas = weir_test_find (GTK_WIDGET (window), "canvas");
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (window));
  g_autoptr (CasImage) one = paint (10);
  g_autofree char *path = put ("one.png", one, NULL);
  g_autofree char *prompt = NULL;

  open_path (window, path);
  gtk_widget_grab_focus (canvas);
  weir_test_key (GTK_WIDGET (window), "ctrl+c");
  g_assert_true (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard),
                                                    GDK_TYPE_TEXTURE));
  weir_test_key (GTK_WIDGET (window), "ctrl+v");
  wait_until (has_zones, window, "it is asked what becomes of the picture");
  weir_test_screenshot (GTK_WIDGET (window), "paste");
  weir_test_key (GTK_WIDGET (window), "Escape");
  g_assert_false (has_zones (window));

  gdk_clipboard_set_text (clipboard, "a red fox");
  weir_test_key (GTK_WIDGET (window), "alt+p");
  weir_test_key (GTK_WIDGET (window), "ctrl+v");
  weir_test_settle (GTK_WIDGET (window));
  g_assert_false (has_zones (window));
  g_object_get (weir_window_get_params (window), "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "a red fox");
  weir_test_close (window);
}

static gboolean
has_two_windows (WeirWindow *window)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ()) > 1;
}

/* An editor took the settings out of a picture that the history made. */
static void
recalled (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) one = paint (10);
  g_autofree char *stripped = put ("stripped.png", one, NULL);
  const CasMetadata metadata = {
    .prompt = (char *) "a red fox", .seed = 7, .width = 64, .height = 64, .steps = 20, .cfg = 4,
    .decoder_steps = 10,
  };
  WeirLibrary *library = weir_application_get_library (
    WEIR_APPLICATION (gtk_window_get_application (GTK_WINDOW (window))));
  g_autoptr (GFile) file = g_file_new_for_path (stripped);
  g_auto (GValue) value = G_VALUE_INIT;

  weir_library_save_async (library, one, &metadata, NULL, NULL);
  while (weir_library_get_is_saving (library))
    g_main_context_iteration (NULL, TRUE);
  g_value_init (&value, G_TYPE_FILE);
  g_value_set_object (&value, file);
  weir_drop_zones_offer (WEIR_DROP_ZONES (weir_test_find (GTK_WIDGET (window), "drop_zones")),
                         &value);
  wait_until (has_settings_zone, window, "its settings can be used");
  weir_test_click (find_zone (window, "settings"), 10, 10);
  wait_until (has_two_windows, window, "the sheet is open");

  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) sheet = g_list_model_get_item (windows, i);

      if (sheet == GTK_WINDOW (window))
        continue;
      g_assert_nonnull (strstr (gtk_label_get_label (GTK_LABEL (
                                  weir_test_find (GTK_WIDGET (sheet), "source_label"))),
                                "by its pixels"));
      weir_test_screenshot (GTK_WIDGET (sheet), "recalled-settings");
      gtk_window_destroy (sheet);
      break;
    }
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/window/pictures/compare", compare);
  g_test_add_func ("/window/pictures/paste", paste);
  g_test_add_func ("/window/pictures/recalled", recalled);
  return g_test_run ();
}
