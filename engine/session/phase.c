/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The names of a job's phases. */

#include "cascade/session.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *id;
  const char *name;
} phases[CAS_N_PHASES] = {
  [CAS_PHASE_LOADING] = { "loading", N_("Loading") },
  [CAS_PHASE_COMPILING] = { "compiling", N_("Compiling kernels") },
  [CAS_PHASE_READING] = { "reading", N_("Reading the prompt") },
  [CAS_PHASE_COMPOSING] = { "composing", N_("Composing") },
  [CAS_PHASE_DETAILING] = { "detailing", N_("Detailing") },
  [CAS_PHASE_DECODING] = { "decoding", N_("Decoding") },
  [CAS_PHASE_SAVING] = { "saving", N_("Saving") },
};

const char *
cas_phase_get_id (CasPhase phase)
{
  g_return_val_if_fail (phase < CAS_N_PHASES, NULL);

  return phases[phase].id;
}

const char *
cas_phase_get_name (CasPhase phase)
{
  g_return_val_if_fail (phase < CAS_N_PHASES, NULL);

  return _(phases[phase].name);
}
