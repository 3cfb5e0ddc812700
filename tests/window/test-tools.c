/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools in the whole window: their keys, buttons and menu, and what they look like. */

#include "support/test-window.h"

#include <adwaita.h>
#include <cascade/image.h>
#include <glib/gstdio.h>

#include "canvas/canvas-private.h"
#include "canvas/tools.h"
#include "support/scene.h"
#include "window-private.h"

typedef struct
{
  WeirWindow   *window;
  GtkWidget    *widget; /* the canvas */
  WeirDocument *document;
  WeirTools    *tools;
  WeirStaging  *staging;
} Fixture;

static gboolean
is_ready (gpointer app)
{
  return cas_worker_get_state (weir_application_get_worker (app)) == CAS_WORKER_READY;
}

/* The engine brings what is to be said of the device, which moves what is below. */
static void
setup (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (WeirPicture) picture = test_scene (512, 384, 3);

  f->window = weir_test_open ();
  weir_test_wait (is_ready, f->window->app, 60, "the engine");
  weir_test_settle (GTK_WIDGET (f->window));
  f->widget = weir_test_find (GTK_WIDGET (f->window), "canvas");
  g_object_get (f->widget, "document", &f->document, "tools", &f->tools, "staging", &f->staging,
                NULL);
  weir_document_begin (f->document, picture);
  weir_canvas_set_zoom (WEIR_CANVAS (f->widget), 1);
  weir_test_settle (f->widget);
  gtk_widget_grab_focus (f->widget);
  g_object_set (f->tools, "tool", WEIR_TOOL_HAND, "size", 64.0, "softness", 0.3, "subtracts", FALSE,
                NULL);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_object_unref (f->document);
  g_object_unref (f->tools);
  g_object_unref (f->staging);
  weir_test_close (f->window);
}

static WeirMask *
mask_of (Fixture *f)
{
  return weir_document_get_mask (f->document);
}

static void
press (Fixture    *f,
       const char *key)
{
  weir_test_key (GTK_WIDGET (f->window), key);
}

static void
tool_keys (Fixture      *f,
           gconstpointer data)
{
  static const struct { const char *key; WeirTool tool; } keys[] = {
    { "b", WEIR_TOOL_BRUSH },
    { "e", WEIR_TOOL_ERASER },
    { "l", WEIR_TOOL_LASSO },
    { "r", WEIR_TOOL_RECTANGLE },
    { "f", WEIR_TOOL_FRAME },
    { "h", WEIR_TOOL_HAND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      press (f, keys[i].key);
      g_assert_cmpint (weir_tools_get_tool (f->tools), ==, keys[i].tool);
    }
}

static void
brush_keys (Fixture      *f,
            gconstpointer data)
{
  press (f, "b");
  press (f, "bracketright");
  g_assert_cmpfloat (weir_tools_get_size (f->tools), ==, 72);
  press (f, "bracketleft");
  press (f, "bracketleft");
  g_assert_cmpfloat (weir_tools_get_size (f->tools), <, 64);
  press (f, "shift+bracketright");
  g_assert_cmpfloat_with_epsilon (weir_tools_get_softness (f->tools), 0.4, 1e-6);
  press (f, "shift+bracketleft");
  press (f, "shift+bracketleft");
  g_assert_cmpfloat_with_epsilon (weir_tools_get_softness (f->tools), 0.2, 1e-6);
  press (f, "x");
  g_assert_true (weir_tools_subtracts (f->tools));
  press (f, "x");
  g_assert_false (weir_tools_subtracts (f->tools));
  press (f, "q");
  g_assert_false (weir_tools_get_shows_mask (f->tools));
  press (f, "q");
  g_assert_true (weir_tools_get_shows_mask (f->tools));
}

static void
mask_keys (Fixture      *f,
           gconstpointer data)
{
  press (f, "ctrl+a");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), ==, 100);
  press (f, "ctrl+shift+a");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  press (f, "ctrl+i");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), ==, 100);
  press (f, "ctrl+z");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  press (f, "ctrl+z");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), ==, 100);
  press (f, "ctrl+z");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
}

