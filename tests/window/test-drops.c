/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of what is pasted or dropped: guides, masks, references, LoRAs, models, projects. */

#include "support/test-window.h"

#include <glib/gstdio.h>
#include <string.h>

#include "reference.h"
#include "window-private.h"

#define PATIENCE 30 /* seconds */

typedef struct
{
  WeirWindow *window;
  char       *folder;
} Fixture;

/* Left half black, right half white. */
static CasImage *
new_halves (guint side)
{
  CasImage *image = cas_image_new (side, side, NULL);

  for (guint i = 0; i < side * side; i++)
    memset (cas_image_get_pixels (image) + 3 * i, i % side < side / 2 ? 0 : 255, 3);
  return image;
}

/* The same with nothing on the left and something dark on the right. */
static GdkTexture *
new_hidden_half (guint side)
{
  g_autofree guint32 *argb = g_new (guint32, side * side);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < side * side; i++)
    argb[i] = i % side < side / 2 ? 0 : 0xff282828u;
  bytes = g_bytes_new (argb, 4 * side * side);
  return gdk_memory_texture_new ((int) side, (int) side, GDK_MEMORY_DEFAULT, bytes, 4 * side);
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->window = weir_test_open ();
  f->folder = g_dir_make_tmp ("weir-drops-XXXXXX", NULL);
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

static char *
put (Fixture    *f,
     const char *name,
     CasImage   *image)
{
  char *path = g_build_filename (f->folder, name, NULL);

  g_assert_true (cas_image_save_png (image, path, NULL, TRUE, NULL));
  return path;
}

static void
begin_document (Fixture *f,
                guint    side)
{
  g_autoptr (CasImage) image = cas_image_new (side, side, NULL);
  g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);

  weir_document_begin (f->window->document, picture);
  weir_test_settle (GTK_WIDGET (f->window));
}

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

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

static GtkWidget *
find_label (GtkWidget  *root,
            const char *part)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), part))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, part);

      if (found)
        return found;
    }
  return NULL;
}

typedef struct
{
  Fixture    *f;
  const char *part;
} Said;

static gboolean
is_said (gpointer data)
{
  const Said *said = data;

  return find_label (GTK_WIDGET (said->f->window), said->part) != NULL;
}

static void
wait_for_words (Fixture    *f,
                const char *part)
{
  weir_test_wait (is_said, &(Said) { f, part }, PATIENCE, part);
}

/* Pastes, and chooses a zone by keys alone. */
static void
paste_as (Fixture    *f,
          const char *name)
{
  GtkWidget *zone = find_named (GTK_WIDGET (f->window->drop_zones), name);

  gtk_widget_grab_focus (GTK_WIDGET (f->window->history));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.paste", NULL);
  weir_test_wait (is_mapped, zone, PATIENCE, "the zones");
  for (guint i = 0; i < 8 && !gtk_widget_has_focus (zone); i++)
    weir_test_key (GTK_WIDGET (f->window), "Tab");
  g_assert_true (gtk_widget_has_focus (zone));
  weir_test_key (GTK_WIDGET (f->window), "Return");
}

static void
copy_texture (Fixture  *f,
              CasImage *image)
{
  g_autoptr (GdkTexture) texture = weir_texture_new (image);

  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (f->window)), texture);
}

static void
copy_file (Fixture    *f,
           const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  gdk_clipboard_set (gtk_widget_get_clipboard (GTK_WIDGET (f->window)), G_TYPE_FILE, file);
}

/* --- guides ---------------------------------------------------------------------------------- */

static gboolean
has_guide (gpointer f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) f)->window->guides)) == 1;
}

static gboolean
has_focus_in_guides (gpointer f)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (((Fixture *) f)->window));

  return focus &&
         gtk_widget_is_ancestor (focus, GTK_WIDGET (((Fixture *) f)->window->guidance_panel));
}

/* From a texture and from a file; the panel is scrolled to it. */
static void
guide (Fixture      *f,
       gconstpointer data)
{
  const gboolean is_file = GPOINTER_TO_UINT (data);
  g_autoptr (CasImage) image = new_halves (64);
  g_autofree char *path = put (f, "halves.png", image);
  g_autoptr (WeirGuide) made = NULL;

  if (is_file)
    copy_file (f, path);
  else
    copy_texture (f, image);
  paste_as (f, "guide");
  weir_test_wait (has_guide, f, PATIENCE, "a guide");
  made = g_list_model_get_item (G_LIST_MODEL (f->window->guides), 0);
  g_assert_cmpint (weir_guide_get_kind (made), ==, CAS_CONTROL_CANNY);
  g_assert_cmpstr (weir_guide_get_name (made), ==, is_file ? "halves.png" : "Pasted Image");
  g_assert_nonnull (weir_guide_get_picture (made));
  weir_test_wait (has_focus_in_guides, f, PATIENCE, "the guide's row is shown");
  weir_test_settle (GTK_WIDGET (f->window));
  weir_test_screenshot (GTK_WIDGET (f->window), "drops-guide");
}

/* --- masks ----------------------------------------------------------------------------------- */

