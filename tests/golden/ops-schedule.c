/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Operations of the sampler that are numbers only. */

#include "golden/op-table.h"

#include "sample/schedule.h"
#include "sample/timestep.h"

#include <string.h>

gboolean
golden_schedule (GoldenCase *c,
                 GError    **error)
{
  static const char *const names[] = { "logSNR", "a", "b", "noise_cond" };
  float *out[G_N_ELEMENTS (names)];
  const GoldenTensor *r = golden_case_get_input (c, "r", error);
  double shift;

  if (!r || !golden_case_get_number (c, "shift", &shift, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GoldenTensor *output = golden_case_add_output_as (c, names[i], r, error);
      if (!output)
        return FALSE;
      out[i] = output->f32;
    }

  for (gsize i = 0; i < r->n_elements; i++)
    {
      CasNoiseLevel level = cas_noise_level (r->f32[i], shift);
      out[0][i] = (float) level.log_snr;
      out[1][i] = (float) level.a;
      out[2][i] = (float) level.b;
      out[3][i] = level.r;
    }
  return TRUE;
}

gboolean
golden_r_embedding (GoldenCase *c,
                    GError    **error)
{
  const GoldenTensor *r = golden_case_get_input (c, "r", error);
  double size;

  if (!r || !golden_case_get_number (c, "c_r", &size, error))
    return FALSE;
  if (size != CAS_TIMESTEP_SIZE)
    {
      golden_fail (error, "embeddings of %g numbers are not built, only of %d",
                   size, CAS_TIMESTEP_SIZE);
      return FALSE;
    }

  guint64 y_dims[] = { r->n_elements, CAS_TIMESTEP_SIZE };
  guint64 freqs_dims[] = { CAS_TIMESTEP_N_FREQUENCIES };
  GoldenTensor *y = golden_case_add_output (c, "y", CAS_F32, 2, y_dims, error);
  if (!y)
    return FALSE;
  GoldenTensor *freqs = golden_case_add_output (c, "freqs", CAS_F32, 1, freqs_dims, error);
  if (!freqs)
    return FALSE;

  memcpy (freqs->f32, cas_timestep_frequencies, sizeof cas_timestep_frequencies);
  for (gsize i = 0; i < r->n_elements; i++)
    cas_timestep_embedding (r->f32[i], y->f32 + i * CAS_TIMESTEP_SIZE);
  return TRUE;
}
