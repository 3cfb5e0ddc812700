/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two files: state.json and, while there is a picture, document.png. */

#include "state.h"

#include <string.h>

#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

#define DELAY_MS 500

struct _WeirState
{
  GObject parent;

  char         *folder;
  WeirParams   *params;
  GListModel   *prompts;
  WeirDocument *document;
  GThreadPool  *writer;      /* one thread, so that what is written last is what lasts */
  guint         delay_id;
  gboolean      is_watching;
  gboolean      has_picture_changed;
  gboolean      is_restoring; /* what is on the disk already */
};

G_DEFINE_FINAL_TYPE (WeirState, weir_state, G_TYPE_OBJECT)

/* Something to write. */
typedef struct
{
  char        *json_path, *picture_path;
  char        *json;
  gboolean     has_picture; /* whether picture is to be written or, if NULL, removed */
  WeirPicture *picture;
} Writing;

static void
writing_free (Writing *writing)
{
  g_free (writing->json_path);
  g_free (writing->picture_path);
  g_free (writing->json);
  g_clear_object (&writing->picture);
  g_free (writing);
}

/* --- out ------------------------------------------------------------------------------------- */

static void
write_down (gpointer data,
            gpointer user_data)
{
  Writing *writing = data;
  g_autofree char *folder = g_path_get_dirname (writing->json_path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_warning ("%s cannot be made", folder);
  else if (writing->has_picture && writing->picture &&
           !weir_picture_save (writing->picture, writing->picture_path, TRUE, &error))
    g_warning ("%s", error->message);
  else if (!g_file_set_contents (writing->json_path, writing->json, -1, &error))
    g_warning ("%s", error->message);
  if (writing->has_picture && !writing->picture)
    g_unlink (writing->picture_path);
  writing_free (writing);
}

static JsonNode *
describe_prompts (WeirState *self)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (self->prompts); i++)
    {
      g_autoptr (GtkStringObject) prompt = g_list_model_get_item (self->prompts, i);

      json_array_add_string_element (array, gtk_string_object_get_string (prompt));
    }
  return json_node_init_array (json_node_alloc (), array);
}

/* What the model's numbers were, so that they are told from a person's when there is another. */
static JsonNode *
describe_defaults (WeirState *self)
{
  const WeirDefaults *defaults = weir_params_get_defaults (self->params);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "width", defaults->width);
  json_object_set_int_member (object, "height", defaults->height);
  json_object_set_int_member (object, "steps", defaults->steps);
  json_object_set_int_member (object, "detail-steps", defaults->detail_steps);
  json_object_set_double_member (object, "cfg", defaults->cfg);
  json_object_set_double_member (object, "detail-cfg", defaults->detail_cfg);
  return json_node_init_object (json_node_alloc (), object);
}

/* JSON has one kind of whole number. */
static void
set_value (JsonNode     *node,
           const GValue *value)
{
  g_auto (GValue) number = G_VALUE_INIT;

  if (!G_VALUE_HOLDS_UINT (value) && !G_VALUE_HOLDS_UINT64 (value))
    {
      json_node_set_value (node, value);
      return;
    }
  g_value_init (&number, G_TYPE_INT64);
  g_value_transform (value, &number);
  json_node_set_value (node, &number);
}

/* Also those that stand at their defaults, which another model's are not. */
static void
describe_params (WeirState  *self,
                 JsonObject *object)
{
  guint n;
  g_autofree GParamSpec **pspecs =
    g_object_class_list_properties (G_OBJECT_GET_CLASS (self->params), &n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      JsonNode *node = json_node_new (JSON_NODE_VALUE);

      g_object_get_property (G_OBJECT (self->params), pspecs[i]->name, &value);
      set_value (node, &value);
      json_object_set_member (object, pspecs[i]->name, node);
    }
}

static char *
describe (WeirState *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);

  describe_params (self, object);
  json_object_set_member (object, "prompts", describe_prompts (self));
  json_object_set_member (object, "defaults", describe_defaults (self));
  return json_to_string (root, TRUE);
}

static gboolean
write_soon (gpointer user_data)
{
  WeirState *self = user_data;
  WeirPicture *picture = weir_document_get_picture (self->document);
  Writing *writing = g_new0 (Writing, 1);

  self->delay_id = 0;
  writing->json_path = g_build_filename (self->folder, "state.json", NULL);
  writing->picture_path = g_build_filename (self->folder, "document.png", NULL);
  writing->json = describe (self);
  writing->has_picture = self->has_picture_changed;
  if (self->has_picture_changed && picture)
    writing->picture = g_object_ref (picture);
  self->has_picture_changed = FALSE;
  g_thread_pool_push (self->writer, writing, NULL);
  return G_SOURCE_REMOVE;
}

static void
changed (WeirState *self)
{
  if (self->is_watching && !self->delay_id)
    self->delay_id = g_timeout_add (DELAY_MS, write_soon, self);
}

static void
picture_changed (WeirState *self)
{
  if (self->is_restoring)
    return;
  self->has_picture_changed = TRUE;
  changed (self);
}

/* --- in -------------------------------------------------------------------------------------- */

/* Sets a property from JSON if it is of its type and range. */
static void
take_property (WeirState  *self,
               GParamSpec *pspec,
               JsonNode   *node)
{
  g_auto (GValue) found = G_VALUE_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return;
  json_node_get_value (node, &found);
  g_value_init (&value, pspec->value_type);
  if (G_VALUE_HOLDS_STRING (&found) != G_VALUE_HOLDS_STRING (&value) ||
      G_VALUE_HOLDS_BOOLEAN (&found) != G_VALUE_HOLDS_BOOLEAN (&value) ||
      !g_value_transform (&found, &value) || g_param_value_validate (pspec, &value))
    return;
  g_object_set_property (G_OBJECT (self->params), pspec->name, &value);
}

