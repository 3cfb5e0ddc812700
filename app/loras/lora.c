/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One LoRA file, which is read in a thread for each model. */

#include "loras/lora.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/model.h>

struct _WeirLora
{
  GObject parent;

  char         *path;
  char         *name;
  gboolean      is_on;
  double        weight;
  gboolean      is_known;
  char         *reason;
  GStrv         triggers;
  GCancellable *looking;
};

G_DEFINE_FINAL_TYPE (WeirLora, weir_lora, G_TYPE_OBJECT)

enum
{
  PROP_IS_ON = 1,
  PROP_WEIGHT,
  PROP_IS_KNOWN,
  PROP_REASON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
weir_lora_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  WeirLora *self = WEIR_LORA (object);

  switch (id)
    {
    case PROP_IS_ON:
      g_value_set_boolean (value, self->is_on);
      break;
    case PROP_WEIGHT:
      g_value_set_double (value, self->weight);
      break;
    case PROP_IS_KNOWN:
      g_value_set_boolean (value, self->is_known);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_lora_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  WeirLora *self = WEIR_LORA (object);

  if (id == PROP_IS_ON && self->is_on != g_value_get_boolean (value))
    self->is_on = g_value_get_boolean (value);
  else if (id == PROP_WEIGHT && self->weight != g_value_get_double (value))
    self->weight = g_value_get_double (value);
  else
    return;
  g_object_notify_by_pspec (object, pspec);
}

static void
weir_lora_dispose (GObject *object)
{
  WeirLora *self = WEIR_LORA (object);

  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  G_OBJECT_CLASS (weir_lora_parent_class)->dispose (object);
}

static void
weir_lora_finalize (GObject *object)
{
  WeirLora *self = WEIR_LORA (object);

  g_free (self->path);
  g_free (self->name);
  g_free (self->reason);
  g_strfreev (self->triggers);
  G_OBJECT_CLASS (weir_lora_parent_class)->finalize (object);
}

static void
weir_lora_class_init (WeirLoraClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = weir_lora_get_property;
  object_class->set_property = weir_lora_set_property;
  object_class->dispose = weir_lora_dispose;
  object_class->finalize = weir_lora_finalize;

  properties[PROP_IS_ON] = g_param_spec_boolean ("is-on", NULL, NULL, FALSE, writable);
  properties[PROP_WEIGHT] = g_param_spec_double ("weight", NULL, NULL, -WEIR_LORA_MAX_WEIGHT,
                                                 WEIR_LORA_MAX_WEIGHT, 1, writable);
  properties[PROP_IS_KNOWN] = g_param_spec_boolean ("is-known", NULL, NULL, FALSE, readable);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_lora_init (WeirLora *self)
{
  self->weight = 1;
  self->triggers = g_new0 (char *, 1);
}

WeirLora *
weir_lora_new (const char *path)
{
  WeirLora *self = g_object_new (WEIR_TYPE_LORA, NULL);
  char *ending;

  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  ending = strrchr (self->name, '.');
  if (ending && ending > self->name && g_ascii_strcasecmp (ending, ".safetensors") == 0)
    *ending = '\0';
  return self;
}

const char *
weir_lora_get_path (WeirLora *self)
{
  g_return_val_if_fail (WEIR_IS_LORA (self), NULL);

  return self->path;
}

const char *
weir_lora_get_name (WeirLora *self)
{
  g_return_val_if_fail (WEIR_IS_LORA (self), NULL);

  return self->name;
}

const char *
weir_lora_get_reason (WeirLora *self)
{
  g_return_val_if_fail (WEIR_IS_LORA (self), NULL);

  return self->reason;
}

const char *const *
weir_lora_get_triggers (WeirLora *self)
{
  g_return_val_if_fail (WEIR_IS_LORA (self), NULL);

  return (const char *const *) self->triggers;
}

gboolean
weir_lora_get_is_used (WeirLora *self)
{
  g_return_val_if_fail (WEIR_IS_LORA (self), FALSE);

  return self->is_on && !self->reason;
}

double
weir_lora_get_weight (WeirLora *self)
{
  g_return_val_if_fail (WEIR_IS_LORA (self), 0);

  return self->weight;
}

/* --- looking -------------------------------------------------------------------------------- */

typedef struct
{
  char *path;
  char *model;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->path);
  g_free (look->model);
  g_free (look);
}

static void
look (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  const Look *what = data;
  GError *error = NULL;
  CasModelInfo *info = cas_model_inspect (what->path, what->model, &error);

  if (info)
    g_task_return_pointer (task, info, (GDestroyNotify) cas_model_info_free);
  else
    g_task_return_error (task, error);
}

/* What the file's own words say it is called by: those of its tokens, and the phrase that the model
 * specification's metadata (ModelSpec 1.0, modelspec.trigger_phrase) have. */
static GStrv
list_triggers (const CasModelInfo *info)
{
  g_autoptr (GStrvBuilder) triggers = g_strv_builder_new ();

  for (guint i = 0; i < info->tokens->len; i++)
    g_strv_builder_add (triggers, info->tokens->pdata[i]);
  for (guint i = 0; i + 1 < info->metadata->len; i += 2)
    {
      const char *phrase = info->metadata->pdata[i + 1];

      if (g_str_equal (info->metadata->pdata[i], "modelspec.trigger_phrase") && *phrase)
        g_strv_builder_add (triggers, phrase);
    }
  return g_strv_builder_end (triggers);
}

static char *
find_reason (const CasModelInfo *info,
             const GError       *error)
{
  if (error)
    return g_strdup (error->message);
  if (!g_str_equal (info->kind_id, "lora") && !g_str_equal (info->kind_id, "embedding"))
    /* Translators: what the file is instead, as in “a model folder” */
    return g_strdup_printf (_("This is no LoRA, but: %s."), info->kind);
  return info->missing->len > 0 ? g_strdup (info->missing->pdata[0]) : NULL;
}

static void
looked (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirLora *self = WEIR_LORA (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasModelInfo) info = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_object_freeze_notify (G_OBJECT (self));
  self->reason = find_reason (info, error);
  g_clear_pointer (&self->triggers, g_strfreev);
  self->triggers = info ? list_triggers (info) : g_new0 (char *, 1);
  self->is_known = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_KNOWN]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
weir_lora_look (WeirLora   *self,
                const char *model)
{
  g_autoptr (GTask) task = NULL;
  Look *what;

  g_return_if_fail (WEIR_IS_LORA (self));

  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  g_clear_pointer (&self->reason, g_free);
  self->is_known = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_KNOWN]);

  what = g_new0 (Look, 1);
  what->path = g_strdup (self->path);
  what->model = g_strdup (model);
  task = g_task_new (self, self->looking, looked, NULL);
  g_task_set_source_tag (task, weir_lora_look);
  g_task_set_task_data (task, what, look_free);
  g_task_run_in_thread (task, look);
}
