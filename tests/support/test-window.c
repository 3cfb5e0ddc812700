/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns the main loop, takes pictures, and sends what xdotool can send. */

#include "support/test-window.h"

#include <libintl.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "application.h"

#define SETTLE_SECONDS 10

static void
steady_settings (void)
{
  g_object_set (gtk_settings_get_default (),
                "gtk-enable-animations", FALSE,
                "gtk-cursor-blink", FALSE,
                "gtk-font-name", "DejaVu Sans, Noto Sans CJK KR 10",
                "gtk-xft-dpi", 96 * 1024,
                "gtk-icon-theme-name", "Adwaita",
                NULL);
}

static const char *
peek_message (const GLogField *fields,
              gsize            n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      return fields[i].value;
  return "";
}

/* What libadwaita does wrong within its own widgets, and GTK complains of since 4.18: the heading of
 * a message is measured as one line where it will be two, and the height of a page is rounded up at
 * its full width and down at its least. */
static gboolean
is_of_libadwaita (const char *message)
{
  gpointer widget;

  if (sscanf (message, "Trying to measure GtkLabel %p ", &widget) == 1)
    return gtk_widget_get_ancestor (widget, ADW_TYPE_MESSAGE_DIALOG) != NULL;
  if (sscanf (message, "AdwClamp %p (clamp) reported min height ", &widget) == 1)
    return gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_PAGE) != NULL;
  return FALSE;
}

static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         data)
{
  if (is_of_libadwaita (peek_message (fields, n_fields)))
    return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, data);
}

void
weir_test_init (int    *argc,
                char ***argv)
{
  const char *locale = g_getenv ("WEIR_TEST_LOCALE");

  /* before GTK asks for its own words */
  setlocale (LC_ALL, "");
  if (locale)
    bindtextdomain (GETTEXT_PACKAGE, locale);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_init (argc, argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  adw_init ();
}

/* A file, or a folder with all that is in it. Links are not followed. */
static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir =
    g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);

  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name; name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

static char *
dup_pictures (void)
{
  return g_build_filename (g_get_user_data_dir (), "pictures", NULL);
}

/* What an earlier test left would be found again. */
static void
forget_all (void)
{
  g_autofree char *state = g_build_filename (g_get_user_state_dir (), "weir", NULL);
  g_autofree char *data = g_build_filename (g_get_user_data_dir (), "weir", NULL);
  g_autofree char *pictures = dup_pictures ();
  g_autoptr (GSettings) settings = g_settings_new (WEIR_APP_ID);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  remove_all (state);
  remove_all (data);
  remove_all (pictures);
  for (guint i = 0; keys[i]; i++)
    g_settings_reset (settings, keys[i]);
}

WeirWindow *
weir_test_open (void)
{
  forget_all ();
  return weir_test_open_again ();
}

WeirWindow *
weir_test_open_again (void)
{
  g_autoptr (GSettings) settings = g_settings_new (WEIR_APP_ID);
  g_autofree char *pictures = dup_pictures ();
  g_autoptr (GError) error = NULL;
  WeirApplication *app = weir_application_new (G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN, NULL);
  GtkWindow *window;

  g_settings_set_string (settings, "save-folder", pictures);
  g_assert_true (g_application_register (G_APPLICATION (app), NULL, &error));
  g_assert_no_error (error);
  steady_settings ();
  /* g_application_run() is what would make it the default */
  g_application_set_default (G_APPLICATION (app));
  g_application_activate (G_APPLICATION (app));

  window = gtk_application_get_active_window (GTK_APPLICATION (app));
  g_assert_nonnull (window);
  weir_test_settle (GTK_WIDGET (window));
  return WEIR_WINDOW (window);
}

GtkWindow *
weir_test_show (GtkWidget *child,
                int        width,
                int        height)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();
  GtkWidget *window;

  steady_settings ();
  gtk_css_provider_load_from_resource (style, "/io/github/weir/Weir/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/weir/Weir/icons");
  window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  weir_test_settle (window);
  return GTK_WINDOW (window);
}

static gboolean
is_freed (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* A thread that reads for the window may hold it until it is done. */
void
weir_test_close (WeirWindow *window)
{
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (window));
  gpointer left = window;

  g_object_add_weak_pointer (G_OBJECT (window), &left);
  gtk_window_destroy (GTK_WINDOW (window));
  /* As g_application_run() would at its end. That alone takes the application off the bus, without
   * which it must not be freed. */
  g_signal_emit_by_name (app, "shutdown");
  weir_test_wait (is_freed, &left, SETTLE_SECONDS, "the closed window to be freed");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_application_set_default (NULL);
}

typedef struct
{
  gboolean is_late;
  guint    n_frames;
} Turning;

