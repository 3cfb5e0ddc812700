/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tensors in double precision, and the plain loops that several tests compare with. */

#pragma once

#include "ops/ops.h"

G_BEGIN_DECLS

/* Channels-last and dense. */
typedef struct
{
  CasShape shape;
  double   v[];
} Numbers;

/* All zero. */
Numbers *numbers_new         (CasShape shape);
void     numbers_free        (Numbers *x);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Numbers, numbers_free)

guint64  numbers_n_elements  (const Numbers *x);
/* A copy of some channels. */
Numbers *numbers_dup_channels (const Numbers *x,
                               guint32        first,
                               guint32        n);

static inline guint64
numbers_index (CasShape shape,
               guint32  n,
               guint32  i,
               guint32  j,
               guint32  c)
{
  return (((guint64) n * shape.h + i) * shape.w + j) * shape.c + c;
}

/* Channel c of picture n, row i, column j. */
#define AT(x, n, i, j, c) ((x)->v[numbers_index ((x)->shape, (n), (i), (j), (c))])

double   reference_activate  (double           x,
                              CasActivation    act);

/* bias may be NULL */
Numbers *reference_linear    (const Numbers   *x,
                              const CasWeight *weight,
                              const CasWeight *bias,
                              CasActivation    act);

Numbers *reference_grn       (const Numbers   *x,
                              const CasWeight *gamma,
                              const CasWeight *beta);

Numbers *reference_concat    (const Numbers   *a,
                              const Numbers   *b);

G_END_DECLS
