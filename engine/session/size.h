/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which sizes of pictures work with a model on a device, and which ones are near to one that does
 * not. */

#pragma once

#include "cascade/session.h"
#include "session/face-files.h"
#include "session/guides.h"

G_BEGIN_DECLS

/* All borrowed. */
typedef struct
{
  CasResidency           *residency;
  CasLoadedNetworks      *networks;
  const CasCompileParams *compile;
  const CasJobParams     *job;      /* resolved and checked but for its size */
  CasFaceFiles           *face_files; /* the job's */
  guint                   n_chunks; /* of the longest text */
  CasSizeAdvice          *advice;   /* all 0; filled if memory is short */
} CasSizeParams;

/* Nothing is loaded and nothing is made on the device.
 * Errors: CAS_ERROR_BAD_PARAMETER and CAS_ERROR_OUT_OF_*_MEMORY, both naming the nearest two sizes
 * that work; those of cas_guides_check_fit() and cas_graph_compile(). */
gboolean cas_size_check (const CasSizeParams *params,
                         GError             **error);

G_END_DECLS
