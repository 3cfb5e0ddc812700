/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An action row with a spin button. */

#include "panels/spin-row.h"

struct _WeirSpinRow
{
  AdwActionRow parent;

  GtkSpinButton *spin;
};

G_DEFINE_FINAL_TYPE (WeirSpinRow, weir_spin_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_ADJUSTMENT = 1,
  PROP_VALUE,
  PROP_DIGITS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
weir_spin_row_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  WeirSpinRow *self = WEIR_SPIN_ROW (object);

  switch (id)
    {
    case PROP_ADJUSTMENT:
      gtk_spin_button_set_adjustment (self->spin, g_value_get_object (value));
      break;
    case PROP_VALUE:
      gtk_spin_button_set_value (self->spin, g_value_get_double (value));
      break;
    case PROP_DIGITS:
      gtk_spin_button_set_digits (self->spin, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_spin_row_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  WeirSpinRow *self = WEIR_SPIN_ROW (object);

  switch (id)
    {
    case PROP_ADJUSTMENT:
      g_value_set_object (value, gtk_spin_button_get_adjustment (self->spin));
      break;
    case PROP_VALUE:
      g_value_set_double (value, gtk_spin_button_get_value (self->spin));
      break;
    case PROP_DIGITS:
      g_value_set_uint (value, gtk_spin_button_get_digits (self->spin));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_spin_row_class_init (WeirSpinRowClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_spin_row_set_property;
  object_class->get_property = weir_spin_row_get_property;

  properties[PROP_ADJUSTMENT] =
    g_param_spec_object ("adjustment", NULL, NULL, GTK_TYPE_ADJUSTMENT, flags);
  properties[PROP_VALUE] =
    g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_DIGITS] = g_param_spec_uint ("digits", NULL, NULL, 0, 20, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
value_changed (WeirSpinRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

static void
title_changed (WeirSpinRow *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), -1);
}

static void
weir_spin_row_init (WeirSpinRow *self)
{
  self->spin = GTK_SPIN_BUTTON (gtk_spin_button_new (NULL, 1, 0));
  gtk_spin_button_set_numeric (self->spin, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->spin), 5);
  gtk_widget_set_valign (GTK_WIDGET (self->spin), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  g_signal_connect_swapped (self->spin, "value-changed", G_CALLBACK (value_changed), self);
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed), NULL);
}

GtkWidget *
weir_spin_row_new (void)
{
  return g_object_new (WEIR_TYPE_SPIN_ROW, NULL);
}