/* In the prompt they are letters. */
static void
prompt_keys (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *prompt = NULL;

  press (f, "alt+p");
  weir_test_type (GTK_WIDGET (f->window), "brexq");
  press (f, "ctrl+a");
  weir_test_type (GTK_WIDGET (f->window), "fox");
  weir_test_settle (GTK_WIDGET (f->window));
  g_object_get (weir_window_get_params (f->window), "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "fox");
  g_assert_cmpint (weir_tools_get_tool (f->tools), ==, WEIR_TOOL_HAND);
  g_assert_true (weir_mask_is_empty (mask_of (f)));
}

/* A click on a tool leaves the keys to the canvas. */
static void
buttons (Fixture      *f,
         gconstpointer data)
{
  GtkWidget *lasso = weir_test_find (GTK_WIDGET (f->window), "lasso");

  weir_test_click (lasso, gtk_widget_get_width (lasso) / 2, gtk_widget_get_height (lasso) / 2);
  g_assert_cmpint (weir_tools_get_tool (f->tools), ==, WEIR_TOOL_LASSO);
  g_assert_true (gtk_widget_is_focus (f->widget));
  press (f, "e");
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (lasso)));
}

/* There are tools where there is a picture, and none over a candidate. */
static void
visible (Fixture      *f,
         gconstpointer data)
{
  GtkWidget *column = weir_test_find (GTK_WIDGET (f->window), "tool_column");
  g_autoptr (WeirPicture) picture = test_scene (512, 384, 4);

  g_assert_true (gtk_widget_get_visible (column));
  weir_staging_add (f->staging, picture);
  g_assert_false (gtk_widget_get_visible (column));
  weir_staging_discard_all (f->staging);
  g_assert_true (gtk_widget_get_visible (column));
  weir_document_set_picture (f->document, NULL);
  g_assert_false (gtk_widget_get_visible (column));
}

static gboolean
is_full (gpointer mask)
{
  return weir_mask_get_percent (mask) > 99.9;
}

static gboolean
is_there (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
files (Fixture      *f,
       gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-mask-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "mask.png", NULL);
  g_autoptr (CasImage) white = cas_image_new (16, 16, NULL);

  memset (cas_image_get_pixels (white), 255, 16 * 16 * 3);
  g_assert_true (cas_image_save_png (white, path, NULL, FALSE, NULL));
  weir_window_load_mask (f->window, path);
  weir_test_wait (is_full, mask_of (f), 20, "the mask is loaded");
  g_unlink (path);
  weir_window_save_mask (f->window, path);
  weir_test_wait (is_there, path, 20, "the mask is saved");
  weir_test_settle (GTK_WIDGET (f->window));
}

/* Waits until all is written, as the program does at its end. */
static void
reopen (Fixture *f)
{
  teardown (f, NULL);
  setup (f, NULL);
}

/* A mask is a PNG and is called so, and what is added to a name replaces nobody's file. */
static void
file_names (Fixture      *f,
            gconstpointer data)
{
  static const struct { const char *typed, *written; gboolean replaces; } rows[] = {
    { "a", "a.png", FALSE },
    { "b.png", "b.png", TRUE },
    { "c.jpg", "c.jpg.png", FALSE },
    { "d.PNG", "d.PNG", TRUE },
  };
  g_autofree char *folder = g_dir_make_tmp ("weir-mask-XXXXXX", NULL);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (rows); i++)
    {
      const guint row = i % G_N_ELEMENTS (rows);
      const gboolean is_new = i == row;
      g_autofree char *typed = g_build_filename (folder, rows[row].typed, NULL);
      g_autofree char *path = g_build_filename (folder, rows[row].written, NULL);
      g_autofree char *bytes = NULL;

      if (!is_new)
        g_assert_true (g_file_set_contents (path, "somebody's", -1, NULL));
      weir_window_save_mask (f->window, typed);
      reopen (f);
      g_test_message ("%s", rows[row].typed);
      g_assert_true (g_str_equal (typed, path) || !is_there (typed));
      g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
      g_assert_cmpint (memcmp (bytes, "\x89P", 2) == 0, ==, is_new || rows[row].replaces);
      if (!is_new)
        g_unlink (path);
    }
  g_rmdir (folder);
}

