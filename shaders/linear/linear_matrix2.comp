// SPDX-License-Identifier: GPL-3.0-or-later

// Linears for devices with the second generation of cooperative matrices: what a workgroup makes is
// one matrix, sums in f32, and the driver shares out its work. What is not in memory as the type
// that is multiplied is converted on its way.
// variant: bf16 BFLOAT16
// variant: elements ELEMENTS

#include "cascade.glsl"
#include "half.glsl"
#include "weights.glsl"
#include "linear.glsl"
#include "matrix2.glsl"

layout (constant_id = 6) const uint TILE_ROWS = 128;
layout (constant_id = 7) const uint TILE_COLUMNS = 128;
layout (constant_id = 8) const uint SLICE = 64; // channels at a time

#define SUM MATRIX (float, TILE_ROWS, TILE_COLUMNS, Accumulator)
#define WIDE_X MATRIX (float, TILE_ROWS, SLICE, Accumulator)
#define X MATRIX (HALF, TILE_ROWS, SLICE, A)
#define W MATRIX (HALF, SLICE, TILE_COLUMNS, B)

// --- weights: columns of the matrix are rows in memory ---

#ifdef ELEMENTS

float
weight_element (const in uint i, const in uint j, const in float ignored, const in u32_in matrix,
                const in uint n_channels, const in uint first_row, const in uint first)
{
  uint row = first_row + j, channel = first + i;

  if (row >= n_out || channel >= n_channels)
    return 0.0;
  return weight_at (u32_in (uint64_t (matrix) + uint64_t (row) * pitch * (DTYPE == F32 ? 4 : 2)),
                    channel, DTYPE);
}

W
load_weights (u32_in matrix, uint n_channels, uint first_row, uint first)
{
  MATRIX (float, SLICE, TILE_COLUMNS, Accumulator) w
      = MATRIX (float, SLICE, TILE_COLUMNS, Accumulator) (0.0);

  coopMatPerElementNV (w, w, weight_element, matrix, n_channels, first_row, first);
  return W (w);
}

#else

#ifdef BFLOAT16
const uint HALF_DTYPE = BF16;
#else
const uint HALF_DTYPE = F16;
#endif

ADDRESS (half_in, HALF, 16);

// What the layout calls a block: one element of f32, or two of 16 bits.
layout (buffer_reference, scalar, buffer_reference_align = 4) buffer WeightWord
{
  uint word;
};

HALF
decode_f32 (const in WeightWord block, const in uint line[2], const in uint within[2])
{
  return HALF (uintBitsToFloat (block.word));
}

HALF
decode_pair (const in WeightWord block, const in uint line[2], const in uint within[2])
{
  return HALF (weight_pair (block.word, DTYPE)[within[1]]);
}

LAYOUT
weight_layout (uint n_channels, uint first_row, uint first, uint n_packed)
{
  return make_layout (TILE_COLUMNS, SLICE, n_out, n_channels, pitch / 8 * 8, first_row, first,
                      n_packed);
}

W
load_weights (u32_in matrix, uint n_channels, uint first_row, uint first)
{
  TRANSPOSED view = createTensorViewNV (2, false, 1, 0);
  W w;

  if (DTYPE == HALF_DTYPE)
    coopMatLoadTensorNV (w, half_in (matrix).v, 0, weight_layout (n_channels, first_row, first, 1),
                         view);
  else if (DTYPE == F32)
    coopMatLoadTensorNV (w, matrix.v, 0, weight_layout (n_channels, first_row, first, 1), view,
                         decode_f32);
  else
    coopMatLoadTensorNV (w, matrix.v, 0, weight_layout (n_channels, first_row, first, 2), view,
                         decode_pair);
  return w;
}

#endif

// --- sums ---

// The scales and shifts of a response norm; beyond the last channel 0 stays 0.
float
scale_x (const in uint i, const in uint j, const in float value, const in uint layer,
         const in uint first)
{
  LinearBlock b = block;
  uint channel = min (first + j, n_in - 1);
  float scaled = value * b.grn_scale.v[layer * n_in + channel] + b.grn_beta.v[channel];

  return first + j < n_in ? scaled : 0.0;
}

