/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What LoRAs change, gathered by weight: the changes of one weight are one of their ranks' sum. */

#include "model/adapters.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ops/low_rank.h"

/* One module of one file, where it goes. */
typedef struct
{
  const CasLoraModule *module;
  CasLoraPlace         place;
  double               factor;
  guint                file; /* which of the files */
} Change;

/* A weight and all that goes there. */
typedef struct
{
  CasLoraNetwork   network;
  const CasWeight *weight;
  GArray          *changes; /* Change */
  CasLowRank      *sum;     /* while it is on */
} Target;

struct _CasAdapters
{
  CasAdapterModel model;
  CasLoraPlaces  *places;
  CasLoraRows    *rows;    /* NULL if the model has no text encoder */
  GArray         *files;   /* CasAdapter */
  GPtrArray      *targets; /* Target, in the order in which they were found */
  GHashTable     *by_weight;
};

static void
free_target (gpointer data)
{
  Target *target = data;

  g_array_unref (target->changes);
  cas_low_rank_free (target->sum);
  g_free (target);
}

static void
clear_file (gpointer data)
{
  CasAdapter *file = data;

  g_clear_pointer (&file->lora, cas_lora_free);
  g_free (file->first_unmatched);
}

CasAdapters *
cas_adapters_new (const CasAdapterModel *model)
{
  CasAdapters *self = g_new0 (CasAdapters, 1);

  self->model = *model;
  self->places = cas_lora_places_new (model->weights);
  if (model->text != NULL)
    self->rows = cas_lora_rows_new (model->text, model->tokenizer);
  self->files = g_array_new (FALSE, TRUE, sizeof (CasAdapter));
  g_array_set_clear_func (self->files, clear_file);
  self->targets = g_ptr_array_new_with_free_func (free_target);
  self->by_weight = g_hash_table_new (NULL, NULL);
  return self;
}

void
cas_adapters_free (CasAdapters *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_weight);
  g_ptr_array_unref (self->targets);
  cas_lora_rows_free (self->rows);
  g_array_unref (self->files);
  cas_lora_places_free (self->places);
  g_free (self);
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

/* --- where changes go ------------------------------------------------------------------------ */

static gboolean
check_shape (const CasLora       *lora,
             const CasLoraModule *module,
             const CasLoraPlace  *place,
             GError             **error)
{
  const CasWeight *weight = place->weight;
  const guint64 n_columns = cas_weight_n_elements (weight) / weight->dims[0];
  const guint64 n_found = cas_weight_n_elements (module->down) / module->rank;
  const gboolean is_up = module->up->dims[0] != place->n_rows;
  const CasWeight *wrong = is_up ? module->up : module->down;

  if (!is_up && n_found == n_columns)
    return TRUE;

  g_autofree char *shape = cas_weight_dup_shape (wrong);

  if (is_up)
    return fail (lora, error, _("tensor “%s” has shape %s, wanted [%u, %u] for “%s” of the model: "
                                "it is for another model"), wrong->name, shape, place->n_rows,
                 module->rank, weight->name);
  return fail (lora, error, _("tensor “%s” has shape %s, wanted [%u, %u] for “%s” of the model: "
                              "it is for another model"), wrong->name, shape, module->rank,
               (guint) n_columns, weight->name);
}

static Target *
get_target (CasAdapters        *self,
            const CasLoraPlace *place)
{
  Target *target = g_hash_table_lookup (self->by_weight, place->weight);

  if (target != NULL)
    return target;

  target = g_new0 (Target, 1);
  target->network = place->network;
  target->weight = place->weight;
  target->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_ptr_array_add (self->targets, target);
  g_hash_table_insert (self->by_weight, (gpointer) place->weight, target);
  return target;
}

/* Two modules of a file that mean the same rows under two names. */
static gboolean
check_once (const CasLora *lora,
            const Target  *target,
            const Change  *change,
            GError       **error)
{
  for (guint i = 0; i < target->changes->len; i++)
    {
      const Change *other = &g_array_index (target->changes, Change, i);

      if (other->file == change->file
          && other->place.first_row < change->place.first_row + change->place.n_rows
          && change->place.first_row < other->place.first_row + other->place.n_rows)
        return fail (lora, error, _("“%s” and “%s” both change “%s” of the model"),
                     other->module->name, change->module->name, target->weight->name);
    }
  return TRUE;
}

