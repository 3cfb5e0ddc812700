/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What opens over the window, each by itself. */

#include "support/test-window.h"

#include <glib/gstdio.h>
#include <string.h>

#include <cascade/device.h>
#include <cascade/error.h>

#include "commands.h"
#include "canvas/tools.h"
#include "dialogs/about-dialog.h"
#include "dialogs/details-dialog.h"
#include "dialogs/dialogs.h"
#include "dialogs/preferences-dialog.h"
#include "dialogs/restore-dialog.h"
#include "dialogs/shortcuts-dialog.h"
#include "panels/trouble-page.h"
#include "models/models-dialog.h"
#include "panels/banner.h"

/* The window that the dialogs open over, of the size in question. */
static GtkWindow *
show_parent (int width,
             int height)
{
  return weir_test_show (gtk_label_new ("The window"), width, height);
}

static void
show (GtkWindow *dialog)
{
  gtk_window_present (dialog);
  weir_test_settle (GTK_WIDGET (dialog));
}

static void
set_dark (gboolean is_dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      is_dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                              : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

/* NAME.png and NAME-dark.png */
static void
picture (GtkWidget  *widget,
         const char *name)
{
  g_autofree char *dark = g_strconcat (name, "-dark", NULL);

  weir_test_screenshot (widget, name);
  set_dark (TRUE);
  weir_test_screenshot (widget, dark);
  set_dark (FALSE);
}

static void
close_both (GtkWindow *dialog,
            GtkWindow *parent)
{
  gpointer left = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &left);
  gtk_window_destroy (dialog);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (left);
  gtk_window_destroy (parent);
}

static guint
count_rows (GtkWidget *root,
            gboolean   is_shown)
{
  guint n = 0;

  if (ADW_IS_ACTION_ROW (root) && (!is_shown || gtk_widget_get_mapped (root)))
    n++;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child, is_shown);
  return n;
}

/* --- shortcuts ------------------------------------------------------------------------------ */

static void
shortcuts (void)
{
  GtkWindow *parent = show_parent (600, 700);
  GtkWindow *dialog = weir_shortcuts_dialog_new (parent);
  GtkWidget *entry = weir_test_find (GTK_WIDGET (dialog), "search_entry");
  guint n;

  weir_commands_get (&n);
  show (dialog);
  g_assert_cmpuint (count_rows (GTK_WIDGET (dialog), FALSE), ==, n);
  picture (GTK_WIDGET (dialog), "shortcuts");

  gtk_editable_set_text (GTK_EDITABLE (entry), "ZOOM");
  g_signal_emit_by_name (entry, "search-changed");
  weir_test_settle (GTK_WIDGET (dialog));
  g_assert_cmpuint (count_rows (GTK_WIDGET (dialog), TRUE), ==, 2);
  weir_test_screenshot (GTK_WIDGET (dialog), "shortcuts-search");

  gtk_editable_set_text (GTK_EDITABLE (entry), "nothing like it");
  g_signal_emit_by_name (entry, "search-changed");
  weir_test_settle (GTK_WIDGET (dialog));
  g_assert_cmpuint (count_rows (GTK_WIDGET (dialog), TRUE), ==, 0);
  weir_test_screenshot (GTK_WIDGET (dialog), "shortcuts-none");
  close_both (dialog, parent);
}

/* --- preferences ---------------------------------------------------------------------------- */

static char *
make_example (const char *pattern,
              GError    **error)
{
  if (!strchr (pattern, '<'))
    return g_strdup_printf ("2026-11-23-%s & more", pattern);
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER, "“%s” has a word that is none.", pattern);
  return NULL;
}

static CasDevice *
make_device (const char   *name,
             CasDeviceKind kind,
             const char   *unusable)
{
  CasDevice *device = g_new0 (CasDevice, 1);

  device->name = g_strdup (name);
  device->driver = g_strdup ("Mesa");
  device->kind = kind;
  device->unusable = g_strdup (unusable);
  device->kernels = g_ptr_array_new ();
  return device;
}

static GPtrArray *
make_devices (void)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_device_free);

  g_ptr_array_add (devices, make_device ("Graphics <Card> 3060", CAS_DEVICE_DISCRETE, NULL));
  g_ptr_array_add (devices, make_device ("Old Card", CAS_DEVICE_DISCRETE, "Its driver is too old."));
  g_ptr_array_add (devices, make_device ("llvmpipe (LLVM 15)", CAS_DEVICE_CPU, NULL));
  return devices;
}