/* --- looks ----------------------------------------------------------------------------------- */

static void
shoot (Fixture    *f,
       const char *what,
       gboolean    is_dark)
{
  g_autofree char *name = g_strdup_printf ("tools-%s-%s", what, is_dark ? "dark" : "light");

  weir_test_screenshot (GTK_WIDGET (f->window), name);
}

static void
move_to (Fixture *f,
         double   x,
         double   y)
{
  weir_test_move (f->widget, gtk_widget_get_width (f->widget) / 2 + x,
                  gtk_widget_get_height (f->widget) / 2 + y);
}

#define DO(f, ...) weir_test_do ((f)->widget, (const char *[]) { __VA_ARGS__, NULL })

static void
assert_results (Fixture    *f,
                const char *words)
{
  GtkWidget *position = weir_test_find (GTK_WIDGET (f->window), "position");

  g_assert_null (weir_staging_get_picture (f->staging));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (position)), ==, words);
}

/* A result that comes with the button down takes nothing away and does not cover what is drawn. */
static void
result_comes (Fixture      *f,
              gconstpointer data)
{
  static const char *const keys[] = { "b", "r", "f", "l" };
  g_autoptr (WeirPicture) picture = test_scene (512, 384, 4);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const GdkRectangle whole = { 0, 0, 512, 384 };
      GdkRectangle frame;
      gboolean can_undo;

      press (f, keys[i]);
      move_to (f, -100, -80);
      DO (f, "mousedown", "1", "sleep", "0.03", "mousemove_relative", "60", "10", "sleep", "0.03");
      weir_staging_add (f->staging, picture);
      weir_test_settle (GTK_WIDGET (f->window));
      assert_results (f, "1 result");
      DO (f, "mousemove_relative", "10", "60", "sleep", "0.03", "mouseup", "1");
      g_test_message ("%s", keys[i]);
      weir_document_get_frame (f->document, &frame);
      g_object_get (f->document, "can-undo", &can_undo, NULL);
      g_assert_true (can_undo);
      g_assert_true (!weir_mask_is_empty (mask_of (f)) || !gdk_rectangle_equal (&frame, &whole));
      weir_staging_add (f->staging, picture);
      assert_results (f, "2 results");
      weir_document_undo (f->document);
      g_object_get (f->document, "can-undo", &can_undo, NULL);
      g_assert_false (can_undo);
      weir_staging_discard_all (f->staging);
    }
}

/* After Esc the document stays, whatever comes; between the clicks of a polygon as well. */
static void
result_left (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (WeirPicture) picture = test_scene (512, 384, 4);

  weir_staging_add (f->staging, picture);
  g_assert_nonnull (weir_staging_get_picture (f->staging));
  press (f, "Escape");
  assert_results (f, "1 result");
  weir_staging_add (f->staging, picture);
  assert_results (f, "2 results");
  weir_staging_discard_all (f->staging);
  press (f, "l");
  move_to (f, -100, -80);
  DO (f, "click", "1", "sleep", "0.5", "mousemove_relative", "90", "20", "click", "1", "sleep",
      "0.5");
  weir_staging_add (f->staging, picture);
  assert_results (f, "1 result");
  DO (f, "mousemove_relative", "20", "90", "click", "1", "sleep", "0.5");
  press (f, "Return");
  g_assert_false (weir_mask_is_empty (mask_of (f)));
}

