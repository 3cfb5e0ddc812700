/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRA files read (spec 9). */

#include "model/lora.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/lora_tokens.h"

#define MAX_MODULES 8192

typedef enum
{
  DOWN,
  UP,
  ALPHA,
} Piece;

/* What follows a module's name. */
static const struct Ending
{
  const char *text;
  Piece       piece;
} endings[] = {
  { ".lora_down.weight", DOWN },
  { ".lora_up.weight", UP },
  { ".alpha", ALPHA },
  { ".lora_A.weight", DOWN },
  { ".lora_B.weight", UP },
  { ".lora_A.default.weight", DOWN },
  { ".lora_B.default.weight", UP },
  { ".lora.down.weight", DOWN },
  { ".lora.up.weight", UP },
  { "_lora.down.weight", DOWN },
  { "_lora.up.weight", UP },
  { ".lora_linear_layer.down.weight", DOWN },
  { ".lora_linear_layer.up.weight", UP },
};

/* Changes that are more than up · down: without this part the picture would be another one. */
static const char *const more[] = { ".dora_scale", ".lora_mid.weight", ".lora_magnitude_vector" };

static void
clear_module (gpointer data)
{
  g_free (((CasLoraModule *) data)->name);
}

static gboolean
fail (const CasLora *lora,
      GError       **error,
      const char    *format,
      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (const CasLora *lora,
      GError       **error,
      const char    *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: %s.",
               cas_weights_get_file (lora->weights), sentence);
  return FALSE;
}

/* --- numbers --------------------------------------------------------------------------------- */

float *
cas_lora_dup_values (const CasWeight *weight,
                     GError         **error)
{
  const gsize n = cas_weight_n_elements (weight);
  g_autofree float *values = g_try_new (float, MAX (n, 1));

  if (values == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory to read tensor “%s”."), weight->file, weight->name);
      return NULL;
    }
  if (!cas_weight_read_f32 (weight, 0, values, n, error))
    return NULL;

  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                     _("%s: tensor “%s” holds numbers that are not finite; the file is damaged."),
                     weight->file, weight->name);
        return NULL;
      }
  return g_steal_pointer (&values);
}

/* --- modules --------------------------------------------------------------------------------- */

/* A weight of as many dimensions as it has, whatever their sizes. */
static const CasWeight *
take (CasLora         *lora,
      const CasWeight *weight)
{
  const CasDims dims = { .n = CLAMP (weight->n_dims, 2, 4) };

  return cas_weights_get (lora->weights, dims, "%s", weight->name);
}

static gboolean
read_alpha (CasLora         *lora,
            CasLoraModule   *module,
            const CasWeight *alpha,
            GError         **error)
{
  const CasDims dims = alpha->n_dims == 0 ? (CasDims) { 0 } : CAS_DIMS (1);
  const CasWeight *weight = cas_weights_get (lora->weights, dims, "%s", alpha->name);

  if (!cas_weights_check (lora->weights, error))
    return FALSE;

  g_autofree float *value = cas_lora_dup_values (weight, error);

  if (value == NULL)
    return FALSE;
  module->scale = (double) *value / module->rank;
  module->n_keys++;
  return TRUE;
}

/* Both halves are there and of one rank. alpha: what the scale is without one, as a multiple of
 * the rank; 0: 1 as a whole. */
