/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linears by the second generation of cooperative matrices. */

#pragma once

#include "ops/linear.h"
#include "shaders/linear_tile.h"

G_BEGIN_DECLS

/* TRUE if the path is one of theirs and they can do this linear, whose input and output are as
 * params says. */
gboolean cas_linear_can_use_matrix2  (const CasOp           *op,
                                      CasRecorder           *r,
                                      const CasLinearParams *params,
                                      gboolean               is_wide);

void     cas_linear_dispatch_matrix2 (const CasOp           *op,
                                      CasRecorder           *r,
                                      CasLinearParams       *params,
                                      guint32                parts,
                                      guint32                n_layers);

G_END_DECLS
