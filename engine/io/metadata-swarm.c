/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads SwarmUI's settings: an object under “parameters” whose member “sui_image_params” has all
 * that a person could choose. */

#include "io/metadata-foreign.h"

#include <string.h>

static const CasForeignMember known[] = {
  { "prompt", CAS_SETTING_PROMPT },
  { "negativeprompt", CAS_SETTING_NEGATIVE },
  { "width", CAS_SETTING_WIDTH },
  { "height", CAS_SETTING_HEIGHT },
  { "seed", CAS_SETTING_SEED },
  { "steps", CAS_SETTING_STEPS },
  { "cfgscale", CAS_SETTING_CFG },
  { "sampler", CAS_SETTING_SAMPLER },
  { "aspectratio", 0 }, /* width and height say it */
  { "images", 0 },
  { "swarm_version", 0 },
  { NULL, 0 },
};

gboolean
cas_foreign_read_swarmui (const CasSettingsText *texts,
                          guint                  n_texts,
                          CasSettings           *s,
                          GError               **error)
{
  const char *text = cas_foreign_lookup (texts, n_texts, "parameters");

  if (!text || text[strspn (text, " \n")] != '{' || !strstr (text, "\"sui_image_params\""))
    return FALSE;

  g_autoptr (JsonNode) root = cas_foreign_parse (text, error);

  if (!root)
    return FALSE;

  JsonObject *params = cas_foreign_peek_object (json_node_get_object (root), "sui_image_params");

  if (!params)
    return FALSE;

  const char *version = cas_foreign_peek_string (params, "swarm_version");

  s->program = version ? g_strdup_printf ("SwarmUI %s", version) : g_strdup ("SwarmUI");
  cas_foreign_take (s, params, known);
  return TRUE;
}
