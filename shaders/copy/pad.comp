// SPDX-License-Identifier: GPL-3.0-or-later

// Pixels with a frame of their mirror image; one workgroup an output pixel.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  f32_out y;
  uint in_h;
  uint in_w;
  uint n; // width of the frame, less than either side
  uint n_channels;
  uint x_stride;
  uint y_stride;
};

uint
mirror (uint at, uint n_pixels)
{
  uint inside = uint (abs (int (at) - int (n)));

  return inside < n_pixels ? inside : 2 * (n_pixels - 1) - inside;
}

void
main ()
{
  uint pixel = group_index ();
  uint out_w = in_w + 2 * n, n_pixels = (in_h + 2 * n) * out_w;

  if (pixel >= n_pixels)
    return;

  uint from = mirror (pixel / out_w, in_h) * in_w + mirror (pixel % out_w, in_w);
  f32_in source = advance (x, (layer_index () * in_h * in_w + from) * x_stride);
  f32_out to = advance (y, (layer_index () * n_pixels + pixel) * y_stride);
  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    to.v[c] = source.v[c];
}
