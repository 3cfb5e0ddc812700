/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRA files: what is found, what fits the model, and the panel that shows them. */

#include "support/test-window.h"

#include <string.h>

#include <glib/gstdio.h>

#include <cascade/error.h>

#include "loras/lora-list.h"
#include "panels/lora-panel.h"
#include "request.h"

typedef struct
{
  char         *model;   /* the demo model's folder, read only */
  char         *outside; /* a folder that is not looked at */
  GSettings    *settings;
  WeirLoraList *list;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->model = g_strdup (g_getenv ("WEIR_DEMO_MODEL"));
  /* where a file can be moved from */
  f->outside = g_build_filename (g_get_home_dir (), "weir-loras-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (f->outside));
  f->settings = g_settings_new (WEIR_APP_ID);
  g_settings_reset (f->settings, "loras");
  f->list = weir_lora_list_new (f->settings);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_assert_cmpint (g_rmdir (f->outside), ==, 0);
  g_clear_object (&f->list);
  g_clear_object (&f->settings);
  g_free (f->outside);
  g_free (f->model);
}

static gboolean
all_known (gpointer data)
{
  GListModel *list = data;
  gboolean is_known = TRUE;

  for (guint i = 0; is_known && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (list, i);

      g_object_get (lora, "is-known", &is_known, NULL);
    }
  return is_known;
}

/* The model's own file; a text that is called one, and the model's decoder, from elsewhere. */
static char *
add_others (Fixture *f)
{
  char *broken = g_build_filename (f->outside, "broken.safetensors", NULL);
  g_autofree char *other = g_build_filename (f->model, "stage_a.safetensors", NULL);

  g_assert_true (g_file_set_contents (broken, "no tensors", -1, NULL));
  g_assert_nonnull (weir_lora_list_add (f->list, broken, NULL));
  g_assert_nonnull (weir_lora_list_add (f->list, other, NULL));
  weir_lora_list_set_model (f->list, f->model);
  weir_test_wait (all_known, f->list, 20, "what the files are");
  return broken;
}

static void
found (Fixture      *f,
       gconstpointer data)
{
  g_autofree char *broken = add_others (f);
  g_auto (GStrv) kept = g_settings_get_strv (f->settings, "loras");
  static const struct { const char *name; gboolean fits; const char *reason; } wanted[] = {
    { "broken", FALSE, "safetensors" },
    { "lucky", TRUE, NULL },
    { "stage_a", FALSE, "no LoRA" },
  };

  g_assert_cmpuint (g_strv_length (kept), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (f->list), i);
      const char *reason = weir_lora_get_reason (lora);

      g_test_message ("%s: %s", weir_lora_get_name (lora), reason);
      g_assert_cmpstr (weir_lora_get_name (lora), ==, wanted[i].name);
      g_assert_cmpint (reason == NULL, ==, wanted[i].fits);
      if (wanted[i].reason)
        g_assert_nonnull (strstr (reason, wanted[i].reason));
      g_object_set (lora, "is-on", TRUE, NULL);
      g_assert_cmpint (weir_lora_get_is_used (lora), ==, wanted[i].fits);
    }
  g_assert_cmpint (g_remove (broken), ==, 0);
}

