/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Copies what a picture was made with. */

#include "cascade/metadata.h"

static CasMetadataPart *
copy_parts (const CasMetadata *m)
{
  CasMetadataPart *parts = g_new0 (CasMetadataPart, m->n_parts);

  for (guint i = 0; i < m->n_parts; i++)
    {
      parts[i] = m->parts[i];
      parts[i].role = g_strdup (m->parts[i].role);
      parts[i].file = g_strdup (m->parts[i].file);
      parts[i].sha256 = g_strdup (m->parts[i].sha256);
    }
  return parts;
}

static CasMetadataLora *
copy_loras (const CasMetadata *m)
{
  CasMetadataLora *loras = g_new0 (CasMetadataLora, m->n_loras);

  for (guint i = 0; i < m->n_loras; i++)
    {
      loras[i] = m->loras[i];
      loras[i].name = g_strdup (m->loras[i].name);
      loras[i].sha256 = g_strdup (m->loras[i].sha256);
    }
  return loras;
}

static CasMetadataPicture *
copy_pictures (const CasMetadata *m)
{
  CasMetadataPicture *pictures = g_new0 (CasMetadataPicture, m->n_pictures);

  for (guint i = 0; i < m->n_pictures; i++)
    {
      pictures[i] = m->pictures[i];
      pictures[i].role = g_strdup (m->pictures[i].role);
      pictures[i].sha256 = g_strdup (m->pictures[i].sha256);
    }
  return pictures;
}

void
cas_metadata_copy (const CasMetadata *m,
                   CasMetadata       *copy)
{
  *copy = *m;
  copy->prompt = g_strdup (m->prompt);
  copy->negative_prompt = g_strdup (m->negative_prompt);
  copy->drawn_prompt = g_strdup (m->drawn_prompt);
  copy->drawn_negative_prompt = g_strdup (m->drawn_negative_prompt);
  copy->sampler = g_strdup (m->sampler);
  copy->model = g_strdup (m->model);
  copy->parts = copy_parts (m);
  copy->loras = copy_loras (m);
  copy->lora_tokens = g_strdupv (m->lora_tokens);
  copy->pictures = copy_pictures (m);
  copy->kernels = g_strdup (m->kernels);
  copy->version = g_strdup (m->version);
}
