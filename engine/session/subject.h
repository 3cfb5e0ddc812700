/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture is of: where something is that the eye goes to, as a mask (specification,
 * section 8). */

#pragma once

#include "pipeline/canvas.h"
#include "session/visit.h"

G_BEGIN_DECLS

/* Sets the mask of a canvas to what is found in its picture by the threshold, and returns it as
 * networks see it: of one channel, 1 anew. Free with cas_raster_free().
 * Errors: CAS_ERROR_BAD_PARAMETER if that is nothing or everything, CAS_ERROR_MISSING_MODEL,
 * CAS_ERROR_BAD_MODEL, CAS_ERROR_OUT_OF_*_MEMORY, G_IO_ERROR_CANCELLED; those of graphs. */
CasRaster *cas_subject_find (const CasVisit *visit,
                             CasCanvas      *canvas,
                             double          threshold,
                             GError        **error);

/* The graph that finds it in a picture that will be drawn at width × height, planned alone on the
 * device. Nothing is made there. Errors: CAS_ERROR_OUT_OF_*_MEMORY; those of cas_graph_compile(). */
gboolean   cas_subject_check_fit (CasLoadedNetworks      *networks,
                                  guint                   width,
                                  guint                   height,
                                  const CasCompileParams *compile,
                                  GError                **error);

G_END_DECLS