static gboolean
add_change (CasAdapters         *self,
            CasAdapter          *file,
            const CasLoraModule *module,
            const CasLoraPlace  *place,
            GError             **error)
{
  Target *target = get_target (self, place);
  const Change change = { module, *place, file->weight * module->scale, self->files->len };

  if (!check_shape (file->lora, module, place, error)
      || !check_once (file->lora, target, &change, error))
    return FALSE;

  g_array_append_val (target->changes, change);
  file->n_matched += module->n_keys;
  file->n_by_network[place->network]++;
  return TRUE;
}

static void
leave_out (CasAdapter *file,
           guint       n_keys,
           const char *name)
{
  file->n_unmatched += n_keys;
  if (file->first_unmatched == NULL)
    file->first_unmatched = g_strdup (name);
}

/* The official list goes with the whole of the model's attention or with none of it. */
static gboolean
check_list (CasAdapters   *self,
            const CasLora *lora,
            GError       **error)
{
  const guint n = cas_lora_places_get_n_attention (self->places);

  if (lora->form != CAS_LORA_OFFICIAL || lora->modules->len == n)
    return TRUE;
  return fail (lora, error,
               g_dngettext (GETTEXT_PACKAGE,
                            "it changes %u layer of the attention, and the model's has %u: it is "
                            "for another model",
                            "it changes %u layers of the attention, and the model's has %u: it is "
                            "for another model", lora->modules->len),
               lora->modules->len, n);
}

static gboolean
add_modules (CasAdapters *self,
             CasAdapter  *file,
             GError     **error)
{
  const CasLora *lora = file->lora;

  if (!check_list (self, lora, error))
    return FALSE;

  for (guint i = 0; i < lora->modules->len; i++)
    {
      const CasLoraModule *module = &g_array_index (lora->modules, CasLoraModule, i);
      const CasLoraPlace *place = lora->form == CAS_LORA_OFFICIAL
                                    ? cas_lora_places_get_attention (self->places, i)
                                    : cas_lora_places_find (self->places, module->name);

      if (place == NULL)
        leave_out (file, module->n_keys, module->name);
      else if (!add_change (self, file, module, place, error))
        return FALSE;
    }

  g_auto (GStrv) unknown = cas_lora_dup_unknown (lora);

  for (guint i = 0; unknown[i] != NULL; i++)
    if (strcmp (unknown[i], "embeddings.indices") != 0)
      leave_out (file, 1, unknown[i]);
  return TRUE;
}

static gboolean
add_rows (CasAdapters        *self,
          CasAdapter         *file,
          const char *const **names,
          GError            **error)
{
  const CasLora *lora = file->lora;
  const guint n_keys = lora->rows == NULL ? 0 : lora->indices != NULL ? 2 : 1;

  if (lora->form == CAS_LORA_EMBEDDING && lora->indices == NULL && file->weight != 1.0)
    return fail (lora, error, _("it is an embedding, which has no weight; it was given %g"),
                 file->weight);
  if (self->rows == NULL)
    {
      leave_out (file, n_keys, lora->rows != NULL ? lora->rows->name : NULL);
      return TRUE;
    }
  if (!cas_lora_rows_add (self->rows, lora, file->weight, names, &file->n_nameless, error))
    return FALSE;

  file->n_matched += n_keys;
  return TRUE;
}

static gboolean
add_file (CasAdapters        *self,
          CasAdapter         *file,
          const char *const **names,
          GError            **error)
{
  if (!add_modules (self, file, error) || !add_rows (self, file, names, error))
    return FALSE;
  if (file->n_matched > 0)
    return TRUE;
  return fail (file->lora, error,
               g_dngettext (GETTEXT_PACKAGE,
                            "none of its %u tensor belongs to the model (the first is of “%s”), so "
                            "it would change nothing",
                            "none of its %u tensors belongs to the model (the first is of “%s”), "
                            "so it would change nothing", file->n_unmatched),
               file->n_unmatched, file->first_unmatched);
}

