/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the pictures of a job to what the networks are given: the encoders run once a job, before
 * everything else, and leave the device again. */

#pragma once

#include "pipeline/guide.h"
#include "session/face-files.h"
#include "session/networks.h"
#include "session/residency.h"

G_BEGIN_DECLS

/* What the guide leaves to the job: width and height, where they are 0 and there is a picture to
 * begin from or to draw at twice its size, the strength, and the threshold of a mask that is to be
 * found. Errors: none; sizes that cannot be are the size check's. */
void     cas_guides_resolve (CasJobParams           *job,
                             const CasModelDefaults *defaults);

/* Whether the model has what the job's pictures need: known without a device.
 * Errors: CAS_ERROR_MISSING_MODEL, CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_PARAMETER. */
gboolean cas_guides_check   (const CasJobParams     *job,
                             CasLoadedNetworks      *networks,
                             GError                **error);

/* --- what follows from a job; resolved ------------------------------------------------------- */

/* Whether a part of the picture to begin from stays: there is a mask, or something is added. */
gboolean cas_guides_has_canvas          (const CasJobParams *job);

/* Whether what is made has the size of that picture with what is added, up to what can be drawn. */
gboolean cas_guides_has_own_size        (const CasJobParams *job);

/* The picture that is drawn at twice its size, to the pixel; NULL: none is. */
CasImage *cas_guides_peek_doubled       (const CasJobParams *job);

/* Whether holes are filled by the ControlNet that was made for it. */
gboolean cas_guides_uses_inpainting     (const CasJobParams *job,
                                         CasLoadedNetworks  *networks);

/* Whether Stage C begins from the picture: with the ControlNet for holes it needs to only where the
 * hole, too, shall keep something of it. */
gboolean cas_guides_begins_from_picture (const CasJobParams *job,
                                         CasLoadedNetworks  *networks);

/* A sentence for who has the ControlNet for holes, but damaged, and would wonder about the picture;
 * NULL: nothing is to be said. */
char    *cas_guides_dup_notice          (const CasJobParams *job,
                                         CasLoadedNetworks  *networks);

/* --- what it needs on the device; job: resolved and checked ---------------------------------- */

/* What is drawn where a side of a picture is to stay: that side, with pixels added up to one that can
 * be drawn. */
guint    cas_guides_padded_side         (guint               side);

/* Of a side of a new picture, what networks see of pictures for it: three quarters; and at half of
 * that, where the picture may be the small one itself. */
guint    cas_guides_seen_side           (guint               side);
guint    cas_guides_half_side           (guint               side,
                                         gboolean            is_small);

/* Embeddings and ControlNets, which are there with Stage C. */
void     cas_guides_add_demand          (const CasJobParams *job,
                                         CasLoadedNetworks  *networks,
                                         CasDemand          *demand);

/* Whether the encoders that run before the first step fit, each alone: those that are the same for
 * every size, and those of the job's. face_files: the job's; they are read unless they are checked,
 * which they are then. Nothing is made on the device.
 * Errors: CAS_ERROR_OUT_OF_*_MEMORY; those of cas_faces_new() and cas_graph_compile(). */
gboolean cas_guides_check_fit           (const CasJobParams     *job,
                                         CasLoadedNetworks      *networks,
                                         CasFaceFiles           *face_files,
                                         const CasCompileParams *compile,
                                         GError                **error);
gboolean cas_guides_check_size_fit      (const CasJobParams     *job,
                                         CasLoadedNetworks      *networks,
                                         const CasCompileParams *compile,
                                         GError                **error);

/* --- making it ------------------------------------------------------------------------------ */

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
