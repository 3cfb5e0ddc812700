/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model folder's networks, opened and checked against each other; no number is read yet. */

#pragma once

#include "model/clip_vision.h"
#include "model/controlnet.h"
#include "model/effnet.h"
#include "model/folder.h"
#include "model/saliency.h"
#include "pipeline/parts.h"

G_BEGIN_DECLS

typedef struct
{
  CasFolder    *folder;
  CasTokenizer *tokenizer;
  CasClipText  *text;
  CasStageC    *stage_c;
  CasStageB    *stage_b;
  CasStageA    *stage_a;
  CasPreviewer *previewer; /* NULL if the folder has none */
  /* NULL until they are asked for */
  CasEffnet     *effnet;
  CasClipVision *vision;
  CasSaliency   *saliency;
  CasControlNet *controlnets[CAS_N_CONTROL_KINDS];
  GError        *missing[CAS_N_CONTROL_KINDS]; /* of those that were looked for and are not there */
} CasLoadedNetworks;

/* The folder at path, NULL: the demo model's, and its tokenizer, for who needs no more.
 * Errors: CAS_ERROR_MISSING_MODEL, CAS_ERROR_BAD_MODEL, G_IO_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasFolder         *cas_networks_open_folder    (const char         *path,
                                                GError            **error);
CasTokenizer      *cas_networks_load_tokenizer (CasFolder          *folder,
                                                GError            **error);

/* path NULL: the demo model.
 * Errors: CAS_ERROR_MISSING_MODEL, CAS_ERROR_BAD_MODEL, G_IO_ERROR. */
CasLoadedNetworks *cas_loaded_networks_new    (const char         *path,
                                               GError            **error);
void               cas_loaded_networks_free   (CasLoadedNetworks  *networks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLoadedNetworks, cas_loaded_networks_free)

CasNetworks        cas_loaded_networks_borrow (CasLoadedNetworks  *networks);

/* Networks that no picture from words needs, each opened when it is asked for first.
 * Errors: CAS_ERROR_MISSING_MODEL, CAS_ERROR_BAD_MODEL. */
const CasEffnet   *cas_loaded_networks_need_effnet (CasLoadedNetworks *networks,
                                                    GError           **error);
const CasClipVision *cas_loaded_networks_need_vision (CasLoadedNetworks *networks,
                                                      GError           **error);
/* The first of the model's files that is one. */
const CasSaliency *cas_loaded_networks_need_saliency (CasLoadedNetworks *networks,
                                                      GError           **error);
/* The first of the model's files that is a ControlNet of this kind. The folder is gone through once
 * for each kind; what was not there then is not there. */
const CasControlNet *cas_loaded_networks_need_controlnet (CasLoadedNetworks *networks,
                                                          CasControlKind     kind,
                                                          GError           **error);
/* Whether there is one. */
gboolean           cas_loaded_networks_have_controlnet (CasLoadedNetworks *networks,
                                                        CasControlKind     kind);

G_END_DECLS
