/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scaled dot-product attention over one or two sources of keys and values, with an online
 * softmax: softmax (q kᵀ / √d) v. */

#include "ops/op.h"

#include <glib/gi18n-lib.h>

#include "shaders/attention_register.h"
#include "shaders/attention_tile.h"
#include "shaders/generated/attention_matrix.h"
#include "shaders/generated/attention_matrix2.h"
#include "cascade/error.h"
#include "ops/dispatch.h"

enum
{
  Q,
  K,
  V,
  K2,
  V2,
  MASK,
};

typedef struct
{
  guint    n_heads;
  gboolean is_causal;
} Data;

static guint64
n_tokens (CasTensor x)
{
  return cas_tensor_is_set (x) ? cas_shape_n_pixels (x.shape) : 0;
}

static void
count (const CasOp  *op,
       CasGraphCost *cost)
{
  guint64 n_keys = n_tokens (op->in[K]) + n_tokens (op->in[K2]);

  cost->flop_attention += 4 * cas_shape_n_elements (op->out[0].shape) * n_keys;
}

static void
describe (const CasOp *op,
          GString     *text)
{
  const Data *data = op->data;

  g_string_append_printf (text, " %u heads%s", data->n_heads, data->is_causal ? " causal" : "");
}

static guint32
stride_of (CasRecorder *r,
           CasTensor    x)
{
  return cas_tensor_is_set (x) ? cas_recorder_stride (r, x) : 0;
}

/* queries of a workgroup of the kernel for GPUs, one a lane */
#define TILE_QUERIES 64

/* subgroups of a workgroup of the kernel for matrix units, and keys it takes at a time */
#define MATRIX_SUBGROUPS 4
#define MATRIX_KEYS      32

/* Whether both sources can be read as texels; fills in where those begin. */
static gboolean
set_texels (CasRecorder        *r,
            CasAttentionParams *params)
{
  guint64 k = params->k != 0 ? params->k : params->k2;
  guint64 v = params->k != 0 ? params->v : params->v2;
  guint64 k2 = params->k2 != 0 ? params->k2 : k;
  guint64 v2 = params->k2 != 0 ? params->v2 : v;
  guint64 value_bases[2], bases[2];

  if ((k | v | k2 | v2) % 16 != 0
      || !cas_recorder_set_views (r, (guint64[]) { v, v2 }, value_bases, 2)
      || !cas_recorder_set_views (r, (guint64[]) { k, k2 }, bases, 2)
      || bases[0] != value_bases[0] || bases[1] != value_bases[1])
    return FALSE;

  params->k_view = bases[0];
  params->k2_view = bases[1];
  return TRUE;
}

static gboolean
can_use_matrix (CasRecorder *r,
                guint32      head_size)
{
  const CasGpuInfo *info = cas_recorder_get_info (r);
  guint32 lanes = info->subgroup_size;
  CasMatrixShape shape;
  CasMatrixType type;

  if (!cas_path_get_matrix (cas_recorder_get_path (r), &type))
    return FALSE;
  shape = info->matrix[type];

  /* lanes share rows evenly, and all load the same number of quads */
  return lanes >= shape.m && head_size <= 64 && head_size % (4 * lanes / shape.m) == 0
         && MATRIX_KEYS % (4 * lanes / shape.m) == 0 && head_size % shape.n == 0
         && head_size % shape.k == 0 && shape.k <= MATRIX_KEYS
         && MATRIX_KEYS * head_size / 4 % (MATRIX_SUBGROUPS * lanes) == 0
         && MATRIX_SUBGROUPS * lanes <= info->max_workgroup_invocations
         && MATRIX_SUBGROUPS <= info->max_workgroup_subgroups;
}

static void
dispatch_matrix (CasRecorder              *r,
                 const CasAttentionParams *params,
                 guint32                   head_size,
                 guint32                   n_layers)
{
  const CasGpuInfo *info = cas_recorder_get_info (r);
  guint32 n_queries, lanes = info->subgroup_size;
  CasMatrixType type;

  cas_path_get_matrix (cas_recorder_get_path (r), &type);
  n_queries = MATRIX_SUBGROUPS * info->matrix[type].m;
  cas_dispatch_lanes_of (
      r, MATRIX_SUBGROUPS * lanes,
      type == CAS_MATRIX_BF16 ? &cas_shader_attention_matrix_bf16 : &cas_shader_attention_matrix,
      (guint32[]) { head_size, info->matrix[type].m, info->matrix[type].n, info->matrix[type].k,
                    MATRIX_SUBGROUPS, lanes },
      6, params, (guint64) (params->n_queries + n_queries - 1) / n_queries * params->n_heads,
      n_layers);
}

