/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The semantic encoder at work: from a picture to the latent that Stage C would have drawn. */

#pragma once

#include "model/effnet.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasEncoder CasEncoder;

/* For one picture of h rows and w columns. */
CasEncoder *cas_encoder_new         (const CasEffnet        *effnet,
                                     guint32                 h,
                                     guint32                 w);
void        cas_encoder_free        (CasEncoder             *encoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasEncoder, cas_encoder_free)

gboolean    cas_encoder_compile     (CasEncoder             *encoder,
                                     const CasCompileParams *params,
                                     GError                **error);

/* [1, ⌈h / 32⌉, ⌈w / 32⌉, channels] */
CasShape    cas_encoder_get_latent  (CasEncoder             *encoder);

/* rgb [1, h, w, 3] in 0 … 1, into room for the latent.
 * Errors: CAS_ERROR_NOT_FINITE; those of cas_graph_run(). */
gboolean    cas_encoder_encode      (CasEncoder             *encoder,
                                     const float            *rgb,
                                     float                  *latent,
                                     const CasRun           *run,
                                     GError                **error);

G_END_DECLS
