/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which sizes of pictures work with a model on a device, and which ones are near to one that does
 * not. */

#pragma once

#include "session/residency.h"

G_BEGIN_DECLS

/* n_chunks: of the longest text. Nothing is loaded and nothing is made on the device.
 * Errors: CAS_ERROR_BAD_PARAMETER and CAS_ERROR_OUT_OF_*_MEMORY, both naming the nearest two sizes
 * that work; those of cas_graph_compile(). */
gboolean cas_size_check (CasResidency *residency,
                         guint         width,
                         guint         height,
                         guint         n_chunks,
                         gboolean      has_previewer,
                         GError      **error);

G_END_DECLS
