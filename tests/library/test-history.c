/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history panel by itself: what it shows, and what it asks of the window. */

#include "support/test-window.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include <adwaita.h>

#include "library/file-content.h"
#include "library/fixture.h"
#include "library/history-cell.h"
#include "library/history-panel.h"
#include "library/history-rows.h"

typedef struct
{
  Fixture    base;
  GtkWindow *window;
  GtkWidget *panel;
  gint64     noon;      /* of this day, in seconds since 1970 */
  GString   *activated; /* “ACTION NAME” of all that was asked of the window */
} PanelFixture;

static void
note_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  PanelFixture *f = data;
  g_autofree char *name = g_path_get_basename (g_variant_get_string (parameter, NULL));

  g_string_append_printf (f->activated, "%s %s\n", g_action_get_name (G_ACTION (action)), name);
}

static void
note_pair (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  PanelFixture *f = data;
  const char *paths[2];
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_variant_get (parameter, "(&s&s)", &paths[0], &paths[1]);
  first = g_path_get_basename (paths[0]);
  second = g_path_get_basename (paths[1]);
  g_string_append_printf (f->activated, "%s %s %s\n", g_action_get_name (G_ACTION (action)), first,
                          second);
}

static void
set_up (PanelFixture *f,
        gconstpointer data)
{
  static const GActionEntry entries[] = {
    { "open-path", note_action, "s" },   { "vary-path", note_action, "s" },
    { "guide-path", note_action, "s" },  { "mask-path", note_action, "s" },
    { "upscale-path", note_action, "s" }, { "use-settings", note_action, "s" },
    { "use-prompt", note_action, "s" },  { "use-seed", note_action, "s" },
    { "compare-path", note_action, "s" }, { "compare-paths", note_pair, "(ss)" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) noon =
    g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                           g_date_time_get_day_of_month (now), 12, 0, 0);

  fixture_set_up (&f->base, data);
  f->noon = g_date_time_to_unix (noon);
  f->activated = g_string_new (NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), f);
  f->panel = weir_history_panel_new ();
  f->window = weir_test_show (f->panel, 240, 640);
  gtk_widget_insert_action_group (GTK_WIDGET (f->window), "win", G_ACTION_GROUP (group));
}