// What x is multiplied by before it is rounded.
float
find_scale (uint layer)
{
  LinearBlock b = block;
  float largest = 0.0;

  if (!has (MAXIMA))
    return 1.0;
  for (uint i = gl_SubgroupInvocationID; i < b.n_maxima; i += gl_SubgroupSize)
    largest = max (largest, b.maxima.v[layer * b.n_maxima + i]);
  return half_scale (subgroupMax (largest));
}

// --- what becomes of the sums ---

// Stores an element and gives what was stored, 0 where there is nothing to store. It may be called
// more than once for an element, and does the same each time.
float
store (const in uint i, const in uint j, const in float value, const in uint first_row,
       const in uint first_column, const in uint layer, const in uint phase, const in float inverse)
{
  LinearBlock b = block;
  uint row = first_row + i, column = first_column + j;

  if (row >= n_rows || column >= n_out)
    return 0.0;

  uint n_out_pixels = KIND == PLAIN ? n_rows : b.out_h * b.out_w;
  uint pixel = layer * n_out_pixels + output_row (b, row, phase);
  float result = epilogue (value * inverse, load_column (b, layer, column), b, pixel);
  advance (y, pixel * y_stride).v[column] = result;
  return result;
}

float
square_of_group (const in uint i, const in uint j, const in float value, const in uint first)
{
  return i >= first && i - first < sum_rows ? value * value : 0.0;
}

float
add (const in float a, const in float b)
{
  return a + b;
}

float
store_sum (const in uint i, const in uint j, const in float value, const in uint line,
           const in uint first_column)
{
  if (i == 0 && first_column + j < n_out)
    sums.v[line * n_out + first_column + j] = value;
  return value;
}

// Σ y² over every sum_rows rows of the tile
void
store_sums (SUM stored, uint layer, uint first_row, uint first_column)
{
  uint n_groups = (n_rows + sum_rows - 1) / sum_rows;

  for (uint first = 0; first < TILE_ROWS && first_row + first < n_rows; first += sum_rows)
    {
      SUM squares, total;

      coopMatPerElementNV (squares, stored, square_of_group, first);
      coopMatReduceNV (total, squares, gl_CooperativeMatrixReduceColumnNV, add);
      coopMatPerElementNV (total, total, store_sum,
                           layer * n_groups + (first_row + first) / sum_rows, first_column);
    }
}

void
main ()
{
  LinearBlock b = block;
  uint phase = KIND == TRANSPOSE ? layer_index () % 4 : 0;
  uint layer = KIND == TRANSPOSE ? layer_index () / 4 : layer_index ();
  uint first_row = group_index () % n_row_tiles * TILE_ROWS;
  uint first_column = group_index () / n_row_tiles * TILE_COLUMNS;
  f32_in from = advance (x, layer * (KIND == PLAIN ? n_rows : b.in_h * b.in_w) * x_stride);
  f32_in from2 = advance (x2, layer * n_rows * x2_stride);
  u32_in matrix = u32_in (uint64_t (weight)
                          + uint64_t (phase) * n_out * pitch * (DTYPE == F32 ? 4 : 2));
  float x_scale = find_scale (layer);
  SUM sum = SUM (0.0);

  if (first_column >= n_out)
    return;

  for (uint k = 0; k < n_in; k += SLICE)
    {
      WIDE_X wide = WIDE_X (0.0);

      LOAD (wide, TILE_ROWS, SLICE, from, n_rows, n_in, x_stride, first_row, k);
      if (has (GRN_SCALE))
        coopMatPerElementNV (wide, wide, scale_x, layer, k);
      sum = coopMatMulAdd (X (wide * x_scale), load_weights (matrix, n_in, first_column, k), sum);
    }
  for (uint k = 0; k < n_in2; k += SLICE)
    {
      WIDE_X wide = WIDE_X (0.0);

      LOAD (wide, TILE_ROWS, SLICE, from2, n_rows, n_in2, x2_stride, first_row, k);
      sum = coopMatMulAdd (X (wide * x_scale),
                           load_weights (matrix, n_in + n_in2, first_column, n_in + k), sum);
    }

  coopMatPerElementNV (sum, sum, store, first_row, first_column, layer, phase, 1.0 / x_scale);
  if (has (SUMS))
    store_sums (sum, layer, first_row, first_column);
}
