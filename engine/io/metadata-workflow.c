/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ComfyUI's workflow is the graph as its window shows it: a node's values have no names, only an
 * order, and links are a list of their own. Where a picture has nothing else, the common nodes are
 * given the names that a prompt has. */

#include "io/metadata-foreign.h"

#include <string.h>

/* Names of the values, in the order of the window; "" for what only the window needs. */
static const struct
{
  const char *class;
  const char *names[8];
} known[] = {
  { "KSampler", { "seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise" } },
  { "KSamplerAdvanced", { "", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler" } },
  { "CLIPTextEncode", { "text" } },
  { "EmptyLatentImage", { "width", "height", "batch_size" } },
  { "StableCascade_EmptyLatentImage", { "width", "height", "compression", "batch_size" } },
  { "ModelSamplingStableCascade", { "shift" } },
  { "CheckpointLoaderSimple", { "ckpt_name" } },
  { "UNETLoader", { "unet_name" } },
  { "LoraLoader", { "lora_name" } },
  { "LoadImage", { "image" } },
};

static void
add_values (JsonObject *inputs,
            const char *class,
            JsonObject *node)
{
  JsonNode *values = json_object_get_member (node, "widgets_values");

  if (!values || !JSON_NODE_HOLDS_ARRAY (values))
    return;

  JsonArray *list = json_node_get_array (values);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    for (guint k = 0; strcmp (known[i].class, class) == 0 && k < G_N_ELEMENTS (known[i].names)
                      && known[i].names[k] && k < json_array_get_length (list); k++)
      if (*known[i].names[k] != '\0')
        json_object_set_member (inputs, known[i].names[k], json_array_dup_element (list, k));
}

/* A whole number of a list, or −1. */
static gint64
number_at (JsonArray *list,
           guint      i)
{
  JsonNode *node = i < json_array_get_length (list) ? json_array_get_element (list, i) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
           ? json_node_get_int (node) : -1;
}

static JsonArray *
peek_list (JsonObject *object,
           const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* From the number of a link to the number of the node that it comes from. */
static GHashTable *
index_links (JsonObject *workflow)
{
  GHashTable *origins = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  JsonArray *links = peek_list (workflow, "links");

  for (guint i = 0; links && i < json_array_get_length (links); i++)
    {
      JsonNode *link = json_array_get_element (links, i);

      if (!JSON_NODE_HOLDS_ARRAY (link))
        continue;

      const gint64 pair[2] = { number_at (json_node_get_array (link), 0),
                               number_at (json_node_get_array (link), 1) };

      g_hash_table_insert (origins, g_memdup2 (&pair[0], sizeof pair[0]),
                           g_memdup2 (&pair[1], sizeof pair[1]));
    }
  return origins;
}

static void
add_links (JsonObject *inputs,
           GHashTable *origins,
           JsonObject *node)
{
  JsonArray *list = peek_list (node, "inputs");

  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      JsonNode *item = json_array_get_element (list, i);
      JsonObject *input = JSON_NODE_HOLDS_OBJECT (item) ? json_node_get_object (item) : NULL;
      const char *name = input ? cas_foreign_peek_string (input, "name") : NULL;
      const gint64 link = name ? json_object_get_int_member_with_default (input, "link", -1) : -1;
      const gint64 *origin = link >= 0 ? g_hash_table_lookup (origins, &link) : NULL;

      if (!origin)
        continue;

      JsonArray *pair = json_array_new ();
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, *origin);

      json_array_add_string_element (pair, id);
      json_array_add_int_element (pair, 0);
      json_object_set_array_member (inputs, name, pair);
    }
}

JsonObject *
cas_foreign_workflow_to_prompt (JsonObject *workflow)
{
  JsonObject *nodes = json_object_new ();
  JsonArray *list = peek_list (workflow, "nodes");
  g_autoptr (GHashTable) origins = index_links (workflow);

  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      JsonNode *item = json_array_get_element (list, i);
      JsonObject *old = JSON_NODE_HOLDS_OBJECT (item) ? json_node_get_object (item) : NULL;
      const char *class = old ? cas_foreign_peek_string (old, "type") : NULL;

      if (!class)
        continue;

      JsonObject *node = json_object_new ();
      JsonObject *inputs = json_object_new ();
      const gint64 number = json_object_get_int_member_with_default (old, "id", 0);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, number);

      add_values (inputs, class, old);
      add_links (inputs, origins, old);
      json_object_set_string_member (node, "class_type", class);
      json_object_set_object_member (node, "inputs", inputs);
      json_object_set_object_member (nodes, id, node);
    }
  return nodes;
}
