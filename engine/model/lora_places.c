/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The names of a model's modules, in every spelling (spec 9). */

#include "model/lora_places.h"

#include <string.h>

struct _CasLoraPlaces
{
  GHashTable *by_name[CAS_N_LORA_NETWORKS]; /* char * → CasLoraPlace * */
  GArray     *attention;                    /* CasLoraPlace */
};

/* What stands before a module's name; longer ones first. */
static const struct
{
  const char    *text;
  CasLoraNetwork network;
} prefixes[] = {
  { "lora_prior_unet_", CAS_LORA_STAGE_C },
  { "lora_prior_unet.", CAS_LORA_STAGE_C },
  { "lora_unet_", CAS_LORA_STAGE_C },
  { "lora_unet.", CAS_LORA_STAGE_C },
  { "lora_prior_te_", CAS_LORA_TEXT },
  { "lora_prior_te.", CAS_LORA_TEXT },
  { "lora_te_", CAS_LORA_TEXT },
  { "lora_te.", CAS_LORA_TEXT },
  { "lora_decoder_unet_", CAS_LORA_STAGE_B },
  { "lora_decoder_unet.", CAS_LORA_STAGE_B },
  { "base_model.model.", CAS_LORA_STAGE_C },
  { "diffusion_model.", CAS_LORA_STAGE_C },
  { "prior.", CAS_LORA_STAGE_C },
  { "unet.", CAS_LORA_STAGE_C },
  { "decoder.", CAS_LORA_STAGE_B },
  { "text_encoder.", CAS_LORA_TEXT },
  { "", CAS_LORA_STAGE_C },
  { "", CAS_LORA_TEXT },
};

/* --- spellings ------------------------------------------------------------------------------- */

/* With dots and with _; who came first keeps a name. */
static void
add_name (CasLoraPlaces      *places,
          const CasLoraPlace *place,
          const char         *format,
          ...) G_GNUC_PRINTF (3, 4);

static void
add_name (CasLoraPlaces      *places,
          const CasLoraPlace *place,
          const char         *format,
          ...)
{
  GHashTable *by_name = places->by_name[place->network];
  va_list args;

  va_start (args, format);
  g_autofree char *name = g_strdup_vprintf (format, args);
  va_end (args);

  for (guint i = 0; i < 2; i++)
    {
      if (!g_hash_table_contains (by_name, name))
        g_hash_table_insert (by_name, g_strdup (name), g_memdup2 (place, sizeof *place));
      g_strdelimit (name, ".", '_');
    }
}

/* scope: "down_blocks.0.2.attention.attn."; those of diffusers do without the last of it */
static void
add_in_proj (CasLoraPlaces      *places,
             const CasLoraPlace *whole,
             const char         *scope)
{
  static const char *const names[] = { "to_q", "to_k", "to_v" };
  const gboolean is_cascade = g_str_has_suffix (scope, ".attn.");
  CasLoraPlace third = *whole;

  add_name (places, whole, "%sin_proj", scope);
  third.n_rows = whole->n_rows / G_N_ELEMENTS (names);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      third.first_row = i * third.n_rows;
      add_name (places, &third, "%s%s", scope, names[i]);
      add_name (places, &third, "%sin_proj.%u", scope, i);
      if (is_cascade)
        add_name (places, &third, "%.*s%s", (int) (strlen (scope) - strlen ("attn.")), scope,
                  names[i]);
    }
}

static void
add_module (CasLoraPlaces      *places,
            const CasLoraPlace *place,
            const char         *name)
{
  static const char out_proj[] = ".attn.out_proj";

  add_name (places, place, "%s", name);
  if (g_str_has_suffix (name, out_proj))
    add_name (places, place, "%.*s.to_out.0", (int) (strlen (name) - strlen (out_proj)), name);
  if (place->network == CAS_LORA_STAGE_B && strcmp (name, "clip_mapper") == 0)
    add_name (places, place, "clip_txt_pooled_mapper");
}

