/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text is our JSON, with 1 for numbers that are not known and may not be 0. */

#include "library/packed-settings.h"

typedef struct
{
  CasSettingsFields field;
  gsize             offset;
} Count;

static const Count counts[] = {
  { CAS_SETTING_WIDTH, G_STRUCT_OFFSET (CasMetadata, width) },
  { CAS_SETTING_HEIGHT, G_STRUCT_OFFSET (CasMetadata, height) },
  { CAS_SETTING_STEPS, G_STRUCT_OFFSET (CasMetadata, steps) },
  { CAS_SETTING_DECODER_STEPS, G_STRUCT_OFFSET (CasMetadata, decoder_steps) },
};

char *
weir_settings_pack (const CasMetadata *metadata,
                    CasSettingsFields *fields)
{
  CasMetadata packed = *metadata; /* its texts are not ours */
  g_auto (CasMetadata) unpacked = { 0 };
  g_autofree char *json = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      guint *value = G_STRUCT_MEMBER_P (&packed, counts[i].offset);

      if (*value == 0)
        {
          *value = 1;
          *fields &= ~counts[i].field;
        }
    }
  json = cas_metadata_to_json (&packed);
  return weir_settings_unpack (json, *fields, &unpacked) ? g_steal_pointer (&json) : NULL;
}

gboolean
weir_settings_unpack (const char        *packed,
                      CasSettingsFields  fields,
                      CasMetadata       *metadata)
{
  if (!cas_metadata_parse_json (packed, metadata, NULL))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if ((fields & counts[i].field) == 0)
      *(guint *) G_STRUCT_MEMBER_P (metadata, counts[i].offset) = 0;
  return TRUE;
}
