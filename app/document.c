/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of states, one of which is the present one. */

#include "document.h"

/* Pictures that can be gone back to: some 150 MB of those of a megapixel. */
#define MAX_STATES 50

struct _WeirDocument
{
  GObject parent;

  GPtrArray *states; /* WeirPicture, NULL for an empty document; the oldest first */
  guint      current;
};

G_DEFINE_FINAL_TYPE (WeirDocument, weir_document, G_TYPE_OBJECT)

enum
{
  PROP_PICTURE = 1,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
can_undo (WeirDocument *self)
{
  return self->current > 0;
}

static gboolean
can_redo (WeirDocument *self)
{
  return self->current + 1 < self->states->len;
}

static void
weir_document_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  WeirDocument *self = WEIR_DOCUMENT (object);

  switch (id)
    {
    case PROP_PICTURE:
      g_value_set_object (value, weir_document_get_picture (self));
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, can_redo (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_document_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_DOCUMENT (object)->states, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_document_parent_class)->finalize (object);
}

static void
weir_document_class_init (WeirDocumentClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_document_get_property;
  object_class->finalize = weir_document_finalize;

  properties[PROP_PICTURE] =
    g_param_spec_object ("picture", NULL, NULL, WEIR_TYPE_PICTURE, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
unref_state (gpointer picture)
{
  if (picture)
    g_object_unref (picture);
}

static void
weir_document_init (WeirDocument *self)
{
  self->states = g_ptr_array_new_with_free_func (unref_state);
  g_ptr_array_add (self->states, NULL);
}

static void
notify_all (WeirDocument *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

WeirDocument *
weir_document_new (void)
{
  return g_object_new (WEIR_TYPE_DOCUMENT, NULL);
}

WeirPicture *
weir_document_get_picture (WeirDocument *self)
{
  g_return_val_if_fail (WEIR_IS_DOCUMENT (self), NULL);

  return g_ptr_array_index (self->states, self->current);
}

void
weir_document_set_picture (WeirDocument *self,
                           WeirPicture  *picture)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  if (picture == weir_document_get_picture (self))
    return;
  g_ptr_array_set_size (self->states, self->current + 1);
  g_ptr_array_add (self->states, picture ? g_object_ref (picture) : NULL);
  if (self->states->len > MAX_STATES)
    g_ptr_array_remove_index (self->states, 0);
  self->current = self->states->len - 1;
  notify_all (self);
}

void
weir_document_begin (WeirDocument *self,
                     WeirPicture  *picture)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  g_ptr_array_set_size (self->states, 0);
  g_ptr_array_add (self->states, g_object_ref (picture));
  self->current = 0;
  notify_all (self);
}

void
weir_document_undo (WeirDocument *self)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  if (!can_undo (self))
    return;
  self->current--;
  notify_all (self);
}

void
weir_document_redo (WeirDocument *self)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  if (!can_redo (self))
    return;
  self->current++;
  notify_all (self);
}
