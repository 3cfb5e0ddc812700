/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The LoRAs that are on the model: those of the last job. Another list is put on in the place of
 * the last without loading the model again; only what either touches is recorded anew. */

#pragma once

#include "cascade/job.h"
#include "cascade/metadata.h"
#include "session/networks.h"
#include "session/residency.h"

G_BEGIN_DECLS

typedef struct _CasLoras CasLoras;

/* Both borrowed. */
CasLoras *cas_loras_new           (CasLoadedNetworks  *networks,
                                   CasResidency       *residency);
void      cas_loras_free          (CasLoras           *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLoras, cas_loras_free)

/* Puts on what the job asks. Nothing is done if it is on, and the files are as they were. With an
 * error none is on.
 * Errors: CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_PARAMETER, CAS_ERROR_OUT_OF_HOST_MEMORY,
 * G_IO_ERROR. */
gboolean  cas_loras_set           (CasLoras           *self,
                                   const CasJobParams *job,
                                   GError            **error);

/* A sentence for each: how much of it the model has, and what it teaches; a remark where that is all
 * of it. */
void      cas_loras_foreach_notice (CasLoras          *self,
                                    void             (*notice) (const char *sentence,
                                                                gpointer    data),
                                    void             (*remark) (const char *sentence,
                                                                gpointer    data),
                                    gpointer           data);

/* Into a picture's metadata. */
void      cas_loras_describe      (CasLoras           *self,
                                   CasMetadata        *m);

G_END_DECLS
