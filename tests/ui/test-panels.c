/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The panels by themselves. */

#include "support/test-window.h"

#include <string.h>

#include <glib/gstdio.h>

#include "panels/aspect.h"
#include "panels/image-panel.h"
#include "panels/prompt-panel.h"
#include "panels/reference-panel.h"
#include "reference.h"
#include "request.h"

static void
proportions (void)
{
  static const struct { WeirSize native; guint across, down; WeirSize wanted; } cases[] = {
    { { 1024, 1024 }, 1, 1, { 1024, 1024 } },
    { { 1024, 1024 }, 16, 9, { 1344, 768 } },
    { { 1024, 1024 }, 9, 16, { 768, 1344 } },
    { { 256, 256 }, 1, 1, { 256, 256 } },
    { { 256, 256 }, 4, 3, { 304, 224 } },
    { { 64, 64 }, 2, 1, { 96, 48 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const WeirSize size =
        weir_aspect_get_size (cases[i].native, cases[i].across, cases[i].down);

      g_test_message ("%u:%u", cases[i].across, cases[i].down);
      g_assert_cmpuint (size.width, ==, cases[i].wanted.width);
      g_assert_cmpuint (size.height, ==, cases[i].wanted.height);
    }
}

/* What a person set stays; what the model before had becomes what this one has. */
static void
adopting (void)
{
  g_autoptr (WeirParams) params = weir_params_new ();
  guint width, height, steps;
  double cfg;

  g_object_set (params, "steps", 33u, "width", 1344u, "height", 768u, NULL);
  weir_params_adopt (params, &(WeirDefaults) { 256, 256, 12, 8, 3, 1.5 });
  g_object_get (params, "width", &width, "height", &height, "steps", &steps, "cfg", &cfg, NULL);
  g_assert_cmpuint (steps, ==, 33);
  g_assert_cmpfloat (cfg, ==, 3);
  g_assert_cmpuint (width, ==, 336);
  g_assert_cmpuint (height, ==, 192);
}

typedef struct
{
  GtkWindow      *window;
  WeirParams     *params;
  WeirImagePanel *panel;
} ImageFixture;

static void
image_set_up (ImageFixture  *fixture,
              gconstpointer  data)
{
  fixture->params = weir_params_new ();
  fixture->panel = WEIR_IMAGE_PANEL (weir_image_panel_new ());
  g_object_set (fixture->panel, "params", fixture->params, "has-image", TRUE, NULL);
  fixture->window = weir_test_show (GTK_WIDGET (fixture->panel), 340, 800);
}

static void
image_tear_down (ImageFixture  *fixture,
                 gconstpointer  data)
{
  gtk_window_destroy (fixture->window);
  g_clear_object (&fixture->params);
}

static void
image_size (ImageFixture  *fixture,
            gconstpointer  data)
{
  GtkWidget *swap = weir_test_find (GTK_WIDGET (fixture->panel), "swap_button");
  GtkWidget *chips = weir_test_find (GTK_WIDGET (fixture->panel), "chips");
  GtkWidget *wide = gtk_widget_get_last_child (chips);
  guint width, height;

  weir_test_click (wide, 5, 5);
  g_object_get (fixture->params, "width", &width, "height", &height, NULL);
  g_assert_cmpuint (width, ==, 1344);
  g_assert_cmpuint (height, ==, 768);

  weir_test_click (swap, 5, 5);
  g_object_get (fixture->params, "width", &width, "height", &height, NULL);
  g_assert_cmpuint (width, ==, 768);
  g_assert_cmpuint (height, ==, 1344);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (wide)));
  weir_test_screenshot (GTK_WIDGET (fixture->window), "image-panel");
}

