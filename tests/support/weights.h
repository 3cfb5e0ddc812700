/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights and numbers made up for tests: reproducible, without files. */

#pragma once

#include "ops/weight.h"

G_BEGIN_DECLS

/* The same numbers for the same seed, in −1 … 1. */
float      test_number          (guint32        seed,
                                 guint64        index);
float     *test_numbers         (guint32        seed,
                                 guint64        n);

/* A weight of scale · test_number() rounded to dtype (F32, F16 or BF16). */
CasWeight *test_weight_new      (const char    *name,
                                 CasDtype       dtype,
                                 float          scale,
                                 guint          n_dims,
                                 const guint64 *dims);
/* Number index of it, as the file would hold it. */
double     test_weight_value    (const CasWeight *weight,
                                 guint64          index);
void       test_weight_free     (CasWeight     *weight);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasWeight, test_weight_free)

G_END_DECLS
