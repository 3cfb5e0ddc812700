/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be dropped on the canvas or is pasted, and the zones that say what it becomes. */

#include "support/test-window.h"

#include <glib/gstdio.h>
#include <time.h>

#include "canvas/canvas.h"
#include "canvas/drop-zones.h"
#include "support/scene.h"

/* The zones over a canvas. */
typedef struct
{
  WeirDocument  *document;
  WeirStaging   *staging;
  WeirCanvas    *canvas;
  WeirDropZones *zones;
  GtkWindow     *window;
  GString       *told; /* what actions and signals said */
} Fixture;

static void
activated (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->told, "%s %s\n", g_action_get_name (G_ACTION (action)),
                          g_variant_get_string (parameter, NULL));
}

static void
texture_came (WeirDropZones *zones,
              const char    *action,
              GdkTexture    *texture,
              Fixture       *f)
{
  g_string_append_printf (f->told, "%s %d×%d\n", action, gdk_texture_get_width (texture),
                          gdk_texture_get_height (texture));
}

static void
refused (WeirDropZones *zones,
         const char    *sentence,
         Fixture       *f)
{
  g_string_append_printf (f->told, "%s\n", sentence);
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  static const GActionEntry entries[] = {
    { "open-path", activated, "s" },
    { "vary-path", activated, "s" },
    { "guide-path", activated, "s" },
    { "mask-path", activated, "s" },
    { "add-lora-path", activated, "s" },
    { "use-model", activated, "s" },
    { "use-settings", activated, "s" },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  f->told = g_string_new (NULL);
  f->document = weir_document_new ();
  f->staging = weir_staging_new (f->document);
  f->canvas = WEIR_CANVAS (weir_canvas_new ());
  f->zones = WEIR_DROP_ZONES (weir_drop_zones_new ());
  g_object_set (f->canvas, "document", f->document, "staging", f->staging, NULL);
  g_object_set (f->zones, "child", f->canvas, "vexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->zones));
  f->window = weir_test_show (box, 640, 560);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), f);
  gtk_widget_insert_action_group (GTK_WIDGET (f->window), "win", G_ACTION_GROUP (actions));
  g_signal_connect (f->zones, "texture", G_CALLBACK (texture_came), f);
  g_signal_connect (f->zones, "refused", G_CALLBACK (refused), f);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  gpointer left[] = { f->window, f->canvas, f->zones, f->staging, f->document };

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
show_scene (Fixture *f)
{
  g_autoptr (WeirPicture) picture = test_scene (1024, 1024, 0);

  weir_document_set_picture (f->document, picture);
}

static GtkDropTarget *
target_of (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  g_error ("nothing can be dropped there");
}

static GtkWidget *
zone (Fixture    *f,
      const char *name)
{
  static const char *const boxes[] = { "large", "strips" };

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    for (GtkWidget *child = gtk_widget_get_first_child (find (f, boxes[i])); child;
         child = gtk_widget_get_next_sibling (child))
      if (g_strcmp0 (gtk_widget_get_name (child), name) == 0)
        return child;
  g_error ("there is no zone “%s”", name);
}

static void
drop (Fixture      *f,
      const char   *name,
      const GValue *value)
{
  gboolean is_taken = FALSE;

  g_signal_emit_by_name (target_of (zone (f, name)), "drop", value, 5.0, 5.0, &is_taken);
  g_assert_true (is_taken);
}

static void
drops (Fixture      *f,
       gconstpointer data)
{
  g_auto (GValue) file = G_VALUE_INIT, remote = G_VALUE_INIT, files = G_VALUE_INIT;
  g_auto (GValue) texture = G_VALUE_INIT, none = G_VALUE_INIT;
  g_autoptr (WeirPicture) picture = test_grid (30, 20, 0);
  GSList *list;

  g_value_init (&file, G_TYPE_FILE);
  g_value_take_object (&file, g_file_new_for_path ("/pictures/fox.png"));
  drop (f, "open", &file);
  drop (f, "vary", &file);
  drop (f, "guide", &file);
  drop (f, "mask", &file);
  drop (f, "settings", &file);
  g_assert_cmpstr (f->told->str, ==, "open-path /pictures/fox.png\nvary-path /pictures/fox.png\n"
                                     "guide-path /pictures/fox.png\nmask-path /pictures/fox.png\n"
                                     "use-settings /pictures/fox.png\n");

  g_string_truncate (f->told, 0);
  list = g_slist_append (g_slist_append (NULL, g_file_new_for_path ("/a.png")),
                         g_file_new_for_path ("/b.png"));
  g_value_init (&files, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&files, list);
  drop (f, "open", &files);
  g_slist_free_full (list, g_object_unref);
  g_value_init (&none, GDK_TYPE_FILE_LIST);
  drop (f, "open", &none);
  g_value_init (&texture, GDK_TYPE_TEXTURE);
  g_value_set_object (&texture, weir_picture_get_texture (picture));
  drop (f, "vary", &texture);
  g_value_init (&remote, G_TYPE_FILE);
  g_value_take_object (&remote, g_file_new_for_uri ("https://example.org/fox.png"));
  drop (f, "open", &remote);
  g_assert_cmpstr (f->told->str, ==,
                   "open-path /a.png\n"
                   "One file is taken at a time. Of these, it was “a.png”.\n"
                   "There is no file in what was dropped.\n"
                   "win.vary-path 30×20\n"
                   "“https://example.org/fox.png” is not a file on this computer.\n");
}

/* What can become one thing only does so on any zone. */
static void
drops_others (Fixture      *f,
              gconstpointer data)
{
  static const struct { const char *path, *wanted; } rows[] = {
    { "/x/fox.weir", "open-path /x/fox.weir\n" },
    { "/x/Fox.WEIR", "open-path /x/Fox.WEIR\n" },
    { "/x/style.safetensors", "add-lora-path /x/style.safetensors\n" },
    { "/x/.weir", "vary-path /x/.weir\n" },
    { "/x/weir.png", "vary-path /x/weir.png\n" },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_string_truncate (f->told, 0);
      g_value_init (&value, G_TYPE_FILE);
      g_value_take_object (&value, g_file_new_for_path (rows[r].path));
      drop (f, "vary", &value);
      g_assert_cmpstr (f->told->str, ==, rows[r].wanted);
      g_string_truncate (f->told, 0);
      g_assert_true (weir_drop_zones_offer (f->zones, &value));
      g_assert_cmpstr (f->told->str, ==, r < 3 ? rows[r].wanted : "");
      g_assert_cmpint (gtk_widget_get_visible (find (f, "veil")), ==, r >= 3);
      if (r >= 3)
        weir_test_key (find (f, "veil"), "Escape");
    }
}

/* A picture that says how it was made, in a folder of its own; the path is to be freed after
 * remove_made(). */
static char *
save_made (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "made.png", NULL);
  g_autoptr (WeirPicture) picture = test_scene (256, 256, 2);
  const CasMetadata metadata = {
    .prompt = (char *) "a fox", .width = 256, .height = 256, .seed = 1, .sampler = (char *) "ddpm",
    .steps = 20, .cfg = 4, .shift = 2, .decoder_steps = 10, .decoder_cfg = 1,
    .model = (char *) "demo",
  };

  g_assert_no_error (error);
  cas_image_save_png (weir_picture_get_image (picture), path, &metadata, FALSE, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

static void
remove_made (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

/* A real drag within the program, as of a picture of the history. */
static void
drags (Fixture      *f,
       gconstpointer data)
{
  GtkWidget *veil = find (f, "veil"), *target = zone (f, "vary");
  GtkWidget *label = gtk_label_new ("fox.png");
  GtkDragSource *source = gtk_drag_source_new ();
  g_autofree char *path = save_made ();
  g_autofree char *wanted = g_strdup_printf ("vary-path %s\n", path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GdkContentProvider) content = gdk_content_provider_new_typed (G_TYPE_FILE, file);

  gtk_drag_source_set_content (source, content);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_box_append (GTK_BOX (gtk_window_get_child (f->window)), label);
  weir_test_settle (GTK_WIDGET (f->window));

  weir_test_move (label, 10, 10);
  weir_test_do (label, (const char *[]) { "mousedown", "1", NULL });
  for (guint i = 1; i <= 4; i++)
    weir_test_move (label, 10 + 10 * i, 10 - 5 * (int) i);
  weir_test_move (GTK_WIDGET (f->canvas), 300, 300);
  weir_test_move (GTK_WIDGET (f->canvas), 310, 300);
  weir_test_wait (is_mapped, veil, 10, "the zones");
  weir_test_wait (is_mapped, zone (f, "settings"), 10, "the settings of what is dragged");
  weir_test_move (target, 40, 40);
  weir_test_move (target, 50, 50);
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-zones-drag");
  weir_test_do (label, (const char *[]) { "mouseup", "1", NULL });
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_cmpstr (f->told->str, ==, wanted);
  g_assert_false (gtk_widget_get_visible (veil));
  remove_made (path);
}

/* A folder can be a model, by the keyboard too. */
static void
offers_folder (Fixture      *f,
               gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree char *wanted = g_strdup_printf ("use-model %s\n", folder);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_FILE);
  g_value_take_object (&value, g_file_new_for_path (folder));
  g_assert_true (weir_drop_zones_offer (f->zones, &value));
  weir_test_wait (is_mapped, zone (f, "model"), 10, "the zone of a folder");
  g_assert_false (gtk_widget_get_visible (zone (f, "open")));
  weir_test_settle (GTK_WIDGET (f->window));
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-zones-folder");
  weir_test_key (GTK_WIDGET (f->window), "Return");
  g_assert_cmpstr (f->told->str, ==, wanted);
  g_rmdir (folder);
}

/* There is a mask where there is something to mask. */
static void
offers_mask (Fixture      *f,
             gconstpointer data)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (WeirPicture) picture = test_grid (30, 20, 0);

  g_value_init (&value, GDK_TYPE_TEXTURE);
  g_value_set_object (&value, weir_picture_get_texture (picture));
  for (guint i = 0; i < 2; i++)
    {
      g_object_set (f->zones, "has-document", i == 1, NULL);
      weir_drop_zones_offer (f->zones, &value);
      weir_test_settle (GTK_WIDGET (f->window));
      g_assert_cmpint (gtk_widget_get_mapped (zone (f, "mask")), ==, i == 1);
      weir_test_screenshot (GTK_WIDGET (f->window), i == 1 ? "canvas-zones-4" : "canvas-zones-3");
      weir_test_key (find (f, "veil"), "Escape");
    }
}

static gboolean
is_null (gpointer place)
{
  return *(gpointer *) place == NULL;
}

static gint64
get_cpu_us (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spent);
  return spent.tv_sec * G_USEC_PER_SEC + spent.tv_nsec / 1000;
}