static void
image_seed (ImageFixture  *fixture,
            gconstpointer  data)
{
  GtkWidget *entry = weir_test_find (GTK_WIDGET (fixture->panel), "seed_entry");
  GtkWidget *toggle = weir_test_find (GTK_WIDGET (fixture->panel), "seed_toggle");
  gboolean is_random;
  guint64 seed;

  g_assert_false (gtk_widget_get_sensitive (entry));
  weir_test_click (toggle, 5, 5);
  g_object_get (fixture->params, "random-seed", &is_random, NULL);
  g_assert_false (is_random);

  gtk_widget_grab_focus (entry);
  weir_test_key (entry, "ctrl+a");
  weir_test_type (entry, "12345");
  g_object_get (fixture->params, "seed", &seed, NULL);
  g_assert_cmpuint (seed, ==, 12345);

  weir_test_type (entry, "x");
  g_object_get (fixture->params, "seed", &seed, NULL);
  g_assert_cmpuint (seed, ==, 12345);
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
}

static void
image_names (ImageFixture  *fixture,
             gconstpointer  data)
{
  GtkWidget *warning = weir_test_find (GTK_WIDGET (fixture->panel), "warning_label");

  g_object_set (fixture->panel, "warning", "Needs about 9.1 GB, 7.4 GB free.", NULL);
  adw_expander_row_set_expanded (
    ADW_EXPANDER_ROW (weir_test_find (GTK_WIDGET (fixture->panel), "more_row")), TRUE);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "image-panel-more");
  g_assert_true (gtk_widget_get_mapped (warning));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (fixture->panel), GTK_ACCESSIBLE_ROLE_GROUP);
}

/* --- the prompt ----------------------------------------------------------------------------- */

typedef struct
{
  GtkWindow       *window;
  WeirParams      *params;
  WeirPromptPanel *panel;
} PromptFixture;

static void
prompt_set_up (PromptFixture *fixture,
               gconstpointer  data)
{
  g_autoptr (GtkStringList) history =
    gtk_string_list_new ((const char *[]) { "the last one", "the one before", NULL });
  g_autoptr (GListModel) styles = weir_styles_load (NULL);
  g_autoptr (GError) error = NULL;

  fixture->params = weir_params_new ();
  fixture->panel = WEIR_PROMPT_PANEL (weir_prompt_panel_new ());
  weir_prompt_panel_set_reader (fixture->panel, cas_prompt_reader_new (NULL, &error));
  g_assert_no_error (error);
  g_object_set (fixture->panel, "params", fixture->params, "history", history, "styles", styles,
                NULL);
  fixture->window = weir_test_show (GTK_WIDGET (fixture->panel), 340, 420);
}

static void
prompt_tear_down (PromptFixture *fixture,
                  gconstpointer  data)
{
  gtk_window_destroy (fixture->window);
  g_clear_object (&fixture->params);
}

static void
assert_prompt (PromptFixture *fixture,
               const char    *wanted)
{
  g_autofree char *prompt = NULL;

  g_object_get (fixture->params, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, wanted);
}

static void
prompt_typing (PromptFixture *fixture,
               gconstpointer  data)
{
  GtkWidget *view = weir_test_find (GTK_WIDGET (fixture->panel), "prompt_view");
  GtkWidget *placeholder = weir_test_find (GTK_WIDGET (fixture->panel), "placeholder");
  GtkWidget *label = weir_test_find (GTK_WIDGET (fixture->panel), "meter_label");

  weir_test_screenshot (GTK_WIDGET (fixture->window), "prompt-panel-empty");
  g_assert_true (gtk_widget_get_mapped (placeholder));
  gtk_widget_grab_focus (view);
  weir_test_type (view, "a red house");
  assert_prompt (fixture, "a red house");
  g_assert_false (gtk_widget_get_mapped (placeholder));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==, "3 / 75 tokens");

  weir_test_key (view, "ctrl+Up");
  assert_prompt (fixture, "a red (house:1.1)");
  weir_test_key (view, "ctrl+Up");
  weir_test_key (view, "ctrl+Up");
  assert_prompt (fixture, "a red (house:1.3)");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==, "3 / 75 tokens");
  weir_test_screenshot (GTK_WIDGET (fixture->window), "prompt-panel");
  weir_test_key (view, "ctrl+z");
  assert_prompt (fixture, "a red (house:1.2)");
}