static void
preferences (void)
{
  g_autoptr (GSettings) settings = g_settings_new (WEIR_APP_ID);
  g_autoptr (GPtrArray) devices = make_devices ();
  GtkWindow *parent = show_parent (600, 700);
  GtkWindow *dialog = weir_preferences_dialog_new (parent, settings, make_example);
  AdwComboRow *device_row = ADW_COMBO_ROW (weir_test_find (GTK_WIDGET (dialog), "device_row"));
  GtkEditable *name = GTK_EDITABLE (weir_test_find (GTK_WIDGET (dialog), "name_row"));
  AdwActionRow *example = ADW_ACTION_ROW (weir_test_find (GTK_WIDGET (dialog), "example_row"));
  g_autofree char *chosen = NULL;
  g_autofree char *pattern = NULL;
  g_autofree char *kept = NULL;

  g_settings_set_string (settings, "device", "cpu");
  show (dialog);
  /* before they are known: the best, the processor, and what is set */
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (device_row)), ==, 2);
  g_assert_cmpuint (adw_combo_row_get_selected (device_row), ==, 1);
  weir_preferences_dialog_set_devices (WEIR_PREFERENCES_DIALOG (dialog), devices, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (device_row)), ==, 3);
  g_assert_cmpuint (adw_combo_row_get_selected (device_row), ==, 2);
  adw_combo_row_set_selected (device_row, 1);
  chosen = g_settings_get_string (settings, "device");
  g_assert_cmpstr (chosen, ==, "Graphics <Card> 3060");
  picture (GTK_WIDGET (dialog), "preferences");

  /* a pattern that is none is said and not kept */
  pattern = g_settings_get_string (settings, "file-name");
  gtk_editable_set_text (name, "<x>");
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (example), "a word that is none"));
  g_signal_emit_by_name (name, "apply");
  kept = g_settings_get_string (settings, "file-name");
  g_assert_cmpstr (kept, ==, pattern);
  weir_test_screenshot (GTK_WIDGET (dialog), "preferences-wrong-name");

  /* a device that is gone keeps its place */
  g_settings_set_string (settings, "device", "Lost Card");
  weir_preferences_dialog_set_devices (WEIR_PREFERENCES_DIALOG (dialog), NULL, "It stopped.");
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (device_row)), ==, 3);
  g_assert_cmpuint (adw_combo_row_get_selected (device_row), ==, 2);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (device_row)), ==, "It stopped.");
  g_settings_reset (settings, "device");
  close_both (dialog, parent);
}

/* What is set there is set in the tools at once, and the other way round. */
static void
canvas_preferences (void)
{
  g_autoptr (GSettings) settings = g_settings_new (WEIR_APP_ID);
  g_autoptr (WeirTools) tools = weir_tools_new ();
  GtkWindow *parent = show_parent (600, 700);
  GtkWindow *dialog = weir_preferences_dialog_new (parent, settings, make_example);
  GtkWidget *widget = GTK_WIDGET (dialog);
  AdwComboRow *colour = ADW_COMBO_ROW (weir_test_find (widget, "colour_row"));
  AdwComboRow *snap = ADW_COMBO_ROW (weir_test_find (widget, "snap_row"));
  const char *const switches[][2] = { { "stripes_switch", "mask-stripes" },
                                      { "pressure_switch", "uses-pressure" } };

  weir_tools_bind (tools, settings);
  show (dialog);
  for (guint i = 0; i < g_list_model_get_n_items (adw_combo_row_get_model (colour)); i++)
    {
      adw_combo_row_set_selected (colour, i);
      g_assert_cmpint (weir_tools_get_mask_colour (tools), ==, i);
    }
  for (guint i = 0; i < g_list_model_get_n_items (adw_combo_row_get_model (snap)); i++)
    {
      adw_combo_row_set_selected (snap, i);
      g_assert_cmpuint (weir_tools_get_frame_snap (tools), ==, 64u >> i);
    }
  gtk_range_set_value (GTK_RANGE (weir_test_find (widget, "opacity_scale")), 0.7);
  g_assert_cmpfloat_with_epsilon (weir_tools_get_mask_opacity (tools), 0.7, 1e-9);
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      gboolean is_on;

      gtk_switch_set_active (GTK_SWITCH (weir_test_find (widget, switches[i][0])), FALSE);
      g_object_get (tools, switches[i][1], &is_on, NULL);
      g_assert_false (is_on);
    }
  g_object_set (tools, "mask-colour", WEIR_MASK_GREEN, "frame-snap", 24u, NULL);
  g_assert_cmpuint (adw_combo_row_get_selected (colour), ==, 3);
  g_assert_cmpuint (adw_combo_row_get_selected (snap), ==, 2);
  gtk_widget_grab_focus (weir_test_find (widget, "pressure_switch"));
  picture (widget, "preferences-canvas");
  weir_tools_unbind (tools);
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    g_settings_reset (settings, switches[i][1]);
  g_settings_reset (settings, "mask-colour");
  g_settings_reset (settings, "mask-opacity");
  g_settings_reset (settings, "frame-snap");
  close_both (dialog, parent);
}