static void
add_weight (CasLoraPlaces   *places,
            CasLoraNetwork   network,
            CasWeights      *ws,
            const CasWeight *weight)
{
  static const char in_proj[] = "in_proj_weight", plain[] = ".weight";
  const char *name = weight->name + strlen (cas_weights_get_prefix (ws));
  const CasLoraPlace place = { network, weight, 0, (guint32) weight->dims[0] };

  if (weight->n_dims < 2 || weight->dims[0] == 0 || weight->dims[0] > CAS_WEIGHTS_MAX_SIDE
      || weight->dtype > CAS_BF16 || strstr (name, "_embedding.") != NULL)
    return;

  if (g_str_has_suffix (name, in_proj))
    {
      g_autofree char *scope = g_strndup (name, strlen (name) - strlen (in_proj));

      add_in_proj (places, &place, scope);
    }
  else if (g_str_has_suffix (name, plain))
    {
      g_autofree char *module = g_strndup (name, strlen (name) - strlen (plain));

      add_module (places, &place, module);
    }
}

/* --- the official order ---------------------------------------------------------------------- */

static void
add_attention (CasLoraPlaces *places,
               CasWeights    *ws)
{
  static const char *const lists[] = { "down_blocks", "up_blocks" };

  for (guint k = 0; k < G_N_ELEMENTS (lists); k++)
    for (guint level = 0, n_levels = cas_weights_count (ws, 16, "%s", lists[k]); level < n_levels;
         level++)
      for (guint i = 0, n = cas_weights_count (ws, 4096, "%s.%u", lists[k], level); i < n; i++)
        {
          const CasWeight *weights[] = {
            cas_weights_peek (ws, "%s.%u.%u.attention.attn.out_proj.weight", lists[k], level, i),
            cas_weights_peek (ws, "%s.%u.%u.attention.attn.in_proj_weight", lists[k], level, i),
          };

          for (guint j = 0; weights[0] != NULL && weights[1] != NULL && j < 2; j++)
            {
              const CasLoraPlace place = {
                CAS_LORA_STAGE_C, weights[j], 0, (guint32) weights[j]->dims[0],
              };

              g_array_append_val (places->attention, place);
            }
        }
}

/* --- asking ---------------------------------------------------------------------------------- */

CasLoraPlaces *
cas_lora_places_new (CasWeights *const networks[])
{
  CasLoraPlaces *places = g_new0 (CasLoraPlaces, 1);

  places->attention = g_array_new (FALSE, FALSE, sizeof (CasLoraPlace));
  for (CasLoraNetwork network = 0; network < CAS_N_LORA_NETWORKS; network++)
    {
      CasWeights *ws = networks[network];

      places->by_name[network] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      for (guint i = 0; ws != NULL && i < cas_weights_get_n (ws); i++)
        add_weight (places, network, ws, cas_weights_get_nth (ws, i));
    }
  if (networks[CAS_LORA_STAGE_C] != NULL)
    add_attention (places, networks[CAS_LORA_STAGE_C]);
  return places;
}

void
cas_lora_places_free (CasLoraPlaces *places)
{
  if (places == NULL)
    return;

  for (CasLoraNetwork network = 0; network < CAS_N_LORA_NETWORKS; network++)
    g_hash_table_unref (places->by_name[network]);
  g_array_unref (places->attention);
  g_free (places);
}

const CasLoraPlace *
cas_lora_places_find (CasLoraPlaces *places,
                      const char    *module)
{
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      const CasLoraPlace *place;

      if (!g_str_has_prefix (module, prefixes[i].text))
        continue;
      place = g_hash_table_lookup (places->by_name[prefixes[i].network],
                                   module + strlen (prefixes[i].text));
      if (place != NULL)
        return place;
    }
  return NULL;
}

CasLoraNetwork
cas_lora_guess_network (const char *module)
{
  guint i = 0;

  while (!g_str_has_prefix (module, prefixes[i].text)) /* the empty one at the latest */
    i++;
  return prefixes[i].network;
}

const CasLoraPlace *
cas_lora_places_get_attention (CasLoraPlaces *places,
                               guint          nth)
{
  const GArray *list = places->attention;

  return nth < list->len ? &g_array_index (list, CasLoraPlace, nth) : NULL;
}

guint
cas_lora_places_get_n_attention (CasLoraPlaces *places)
{
  return places->attention->len;
}