static void
prompt_history (PromptFixture *fixture,
                gconstpointer  data)
{
  GtkWidget *view = weir_test_find (GTK_WIDGET (fixture->panel), "prompt_view");

  gtk_widget_grab_focus (view);
  weir_test_type (view, "draft");
  weir_test_key (view, "alt+Up");
  assert_prompt (fixture, "the last one");
  weir_test_key (view, "alt+Up");
  weir_test_key (view, "alt+Up");
  assert_prompt (fixture, "the one before");
  weir_test_key (view, "alt+Down");
  weir_test_key (view, "alt+Down");
  assert_prompt (fixture, "draft");
}

/* What is not supported is said; a negative prompt from elsewhere is not hidden. */
static void
prompt_notice (PromptFixture *fixture,
               gconstpointer  data)
{
  GtkWidget *notice = weir_test_find (GTK_WIDGET (fixture->panel), "notice");
  GtkWidget *negative = weir_test_find (GTK_WIDGET (fixture->panel), "negative_expander");

  g_assert_false (gtk_widget_get_mapped (notice));
  g_assert_false (gtk_expander_get_expanded (GTK_EXPANDER (negative)));
  g_object_set (fixture->params, "prompt", "a [cat:dog:10] house", "negative", "people", "style",
                "oil", NULL);
  weir_test_screenshot (GTK_WIDGET (fixture->window), "prompt-panel-notice");
  g_assert_true (gtk_widget_get_mapped (notice));
  g_assert_true (gtk_expander_get_expanded (GTK_EXPANDER (negative)));
}

/* --- references ----------------------------------------------------------------------------- */

static WeirPicture *
make_picture (guint width,
              guint height,
              guint8 shade)
{
  g_autoptr (CasImage) image = cas_image_new (width, height, NULL);

  memset (cas_image_get_pixels (image), shade, cas_image_get_stride (image) * height);
  return weir_picture_new (image, NULL);
}

static void
references (void)
{
  g_autoptr (GListStore) store = g_list_store_new (WEIR_TYPE_REFERENCE);
  GtkWidget *panel = weir_reference_panel_new ();
  GtkWindow *window;

  g_object_set (panel, "references", store, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WeirPicture) picture = make_picture (64, 32 + 16 * i, (guint8) (60 + 100 * i));
      g_autoptr (WeirReference) reference =
        weir_reference_new (picture, i == 0 ? "first.png" : "second.png");

      g_list_store_append (store, reference);
    }
  window = weir_test_show (panel, 340, 240);
  weir_test_screenshot (GTK_WIDGET (window), "reference-panel");

  /* the last thing in the window that can be clicked is the second one's button */
  weir_test_key (panel, "shift+Tab");
  weir_test_key (panel, "space");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 1);
  gtk_window_destroy (window);
}

/* The word on the button follows what there is to begin from. */
static void
verbs (void)
{
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (GListModel) all_styles = weir_styles_load (NULL);
  g_autoptr (GListStore) store = g_list_store_new (WEIR_TYPE_REFERENCE);
  g_autoptr (GListStore) none = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (WeirPicture) picture = make_picture (64, 64, 10);
  g_autoptr (WeirReference) reference = weir_reference_new (picture, "a.png");
  g_autoptr (WeirDocument) document = weir_document_new ();
  g_autoptr (WeirJob) job = NULL;
  const CasJobParams *asked;
  g_autoptr (GError) error = NULL;
  WeirRequest request = {
    .params = params, .document = document, .styles = all_styles,
    .references = G_LIST_MODEL (store), .loras = G_LIST_MODEL (none), .guides = G_LIST_MODEL (none),
  };

  g_assert_cmpint (weir_request_get_verb (&request), ==, WEIR_VERB_GENERATE);
  weir_document_begin (document, picture);
  g_assert_cmpint (weir_request_get_verb (&request), ==, WEIR_VERB_GENERATE);
  g_list_store_append (store, reference);
  g_assert_cmpint (weir_request_get_verb (&request), ==, WEIR_VERB_VARY);
  g_object_set (params, "strength", 0.5, "style", "oil", "prompt", "a cat", "negative", "dogs",
                "random-seed", FALSE, "seed", G_GUINT64_CONSTANT (7), NULL);
  g_assert_cmpint (weir_request_get_verb (&request), ==, WEIR_VERB_REFINE);

  job = weir_request_make_job (&request, &error);
  g_assert_no_error (error);
  g_assert_null (weir_job_get_place (job));
  asked = cas_job_get_params (weir_job_get_job (job));
  g_assert_cmpstr (asked->prompt, ==,
                   "oil painting of a cat, visible brush strokes, canvas");
  g_assert_cmpstr (asked->negative, ==, "dogs, photograph, 3d render");
  g_assert_cmpuint (asked->seed, ==, 7);
  g_assert_cmpuint (asked->n_image_prompts, ==, 1);
  g_assert_cmpfloat (asked->strength, ==, 0.5);
  g_assert_nonnull (asked->init);
}

