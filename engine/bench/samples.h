/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several measurements of one thing, and the one in their middle. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_BENCH_MAX_SAMPLES 16

/* Zero is empty. */
typedef struct
{
  double values[CAS_BENCH_MAX_SAMPLES];
  guint  n;
} CasBenchSamples;

/* What does not fit is left out. */
void   cas_bench_samples_add    (CasBenchSamples       *samples,
                                 double                 value);
/* The lower one of two middles; 0 of none. */
double cas_bench_samples_median (const CasBenchSamples *samples);

G_END_DECLS
