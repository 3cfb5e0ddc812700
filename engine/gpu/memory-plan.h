/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which buffers a device would have room for if it held nothing else; none of them is made. */

#pragma once

#include "gpu/memory.h"

G_BEGIN_DECLS

typedef struct _CasMemoryPlan CasMemoryPlan;

/* The room is what the device can give, less a tenth, and less what every upload goes through. */
CasMemoryPlan *cas_memory_plan_new  (CasGpu            *gpu);
void           cas_memory_plan_free (CasMemoryPlan     *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasMemoryPlan, cas_memory_plan_free)

/* As cas_buffer_new() takes them. name: whose buffer it is, for the message.
 * Errors: CAS_ERROR_OUT_OF_DEVICE_MEMORY, with what is needed so far and what there is. */
gboolean       cas_memory_plan_add  (CasMemoryPlan     *plan,
                                     guint64            size,
                                     CasMemoryPlace     place,
                                     const char        *name,
                                     GError           **error);

/* What the last plan without room needed at least, and had; both 0 if there was none since this was
 * asked last. */
void           cas_memory_plan_take_shortage (CasGpu    *gpu,
                                              guint64   *needed_bytes,
                                              guint64   *room_bytes);

G_END_DECLS