/* Whatever else gets in the way of a stroke leaves it as it is by then, to be undone. */
static void
stroke_interrupted (Fixture      *f,
                    gconstpointer data)
{
  g_autoptr (WeirPicture) picture = test_scene (512, 384, 4);

  weir_staging_add (f->staging, picture);
  press (f, "Escape");
  for (guint i = 0; i < 2; i++)
    {
      press (f, "b");
      move_to (f, -100, -80);
      DO (f, "mousedown", "1", "sleep", "0.03", "mousemove_relative", "60", "10", "sleep", "0.03");
      if (i == 0)
        weir_staging_next (f->staging);
      else
        weir_tools_set_tool (f->tools, WEIR_TOOL_LASSO);
      DO (f, "mousemove_relative", "10", "60", "sleep", "0.03", "mouseup", "1");
      weir_staging_set_selected (f->staging, GTK_INVALID_LIST_POSITION);
      g_assert_false (weir_mask_is_empty (mask_of (f)));
      weir_document_undo (f->document);
      g_assert_true (weir_mask_is_empty (mask_of (f)));
    }
}

/* A candidate over the document, half of each. */
static void
wipe (Fixture *f,
      gboolean is_dark)
{
  g_autoptr (WeirPicture) picture = test_scene (512, 384, 4);

  weir_staging_add (f->staging, picture);
  g_object_set (f->widget, "compare", TRUE, NULL);
  weir_test_settle (GTK_WIDGET (f->window));
  shoot (f, "wipe", is_dark);
  weir_staging_discard_all (f->staging);
}

static void
look (Fixture *f,
      gboolean is_dark)
{
  GtkWidget *options = weir_test_find (GTK_WIDGET (f->window), "tool_options");
  GtkWidget *menu = weir_test_find (options, "menu_button");

  press (f, "b");
  move_to (f, -120, 40);
  DO (f, "mousedown", "1", "sleep", "0.03", "mousemove_relative", "60", "40", "sleep", "0.03",
      "mousemove_relative", "--", "80", "-30", "sleep", "0.03", "mouseup", "1");
  shoot (f, "brush", is_dark);
  press (f, "e");
  move_to (f, -60, 60);
  shoot (f, "eraser", is_dark);
  press (f, "l");
  move_to (f, 40, -100);
  DO (f, "click", "1", "sleep", "0.5", "mousemove_relative", "90", "20", "click", "1", "sleep",
      "0.5", "mousemove_relative", "20", "90", "click", "1", "sleep", "0.5", "mousemove_relative",
      "--", "-70", "40", "sleep", "0.05");
  shoot (f, "lasso", is_dark);
  press (f, "Return");
  move_to (f, -150, -60);
  DO (f, "mousedown", "1", "sleep", "0.03", "mousemove_relative", "50", "30", "sleep", "0.03",
      "mousemove_relative", "30", "50", "sleep", "0.03", "mousemove_relative", "--", "-60", "20",
      "sleep", "0.05");
  shoot (f, "lasso-freehand", is_dark);
  DO (f, "mouseup", "1");
  press (f, "r");
  move_to (f, -200, -150);
  DO (f, "mousedown", "1", "sleep", "0.03", "mousemove_relative", "110", "70", "sleep", "0.05");
  shoot (f, "rectangle", is_dark);
  DO (f, "mouseup", "1");
  press (f, "f");
  press (f, "shift+Right");
  press (f, "shift+Right");
  move_to (f, 0, 0);
  shoot (f, "frame", is_dark);
  press (f, "h");
  shoot (f, "hand", is_dark);
  wipe (f, is_dark);
  gtk_menu_button_popup (GTK_MENU_BUTTON (menu));
  weir_test_settle (GTK_WIDGET (f->window));
  weir_test_screenshot (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (menu))),
                        is_dark ? "tools-menu-dark" : "tools-menu-light");
  press (f, "Escape");
}

static void
looks (Fixture      *f,
       gconstpointer data)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  look (f, FALSE);
  while (weir_mask_is_empty (mask_of (f)) == FALSE)
    weir_document_undo (f->document);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.reset-frame", NULL);
  weir_canvas_set_zoom (WEIR_CANVAS (f->widget), 1);
  gtk_widget_grab_focus (f->widget);
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  look (f, TRUE);
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);
}