static gboolean
has_mask (gpointer f)
{
  return !weir_mask_is_empty (weir_document_get_mask (((Fixture *) f)->window->document));
}

/* By brightness, by alpha where there is some, scaled to the document; one step to undo. */
static void
mask (Fixture      *f,
      gconstpointer data)
{
  static const struct { gboolean is_file, has_alpha; guint side; } rows[] = {
    { FALSE, FALSE, 64 }, { FALSE, FALSE, 128 }, { TRUE, FALSE, 64 }, { TRUE, TRUE, 64 },
    { FALSE, TRUE, 64 },
  };

  begin_document (f, 64);
  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_autoptr (CasImage) image = new_halves (rows[r].side);
      g_autoptr (GdkTexture) texture = rows[r].has_alpha ? new_hidden_half (rows[r].side)
                                                         : weir_texture_new (image);
      g_autofree char *path = g_build_filename (f->folder, "mask.png", NULL);
      guint8 pixels[64 * 64];

      g_assert_true (gdk_texture_save_to_png (texture, path));
      if (rows[r].is_file)
        copy_file (f, path);
      else
        gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (f->window)), texture);
      paste_as (f, "mask");
      weir_test_wait (has_mask, f, PATIENCE, "a mask");
      weir_mask_read (weir_document_get_mask (f->window->document), pixels, 64);
      g_assert_cmpuint (pixels[10], ==, 0);
      g_assert_cmpuint (pixels[64 * 40 + 50], ==, 255);
      if (r == 0)
        weir_test_screenshot (GTK_WIDGET (f->window), "drops-mask");
      weir_test_settle (GTK_WIDGET (f->window));
      gtk_widget_grab_focus (GTK_WIDGET (f->window->canvas));
      weir_test_key (GTK_WIDGET (f->window), "ctrl+z");
      g_assert_true (weir_mask_is_empty (weir_document_get_mask (f->window->document)));
    }
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.new", NULL);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.mask-path", "s", "/x.png");
  wait_for_words (f, "no image on the canvas that this could be the mask of");
}

/* --- references ------------------------------------------------------------------------------ */

static gboolean
has_new_reference (gpointer f)
{
  GListModel *references = G_LIST_MODEL (((Fixture *) f)->window->references);
  g_autoptr (WeirReference) first = g_list_model_get_item (references, 0);

  return g_list_model_get_n_items (references) == 1 && weir_reference_get_weight (first) == 1;
}

/* It alone is what the next picture is like, the words stay, and a press takes that back. */
static void
vary (Fixture      *f,
      gconstpointer data)
{
  g_autoptr (CasImage) image = new_halves (64);
  g_autoptr (WeirPicture) picture = weir_picture_new (image, NULL);
  g_autofree char *path = put (f, "halves.png", image);
  g_autofree char *prompt = NULL;
  g_autoptr (WeirReference) left = NULL;
  g_autoptr (WeirReference) back = NULL;

  for (guint i = 0; i < 2; i++)
    weir_window_add_reference (f->window, picture, "before");
  left = g_list_model_get_item (G_LIST_MODEL (f->window->references), 0);
  g_object_set (left, "weight", 0.5, NULL);
  g_object_set (f->window->params, "prompt", "a red fox", NULL);
  copy_file (f, path);
  paste_as (f, "vary");
  weir_test_wait (has_new_reference, f, PATIENCE, "one reference of full weight");
  g_object_get (f->window->params, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "a red fox");
  g_assert_cmpstr (adw_split_button_get_label (f->window->generate_button), ==, "_Vary");
  wait_for_words (f, "The next images will be like “halves.png”. Press Vary to make them.");
  weir_test_settle (GTK_WIDGET (f->window));
  weir_test_screenshot (GTK_WIDGET (f->window), "drops-vary");

  weir_test_move (find_label (GTK_WIDGET (f->window->toasts), "Undo"), 5, 5);
  weir_test_do (GTK_WIDGET (f->window), (const char *[]) { "click", "1", NULL });
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->window->references)), ==, 2);
  back = g_list_model_get_item (G_LIST_MODEL (f->window->references), 0);
  g_assert_true (back == left);
}

/* --- what is no picture ---------------------------------------------------------------------- */

/* Each says in a sentence what became of it. */
static void
others (Fixture      *f,
        gconstpointer data)
{
  static const struct { const char *name, *words; } rows[] = {
    { "style.safetensors", "“style.safetensors” was added to the LoRAs." },
    { "notes.txt", "notes.txt" },
    { "broken.weir", "broken.weir" },
  };
  g_autofree char *empty = g_dir_make_tmp ("weir-empty-XXXXXX", NULL);
  g_autofree char *model = NULL;

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_autofree char *path = g_build_filename (f->folder, rows[r].name, NULL);

      g_assert_true (g_file_set_contents (path, "nothing of the kind", -1, NULL));
      copy_file (f, path);
      if (r == 1)
        paste_as (f, "open");
      else
        gtk_widget_activate_action (GTK_WIDGET (f->window), "win.paste", NULL);
      wait_for_words (f, rows[r].words);
    }
  weir_test_screenshot (GTK_WIDGET (f->window), "drops-refused");

  /* a folder that is no model leaves the one there is, and the list of models as it was */
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.open-path", "s", empty);
  wait_for_words (f, "is no model folder");
  g_rmdir (empty);
  weir_test_settle (GTK_WIDGET (f->window));
  model = g_settings_get_string (weir_application_get_settings (f->window->app), "model");
  g_assert_cmpstr (model, ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (
                      G_LIST_MODEL (weir_application_get_models (f->window->app))), ==, 1);
}

