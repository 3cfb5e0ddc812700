/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compute pipelines: a kernel's SPIR-V with its specialisation, made once and kept by the device.
 * Kernels get everything by push constants (at most 128 bytes) and buffer addresses. Some kernels
 * for software drivers also read whole buffers as texels (see cas_commands_set_views()). */

#pragma once

#include "gpu/gpu.h"

G_BEGIN_DECLS

#define CAS_MAX_SPEC_CONSTANTS 16
#define CAS_MAX_VIEWS          2

/* A kernel as the build makes it from shaders/ (see shaders/README.md). */
typedef struct
{
  const char    *name;        /* "layer_norm" */
  const guint32 *spirv;
  gsize          spirv_bytes;
  guint          push_bytes;
  guint          n_views;     /* texel buffers it reads, at bindings 0, 1, … */
} CasShader;

typedef struct
{
  const CasShader *shader;
  guint32          spec[CAS_MAX_SPEC_CONSTANTS]; /* constant_id 0, 1, … */
  guint            n_spec;
  gboolean         pin_subgroup; /* require CasGpuInfo.subgroup_size and full subgroups */
} CasPipelineParams;

typedef struct _CasPipeline CasPipeline;

/* Owned by gpu, made on first use; the same parameters give the same pipeline. */
CasPipeline *cas_gpu_get_pipeline    (CasGpu                  *gpu,
                                      const CasPipelineParams *params,
                                      GError                 **error);

/* How many pipelines were made since the device was opened. */
guint        cas_gpu_get_n_pipelines (CasGpu *gpu);

G_END_DECLS