static void
tear_down (PanelFixture *f,
           gconstpointer data)
{
  gpointer left = f->panel;

  g_object_add_weak_pointer (G_OBJECT (f->panel), &left);
  gtk_window_destroy (f->window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (left);
  fixture_tear_down (&f->base, data);
  g_string_free (f->activated, TRUE);
}

/* A landscape of a sort, in colours of its own. */
static CasImage *
paint (guint seed,
       guint width,
       guint height)
{
  CasImage *image = cas_image_new (width, height, NULL);
  guint8 *pixel = cas_image_get_pixels (image);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        {
          const double hill = 0.55 + 0.15 * sin (seed + 6.0 * x / width);
          const double down = (double) y / height;
          const double light = down < hill ? 0.9 - 0.5 * down : 0.45 - 0.3 * (down - hill);

          *pixel++ = (guint8) (255 * light * (0.6 + 0.4 * sin (1.7 * seed + 2.1 * c)));
        }
  return image;
}

static void
put (PanelFixture *f,
     const char   *name,
     const char   *prompt,
     guint         seed,
     guint         width,
     guint         height,
     gint64        seconds_before)
{
  g_autofree char *path = fixture_path (&f->base, name);
  g_autoptr (CasImage) image = paint (seed, width, height);
  const CasMetadata metadata = {
    .prompt = (char *) prompt, .seed = seed, .width = width, .height = height, .steps = 20,
    .decoder_steps = 10,
  };
  const struct timespec times[2] = {
    { .tv_nsec = UTIME_OMIT },
    { .tv_sec = f->noon - seconds_before },
  };

  g_mkdir_with_parents (f->base.pictures, 0755);
  g_assert_true (cas_image_save_png (image, path, prompt ? &metadata : NULL, FALSE, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

#define DAY (24 * 3600)

static void
put_some (PanelFixture *f)
{
  put (f, "1.png", "a red fox in deep snow", 1, 256, 256, 3);
  put (f, "2.png", "a red house by the sea", 2, 320, 192, 2);
  put (f, "3.png", "hills at dawn", 3, 192, 256, 1);
  put (f, "4.png", "hills at dusk", 4, 256, 256, DAY);
  put (f, "5.png", "a lighthouse", 5, 256, 256, DAY + 1);
  put (f, "6.png", NULL, 6, 256, 256, DAY + 2);
  put (f, "7.png", "여우", 7, 256, 256, 400 * DAY);
}

static void
show (PanelFixture *f)
{
  fixture_open (&f->base);
  g_object_set (f->panel, "library", f->base.library, NULL);
  weir_test_settle (f->panel);
}

static GtkWidget *
find_cell (GtkWidget  *root,
           const char *name)
{
  WeirLibraryItem *item =
    WEIR_IS_HISTORY_CELL (root) ? weir_history_cell_get_item (WEIR_HISTORY_CELL (root)) : NULL;

  if (item && g_str_equal (weir_library_item_get_file (item)->name, name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_cell (child, name);

      if (found)
        return found;
    }
  return NULL;
}

static gboolean
has_thumbnails (gpointer data)
{
  PanelFixture *f = data;

  for (guint i = 0; i < fixture_count (&f->base); i++)
    if (!weir_library_peek_thumbnail (f->base.library, fixture_peek (&f->base, i)))
      return FALSE;
  return TRUE;
}

static const char *
get_page (PanelFixture *f)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (weir_test_find (f->panel, "stack")));
}

/* --- tests --------------------------------------------------------------------------------- */

static void
empty (PanelFixture *f,
       gconstpointer data)
{
  show (f);
  g_assert_cmpstr (get_page (f), ==, "empty");
  g_assert_cmpint (gtk_widget_get_width (f->panel), <=, 280);
  weir_test_screenshot (GTK_WIDGET (f->window), "history-empty");
}

static void
days (PanelFixture *f,
      gconstpointer data)
{
  put_some (f);
  show (f);
  g_assert_cmpstr (get_page (f), ==, "pictures");
  fixture_wait (has_thumbnails, f, "all thumbnails are there");
  gtk_widget_activate_action (f->panel, "library.star", "s",
                              weir_library_item_get_path (fixture_peek (&f->base, 1)));
  g_assert_true (weir_library_item_get_starred (fixture_peek (&f->base, 1)));
  g_assert_cmpint (gtk_widget_get_width (f->panel), <=, 280);
  weir_test_screenshot (GTK_WIDGET (f->window), data ? data : "history");
}

static gboolean
shows_hills (gpointer data)
{
  return find_cell (((PanelFixture *) data)->panel, "3.png") != NULL;
}

static gboolean
shows_no_hills (gpointer data)
{
  return !shows_hills (data);
}

static gboolean
shows_nothing (gpointer data)
{
  return g_str_equal (get_page (data), "nothing");
}

static gboolean
shows_one (gpointer data)
{
  PanelFixture *f = data;

  weir_test_settle (f->panel);
  return find_cell (f->panel, "2.png") != NULL;
}

static void
search (PanelFixture *f,
        gconstpointer data)
{
  g_autofree char *starred = fixture_path (&f->base, "2.png");

  put_some (f);
  show (f);
  fixture_wait (has_thumbnails, f, "all thumbnails are there");
  weir_test_click (weir_test_find (f->panel, "find_button"), 10, 10);
  weir_test_type (GTK_WIDGET (f->window), "red");
  fixture_wait (shows_no_hills, f, "only some are shown");
  g_assert_nonnull (find_cell (f->panel, "1.png"));
  g_assert_nonnull (find_cell (f->panel, "2.png"));
  weir_test_screenshot (GTK_WIDGET (f->window), "history-search");

  weir_test_type (GTK_WIDGET (f->window), " wolf");
  fixture_wait (shows_nothing, f, "nothing is found");
  weir_test_screenshot (GTK_WIDGET (f->window), "history-nothing");

  weir_test_key (GTK_WIDGET (f->window), "Escape");
  fixture_wait (shows_hills, f, "all is shown again");

  g_object_set (f->panel, "finding", TRUE, NULL);
  weir_test_settle (f->panel);
  weir_test_click (weir_test_find (f->panel, "starred_button"), 10, 10);
  fixture_wait (shows_nothing, f, "nothing has a star");

  /* the star comes and goes while only those that have one are shown */
  for (guint i = 0; i < 2; i++)
    {
      gtk_widget_activate_action (f->panel, "library.star", "s", starred);
      fixture_wait (i == 0 ? shows_one : shows_nothing, f, "the star is followed");
    }
}

static const char *
get_focused (PanelFixture *f)
{
  GtkWidget *focus = gtk_window_get_focus (f->window);

  return WEIR_IS_HISTORY_CELL (focus)
           ? weir_library_item_get_file (weir_history_cell_get_item (WEIR_HISTORY_CELL (focus)))->name
           : "";
}

static GtkWidget *
find_menu (GtkWidget *cell)
{
  GtkWidget *child = gtk_widget_get_first_child (cell);

  while (child && !GTK_IS_POPOVER_MENU (child))
    child = gtk_widget_get_next_sibling (child);
  g_assert_nonnull (child);
  return child;
}

/* Nothing of the menu has to be scrolled to. */
static void
assert_whole (GtkWidget *menu)
{
  int height;

  gtk_widget_measure (menu, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  g_assert_cmpint (gtk_widget_get_height (menu), >=, height);
}

/* From picture to picture, over the days between them. */
static void
keys (PanelFixture *f,
      gconstpointer data)
{
  static const struct { const char *key, *focused; } steps[] = {
    { "Right", "2.png" }, { "Right", "1.png" }, { "Right", "4.png" }, { "Up", "1.png" },
    { "Up", "3.png" },    { "Right", "2.png" }, { "Down", "1.png" },  { "End", "7.png" },
    { "Down", "7.png" },  { "Left", "6.png" },  { "Home", "3.png" },  { "Left", "3.png" },
  };

  put_some (f);
  show (f);
  gtk_widget_grab_focus (find_cell (f->panel, "3.png"));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      weir_test_key (GTK_WIDGET (f->window), steps[i].key);
      g_test_message ("%s", steps[i].key);
      g_assert_cmpstr (get_focused (f), ==, steps[i].focused);
    }
  weir_test_key (GTK_WIDGET (f->window), "Return");
  g_assert_cmpstr (f->activated->str, ==, "open-path 3.png\n");

  weir_test_screenshot (GTK_WIDGET (f->window), "history-keys");
  weir_test_key (GTK_WIDGET (f->window), "shift+F10");
  weir_test_screenshot (find_menu (find_cell (f->panel, "3.png")), "history-menu");
  assert_whole (find_menu (find_cell (f->panel, "3.png")));
  weir_test_key (GTK_WIDGET (f->window), "Escape");
  g_assert_cmpstr (get_focused (f), ==, "3.png");
}

/* All that the menu offers reaches the window with the picture's path. */
static void
menu (PanelFixture *f,
      gconstpointer data)
{
  GtkWidget *cell;

  put_some (f);
  show (f);
  cell = find_cell (f->panel, "2.png");
  weir_test_click (cell, 50, 50);
  g_assert_cmpstr (f->activated->str, ==, "");
  for (guint i = 0; i < 10; i++) /* items that can be reached by Down */
    {
      weir_test_key (GTK_WIDGET (f->window), "Menu");
      for (guint j = 0; j < i; j++)
        weir_test_key (GTK_WIDGET (f->window), "Down");
      weir_test_key (GTK_WIDGET (f->window), "Return");
    }
  g_assert_cmpstr (f->activated->str, ==,
                   "open-path 2.png\nvary-path 2.png\nguide-path 2.png\nmask-path 2.png\n"
                   "upscale-path 2.png\n"
                   "compare-path 2.png\n" /* and a mark */
                   "use-settings 2.png\nuse-prompt 2.png\nuse-seed 2.png\n");
}

static char *
dup_marked (PanelFixture *f)
{
  GString *names = g_string_new (NULL);
  g_autoptr (GListStore) marks = NULL;

  g_object_get (f->panel, "marks", &marks, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (marks)); i++)
    {
      g_autoptr (WeirLibraryItem) item = g_list_model_get_item (G_LIST_MODEL (marks), i);

      g_string_append_printf (names, "%s ", weir_library_item_get_file (item)->name);
    }
  return g_string_free (names, FALSE);
}

static void
assert_marked (PanelFixture *f,
               const char   *names)
{
  g_autofree char *marked = dup_marked (f);

  g_assert_cmpstr (marked, ==, names);
}

/* Two at most, by keys and by clicks; what is asked of them, and how they go again. */
static void
marks (PanelFixture *f,
       gconstpointer data)
{
  static const char *const keydown[] = { "keydown", "ctrl", NULL };
  static const char *const keyup[] = { "keyup", "ctrl", NULL };
  GtkWidget *window = GTK_WIDGET (f->window);

  put_some (f);
  show (f);
  fixture_wait (has_thumbnails, f, "all thumbnails are there");
  gtk_widget_grab_focus (find_cell (f->panel, "3.png"));
  weir_test_key (window, "backslash");
  g_assert_cmpstr (f->activated->str, ==, "compare-path 3.png\n");

  weir_test_key (window, "space");
  assert_marked (f, "3.png ");
  weir_test_do (window, keydown);
  weir_test_click (find_cell (f->panel, "1.png"), 50, 50);
  weir_test_do (window, keyup);
  assert_marked (f, "3.png 1.png ");
  weir_test_screenshot (window, "history-marks");
  g_string_truncate (f->activated, 0);
  weir_test_key (window, "backslash");
  g_assert_cmpstr (f->activated->str, ==, "compare-paths 3.png 1.png\n");
  weir_test_key (window, "shift+F10");
  weir_test_screenshot (find_menu (find_cell (f->panel, "1.png")), "history-menu-marks");
  weir_test_key (window, "Escape");

  /* a third takes the place of the first; the same once more is none */
  weir_test_key (window, "Left");
  weir_test_key (window, "space");
  assert_marked (f, "1.png 2.png ");
  weir_test_key (window, "ctrl+space");
  assert_marked (f, "1.png ");
  weir_test_key (window, "Escape");
  assert_marked (f, "");

  weir_test_key (window, "space");
  assert_marked (f, "2.png ");
  weir_test_click (find_cell (f->panel, "1.png"), 50, 50);
  assert_marked (f, "");
}

static void
has_trashed (GtkWidget  *panel,
             const char *path,
             gpointer    data)
{
  g_autofree char *name = g_path_get_basename (path);

  g_string_append_printf (((PanelFixture *) data)->activated, "trashed %s\n", name);
}

static gboolean
has_six (gpointer library)
{
  return g_list_model_get_n_items (library) == 6;
}

static gboolean
has_seven (gpointer library)
{
  return g_list_model_get_n_items (library) == 7;
}

static void
trash (PanelFixture *f,
       gconstpointer data)
{
  g_autofree char *path = fixture_path (&f->base, "2.png");

  put_some (f);
  show (f);
  g_signal_connect (f->panel, "trashed", G_CALLBACK (has_trashed), f);
  gtk_widget_grab_focus (find_cell (f->panel, "2.png"));
  weir_test_key (GTK_WIDGET (f->window), "space");
  assert_marked (f, "2.png ");
  weir_test_key (GTK_WIDGET (f->window), "Delete");
  fixture_wait (has_six, f->base.library, "the picture is in the trash");
  weir_test_settle (f->panel);
  g_assert_null (find_cell (f->panel, "2.png"));
  assert_marked (f, "");
  g_assert_cmpstr (f->activated->str, ==, "trashed 2.png\n");
  gtk_widget_activate_action (f->panel, "library.restore", "s", path);
  fixture_wait (has_seven, f->base.library, "the picture is back");
  weir_test_settle (f->panel);
  g_assert_nonnull (find_cell (f->panel, "2.png"));
}

static void
take_stream (GObject      *source,
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

/* What is copied or dragged out is the file, byte by byte. */
static void
content (PanelFixture *f,
         gconstpointer data)
{
  g_autofree char *path = fixture_path (&f->base, "1.png");
  g_autofree char *bytes = NULL;
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GdkContentProvider) provider = weir_file_content_new (path);
  g_autoptr (GdkContentFormats) formats = gdk_content_provider_ref_formats (provider);
  g_autoptr (GError) error = NULL;
  gsize size;

  put_some (f);
  g_assert_true (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST));
  g_assert_true (gdk_content_formats_contain_gtype (formats, G_TYPE_FILE));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  gdk_content_provider_write_mime_type_async (provider, "image/png", stream, G_PRIORITY_DEFAULT,
                                              NULL, take_stream, &result);
  fixture_wait (is_there, &result, "the bytes are written");
  g_assert_true (gdk_content_provider_write_mime_type_finish (provider, result, &error));
  g_assert_cmpmem (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream)),
                   g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream)), bytes,
                   size);
}