/* Where a part of the document is on the canvas, with the frame's handles around it. */
static graphene_rect_t
place_of (Fixture            *f,
          const GdkRectangle *part)
{
  WeirCanvas *canvas = WEIR_CANVAS (f->widget);
  graphene_rect_t place = weir_canvas_get_place (canvas, part);

  graphene_rect_scale (&place, 1.0f / (float) gtk_widget_get_scale_factor (f->widget),
                       1.0f / (float) gtk_widget_get_scale_factor (f->widget), &place);
  graphene_rect_inset (&place, -5, -5);
  return place;
}

static void
assert_free (Fixture            *f,
             const GdkRectangle *part)
{
  const char *const over[] = { "tool_column", "tool_options" };
  const graphene_rect_t place = place_of (f, part);
  const graphene_rect_t canvas =
    GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (f->widget),
                        (float) gtk_widget_get_height (f->widget));

  g_assert_true (graphene_rect_contains_rect (&canvas, &place));
  for (guint i = 0; i < G_N_ELEMENTS (over); i++)
    {
      graphene_rect_t covered;

      g_assert_true (gtk_widget_compute_bounds (
        weir_test_find (GTK_WIDGET (f->window), over[i]), f->widget, &covered));
      g_test_message ("%s", over[i]);
      g_assert_false (graphene_rect_intersection (&covered, &place, NULL));
    }
}

/* In two steps: what a narrow window hides is first there and in the way. */
static void
resize (Fixture *f,
        int      width,
        int      height)
{
  for (guint i = 0; i < 2; i++)
    {
      gtk_window_set_default_size (GTK_WINDOW (f->window), width, height);
      weir_test_settle (GTK_WIDGET (f->window));
    }
}

/* At Fit nothing lies over the picture, the frame or its handles. */
static void
fit (Fixture      *f,
     gconstpointer data)
{
  static const struct { int width, height; } sizes[] = { { 480, 480 }, { 1280, 800 } };
  static const GdkRectangle frames[] = { { 0, 0, 512, 384 }, { -256, -128, 896, 640 } };
  const GdkRectangle picture = frames[0];

  weir_tools_set_tool (f->tools, WEIR_TOOL_FRAME);
  weir_canvas_fit (WEIR_CANVAS (f->widget));
  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes) * G_N_ELEMENTS (frames); i++)
    {
      const guint size = i % 2, frame = i / 2 % 2, is_mirrored = i / 4;
      g_autofree char *name =
        g_strdup_printf ("tools-fit-%d-%s%s", sizes[size].width, frame ? "beyond" : "whole",
                         is_mirrored ? "-rtl" : "");

      gtk_widget_set_default_direction (is_mirrored ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      resize (f, sizes[size].width, sizes[size].height);
      weir_document_set_frame (f->document, &frames[frame]);
      weir_test_settle (GTK_WIDGET (f->window));
      g_test_message ("%s", name);
      g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->window)), <=, sizes[size].width);
      assert_free (f, &picture);
      assert_free (f, &frames[frame]);
      weir_test_screenshot (GTK_WIDGET (f->window), name);
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* The line fits the narrowest window, beside the column. */
static void
narrow (Fixture      *f,
        gconstpointer data)
{
  GtkWidget *options = weir_test_find (GTK_WIDGET (f->window), "tool_options");
  int least;

  for (int tool = 0; tool < WEIR_N_TOOLS; tool++)
    {
      weir_tools_set_tool (f->tools, (WeirTool) tool);
      g_object_set (f->tools, "size", 1024.0, NULL);
      gtk_widget_measure (options, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      g_assert_cmpint (least, <=, 480);
    }
  resize (f, 480, 480);
  weir_tools_set_tool (f->tools, WEIR_TOOL_BRUSH);
  shoot (f, "narrow", FALSE);
}

static gboolean
is_filtered (gpointer window)
{
  return g_queue_is_empty (&((WeirWindow *) window)->mask_filters);
}

static void
filter (Fixture    *f,
        const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (f->window), action, "u", 8);
}

