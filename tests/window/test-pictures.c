/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that come into the window from the history, the clipboard and other programs. */

#include "support/test-window.h"

#include <cascade/image.h>

#include "canvas/canvas.h"
#include "canvas/drop-zones.h"
#include "canvas/staging.h"
#include "library/history-cell.h"

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

/* By key: a banner that comes meanwhile moves the zones away from under the pointer. */
static void
press_zone (WeirWindow *window,
            const char *name)
{
  gtk_widget_grab_focus (find_zone (window, name));
  weir_test_key (GTK_WIDGET (window), "Return");
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
  press_zone (window, "settings");
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

static GtkWindow *
find_sheet (WeirWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) found = g_list_model_get_item (windows, i);

      if (found != GTK_WINDOW (window))
        return found;
    }
  g_assert_not_reached ();
}

static WeirLibrary *
get_library (WeirWindow *window)
{
  return weir_application_get_library (
    WEIR_APPLICATION (gtk_window_get_application (GTK_WINDOW (window))));
}

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Into the history. */
static void
save (WeirWindow *window,
      CasImage   *image,
      const char *prompt)
{
  const CasMetadata metadata = {
    .prompt = (char *) prompt, .seed = 7, .width = 64, .height = 64, .steps = 20, .cfg = 4,
    .decoder_steps = 10,
  };
  WeirLibrary *library = get_library (window);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (WeirLibraryItem) item = NULL;

  weir_library_save_async (library, image, &metadata, take_result, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  item = weir_library_save_finish (library, result, NULL);
  g_assert_nonnull (item);
}

static GtkWidget *
find_widget (GtkWidget  *root,
             gboolean  (*is_it) (GtkWidget  *widget,
                                 const char *words),
             const char *words)
{
  if (is_it (root, words))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, is_it, words);

      if (found)
        return found;
    }
  return NULL;
}

static gboolean
is_label (GtkWidget  *widget,
          const char *words)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), words);
}

static gboolean
is_cell (GtkWidget  *widget,
         const char *prompt)
{
  WeirLibraryItem *item =
    WEIR_IS_HISTORY_CELL (widget) ? weir_history_cell_get_item (WEIR_HISTORY_CELL (widget)) : NULL;

  return item && g_strcmp0 (weir_library_item_get_prompt (item), prompt) == 0;
}

static gboolean
has_two_cells (WeirWindow *window)
{
  weir_test_settle (GTK_WIDGET (window));
  return find_widget (GTK_WIDGET (window), is_cell, "a red fox") &&
         find_widget (GTK_WIDGET (window), is_cell, "a red house");
}

/* Without a document: two of the history beside each other, from their marks to Escape. */
static void
compare_two (void)
{
  WeirWindow *window = weir_test_open ();
  GtkWidget *canvas = weir_test_find (GTK_WIDGET (window), "canvas");
  g_autoptr (CasImage) one = paint (10);
  g_autoptr (CasImage) two = paint (200);
  g_autoptr (WeirPicture) before = NULL;

  save (window, one, "a red fox");
  save (window, two, "a red house");
  wait_until (has_two_cells, window, "the history has both");
  gtk_widget_grab_focus (find_widget (GTK_WIDGET (window), is_cell, "a red fox"));
  weir_test_key (GTK_WIDGET (window), "space");
  gtk_widget_grab_focus (find_widget (GTK_WIDGET (window), is_cell, "a red house"));
  weir_test_key (GTK_WIDGET (window), "space");
  weir_test_key (GTK_WIDGET (window), "backslash");
  wait_until (is_comparing, window, "both are seen");
  g_object_get (canvas, "before", &before, NULL);
  g_assert_cmpstr (weir_picture_get_metadata (before)->prompt, ==, "a red fox");
  g_assert_cmpuint (count_candidates (window), ==, 1);
  weir_test_screenshot (GTK_WIDGET (window), "compare-two");

  weir_test_key (GTK_WIDGET (window), "Escape");
  g_clear_object (&before);
  g_object_get (canvas, "before", &before, NULL);
  g_assert_null (before);
  g_assert_false (is_comparing (window));
  g_assert_cmpuint (count_candidates (window), ==, 0);
  g_assert_false (has_document (window));
  weir_test_close (window);
}

