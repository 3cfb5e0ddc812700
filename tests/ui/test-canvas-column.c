/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands around the canvas: the bar of candidates, the zoom, the progress. */

#include "support/test-window.h"

#include "canvas/canvas.h"
#include "canvas/drop-zones.h"
#include "canvas/progress-line.h"
#include "canvas/staging-bar.h"
#include "canvas/zoom-bar.h"
#include "support/scene.h"

/* The middle column as the window has it. */
typedef struct
{
  WeirDocument     *document;
  WeirStaging      *staging;
  WeirCanvas       *canvas;
  WeirDropZones    *zones;
  GtkWidget        *bar;
  WeirProgressLine *line;
  GtkWidget        *zoom;
  GtkWindow        *window;
  GString          *told; /* what actions and signals said */
} Fixture;

static void
activated (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  Fixture *f = user_data;

  g_string_append (f->told, g_action_get_name (G_ACTION (action)));
  if (parameter)
    g_string_append_printf (f->told, " %g", g_variant_get_double (parameter));
  g_string_append (f->told, "\n");
}

static GtkWidget *
column (Fixture *f)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *overlay = gtk_overlay_new ();

  f->canvas = WEIR_CANVAS (weir_canvas_new ());
  f->bar = weir_staging_bar_new ();
  f->zones = WEIR_DROP_ZONES (weir_drop_zones_new ());
  f->line = WEIR_PROGRESS_LINE (weir_progress_line_new ());
  f->zoom = weir_zoom_bar_new ();
  g_object_set (f->canvas, "document", f->document, "staging", f->staging, NULL);
  g_object_set (f->bar, "staging", f->staging, NULL);
  g_object_bind_property (f->bar, "compare", f->canvas, "compare", G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (f->canvas, "zoom", f->zoom, "zoom", G_BINDING_SYNC_CREATE);

  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (f->canvas));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), f->bar);
  g_object_set (f->zones, "child", overlay, "vexpand", TRUE, NULL);
  gtk_widget_set_halign (f->zoom, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->zones));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->line));
  gtk_box_append (GTK_BOX (box), f->zoom);
  return box;
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  static const GActionEntry entries[] = {
    { "cancel", activated },
    { "zoom-in", activated },
    { "zoom-out", activated },
    { "zoom-fit", activated },
    { "zoom", activated, "d" },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  f->told = g_string_new (NULL);
  f->document = weir_document_new ();
  f->staging = weir_staging_new (f->document);
  f->window = weir_test_show (column (f), 640, 560);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), f);
  gtk_widget_insert_action_group (GTK_WIDGET (f->window), "win", G_ACTION_GROUP (actions));
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  gpointer left[] = { f->window, f->canvas, f->zones, f->bar, f->line, f->zoom, f->staging,
                      f->document };

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_object_add_weak_pointer (left[i], &left[i]);
  gtk_window_destroy (f->window);
  g_object_unref (f->staging);
  g_object_unref (f->document);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    if (left[i])
      g_error ("a %s is not freed", G_OBJECT_TYPE_NAME (left[i]));
  g_string_free (f->told, TRUE);
}

static GtkWidget *
find (Fixture    *f,
      const char *id)
{
  return weir_test_find (GTK_WIDGET (f->window), id);
}

static void
click (Fixture    *f,
       const char *id)
{
  GtkWidget *widget = find (f, id);

  weir_test_click (widget, gtk_widget_get_width (widget) / 2.0,
                   gtk_widget_get_height (widget) / 2.0);
}

static void
show_scenes (Fixture *f)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (WeirPicture) picture = test_scene (1024, 1024, i);

      if (i == 0)
        weir_document_set_picture (f->document, picture);
      else
        weir_staging_add (f->staging, picture);
    }
}

/* --- candidates ----------------------------------------------------------------------------- */

static void
staging_bar (Fixture      *f,
             gconstpointer data)
{
  GtkRevealer *revealer = GTK_REVEALER (find (f, "revealer"));
  gboolean is_comparing;

  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-empty");
  show_scenes (f);
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  click (f, "next");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find (f, "position"))), ==, "2 of 4");
  weir_test_move (GTK_WIDGET (f->canvas), 5, 5);
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-candidates");
  click (f, "compare");
  g_object_get (f->canvas, "compare", &is_comparing, NULL);
  g_assert_true (is_comparing);
  weir_test_move (GTK_WIDGET (f->canvas), 5, 5);
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-compare");
  click (f, "previous");
  click (f, "discard");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find (f, "position"))), ==, "1 of 3");
  weir_staging_set_selected (f->staging, GTK_INVALID_LIST_POSITION);
  g_assert_false (gtk_widget_is_sensitive (find (f, "keep")));
  weir_staging_next (f->staging);
  click (f, "keep");
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find (f, "compare"))));
  weir_test_move (GTK_WIDGET (f->canvas), 5, 5);
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-document");

  /* the bar that is not there takes no click */
  weir_test_click (GTK_WIDGET (f->canvas), gtk_widget_get_width (GTK_WIDGET (f->canvas)) / 2.0,
                   gtk_widget_get_height (GTK_WIDGET (f->canvas)) - 30);
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (f->canvas)));
}

static void
zoom_bar (Fixture      *f,
          gconstpointer data)
{
  show_scenes (f);
  weir_staging_discard_all (f->staging);
  weir_canvas_set_zoom (f->canvas, 0.62);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find (f, "original"))), ==, "62 %");
  click (f, "zoom_in");
  click (f, "zoom_out");
  click (f, "zoom_fit");
  click (f, "original");
  g_assert_cmpstr (f->told->str, ==, "zoom-in\nzoom-out\nzoom-fit\nzoom 1\n");
}

