/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A change of a weight that lies beside it: W + up · down, with W as a matrix of dims[0] rows. The
 * weight itself stays as it is, on the device too, whatever is put on it and taken off again. */

#pragma once

#include "ops/weight.h"

G_BEGIN_DECLS

/* To be read by all; the numbers are its maker's to write. */
struct _CasLowRank
{
  const CasWeight *base;
  guint32          n_rows, n_columns; /* of the weight */
  guint32          rank;              /* a multiple of 8: kernels read 16 bytes at a time */
  float           *up_values;         /* [n_rows, rank], at first 0 */
  float           *down_values;       /* [rank, n_columns], at first 0 */
  CasWeight        up, down;          /* of these */
  CasWeight        merged;            /* of base's shape, f32, for what is no linear layer */
};

/* Of at least this rank. base must live as long, and nothing is put on it yet.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasLowRank      *cas_low_rank_new  (const CasWeight *base,
                                    guint32          rank,
                                    GError         **error);
void             cas_low_rank_free (CasLowRank      *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLowRank, cas_low_rank_free)

/* The weight with what is put on it, as one weight. */
const CasWeight *cas_weight_merged (const CasWeight *weight);

G_END_DECLS
