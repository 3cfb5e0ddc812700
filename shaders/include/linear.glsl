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
  uint act;
  uint residual_stride;
  uint modulation_layer; // elements from picture to picture; 0 when shared
  uint in_h;
  uint in_w;
  uint out_h;
  uint out_w;
  uint kernel;
  uint stride;
  uint pad;
};

PARAMS
{
  f32_in x;
  f32_in x2; // the channels after those of x
  u32_in weight;
  f32_out y;
  f32_out sums; // [n, n_row_tiles, n_out] or null
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
};

const uint PLAIN = 0;
const uint CONV = 1;
const uint TRANSPOSE = 2;

// Where the channels of the pixel begin that output row `row` reads through `tap`.
// phase: which of the four output pixels a transposed convolution makes of one input pixel.
f32_in
tap_row (uint kind, f32_in layer, LinearBlock b, uint row, uint phase, uint tap)
{
  int py, px;

  if (kind == PLAIN)
    return advance (layer, row * x_stride);

  if (kind == CONV)
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
tap_matrix (uint kind, LinearBlock b, uint phase, uint tap)
{
  if (kind != TRANSPOSE)
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
output_row (uint kind, LinearBlock b, uint row, uint phase)
{
  if (kind != TRANSPOSE)
    return row;
  return (row / b.in_w * 2 + phase / 2) * b.out_w + row % b.in_w * 2 + phase % 2;
}

uint
n_taps (uint kind, LinearBlock b)
{
  if (kind == PLAIN)
    return 1;
  if (kind == CONV)
    return b.kernel * b.kernel;
  return b.kernel == 2 ? 1 : 4;
}

float
epilogue (float value, LinearBlock b, uint layer, uint pixel, uint n_layer_pixels, uint column)
{
  if (!is_null (b.bias))
    value += b.bias.v[column];
  value = activate (value, b.act);
  if (!is_null (b.affine))
    value = value * b.affine.v[column] + b.affine.v[column + n_out];
  if (!is_null (b.scalar))
    value *= b.scalar.v[0];
  if (!is_null (b.residual))
    value += advance (b.residual, (layer * n_layer_pixels + pixel) * b.residual_stride).v[column];
  if (!is_null (b.modulation))
    {
      f32_in ab = advance (b.modulation, layer * b.modulation_layer);
      value = value * (1.0 + ab.v[column]) + ab.v[column + n_out];
    }
  return value;
}
