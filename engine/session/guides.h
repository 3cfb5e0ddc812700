/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the pictures of a job to what the networks are given: the encoders run once a job, before
 * everything else, and leave the device again. */

#pragma once

#include "pipeline/guide.h"
#include "session/networks.h"
#include "session/residency.h"

G_BEGIN_DECLS

/* What the guide leaves to the job: width and height, where they are 0 and there is a picture to
 * begin from, and the strength. Errors: none; sizes that cannot be are the size check's. */
void     cas_guides_resolve (CasJobParams           *job,
                             const CasModelDefaults *defaults);

/* Whether the model has what the job's pictures need: known without a device.
 * Errors: CAS_ERROR_MISSING_MODEL, CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_PARAMETER. */
gboolean cas_guides_check   (const CasJobParams     *job,
                             CasLoadedNetworks      *networks,
                             GError                **error);

/* job: resolved. residency: makes room if the encoders need it. Errors: those of cas_guides_check(),
 * of graphs, CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean cas_guides_make    (CasGuide               *guide,
                             const CasJobParams     *job,
                             CasLoadedNetworks      *networks,
                             CasResidency           *residency,
                             const CasCompileParams *compile,
                             const CasRun           *run,
                             GError                **error);

G_END_DECLS
