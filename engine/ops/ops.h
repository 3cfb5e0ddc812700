/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The operations. Each appends itself to the graph and returns its output; none does work.
 * Shapes are checked here, and a misfit sticks to the graph with a sentence that names the
 * weight's file and name. Few and orthogonal: cas_graph_compile() fuses.
 * Sections are those of the model's specification. */

#pragma once

#include "ops/graph.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_ACT_NONE,
  CAS_ACT_GELU,       /* exact: x/2 (1 + erf (x/√2)) */
  CAS_ACT_SILU,
  CAS_ACT_QUICK_GELU, /* x σ(1.702 x) */
  CAS_ACT_LEAKY_RELU, /* slope 0.2 */
  CAS_ACT_SIGMOID,
  CAS_ACT_RELU,
} CasActivation;

typedef enum
{
  CAS_PAD_ZERO,
  CAS_PAD_REPLICATE,
} CasPadding;

/* A linear layer or 1×1 convolution: weight [out, in] or [out, in, 1, 1], bias [out] or NULL. A
 * weight [out, in, k, k] is one over the k² · in channels of cas_op_pixel_unshuffle().
 * n_rows > 0 takes only the outputs first_row … first_row + n_rows − 1. */
typedef struct
{
  const CasWeight *weight;
  const CasWeight *bias;
  guint32          first_row;
  guint32          n_rows;
} CasLinear;

/* y[.., o] = act (Σ_i x[.., i] W[o, i] + b[o]) */
CasTensor cas_op_linear          (CasGraph        *g,
                                  CasTensor        x,
                                  CasLinear        linear,
                                  CasActivation    act);

/* Many small linears as one: y has n_rows channels; piece p adds its weight applied to the input
 * channels from first_channel on, and its bias, to the outputs from first_row on. */
typedef struct
{
  const CasWeight *weight;
  const CasWeight *bias;
  guint32          first_row;
  guint32          first_channel;
} CasLinearPiece;

CasTensor cas_op_linear_stack    (CasGraph             *g,
                                  CasTensor             x,
                                  const CasLinearPiece *pieces,
                                  guint                 n_pieces,
                                  guint32               n_rows);

#define CAS_CONV_MAX_KERNEL 9

/* Convolution, weight [out, in, k, k], any k ≤ CAS_CONV_MAX_KERNEL and any stride, zero padding; or
 * any k that is the stride too, which must divide the sides, without padding. */
CasTensor cas_op_conv            (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *weight,
                                  const CasWeight *bias,
                                  guint            stride,
                                  guint            pad,
                                  CasActivation    act);

/* Transposed convolution of stride 2, weight [in, out, k, k]: k 2 without padding or k 4 with 1.
 * The output has twice the size. */
CasTensor cas_op_conv_transpose  (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *weight,
                                  const CasWeight *bias,
                                  CasActivation    act);

/* Depthwise 3×3, weight [c, 1, 3, 3], stride 1 or 2; a side of n becomes ⌈n / stride⌉. */
CasTensor cas_op_depthwise       (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *weight,
                                  const CasWeight *bias,
                                  guint            stride,
                                  CasPadding       padding);

/* Over the channels of each pixel; weight and bias [c] or both NULL (section 2). */
CasTensor cas_op_layer_norm      (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *weight,
                                  const CasWeight *bias,
                                  float            eps);

/* Each channel of each picture over its pixels; weight and bias [c]. */
CasTensor cas_op_instance_norm   (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *weight,
                                  const CasWeight *bias,
                                  float            eps);

/* Global response norm (section 2), gamma and beta of c elements. */
CasTensor cas_op_grn             (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *gamma,
                                  const CasWeight *beta);

/* Batch norm with running statistics; weight and bias may be NULL (no affine part). */
typedef struct
{
  const CasWeight *weight;
  const CasWeight *bias;
  const CasWeight *mean;
  const CasWeight *var;
} CasBatchNorm;

CasTensor cas_op_batch_norm      (CasGraph        *g,
                                  CasTensor        x,
                                  CasBatchNorm     norm,
                                  float            eps);

CasTensor cas_op_activation      (CasGraph        *g,
                                  CasTensor        x,
                                  CasActivation    act);

/* x, and where it is negative x · slope[c]; slope of c elements. */
CasTensor cas_op_prelu           (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *slope);

/* a + b. b has a's shape, or one picture (n 1) or one pixel (h = w = 1) that is repeated. */
CasTensor cas_op_add             (CasGraph        *g,
                                  CasTensor        a,
                                  CasTensor        b);

/* a · b, with b as in cas_op_add(). */
CasTensor cas_op_multiply        (CasGraph        *g,
                                  CasTensor        a,
                                  CasTensor        b);

/* x (1 + a) + b with ab = [n or 1, 1, 1, 2c]: first c channels a, last c channels b. */
CasTensor cas_op_modulate        (CasGraph        *g,
                                  CasTensor        x,
                                  CasTensor        ab);

/* x · (offset + v[i]) + v[j], v a weight of a few numbers; j < 0: without the last term.
 * offset 1: Stage A's modulation; offset 0: its residual scale (section 5). */
CasTensor cas_op_scale_by        (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *v,
                                  float            offset,
                                  int              i,
                                  int              j);

/* x · scale, a constant. */
CasTensor cas_op_scale           (CasGraph        *g,
                                  CasTensor        x,
                                  float            scale);

