/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said and done while finished pictures could not be saved. */

#include "window-private.h"

#include <glib/gi18n.h>

static void
unsaved_changed (WeirWindow *self)
{
  WeirPictureSaver *saver = weir_application_get_saver (self->app);
  const guint n = weir_picture_saver_get_n_unsaved (saver);

  if (n == 0)
    {
      weir_banner_dismiss (self->unsaved_banner);
      return;
    }
  weir_banner_tell (self->unsaved_banner,
                    weir_trouble_new_for_unsaved (n, weir_picture_saver_get_reason (saver)));
  /* else image after image would only be held in memory */
  weir_window_keep_generating (self, FALSE);
}

static void
save_again_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  weir_picture_saver_try_again (weir_application_get_saver (((WeirWindow *) user_data)->app));
}

/* Another folder has another library, into which they go. */
static void
use_folder (WeirWindow *self,
            const char *path)
{
  g_settings_set_string (weir_application_get_settings (self->app), "save-folder", path);
  weir_picture_saver_try_again (weir_application_get_saver (self->app));
}

static void
save_elsewhere_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  weir_window_ask_file (user_data, &(WeirFileQuestion) {
    .choice = WEIR_CHOOSE_FOLDER,
    .title = _("Choose a Folder for the Pictures"),
  }, use_folder);
}

void
weir_window_watch_saving (WeirWindow *self)
{
  static const GActionEntry actions[] = {
    { "save-again", save_again_activated },
    { "save-elsewhere", save_elsewhere_activated },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_signal_connect_object (weir_application_get_saver (self->app), "notify::n-unsaved",
                           G_CALLBACK (unsaved_changed), self, G_CONNECT_SWAPPED);
}