/* --- about ---------------------------------------------------------------------------------- */

static void
about (void)
{
  GtkWindow *parent = show_parent (600, 700);
  GtkWindow *dialog = weir_about_dialog_new (parent, &(WeirTroubleshooting) {
    .device = "Graphics Card 3060",
    .driver = "Mesa 22.3.6",
    .model = "demo",
    .log = "12:00:00 weir: a line\n",
  });
  const char *text = adw_about_window_get_debug_info (ADW_ABOUT_WINDOW (dialog));

  show (dialog);
  g_assert_nonnull (strstr (text, "Graphics Card 3060"));
  g_assert_nonnull (strstr (text, "weir: a line"));
  picture (GTK_WIDGET (dialog), "about");
  close_both (dialog, parent);
}

/* --- restoring ------------------------------------------------------------------------------ */

static WeirRestorePlan *
make_plan (WeirParams *params)
{
  static const char text[] =
    "a fox & a <hare> in deep snow\nNegative prompt: blurry, low contrast\n"
    "Steps: 25, Sampler: DPM++ 2M, CFG scale: 7.5, Seed: 12345, Size: 515x768, Clip skip: 2";
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings =
    cas_settings_from_texts (&(CasSettingsText) { "parameters", text }, 1, "x.png", &error);

  g_assert_no_error (error);
  settings->fields |= CAS_SETTING_MODEL;
  settings->metadata.model = g_strdup ("Stable Cascade");
  return weir_restore_plan_new (settings, params, &(WeirRestoreHere) { .model = "Demo Model" });
}

static GtkWidget *
find_check (GtkWidget *root)
{
  if (GTK_IS_CHECK_BUTTON (root))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_check (child);

      if (found)
        return found;
    }
  return NULL;
}

static void
use_plan (WeirParams      *params,
          WeirRestorePlan *plan)
{
  weir_restore_plan_apply (plan, params);
}

static void
restore (void)
{
  g_autoptr (WeirParams) params = weir_params_new ();
  GtkWindow *parent = show_parent (480, 480);
  GtkWindow *dialog = weir_restore_dialog_new (parent, make_plan (params));
  GtkWidget *use = weir_test_find (GTK_WIDGET (dialog), "use_button");
  GtkWidget *prompt_check = find_check (GTK_WIDGET (dialog));
  g_autofree char *prompt = NULL;
  guint steps;

  g_signal_connect_swapped (dialog, "used", G_CALLBACK (use_plan), params);
  show (dialog);
  picture (GTK_WIDGET (dialog), "restore");

  weir_test_click (prompt_check, 5, 5);
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (prompt_check)));
  g_signal_emit_by_name (use, "clicked");
  g_object_get (params, "prompt", &prompt, "steps", &steps, NULL);
  g_assert_cmpstr (prompt, ==, "");
  g_assert_cmpuint (steps, ==, 25);
  gtk_window_destroy (parent);
}

/* --- models --------------------------------------------------------------------------------- */

static gboolean
is_known (gpointer data)
{
  return weir_model_get_state (data) != WEIR_MODEL_LOOKING;
}

/* Two files of the demo model. */
static char *
make_incomplete_model (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("weir-model-XXXXXX", &error);
  const char *demo = g_getenv ("WEIR_DEMO_MODEL");
  static const char *const files[] = { "stage_c_bf16.safetensors", "previewer.safetensors" };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *from = g_build_filename (demo, files[i], NULL);
      g_autofree char *to = g_build_filename (folder, files[i], NULL);
      g_autoptr (GFile) link = g_file_new_for_path (to);

      g_assert_true (g_file_make_symbolic_link (link, from, NULL, &error));
    }
  return folder;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
