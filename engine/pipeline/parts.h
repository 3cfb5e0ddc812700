/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The networks of a model at work on pictures of one size. A part comes to the device and goes
 * from it as one. */

#pragma once

#include "cascade/image.h"
#include "pipeline/composer.h"
#include "pipeline/detailer.h"
#include "pipeline/painter.h"
#include "pipeline/reader.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_PART_TEXT_ENCODER,
  CAS_PART_STAGE_C,
  CAS_PART_STAGE_B,
  CAS_PART_STAGE_A,
  CAS_PART_PREVIEWER,
  CAS_N_PARTS
} CasPart;

/* Borrowed, and used as long as the parts live. */
typedef struct
{
  const CasTokenizer *tokenizer;
  const CasClipText  *text;
  const CasStageC    *stage_c;
  const CasStageB    *stage_b;
  const CasStageA    *stage_a;
  const CasPreviewer *previewer; /* NULL: no previews of Stage C's steps */
} CasNetworks;

/* To be read by the pipelines, written by the functions below. */
typedef struct
{
  CasNetworks  networks;
  guint32      c_h, c_w; /* Stage C's latent */
  guint32      b_h, b_w; /* Stage B's latent */
  /* what Stage C is made for: tokens of a text, embeddings of pictures, ControlNets */
  guint32      n_tokens;
  guint32      n_images;
  CasControl  *controls;
  guint        n_controls;
  gboolean     is_control_shown; /* the ControlNets have seen their pictures */

  /* NULL where the part is not ready */
  CasReader   *reader;
  CasComposer *composer;
  CasController *controller; /* comes and goes with the composer; NULL without ControlNets */
  CasParams   *control_params;
  CasDetailer *detailer;
  CasPainter  *painter;
  CasPainter  *previewer;
} CasParts;

/* width and height: of the pictures. */
CasParts *cas_parts_new           (const CasNetworks      *networks,
                                   guint                   width,
                                   guint                   height);
void      cas_parts_free          (CasParts               *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasParts, cas_parts_free)

/* For texts of so many chunks; at first of one. What was made for another number is released. */
void      cas_parts_set_n_chunks  (CasParts               *parts,
                                   guint                   n_chunks);

/* For so many embeddings of pictures (0 is as many as 1), and for ControlNets; at first for none.
 * What was made for others is released. */
void      cas_parts_set_guide     (CasParts               *parts,
                                   guint                   n_images,
                                   const CasControl       *controls,
                                   guint                   n_controls);

/* Makes a part ready to run. Nothing is done if it is. */
gboolean  cas_parts_prepare       (CasParts               *parts,
                                   CasPart                 part,
                                   const CasCompileParams *params,
                                   GError                **error);
/* Whether the part, which is not ready, could be on a device that holds nothing else, with the kernels
 * that params names. Nothing is made there. Errors: CAS_ERROR_OUT_OF_*_MEMORY; those of cas_graph_compile(). */
gboolean  cas_parts_check_fit     (CasParts               *parts,
                                   CasPart                 part,
                                   const CasCompileParams *params,
                                   GError                **error);
gboolean  cas_parts_is_ready      (CasParts               *parts,
                                   CasPart                 part);
/* Frees what a part holds on the device but for its weights. */
void      cas_parts_release       (CasParts               *parts,
                                   CasPart                 part);

/* Estimated seconds of one step of a ready Stage C or B, of one run of another; else 0. */
double    cas_parts_get_seconds   (CasParts               *parts,
                                   CasPart                 part);

/* A picture of the latent that the last step of Stage C or B promises. The part that paints it (the
 * previewer or Stage A) must be ready. Errors: those of cas_painter_paint(). */
CasImage *cas_parts_preview       (CasParts               *parts,
                                   CasPart                 part,
                                   const CasRun           *run,
                                   GError                **error);

G_END_DECLS
