/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands that need no window, and the dialogs that they open. */

#include "application-private.h"

#include <glib/gi18n.h>

#include <cascade/file-name.h>

#include "dialogs/about-dialog.h"
#include "dialogs/details-dialog.h"
#include "dialogs/preferences-dialog.h"
#include "dialogs/shortcuts-dialog.h"
#include "models/models-dialog.h"

static void
prompt_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  WeirWindow *window = weir_application_show_window (user_data);

  g_object_set (weir_window_get_params (window), "prompt", g_variant_get_string (parameter, NULL),
                NULL);
}

static GtkWindow *
get_window (WeirApplication *self)
{
  return gtk_application_get_active_window (GTK_APPLICATION (self));
}

static char *
make_example (const char *pattern,
              GError    **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return cas_file_name_expand (pattern, &(CasFileNameValues) {
    .prompt = _("a red house"), .seed = 1, .index = 1, .date = now,
  }, error);
}

static void
devices_listed (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (WeirPreferencesDialog) dialog = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices =
    cas_worker_list_devices_finish (CAS_WORKER (source), result, &error);

  weir_preferences_dialog_set_devices (dialog, devices, error ? error->message : NULL);
}

static void
preferences_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  WeirApplication *self = user_data;
  GtkWindow *dialog =
    weir_preferences_dialog_new (get_window (self), self->settings, make_example);

  cas_worker_list_devices_async (self->worker, NULL, devices_listed, g_object_ref (dialog));
  gtk_window_present (dialog);
}

static void
shortcuts_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  gtk_window_present (weir_shortcuts_dialog_new (get_window (user_data)));
}

static void
models_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  WeirApplication *self = user_data;

  gtk_window_present (weir_models_dialog_new (get_window (self), self->models));
}

static void
open_model_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  WeirApplication *self = user_data;

  GtkWindow *dialog = weir_models_dialog_new (get_window (self), self->models);

  /* whose row says what is wrong with a folder that is no model */
  gtk_window_present (dialog);
  weir_models_dialog_open_folder (dialog, self->models);
}

/* Packages have other names elsewhere, and what they are called in the common systems tells a person
 * what to look for. */
static void
install_driver_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  gtk_window_present (weir_details_dialog_new (
    get_window (user_data),
    _("Weir draws with Vulkan, which a graphics driver brings.\n\n"
      "Debian, Ubuntu: sudo apt install mesa-vulkan-drivers\n"
      "Fedora: sudo dnf install mesa-vulkan-drivers\n"
      "Arch: sudo pacman -S vulkan-radeon vulkan-intel vulkan-swrast\n\n"
      "These are for AMD and Intel, and for the processor alone. For a card of NVIDIA install its "
      "own driver, as your system recommends.")));
}

static void
about_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  WeirApplication *self = user_data;
  const CasWorkerInfo *info = cas_worker_peek_info (self->worker);
  g_autofree char *details = cas_worker_dup_details (self->worker);
  g_autofree char *log = self->log ? weir_log_dup_text (self->log) : NULL;

  gtk_window_present (weir_about_dialog_new (get_window (self), &(WeirTroubleshooting) {
    .device = info ? info->device : NULL,
    .driver = info ? info->driver : NULL,
    .memory_bytes = info ? info->memory_bytes : 0,
    .model = info ? info->model : NULL,
    .details = details,
    .log = log,
  }));
}

static void
quit_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  /* The window may have to ask first. */
  if (window)
    gtk_window_close (window);
  else
    g_application_quit (user_data);
}

void
weir_application_add_actions (WeirApplication *self)
{
  static const GActionEntry actions[] = {
    { "about", about_activated },
    { "install-driver", install_driver_activated },
    { "models", models_activated },
    { "open-model", open_model_activated },
    { "preferences", preferences_activated },
    { "prompt", prompt_activated, "s" },
    { "quit", quit_activated },
    { "shortcuts", shortcuts_activated },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}
