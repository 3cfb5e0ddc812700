/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Filling in a pipeline's specialisation; which matrices there are. */

#include "ops/dispatch.h"

CasMatrix2
cas_dispatch_get_matrix2 (CasRecorder   *r,
                          CasMatrixType *type)
{
  CasPath path = cas_recorder_get_path (r);

  if (!cas_path_get_matrix (path, type) || !cas_path_is_matrix2 (path))
    return CAS_MATRIX2_NONE;
  return cas_recorder_get_info (r)->matrix2[*type];
}

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
  const CasGpuInfo *info = cas_recorder_get_info (r);
  CasPipelineParams pipeline = { .shader = shader, .n_spec = n_spec + 1 };

  g_return_if_fail (n_spec + 1 <= CAS_MAX_SPEC_CONSTANTS);

  /* those of more subgroups than can be asked for do not look at subgroups */
  pipeline.pin_subgroup
      = n_lanes <= (guint64) info->subgroup_size * info->max_workgroup_subgroups;
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

void
cas_dispatch_large (CasRecorder     *r,
                    const CasShader *shader,
                    const void      *push,
                    guint64          n_groups,
                    guint32          n_layers)
{
  guint32 is_large = cas_recorder_use_tiles (r);

  cas_dispatch_lanes_of (r, is_large ? CAS_LARGE_LANES : cas_dispatch_lanes (r), shader, &is_large,
                         1, push, n_groups, n_layers);
}