models (void)
{
  g_autoptr (GSettings) settings = g_settings_new (WEIR_APP_ID);
  g_autoptr (WeirModelList) list = weir_model_list_new (settings);
  g_autofree char *folder = make_incomplete_model ();
  WeirModel *demo = weir_model_list_get_selected (list);
  WeirModel *incomplete = weir_model_list_add (list, folder);
  WeirModel *broken = weir_model_list_add (list, "/nowhere/at/all");
  GtkWindow *parent = show_parent (600, 700);
  GtkWindow *dialog = weir_models_dialog_new (parent, list);
  g_auto (GStrv) kept = NULL;
  g_autofree char *selected = NULL;
  GtkWidget *rows;

  g_assert_cmpstr (weir_model_get_path (demo), ==, "");
  weir_test_wait (is_known, demo, 20, "the demo model");
  weir_test_wait (is_known, incomplete, 20, "the incomplete model");
  weir_test_wait (is_known, broken, 20, "the broken model");
  g_assert_cmpint (weir_model_get_state (demo), ==, WEIR_MODEL_READY);
  g_assert_cmpint (weir_model_get_state (incomplete), ==, WEIR_MODEL_INCOMPLETE);
  g_assert_cmpint (weir_model_get_state (broken), ==, WEIR_MODEL_BROKEN);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 3);

  show (dialog);
  picture (GTK_WIDGET (dialog), "models");
  rows = weir_test_find (GTK_WIDGET (dialog), "list");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (gtk_widget_get_first_child (rows)), TRUE);
  weir_test_screenshot (GTK_WIDGET (dialog), "models-parts");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (gtk_widget_get_first_child (rows)), FALSE);
  adw_expander_row_set_expanded
    (ADW_EXPANDER_ROW (gtk_widget_get_next_sibling (gtk_widget_get_first_child (rows))), TRUE);
  picture (GTK_WIDGET (dialog), "models-missing");

  /* what is selected and then forgotten gives way to the built-in one */
  weir_model_list_select (list, incomplete);
  selected = g_settings_get_string (settings, "model");
  g_assert_cmpstr (selected, ==, folder);
  weir_model_list_remove (list, incomplete);
  g_assert_true (weir_model_list_get_selected (list) == demo);
  kept = g_settings_get_strv (settings, "models");
  g_assert_cmpuint (g_strv_length (kept), ==, 1);
  weir_model_list_remove (list, demo);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);

  g_settings_reset (settings, "models");
  close_both (dialog, parent);
  remove_folder (folder);
}

/* --- troubles ------------------------------------------------------------------------------- */

static void
count_activation (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  (*(guint *) user_data)++;
}

/* The actions that the buttons name, in a group that counts. */
static void
add_actions (GtkWindow *window,
             guint     *count)
{
  static const char *const names[][2] = {
    { "win", "try-again" }, { "win", "lower-size" }, { "win", "use-cpu" },
    { "win", "use-demo-model" }, { "app", "install-driver" }, { "app", "report" },
    { "app", "models" }, { "app", "preferences" },
  };
  g_autoptr (GSimpleActionGroup) win = g_simple_action_group_new ();
  g_autoptr (GSimpleActionGroup) app = g_simple_action_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (names[i][1], NULL);

      g_signal_connect (action, "activate", G_CALLBACK (count_activation), count);
      g_action_map_add_action (G_ACTION_MAP (g_str_equal (names[i][0], "win") ? win : app),
                               G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (window), "win", G_ACTION_GROUP (win));
  gtk_widget_insert_action_group (GTK_WIDGET (window), "app", G_ACTION_GROUP (app));
}

static WeirTrouble *
make_trouble (int         code,
              const char *sentence)
{
  g_autoptr (GError) error = g_error_new_literal (CAS_ERROR, code, sentence);

  return weir_trouble_new_for_error (error, NULL);
}