/* Queries of a workgroup of the kernel for the second generation of matrix units. Its matrices are
 * as wide as a head. */
#define MATRIX2_QUERIES           CAS_MATRIX2_MAX_SIDE
#define MATRIX2_QUERIES_PROCESSOR CAS_MATRIX2_SUBGROUP_STEP
/* Of matrices that are made element by element, drivers write out each element's code: larger heads
 * would take minutes to compile, and go to the first generation's kernel. */
#define MATRIX2_HEAD_PROCESSOR    16

static gboolean
can_use_matrix2 (CasRecorder *r,
                 guint32      head_size)
{
  CasMatrixType type;

  switch (cas_dispatch_get_matrix2 (r, &type))
    {
    case CAS_MATRIX2_WORKGROUP:
      return head_size == CAS_MATRIX2_WORKGROUP_STEP;
    case CAS_MATRIX2_SUBGROUP:
      return head_size <= MATRIX2_HEAD_PROCESSOR && head_size % CAS_MATRIX2_SUBGROUP_STEP == 0;
    default:
      return FALSE;
    }
}

static void
dispatch_matrix2 (CasRecorder              *r,
                  const CasAttentionParams *params,
                  guint32                   head_size,
                  guint32                   n_layers)
{
  CasMatrixType type;
  gboolean is_workgroup = cas_dispatch_get_matrix2 (r, &type) == CAS_MATRIX2_WORKGROUP;
  guint32 n_queries = is_workgroup ? MATRIX2_QUERIES : MATRIX2_QUERIES_PROCESSOR;
  const CasShader *shader = &cas_shader_attention_matrix2;

  if (!is_workgroup)
    shader = &cas_shader_attention_matrix2_elements;
  else if (type == CAS_MATRIX_BF16)
    shader = &cas_shader_attention_matrix2_bf16;
  cas_dispatch_lanes_of (
      r, is_workgroup ? CAS_MATRIX2_LANES : cas_dispatch_lanes (r), shader,
      (guint32[]) { head_size, n_queries }, 2, params,
      (guint64) (params->n_queries + n_queries - 1) / n_queries * params->n_heads, n_layers);
}

static void
record (const CasOp *op,
        CasRecorder *r)
{
  const Data *data = op->data;
  CasTensor q = op->in[Q], y = op->out[0];
  gboolean use_tiles = cas_recorder_use_tiles (r);
  guint32 head_size = q.shape.c / data->n_heads;
  guint32 lanes = use_tiles ? MAX (TILE_QUERIES, cas_dispatch_lanes (r)) : cas_dispatch_lanes (r);
  guint32 n_queries = n_tokens (q);
  guint64 n_groups = (guint64) (n_queries + lanes - 1) / lanes * data->n_heads;
  CasAttentionParams params = {
    .q = cas_recorder_address (r, q),
    .k = cas_recorder_address (r, op->in[K]),
    .v = cas_recorder_address (r, op->in[V]),
    .k2 = cas_recorder_address (r, op->in[K2]),
    .v2 = cas_recorder_address (r, op->in[V2]),
    .mask = cas_recorder_address (r, op->in[MASK]),
    .y = cas_recorder_address (r, y),
    .n_queries = n_queries,
    .n_keys = n_tokens (op->in[K]),
    .n_keys2 = n_tokens (op->in[K2]),
    .q_stride = cas_recorder_stride (r, q),
    .k_stride = stride_of (r, op->in[K]),
    .v_stride = stride_of (r, op->in[V]),
    .k2_stride = stride_of (r, op->in[K2]),
    .v2_stride = stride_of (r, op->in[V2]),
    .y_stride = cas_recorder_stride (r, y),
    .n_heads = data->n_heads,
    .is_causal = data->is_causal,
  };

  if (can_use_matrix2 (r, head_size))
    dispatch_matrix2 (r, &params, head_size, q.shape.n);
  else if (can_use_matrix (r, head_size))
    dispatch_matrix (r, &params, head_size, q.shape.n);
  else if (use_tiles)
    cas_dispatch_lanes_of (r, lanes, &cas_shader_attention_tile, (guint32[]) { head_size }, 1,
                           &params, n_groups, q.shape.n);
  else
    cas_dispatch (r,
                  set_texels (r, &params) ? &cas_shader_attention_register_texel
                                          : &cas_shader_attention_register,
                  (guint32[]) { head_size, lanes }, 2, &params, n_groups, q.shape.n);
}