/* What was added can be removed, what lies in a folder cannot, and settings keep UTF-8 alone. */
static void
removed (Fixture      *f,
         gconstpointer data)
{
  g_autofree char *broken = add_others (f);
  g_autoptr (WeirLora) lora = g_object_ref (weir_lora_list_find (f->list, broken));
  g_autoptr (WeirLora) lucky = g_list_model_get_item (G_LIST_MODEL (f->list), 1);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) kept = NULL;

  g_assert_true (weir_lora_list_is_added (f->list, lora));
  g_assert_false (weir_lora_list_is_added (f->list, lucky));
  weir_lora_list_remove (f->list, lora);
  g_assert_null (weir_lora_list_find (f->list, broken));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 2);
  g_assert_cmpint (g_remove (broken), ==, 0); /* it was left there */

  g_assert_null (weir_lora_list_add (f->list, "/nowhere/\xff.safetensors", &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  kept = g_settings_get_strv (f->settings, "loras");
  g_assert_cmpuint (g_strv_length (kept), ==, 1);
}

static gboolean
is_longer (gpointer list)
{
  return g_list_model_get_n_items (list) == 1;
}

static gboolean
is_empty (gpointer list)
{
  return g_list_model_get_n_items (list) == 0;
}

/* A file that is put into the user's folder is there soon after, and gone when it is. */
static void
watched (Fixture      *f,
         gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "weir", "loras", NULL);
  g_autofree char *path = g_build_filename (folder, "new.safetensors", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_clear_object (&f->list);
  f->list = weir_lora_list_new (f->settings);
  g_assert_true (is_empty (f->list));
  g_assert_true (g_file_set_contents (path, "", -1, NULL));
  weir_test_wait (is_longer, f->list, 20, "the new file");
  g_assert_cmpint (g_remove (path), ==, 0);
  weir_test_wait (is_empty, f->list, 20, "the file to be gone");
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- files that take the place of others ----------------------------------------------------- */

typedef struct
{
  const char *path;
  GListModel *list;
  gboolean    fits;
} Verdict;

static gboolean
is_told (gpointer data)
{
  const Verdict *verdict = data;
  WeirLora *lora = weir_lora_list_find (WEIR_LORA_LIST (verdict->list), verdict->path);
  gboolean is_known = FALSE;

  if (lora)
    g_object_get (lora, "is-known", &is_known, NULL);
  return is_known && (weir_lora_get_reason (lora) == NULL) == verdict->fits;
}

static void
copy_to (const char *from,
         const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  g_assert_true (g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL));
}

/* As a download ends, within its folder or from outside: the verdict is that of the file that is
 * there now. One that was gone for a while is forgotten. */
static void
replaced (Fixture      *f,
          gconstpointer data)
{
  const gboolean is_outside = GPOINTER_TO_UINT (data);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "weir", "loras", NULL);
  g_autofree char *path = g_build_filename (folder, "new.safetensors", NULL);
  g_autofree char *part =
    g_build_filename (is_outside ? f->outside : folder, "new.safetensors.part", NULL);
  g_autofree char *lucky = g_build_filename (f->model, "lora", "lucky.safetensors", NULL);
  GListModel *list;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "no tensors", -1, NULL));
  copy_to (lucky, part);
  g_clear_object (&f->list);
  f->list = weir_lora_list_new (f->settings);
  list = G_LIST_MODEL (f->list);
  weir_lora_list_set_model (f->list, f->model);
  weir_test_wait (is_told, &(Verdict) { path, list, FALSE }, 20, "the broken file is known");

  g_assert_cmpint (g_rename (part, path), ==, 0);
  weir_test_wait (is_told, &(Verdict) { path, list, TRUE }, 20, "the one that took its place");

  g_object_set (weir_lora_list_find (f->list, path), "weight", 0.5, NULL);
  g_assert_cmpint (g_remove (path), ==, 0);
  weir_test_wait (is_longer, f->list, 20, "the file to be gone");
  copy_to (lucky, path);
  weir_test_wait (is_told, &(Verdict) { path, list, TRUE }, 20, "the file is back");
  g_assert_cmpfloat (weir_lora_get_weight (weir_lora_list_find (f->list, path)), ==, 1);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
asked_for (Fixture      *f,
           gconstpointer data)
{
  g_autofree char *broken = add_others (f);
  g_autoptr (WeirParams) params = weir_params_new ();
  g_autoptr (GListModel) styles = weir_styles_load (NULL);
  g_autoptr (GListStore) none = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (WeirLora) lucky = g_list_model_get_item (G_LIST_MODEL (f->list), 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirDocument) document = weir_document_new ();
  g_autoptr (WeirJob) item = NULL;
  const CasJobParams *asked;
  gboolean is_known;
  const WeirRequest request = {
    .params = params, .document = document, .styles = styles, .references = G_LIST_MODEL (none),
    .loras = G_LIST_MODEL (f->list), .guides = G_LIST_MODEL (none),
  };

  /* while its file is read again it counts already */
  g_object_set (lucky, "is-on", TRUE, "weight", -0.5, NULL);
  weir_lora_look (lucky, f->model);
  g_object_get (lucky, "is-known", &is_known, NULL);
  g_assert_false (is_known);
  item = weir_request_make_job (&request, &error);
  g_assert_no_error (error);
  asked = cas_job_get_params (weir_job_get_job (item));
  g_assert_cmpuint (asked->n_loras, ==, 1);
  g_assert_cmpstr (asked->loras[0].path, ==, weir_lora_get_path (lucky));
  g_assert_cmpfloat (asked->loras[0].weight, ==, -0.5);
  g_assert_cmpint (g_remove (broken), ==, 0);
}

static void
word_inserted (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  g_string_append (user_data, g_variant_get_string (parameter, NULL));
}

