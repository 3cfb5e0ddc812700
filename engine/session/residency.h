/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which parts of a model are on the device. A part comes when it is needed and stays; where memory
 * is short, those that will be needed last make room. */

#pragma once

#include "cascade/job.h"
#include "pipeline/parts.h"

G_BEGIN_DECLS

typedef struct _CasResidency CasResidency;

/* What a job asks of the parts. */
typedef struct
{
  guint      width, height;
  guint      n_chunks;   /* of the longest text */
  gboolean   has_previewer;
  guint      n_images;   /* embeddings of pictures */
  CasControl controls[CAS_JOB_MAX_CONTROLS + 1];
  guint      n_controls;
} CasDemand;

typedef void (*CasResidencyProgress) (guint    n_done,
                                      guint    n,
                                      gpointer data);

/* compile: gpu, kernels and profile, as for every part; borrowed, as the networks are. */
CasResidency *cas_residency_new      (const CasNetworks      *networks,
                                      const CasCompileParams *compile);
void          cas_residency_free     (CasResidency           *residency);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasResidency, cas_residency_free)

/* The parts for pictures of a size. Weights stay when the size changes, the rest is made anew. */
CasParts     *cas_residency_set_size (CasResidency           *residency,
                                      guint                   width,
                                      guint                   height);

/* What was put on the part's weights is others' now, or will be: the part is made anew when it is
 * needed next, its weights stay. */
void          cas_residency_rebuild  (CasResidency           *residency,
                                      CasPart                 part);

/* What works beside the parts and holds memory of the device too. leave lets go of it, and is FALSE
 * if there was none; it is called where there is no room for a part. data tells lodgers apart. */
void          cas_residency_add_lodger    (CasResidency      *residency,
                                           gboolean         (*leave) (gpointer data),
                                           gpointer           data);
void          cas_residency_remove_lodger (CasResidency      *residency,
                                           gpointer           data);

/* Takes every part from the device, each of which comes back when it is needed, and what lodgers
 * hold there, but for the one who asks (or NULL). FALSE if there was nothing. */
gboolean      cas_residency_clear    (CasResidency           *residency,
                                      gpointer                asking);

/* As little as can be: a part that comes takes the place of all others but the one that runs. */
void          cas_residency_set_sparing (CasResidency        *residency,
                                         gboolean             is_sparing);

/* Whether every part could be on the device for such a job, if need be one at a time: Stage C with
 * its ControlNets. What fitted when it was asked last is not looked at again.
 * Errors: CAS_ERROR_OUT_OF_*_MEMORY; those of cas_graph_compile(). */
gboolean      cas_residency_check_fit (CasResidency          *residency,
                                       const CasDemand       *demand,
                                       GError               **error);

/* Makes a part ready; progress as of CasCompileParams, for each graph of the part. running is a
 * part in the middle of its steps, which stays whatever happens; CAS_N_PARTS for none.
 * Errors: CAS_ERROR_OUT_OF_DEVICE_MEMORY only if the part does not fit alone, or beside running;
 * those of cas_graph_compile(). */
gboolean      cas_residency_need     (CasResidency           *residency,
                                      CasPart                 part,
                                      CasPart                 running,
                                      GCancellable           *cancellable,
                                      CasResidencyProgress    progress,
                                      gpointer                data,
                                      GError                **error);

G_END_DECLS
