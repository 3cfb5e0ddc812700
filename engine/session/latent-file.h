/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Latents in files, known without being read. */

#pragma once

#include "cascade/latent.h"
#include "io/safetensors.h"

/* Fills all of the latent but its values; FALSE if the file is none. */
gboolean cas_latent_describe (CasLatent            *latent,
                              const CasSafetensors *file);
