/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings found in pictures: whose they are, and our own. */

#include "io/metadata-foreign.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "io/metadata.h"

const char *
cas_settings_form_get_id (CasSettingsForm form)
{
  static const char *const ids[CAS_N_SETTINGS_FORMS] = {
    [CAS_SETTINGS_WEIR] = "weir", [CAS_SETTINGS_A1111] = "a1111",
    [CAS_SETTINGS_COMFYUI] = "comfyui", [CAS_SETTINGS_INVOKEAI] = "invokeai",
    [CAS_SETTINGS_SWARMUI] = "swarmui", [CAS_SETTINGS_FOOOCUS] = "fooocus",
  };

  g_return_val_if_fail (form < CAS_N_SETTINGS_FORMS, NULL);
  return ids[form];
}

static CasSettings *
settings_new (CasSettingsForm form)
{
  CasSettings *settings = g_new0 (CasSettings, 1);

  settings->form = form;
  settings->lost = g_ptr_array_new_with_free_func (g_free);
  return settings;
}

void
cas_settings_free (CasSettings *settings)
{
  if (!settings)
    return;

  cas_metadata_clear (&settings->metadata);
  g_ptr_array_unref (settings->lost);
  g_free (settings->program);
  g_free (settings);
}

static gboolean
read_own (const CasSettingsText *texts,
          guint                  n_texts,
          CasSettings           *s,
          GError               **error)
{
  const char *json = cas_foreign_lookup (texts, n_texts, CAS_METADATA_JSON_KEY);

  if (!json || !cas_metadata_parse_json (json, &s->metadata, error))
    return FALSE;

  s->program = g_strdup_printf ("Weir %s", s->metadata.version ? s->metadata.version : "");
  g_strchomp (s->program);
  s->fields = CAS_SETTING_WIDTH | CAS_SETTING_HEIGHT | CAS_SETTING_SEED | CAS_SETTING_STEPS
              | CAS_SETTING_CFG | CAS_SETTING_SHIFT | CAS_SETTING_DECODER_STEPS
              | CAS_SETTING_DECODER_CFG
              | (s->metadata.prompt ? CAS_SETTING_PROMPT : 0)
              | (s->metadata.negative_prompt ? CAS_SETTING_NEGATIVE : 0)
              | (s->metadata.sampler ? CAS_SETTING_SAMPLER : 0)
              | (s->metadata.model ? CAS_SETTING_MODEL : 0);
  return TRUE;
}

CasSettings *
cas_settings_from_texts (const CasSettingsText *texts,
                         guint                  n_texts,
                         const char            *name,
                         GError               **error)
{
  /* A1111's form comes after those that write something else under its key */
  static const struct
  {
    CasSettingsForm  form;
    CasForeignReader read;
  } readers[] = {
    { CAS_SETTINGS_WEIR, read_own },
    { CAS_SETTINGS_SWARMUI, cas_foreign_read_swarmui },
    { CAS_SETTINGS_FOOOCUS, cas_foreign_read_fooocus },
    { CAS_SETTINGS_INVOKEAI, cas_foreign_read_invokeai },
    { CAS_SETTINGS_A1111, cas_foreign_read_a1111 },
    { CAS_SETTINGS_COMFYUI, cas_foreign_read_comfyui },
  };

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autoptr (CasSettings) settings = settings_new (readers[i].form);
      g_autoptr (GError) cause = NULL;

      if (readers[i].read (texts, n_texts, settings, &cause))
        return g_steal_pointer (&settings);
      if (cause)
        {
          g_set_error (error, cause->domain, cause->code, "%s: %s", name, cause->message);
          return NULL;
        }
    }

  g_set_error (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS,
               _("%s has no settings in it that Weir can read."), name);
  return NULL;
}
