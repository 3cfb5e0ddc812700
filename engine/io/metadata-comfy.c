/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads ComfyUI's settings: a graph of nodes, in which the samplers are found and from them what
 * they were given. As far as the nodes are known: a graph can be anything. */

#include "io/metadata-foreign.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define STAGE_B      "StableCascade_StageB_Conditioning"
#define MAX_SAMPLERS 32 /* for each the graph is gone through */

typedef struct
{
  CasSettings *settings;
  JsonObject  *nodes;
} Graph;

/* --- nodes --------------------------------------------------------------------------------- */

static const char *
class_of (JsonObject *node)
{
  const char *class = cas_foreign_peek_string (node, "class_type");

  return class ? class : "";
}

static gboolean
is_sampler (JsonObject *node)
{
  return g_str_has_prefix (class_of (node), "KSampler")
         || g_str_has_prefix (class_of (node), "SamplerCustom");
}

static JsonObject *
inputs_of (JsonObject *node)
{
  return cas_foreign_peek_object (node, "inputs");
}

/* The node that an input is linked to: [“id”, output]; NULL if it is a value. */
static JsonObject *
follow (const Graph *graph,
        JsonNode    *input)
{
  if (!input || !JSON_NODE_HOLDS_ARRAY (input)
      || json_array_get_length (json_node_get_array (input)) != 2)
    return NULL;

  JsonNode *id = json_array_get_element (json_node_get_array (input), 0);

  if (!JSON_NODE_HOLDS_VALUE (id) || json_node_get_value_type (id) != G_TYPE_STRING)
    return NULL;
  return cas_foreign_peek_object (graph->nodes, json_node_get_string (id));
}

typedef gboolean (*MatchFunc) (JsonObject *node,
                               gconstpointer data);

/* Nodes from which others get something, nearest first and each once, until one matches. prefixes:
 * of the inputs to go along, up to NULL; NULL for all. Other samplers are an end. */
static JsonObject *
find_upstream (const Graph       *graph,
               JsonObject        *from,
               const char *const *prefixes,
               MatchFunc          matches,
               gconstpointer      data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) queue = g_ptr_array_new ();

  g_hash_table_add (seen, from);
  g_ptr_array_add (queue, from);
  for (guint i = 0; i < queue->len; i++)
    {
      JsonObject *node = queue->pdata[i];
      JsonObject *inputs = inputs_of (node);

      if (matches (node, data))
        return node;
      if (!inputs || (node != from && is_sampler (node)))
        continue;

      g_autoptr (GList) names = json_object_get_members (inputs);

      for (GList *name = names; name; name = name->next)
        {
          JsonObject *next = follow (graph, json_object_get_member (inputs, name->data));
          guint k = 0;

          while (prefixes && prefixes[k] && !g_str_has_prefix (name->data, prefixes[k]))
            k++;
          if (next && (!prefixes || prefixes[k]) && g_hash_table_add (seen, next))
            g_ptr_array_add (queue, next);
        }
    }
  return NULL;
}

static gboolean
has_class (JsonObject   *node,
           gconstpointer data)
{
  return strcmp (class_of (node), data) == 0;
}

static gboolean
is_other_sampler (JsonObject   *node,
                  gconstpointer data)
{
  return node != data && is_sampler (node);
}

/* --- values -------------------------------------------------------------------------------- */

/* A value given directly, by the first of the names that is there. */
static char *
dup_direct (JsonObject        *node,
            const char *const *names)
{
  JsonObject *inputs = inputs_of (node);

  for (guint i = 0; inputs && names[i]; i++)
    {
      JsonNode *value = json_object_get_member (inputs, names[i]);

      if (value && JSON_NODE_HOLDS_VALUE (value))
        return cas_foreign_dup_value (value);
    }
  return NULL;
}

/* The same, also through a node that only holds a value. */
static char *
dup_input (const Graph       *graph,
           JsonObject        *node,
           const char *const *names)
{
  static const char *const held[] = {
    "value", "text", "string", "prompt", "seed", "noise_seed", "int", "float", NULL,
  };
  JsonObject *inputs = inputs_of (node);
  char *value = dup_direct (node, names);

  for (guint i = 0; !value && inputs && names[i]; i++)
    {
      JsonObject *holder = follow (graph, json_object_get_member (inputs, names[i]));

      value = holder ? dup_direct (holder, held) : NULL;
    }
  return value;
}

