/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What linear layers and convolutions share: one family of kernels computes
 *   y[m, o] = epilogue (Σ_taps Σ_i x[pixel (m, tap), i] W[tap, o, i])
 * and compile folds the neighbours into it. */

#pragma once

#include "ops/op.h"

G_BEGIN_DECLS

enum
{
  CAS_LINEAR_X,
  CAS_LINEAR_X2,         /* the channels after those of x */
  CAS_LINEAR_RESIDUAL,   /* added to the output */
  CAS_LINEAR_MODULATION, /* then y (1 + a) + b */
  CAS_LINEAR_GRN_SCALE,  /* x is multiplied by this, [n, 1, 1, in] … */
};

enum
{
  CAS_LINEAR_Y,
  CAS_LINEAR_SUMS, /* sums of squares of y over each tile of rows, for a response norm */
  CAS_LINEAR_MAXIMA, /* [n, 1, 1, parts]: the largest |x| of a picture is among them */
  CAS_LINEAR_SPLITS, /* [n · splits, h, w, out]: sums over a split of the channels each */
};

enum
{
  CAS_LINEAR_WEIGHT,
  CAS_LINEAR_BIAS,
  CAS_LINEAR_GRN_BETA, /* … and then this is added */
  CAS_LINEAR_AFFINE,   /* after the activation: a batch norm's scales and shifts */
  CAS_LINEAR_SCALAR,   /* after that: multiplied by one of these numbers */
};

/* What the block of a linear holds; as bits, the PARTS of linear.glsl. */
typedef enum
{
  CAS_LINEAR_PART_BIAS,
  CAS_LINEAR_PART_AFFINE,
  CAS_LINEAR_PART_SCALAR,
  CAS_LINEAR_PART_RESIDUAL,
  CAS_LINEAR_PART_MODULATION,
  CAS_LINEAR_PART_GRN_SCALE,
  CAS_LINEAR_PART_SUMS,
  CAS_LINEAR_PART_MAXIMA,
  CAS_LINEAR_N_PARTS,
} CasLinearPart;

typedef enum
{
  CAS_LINEAR_PLAIN,
  CAS_LINEAR_CONV,
  CAS_LINEAR_CONV_TRANSPOSE,
} CasLinearKind;

typedef struct
{
  CasLinearKind kind;
  CasActivation act;
  guint32       n_in;  /* of one tap, x and x2 together */
  guint32       n_out;
  guint32       kernel; /* width of the convolution */
  guint32       stride;
  guint32       pad;
  guint32       scalar; /* index into CAS_LINEAR_SCALAR */
} CasLinearData;

extern const CasOpClass cas_linear_class;
extern const CasOpClass cas_conv_class;
extern const CasOpClass cas_conv_transpose_class;

static inline gboolean
cas_op_is_linear (const CasOp *op)
{
  return op->klass == &cas_linear_class || op->klass == &cas_conv_class
         || op->klass == &cas_conv_transpose_class;
}

/* Invocations of linear_tile.comp: more than the 128 that every device takes. */
#define CAS_LINEAR_TILE_LANES 256

/* Rows of one partial sum of CAS_LINEAR_SUMS: the same however many rows and pictures there are. */
guint32 cas_linear_sum_rows (CasRecorder *r);
/* The fewest there may be: room for CAS_LINEAR_SUMS is planned by it. */
#define CAS_LINEAR_MIN_SUM_ROWS 8

void    cas_linear_record   (const CasOp *op,
                             CasRecorder *r);

G_END_DECLS
