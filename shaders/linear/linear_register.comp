// SPDX-License-Identifier: GPL-3.0-or-later

// Linears and convolutions for processors: one subgroup makes TILE_ROWS rows of COLUMNS columns a
// lane, all sums in registers. A software driver walks over the lanes of every load and over its
// components, so each lane loads 8 bytes at a time that all of them use: channels of one of the
// rows, handed round by shuffles, and weights of its own column. Mesa 22 reads texels without
// walking: there that variant is the fast one.
// variant: texel TEXELS

#include "cascade.glsl"
#include "weights.glsl"
#include "linear.glsl"

layout (constant_id = 6) const uint TILE_ROWS = 8;
layout (constant_id = 7) const uint COLUMNS = 4;
layout (constant_id = 8) const uint LANES = 8; // the subgroup

// Eight channels of a row are two lanes' loads.
const uint ROWS_PER_LOAD = LANES / 2;
const uint N_LOADS = (TILE_ROWS + ROWS_PER_LOAD - 1) / ROWS_PER_LOAD;

float sum[TILE_ROWS][COLUMNS];

#ifdef TEXELS
layout (set = 0, binding = 0) uniform usamplerBuffer x_texels;
layout (set = 0, binding = 1) uniform usamplerBuffer weight_texels;
#define LOAD_X(from, offset) \
  texelFetch (x_texels, int ((from + offset - uint64_t (x_view)) / 16))
#define LOAD_WEIGHTS(from, offset) \
  texelFetch (weight_texels, int ((from + offset - uint64_t (weight_view)) / 16))
#else
uvec2
load_words (uint64_t from)
{
  return unpackUint2x32 (u64_in (from).v[0]);
}
#define LOAD_X(from, offset) uvec4 (load_words (from + offset), load_words (from + offset + 8))
#define LOAD_WEIGHTS(from, offset) LOAD_X (from, offset)
#endif

// four numbers of a vector, zeros beyond its end
vec4
load_vector (f32_in from, uint first, uint n)
{
  if (IS_WIDE != 0)
    return f32x4_in (advance (from, first)).v[0];

  vec4 value = vec4 (0.0);
  [[unroll]] for (uint i = 0; i < 4; i++)
    if (first + i < n)
      value[i] = from.v[first + i];
  return value;
}

vec4
load_channels (f32_in from, uint first, uint n)
{
  if (IS_WIDE != 0)
    return uintBitsToFloat (LOAD_X (uint64_t (from), 4 * first));

  return load_vector (from, first, n);
}

