/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights by name, in the scope there is, and whether they are of the shape that is wanted. */

#include "model/weights-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* What a request gives when the error sticks: no size, no numbers. */
static const CasWeight no_weight = { .name = "", .file = "" };

const CasWeight *
cas_weights_get_nth (CasWeights *ws,
                     guint       nth)
{
  g_return_val_if_fail (nth < ws->n_entries, &no_weight);

  return &ws->entries[nth].weight;
}

static char *full_name (CasWeights *ws,
                        const char *format,
                        va_list     args) G_GNUC_PRINTF (2, 0);

static char *
full_name (CasWeights *ws,
           const char *format,
           va_list     args)
{
  g_autofree char *name = g_strdup_vprintf (format, args);

  return g_strconcat (ws->prefix, ws->scope->str, name, NULL);
}

static CasWeightsEntry *
find (CasWeights *ws,
      const char *name)
{
  const CasWeightsEntry key = { .weight.name = name };

  return bsearch (&key, ws->entries, ws->n_entries, sizeof *ws->entries,
                  cas_weights_compare_entries);
}

/* The first entry whose name is not before name. */
static guint
find_place (CasWeights *ws,
            const char *name)
{
  guint low = 0, high = ws->n_entries;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (strcmp (ws->entries[middle].weight.name, name) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* "[any, 64]" */
static char *
dup_wanted_shape (const CasDims *dims)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < dims->n; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      if (dims->size[i] > 0)
        g_string_append_printf (text, "%" G_GUINT64_FORMAT, dims->size[i]);
      else
        g_string_append (text, _("any"));
    }

  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static gboolean
fits (const CasWeight *weight,
      const CasDims   *dims)
{
  if (weight->n_dims != dims->n)
    return FALSE;

  for (guint i = 0; i < dims->n; i++)
    if (weight->dims[i] == 0 || weight->dims[i] > CAS_WEIGHTS_MAX_SIDE
        || (dims->size[i] > 0 && weight->dims[i] != dims->size[i]))
      return FALSE;

  return TRUE;
}

static const CasWeight *
get (CasWeights    *ws,
     const CasDims *dims,
     const char    *name)
{
  if (ws->error != NULL)
    return &no_weight;

  CasWeightsEntry *entry = find (ws, name);
  g_autofree char *wanted = dup_wanted_shape (dims);

  if (entry == NULL)
    cas_weights_fail (ws, _("tensor “%s” is missing, wanted with shape %s"), name, wanted);
  else if (!fits (&entry->weight, dims))
    {
      g_autofree char *found = cas_weight_dup_shape (&entry->weight);

      cas_weights_fail (ws, _("tensor “%s” has shape %s, wanted %s"), name, found, wanted);
    }
  else if (entry->weight.dtype > CAS_BF16)
    cas_weights_fail (ws, _("tensor “%s” is of type %s, wanted F32, F16 or BF16"), name,
                      cas_dtype_name (entry->weight.dtype));
  if (ws->error != NULL)
    return &no_weight;

  entry->is_used = TRUE;
  return &entry->weight;
}

static const CasWeight *
get_part (CasWeights *ws,
          CasDims     dims,
          const char *name,
          const char *part)
{
  g_autofree char *part_name = g_strconcat (name, part, NULL);

  return get (ws, &dims, part_name);
}

const CasWeight *
cas_weights_peek (CasWeights *ws,
                  const char *format,
                  ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);

  CasWeightsEntry *entry = find (ws, name);
  return entry != NULL ? &entry->weight : NULL;
}

const CasWeight *
cas_weights_get (CasWeights *ws,
                 CasDims     dims,
                 const char *format,
                 ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);

  return get (ws, &dims, name);
}

CasLinear
cas_weights_linear (CasWeights *ws,
                    guint32     n_out,
                    guint32     n_in,
                    const char *format,
                    ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);

  const CasWeight *weight = get_part (ws, CAS_DIMS (n_out, n_in), name, ".weight");
  return (CasLinear) { weight, get_part (ws, CAS_DIMS (weight->dims[0]), name, ".bias") };
}

CasLinear
cas_weights_conv1x1 (CasWeights *ws,
                     guint32     n_out,
                     guint32     n_in,
                     const char *format,
                     ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);

  const CasWeight *weight = get_part (ws, CAS_DIMS (n_out, n_in, 1, 1), name, ".weight");
  return (CasLinear) { weight, get_part (ws, CAS_DIMS (weight->dims[0]), name, ".bias") };
}

CasConv
cas_weights_conv (CasWeights *ws,
                  CasDims     dims,
                  const char *format,
                  ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);

  const CasWeight *weight = get_part (ws, dims, name, ".weight");
  return (CasConv) { weight, get_part (ws, CAS_DIMS (weight->dims[0]), name, ".bias") };
}

CasConv
cas_weights_conv_transpose (CasWeights *ws,
                            CasDims     dims,
                            const char *format,
                            ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);

  const CasWeight *weight = get_part (ws, dims, name, ".weight");
  return (CasConv) { weight, get_part (ws, CAS_DIMS (weight->dims[1]), name, ".bias") };
}

guint
cas_weights_count (CasWeights *ws,
                   guint       max,
                   const char *format,
                   ...)
{
  guint n_found = 0, highest = 0, last = G_MAXUINT;
  va_list args;

  va_start (args, format);
  g_autofree char *name = full_name (ws, format, args);
  va_end (args);
  g_autofree char *prefix = g_strconcat (name, ".", NULL);

  for (guint i = find_place (ws, prefix);
       i < ws->n_entries && g_str_has_prefix (ws->entries[i].weight.name, prefix); i++)
    {
      const char *digits = ws->entries[i].weight.name + strlen (prefix);
      char *end;
      guint64 number = g_ascii_strtoull (digits, &end, 10);

      if (!g_ascii_isdigit (*digits) || *end != '.' || number >= G_MAXUINT || number == last)
        continue;
      last = number; /* equal numbers are neighbours in the order of names */
      n_found++;
      highest = MAX (highest, last);
    }

  if (n_found > 0 && highest != n_found - 1)
    cas_weights_fail (ws, _("“%s” goes up to %u, but only %u of its numbers are there"), prefix,
                      highest, n_found);
  if (n_found > max)
    cas_weights_fail (ws, _("“%s” goes up to %u, at most %u is known"), prefix, highest, max - 1);
  return ws->error == NULL ? n_found : 0;
}

const CasWeight *
cas_weights_find_unused (CasWeights *ws,
                         const char *format,
                         ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *prefix = full_name (ws, format, args);
  va_end (args);

  for (guint i = find_place (ws, prefix);
       i < ws->n_entries && g_str_has_prefix (ws->entries[i].weight.name, prefix); i++)
    if (!ws->entries[i].is_used && !cas_weights_is_batch_counter (ws->entries[i].weight.name))
      return &ws->entries[i].weight;

  return NULL;
}

char **
cas_weights_dup_unused (CasWeights *ws)
{
  GStrvBuilder *builder = g_strv_builder_new ();

  for (guint i = 0; i < ws->n_entries; i++)
    if (!ws->entries[i].is_used && !cas_weights_is_batch_counter (ws->entries[i].weight.name))
      g_strv_builder_add (builder, ws->entries[i].weight.name);

  char **names = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return names;
}
