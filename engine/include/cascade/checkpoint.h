/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a job stands after a step. A job whose process died goes on from there in another process,
 * and its pictures are those that it would have made, to the byte. */

#pragma once

#include <cascade/session.h>

G_BEGIN_DECLS

/* Never changes; any thread. Counting references is thread-safe. */
CAS_EXPORT
CasCheckpoint *cas_checkpoint_ref            (CasCheckpoint       *checkpoint);

CAS_EXPORT
void           cas_checkpoint_unref          (CasCheckpoint       *checkpoint);

/* For a file or another process: 3 KB and the latents of the picture that is being made, which are
 * 1 MB at 1024×1024. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
GBytes        *cas_checkpoint_to_bytes       (CasCheckpoint       *checkpoint,
                                              GError             **error);

/* From anyone: sums find what was damaged, and nothing in the bytes makes this take more memory
 * than they do. Errors: CAS_ERROR_BAD_CHECKPOINT for what is none, is of another version, cut off
 * or damaged; CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
CasCheckpoint *cas_checkpoint_new_from_bytes (GBytes              *bytes,
                                              GError             **error);

/* The part of the whole job that is done, 0 … 1, as its progress told it. */
CAS_EXPORT
double         cas_checkpoint_get_fraction   (CasCheckpoint       *checkpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasCheckpoint, cas_checkpoint_unref)

G_END_DECLS
