// SPDX-License-Identifier: GPL-3.0-or-later

// From partial sums of squares to what a response norm multiplies by: gamma · N + 1.
// One subgroup a picture.

#include "cascade.glsl"

PARAMS
{
  f32_in sums;   // [n, n_tiles, n_channels]
  f32_in gamma;  // [n_channels]
  f32_out scale; // [n, n_channels]
  uint n_tiles;
  uint n_channels;
};

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  f32_in from = advance (sums, layer_index () * n_tiles * n_channels);
  f32_out to = advance (scale, layer_index () * n_channels);
  float total = 0.0;

  for (uint c = lane_index (); c < n_channels; c += lanes)
    {
      float sum = 0.0;
      for (uint tile = 0; tile < n_tiles; tile++)
        sum += from.v[tile * n_channels + c];
      float norm = sqrt (sum);
      to.v[c] = norm;
      total += norm;
    }

  float mean = subgroupAdd (total) / float (n_channels);

  // each lane reads what it wrote itself
  for (uint c = lane_index (); c < n_channels; c += lanes)
    to.v[c] = gamma.v[c] * (to.v[c] / (mean + 1e-6)) + 1.0;
}
