/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A weight: one named tensor of a model file, known by its shape, read only when it is uploaded.
 * Networks are built, counted and printed from weights alone, so a list of names and shapes is
 * enough to describe a model that is not here. */

#pragma once

#include "base/dtype.h"

G_BEGIN_DECLS

#define CAS_WEIGHT_MAX_DIMS 8

typedef struct _CasWeight  CasWeight;
typedef struct _CasLowRank CasLowRank;

/* Reads size bytes that begin at offset within the weight's own data. */
typedef gboolean (*CasWeightRead) (const CasWeight *weight,
                                   guint64          offset,
                                   void            *dst,
                                   gsize            size,
                                   GError         **error);

struct _CasWeight
{
  const char   *name;   /* as in the file */
  const char   *file;   /* what messages call the file */
  CasDtype      dtype;
  guint         n_dims;
  guint64       dims[CAS_WEIGHT_MAX_DIMS]; /* PyTorch's order and meaning */
  CasWeightRead read;   /* NULL where there are no numbers behind the shape */
  gpointer      source; /* for read */
  guint64       offset; /* for read: where the data begins in the source */
  gboolean      is_temporary; /* may go before the model does: see cas_params_drop_temporary() */
  const CasLowRank *low_rank; /* what is put on it; NULL for nothing */
};

/* Elements of the whole tensor. */
guint64 cas_weight_n_elements (const CasWeight *weight);

/* n numbers from first on, widened to f32. The weight is F32, F16 or BF16.
 * Errors: those of read, CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean cas_weight_read_f32 (const CasWeight *weight,
                              guint64          first,
                              float           *dst,
                              gsize            n,
                              GError         **error);

/* "[4096, 64]", for messages; free with g_free. */
char   *cas_weight_dup_shape  (const CasWeight *weight);

G_END_DECLS
