/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The named tensors of one model file: a sorted table, with the first error kept. */

#include "model/weights-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

G_STATIC_ASSERT (CAS_SAFETENSORS_MAX_DIMS == CAS_WEIGHT_MAX_DIMS);

/* --- making -------------------------------------------------------------------------------- */

static CasWeights *
weights_alloc (const char *file,
               const char *prefix,
               guint       n_entries,
               GError    **error)
{
  CasWeightsEntry *entries = g_try_new0 (CasWeightsEntry, MAX (n_entries, 1));

  if (entries == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory for a table of %u tensors."), file, n_entries);
      return NULL;
    }

  CasWeights *ws = g_new0 (CasWeights, 1);
  ws->n_refs = 1;
  ws->file = g_strdup (file);
  ws->prefix = g_strdup (prefix);
  ws->entries = entries;
  ws->scopes = g_array_new (FALSE, FALSE, sizeof (gsize));
  ws->scope = g_string_new (NULL);
  return ws;
}

int
cas_weights_compare_entries (const void *a,
                             const void *b)
{
  const CasWeightsEntry *one = a, *other = b;

  return strcmp (one->weight.name, other->weight.name);
}

static gboolean
read_weight (const CasWeight *weight,
             guint64          offset,
             void            *dst,
             gsize            size,
             GError         **error)
{
  CasSafetensors *file = weight->source;
  const CasSafetensorsEntry *entry = cas_safetensors_lookup (file, weight->name);

  return cas_safetensors_read (file, entry, offset, dst, size, error);
}

static void
add_entry (CasWeights                *ws,
           const CasSafetensorsEntry *entry)
{
  CasWeight *weight = &ws->entries[ws->n_entries++].weight;

  weight->name = entry->name;
  weight->file = ws->file;
  weight->dtype = entry->dtype;
  weight->n_dims = entry->n_dims;
  memcpy (weight->dims, entry->dims, sizeof weight->dims);
  weight->read = read_weight;
  weight->source = ws->source;
  weight->offset = entry->offset;
}

CasWeights *
cas_weights_new (CasSafetensors *file,
                 const char     *prefix,
                 GError        **error)
{
  guint n_entries = cas_safetensors_get_n_entries (file);
  CasWeights *ws = weights_alloc (cas_safetensors_get_display_name (file),
                                  prefix != NULL ? prefix : "", n_entries, error);

  if (ws == NULL)
    return NULL;

  ws->source = cas_safetensors_ref (file);
  for (guint i = 0; i < n_entries; i++)
    {
      const CasSafetensorsEntry *entry = cas_safetensors_get_entry (file, i);

      if (g_str_has_prefix (entry->name, ws->prefix))
        add_entry (ws, entry);
    }

  qsort (ws->entries, ws->n_entries, sizeof *ws->entries, cas_weights_compare_entries);
  return ws;
}

/* "2048x16x1x1" or "scalar" */
static gboolean
parse_dims (const char *text,
            CasWeight  *weight)
{
  if (strcmp (text, "scalar") == 0)
    return TRUE;

  for (;;)
    {
      char *end;

      if (weight->n_dims == CAS_WEIGHT_MAX_DIMS || !g_ascii_isdigit (*text))
        return FALSE;
      weight->dims[weight->n_dims++] = g_ascii_strtoull (text, &end, 10);
      if (*end == '\0')
        return TRUE;
      if (*end != 'x')
        return FALSE;
      text = end + 1;
    }
}

gboolean
cas_weights_is_batch_counter (const char *name)
{
  return g_str_has_suffix (name, "num_batches_tracked");
}

static gboolean
add_line (CasWeights *ws,
          char       *line,
          GError    **error)
{
  char *space = strchr (line, ' ');
  CasWeight *weight = &ws->entries[ws->n_entries].weight;

  weight->name = line;
  weight->file = ws->file;
  if (space != NULL)
    *space = '\0';
  weight->dtype = cas_weights_is_batch_counter (line) ? CAS_I64 : CAS_BF16;
  if (space == NULL || !parse_dims (space + 1, weight))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: tensor “%s” has no shape such as 16x2048x1x1."), ws->file, line);
      return FALSE;
    }

  ws->n_entries++;
  return TRUE;
}

