/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX networks that are written and computed at once: each function adds a node to the file and
 * gives what it should come to, in double precision and with channels first, as ONNX means it. */

#pragma once

#include "support/onnx.h"

G_BEGIN_DECLS

/* A tensor as ONNX has it: the last of dims fastest. */
typedef struct
{
  char    name[16];
  guint   n_dims;
  gint64  dims[4];
  double *v;
} Value;

/* A network while it is written, and what it should give. */
typedef struct
{
  OnnxWriter *w;
  GPtrArray  *values; /* all, to be freed */
  Value      *input;
  guint       n_names;
} Net;

#define DIMS(...) G_N_ELEMENTS (((gint64[]) { __VA_ARGS__ })), (gint64[]) { __VA_ARGS__ }

typedef enum
{
  BY_SCALES,
  BY_SIZES,
  BY_COMPUTED_SIZES, /* those of another tensor, as exporters write it for sides that are given */
  BY_UPSAMPLE,
} Doubling;

/* Elements of x. */
gint64 net_value_count (const Value *x);

/* With an input of made-up numbers. */
Net *net_new (guint         n_dims,
              const gint64 *dims);

void net_free (Net *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Net, net_free)

/* Made-up numbers of the file, in low … high. */
Value *net_add_weight (Net          *net,
                       double        low,
                       double        high,
                       guint         n_dims,
                       const gint64 *dims);

Value *net_add_conv (Net    *net,
                     Value  *x,
                     gint64  c,
                     gint64  k,
                     gint64  stride,
                     gint64  pad,
                     gint64  group);

Value *net_add_batch_norm (Net   *net,
                           Value *x);

Value *net_add_prelu (Net      *net,
                      Value    *x,
                      gboolean  is_one);

Value *net_add_relu (Net   *net,
                     Value *x);

Value *net_add_sigmoid (Net   *net,
                        Value *x);

/* b: of x's shape, one pixel of it, or a constant. */
Value *net_add_pair (Net      *net,
                     Value    *x,
                     Value    *b,
                     gboolean  is_product,
                     gboolean  is_first);

/* Squares of 2 by 2 that do not touch; the sides of x are even. */
Value *net_add_pool (Net      *net,
                     Value    *x,
                     gboolean  is_mean);

Value *net_add_global_pool (Net   *net,
                            Value *x);

/* like: what has the wanted sides, for BY_COMPUTED_SIZES. */
Value *net_add_doubled (Net      *net,
                        Value    *x,
                        Value    *like,
                        Doubling  how);

Value *net_add_concat (Net   *net,
                       Value *a,
                       Value *b,
                       guint  axis);

Value *net_add_flatten (Net   *net,
                        Value *x);

/* Rows of c numbers; the number of rows is left to the reader. */
Value *net_add_reshape (Net    *net,
                        Value  *x,
                        gint64  c);

Value *net_add_transpose (Net          *net,
                          Value        *x,
                          const gint64 *order);

Value *net_add_gemm (Net      *net,
                     Value    *x,
                     gint64    n_out,
                     gboolean  is_transposed);

/* Identity or Dropout. */
Value *net_add_identity (Net        *net,
                         Value      *x,
                         const char *operator);

G_END_DECLS
