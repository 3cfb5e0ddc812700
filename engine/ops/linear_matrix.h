/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linears by cooperative matrices. */

#pragma once

#include "ops/linear.h"
#include "shaders/linear_tile.h"

G_BEGIN_DECLS

/* Gives linears whose input might not fit f16 room for CAS_LINEAR_MAXIMA. After fusing. */
void     cas_linear_add_maxima      (CasGraph        *g);

/* TRUE if the path has matrix units and they can do this linear, whose input and output are as
 * params says. */
gboolean cas_linear_can_use_matrix  (const CasOp           *op,
                                     CasRecorder           *r,
                                     const CasLinearParams *params,
                                     gboolean               is_wide);

void     cas_linear_dispatch_matrix (const CasOp           *op,
                                     CasRecorder           *r,
                                     CasLinearParams       *params,
                                     guint32                parts,
                                     guint32                n_layers);

/* Looks for the largest numbers that CAS_LINEAR_MAXIMA has room for; nothing without it. */
void     cas_linear_record_maxima   (const CasOp           *op,
                                     CasRecorder           *r);

G_END_DECLS
