/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Select Subject in the whole window: from its menu to the mask, with an engine that follows a
 * script. */

#include "support/test-window.h"

#include <string.h>

#include "canvas/canvas.h"
#include "support/saliency-folder.h"
#include "support/scene.h"
#include "window-private.h"

typedef struct
{
  WeirWindow *window;
  GtkWidget  *menu;   /* its button */
  char       *folder; /* of the model; NULL: the demo's, which has no such network */
} Fixture;

/* --- the window ------------------------------------------------------------------------------ */

static gboolean
is_ready (gpointer data)
{
  CasWorker *worker = weir_application_get_worker (((WeirWindow *) data)->app);

  return cas_worker_get_state (worker) == CAS_WORKER_READY;
}

static gboolean
is_looked_at (gpointer data)
{
  WeirModelList *models = weir_application_get_models (((WeirWindow *) data)->app);

  return weir_model_get_info (weir_model_list_get_selected (models)) != NULL;
}

/* The tokenizer of the model, for whose thread the window would live on. */
static gboolean
is_read (gpointer data)
{
  return ((WeirWindow *) data)->reading == NULL;
}

static void
setup (Fixture      *f,
       gconstpointer has_saliency)
{
  f->window = weir_test_open ();
  if (has_saliency)
    {
      f->folder = test_saliency_folder_new ();
      g_settings_set_string (weir_application_get_settings (f->window->app), "model", f->folder);
    }
  weir_test_wait (is_ready, f->window, 60, "the engine");
  weir_test_wait (is_looked_at, f->window, 60, "the model's files");
  weir_test_wait (is_read, f->window, 60, "the model's words");
  f->menu = weir_test_find (weir_test_find (GTK_WIDGET (f->window), "tool_options"), "menu_button");
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_settings_reset (weir_application_get_settings (f->window->app), "model");
  weir_test_close (f->window);
  if (f->folder)
    test_saliency_folder_free (f->folder);
}

/* The picture's width says what the engine does. */
static void
begin (Fixture *f,
       guint    width)
{
  g_autoptr (WeirPicture) picture = test_scene (width, 240, 3);

  weir_document_begin (f->window->document, picture);
  weir_test_settle (GTK_WIDGET (f->window));
}

static WeirMask *
mask_of (Fixture *f)
{
  return weir_document_get_mask (f->window->document);
}

/* --- widgets that have no name --------------------------------------------------------------- */

static gboolean
says (GtkWidget  *widget,
      const char *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
         g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text);
}

/* The label of this text below root; NULL: it is not shown. */
static GtkWidget *
find_text (GtkWidget  *root,
           const char *text)
{
  GtkWidget *found = says (root, text) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_text (child, text);
  return found;
}

typedef struct
{
  GtkWidget  *root;
  const char *text;
} Text;

static gboolean
is_shown (gpointer data)
{
  const Text *text = data;

  return find_text (text->root, text->text) != NULL;
}

static void
wait_for_text (Fixture    *f,
               const char *text)
{
  weir_test_wait (is_shown, &(Text) { GTK_WIDGET (f->window->toasts), text }, 20, text);
  weir_test_settle (GTK_WIDGET (f->window));
}

/* A widget that may go with the click: the window is what comes to rest. */
static void
click (Fixture   *f,
       GtkWidget *widget)
{
  weir_test_move (widget, gtk_widget_get_width (widget) / 2.0,
                  gtk_widget_get_height (widget) / 2.0);
  weir_test_do (GTK_WIDGET (f->window), (const char *[]) { "click", "1", NULL });
}

static GtkWidget *
open_menu (Fixture *f)
{
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (f->menu)));

  click (f, f->menu);
  weir_test_wait (is_shown, &(Text) { popover, "Select Subject" }, 20, "the menu");
  weir_test_settle (popover);
  return popover;
}

static void
choose (Fixture *f)
{
  click (f, find_text (open_menu (f), "Select Subject"));
}

/* --- the tests ------------------------------------------------------------------------------- */

static gboolean
is_masked (gpointer mask)
{
  return !weir_mask_is_empty (mask);
}

static void
selected (Fixture      *f,
          gconstpointer data)
{
  static const GdkRectangle middle = { 80, 60, 160, 120 };
  const graphene_rect_t corner = GRAPHENE_RECT_INIT (0, 0, 40, 30);
  GdkRectangle bounds;

  begin (f, 320);
  weir_mask_fill_rectangle (mask_of (f), &corner, FALSE);
  g_object_set (f->window->tools, "shows-mask", FALSE, NULL);
  choose (f);
  while (weir_mask_get_percent (mask_of (f)) < 20) /* it replaces what was there */
    g_main_context_iteration (NULL, TRUE);
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_true (weir_mask_get_bounds (mask_of (f), &bounds));
  g_assert_true (gdk_rectangle_equal (&bounds, &middle));
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), ==, 25);
  g_assert_true (weir_tools_get_shows_mask (f->window->tools));
  g_assert_cmpstr (adw_split_button_get_label (f->window->generate_button), ==, "_Fill");
  g_assert_null (find_text (GTK_WIDGET (f->window->toasts), "Finding the subject…"));
  weir_test_screenshot (GTK_WIDGET (f->window), "subject");

  weir_document_undo (f->window->document);
  g_assert_true (weir_mask_get_bounds (mask_of (f), &bounds));
  g_assert_cmpint (bounds.width, ==, 40);
  weir_document_undo (f->window->document);
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  weir_document_redo (f->window->document);
  weir_document_redo (f->window->document);
  g_assert_cmpfloat (weir_mask_get_percent (mask_of (f)), ==, 25);
}

