/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The document with what is beside it, and the file of both. */

#include "work-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (WeirWork, weir_work, G_TYPE_OBJECT)

enum
{
  PROP_PATH = 1,
  PROP_IS_UNSAVED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what changes ---------------------------------------------------------------------------- */

static void
changed (WeirWork *self)
{
  self->serial++;
  if (!self->is_taking && !self->is_unsaved)
    {
      self->is_unsaved = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_UNSAVED]);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
mask_changed (WeirWork *self)
{
  self->mask_serial++;
  changed (self);
}

static void
mask_replaced (WeirWork *self)
{
  g_signal_group_set_target (self->mask_signals, weir_document_get_mask (self->document));
  mask_changed (self);
}

static void
watch (WeirWork *self)
{
  g_signal_connect_object (self->recipe, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  self->mask_signals = g_signal_group_new (WEIR_TYPE_MASK);
  g_signal_group_connect_swapped (self->mask_signals, "changed", G_CALLBACK (mask_changed), self);
  g_signal_group_set_target (self->mask_signals, weir_document_get_mask (self->document));
  g_signal_connect_object (self->document, "notify::mask", G_CALLBACK (mask_replaced), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::picture", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::frame", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_work_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  if (id == PROP_PATH)
    g_value_set_string (value, WEIR_WORK (object)->path);
  else if (id == PROP_IS_UNSAVED)
    g_value_set_boolean (value, WEIR_WORK (object)->is_unsaved);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_work_finalize (GObject *object)
{
  WeirWork *self = WEIR_WORK (object);

  g_clear_object (&self->mask_signals);
  g_clear_object (&self->document);
  g_clear_object (&self->recipe);
  g_clear_object (&self->params);
  g_clear_object (&self->guides);
  g_clear_object (&self->references);
  g_clear_object (&self->loras);
  g_free (self->path);
  G_OBJECT_CLASS (weir_work_parent_class)->finalize (object);
}

static void
weir_work_class_init (WeirWorkClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (class)->get_property = weir_work_get_property;
  G_OBJECT_CLASS (class)->finalize = weir_work_finalize;
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_IS_UNSAVED] = g_param_spec_boolean ("is-unsaved", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_WORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
weir_work_init (WeirWork *self)
{
}

WeirWork *
weir_work_new (WeirDocument *document,
               WeirParams   *params,
               GListStore   *guides,
               GListStore   *references,
               WeirLoraList *loras)
{
  WeirWork *self = g_object_new (WEIR_TYPE_WORK, NULL);

  self->document = g_object_ref (document);
  self->params = g_object_ref (params);
  self->guides = g_object_ref (guides);
  self->references = g_object_ref (references);
  g_set_object (&self->loras, loras);
  self->recipe = weir_recipe_new (params, guides, references, loras);
  weir_document_set_recipe (document, self->recipe);
  watch (self);
  return self;
}

const char *
weir_work_get_path (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);

  return self->path;
}

gboolean
weir_work_get_is_unsaved (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), FALSE);

  return self->is_unsaved;
}

char *
weir_work_dup_name (WeirWork *self)
{
  char *name, *ending;

  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);

  if (!self->path)
    return NULL;
  name = g_filename_display_basename (self->path);
  ending = strrchr (name, '.');
  if (ending && ending > name && g_ascii_strcasecmp (ending, WEIR_PROJECT_ENDING) == 0)
    *ending = '\0';
  return name;
}

guint
weir_work_get_serial (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), 0);

  return self->serial;
}

guint
weir_work_get_mask_serial (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), 0);

  return self->mask_serial;
}

void
weir_work_set_path (WeirWork   *self,
                    const char *path,
                    gboolean    is_unsaved)
{
  g_autofree char *copy = g_strdup (path);

  g_return_if_fail (WEIR_IS_WORK (self));

  g_free (self->path);
  self->path = g_steal_pointer (&copy);
  self->is_unsaved = is_unsaved;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_UNSAVED]);
}

gboolean
weir_work_is_empty (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), TRUE);

  return !weir_document_get_picture (self->document) &&
         g_list_model_get_n_items (G_LIST_MODEL (self->guides)) == 0 &&
         g_list_model_get_n_items (G_LIST_MODEL (self->references)) == 0;
}

void
weir_work_clear (WeirWork *self)
{
  g_return_if_fail (WEIR_IS_WORK (self));

  weir_document_begin_change (self->document);
  weir_document_set_picture (self->document, NULL);
  g_list_store_remove_all (self->guides);
  g_list_store_remove_all (self->references);
  if (self->loras)
    weir_work_turn_off_loras (self);
  weir_document_end_change (self->document);
  weir_work_set_path (self, NULL, FALSE);
}

void
weir_work_end_edit (WeirWork *self)
{
  g_return_if_fail (WEIR_IS_WORK (self));

  weir_recipe_end_edit (self->recipe);
}

WeirGuide *
weir_work_new_guide (WeirWork       *self,
                     CasControlKind  kind)
{
  WeirGuide *guide = weir_guide_new (kind);

  g_object_bind_property (self->params, "width", guide, "width", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->params, "height", guide, "height", G_BINDING_SYNC_CREATE);
  return guide;
}
