/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Start-up, the window, and the commands that need none. */

#include "application.h"

#include <glib/gi18n.h>

#include "commands.h"
#include "window.h"

struct _WeirApplication
{
  AdwApplication parent;

  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (WeirApplication, weir_application, ADW_TYPE_APPLICATION)

/* One window holds one document, so a second start shows the first one's. */
static WeirWindow *
ensure_window (WeirApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!window)
    window = GTK_WINDOW (weir_window_new (self));
  gtk_window_present (window);
  return WEIR_WINDOW (window);
}

static void
weir_application_activate (GApplication *app)
{
  ensure_window (WEIR_APPLICATION (app));
}

static void
weir_application_open (GApplication  *app,
                       GFile        **files,
                       gint           n_files,
                       const char    *hint)
{
  weir_window_open (ensure_window (WEIR_APPLICATION (app)), files[0]);
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

static void
weir_application_startup (GApplication *app)
{
  static const GActionEntry actions[] = {
    { "quit", quit_activated },
  };
  WeirApplication *self = WEIR_APPLICATION (app);

  G_APPLICATION_CLASS (weir_application_parent_class)->startup (app);

  self->settings = g_settings_new (WEIR_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), self);
  weir_commands_install (GTK_APPLICATION (app));
}

static void
weir_application_finalize (GObject *object)
{
  WeirApplication *self = WEIR_APPLICATION (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (weir_application_parent_class)->finalize (object);
}

static void
weir_application_class_init (WeirApplicationClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  object_class->finalize = weir_application_finalize;
  application_class->activate = weir_application_activate;
  application_class->open = weir_application_open;
  application_class->startup = weir_application_startup;
}

static void
weir_application_init (WeirApplication *self)
{
}

WeirApplication *
weir_application_new (GApplicationFlags flags)
{
  return g_object_new (WEIR_TYPE_APPLICATION,
                       "application-id", WEIR_APP_ID,
                       "flags", flags,
                       "resource-base-path", "/io/github/weir/Weir",
                       NULL);
}

GSettings *
weir_application_get_settings (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->settings;
}
