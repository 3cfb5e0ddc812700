/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recording of the elementwise kernel, for operations that end in it. */

#pragma once

#include "ops/op.h"

G_BEGIN_DECLS

/* The constant of elementwise.comp with the same names. */
typedef enum
{
  CAS_ELEMENTWISE_ACTIVATION,   /* act (x) */
  CAS_ELEMENTWISE_ADD,          /* x + b */
  CAS_ELEMENTWISE_MODULATE,     /* x (1 + b[c]) + b[c + n] */
  CAS_ELEMENTWISE_SCALE_BY,     /* x (offset + v[i]) + v[j] */
  CAS_ELEMENTWISE_SCALE,        /* x · offset */
  CAS_ELEMENTWISE_AFFINE,       /* x v[c] + v[c + n] */
  CAS_ELEMENTWISE_MULTIPLY_ADD, /* x b[c] + v[c] */
  CAS_ELEMENTWISE_MULTIPLY,     /* x · b */
  CAS_ELEMENTWISE_PRELU,        /* x v[c] where x < 0 */
} CasElementwise;

typedef struct
{
  CasActivation act;
  float         offset;
  gint32        i, j;
} CasElementwiseConstants;

/* " silu" to text; nothing for CAS_ACT_NONE. */
void cas_activation_describe (CasActivation act,
                              GString      *text);

/* b may be CAS_NO_TENSOR: shaped as x, or one picture, or one pixel. v: an address or 0;
 * constants may be NULL. */
void cas_elementwise_record (CasRecorder                   *r,
                             CasElementwise                 what,
                             CasTensor                      x,
                             CasTensor                      b,
                             guint64                        v,
                             CasTensor                      y,
                             const CasElementwiseConstants *constants);

G_END_DECLS
