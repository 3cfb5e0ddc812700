/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What else of the engine makes of devices what the public list has. */

#pragma once

#include "cascade/device.h"
#include "gpu/gpu.h"

G_BEGIN_DECLS

CasDeviceKind cas_device_kind_from_gpu (CasGpuKind        kind);

void          cas_device_kernels_free  (CasDeviceKernels *kernels);

G_END_DECLS