static void
banners (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  WeirBanner *banner = WEIR_BANNER (weir_banner_new ());
  GtkWidget *under = gtk_label_new ("The canvas");
  GtkWindow *window;
  GtkWidget *button;
  guint n_done = 0;

  gtk_widget_set_vexpand (under, TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (banner));
  gtk_box_append (GTK_BOX (box), under);
  window = weir_test_show (box, 480, 300);
  add_actions (window, &n_done);
  g_assert_false (weir_banner_is_shown (banner));

  weir_banner_tell (banner, weir_trouble_new_for_processor ("llvmpipe (LLVM 15)"));
  picture (GTK_WIDGET (window), "banner-processor");
  weir_banner_tell (banner, make_trouble (CAS_ERROR_OUT_OF_DEVICE_MEMORY, "It asked for 9.1 GB."));
  picture (GTK_WIDGET (window), "banner-memory");
  weir_banner_tell (banner, make_trouble (CAS_ERROR_BAD_PARAMETER, "A sentence <by> itself & more."));
  weir_test_screenshot (GTK_WIDGET (window), "banner-plain");
  weir_banner_tell (banner, weir_trouble_new_for_restart ("It ended by signal 11.", "line 1\nline 2"));
  picture (GTK_WIDGET (window), "banner-restart");

  weir_banner_tell (banner, make_trouble (CAS_ERROR_DEVICE_LOST, "It hung."));
  picture (GTK_WIDGET (window), "banner-device-lost");
  button = weir_test_find (GTK_WIDGET (banner), "first_button");
  weir_test_click (button, 5, 5);
  g_assert_cmpuint (n_done, ==, 1);
  g_assert_false (weir_banner_is_shown (banner));
  gtk_window_destroy (window);
}

static void
details (void)
{
  GtkWindow *parent = show_parent (480, 480);
  GtkWindow *dialog = weir_details_dialog_new (parent, "It ended by signal 11.\n\nline 1\nline 2\n");

  show (dialog);
  g_signal_emit_by_name (weir_test_find (GTK_WIDGET (dialog), "copy_button"), "clicked");
  picture (GTK_WIDGET (dialog), "details");
  close_both (dialog, parent);
}

static void
pages (void)
{
  WeirTroublePage *page = WEIR_TROUBLE_PAGE (weir_trouble_page_new ());
  GtkWindow *window = weir_test_show (GTK_WIDGET (page), 480, 480);
  g_autoptr (GError) died =
    g_error_new_literal (CAS_ERROR, CAS_ERROR_WORKER_DIED,
                         "The engine keeps stopping: three times within a minute. The engine’s "
                         "process was ended by signal 11.");
  guint n_done = 0;

  add_actions (window, &n_done);
  weir_trouble_page_tell (page, make_trouble (CAS_ERROR_NO_DEVICE, "There is no Vulkan loader."));
  picture (GTK_WIDGET (window), "page-no-driver");
  weir_test_click (weir_test_find (GTK_WIDGET (page), "first_button"), 5, 5);
  g_assert_cmpuint (n_done, ==, 1);

  weir_trouble_page_tell (page, make_trouble (CAS_ERROR_UNSUPPORTED_DEVICE,
                                              "Card & Co. <3>: its Vulkan driver lacks subgroup "
                                              "arithmetic and shuffle."));
  picture (GTK_WIDGET (window), "page-features");
  weir_trouble_page_tell (page, weir_trouble_new_for_stop (died, "line 1\nline 2"));
  picture (GTK_WIDGET (window), "page-stopping");
  weir_trouble_page_tell (page, make_trouble (CAS_ERROR_BAD_MODEL,
                                              "stage_c.safetensors: it ends after 12 of 3600 MB."));
  picture (GTK_WIDGET (window), "page-damaged");
  weir_trouble_page_tell (page, make_trouble (CAS_ERROR_MISSING_MODEL,
                                              "/models/cascade: there is no Stage A in it."));
  picture (GTK_WIDGET (window), "page-missing");
  gtk_window_destroy (window);
}

/* --- questions ------------------------------------------------------------------------------ */

typedef struct
{
  gboolean is_done;
  char    *answer;
  GFile   *file;
  GError  *error;
} Reply;

static gboolean
is_replied (gpointer data)
{
  return ((Reply *) data)->is_done;
}

static void
asked (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  Reply *reply = user_data;

  reply->answer = weir_dialogs_ask_finish (result, &reply->error);
  reply->is_done = TRUE;
}

static void
chosen (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Reply *reply = user_data;

  reply->file = weir_dialogs_choose_finish (result, &reply->error);
  reply->is_done = TRUE;
}

/* The last window that was opened. */
static GtkWindow *
get_newest (GtkWindow *but)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l; l = l->next)
    if (l->data != but && gtk_widget_get_mapped (l->data))
      return l->data;
  g_error ("no dialog opened");
  return NULL;
}