/* A new picture changes the rows of its day alone. */
static void
rows (void)
{
  g_autoptr (GListStore) store = g_list_store_new (WEIR_TYPE_HISTORY_ROW);
  g_autoptr (GListStore) items = g_list_store_new (WEIR_TYPE_LIBRARY_ITEM);
  g_autoptr (GDateTime) now = g_date_time_new_local (2026, 3, 9, 12, 0, 0);
  const gint64 now_us = g_date_time_to_unix (now) * G_USEC_PER_SEC;
  static const gint64 ages[] = { 0, 60, 120, DAY, 30 * DAY, 800 * DAY };
  static const char *const wanted[] = { "Today", NULL, NULL, "Yesterday", NULL,
                                        "Saturday, 7 February", NULL, "30 December 2023", NULL };
  g_autoptr (WeirLibraryItem) added = NULL;
  g_autoptr (WeirHistoryRow) old = NULL;
  g_autoptr (WeirHistoryRow) same = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      const WeirLibraryFile file = { .name = "a.png", .date_us = now_us - ages[i] * G_USEC_PER_SEC };
      g_autoptr (WeirLibraryItem) item = weir_library_item_new ("/", &file);

      g_list_store_append (items, item);
    }
  weir_history_rows_update (store, G_LIST_MODEL (items), now);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autoptr (WeirHistoryRow) row = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_assert_cmpstr (weir_history_row_get_day (row), ==, wanted[i]);
    }

  old = g_list_model_get_item (G_LIST_MODEL (store), 8);
  added = weir_library_item_new ("/", &(WeirLibraryFile) { .name = "b.png", .date_us = now_us });
  g_list_store_insert (items, 0, added);
  weir_history_rows_update (store, G_LIST_MODEL (items), now);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, G_N_ELEMENTS (wanted));
  same = g_list_model_get_item (G_LIST_MODEL (store), 8);
  g_assert_true (same == old);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*run) (PanelFixture *f, gconstpointer data);
  } tests[] = {
    { "/history/empty", empty },   { "/history/days", days }, { "/history/search", search },
    { "/history/keys", keys },     { "/history/menu", menu }, { "/history/trash", trash },
    { "/history/marks", marks },
    { "/history/content", content },
  };
  const char *scheme = g_getenv ("ADW_DEBUG_COLOR_SCHEME");

  weir_test_init (&argc, &argv);
  if (scheme)
    g_test_add ("/history/dark", PanelFixture, "history-dark", set_up, days, tear_down);
  g_test_add_func ("/history/rows", rows);
  for (guint i = 0; !scheme && i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, PanelFixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
