// SPDX-License-Identifier: GPL-3.0-or-later

// Linears and convolutions for GPUs without matrix units: 256 invocations make 64 rows of 64
// columns, 4 × 4 each, from slices of 16 channels in shared memory.

#include "cascade.glsl"
#include "weights.glsl"
#include "linear.glsl"

const uint TILE = 64;
const uint SLICE = 16;

// one more column, so that a slice's rows begin in different banks
shared float x_slice[SLICE][TILE + 1];
shared float w_slice[SLICE][TILE + 1];
shared float squares[16][TILE];

float sum[4][4];

vec4
load_channels (f32_in from, uint first, uint n)
{
  if (IS_WIDE != 0 && first + 4 <= n)
    return f32x4_in (advance (from, first)).v[0];

  vec4 value = vec4 (0.0);
  if (first < n)
    value.x = from.v[first];
  if (first + 1 < n)
    value.y = from.v[first + 1];
  if (first + 2 < n)
    value.z = from.v[first + 2];
  if (first + 3 < n)
    value.w = from.v[first + 3];
  return value;
}

vec4
load_weights (u32_in row, uint first, uint n)
{
  if (first >= n)
    return vec4 (0.0);
  if (DTYPE == F32)
    return uintBitsToFloat (uvec4 (row.v[first], row.v[first + 1], row.v[first + 2],
                                   row.v[first + 3]));
  return vec4 (weight_pair (row.v[first / 2], DTYPE), weight_pair (row.v[first / 2 + 1], DTYPE));
}

// row: the input of this invocation's part of x_slice; column: the same of w_slice
void
accumulate (f32_in row, u32_in column, uint n, f32_in scale, f32_in shift)
{
  uint part = lane_index () % 4 * 4;
  uint line = lane_index () / 4;
  uint my_row = lane_index () / 16 * 4, my_column = lane_index () % 16 * 4;

  for (uint k = 0; k < n; k += SLICE)
    {
      vec4 value = load_channels (row, k + part, n);
      vec4 w = load_weights (column, k + part, n);

      if (has (GRN_SCALE))
        value = value * load_channels (scale, k + part, n) + load_channels (shift, k + part, n);
      barrier ();
      [[unroll]] for (uint i = 0; i < 4; i++)
        {
          x_slice[part + i][line] = value[i];
          w_slice[part + i][line] = w[i];
        }
      barrier ();

      [[unroll]] for (uint i = 0; i < SLICE; i++)
        {
          float a[4], b[4];
          [[unroll]] for (uint j = 0; j < 4; j++)
            {
              a[j] = x_slice[i][my_row + j];
              b[j] = w_slice[i][my_column + j];
            }
          [[unroll]] for (uint r = 0; r < 4; r++)
            [[unroll]] for (uint c = 0; c < 4; c++)
              sum[r][c] += a[r] * b[c];
        }
    }
}

void
main ()
{
  LinearBlock b = block;
  uint phase = KIND == TRANSPOSE ? layer_index () % 4 : 0;
  uint layer = KIND == TRANSPOSE ? layer_index () / 4 : layer_index ();
  uint row_tile = group_index () % n_row_tiles;
  uint first_column = group_index () / n_row_tiles * TILE;
  uint first_row = row_tile * TILE;
  uint n_in_pixels = KIND == PLAIN ? n_rows : b.in_h * b.in_w;
  uint n_out_pixels = KIND == PLAIN ? n_rows : b.out_h * b.out_w;
  uint element_bytes = DTYPE == F32 ? 4 : 2;
  f32_in from = advance (x, layer * n_in_pixels * x_stride);
  f32_in scale = advance (b.grn_scale, layer * n_in);
  uint line_row = min (first_row + lane_index () / 4, n_rows - 1);
  uint line_column = min (first_column + lane_index () / 4, n_out - 1);
  uint my_row = lane_index () / 16 * 4, my_column = lane_index () % 16 * 4;

  if (first_column >= n_out)
    return;

  [[unroll]] for (uint r = 0; r < 4; r++)
    [[unroll]] for (uint c = 0; c < 4; c++)
      sum[r][c] = 0.0;

  u32_in column;
  for (uint tap = 0; tap < n_taps (b); tap++)
    {
      uint64_t matrix = uint64_t (tap_matrix (b, phase, tap)) * n_out;
      column = u32_in (uint64_t (weight) + (matrix + line_column) * pitch * element_bytes);
      accumulate (tap_row (from, b, line_row, phase, tap), column, n_in, scale, b.grn_beta);
    }
  if (n_in2 > 0)
    accumulate (advance (x2, (layer * n_rows + line_row) * x2_stride),
                u32_in (uint64_t (column) + uint64_t (n_in) * element_bytes), n_in2, scale,
                b.grn_beta);

  [[unroll]] for (uint c = 0; c < 4; c++)
    {
      uint index = first_column + my_column + c;
      Column own = load_column (b, layer, min (index, n_out - 1));
      float square = 0.0;

      [[unroll]] for (uint r = 0; r < 4; r++)
        if (first_row + my_row + r < n_rows && index < n_out)
          {
            uint pixel = layer * n_out_pixels + output_row (b, first_row + my_row + r, phase);
            float value = epilogue (sum[r][c], own, b, pixel);
            square += value * value;
            advance (y, pixel * y_stride).v[index] = value;
          }
      if (has (SUMS))
        squares[lane_index () / 16][my_column + c] = square;
    }

  if (!has (SUMS))
    return;
  barrier ();
  uint n_sums = (n_rows + sum_rows - 1) / sum_rows;
  uint sum_index = first_row / sum_rows + lane_index () / TILE;
  uint at = first_column + lane_index () % TILE;
  if (lane_index () < TILE / sum_rows * TILE && sum_index < n_sums && at < n_out)
    {
      uint n = sum_rows / 4;
      float square = 0.0;
      for (uint i = 0; i < n; i++)
        square += squares[lane_index () / TILE * n + i][lane_index () % TILE];
      sums.v[(layer * n_sums + sum_index) * n_out + at] = square;
    }
}
