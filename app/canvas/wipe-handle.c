/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A slider that is a line with a knob. */

#include "canvas/wipe-handle.h"

#include <math.h>

#include <glib/gi18n.h>

#define STEP 0.01
#define LONG_STEP 0.1

/* Of the knob, in pixels. */
#define KNOB 20

struct _WeirWipeHandle
{
  GtkWidget parent;

  double position;
};

G_DEFINE_FINAL_TYPE (WeirWipeHandle, weir_wipe_handle, GTK_TYPE_WIDGET)

enum
{
  PROP_POSITION = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
tell_position (WeirWipeHandle *self)
{
  /* Translators: how much of the image shows what was before, in a comparison */
  g_autofree char *words =
    g_strdup_printf (_("%d percent before"), (int) round (self->position * 100));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, self->position,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words,
                                  -1);
}

static gboolean
move_by (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  WeirWipeHandle *self = WEIR_WIPE_HANDLE (widget);

  weir_wipe_handle_set_position (self, self->position + g_variant_get_double (args));
  return TRUE;
}

static void
weir_wipe_handle_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  const gboolean is_across = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = *natural = is_across ? WEIR_WIPE_HANDLE_WIDTH : 0;
}

/* White with dark edges: to be seen on every picture. */
static void
weir_wipe_handle_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  static const GdkRGBA light = { 1, 1, 1, 1 }, dark = { 0, 0, 0, 0.5f };
  const float height = gtk_widget_get_height (widget);
  const float middle = WEIR_WIPE_HANDLE_WIDTH / 2;
  GskRoundedRect knob;

  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (middle - 2, 0, 4, height));
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (middle - 1, 0, 2, height));

  gsk_rounded_rect_init_from_rect (&knob,
                                   &GRAPHENE_RECT_INIT (middle - KNOB / 2, (height - KNOB) / 2,
                                                        KNOB, KNOB),
                                   KNOB / 2);
  gtk_snapshot_append_outset_shadow (snapshot, &knob, &dark, 0, 0, 1, 1);
  gtk_snapshot_push_rounded_clip (snapshot, &knob);
  gtk_snapshot_append_color (snapshot, &light, &knob.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
weir_wipe_handle_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_POSITION)
    g_value_set_double (value, WEIR_WIPE_HANDLE (object)->position);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_wipe_handle_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  if (id == PROP_POSITION)
    weir_wipe_handle_set_position (WEIR_WIPE_HANDLE (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_wipe_handle_class_init (WeirWipeHandleClass *class)
{
  static const struct { guint key; GdkModifierType modifiers; double step; } keys[] = {
    { GDK_KEY_Left, 0, -STEP },
    { GDK_KEY_Right, 0, STEP },
    { GDK_KEY_Left, GDK_SHIFT_MASK, -LONG_STEP },
    { GDK_KEY_Right, GDK_SHIFT_MASK, LONG_STEP },
    { GDK_KEY_Home, 0, -1 },
    { GDK_KEY_End, 0, 1 },
  };
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = weir_wipe_handle_get_property;
  object_class->set_property = weir_wipe_handle_set_property;
  widget_class->measure = weir_wipe_handle_measure;
  widget_class->snapshot = weir_wipe_handle_snapshot;

  properties[PROP_POSITION] =
    g_param_spec_double ("position", NULL, NULL, 0, 1, 0.5,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "weirwipehandle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, keys[i].modifiers, move_by, "d",
                                  keys[i].step);
}

static void
weir_wipe_handle_init (WeirWipeHandle *self)
{
  self->position = 0.5;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Before and After"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Before and After"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 1.0,
                                  -1);
  tell_position (self);
}

GtkWidget *
weir_wipe_handle_new (void)
{
  return g_object_new (WEIR_TYPE_WIPE_HANDLE, NULL);
}

double
weir_wipe_handle_get_position (WeirWipeHandle *self)
{
  g_return_val_if_fail (WEIR_IS_WIPE_HANDLE (self), 0);

  return self->position;
}

void
weir_wipe_handle_set_position (WeirWipeHandle *self,
                               double          position)
{
  g_return_if_fail (WEIR_IS_WIPE_HANDLE (self));

  position = CLAMP (position, 0, 1);
  if (position == self->position)
    return;
  self->position = position;
  tell_position (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION]);
}
