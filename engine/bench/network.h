/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published networks, one step of each: how long it takes, how long it had to, and where the
 * time goes. */

#pragma once

#include "bench/ceiling.h"
#include "bench/published.h"

G_BEGIN_DECLS

typedef struct
{
  const char  *name;  /* "stage-c-3.6b" */
  const char  *title; /* "Stage C 3.6B" */
  CasPublished which;
} CasBenchNetwork;

guint                  cas_bench_network_get_n   (void);
const CasBenchNetwork *cas_bench_network_get_nth (guint nth);

/* Sums over the dispatches of one step. ideal_seconds: each dispatch as fast as the device's
 * ceilings allow, its arithmetic or its memory, whichever takes longer. */
typedef struct
{
  const char *family; /* "linear"; lives as long as the program */
  double      seconds;
  double      ideal_seconds;
  guint64     flop, bytes;
  guint       n_dispatches;
} CasBenchPart;

typedef struct
{
  const CasBenchNetwork *network;
  gboolean               is_short;     /* one block a level and a smaller picture */
  guint32                side;         /* pixels of the latent, or tokens */
  guint64                weight_bytes;
  guint64                memory_bytes; /* held on the device, weights included */
  double                 seconds;      /* of a step, by the clock on the wall */
  double                 host_seconds; /* of these, the device had nothing to do */
  double                 cpu_seconds;  /* of the process, if the device is one; else 0 */
  CasBenchPart           sum;
  GArray                *parts;        /* CasBenchPart, the longest first */
} CasBenchNetworkResult;

void     cas_bench_network_result_clear (CasBenchNetworkResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasBenchNetworkResult, cas_bench_network_result_clear)

/* best: of cas_bench_measure_ceilings().
 * Errors: CAS_ERROR_OUT_OF_DEVICE_MEMORY where it does not fit; those of running it. */
gboolean cas_bench_network_measure      (const CasBenchNetwork *network,
                                         CasGpu                *gpu,
                                         const char            *kernels,
                                         const double           best[CAS_N_BENCH_UNITS],
                                         CasBenchNetworkResult *result,
                                         GCancellable          *cancellable,
                                         GError               **error);

G_END_DECLS
