// SPDX-License-Identifier: GPL-3.0-or-later

// One pixel of each picture.

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
};

void
main ()
{
  uint layer = layer_index ();
  uint pixel = min (uint (max (index.v[layer], 0)), n_pixels - 1);
  f32_in from = advance (x, layer * x_layer + pixel * x_stride);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    advance (y, layer * y_stride).v[c] = from.v[c];
}
