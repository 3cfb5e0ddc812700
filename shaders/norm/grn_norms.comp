// SPDX-License-Identifier: GPL-3.0-or-later

// From partial sums of squares to the norm of each channel, by large workgroups: N_STRANDS lanes
// share the partial sums of a channel out.

#include "cascade.glsl"
#include "workgroup.glsl"

PARAMS
{
  f32_in sums;   // [n, n_tiles, n_channels]
  f32_out norms; // [n, n_channels]
  uint n_tiles;
  uint n_channels;
};

const uint N_STRANDS = 8;

void
main ()
{
  uint n_columns = gl_WorkGroupSize.x / N_STRANDS;
  uint column = lane_index () % n_columns;
  uint strand = lane_index () / n_columns;
  uint c = group_index () * n_columns + column;
  f32_in from = advance (sums, layer_index () * n_tiles * n_channels);
  float sum = 0.0;

  if (c < n_channels)
    for (uint tile = strand; tile < n_tiles; tile += N_STRANDS)
      sum += from.v[tile * n_channels + c];
  lane_values[lane_index ()] = sum;
  barrier ();
  if (c >= n_channels || strand > 0)
    return;

  for (uint i = 1; i < N_STRANDS; i++)
    sum += lane_values[i * n_columns + column];
  norms.v[layer_index () * n_channels + c] = sqrt (sum);
}
