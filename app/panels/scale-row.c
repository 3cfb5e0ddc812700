/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An action row with a scale and its percentage. */

#include "panels/scale-row.h"

#include <math.h>

#include <glib/gi18n.h>

struct _WeirScaleRow
{
  AdwActionRow parent;

  GtkRange *scale;
  GtkLabel *percentage;
};

G_DEFINE_FINAL_TYPE (WeirScaleRow, weir_scale_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_VALUE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static double
get_value (WeirScaleRow *self)
{
  return round (gtk_range_get_value (self->scale) * 100) / 100;
}

static void
weir_scale_row_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  if (id == PROP_VALUE)
    gtk_range_set_value (WEIR_SCALE_ROW (object)->scale, g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_scale_row_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (id == PROP_VALUE)
    g_value_set_double (value, get_value (WEIR_SCALE_ROW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_scale_row_class_init (WeirScaleRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_scale_row_set_property;
  object_class->get_property = weir_scale_row_get_property;

  properties[PROP_VALUE] =
    g_param_spec_double ("value", NULL, NULL, 0, 1, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
value_changed (WeirScaleRow *self)
{
  /* Translators: a percentage */
  g_autofree char *text = g_strdup_printf (_("%d %%"), (int) round (get_value (self) * 100));

  gtk_label_set_label (self->percentage, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

static void
title_changed (WeirScaleRow *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), -1);
}

static void
weir_scale_row_init (WeirScaleRow *self)
{
  self->scale = GTK_RANGE (gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.01));
  self->percentage = GTK_LABEL (gtk_label_new (NULL));
  gtk_scale_set_draw_value (GTK_SCALE (self->scale), FALSE);
  gtk_widget_set_size_request (GTK_WIDGET (self->scale), 110, -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->scale), TRUE);
  gtk_label_set_width_chars (self->percentage, 5);
  gtk_label_set_xalign (self->percentage, 1);
  gtk_widget_add_css_class (GTK_WIDGET (self->percentage), "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->scale));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->percentage));
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (value_changed), self);
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed), NULL);
  value_changed (self);
}

GtkWidget *
weir_scale_row_new (void)
{
  return g_object_new (WEIR_TYPE_SCALE_ROW, NULL);
}
