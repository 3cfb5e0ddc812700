/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ways from noise to picture. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

typedef enum
{
  CAS_SAMPLER_DDPM, /* what the model was published with */
  CAS_SAMPLER_DDIM, /* no fresh noise between the steps */
  CAS_SAMPLER_LCM,
  CAS_N_SAMPLERS
} CasSampler;

/* "ddpm", "ddim", "lcm" */
CAS_EXPORT
const char *cas_sampler_name      (CasSampler  sampler);

/* FALSE if there is no such sampler. */
CAS_EXPORT
gboolean    cas_sampler_from_name (const char *name,
                                   CasSampler *sampler);

G_END_DECLS