CasWeights *
cas_weights_new_from_list (const char *text,
                           const char *file_name,
                           GError    **error)
{
  guint n_lines = 1;

  for (const char *c = text; *c != '\0'; c++)
    n_lines += *c == '\n';

  g_autoptr (CasWeights) ws = weights_alloc (file_name, "", n_lines, error);
  if (ws == NULL)
    return NULL;

  ws->text = g_strdup (text);
  for (char *line = ws->text, *next; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (*line != '\0' && *line != '#' && !add_line (ws, line, error))
        return NULL;
    }

  qsort (ws->entries, ws->n_entries, sizeof *ws->entries, cas_weights_compare_entries);
  return g_steal_pointer (&ws);
}

CasWeights *
cas_weights_ref (CasWeights *ws)
{
  ws->n_refs++;
  return ws;
}

void
cas_weights_unref (CasWeights *ws)
{
  if (ws == NULL || --ws->n_refs > 0)
    return;

  g_clear_pointer (&ws->source, cas_safetensors_unref);
  g_free (ws->file);
  g_free (ws->prefix);
  g_free (ws->entries);
  g_free (ws->text);
  g_array_unref (ws->scopes);
  g_string_free (ws->scope, TRUE);
  g_clear_error (&ws->error);
  g_free (ws);
}

/* --- as a list ------------------------------------------------------------------------------- */

const char *
cas_weights_get_file (CasWeights *ws)
{
  return ws->file;
}

void
cas_weights_identify (CasWeights *ws,
                      GChecksum  *checksum)
{
  g_checksum_update (checksum, (const guchar *) ws->prefix, (gssize) strlen (ws->prefix) + 1);
  if (ws->source)
    cas_safetensors_identify (ws->source, checksum);
}

const char *
cas_weights_get_prefix (CasWeights *ws)
{
  return ws->prefix;
}

void
cas_weights_set_low_rank (CasWeights       *ws,
                          const CasWeight  *weight,
                          const CasLowRank *change)
{
  CasWeightsEntry *entry = (CasWeightsEntry *) weight;

  g_return_if_fail (entry >= ws->entries && entry < ws->entries + ws->n_entries);

  entry->weight.low_rank = change;
}

const char *
cas_weights_lookup_metadata (CasWeights *ws,
                             const char *key)
{
  return ws->source != NULL ? cas_safetensors_lookup_metadata (ws->source, key) : NULL;
}

guint
cas_weights_get_n (CasWeights *ws)
{
  return ws->n_entries;
}

guint64
cas_weights_get_n_elements (CasWeights *ws)
{
  guint64 n_elements = 0;

  for (guint i = 0; i < ws->n_entries; i++)
    n_elements += cas_weight_n_elements (&ws->entries[i].weight);

  return n_elements;
}

/* --- errors and scopes ----------------------------------------------------------------------- */

gboolean
cas_weights_check (CasWeights *ws,
                   GError    **error)
{
  if (ws->error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&ws->error));
  return FALSE;
}

void
cas_weights_fail (CasWeights *ws,
                  const char *format,
                  ...)
{
  if (ws->error != NULL)
    return;

  va_list args;
  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (&ws->error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: %s.", ws->file, sentence);
}

void
cas_weights_push_scope (CasWeights *ws,
                        const char *format,
                        ...)
{
  va_list args;

  g_array_append_val (ws->scopes, ws->scope->len);
  va_start (args, format);
  g_string_append_vprintf (ws->scope, format, args);
  va_end (args);
  g_string_append_c (ws->scope, '.');
}

void
cas_weights_pop_scope (CasWeights *ws)
{
  g_return_if_fail (ws->scopes->len > 0);

  g_string_truncate (ws->scope, g_array_index (ws->scopes, gsize, ws->scopes->len - 1));
  g_array_set_size (ws->scopes, ws->scopes->len - 1);
}
