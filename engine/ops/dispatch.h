/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small decisions that every kernel's recording makes: the workgroup's shape for this device,
 * whether 16 bytes may be read at a time. */

#pragma once

#include "ops/op.h"

G_BEGIN_DECLS

/* Invocations of a one-subgroup workgroup. */
static inline guint32
cas_dispatch_lanes (CasRecorder *r)
{
  return cas_recorder_get_info (r)->subgroup_size;
}

/* A software driver hands out workgroups one by one under a lock: give each more to do. */
static inline guint32
cas_dispatch_rows_per_group (CasRecorder *r)
{
  return cas_recorder_get_info (r)->kind == CAS_GPU_CPU ? 8 : 1;
}

/* x may be read four channels at a time. */
static inline guint32
cas_dispatch_is_wide (CasRecorder *r,
                      CasTensor    x)
{
  return x.shape.c % 4 == 0 && cas_recorder_address (r, x) % 16 == 0
         && cas_recorder_stride (r, x) % 4 == 0;
}

/* Which matrices of the second generation the path has, and what they multiply. */
CasMatrix2 cas_dispatch_get_matrix2 (CasRecorder   *r,
                                     CasMatrixType *type);

/* One-subgroup workgroups: constant 0 is the number of lanes, spec follows from 1 on. */
void cas_dispatch       (CasRecorder     *r,
                         const CasShader *shader,
                         const guint32   *spec,
                         guint            n_spec,
                         const void      *push,
                         guint64          n_groups,
                         guint32          n_layers);

/* Workgroups of n_lanes, a multiple of the subgroup size. */
void cas_dispatch_lanes_of (CasRecorder     *r,
                            guint32          n_lanes,
                            const CasShader *shader,
                            const guint32   *spec,
                            guint            n_spec,
                            const void      *push,
                            guint64          n_groups,
                            guint32          n_layers);

/* A workgroup that adds up much: 256 lanes on the paths of GPUs, one subgroup on a processor's,
 * where shared memory is slow. Constant 1 says which (workgroup.glsl). */
#define CAS_LARGE_LANES 256

void cas_dispatch_large (CasRecorder     *r,
                         const CasShader *shader,
                         const void      *push,
                         guint64          n_groups,
                         guint32          n_layers);

G_END_DECLS
