/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRAs by what their files hold, as far as that is known; else by their names. */

#include "restore-plan-private.h"

#include <glib/gi18n.h>

static const char *
get_hash (const WeirRestoreHere *here,
          WeirLora              *lora)
{
  return here->hashes ? g_hash_table_lookup (here->hashes, weir_lora_get_path (lora)) : NULL;
}

static gboolean
is_same (const WeirRestoreHere *here,
         WeirLora              *lora,
         const CasMetadataLora *other)
{
  const char *hash = get_hash (here, lora);

  return hash && other->sha256 ? g_ascii_strcasecmp (hash, other->sha256) == 0
                               : g_strcmp0 (weir_lora_get_name (lora), other->name) == 0;
}

/* What is called so comes first. *is_other: the name is another file's here. */
static WeirLora *
find_lora (const WeirRestoreHere *here,
           const CasMetadataLora *wanted,
           gboolean              *is_other)
{
  const guint n = here->loras ? g_list_model_get_n_items (G_LIST_MODEL (here->loras)) : 0;
  g_autoptr (WeirLora) found = NULL;

  *is_other = FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (here->loras), i);
      const gboolean has_name = g_strcmp0 (weir_lora_get_name (lora), wanted->name) == 0;

      if (is_same (here, lora, wanted) && (!found || has_name))
        g_set_object (&found, lora);
      else if (has_name)
        *is_other = TRUE;
    }
  return g_steal_pointer (&found);
}

/* Why it is not here. */
static char *
dup_missing (const CasMetadataLora *lora,
             gboolean               is_other)
{
  return is_other ? g_strdup_printf (_("“%s”, weight %g: another file has that name here → none is "
                                       "used"),
                                     lora->name, lora->weight)
                  : g_strdup_printf (_("“%s”, weight %g → none is used"), lora->name, lora->weight);
}

static char *
dup_found (const CasMetadataLora *lora,
           WeirLora              *found)
{
  return g_strcmp0 (weir_lora_get_name (found), lora->name) == 0
           ? g_strdup_printf (_("“%s”, weight %g"), lora->name, lora->weight)
           : g_strdup_printf (_("“%s”, weight %g; the file is called “%s” here"), lora->name,
                              lora->weight, weir_lora_get_name (found));
}

static void
add_lora (WeirRestorePlan       *plan,
          const CasMetadataLora *lora,
          const WeirRestoreHere *here)
{
  gboolean is_other;
  g_autoptr (WeirLora) found = find_lora (here, lora, &is_other);
  WeirRestoreSetting *setting;

  if (!found)
    weir_restore_plan_add (plan, WEIR_RESTORE_MISSING, _("LoRA"), dup_missing (lora, is_other));
  else if (ABS (lora->weight) > WEIR_LORA_MAX_WEIGHT)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, _("LoRA"),
         g_strdup_printf (_("“%s”, weight %g, which is more than can be set → none is used"),
                          lora->name, lora->weight));
  else if (weir_lora_get_reason (found))
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, _("LoRA"),
         g_strdup_printf (_("“%s” → none is used: %s"), lora->name,
                          weir_lora_get_reason (found)));
  else
    {
      setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("LoRA"),
                     dup_found (lora, found));
      setting->lora = g_steal_pointer (&found);
      setting->weight = lora->weight;
    }
}

/* Those that are on and that the picture was made without. */
static void
add_unused_loras (WeirRestorePlan       *plan,
                  const CasSettings     *settings,
                  const WeirRestoreHere *here)
{
  const CasMetadata *m = &settings->metadata;
  const guint n = here->loras ? g_list_model_get_n_items (G_LIST_MODEL (here->loras)) : 0;

  for (guint i = 0; settings->form == CAS_SETTINGS_WEIR && i < n; i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (here->loras), i);
      gboolean is_used = !weir_lora_get_is_used (lora);

      for (guint j = 0; j < m->n_loras; j++)
        is_used |= is_same (here, lora, &m->loras[j]);
      if (!is_used)
        weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("LoRA"),
             g_strdup_printf (_("“%s” is turned off, since the image was made without it"),
                              weir_lora_get_name (lora)))->lora = g_steal_pointer (&lora);
    }
}

void
weir_restore_plan_add_loras (WeirRestorePlan       *plan,
                             const CasSettings     *settings,
                             const WeirRestoreHere *here)
{
  for (guint i = 0; i < settings->metadata.n_loras; i++)
    add_lora (plan, &settings->metadata.loras[i], here);
  add_unused_loras (plan, settings, here);
}
