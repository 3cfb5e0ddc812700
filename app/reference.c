/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture, a name and a weight. */

#include "reference.h"

struct _WeirReference
{
  GObject parent;

  WeirPicture *picture;
  char        *name;
  double       weight;
};

G_DEFINE_FINAL_TYPE (WeirReference, weir_reference, G_TYPE_OBJECT)

enum
{
  PROP_WEIGHT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
weir_reference_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  WeirReference *self = WEIR_REFERENCE (object);

  if (id != PROP_WEIGHT)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->weight == g_value_get_double (value))
    return;
  self->weight = g_value_get_double (value);
  g_object_notify_by_pspec (object, pspec);
}

static void
weir_reference_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (id == PROP_WEIGHT)
    g_value_set_double (value, WEIR_REFERENCE (object)->weight);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_reference_finalize (GObject *object)
{
  WeirReference *self = WEIR_REFERENCE (object);

  g_clear_object (&self->picture);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (weir_reference_parent_class)->finalize (object);
}

static void
weir_reference_class_init (WeirReferenceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_reference_set_property;
  object_class->get_property = weir_reference_get_property;
  object_class->finalize = weir_reference_finalize;
  properties[PROP_WEIGHT] =
    g_param_spec_double ("weight", NULL, NULL, 0, 2, 1,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_reference_init (WeirReference *self)
{
  self->weight = 1;
}

WeirReference *
weir_reference_new (WeirPicture *picture,
                    const char  *name)
{
  WeirReference *self = g_object_new (WEIR_TYPE_REFERENCE, NULL);

  self->picture = g_object_ref (picture);
  self->name = g_strdup (name);
  return self;
}

WeirPicture *
weir_reference_get_picture (WeirReference *self)
{
  g_return_val_if_fail (WEIR_IS_REFERENCE (self), NULL);

  return self->picture;
}

const char *
weir_reference_get_name (WeirReference *self)
{
  g_return_val_if_fail (WEIR_IS_REFERENCE (self), NULL);

  return self->name;
}

double
weir_reference_get_weight (WeirReference *self)
{
  g_return_val_if_fail (WEIR_IS_REFERENCE (self), 0);

  return self->weight;
}
