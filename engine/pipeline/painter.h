/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a latent to pixels: Stage A for the picture, the previewer for a look at it on the way. */

#pragma once

#include "cascade/image.h"
#include "model/previewer.h"
#include "model/stage_a.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasPainter CasPainter;

/* Of one picture's latent, [1, h, w, c]. */
CasPainter *cas_painter_new_stage_a   (const CasStageA        *stage_a,
                                       guint32                 h,
                                       guint32                 w);
CasPainter *cas_painter_new_previewer (const CasPreviewer     *previewer,
                                       guint32                 h,
                                       guint32                 w);
void        cas_painter_free          (CasPainter             *painter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPainter, cas_painter_free)

gboolean    cas_painter_compile       (CasPainter             *painter,
                                       const CasCompileParams *params,
                                       GError                **error);

/* Clamped to 0 … 1, times 255, truncated, as the reference does (specification, section 13).
 * Errors: CAS_ERROR_NOT_FINITE, CAS_ERROR_OUT_OF_HOST_MEMORY; those of cas_graph_run(). */
CasImage   *cas_painter_paint         (CasPainter             *painter,
                                       const float            *latent,
                                       const CasRun           *run,
                                       GError                **error);

/* The picture as it was before that, [1, height, width, 3], of the last run. */
void        cas_painter_read          (CasPainter             *painter,
                                       float                  *rgb);

/* Estimated seconds of a run. */
double      cas_painter_get_seconds   (CasPainter             *painter);

G_END_DECLS