gboolean
cas_adapters_add (CasAdapters        *self,
                  CasLora            *lora,
                  double              weight,
                  const char *const **names,
                  GError            **error)
{
  CasAdapter file = { .lora = lora, .weight = weight };
  const gboolean ok = add_file (self, &file, names, error);

  /* kept in any case: what was found points into it */
  g_array_append_val (self->files, file);
  return ok;
}

guint
cas_adapters_get_n (CasAdapters *self)
{
  return self->files->len;
}

const CasAdapter *
cas_adapters_get_nth (CasAdapters *self,
                      guint        nth)
{
  g_return_val_if_fail (nth < self->files->len, NULL);

  return &g_array_index (self->files, CasAdapter, nth);
}

gboolean
cas_adapters_touches (CasAdapters   *self,
                      CasLoraNetwork network)
{
  for (guint i = 0; i < self->targets->len; i++)
    if (((Target *) self->targets->pdata[i])->network == network)
      return TRUE;

  return network == CAS_LORA_TEXT && self->rows != NULL && cas_lora_rows_get_n (self->rows) > 0;
}

/* --- on and off ------------------------------------------------------------------------------ */

/* The change's part of the sum: its own columns of up, and rows of down. */
static gboolean
fill (CasLowRank    *sum,
      guint32        first,
      const Change  *change,
      const CasLora *lora,
      GError       **error)
{
  const guint32 rank = change->module->rank;
  g_autofree float *up = cas_lora_dup_values (change->module->up, error);
  g_autofree float *down = up != NULL ? cas_lora_dup_values (change->module->down, error) : NULL;

  if (down == NULL)
    return FALSE;

  memcpy (sum->down_values + (gsize) first * sum->n_columns, down,
          (gsize) rank * sum->n_columns * sizeof (float));
  for (guint32 row = 0; row < change->place.n_rows; row++)
    for (guint32 k = 0; k < rank; k++)
      {
        const float value = (float) (change->factor * up[(gsize) row * rank + k]);

        if (!isfinite (value))
          return fail (lora, error, _("tensor “%s” times %g gives numbers that are not finite"),
                       change->module->up->name, change->factor);
        sum->up_values[(gsize) (change->place.first_row + row) * sum->rank + first + k] = value;
      }
  return TRUE;
}

static gboolean
put_on (CasAdapters *self,
        Target      *target,
        GError     **error)
{
  guint32 rank = 0;

  for (guint i = 0; i < target->changes->len; i++)
    {
      const Change *change = &g_array_index (target->changes, Change, i);

      rank += change->factor != 0 ? change->module->rank : 0;
    }
  if (rank == 0) /* at weight 0 the model is what it is without */
    return TRUE;

  target->sum = cas_low_rank_new (target->weight, rank, error);
  if (target->sum == NULL)
    return FALSE;
  rank = 0;
  for (guint i = 0; i < target->changes->len; i++)
    {
      const Change *change = &g_array_index (target->changes, Change, i);

      if (change->factor == 0)
        continue;
      if (!fill (target->sum, rank, change, cas_adapters_get_nth (self, change->file)->lora, error))
        return FALSE;
      rank += change->module->rank;
    }
  cas_weights_set_low_rank (self->model.weights[target->network], target->weight, target->sum);
  return TRUE;
}

gboolean
cas_adapters_put_on (CasAdapters *self,
                     GError     **error)
{
  const CasAdapterModel *m = &self->model;
  gboolean ok = self->rows == NULL
                || cas_lora_rows_put_on (self->rows, m->text, m->tokenizer, error);

  for (guint i = 0; ok && i < self->targets->len; i++)
    ok = put_on (self, self->targets->pdata[i], error);
  if (!ok)
    cas_adapters_take_off (self);
  return ok;
}

void
cas_adapters_take_off (CasAdapters *self)
{
  if (self->rows != NULL)
    cas_lora_rows_take_off (self->model.text, self->model.tokenizer);
  for (guint i = 0; i < self->targets->len; i++)
    {
      Target *target = self->targets->pdata[i];

      cas_weights_set_low_rank (self->model.weights[target->network], target->weight, NULL);
      g_clear_pointer (&target->sum, cas_low_rank_free);
    }
}