/* One of the history beside the document, by its key. */
static void
compare_key (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) one = paint (10);
  g_autoptr (CasImage) two = paint (200);
  g_autofree char *path = put ("one.png", one, NULL);

  save (window, one, "a red fox");
  save (window, two, "a red house");
  open_path (window, path);
  wait_until (has_two_cells, window, "the history has both");
  gtk_widget_grab_focus (find_widget (GTK_WIDGET (window), is_cell, "a red house"));
  weir_test_key (GTK_WIDGET (window), "backslash");
  wait_until (is_comparing, window, "both are seen");
  weir_test_key (GTK_WIDGET (window), "Escape");
  g_assert_false (is_comparing (window));
  weir_test_close (window);
}

static gboolean
has_known_toast (WeirWindow *window)
{
  return find_widget (GTK_WIDGET (window), is_label,
                      "The history knows how this image was made.") != NULL;
}

/* Opening such a picture offers what the history knows. */
static void
recalled_opened (void)
{
  static const char *const click[] = { "click", "1", NULL };
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) one = paint (10);
  g_autofree char *stripped = put ("stripped.png", one, NULL);

  save (window, one, "a red fox");
  open_path (window, stripped);
  wait_until (has_known_toast, window, "it is said that the picture is known");
  weir_test_screenshot (GTK_WIDGET (window), "recalled-toast");
  weir_test_move (find_widget (GTK_WIDGET (window), is_label, "Use Settings…"), 5, 5);
  weir_test_do (GTK_WIDGET (window), click); /* after which there is no button */
  wait_until (has_two_windows, window, "the sheet is open");
  gtk_window_destroy (find_sheet (window));
  weir_test_close (window);
}

/* So does a picture that has no file. */
static void
recalled_pasted (void)
{
  static const char *const zones[] = { "settings", "open" };
  g_autoptr (CasImage) one = paint (10);
  g_autoptr (GdkTexture) texture = weir_texture_new (one);

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      WeirWindow *window = weir_test_open ();

      save (window, one, "a red fox");
      gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (window)), texture);
      gtk_widget_grab_focus (weir_test_find (GTK_WIDGET (window), "history"));
      gtk_widget_activate_action (GTK_WIDGET (window), "win.paste", NULL);
      wait_until (has_settings_zone, window, "its settings can be used");
      press_zone (window, zones[i]);
      wait_until (i == 0 ? has_two_windows : has_known_toast, window, "it is known");
      if (i == 0)
        gtk_window_destroy (find_sheet (window));
      weir_test_close (window);
    }
}

static GBytes *
read_clipboard (WeirWindow *window,
                const char *type)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (window));
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GdkContentProvider *content = gdk_clipboard_get_content (clipboard);

  gdk_content_provider_write_mime_type_async (content, type, stream, G_PRIORITY_DEFAULT, NULL,
                                              take_result, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gdk_content_provider_write_mime_type_finish (content, result, &error));
  g_assert_no_error (error);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

/* Where the file is that is offered. */
static char *
dup_offered (WeirWindow *window)
{
  g_autoptr (GBytes) uris = read_clipboard (window, "text/uri-list");
  g_autofree char *text = g_strndup (g_bytes_get_data (uris, NULL), g_bytes_get_size (uris));
  g_auto (GStrv) lines = g_uri_list_extract_uris (text);

  g_assert_cmpuint (g_strv_length (lines), ==, 1);
  return g_filename_from_uri (lines[0], NULL, NULL);
}

static gboolean
has_house (WeirWindow *window)
{
  weir_test_settle (GTK_WIDGET (window));
  return find_widget (GTK_WIDGET (window), is_cell, "a red house") != NULL;
}

static gboolean
shows_house (WeirWindow *window)
{
  g_autoptr (WeirPicture) picture = NULL;
  const CasMetadata *metadata;

  g_object_get (weir_test_find (GTK_WIDGET (window), "drag_handle"), "picture", &picture, NULL);
  metadata = picture ? weir_picture_get_metadata (picture) : NULL;
  return metadata && g_str_equal (metadata->prompt, "a red house");
}

static void
copy (WeirWindow *window)
{
  gtk_widget_grab_focus (weir_test_find (GTK_WIDGET (window), "canvas"));
  weir_test_key (GTK_WIDGET (window), "ctrl+c");
}

