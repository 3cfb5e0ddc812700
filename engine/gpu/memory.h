/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Device memory: buffers with an address, counted by purpose. Few and large: each buffer is one
 * allocation; what needs many small pieces cuts them out of one buffer itself. */

#pragma once

#include "gpu/gpu.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_MEMORY_WEIGHTS,
  CAS_MEMORY_ACTIVATIONS,
  CAS_MEMORY_STATE,    /* what lives between runs */
  CAS_MEMORY_TRANSFER, /* inputs, outputs and staging */
  CAS_N_MEMORY_PURPOSES
} CasMemoryPurpose;

typedef enum
{
  CAS_MEMORY_DEVICE,   /* device-local; host-visible only by chance */
  CAS_MEMORY_UPLOAD,   /* host writes, device reads: visible and coherent, device-local where that exists */
  CAS_MEMORY_READBACK, /* device writes, host reads: visible, coherent, cached where that exists */
} CasMemoryPlace;

typedef struct _CasBuffer CasBuffer;

/* size: 1 … max_allocation_bytes. Out of memory: CAS_ERROR_OUT_OF_DEVICE_MEMORY with what was
 * asked for, for which purpose, and what is held by purpose. name is for debuggers and messages. */
CasBuffer *cas_buffer_new         (CasGpu          *gpu,
                                   guint64          size,
                                   CasMemoryPurpose purpose,
                                   CasMemoryPlace   place,
                                   const char      *name,
                                   GError         **error);
void       cas_buffer_free        (CasBuffer       *buffer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasBuffer, cas_buffer_free)

guint64    cas_buffer_get_address (CasBuffer       *buffer);
guint64    cas_buffer_get_size    (CasBuffer       *buffer);
/* Mapped for as long as the buffer lives; NULL for CAS_MEMORY_DEVICE. */
gpointer   cas_buffer_get_host    (CasBuffer       *buffer);

/* The buffer that address lies in, or NULL. */
CasBuffer *cas_gpu_find_buffer    (CasGpu          *gpu,
                                   guint64          address);

/* Writes to a device buffer through staging. peek_staging gives at most *size bytes of mapped
 * memory to fill; commit copies size bytes of it to dst at offset. Copies run in order and are
 * finished when cas_gpu_finish_uploads() returns. */
gpointer   cas_gpu_peek_staging   (CasGpu          *gpu,
                                   gsize           *size, /* in: wanted; out: may be less */
                                   GError         **error);
gboolean   cas_gpu_commit_staging (CasGpu          *gpu,
                                   CasBuffer       *dst,
                                   guint64          offset,
                                   gsize            size,
                                   GError         **error);
gboolean   cas_gpu_finish_uploads (CasGpu          *gpu,
                                   GError         **error);

guint64    cas_gpu_get_bytes_held (CasGpu          *gpu,
                                   CasMemoryPurpose purpose);
guint64    cas_gpu_get_bytes_peak (CasGpu          *gpu); /* of all purposes together */

G_END_DECLS