static gboolean
has_input (JsonObject   *node,
           gconstpointer data)
{
  JsonObject *inputs = inputs_of (node);

  return inputs && json_object_has_member (inputs, data);
}

/* Of the sampler itself, else of the node nearest to it that has such an input. */
static void
take (const Graph      *graph,
      JsonObject       *sampler,
      const char       *name,
      CasSettingsFields field)
{
  JsonObject *node = find_upstream (graph, sampler, NULL, has_input, name);
  g_autofree char *value = node ? dup_input (graph, node, (const char *[]) { name, NULL }) : NULL;

  if (value)
    cas_foreign_set (graph->settings, field, name, value);
}

/* A loss, unless it is the value that changes nothing. */
static void
lose_input (const Graph *graph,
            JsonObject  *node,
            const char  *name,
            const char  *neutral)
{
  g_autofree char *value = dup_input (graph, node, (const char *[]) { name, NULL });

  if (value && g_strcmp0 (value, neutral) != 0)
    cas_foreign_lose (graph->settings, name, value);
}

/* --- prompts ------------------------------------------------------------------------------- */

/* Brackets, braces and lines that begin with # mean nothing there, and here they would. */
static char *
dup_escaped (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      if (strchr ("[]{}", *c) || (*c == '#' && (c == text || c[-1] == '\n')))
        g_string_append_c (escaped, '\\');
      g_string_append_c (escaped, *c);
    }
  return g_string_free (escaped, FALSE);
}

static gboolean
is_text (JsonObject   *node,
         gconstpointer data)
{
  return g_str_has_prefix (class_of (node), "CLIPTextEncode")
         || has_class (node, "ConditioningZeroOut");
}

static void
take_prompt (const Graph      *graph,
             JsonObject       *sampler,
             const char       *side,
             CasSettingsFields field)
{
  const char *const prefixes[] = { side, "conditioning", "guider", NULL };
  JsonObject *node = find_upstream (graph, sampler, prefixes, is_text, NULL);
  const char *const names[] = { "text", "text_g", "text_l", "prompt", NULL };

  if (!node)
    return;
  if (has_class (node, "ConditioningZeroOut"))
    {
      cas_foreign_set (graph->settings, field, side, "");
      return;
    }

  g_autofree char *text = dup_input (graph, node, names);
  g_autofree char *escaped = text ? dup_escaped (text) : NULL;
  const gboolean is_empty = inputs_of (node) && cas_foreign_peek_string (inputs_of (node), "text");

  if (text || is_empty)
    cas_foreign_set (graph->settings, field, side, escaped ? escaped : "");
  else
    cas_foreign_lose (graph->settings, side, class_of (node));
}

/* --- samplers ------------------------------------------------------------------------------ */

static gboolean
is_stage_b (const Graph *graph,
            JsonObject  *sampler)
{
  const char *const prefixes[] = { "positive", "conditioning", "guider", NULL };

  return find_upstream (graph, sampler, prefixes, has_class, STAGE_B) != NULL;
}

static void
take_size (const Graph *graph,
           JsonObject  *sampler)
{
  const char *const latents[] = { "latent", "samples", NULL };
  JsonObject *node = find_upstream (graph, sampler, latents, has_input, "width");
  JsonObject *picture = find_upstream (graph, sampler, NULL, has_class, "LoadImage");

  if (node)
    {
      g_autofree char *width = dup_input (graph, node, (const char *[]) { "width", NULL });
      g_autofree char *height = dup_input (graph, node, (const char *[]) { "height", NULL });

      if (width)
        cas_foreign_set (graph->settings, CAS_SETTING_WIDTH, "width", width);
      if (height)
        cas_foreign_set (graph->settings, CAS_SETTING_HEIGHT, "height", height);
      lose_input (graph, node, "compression", "42");
      lose_input (graph, node, "batch_size", "1");
    }
  if (picture)
    lose_input (graph, picture, "image", NULL);
}

