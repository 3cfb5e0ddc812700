/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A parameter: one or several weights as a kernel wants them on the device.
 *
 * Matrices keep their file's type and have rows padded with zeros to a multiple of 8 elements, so
 * that kernels may read 16 bytes at a time; vectors become f32. */

#pragma once

#include "ops/weight.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_PACK_MATRIX,         /* rows of dims[0], columns of the rest */
  CAS_PACK_CONV,           /* [o, i, kh, kw] → kh·kw matrices of [o, i] */
  CAS_PACK_CONV_TRANSPOSE, /* [i, o, kh, kw] → kh·kw matrices of [o, i] */
  CAS_PACK_DEPTHWISE,      /* [c, 1, 3, 3] → 9 vectors of c, f32 */
  CAS_PACK_VECTOR,         /* a row of f32; pieces add up where they overlap */
  CAS_PACK_BATCH_NORM,     /* four weights (some NULL) → c scales, c shifts, f32 */
  CAS_PACK_TABLE,          /* rows as they are, no padding: looked up, not multiplied */
} CasPacking;

typedef struct
{
  const CasWeight *weight;
  guint64          src_row; /* first row taken; of a vector: first number */
  guint64          n_rows;
  guint64          dst_row; /* where they go */
  guint64          dst_column;
} CasParamPiece;

typedef struct
{
  CasPacking    packing;
  CasDtype      dtype;     /* on the device */
  guint64       n_matrices;
  guint64       n_rows;    /* of one matrix */
  guint64       n_columns;
  guint64       pitch;     /* elements from row to row */
  float         eps;       /* of a batch norm */
  guint         n_norm;    /* how many of the last pieces are a batch norm that is folded in */
  guint         n_pieces;
  CasParamPiece pieces[];
} CasParam;

CasParam *cas_param_new        (CasPacking           packing,
                                CasDtype             dtype,
                                guint64              n_matrices,
                                guint64              n_rows,
                                guint64              n_columns,
                                const CasParamPiece *pieces,
                                guint                n_pieces);

/* The whole of one weight. */
CasParam *cas_param_new_matrix (const CasWeight     *weight,
                                guint64              first_row,
                                guint64              n_rows);
CasParam *cas_param_new_vector (const CasWeight     *weight,
                                guint64              first,
                                guint64              n);

/* What param is for an operation that does the work of a batch norm after it too: a matrix's rows
 * (a depthwise kernel's channels) are scaled in f32, a bias is scaled and shifted. norm is of
 * CAS_PACK_BATCH_NORM. */
CasParam *cas_param_new_normed (const CasParam      *param,
                                const CasParam      *norm);
/* The same of a bias that is not there. */
CasParam *cas_param_new_shift  (const CasParam      *norm);

/* Bytes on the device. */
guint64   cas_param_size       (const CasParam      *param);
/* Elements read from the file. */
guint64   cas_param_n_elements (const CasParam      *param);

/* Equal for parameters that hold the same numbers in the same layout; free with g_free. */
char     *cas_param_dup_key    (const CasParam      *param);
/* Whether any of its weights is. */
gboolean  cas_param_is_temporary (const CasParam   *param);
/* The first weight's name, for the printer. */
const char *cas_param_name     (const CasParam      *param);

G_END_DECLS
