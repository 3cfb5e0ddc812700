// SPDX-License-Identifier: GPL-3.0-or-later

// Attention for devices with matrix units. Each subgroup has M queries, one a row of its matrices;
// 32 keys, and then their values, are in shared memory at a time, rounded to 16 bits. The layout of
// a cooperative matrix is the driver's secret: softmax sees the scores by way of shared memory, and
// the result is kept by the lanes.
// variant: bf16 BFLOAT16

#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require

#include "cascade.glsl"
#include "half.glsl"
#include "attention.glsl"

layout (constant_id = 2) const uint M = 16; // of a cooperative matrix
layout (constant_id = 3) const uint N = 16;
layout (constant_id = 4) const uint K = 16;
layout (constant_id = 5) const uint N_SUBGROUPS = 4;
layout (constant_id = 6) const uint LANES = 32; // of a subgroup, a multiple of M

const uint KEYS = 32;
const uint N_INVOCATIONS = N_SUBGROUPS * LANES;
const uint LANES_PER_ROW = LANES / M;
const uint QUADS = HEAD_SIZE / 4;
const uint PITCH = QUADS + 2; // so that rows begin in different banks, at multiples of 16 bytes
const uint WEIGHT_QUADS = QUADS > KEYS / 4 ? QUADS : KEYS / 4;
const uint WEIGHT_PITCH = WEIGHT_QUADS + 2;
const uint STAGE_PITCH = HEAD_SIZE > KEYS ? HEAD_SIZE : KEYS;
const uint N_LOADS = KEYS * QUADS / N_INVOCATIONS;
const uint OWN_KEYS = KEYS / LANES_PER_ROW;
const uint OWN_QUADS = QUADS / LANES_PER_ROW;

shared HALF4 slice[KEYS * PITCH];                             // keys, then values
shared HALF4 weights[N_SUBGROUPS * M * WEIGHT_PITCH];         // queries, then weights of keys
shared float stage[N_SUBGROUPS * M * STAGE_PITCH];            // what came out of a matrix
shared float largest[N_SUBGROUPS];

coopmat<HALF, gl_ScopeSubgroup, M, K, gl_MatrixUseA> query[HEAD_SIZE / K];

// Of the row that this lane shares with LANES_PER_ROW − 1 others.
vec4 result[OWN_QUADS];
float query_scale;
float top;
float total;

uint
my_row ()
{
  return gl_SubgroupInvocationID / LANES_PER_ROW;
}

uint
my_part ()
{
  return gl_SubgroupInvocationID % LANES_PER_ROW;
}

float
max_of (vec4 v)
{
  return max (max (v.x, v.y), max (v.z, v.w));
}

float
row_max (float value)
{
  for (uint other = 1; other < LANES_PER_ROW; other *= 2)
    value = max (value, subgroupShuffle (value, gl_SubgroupInvocationID ^ other));
  return value;
}

float
row_sum (float value)
{
  for (uint other = 1; other < LANES_PER_ROW; other *= 2)
    value += subgroupShuffle (value, gl_SubgroupInvocationID ^ other);
  return value;
}

void
load_query (f32_in from)
{
  vec4 own[OWN_QUADS];
  vec4 most = vec4 (0.0);

  [[unroll]] for (uint i = 0; i < OWN_QUADS; i++)
    {
      own[i] = f32x4_in (advance (from, (my_part () * OWN_QUADS + i) * 4)).v[0];
      most = max (most, abs (own[i]));
    }
  query_scale = half_scale (row_max (max_of (most)));

  uint at = (gl_SubgroupID * M + my_row ()) * WEIGHT_PITCH + my_part () * OWN_QUADS;
  [[unroll]] for (uint i = 0; i < OWN_QUADS; i++)
    weights[at + i] = HALF4 (own[i] * query_scale);
  subgroupBarrier ();
  [[unroll]] for (uint k = 0; k < HEAD_SIZE / K; k++)
    coopMatLoad (query[k], weights, gl_SubgroupID * M * WEIGHT_PITCH + k * K / 4, WEIGHT_PITCH,
                 gl_CooperativeMatrixLayoutRowMajor);
  subgroupBarrier ();
}

// Keys (or values) base … of n to shared memory, scaled to use the range of the type; returns what
// they were multiplied by.
float
load_slice (f32_in from, uint stride, uint base, uint n)
{
  vec4 quads[N_LOADS];
  vec4 most = vec4 (0.0);

  [[unroll]] for (uint i = 0; i < N_LOADS; i++)
    {
      uint at = lane_index () + i * N_INVOCATIONS;
      uint key = min (base + at / QUADS, n - 1);

      quads[i] = f32x4_in (advance (from, key * stride + at % QUADS * 4)).v[0];
      most = max (most, abs (quads[i]));
    }
  float mine = subgroupMax (max_of (most));
  if (gl_SubgroupInvocationID == 0)
    largest[gl_SubgroupID] = mine;
  barrier ();

  for (uint i = 0; i < N_SUBGROUPS; i++)
    mine = max (mine, largest[i]);
  float scale = half_scale (mine);
  [[unroll]] for (uint i = 0; i < N_LOADS; i++)
    {
      uint at = lane_index () + i * N_INVOCATIONS;
      slice[at / QUADS * PITCH + at % QUADS] = HALF4 (quads[i] * scale);
    }
  barrier ();
  return scale;
}

