/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads Fooocus' settings: a flat object under “parameters”, of the scheme “fooocus”. (Its other
 * scheme is A1111's form.) */

#include "io/metadata-foreign.h"

#include <string.h>

static const CasForeignMember known[] = {
  { "prompt", CAS_SETTING_PROMPT },
  { "negative_prompt", CAS_SETTING_NEGATIVE },
  { "steps", CAS_SETTING_STEPS },
  { "guidance_scale", CAS_SETTING_CFG },
  { "seed", CAS_SETTING_SEED },
  { "sampler", CAS_SETTING_SAMPLER },
  { "full_prompt", 0 },
  { "full_negative_prompt", 0 },
  { "metadata_scheme", 0 },
  { "resolution", 0 }, /* see below */
  { "version", 0 },
  { NULL, 0 },
};

gboolean
cas_foreign_read_fooocus (const CasSettingsText *texts,
                          guint                  n_texts,
                          CasSettings           *s,
                          GError               **error)
{
  const char *text = cas_foreign_lookup (texts, n_texts, "parameters");
  const char *scheme = cas_foreign_lookup (texts, n_texts, "fooocus_scheme");

  if (!text || *text != '{' || !(scheme ? strcmp (scheme, "fooocus") == 0
                                        : strstr (text, "\"metadata_scheme\"") != NULL))
    return FALSE;

  g_autoptr (JsonNode) root = cas_foreign_parse (text, error);

  if (!root)
    return FALSE;

  JsonObject *object = json_node_get_object (root);
  const char *resolution = cas_foreign_peek_string (object, "resolution");
  const char *version = cas_foreign_peek_string (object, "version");

  s->program = g_strdup (version ? version : "Fooocus");
  cas_foreign_take (s, object, known);
  if (resolution)
    cas_foreign_set_size (s, "resolution", resolution);
  return TRUE;
}
