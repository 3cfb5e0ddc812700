/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A zoom in percent between its buttons. */

#include "canvas/zoom-bar.h"

#include <math.h>

#include <glib/gi18n.h>

struct _WeirZoomBar
{
  GtkWidget parent;

  double     zoom;
  GtkWidget *box;
  GtkButton *original;
};

G_DEFINE_FINAL_TYPE (WeirZoomBar, weir_zoom_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_ZOOM = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_zoom (WeirZoomBar *self,
          double       zoom)
{
  g_autofree char *text = NULL;

  if (zoom == self->zoom)
    return;
  self->zoom = zoom;
  /* Translators: how large a picture is shown */
  text = g_strdup_printf (_("%d %%"), (int) round (zoom * 100));
  gtk_button_set_label (self->original, text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

static void
weir_zoom_bar_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  if (id == PROP_ZOOM)
    set_zoom (WEIR_ZOOM_BAR (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_zoom_bar_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_ZOOM)
    g_value_set_double (value, WEIR_ZOOM_BAR (object)->zoom);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_zoom_bar_dispose (GObject *object)
{
  g_clear_pointer (&WEIR_ZOOM_BAR (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_zoom_bar_parent_class)->dispose (object);
}

static void
weir_zoom_bar_class_init (WeirZoomBarClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_zoom_bar_set_property;
  object_class->get_property = weir_zoom_bar_get_property;
  object_class->dispose = weir_zoom_bar_dispose;
  properties[PROP_ZOOM] =
    g_param_spec_double ("zoom", NULL, NULL, 0, G_MAXDOUBLE, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/zoom-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirZoomBar, box);
  gtk_widget_class_bind_template_child (widget_class, WeirZoomBar, original);
}

static void
weir_zoom_bar_init (WeirZoomBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  set_zoom (self, 1);
}

GtkWidget *
weir_zoom_bar_new (void)
{
  return g_object_new (WEIR_TYPE_ZOOM_BAR, NULL);
}
