/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of models: each looks at its folder in a thread. */

#include "models/model-list.h"

#include <glib/gi18n.h>

struct _WeirModel
{
  GObject parent;

  char          *path;
  char          *name;
  WeirModelState state;
  CasModelInfo  *info;
  char          *error;
  GCancellable  *looking;
};

G_DEFINE_FINAL_TYPE (WeirModel, weir_model, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
weir_model_finalize (GObject *object)
{
  WeirModel *self = WEIR_MODEL (object);

  g_free (self->path);
  g_free (self->name);
  g_free (self->error);
  g_clear_pointer (&self->info, cas_model_info_free);
  g_clear_object (&self->looking);
  G_OBJECT_CLASS (weir_model_parent_class)->finalize (object);
}

static void
weir_model_class_init (WeirModelClass *class)
{
  G_OBJECT_CLASS (class)->finalize = weir_model_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_model_init (WeirModel *self)
{
}

/* --- looking -------------------------------------------------------------------------------- */

static void
look (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  const char *path = data;
  g_autofree char *demo = *path ? NULL : cas_model_dup_demo ();
  CasModelInfo *info;
  GError *error = NULL;

  if (!*path && !demo)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                               _("The built-in model is not installed."));
      return;
    }
  info = cas_model_inspect (*path ? path : demo, NULL, &error);
  if (info)
    g_task_return_pointer (task, info, (GDestroyNotify) cas_model_info_free);
  else
    g_task_return_error (task, error);
}

static void
looked (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirModel *self = WEIR_MODEL (source);
  g_autoptr (GError) error = NULL;
  CasModelInfo *info = g_task_propagate_pointer (G_TASK (result), &error);

  /* another look began since */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!info)
    self->state = WEIR_MODEL_BROKEN;
  else
    self->state = info->missing->len == 0 ? WEIR_MODEL_READY : WEIR_MODEL_INCOMPLETE;
  self->info = info;
  self->error = error ? g_strdup (error->message) : NULL;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
begin_look (WeirModel *self)
{
  g_autoptr (GTask) task = NULL;

  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  self->state = WEIR_MODEL_LOOKING;
  g_clear_pointer (&self->info, cas_model_info_free);
  g_clear_pointer (&self->error, g_free);
  g_signal_emit (self, signals[CHANGED], 0);

  task = g_task_new (self, self->looking, looked, NULL);
  g_task_set_source_tag (task, begin_look);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, look);
}

static WeirModel *
model_new (const char *path)
{
  WeirModel *self = g_object_new (WEIR_TYPE_MODEL, NULL);

  self->path = g_strdup (path);
  self->name = *path ? g_filename_display_basename (path) : g_strdup (_("Demo Model"));
  begin_look (self);
  return self;
}

const char *
weir_model_get_path (WeirModel *self)
{
  return self->path;
}

const char *
weir_model_get_name (WeirModel *self)
{
  return self->name;
}

WeirModelState
weir_model_get_state (WeirModel *self)
{
  return self->state;
}

const CasModelInfo *
weir_model_get_info (WeirModel *self)
{
  return self->info;
}

static guint
get_control_kind (const CasModelInfo *part)
{
  CasControlKind kind;

  for (guint i = 0; i + 1 < part->details->len; i += 2)
    if (g_str_equal (part->details->pdata[i], "filter")
        && cas_control_kind_from_name (part->details->pdata[i + 1], &kind))
      return 1u << kind;
  return 0;
}

guint
weir_model_get_control_kinds (WeirModel *self)
{
  guint kinds = 0;

  g_return_val_if_fail (WEIR_IS_MODEL (self), 0);

  for (guint i = 0; self->info && i < self->info->parts->len; i++)
    kinds |= get_control_kind (self->info->parts->pdata[i]);
  return kinds;
}

gboolean
weir_model_has_saliency (WeirModel *self)
{
  g_return_val_if_fail (WEIR_IS_MODEL (self), FALSE);

  for (guint i = 0; self->info && i < self->info->parts->len; i++)
    {
      const CasModelInfo *part = self->info->parts->pdata[i];

      if (g_str_equal (part->kind_id, "saliency"))
        return TRUE;
    }
  return FALSE;
}

