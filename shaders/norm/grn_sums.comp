// SPDX-License-Identifier: GPL-3.0-or-later

// Sums of squares of each channel over one tile of rows, one channel a lane.

#include "cascade.glsl"

PARAMS
{
  f32_in x;     // [n, n_rows, n_channels]
  f32_out sums; // [n, n_tiles, n_channels]
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint n_tiles;
  uint n_blocks; // of channels
};

layout (constant_id = 1) const uint TILE_ROWS = 32;

void
main ()
{
  uint block = group_index () % n_blocks;
  uint tile = group_index () / n_blocks;
  uint c = block * gl_WorkGroupSize.x + lane_index ();
  uint first = tile * TILE_ROWS;
  uint end = min (first + TILE_ROWS, n_rows);
  float sum = 0.0;

  if (tile >= n_tiles || c >= n_channels)
    return;

  f32_in from = advance (x, layer_index () * n_rows * x_stride);
  for (uint row = first; row < end; row++)
    {
      float v = advance (from, row * x_stride).v[c];
      sum += v * v;
    }
  sums.v[(layer_index () * n_tiles + tile) * n_channels + c] = sum;
}