/* The bytes say how the picture was made, and so does the file; that of the history is its own. */
static void
copied (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) one = paint (10);
  g_autofree char *path = put ("one.png", one, "a red fox");
  g_autofree char *made = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GBytes) png = NULL;
  g_autoptr (CasSettings) settings = NULL;
  const char *saved;
  gsize size;

  open_path (window, path);
  copy (window);
  png = read_clipboard (window, "image/png");
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpmem (g_bytes_get_data (png, NULL), g_bytes_get_size (png), bytes, size);
  made = dup_offered (window);
  g_assert_cmpstr (made, !=, path);
  settings = cas_settings_read (made, NULL, NULL);
  g_assert_cmpstr (settings->metadata.prompt, ==, "a red fox");

  save (window, one, "a red house");
  wait_until (has_house, window, "the history has it");
  saved = weir_library_item_get_path (weir_history_cell_get_item (
    WEIR_HISTORY_CELL (find_widget (GTK_WIDGET (window), is_cell, "a red house"))));
  open_path (window, saved);
  wait_until (shows_house, window, "it is open");
  copy (window);
  kept = dup_offered (window);
  g_assert_cmpstr (kept, ==, saved);
  weir_test_close (window);
}

static gboolean
is_dragging (GtkWidget *handle)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (handle);
  gboolean is_so = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      is_so |= GTK_IS_DRAG_SOURCE (controller) &&
               gtk_drag_source_get_drag (GTK_DRAG_SOURCE (controller));
    }
  return is_so;
}

/* What is dragged out of the canvas is not offered to it. */
static void
dragged (void)
{
  static const char *const down[] = { "mousedown", "1", NULL };
  static const char *const up[] = { "mouseup", "1", NULL };
  WeirWindow *window = weir_test_open ();
  GtkWidget *canvas = weir_test_find (GTK_WIDGET (window), "canvas");
  GtkWidget *handle = weir_test_find (GTK_WIDGET (window), "drag_handle");
  g_autoptr (CasImage) one = paint (10);
  g_autofree char *path = put ("one.png", one, "a red fox");

  g_assert_false (gtk_widget_get_visible (handle));
  open_path (window, path);
  g_assert_true (gtk_widget_get_mapped (handle));
  weir_test_screenshot (GTK_WIDGET (window), "drag-handle");
  weir_test_move (handle, 10, 10);
  weir_test_do (handle, down);
  for (guint i = 1; i < 6; i++)
    weir_test_move (handle, 10 - 8.0 * i, 10 - 8.0 * i);
  g_assert_true (is_dragging (handle));
  weir_test_move (canvas, 100, 100);
  weir_test_move (canvas, 120, 110);
  g_assert_false (has_zones (window));
  weir_test_key (canvas, "Escape");
  weir_test_do (canvas, up);
  g_assert_false (is_dragging (handle));
  weir_test_close (window);
}

static gboolean
has_several_toast (WeirWindow *window)
{
  return find_widget (GTK_WIDGET (window), is_label,
                      "One image is shown at a time. Of these, “one.png” was opened.") != NULL;
}

static void
several (void)
{
  WeirWindow *window = weir_test_open ();
  g_autoptr (CasImage) one = paint (10);
  g_autofree char *first = put ("one.png", one, NULL);
  g_autofree char *second = put ("two.png", one, NULL);
  GFile *files[] = { g_file_new_for_path (first), g_file_new_for_path (second) };

  g_application_open (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (window))), files, 2,
                      "");
  wait_until (has_document, window, "the first is open");
  wait_until (has_several_toast, window, "it is said of the others");
  g_object_unref (files[0]);
  g_object_unref (files[1]);
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
  g_test_add_func ("/window/pictures/compare-two", compare_two);
  g_test_add_func ("/window/pictures/compare-key", compare_key);
  g_test_add_func ("/window/pictures/recalled-opened", recalled_opened);
  g_test_add_func ("/window/pictures/recalled-pasted", recalled_pasted);
  g_test_add_func ("/window/pictures/copied", copied);
  g_test_add_func ("/window/pictures/dragged", dragged);
  g_test_add_func ("/window/pictures/several", several);
  return g_test_run ();
}
