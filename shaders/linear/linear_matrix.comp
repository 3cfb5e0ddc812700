// SPDX-License-Identifier: GPL-3.0-or-later

// Linears and convolutions for devices with matrix units: a workgroup keeps slices of both factors
// in shared memory, rounded to 16 bits, and each of its subgroups a part of the tile in cooperative
// matrices, sums in f32.
// variant: bf16 BFLOAT16

#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require

#include "cascade.glsl"
#include "half.glsl"
#include "weights.glsl"
#include "linear.glsl"
#include "linear_scale.glsl"

ADDRESS (u32x2_in, uvec2, 8);
ADDRESS (u32x4_in, uvec4, 16);

layout (constant_id = 6) const uint M = 16; // of a cooperative matrix
layout (constant_id = 7) const uint N = 16;
layout (constant_id = 8) const uint K = 16;
layout (constant_id = 9) const uint TILE_ROWS = 64;
layout (constant_id = 10) const uint TILE_COLUMNS = 64;
layout (constant_id = 11) const uint SLICE = 32;     // channels in shared memory
layout (constant_id = 12) const uint PART_ROWS = 32; // of a subgroup
layout (constant_id = 13) const uint PART_COLUMNS = 32;
layout (constant_id = 14) const uint LANES = 32; // of a subgroup
layout (constant_id = 15) const uint SPLITS = 1; // of the channels of x: each has a y of its own

const uint N_ACROSS = TILE_COLUMNS / PART_COLUMNS;
const uint N_INVOCATIONS = TILE_ROWS / PART_ROWS * N_ACROSS * LANES;
const uint QUADS = SLICE / 4;
const uint PITCH = QUADS + 2; // so that rows begin in different banks, at multiples of 16 bytes
const uint N_X_LOADS = TILE_ROWS * QUADS / N_INVOCATIONS;
const uint N_W_LOADS = TILE_COLUMNS * QUADS / N_INVOCATIONS;
const uint N_DOWN_MATRICES = PART_ROWS / M;
const uint N_ACROSS_MATRICES = PART_COLUMNS / N;

shared HALF4 x_slice[TILE_ROWS * PITCH];
shared HALF4 w_slice[TILE_COLUMNS * PITCH];
shared float stage[N_INVOCATIONS / LANES * M * N]; // one matrix of each subgroup

coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator>
    sum[N_DOWN_MATRICES * N_ACROSS_MATRICES];

vec4 x_quads[N_X_LOADS];
uvec4 w_quads[N_W_LOADS];

// This invocation's part of the slices at channel k, from memory.
void
load_slices (f32_in rows[N_X_LOADS], uint64_t columns[N_W_LOADS], uint k, f32_in scale,
             f32_in shift)
{
  uint first = k + lane_index () % QUADS * 4;

  [[unroll]] for (uint i = 0; i < N_X_LOADS; i++)
    x_quads[i] = f32x4_in (advance (rows[i], first)).v[0];
  if (has (GRN_SCALE))
    {
      vec4 a = f32x4_in (advance (scale, first)).v[0];
      vec4 b = f32x4_in (advance (shift, first)).v[0];
      [[unroll]] for (uint i = 0; i < N_X_LOADS; i++)
        x_quads[i] = x_quads[i] * a + b;
    }
  [[unroll]] for (uint i = 0; i < N_W_LOADS; i++)
    if (DTYPE == F32)
      w_quads[i] = u32x4_in (columns[i] + 4ul * first).v[0];
    else
      w_quads[i].xy = u32x2_in (columns[i] + 2ul * first).v[0];
}

vec4
widen (uvec4 words)
{
  if (DTYPE == F32)
    return uintBitsToFloat (words);
  return vec4 (weight_pair (words.x, DTYPE), weight_pair (words.y, DTYPE));
}

void
store_slices ()
{
  uint quad = lane_index () % QUADS, line = lane_index () / QUADS;

  [[unroll]] for (uint i = 0; i < N_X_LOADS; i++)
    x_slice[(line + i * N_INVOCATIONS / QUADS) * PITCH + quad] = HALF4 (x_quads[i] * x_scale);
  [[unroll]] for (uint i = 0; i < N_W_LOADS; i++)
    w_slice[(line + i * N_INVOCATIONS / QUADS) * PITCH + quad]
        = HALF4 (widen (w_quads[i]) * w_scale);
}

void
multiply_slices ()
{
  uint first_row = gl_SubgroupID / N_ACROSS * PART_ROWS;
  uint first_column = gl_SubgroupID % N_ACROSS * PART_COLUMNS;

  [[unroll]] for (uint k = 0; k < SLICE / 4; k += K / 4)
    {
      coopmat<HALF, gl_ScopeSubgroup, M, K, gl_MatrixUseA> a[N_DOWN_MATRICES];
      coopmat<HALF, gl_ScopeSubgroup, K, N, gl_MatrixUseB> b;

      [[unroll]] for (uint r = 0; r < N_DOWN_MATRICES; r++)
        coopMatLoad (a[r], x_slice, (first_row + r * M) * PITCH + k, PITCH,
                     gl_CooperativeMatrixLayoutRowMajor);
      [[unroll]] for (uint c = 0; c < N_ACROSS_MATRICES; c++)
        {
          coopMatLoad (b, w_slice, (first_column + c * N) * PITCH + k, PITCH,
                       gl_CooperativeMatrixLayoutColumnMajor);
          [[unroll]] for (uint r = 0; r < N_DOWN_MATRICES; r++)
            sum[c * N_DOWN_MATRICES + r]
                = coopMatMulAdd (a[r], b, sum[c * N_DOWN_MATRICES + r]);
        }
    }
}

