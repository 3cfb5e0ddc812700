/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tensor of a golden case in host memory, in PyTorch's order of dimensions. Whatever the file
 * holds, floating-point numbers are f32 here and whole numbers i64. */

#pragma once

#include "io/safetensors.h"

typedef struct
{
  guint    n_dims;
  guint64  dims[CAS_SAFETENSORS_MAX_DIMS];
  gsize    n_elements;
  float   *f32; /* one of the two is NULL */
  gint64  *i64;
} GoldenTensor;

/* dtype: CAS_F32 or CAS_I64. The numbers are zero. */
GoldenTensor *golden_tensor_new       (CasDtype                    dtype,
                                       guint                       n_dims,
                                       const guint64              *dims,
                                       GError                    **error);
void          golden_tensor_free      (GoldenTensor               *tensor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoldenTensor, golden_tensor_free)

GoldenTensor *golden_tensor_load      (const CasSafetensors       *file,
                                       const CasSafetensorsEntry  *entry,
                                       GError                    **error);

/* "[2, 24, 5, 7]"; free with g_free. */
char         *golden_tensor_dup_shape (const GoldenTensor         *tensor);

/* Numbers of a tensor [n, c, h, w] as networks have them: c fastest. */
void          golden_tensor_to_nhwc   (const GoldenTensor         *tensor,
                                       float                      *nhwc);
void          golden_tensor_from_nhwc (GoldenTensor               *tensor,
                                       const float                *nhwc);

/* How every part of this program reports: a sentence without a code. */
void          golden_fail             (GError                    **error,
                                       const char                 *format,
                                       ...) G_GNUC_PRINTF (2, 3);
