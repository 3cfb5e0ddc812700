/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's vision tower at work: from a picture to the vector that Stage C takes for it. */

#pragma once

#include "filter/raster.h"
#include "model/clip_vision.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasViewer CasViewer;

CasViewer *cas_viewer_new     (const CasClipVision    *vision);
void       cas_viewer_free    (CasViewer              *viewer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasViewer, cas_viewer_free)

gboolean   cas_viewer_compile (CasViewer              *viewer,
                               const CasCompileParams *params,
                               GError                **error);

/* embedding: c_embedding numbers. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_NOT_FINITE; those
 * of cas_graph_run(). */
gboolean   cas_viewer_look    (CasViewer              *viewer,
                               CasImage               *image,
                               float                  *embedding,
                               const CasRun           *run,
                               GError                **error);
/* The same of a picture of three channels. */
gboolean   cas_viewer_look_at (CasViewer              *viewer,
                               const CasRaster        *picture,
                               float                  *embedding,
                               const CasRun           *run,
                               GError                **error);

G_END_DECLS