/* x · scale[c] + shift[c], constants of as many channels as a picture has: at most
 * CAS_AFFINE_MAX_CHANNELS. */
#define CAS_AFFINE_MAX_CHANNELS 4

CasTensor cas_op_affine          (CasGraph        *g,
                                  CasTensor        x,
                                  const float     *scale,
                                  const float     *shift);

/* The mean over the pixels of each picture: [n, 1, 1, c]. */
CasTensor cas_op_mean            (CasGraph        *g,
                                  CasTensor        x);

/* The largest or the mean of the pixels under a square that moves by stride over the picture and
 * pad pixels around it; at the far edges it may end beyond them if rounds_up, but not begin there.
 * Only the picture's pixels count, with counts_padding those of the frame as zeros of a mean too. */
typedef struct
{
  gboolean is_mean;
  guint    kernel;
  guint    stride; /* 0: kernel */
  guint    pad;    /* less than kernel */
  gboolean rounds_up;
  gboolean counts_padding;
} CasPool;

CasTensor cas_op_pool            (CasGraph        *g,
                                  CasTensor        x,
                                  const CasPool   *pool);

/* Pixels become channels and channels pixels, of each picture: [n, 1, c, h·w]. */
CasTensor cas_op_transpose       (CasGraph        *g,
                                  CasTensor        x);

/* Scaled dot-product attention, head h on channels h·d … of q, k and v (d = c / n_heads, a
 * multiple of 8). q [n, h, w, c]; keys and values of the first source, then of the second:
 * [n, .., tokens, c]; either may be CAS_NO_TENSOR pairs. causal: query i sees keys ≤ i.
 * mask [n, 1, 1, n_keys] f32, 1 where a key may be seen; CAS_NO_TENSOR for all. */
typedef struct
{
  CasTensor q;
  CasTensor k, v;
  CasTensor k2, v2;
  CasTensor mask;
  guint     n_heads;
  gboolean  is_causal;
} CasAttention;

CasTensor cas_op_attention       (CasGraph           *g,
                                  const CasAttention *params);

/* [a | b] along channels. */
CasTensor cas_op_concat          (CasGraph        *g,
                                  CasTensor        a,
                                  CasTensor        b);

/* Tokens of all, one after another: [n, 1, Σ tokens, c]. */
CasTensor cas_op_concat_tokens   (CasGraph        *g,
                                  const CasTensor *x,
                                  guint            n_tensors);

/* Pictures of a then pictures of b. */
CasTensor cas_op_concat_batch    (CasGraph        *g,
                                  CasTensor        a,
                                  CasTensor        b);

/* Bilinear with aligned corners (section 18). */
CasTensor cas_op_bilinear        (CasGraph        *g,
                                  CasTensor        x,
                                  guint32          h,
                                  guint32          w);

/* Bilinear between the centres of pixels (corners not aligned), without antialiasing. */
CasTensor cas_op_bilinear_centred (CasGraph       *g,
                                   CasTensor       x,
                                   guint32         h,
                                   guint32         w);

/* Bicubic with aligned corners and a = −0.75, without antialiasing. */
CasTensor cas_op_bicubic         (CasGraph        *g,
                                  CasTensor        x,
                                  guint32          h,
                                  guint32          w);

/* Nearest: source index floor (dst · in / out). */
CasTensor cas_op_nearest         (CasGraph        *g,
                                  CasTensor        x,
                                  guint32          h,
                                  guint32          w);

/* A frame of n pixels, which mirror those inside about the edge's own: less than either side. */
CasTensor cas_op_pad_reflect     (CasGraph        *g,
                                  CasTensor        x,
                                  guint            n);

/* Channel order c·r² + dy·r + dx on the many-channel side (section 18). */
CasTensor cas_op_pixel_unshuffle (CasGraph        *g,
                                  CasTensor        x,
                                  guint            r);
CasTensor cas_op_pixel_shuffle   (CasGraph        *g,
                                  CasTensor        x,
                                  guint            r);

/* ids [n, 1, t, 1] i32; table [vocabulary, c] and extra [any, c] (NULL: none), whose rows follow
 * the table's; positions [≥ t, c]: sum of both rows. */
CasTensor cas_op_embedding       (CasGraph        *g,
                                  CasTensor        ids,
                                  const CasWeight *table,
                                  const CasWeight *extra,
                                  const CasWeight *positions);

/* The numbers of a weight in f32, as a tensor of as many elements. */
CasTensor cas_op_weight          (CasGraph        *g,
                                  const CasWeight *weight,
                                  CasShape         shape);

/* One pixel of each picture: index [n, 1, 1, 1] i32 counts h·w; → [n, 1, 1, c].
 * With x of one picture, index may have more: they all look into it. */
CasTensor cas_op_select          (CasGraph        *g,
                                  CasTensor        x,
                                  CasTensor        index);

/* To each pixel the row of codebook [codes, c] that is nearest to it, the first of equals, and in
 * indices [n, h, w, 1] i32 which that is. */
CasTensor cas_op_nearest_code    (CasGraph        *g,
                                  CasTensor        x,
                                  const CasWeight *codebook,
                                  CasTensor       *indices);

/* How many numbers of x are NaN or infinite: [1, 1, 1, 1] i32. */
CasTensor cas_op_count_not_finite (CasGraph       *g,
                                   CasTensor       x);

G_END_DECLS
