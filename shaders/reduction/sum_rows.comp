// SPDX-License-Identifier: GPL-3.0-or-later

// Sums of each channel over one tile of rows, one channel a lane.

#include "cascade.glsl"

PARAMS
{
  f32_in x;  // [n, n_rows, n_channels]
  f32_out y; // [n, n_tiles, n_channels]
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint y_stride;
  uint n_tiles;
  uint tile_rows;
  uint n_blocks; // of channels
  float scale;   // of the sums
};

void
main ()
{
  uint tile = group_index () / n_blocks;
  uint c = group_index () % n_blocks * gl_WorkGroupSize.x + lane_index ();
  uint first = tile * tile_rows;
  uint end = min (first + tile_rows, n_rows);
  float sum = 0.0;

  if (tile >= n_tiles || c >= n_channels)
    return;

  f32_in from = advance (x, layer_index () * n_rows * x_stride);
  for (uint row = first; row < end; row++)
    sum += advance (from, row * x_stride).v[c];
  advance (y, (layer_index () * n_tiles + tile) * y_stride).v[c] = sum * scale;
}
