/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Command recording: a list of dispatches recorded once and submitted as often as wanted. */

#pragma once

#include "gpu/memory.h"
#include "gpu/pipeline.h"

G_BEGIN_DECLS

typedef struct _CasCommands CasCommands;

/* One command buffer, open for recording; n_timestamps > 0 makes room for that many. */
CasCommands *cas_commands_new       (CasGpu      *gpu,
                                     guint        n_timestamps,
                                     const char  *name,
                                     GError     **error);
void         cas_commands_free      (CasCommands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasCommands, cas_commands_free)

/* The buffers that the next dispatch of pipeline reads as texels of 16 bytes, as many as its
 * shader has views. */
gboolean     cas_commands_set_views (CasCommands *commands,
                                     CasPipeline *pipeline,
                                     CasBuffer  **buffers,
                                     GError     **error);

/* push: pipeline's push_bytes. Groups beyond the device's limit are a programmer's error. */
void         cas_commands_dispatch  (CasCommands *commands,
                                     CasPipeline *pipeline,
                                     const void  *push,
                                     guint32      n_groups_x,
                                     guint32      n_groups_y,
                                     guint32      n_groups_z);

/* A part of a dispatch along x: the groups from first_group on, with the numbers they have in the
 * whole. */
void         cas_commands_dispatch_part (CasCommands *commands,
                                         CasPipeline *pipeline,
                                         const void  *push,
                                         guint32      first_group,
                                         guint32      n_groups_x,
                                         guint32      n_groups_z);

/* What was written before is seen by what comes after (compute and copies to compute). */
void         cas_commands_barrier   (CasCommands *commands);

/* offsets and size: multiples of 4. */
void         cas_commands_copy      (CasCommands *commands,
                                     CasBuffer   *src,
                                     guint64      src_offset,
                                     CasBuffer   *dst,
                                     guint64      dst_offset,
                                     guint64      size);

/* The device's clock when everything recorded so far is done. */
void         cas_commands_timestamp (CasCommands *commands,
                                     guint        index);

/* Closes recording (what the shaders wrote becomes visible to the host). */
gboolean     cas_commands_end       (CasCommands *commands,
                                     GError     **error);

/* Submits and waits until it is done. A run may be repeated. */
gboolean     cas_commands_run       (CasCommands *commands,
                                     GError     **error);

/* Seconds of timestamp index after timestamp 0, of the last run. 0 if the device has no clock. */
double       cas_commands_get_time  (CasCommands *commands,
                                     guint        index);

G_END_DECLS