// sum += x w over n channels, a multiple of SLICE; memory is read one slice ahead.
void
accumulate (f32_in rows[N_X_LOADS], uint64_t columns[N_W_LOADS], uint n, f32_in scale,
            f32_in shift)
{
  load_slices (rows, columns, 0, scale, shift);
  for (uint k = 0; k < n; k += SLICE)
    {
      barrier ();
      store_slices ();
      barrier ();
      load_slices (rows, columns, min (k + SLICE, n - SLICE), scale, shift);
      multiply_slices ();
    }
}

// One column of the subgroup's part: what is in `sum`, by way of `stage`, to memory.
void
store_columns (LinearBlock b, uint layer, uint phase, uint first_row, uint first_column, uint c)
{
  uint n_out_pixels = KIND == PLAIN ? n_rows : b.out_h * b.out_w;
  uint lane = gl_SubgroupInvocationID, mine = gl_SubgroupID * M * N;
  uint step = max (LANES / N, 1);
  uint column_steps = max (N / LANES, 1);

  for (uint s = 0; s < column_steps; s++)
    {
      uint within = lane % N + s * LANES;
      uint index = first_column + c * N + within;
      Column column = load_column (b, layer, min (index, n_out - 1));
      float squares = 0.0;

      [[unroll]] for (uint r = 0; r < N_DOWN_MATRICES; r++)
        {
          subgroupBarrier ();
          coopMatStore (sum[c * N_DOWN_MATRICES + r], stage, mine, N,
                        gl_CooperativeMatrixLayoutRowMajor);
          subgroupBarrier ();
          [[dont_unroll]] for (uint i = lane / N; i < M; i += step)
            {
              uint row = first_row + r * M + i;

              if (row < n_rows && index < n_out)
                {
                  uint pixel = layer * n_out_pixels + output_row (b, row, phase);
                  float value = unscale (stage[mine + i * N + within]);
                  value = epilogue (value, column, b, pixel);
                  squares += value * value;
                  advance (y, pixel * y_stride).v[index] = value;
                }
            }
          if (has (SUMS) && (r + 1) * M % sum_rows == 0)
            {
              uint row = first_row + (r + 1) * M - sum_rows;
              uint sum_index = layer * ((n_rows + sum_rows - 1) / sum_rows) + row / sum_rows;

              for (uint other = N; other < LANES; other *= 2)
                squares += subgroupShuffle (squares, lane ^ other);
              if (row < n_rows && index < n_out && lane < N)
                sums.v[sum_index * n_out + index] = squares;
              squares = 0.0;
            }
        }
    }
}

void
main ()
{
  LinearBlock b = block;
  uint phase = KIND == TRANSPOSE ? layer_index () % 4 : 0;
  uint layer = layer_index () / (KIND == TRANSPOSE ? 4 : SPLITS);
  uint n_channels = n_in / SPLITS;
  uint first_channel = layer_index () % SPLITS * n_channels;
  uint first_row = group_index () % n_row_tiles * TILE_ROWS;
  uint first_column = group_index () / n_row_tiles * TILE_COLUMNS;
  uint n_in_pixels = KIND == PLAIN ? n_rows : b.in_h * b.in_w;
  uint element_bytes = DTYPE == F32 ? 4 : 2;
  f32_in from = advance (x, layer * n_in_pixels * x_stride + first_channel);
  f32_in scale = advance (b.grn_scale, layer * n_in + first_channel);
  f32_in shift = advance (b.grn_beta, first_channel);
  f32_in rows[N_X_LOADS];
  uint64_t columns[N_W_LOADS];

  if (first_column >= n_out)
    return;
  find_scales (b, layer);

  [[unroll]] for (uint i = 0; i < N_DOWN_MATRICES * N_ACROSS_MATRICES; i++)
    sum[i] = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (0.0);

  // the channels of x2 are one more tap
  uint n_x_taps = n_taps (b);
  uint line = lane_index () / QUADS;
  for (uint tap = 0; tap < n_x_taps + (n_in2 > 0 ? 1 : 0); tap++)
    {
      bool is_x2 = tap == n_x_taps;
      uint64_t matrix
          = uint64_t (weight) + uint64_t (is_x2 ? n_in : first_channel) * element_bytes;

      if (!is_x2)
        matrix += uint64_t (tap_matrix (b, phase, tap)) * n_out * pitch * element_bytes;
      [[unroll]] for (uint i = 0; i < N_X_LOADS; i++)
        {
          uint row = min (first_row + line + i * N_INVOCATIONS / QUADS, n_rows - 1);
          rows[i] = is_x2 ? advance (x2, (layer * n_rows + row) * x2_stride)
                          : tap_row (from, b, row, phase, tap);
        }
      [[unroll]] for (uint i = 0; i < N_W_LOADS; i++)
        {
          uint column = min (first_column + line + i * N_INVOCATIONS / QUADS, n_out - 1);
          columns[i] = matrix + uint64_t (column) * pitch * element_bytes;
        }
      accumulate (rows, columns, is_x2 ? n_in2 : n_channels, scale, shift);
    }

  uint part_row = first_row + gl_SubgroupID / N_ACROSS * PART_ROWS;
  uint part_column = first_column + gl_SubgroupID % N_ACROSS * PART_COLUMNS;
  [[unroll]] for (uint c = 0; c < N_ACROSS_MATRICES; c++)
    store_columns (b, KIND == TRANSPOSE ? layer : layer_index (), phase, part_row, part_column, c);
}