/* The sampler that composes: Stage C's, or where there is but one stage the one that begins. */
static void
take_main (const Graph *graph,
           JsonObject  *sampler)
{
  take_prompt (graph, sampler, "positive", CAS_SETTING_PROMPT);
  take_prompt (graph, sampler, "negative", CAS_SETTING_NEGATIVE);
  take_size (graph, sampler);
  take (graph, sampler, has_input (sampler, "seed") ? "seed" : "noise_seed", CAS_SETTING_SEED);
  take (graph, sampler, "steps", CAS_SETTING_STEPS);
  take (graph, sampler, "cfg", CAS_SETTING_CFG);
  take (graph, sampler, "sampler_name", CAS_SETTING_SAMPLER);
  take (graph, sampler, "shift", CAS_SETTING_SHIFT);
  lose_input (graph, sampler, "scheduler", NULL);
  lose_input (graph, sampler, "denoise", "1");
}

static void
take_samplers (const Graph *graph)
{
  JsonObject *main = NULL;
  guint n_samplers = 0;
  g_autoptr (GList) ids = json_object_get_members (graph->nodes);

  for (GList *id = ids; id; id = id->next)
    {
      JsonObject *node = cas_foreign_peek_object (graph->nodes, id->data);

      if (!node || !is_sampler (node) || has_class (node, "KSamplerSelect")
          || ++n_samplers > MAX_SAMPLERS)
        continue;
      if (is_stage_b (graph, node))
        {
          take (graph, node, "steps", CAS_SETTING_DECODER_STEPS);
          take (graph, node, "cfg", CAS_SETTING_DECODER_CFG);
        }
      else if (!main && !find_upstream (graph, node, NULL, is_other_sampler, node))
        main = node;
      else
        cas_foreign_lose (graph->settings, _("Further sampler"), class_of (node));
    }
  if (main)
    take_main (graph, main);
  else
    cas_foreign_lose (graph->settings, _("Sampler"), _("none that is known"));
}

/* --- the rest ------------------------------------------------------------------------------ */

static const char *
find_name (JsonObject *node)
{
  static const char *const names[] = {
    "lora_name", "ckpt_name", "unet_name", "clip_name", "vae_name", "control_net_name",
    "model_name", "image", "text", NULL,
  };
  JsonObject *inputs = inputs_of (node);

  for (guint i = 0; inputs && names[i]; i++)
    if (cas_foreign_peek_string (inputs, names[i]))
      return cas_foreign_peek_string (inputs, names[i]);
  return "";
}

/* Nodes that do what is not taken. */
static void
lose_nodes (const Graph *graph)
{
  static const char *const known[] = {
    "CLIPTextEncode", "CLIPLoader", "VAELoader", "VAEDecode", "SaveImage", "PreviewImage", "Note",
    "EmptyLatentImage", "StableCascade_EmptyLatentImage", STAGE_B, "ConditioningZeroOut",
    "LoadImage", "ModelSamplingStableCascade", "Reroute", "PrimitiveNode", "RandomNoise", "BasicScheduler",
    "BasicGuider", "CFGGuider", "KSamplerSelect", "KSampler", "KSamplerAdvanced", "SamplerCustom",
    "SamplerCustomAdvanced", "CLIPTextEncodeSDXL", NULL,
  };
  g_autoptr (GList) ids = json_object_get_members (graph->nodes);

  for (GList *id = ids; id; id = id->next)
    {
      JsonObject *node = cas_foreign_peek_object (graph->nodes, id->data);

      if (node && *class_of (node) && !g_strv_contains (known, class_of (node)))
        cas_foreign_lose (graph->settings, class_of (node), find_name (node));
    }
}

gboolean
cas_foreign_read_comfyui (const CasSettingsText *texts,
                          guint                  n_texts,
                          CasSettings           *s,
                          GError               **error)
{
  const char *prompt = cas_foreign_lookup (texts, n_texts, "prompt");
  const char *workflow = cas_foreign_lookup (texts, n_texts, "workflow");

  if (!(prompt && *prompt == '{') && !(workflow && *workflow == '{'))
    return FALSE;

  g_autoptr (JsonNode) root = cas_foreign_parse (prompt ? prompt : workflow, error);

  if (!root)
    return FALSE;

  JsonObject *object = json_node_get_object (root);
  g_autoptr (JsonObject) nodes = prompt ? json_object_ref (object)
                                        : cas_foreign_workflow_to_prompt (object);
  const Graph graph = { .settings = s, .nodes = nodes };

  s->program = g_strdup ("ComfyUI");
  take_samplers (&graph);
  lose_nodes (&graph);
  return TRUE;
}