static void
questions (void)
{
  static const WeirAnswer answers[] = {
    { "stay", "_Stay", WEIR_ANSWER_PLAIN },
    { "quit", "_Quit", WEIR_ANSWER_DESTRUCTIVE },
  };
  GtkWindow *parent = show_parent (480, 480);
  Reply first = { 0 }, second = { 0 };
  GtkWindow *dialog;

  for (guint i = 0; i < 2; i++)
    {
      Reply *reply = i == 0 ? &first : &second;

      weir_dialogs_ask_async (parent,
                              &(WeirQuestion) {
                                .heading = "Quit While It Works?",
                                .body = "A <job> is at work & goes on at the next start.",
                                .answers = answers,
                                .n_answers = G_N_ELEMENTS (answers),
                              },
                              NULL, asked, reply);
      weir_test_settle (GTK_WIDGET (parent));
      dialog = get_newest (parent);
      weir_test_settle (GTK_WIDGET (dialog));
      if (i == 0)
        {
          picture (GTK_WIDGET (dialog), "question");
          adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "quit");
          gtk_window_destroy (dialog);
        }
      else
        gtk_window_close (dialog);
      weir_test_wait (is_replied, reply, 5, "the answer");
      g_assert_no_error (reply->error);
    }
  g_assert_cmpstr (first.answer, ==, "quit");
  g_assert_cmpstr (second.answer, ==, "stay");
  g_free (first.answer);
  g_free (second.answer);
  gtk_window_destroy (parent);
}

static void
answered_at_last (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  gboolean *is_done = user_data;
  g_autofree char *answer = weir_dialogs_ask_finish (result, NULL);

  g_assert_cmpstr (answer, ==, "quit");
  gtk_window_destroy (GTK_WINDOW (source));
  *is_done = TRUE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

/* The parent goes with the answer, and before the question's own window does. */
static void
last_question (void)
{
  static const WeirAnswer answers[] = {
    { "stay", "_Stay", WEIR_ANSWER_PLAIN },
    { "quit", "_Quit", WEIR_ANSWER_DESTRUCTIVE },
  };
  GtkWindow *parent = show_parent (480, 480);
  gboolean is_done = FALSE;
  GtkWindow *dialog;

  weir_dialogs_ask_async (parent,
                          &(WeirQuestion) {
                            .heading = "Quit?", .answers = answers, .n_answers = 2,
                          },
                          NULL, answered_at_last, &is_done);
  weir_test_settle (GTK_WIDGET (parent));
  dialog = get_newest (parent);
  weir_test_settle (GTK_WIDGET (dialog));
  weir_test_do (GTK_WIDGET (dialog), (const char *const[]) { "key", "alt+q", NULL });
  weir_test_wait (is_set, &is_done, 5, "the answer");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* What the caller cancels and what the person closes both end the question. */
static void
files (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GtkWindow *parent = show_parent (480, 480);
  Reply reply = { 0 };

  weir_dialogs_choose_async (parent,
                             &(WeirFileQuestion) {
                               .choice = WEIR_CHOOSE_FILE,
                               .title = "Open",
                               .filter_name = "Images",
                               .patterns = (const char *const []) { "*.png", NULL },
                             },
                             cancellable, chosen, &reply);
  weir_test_settle (GTK_WIDGET (parent));
  get_newest (parent);
  g_cancellable_cancel (cancellable);
  weir_test_wait (is_replied, &reply, 5, "the answer");
  g_assert_null (reply.file);
  g_assert_error (reply.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&reply.error);
  gtk_window_destroy (parent);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/dialogs/shortcuts", shortcuts);
  g_test_add_func ("/ui/dialogs/preferences", preferences);
  g_test_add_func ("/ui/dialogs/canvas-preferences", canvas_preferences);
  g_test_add_func ("/ui/dialogs/about", about);
  g_test_add_func ("/ui/dialogs/restore", restore);
  g_test_add_func ("/ui/dialogs/models", models);
  g_test_add_func ("/ui/dialogs/banners", banners);
  g_test_add_func ("/ui/dialogs/details", details);
  g_test_add_func ("/ui/dialogs/pages", pages);
  g_test_add_func ("/ui/dialogs/questions", questions);
  g_test_add_func ("/ui/dialogs/last-question", last_question);
  g_test_add_func ("/ui/dialogs/files", files);
  return g_test_run ();
}
