/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linears with too few output tiles for a large device: their sum is split over workgroups. Each
 * split leaves sums of its own, and a second pass adds those up and does what follows a sum. */

#pragma once

#include "ops/linear.h"
#include "shaders/linear_tile.h"

G_BEGIN_DECLS

/* Into how many parts of equal length a sum over n_in channels is cut on this device; 1: not at
 * all. Rows have no say: a row's bits must not depend on how many others there are. */
guint32 cas_linear_choose_splits (const CasGpuInfo      *info,
                                  guint32                n_out,
                                  guint32                n_in);

/* Gives linears whose sum is to be split room for CAS_LINEAR_SPLITS. After fusing. */
void    cas_linear_add_splits    (CasGraph              *g,
                                  const CasGpuInfo      *info);

guint32 cas_linear_count_splits  (const CasOp           *op);

/* The second pass: what is in CAS_LINEAR_SPLITS, to where params says. */
void    cas_linear_add_up_splits (const CasOp           *op,
                                  CasRecorder           *r,
                                  const CasLinearParams *params,
                                  guint32                parts,
                                  guint32                n_layers);

G_END_DECLS
