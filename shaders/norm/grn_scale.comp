// SPDX-License-Identifier: GPL-3.0-or-later

// What a response norm multiplies by: gamma · N + 1. A large workgroup is one of several: each
// takes the mean of all channels' norms itself, then does its own channels. One subgroup does a
// picture alone, the norms as well.

#include "cascade.glsl"
#include "workgroup.glsl"

PARAMS
{
  f32_in sums;   // [n, n_tiles, n_channels], of squares
  f32_out norms; // [n, n_channels]
  f32_in gamma;  // [n_channels]
  f32_out scale; // [n, n_channels]
  uint n_tiles;
  uint n_channels;
  uint n_own_channels; // of a workgroup
};

float
norm_of (uint c)
{
  uint at = layer_index () * n_channels + c;
  float sum = 0.0;

  if (IS_LARGE != 0)
    return norms.v[at];

  f32_in from = advance (sums, layer_index () * n_tiles * n_channels);
  for (uint tile = 0; tile < n_tiles; tile++)
    sum += from.v[tile * n_channels + c];
  float norm = sqrt (sum);
  norms.v[at] = norm;
  return norm;
}

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint first = group_index () * n_own_channels;
  uint layer = layer_index () * n_channels;
  float total = 0.0;

  for (uint c = lane_index (); c < n_channels; c += lanes)
    total += norm_of (c);
  float mean = workgroup_add (total) / float (n_channels);

  // a lane of the only subgroup reads what it wrote itself
  for (uint c = first + lane_index (); c < min (first + n_own_channels, n_channels); c += lanes)
    scale.v[layer + c] = gamma.v[c] * (norms.v[layer + c] / (mean + 1e-6)) + 1.0;
}