/* While it is looked for nothing else is stopped, and it cannot be asked again. */
static void
cancelled (Fixture      *f,
           gconstpointer data)
{
  GActionGroup *actions = G_ACTION_GROUP (f->window);
  GtkWidget *button;

  begin (f, 300);
  choose (f);
  wait_for_text (f, "Finding the subject…");
  g_assert_false (g_action_group_get_action_enabled (actions, "select-subject"));
  weir_mask_fill (mask_of (f));
  weir_document_undo (f->window->document);
  weir_test_screenshot (GTK_WIDGET (f->window), "subject-finding");
  button = find_text (GTK_WIDGET (f->window->toasts), "Cancel");
  g_assert_nonnull (button);
  click (f, button);
  while (!g_action_group_get_action_enabled (actions, "select-subject"))
    g_main_context_iteration (NULL, TRUE);
  weir_test_settle (GTK_WIDGET (f->window));
  g_assert_null (find_text (GTK_WIDGET (f->window->toasts), "Finding the subject…"));
  g_assert_true (weir_mask_is_empty (mask_of (f)));

  /* and the engine is free again */
  begin (f, 320);
  choose (f);
  weir_test_wait (is_masked, mask_of (f), 20, "the mask");
  weir_test_settle (GTK_WIDGET (f->window));
}

/* What is found in one picture is no mask for another. */
static void
late (Fixture      *f,
      gconstpointer data)
{
  g_autoptr (WeirPicture) other = test_scene (320, 240, 1);

  begin (f, 320);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.select-subject", NULL);
  weir_document_set_picture (f->window->document, other);
  wait_for_text (f, "The image is another one now, so its subject was not selected.");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
}

static void
dies (Fixture      *f,
      gconstpointer data)
{
  begin (f, 301);
  choose (f);
  wait_for_text (f, "The engine ended before it answered.");
  weir_test_wait (is_ready, f->window, 60, "the engine");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
  weir_test_screenshot (GTK_WIDGET (f->window), "subject-died");
}

/* The window goes while it is looked for. */
static void
closed (Fixture      *f,
        gconstpointer data)
{
  begin (f, 300);
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.select-subject", NULL);
  wait_for_text (f, "Finding the subject…");
}

/* The item is grey, and says why. */
static void
without (Fixture      *f,
         gconstpointer data)
{
  GtkWidget *popover, *item;

  begin (f, 320);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (f->window),
                                                     "select-subject"));
  popover = open_menu (f);
  item = gtk_widget_get_parent (find_text (popover, "Select Subject"));
  g_assert_false (gtk_widget_get_sensitive (item));
  g_assert_nonnull (gtk_widget_get_tooltip_text (item));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (item), "saliency_model.safetensors"));
  weir_test_move (item, 20, 10);
  weir_test_screenshot (popover, "subject-without");
  click (f, item);
  weir_test_key (GTK_WIDGET (f->window), "Escape");
  g_assert_true (weir_mask_is_empty (mask_of (f)));
}

/* There is nothing to look at; and a candidate is not what is worked on. */
static void
disabled (Fixture      *f,
          gconstpointer data)
{
  GActionGroup *actions = G_ACTION_GROUP (f->window);
  g_autoptr (WeirPicture) candidate = test_scene (320, 240, 2);

  g_assert_false (g_action_group_get_action_enabled (actions, "select-subject"));
  begin (f, 320);
  g_assert_true (g_action_group_get_action_enabled (actions, "select-subject"));
  weir_staging_add (f->window->staging, candidate);
  g_assert_false (g_action_group_get_action_enabled (actions, "select-subject"));
  weir_staging_discard_all (f->window->staging);
  g_assert_true (g_action_group_get_action_enabled (actions, "select-subject"));
  weir_document_set_picture (f->window->document, NULL);
  g_assert_false (g_action_group_get_action_enabled (actions, "select-subject"));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
    gboolean has_saliency;
  } tests[] = {
    { "/window/subject/selected", selected, TRUE },
    { "/window/subject/cancelled", cancelled, TRUE },
    { "/window/subject/late", late, TRUE },
    { "/window/subject/dies", dies, TRUE },
    { "/window/subject/closed", closed, TRUE },
    { "/window/subject/disabled", disabled, TRUE },
    { "/window/subject/without", without, FALSE },
  };

  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GINT_TO_POINTER (tests[i].has_saliency), setup,
                tests[i].test, teardown);
  return g_test_run ();
}
