/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes of weights, and the sum of both for operations that cannot take them apart. */

#include "ops/low_rank.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cascade/error.h"

static gboolean
read_values (const CasWeight *weight,
             guint64          offset,
             void            *dst,
             gsize            size,
             GError         **error)
{
  memcpy (dst, (const char *) weight->source + offset, size);
  return TRUE;
}

/* dst, which are the columns of a row from column on, += row of up · down. */
static void
add_row (const CasLowRank *change,
         guint64           row,
         guint64           column,
         float            *dst,
         gsize             n)
{
  for (guint32 k = 0; k < change->rank; k++)
    {
      const float up = change->up_values[row * change->rank + k];
      const float *down = change->down_values + (guint64) k * change->n_columns + column;

      for (gsize i = 0; up != 0.0f && i < n; i++)
        dst[i] += up * down[i];
    }
}

static gboolean
read_merged (const CasWeight *weight,
             guint64          offset,
             void            *dst,
             gsize            size,
             GError         **error)
{
  const CasLowRank *change = weight->source;
  const guint64 first = offset / sizeof (float), n = size / sizeof (float);
  float *values = dst;

  if (!cas_weight_read_f32 (change->base, first, values, n, error))
    return FALSE;

  for (guint64 i = 0; i < n;)
    {
      const guint64 row = (first + i) / change->n_columns, column = (first + i) % change->n_columns;
      const gsize length = MIN (n - i, change->n_columns - column);

      add_row (change, row, column, values + i, length);
      i += length;
    }
  return TRUE;
}

static CasWeight
weight_of (const CasWeight *base,
           float           *values,
           guint32          n_rows,
           guint32          n_columns)
{
  return (CasWeight) {
    .name = base->name,
    .file = base->file,
    .dtype = CAS_F32,
    .n_dims = 2,
    .dims = { n_rows, n_columns },
    .read = read_values,
    .source = values,
    .is_temporary = TRUE,
  };
}

CasLowRank *
cas_low_rank_new (const CasWeight *base,
                  guint32          rank,
                  GError         **error)
{
  g_autoptr (CasLowRank) change = g_new0 (CasLowRank, 1);

  change->base = base;
  change->rank = (rank + 7) / 8 * 8;
  change->n_rows = (guint32) base->dims[0];
  change->n_columns = (guint32) (cas_weight_n_elements (base) / base->dims[0]);
  change->up_values = g_try_new0 (float, (gsize) change->n_rows * change->rank);
  change->down_values = g_try_new0 (float, (gsize) change->n_columns * change->rank);
  if (change->up_values == NULL || change->down_values == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory for a change of rank %u of tensor “%s”."), base->file,
                   rank, base->name);
      return NULL;
    }

  change->up = weight_of (base, change->up_values, change->n_rows, change->rank);
  change->down = weight_of (base, change->down_values, change->rank, change->n_columns);
  change->merged = *base;
  change->merged.dtype = CAS_F32;
  change->merged.read = read_merged;
  change->merged.source = change;
  change->merged.is_temporary = TRUE;
  return g_steal_pointer (&change);
}

void
cas_low_rank_free (CasLowRank *change)
{
  if (change == NULL)
    return;

  g_free (change->up_values);
  g_free (change->down_values);
  g_free (change);
}

const CasWeight *
cas_weight_merged (const CasWeight *weight)
{
  return weight->low_rank != NULL ? &weight->low_rank->merged : weight;
}