static gboolean
finish_module (CasLora         *lora,
               CasLoraModule   *module,
               const CasWeight *alpha,
               GError         **error)
{
  if (module->down == NULL || module->up == NULL)
    {
      const CasWeight *only = module->down != NULL ? module->down
                              : module->up != NULL ? module->up : alpha;

      return fail (lora, error, _("tensor “%s” is there without its other half, so the file is "
                                  "not whole"), only->name);
    }

  module->down = take (lora, module->down);
  module->up = take (lora, module->up);
  if (!cas_weights_check (lora->weights, error))
    return FALSE;

  const guint64 rank = module->down->dims[0];
  if (rank > CAS_LORA_MAX_RANK)
    return fail (lora, error, _("tensor “%s” is of rank %u, and it may be %u at most"),
                 module->down->name, (guint) rank, CAS_LORA_MAX_RANK);
  if (module->up->dims[1] != rank
      || cas_weight_n_elements (module->up) != module->up->dims[0] * rank)
    {
      g_autofree char *down = cas_weight_dup_shape (module->down);
      g_autofree char *up = cas_weight_dup_shape (module->up);

      return fail (lora, error, _("tensors “%s” %s and “%s” %s do not go together: they are of "
                                  "different ranks"),
                   module->down->name, down, module->up->name, up);
    }

  module->rank = (guint32) rank;
  module->scale = 1.0; /* alpha = rank */
  module->n_keys = 2;
  return alpha == NULL || read_alpha (lora, module, alpha, error);
}

/* --- the official form ----------------------------------------------------------------------- */

/* Which modules the list is of is not in the file, unless it is ours: then it must be those that
 * are known. */
static gboolean
check_filters (CasLora        *lora,
               CasSafetensors *file,
               GError        **error)
{
  const char *filters = cas_safetensors_lookup_metadata (file, "module_filters");

  if (filters == NULL || strcmp (filters, "[\".attn\"]") == 0)
    return TRUE;
  return fail (lora, error, _("it lists modules by a filter that is not [\".attn\"], and no "
                              "other is known"));
}

static gboolean
read_official (CasLora        *lora,
               CasSafetensors *file,
               GError        **error)
{
  const guint n = cas_weights_count (lora->weights, MAX_MODULES, "weights");

  if (!cas_weights_check (lora->weights, error) || !check_filters (lora, file, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      CasLoraModule module = {
        .name = g_strdup_printf ("%u", i),
        .down = cas_weights_peek (lora->weights, "weights.%u.lora_down", i),
        .up = cas_weights_peek (lora->weights, "weights.%u.lora_up", i),
      };

      g_array_append_val (lora->modules, module);
      if (module.down == NULL && module.up == NULL)
        return fail (lora, error, _("“weights.%u” has no “lora_down” and no “lora_up”"), i);
      if (!finish_module (lora, &g_array_index (lora->modules, CasLoraModule, i), NULL, error))
        return FALSE;
      g_array_index (lora->modules, CasLoraModule, i).scale /= module.down->dims[0]; /* alpha 1 */
    }
  return TRUE;
}

/* --- forms with names ------------------------------------------------------------------------ */

typedef struct
{
  char            *name;
  const CasWeight *pieces[3];
} Found;

static void
free_found (gpointer data)
{
  Found *found = data;

  g_free (found->name);
  g_free (found);
}

static const struct Ending *
find_ending (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i].text))
      return &endings[i];

  return NULL;
}

static gboolean
add_piece (CasLora         *lora,
           GHashTable      *by_name,
           GPtrArray       *all,
           const CasWeight *weight,
           GError         **error)
{
  const struct Ending *ending = find_ending (weight->name);

  if (ending == NULL)
    return TRUE;

  g_autofree char *name = g_strndup (weight->name, strlen (weight->name) - strlen (ending->text));
  Found *found = g_hash_table_lookup (by_name, name);

  if (found == NULL)
    {
      found = g_new0 (Found, 1);
      found->name = g_strdup (name);
      g_ptr_array_add (all, found);
      g_hash_table_insert (by_name, found->name, found);
    }
  if (found->pieces[ending->piece] != NULL)
    return fail (lora, error, _("tensors “%s” and “%s” are the same half twice"),
                 found->pieces[ending->piece]->name, weight->name);
  found->pieces[ending->piece] = weight;
  return TRUE;
}

static gboolean
check_kinds (CasLora *lora,
             GError **error)
{
  for (guint i = 0; i < cas_weights_get_n (lora->weights); i++)
    for (guint j = 0; j < G_N_ELEMENTS (more); j++)
      if (strstr (cas_weights_get_nth (lora->weights, i)->name, more[j]) != NULL)
        return fail (lora, error, _("tensor “%s” makes it more than a LoRA (DoRA or a Tucker "
                                    "decomposition), which is not supported"),
                     cas_weights_get_nth (lora->weights, i)->name);
  return TRUE;
}

