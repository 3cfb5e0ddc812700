/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Operations that compile folds into a neighbour, and what it must know of them. */

#pragma once

#include "ops/op.h"

G_BEGIN_DECLS

extern const CasOpClass cas_add_class;      /* in: a, b */
extern const CasOpClass cas_modulate_class; /* in: x, ab */
extern const CasOpClass cas_batch_norm_class; /* in: x; params: scales and shifts */
extern const CasOpClass cas_activation_class; /* in: x; data: CasElementwiseConstants */
extern const CasOpClass cas_concat_class;   /* in: a, b, along channels */
extern const CasOpClass cas_copy_class;     /* in: x; to an output or a state */

typedef struct
{
  float  offset;
  gint32 scale; /* index of v */
  gint32 shift; /* or −1 */
} CasScaleByData;

extern const CasOpClass cas_scale_by_class; /* in: x; params: v */

/* Depthwise convolution: in: x and what is added to the output; params as below. */
enum
{
  CAS_DEPTHWISE_X,
  CAS_DEPTHWISE_RESIDUAL,
};

enum
{
  CAS_DEPTHWISE_WEIGHT,
  CAS_DEPTHWISE_BIAS,
  CAS_DEPTHWISE_SCALAR, /* the output is multiplied by one of these numbers, then added to */
};

typedef struct
{
  CasPadding    padding;
  guint32       stride;
  CasActivation act;    /* before the next */
  guint32       scalar; /* index into CAS_DEPTHWISE_SCALAR */
} CasDepthwiseData;

extern const CasOpClass cas_depthwise_class;

/* Response norm: in x; params gamma, beta; out y. Alone it needs three scratch outputs: partial
 * sums, scales and norms. */
enum
{
  CAS_GRN_GAMMA,
  CAS_GRN_BETA,
};

extern const CasOpClass cas_grn_class;

/* What is left of a response norm between two linears: in: the sums of the first; params: gamma;
 * out: scales [n, 1, 1, c] = gamma · N + 1, and the channels' norms on the way there. */
typedef struct
{
  guint32 n_rows; /* of a picture of the linear that makes the sums */
} CasGrnScaleData;

extern const CasOpClass cas_grn_scale_class;

G_END_DECLS