// sum += x w over n channels; the lane's rows begin at rows[], its weights at weights[]
void
accumulate (f32_in rows[N_LOADS], u32_in weights[COLUMNS], uint n, f32_in scale, f32_in shift)
{
  uint my_channel = lane_index () % 2 * 4;

  for (uint k = 0; k < n; k += 8)
    {
      vec4 value[N_LOADS];
      float w[COLUMNS][8];

      [[unroll]] for (uint i = 0; i < N_LOADS; i++)
        value[i] = load_channels (rows[i], k + my_channel, n);
      if (has (GRN_SCALE))
        {
          vec4 a = load_vector (scale, k + my_channel, n);
          vec4 b = load_vector (shift, k + my_channel, n);
          [[unroll]] for (uint i = 0; i < N_LOADS; i++)
            value[i] = value[i] * a + b;
        }

      [[unroll]] for (uint c = 0; c < COLUMNS; c++)
        if (DTYPE == F32)
          {
            uvec4 low = LOAD_WEIGHTS (uint64_t (weights[c]), 4 * k);
            uvec4 high = LOAD_WEIGHTS (uint64_t (weights[c]), 4 * k + 16);
            [[unroll]] for (uint i = 0; i < 4; i++)
              {
                w[c][i] = uintBitsToFloat (low[i]);
                w[c][i + 4] = uintBitsToFloat (high[i]);
              }
          }
        else
          {
            uvec4 words = LOAD_WEIGHTS (uint64_t (weights[c]), 2 * k);
            [[unroll]] for (uint i = 0; i < 4; i++)
              {
                vec2 pair = weight_pair (words[i], DTYPE);
                w[c][2 * i] = pair.x;
                w[c][2 * i + 1] = pair.y;
              }
          }

      [[unroll]] for (uint r = 0; r < TILE_ROWS; r++)
        [[unroll]] for (uint i = 0; i < 8; i++)
          {
            float v = subgroupShuffle (value[r / ROWS_PER_LOAD][i % 4],
                                       r % ROWS_PER_LOAD * 2 + i / 4);
            [[unroll]] for (uint c = 0; c < COLUMNS; c++)
              sum[r][c] += v * w[c][i];
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
  uint first_column = group_index () / n_row_tiles * LANES * COLUMNS + lane_index ();
  uint first_row = row_tile * n_tile_rows;
  uint n_in_pixels = KIND == PLAIN ? n_rows : b.in_h * b.in_w;
  uint n_out_pixels = KIND == PLAIN ? n_rows : b.out_h * b.out_w;
  uint element_bytes = DTYPE == F32 ? 4 : 2;
  f32_in from = advance (x, layer * n_in_pixels * x_stride);
  f32_in scale = advance (b.grn_scale, layer * n_in);
  f32_in rows[N_LOADS];
  u32_in weights[COLUMNS];

  if (group_index () / n_row_tiles * LANES * COLUMNS >= n_out)
    return;

  [[unroll]] for (uint r = 0; r < TILE_ROWS; r++)
    [[unroll]] for (uint c = 0; c < COLUMNS; c++)
      sum[r][c] = 0.0;

  // the channels of x2 are one more tap
  uint n_x_taps = n_taps (b);
  for (uint tap = 0; tap < n_x_taps + (n_in2 > 0 ? 1 : 0); tap++)
    {
      bool is_x2 = tap == n_x_taps;
      uint64_t matrix = uint64_t (weight) + uint64_t (is_x2 ? n_in : 0) * element_bytes;

      if (!is_x2)
        matrix += uint64_t (tap_matrix (b, phase, tap)) * n_out * pitch * element_bytes;
      [[unroll]] for (uint i = 0; i < N_LOADS; i++)
        {
          uint row = min (first_row + i * ROWS_PER_LOAD + lane_index () / 2, n_rows - 1);
          rows[i] = is_x2 ? advance (x2, (layer * n_rows + row) * x2_stride)
                          : tap_row (from, b, row, phase, tap);
        }
      [[unroll]] for (uint c = 0; c < COLUMNS; c++)
        weights[c] = u32_in (matrix + uint64_t (min (first_column + c * LANES, n_out - 1)) * pitch
                                          * element_bytes);
      accumulate (rows, weights, is_x2 ? n_in2 : n_in, scale, b.grn_beta);
    }

  // Through memory, so that the epilogue stands here once and not for every sum.
  float result[TILE_ROWS * COLUMNS];
  [[unroll]] for (uint r = 0; r < TILE_ROWS; r++)
    [[unroll]] for (uint c = 0; c < COLUMNS; c++)
      result[c * TILE_ROWS + r] = sum[r][c];

  uint n_mine = min (n_tile_rows, n_rows - first_row);
  [[dont_unroll]] for (uint c = 0; c < COLUMNS; c++)
    {
      uint index = first_column + c * LANES;
      float squares = 0.0;

      if (index >= n_out)
        break;
      Column column = load_column (b, layer, index);
      [[dont_unroll]] for (uint r = 0; r < n_mine; r++)
        {
          uint pixel = layer * n_out_pixels + output_row (b, first_row + r, phase);
          float value = epilogue (result[c * TILE_ROWS + r], column, b, pixel);
          advance (y, pixel * y_stride).v[index] = value;
          if (has (SUMS))
            {
              squares += value * value;
              if ((r + 1) % sum_rows == 0 || r + 1 == n_mine)
                {
                  uint n_sums = (n_rows + sum_rows - 1) / sum_rows;
                  uint sum_index = layer * n_sums + (first_row + r) / sum_rows;

                  sums.v[sum_index * n_out + index] = squares;
                  squares = 0.0;
                }
            }
        }
    }
}
