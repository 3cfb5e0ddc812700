/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A device on whatever driver there is, with the validation layer listening, and a kernel for it. */

#pragma once

#include "gpu/gpu-private.h"

#define SCALE_WORKGROUP 128u

/* Push constants of the kernel: y[i] = factor · x[i]. */
typedef struct
{
  guint64 x, y;
  guint32 n;
  guint32 padding;
} ScalePush;

extern const CasShader scale;

CasGpu      *open_gpu   (const char     *cache_folder);

/* Fails if the layer said anything, or if a buffer is left. */
void         close_gpu  (CasGpu         *gpu);

CasBuffer   *new_buffer (CasGpu         *gpu,
                         gsize           size,
                         CasMemoryPlace  place);

CasPipeline *get_scale  (CasGpu         *gpu,
                         guint32         factor,
                         gboolean        pin);