/* --- beside the canvas ----------------------------------------------------------------------- */

static void
drop_on (GtkWidget  *widget,
         const char *path)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, G_TYPE_FILE);
  g_value_take_object (&value, g_file_new_for_path (path));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 5.0, 5.0, &is_taken);
    }
  g_assert_true (is_taken);
}

/* The prompt takes a picture's settings, elsewhere it is asked; a LoRA is added wherever it falls. */
static void
beside (Fixture      *f,
        gconstpointer data)
{
  GtkWidget *zone = find_named (GTK_WIDGET (f->window->drop_zones), "open");
  g_autoptr (CasImage) image = new_halves (64);
  g_autofree char *path = put (f, "halves.png", image);
  g_autofree char *lora = g_build_filename (f->folder, "style.safetensors", NULL);

  drop_on (GTK_WIDGET (f->window->prompt_panel), path);
  wait_for_words (f, "“halves.png” does not say how it was made");
  g_assert_false (gtk_widget_get_mapped (zone));

  drop_on (GTK_WIDGET (f->window), path);
  weir_test_wait (is_mapped, zone, PATIENCE, "the zones");
  weir_test_key (GTK_WIDGET (f->window->drop_zones), "Escape");
  g_assert_false (gtk_widget_get_mapped (zone));

  g_assert_true (g_file_set_contents (lora, "nothing of the kind", -1, NULL));
  drop_on (GTK_WIDGET (f->window->prompt_panel), lora);
  g_assert_nonnull (weir_lora_list_find (f->window->loras, lora));
}

/* --- the look -------------------------------------------------------------------------------- */

static void
looks (Fixture      *f,
       gconstpointer data)
{
  static const struct { int width, height; const char *name; } sizes[] = {
    { 480, 480, "small" }, { 1200, 780, "large" },
  };
  g_autoptr (CasImage) image = new_halves (64);
  g_autofree char *path = g_build_filename (f->folder, "made.png", NULL);
  const CasMetadata metadata = {
    .prompt = (char *) "a fox", .width = 64, .height = 64, .seed = 1, .steps = 20, .cfg = 4,
    .decoder_steps = 10,
  };
  GtkWidget *strip = find_named (GTK_WIDGET (f->window->drop_zones), "settings");
  GtkWidget *mask_zone = find_named (GTK_WIDGET (f->window->drop_zones), "mask");
  GtkWidget *veil = weir_test_find (GTK_WIDGET (f->window), "veil");

  g_assert_true (cas_image_save_png (image, path, &metadata, FALSE, NULL));
  begin_document (f, 64);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint dark = 0; dark < 2; dark++)
      {
        g_autofree char *name =
          g_strdup_printf ("drops-zones-%s%s", sizes[s].name, dark ? "-dark" : "");
        graphene_rect_t bounds;

        gtk_window_set_default_size (GTK_WINDOW (f->window), sizes[s].width, sizes[s].height);
        adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                            dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                                 : ADW_COLOR_SCHEME_FORCE_LIGHT);
        weir_test_settle (GTK_WIDGET (f->window));
        copy_file (f, path);
        gtk_widget_activate_action (GTK_WIDGET (f->window), "win.paste", NULL);
        weir_test_wait (is_mapped, strip, PATIENCE, "all zones");
        weir_test_settle (GTK_WIDGET (f->window));
        weir_test_screenshot (GTK_WIDGET (f->window), name);
        /* nothing is cut off */
        g_assert_true (gtk_widget_compute_bounds (strip, GTK_WIDGET (f->window->drop_zones),
                                                  &bounds));
        g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=,
                           gtk_widget_get_height (GTK_WIDGET (f->window->drop_zones)));
        g_assert_true (gtk_widget_compute_bounds (mask_zone, GTK_WIDGET (f->window->drop_zones),
                                                  &bounds));
        g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=,
                           gtk_widget_get_width (GTK_WIDGET (f->window->drop_zones)));
        weir_test_key (veil, "Escape");
      }
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*test) (Fixture *f, gconstpointer data);
    guint       data;
  } tests[] = {
    { "/window/drops/guide-texture", guide, FALSE },
    { "/window/drops/guide-file", guide, TRUE },
    { "/window/drops/mask", mask, 0 },
    { "/window/drops/vary", vary, 0 },
    { "/window/drops/others", others, 0 },
    { "/window/drops/beside", beside, 0 },
    { "/window/drops/looks", looks, 0 },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GUINT_TO_POINTER (tests[i].data), set_up, tests[i].test,
                tear_down);
  return g_test_run ();
}