static gboolean
be_late (gpointer data)
{
  ((Turning *) data)->is_late = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
count_frame (GtkWidget     *widget,
             GdkFrameClock *clock,
             gpointer       data)
{
  ((Turning *) data)->n_frames++;
  return G_SOURCE_CONTINUE;
}

void
weir_test_settle (GtkWidget *widget)
{
  Turning turning = { 0 };
  const guint late_id = g_timeout_add_seconds (SETTLE_SECONDS, be_late, &turning);
  const guint tick_id = gtk_widget_add_tick_callback (widget, count_frame, &turning, NULL);
  const guint enough = 3;

  while (turning.n_frames < enough && !turning.is_late)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_remove_tick_callback (widget, tick_id);
  while (g_main_context_pending (NULL) && !turning.is_late)
    g_main_context_iteration (NULL, FALSE);
  if (turning.is_late)
    g_error ("the window did not come to rest in %d seconds", SETTLE_SECONDS);
  g_source_remove (late_id);
}

void
weir_test_wait (gboolean  (*is_done) (gpointer data),
                gpointer    data,
                guint       seconds,
                const char *what)
{
  Turning turning = { 0 };
  const guint late_id = g_timeout_add_seconds (seconds, be_late, &turning);

  while (!is_done (data) && !turning.is_late)
    g_main_context_iteration (NULL, TRUE);
  if (turning.is_late)
    g_error ("waited %u seconds in vain for %s", seconds, what);
  g_source_remove (late_id);
}

static GtkWidget *
find (GtkWidget  *root,
      const char *id)
{
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)), id) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, id);

      if (found)
        return found;
    }
  return NULL;
}

GtkWidget *
weir_test_find (GtkWidget  *root,
                const char *id)
{
  GtkWidget *found = find (root, id);

  if (!found)
    g_error ("there is no “%s” in the window", id);
  return found;
}

void
weir_test_screenshot (GtkWidget  *widget,
                      const char *name)
{
  const char *folder = g_getenv ("WEIR_SCREENSHOTS");
  g_autofree char *file = g_strconcat (name, ".png", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  const float scale = (float) gtk_widget_get_scale_factor (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  graphene_rect_t whole;

  g_assert_nonnull (folder);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  weir_test_settle (widget);
  gtk_snapshot_scale (snapshot, scale, scale);
  /* with its shadow, and so not scaled */
  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  /* the shadow's edge is not on a pixel's */
  gsk_render_node_get_bounds (node, &whole);
  graphene_rect_round_extents (&whole, &whole);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)),
                                         node, &whole);
  path = g_build_filename (folder, file, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

gboolean
weir_test_has_input (void)
{
  return g_strcmp0 (g_getenv ("GDK_BACKEND"), "wayland") != 0;
}

/* --- input ---------------------------------------------------------------------------------- */

static gboolean
has_ended (gpointer data)
{
  return *(gboolean *) data;
}

static void
ended (GObject      *source,
       GAsyncResult *result,
       gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* The main loop turns while xdotool runs, so that what it does arrives. */
static void
run_xdotool (GtkWidget          *widget,
             const char *const  *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);
  gboolean is_done = FALSE;

  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, ended, &is_done);
  weir_test_wait (has_ended, &is_done, SETTLE_SECONDS, argv[1]);
  weir_test_settle (widget);
}

/* Where a place within a widget is on the screen: the window stands at its corner, and what pops up
 * somewhere in it. */
static void
to_screen (GtkWidget *widget,
           double     x,
           double     y,
           char       text[2][16])
{
  const int scale = gtk_widget_get_scale_factor (widget);
  GtkNative *native = gtk_widget_get_native (widget);
  graphene_point_t point;
  double dx, dy;

  g_assert_true (gtk_widget_compute_point (widget, GTK_WIDGET (native),
                                           &GRAPHENE_POINT_INIT ((float) x, (float) y), &point));
  gtk_native_get_surface_transform (native, &dx, &dy);
  for (GdkSurface *surface = gtk_native_get_surface (native); GDK_IS_POPUP (surface);
       surface = gdk_popup_get_parent (GDK_POPUP (surface)))
    {
      dx += gdk_popup_get_position_x (GDK_POPUP (surface));
      dy += gdk_popup_get_position_y (GDK_POPUP (surface));
    }
  g_snprintf (text[0], sizeof text[0], "%d", (int) floor ((point.x + dx) * scale));
  g_snprintf (text[1], sizeof text[1], "%d", (int) floor ((point.y + dy) * scale));
}

void
weir_test_move (GtkWidget *widget,
                double     x,
                double     y)
{
  char at[2][16];

  to_screen (widget, x, y, at);
  run_xdotool (widget, (const char *[]) { "xdotool", "mousemove", at[0], at[1], NULL });
}

void
weir_test_click (GtkWidget *widget,
                 double     x,
                 double     y)
{
  weir_test_move (widget, x, y);
  run_xdotool (widget, (const char *[]) { "xdotool", "click", "1", NULL });
}

void
weir_test_drag (GtkWidget *widget,
                double     from_x,
                double     from_y,
                double     to_x,
                double     to_y)
{
  const guint n_steps = 8;

  weir_test_move (widget, from_x, from_y);
  run_xdotool (widget, (const char *[]) { "xdotool", "mousedown", "1", NULL });
  for (guint i = 1; i <= n_steps; i++)
    weir_test_move (widget, from_x + (to_x - from_x) * i / n_steps,
                    from_y + (to_y - from_y) * i / n_steps);
  run_xdotool (widget, (const char *[]) { "xdotool", "mouseup", "1", NULL });
}

void
weir_test_key (GtkWidget  *widget,
               const char *key)
{
  run_xdotool (widget, (const char *[]) { "xdotool", "key", "--clearmodifiers", key, NULL });
}

void
weir_test_type (GtkWidget  *widget,
                const char *text)
{
  run_xdotool (widget, (const char *[]) { "xdotool", "type", "--delay", "5", "--", text, NULL });
}

void
weir_test_do (GtkWidget         *widget,
              const char *const *words)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) "xdotool");
  for (guint i = 0; words[i]; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, NULL);
  run_xdotool (widget, (const char *const *) argv->pdata);
}
