/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Devices with little memory, made up. Needs the linker to wrap cas_buffer_new(), cas_gpu_new() and
 * cas_memory_plan_add(). */

#pragma once

#include "gpu/gpu-private.h"

G_BEGIN_DECLS

typedef struct
{
  guint64     weights_budget; /* bytes of weights that can be held at once */
  guint64     weights_peak;   /* that were held at most */
  guint       n_refused;      /* buffers */
  guint64     max_allocation, max_heap; /* of devices that are opened */
  CasGpu     *gpu;            /* the last that was opened */
  const char *hungry;         /* a graph of which no buffer above … is planned, … */
  guint64     hungry_limit;   /* … of so many bytes */
} ShortMemory;

extern ShortMemory short_memory;

/* As much as the machine has. */
void short_memory_reset    (void);

/* Heaps of the open device from now on. */
void short_memory_set_heap (guint64 bytes);

G_END_DECLS
