/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes and names of the number types. */

#include "base/dtype.h"

#include <string.h>

static const struct
{
  const char *name;
  gsize       size;
} dtypes[CAS_N_DTYPES] = {
  [CAS_F32] = { "F32", 4 },         [CAS_F16] = { "F16", 2 },         [CAS_BF16] = { "BF16", 2 },
  [CAS_F64] = { "F64", 8 },         [CAS_I64] = { "I64", 8 },         [CAS_I32] = { "I32", 4 },
  [CAS_I16] = { "I16", 2 },         [CAS_I8] = { "I8", 1 },           [CAS_U64] = { "U64", 8 },
  [CAS_U32] = { "U32", 4 },         [CAS_U16] = { "U16", 2 },         [CAS_U8] = { "U8", 1 },
  [CAS_BOOL] = { "BOOL", 1 },       [CAS_F8_E4M3] = { "F8_E4M3", 1 }, [CAS_F8_E5M2] = { "F8_E5M2", 1 },
};

gsize
cas_dtype_size (CasDtype dtype)
{
  g_return_val_if_fail (dtype < CAS_N_DTYPES, 0);

  return dtypes[dtype].size;
}

const char *
cas_dtype_name (CasDtype dtype)
{
  g_return_val_if_fail (dtype < CAS_N_DTYPES, NULL);

  return dtypes[dtype].name;
}

gboolean
cas_dtype_from_name (const char *name,
                     CasDtype   *dtype)
{
  for (guint i = 0; i < CAS_N_DTYPES; i++)
    if (strcmp (name, dtypes[i].name) == 0)
      {
        *dtype = i;
        return TRUE;
      }

  return FALSE;
}
