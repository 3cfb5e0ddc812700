/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar's buttons and the candidates they act on. */

#include "canvas/staging-bar.h"

struct _WeirStagingBar
{
  GtkWidget parent;

  WeirStaging   *staging;
  GBindingGroup *bindings;
  gboolean       is_comparing;

  GtkRevealer *revealer;
  GtkLabel    *position;
  GtkWidget   *compare;
  GtkWidget   *discard;
  GtkWidget   *keep;
};

G_DEFINE_FINAL_TYPE (WeirStagingBar, weir_staging_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_STAGING = 1,
  PROP_COMPARE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
previous_clicked (WeirStagingBar *self)
{
  weir_staging_previous (self->staging);
}

static void
next_clicked (WeirStagingBar *self)
{
  weir_staging_next (self->staging);
}

static void
discard_clicked (WeirStagingBar *self)
{
  weir_staging_discard (self->staging);
}

static void
keep_clicked (WeirStagingBar *self)
{
  weir_staging_keep (self->staging);
}

static void
weir_staging_bar_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  WeirStagingBar *self = WEIR_STAGING_BAR (object);

  switch (id)
    {
    case PROP_STAGING:
      if (!g_set_object (&self->staging, g_value_get_object (value)))
        return;
      g_binding_group_set_source (self->bindings, self->staging);
      break;
    case PROP_COMPARE:
      if (self->is_comparing == g_value_get_boolean (value))
        return;
      self->is_comparing = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
weir_staging_bar_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  WeirStagingBar *self = WEIR_STAGING_BAR (object);

  switch (id)
    {
    case PROP_STAGING:
      g_value_set_object (value, self->staging);
      break;
    case PROP_COMPARE:
      g_value_set_boolean (value, self->is_comparing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_staging_bar_dispose (GObject *object)
{
  WeirStagingBar *self = WEIR_STAGING_BAR (object);
  GtkWidget *revealer = GTK_WIDGET (self->revealer);

  g_clear_object (&self->bindings);
  g_clear_object (&self->staging);
  g_clear_pointer (&revealer, gtk_widget_unparent);
  self->revealer = NULL;
  G_OBJECT_CLASS (weir_staging_bar_parent_class)->dispose (object);
}

static void
weir_staging_bar_class_init (WeirStagingBarClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_staging_bar_set_property;
  object_class->get_property = weir_staging_bar_get_property;
  object_class->dispose = weir_staging_bar_dispose;

  properties[PROP_STAGING] = g_param_spec_object ("staging", NULL, NULL, WEIR_TYPE_STAGING, flags);
  properties[PROP_COMPARE] = g_param_spec_boolean ("compare", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/staging-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStagingBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirStagingBar, position);
  gtk_widget_class_bind_template_child (widget_class, WeirStagingBar, compare);
  gtk_widget_class_bind_template_child (widget_class, WeirStagingBar, discard);
  gtk_widget_class_bind_template_child (widget_class, WeirStagingBar, keep);
  gtk_widget_class_bind_template_callback (widget_class, previous_clicked);
  gtk_widget_class_bind_template_callback (widget_class, next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, discard_clicked);
  gtk_widget_class_bind_template_callback (widget_class, keep_clicked);
}

static void
weir_staging_bar_init (WeirStagingBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->bindings = g_binding_group_new ();
  g_binding_group_bind (self->bindings, "has-candidates", self->revealer, "reveal-child",
                        G_BINDING_SYNC_CREATE);
  /* what is not revealed takes no click from the canvas */
  g_binding_group_bind (self->bindings, "has-candidates", self, "can-target",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "position-label", self->position, "label",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "can-compare", self->compare, "visible",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "has-selected", self->discard, "sensitive",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "has-selected", self->keep, "sensitive",
                        G_BINDING_SYNC_CREATE);
}

GtkWidget *
weir_staging_bar_new (void)
{
  return g_object_new (WEIR_TYPE_STAGING_BAR, NULL);
}
