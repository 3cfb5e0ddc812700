/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The saliency network at work: from a picture to a map of where the eye goes. */

#pragma once

#include "filter/raster.h"
#include "model/saliency.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasSpotter CasSpotter;

/* For one picture of h rows and w columns, of which the fewer are CAS_SALIENCY_SIDE. */
CasSpotter *cas_spotter_new     (const CasSaliency      *saliency,
                                 guint32                 h,
                                 guint32                 w);
void        cas_spotter_free    (CasSpotter             *spotter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasSpotter, cas_spotter_free)

gboolean    cas_spotter_compile (CasSpotter             *spotter,
                                 const CasCompileParams *params,
                                 GError                **error);

/* picture: of that size and three channels. The map, about an eighth of it, is 0 … 1; free with
 * cas_raster_free(). Errors: CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_NOT_FINITE; those of
 * cas_graph_run(). */
CasRaster  *cas_spotter_look_at (CasSpotter             *spotter,
                                 const CasRaster        *picture,
                                 const CasRun           *run,
                                 GError                **error);

G_END_DECLS