// stage = query · keys
void
multiply_keys ()
{
  [[unroll]] for (uint c = 0; c < KEYS / N; c++)
    {
      coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> sum
          = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (0.0);
      coopmat<HALF, gl_ScopeSubgroup, K, N, gl_MatrixUseB> key;

      [[unroll]] for (uint k = 0; k < HEAD_SIZE / K; k++)
        {
          coopMatLoad (key, slice, c * N * PITCH + k * K / 4, PITCH,
                       gl_CooperativeMatrixLayoutColumnMajor);
          sum = coopMatMulAdd (query[k], key, sum);
        }
      coopMatStore (sum, stage, gl_SubgroupID * M * STAGE_PITCH + c * N, STAGE_PITCH,
                    gl_CooperativeMatrixLayoutRowMajor);
    }
  subgroupBarrier ();
}

// From scores to weights; what was summed up before shrinks as larger scores come.
void
weigh (float scale, uint first, uint n, uint i)
{
  uint own = my_part () * OWN_KEYS;
  uint from = (gl_SubgroupID * M + my_row ()) * STAGE_PITCH + own;
  uint to = (gl_SubgroupID * M + my_row ()) * WEIGHT_PITCH + own / 4;
  float score[OWN_KEYS];
  bool is_seen[OWN_KEYS];
  float new_top = top, sum = 0.0;

  [[unroll]] for (uint j = 0; j < OWN_KEYS; j++)
    {
      is_seen[j] = own + j < n && may_be_seen (first + own + j, i);
      score[j] = is_seen[j] ? stage[from + j] * scale : -1e30;
      new_top = max (new_top, score[j]);
    }
  new_top = row_max (new_top);

  [[unroll]] for (uint j = 0; j < OWN_KEYS; j++)
    {
      score[j] = is_seen[j] ? exp (score[j] - new_top) : 0.0;
      sum += score[j];
    }
  [[unroll]] for (uint j = 0; j < OWN_KEYS; j += 4)
    weights[to + j / 4]
        = HALF4 (UNIT_SCALE * vec4 (score[j], score[j + 1], score[j + 2], score[j + 3]));

  float keep = exp (top - new_top);
  total = total * keep + row_sum (sum);
  [[unroll]] for (uint q = 0; q < OWN_QUADS; q++)
    result[q] *= keep;
  top = new_top;
  subgroupBarrier ();
}

// result += weights · values
void
multiply_values (float inverse)
{
  [[unroll]] for (uint c = 0; c < HEAD_SIZE / N; c++)
    {
      coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> sum
          = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (0.0);
      coopmat<HALF, gl_ScopeSubgroup, M, K, gl_MatrixUseA> weight;
      coopmat<HALF, gl_ScopeSubgroup, K, N, gl_MatrixUseB> value;

      [[unroll]] for (uint k = 0; k < KEYS / K; k++)
        {
          coopMatLoad (weight, weights, gl_SubgroupID * M * WEIGHT_PITCH + k * K / 4, WEIGHT_PITCH,
                       gl_CooperativeMatrixLayoutRowMajor);
          coopMatLoad (value, slice, k * K * PITCH + c * N / 4, PITCH,
                       gl_CooperativeMatrixLayoutRowMajor);
          sum = coopMatMulAdd (weight, value, sum);
        }
      coopMatStore (sum, stage, gl_SubgroupID * M * STAGE_PITCH + c * N, STAGE_PITCH,
                    gl_CooperativeMatrixLayoutRowMajor);
    }
  subgroupBarrier ();

  uint from = (gl_SubgroupID * M + my_row ()) * STAGE_PITCH + my_part () * OWN_QUADS * 4;
  [[unroll]] for (uint q = 0; q < OWN_QUADS; q++)
    result[q] += inverse * vec4 (stage[from + q * 4], stage[from + q * 4 + 1],
                                 stage[from + q * 4 + 2], stage[from + q * 4 + 3]);
  subgroupBarrier ();
}

void
main ()
{
  uint head = group_index () % n_heads;
  uint first = group_index () / n_heads * N_SUBGROUPS * M;
  uint mine = first + gl_SubgroupID * M + my_row ();
  uint i = min (mine, n_queries - 1);
  uint layer = layer_index ();
  uint offset = head * HEAD_SIZE;

  if (first >= n_queries)
    return;

  load_query (advance (q, (layer * n_queries + i) * q_stride + offset));
  [[unroll]] for (uint quad = 0; quad < OWN_QUADS; quad++)
    result[quad] = vec4 (0.0);
  top = -1e30;
  total = 0.0;

  [[dont_unroll]] for (uint source = 0; source < 2; source++)
    {
      bool is_second = source == 1;
      uint n = is_second ? n_keys2 : n_keys;
      uint key_stride = is_second ? k2_stride : k_stride;
      uint value_stride = is_second ? v2_stride : v_stride;
      f32_in keys = advance (is_second ? k2 : k, layer * n * key_stride + offset);
      f32_in values = advance (is_second ? v2 : v, layer * n * value_stride + offset);

      for (uint base = 0; base < n; base += KEYS)
        {
          float key_scale = load_slice (keys, key_stride, base, n);
          multiply_keys ();
          float value_scale = load_slice (values, value_stride, base, n);
          weigh (inversesqrt (float (HEAD_SIZE)) / (query_scale * key_scale),
                 (is_second ? n_keys : 0) + base, n - base, i);
          multiply_values (1.0 / (UNIT_SCALE * value_scale));
        }
    }

  f32_out to = advance (y, (layer * n_queries + i) * y_stride + offset);
  float inverse = 1.0 / total;
  if (mine < n_queries)
    [[unroll]] for (uint quad = 0; quad < OWN_QUADS; quad++)
      f32x4_out (advance (to, (my_part () * OWN_QUADS + quad) * 4)).v[0] = result[quad] * inverse;
}
