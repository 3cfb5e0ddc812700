/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes, names and numbers of weights. */

#include "ops/weight.h"

#include <glib/gi18n-lib.h>

#include "base/half.h"
#include "cascade/error.h"

guint64
cas_weight_n_elements (const CasWeight *weight)
{
  guint64 n = 1;

  for (guint i = 0; i < weight->n_dims; i++)
    n *= weight->dims[i];

  return n;
}

gboolean
cas_weight_read_f32 (const CasWeight *weight,
                     guint64          first,
                     float           *dst,
                     gsize            n,
                     GError         **error)
{
  const gsize size = cas_dtype_size (weight->dtype);
  const gboolean is_half = weight->dtype != CAS_F32;
  g_autofree guint16 *halves = is_half ? g_try_new (guint16, MAX (n, 1)) : NULL;

  g_return_val_if_fail (weight->read != NULL, FALSE);

  if (is_half && halves == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory to read tensor “%s”."), weight->file, weight->name);
      return FALSE;
    }
  if (!weight->read (weight, first * size, is_half ? (void *) halves : dst, n * size, error))
    return FALSE;

  for (gsize i = 0; is_half && i < n; i++)
    dst[i] = weight->dtype == CAS_F16 ? cas_f16_to_f32 (halves[i]) : cas_bf16_to_f32 (halves[i]);
  return TRUE;
}

char *
cas_weight_dup_shape (const CasWeight *weight)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < weight->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i == 0 ? "" : ", ", weight->dims[i]);
  g_string_append_c (text, ']');

  return g_string_free (text, FALSE);
}
