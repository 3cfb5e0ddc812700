// SPDX-License-Identifier: GPL-3.0-or-later

// Pixels become channels and channels pixels; one workgroup an output pixel.

#include "cascade.glsl"

PARAMS
{
  f32_in x;  // [n, n_pixels, n_channels]
  f32_out y; // [n, n_channels, n_pixels]
  uint n_pixels;
  uint n_channels;
  uint x_stride;
  uint y_stride;
};

void
main ()
{
  uint c = group_index ();

  if (c >= n_channels)
    return;

  f32_in from = advance (x, layer_index () * n_pixels * x_stride + c);
  f32_out to = advance (y, (layer_index () * n_channels + c) * y_stride);
  for (uint pixel = lane_index (); pixel < n_pixels; pixel += gl_WorkGroupSize.x)
    to.v[pixel] = from.v[pixel * x_stride];
}
