// SPDX-License-Identifier: GPL-3.0-or-later

// Pixel shuffle: channel c·r² + dy·r + dx of a coarse pixel is channel c of the fine pixel
// (y·r + dy, x·r + dx). One workgroup a coarse pixel.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  f32_out y;
  uint w;          // of the coarse side
  uint n_channels; // of the coarse side
  uint x_stride;
  uint y_stride;
  uint n_pixels; // of the coarse side
  uint r;
};

layout (constant_id = 1) const uint IS_INVERSE = 0;

void
main ()
{
  uint pixel = group_index ();
  uint cy = pixel / w, cx = pixel % w;

  if (pixel >= n_pixels)
    return;

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    {
      uint dy = c / r % r, dx = c % r;
      uint fine = layer_index () * n_pixels * r * r + (cy * r + dy) * w * r + cx * r + dx;
      uint coarse = layer_index () * n_pixels + pixel;

      if (IS_INVERSE != 0)
        advance (y, coarse * y_stride).v[c] = advance (x, fine * x_stride).v[c / (r * r)];
      else
        advance (y, fine * y_stride).v[c / (r * r)] = advance (x, coarse * x_stride).v[c];
    }
}
