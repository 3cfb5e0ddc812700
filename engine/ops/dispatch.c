/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Filling in a pipeline's specialisation. */

#include "ops/dispatch.h"

void
cas_dispatch_lanes_of (CasRecorder     *r,
                       guint32          n_lanes,
                       const CasShader *shader,
                       const guint32   *spec,
                       guint            n_spec,
                       const void      *push,
                       guint64          n_groups,
                       guint32          n_layers)
{
  CasPipelineParams pipeline = { .shader = shader, .n_spec = n_spec + 1, .pin_subgroup = TRUE };

  g_return_if_fail (n_spec + 1 <= CAS_MAX_SPEC_CONSTANTS);

  pipeline.spec[0] = n_lanes;
  for (guint i = 0; i < n_spec; i++)
    pipeline.spec[i + 1] = spec[i];
  cas_recorder_dispatch (r, &pipeline, push, n_groups, n_layers);
}

void
cas_dispatch (CasRecorder     *r,
              const CasShader *shader,
              const guint32   *spec,
              guint            n_spec,
              const void      *push,
              guint64          n_groups,
              guint32          n_layers)
{
  cas_dispatch_lanes_of (r, cas_dispatch_lanes (r), shader, spec, n_spec, push, n_groups, n_layers);
}
