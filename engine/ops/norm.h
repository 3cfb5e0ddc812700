/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layer norm's data, for what compile folds into it. */

#pragma once

#include "ops/op.h"

G_BEGIN_DECLS

enum
{
  CAS_NORM_WEIGHT, /* [c] */
  CAS_NORM_BIAS,
  CAS_NORM_SCALARS, /* then y (offset + v[scale]) + v[shift] */
};

typedef struct
{
  float   eps;
  float   offset;
  gint32  scale, shift;
} CasLayerNormData;

extern const CasOpClass cas_layer_norm_class;

G_END_DECLS