static void
assert_percent (Fixture *f,
                double   least,
                double   most)
{
  weir_test_wait (is_filtered, f->window, 20, "the mask's filters");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), >, least);
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), <, most);
}

#define PERCENT(side) (100.0 * (side) * (side) / (512 * 384))

/* Done in a thread, in the order in which they are asked for, each one step; what is done to the
 * mask meanwhile stays as it is. */
static void
filters (Fixture      *f,
         gconstpointer data)
{
  const graphene_rect_t middle = GRAPHENE_RECT_INIT (100, 100, 100, 100);

  weir_mask_fill_rectangle (mask_of (f), &middle, FALSE);
  filter (f, "win.grow-mask");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), <, PERCENT (101));
  filter (f, "win.grow-mask");
  assert_percent (f, PERCENT (128), PERCENT (133));
  filter (f, "win.shrink-mask");
  assert_percent (f, PERCENT (112), PERCENT (117));
  filter (f, "win.soften-mask");
  assert_percent (f, PERCENT (112), PERCENT (118));
  for (guint i = 0; i < 4; i++)
    weir_document_undo (f->document);
  assert_percent (f, PERCENT (99), PERCENT (101));

  filter (f, "win.grow-mask");
  weir_mask_invert (mask_of (f));
  weir_mask_invert (mask_of (f));
  assert_percent (f, PERCENT (99), PERCENT (101));
  shoot (f, "mask-changed", FALSE);
  filter (f, "win.grow-mask");
  weir_document_set_picture (f->document, NULL);
  weir_test_wait (is_filtered, f->window, 20, "the mask's filters");
}

/* Enter accepts what the dialog asks. */
static void
accept (Fixture    *f,
        const char *action,
        const char *name)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GtkWidget) first = NULL;
  g_autoptr (GtkWidget) second = NULL;
  GtkWidget *asking;

  gtk_widget_activate_action (GTK_WIDGET (f->window), action, NULL);
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 2);
  first = g_list_model_get_item (windows, 0);
  second = g_list_model_get_item (windows, 1);
  asking = first == GTK_WIDGET (f->window) ? second : first;
  weir_test_settle (asking);
  weir_test_screenshot (asking, name);
  weir_test_key (asking, "Return");
  while (g_list_model_get_n_items (windows) > 1)
    g_main_context_iteration (NULL, TRUE);
  weir_test_settle (GTK_WIDGET (f->window));
}

static void
dialog (Fixture      *f,
        gconstpointer data)
{
  const graphene_rect_t middle = GRAPHENE_RECT_INIT (100, 100, 100, 100);

  weir_mask_fill_rectangle (mask_of (f), &middle, FALSE);
  accept (f, "win.ask-grow", "tools-grow");
  weir_test_wait (is_filtered, f->window, 20, "the mask is grown");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), >, 100.0 * 115 * 115 / (512 * 384));
  weir_mask_clear (mask_of (f));
  accept (f, "win.ask-rectangle", "tools-rectangle-dialog");
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), ==, 25);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/window/tools/tool-keys", tool_keys },
    { "/window/tools/brush-keys", brush_keys },
    { "/window/tools/mask-keys", mask_keys },
    { "/window/tools/prompt-keys", prompt_keys },
    { "/window/tools/buttons", buttons },
    { "/window/tools/visible", visible },
    { "/window/tools/files", files },
    { "/window/tools/file-names", file_names },
    { "/window/tools/result-comes", result_comes },
    { "/window/tools/result-left", result_left },
    { "/window/tools/stroke-interrupted", stroke_interrupted },
    { "/window/tools/filters", filters },
    { "/window/tools/dialog", dialog },
    { "/window/tools/fit", fit },
    { "/window/tools/narrow", narrow },
    { "/window/tools/looks", looks },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