static void
panel (Fixture      *f,
       gconstpointer data)
{
  g_autofree char *broken = add_others (f);
  g_autoptr (GString) words = g_string_new (NULL);
  const GActionEntry actions[] = {
    { "insert-word", word_inserted, "s" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *lora_panel = weir_lora_panel_new ();
  g_autoptr (WeirLora) lucky = g_list_model_get_item (G_LIST_MODEL (f->list), 1);
  GtkWindow *window;
  gboolean is_on;

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, 1, words);
  gtk_widget_insert_action_group (lora_panel, "win", G_ACTION_GROUP (group));
  g_object_set (lora_panel, "loras", f->list, NULL);
  window = weir_test_show (lora_panel, 340, 420);
  weir_test_screenshot (GTK_WIDGET (window), "loras-off");

  /* by keys, below a row that can only be removed */
  weir_test_key (lora_panel, "Tab");
  weir_test_key (lora_panel, "Down");
  weir_test_key (lora_panel, "space");
  g_object_get (lucky, "is-on", &is_on, NULL);
  g_assert_true (is_on);
  weir_test_screenshot (GTK_WIDGET (window), "loras-on");
  weir_test_key (lora_panel, "Tab"); /* from the row to its check, and to the weight */
  weir_test_key (lora_panel, "Tab");
  weir_test_key (lora_panel, "Left");
  g_assert_cmpfloat (weir_lora_get_weight (lucky), <, 1);
  weir_test_key (lora_panel, "Tab");
  weir_test_key (lora_panel, "space");
  g_assert_cmpstr (words->str, ==, "[lucky]");
  gtk_window_destroy (window);
  g_assert_cmpint (g_remove (broken), ==, 0);
}

/* The model's LoRA as one that answers to so many words, the first of which is the longest. */
static char *
put_words (Fixture *f,
           guint    n)
{
  static const char before[] = "[[\\\"[lucky]\\\"";
  g_autofree char *path = g_build_filename (f->model, "lora", "lucky.safetensors", NULL);
  g_autofree char *told = g_build_filename (f->outside, "wordy.safetensors", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GString) header = NULL;
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GString) words = g_string_new ("[");
  guint64 length, longer;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  memcpy (&length, bytes, sizeof length);
  header = g_string_new_len (bytes + 8, (gssize) GUINT64_FROM_LE (length));
  for (guint i = 0; i < n; i++)
    g_string_append_printf (words, "[\\\"[%.*s-%u]\\\",\\\"^house</w>\\\"],", i == 0 ? 110 : 12,
                            "awordthatwouldmakeawindowverywideindeedifitwereshownasitis"
                            "awordthatwouldmakeawindowverywideindeedifitwereshownasitis", i);
  g_string_append (words, before + 1);
  g_assert_cmpuint (g_string_replace (header, before, words->str, 1), ==, 1);
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  longer = GUINT64_TO_LE ((guint64) header->len);
  g_byte_array_append (file, (const guint8 *) &longer, sizeof longer);
  g_byte_array_append (file, (const guint8 *) header->str, (guint) header->len);
  g_byte_array_append (file, (const guint8 *) bytes + 8 + length, (guint) (size - 8 - length));
  g_assert_true (g_file_set_contents (told, (const char *) file->data, file->len, NULL));
  return g_steal_pointer (&told);
}

static guint
count_words (GtkWidget   *root,
             const char **rest)
{
  guint n = gtk_widget_has_css_class (root, "word");

  if (GTK_IS_LABEL (root) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (root)), "and "))
    *rest = gtk_label_get_text (GTK_LABEL (root));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    n += count_words (child, rest);
  return n;
}

/* A stranger's file with more words than there is place for makes the panel no wider. */
static void
wordy (Fixture      *f,
       gconstpointer data)
{
  g_autofree char *path = put_words (f, 29);
  WeirLora *lora = weir_lora_list_add (f->list, path, NULL);
  GtkWidget *lora_panel = weir_lora_panel_new ();
  const char *rest = NULL;
  GtkWindow *window;
  int least;

  weir_lora_list_set_model (f->list, f->model);
  weir_test_wait (all_known, f->list, 20, "what the files are");
  g_assert_cmpstr (weir_lora_get_reason (lora), ==, NULL);
  g_assert_cmpuint (g_strv_length ((GStrv) weir_lora_get_triggers (lora)), ==, 30);
  g_object_set (lora, "is-on", TRUE, NULL);
  g_object_set (lora_panel, "loras", f->list, NULL);
  window = weir_test_show (lora_panel, 340, 420);
  weir_test_screenshot (GTK_WIDGET (window), "loras-words");
  gtk_widget_measure (lora_panel, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 340);
  g_assert_cmpuint (count_words (lora_panel, &rest), ==, 8 + 1); /* and the other file's */
  g_assert_cmpstr (rest, ==, "and 22 more");
  gtk_window_destroy (window);
  g_assert_cmpint (g_remove (path), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add ("/ui/loras/found", Fixture, NULL, set_up, found, tear_down);
  g_test_add ("/ui/loras/removed", Fixture, NULL, set_up, removed, tear_down);
  g_test_add ("/ui/loras/watched", Fixture, NULL, set_up, watched, tear_down);
  g_test_add ("/ui/loras/renamed", Fixture, GUINT_TO_POINTER (FALSE), set_up, replaced, tear_down);
  g_test_add ("/ui/loras/moved-in", Fixture, GUINT_TO_POINTER (TRUE), set_up, replaced, tear_down);
  g_test_add ("/ui/loras/asked-for", Fixture, NULL, set_up, asked_for, tear_down);
  g_test_add ("/ui/loras/panel", Fixture, NULL, set_up, panel, tear_down);
  g_test_add ("/ui/loras/wordy", Fixture, NULL, set_up, wordy, tear_down);
  return g_test_run ();
}
