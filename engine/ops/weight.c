/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes and names of weights. */

#include "ops/weight.h"

guint64
cas_weight_n_elements (const CasWeight *weight)
{
  guint64 n = 1;

  for (guint i = 0; i < weight->n_dims; i++)
    n *= weight->dims[i];

  return n;
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
