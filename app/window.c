/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window puts its parts together; what they do is theirs. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "panels/panes.h"

struct _WeirWindow
{
  AdwApplicationWindow parent;

  WeirDocument *document;
  WeirParams   *params;

  AdwToastOverlay *toasts;
  AdwWindowTitle  *title;
  WeirPanes       *panes;
};

G_DEFINE_FINAL_TYPE (WeirWindow, weir_window, ADW_TYPE_APPLICATION_WINDOW)

static void
weir_window_dispose (GObject *object)
{
  WeirWindow *self = WEIR_WINDOW (object);

  g_clear_object (&self->document);
  g_clear_object (&self->params);
  G_OBJECT_CLASS (weir_window_parent_class)->dispose (object);
}

static void
weir_window_class_init (WeirWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_window_dispose;

  g_type_ensure (WEIR_TYPE_PANES);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/window.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, title);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, panes);
}

static void
weir_window_init (WeirWindow *self)
{
  g_autoptr (GPropertyAction) show_start = NULL;
  g_autoptr (GPropertyAction) show_end = NULL;

  self->document = weir_document_new ();
  self->params = weir_params_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_window_add_actions (self);

  show_start = g_property_action_new ("show-start", self->panes, "show-start");
  show_end = g_property_action_new ("show-end", self->panes, "show-end");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_start));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_end));
}

WeirWindow *
weir_window_new (WeirApplication *app)
{
  WeirWindow *self = g_object_new (WEIR_TYPE_WINDOW, "application", app, NULL);
  GSettings *settings = weir_application_get_settings (app);

  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  return self;
}

void
weir_window_open (WeirWindow *self,
                  GFile      *file)
{
}

WeirDocument *
weir_window_get_document (WeirWindow *self)
{
  g_return_val_if_fail (WEIR_IS_WINDOW (self), NULL);

  return self->document;
}

WeirParams *
weir_window_get_params (WeirWindow *self)
{
  g_return_val_if_fail (WEIR_IS_WINDOW (self), NULL);

  return self->params;
}

void
weir_window_tell (WeirWindow *self,
                  const char *sentence)
{
  AdwToast *toast;
  g_autofree char *markup = NULL;

  g_return_if_fail (WEIR_IS_WINDOW (self));

  /* A toast's title is markup. */
  markup = g_markup_escape_text (sentence, -1);
  toast = adw_toast_new (markup);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
