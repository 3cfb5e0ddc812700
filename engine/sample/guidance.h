/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sampler's work on the device: guidance and the step. Coefficients come from the host as
 * small inputs, so that a recorded step serves every step. */

#pragma once

#include "ops/ops.h"

G_BEGIN_DECLS

/* prediction [2n, h, w, c]: conditional pictures, then unconditional ones; scalars [1, 1, 1, 2]:
 * guidance scale and rescale ρ. Statistics are each picture's own, or the batch's when
 * is_whole_batch. → [n, h, w, c] */
CasTensor cas_op_guidance     (CasGraph  *g,
                               CasTensor  prediction,
                               CasTensor  scalars,
                               gboolean   is_whole_batch);

/* coefficients [1, 1, 1, 8]: a, b of x0 = (x − b ε) / a, then those of x0, ε and noise in x'; the
 * rest is unused. x, epsilon and noise of one shape. */
void      cas_op_sampler_step (CasGraph  *g,
                               CasTensor  x,
                               CasTensor  epsilon,
                               CasTensor  noise,
                               CasTensor  coefficients,
                               CasTensor *x0,
                               CasTensor *x_next);

G_END_DECLS
