/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of candidates and which of them is shown. */

#include "canvas/staging.h"

#include <glib/gi18n.h>

#define NONE G_MAXUINT

struct _WeirStaging
{
  GObject parent;

  WeirDocument *document;
  GPtrArray    *pictures;
  guint         selected;
};

enum
{
  PROP_SELECTED = 1,
  PROP_PICTURE,
  PROP_HAS_CANDIDATES,
  PROP_HAS_SELECTED,
  PROP_CAN_COMPARE,
  PROP_POSITION_LABEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_PICTURE;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_STAGING (model)->pictures->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  WeirStaging *self = WEIR_STAGING (model);

  if (position >= self->pictures->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->pictures, position));
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirStaging, weir_staging, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static char *
position_label (WeirStaging *self)
{
  const guint n = self->pictures->len;

  if (n == 0)
    return g_strdup ("");
  if (self->selected == NONE)
    return g_strdup_printf (ngettext ("%u result", "%u results", n), n);
  /* Translators: which of how many results is shown */
  return g_strdup_printf (_("%u of %u"), self->selected + 1, n);
}

static void
weir_staging_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  WeirStaging *self = WEIR_STAGING (object);

  switch (id)
    {
    case PROP_SELECTED:
      g_value_set_uint (value, self->selected);
      break;
    case PROP_PICTURE:
      g_value_set_object (value, weir_staging_get_picture (self));
      break;
    case PROP_HAS_CANDIDATES:
      g_value_set_boolean (value, self->pictures->len > 0);
      break;
    case PROP_HAS_SELECTED:
      g_value_set_boolean (value, self->selected != NONE);
      break;
    case PROP_CAN_COMPARE:
      g_value_set_boolean (value, self->selected != NONE &&
                                  weir_document_get_picture (self->document) != NULL);
      break;
    case PROP_POSITION_LABEL:
      g_value_take_string (value, position_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_staging_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_SELECTED)
    weir_staging_set_selected (WEIR_STAGING (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_staging_finalize (GObject *object)
{
  WeirStaging *self = WEIR_STAGING (object);

  g_clear_pointer (&self->pictures, g_ptr_array_unref);
  g_clear_object (&self->document);
  G_OBJECT_CLASS (weir_staging_parent_class)->finalize (object);
}

static void
weir_staging_class_init (WeirStagingClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_staging_get_property;
  object_class->set_property = weir_staging_set_property;
  object_class->finalize = weir_staging_finalize;

  properties[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, NONE, NONE,
                                                 flags | G_PARAM_WRITABLE |
                                                   G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_PICTURE] =
    g_param_spec_object ("picture", NULL, NULL, WEIR_TYPE_PICTURE, flags);
  properties[PROP_HAS_CANDIDATES] =
    g_param_spec_boolean ("has-candidates", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_SELECTED] = g_param_spec_boolean ("has-selected", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_COMPARE] = g_param_spec_boolean ("can-compare", NULL, NULL, FALSE, flags);
  properties[PROP_POSITION_LABEL] = g_param_spec_string ("position-label", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_staging_init (WeirStaging *self)
{
  self->pictures = g_ptr_array_new_with_free_func (g_object_unref);
  self->selected = NONE;
}

static void
notify_all (WeirStaging *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
document_changed (WeirStaging *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_COMPARE]);
}

WeirStaging *
weir_staging_new (WeirDocument *document)
{
  WeirStaging *self = g_object_new (WEIR_TYPE_STAGING, NULL);

  self->document = g_object_ref (document);
  g_signal_connect_object (document, "notify::picture", G_CALLBACK (document_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
weir_staging_add (WeirStaging *self,
                  WeirPicture *picture)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  g_ptr_array_add (self->pictures, g_object_ref (picture));
  if (self->selected == NONE)
    self->selected = self->pictures->len - 1;
  g_list_model_items_changed (G_LIST_MODEL (self), self->pictures->len - 1, 0, 1);
  notify_all (self);
}

WeirPicture *
weir_staging_get_picture (WeirStaging *self)
{
  g_return_val_if_fail (WEIR_IS_STAGING (self), NULL);

  return self->selected == NONE ? NULL : g_ptr_array_index (self->pictures, self->selected);
}

guint
weir_staging_get_selected (WeirStaging *self)
{
  g_return_val_if_fail (WEIR_IS_STAGING (self), NONE);

  return self->selected;
}

void
weir_staging_set_selected (WeirStaging *self,
                           guint        selected)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (selected >= self->pictures->len)
    selected = NONE;
  if (selected == self->selected)
    return;
  self->selected = selected;
  notify_all (self);
}

void
weir_staging_previous (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected == NONE || self->selected == 0)
    weir_staging_set_selected (self, self->pictures->len - 1);
  else
    weir_staging_set_selected (self, self->selected - 1);
}

void
weir_staging_next (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected == NONE || self->selected + 1 == self->pictures->len)
    weir_staging_set_selected (self, 0);
  else
    weir_staging_set_selected (self, self->selected + 1);
}

void
weir_staging_keep (WeirStaging *self)
{
  g_autoptr (WeirPicture) kept = NULL;

  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected == NONE)
    return;
  kept = g_object_ref (weir_staging_get_picture (self));
  /* the document first: the canvas then never shows what was there before */
  weir_document_set_picture (self->document, kept);
  weir_staging_discard_all (self);
}

static void
remove_at (WeirStaging *self,
           guint        position)
{
  g_ptr_array_remove_index (self->pictures, position);
  if (self->pictures->len == 0)
    self->selected = NONE;
  else if (self->selected != NONE
           && (self->selected > position || self->selected == self->pictures->len))
    self->selected--;
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  notify_all (self);
}

void
weir_staging_discard (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected != NONE)
    remove_at (self, self->selected);
}

void
weir_staging_remove (WeirStaging *self,
                     WeirPicture *picture)
{
  guint position;

  g_return_if_fail (WEIR_IS_STAGING (self));

  if (g_ptr_array_find (self->pictures, picture, &position))
    remove_at (self, position);
}

void
weir_staging_discard_all (WeirStaging *self)
{
  guint n;

  g_return_if_fail (WEIR_IS_STAGING (self));

  n = self->pictures->len;
  if (n == 0)
    return;
  g_ptr_array_set_size (self->pictures, 0);
  self->selected = NONE;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  notify_all (self);
}
