// SPDX-License-Identifier: GPL-3.0-or-later

// One pixel of each picture; a subgroup takes some of its channels.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  i32_in index; // [n]
  f32_out y;
  uint n_pixels;
  uint n_channels;
  uint x_stride;
  uint y_stride;
  uint x_layer; // elements from picture to picture; 0 when all look into one
  uint n_own_channels; // of a workgroup
};

void
main ()
{
  uint layer = layer_index ();
  uint pixel = min (uint (max (index.v[layer], 0)), n_pixels - 1);
  uint first = group_index () * n_own_channels;
  f32_in from = advance (x, layer * x_layer + pixel * x_stride);

  for (uint c = first + lane_index (); c < min (first + n_own_channels, n_channels);
       c += gl_WorkGroupSize.x)
    advance (y, layer * y_stride).v[c] = from.v[c];
}