static void
take_prompts (WeirState *self,
              JsonNode  *node)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array && i < MIN (json_array_get_length (array), WEIR_MAX_PROMPTS); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
        gtk_string_list_append (GTK_STRING_LIST (self->prompts), json_node_get_string (element));
    }
}

/* A number from 0 to max; FALSE for anything else. */
static gboolean
take_number (JsonObject *object,
             const char *name,
             double      max,
             double     *number)
{
  JsonNode *node = json_object_get_member (object, name);
  const GType type = node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : 0;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *number = json_node_get_double (node);
  return *number >= 0 && *number <= max;
}

/* All of them or none. */
static void
take_defaults (WeirState *self,
               JsonNode  *node)
{
  JsonObject *object = node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  double width, height, steps, detail_steps, cfg, detail_cfg;

  if (!object || !take_number (object, "width", G_MAXUINT16, &width) ||
      !take_number (object, "height", G_MAXUINT16, &height) ||
      !take_number (object, "steps", CAS_JOB_MAX_STEPS, &steps) ||
      !take_number (object, "detail-steps", CAS_JOB_MAX_STEPS, &detail_steps) ||
      !take_number (object, "cfg", CAS_JOB_MAX_CFG, &cfg) ||
      !take_number (object, "detail-cfg", CAS_JOB_MAX_CFG, &detail_cfg) ||
      MIN (width, height) < 1 || MIN (steps, detail_steps) < 1)
    return;
  weir_params_adopt (self->params, &(WeirDefaults) {
    .width = (guint) width,
    .height = (guint) height,
    .steps = (guint) steps,
    .detail_steps = (guint) detail_steps,
    .cfg = cfg,
    .detail_cfg = detail_cfg,
  });
}

static void
take (WeirState  *self,
      JsonObject *object)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (self->params);
  g_autoptr (GList) names = json_object_get_members (object);

  /* which change what is here, so the values come after */
  take_defaults (self, json_object_get_member (object, "defaults"));
  for (GList *name = names; name; name = name->next)
    {
      GParamSpec *pspec = g_object_class_find_property (class, name->data);
      JsonNode *node = json_object_get_member (object, name->data);

      if (pspec)
        take_property (self, pspec, node);
      else if (g_str_equal (name->data, "prompts"))
        take_prompts (self, node);
    }
}

static void
load_picture (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  GError *error = NULL;
  WeirPicture *picture = weir_picture_load (task_data, cancellable, &error);

  if (picture)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* Unless a person was faster. */
static void
picture_loaded (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  WeirState *self = WEIR_STATE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = g_task_propagate_pointer (G_TASK (result), &error);

  if (!picture)
    g_warning ("%s", error->message);
  else if (!weir_document_get_picture (self->document) && !self->has_picture_changed)
    {
      self->is_restoring = TRUE;
      weir_document_begin (self->document, picture);
      self->is_restoring = FALSE;
    }
}

void
weir_state_restore (WeirState *self)
{
  g_autofree char *path = NULL;
  g_autofree char *picture = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  g_return_if_fail (WEIR_IS_STATE (self));

  path = g_build_filename (self->folder, "state.json", NULL);
  picture = g_build_filename (self->folder, "document.png", NULL);
  root = json_parser_load_from_file (parser, path, NULL) ? json_parser_get_root (parser) : NULL;
  if (root && JSON_NODE_HOLDS_OBJECT (root))
    take (self, json_node_get_object (root));
  if (g_file_test (picture, G_FILE_TEST_EXISTS))
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, picture_loaded, NULL);

      g_task_set_task_data (task, g_steal_pointer (&picture), g_free);
      g_task_run_in_thread (task, load_picture);
    }
  self->is_watching = TRUE;
}

void
weir_state_flush (WeirState *self)
{
  g_return_if_fail (WEIR_IS_STATE (self));

  if (self->delay_id)
    {
      g_clear_handle_id (&self->delay_id, g_source_remove);
      write_soon (self);
    }
  g_thread_pool_free (self->writer, FALSE, TRUE);
  self->writer = g_thread_pool_new (write_down, NULL, 1, FALSE, NULL);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_state_dispose (GObject *object)
{
  WeirState *self = WEIR_STATE (object);

  g_clear_handle_id (&self->delay_id, g_source_remove);
  if (self->writer)
    g_thread_pool_free (g_steal_pointer (&self->writer), FALSE, TRUE);
  g_clear_object (&self->params);
  g_clear_object (&self->prompts);
  g_clear_object (&self->document);
  G_OBJECT_CLASS (weir_state_parent_class)->dispose (object);
}

static void
weir_state_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_STATE (object)->folder, g_free);
  G_OBJECT_CLASS (weir_state_parent_class)->finalize (object);
}

static void
weir_state_class_init (WeirStateClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_state_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_state_finalize;
}

static void
weir_state_init (WeirState *self)
{
  self->writer = g_thread_pool_new (write_down, NULL, 1, FALSE, NULL);
}

WeirState *
weir_state_new (const char   *folder,
                WeirParams   *params,
                GListModel   *prompts,
                WeirDocument *document)
{
  WeirState *self = g_object_new (WEIR_TYPE_STATE, NULL);

  self->folder = folder ? g_strdup (folder)
                        : g_build_filename (g_get_user_state_dir (), "weir", NULL);
  self->params = g_object_ref (params);
  self->prompts = g_object_ref (prompts);
  self->document = g_object_ref (document);
  g_signal_connect_object (params, "notify", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (prompts, "items-changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::picture", G_CALLBACK (picture_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
