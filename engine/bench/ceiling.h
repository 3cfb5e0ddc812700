/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the device could do at best, measured: nothing else is a fair thing to compare a kernel
 * with. */

#pragma once

#include "gpu/gpu.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_BENCH_BYTES, /* read and written */
  CAS_BENCH_FLOP,  /* 2 per multiply-add */
  CAS_N_BENCH_UNITS
} CasBenchUnit;

typedef struct
{
  const char  *name;       /* a word for programs: "multiply-add-f32" */
  const char  *title;      /* for a person, in their language */
  CasBenchUnit unit;
  double       per_second;
} CasBenchCeiling;

/* Measures all, one after another, and tells each. best: the highest of each unit. */
gboolean cas_bench_measure_ceilings (CasGpu        *gpu,
                                     double         best[CAS_N_BENCH_UNITS],
                                     void         (*tell) (const CasBenchCeiling *ceiling,
                                                           gpointer               data),
                                     gpointer       data,
                                     GCancellable  *cancellable,
                                     GError       **error);

G_END_DECLS
