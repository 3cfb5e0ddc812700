/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of devices as a variant, and back. */

#pragma once

#include "cascade/device.h"

G_BEGIN_DECLS

#define CAS_DEVICES_TYPE "a(ssut(uuu)bsa(suddsbb))"

/* Of cas_device_list(); a floating variant. */
GVariant  *cas_devices_to_variant   (const GPtrArray *devices);

/* variant: of the type above. What comes is as of cas_device_list(). */
GPtrArray *cas_devices_from_variant (GVariant        *variant);

G_END_DECLS
