/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The operations of the published networks, one by one, in the sizes they have there. */

#pragma once

#include "bench/ceiling.h"
#include "ops/graph.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_BENCH_LINEAR,
  CAS_BENCH_CHANNELWISE, /* linear, GELU, response norm, linear, residual: half a ResBlock */
  CAS_BENCH_ATTENTION,
  CAS_BENCH_LAYER_NORM,
  CAS_BENCH_GRN,
  CAS_BENCH_DEPTHWISE,
  CAS_BENCH_CONV,
  CAS_BENCH_TRANSPOSED,
} CasBenchKind;

typedef struct
{
  CasBenchKind kind;
  const char  *part;  /* of which network it is: "Stage C 3.6B" */
  guint32      h, w;  /* pixels; rows of linears and norms and queries of attention are h × 1 */
  guint32      c_in;
  guint32      c_out; /* of channelwise: the width between */
  guint32      n;     /* convolutions: pixels to a side; attention: keys */
  CasDtype     dtype; /* of the weights */
} CasBenchShape;

guint                cas_bench_shape_get_n    (void);
const CasBenchShape *cas_bench_shape_get_nth  (guint                nth);

/* "linear-576x2048x8192-bf16"; free with g_free(). */
char                *cas_bench_shape_dup_name (const CasBenchShape *shape);
/* The other way round for linears, of any size; FALSE if name is no such name. */
gboolean             cas_bench_shape_parse    (const char          *name,
                                               CasBenchShape       *shape);

typedef struct
{
  const CasBenchShape *shape;
  const char          *kernel;      /* the one that took longest; lives as long as the program */
  CasBenchUnit         unit;        /* what per_second counts */
  guint32              rows;        /* that were done: the shape's h, or fewer */
  double               seconds;     /* of one */
  double               cpu_seconds; /* of the process, if the device is one; else 0 */
  guint64              flop, bytes;
  double               per_second;
} CasBenchShapeResult;

/* FALSE with CAS_ERROR_OUT_OF_DEVICE_MEMORY where it does not fit, or another error. */
gboolean             cas_bench_shape_measure  (const CasBenchShape *shape,
                                               CasGpu              *gpu,
                                               const char          *kernels,
                                               CasBenchShapeResult *result,
                                               GCancellable        *cancellable,
                                               GError             **error);

G_END_DECLS