/* --- progress ------------------------------------------------------------------------------- */

static void
progress_text (void)
{
  static const struct { CasProgress progress; const char *text; } cases[] = {
    { { CAS_PHASE_COMPOSING, 12, 20, 1, 1, 0.5, 9 }, "Composing 12 of 20 · about 9 s left" },
    { { CAS_PHASE_COMPOSING, 12, 20, 1, 1, 0.5, 0.2 }, "Composing 12 of 20 · about 1 s left" },
    { { CAS_PHASE_COMPOSING, 1, 20, 1, 1, 0.1, 95 }, "Composing 1 of 20 · about 2 minutes left" },
    { { CAS_PHASE_COMPOSING, 1, 20, 1, 1, 0.1, -1 }, "Composing 1 of 20" },
    { { CAS_PHASE_DETAILING, 1, 10, 2, 4, 0.1, 30 },
      "Image 2 of 4 · Detailing 1 of 10 · about 30 s left" },
    { { CAS_PHASE_COMPILING, 0, 0, 1, 1, 0, -1 }, "Compiling kernels" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = weir_progress_dup_text (&cases[i].progress);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
count_label (GObject    *label,
             GParamSpec *pspec,
             Fixture    *f)
{
  g_string_append_printf (f->told, "%s\n", gtk_label_get_label (GTK_LABEL (label)));
}

/* The steps are shown, and every quarter of them is told. */
static void
progress (Fixture      *f,
          gconstpointer data)
{
  GtkWidget *status = find (f, "status");
  g_autoptr (WeirPicture) growing = test_scene (16, 16, 1);

  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (f->line)), <=, 4);
  gtk_test_accessible_assert_role (status, GTK_ACCESSIBLE_ROLE_STATUS);
  g_signal_connect (status, "notify::label", G_CALLBACK (count_label), f);
  weir_canvas_set_preview (f->canvas, weir_picture_get_image (growing), 1024, 1024);
  for (guint i = 0; i <= 20; i++)
    weir_progress_line_set (f->line, &(CasProgress) { CAS_PHASE_COMPOSING, i, 20, 1, 1,
                                                      i / 20.0, (20 - i) * 3 });
  g_assert_cmpstr (f->told->str, ==, "Composing, 0 percent\nComposing, 25 percent\n"
                                     "Composing, 50 percent\nComposing, 75 percent\n");
  weir_progress_line_set (f->line, &(CasProgress) { CAS_PHASE_COMPOSING, 12, 20, 1, 1, 0.6, 9 });
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find (f, "label"))), ==,
                   "Composing 12 of 20 · about 9 s left");
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-progress");
  g_string_truncate (f->told, 0);
  click (f, "cancel");
  g_assert_cmpstr (f->told->str, ==, "cancel\n");
  weir_progress_line_end (f->line, "Cancelled");
  g_assert_cmpstr (f->told->str, ==, "cancel\nCancelled\n");
  /* each job from its beginning */
  weir_progress_line_set (f->line, &(CasProgress) { CAS_PHASE_COMPOSING, 0, 20, 1, 1, 0.02, -1 });
  g_assert_cmpstr (f->told->str, ==, "cancel\nCancelled\nComposing, 0 percent\n");
  weir_progress_line_clear (f->line);
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (f->line)), <=, 4);
}

/* --- looks ---------------------------------------------------------------------------------- */

static void
dark (Fixture      *f,
      gconstpointer data)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_auto (GValue) texture = G_VALUE_INIT;

  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  show_scenes (f);
  weir_progress_line_set (f->line, &(CasProgress) { CAS_PHASE_DETAILING, 4, 10, 2, 4, 0.4, 130 });
  gtk_widget_grab_focus (GTK_WIDGET (f->canvas));
  weir_test_key (GTK_WIDGET (f->canvas), "Right");
  weir_test_key (GTK_WIDGET (f->canvas), "Tab");
  weir_test_key (GTK_WIDGET (f->canvas), "shift+Tab");
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (f->canvas)));
  g_assert_true (gtk_window_get_focus_visible (f->window));
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-dark");
  g_value_init (&texture, GDK_TYPE_TEXTURE);
  g_value_set_object (&texture,
                      weir_picture_get_texture (weir_document_get_picture (f->document)));
  g_assert_true (weir_drop_zones_offer (f->zones, &texture));
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-zones-dark");
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);
}

/* The column becomes as narrow as the window can, in a script from right to left. */
static void
narrow (Fixture      *f,
        gconstpointer data)
{
  int least;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  show_scenes (f);
  weir_progress_line_set (f->line, &(CasProgress) { CAS_PHASE_DETAILING, 4, 10, 2, 4, 0.4, 130 });
  gtk_window_set_default_size (f->window, 480, 400);
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-narrow-rtl");
  /* the arrows go where those on the buttons point */
  gtk_widget_grab_focus (GTK_WIDGET (f->canvas));
  weir_test_key (GTK_WIDGET (f->canvas), "Left");
  g_assert_cmpuint (weir_staging_get_selected (f->staging), ==, 1);
  gtk_widget_measure (gtk_window_get_child (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &least,
                      NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 480);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
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
    { "/ui/canvas-column/staging-bar", staging_bar },
    { "/ui/canvas-column/zoom-bar", zoom_bar },
    { "/ui/canvas-column/progress", progress },
    { "/ui/canvas-column/dark", dark },
    { "/ui/canvas-column/narrow", narrow },
  };

  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/canvas-column/progress-text", progress_text);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