/* What is looked up by its pixels is read in a thread, however large. */
static void
offers_large (Fixture      *f,
              gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree char *index = g_build_filename (folder, "index", NULL);
  WeirLibrary *library = weir_library_new (folder, index, folder);
  g_autoptr (WeirPicture) picture = test_grid (4096, 4096, 0);
  g_auto (GValue) value = G_VALUE_INIT;
  gint64 begin;

  g_object_set (f->zones, "library", library, NULL);
  g_value_init (&value, GDK_TYPE_TEXTURE);
  g_value_set_object (&value, weir_picture_get_texture (picture));
  begin = get_cpu_us ();
  weir_drop_zones_offer (f->zones, &value);
  g_test_message ("%" G_GINT64_FORMAT " µs", get_cpu_us () - begin);
  g_assert_cmpint (get_cpu_us () - begin, <, 50 * 1000);
  weir_test_key (find (f, "veil"), "Escape");
  g_object_set (f->zones, "library", NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (library), (gpointer *) &library);
  g_object_unref (library);
  weir_test_wait (is_null, &library, 30, "the library is left alone");
}

/* Pasting asks by the same zones, for the keyboard; a picture that says how it was made can give
 * its settings. */
static void
offers (Fixture      *f,
        gconstpointer data)
{
  g_autofree char *path = save_made ();
  g_autofree char *wanted = g_strdup_printf ("use-settings %s\n", path);
  g_auto (GValue) value = G_VALUE_INIT, text = G_VALUE_INIT;
  GtkWidget *veil = find (f, "veil"), *strip = zone (f, "settings");

  show_scene (f);
  gtk_widget_grab_focus (GTK_WIDGET (f->canvas));
  g_value_init (&text, G_TYPE_STRING);
  g_assert_false (weir_drop_zones_offer (f->zones, &text));
  g_assert_false (gtk_widget_get_visible (veil));

  g_value_init (&value, G_TYPE_FILE);
  g_value_take_object (&value, g_file_new_for_path (path));
  g_assert_true (weir_drop_zones_offer (f->zones, &value));
  g_assert_false (gtk_widget_get_visible (strip));
  weir_test_wait (is_mapped, strip, 10, "the settings of a picture");
  weir_test_screenshot (GTK_WIDGET (f->window), "canvas-zones");
  gtk_test_accessible_assert_role (strip, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (strip, GTK_ACCESSIBLE_PROPERTY_LABEL, "Use Its Settings");
  weir_test_key (veil, "Escape");
  g_assert_false (gtk_widget_get_visible (veil));
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (f->canvas)));

  g_assert_true (weir_drop_zones_offer (f->zones, &value));
  weir_test_wait (is_mapped, strip, 10, "the settings of a picture");
  for (guint i = 0; i < 3; i++)
    weir_test_key (veil, "Tab");
  weir_test_key (veil, "Return");
  g_assert_cmpstr (f->told->str, ==, wanted);
  g_assert_false (gtk_widget_get_visible (veil));
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (f->canvas)));
  remove_made (path);
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
    { "/ui/drop-zones/drops", drops },
    { "/ui/drop-zones/drops-others", drops_others },
    { "/ui/drop-zones/drags", drags },
    { "/ui/drop-zones/offers", offers },
    { "/ui/drop-zones/offers-folder", offers_folder },
    { "/ui/drop-zones/offers-mask", offers_mask },
    { "/ui/drop-zones/offers-large", offers_large },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
