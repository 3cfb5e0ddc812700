/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which function runs which operation of a case. */

#pragma once

#include "golden/case.h"

/* Reads the inputs of the case and adds its outputs. */
typedef gboolean (*GoldenOp) (GoldenCase *c,
                              GError    **error);

/* NULL if that operation is not built. */
GoldenOp golden_op_lookup    (const char *name);

/* ops-schedule.c */
gboolean golden_schedule     (GoldenCase *c,
                              GError    **error);
gboolean golden_r_embedding  (GoldenCase *c,
                              GError    **error);

/* ops-random.c */
gboolean golden_torch_rng    (GoldenCase *c,
                              GError    **error);

/* ops-sizes.c */
gboolean golden_latent_sizes (GoldenCase *c,
                              GError    **error);

/* ops-tokenizer.c */
gboolean golden_tokenizer    (GoldenCase *c,
                              GError    **error);
