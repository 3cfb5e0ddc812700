/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Medians. */

#include "bench/samples.h"

#include <stdlib.h>

void
cas_bench_samples_add (CasBenchSamples *samples,
                       double           value)
{
  if (samples->n < CAS_BENCH_MAX_SAMPLES)
    samples->values[samples->n++] = value;
}

static int
compare (const void *a,
         const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
cas_bench_samples_median (const CasBenchSamples *samples)
{
  CasBenchSamples sorted = *samples;

  if (sorted.n == 0)
    return 0;

  qsort (sorted.values, sorted.n, sizeof (double), compare);
  return sorted.values[(sorted.n - 1) / 2];
}