static gboolean
read_named (CasLora *lora,
            GError **error)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (free_found);

  if (!check_kinds (lora, error))
    return FALSE;
  for (guint i = 0; i < cas_weights_get_n (lora->weights); i++)
    if (!add_piece (lora, by_name, all, cas_weights_get_nth (lora->weights, i), error))
      return FALSE;
  if (all->len > MAX_MODULES)
    return fail (lora, error, _("it changes %u modules, and it may be %u at most"), all->len,
                 MAX_MODULES);

  lora->form = CAS_LORA_FLAT;
  for (guint i = 0; i < all->len; i++)
    {
      const Found *found = all->pdata[i];
      CasLoraModule module = {
        .name = g_strdup (found->name), .down = found->pieces[DOWN], .up = found->pieces[UP],
      };

      if (strchr (module.name, '.') != NULL)
        lora->form = CAS_LORA_DOTTED;
      g_array_append_val (lora->modules, module);
      if (!finish_module (lora, &g_array_index (lora->modules, CasLoraModule, i),
                          found->pieces[ALPHA], error))
        return FALSE;
    }
  return TRUE;
}

/* --- opening --------------------------------------------------------------------------------- */

static char *
dup_stem (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *name = g_filename_display_name (base);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

static gboolean
check_any (const CasLora *lora,
           GError       **error)
{
  if (lora->modules->len > 0 || lora->rows != NULL)
    return TRUE;
  if (cas_weights_get_n (lora->weights) == 0)
    return fail (lora, error, _("it is no LoRA: there is no tensor in it"));
  return fail (lora, error, _("it is no LoRA that is known (LoHa and LoKr are not): its first "
                              "tensor is “%s”"), cas_weights_get_nth (lora->weights, 0)->name);
}

CasLora *
cas_lora_open (const char *path,
               GError    **error)
{
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, error);
  g_autoptr (CasWeights) ws = file != NULL ? cas_weights_new (file, NULL, error) : NULL;

  if (ws == NULL)
    return NULL;

  g_autoptr (CasLora) lora = g_new0 (CasLora, 1);
  lora->name = dup_stem (path);
  lora->weights = g_steal_pointer (&ws);
  lora->modules = g_array_new (FALSE, TRUE, sizeof (CasLoraModule));
  g_array_set_clear_func (lora->modules, clear_module);
  lora->tokens = g_ptr_array_new_with_free_func (g_free);

  const gboolean is_official = cas_weights_peek (lora->weights, "weights.0.lora_down") != NULL;
  if (!(is_official ? read_official (lora, file, error) : read_named (lora, error))
      || !cas_lora_read_tokens (lora, file, error) || !check_any (lora, error))
    return NULL;
  if (lora->modules->len == 0)
    lora->form = CAS_LORA_EMBEDDING;
  return g_steal_pointer (&lora);
}

void
cas_lora_free (CasLora *lora)
{
  if (lora == NULL)
    return;

  g_array_unref (lora->modules);
  g_ptr_array_unref (lora->tokens);
  g_free (lora->indices);
  g_clear_pointer (&lora->weights, cas_weights_unref);
  g_free (lora->name);
  g_free (lora);
}

const char *
cas_lora_get_form_name (const CasLora *lora)
{
  switch (lora->form)
    {
    case CAS_LORA_OFFICIAL:
      return _("a list in module order (official)");
    case CAS_LORA_FLAT:
      return _("module names joined by _ (kohya, OneTrainer)");
    case CAS_LORA_DOTTED:
      return _("module names with dots (diffusers, PEFT)");
    case CAS_LORA_EMBEDDING:
      return _("tokens alone (an embedding)");
    }
  g_return_val_if_reached ("");
}

char **
cas_lora_dup_unknown (const CasLora *lora)
{
  return cas_weights_dup_unused (lora->weights);
}