static void
styles (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-styles-XXXXXX", NULL);
  static const struct { const char *name, *text; } files[] = {
    { "mine.json", "{\"name\": \"Mine\", \"prompt\": \"old {prompt}, new\", \"negative_prompt\": \"dull\"}" },
    { "after.json", "{\"prompt\": \"at night\"}" },
  };
  g_autoptr (GListModel) model = NULL;
  g_autoptr (WeirStyle) none = NULL;
  g_autoptr (WeirStyle) mine = NULL;
  g_autoptr (WeirStyle) after = NULL;
  g_autofree char *a = NULL, *b = NULL, *c = NULL, *d = NULL, *e = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);

      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
    }
  model = weir_styles_load (folder);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);

  none = weir_styles_find (model, "");
  mine = weir_styles_find (model, "mine");
  after = weir_styles_find (model, "after");
  g_assert_null (weir_styles_find (model, "nowhere"));
  g_assert_cmpstr ((a = weir_style_apply (none, "a cat")), ==, "a cat");
  g_assert_cmpstr ((b = weir_style_apply (mine, "cat")), ==, "old cat, new");
  g_assert_cmpstr ((c = weir_style_apply_negative (mine, "")), ==, "dull");
  g_assert_cmpstr ((d = weir_style_apply_negative (mine, "grey")), ==, "grey, dull");
  g_assert_cmpstr ((e = weir_style_apply (after, "a cat")), ==, "a cat, at night");
}

/* Files that are no styles are left out, with a word in the log. */
static void
broken_styles (void)
{
  static const char *const texts[] = { "", "[]", "{\"prompt\": ", "\xff\xfe" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("weir-styles-XXXXXX", NULL);
      g_autofree char *path = g_build_filename (folder, "broken.json", NULL);
      g_autoptr (GListModel) model = NULL;

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_test_expect_message ("weir", G_LOG_LEVEL_WARNING, "*broken.json*");
      model = weir_styles_load (folder);
      g_test_assert_expected_messages ();
      g_assert_null (weir_styles_find (model, "broken"));
      g_assert_cmpint (g_remove (path), ==, 0);
      g_assert_cmpint (g_rmdir (folder), ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/panels/proportions", proportions);
  g_test_add_func ("/ui/panels/adopting", adopting);
  g_test_add ("/ui/panels/image/size", ImageFixture, NULL, image_set_up, image_size,
              image_tear_down);
  g_test_add ("/ui/panels/image/seed", ImageFixture, NULL, image_set_up, image_seed,
              image_tear_down);
  g_test_add ("/ui/panels/image/names", ImageFixture, NULL, image_set_up, image_names,
              image_tear_down);
  g_test_add ("/ui/panels/prompt/typing", PromptFixture, NULL, prompt_set_up, prompt_typing,
              prompt_tear_down);
  g_test_add ("/ui/panels/prompt/history", PromptFixture, NULL, prompt_set_up, prompt_history,
              prompt_tear_down);
  g_test_add ("/ui/panels/prompt/notice", PromptFixture, NULL, prompt_set_up, prompt_notice,
              prompt_tear_down);
  g_test_add_func ("/ui/panels/references", references);
  g_test_add_func ("/ui/panels/verbs", verbs);
  g_test_add_func ("/ui/panels/styles", styles);
  g_test_add_func ("/ui/panels/broken-styles", broken_styles);
  return g_test_run ();
}
