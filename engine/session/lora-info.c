/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A LoRA file described, by itself and against a model. */

#include "session/lora-info.h"

#include <glib/gi18n-lib.h>

#include "model/adapters.h"
#include "session/networks.h"

static void
add_detail (CasModelInfo *info,
            const char   *label,
            const char   *format,
            ...) G_GNUC_PRINTF (3, 4);

static void
add_detail (CasModelInfo *info,
            const char   *label,
            const char   *format,
            ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (info->details, g_strdup (label));
  g_ptr_array_add (info->details, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
add_rank (CasModelInfo  *info,
          const CasLora *lora)
{
  guint32 least = G_MAXUINT32, most = 0;

  for (guint i = 0; i < lora->modules->len; i++)
    {
      const guint32 rank = g_array_index (lora->modules, CasLoraModule, i).rank;

      least = MIN (least, rank);
      most = MAX (most, rank);
    }
  if (lora->modules->len == 0)
    return;

  if (least == most)
    add_detail (info, N_("rank"), "%u", most);
  else
    add_detail (info, N_("rank"), _("%u to %u"), least, most);
}

/* "Stage C: 40, text encoder: 12" */
static void
add_networks (CasModelInfo *info,
              const guint  *n_modules)
{
  const char *const names[CAS_N_LORA_NETWORKS] = {
    [CAS_LORA_STAGE_C] = "Stage C", [CAS_LORA_STAGE_B] = "Stage B",
    [CAS_LORA_TEXT] = _("text encoder"),
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (n_modules[i] > 0)
      g_string_append_printf (text, "%s%s: %u", text->len > 0 ? ", " : "", names[i], n_modules[i]);
  if (text->len > 0)
    add_detail (info, N_("layers changed"), "%s", text->str);
}

/* As their names say; whether a model has them is another question. */
static void
add_networks_by_name (CasModelInfo  *info,
                      const CasLora *lora)
{
  guint n_modules[CAS_N_LORA_NETWORKS] = { 0 };

  for (guint i = 0; i < lora->modules->len; i++)
    {
      const CasLoraModule *module = &g_array_index (lora->modules, CasLoraModule, i);

      n_modules[lora->form == CAS_LORA_OFFICIAL ? CAS_LORA_STAGE_C
                                                : cas_lora_guess_network (module->name)]++;
    }
  add_networks (info, n_modules);
}

/* "[fernando] from ^dog</w>, [anna]" */
static void
add_tokens (CasModelInfo  *info,
            const CasLora *lora)
{
  const guint n_named = lora->tokens->len / 2;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_named; i++)
    {
      const char *name = lora->tokens->pdata[2 * i], *rule = lora->tokens->pdata[2 * i + 1];

      g_ptr_array_add (info->tokens, g_strdup (name));
      g_string_append (text, i > 0 ? ", " : "");
      if (*rule)
        g_string_append_printf (text, _("%s from %s"), name, rule);
      else
        g_string_append (text, name);
    }
  if (n_named > 0)
    add_detail (info, N_("new tokens"), "%s", text->str);
  if (lora->indices != NULL && lora->n_rows > n_named)
    add_detail (info, N_("rows of tokens"), "%u", lora->n_rows);
}

static void
add_match (CasModelInfo *info,
           CasLora      *lora,
           const char   *model)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasLoadedNetworks) m = cas_loaded_networks_new (model, &error);
  g_autoptr (CasAdapters) adapters = NULL;

  if (m)
    {
      adapters = cas_adapters_new (&(CasAdapterModel) {
          .weights = {
            [CAS_LORA_STAGE_C] = m->stage_c->unet.weights,
            [CAS_LORA_STAGE_B] = m->stage_b->unet.weights,
            [CAS_LORA_TEXT] = m->text->weights,
          },
          .text = m->text,
          .tokenizer = m->tokenizer,
        });
      cas_adapters_add (adapters, lora, 1.0, NULL, &error);
    }
  else
    cas_lora_free (lora);
  if (error)
    {
      g_ptr_array_add (info->missing, g_strdup (error->message));
      return;
    }

  const CasAdapter *file = cas_adapters_get_nth (adapters, 0);

  add_networks (info, file->n_by_network);
  add_detail (info, N_("tensors of the model"), _("%u of %u"), file->n_matched,
              file->n_matched + file->n_unmatched);
  if (file->first_unmatched)
    add_detail (info, N_("first that is not"), "%s", file->first_unmatched);
}

void
cas_lora_info_describe (CasModelInfo *info,
                        const char   *path,
                        const char   *model)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasLora) lora = cas_lora_open (path, &error);

  if (!lora)
    {
      g_ptr_array_add (info->missing, g_strdup (error->message));
      return;
    }

  g_auto (GStrv) unknown = cas_lora_dup_unknown (lora);

  add_detail (info, N_("form"), "%s", cas_lora_get_form_name (lora));
  add_rank (info, lora);
  add_tokens (info, lora);
  for (guint i = 0; unknown[i]; i++)
    if (!g_str_equal (unknown[i], "embeddings.indices"))
      g_ptr_array_add (info->unused, g_strdup (unknown[i]));
  if (model)
    add_match (info, g_steal_pointer (&lora), model);
  else
    add_networks_by_name (info, lora);
}
