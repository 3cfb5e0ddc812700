/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Number types of tensors, in files and on the device. */

#pragma once

#include <glib.h>

typedef enum
{
  CAS_F32, /* first, so that zero is the default */
  CAS_F16,
  CAS_BF16,
  CAS_F64,
  CAS_I64,
  CAS_I32,
  CAS_I16,
  CAS_I8,
  CAS_U64,
  CAS_U32,
  CAS_U16,
  CAS_U8,
  CAS_BOOL,
  CAS_F8_E4M3,
  CAS_F8_E5M2,
  CAS_N_DTYPES
} CasDtype;

/* Bytes of one element. */
gsize       cas_dtype_size      (CasDtype dtype);

/* The name in a safetensors header: "F32", "BF16", ... */
const char *cas_dtype_name      (CasDtype dtype);

/* FALSE if there is no such type. */
gboolean    cas_dtype_from_name (const char *name,
                                 CasDtype   *dtype);
