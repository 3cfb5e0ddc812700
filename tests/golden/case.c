/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loading a case and giving operations what they ask for. */

#include "golden/case.h"

void
golden_case_free (GoldenCase *c)
{
  g_free (c->name);
  g_free (c->op);
  g_free (c->root);
  g_clear_pointer (&c->json, json_node_unref);
  g_clear_pointer (&c->inputs, g_hash_table_unref);
  g_clear_pointer (&c->expected, g_hash_table_unref);
  g_clear_pointer (&c->outputs, g_hash_table_unref);
  g_clear_pointer (&c->files, g_hash_table_unref);
  g_free (c);
}

static GHashTable *
tensor_table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) golden_tensor_free);
}

/* NULL if there is no such member or it is of another kind. */
static JsonNode *
peek_member (JsonObject  *object,
             const char  *name,
             JsonNodeType type)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && json_node_get_node_type (node) == type ? node : NULL;
}

static JsonObject *
peek_object (JsonObject *object,
             const char *name)
{
  JsonNode *node = peek_member (object, name, JSON_NODE_OBJECT);

  return node ? json_node_get_object (node) : NULL;
}

static const char *
peek_string (JsonObject *object,
             const char *name)
{
  JsonNode *node = peek_member (object, name, JSON_NODE_VALUE);

  if (!node || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
peek_number (JsonObject *object,
             const char *name,
             double     *value)
{
  JsonNode *node = peek_member (object, name, JSON_NODE_VALUE);

  if (!node || json_node_get_value_type (node) == G_TYPE_STRING)
    return FALSE;
  *value = json_node_get_double (node);
  return TRUE;
}

/* Loads the tensors that case.json announces under key from key.safetensors. */
static gboolean
load_tensors (GoldenCase *c,
              const char *folder,
              const char *key,
              GHashTable *tensors,
              GError    **error)
{
  JsonObject *announced = peek_object (json_node_get_object (c->json), key);
  if (!announced || json_object_get_size (announced) == 0)
    return TRUE;

  g_autofree char *base = g_strconcat (key, ".safetensors", NULL);
  g_autofree char *path = g_build_filename (folder, base, NULL);
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, error);
  if (!file)
    return FALSE;

  g_autoptr (GList) names = json_object_get_members (announced);
  for (GList *l = names; l; l = l->next)
    {
      const CasSafetensorsEntry *entry = cas_safetensors_lookup (file, l->data);
      if (!entry)
        {
          golden_fail (error, "%s: “%s” is not there", base, (const char *) l->data);
          return FALSE;
        }

      GoldenTensor *tensor = golden_tensor_load (file, entry, error);
      if (!tensor)
        return FALSE;
      g_hash_table_insert (tensors, g_strdup (l->data), tensor);
    }
  return TRUE;
}

static gboolean
load_json (GoldenCase *c,
           const char *folder,
           GError    **error)
{
  g_autofree char *path = g_build_filename (folder, "case.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_file (parser, path, error))
    return FALSE;

  c->json = json_parser_steal_root (parser);
  if (!c->json || !JSON_NODE_HOLDS_OBJECT (c->json))
    {
      golden_fail (error, "case.json is no object");
      return FALSE;
    }

  JsonObject *object = json_node_get_object (c->json);
  c->op = g_strdup (peek_string (object, "op"));
  c->params = peek_object (object, "params");
  c->model = peek_object (object, "model");
  c->tolerances = peek_object (object, "tolerance_per_output");
  c->amplification = 1;
  peek_number (object, "weight_noise_amplification", &c->amplification);
  if (!c->op || !peek_number (object, "tolerance_rel_l2", &c->tolerance))
    {
      golden_fail (error, "case.json has no op or no tolerance_rel_l2");
      return FALSE;
    }
  return TRUE;
}

GoldenCase *
golden_case_load (const char   *root,
                  const char   *name,
                  GoldenDevice *device,
                  GError      **error)
{
  g_autoptr (GoldenCase) c = g_new0 (GoldenCase, 1);
  g_autofree char *folder = g_build_filename (root, "cases", name, NULL);

  c->name = g_strdup (name);
  c->root = g_strdup (root);
  c->device = device;
  c->inputs = tensor_table_new ();
  c->expected = tensor_table_new ();
  c->outputs = tensor_table_new ();
  c->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                    (GDestroyNotify) cas_safetensors_unref);

  if (!load_json (c, folder, error)
      || !load_tensors (c, folder, "inputs", c->inputs, error)
      || !load_tensors (c, folder, "expected", c->expected, error))
    return NULL;
  return g_steal_pointer (&c);
}

const GoldenTensor *
golden_case_get_input (GoldenCase *c,
                       const char *name,
                       GError    **error)
{
  const GoldenTensor *tensor = g_hash_table_lookup (c->inputs, name);

  if (!tensor)
    golden_fail (error, "the case has no input “%s”", name);
  return tensor;
}

const GoldenTensor *
golden_case_get_expected (GoldenCase *c,
                          const char *name,
                          GError    **error)
{
  const GoldenTensor *tensor = g_hash_table_lookup (c->expected, name);

  if (!tensor)
    golden_fail (error, "the case expects no “%s”", name);
  return tensor;
}

gboolean
golden_case_get_number (GoldenCase *c,
                        const char *param,
                        double     *value,
                        GError    **error)
{
  if (peek_number (c->params, param, value))
    return TRUE;
  golden_fail (error, "params has no number “%s”", param);
  return FALSE;
}

gboolean
golden_case_get_array (GoldenCase *c,
                       const char *param,
                       JsonArray **array,
                       GError    **error)
{
  JsonNode *node = peek_member (c->params, param, JSON_NODE_ARRAY);

  if (!node)
    {
      golden_fail (error, "params has no list “%s”", param);
      return FALSE;
    }
  *array = json_node_get_array (node);
  return TRUE;
}

gboolean
golden_case_has_flag (GoldenCase *c,
                      const char *param)
{
  JsonNode *node = peek_member (c->params, param, JSON_NODE_VALUE);

  return node && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

const char *
golden_case_peek_string (GoldenCase *c,
                         const char *param)
{
  return peek_string (c->params, param);
}

gboolean
golden_case_has_model (GoldenCase *c,
                       const char *role)
{
  return peek_string (c->model, role) != NULL;
}

char *
golden_case_dup_path (GoldenCase *c,
                      const char *role,
                      GError    **error)
{
  const char *path = peek_string (c->model, role);

  if (!path)
    {
      golden_fail (error, "the case names no model file “%s”", role);
      return NULL;
    }
  return g_build_filename (c->root, path, NULL);
}

CasSafetensors *
golden_case_get_file (GoldenCase *c,
                      const char *role,
                      GError    **error)
{
  CasSafetensors *file = g_hash_table_lookup (c->files, role);
  if (file)
    return file;

  g_autofree char *path = golden_case_dup_path (c, role, error);
  file = path ? cas_safetensors_open (path, error) : NULL;
  if (file)
    g_hash_table_insert (c->files, g_strdup (role), file);
  return file;
}

GoldenTensor *
golden_case_add_output (GoldenCase    *c,
                        const char    *name,
                        CasDtype       dtype,
                        guint          n_dims,
                        const guint64 *dims,
                        GError       **error)
{
  GoldenTensor *tensor = golden_tensor_new (dtype, n_dims, dims, error);

  if (tensor)
    g_hash_table_insert (c->outputs, g_strdup (name), tensor);
  return tensor;
}

GoldenTensor *
golden_case_add_output_as (GoldenCase         *c,
                           const char         *name,
                           const GoldenTensor *model,
                           GError            **error)
{
  return golden_case_add_output (c, name, model->f32 ? CAS_F32 : CAS_I64,
                                 model->n_dims, model->dims, error);
}