char *
weir_model_dup_summary (WeirModel *self)
{
  g_autofree char *size = self->info ? g_format_size (self->info->size_bytes) : NULL;

  switch (self->state)
    {
    case WEIR_MODEL_LOOKING:
      return g_strdup (_("Reading its files…"));
    case WEIR_MODEL_READY:
      if (*self->path == '\0')
        return g_strdup_printf (_("%s · tiny, built in, low quality"), size);
      /* Translators: a size, as in “7.3 GB” */
      return g_strdup_printf (_("%s · complete"), size);
    case WEIR_MODEL_INCOMPLETE:
      return g_strdup_printf (_("%s · not complete"), size);
    case WEIR_MODEL_BROKEN:
    default:
      return g_strdup (self->error);
    }
}

/* --- the list ------------------------------------------------------------------------------- */

struct _WeirModelList
{
  GObject parent;

  GSettings *settings;
  GPtrArray *models;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirModelList, weir_model_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_SELECTED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *list)
{
  return WEIR_TYPE_MODEL;
}

static guint
get_n_items (GListModel *list)
{
  return WEIR_MODEL_LIST (list)->models->len;
}

static gpointer
get_item (GListModel *list,
          guint       position)
{
  WeirModelList *self = WEIR_MODEL_LIST (list);

  return position < self->models->len ? g_object_ref (self->models->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static WeirModel *
find (WeirModelList *self,
      const char    *path)
{
  for (guint i = 0; i < self->models->len; i++)
    if (g_strcmp0 (weir_model_get_path (self->models->pdata[i]), path) == 0)
      return self->models->pdata[i];
  return NULL;
}

static void
save (WeirModelList *self)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  for (guint i = 1; i < self->models->len; i++)
    g_strv_builder_add (paths, weir_model_get_path (self->models->pdata[i]));
  all = g_strv_builder_end (paths);
  g_settings_set_strv (self->settings, "models", (const char *const *) all);
}

static WeirModel *
append (WeirModelList *self,
        const char    *path)
{
  WeirModel *model = model_new (path);

  g_ptr_array_add (self->models, model);
  g_list_model_items_changed (G_LIST_MODEL (self), self->models->len - 1, 0, 1);
  return model;
}

/* The selected one is listed even if something else wrote the settings. */
static void
selection_changed (WeirModelList *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, "model");

  if (!find (self, path))
    append (self, path);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
weir_model_list_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    g_value_set_object (value, weir_model_list_get_selected (WEIR_MODEL_LIST (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_model_list_finalize (GObject *object)
{
  WeirModelList *self = WEIR_MODEL_LIST (object);

  g_clear_object (&self->settings);
  g_ptr_array_unref (self->models);
  G_OBJECT_CLASS (weir_model_list_parent_class)->finalize (object);
}

static void
weir_model_list_class_init (WeirModelListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_model_list_get_property;
  object_class->finalize = weir_model_list_finalize;

  properties[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, WEIR_TYPE_MODEL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_model_list_init (WeirModelList *self)
{
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirModelList *
weir_model_list_new (GSettings *settings)
{
  WeirModelList *self = g_object_new (WEIR_TYPE_MODEL_LIST, NULL);
  g_auto (GStrv) paths = g_settings_get_strv (settings, "models");

  self->settings = g_object_ref (settings);
  append (self, "");
  for (guint i = 0; paths[i]; i++)
    if (!find (self, paths[i]))
      append (self, paths[i]);
  g_signal_connect_object (settings, "changed::model", G_CALLBACK (selection_changed), self,
                           G_CONNECT_SWAPPED);
  selection_changed (self);
  return self;
}

WeirModel *
weir_model_list_get_selected (WeirModelList *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (WEIR_IS_MODEL_LIST (self), NULL);

  path = g_settings_get_string (self->settings, "model");
  return find (self, path);
}

void
weir_model_list_select (WeirModelList *self,
                        WeirModel     *model)
{
  g_return_if_fail (WEIR_IS_MODEL_LIST (self));

  g_settings_set_string (self->settings, "model", weir_model_get_path (model));
}

WeirModel *
weir_model_list_add (WeirModelList *self,
                     const char    *path)
{
  WeirModel *model;

  g_return_val_if_fail (WEIR_IS_MODEL_LIST (self), NULL);

  model = find (self, path);
  if (model)
    begin_look (model);
  else
    {
      model = append (self, path);
      save (self);
    }
  return model;
}

void
weir_model_list_remove (WeirModelList *self,
                        WeirModel     *model)
{
  g_autoptr (WeirModel) kept = g_object_ref (model);
  guint position;

  g_return_if_fail (WEIR_IS_MODEL_LIST (self));

  if (!g_ptr_array_find (self->models, model, &position) || position == 0)
    return;
  if (model == weir_model_list_get_selected (self))
    weir_model_list_select (self, self->models->pdata[0]);
  g_ptr_array_remove_index (self->models, position);
  save (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}
