/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads InvokeAI's settings: an object under “invokeai_metadata”, or in older pictures under
 * “sd-metadata”. */

#include "io/metadata-foreign.h"

#include <string.h>

static const CasForeignMember known[] = {
  { "positive_prompt", CAS_SETTING_PROMPT },
  { "negative_prompt", CAS_SETTING_NEGATIVE },
  { "width", CAS_SETTING_WIDTH },
  { "height", CAS_SETTING_HEIGHT },
  { "seed", CAS_SETTING_SEED },
  { "steps", CAS_SETTING_STEPS },
  { "cfg_scale", CAS_SETTING_CFG },
  { "scheduler", CAS_SETTING_SAMPLER },
  { "app_version", 0 },
  { "generation_mode", 0 },
  { NULL, 0 },
};

static const CasForeignMember known_before[] = {
  { "width", CAS_SETTING_WIDTH },
  { "height", CAS_SETTING_HEIGHT },
  { "seed", CAS_SETTING_SEED },
  { "steps", CAS_SETTING_STEPS },
  { "cfg_scale", CAS_SETTING_CFG },
  { "sampler", CAS_SETTING_SAMPLER },
  { "prompt", 0 }, /* see below */
  { "type", 0 },
  { NULL, 0 },
};

/* Its weights are written after a word: “red++”, “(red)1.3”, and it joins prompts by functions. */
static void
lose_weights (CasSettings *s,
              const char  *prompt)
{
  static const char *const signs[] = { "++", "--", ".and(", ".blend(", ".swap(" };

  for (guint i = 0; prompt && i < G_N_ELEMENTS (signs); i++)
    if (strstr (prompt, signs[i]))
      cas_foreign_lose (s, "prompt weights", signs[i]);
  for (const char *p = prompt; p && (p = strchr (p, ')')); p++)
    if (g_ascii_isdigit (p[1]) || p[1] == '+' || p[1] == '-')
      {
        cas_foreign_lose (s, "prompt weights", p);
        return;
      }
}

/* In older pictures the prompt is a text, or a list of texts with weights. */
static void
take_prompt (CasSettings *s,
             JsonObject  *image)
{
  JsonNode *node = json_object_get_member (image, "prompt");
  g_autofree char *text = NULL;

  if (node && JSON_NODE_HOLDS_ARRAY (node)
      && json_array_get_length (json_node_get_array (node)) == 1)
    node = json_array_get_element (json_node_get_array (node), 0);
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    node = json_object_get_member (json_node_get_object (node), "prompt");
  text = cas_foreign_dup_value (node);
  if (text)
    cas_foreign_set (s, CAS_SETTING_PROMPT, "prompt", text);
}

static char *
dup_program (JsonObject *object)
{
  const char *version = cas_foreign_peek_string (object, "app_version");

  return version ? g_strdup_printf ("InvokeAI %s", version) : g_strdup ("InvokeAI");
}

gboolean
cas_foreign_read_invokeai (const CasSettingsText *texts,
                           guint                  n_texts,
                           CasSettings           *s,
                           GError               **error)
{
  const char *text = cas_foreign_lookup (texts, n_texts, "invokeai_metadata");
  const char *before = cas_foreign_lookup (texts, n_texts, "sd-metadata");

  if (!text && !before)
    return FALSE;

  g_autoptr (JsonNode) root = cas_foreign_parse (text ? text : before, error);

  if (!root)
    return FALSE;

  JsonObject *object = json_node_get_object (root);
  JsonObject *image = text ? NULL : cas_foreign_peek_object (object, "image");

  s->program = dup_program (object);
  if (text)
    cas_foreign_take (s, object, known);
  else if (image)
    {
      take_prompt (s, image);
      cas_foreign_take (s, image, known_before);
    }
  lose_weights (s, s->metadata.prompt);
  lose_weights (s, s->metadata.negative_prompt);
  return TRUE;
}