static const CasOpClass attention = {
  .name = "attention",
  .family = "attention",
  .data_size = sizeof (Data),
  .count = count,
  .describe = describe,
  .record = record,
};

/* A source of keys and values: one row of c channels a token. */
static gboolean
check_source (CasGraph *g,
              CasTensor q,
              CasTensor k,
              CasTensor v)
{
  char wanted[48], found[48];
  CasTensor wrong = k;
  gboolean fits = k.shape.n == q.shape.n && k.shape.c == q.shape.c;

  if (fits && (v.shape.n != k.shape.n || v.shape.c != k.shape.c || n_tokens (v) != n_tokens (k)))
    {
      fits = FALSE;
      wrong = v;
    }
  if (!fits)
    cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                    _ ("attention: keys or values of shape %s do not go with queries of shape %s"),
                    cas_shape_format (wrong.shape, found), cas_shape_format (q.shape, wanted));
  return fits;
}

static gboolean
check_mask (CasGraph           *g,
            const CasAttention *params)
{
  CasShape shape = params->mask.shape;
  guint64 n_keys = n_tokens (params->k) + n_tokens (params->k2);

  if (!cas_tensor_is_set (params->mask)
      || (shape.n == params->q.shape.n && cas_shape_n_elements (shape) == n_keys * shape.n))
    return TRUE;

  cas_graph_fail_shapes (g, "attention mask", params->q, params->mask);
  return FALSE;
}

/* Kernels read four channels at a time, also of views. */
static gboolean
check_alignment (CasGraph           *g,
                 const CasAttention *params)
{
  const CasTensor tensors[] = { params->q, params->k, params->v, params->k2, params->v2 };

  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    if (cas_tensor_is_set (tensors[i])
        && (tensors[i].first_channel % 4 != 0
            || cas_graph_get_stride (g, tensors[i]) % 4 != 0))
      {
        cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                        _ ("attention: queries, keys and values must begin at a multiple of 4 "
                           "channels, not at %u of %u"),
                        tensors[i].first_channel, cas_graph_get_stride (g, tensors[i]));
        return FALSE;
      }

  return TRUE;
}

CasTensor
cas_op_attention (CasGraph           *g,
                  const CasAttention *params)
{
  CasTensor q = params->q;
  CasOp *op;
  Data *data;

  if (cas_graph_has_failed (g))
    return CAS_NO_TENSOR;
  if (params->n_heads == 0 || q.shape.c % params->n_heads != 0
      || q.shape.c / params->n_heads % 8 != 0)
    {
      cas_graph_fail (g, CAS_ERROR_BAD_MODEL,
                      _ ("attention: %u channels cannot be split into %u heads of a multiple of 8"),
                      q.shape.c, params->n_heads);
      return CAS_NO_TENSOR;
    }
  if ((cas_tensor_is_set (params->k) && !check_source (g, q, params->k, params->v))
      || (cas_tensor_is_set (params->k2) && !check_source (g, q, params->k2, params->v2)))
    return CAS_NO_TENSOR;
  g_return_val_if_fail (cas_tensor_is_set (params->k) || cas_tensor_is_set (params->k2),
                        CAS_NO_TENSOR);
  if (!check_mask (g, params) || !check_alignment (g, params))
    return CAS_NO_TENSOR;

  op = cas_graph_append (g, &attention, CAS_F32, q.shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[Q] = q;
  op->in[K] = params->k;
  op->in[V] = params->v;
  op->in[K2] = params->k2;
  op->in[V2] = params->v2;
  op->in[MASK] = params->mask;
  data = op->data;
  data->n_heads = params->n_heads;
  data->is_causal = params->is_causal;

  return op->out[0];
}
