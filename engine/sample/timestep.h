/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The embedding of a time (or of sca and crp) that the networks take (specification, section 2). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_TIMESTEP_N_FREQUENCIES 32
#define CAS_TIMESTEP_SIZE          (2 * CAS_TIMESTEP_N_FREQUENCIES)

/* The frequencies, from 1 down to 10^-4, bit for bit those of the reference. */
extern const float cas_timestep_frequencies[CAS_TIMESTEP_N_FREQUENCIES];

/* out: the sines, then the cosines, of 10⁴ r times each frequency. */
void cas_timestep_embedding (float r,
                             float out[CAS_TIMESTEP_SIZE]);

G_END_DECLS
