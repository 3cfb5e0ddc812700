// SPDX-License-Identifier: GPL-3.0-or-later

// What the kernels of linears and convolutions share: which input pixel a row and a tap mean, and
// what happens to a sum before it is stored. See engine/ops/linear.h.

#include "activation.glsl"

// Numbers that push constants have no room for.
BLOCK (LinearBlock)
{
  f32_in bias;       // [n_out] or null
  f32_in affine;     // [2, n_out] or null
  f32_in scalar;     // one number or null
  f32_in residual;   // shaped as y, or null
  f32_in modulation; // [n or 1, 2 n_out] or null
  f32_in grn_scale;  // [n, n_in] or null
  f32_in grn_beta;   // [n_in]
  f32_in zeros;      // at least n_in of them: the padding
  f32_in maxima;     // [n, n_maxima]: the largest |x| of each picture is among them; or null
  uint residual_stride;
  uint modulation_layer; // elements from picture to picture; 0 when shared
  uint in_h;
  uint in_w;
  uint out_h;
  uint out_w;
  uint kernel;
  uint stride;
  uint pad;
  uint n_maxima;
  float largest_weight; // |w|
};

PARAMS
{
  f32_in x;
  f32_in x2; // the channels after those of x
  u32_in weight;
  f32_out y;
  f32_out sums; // [n, ⌈n_rows / sum_rows⌉, n_out] or null
  LinearBlock block;
  u32_in x_view; // where the texels of x, x2 and the padding begin
  u32_in weight_view;
  uint n_rows; // of a picture (of a phase, transposed)
  uint n_out;
  uint n_in;  // channels of x
  uint n_in2; // channels of x2
  uint x_stride;
  uint x2_stride;
  uint y_stride;
  uint pitch; // elements from row to row of the weight
  uint n_row_tiles;
  uint n_tile_rows; // rows a workgroup takes; at most the kernel's tile
  uint sum_rows;    // of one partial sum
};

// Constants, so that a software driver, which walks through every branch, meets only what is used.
layout (constant_id = 1) const uint DTYPE = F32;
layout (constant_id = 2) const uint KIND = 0;
layout (constant_id = 3) const uint IS_WIDE = 0; // x may be read several channels at a time
layout (constant_id = 4) const uint ACT = ACT_NONE;
layout (constant_id = 5) const uint PARTS = 0; // what the block holds

// the bits of PARTS
const uint BIAS = 1;
const uint AFFINE = 2;
const uint SCALAR = 4;
const uint RESIDUAL = 8;
const uint MODULATION = 16;
const uint GRN_SCALE = 32;
const uint SUMS = 64;
const uint MAXIMA = 128;

bool
has (uint part)
{
  return (PARTS & part) != 0;
}

const uint PLAIN = 0;
const uint CONV = 1;
const uint TRANSPOSE = 2;

// Where the channels of the pixel begin that output row `row` reads through `tap`.
// phase: which of the four output pixels a transposed convolution makes of one input pixel.
f32_in
tap_row (f32_in layer, LinearBlock b, uint row, uint phase, uint tap)
{
  int py, px;

  if (KIND == PLAIN)
    return advance (layer, row * x_stride);

  if (KIND == CONV)
    {
      py = int (row / b.out_w * b.stride + tap / b.kernel) - int (b.pad);
      px = int (row % b.out_w * b.stride + tap % b.kernel) - int (b.pad);
    }
  else
    {
      // kernel 2: one tap a phase; kernel 4: taps reach one pixel towards the phase's side
      py = int (row / b.in_w);
      px = int (row % b.in_w);
      if (b.kernel == 4)
        {
          py += (tap & 2) == 0 ? 0 : ((phase & 2) == 0 ? -1 : 1);
          px += (tap & 1) == 0 ? 0 : ((phase & 1) == 0 ? -1 : 1);
        }
    }
  if (py < 0 || px < 0 || py >= int (b.in_h) || px >= int (b.in_w))
    return b.zeros;
  return advance (layer, (uint (py) * b.in_w + uint (px)) * x_stride);
}

// Which matrix of the weight a tap means.
uint
tap_matrix (LinearBlock b, uint phase, uint tap)
{
  if (KIND != TRANSPOSE)
    return tap;
  if (b.kernel == 2)
    return phase;
  // output 2y + p takes input y through kernel row 1 + p, and its neighbour through 3 or 0
  uint ky = (tap & 2) == 0 ? 1 + phase / 2 : ((phase & 2) == 0 ? 3 : 0);
  uint kx = (tap & 1) == 0 ? 1 + phase % 2 : ((phase & 1) == 0 ? 3 : 0);
  return ky * 4 + kx;
}

// The output pixel of a row.
uint
output_row (LinearBlock b, uint row, uint phase)
{
  if (KIND != TRANSPOSE)
    return row;
  return (row / b.in_w * 2 + phase / 2) * b.out_w + row % b.in_w * 2 + phase % 2;
}

uint
n_taps (LinearBlock b)
{
  if (KIND == PLAIN)
    return 1;
  if (KIND == CONV)
    return b.kernel * b.kernel;
  return b.kernel == 2 ? 1 : 4;
}

// What the epilogue needs of one output column.
struct Column
{
  uint index;
  float bias;
  float scale, shift; // affine and scalar
  float a, b;         // modulation
};

Column
load_column (LinearBlock block, uint layer, uint index)
{
  Column column = Column (index, 0.0, 1.0, 0.0, 0.0, 0.0);

  if (has (BIAS))
    column.bias = block.bias.v[index];
  if (has (AFFINE))
    {
      column.scale = block.affine.v[index];
      column.shift = block.affine.v[index + n_out];
    }
  if (has (SCALAR))
    {
      column.scale *= block.scalar.v[0];
      column.shift *= block.scalar.v[0];
    }
  if (has (MODULATION))
    {
      f32_in ab = advance (block.modulation, layer * block.modulation_layer);
      column.a = ab.v[index];
      column.b = ab.v[index + n_out];
    }
  return column;
}

// pixel: of all pictures
float
epilogue (float value, Column column, LinearBlock block, uint pixel)
{
  value = activate (value + column.bias, ACT);
  if (has (AFFINE | SCALAR))
    value = value * column.scale + column.shift;
  if (has (RESIDUAL))
    value += advance (block.residual, pixel * block.residual_stride).v[column.index];
  if (has (MODULATION))
    value = value * (1.0 + column.a) + column.b;
  return value;
}
